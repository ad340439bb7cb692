"""A test of the checks: in each scene a protection is needed; with it all is well, without it the checks go red."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import and_, select

from bot.ports import Card, PlaceRef, Press, Tone, Who
from bot.store.tables import posts
from tests.hall import hall_entry, schedule
from tests.simulation import protections
from tests.simulation.checks import Report
from tests.simulation.plan import PLACES, Plan
from tests.simulation.process import Client
from tests.simulation.running import Ground
from tests.simulation.server import SLOWEST, Server, Traits
from tests.simulation.world import World, options_of, token_of

START = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)
NOTHING_FAILS = Traits(lost_requests=0.1, lost_replies=0.1, slow=0.1, busy=0.1)
"""Shares that make the fates below what they are called; each scene names the fate of every request that matters."""
CLAIMED = and_(posts.c.kind == "question", posts.c.state == "sending")
LOST_REPLY, BUSY, SLOW, FINE = 0.19, 0.25, 0.35, 0.9


def plan(open_for: timedelta) -> Plan:
    """One question at nine o'clock in one room, and two processes."""
    organisers = PlaceRef("fake", "team", "organisers-0")
    daily = schedule("daily", PLACES[:1], open_for=open_for)
    hall = hall_entry("hall-0", PLACES[:1], [daily], organiser_place=organisers)
    until = START + timedelta(minutes=6)
    return Plan(7, START, until, (hall,), NOTHING_FAILS, processes=2, hosts=1, jumps=False, pace=3.0)


class Scene(World):
    """Nothing goes wrong but what the scene says."""

    doomed = 0.0
    fates: tuple[float, ...] = (FINE,)
    open_for = timedelta(minutes=10)

    async def trouble(self) -> None:
        """The requests come to what the scene says."""
        self.server.fates = [*self.fates, *[FINE] * 500]


class SlowRequest(Scene):
    """The request takes long, and meanwhile the other process looks what is due."""

    fates = (SLOW,)


class ReplyLost(Scene):
    """The question is posted, and the reply is lost."""

    fates = (LOST_REPLY,)


class LateOwner(Scene):
    """A process freezes while the platform tells it to come back later; its lease runs out, and another one posts."""

    fates = (BUSY,)

    async def trouble(self) -> None:
        """Freeze whoever sent first, before it can write down what it was told."""
        await super().trouble()
        while not (calling := [each for each in self.processes if each.calling]):
            await asyncio.sleep(0.001)
        while calling[0].calling:
            await asyncio.sleep(0.001)
        calling[0].freeze(100)


class LateSender(Scene):
    """A process freezes right after its claim; its lease runs out, another one posts, and it goes on."""

    async def trouble(self) -> None:
        """Freeze whoever has claimed, and start another."""
        await super().trouble()
        await asyncio.sleep(60.0)
        await self._claimed()
        for each in self.alive():
            each.freeze(100)
        self.start_one()

    async def _claimed(self) -> None:
        """Wait until the question is claimed."""
        store = self.opened()
        try:
            while not await store.read(lambda it: it.execute(select(posts.c.id).where(CLAIMED)).first()):
                await asyncio.sleep(0.0005)
        finally:
            await store.close()


class ShowsLate(Server):
    """A message shows in the history once somebody has looked for it in vain."""

    def find(self, place: PlaceRef, stamp: str, since: float, under: str) -> str | None:
        """Nothing at the first look for a stamp."""
        first = stamp not in self.looked_for
        self.looked_for.add(stamp)
        return None if first else super().find(place, stamp, since, under)

    looked_for: set[str]


class SeenAtTheSecondLook(Scene):
    """The question is posted, the reply is lost, and the history shows it between two looks."""

    fates = (LOST_REPLY,)
    server_kind = ShowsLate

    async def trouble(self) -> None:
        """Nobody has looked yet."""
        assert isinstance(self.server, ShowsLate)
        self.server.looked_for = set()
        await super().trouble()


class FastClock(Scene):
    """The clock of the host is a minute ahead of the platform's; the question is posted, and the reply is lost."""

    fates = (LOST_REPLY,)

    async def trouble(self) -> None:
        """Set the clock, once the schedule is known."""
        await super().trouble()
        await asyncio.sleep(30.0)
        self.set_clock(60.0)


class InDoubtAtTheEnd(Scene):
    """Back from a pause the bot asks late; the question is posted, the reply is lost, and its closing time comes."""

    fates = (LOST_REPLY,)
    open_for = timedelta(minutes=4)

    async def trouble(self) -> None:
        """Be away until shortly before the closing time."""
        await super().trouble()
        await asyncio.sleep(30.0)
        for each in self.alive():
            each.kill()
        await asyncio.sleep(254.0)
        self.start_one()


class LateCounts(Server):
    """From an instant on a count gets into its message long after it was sent."""

    late_from = math.inf
    sent = False

    def edit(self, message: str, card: Card) -> None:
        """Change a message, one with a count later."""
        if card.tone is Tone.REVEAL or self.time() < self.late_from:
            super().edit(message, card)
            return
        self.sent = True
        task = asyncio.create_task(self._later(message, card))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _later(self, message: str, card: Card) -> None:
        await asyncio.sleep(SLOWEST - 1.0)
        super().edit(message, card)


class DiesInAnEdit(Scene):
    """All processes die with a count on its way, shortly before the closing time; another one closes and reveals."""

    open_for = timedelta(minutes=4)
    server_kind = LateCounts

    async def trouble(self) -> None:
        """Have one more answer, and kill them as soon as that is told."""
        await super().trouble()
        assert isinstance(self.server, LateCounts)
        self.server.late_from = 288.0
        await asyncio.sleep(self.server.late_from)
        question, late = self.server.messages[0], Who("fake", "team", "late", "Late")
        options = options_of(question)
        assert options is not None
        press = Press("late", self.true_now(), late, question.place, options.choices[0].ref)
        for each in self.alive()[:1]:
            each.spawn(self._deliver(each, press, token_of(press)))
        while not self.server.sent:
            await asyncio.sleep(0.01)
        self.server.late_from = math.inf
        for each in self.alive():
            each.kill()
        self.start_one()


def play(ground: Ground, scene: type[Scene], client: type[Client] = Client) -> Report:
    """Play a scene to its end."""
    return ground.play(lambda file: scene(plan(scene.open_for), file, ground.pack, client))


SCENES = [
    Scene,
    SlowRequest,
    ReplyLost,
    LateOwner,
    LateSender,
    SeenAtTheSecondLook,
    FastClock,
    InDoubtAtTheEnd,
    DiesInAnEdit,
]


@pytest.mark.parametrize("scene", SCENES)
def test_with_all_protections_the_question_is_there_once(ground: Ground, scene: type[Scene]) -> None:
    report = play(ground, scene)
    assert report.wrong == []
    assert (report.posted, report.named) == (1, 0)
    assert report.answers > 0


@pytest.mark.parametrize(
    ("scene", "take_away"),
    [
        (SlowRequest, protections.without_claim),
        (ReplyLost, protections.without_look),
        (LateOwner, protections.without_fence),
        (LateSender, protections.without_latest),
        (SeenAtTheSecondLook, protections.without_second_look),
        (FastClock, protections.without_room_for_clocks),
    ],
)
def test_without_a_protection_of_sending_the_question_is_there_twice(
    ground: Ground,
    monkeypatch: pytest.MonkeyPatch,
    scene: type[Scene],
    take_away: Callable[[pytest.MonkeyPatch], None],
) -> None:
    take_away(monkeypatch)
    report = play(ground, scene)
    assert report.doubled == 1, report
    assert any("twice" in each for each in report.wrong)


def test_without_a_stamp_the_question_is_there_twice(ground: Ground) -> None:
    assert play(ground, ReplyLost, protections.Unstamped).doubled == 1


def test_without_settling_organisers_are_told_of_a_question_that_is_there(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    protections.without_settling(monkeypatch)
    assert any("told to be given up" in each for each in play(ground, InDoubtAtTheEnd).wrong)


def test_without_a_mark_of_what_is_under_way_a_count_stays_over_the_reveal(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    protections.without_marks(monkeypatch)
    assert any("shows no key" in each for each in play(ground, DiesInAnEdit).wrong)


def test_without_unique_answers_people_are_counted_twice(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    protections.without_unique_answer(monkeypatch, ground.empty)
    report = play(ground, Scene)
    assert any("answers" in each for each in report.wrong), report


def test_a_slot_that_nobody_decides_is_noticed(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    async def decide_nothing(*_: object) -> int:
        return 0

    monkeypatch.setattr("bot.planner.Planner.plan", decide_nothing)
    assert play(ground, Scene).missing == 1


def test_a_standing_that_is_not_kept_up_is_noticed(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.counting.count", lambda *_: None)
    assert any("standings" in each for each in play(ground, Scene).wrong)


def test_an_answer_that_was_taken_and_not_stored_is_noticed(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.counting.keep_outcome", lambda *_: None)
    assert any("is not stored" in each for each in play(ground, Scene).wrong)
