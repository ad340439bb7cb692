"""What an audit finds: a rule that an item or a pack does not keep, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """How much a finding matters: the share of its item's mark that it takes, and the points of the pack's score."""

    SERIOUS = (0.5, 10)
    ORDINARY = (0.25, 5)
    SLIGHT = (0.1, 2)

    @property
    def of_item(self) -> float:
        """What a finding about an item takes from its mark, which is 1 at first."""
        return float(self.value[0])

    @property
    def of_pack(self) -> int:
        """What a finding about a pack takes from its score, which is 100 at first."""
        return int(self.value[1])


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the audit. `source` is the publication that it follows. `worded`: it needs lists of words, which there
    are for some languages alone.
    """

    name: str
    about: str
    source: str
    weight: Weight = Weight.ORDINARY
    worded: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is not kept. `item` is "" where it is the pack that does not; `where` is `file:line`."""

    rule: str
    item: str
    where: str
    message: str
    remedy: str

    def __str__(self) -> str:
        about = f"{self.item.partition('/')[2]}: " if self.item else ""
        return f"{self.where}: {self.rule}: {about}{self.message}; {self.remedy}"
