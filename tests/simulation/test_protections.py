"""A test of the checks: in each scene a protection is needed; with it all is well, without it the checks go red."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.hall import hall_entry, schedule
from tests.simulation import protections
from tests.simulation.checks import Report
from tests.simulation.plan import PLACES, Plan
from tests.simulation.process import Client
from tests.simulation.running import Ground
from tests.simulation.server import Traits
from tests.simulation.world import World

START = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)
NOTHING_FAILS = Traits(lost_requests=0.1, lost_replies=0.1, slow=0.1, busy=0.1)
"""Shares that make the fates below what they are called; each scene names the fate of every request that matters."""
LOST_REPLY, BUSY, SLOW, FINE = 0.19, 0.25, 0.35, 0.9


def plan() -> Plan:
    """One question at nine o'clock in one room, and two processes."""
    hall = hall_entry("hall-0", PLACES[:1], [schedule("daily", PLACES[:1], open_for=timedelta(minutes=10))])
    until = START + timedelta(minutes=6)
    return Plan(7, START, until, (hall,), NOTHING_FAILS, processes=2, hosts=1, jumps=False, pace=3.0)


class Scene(World):
    """Nothing goes wrong but what the scene says."""

    doomed = 0.0
    fates: tuple[float, ...] = (FINE,)

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


def play(ground: Ground, scene: type[Scene], client: type[Client] = Client) -> Report:
    """Play a scene to its end."""
    return ground.play(lambda file: scene(plan(), file, ground.pack, client))


@pytest.mark.parametrize("scene", [Scene, SlowRequest, ReplyLost, LateOwner])
def test_with_all_protections_the_question_is_there_once(ground: Ground, scene: type[Scene]) -> None:
    report = play(ground, scene)
    assert report.wrong == []
    assert report.posted == 1
    assert report.answers > 0


@pytest.mark.parametrize(
    ("scene", "take_away"),
    [
        (SlowRequest, protections.without_claim),
        (ReplyLost, protections.without_look),
        (LateOwner, protections.without_fence),
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
