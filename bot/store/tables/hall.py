"""Halls, their places and their people."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Text, UniqueConstraint, false

from bot.store.columns import Id, Instant, Json
from bot.store.tables.naming import metadata

halls = Table(
    "halls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("season", Text, nullable=False),  # month, quarter, half-year, year
    Column("organisers", Json, nullable=False),  # {"groups": [...], "accounts": ["web:local:abc"]}
    Column("organiser_place", Text),  # a PlaceRef as text
    Column("from_file", Text),  # file:line where the entry stands, None where chat made it
)

places = Table(
    "places",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False, index=True),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("paused", Text),  # why nothing is posted here, None where it is
    Column("from_file", Text),
    UniqueConstraint("platform", "workspace", "channel"),
)

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    # Not shown on boards: by one of the next two, or forgotten.
    Column("hidden", Boolean, nullable=False, default=False),
    Column("hides", Boolean, nullable=False, default=False, server_default=false()),  # by their own wish
    Column("put_off", Boolean, nullable=False, default=False, server_default=false()),  # by an operator's
    Column("since", Instant, nullable=False),
    Column("forgotten_at", Instant),  # nothing tells any more who this was, None for everybody else
)
Index("ix_people_hidden", people.c.hall_id, info={"where": people.c.hidden.is_(True)})

identities = Table(
    "identities",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), nullable=False, index=True),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("hall_id", "platform", "workspace", "account"),
)

links = Table(
    "links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("identity_id", Id, ForeignKey("identities.id"), nullable=False, index=True),
    Column("from_person", Id, ForeignKey("people.id"), nullable=False),  # whose the identity was, and is when it ends
    Column("to_person", Id, ForeignKey("people.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),
)
