"""The fake platform with a window on it: everything that anybody could read is kept, and whose hall it reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Card, Message, Options, PlaceRef, Who
from tests.fakes.platform import FakePlatform, Posted

REF = re.compile(r"\b(?:answer|write):([a-z]+)")


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that reached a place, or an account of it alone, at an instant."""

    place: PlaceRef
    account: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was first sent: what can be pressed on it ever after."""

    token: str
    message: Posted
    refs: tuple[str, ...]
    texts: tuple[str, ...]
    submit: str

    @property
    def place(self) -> PlaceRef:
        return self.message.place


class Window(FakePlatform):
    """Keeps `seen`, all that went out, and `questions`, the messages that asked something, oldest first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__("fake", now)
        self.seen: list[Seen] = []
        self.questions: list[Question] = []

    def show(self, place: PlaceRef, shown: object, account: str = "") -> None:
        """Note what became visible."""
        self.seen.append(Seen(place, account, repr(shown), self._now()))

    async def edit(self, message: Message, card: Card) -> None:
        self.show(message.place, card)
        await super().edit(message, card)

    async def whisper(self, place: PlaceRef, who: Who, card: Card) -> None:
        self.show(place, card, who.account)

    def _keep(self, place: PlaceRef, card: Card, stamp: str, under: str = "") -> str:
        self.show(place, card)
        known = len(self.posted)
        try:
            return super()._keep(place, card, stamp, under)
        finally:
            self.questions += [found for each in self.posted[known:] for found in _question(each)]


def _question(posted: Posted) -> Iterator[Question]:
    """The question in a message, if it asks one."""
    token = REF.search(repr(posted.card))
    if token is None or posted.under:
        return
    options = next((block for block in posted.card.blocks if isinstance(block, Options)), Options(()))
    refs = tuple(choice.ref for choice in options.choices)
    texts = tuple(choice.text.lower() for choice in options.choices)
    yield Question(token[1], posted, refs, texts, options.submit)
