"""Takes a protection away from a worker, so that a test can show that the checks see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bot import counting, poster
from bot.ports import PlaceRef
from bot.store.posts import Claimed
from bot.store.tables import places, posts
from tests.without import forgetful_look


def _look_without_claiming(
    connection: Connection, owner: str, platform: str, now: datetime, lease: timedelta, limit: int = 64
) -> list[Claimed]:
    """What is due, for whoever asks."""
    due = posts.c.platform == platform, posts.c.state.in_(("due", "uncertain")), posts.c.next_try <= now
    statement = select(posts, places.c.workspace, places.c.channel).join(places, places.c.id == posts.c.place_id)
    names = ("id", "place_id", "round_id", "match_id", "kind", "nth", "body", "stamp", "fence", "attempts", "looks")
    return [
        Claimed(
            hall=row.hall_id,
            identity=row.identity_id,
            made_at=row.made_at,
            place=PlaceRef(row.platform, row.workspace, row.channel),
            lease_until=now + lease,
            first_try=now,
            taken_at=now,
            doubtful=False,
            **{name: getattr(row, name) for name in names},
        )
        for row in connection.execute(statement.where(*due).order_by(posts.c.id).limit(limit)).all()
    ]


def _settle_in_any_case(connection: Connection, claimed: Claimed, state: str, **values: Any) -> bool:
    """Whoever claimed it meanwhile."""
    statement = update(posts).where(posts.c.id == claimed.id)
    return connection.execute(statement.values(state=state, lease_until=None, owner=None, **values)).rowcount == 1


_without: dict[str, dict[Any, dict[str, Callable[..., Any]]]] = {
    "claim": {poster: {"claim": _look_without_claiming, "settle": _settle_in_any_case}},
    "fence": {poster: {"settle": _settle_in_any_case}},
    "unique answer": {counting: {"look": forgetful_look}},
    "stamp": {},  # the adapter's
    "": {},
}


def take_away(protection: str) -> None:
    """From now on this process works without it."""
    for module, names in _without[protection].items():
        for name, instead in names.items():
            if not hasattr(module, name):
                raise AttributeError(f"{module.__name__} has no {name} to take away")
            setattr(module, name, instead)
