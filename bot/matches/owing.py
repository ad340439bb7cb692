"""What a match owes to its place: its lobby, notices and podium."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.matches.means import Means
from bot.store.matches import Match, last_post, matches_played
from bot.store.posts import owe


def owe_more(connection: Connection, match: Match, kind: str, means: Means, body: dict[str, Any] | None = None) -> None:
    """Owe one more post of a kind, as what is being sent now may know less."""
    post = last_post(connection, match.id, kind)
    row = {
        "hall_id": match.hall,
        "place_id": match.place_id,
        "platform": match.place.platform,
        "match_id": match.id,
        "kind": kind,
        "nth": 0 if post is None else post.nth + 1,
        "body": body,
        "stamp": f"{kind[0]}-{means.token(16)}",
        "made_at": means.now,
    }
    owe(connection, row)


def say(connection: Connection, match: Match, body: dict[str, Any], means: Means) -> None:
    """Owe the place a notice on the match."""
    owe_more(connection, match, "match", means, body)


def show_anew(connection: Connection, identity: int, now: datetime, token: Callable[[int], str]) -> None:
    """The lobbies and podiums of an identity's matches name others now: they are brought up to date."""
    for match in matches_played(connection, identity):
        for kind in ("lobby", "podium"):
            if last_post(connection, match.id, kind) is not None:
                owe_more(connection, match, kind, Means(now, token, lambda *_: None))
