"""Open answers: sealed until the reveal, then there for everybody to read and to star."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, func, select, update

from bot.ports import (
    Answered,
    Button,
    Buttons,
    Card,
    Limits,
    Message,
    PlaceRef,
    Press,
    Reply,
    Said,
    Submission,
    Who,
)
from bot.proofs import faults
from bot.store import Store
from bot.store.posts import waiting
from bot.store.tables import answers, events, identities, people, posts, stars
from tests.clock import Clock
from tests.fakes.platform import Posted
from tests.hall import GENERAL, StudyHall, hall_entry, open_hall, pack_of, schedule, text_of, who

ADA, BOB, EVE = who("ada"), who("bob"), who("eve")
ADA_TOO = who("ada-at-home", name="Ada at home")
OTHER = PlaceRef("fake", "team", "other")
AFTERWARDS = [date(2026, 11, day) for day in range(24, 28)]
"""No day but the first one has a question."""
SOON = 6
"""Seconds after which a star is told."""


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall with one open question."""
    return await asked(store, clock, tmp_path)


async def asked(store: Store, clock: Clock, folder: Path, **changes: object) -> StudyHall:
    """The same with other settings. Its question is asked once."""
    clock.forward(hours=-1)
    once = [schedule(blackout=AFTERWARDS)]
    hall = await open_hall(store, clock, folder, pack_of("open"), **{"schedules": once, **changes})
    await hall.run(hours=1)
    return hall


async def write(hall: StudyHall, text: str, person: Who) -> Answered:
    """Answer the question by its form."""
    opens = next(each for each in buttons(hall.questions()[0].card) if each.opens_form)
    sent = Submission(hall.event(), hall.clock(), person, GENERAL, opens.ref, {"answer": text})
    return await hall.app.porter.submitted(sent)


def buttons(card: Card) -> list[Button]:
    """The buttons of a card."""
    return [each for block in card.blocks if isinstance(block, Buttons) for each in block.buttons]


def thread(hall: StudyHall) -> list[Posted]:
    """What stands beneath the question."""
    return [each for each in hall.platform.posted if each.under == hall.questions()[0].id]


def answer_of(hall: StudyHall, name: str) -> Posted:
    """The message with somebody's answer."""
    return next(each for each in thread(hall) if each.card.title == f"{name} answers")


async def star(hall: StudyHall, posted: Posted, person: Who, event: str = "") -> str:
    """Press the star of an answer."""
    (button,) = buttons(posted.card)
    press = Press(event or hall.event(), hall.clock(), person, posted.place, button.ref)
    return text_of(await hall.app.porter.pressed(press))


def stars_shown(posted: Posted) -> str:
    """What a message says of its stars."""
    return next((line for line in text_of(posted.card).splitlines() if line.startswith("★")), "")


async def written(hall: StudyHall, *names: Who) -> None:
    """Some people answer, and the question is revealed."""
    for person in names:
        await write(hall, f"What {person.account} thinks.", person)
    await hall.run(days=1)


async def count(hall: StudyHall, table: Table = stars) -> int:
    """How many rows there are."""
    statement = select(func.count()).select_from(table)
    return await hall.store.read(lambda connection: int(connection.execute(statement).scalar_one()))


async def test_nobody_reads_an_open_answer_before_the_reveal_and_everybody_does_afterwards(hall: StudyHall) -> None:
    told = [text_of(await write(hall, "My sealed words.", ADA)), text_of(await hall.say("Bob's sealed words.", BOB))]
    for each in told:
        assert "Nobody reads it before the reveal" in each
        assert "learns the noise" not in each
    await hall.run(hours=23)
    others = [
        await hall.type(line, EVE) for line in ("/daily", "/leaderboard", "/study status", "/practice", "/missed")
    ]
    front = text_of(await hall.app.desk.opened(EVE, GENERAL))
    seen = [text_of(each.card) for each in hall.platform.posted] + [text_of(each) for each in others] + [front]
    assert [each for each in seen if "sealed words" in each or "learns the noise" in each] == []
    assert "Answers stay sealed until the reveal" in text_of(hall.questions()[0].card)
    await hall.run(hours=1)
    assert [each.card.title for each in thread(hall)] == ["Why", "Ada answers", "Bob answers"]
    assert "My sealed words" in text_of(answer_of(hall, "Ada").card)
    assert "learns the noise" in text_of(hall.questions()[0].card)


async def test_answers_come_after_the_reveal_even_where_that_is_long_in_coming(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, limits=Limits(settle=5.0))
    await write(hall, "Patience.", ADA)
    question, edit = hall.questions()[0], hall.platform.edit

    async def never(message: Message, card: Card) -> None:
        raise TimeoutError

    hall.platform.edit = never  # type: ignore[method-assign]  # the platform's own fault, not ours
    await hall.run(days=1)
    await hall.run(seconds=30)
    assert "A reference answer" not in text_of(question.card)
    assert [each.card.title for each in thread(hall)] == ["Why"]
    hall.platform.edit = edit  # type: ignore[method-assign]
    await hall.run(seconds=30)
    await hall.run(seconds=30)
    assert "A reference answer" in text_of(question.card)
    assert [each.card.title for each in thread(hall)] == ["Why", "Ada answers"]


async def test_an_answer_given_in_time_and_delivered_late_is_posted_at_once(hall: StudyHall) -> None:
    given, question = hall.clock() + timedelta(hours=23), Message(GENERAL, hall.questions()[0].id)
    await written(hall, ADA)
    said = Said(hall.event(), given, BOB, GENERAL, "I was in a tunnel.", question)
    await hall.app.desk.said(said)
    await hall.app.desk.said(said)
    await hall.run()
    assert [each.card.title for each in thread(hall)] == ["Why", "Ada answers", "Bob answers"]


async def test_where_the_last_answer_counts_the_last_words_are_posted(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, schedules=[schedule(answers="last", blackout=AFTERWARDS)])
    first, question = clock() + timedelta(minutes=1), Message(GENERAL, hall.questions()[0].id)
    told = text_of(await write(hall, "My first thought", ADA))
    assert "You may change it until the question closes." in told
    clock.forward(minutes=2)
    await write(hall, "My second thought", ADA)
    await hall.run(hours=23, minutes=58)
    assert "My second thought" in text_of(answer_of(hall, "Ada").card)
    for at, text in ((first, "Older."), (clock() - timedelta(minutes=5), "My last thought")):
        await hall.app.desk.said(Said(hall.event(), at, ADA, GENERAL, text, question))
        await hall.run(seconds=SOON)
    assert "My last thought" in text_of(answer_of(hall, "Ada").card)
    assert len(thread(hall)) == 2


async def test_many_answers_keep_no_question_of_another_place_waiting(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    daily = schedule(places=[GENERAL])
    later = schedule("other", [OTHER], blackout=[date(2026, 11, 23)])
    hall = await asked(store, clock, tmp_path, places=[GENERAL, OTHER], schedules=[daily, later])
    for number in range(25):
        await write(hall, "I agree.", who(f"person-{number}"))
    await hall.run(days=1)
    order = [(each.place, each.card.title.split()[-1]) for each in hall.platform.posted]
    assert order.index((OTHER, "medium")) < order.index((GENERAL, "answers"))
    for wanted in (10, 20, 25):
        assert sum(each.card.title.endswith("answers") for each in thread(hall)) == wanted
        await hall.run(seconds=10)
    titles = [each.card.title for each in thread(hall)]
    assert titles == ["Why", *(f"Person-{number} answers" for number in range(25))]


async def test_stars_are_counted_in_the_message_together_and_pressing_again_takes_one_back(hall: StudyHall) -> None:
    await written(hall, ADA)
    posted = answer_of(hall, "Ada")
    assert stars_shown(posted) == ""
    for person in (BOB, EVE):
        assert (await star(hall, posted, person)).startswith("Starred")
    await hall.run(seconds=1)
    assert (stars_shown(posted), posted.edits) == ("", 0)
    await hall.run(seconds=SOON)
    assert (stars_shown(posted), posted.edits) == ("★ 2 stars", 1)
    assert (await star(hall, posted, BOB)).startswith("Star taken back")
    await hall.run(seconds=SOON)
    assert (stars_shown(posted), posted.edits) == ("★ 1 star", 2)
    points = await hall.store.read(lambda connection: connection.execute(select(answers.c.points)).scalars().all())
    assert list(points) == [5]


async def test_a_press_that_is_told_again_is_one_press(hall: StudyHall) -> None:
    await written(hall, ADA)
    posted = answer_of(hall, "Ada")
    both = [await star(hall, posted, BOB, "the-press") for _ in range(2)]
    assert both[0] == both[1]
    assert await count(hall) == 1
    again = await asyncio.gather(*(star(hall, posted, BOB, "another") for _ in range(5)))
    assert len(set(again)) == 1
    assert await count(hall) == 0


async def test_nobody_stars_their_own_answer_with_any_account(hall: StudyHall) -> None:
    await written(hall, ADA)
    assert "your own answer" in await star(hall, answer_of(hall, "Ada"), ADA)
    await star(hall, answer_of(hall, "Ada"), ADA_TOO)
    await star(hall, answer_of(hall, "Ada"), BOB)
    await hall.run(seconds=SOON)
    assert stars_shown(answer_of(hall, "Ada")) == "★ 2 stars"
    await link(hall, ADA, ADA_TOO)
    await hall.run(seconds=SOON)
    assert stars_shown(answer_of(hall, "Ada")) == "★ 1 star"
    assert "your own answer" in await star(hall, answer_of(hall, "Ada"), ADA_TOO)
    await hall.type("/study unlink", ADA_TOO)
    await hall.run(seconds=SOON)
    assert stars_shown(answer_of(hall, "Ada")) == "★ 2 stars"


async def link(hall: StudyHall, shown: Who, typed: Who) -> None:
    """Make two accounts one person."""
    code = text_of(await hall.type("/study link", shown)).partition("`/study link ")[2].partition("`")[0]
    assert text_of(await hall.type(f"/study link {code}", typed)).startswith("Linked")


async def test_a_person_with_two_accounts_has_one_star(hall: StudyHall) -> None:
    await written(hall, BOB)
    posted = answer_of(hall, "Bob")
    for person in (ADA, ADA_TOO):
        await star(hall, posted, person)
    await hall.run(seconds=SOON)
    assert stars_shown(posted) == "★ 2 stars"
    await link(hall, ADA, ADA_TOO)
    await hall.run(seconds=SOON)
    assert stars_shown(posted) == "★ 1 star"
    assert (await star(hall, posted, ADA_TOO)).startswith("Star taken back")
    assert await count(hall) == 0
    assert (await star(hall, posted, ADA)).startswith("Starred")
    assert (await star(hall, posted, ADA_TOO)).startswith("Star taken back")


async def test_a_star_for_what_is_not_there_to_be_read_is_not_taken(store: Store, clock: Clock, tmp_path: Path) -> None:
    elsewhere = hall_entry("other", [OTHER], [schedule("other", [OTHER])])
    hall = await asked(store, clock, tmp_path, halls=[hall_entry(), elsewhere])
    await write(hall, "Sealed.", ADA)
    (button,) = (each for each in buttons(hall.questions()[0].card) if each.opens_form)
    token = button.ref.partition(":")[2]
    for ref, place in (
        (f"star:{token}:1", GENERAL),  # before the reveal
        (f"star:{token}", GENERAL),
        (f"star:{token}:999", GENERAL),
        (f"star:{token}:{'9' * 30}", GENERAL),
        (f"star:{token}:1", OTHER),
    ):
        await hall.app.porter.pressed(Press(hall.event(), clock(), BOB, place, ref))
    assert await count(hall) == 0
    assert await count(hall, people) == 1, "whoever pressed nothing of ours is not known for it"


async def test_the_answer_with_the_most_stars_is_named_in_the_reveal_after_a_day_and_once(hall: StudyHall) -> None:
    await written(hall, ADA, BOB)
    await star(hall, answer_of(hall, "Bob"), EVE)
    await star(hall, answer_of(hall, "Bob"), ADA)
    await star(hall, answer_of(hall, "Ada"), BOB)
    await hall.run(hours=23)
    question = hall.questions()[0]
    assert "liked" not in text_of(question.card)
    await hall.run(hours=1)
    assert "The group liked the answer of Bob best: 2 stars." in text_of(question.card)
    edits = question.edits
    for person in (who("late-1"), who("late-2"), who("late-3")):
        await star(hall, answer_of(hall, "Ada"), person)
    await hall.run(days=1)
    assert (question.edits, stars_shown(answer_of(hall, "Ada"))) == (edits, "★ 4 stars")
    assert "of Bob best: 2 stars" in text_of(question.card)
    assert await hall.store.read(lambda connection: faults(connection, "team", hall.clock(), 3)) == []


@pytest.mark.parametrize(
    ("liked", "said"),
    [
        ({"ada": 1, "bob": 1}, "The group liked these answers best, with 1 star each: Ada, Bob."),
        ({"bob": 1}, "The group liked the answer of Bob best: 1 star."),
        ({"ada": 1, "bob": 1, "eve": 1, "joe": 1}, ""),
        ({}, ""),
    ],
)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_even_answers_are_named_together_and_where_none_stands_out_nobody_is(
    hall: StudyHall, liked: dict[str, int], said: str
) -> None:
    await written(hall, *map(who, ("ada", "bob", "eve", "joe")))
    for name, times in liked.items():
        for number in range(times):
            await star(hall, answer_of(hall, name.capitalize()), who(f"fan-{number}"))
    await hall.run(days=1)
    told = next((line for line in text_of(hall.questions()[0].card).splitlines() if "liked" in line), "")
    assert told.removeprefix("★ ") == said


async def test_a_star_given_after_the_day_names_nobody(hall: StudyHall) -> None:
    await written(hall, ADA)
    await hall.run(days=2)
    await star(hall, answer_of(hall, "Ada"), BOB)
    await hall.run(days=1)
    assert stars_shown(answer_of(hall, "Ada")) == "★ 1 star"
    assert "liked" not in text_of(hall.questions()[0].card)


async def test_whoever_hides_is_not_named_as_the_best(hall: StudyHall) -> None:
    await written(hall, ADA)
    await star(hall, answer_of(hall, "Ada"), BOB)
    await hall.type("/study hide", ADA)
    await hall.run(days=1)
    assert "The group liked the answer of somebody best" in text_of(hall.questions()[0].card)


async def test_whoever_is_forgotten_loses_answer_stars_and_the_name_in_the_reveal(hall: StudyHall) -> None:
    await written(hall, ADA, BOB)
    await star(hall, answer_of(hall, "Ada"), BOB)
    await star(hall, answer_of(hall, "Ada"), EVE)
    await star(hall, answer_of(hall, "Bob"), ADA)
    await hall.run(days=1)
    posted = answer_of(hall, "Ada")
    assert "of Ada best" in text_of(hall.questions()[0].card)
    assert stars_shown(answer_of(hall, "Bob")) == "★ 1 star"
    await hall.type("/study forget sure", ADA)
    await hall.run(minutes=2)
    await hall.run(seconds=SOON)
    assert "Ada" not in str([each.card for each in hall.platform.posted])
    assert posted.card.title == "somebody answers"
    assert buttons(posted.card) == []
    assert "of somebody best" in text_of(hall.questions()[0].card)
    assert stars_shown(answer_of(hall, "Bob")) == ""
    kept = await hall.store.read(lambda connection: connection.execute(select(stars.c.identity_id)).scalars().all())
    assert len(kept) == 2, "those of others"
    assert await hall.store.read(lambda connection: waiting(connection, "team")) == 0


async def test_stars_of_somebody_forgotten_are_taken_back_though_they_are_many(
    hall: StudyHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await written(hall, BOB, EVE, who("joe"))
    for name in ("Bob", "Eve", "Joe"):
        await star(hall, answer_of(hall, name), ADA)
    await hall.run(seconds=SOON)
    monkeypatch.setattr("bot.starring.SOME", 1)
    await hall.type("/study forget sure", ADA)
    await hall.run(seconds=SOON)
    assert await count(hall) == 0
    assert [stars_shown(answer_of(hall, name)) for name in ("Bob", "Eve", "Joe")] == ["", "", ""]


async def test_an_answer_that_was_taken_back_gets_no_star(hall: StudyHall) -> None:
    await written(hall, ADA)
    stale = hall.platform.posted[-1].card
    await hall.type("/study forget sure", ADA)
    (button,) = buttons(stale)
    press = Press(hall.event(), hall.clock(), BOB, GENERAL, button.ref)
    assert "not here any more" in text_of(await hall.app.porter.pressed(press))
    assert await count(hall) == 0


async def test_a_change_of_stars_that_is_under_way_does_not_bring_back_what_was_taken_back(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, limits=Limits(settle=0.0, send_timeout=5.0))
    await written(hall, ADA)
    posted, edit = answer_of(hall, "Ada"), hall.platform.edit
    sending, go = asyncio.Event(), asyncio.Event()

    async def slow(message: Message, card: Card) -> None:
        sending.set()
        await go.wait()
        await edit(message, card)

    await star(hall, posted, BOB)
    hall.platform.edit = slow  # type: ignore[method-assign]  # the platform's own slowness, not ours
    clock.forward(seconds=SOON)
    telling = asyncio.create_task(hall.app.poster.post("fake"))
    await sending.wait()
    hall.platform.edit = edit  # type: ignore[method-assign]
    await hall.type("/study forget sure", ADA)
    await hall.run()
    assert posted.card.title == "somebody answers"
    go.set()
    await telling
    assert posted.card.title == "Ada answers", "the slow change has come over it"
    await hall.run(minutes=1)
    assert posted.card.title == "somebody answers"


@pytest.mark.parametrize(
    ("state", "then", "seconds"),
    [("sent", "due", 5), ("failed", "due", 5), ("skipped", "due", 5), ("sending", "due", 60), ("due", "due", 99)],
)
async def test_a_change_is_owed_once_more_and_one_that_waits_stays_as_it_is(
    hall: StudyHall, state: str, then: str, seconds: int
) -> None:
    await written(hall, ADA)
    await star(hall, answer_of(hall, "Ada"), BOB)
    await hall.run(seconds=SOON)
    retold, now = posts.c.kind == "retold", hall.clock()
    waits = {"next_try": now + timedelta(seconds=99), "lease_until": now + timedelta(seconds=99)}

    def put(connection: Connection) -> None:
        connection.execute(update(posts).where(retold).values(state=state, **waits))

    await hall.store.write("team", put)
    await star(hall, answer_of(hall, "Ada"), EVE)
    found = await hall.store.read(lambda connection: connection.execute(select(posts).where(retold)).one())
    assert (found.state, found.next_try - now) == (then, timedelta(seconds=seconds))


async def test_what_is_stored_of_stars_is_told_to_whoever_gave_and_got_them(hall: StudyHall) -> None:
    await written(hall, ADA, BOB)
    await star(hall, answer_of(hall, "Ada"), BOB)
    for person, given, got in ((ADA, 0, 1), (BOB, 1, 0)):
        told = text_of(await hall.type("/study mydata", person))
        assert f"'Stars that you gave', '{given}'" in told
        assert f"'Stars that you got', '{got}'" in told
    own = select(identities.c.person_id).where(identities.c.account == "bob")
    bob = await hall.store.read(lambda connection: connection.execute(own).scalar_one())
    everything = await hall.app.people.export(bob)
    assert everything is not None
    assert len(everything["stars"]) == 1


async def test_a_press_is_answered_in_private_and_what_is_kept_of_it_names_nobody(hall: StudyHall) -> None:
    await written(hall, ADA)
    (button,) = buttons(answer_of(hall, "Ada").card)
    told = await hall.app.porter.pressed(Press(hall.event(), hall.clock(), BOB, GENERAL, button.ref))
    assert isinstance(told, Reply)
    assert len(button.ref) <= 60
    outcomes = await hall.store.read(lambda connection: connection.execute(select(events.c.outcome)).scalars().all())
    assert {"came": "starred"} in list(outcomes)
