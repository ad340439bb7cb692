"""What must hold after a run, looked at from outside: the platform's own messages, and the rows of the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from sqlalchemy import Connection, func, select

from bot.ports import Options
from bot.refs import read_ref
from bot.store.proof import verify
from bot.store.tables import answers, events, identities, notes, places, posts, rounds, schedules, turns
from scheduler.schedule import slots
from tests.hall import text_of
from tests.simulation.server import Sent
from tests.simulation.world import World

FARTHEST_OFF = timedelta(hours=1, minutes=3)
"""No clock of a run is farther off the true time."""
CANARY = "Because of the letter."
UNKNOWN = "not known"


@dataclass(slots=True)
class Report:
    """What a run came to; `wrong` is empty where all held."""

    wrong: list[str] = field(default_factory=list)
    slots: int = 0
    posted: int = 0
    named: int = 0
    doubled: int = 0
    missing: int = 0
    answers: int = 0
    acknowledged: int = 0
    kills: int = 0

    def __iadd__(self, other: Report) -> Self:
        """Both runs together."""
        for name in ("slots", "posted", "named", "doubled", "missing", "answers", "acknowledged", "kills"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong += other.wrong
        return self


def look(connection: Connection, world: World) -> Report:
    """Check everything."""
    report = Report(acknowledged=len(world.acknowledged), kills=world.kills)
    report.answers = connection.execute(select(func.count()).select_from(answers)).scalar_one()
    asked = _by_round(world)
    _each_slot(connection, world, report)
    _each_round(connection, world, report, asked)
    report.wrong += _follow_ups_once(connection, world)
    report.wrong += _no_early_key(connection, world, asked)
    report.wrong += _answers_kept(connection, world)
    for hall in world.plan.halls:
        report.wrong += verify(connection, hall.id)
    report.wrong += [f"a job failed: {error!r}" for error in world.failures]
    return report


def _by_round(world: World) -> dict[str, list[Sent]]:
    """The questions at the platform by the token of their round."""
    found: dict[str, list[Sent]] = defaultdict(list)
    for sent in world.server.messages:
        options = next((block for block in sent.cards[0][1].blocks if isinstance(block, Options)), None)
        ref = read_ref(options.choices[0].ref) if options else None
        if ref is not None:
            found[ref.subject].append(sent)
    return found


def _each_slot(connection: Connection, world: World, report: Report) -> None:
    """Every slot that was due is a turn, which was asked or says why not; what was missed is told in a note."""
    end = world.true_now() - timedelta(minutes=5)
    for hall in world.plan.halls:
        for entry in hall.schedules:
            row = connection.execute(
                select(schedules.c.id, schedules.c.timed_from).where(
                    schedules.c.hall_id == hall.id, schedules.c.name == entry.name
                )
            ).one()
            query = select(turns.c.slot, turns.c.skipped).where(turns.c.schedule_id == row.id)
            decided = dict(tuple(each) for each in connection.execute(query))
            for slot in slots(entry.rule, row.timed_from, end):
                if slot.name not in decided:
                    report.missing += 1
                    report.wrong.append(f"{hall.id}/{entry.name} {slot.name}: nothing became of it")
            told = connection.execute(select(notes.c.facts).where(notes.c.hall_id == hall.id, notes.c.kind == "missed"))
            counted = sum(facts["count"] for facts in told.scalars() if facts["schedule"] == entry.name)
            skipped = sum(reason is not None for reason in decided.values())
            if counted != skipped:
                report.wrong.append(f"{hall.id}/{entry.name}: {skipped} slots skipped, {counted} told")
            report.slots += len(decided)


def _each_round(connection: Connection, world: World, report: Report, asked: dict[str, list[Sent]]) -> None:
    """Every round is at the platform once, or says why not, and is never early."""
    query = (
        select(
            rounds.c.id,
            rounds.c.token,
            rounds.c.state,
            rounds.c.reason,
            turns.c.due_at,
            turns.c.slot,
            rounds.c.closes_at,
        )
        .add_columns(posts.c.state.label("post"))
        .join(turns, turns.c.id == rounds.c.turn_id)
        .outerjoin(posts, (posts.c.round_id == rounds.c.id) & (posts.c.kind == "question"))
    )
    for row in connection.execute(query):
        sent = asked.get(row.token, [])
        standing = [each for n, each in enumerate(sent) if n == len(sent) - 1 or not each.deleted]
        what = f"round {row.id} of {row.slot}: {row.state} ({row.reason}), its post {row.post}, {len(sent)} messages"
        if len(standing) > 1:
            report.doubled += 1
            report.wrong.append(f"{what}: twice")
        if sent:
            report.posted += 1
            early = row.due_at - (world.plan.start + timedelta(seconds=sent[0].at))
            if early > FARTHEST_OFF:
                report.wrong.append(f"{what}: early by {early}")
        elif row.state in ("skipped", "failed") and row.reason:
            report.named += 1
        else:
            report.missing += 1
            report.wrong.append(f"{what}: silently missing")
        over = row.closes_at < world.true_now() - timedelta(minutes=5)
        if sent and over and row.state != "closed" and not (row.state == "skipped" and row.reason):
            report.wrong.append(f"{what}: not closed")


def _follow_ups_once(connection: Connection, world: World) -> Iterator[str]:
    """No explanation, note or open answer is there twice."""
    texts = Counter(
        (sent.under, sent.stamp) for sent in world.server.messages if not sent.deleted and sent.stamp[0] != "q"
    )
    yield from (f"{stamp} under {under}: {number} times" for (under, stamp), number in texts.items() if number > 1)
    owed = select(posts.c.stamp, posts.c.kind, posts.c.state, posts.c.reason).where(
        posts.c.state.in_(("due", "sending", "uncertain"))
    )
    blind = [str(place) for place in world.plan.traits.blind]
    at_blind = select(posts.c.stamp).join(places, places.c.id == posts.c.place_id)
    unseen = {
        stamp
        for stamp, channel in connection.execute(at_blind.add_columns(places.c.channel))
        if any(place.endswith(channel) for place in blind)
    }
    for row in connection.execute(owed):
        if row.stamp not in unseen:
            yield f"a {row.kind} is still {row.state}: {row.reason}"


def _no_early_key(connection: Connection, world: World, asked: dict[str, list[Sent]]) -> Iterator[str]:
    """The explanation shows nowhere before its round's closing time, by the clock that was farthest ahead."""
    closing = dict(tuple(row) for row in connection.execute(select(rounds.c.token, rounds.c.closes_at)))
    of_message = {sent.id: token for token, many in asked.items() for sent in many}
    for sent in world.server.messages:
        token = of_message.get(sent.id) or of_message.get(sent.under)
        if token is None:
            continue
        for at, card in sent.cards:
            when = world.plan.start + timedelta(seconds=at)
            if CANARY in text_of(card) and when < closing[token] - FARTHEST_OFF:
                yield f"the key of {token} is out at {when}, it closes at {closing[token]}"


def _answers_kept(connection: Connection, world: World) -> Iterator[str]:
    """Whoever was told that an answer counts has it in the database, once."""
    kept = dict(tuple(row) for row in connection.execute(select(events.c.event, events.c.outcome)))
    query = select(identities.c.account, answers.c.round_id).join(identities, identities.c.id == answers.c.identity_id)
    stored = Counter(tuple(row) for row in connection.execute(query))
    yield from (f"{key}: {number} answers" for key, number in stored.items() if number > 1)
    accounts = {account for account, _ in stored}
    for event, (account, told) in world.acknowledged.items():
        outcome = kept.get(event)
        if outcome is None:
            if UNKNOWN not in told:
                yield f"{event} of {account} was taken and is not stored: {told[:60]!r}"
        elif outcome["came"] != "closed" and account not in accounts:
            yield f"{event} of {account} came {outcome['came']} and no answer is there"
