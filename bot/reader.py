"""The reader: shows what is too long for a message page by page, to one person alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.cards.feedback import unknown_card
from bot.cards.paging import Part, Whole, page_card, page_of
from bot.languages import words
from bot.messages import Messages
from bot.ports import Answered, Card, Edit, Press, Reply
from bot.quizmaster import Quizmaster
from bot.refs import TURN, Ref
from bot.tutor import Tutor


class Reader:
    """Turns pages. Nothing is kept: a page is made anew from the round as it is, however often it is asked for."""

    def __init__(
        self, quizmaster: Quizmaster, tutor: Tutor, messages: Messages, wholes: Mapping[str, Whole | None]
    ) -> None:
        self._quizmaster = quizmaster
        self._tutor = tutor
        self._messages = messages
        self._wholes = wholes

    async def pressed(self, press: Press, ref: Ref) -> Answered:
        """The first page for whoever reads on, or another one in its stead. Nobody turns to what they may not read: the
        key of an open round, or what another was asked alone.
        """
        meant = page_of(ref)
        language, card = await self._read(press, ref, meant[0]) if meant else (press.who.language, None)
        if card is None or meant is None:
            return Reply(unknown_card(words(language)))
        whole = self._wholes.get(press.who.platform)
        page = await asyncio.to_thread(page_card, words(language), card, whole, ref.subject, *meant)
        return Edit(page) if ref.verb == TURN else Reply(page)

    async def _read(self, press: Press, ref: Ref, part: Part) -> tuple[str, Card | None]:
        """The language of what is read, and all of it."""
        if part is Part.ALONE:
            return await self._tutor.reading(press, ref.subject)
        asked = await self._quizmaster.round(ref.subject, press.place)
        if asked is None:
            return press.who.language, None
        return asked.language, await self._messages.reading(asked, part, press.who)
