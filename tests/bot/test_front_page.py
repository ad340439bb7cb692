"""The front page: what a person sees of themselves, and the settings that are theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ports import Buttons, Card, Edit, File, Moment, PlaceRef, Press, Reply, Table
from bot.store import Store
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, hall_entry, open_hall, schedule, settings_for, text_of, who

OTHER = PlaceRef("fake", "team", "other")


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """The question of 09:00 is out; the next one comes a day later."""
    clock.forward(hours=-1)
    opened = await open_hall(store, clock, tmp_path)
    await opened.run(hours=1)
    return opened


async def page(hall: StudyHall, account: str = "ada") -> Card:
    return await hall.app.porter.opened(who(account), GENERAL)


def table(card: Card, header: str) -> list[tuple[str, ...]]:
    return next(list(each.rows) for each in card.blocks if isinstance(each, Table) and header in each.header)


def boards(card: Card) -> str:
    return next(ref for label, ref in buttons(card).items() if "boards" in label)


def buttons(card: Card) -> dict[str, str]:
    return {each.label: each.ref for block in card.blocks if isinstance(block, Buttons) for each in block.buttons}


async def answer(hall: StudyHall, option: str, account: str = "ada") -> None:
    await hall.press(hall.questions()[-1], option, who(account))


async def push(hall: StudyHall, ref: str, account: str = "ada", place: PlaceRef = GENERAL) -> object:
    return await hall.app.porter.pressed(Press(hall.event(), hall.clock(), who(account), place, ref))


async def test_who_never_answered_sees_when_the_next_question_comes_and_how_to_begin(hall: StudyHall) -> None:
    card = await page(hall)
    assert "Answer a question, and your points stand here." in text_of(card)
    assert "/study help" in text_of(card)
    (coming,) = [each for each in card.blocks if isinstance(each, Moment)]
    assert (coming.at - hall.clock()).total_seconds() == 24 * 3600
    assert list(buttons(card)) == ["Practise alone"]


async def test_points_rank_streak_and_accuracy_by_topic_are_there(hall: StudyHall) -> None:
    await answer(hall, "beta")
    await answer(hall, "alpha", "bert")
    await hall.run(days=1)
    await answer(hall, "alpha")
    mine, other = await page(hall), await page(hall, "bert")
    points = {when: (points, rank) for when, points, rank in table(mine, "Rank")}
    assert points["All time"] == ("10", "1")
    assert points["Today"] == ("0", "1")
    assert table(mine, "Share") == [("Learning", "1", "1", "100%"), ("Statistics", "0", "1", "0%")]
    assert table(other, "Share") == [("Learning", "0", "1", "0%")]
    assert "Your streak: 2 days (best: 2)." in text_of(mine)
    assert {when: rank for when, _, rank in table(other, "Rank")}["Today"] == "–"


async def test_leaving_the_boards_and_coming_back_are_a_press_each(hall: StudyHall) -> None:
    await answer(hall, "beta")
    left = await push(hall, boards(await page(hall)))
    assert isinstance(left, Edit)
    assert "Be on the boards again" in text_of(left.card)
    assert "Ada" not in text_of(await hall.type("/leaderboard", who("bert")))
    back = await push(hall, boards(left.card))
    assert isinstance(back, Edit)
    assert "Leave the boards" in text_of(back.card)
    assert "Ada" in text_of(await hall.type("/leaderboard", who("bert")))


async def test_whom_an_operator_hides_is_told_so_and_stays_hidden(hall: StudyHall) -> None:
    await answer(hall, "beta")
    (person,) = await hall.app.people.all("team")
    await hall.app.people.put_off("team", person["person"], off=True)
    told = await push(hall, boards(await page(hall)))
    assert isinstance(told, Reply)
    assert "You stay hidden" in text_of(told)


async def test_cards_are_taken_along_by_a_press_too_but_not_those_of_another_hall(hall: StudyHall) -> None:
    await answer(hall, "beta")
    await hall.run(days=1)
    take = buttons(await page(hall))["Take my cards along"]
    told = await push(hall, take)
    assert isinstance(told, Reply)
    assert any(isinstance(block, File) for block in told.card.blocks)
    other = await push(hall, "take:elsewhere")
    assert isinstance(other, Reply)
    assert not any(isinstance(block, File) for block in other.card.blocks)


async def test_review_practice_and_what_was_missed_begin_with_a_press_beside_the_page(hall: StudyHall) -> None:
    await answer(hall, "alpha")
    await hall.run(days=1)
    shown = buttons(await page(hall))
    assert list(shown)[:3] == ["Review now", "Practise alone", "What I missed"]
    begun = [await push(hall, ref) for ref in list(shown.values())[:3]]
    titles = [told.card.title.partition(" · ")[0] for told in begun if isinstance(told, Reply)]
    assert titles == ["Review 1/1", "Practice 1/5", "Missed lately"]


@pytest.mark.parametrize("ref", ["begin:elsewhere:0", "begin:team", "begin:team:3"])
async def test_a_button_that_begins_nothing_says_so(hall: StudyHall, ref: str) -> None:
    told = await push(hall, ref)
    assert isinstance(told, Reply)
    assert not buttons(told.card)


async def test_a_button_of_a_hall_that_one_is_not_in_changes_nothing(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    entries = [hall_entry(), hall_entry("second", [OTHER], [schedule("evening", [OTHER])])]
    hall = await open_hall(store, clock, tmp_path)
    await hall.app.registrar.settle(settings_for(entries, []).halls)
    told = await push(hall, "hide:second")
    assert isinstance(told, Reply)
    assert await hall.app.people.all("second") == []


async def test_the_page_shows_all_halls_that_know_somebody_that_of_the_place_first(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path)
    second = hall_entry("second", [OTHER], [schedule("evening", [OTHER])], title="The other team")
    await hall.app.registrar.settle([hall_entry(), second])
    await hall.app.people.hide("second", who(), "hidden")
    titles = text_of(await page(hall))
    assert titles.index("The team") < titles.index("The other team")
    there = text_of(await hall.app.porter.opened(who(), OTHER))
    assert "The team" not in there


async def test_where_no_hall_is_the_page_says_so(hall: StudyHall) -> None:
    card = await hall.app.porter.opened(who("bert"), PlaceRef("fake", "team", "nowhere"))
    assert "hall" in text_of(card)
    assert not any(isinstance(each, Table) for each in card.blocks)
