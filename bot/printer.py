"""The printer: makes files of what a person met, for them to take along."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.cards.decks import being_made_card, deck_card, instead, nothing_met_card, too_large_card
from bot.cards.words import Words
from bot.decks.flashcard import Flashcard
from bot.languages import words
from bot.ports import Adapter, Card, File, Picture, Who
from bot.rules.shown import Shown, show
from bot.store import Store
from bot.store.halls import find_learner, hall_row
from bot.store.memories import memories_of
from bot.store.met import Met, last_shown, met_items
from bot.store.private import under_way
from content.bank import Bank

APKG, CSV = "apkg", "csv"
MOST = 100_000_000
"""Bytes of a file, where the platform sets no limit of its own: it is made in memory."""
AT_ONCE = 2
"""So many files are made at a time; others wait."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A file of flashcards and how many there are in it."""

    file: File
    cards: int


@dataclass(frozen=True, slots=True)
class Owned:
    """What a person met, with what is remembered of it. `gone`: items that the bank does not have any more."""

    language: str
    zone: ZoneInfo
    met: tuple[Met, ...]
    due: Mapping[str, datetime]
    gone: Mapping[str, Shown]


class TooLargeError(Exception):
    """The file would have more bytes than it may; `size` is how many are known of."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


class Printer:
    """Makes files. `bank` gives the bank in use; `adapters` say what their platforms carry."""

    def __init__(
        self, store: Store, bank: Callable[[], Bank], now: Callable[[], datetime], adapters: Mapping[str, Adapter]
    ) -> None:
        self._store = store
        self._bank = bank
        self._now = now
        self._adapters = adapters
        self._room = asyncio.Semaphore(AT_ONCE)
        self._making: set[int] = set()

    async def card(self, hall: str, who: Who, kind: str) -> Card:
        """What somebody is told who asks for their flashcards of a hall: a card with the file, or why there is none.

        `kind` is APKG or CSV. Whoever asks again meanwhile is told to wait.
        """
        person, language = await self._store.read(partial(_asking, hall=hall, who=who))
        if person is None:
            return nothing_met_card(language)
        if person in self._making:
            return being_made_card(language)
        self._making.add(person)
        try:
            return await self._card(hall, person, language, kind, self._most(who.platform))
        finally:
            self._making.discard(person)

    async def file(self, hall: str, person: int, kind: str, most: int = MOST) -> Printed | None:
        """The flashcards of a person as a file; None where there are none. Raises TooLargeError above `most` bytes."""
        async with self._room:
            bank = self._bank()
            owned = await self._store.read(partial(_owned, hall=hall, person=person, bank=bank))
            return await asyncio.to_thread(_printed, owned, bank, kind, self._now(), most) if owned.met else None

    async def _card(self, hall: str, person: int, language: Words, kind: str, most: int) -> Card:
        try:
            printed = await self.file(hall, person, kind, most)
        except TooLargeError as error:
            return too_large_card(language, error.size, most, kind)
        return deck_card(language, printed.file, printed.cards, kind) if printed else nothing_met_card(language)

    def _most(self, platform: str) -> int:
        adapter = self._adapters.get(platform)
        return min(MOST, adapter.limits.file or MOST) if adapter else MOST


def _asking(connection: Connection, hall: str, who: Who) -> tuple[int | None, Words]:
    """The person behind an account, None where the hall has not seen it; and the hall's words."""
    mine, row = find_learner(connection, hall, who), hall_row(connection, hall)
    return mine.person if mine else None, words(row.language if row else "en")


def _owned(connection: Connection, hall: str, person: int, bank: Bank) -> Owned:
    """What a person met and may be told the keys of: nothing of what the hall is being asked."""
    row, secret = hall_row(connection, hall), under_way(connection, hall)
    met = tuple(each for each in met_items(connection, person) if each.item not in secret)
    gone = last_shown(connection, person, [each.item for each in met if bank.item(each.item) is None])
    due = {concept: memory.due for concept, memory in memories_of(connection, person).items()}
    language, zone = (row.language, row.zone) if row else ("en", "UTC")
    return Owned(language, ZoneInfo(zone), met, due, gone)


def _printed(owned: Owned, bank: Bank, kind: str, now: datetime, most: int) -> Printed:
    language = words(owned.language)
    cards, size = [], 0
    for each in owned.met:
        card = _flashcard(owned, bank, each, pictured=kind == APKG)
        size += len(card.picture.content) if card.picture else 0
        if size > most:
            raise TooLargeError(size)
        cards.append(card)
    file = _file(language, cards, bank, kind, now)
    if len(file.content) > most:
        raise TooLargeError(len(file.content))
    return Printed(file, len(cards))


def _flashcard(owned: Owned, bank: Bank, met: Met, *, pictured: bool) -> Flashcard:
    """An item as it is in the bank, so that what was mended is; as it was shown where the bank has it no more."""
    item = bank.item(met.item)
    shown = show(item, met.item, owned.language) if item else owned.gone[met.item]
    due = owned.due.get(shown.concept)
    found = bank.picture(met.item) if pictured else None
    picture = Picture(found.content, found.mime, shown.picture_alt) if found else None
    return Flashcard(shown, met.times, met.verdict, due.astimezone(owned.zone).date() if due else None, picture)


def _file(language: Words, cards: list[Flashcard], bank: Bank, kind: str, now: datetime) -> File:
    from bot.decks import apkg, sheet  # noqa: PLC0415  starting without an export does not pay for it

    if kind == CSV:
        mime, content = sheet.MIME, sheet.sheet(language, cards, bank.topics)
    else:
        mime, content = apkg.MIME, apkg.apkg(language, cards, now)
    name = f"studyhall-cards.{kind}"
    return File(name, mime, content, instead(language, name))
