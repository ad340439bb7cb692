"""What must hold after a run, looked at from outside: the platform's own messages, and the rows of the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from sqlalchemy import Connection, func, select

from bot.ports import Options
from bot.proofs import faults
from bot.refs import read_ref
from bot.settings import ScheduleEntry
from bot.store.columns import AnyRow
from bot.store.proof import verify
from bot.store.tables import answers, notes, places, posts, rounds, schedules, turns
from bot.store.turns import TOGETHER_WITH
from scheduler.schedule import Slot, slots
from tests.simulation.endings import keys_kept, rounds_end_well
from tests.simulation.reasons import RoundEnd, reason_is_good, slot_was_missed, told_to_organisers
from tests.simulation.server import Sent
from tests.simulation.taken import answers_kept, reactions_counted
from tests.simulation.world import HEALING_PACE, MOMENT, World

ON_ITS_WAY = timedelta(seconds=2 * HEALING_PACE)
"""What came to be owed so shortly before the end of a run may be owed still."""
JUST_DUE = timedelta(minutes=5)
"""A slot due so shortly before the end, or later by a clock that is ahead, may be undecided or on its way."""


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
    report.wrong += rounds_end_well(connection, world)
    report.wrong += keys_kept(connection, world, asked)
    report.wrong += told_to_organisers(connection, world)
    report.wrong += answers_kept(connection, world)
    report.wrong += reactions_counted(connection, world)
    for hall in world.plan.halls:
        report.wrong += verify(connection, hall.id)
        found = faults(connection, hall.id, world.true_now(), 3)
        report.wrong += [f"{each.check.name} of {hall.id}: {line}" for each in found for line in each.lines]
    report.wrong += [f"a job failed: {error!r}" for error in world.failures]
    report.wrong += world.logged
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
    """Every slot that was due is a turn, which was asked in each place or says why not; what was missed is told."""
    for hall in world.plan.halls:
        told = connection.execute(select(notes.c.facts).where(notes.c.hall_id == hall.id, notes.c.kind == "missed"))
        counted: Counter[str] = Counter()
        for facts in told.scalars():
            counted[facts["schedule"]] += facts["count"]
        for entry in hall.schedules:
            row = connection.execute(
                select(schedules.c.id, schedules.c.timed_from).where(
                    schedules.c.hall_id == hall.id, schedules.c.name == entry.name
                )
            ).one()
            decided = _decided(connection, row.id)
            due = list(slots(entry.rule, row.timed_from, world.true_now() - JUST_DUE))
            wrong = list(_undecided(world, entry, due, decided))
            report.missing += sum("nothing became of it" in each for each in wrong)
            skipped = sum(not (reason or TOGETHER_WITH).startswith(TOGETHER_WITH) for reason, _ in decided.values())
            if counted[entry.name] != skipped:
                wrong.append(f"{skipped} slots skipped, {counted[entry.name]} told")
            wrong += _misplaced(entry, decided)
            report.wrong += [f"{hall.id}/{entry.name}: {each}" for each in wrong]
            report.slots += len(decided)


def _decided(connection: Connection, schedule: int) -> dict[str, tuple[str | None, set[str]]]:
    """By slot: why it was skipped, and the channels of its rounds."""
    query = select(turns.c.slot, turns.c.skipped, places.c.channel).where(turns.c.schedule_id == schedule)
    query = query.outerjoin(rounds, rounds.c.turn_id == turns.c.id).outerjoin(places, places.c.id == rounds.c.place_id)
    found: dict[str, tuple[str | None, set[str]]] = {}
    for slot, skipped, channel in connection.execute(query):
        found.setdefault(slot, (skipped, set()))[1].update({channel} - {None})
    return found


def _undecided(
    world: World, entry: ScheduleEntry, due: list[Slot], decided: dict[str, tuple[str | None, set[str]]]
) -> Iterator[str]:
    ends = [each.due_at for each in due[1:]] + [world.true_now()]
    for slot, following in zip(due, ends, strict=False):
        if slot.name not in decided:
            yield f"{slot.name}: nothing became of it"
        elif (reason := decided[slot.name][0]) is not None:
            if reason.startswith(TOGETHER_WITH):
                same = {each.name for each in due if each.due_at == slot.due_at and each != slot}
                if reason.removeprefix(TOGETHER_WITH).replace(" ", "T") not in same:
                    yield f"{slot.name} was not due together with that: {reason}"
                continue
            lasts = min(entry.policy.grace, entry.policy.open_for or entry.policy.grace)
            over = min(following, slot.due_at + lasts)
            if not slot_was_missed(world, slot.due_at, over, reason):
                yield f"{slot.name} was skipped, and the bot was there: {reason}"


def _misplaced(entry: ScheduleEntry, decided: dict[str, tuple[str | None, set[str]]]) -> Iterator[str]:
    """A turn that was asked has a round in each place of its schedule, and in no other."""
    meant = {place.channel for place in entry.places}
    for slot, (skipped, found) in decided.items():
        if skipped is None and found != meant:
            yield f"{slot} was to be asked in {sorted(meant)}, its rounds are in {sorted(found)}"


def _each_round(connection: Connection, world: World, report: Report, asked: dict[str, list[Sent]]) -> None:
    """Every round is at the platform once, or says why not, and is never early."""
    query = (
        select(rounds, turns.c.due_at, turns.c.slot, places.c.channel, posts.c.state.label("post"))
        .join(turns, turns.c.id == rounds.c.turn_id)
        .join(places, places.c.id == rounds.c.place_id)
        .outerjoin(posts, (posts.c.round_id == rounds.c.id) & (posts.c.kind == "question"))
    )
    for row in connection.execute(query):
        sent = asked.get(row.token, [])
        what = f"round {row.id} of {row.slot}: {row.state} ({row.reason}), its post {row.post}, {len(sent)} messages"
        report.wrong += [f"{what}: {each}" for each in _judged(world, report, row, sent)]


def _judged(world: World, report: Report, row: AnyRow, sent: list[Sent]) -> Iterator[str]:
    """What is wrong with a round, whose messages are `sent`."""
    standing = [each for n, each in enumerate(sent) if n == len(sent) - 1 or not each.deleted]
    if len(standing) > 1:
        report.doubled += 1
        yield "twice"
    if any(each.place.channel != row.channel for each in sent):
        yield f"asked in {[str(each.place) for each in sent]}, not in {row.channel}"
    if sent:
        report.posted += 1
        early = row.due_at - (world.plan.start + timedelta(seconds=sent[0].at))
        if early > timedelta(seconds=world.ahead) + MOMENT:
            yield f"early by {early}"
    elif row.state in ("skipped", "failed") and row.reason:
        report.named += 1
        if not reason_is_good(world, RoundEnd(row.state, row.reason, row.channel, row.due_at, row.closes_at)):
            yield "its reason is none"
    elif row.state != "due" or row.due_at < world.true_now() - JUST_DUE:
        report.missing += 1
        yield "silently missing"


def _follow_ups_once(connection: Connection, world: World) -> Iterator[str]:
    """No explanation, note or open answer is there twice, and nothing is owed that could be sent."""
    texts = Counter(
        (sent.under, sent.stamp) for sent in world.server.messages if not sent.deleted and sent.stamp[0] != "q"
    )
    yield from (f"{stamp} under {under}: {number} times" for (under, stamp), number in texts.items() if number > 1)
    owed = select(posts.c.kind, posts.c.state, posts.c.reason, places.c.channel)
    owed = owed.join(places, places.c.id == posts.c.place_id)
    blind = {place.channel for place in world.plan.traits.blind}
    made = world.true_now() - ON_ITS_WAY - timedelta(seconds=world.off)
    owed = owed.where(posts.c.state.in_(("due", "sending", "uncertain")), posts.c.made_at < made)
    for row in connection.execute(owed):
        if row.channel not in blind:
            yield f"a {row.kind} is still {row.state}: {row.reason}"
