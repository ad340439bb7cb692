"""What a form cannot say of the items that it is written from, told once for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST_NAMED = 20


LOST_PICTURE = "the picture is not there and was left out"
"""What is told where a pack names a picture that it does not hold."""


@dataclass(slots=True)
class Losses:
    """Collects sentences and the ids of the items that they are about."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, sentence: str, item: str) -> None:
        """Note that the sentence is so of the item."""
        self.found.setdefault(sentence, []).append(item)

    def told(self) -> tuple[str, ...]:
        """A sentence each, with the ids; of many the first and how many more there are."""
        return tuple(
            f"{sentence}: {', '.join(ids[:_MOST_NAMED])}"
            + (f" and {len(ids) - _MOST_NAMED:,} more" if len(ids) > _MOST_NAMED else "")
            for sentence, ids in self.found.items()
        )
