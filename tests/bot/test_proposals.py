"""A message that somebody points at becomes the draft of a question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.ports import Answered, FieldErrors, Form, Message, OpenForm, PlaceRef, Proposed, Submission
from bot.store import Store
from bot.store.tables import proposals
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, open_hall, text_of, who

SAID = "Why does dropout help?"


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    return await open_hall(store, clock, tmp_path)


async def point(hall: StudyHall, text: str = SAID, message: str = "1700.25", place: PlaceRef = GENERAL) -> Answered:
    told = Proposed(hall.event(), hall.clock(), who(), place, text, Message(place, message))
    return await hall.app.porter.proposed(told)


async def form_of(hall: StudyHall, **told: Any) -> Form:
    opened = await point(hall, **told)
    assert isinstance(opened, OpenForm)
    return opened.form


async def send(hall: StudyHall, form: Form, event: str = "", **values: str) -> Answered:
    sent = Submission(event or hall.event(), hall.clock(), who(), GENERAL, form.ref, values)
    return await hall.app.porter.submitted(sent)


async def drafts(hall: StudyHall) -> list[tuple[str, str, str]]:
    columns = proposals.c.question, proposals.c.answer, proposals.c.source
    found = await hall.store.read(lambda connection: connection.execute(select(*columns)).all())
    return [tuple(row) for row in found]


async def test_the_form_holds_the_message_and_what_is_sent_is_kept_once(hall: StudyHall) -> None:
    form = await form_of(hall)
    assert [field.value for field in form.fields] == [SAID, ""]
    for _ in range(3):
        told = await send(hall, form, "sent-1", question=f" {SAID} ", answer="It averages many networks.")
        assert "draft is kept" in text_of(told)
    assert await drafts(hall) == [(SAID, "It averages many networks.", "fake:team:general:1700.25")]


async def test_a_message_longer_than_a_form_is_cut_and_one_with_a_strange_id_is_taken_too(hall: StudyHall) -> None:
    form = await form_of(hall, text="x" * 9_000, message="M/strange id")
    assert len(form.fields[0].value) == 3_000
    await send(hall, form, question="y" * 9_000)
    ((question, answer, _),) = await drafts(hall)
    assert (len(question), answer) == (3_000, "")


async def test_a_form_without_a_question_stays_open(hall: StudyHall) -> None:
    told = await send(hall, await form_of(hall), question="  ")
    assert isinstance(told, FieldErrors)
    assert list(told.errors) == ["question"]
    assert await drafts(hall) == []


async def test_who_points_at_one_message_after_another_is_asked_to_wait(hall: StudyHall) -> None:
    answered = [await point(hall) for _ in range(31)]
    assert all(isinstance(each, OpenForm) for each in answered[:30])
    assert "wait" in text_of(answered[30]).casefold()


async def test_where_no_hall_is_nothing_opens(hall: StudyHall) -> None:
    assert not isinstance(await point(hall, place=PlaceRef("fake", "team", "nowhere")), OpenForm)


async def test_what_a_person_proposed_is_theirs_to_see_and_goes_when_they_are_forgotten(hall: StudyHall) -> None:
    await send(hall, await form_of(hall), question=SAID)
    assert "('Questions that you suggested', '1')" in text_of(await hall.type("/study mydata"))
    (person,) = await hall.app.people.all("team")
    stored = await hall.app.people.export(person["person"])
    assert stored is not None
    assert [each["question"] for each in stored["proposals"]] == [SAID]
    await hall.type("/study forget sure")
    assert await drafts(hall) == []
