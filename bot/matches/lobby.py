"""The lobby of a match: opened, there, and kept up to date with who is in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.matches import spans
from bot.matches.means import Means
from bot.matches.owing import owe_more
from bot.matches.playing import join, playing
from bot.store.halls import Learner, Place
from bot.store.matches import Match, begin_match, find_match, set_match


def open_lobby(connection: Connection, place: Place, host: Learner, values: dict[str, Any], means: Means) -> None:
    """A match begins with its lobby, in which its host is; `values` are the columns of what it is about."""
    begun = begin_match(
        connection,
        hall_id=place.hall,
        place_id=place.id,
        host_id=host.identity,
        token=means.token(16),
        state="lobby",
        made_at=means.now,
        seen_at=means.now,
        **values,
    )
    match = find_match(connection, begun)
    if match is not None:
        join(connection, match, host, None, means.now)
        set_match(connection, match.id, told=roster(connection, match))
        owe_more(connection, match, "lobby", means)


def lobby_stands(connection: Connection, match_id: int, message: str, now: datetime) -> None:
    """The lobby is there: from now on people may come in, for a while."""
    match = find_match(connection, match_id)
    if match is not None and match.state == "lobby" and match.message is None:
        set_match(connection, match.id, message=message, next_at=now + spans.LOBBY)


def roster(connection: Connection, match: Match) -> str:
    """Who is in and in which team, as `told` keeps it."""
    return " ".join(f"{each.person}:{each.team}" for each in playing(connection, match))
