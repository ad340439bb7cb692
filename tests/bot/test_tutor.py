"""Practice alone: one question after another, for one person's eyes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.ports import (
    Answered,
    Audience,
    Button,
    Buttons,
    Card,
    Edit,
    FieldErrors,
    OpenForm,
    Options,
    PlaceRef,
    Press,
    Reply,
    Submission,
    Table,
    Who,
)
from bot.store import Store
from bot.store.tables import answers, private_rounds, sessions, standings
from tests.clock import Clock
from tests.hall import CHOICE, GENERAL, PACK, StudyHall, choice_pack, open_hall, pack_of, text_of, who


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall an hour before its question, whose key is beta always."""
    clock.forward(hours=-1)
    return await open_hall(store, clock, tmp_path, choice_pack(12))


def card_of(answered: Answered) -> Card:
    """The card that somebody is shown."""
    assert isinstance(answered, Reply | Edit)
    return answered.card


def buttons(card: Card) -> dict[str, Button]:
    """The buttons of a card by their labels."""
    return {each.label: each for block in card.blocks if isinstance(block, Buttons) for each in block.buttons}


async def press(
    hall: StudyHall, ref: str, person: Who | None = None, picked: Sequence[str] = (), place: PlaceRef = GENERAL
) -> Answered:
    """Press a ref."""
    told = Press(hall.event(), hall.clock(), person or who(), place, ref, tuple(picked))
    return await hall.app.desk.pressed(told)


async def choose(hall: StudyHall, card: Card, text: str, person: Who | None = None) -> Card:
    """Choose the option with this text."""
    options = next(block for block in card.blocks if isinstance(block, Options))
    ref = next(each.ref for each in options.choices if text in each.text)
    return card_of(await press(hall, ref, person))


async def onward(hall: StudyHall, card: Card, label: str = "Next") -> Card:
    """Press the button that goes on."""
    return card_of(await press(hall, buttons(card)[label].ref))


async def rows(hall: StudyHall, *columns: Any) -> list[tuple[Any, ...]]:
    found = await hall.store.read(lambda connection: connection.execute(select(*columns)).all())
    return [tuple(row) for row in found]


async def test_one_question_after_another_is_asked_answered_and_summed_up(hall: StudyHall) -> None:
    reply = await hall.type("/practice count:3")
    assert isinstance(reply, Reply)
    assert reply.audience is Audience.PRIVATE
    card, stems = reply.card, []
    for nth, choice in enumerate(("beta of", "alpha of", "beta of"), 1):
        assert f"Practice {nth}/3" in card.title
        stems.append(text_of(card).split("Which letter")[1].split("?")[0])
        told = await choose(hall, card, choice)
        assert told.title == ("Right" if "beta" in choice else "Not right")
        card = await onward(hall, told, "Finish" if nth == 3 else "Next")
    assert len(set(stems)) == 3
    table = next(block for block in card.blocks if isinstance(block, Table))
    assert table.rows == (("Answered", "3"), ("Right", "2"), ("Partly right", "0"))


async def test_feedback_gives_the_reasons_of_what_was_chosen_and_of_the_key(hall: StudyHall) -> None:
    told = text_of(await choose(hall, card_of(await hall.type("/practice")), "alpha of"))
    assert re.search(r"Your answer: \*\*[ABC]\*\* alpha of item", told)
    assert "Reason for alpha." in told
    assert re.search(r"Right is: \*\*[ABC]\*\* beta of item", told)
    assert "Reason for beta." in told
    assert "Because of the letter." in told


async def test_feedback_gives_the_texts_of_an_order_as_the_question_is_not_in_view_any_more(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, pack_of("order"))
    options = next(block for block in card_of(await hall.type("/practice")).blocks if isinstance(block, Options))
    refs = {each.text: each.ref for each in options.choices}
    told = card_of(await press(hall, options.submit, picked=[refs[text] for text in ("third", "first", "second")]))
    texts = text_of(Reply(told))
    assert "Your answer: \n\n1. third\n2. first\n3. second" in texts
    assert "Right is: \n\n1. first\n2. second\n3. third" in texts


async def test_a_question_that_nobody_has_answered_tells_nothing_of_its_key(hall: StudyHall) -> None:
    asked = repr(card_of(await hall.type("/practice")))
    assert "Reason" not in asked
    assert "Because" not in asked


async def test_practice_goes_on_where_it_was_left_and_anew_for_another_wish_or_after_a_rest(hall: StudyHall) -> None:
    first = card_of(await hall.type("/practice count:3"))
    assert card_of(await hall.type("/practice")) == first
    await choose(hall, first, "beta of")
    second = card_of(await hall.type("/practice"))
    assert "2/3" in second.title
    other = card_of(await hall.type("/practice topic:learning"))
    assert "1/5" in other.title
    assert "Learning" in other.title
    hall.clock.forward(hours=13)
    assert "1/5" in card_of(await hall.type("/practice")).title


async def test_pressing_twice_in_two_ways_at_once_counts_once(hall: StudyHall) -> None:
    card = card_of(await hall.type("/practice count:2"))
    one, two = await asyncio.gather(choose(hall, card, "beta of"), choose(hall, card, "alpha of"))
    assert one == two
    nexts = await asyncio.gather(*(onward(hall, one) for _ in range(4)))
    assert all(each == nexts[0] for each in nexts)
    assert len(await rows(hall, private_rounds.c.id)) == 2


async def test_nobody_else_can_answer_or_see_it(hall: StudyHall) -> None:
    card = card_of(await hall.type("/practice"))
    told = await choose(hall, card, "beta of", who("mallory"))
    assert "Nothing was stored" in text_of(Reply(told))
    assert await rows(hall, private_rounds.c.given) == [(None,)]


async def test_practice_is_on_no_board_and_under_no_question_of_the_hall(hall: StudyHall) -> None:
    await choose(hall, card_of(await hall.type("/practice")), "beta of")
    assert await rows(hall, answers.c.id) == []
    assert await rows(hall, standings.c.person_id) == []


async def test_what_the_hall_is_being_asked_is_not_practised(store: Store, clock: Clock, tmp_path: Path) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, choice_pack(1))
    assert "Which letter" in text_of(await hall.type("/practice", who("early")))
    await hall.run(hours=1)
    assert "no question for this now" in text_of(await hall.type("/practice"))


async def test_a_question_that_the_hall_is_asked_meanwhile_tells_no_key_and_practice_goes_on_with_another(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, choice_pack(2))
    cards = [card_of(await hall.type("/practice", who(name))) for name in ("ada", "bob")]
    while cards[0].blocks[0] == cards[1].blocks[0]:
        told = await choose(hall, cards[1], "alpha of", who("bob"))
        cards[1] = card_of(await press(hall, buttons(told)["Next"].ref, who("bob")))
    await hall.run(hours=1)
    asked = next(n for n in (0, 1) if cards[n].blocks[0] in hall.questions()[0].card.blocks)
    person = who(("ada", "bob")[asked])
    answered = text_of(await press(hall, option_of(cards[asked]), person))
    assert "answer it there" in answered
    assert "Reason" not in answered
    other = card_of(await hall.type("/practice", person))
    assert other.blocks[0] == cards[1 - asked].blocks[0]


def option_of(card: Card) -> str:
    """The ref of the first option."""
    return next(block for block in card.blocks if isinstance(block, Options)).choices[0].ref


async def test_from_the_summary_it_goes_on_with_other_questions(hall: StudyHall) -> None:
    card = card_of(await hall.type("/practice 1"))
    summed = card_of(await press(hall, buttons(await choose(hall, card, "beta of"))["Finish"].ref))
    more = card_of(await press(hall, buttons(summed)["More questions"].ref))
    assert more.title.startswith("Practice 1/5")
    assert option_of(more) != option_of(card)
    talk = PlaceRef("fake", "team", "talk-with-ada")
    alone = card_of(await press(hall, buttons(summed)["More questions"].ref, place=talk))
    assert alone == more
    other = card_of(await press(hall, buttons(summed)["More questions"].ref, who("bert"), place=talk))
    assert not buttons(other)


async def test_a_topic_that_there_is_not_is_named_with_those_that_there_are(hall: StudyHall) -> None:
    told = text_of(await hall.type("/practice statistic"))
    for said in ("There is no topic `statistic`", "Did you mean `/practice statistics`?", "`learning`, `statistics`"):
        assert said in told
    assert "Did you mean" not in text_of(await hall.type("/practice xyzzy"))


async def test_it_can_be_stopped_and_what_was_answered_is_summed_up(hall: StudyHall) -> None:
    card = card_of(await hall.type("/practice"))
    told = await choose(hall, card, "beta of")
    summed = card_of(await press(hall, buttons(told)["Stop"].ref))
    assert "Summary" in summed.title
    assert [ended is not None for (ended,) in await rows(hall, sessions.c.ended_at)] == [True]
    assert "1/5" in card_of(await hall.type("/practice")).title


async def test_an_unknown_topic_gets_the_nearest(hall: StudyHall) -> None:
    assert "`/practice statistics`" in text_of(await hall.type("/practice statistik"))


async def test_a_press_that_was_never_offered_is_answered_and_stores_nothing(hall: StudyHall) -> None:
    await hall.type("/practice")
    (token,) = (await rows(hall, private_rounds.c.token))[0]
    for ref, picked in (
        (f"try:{token}:7", ()),
        (f"try:{token}", ()),
        (f"try:{token}", (f"try:{token}:9",)),
        ("try:x:0", ()),
    ):
        assert "Nothing was stored" in text_of(await press(hall, ref, picked=picked))
    assert await rows(hall, private_rounds.c.given) == [(None,)]


@pytest.mark.parametrize(("kind", "right"), [("numeric", "0.5"), ("short", "gradient descent")])
async def test_typed_answers_come_by_a_form_that_stays_open_until_it_can_be_read(
    store: Store, clock: Clock, tmp_path: Path, kind: str, right: str
) -> None:
    hall = await open_hall(store, clock, tmp_path, pack_of(kind))
    card = card_of(await hall.type("/practice"))
    opened = await press(hall, buttons(card)["Write your answer"].ref)
    assert isinstance(opened, OpenForm)
    assert isinstance(await send(hall, opened, " "), FieldErrors)
    told = await send(hall, opened, right)
    assert isinstance(told, Edit)
    assert told.card.title in ("Right", "Not right", "Partly right")


async def send(hall: StudyHall, opened: OpenForm, text: str) -> Answered:
    """Fill in the form."""
    told = Submission(hall.event(), hall.clock(), who(), GENERAL, opened.form.ref, {"answer": text})
    return await hall.app.desk.submitted(told)


async def test_an_open_answer_is_compared_with_the_reference_and_rated_by_whoever_wrote_it(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, pack_of("open"))
    card = card_of(await hall.type("/practice"))
    opened = await press(hall, buttons(card)["Write your answer"].ref)
    assert isinstance(opened, OpenForm)
    told = card_of(await send(hall, opened, "It is about two errors."))
    assert told.title == "Compare"
    shown = text_of(Reply(told))
    assert shown.index("It is about two errors") < shown.index("A good answer") < shown.index("1. names noise")
    assert {"1", "2", "None of them"} < set(buttons(told))
    rated = card_of(await press(hall, buttons(told)["2"].ref))
    assert "It has 1 of 2 lines: you rate it 3 of 5" in text_of(Reply(rated))
    assert "1. ✗ names noise\n2. ✓ names data" in text_of(Reply(rated))
    assert await rows(hall, private_rounds.c.stars) == [(3,)]
    assert await rows(hall, private_rounds.c.met) == [([1],)]


async def test_a_line_of_the_rubric_can_be_said_and_unsaid_and_told_twice_it_is_the_same(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    told = await answered_openly(hall := await open_hall(store, clock, tmp_path, pack_of("open")))
    for label, stars, again in (("None of them", 1, 2), ("1", 3, 1), ("2", 5, 3), ("✓ 1", 3, 1), ("✓ 2", 1, 1)):
        ref = buttons(told)[label].ref
        refs = [each.ref for each in buttons(told).values()]
        assert len(set(refs)) == len(refs), "platforms take no two buttons that are the same"
        for _ in range(again):
            told = card_of(await press(hall, ref))
        assert await rows(hall, private_rounds.c.stars) == [(stars,)], label
    token = ref.split(":")[1]
    for made_up in (f"rate:{token}:4", f"rate:{token}:9999", f"rate:{token}"):
        assert card_of(await press(hall, made_up)) == told


async def answered_openly(hall: StudyHall, person: Who | None = None) -> Card:
    """Answer an open question; what is shown then."""
    card = card_of(await hall.type("/practice", person or who()))
    opened = await press(hall, buttons(card)["Write your answer"].ref, person)
    assert isinstance(opened, OpenForm)
    sent = Submission(hall.event(), hall.clock(), person or who(), GENERAL, opened.form.ref, {"answer": "Something."})
    return card_of(await hall.app.desk.submitted(sent))


async def test_an_open_question_without_a_rubric_is_rated_as_a_whole(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, pack_of("open"))
    await hall.type("/practice")
    (shown,) = (await rows(hall, private_rounds.c.shown))[0]
    shown["open"]["rubric"] = []
    await store.write("team", lambda connection: connection.execute(update(private_rounds).values(shown=shown)))
    told = await answered_openly(hall)
    rated = card_of(await press(hall, buttons(told)["4"].ref))
    assert "You rated it 4 of 5" in text_of(Reply(rated))
    await press(hall, buttons(told)["4"].ref.replace(":4", ":6"))
    assert await rows(hall, private_rounds.c.stars) == [(4,)]


async def test_a_rating_before_the_answer_and_one_of_another_kind_of_question_say_nothing(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, choice_pack(1))
    told = await choose(hall, card_of(await hall.type("/practice")), "beta of")
    (token,) = (await rows(hall, private_rounds.c.token))[0]
    assert card_of(await press(hall, f"rate:{token}:1")) == told
    (tmp_path / "pack.yaml").write_text(pack_of("open"), encoding="utf-8")
    await hall.app.library.reload(hall.app.registrar)
    asked = card_of(await press(hall, buttons(told)["Next"].ref))
    (token,) = (await rows(hall, private_rounds.c.token))[1]
    assert card_of(await press(hall, f"rate:{token}:1")) == asked
    assert await rows(hall, private_rounds.c.stars) == [(None,), (None,)]


def of_concepts(*concepts: str) -> str:
    """A pack with an item for each of these concepts."""
    items = [CHOICE.format(id=f"q{n}", concept=each, topic="statistics", key="B") for n, each in enumerate(concepts)]
    return PACK + "".join(items)


async def test_what_was_answered_comes_back_when_it_is_about_to_be_forgotten_by_another_question_of_the_idea(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, of_concepts("letters", "letters"))
    assert "comes back here" in text_of(await hall.type("/review"))
    first = card_of(await hall.type("/practice count:1"))
    await choose(hall, first, "alpha of")
    assert "next review is due" in text_of(await hall.type("/review")).casefold()
    hall.clock.forward(hours=24)
    again = card_of(await hall.type("/review"))
    assert "Review 1/1" in again.title
    assert again.blocks[0] != first.blocks[0]
    assert card_of(await hall.type("/review")) == again
    told = await choose(hall, again, "beta of")
    assert "Summary" in (await onward(hall, told, "Finish")).title
    assert "Nothing to review" in text_of(await hall.type("/review"))


async def test_questions_of_the_day_are_remembered_once_they_are_revealed_and_told_on_the_front_page(
    hall: StudyHall,
) -> None:
    await hall.run(hours=1)
    await hall.press(hall.questions()[0], "alpha")
    hall.clock.forward(hours=23)
    assert "Nothing to review" in text_of(await hall.type("/review"))
    await hall.run(hours=3)
    assert "1 idea to review today" in text_of(Reply(await hall.app.desk.opened(who(), GENERAL)))
    assert "Review 1/1" in text_of(await hall.type("/review"))


async def test_a_day_has_a_measure_of_reviews_and_the_rest_waits(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, clock, tmp_path, of_concepts(*(f"concept-{n}" for n in range(30))))
    card = card_of(await hall.type("/practice count:30"))
    for nth in range(30):
        told = await choose(hall, card, "alpha of")
        card = await onward(hall, told, "Finish" if nth == 29 else "Next")
    hall.clock.forward(hours=48)
    assert "Review 1/20" in text_of(await hall.type("/review"))


async def test_what_was_missed_is_listed_and_asked_again(hall: StudyHall) -> None:
    assert "missed nothing" in text_of(await hall.type("/missed"))
    card = card_of(await hall.type("/practice count:2"))
    missed = await choose(hall, card, "alpha of")
    await choose(hall, await onward(hall, missed), "beta of")
    listed = card_of(await hall.type("/missed"))
    stem = next(line for line in text_of(Reply(card)).splitlines() if "Which letter" in line)
    assert text_of(Reply(listed)).replace("\\", "").count("Which letter") == 1
    assert stem in text_of(Reply(listed)).replace("\\", "")
    again = card_of(await press(hall, buttons(listed)["Ask me again"].ref))
    assert "Missed 1/1" in again.title
    assert stem in text_of(Reply(again))


async def test_what_is_searched_is_found_by_its_words_and_asked(hall: StudyHall) -> None:
    assert "No question has" in text_of(await hall.type("/study search nonsense"))
    found = card_of(await hall.type("/study search Which LETTERS: item-3 wants"))
    first = next(line for line in text_of(Reply(found)).splitlines() if line.startswith("1."))
    assert "item-3" in first.replace("\\", "")
    asked = card_of(await press(hall, buttons(found)["Ask me 1"].ref))
    assert "Found 1/1" in asked.title
    assert "item-3" in text_of(Reply(asked))
    assert card_of(await press(hall, buttons(found)["Ask me 1"].ref)) == asked
    other = card_of(await press(hall, buttons(found)["Ask me 2"].ref))
    assert other.blocks[0] != asked.blocks[0]
    told = await choose(hall, other, "beta of")
    assert "Summary" in (await onward(hall, told, "Finish")).title


async def test_what_the_hall_is_being_asked_is_not_found_and_an_item_that_is_gone_is_not_asked(hall: StudyHall) -> None:
    await hall.run(hours=1)
    asked = next(line for line in text_of(hall.questions()[0].card).splitlines() if "Which letter" in line)
    found = text_of(await hall.type(f"/study search {asked}"))
    assert "Which letter" in found
    assert asked not in found.replace("\\", "")
    assert card_of(await press(hall, "ask:0123456789abcdef")).title == "Nothing to ask"


async def test_a_rating_of_an_open_answer_decides_when_it_comes_back(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await open_hall(store, clock, tmp_path, pack_of("open"))
    for lines, due in ((["1", "2"], False), (["None of them"], True)):
        person = who(f"rates-{due}".casefold())
        told = await answered_openly(hall, person)
        for line in lines:
            told = card_of(await press(hall, buttons(told)[line].ref, person))
        hall.clock.forward(hours=24)
        assert ("Review 1/1" in text_of(await hall.type("/review", person))) is due


async def test_whoever_is_forgotten_leaves_nothing_of_what_they_practised(hall: StudyHall) -> None:
    await choose(hall, card_of(await hall.type("/practice")), "beta of")
    await hall.type("/study forget sure")
    assert await rows(hall, private_rounds.c.id) == []
    assert await rows(hall, sessions.c.id) == []
