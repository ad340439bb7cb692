"""A wrong key is mended: the turns that asked the item, their answers, the standings and the messages follow."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.alone import SOME, halls_to_mend
from bot.cards.regrades import Mended, regraded_card
from bot.cli.parser import CommandError, Surroundings
from bot.cli.tree import call
from bot.counting import Attempt, Taking, take
from bot.languages import words
from bot.librarian import CHUNK, Librarian
from bot.ports import Bars, Edit, Options, PlaceRef, Press
from bot.rules.grading import Given, grade
from bot.rules.scoring import RECALLED
from bot.store import Store
from bot.store.columns import AnyRow
from bot.store.private import private_round
from bot.store.proof import verify
from bot.store.ratings import ratings_of
from bot.store.tables import answers, marks, posts, private_rounds, regrades, turns
from bot.store.turns import open_round
from tests.clock import Clock
from tests.fakes.platform import Posted
from tests.hall import GENERAL, StudyHall, choice_pack, open_hall, pack_of, schedule, text_of, who

OLGA = who("olga")
SECOND = PlaceRef("fake", "team", "second")


async def asked(store: Store, clock: Clock, folder: Path, pack: str = "", **changes: Any) -> StudyHall:
    """A hall with one open question of a bank of one item; its key is beta where nothing else is said."""
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, folder, pack or choice_pack(1), **changes)
    await hall.run(hours=1)
    return hall


async def mend(hall: StudyHall, pack: str) -> None:
    """The author changes the pack."""
    hall.settings.packs[0].write_text(pack, encoding="utf-8")
    await hall.app.library.reload(hall.app.registrar)


def item(hall: StudyHall) -> str:
    return next(iter(hall.app.library.bank().items))


async def rows(hall: StudyHall, table: Any) -> Sequence[AnyRow]:
    return await hall.store.read(lambda connection: connection.execute(select(table).order_by("id")).all())


async def points(hall: StudyHall) -> dict[str, int]:
    lines, _ = await hall.app.scorekeeper.board("team", "hall", "all")
    return {line.name: line.points for line in lines}


async def well(hall: StudyHall) -> bool:
    """Whether the standings equal a replay."""
    return await hall.store.read(lambda connection: verify(connection, "team")) == []


async def prepared(hall: StudyHall, option: str, person: str = "ada") -> Taking:
    """An answer that is graded and not stored yet."""
    found = await hall.store.read(lambda connection: open_round(connection, 1))
    assert found is not None
    shown = found.shown
    index = next(n for n, each in enumerate(shown.options) if option in each.text)
    attempt = Attempt(hall.event(), hall.clock(), who(person), GENERAL, Given(picked=(index,)), "press")
    return Taking(found, shown, attempt, grade(shown, attempt.given), hall.clock(), lambda length: "t" * length)


async def many(hall: StudyHall, people: int) -> None:
    """So many people answer: every second one alpha, the others beta."""
    for number in range(people):
        await hall.press(hall.questions()[0], "alpha" if number % 2 else "beta", who(f"p{number}"))


async def test_points_follow_the_mended_key(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "alpha")
    await hall.press(hall.questions()[0], "beta", who("bob"))
    await hall.press(hall.questions()[0], "gamma", who("eve"))
    assert await points(hall) == {"Bob": 10, "Ada": 0, "Eve": 0}
    await mend(hall, choice_pack(1, key="A"))
    done = await hall.app.librarian.regrade("team", item(hall), "operator")
    assert (done.came, done.answers, done.changed, done.people) == (Mended.DONE, 3, 2, 2)
    assert done.slots == ("2026-11-23T09:00",)
    assert await points(hall) == {"Ada": 10, "Bob": 0, "Eve": 0}
    assert await well(hall)


async def test_what_was_and_what_is_are_kept_as_facts(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "beta")
    (before,) = await rows(hall, turns)
    await mend(hall, choice_pack(1, key="A"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    (turn,), (regrade,) = await rows(hall, turns), await rows(hall, regrades)
    assert (turn.regraded, turn.shown) == (1, regrade.after)
    assert (regrade.before, regrade.by, regrade.at, regrade.done_at) == (before.shown, "operator", clock(), clock())
    assert [each["text"] for each in turn.shown["options"]] == [each["text"] for each in before.shown["options"]]
    assert turn.shown["version"] != before.shown["version"]
    texts = [turn.shown["options"][index]["text"] for index in turn.shown["key"]]
    assert texts == ["alpha of item-0"]
    (mark,) = await hall.store.read(lambda connection: connection.execute(select(marks)).all())
    assert (mark.verdict, mark.why, mark.points, mark.rules) == ("right", "chosen", 10, "1")


async def test_a_second_regrade_changes_nothing_and_says_so(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "alpha")
    await mend(hall, choice_pack(1, key="A"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    again = await hall.app.librarian.regrade("team", item(hall), "operator")
    assert again.came is Mended.SAME
    assert len(await rows(hall, regrades)) == 1


async def test_mending_there_and_back_gives_everything_back(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await many(hall, 5)
    before = [row._asdict() for row in await rows(hall, answers)]
    for key in ("A", "B"):
        await mend(hall, choice_pack(1, key=key))
        await hall.app.librarian.regrade("team", item(hall), "operator")
        assert await well(hall)
    assert [row._asdict() for row in await rows(hall, answers)] == before
    (turn,) = await rows(hall, turns)
    assert turn.regraded == 2


async def test_the_message_of_a_closed_round_shows_the_right_key(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "alpha")
    await hall.run(hours=25)
    question = hall.questions()[0]
    explanation = next(each for each in hall.platform.posted if each.under)
    assert marked(question) == "beta of item-0"
    assert "Ada" not in text_of(question.card)
    await mend(hall, choice_pack(1, key="A").replace("Because of", "Since it is"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    await hall.run()
    assert marked(question) == "alpha of item-0"
    assert "Right: Ada" in text_of(question.card)
    assert "The key was wrong at first" in text_of(question.card)
    assert "Since it is" in text_of(explanation.card)
    assert [post.kind for post in await rows(hall, posts) if post.kind == "reveal"] == ["reveal"] * 2
    assert await well(hall)


def marked(posted: Posted) -> str:
    """The option that a reveal marks as right."""
    bars = next(block for block in posted.card.blocks if isinstance(block, Bars))
    return next(bar.label.partition("** ")[2] for bar in bars.bars if bar.marked)


async def test_an_open_question_stays_open_and_its_reveal_has_the_new_key(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "alpha")
    shown = hall.questions()[0].card
    await mend(hall, choice_pack(1, key="A"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    await hall.run()
    assert [block for block in hall.questions()[0].card.blocks if isinstance(block, Options)] == [
        block for block in shown.blocks if isinstance(block, Options)
    ]
    assert text_of(await hall.press(hall.questions()[0], "alpha", who("bob"))).startswith("Right")
    await hall.run(hours=25)
    assert marked(hall.questions()[0]) == "alpha of item-0"
    assert await points(hall) == {"Ada": 10, "Bob": 10}
    assert await well(hall)


async def test_an_answer_graded_before_and_stored_after_is_graded_by_the_new_key(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    first, second = await prepared(hall, "alpha", "ada"), await prepared(hall, "beta", "bob")
    await mend(hall, choice_pack(1, key="A"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    came = [await store.write("team", partial(take, taking=each)) for each in (first, second)]
    assert [(told.verdict, told.points) for _, told in came] == [("right", 10), ("wrong", 0)]
    assert [by.regraded for by, _ in came] == [1, 1]
    assert await points(hall) == {"Ada": 10, "Bob": 0}
    assert await well(hall)


async def test_right_after_a_regrade_feedback_gives_the_reasons_of_the_new_key(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    question = hall.questions()[0]
    assert "Because of the letter" in text_of(await hall.press(question, "beta", who("ada")))
    await mend(hall, choice_pack(1, key="A").replace("Because of the letter", "As the alphabet begins so"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    for account in ("bob", "cy"):
        assert "As the alphabet begins so" in text_of(await hall.press(question, "alpha", who(account)))


async def test_with_the_last_answer_counting_a_change_is_graded_by_the_new_key(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, schedules=[schedule(answers="last")])
    await hall.press(hall.questions()[0], "beta")
    await hall.press(hall.questions()[0], "alpha", who("bob"))
    changing = await prepared(hall, "gamma", "bob")
    await mend(hall, choice_pack(1, key="C"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    clock.forward(seconds=1)
    await store.write("team", lambda connection: take(connection, changing))
    await hall.run(days=1)
    assert await points(hall) == {"Bob": 10, "Ada": 0}
    assert await well(hall)


async def test_a_regrade_cut_short_is_finished_at_the_next_look(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    people = CHUNK + 5
    await many(hall, people)
    await mend(hall, choice_pack(1, key="A"))
    begun = await hall.app.librarian.regrade("team", item(hall), "operator", chunks=1)
    (regrade,) = await rows(hall, regrades)
    assert begun.came is Mended.GOING_ON
    assert (regrade.handled, regrade.done_at) == (CHUNK, None)
    assert await well(hall)
    assert hall.notes() == []
    await hall.press(hall.questions()[0], "alpha", who("zoe"))
    again = StudyHall(store, clock, hall.settings, tokens=10_000)
    await again.run()
    (regrade,) = await rows(hall, regrades)
    assert (regrade.changed, regrade.done_at) == (people, clock())
    assert sum(found == 10 for found in (await points(again)).values()) == 10
    assert {row.verdict for row in await rows(hall, answers) if row.points} == {"right"}
    assert await well(hall)
    assert await again.app.librarian.resume() == 0


async def test_a_transaction_that_takes_long_goes_on_in_the_next(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await many(hall, 4)
    await mend(hall, choice_pack(1, key="A"))

    def slow() -> datetime:
        return clock.forward(milliseconds=40)

    library = Librarian(store, hall.app.library.bank, slow, lambda length: "r" * length)
    begun = await library.regrade("team", item(hall), "operator", chunks=2)
    (regrade,) = await rows(hall, regrades)
    assert (begun.came, begun.changed, regrade.done_at) == (Mended.GOING_ON, 2, None)
    assert await well(hall)
    await library.resume()
    assert (await rows(hall, regrades))[0].changed == 4
    assert await well(hall)


async def test_two_processes_finish_a_regrade_once(store: Store, clock: Clock, url: str, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await many(hall, CHUNK)
    await mend(hall, choice_pack(1, key="A"))
    await hall.app.librarian.regrade("team", item(hall), "operator", chunks=0)
    other = Store.open(url, now=clock, virtual=True)
    try:
        second = StudyHall(other, clock, hall.settings, tokens=10_000)
        await second.app.librarian.resume()
        await hall.app.librarian.resume()
    finally:
        await other.close()
    await hall.run()
    assert len(hall.notes()) == 1
    assert len(await hall.store.read(lambda connection: connection.execute(select(marks)).all())) == CHUNK


async def test_the_organisers_read_what_was_corrected(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path)
    await many(hall, 3)
    await hall.run(hours=24)
    await hall.press(hall.questions()[-1], "alpha", who("p0"))
    await mend(hall, choice_pack(1, key="A"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    await hall.run()
    (note,) = hall.notes()
    assert "tests/item-0 has another key now" in note
    assert "Scores corrected: 4 answers, 3 people." in note
    assert len(await rows(hall, regrades)) == 2
    assert await well(hall)


async def test_the_bonus_of_later_answers_stays_and_that_of_the_answer_is_decided_anew(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    pack = choice_pack(2).replace("concept-1", "concept-0").replace("topic: learning", "topic: statistics")
    hall = await asked(store, clock, tmp_path, pack)
    await hall.press(hall.questions()[0], "alpha")
    await hall.run(hours=24)
    question = next(each for each in hall.questions()[1:] if any(isinstance(b, Options) for b in each.card.blocks))
    await hall.press(question, "beta")
    assert await points(hall) == {"Ada": 10 + RECALLED}
    first = (await rows(hall, turns))[0].item_id
    halves = pack.split("  - id: ")
    number = 1 if f"{halves[1].split()[0]}" in first else 2
    halves[number] = halves[number].replace("key: B", "key: A")
    await mend(hall, "  - id: ".join(halves))
    await hall.app.librarian.regrade("team", first, "operator")
    assert await points(hall) == {"Ada": 20 + RECALLED}
    second = (await rows(hall, turns))[1].item_id
    halves[3 - number] = halves[3 - number].replace("key: B", "key: C")
    await mend(hall, "  - id: ".join(halves))
    await hall.app.librarian.regrade("team", second, "operator")
    assert await points(hall) == {"Ada": 10}
    assert await well(hall)


async def test_of_two_places_the_answer_that_counts_is_the_one_that_moves_the_score(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    places = (GENERAL, SECOND)
    hall = await asked(store, clock, tmp_path, places=places, schedules=[schedule(places=places)])
    await hall.press(hall.questions(SECOND)[0], "beta")
    await hall.press(hall.questions(GENERAL)[0], "alpha")
    await mend(hall, choice_pack(1, key="A"))
    done = await hall.app.librarian.regrade("team", item(hall), "operator")
    assert (done.answers, done.changed, done.people) == (2, 2, 1)
    assert await points(hall) == {"Ada": 0}
    assert [row.points for row in await rows(hall, answers)] == [0, 10]
    assert await well(hall)


@pytest.mark.parametrize(
    ("kind", "old", "new", "right"),
    [
        ("short", "accepted: [overfitting, over-fitting]", "accepted: [variance]", "variance"),
        ("short", "accepted: [overfitting, over-fitting]", "accepted: [overfitting, noise]", "noise"),
        ("numeric", "value: 0.5, tolerance: 0.01", "value: 0.5, tolerance: 0.2", "0.6"),
        ("numeric", "value: 0.5, tolerance: 0.01", "value: 0.7, tolerance: 0.01", "0.7"),
    ],
)
async def test_typed_answers_follow_accepted_answers_and_tolerance(
    store: Store, clock: Clock, tmp_path: Path, kind: str, old: str, new: str, right: str
) -> None:
    hall = await asked(store, clock, tmp_path, pack_of(kind))
    await hall.say(right)
    assert await points(hall) == {"Ada": 0}
    await mend(hall, pack_of(kind).replace(old, new))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    assert await points(hall) == {"Ada": 20}
    assert await well(hall)


async def test_the_order_and_the_share_of_several_follow_too(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path, pack_of("multi"))
    await hall.press(hall.questions()[0], ["one", "two"])
    await mend(hall, pack_of("multi").replace("key: [A, C]", "key: [A, B]"))
    before = (await points(hall))["Ada"]
    done = await hall.app.librarian.regrade("team", item(hall), "operator")
    assert (done.changed, await points(hall)) == (1, {"Ada": 20})
    assert before < 20
    assert await well(hall)


async def test_a_mended_order_is_matched_by_its_texts(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path, pack_of("order"))
    await hall.press(hall.questions()[0], ["second", "first", "third"])
    swapped = pack_of("order").replace("text: first", "text: x").replace("text: second", "text: first")
    await mend(hall, swapped.replace("text: x", "text: second"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    assert await points(hall) == {"Ada": 20}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda pack: pack.replace("alpha of", "delta of"), "have other texts now.*alpha of.*delta of.*Give them"),
        (lambda _: pack_of("short").replace("the-item", "item-0"), "was of the kind choice.*is short now.*old kind"),
        (lambda pack: pack.replace("item-0", "item-9"), "There is no question"),
        (lambda pack: pack, "had the key that it has in the pack now. Mend the key"),
        (lambda pack: pack.replace("Because of", "Since"), "had the key that it has in the pack now. Mend the key"),
    ],
)
async def test_what_cannot_be_regraded_is_told_with_a_remedy_and_changes_nothing(
    store: Store, clock: Clock, tmp_path: Path, change: Any, told: str
) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "alpha")
    before = await rows(hall, turns)
    await mend(hall, change(choice_pack(1)))
    card = text_of(await hall.type("/study regrade tests/item-0", OLGA)).replace("\\", "").replace("\n", " ")
    assert "Nothing was changed" in card
    assert re.search(told, card)
    assert await rows(hall, turns) == before
    assert await rows(hall, regrades) == []


async def test_an_item_that_was_never_asked_is_told(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await asked(store, clock, tmp_path, choice_pack(2))
    (turn,) = await rows(hall, turns)
    other = next(each for each in hall.app.library.bank().items if each != turn.item_id)
    assert "was never asked" in text_of(await hall.type(f"/study regrade {other}", OLGA))


async def test_only_organisers_regrade_and_a_redelivered_wish_is_told_the_same(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "alpha")
    await mend(hall, choice_pack(1, key="A"))
    assert "Only organisers" in text_of(await hall.type("/study regrade tests/item-0"))
    assert await rows(hall, regrades) == []
    hall.event = lambda: "once"  # type: ignore[method-assign]
    first = await hall.type("/study regrade tests/item-0", OLGA)
    assert "asked once with another key" in text_of(first)
    assert "Scores corrected: 1 answer, 1 person." in text_of(first)
    assert await hall.type("/study regrade tests/item-0", OLGA) == first
    (regrade,) = await rows(hall, regrades)
    assert regrade.by == "fake:team:olga"


def test_a_long_regrade_says_that_it_goes_on() -> None:
    card = regraded_card(words("en"), Mended.GOING_ON, "tests/item-0", 3, 500, 200)
    assert "asked 3 times with another key" in text_of(card)
    assert "Scores corrected so far: 500 answers, 200 people. The rest goes on by itself" in text_of(card)


async def test_items_are_completed_once_they_are_revealed_and_for_organisers_alone(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await asked(store, clock, tmp_path, choice_pack(2))
    (turn,) = await rows(hall, turns)
    desk = hall.app.desk
    assert await desk.suggested(OLGA, GENERAL, ("study", "regrade"), "item", "ITEM") == []
    assert await desk.completed(OLGA, GENERAL, "/study regrade ") == []
    await hall.run(hours=24)
    for person in (who("ada"), who("eve")):
        assert await desk.suggested(person, GENERAL, ("study", "regrade"), "item", "ITEM") == []
        assert await desk.completed(person, GENERAL, "/study regrade ") == []
    found = await desk.suggested(OLGA, GENERAL, ("study", "regrade"), "item", "ITEM")
    assert [each.value for each in found] == [turn.item_id]
    lines = await desk.completed(OLGA, GENERAL, "/study regrade tes")
    assert [each.value for each in lines] == [f"/study regrade {turn.item_id}"]


async def test_a_write_that_is_run_again_begins_one_regrade(
    url: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A COMMIT whose outcome is in doubt is run again: it finds what it did."""
    opened = Store.open(url, now=clock, virtual=True)
    hall = await asked(opened, clock, tmp_path)
    await hall.press(hall.questions()[0], "alpha")
    await mend(hall, choice_pack(1, key="A"))
    write = opened.write

    async def twice(of: str, fn: Any, **rest: Any) -> Any:
        await write(of, fn, **rest)
        return await write(of, fn, **rest)

    monkeypatch.setattr(opened, "write", twice)
    done = await hall.app.librarian.regrade("team", item(hall), "operator")
    assert (done.came, done.changed) == (Mended.DONE, 1)
    assert len(await rows(hall, regrades)) == 1
    assert await well(hall)
    await opened.close()


# --------------------------------------------------------------------------------------------------- the command line


@pytest.fixture
async def folder(store: Store, clock: Clock, tmp_path: Path) -> Path:
    """A folder with settings and a pack, whose question was asked with another key; Ada is to be right."""
    hall = await asked(store, clock, tmp_path)
    await hall.press(hall.questions()[0], "alpha")
    await hall.press(hall.questions()[0], "gamma", who("eve"))
    hall.settings.packs[0].write_text(choice_pack(1, key="A"), encoding="utf-8")
    (tmp_path / "studyhall.yaml").write_text(
        "packs: [./pack.yaml]\nhalls: [{id: team, places: ['web:local:general']}]\n"
    )
    return tmp_path


def at(clock: Clock, folder: Path, url: str, *line: str) -> int:
    """The command in this process."""
    settings = ("--config", f"{folder}/studyhall.yaml", "--database", url)
    return call(["regrade", *line, *settings], Surroundings({}, clock, lambda: "UTC"))


def test_an_operator_looks_and_then_regrades(
    folder: Path, clock: Clock, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at(clock, folder, url, "tests/item-0", "--dry-run") == 0
    told = "team: 1 turn (2026-11-23T09:00) of tests/item-0 would get the right key; scores to correct: 1 of 2 answers"
    assert told in capsys.readouterr().out
    assert at(clock, folder, url, "tests/item-0", "--json") == 0
    (done,) = json.loads(capsys.readouterr().out)
    assert (done["hall"], done["came"], done["changed"], done["people"]) == ("team", "done", 1, 1)
    assert at(clock, folder, url, "tests/item-0", "--hall", "team") == 0
    assert "nothing to do" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "pack", "told"),
    [
        (["tests/item-7"], choice_pack(1), "team: there is no question tests/item-7 in the bank"),
        (["tests/item-1"], choice_pack(2), "team: tests/item-1 was never asked here"),
        (
            ["tests/item-0"],
            choice_pack(1).replace("beta of", "zeta of"),
            "have other texts now: it was asked with “beta",
        ),
        (["tests/item-0"], pack_of("open").replace("the-item", "item-0"), "was of the kind choice when it was asked"),
    ],
)
def test_an_operator_is_told_why_nothing_was_regraded(
    folder: Path, clock: Clock, url: str, capsys: pytest.CaptureFixture[str], line: list[str], pack: str, told: str
) -> None:
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    assert at(clock, folder, url, *line) == 1
    assert told in capsys.readouterr().err


def test_a_broken_pack_is_told_and_nothing_is_regraded(folder: Path, clock: Clock, url: str) -> None:
    (folder / "pack.yaml").write_text("format: 1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="the packs have faults, so nothing was regraded"):
        at(clock, folder, url, "tests/item-0")
    with pytest.raises(CommandError, match="there is no hall 'tem'"):
        at(clock, folder, url, "tests/item-0", "--hall", "tem")


# ---------------------------------------------------------------------------------------------- what was asked alone


async def practised(store: Store, clock: Clock, folder: Path) -> StudyHall:
    """A hall whose one item is beta by its pack, and only Ada and Bob are asked, alone; Bob has not answered yet."""
    hall = await open_hall(store, clock, folder, choice_pack(1), schedules=())
    await answer_alone(hall, await hall.type("/practice"), "alpha")
    await hall.type("/practice", who("bob"))
    return hall


async def answer_alone(hall: StudyHall, question: Any, option: str, person: str = "ada") -> str:
    options = next(block for block in question.card.blocks if isinstance(block, Options))
    ref = next(each.ref for each in options.choices if option in each.text)
    came = await hall.app.desk.pressed(Press(hall.event(), hall.clock(), who(person), GENERAL, ref))
    assert isinstance(came, Edit)
    return text_of(came.card)


async def verdicts(hall: StudyHall) -> list[str | None]:
    return [row.verdict for row in await rows(hall, private_rounds)]


async def test_what_was_asked_alone_follows_the_mended_key(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await practised(store, clock, tmp_path)
    assert "question item" in text_of(await hall.type("/missed"))
    await mend(hall, choice_pack(1, key="A"))
    planned = await hall.app.librarian.look("team", item(hall))
    assert (planned.came, planned.alone, await verdicts(hall)) == (Mended.PLANNED, 2, ["wrong", None])
    told = text_of(await hall.type(f"/study regrade {item(hall)}", OLGA))
    assert "was asked 2 times with another key" in told
    assert await verdicts(hall) == ["right", None]
    assert "question item" not in text_of(await hall.type("/missed"))
    assert "Right" in await answer_alone(hall, await hall.type("/practice", who("bob")), "alpha", "bob")
    assert (await hall.app.librarian.regrade("team", item(hall), "operator")).came is Mended.NOT_ASKED


async def test_what_was_asked_alone_is_mended_after_a_crash_too(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await practised(store, clock, tmp_path)
    await mend(hall, choice_pack(1, key="A"))
    await hall.app.librarian.regrade("team", item(hall), "operator", chunks=0)
    assert await verdicts(hall) == ["wrong", None]
    await StudyHall(store, clock, hall.settings, tokens=1000).run()
    assert await verdicts(hall) == ["right", None]
    assert await store.read(halls_to_mend) == []


async def test_an_answer_alone_that_was_graded_before_and_stored_after_has_the_new_key(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await practised(store, clock, tmp_path)
    _, asked = await rows(hall, private_rounds)
    before = await store.read(partial(private_round, token=asked.token))
    assert before is not None
    await mend(hall, choice_pack(1, key="A"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    given = Given(picked=(before.shown.key[0],))
    values = {"given": {"picked": list(given.picked), "text": "", "via": "press"}, "at": clock()}
    keep = partial(hall.app.tutor._keep, asked=before, given=given, graded=grade(before.shown, given), values=values)
    await store.write("team", keep)
    assert await verdicts(hall) == ["right", "wrong"]


async def test_an_item_that_was_mended_where_people_were_alone_is_rated_anew(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    hall = await practised(store, clock, tmp_path)
    clock.forward(days=2)
    await hall.app.rater.rate()
    ((_, harder),) = (await store.read(partial(ratings_of, hall="team"))).items()
    await mend(hall, choice_pack(1, key="A"))
    await hall.app.librarian.regrade("team", item(hall), "operator")
    clock.forward(days=2)
    await hall.app.rater.rate()
    ((_, easier),) = (await store.read(partial(ratings_of, hall="team"))).items()
    assert (easier.n, harder.n) == (1, 1)
    assert easier.rating < harder.rating


async def test_many_private_rounds_are_mended_some_at_a_time(store: Store, clock: Clock, tmp_path: Path) -> None:
    hall = await open_hall(store, clock, tmp_path, choice_pack(1), schedules=())
    for number in range(SOME + 2):
        person = who(f"p{number}")
        await answer_alone(hall, await hall.type("/practice", person), "alpha", person.account)
    await mend(hall, choice_pack(1, key="A"))
    first = await hall.app.librarian.regrade("team", item(hall), "operator", chunks=1)
    assert (first.alone, (await verdicts(hall)).count("right")) == (SOME, SOME)
    await hall.app.librarian.resume()
    assert await verdicts(hall) == ["right"] * (SOME + 2)
