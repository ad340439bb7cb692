"""The examples that help shows, done as a person would do them: typed as a line, and with the options taken apart.

The tests go over the command tree, so that a command added to it is tried with its example from then on.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.cards.replies import no_hall_card, not_allowed_card
from bot.cards.status import puzzled_card
from bot.cards.trouble import wait_card
from bot.commands import leaves
from bot.languages import words
from bot.lines import lacking, read_line
from bot.ports import Answered, Commanded, Edit, Reply, Table
from bot.store import Store
from tests.clock import Clock
from tests.hall import GENERAL, HOUR, StudyHall, choice_pack, open_hall, text_of, who

LEAVES = dict(leaves())
Route = tuple[str, ...]
ADA, OLGA = who("ada"), who("olga")
"""A learner, and an organiser who learns too."""
ASKED = "p-value-meaning"

REFUSALS = {
    card.title
    for card in (
        puzzled_card(words("en"), "", ""),
        not_allowed_card(words("en")),
        no_hall_card(words("en")),
        wait_card(words("en"), HOUR),
    )
}

BEFORE = {
    ("study", "unlink"): ("/study link {code}",),
    ("study", "show"): ("/study hide",),
    ("study", "schedule", "pause"): ("/study schedule add evening 18:00",),
    ("study", "schedule", "resume"): ("/study schedule add evening 18:00", "/study schedule pause evening"),
    ("study", "schedule", "remove"): ("/study schedule add evening 18:00",),
}
"""What has to be typed before an example makes sense."""

TELLS = {
    ("daily",): "Which letter does question",
    ("leaderboard",): "Leaderboard · Statistics · This month",
    ("practice",): "Practice 1/5 · Statistics",
    ("review",): "Review 1/1 · Statistics",
    ("missed",): f"Which letter does question {ASKED} want?",
    ("quiz", "start"): "people may come in for half a minute",
    ("quiz", "join"): "You are in already",
    ("quiz", "leave"): "You are out of the quiz",
    ("quiz", "skip"): "No question is open",
    ("quiz", "hint"): "No question is open",
    ("quiz", "extend"): "No question is open",
    ("quiz", "pause"): "The quiz has not begun yet",
    ("quiz", "resume"): "The quiz is not paused",
    ("quiz", "stop"): "The quiz is stopped",
    ("study", "status"): "Schedule daily: next question",
    ("study", "help"): "Answer a question by its buttons",
    ("study", "link"): "Your code",
    ("study", "unlink"): "Unlinked",
    ("study", "search"): f"1. Which letter does question {ASKED} want?",
    ("study", "mydata"): "Olga",
    ("study", "hide"): "You are hidden",
    ("study", "show"): "You are shown",
    ("study", "forget"): "`/study forget sure`",
    ("study", "regrade"): "Scores corrected",
    ("study", "schedule", "list"): "daily (09:00, UTC)",
    ("study", "schedule", "add"): "Done: **evening**",
    ("study", "schedule", "pause"): "Done: **evening**",
    ("study", "schedule", "resume"): "Done: **evening**",
    ("study", "schedule", "remove"): "Done: **evening**",
    ("study", "schedule", "now"): "The next question is on its way",
}
"""Of what an example tells, the part that shows that it was done."""


def pack(items: int, key: str) -> str:
    """A pack with the question that the examples name, whose key is `key`, and others of its topic."""
    text = choice_pack(items, key).replace("id: tests", "id: ml-interview").replace("item-0", ASKED)
    return text.replace("topic: learning", "topic: statistics")


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall on its second day: Olga missed the first question, whose key is mended since, and the next is open."""
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, pack(1, "A"))
    await hall.run(hours=1)
    await hall.press(hall.questions()[0], "beta", ADA)
    await hall.press(hall.questions()[0], "gamma", OLGA)
    hall.settings.packs[0].write_text(pack(12, "B"), encoding="utf-8")
    await hall.app.library.reload(hall.app.registrar)
    await hall.run(hours=24)
    await hall.run(hours=3)
    return hall


def needed(path: Route) -> tuple[str, ...]:
    """The lines to type before an example; what is started by a command beside it has to be started."""
    start = (*path[:-1], "start")
    started = (LEAVES[start].example,) if start in LEAVES and start != path else ()
    return BEFORE.get(path, started)


async def prepare(hall: StudyHall, path: Route) -> None:
    """Do what an example goes out from."""
    found = re.search(r"/study link (\S+?)`", text_of(await hall.type("/study link", ADA)))
    assert found is not None
    for line in needed(path):
        told = await hall.type(line.format(code=found[1]), OLGA)
        assert isinstance(told, Reply), line
        assert told.card.title not in REFUSALS, line


async def typed(hall: StudyHall, path: Route) -> Answered:
    """The example as one line."""
    return await hall.type(LEAVES[path].example, OLGA)


async def with_options(hall: StudyHall, path: Route) -> Answered:
    """The example as a platform with typed options tells it."""
    read = read_line(LEAVES[path].example)
    told = Commanded(hall.event(), hall.clock(), OLGA, GENERAL, read.path, read.options)
    return await hall.app.desk.commanded(told)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", [typed, with_options], ids=lambda way: way.__name__)
@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
async def test_an_example_does_what_its_command_says(
    hall: StudyHall, path: Route, way: Callable[[StudyHall, Route], Awaitable[Answered]]
) -> None:
    await prepare(hall, path)
    told = await way(hall, path)
    assert isinstance(told, Reply | Edit)
    assert told.card.title not in REFUSALS
    assert TELLS.get(path, "") in text_of(told.card).replace("\\", "")
    await hall.run(minutes=1)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_has_an_example_of_its_own_with_all_that_it_needs(path: Route) -> None:
    example = LEAVES[path].example
    read = read_line(example)
    assert example.startswith("/")
    assert (read.path, lacking(LEAVES[path], read.options)) == (path, ())


def test_no_two_commands_have_the_same_example() -> None:
    examples = [leaf.example for leaf in LEAVES.values()]
    assert len(set(examples)) == len(examples)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_help_shows_every_example_beside_what_its_command_does(hall: StudyHall) -> None:
    told = await hall.type("/study help")
    assert isinstance(told, Reply)
    (table,) = (block for block in told.card.blocks if isinstance(block, Table))
    assert table.rows == tuple((leaf.example, leaf.description) for leaf in LEAVES.values())


def test_what_these_tests_know_of_commands_is_of_commands_that_there_are() -> None:
    assert set(BEFORE) | set(TELLS) <= set(LEAVES)
