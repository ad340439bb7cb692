"""The tables. Facts are stored; what can be derived is derived, but for `standings` and `histogram`, which always equal
a replay of the answers (`studyhall db verify` proves it), and `ratings`, which are estimates.

An index over some of the rows says which under `where` in its info: said to SQLAlchemy for each database, it would
import both (a fifteenth of the start). `bot/store/migrations/env.py` passes it on.
"""

from __future__ import annotations

from bot.store.tables.alone import abilities, private_rounds, ratings, reminders, sessions
from bot.store.tables.answering import answers, histogram, marks, regrades, standings, stars
from bot.store.tables.asking import posts, recalls, rounds, schedules, turns
from bot.store.tables.hall import halls, identities, links, people, places
from bot.store.tables.match import matches, players
from bot.store.tables.naming import metadata
from bot.store.tables.upkeep import events, notes, processes, proposals, shelf

__all__ = [
    "abilities",
    "answers",
    "events",
    "halls",
    "histogram",
    "identities",
    "links",
    "marks",
    "matches",
    "metadata",
    "notes",
    "people",
    "places",
    "players",
    "posts",
    "private_rounds",
    "processes",
    "proposals",
    "ratings",
    "recalls",
    "regrades",
    "reminders",
    "rounds",
    "schedules",
    "sessions",
    "shelf",
    "standings",
    "stars",
    "turns",
]
