"""Several accounts that are one person, people who are forgotten, and what is stored of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen, remove

from bot.cli.halls import person_meant
from bot.cli.parser import CommandError, Surroundings
from bot.cli.tree import call
from bot.people import MOST_GUESSES, People
from bot.ports import Limits, Message, PlaceRef, Reaction, Said, Who
from bot.reactions import letter_emoji
from bot.store import Store
from bot.store.columns import AnyRow
from bot.store.people import find_code
from bot.store.posts import waiting
from bot.store.proof import verify
from bot.store.tables import answers, identities, links, metadata, people, shelf
from tests.clock import Clock
from tests.decks import notes_in, rows_in
from tests.hall import (
    GENERAL,
    ORGANISERS,
    StudyHall,
    choice_pack,
    hall_entry,
    open_hall,
    pack_of,
    schedule,
    text_of,
    who,
)

ADA = who("ada")
ADA_TOO = who("ada-at-home", name="Ada at home")
BOB = who("bob")
SECOND = PlaceRef("fake", "team", "second")
OTHER = PlaceRef("fake", "team", "other")


async def asked(store: Store, clock: Clock, folder: Path, pack: str = "", **changes: Any) -> StudyHall:
    """A hall with one open question, whose key is beta where nothing else is said."""
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, folder, pack or choice_pack(), **changes)
    await hall.run(hours=1)
    return hall


async def rows(hall: StudyHall, table: Any) -> Sequence[AnyRow]:
    return await hall.store.read(lambda connection: connection.execute(select(table).order_by("id")).all())


async def board(hall: StudyHall) -> dict[str, tuple[int, int]]:
    """Points and answers of everybody on the board."""
    lines, _ = await hall.app.scorekeeper.board("team", "hall", "all")
    return {line.name: (line.points, line.answered) for line in lines}


async def well(hall: StudyHall) -> bool:
    """Whether the standings equal a replay."""
    return await hall.store.read(lambda connection: verify(connection, "team")) == []


async def dump(hall: StudyHall) -> str:
    """All that stands in any table."""

    def everything(connection: Any) -> str:
        return "\n".join(str(row) for table in metadata.sorted_tables for row in connection.execute(select(table)))

    return await hall.store.read(everything)


async def code_for(hall: StudyHall, person: Who, place: PlaceRef = GENERAL) -> str:
    """The code that a person is shown, as it is read off the card."""
    card = text_of(await hall.type("/study link", person, place))
    return card.partition("`/study link ")[2].partition("`")[0]


async def link(hall: StudyHall, shown_to: Who = ADA, typed_by: Who = ADA_TOO) -> str:
    """Link two accounts; what the one who typed is told."""
    return text_of(await hall.type(f"/study link {await code_for(hall, shown_to)}", typed_by))


async def two_days(hall: StudyHall) -> None:
    """Ada is right on the first day with one account and on the second with the other; Bob is right on both."""
    for person in (ADA, BOB):
        await hall.press(hall.questions()[0], "beta", person)
    await hall.run(hours=24)
    for person in (ADA_TOO, BOB):
        await hall.press(hall.questions()[-1], "beta", person)


# ------------------------------------------------------------------------------------------------------------ linking


async def test_two_linked_accounts_are_one_person_with_one_score(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await two_days(hall)
    assert await board(hall) == {"Bob": (20, 2), "Ada": (10, 1), "Ada at home": (10, 1)}
    assert "one person now" in await link(hall)
    assert await board(hall) == {"Bob": (20, 2), "Ada": (20, 2)}
    (row,) = await rows(hall, links)
    ada, _, ada_too = (each.id for each in await rows(hall, people))
    assert (row.from_person, row.to_person, row.ended_at) == (ada_too, ada, None)
    assert await well(hall)


async def test_of_two_answers_to_one_turn_the_first_counts(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "alpha", ADA_TOO)
    await hall.press(hall.questions()[0], "beta", ADA)
    await link(hall)
    assert await board(hall) == {"Ada": (0, 1)}
    assert await well(hall)
    assert "one" not in text_of(await hall.type("/study unlink", ADA_TOO)).split("Unlinked")[0]
    assert await board(hall) == {"Ada": (10, 1), "Ada at home": (0, 1)}
    assert await well(hall)


async def test_an_open_question_counts_people_and_not_their_accounts(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    question = hall.questions()[0]
    for person in (ADA, ADA_TOO, BOB):
        await hall.press(question, "beta", person)
    await hall.run(minutes=1)
    assert "3 people have answered." in text_of(question.card)
    await link(hall)
    await hall.run(minutes=1)
    assert "2 people have answered." in text_of(question.card)
    assert "2 people have answered." in text_of(await hall.type("/daily", who("carol")))
    edits = question.edits
    await hall.run(minutes=1)
    assert question.edits == edits
    await hall.type("/study unlink", ADA_TOO)
    await hall.run(minutes=1)
    assert "3 people have answered." in text_of(question.card)
    assert await well(hall)


async def test_unlinking_restores_both(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await two_days(hall)
    before = await board(hall)
    await link(hall)
    told = text_of(await hall.type("/study unlink", ADA_TOO))
    assert told.startswith("Unlinked")
    assert await board(hall) == before
    assert (await rows(hall, links))[0].ended_at == clock()
    assert text_of(await hall.type("/study unlink", ADA_TOO)).startswith("Nothing to undo")
    assert await well(hall)


async def test_answers_after_linking_count_for_the_one_person(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await link(hall)
    await hall.press(hall.questions()[0], "beta", ADA_TOO)
    await hall.press(hall.questions()[0], "alpha", ADA)
    assert await board(hall) == {"Ada": (10, 1)}
    assert await well(hall)


async def test_a_third_account_brings_along_what_was_linked_before(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await two_days(hall)
    await link(hall)
    await link(hall, shown_to=BOB, typed_by=ADA)
    assert await board(hall) == {"Bob": (20, 2)}
    assert await well(hall)
    await hall.type("/study unlink", ADA_TOO)
    assert await board(hall) == {"Bob": (20, 2), "Ada": (10, 1)}
    await hall.type("/study unlink", ADA_TOO)
    assert await board(hall) == {"Bob": (20, 2), "Ada at home": (10, 1)}
    await hall.type("/study unlink", ADA)
    assert await board(hall) == {"Bob": (20, 2), "Ada": (10, 1), "Ada at home": (10, 1)}
    assert await well(hall)


async def test_a_code_is_shown_anew_and_good_once(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    old, new = await code_for(hall, ADA), await code_for(hall, ADA)
    assert old != new
    assert "no such code" in text_of(await hall.type(f"/study link {old}", ADA_TOO))
    assert "one person now" in text_of(await hall.type(f"/study link {new.upper()}", ADA_TOO))
    assert "no such code" in text_of(await hall.type(f"/study link {new}", BOB))


async def test_a_redelivered_wish_for_a_code_shows_the_code_that_it_made(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    hall.event = lambda: "one wish"  # type: ignore[method-assign]
    first, again = await code_for(hall, ADA), await code_for(hall, ADA)
    assert first == again
    hall.event = lambda: "typed"  # type: ignore[method-assign]
    assert "one person now" in text_of(await hall.type(f"/study link {first}", ADA_TOO))


async def test_a_code_is_looked_for_by_its_key_however_much_is_on_the_shelf(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    await code_for(hall, ADA)
    seen: list[tuple[str, Any]] = []

    def plan(connection: Any) -> str:
        def keep(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
            seen.append((statement, parameters))

        listen(connection, "before_cursor_execute", keep)
        assert find_code(connection, "aaaaabbbbb") is None
        remove(connection, "before_cursor_execute", keep)
        (asked_of_shelf,) = [each for each in seen if "FROM shelf" in each[0]]
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        word = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        return str(connection.exec_driver_sql(word + asked_of_shelf[0], asked_of_shelf[1]).all())

    told = await store.read(plan)
    assert "namespace=? AND key=?" in told or "Index Cond: ((namespace" in told, told


async def test_linking_a_person_to_itself_is_told(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    assert "the same person already" in await link(hall, ADA, ADA)
    assert await rows(hall, links) == []


async def test_a_code_is_over_after_ten_minutes(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    code = await code_for(hall, ADA)
    clock.forward(minutes=10, seconds=1)
    assert "ten minutes, and they are over" in text_of(await hall.type(f"/study link {code}", ADA_TOO))
    clock.forward(days=1)
    await code_for(hall, BOB)
    assert "no such code" in text_of(await hall.type(f"/study link {code}", ADA_TOO))
    assert await rows(hall, links) == []


async def test_people_of_two_halls_are_never_linked(store: Store, clock: Clock, tmp_path: Path) -> None:
    entries = [hall_entry(), hall_entry("other", [OTHER], [schedule(places=[OTHER])], organiser_place=None)]
    hall = await asked(store, clock, tmp_path, halls=entries)
    code = await code_for(hall, ADA)
    assert "another study hall" in text_of(await hall.type(f"/study link {code}", ADA_TOO, OTHER))
    assert "one person now" in text_of(await hall.type(f"/study link {code}", ADA_TOO))


async def test_who_guesses_codes_is_kept_waiting(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    code = await code_for(hall, ADA)
    for number in range(MOST_GUESSES):
        assert "no such code" in text_of(await hall.type(f"/study link aaaaa-aaaa{number}", ADA_TOO))
    assert "too many wrong codes" in text_of(await hall.type(f"/study link {code}", ADA_TOO))
    clock.forward(minutes=10, seconds=1)
    code = await code_for(hall, ADA)
    assert "one person now" in text_of(await hall.type(f"/study link {code}", ADA_TOO))
    assert [row for row in await hall.store.read(on_shelf) if "ada-at-home" in str(row)] == []


def on_shelf(connection: Any) -> Sequence[AnyRow]:
    found: Sequence[AnyRow] = connection.execute(select(shelf)).all()
    return found


async def test_a_redelivered_wish_is_done_once(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await two_days(hall)
    code = await code_for(hall, ADA)
    hall.event = lambda: "linked"  # type: ignore[method-assign]
    first = await hall.type(f"/study link {code}", ADA_TOO)
    assert await hall.type(f"/study link {code}", ADA_TOO) == first
    hall.event = lambda: "gone"  # type: ignore[method-assign]
    gone = await hall.type("/study forget sure", BOB)
    hall.event = lambda: "anew"  # type: ignore[method-assign]
    await hall.press(hall.questions()[-1], "beta", BOB)
    hall.event = lambda: "gone"  # type: ignore[method-assign]
    assert await hall.type("/study forget sure", BOB) == gone
    assert await board(hall) == {"Ada": (20, 2), "Bob": (10, 1)}
    assert await well(hall)


# ---------------------------------------------------------------------------------------------------------- forgetting


async def test_forgetting_explains_itself_before_it_is_done(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "beta", ADA)
    told = text_of(await hall.type("/study forget", ADA))
    assert "`/study forget sure`" in told
    assert await board(hall) == {"Ada": (10, 1)}


async def test_nothing_in_any_table_tells_who_was_forgotten_or_what_they_wrote(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, pack_of("open"), schedules=[schedule(answers="last")])
    texts = ("my first quince words", "my second quince words")
    for text in texts:
        clock.forward(seconds=1)
        await hall.say(text, ADA)
    await hall.say("what quincetin wrote elsewhere", ADA_TOO)
    await hall.say("Bob keeps his words", BOB)
    await hall.run(days=1)
    await link(hall)
    await hall.type("/study link aaaaa-aaaaa", ADA)
    await code_for(hall, ADA)
    before = (await hall.store.read(counts), (await board(hall))["Bob"])
    assert "quince" in await dump(hall)
    assert text_of(await hall.type("/study forget sure", ADA_TOO)).startswith("You are forgotten")
    left = await dump(hall)
    for gone in ("quince", "Ada", "'ada", "ada-at-home"):
        assert gone not in left
    assert "Bob keeps his words" in left
    assert (await hall.store.read(counts), (await board(hall))["Bob"]) == before
    assert list(await board(hall)) == ["Bob"]
    assert await well(hall)


def counts(connection: Any) -> tuple[int, int, int]:
    """How many answers there are, their points, and identities."""
    both = connection.execute(select(func.count(), func.sum(answers.c.points)).select_from(answers)).one()
    return (*both, connection.execute(select(func.count()).select_from(identities)).scalar_one())


async def test_an_answer_that_is_forgotten_keeps_its_points_through_a_regrade(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    pack = pack_of("short")
    hall = await asked(store, clock, tmp_path, pack)
    await hall.say("overfitting", ADA)
    await hall.type("/study forget sure", ADA)
    (tmp_path / "pack.yaml").write_text(pack.replace("accepted: [", "accepted: [learning by heart, "), encoding="utf-8")
    await hall.app.library.reload(hall.app.registrar)
    await hall.type("/study regrade tests/the-item", who("olga"))
    stored = await store.read(lambda connection: connection.execute(select(answers.c.verdict, answers.c.points)).all())
    assert [tuple(row) for row in stored] == [("right", 20)]
    assert await well(hall)


async def test_a_reaction_of_somebody_forgotten_is_not_counted_again_when_it_is_read_anew(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, schedules=[schedule(answer_by="reactions")])
    message = hall.questions()[0]
    message.reactions.append((letter_emoji(0), ADA))
    await hall.app.desk.reacted(Reaction("r1", clock(), ADA, Message(GENERAL, message.id), letter_emoji(0)))
    await hall.type("/study forget sure", ADA)
    await hall.run(days=1)
    assert (await store.read(counts))[0] == 1
    assert await board(hall) == {}


async def test_a_typed_answer_to_a_short_question_goes_with_what_grading_quoted(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, pack_of("short"))
    await hall.say("overfiting", ADA)
    assert "overfiting" in await dump(hall)
    await hall.type("/study forget sure", ADA)
    assert "overfiting" not in await dump(hall)
    (row,) = await rows(hall, answers)
    assert (row.verdict, row.points, row.detail) == ("right", 20, "")


async def test_a_redelivered_typed_answer_is_told_with_its_text(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path, pack_of("short"))
    hall.event = lambda: "typed"  # type: ignore[method-assign]
    first = await hall.say("overfiting", ADA)
    assert "overfiting" in text_of(first)
    assert await hall.say("overfiting", ADA) == first
    hall.event = lambda: "typed again"  # type: ignore[method-assign]
    second = await hall.say("noise", ADA)
    assert "overfiting" in text_of(second)
    assert await hall.say("noise", ADA) == second


async def test_reveals_name_somebody_and_the_thread_loses_what_was_written(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, choice_pack(1))
    for person in (ADA, BOB):
        await hall.press(hall.questions()[0], "beta", person)
    await hall.run(hours=24)
    assert "Right: Ada, Bob" in text_of(hall.questions()[0].card)
    await hall.type("/study forget sure", ADA)
    await hall.run()
    assert "Right: somebody, Bob" in text_of(hall.questions()[0].card)
    assert "2 people answered" in text_of(hall.questions()[0].card)


async def test_an_open_answer_in_the_thread_is_taken_back(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path, pack_of("open"))
    await hall.say("posted words", ADA)
    question, given = Message(GENERAL, hall.questions()[0].id), clock()
    await hall.run(days=1)
    late = Said(hall.event(), given, BOB, GENERAL, "waiting words", question)
    await hall.app.desk.said(late)
    assert "posted words" in str([each.card for each in hall.platform.posted])
    for person in (ADA, BOB):
        await hall.type("/study forget sure", person)
    await hall.run()
    said = str([each.card for each in hall.platform.posted])
    assert "posted words" not in said
    assert "waiting words" not in said
    assert "somebody answers" in said


@pytest.mark.parametrize("trusts", [0.0, 600.0])
@pytest.mark.parametrize("lost", ["lost-reply", "lost-request"])
async def test_an_open_answer_whose_sending_is_in_doubt_is_looked_for_and_taken_back(
    store: Store, clock: Clock, tmp_path: Path, lost: str, trusts: float
) -> None:
    limits = Limits(settle=5.0, trusts_stamp_for=trusts)
    hall = await asked(store, clock, tmp_path, pack_of("open"), limits=limits)
    hall.platform.fails = [None, None, lost]  # after the next question and what to read on
    await hall.say("doubtful words", ADA)
    await hall.run(days=1)
    assert ("doubtful words" in thread(hall)) == (lost == "lost-reply")
    await hall.type("/study forget sure", ADA)
    for _ in range(6):
        await hall.run(seconds=5)
    assert "doubtful words" not in thread(hall)
    assert ("somebody answers" in thread(hall)) == (lost == "lost-reply")
    assert await hall.store.read(lambda connection: waiting(connection, "team")) == 0


async def test_an_open_answer_that_nobody_can_look_for_is_not_taken_back_for_ever(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, pack_of("open"), limits=Limits(settle=5.0, trusts_stamp_for=600.0))
    hall.platform.fails = [None, None, "lost-reply"]  # after the next question and what to read on
    hall.platform.blind = True
    await hall.say("doubtful words", ADA)
    await hall.run(days=1)
    await hall.type("/study forget sure", ADA)
    for _ in range(6):
        await hall.run(seconds=5)
    assert [note.split("\n")[0] for note in hall.notes()] == ["A message may be missing"]
    assert await hall.store.read(lambda connection: waiting(connection, "team")) == 1, "what only a person can decide"


def thread(hall: StudyHall) -> str:
    """Everything that stands beneath a question."""
    return "\n".join(text_of(each.card) for each in hall.platform.posted if each.under)


async def test_the_same_account_is_somebody_new_afterwards(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "beta", ADA)
    await hall.type("/study forget sure", ADA)
    assert text_of(await hall.type("/study forget sure", ADA)).startswith("Nothing is stored")
    assert "Nothing is stored" in text_of(await hall.type("/study mydata", ADA))
    await hall.press(hall.questions()[0], "alpha", ADA)
    assert await board(hall) == {"Ada": (0, 1)}
    assert len(await rows(hall, people)) == 2
    assert await well(hall)


async def test_who_unlinks_from_a_forgotten_person_is_not_forgotten(store: Store, clock: Clock, tmp_path: Path) -> None:
    """Bob's two accounts join Ada; one leaves and is forgotten; the other leaves too and is still somebody."""
    hall = await asked(store, clock, tmp_path)
    bob_too = who("bob-at-home", name="Bob at home")
    await link(hall, BOB, bob_too)
    await link(hall, ADA, BOB)
    await hall.press(hall.questions()[0], "beta", bob_too)
    await hall.type("/study unlink", BOB)
    await hall.type("/study forget sure", BOB)
    await hall.type("/study unlink", bob_too)
    assert await board(hall) == {"Bob at home": (10, 1)}
    assert await well(hall)


async def test_adapters_take_away_what_they_keep_of_all_accounts_of_a_person(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, places=(GENERAL, SECOND))
    for person in (ADA, ADA_TOO, BOB):
        await hall.press(hall.questions()[0], "beta", person)
    await link(hall)
    await hall.type("/study forget sure", ADA_TOO)
    places = {GENERAL, SECOND, ORGANISERS}
    assert hall.platform.forgotten == [("ada", places), ("ada-at-home", places)]


async def test_who_is_linked_while_being_forgotten_is_forgotten_as_whom_they_are_then(
    store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await asked(store, clock, tmp_path)
    for person in (ADA, BOB):
        await hall.press(hall.questions()[0], "beta", person)
    code, prepare, prepared = await code_for(hall, BOB), hall.app.people._prepare, []

    async def linked_meanwhile(place: str, person: int) -> None:
        await prepare(place, person)
        prepared.append(person)
        if len(prepared) == 1:
            assert "one person now" in text_of(await hall.type(f"/study link {code}", ADA))

    monkeypatch.setattr(hall.app.people, "_prepare", linked_meanwhile)
    assert text_of(await hall.type("/study forget sure", ADA)).startswith("You are forgotten")
    assert prepared == [1, 2]
    left = await dump(hall)
    for gone in ("Ada", "'ada'", "Bob", "'bob'"):
        assert gone not in left
    assert await board(hall) == {}
    assert await well(hall)


async def test_a_person_whose_accounts_went_to_another_is_nobody_to_be_forgotten(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    for person in (ADA, ADA_TOO):
        await hall.press(hall.questions()[0], "beta", person)
    await link(hall)
    assert not await hall.app.people.forget_person("team", 2)
    assert text_of(await hall.type("/study unlink", ADA_TOO)).startswith("Unlinked")
    assert await board(hall) == {"Ada": (10, 1), "Ada at home": (10, 1)}


async def test_much_that_was_written_is_taken_out_in_parts_and_asking_again_finishes(
    store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.people.NAMED", 1)
    hall = await asked(store, clock, tmp_path, choice_pack(6))
    for _ in range(3):
        options = hall.questions()[-1]
        await hall.press(options, "beta", ADA)
        await hall.run(hours=24)
    prepare = hall.app.people._prepare
    await prepare("team", 1)
    assert "Ada" in await board(hall)
    await hall.run(minutes=2)
    assert await hall.app.people.forget_person("team", 1)
    assert not await hall.app.people.forget_person("team", 1)
    assert not await hall.app.people.forget_person("elsewhere", 1)
    await hall.run()
    revealed = [text_of(each.card) for each in hall.questions()[:3]]
    assert ["Right: somebody" in text for text in revealed] == [True] * 3
    assert await well(hall)


# ------------------------------------------------------------------------------------------------------- hiding


async def test_whoever_hides_is_on_no_board_and_in_no_reveal_and_counts_on(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    for person in (ADA, BOB):
        await hall.press(hall.questions()[0], "beta", person)
    assert text_of(await hall.type("/study hide", ADA)).startswith("You are hidden")
    assert await board(hall) == {"Bob": (10, 1)}
    assert "'On boards', 'hidden'" in text_of(await hall.type("/study mydata", ADA))
    await hall.run(days=1)
    revealed = text_of(hall.questions()[0].card)
    assert "Bob" in revealed
    assert "Ada" not in revealed
    await hall.press(hall.questions()[1], "beta", ADA)
    assert "You are number 1 with 20 points" in text_of(await hall.type("/leaderboard all", ADA))
    assert text_of(await hall.type("/study show", ADA)).startswith("You are shown")
    assert await board(hall) == {"Ada": (20, 2), "Bob": (10, 1)}
    assert await well(hall)


async def test_whoever_an_operator_hides_cannot_show_themselves_and_takes_it_along_into_a_link(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    for person in (ADA, ADA_TOO, BOB):
        await hall.press(hall.questions()[0], "beta", person)
    assert await hall.app.people.put_off("team", 1, off=True)
    assert text_of(await hall.type("/study show", ADA)).startswith("You stay hidden")
    assert list(await board(hall)) == ["Ada at home", "Bob"]
    await link(hall, ADA_TOO, ADA)
    assert list(await board(hall)) == ["Bob"]
    assert text_of(await hall.type("/study show", ADA_TOO)).startswith("You stay hidden")
    linked = next(each for each in await hall.app.people.all("team") if len(each["accounts"]) == 2)
    assert await hall.app.people.put_off("team", linked["person"], off=False) is False
    assert len(await board(hall)) == 2
    assert await hall.app.people.put_off("team", 99, off=True) is None
    assert await hall.app.people.put_off("elsewhere", 1, off=True) is None


async def test_whoever_hid_stays_hidden_when_an_operator_shows_them(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    for person in (ADA, BOB):
        await hall.press(hall.questions()[0], "beta", person)
    await hall.type("/study hide", ADA)
    assert await hall.app.people.put_off("team", 1, off=True)
    assert await hall.app.people.put_off("team", 1, off=False), "hidden still, by their own wish"
    assert list(await board(hall)) == ["Bob"]
    assert text_of(await hall.type("/study show", ADA)).startswith("You are shown")
    assert list(await board(hall)) == ["Ada", "Bob"]


async def test_whoever_an_operator_hid_is_shown_when_both_want_it(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    for person in (ADA, BOB):
        await hall.press(hall.questions()[0], "beta", person)
    assert await hall.app.people.put_off("team", 1, off=True)
    await hall.type("/study hide", ADA)
    assert text_of(await hall.type("/study show", ADA)).startswith("You stay hidden")
    assert list(await board(hall)) == ["Bob"]
    assert await hall.app.people.put_off("team", 1, off=False) is False
    assert list(await board(hall)) == ["Ada", "Bob"]
    await hall.type("/study hide", ADA)
    assert list(await board(hall)) == ["Bob"]


async def test_either_wish_to_be_hidden_goes_along_into_a_link_and_back(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    for person in (ADA, ADA_TOO):
        await hall.press(hall.questions()[0], "beta", person)
    await hall.type("/study hide", ADA_TOO)
    await link(hall)
    assert await board(hall) == {}
    assert text_of(await hall.type("/study show", ADA)).startswith("You are shown")
    assert await hall.app.people.put_off("team", 1, off=True)
    await hall.type("/study unlink", ADA_TOO)
    assert await board(hall) == {}
    assert text_of(await hall.type("/study show", ADA_TOO)).startswith("You stay hidden")


async def test_who_hides_before_the_first_answer_is_hidden_from_the_first_on(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.type("/study hide", ADA)
    await hall.press(hall.questions()[0], "beta", ADA)
    assert await board(hall) == {}


# ------------------------------------------------------------------------------------------------- what is stored


async def test_a_person_sees_in_short_what_is_stored(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await two_days(hall)
    await link(hall)
    told = text_of(await hall.type("/study mydata", ADA))
    for part in ("'Ada'", "fake:team:ada'", "fake:team:ada-at-home", "'Answers', '2'", "'Points of all time', '20'"):
        assert part in told


@pytest.fixture
async def folder(store: Store, clock: Clock, tmp_path: Path, url: str) -> Path:
    """A folder with settings whose database has Ada, with two accounts, and Bob."""
    hall = await asked(store, clock, tmp_path)
    await two_days(hall)
    await link(hall)
    (tmp_path / "studyhall.yaml").write_text(f"packs: [{tmp_path}/pack.yaml]\nhalls: [{{id: team, places: []}}]\n")
    return tmp_path


def at(clock: Clock, url: str, *line: str) -> int:
    """The command in this process."""
    return call(["people", *line, "--database", url], Surroundings({}, clock, lambda: "UTC"))


def test_people_are_listed(folder: Path, clock: Clock, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert at(clock, url, "list") == 0
    header, ada, bob = capsys.readouterr().out.splitlines()
    assert header.split() == ["hall", "person", "name", "accounts", "answers", "since"]
    assert ada.split() == ["team", "1", "Ada", "fake:team:ada,", "fake:team:ada-at-home", "2", "2026-11-23"]
    assert bob.split() == ["team", "2", "Bob", "fake:team:bob", "2", "2026-11-23"]
    assert at(clock, url, "list", "--hall", "team", "--json") == 0
    assert [each["person"] for each in json.loads(capsys.readouterr().out)] == [1, 2]


@pytest.mark.parametrize("person", ["1", "fake:team:ada-at-home"])
def test_a_person_is_exported_whole(
    folder: Path, clock: Clock, url: str, capsys: pytest.CaptureFixture[str], person: str
) -> None:
    assert at(clock, url, "export", person) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["person"]["name"] == "Ada"
    assert [each["account"] for each in found["identities"]] == ["ada", "ada-at-home"]
    assert [each["points"] for each in found["answers"]] == [10, 10]
    assert found["answers"][0]["slot"] == "2026-11-23T09:00"
    assert max(each["points"] for each in found["standings"]) == 20
    assert len(found["links"]) == 1


@pytest.fixture
async def config(folder: Path, store: Store, clock: Clock) -> Path:
    """Settings with the packs; and there is Carl, who has answered nothing."""
    await People(store, clock, str, {}).hide("team", who("carl"), "hides")
    file = folder / "packs.yaml"
    file.write_text(f"packs: [{folder}/pack.yaml]\nhalls: [{{id: team, places: [web:local:general]}}]\n")
    return file


@pytest.mark.parametrize("kind", ["apkg", "csv"])
def test_the_cards_of_a_person_are_written_to_a_new_file(
    config: Path, clock: Clock, url: str, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    file = config.parent / f"ada.{kind}"
    assert at(clock, url, "cards", "fake:team:ada-at-home", str(file), "--config", str(config)) == 0
    written = file.read_bytes()
    assert f"{file} has 1 card." in capsys.readouterr().out
    assert len(notes_in(written) if kind == "apkg" else rows_in(written)) == 1
    with pytest.raises(CommandError, match="is there already: name a new file"):
        at(clock, url, "cards", "1", str(file), "--config", str(config))
    assert file.read_bytes() == written


@pytest.mark.parametrize(
    ("person", "name", "told"),
    [
        ("1", "ada.txt", "ends in neither .apkg nor .csv"),
        ("1", "nowhere/ada.csv", "cannot be written: No such file"),
        ("fake:team:carl", "carl.csv", "has met no question yet whose answer is out"),
    ],
)
def test_cards_that_cannot_be_written_are_told(
    config: Path, clock: Clock, url: str, person: str, name: str, told: str
) -> None:
    file = config.parent / name
    with pytest.raises(CommandError, match=told):
        at(clock, url, "cards", person, str(file), "--config", str(config))
    assert not file.exists()


def test_an_operator_forgets_a_person_once(
    folder: Path, clock: Clock, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at(clock, url, "forget", "fake:team:ada") == 0
    assert "Person 1 of the hall team is forgotten." in capsys.readouterr().out
    assert at(clock, url, "list") == 0
    assert "(forgotten)" in capsys.readouterr().out
    with pytest.raises(CommandError, match="forgotten already"):
        at(clock, url, "forget", "1")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["export", "9"], "there is nobody '9': `studyhall people list` shows everybody"),
        (["export", "fake:team:nobody"], "there is nobody 'fake:team:nobody'"),
        (["forget", "1", "--hall", "tea"], r"there is no hall 'tea' \(did you mean 'team'\?\): choose one of team"),
    ],
)
def test_who_is_not_there_is_told(folder: Path, clock: Clock, url: str, line: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        at(clock, url, *line)


def test_an_empty_database_has_nobody(url: str, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="there is no hall in this database yet"):
        at(clock, url, "list")


async def test_an_account_of_two_halls_needs_the_hall(store: Store, clock: Clock, tmp_path: Path, url: str) -> None:
    entries = [hall_entry(), hall_entry("other", [OTHER], [schedule(places=[OTHER])], organiser_place=None)]
    hall = await asked(store, clock, tmp_path, halls=entries)
    for place in (GENERAL, OTHER):
        await hall.press(hall.questions(place)[0], "beta", ADA)

    def listed(connection: Any) -> list[tuple[str, int]]:
        return [person_meant(connection, "fake:team:ada", hall) for hall in ("team", "other")]

    assert await store.read(listed) == [("team", 1), ("other", 2)]
    with pytest.raises(CommandError, match="in several halls: choose one with --hall, of other, team"):
        await store.read(lambda connection: person_meant(connection, "fake:team:ada", None))


def test_an_operator_hides_and_shows_a_person(
    folder: Path, clock: Clock, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at(clock, url, "hide", "fake:team:bob") == 0
    assert "Person 2 of the hall team is hidden from boards" in capsys.readouterr().out
    at(clock, url, "list")
    assert "Bob (hidden)" in capsys.readouterr().out
    assert at(clock, url, "show", "2") == 0
    assert "Person 2 of the hall team is on the boards." in capsys.readouterr().out
    at(clock, url, "list")
    assert "(hidden)" not in capsys.readouterr().out


def test_an_operator_is_told_that_a_person_hides_themselves(
    hiding: Path, clock: Clock, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at(clock, url, "show", "fake:team:bob") == 0
    assert "Person 2 of the hall team stays hidden by their own wish" in capsys.readouterr().out


@pytest.fixture
async def hiding(folder: Path, store: Store, clock: Clock) -> Path:
    """The same, and Bob has left the boards."""
    await People(store, clock, str, {}).hide("team", BOB, "hides")
    return folder
