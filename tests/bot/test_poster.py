"""Sending: once, through lost requests, lost replies, refusals and processes that die."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.ports import BusyError, Card, Limits, RefusedError, Text, Tone
from bot.store import Store
from bot.store.tables import posts, rounds
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, open_hall, schedule


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall whose question is due in an hour."""
    clock.forward(hours=-1)
    return await open_hall(store, clock, tmp_path)


async def states(hall: StudyHall) -> list[str]:
    return await hall.store.read(
        lambda connection: list(connection.execute(select(posts.c.state).order_by(posts.c.id)).scalars())
    )


async def round_states(hall: StudyHall) -> list[str]:
    return await hall.store.read(
        lambda connection: list(connection.execute(select(rounds.c.state).order_by(rounds.c.id)).scalars())
    )


async def test_a_lost_reply_is_looked_up_and_nothing_is_sent_twice(hall: StudyHall) -> None:
    hall.platform.fails = ["lost-reply"]
    await hall.run(hours=1)
    assert await round_states(hall) == ["open"]
    assert len(hall.questions()) == hall.platform.sends == 1


async def test_a_lost_request_is_sent_again_after_two_looks(store: Store, clock: Clock, tmp_path: Path) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, limits=Limits(settle=5.0))
    hall.platform.fails = ["lost-request"]
    await hall.run(hours=1)
    for _ in range(2):
        await hall.run(seconds=5)
        assert hall.platform.sends == 1 or len(hall.questions()) == 1
    await hall.run(seconds=5)
    assert len(hall.questions()) == 1
    assert await round_states(hall) == ["open"]


async def test_a_platform_that_knows_the_stamp_is_asked_again_at_once(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, limits=Limits(settle=5.0, trusts_stamp_for=120.0))
    hall.platform.fails = ["lost-request"]
    await hall.run(hours=1)
    await hall.run(seconds=5)
    assert len(hall.questions()) == 1


async def test_without_the_right_to_look_nothing_is_sent_again_and_organisers_are_told(hall: StudyHall) -> None:
    hall.platform.fails = ["lost-request"]
    hall.platform.blind = True
    await hall.run(hours=1)
    for _ in range(3):
        await hall.run(minutes=5)
    assert hall.questions() == []
    assert [note.split("\n")[0] for note in hall.notes()] == ["A message may be missing"]
    assert "uncertain" in await states(hall)


async def test_a_busy_platform_is_tried_again_when_it_said(hall: StudyHall) -> None:
    hall.platform.fails = [BusyError("rate limited", 30.0)]
    await hall.run(hours=1)
    await hall.run(seconds=29)
    assert hall.platform.sends == 1
    await hall.run(seconds=1)
    assert len(hall.questions()) == 1


async def test_a_place_that_refuses_is_paused_and_told_once_with_the_remedy(hall: StudyHall) -> None:
    hall.platform.fails = [RefusedError("not_in_channel", "Invite the bot to the channel.")]
    await hall.run(hours=1)
    await hall.run(days=1)
    assert hall.questions() == []
    assert len(hall.notes()) == 1
    assert "Invite the bot to the channel." in hall.notes()[0]
    assert await round_states(hall) == ["failed", "skipped"]
    await hall.settle()
    await hall.run(days=1)
    assert len(hall.questions()) == 1, "a new start posts there again"


async def test_a_question_that_never_got_out_in_time_is_skipped_with_a_note(hall: StudyHall) -> None:
    hall.platform.fails = [BusyError("down", 86_400.0)]
    await hall.run(hours=1)
    hall.platform.fails = []
    await hall.run(days=1, seconds=5)
    assert await round_states(hall) == ["skipped", "open"]
    assert [note.split("\n")[0] for note in hall.notes()] == ["A question was not posted"]


async def test_what_a_dead_process_claimed_is_taken_over_after_its_lease_and_looked_up(
    hall: StudyHall, clock: Clock
) -> None:
    clock.forward(hours=1)
    await hall.app.planner.plan()
    claimed = await hall.store.write("posts", hall.app.poster._claim)
    sent = await hall.platform.send(GENERAL, Card("Question", (Text("?"),)), claimed[0].stamp)
    assert await hall.app.poster.post() == 0, "the claim is another's"
    await hall.run(seconds=46)
    assert len(hall.questions()) == 1
    assert sent == hall.questions()[0].id
    assert await round_states(hall) == ["open"]


async def test_a_late_owner_changes_nothing(hall: StudyHall, clock: Clock) -> None:
    clock.forward(hours=1)
    await hall.app.planner.plan()
    (late,) = await hall.store.write("posts", hall.app.poster._claim)
    clock.forward(seconds=46)
    await hall.app.run_due()
    before = await states(hall)
    await hall.app.poster._do(hall.platform, Limits(send_timeout=0.0), late)
    assert await states(hall) == before


async def test_an_owner_whose_lease_is_nearly_over_does_not_send(hall: StudyHall, clock: Clock) -> None:
    clock.forward(hours=1)
    await hall.app.planner.plan()
    claimed = await hall.store.write("posts", hall.app.poster._claim)
    clock.forward(seconds=40)
    await hall.app.poster._one_after_another(asyncio.Semaphore(1), claimed)
    assert hall.platform.sends == 0


async def test_a_claim_given_back_is_taken_at_once(hall: StudyHall, clock: Clock) -> None:
    clock.forward(hours=1)
    await hall.app.planner.plan()
    await hall.store.write("posts", hall.app.poster._claim)
    await hall.app.poster.give_back()
    await hall.run(seconds=10)
    await hall.run(seconds=10)
    assert len(hall.questions()) == 1


async def test_a_look_up_that_fails_is_tried_again(hall: StudyHall) -> None:
    hall.platform.fails = ["lost-reply"]
    await hall.run(hours=1)
    found = hall.platform.find

    async def fails(*_: object) -> str | None:
        raise BusyError("rate limited")

    hall.platform.find = fails  # type: ignore[assignment]  # the platform's own fault, not ours
    await hall.run(seconds=10)
    hall.platform.find = found  # type: ignore[method-assign]
    await hall.run(seconds=10)
    assert len(hall.questions()) == 1
    assert await round_states(hall) == ["open"]


async def test_two_processes_on_one_database_post_once(hall: StudyHall, clock: Clock) -> None:
    second = StudyHall(hall.store, clock, hall.settings, tokens=10_000)
    second.platform.posted = hall.platform.posted
    clock.forward(hours=1)
    await asyncio.gather(hall.run(), second.run())
    await asyncio.gather(hall.run(days=1), second.run())
    assert [each.card.tone for each in hall.questions()] == [Tone.REVEAL, Tone.QUESTION]


async def test_posts_to_one_place_keep_the_distance_that_the_platform_wants(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    both = [schedule("first"), schedule("second")]
    hall = await open_hall(store, clock, tmp_path, schedules=both, limits=Limits(settle=0.0, post_every=0.2))
    started = asyncio.get_running_loop().time()
    await hall.run(hours=1)
    assert len(hall.questions()) == 2
    assert asyncio.get_running_loop().time() - started >= timedelta(seconds=0.2).total_seconds()


async def test_notes_name_the_place_in_plain_words(hall: StudyHall) -> None:
    hall.platform.fails = [RefusedError("is_archived")]
    await hall.run(hours=1)
    assert "fake:team:general" in hall.notes()[0]
    assert "is_archived" in hall.notes()[0]
