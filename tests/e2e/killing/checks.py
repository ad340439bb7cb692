"""What a siege came to: the platform's own list of messages against the database."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from bot.counting import LATE_DELIVERY
from bot.ports import Tone
from bot.proofs import faults
from bot.refs import read_ref
from bot.store import Store
from bot.store.address import find_address
from bot.store.columns import AnyRow
from bot.store.proof import verify
from bot.store.tables import answers, events, identities, posts, rounds, schedules, standings, turns
from tests.e2e.killing.orders import HALLS, Asked
from tests.e2e.killing.processes import Worker

Told = dict[str, list[dict[str, Any]]]
WRONGS = ("doubles", "missing", "lost_answers", "counted_twice", "differences", "unended", "unreasonable")
LATE = "it could not be sent before its closing time"
"""The only reason of this platform, which refuses nobody, for a question that was not asked."""


@dataclass(slots=True)
class Findings:
    """The lists are wrong things, in words; `wrong` has all of them. Times in seconds."""

    slots: int = 0
    posted: int = 0
    named: int = 0
    presses: int = 0
    doubles: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    lost_answers: list[str] = field(default_factory=list)
    counted_twice: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    unended: list[str] = field(default_factory=list)
    unreasonable: list[str] = field(default_factory=list)
    taken_over: int = 0
    touched: float = 0.0
    settled: float = 0.0
    """The longest times from an owner's death to the next owner's first word to the platform, and to the settling."""
    at_peace: float = 0.0
    """The longest time to the settling of what was left over when the last worker began, which nobody disturbed."""

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be."""
        return [each for name in WRONGS for each in getattr(self, name)]

    def __str__(self) -> str:
        return (
            f"{self.slots} slots: {self.posted} posted, {self.named} named; {self.presses} presses acknowledged; "
            + ", ".join(f"{len(getattr(self, name))} {name.replace('_', ' ')}" for name in WRONGS)
            + f"; {self.taken_over} taken over within {self.touched:.1f} s, settled within {self.settled:.1f} s "
            f"({self.at_peace:.1f} s after the storm)"
        )


@dataclass(frozen=True, slots=True)
class Besieged:
    """What was done. `orphans` are posts and the last owner of each that died; what was due by `quiet` is done; from
    `peace` on (seconds since the epoch) one worker was left alone.
    """

    asked: list[Asked]
    orphans: dict[int, Worker]
    quiet: datetime
    peace: float


async def check(store: Store, url: str, told: Told, siege: Besieged) -> Findings:
    """Compare what the platform tells with the database."""
    asked = siege.asked
    found = Findings(slots=sum(each.places for each in asked))
    messages = _by_round(told)
    await store.read(partial(_check_slots, found=found, asked=asked, messages=messages))
    await store.read(partial(_check_answers, found=found, told=told))
    await store.read(partial(_check_takeovers, found=found, told=told, siege=siege))
    await store.read(partial(_check_ends, found=found, told=told, quiet=siege.quiet))
    _check_others(found, told)
    for hall in HALLS:
        found.differences += await store.read(partial(verify, hall=hall))
        proven = await store.read(partial(faults, hall=hall, now=datetime.now(UTC), most=3))
        found.differences += [f"{each.check.name}: {line}" for each in proven for line in each.lines]
    found.differences += _integrity(url)
    return found


def _by_round(told: Told) -> dict[str, list[str]]:
    """The messages that ask in a round, by its token: known by what their buttons carry, or carried."""
    by_token: dict[str, list[str]] = defaultdict(list)
    for message in told["messages"]:
        tokens = {ref.subject for text in message["refs"] if (ref := read_ref(text))}
        for token in tokens:
            by_token[token].append(message["id"])
    return by_token


def _check_slots(connection: Connection, found: Findings, asked: list[Asked], messages: dict[str, list[str]]) -> None:
    for each in asked:
        rows = connection.execute(_rounds_of(each)).all()
        if rows and rows[0].skipped:
            found.named += each.places
            found.unreasonable.append(f"{each.schedule}: {rows[0].skipped}, a minute after its time")
            continue
        if len(rows) != each.places:
            found.missing.append(f"{each.schedule}: {len(rows)} rounds in {each.places} places")
        for row in rows:
            _check_round(found, each.schedule, row, messages.get(row.token or "", []))


def _check_round(found: Findings, schedule: str, row: AnyRow, messages: list[str]) -> None:
    name = f"{schedule} round {row.id} ({row.state})"
    if len(messages) > 1:
        found.doubles.append(f"{name}: {messages}")
    if row.state in ("open", "closed"):
        found.posted += len(messages) == 1
        if row.message not in messages:
            found.missing.append(f"{name}: {row.message} is not among {messages}")
    elif row.state in ("skipped", "failed") and row.reason:
        found.named += 1
        if (row.state, row.reason) != ("skipped", LATE):
            found.unreasonable.append(f"{name}: {row.reason}")
        if messages:
            found.doubles.append(f"{name}: posted and named at once")
    else:
        found.missing.append(f"{name}: neither posted nor named")


def _rounds_of(asked: Asked) -> Any:
    return (
        select(turns.c.skipped, rounds.c.id, rounds.c.token, rounds.c.state, rounds.c.reason, rounds.c.message)
        .join(schedules, schedules.c.id == turns.c.schedule_id)
        .outerjoin(rounds, rounds.c.turn_id == turns.c.id)
        .where(schedules.c.name == asked.schedule, schedules.c.hall_id == asked.hall)
    )


def _check_others(found: Findings, told: Told) -> None:
    """Whatever is no question, such as an explanation or a note, is there once too."""
    times = Counter((each["platform"], each["stamp"]) for each in told["messages"] if not each["refs"])
    found.doubles += [f"{stamp} on {platform}: {n} times" for (platform, stamp), n in times.items() if n > 1]


def _in_time(event: dict[str, Any], closes_at: datetime) -> bool:
    """Whether a press was in time, and told so early that it has to count."""
    pressed, taken = (datetime.fromtimestamp(event[name], UTC) for name in ("at", "taken_at"))
    return pressed <= closes_at and taken <= closes_at + LATE_DELIVERY


def _check_answers(connection: Connection, found: Findings, told: Told) -> None:
    closes = {row.token: row for row in connection.execute(select(rounds.c.token, rounds.c.closes_at))}
    per_person = Counter(
        (row.token, row.account)
        for row in connection.execute(
            select(rounds.c.token, identities.c.account)
            .join(answers, answers.c.round_id == rounds.c.id)
            .join(identities, identities.c.id == answers.c.identity_id)
        )
    )
    kept = set(connection.execute(select(events.c.event)).scalars())
    for event in told["events"]:
        if not event["acknowledged"]:
            continue
        found.presses += 1
        token = str(getattr(read_ref(event["ref"]), "subject", ""))
        if event["id"] not in kept or (
            _in_time(event, closes[token].closes_at) and not per_person[token, event["account"]]
        ):
            found.lost_answers.append(f"{event['id']} of {event['account']} in {token}")
    found.counted_twice += [f"{who}: {n} answers" for who, n in per_person.items() if n > 1]
    counted = select(func.count()).select_from(
        select(answers.c.turn_id, identities.c.person_id)
        .join(identities, identities.c.id == answers.c.identity_id)
        .distinct()
        .subquery()
    )
    summed = select(func.coalesce(func.sum(standings.c.answered), 0)).where(
        standings.c.board == "hall", standings.c.period == "all"
    )
    ones, total = connection.execute(counted).scalar_one(), int(connection.execute(summed).scalar_one())
    if ones != total:
        found.counted_twice.append(f"{ones} people answered a turn, the standings counted {total}")


def _check_ends(connection: Connection, found: Findings, told: Told, quiet: datetime) -> None:
    """What was over by then is closed, shows the key and has one explanation beneath."""
    messages = {each["id"]: each for each in told["messages"]}
    beneath = Counter(each["under"] for each in told["messages"] if each["stamp"].startswith("e-"))
    over = select(rounds.c.id, rounds.c.state, rounds.c.message).join(turns, turns.c.id == rounds.c.turn_id)
    over = over.where(rounds.c.closes_at <= quiet, turns.c.match_id.is_(None))
    for row in connection.execute(over.where(rounds.c.state.not_in(("skipped", "failed")))):
        tone = messages[row.message]["body"]["tone"] if row.message in messages else ""
        if (row.state, tone, beneath[row.message]) != ("closed", Tone.REVEAL.value, 1):
            found.unended.append(f"round {row.id}: {row.state}, {tone}, {beneath[row.message]} explanations")


def _check_takeovers(connection: Connection, found: Findings, told: Told, siege: Besieged) -> None:
    said: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for entry in told["log"]:
        said[entry["stamp"]].append((entry["by"], entry["at"]))
    statement = select(posts.c.id, posts.c.stamp, rounds.c.opened_at).join(rounds, rounds.c.id == posts.c.round_id)
    for row in connection.execute(statement.where(posts.c.kind == "question", rounds.c.opened_at.is_not(None))):
        dead = siege.orphans.get(row.id)
        if dead is None:
            continue
        touched = [at for by, at in said[row.stamp] if by != dead.name and at > dead.ended]
        found.taken_over += 1
        found.touched = max(found.touched, min(touched, default=dead.ended) - dead.ended)
        settled = row.opened_at.timestamp()
        found.settled = max(found.settled, settled - dead.ended)
        found.at_peace = max(found.at_peace, settled - max(siege.peace, dead.ended))


def _integrity(url: str) -> list[str]:
    file = find_address(url).file
    if file is None:
        return []
    with closing(sqlite3.connect(file)) as connection:
        told = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        loose = [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    return [line for line in told if line != "ok"] + loose
