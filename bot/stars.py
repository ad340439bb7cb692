"""Stars: people like open answers of others, and the one liked best is named a day after the reveal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.cards.talk import Starred, starred_card
from bot.languages import words
from bot.ports import Press, Reply
from bot.starring import VOTING, name_best, press
from bot.store import Store
from bot.store.events import once
from bot.store.stars import rounds_to_name
from bot.store.turns import Round

FRESH = timedelta(days=8)
"""Where nobody could be named for so long after the stars were given, nobody is: it would be news of last week."""


class Stars:
    """Takes stars and names the best. `token(n)` gives n unguessable characters."""

    def __init__(self, store: Store, now: Callable[[], datetime], token: Callable[[int], str]) -> None:
        self._store = store
        self._now = now
        self._token = token

    async def pressed(self, asked: Round, told: Press, answer_id: int) -> Reply:
        """Star an answer of a round, or take that back; told again, the press is one all the same.

        Raises NotSavedError where it was not stored.
        """
        do = partial(self._press, asked=asked, told=told, answer_id=answer_id)
        keep = partial(once, platform=told.who.platform, event=told.event, now=self._now(), do=do)
        came = await self._store.write(asked.hall, keep)
        return Reply(starred_card(words(asked.language), Starred(came["came"])))

    async def name_best(self) -> None:
        """Name the best answers of the rounds whose stars were all given by now."""
        now = self._now()
        found = await self._store.read(partial(rounds_to_name, since=now - FRESH, until=now - VOTING))
        for each in found:
            await self._store.write(each.hall_id, partial(name_best, round_id=each.id, now=now, token=self._token))

    def _press(self, connection: Connection, asked: Round, told: Press, answer_id: int) -> dict[str, Any]:
        now = self._store.lease_now(connection)
        return {"came": press(connection, asked, told.who, answer_id, now, self._token)}
