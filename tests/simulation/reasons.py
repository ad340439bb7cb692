"""Whether a question that was not asked says a reason that goes with what the run did, and tells it to organisers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.quizmaster import SETTLING
from bot.store.tables import notes, places, posts, rounds, turns
from tests.simulation.world import World

AWAY = "the bot was away"
LATE = "it could not be sent before its closing time"
REFUSED = "the bot is not in this channel"
ENOUGH = timedelta(minutes=5)
"""In so long a time in which all is well everything gets out: docs/promises.md."""


@dataclass(frozen=True, slots=True)
class RoundEnd:
    """A round that was not asked."""

    state: str
    reason: str
    channel: str
    due_at: datetime
    closes_at: datetime


def slot_was_missed(world: World, due_at: datetime, over: datetime, reason: str) -> bool:
    """Whether nobody could have asked it from its time until it was `over`, and it says so."""
    off = timedelta(seconds=world.off)
    return reason == AWAY and world.well_between(due_at + off, over - off) < ENOUGH


def reason_is_good(world: World, end: RoundEnd) -> bool:
    """Whether that can have been the reason."""
    if end.reason == REFUSED:
        return any(place.channel == end.channel for place in world.closed_to_us)
    off = timedelta(seconds=world.off)
    if (end.state, end.reason) != ("skipped", LATE):
        return False
    blind = any(place.channel == end.channel for place in world.plan.traits.blind)
    return blind or world.well_between(end.due_at + off, end.closes_at - off) < ENOUGH


def told_to_organisers(connection: Connection, world: World) -> Iterator[str]:
    """What was not asked is a note, and each note is a message in the organisers' place, in time."""
    kept = {(row.hall_id, row.kind, row.about): row.at for row in connection.execute(select(notes))}
    ends = select(rounds, places.c.platform, places.c.workspace, places.c.channel, turns.c.slot)
    ends = ends.join(places, places.c.id == rounds.c.place_id).join(turns, turns.c.id == rounds.c.turn_id)
    for row in connection.execute(ends):
        place = f"{row.platform}:{row.workspace}:{row.channel}"
        late = (row.hall_id, "late", f"round {row.id}")
        if row.state in ("skipped", "failed"):
            about = late if row.reason == LATE else (row.hall_id, "refused", place)
            if about not in kept:
                yield f"round {row.id} of {row.slot} was {row.state} ({row.reason}), and nobody was told"
        elif late in kept and kept[late] < row.closes_at + SETTLING:
            yield f"round {row.id} of {row.slot} is {row.state}, and was told to be given up"
    yield from _notes_shown(connection, world)


def _notes_shown(connection: Connection, world: World) -> Iterator[str]:
    shown = {sent.stamp: sent for sent in world.server.messages}
    organisers = {hall.id: hall.organiser_place for hall in world.plan.halls}
    off = timedelta(seconds=world.off)
    owed = select(notes, posts.c.stamp).outerjoin(posts, (posts.c.nth == notes.c.id) & (posts.c.kind == "note"))
    for row in connection.execute(owed):
        sent = shown.get(row.stamp or "")
        if sent is None or sent.place != organisers[row.hall_id]:
            yield f"the note {row.kind} about {row.about} reached nobody"
            continue
        waited = world.well_between(row.at + off, world.plan.start + timedelta(seconds=sent.at))
        if waited > ENOUGH:
            yield f"the note {row.kind} about {row.about} came after {waited} in which all was well"
