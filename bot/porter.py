"""The porter: the listener that platforms are given. He looks at what comes in, and at what goes wrong behind him."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, NoReturn, TypeVar

from bot.cards.trouble import failed_card, failed_sentence, strange_sentence
from bot.languages import words
from bot.ports import (
    Answered,
    Card,
    Commanded,
    Listener,
    Message,
    NotSavedError,
    Page,
    PlaceRef,
    Press,
    Proposed,
    Reaction,
    Reply,
    Said,
    Submission,
    Suggestion,
    Typed,
    Who,
)
from bot.store.upsert import storable

IDS = frozenset({"event", "platform", "workspace", "account", "channel", "id", "groups"})
"""What tells one thing from another: changed, it would be another one."""

TOLD = {
    kind: tuple(each.name for each in fields(kind))
    for kind in (Who, PlaceRef, Message, Press, Reaction, Said, Proposed, Commanded, Typed, Submission)
}
"""What events are made of, with its fields."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class StrangeError(ValueError):
    """An id holds what no database can hold."""


class Porter:
    """Hands on what a platform tells to `desk`, and keeps the promise of `Listener` to raise NotSavedError alone.

    Texts are made storable; an id that is not storable is refused. A failure that nobody foresaw gets a number: it is
    logged with the number, and the person is told the number and nothing else of it. Texts, reactions and news are
    left to the platform to deliver again; whoever pressed, sent or opened something waits and is told at once. Who has
    no language of their own is told in `language`.
    """

    def __init__(self, desk: Listener, token: Callable[[int], str], language: str) -> None:
        self._desk = desk
        self._token = token
        self._language = language

    async def pressed(self, press: Press) -> Answered:
        """Hand on a press."""
        return await self._tell(_reply, press.who, self._desk.pressed, press)

    async def reacted(self, reaction: Reaction) -> Answered:
        """Hand on a reaction; where that failed it may be told again."""
        return await self._tell(_not_saved, reaction.who, self._desk.reacted, reaction)

    async def unreacted(self, reaction: Reaction) -> Answered:
        """Hand on that a reaction was taken off; where that failed it may be told again."""
        return await self._tell(_not_saved, reaction.who, self._desk.unreacted, reaction)

    async def said(self, said: Said) -> Answered:
        """Hand on a text; where that failed it may be told again."""
        return await self._tell(_not_saved, said.who, self._desk.said, said)

    async def commanded(self, commanded: Commanded) -> Answered:
        """Hand on a command."""
        return await self._tell(_reply, commanded.who, self._desk.commanded, commanded)

    async def typed(self, typed: Typed) -> Answered:
        """Hand on a command line."""
        return await self._tell(_reply, typed.who, self._desk.typed, typed)

    async def submitted(self, submission: Submission) -> Answered:
        """Hand on a form."""
        return await self._tell(_reply, submission.who, self._desk.submitted, submission)

    async def suggested(
        self, who: Who, place: PlaceRef, path: tuple[str, ...], option: str, prefix: str
    ) -> Sequence[Suggestion]:
        """Completions of an option, none where that failed."""
        return await self._tell(_nothing, who, self._desk.suggested, who, place, path, option, prefix)

    async def completed(self, who: Who, place: PlaceRef, line: str) -> Sequence[Suggestion]:
        """Completions of a line, none where that failed."""
        return await self._tell(_nothing, who, self._desk.completed, who, place, line)

    async def proposed(self, proposed: Proposed) -> Answered:
        """Hand on a proposal."""
        return await self._tell(_reply, proposed.who, self._desk.proposed, proposed)

    async def opened(self, who: Who, place: PlaceRef | None) -> Card:
        """A front page."""
        return await self._tell(_card, who, self._desk.opened, who, place)

    async def viewed(self, who: Who, view: str) -> Page:
        """A view."""
        return await self._tell(_page, who, self._desk.viewed, who, view)

    async def resumed(self, platform: str) -> None:
        """Hand on that a platform is connected; where that failed it may be told again."""
        await self._tell(_not_saved, None, self._desk.resumed, platform)

    async def renamed(self, who: Who) -> None:
        """Hand on another name; where that failed it may be told again."""
        await self._tell(_not_saved, who, self._desk.renamed, who)

    async def removed(self, place: PlaceRef, reason: str) -> None:
        """Hand on that a place is gone; where that failed it may be told again."""
        await self._tell(_not_saved, None, self._desk.removed, place, reason)

    async def returned(self, place: PlaceRef) -> None:
        """Hand on that a place is there again; where that failed it may be told again."""
        await self._tell(_not_saved, None, self._desk.returned, place)

    async def _tell(
        self, instead: Callable[[str, str], T], who: Who | None, do: Callable[..., Awaitable[T]], *told: object
    ) -> T:
        """Hand on what was told; `instead` makes what is given back of a language and the number of a failure."""
        language = (who and storable(who.language)) or self._language
        try:
            return await do(*map(_admitted, told))
        except NotSavedError:
            raise
        except StrangeError as error:
            raise NotSavedError(strange_sentence(words(language))) from error
        except Exception:
            number = self._token(8)
            log.exception("failure %s: what a platform told (%s) was not done", number, do.__name__)
            return instead(language, number)


def _card(language: str, number: str) -> Card:
    return failed_card(words(language), number)


def _reply(language: str, number: str) -> Answered:
    return Reply(_card(language, number))


def _page(language: str, number: str) -> Page:
    card = _card(language, number)
    return Page(card.title, (card,))


def _nothing(*_: str) -> Sequence[Suggestion]:
    return ()


def _not_saved(language: str, number: str) -> NoReturn:
    raise NotSavedError(failed_sentence(words(language), number))


def _admitted(value: Any, name: str = "") -> Any:  # noqa: ANN401  whatever an event is made of
    """The same with texts that can be stored. Raises StrangeError where an id cannot; `name` is that of the field."""
    match value:
        case str():
            plain = storable(value)
            if name in IDS and plain != value:
                raise StrangeError(f"{name} {value!r} cannot be stored")
            return plain
        case Mapping():
            return {_admitted(key): _admitted(each) for key, each in value.items()}
        case tuple() | frozenset():
            return type(value)(_admitted(each, name) for each in value) if value else value
        case _ if type(value) in TOLD:
            told = {each: getattr(value, each) for each in TOLD[type(value)]}
            admitted = {each: _admitted(told[each], each) for each in told}
            return value if admitted == told else replace(value, **admitted)
        case _:
            return value
