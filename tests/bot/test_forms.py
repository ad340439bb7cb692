"""A command whose options are missing asks for them by a form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.ports import Answered, Commanded, FieldErrors, Form, OpenForm, Submission
from bot.store import Store
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, open_hall, text_of, who

OLGA = who("olga")
FILLED = {"name": "Evening", "times": "18:00", "weekdays": "", "topic": ""}


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall at 09:05, after the slot of the day; olga organises."""
    clock.forward(minutes=5)
    return await open_hall(store, clock, tmp_path)


async def asked(hall: StudyHall, line: str = "/study schedule add") -> Form:
    opened = await hall.type(line, OLGA)
    assert isinstance(opened, OpenForm)
    return opened.form


async def fill(hall: StudyHall, form: Form, event: str = "", person: Any = OLGA, **values: str) -> Answered:
    sent = Submission(event or hall.event(), hall.clock(), person, GENERAL, form.ref, {**FILLED, **values})
    return await hall.app.desk.submitted(sent)


async def test_the_form_asks_for_every_option_and_says_which_are_needed(hall: StudyHall) -> None:
    form = await asked(hall)
    assert form.title == "/study schedule add"
    assert [(field.id, field.required) for field in form.fields] == [
        ("name", True),
        ("times", True),
        ("weekdays", False),
        ("topic", False),
    ]
    assert ("statistics", "Statistics") in form.fields[3].choices


async def test_what_was_typed_already_stands_in_the_form(hall: StudyHall) -> None:
    form = await asked(hall, "/study schedule add evening topic:statistics")
    assert {field.id: field.value for field in form.fields if field.value} == {"name": "evening", "topic": "statistics"}


async def test_a_platform_that_takes_commands_apart_gets_the_form_too(hall: StudyHall) -> None:
    told = Commanded(hall.event(), hall.clock(), OLGA, GENERAL, ("study", "schedule", "add"), {"times": "18:00"})
    opened = await hall.app.desk.commanded(told)
    assert isinstance(opened, OpenForm)
    assert opened.form.fields[1].value == "18:00"


async def test_what_cannot_be_seen_is_no_value(hall: StudyHall) -> None:
    told = Commanded(hall.event(), hall.clock(), OLGA, GENERAL, ("study", "schedule", "add"), {"name": "\0"})
    opened = await hall.app.desk.commanded(told)
    assert isinstance(opened, OpenForm)
    assert opened.form.fields[0].value == ""


async def test_a_form_that_is_filled_in_does_the_command_once(hall: StudyHall) -> None:
    form = await asked(hall)
    first = await fill(hall, form, "form-1", weekdays="mon-fri")
    assert "Done: **evening**" in text_of(first)
    assert text_of(await fill(hall, form, "form-1", weekdays="mon-fri")) == text_of(first)
    await hall.run(hours=9)
    assert len(hall.questions()) == 1


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"name": "x" * 41}, "name", "1 to 40 characters"),
        ({"times": "25:00"}, "times", "25:00"),
        ({"times": "18:00,18:01"}, "times", "15 minutes"),
        ({"weekdays": "someday"}, "weekdays", "someday"),
        ({"topic": "cooking"}, "topic", "cooking"),
        ({"name": "daily"}, "name", "already"),
    ],
)
async def test_what_is_wrong_keeps_the_form_open_and_is_told_at_its_field(
    hall: StudyHall, values: dict[str, str], field: str, reason: str
) -> None:
    answered = await fill(hall, await asked(hall), **values)
    assert isinstance(answered, FieldErrors)
    assert list(answered.errors) == [field]
    assert reason in answered.errors[field]
    assert "\\" not in answered.errors[field], "a form shows plain text"
    assert "evening" not in text_of(await hall.type("/study schedule list"))


async def test_the_same_mistake_in_a_line_is_told_in_words(hall: StudyHall) -> None:
    assert "That cannot be read" in text_of(await hall.type("/study schedule add evening 25:00", OLGA))


async def test_who_organises_nothing_gets_no_form_and_no_form_of_theirs_is_done(hall: StudyHall) -> None:
    form = await asked(hall)
    stranger = who("bert")
    assert "organise" in text_of(await hall.type("/study schedule add", stranger))
    assert "organise" in text_of(await fill(hall, form, person=stranger))
    assert "evening" not in text_of(await hall.type("/study schedule list"))


async def test_a_form_without_what_it_needs_is_puzzling_and_does_nothing(hall: StudyHall) -> None:
    form = await asked(hall)
    assert isinstance(await fill(hall, form, times=" "), OpenForm)
    strange = Submission(hall.event(), hall.clock(), OLGA, GENERAL, "fill:study.nothing", {})
    assert "There is no command" in text_of(await hall.app.desk.submitted(strange))
