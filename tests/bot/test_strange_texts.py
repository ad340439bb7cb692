"""Texts that people and platforms may send: characters no database holds, SQL, missing and unknown options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.commands import leaves
from bot.ports import Answered, Commanded, FieldErrors, Press, Reply, Submission
from bot.store import Store
from bot.store.proof import verify
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, open_hall, text_of, who

OLGA = who("olga")
STRANGE = ["a\0b", "a\ud800b", "a\u202eb", "a\u200bb", "a\x1b[2Jb", "a\nb\r\tc", "💥" * 50, "x" * 5000, "\0"]
SQL = ["'); DROP TABLE answers; --", '" OR 1=1 --', "a' OR 'a'='a", "%", "_", "\\", ":name %(name)s ?", "{0}{name}"]


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall with one open question, whose key is beta."""
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path)
    await hall.run(hours=1)
    return hall


async def press(hall: StudyHall, ref: str) -> Answered:
    return await hall.app.desk.pressed(Press(hall.event(), hall.clock(), who(), GENERAL, ref))


async def test_any_text_in_a_command_a_button_a_form_or_an_answer_is_answered(hall: StudyHall) -> None:
    desk = hall.app.desk
    for text in (*STRANGE, *SQL):
        for path, _ in leaves():
            assert text_of(await hall.type(f"/{' '.join(path)} {text}", OLGA))
        assert text_of(await hall.type(f"/study schedule add {text} {text}", OLGA))
        assert text_of(await hall.type(text, OLGA))
        assert text_of(await hall.say(text))
        assert text_of(await press(hall, f"answer:{text}:0")).startswith("This question is closed")
        form = Submission(hall.event(), hall.clock(), who(), GENERAL, f"write:{text}", {"answer": text})
        assert isinstance(await desk.submitted(form), Reply | FieldErrors)
        assert await desk.completed(OLGA, GENERAL, f"/study {text}") == []
        assert await desk.suggested(OLGA, GENERAL, ("leaderboard",), "topic", text + "?") == []
        await desk.viewed(OLGA, text)


async def test_a_person_of_any_name_answers_and_is_on_the_board(hall: StudyHall) -> None:
    for number, name in enumerate((*STRANGE, *SQL)):
        person = who(f"p{number}", name=name)
        assert text_of(await hall.press(hall.questions()[0], "beta", person)).startswith("Right")
        assert "10" in text_of(await hall.type("/leaderboard", person))
        await hall.app.desk.renamed(who(f"p{number}", name=name + "!"))
    assert await hall.store.read(lambda connection: verify(connection, "team")) == []


@pytest.mark.parametrize("name", [SQL[0], SQL[6]])
async def test_sql_in_a_schedules_name_is_a_name(hall: StudyHall, name: str) -> None:
    word = name.replace(" ", "")
    told = Commanded(
        hall.event(), hall.clock(), OLGA, GENERAL, ("study", "schedule", "add"), {"name": word, "times": "18:00"}
    )
    assert "Done" in text_of(await hall.app.desk.commanded(told))
    assert "18:00" in text_of(await hall.type("/study schedule list"))
    gone = Commanded(hall.event(), hall.clock(), OLGA, GENERAL, ("study", "schedule", "remove"), {"name": word})
    assert "Done" in text_of(await hall.app.desk.commanded(gone))


@pytest.mark.parametrize(
    ("path", "options", "meant"),
    [
        (("study", "regrade"), {}, "/study regrade ml-interview/p-value-meaning"),
        (("study", "regrade"), {"item": "\0"}, "/study regrade ml-interview/p-value-meaning"),
        (("study", "schedule", "pause"), {}, "/study schedule pause evening"),
        (("leaderboard",), {"period": "decade"}, "/leaderboard"),
        (("leaderbord",), {}, "/leaderboard"),
        (("study", "schedule", "drop"), {}, "/study schedule"),
    ],
)
async def test_a_command_that_a_platform_took_apart_wrongly_is_answered_with_the_right_line(
    hall: StudyHall, path: tuple[str, ...], options: dict[str, Any], meant: str
) -> None:
    told = text_of(await hall.app.desk.commanded(Commanded("c", hall.clock(), OLGA, GENERAL, path, options)))
    assert told.startswith("Not understood")
    assert meant in told


async def test_options_that_a_command_does_not_have_are_left_out(hall: StudyHall) -> None:
    options = {"name": "Late Evening", "times": "21:00", "places": "other", "zone": "Mars/X"}
    told = Commanded("c", hall.clock(), OLGA, GENERAL, ("study", "schedule", "add"), options)
    assert "Done: **late evening**" in text_of(await hall.app.desk.commanded(told))
