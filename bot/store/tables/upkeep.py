"""What Studyhall writes down to go on well: what it was told, notes, shelves, processes."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from bot.store.columns import ByCodePoint, Id, Instant, Json
from bot.store.tables.naming import metadata

events = Table(
    "events",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("outcome", Json, nullable=False),  # what came of it, told again when it is delivered again
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False, index=True),
    Column("identity_id", Id, ForeignKey("identities.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),  # draft
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),  # "" where whoever proposed it left it open
    Column("source", Text, nullable=False),  # the message it was made of: its place and id
    Column("at", Instant, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),  # one open note a kind and subject: a fault is told once
    Column("facts", Json, nullable=False),  # what the sentence in bot.cards needs
    Column("at", Instant, nullable=False),
    Column("resolved_at", Instant),
)

shelf = Table(
    "shelf",
    metadata,
    Column("namespace", Text, primary_key=True),
    Column("key", ByCodePoint, primary_key=True),
    Column("value", Json, nullable=False),
    Column("seq", Id, nullable=False),
    Column("owner", Text),
    Column("lease_until", Instant),
    Index("ix_shelf_namespace_seq", "namespace", "seq", unique=True),
)

processes = Table(
    "processes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platforms", Json, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("last_tick", Instant, nullable=False),
    Column("stopped_at", Instant),
)
