"""Live matches and who is in them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from bot.store.columns import Id, Instant, Json
from bot.store.tables.naming import metadata

matches = Table(
    "matches",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False, index=True),
    Column("place_id", Id, ForeignKey("places.id"), nullable=False),
    Column("host_id", Id, ForeignKey("identities.id"), nullable=False),
    Column("token", Text, nullable=False, unique=True),  # what refs name the match by
    Column("mode", Text, nullable=False),  # bot.rules.matches.Mode
    Column("state", Text, nullable=False),  # lobby, running, paused, over
    Column("topic", Text),  # None: all
    Column("seconds", Integer, nullable=False),  # for each question; 0: no clock
    Column("queue", Json, nullable=False),  # ids of the items to ask
    Column("message", Text),  # the platform's id of the lobby
    Column("made_at", Instant, nullable=False),
    Column("next_at", Instant),  # when the lobby ends or the next question comes; None: not yet known
    Column("seen_at", Instant, nullable=False),  # a process looked after it then
    Column("paused_at", Instant),  # a pause was wished then; it begins after the question
    Column("ended_at", Instant),
    Column("reason", Text),  # bot.rules.matches.End
    Column("told", Text, nullable=False, default=""),  # who stands in the lobby as it was sent last
)
Index("ix_matches_live", matches.c.place_id, unique=True, info={"where": matches.c.ended_at.is_(None)})

players = Table(
    "players",
    metadata,
    Column("match_id", Id, ForeignKey("matches.id"), primary_key=True),
    Column("identity_id", Id, ForeignKey("identities.id"), primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("team", Integer),  # the first is 0; None where there are none
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
    Column("out", Integer),  # the question that put them out, the first is 0; None: they are in
    Column("skips", Integer),  # the last question that they voted to skip
    Index("ix_players_identity_id", "identity_id"),
    sqlite_with_rowid=False,
)
