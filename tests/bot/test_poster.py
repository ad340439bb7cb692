"""Sending: once, through lost requests, lost replies, refusals and processes that die."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.mail import Later, Mail
from bot.ports import (
    BusyError,
    Card,
    Limits,
    NotSavedError,
    PlaceRef,
    Platform,
    RefusedError,
    Text,
    Tone,
)
from bot.poster import TOGETHER, Outcome
from bot.store import Store
from bot.store.posts import Claimed
from bot.store.tables import posts, rounds
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, choice_pack, open_hall, schedule, text_of, who


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
    await hall.run(seconds=5)
    assert hall.platform.sends == 1, "after one look it may still turn up"
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


def many_places(workspace: str, many: int) -> list[PlaceRef]:
    return [PlaceRef("fake", workspace, f"place-{number}") for number in range(many)]


@pytest.mark.parametrize(("wide", "calls"), [(True, 1), (False, 40)])
async def test_what_concerns_a_whole_workspace_is_asked_once_and_other_workspaces_go_on(
    store: Store, clock: Clock, tmp_path: Path, *, wide: bool, calls: int
) -> None:
    clock.forward(hours=-1)
    places = [*many_places("team", 40), *many_places("another", 2)]
    hall = await open_hall(store, clock, tmp_path, places=places, schedules=[schedule(places=places)])
    hall.platform.fails = [BusyError("slow down", 30.0, wide=wide)]
    await hall.run(hours=1)
    assert hall.platform.sends == calls + 2
    assert [len(hall.questions(place)) for place in places[-2:]] == [1, 1]
    await hall.run(seconds=29)
    assert hall.platform.sends == calls + 2
    await hall.run(seconds=1)
    assert [len(hall.questions(place)) for place in places] == [1] * 42
    assert hall.platform.sends == 43


async def test_a_workspace_that_goes_on_refusing_is_asked_once_a_time_and_by_one_message(
    store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.forward(hours=-1)
    places = many_places("team", 40)
    hall = await open_hall(store, clock, tmp_path, places=places, schedules=[schedule(places=places)])
    send, opens, calls = hall.platform.send, clock() + timedelta(hours=1, minutes=2), []

    async def limited(place: PlaceRef, card: Card, stamp: str) -> str:
        calls.append(place)
        await asyncio.sleep(0.001)
        if clock() < opens:
            raise BusyError("slow down", 30.0, wide=True)
        return await send(place, card, stamp)

    monkeypatch.setattr(hall.platform, "send", limited)
    await hall.run(hours=1)
    assert len(calls) <= TOGETHER, "so many were on their way at the first word"
    for _ in range(3):
        before = len(calls)
        await hall.run(seconds=30)
        assert len(calls) == before + 1
    await hall.run(seconds=30)
    assert [len(hall.questions(place)) for place in places] == [1] * 40


async def test_a_very_long_break_is_broken_by_one_message_a_minute_so_that_organisers_hear_of_it(
    hall: StudyHall,
) -> None:
    hall.platform.fails = [BusyError("slow down", 600.0, wide=True)]
    await hall.run(hours=1)
    await hall.run(seconds=59)
    assert hall.platform.sends == 1
    await hall.run(seconds=1)
    assert "slow down" in hall.notes()[0]
    assert hall.questions() == []


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
    told = [note.split("\n")[0] for note in hall.notes()]
    assert told == ["A place does not answer", "A question was not posted"]


async def test_what_a_dead_process_claimed_is_taken_over_after_its_lease_and_looked_up(
    hall: StudyHall, clock: Clock
) -> None:
    clock.forward(hours=1)
    await hall.app.planner.plan()
    claimed = await hall.store.write("posts", partial(hall.app.poster._claim, platform="fake"))
    sent = await hall.platform.send(GENERAL, Card("Question", (Text("?"),)), claimed[0].stamp)
    hall.app.poster._held.clear()
    assert await hall.app.poster.post("fake") == 0, "the claim is another's"
    await hall.run(seconds=46)
    assert len(hall.questions()) == 1
    assert sent == hall.questions()[0].id
    assert await round_states(hall) == ["open"]


async def test_a_late_owner_changes_nothing(hall: StudyHall, clock: Clock) -> None:
    clock.forward(hours=1)
    await hall.app.planner.plan()
    (late,) = await hall.store.write("posts", partial(hall.app.poster._claim, platform="fake"))
    clock.forward(seconds=46)
    await hall.app.run_due()
    await hall.app.run_due()
    before = await states(hall)
    assert "sent" in before
    await hall.store.write(
        "team", partial(hall.app.poster._settle, post=late, outcome=Outcome("failed", reason="late"))
    )
    assert await states(hall) == before
    assert await round_states(hall) == ["open"]


@pytest.mark.parametrize("gone", [16.0, 31.0, 46.0])
async def test_an_owner_whose_lease_is_nearly_over_does_not_send_and_gives_the_claim_back(
    hall: StudyHall, clock: Clock, gone: float
) -> None:
    clock.forward(hours=1)
    await hall.app.planner.plan()
    since = clock().timestamp()
    claimed = await hall.store.write("posts", partial(hall.app.poster._claim, platform="fake"))
    clock.forward(seconds=gone)
    await hall.app.poster._one_after_another(asyncio.Semaphore(1), claimed, since)
    assert hall.platform.sends == 0
    assert await states(hall) == ["due"]


async def test_an_owner_that_stood_still_while_it_looked_does_not_send_any_more(
    hall: StudyHall, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.forward(hours=1)
    await hall.app.planner.plan()
    compose = hall.app.poster._by.messages.of

    async def slowly(post: Claimed) -> Mail | Later | None:
        clock.forward(seconds=31)
        return await compose(post)

    monkeypatch.setattr(hall.app.poster._by.messages, "of", slowly)
    await hall.app.poster.post("fake")
    assert hall.platform.sends == 0
    assert await states(hall) == ["due"]


async def test_a_claim_that_was_not_begun_is_given_back_as_it_was(hall: StudyHall, clock: Clock) -> None:
    hall.platform.blind = True
    clock.forward(hours=1)
    await hall.app.planner.plan()
    (claimed,) = await hall.store.write("posts", partial(hall.app.poster._claim, platform="fake"))
    hall.app.poster._held[claimed.id] = claimed
    await hall.app.poster.give_back()
    await hall.run()
    assert len(hall.questions()) == 1, "nothing was sent, so nothing has to be looked for"


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


async def test_looks_that_break_off_time_and_again_are_finished_and_what_was_lost_is_sent(
    hall: StudyHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.platform.fails = ["lost-request"]
    find, broken = hall.platform.find, [True, False, True, False]

    async def breaks_off(*where: Any) -> str | None:
        if broken.pop(0):
            raise BusyError("a page a minute", 60.0)
        return await find(*where)

    monkeypatch.setattr(hall.platform, "find", breaks_off)
    await hall.run(hours=1)
    for _ in range(3):
        await hall.run(minutes=1)
    assert len(hall.questions()) == 1
    assert broken == []


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


async def test_busy_says_nothing_of_an_earlier_try_that_may_have_got_through(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, limits=Limits(settle=5.0, trusts_stamp_for=120.0))
    hall.platform.fails = ["lost-reply", BusyError("rate limited", 180.0)]
    await hall.run(hours=1)
    await hall.run(seconds=5)
    await hall.run(seconds=180)
    await hall.run(seconds=5)
    assert len(hall.questions()) == 1
    assert await round_states(hall) == ["open"]


async def test_a_key_that_is_mended_while_its_explanation_is_in_doubt_is_in_the_explanation_in_the_end(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    pack = tmp_path / "pack.yaml"
    short = [schedule(open_for=timedelta(hours=2))]
    hall = await open_hall(store, clock, tmp_path, choice_pack(1), schedules=short, limits=Limits(settle=5.0))
    await hall.run(hours=1)
    hall.platform.fails = ["lost-reply"]
    await hall.run(hours=2)
    pack.write_text(choice_pack(1, "C").replace("Because of", "Since it is"), encoding="utf-8")
    await hall.app.library.reload(hall.app.registrar)
    await hall.type("/study regrade tests/item-0", who("olga"))
    for _ in range(4):
        await hall.run(seconds=5)
    (explained,) = [text_of(each.card) for each in hall.platform.posted if each.under]
    assert "Since it is" in explained
    assert set(await states(hall)) == {"sent"}


@pytest.mark.parametrize(
    ("lost", "shown", "state"), [("lost-request", [], "skipped"), ("lost-reply", [Tone.REVEAL], "closed")]
)
async def test_after_its_closing_time_a_question_in_doubt_is_looked_for_revealed_if_found_and_never_sent(
    store: Store, clock: Clock, tmp_path: Path, lost: str, shown: list[Tone], state: str
) -> None:
    clock.forward(hours=-1)
    short = [schedule(open_for=timedelta(minutes=30))]
    hall = await open_hall(store, clock, tmp_path, schedules=short, limits=Limits(settle=60.0))
    hall.platform.fails = [lost]
    await hall.run(hours=1)
    clock.forward(minutes=45)
    for _ in range(4):
        await hall.run(minutes=2)
    assert [each.card.tone for each in hall.questions()] == shown
    assert await round_states(hall) == [state]


async def test_what_only_a_person_can_decide_is_settled_at_closing(hall: StudyHall) -> None:
    hall.platform.fails = ["lost-request"]
    hall.platform.blind = True
    await hall.run(hours=1)
    await hall.run(days=1)
    await hall.run(minutes=11)
    assert (await round_states(hall))[0] == "skipped"
    assert "uncertain" not in await states(hall)


async def test_an_outage_is_told_within_minutes_and_is_over_with_the_next_message(hall: StudyHall) -> None:
    hall.platform.fails = [BusyError("down", 60.0)] * 6
    await hall.run(hours=1)
    for _ in range(5):
        await hall.run(minutes=1)
    told = [note for note in hall.notes() if note.startswith("A place does not answer")]
    hall.platform.fails = []
    await hall.run(minutes=2)
    told += [note for note in hall.notes() if note.startswith("A place does not answer")]
    assert len(hall.questions()) == 1
    assert told
    assert "All is well." in text_of(await hall.type("/study status"))


async def test_a_refused_decoration_does_not_pause_the_place(store: Store, clock: Clock, tmp_path: Path) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(answer_by="reactions")])

    react = hall.platform.react
    hall.platform.react = refused  # type: ignore[assignment]  # the platform's own fault, not ours
    await hall.run(hours=1)
    await hall.run(seconds=1)
    await hall.run(days=1)
    assert len(hall.questions()) == 2
    await hall.run()
    (told,) = hall.notes()
    assert told.startswith("Something was left out")
    assert "did not take letter reactions: not allowed here" in told
    hall.platform.react = react  # type: ignore[method-assign]
    await hall.run(days=1)
    assert "All is well." in text_of(await hall.type("/study status"))


async def test_a_place_that_is_lost_after_it_refused_a_decoration_is_told_too(hall: StudyHall) -> None:
    await hall.run(hours=1)
    reply = hall.platform.reply
    hall.platform.reply = refused  # type: ignore[assignment]  # the platform's own fault, not ours
    await hall.run(days=1)
    hall.platform.reply = reply  # type: ignore[method-assign]
    await hall.run()
    hall.platform.fails = [RefusedError("the bot was thrown out")] * 2
    await hall.run(days=1)
    await hall.run(days=1)
    titles = [note.split("\n")[0] for note in hall.notes()]
    assert titles == ["Something was left out", "A place refuses messages"]


async def refused(*_: object) -> None:
    raise RefusedError("not allowed here")


async def test_a_claim_that_cannot_be_given_back_does_not_end_the_sending_to_other_places(
    store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, still = (PlaceRef("fake", "team", name) for name in ("slow", "still"))
    both = schedule(places=(slow, still), first="at once")
    hall = await open_hall(store, clock, tmp_path, places=(slow, still), schedules=[both])
    poster, send, try_ = hall.app.poster, hall.platform.send, hall.app.poster._try

    async def slowly(place: PlaceRef, card: Card, stamp: str) -> str:
        await asyncio.sleep(0.1)
        return await send(place, card, stamp)

    async def stands_still(platform: Platform, limits: Limits, post: Claimed, latest: float) -> Outcome | None:
        return None if post.place == still else await try_(platform, limits, post, latest)

    def busy(*_: object, **__: object) -> bool:
        raise NotSavedError("the database is busy")

    monkeypatch.setattr(hall.platform, "send", slowly)
    monkeypatch.setattr(poster, "_try", stands_still)
    monkeypatch.setattr("bot.poster.put_back", busy)
    await hall.app.planner.plan()
    assert await poster.post("fake") == 2
    assert len(hall.questions(slow)) == 1
    monkeypatch.undo()
    await hall.run(seconds=46)
    assert [len(hall.questions(place)) for place in (slow, still)] == [1, 1], "the claim ran out"


async def test_an_adapter_that_fails_in_an_unforeseen_way_does_not_stop_other_places(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    other = PlaceRef("fake", "team", "other")
    both = (GENERAL, other)
    hall = await open_hall(store, clock, tmp_path, places=both, schedules=[schedule(places=both)])
    hall.platform.fails = ["lost-reply"]
    found = hall.platform.find

    async def broken(*_: object) -> str | None:
        raise KeyError("message")

    hall.platform.find = broken  # type: ignore[assignment]  # the platform's own fault, not ours
    await hall.run(hours=1)
    hall.platform.find = found  # type: ignore[method-assign]
    for _ in range(3):
        await hall.run(seconds=10)
    assert [len(hall.questions(place)) for place in both] == [1, 1]
