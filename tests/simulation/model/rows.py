"""What the database holds, read with plain SQL beside the product."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OF_A_HALL = (
    *("places", "people", "identities", "links", "schedules", "turns", "rounds", "answers", "regrades"),
    *("posts", "notes", "standings", "histogram"),
)

TURNS = """
SELECT t.id, t.hall_id AS hall, s.name AS plan, t.slot, t.due_at, t.item_id, t.skipped, t.shown
FROM turns t JOIN schedules s ON s.id = t.schedule_id ORDER BY t.id"""
ROUNDS = """
SELECT r.id, r.turn_id, r.token, r.state, r.reason, r.message, r.closes_at, r.answered, r.counted_to, p.channel AS place
FROM rounds r JOIN places p ON p.id = r.place_id ORDER BY r.closes_at, r.id"""
EXPLANATIONS = """
SELECT round_id, state, reason FROM posts WHERE kind = 'explanation' AND nth = 0"""
ANSWERS = """
SELECT r.token, i.account, i.hall_id AS hall, a.verdict, a.points, a.given
FROM answers a JOIN rounds r ON r.id = a.round_id JOIN identities i ON i.id = a.identity_id"""
STANDINGS = """
SELECT hall_id AS hall, person_id, points, "right", answered FROM standings WHERE board = 'hall' AND period = 'all'"""


@dataclass(frozen=True, slots=True)
class Rows:
    """The tables at one moment."""

    turns: dict[int, sqlite3.Row]
    rounds: dict[str, sqlite3.Row]
    answers: list[sqlite3.Row]
    standings: list[sqlite3.Row]
    identities: dict[tuple[str, str], int]
    """The person's id by hall and account."""
    accounts: dict[tuple[str, str], int]
    """The identity's id by hall and account."""

    def slots(self) -> dict[tuple[str, str], dict[str, sqlite3.Row]]:
        """The turns by schedule and slot."""
        found: dict[tuple[str, str], dict[str, sqlite3.Row]] = defaultdict(dict)
        for row in self.turns.values():
            found[row["hall"], row["plan"]][row["slot"]] = row
        return found

    def revealed(self) -> set[str]:
        """The tokens of the rounds all of whose answers stand on boards."""
        return {token for token, row in self.rounds.items() if row["counted_to"] is None}


@contextmanager
def connected(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def read(file: Path) -> Rows:
    """Read everything that the model speaks of."""
    with connected(file) as connection:
        known = connection.execute("SELECT id, hall_id, account, person_id FROM identities").fetchall()
        return Rows(
            turns={row["id"]: row for row in connection.execute(TURNS)},
            rounds={row["token"]: row for row in connection.execute(ROUNDS)},
            answers=connection.execute(ANSWERS).fetchall(),
            standings=connection.execute(STANDINGS).fetchall(),
            identities={(row["hall_id"], row["account"]): row["person_id"] for row in known},
            accounts={(row["hall_id"], row["account"]): row["id"] for row in known},
        )


def of_others(file: Path, hall: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the other halls, by table."""
    with connected(file) as connection:
        return {
            table: [tuple(row) for row in connection.execute(f"SELECT * FROM {table} WHERE hall_id != ?", (hall,))]
            for table in OF_A_HALL
        }


def explanations(file: Path) -> dict[int, sqlite3.Row]:
    """What became of the explanations that rounds owed, by round."""
    with connected(file) as connection:
        return {row["round_id"]: row for row in connection.execute(EXPLANATIONS)}


def has_event(file: Path, event: str) -> bool:
    """Whether what came of an event is stored."""
    with connected(file) as connection:
        return connection.execute("SELECT 1 FROM events WHERE event = ?", (event,)).fetchone() is not None


def instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def key_texts(shown: str) -> list[str]:
    """The texts of the options that a stored item as shown calls right, in the order of its key."""
    value = json.loads(shown)
    return [value["options"][index]["text"] for index in value["key"]]
