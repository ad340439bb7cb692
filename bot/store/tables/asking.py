"""What is asked: schedules, turns and their rounds, and the messages that are owed for them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, and_, false

from bot.store.columns import Id, Instant, Json
from bot.store.tables.naming import metadata

schedules = Table(
    "schedules",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("times", Json, nullable=False),  # ["09:00", "17:30"]
    Column("weekdays", Json, nullable=False),  # [0, 1, 2, 3, 4], Monday is 0
    Column("blackout", Json, nullable=False),  # ["2026-12-24", ...]
    # As bot.settings.Selection has it: packs, topics, difficulties, kinds.
    Column("selection", Json, nullable=False),
    Column("policy", Json, nullable=False),  # see bot.settings.Policy
    Column("places", Json, nullable=False),  # place ids, ascending
    Column("paused_since", Instant),
    Column("removed_at", Instant),
    Column("made_at", Instant, nullable=False),
    Column("looked_until", Instant, nullable=False),  # slots due up to here are decided
    Column("timed_from", Instant),  # the present times hold from here on; None: since a release that did not keep it
    Column("next_due", Instant, index=True),  # None where paused, removed or without slots to come
    Column("from_file", Text),
    UniqueConstraint("hall_id", "name"),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False, index=True),
    Column("schedule_id", Id, ForeignKey("schedules.id")),  # None where a match asked
    Column("match_id", Id, ForeignKey("matches.id")),
    Column("nth", Integer),  # of its match, the first is 0
    Column("unranked", Boolean, nullable=False, default=False, server_default=false()),  # its answers are on no board
    Column("slot", Text, nullable=False),  # local wall time, 2026-03-29T09:00
    Column("due_at", Instant, nullable=False),
    Column("day", Text, nullable=False),  # the date that it counts for, in the hall's zone: 2026-03-29
    Column("late", Boolean, nullable=False, default=False),
    Column("policy", Json),  # bot.settings.Policy as it was when the slot was decided
    Column("item_id", Text),  # None where the slot was skipped
    Column("topic", Text),
    Column("concept", Text),
    Column("shown", Json),  # the item as shown: bot.rules.shown.Shown
    Column("skipped", Text),  # the reason, where nothing is posted for the slot
    Column("regraded", Integer, nullable=False, default=0, server_default="0"),  # so often its key was mended
    Column("asked_in", Integer),  # so many places it was asked in; None: nowhere, or not written down
    UniqueConstraint("schedule_id", "slot"),
    UniqueConstraint("match_id", "nth"),
    Index("ix_turns_hall_id_concept", "hall_id", "concept"),
    Index("ix_turns_hall_id_item_id", "hall_id", "item_id"),
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("turn_id", Id, ForeignKey("turns.id"), nullable=False),
    Column("place_id", Id, ForeignKey("places.id"), nullable=False),
    Column("token", Text, nullable=False, unique=True),  # what refs name the round by
    Column("state", Text, nullable=False),  # due, open, closed, skipped, failed (sending and uncertain: its post's)
    Column("reason", Text),
    Column("message", Text),  # the platform's id of the question
    Column("opened_at", Instant),
    Column("closes_at", Instant),
    Column("closed_at", Instant),
    Column("answered", Integer, nullable=False, default=0),  # identities that answered
    Column("told", Integer, nullable=False, default=0),  # the count that the message shows
    Column("telling_until", Instant),  # so long the edit that tells a count may be under way; None: none is
    Column("hints", Integer, nullable=False, default=0, server_default="0"),  # so many were given, in a match
    Column("counted_to", Id),  # only answers up to this id stand on boards yet; None: all of them
    Column("last_seen", Json),  # bot.rules.team.LastSeen: how its concept went here before; None: it is not said
    Column("recalled_at", Instant),  # when `recalls` took its answers in; None: not yet, or there are others since
    UniqueConstraint("turn_id", "place_id"),
    Index("ix_rounds_state_closes_at", "state", "closes_at"),
    Index("ix_rounds_hall_id_closed_at", "hall_id", "closed_at"),
    Index("ix_rounds_place_id_message", "place_id", "message"),
)

Index(
    "ix_rounds_counted_to",
    rounds.c.counted_to,
    info={"where": rounds.c.counted_to.is_not(None)},
)
Index(
    "ix_rounds_to_recall",
    rounds.c.hall_id,
    info={"where": and_(rounds.c.closed_at.is_not(None), rounds.c.recalled_at.is_(None))},
)

# What the group of a place remembers of a concept, as a replay of its closed rounds gives it. Rounds that are not
# recalled yet are taken in before long, so that nothing here has to be mended.
recalls = Table(
    "recalls",
    metadata,
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("place_id", Id, ForeignKey("places.id"), primary_key=True),
    Column("concept", Text, primary_key=True),
    Column("due", Instant, nullable=False),  # when its recall has fallen to bot.rules.memory.RETENTION
    Column("day", Text, nullable=False),  # the date of the latest round that was answered, in the hall's zone
    Column("right", Integer, nullable=False),  # so many were right in it
    Column("answered", Integer, nullable=False),
    Index("ix_recalls_place_id_due", "place_id", "due", "concept"),
    sqlite_with_rowid=False,
)

posts = Table(
    "posts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("place_id", Id, ForeignKey("places.id"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("round_id", Id, ForeignKey("rounds.id"), index=True),
    Column("match_id", Id, ForeignKey("matches.id")),
    Column("identity_id", Id, ForeignKey("identities.id")),  # whom it is to alone; None: to everybody in the place
    Column("kind", Text, nullable=False),
    # question, seed, reveal, explanation, talk, unsaid, retold, best, note, reminder; hint, lobby, match, podium
    Column("nth", Integer, nullable=False, default=0),  # tells posts of one kind of one round or match apart
    Column("body", Json),  # what a note or a reminder says; which answers were liked best
    Column("stamp", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),  # due, sending, sent, uncertain, skipped, failed
    Column("reason", Text),
    Column("message", Text),
    Column("owner", Text),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    Column("looks", Integer, nullable=False, default=0),
    Column("first_try", Instant),
    Column("next_try", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("round_id", "kind", "nth"),
    UniqueConstraint("match_id", "kind", "nth"),
    Index("ix_posts_state_next_try", "state", "next_try"),
)
Index("ix_posts_identity_id", posts.c.identity_id, info={"where": posts.c.identity_id.is_not(None)})
