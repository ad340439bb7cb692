"""Commands, completion, names and places, as platforms tell them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import Moment, PlaceRef, RefusedError, Table, Tone, Typed
from bot.settings import Organisers
from bot.store import Store
from tests.clock import Clock
from tests.hall import GENERAL, ORGANISERS, StudyHall, hall_entry, open_hall, schedule, text_of, who

OTHER = PlaceRef("fake", "club", "general")


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """Two halls; the first has an open question, whose key is beta."""
    clock.forward(hours=-1)
    club = hall_entry("club", (OTHER,), [schedule(places=(OTHER,), times=("12:00",))], organiser_place=None)
    hall = await open_hall(store, clock, tmp_path, halls=[hall_entry(), club])
    await hall.run(hours=1)
    return hall


async def test_daily_shows_the_open_question_and_then_what_counted(hall: StudyHall) -> None:
    assert "Question" in text_of(await hall.type("/daily"))
    await hall.press(hall.questions()[0], "beta")
    assert "answered already" in text_of(await hall.type("/daily"))


async def test_daily_tells_when_the_next_question_comes_where_none_is_open(hall: StudyHall) -> None:
    reply = await hall.type("/daily", place=OTHER)
    assert "Schedule daily: next question" in text_of(reply)


async def test_the_leaderboard_ranks_marks_the_asker_and_tells_the_streak(hall: StudyHall) -> None:
    await hall.press(hall.questions()[0], "beta", who("ada"))
    await hall.press(hall.questions()[0], "alpha", who("ben"))
    reply = await hall.type("/leaderboard", who("ben"))
    table = next(block for block in reply.card.blocks if isinstance(block, Table))  # type: ignore[union-attr]
    assert [row[:3] for row in table.rows] == [("1", "Ada", "10"), ("2", "Ben ←", "0")]
    assert "Your streak: 1 day" in text_of(reply)
    assert "You are number 1 with 10 points" in text_of(await hall.type("/leaderboard today", who("ada")))


async def test_the_leaderboard_of_a_topic_counts_that_topic_alone(hall: StudyHall) -> None:
    question = hall.questions()[0]
    await hall.press(question, "beta")
    topic, other = ("statistics", "learning") if "Statistics" in question.card.title else ("learning", "statistics")
    assert "Ada" in text_of(await hall.type(f"/leaderboard all {topic}"))
    assert "No points yet" in text_of(await hall.type(f"/leaderboard all {other}"))
    assert "`/leaderboard statistics`" in text_of(await hall.type("/leaderboard statistik"))


async def test_no_hall_sees_another(hall: StudyHall) -> None:
    await hall.press(hall.questions()[0], "beta")
    assert "Ada" not in text_of(await hall.type("/leaderboard all", place=OTHER))


async def test_the_status_shows_what_is_planned_and_open_notes(hall: StudyHall) -> None:
    reply = text_of(await hall.type("/study status"))
    assert "All is well." in reply
    assert "Schedule daily: next question" in reply
    await hall.app.registrar.remove(GENERAL, "the bot was removed")
    assert "A place refuses messages" in text_of(await hall.type("/study status"))


async def test_the_help_lists_every_command_with_an_example(hall: StudyHall) -> None:
    told = text_of(await hall.type("/study help"))
    for example in ("/daily", "/leaderboard month statistics", "/study status", "/study schedule now"):
        assert example in told


async def test_a_typo_gets_the_nearest_command(hall: StudyHall) -> None:
    assert "Did you mean `/leaderboard`?" in text_of(await hall.type("/leaderbaord"))
    assert "Did you mean" not in text_of(await hall.type("/zzzzzz"))


async def test_only_organisers_ask_now(hall: StudyHall) -> None:
    assert "Only organisers" in text_of(await hall.type("/study schedule now"))
    hall.clock.forward(minutes=1)
    assert "on its way" in text_of(await hall.type("/study schedule now", who("olga")))
    assert "on its way" in text_of(await hall.type("/study schedule now", who("ada", admin=True)))
    await hall.run()
    await hall.run()
    assert [each.card.tone for each in hall.questions()] == [Tone.REVEAL, Tone.QUESTION]


async def test_a_group_named_in_the_settings_organises(hall: StudyHall) -> None:
    grouped = hall_entry(organisers=Organisers(groups=frozenset({"leads"})))
    await hall.app.registrar.settle([grouped])
    assert await hall.app.registrar.is_organiser(who("ada", groups=frozenset({"leads"})), "team")
    assert not await hall.app.registrar.is_organiser(who("olga"), "team")
    assert not await hall.app.registrar.is_organiser(who("olga"), "nowhere")


async def test_a_place_of_no_hall_is_told_what_to_do(hall: StudyHall) -> None:
    stranger = PlaceRef("fake", "team", "random")
    assert "studyhall.yaml" in text_of(await hall.type("/daily", place=stranger))
    assert await hall.say("B", place=stranger) is None


async def test_typing_where_nothing_is_open_tells_so(hall: StudyHall) -> None:
    assert text_of(await hall.say("B", place=OTHER)).startswith("Nothing is open")
    assert await hall.say("B", place=OTHER, direct=False) is None


async def test_lines_and_topics_are_completed(hall: StudyHall) -> None:
    desk = hall.app.desk
    found = await desk.completed(who(), GENERAL, "/leaderboard s")
    assert [each.value for each in found] == ["/leaderboard season", "/leaderboard statistics"]
    assert [each.value for each in await desk.suggested(who(), GENERAL, ("leaderboard",), "topic", "Stat")] == [
        "statistics"
    ]


async def test_a_new_name_shows_on_the_board(hall: StudyHall) -> None:
    await hall.press(hall.questions()[0], "beta")
    await hall.app.desk.renamed(who("ada", name="Countess"))
    await hall.app.desk.renamed(who("nobody", name="Nobody"))
    assert "Countess" in text_of(await hall.type("/leaderboard"))
    assert "Nobody" not in text_of(await hall.type("/leaderboard"))


async def test_a_removed_place_is_told_to_the_organisers_once(hall: StudyHall) -> None:
    for _ in range(2):
        await hall.app.desk.removed(GENERAL, "the channel was archived")
    await hall.app.desk.removed(PlaceRef("fake", "team", "unknown"), "gone")
    await hall.run()
    assert len(hall.notes()) == 1
    assert {each.place for each in hall.platform.posted} >= {ORGANISERS}


async def test_a_place_that_is_there_again_is_asked_in_from_its_next_slot_on(hall: StudyHall) -> None:
    await hall.app.desk.removed(GENERAL, "the channel was archived")
    await hall.run(days=1)
    assert len(hall.questions()) == 1
    for _ in range(2):
        await hall.app.porter.returned(GENERAL)
    await hall.app.porter.returned(PlaceRef("fake", "team", "unknown"))
    await hall.run(hours=1)
    assert len(hall.questions()) == 1, "what was missed is not made up for"
    await hall.run(days=1)
    assert len(hall.questions()) == 2


async def test_a_place_that_refused_us_is_tried_again_when_an_organiser_asks_now(hall: StudyHall) -> None:
    hall.platform.fails = [RefusedError("The channel does not take it", "Let the bot in.")]
    await hall.run(days=1)
    assert len(hall.questions()) == 1
    await hall.type("/study schedule now", who("olga"))
    await hall.run(seconds=1)
    assert len(hall.questions()) == 2


async def test_a_place_that_left_the_settings_does_not_come_back_by_itself(hall: StudyHall) -> None:
    other = PlaceRef("fake", "team", "other")
    await hall.app.registrar.settle([hall_entry(places=[other], schedules=[schedule(places=[other])])])
    await hall.app.porter.returned(GENERAL)
    place = await hall.app.registrar.place(GENERAL)
    assert place is not None
    assert place.paused == "no longer in the settings"


async def test_the_boards_of_a_view_are_those_of_its_period(hall: StudyHall) -> None:
    await hall.press(hall.questions()[0], "beta")
    page = await hall.app.desk.viewed(who("ada"), "week")
    assert page.title == "This week"
    assert "Ada" in text_of(page.cards[0])


async def test_moments_in_the_status_are_told_in_the_readers_zone(hall: StudyHall) -> None:
    reply = await hall.type("/study status")
    assert any(isinstance(block, Moment) and "{time}" in block.text for block in reply.card.blocks)  # type: ignore[union-attr]


async def test_health_tells_whether_the_clock_ticks(hall: StudyHall) -> None:
    assert (await hall.app.inspector.health())["status"] == "degraded", "the platform is not connected"
    hall.app.running["fake"].up = True
    assert (await hall.app.inspector.health())["status"] == "ok"
    hall.clock.forward(minutes=1)
    assert (await hall.app.inspector.health())["status"] == "degraded", "nobody has looked at what is due"


async def test_a_command_that_is_told_again_is_answered_and_not_done_again(hall: StudyHall) -> None:
    hall.clock.forward(minutes=1)
    typed = Typed("once", hall.clock(), who("olga"), GENERAL, "/study schedule now")
    first = await hall.app.desk.typed(typed)
    hall.clock.forward(minutes=1)
    assert await hall.app.desk.typed(typed) == first
    await hall.run()
    await hall.run()
    assert len(hall.questions()) == 2


async def test_daily_shows_the_question_that_is_open_though_a_newer_one_is_closed(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    both = [schedule("long"), schedule("short", times=("09:30",), open_for=timedelta(minutes=10))]
    other = await open_hall(store, clock, tmp_path, schedules=both)
    await other.run(hours=1)
    await other.run(minutes=30)
    await other.run(minutes=15)
    assert text_of(await other.type("/daily")).startswith("Question")
