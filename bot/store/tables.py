"""The tables. Facts are stored; what can be derived is derived, but for `standings` and `histogram`, which always equal
a replay of the answers (`studyhall db verify` proves it), and `ratings`, which are estimates.

An index over some of the rows says which under `where` in its info: said to SQLAlchemy for each database, it would
import both (a fifteenth of the start). `bot/store/migrations/env.py` passes it on.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
)

from bot.store.columns import ByCodePoint, Id, Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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

events = Table(
    "events",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("outcome", Json, nullable=False),  # what came of it, told again when it is delivered again
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

stars = Table(
    "stars",
    metadata,
    Column("hall_id", Text, ForeignKey("halls.id"), nullable=False),
    Column("answer_id", Id, ForeignKey("answers.id"), primary_key=True),  # an open answer of somebody else
    Column("identity_id", Id, ForeignKey("identities.id"), primary_key=True, index=True),  # who likes it
    Column("at", Instant, nullable=False, index=True),
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
