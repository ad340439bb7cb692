"""What was answered, what was made of it, and how people stand."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from bot.store.columns import Id, Instant, Json
from bot.store.tables.naming import metadata

answers = Table(
    "answers",
    metadata,
    Column("id", Id, primary_key=True),  # the sequence in which answers were stored
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("turn_id", Id, ForeignKey("turns.id"), nullable=False),
    Column("round_id", Id, ForeignKey("rounds.id"), nullable=False),
    Column("identity_id", Id, ForeignKey("identities.id"), nullable=False),
    Column("given", Json, nullable=False),  # {"picked": [2]} or {"text": "0.5"}
    Column("via", Text, nullable=False),  # press, reaction, text, form
    Column("verdict", Text, nullable=False),  # right, partly, wrong, noted
    Column("why", Text, nullable=False),  # bot.rules.verdicts.Why
    Column("detail", Text, nullable=False),
    Column("points", Integer, nullable=False),
    Column("rules", Text, nullable=False),  # version of the rules that gave verdict and points
    Column("board_date", Text, nullable=False),  # the date of the slot, in the hall's zone: 2026-03-29
    Column("season", Text, nullable=False),  # the season of that date: 2026-Q1
    Column("at", Instant, nullable=False),  # the platform's instant
    Column("stored_at", Instant, nullable=False),
    UniqueConstraint("round_id", "identity_id"),
    Index("ix_answers_turn_id_identity_id", "turn_id", "identity_id"),
    Index("ix_answers_identity_id_id", "identity_id", "id"),
    Index("ix_answers_hall_id_board_date", "hall_id", "board_date"),
)

regrades = Table(
    "regrades",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("turn_id", Id, ForeignKey("turns.id"), nullable=False, index=True),
    Column("before", Json, nullable=False),  # bot.rules.shown.Shown with the key that was wrong
    Column("after", Json, nullable=False),  # the same with the key that is right
    Column("by", Text, nullable=False),  # an account, or `operator`
    Column("at", Instant, nullable=False),
    Column("handled", Id, nullable=False, default=0),  # answers up to this id are graded anew
    Column("changed", Integer, nullable=False, default=0),  # so many of them have another verdict or other points now
    Column("done_at", Instant),
)

marks = Table(
    "marks",
    metadata,
    Column("regrade_id", Id, ForeignKey("regrades.id"), primary_key=True),
    Column("answer_id", Id, ForeignKey("answers.id"), primary_key=True),
    Column("verdict", Text, nullable=False),  # what the answer's row said before the regrade, as all that follows
    Column("why", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("points", Integer, nullable=False),
    Column("rules", Text, nullable=False),
)

stars = Table(
    "stars",
    metadata,
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("answer_id", Id, ForeignKey("answers.id"), primary_key=True),  # an open answer of somebody else
    Column("identity_id", Id, ForeignKey("identities.id"), primary_key=True, index=True),  # who likes it
    Column("at", Instant, nullable=False, index=True),
)

standings = Table(
    "standings",
    metadata,
    Column("hall_id", Text, ForeignKey("halls.id"), primary_key=True),
    Column("board", Text, primary_key=True),  # hall, place:12, topic:statistics
    Column("period", Text, primary_key=True),  # day:2026-03-29, week:2026-W13, month:2026-03, season:2026-Q1, all
    Column("person_id", Id, ForeignKey("people.id"), primary_key=True),
    Column("points", Integer, nullable=False),
    Column("right", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("reached", Id, nullable=False),  # the id of the answer that brought the points: who got there first
    Index("ix_standings_page", "hall_id", "board", "period", "points", "reached"),
    sqlite_with_rowid=False,
)

histogram = Table(
    "histogram",
    metadata,
    Column("hall_id", Text, ForeignKey("halls.id"), primary_key=True),
    Column("board", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("points", Integer, primary_key=True),
    Column("people", Integer, nullable=False),
    sqlite_with_rowid=False,
)
