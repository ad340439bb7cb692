"""What a person does alone: private rounds, what they say of the items, and reminders of them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.store.columns import Id, Instant, Json
from bot.store.tables.naming import metadata

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("identity_id", Id, ForeignKey("identities.id"), nullable=False),
    Column("kind", Text, nullable=False),  # practice, review, missed
    Column("topic", Text),  # None: all
    Column("wanted", Integer, nullable=False),  # so many private rounds
    Column("queue", Json, nullable=False),  # concepts to review, or items missed; empty where each is picked anew
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_sessions_identity_id_ended_at", "identity_id", "ended_at"),
)

private_rounds = Table(
    "private_rounds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("session_id", Id, ForeignKey("sessions.id"), nullable=False),
    Column("identity_id", Id, ForeignKey("identities.id"), nullable=False),
    Column("nth", Integer, nullable=False),  # the first of its session is 0
    Column("token", Text, nullable=False, unique=True),
    Column("item_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("concept", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("difficulty", Text, nullable=False),
    Column("shown", Json, nullable=False),  # the item as shown: bot.rules.shown.Shown
    Column("asked_at", Instant, nullable=False),
    Column("given", Json),  # None until it is answered, as the next five
    Column("verdict", Text),
    Column("why", Text),
    Column("detail", Text),
    Column("rules", Text),
    Column("at", Instant),
    Column("stars", Integer),  # how the person rated their own open answer, 1 to 5
    Column("met", Json),  # which lines of the rubric it has, by their numbers from 0; None: not said, or no rubric
    UniqueConstraint("session_id", "nth"),
    Index("ix_private_rounds_identity_id_concept", "identity_id", "concept"),
    Index("ix_private_rounds_identity_id_item_id", "identity_id", "item_id"),
    Index("ix_private_rounds_hall_id_item_id", "hall_id", "item_id"),
    Index("ix_private_rounds_hall_id_at", "hall_id", "at"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("hall_id", Text, ForeignKey("halls.id"), primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("rating", Integer, nullable=False),  # how hard it is to this hall's people, in thousandths of a logit
    Column("answers", Integer, nullable=False),  # how many the rating rests on
    sqlite_with_rowid=False,
)

# How able people were when the latest day that they answered on was rated, so that the next night goes on from there.
abilities = Table(
    "abilities",
    metadata,
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("rating", Id),  # in millionths of a logit; None: their past was changed, so it is replayed
    Column("answers", Integer),  # how many it rests on; None as well
    Column("changes", Integer, nullable=False, default=0, server_default="0"),  # so often was it changed
    sqlite_with_rowid=False,
)

reminders = Table(
    "reminders",
    metadata,
    Column("identity_id", Id, ForeignKey("identities.id"), primary_key=True),  # who is written to
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("place_id", Id, ForeignKey("places.id"), nullable=False),  # where it was asked for
    Column("time", Text, nullable=False),  # 08:30
    Column("zone", Text, nullable=False),
    Column("next_due", Instant),  # None where it is off
    Column("reminded_for", Text),  # the local date of the latest one, 2026-03-29: a day has one
    Column("stopped", Text),  # why it was turned off for its person; None where they did so themselves
)
Index("ix_reminders_next_due", reminders.c.next_due, info={"where": reminders.c.next_due.is_not(None)})
