"""Files that visitors asked for: kept in memory for a while, each for one visitor alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Card, File

KEPT_FOR = timedelta(minutes=15)
MOST = 128_000_000
"""Bytes of all that is kept; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file, and the account that may have it until then."""

    file: File
    account: str
    until: datetime


class Downloads:
    """Keeps files by the key of the card that offers them, and their names."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()

    def keep(self, account: str, key: str, card: Card) -> None:
        """Keep the files of a card for an account."""
        until = self._now() + KEPT_FOR
        for block in card.blocks:
            if isinstance(block, File):
                self._kept[key, block.name] = Kept(block, account, until)
                self._kept.move_to_end((key, block.name))
        self._tidy()

    def named(self, account: str, key: str, name: str) -> File | None:
        """The file with this key and name; None where it is not kept (any more), or is somebody else's."""
        self._tidy()
        found = self._kept.get((key, name))
        return found.file if found and found.account == account else None

    def _tidy(self) -> None:
        now, size = self._now(), sum(len(each.file.content) for each in self._kept.values())
        while self._kept and (size > MOST or next(iter(self._kept.values())).until <= now):
            size -= len(self._kept.popitem(last=False)[1].file.content)
