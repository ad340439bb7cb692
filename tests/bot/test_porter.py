"""What comes in at the door: texts that cannot be stored, and failures that nobody foresaw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.ports import Listener, Message, NotSavedError, Options, PlaceRef, Press, Reaction, Said, Submission, Typed
from bot.reactions import letter_emoji
from bot.store import Store
from bot.store.tables import answers, events, identities
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, open_hall, pack_of, text_of, who

HALF = "\ud800"
"""Half of a character, as a broken client sends it."""


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """A hall with one open question, to be answered by a text."""
    clock.forward(hours=-1)
    hall = await open_hall(store, clock, tmp_path, pack_of("open"))
    await hall.run(hours=1)
    return hall


async def all_of(hall: StudyHall, *columns: Any) -> list[tuple[Any, ...]]:
    found = await hall.store.read(lambda connection: connection.execute(select(*columns)).all())
    return [tuple(row) for row in found]


async def test_a_text_with_signs_that_no_database_holds_is_stored_without_them(hall: StudyHall) -> None:
    name = f"A\0d{HALF}a"
    said = Said("e-1", hall.clock(), who("ada", name=name), GENERAL, f"It\0 fits the {HALF}noise.", direct=True)
    assert text_of(await hall.app.porter.said(said)).startswith("Noted")
    ((given,),) = await all_of(hall, answers.c.given)
    ((called,),) = await all_of(hall, identities.c.name)
    for text in (given["text"], called):
        assert "\0" not in text
        text.encode()
    assert given["text"].endswith("noise.")


@pytest.mark.parametrize("strange", ["\0", HALF])
async def test_an_id_that_no_database_holds_is_refused_in_words_and_nothing_is_stored(
    hall: StudyHall, strange: str
) -> None:
    place, person, now = GENERAL, who(), hall.clock()
    elsewhere = PlaceRef("fake", "team", f"general{strange}")
    for told in (
        Said(f"e{strange}", now, person, place, "An answer.", direct=True),
        Said("e-2", now, who(f"ada{strange}"), place, "An answer.", direct=True),
        Said("e-3", now, person, elsewhere, "An answer.", direct=True),
        Said("e-4", now, person, place, "An answer.", thread=Message(place, f"1{strange}")),
    ):
        with pytest.raises(NotSavedError, match="your platform told an id with characters that cannot be stored"):
            await hall.app.porter.said(told)
    assert await all_of(hall, answers.c.id) == await all_of(hall, events.c.event) == []


def broken(hall: StudyHall, monkeypatch: pytest.MonkeyPatch) -> Listener:
    """The way in, behind which everything fails in a way that nobody foresaw."""

    async def fail(*_: Any, **__: Any) -> None:
        raise KeyError("the secret 4711")

    names = "pressed said reacted unreacted typed submitted opened viewed suggested completed renamed"
    for name in names.split():
        monkeypatch.setattr(hall.app.desk, name, fail)
    return hall.app.porter


async def test_a_failure_that_nobody_foresaw_is_told_with_a_number_that_the_log_has_too(
    hall: StudyHall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    porter, now = broken(hall, monkeypatch), hall.clock()
    told = [
        await porter.pressed(Press("e1", now, who(), GENERAL, "answer:x:0")),
        await porter.typed(Typed("e3", now, who(), GENERAL, "/daily")),
        await porter.submitted(Submission("e4", now, who(), GENERAL, "write:x", {})),
        await porter.opened(who(), GENERAL),
        (await porter.viewed(who(), "season")).cards[0],
    ]
    numbers = [record.args[0] for record in caplog.records if isinstance(record.args, tuple) and record.exc_info]
    assert len(numbers) == len(set(numbers)) == len(told)
    for number, each in zip(numbers, told, strict=True):
        text = text_of(each)
        assert text.startswith("That did not work")
        assert str(number) in text
        assert "4711" not in text
    assert "4711" in caplog.text, "the log says what it was"


async def test_a_text_or_reaction_that_failed_is_left_to_the_platform_to_tell_again(
    hall: StudyHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    porter, now = broken(hall, monkeypatch), hall.clock()
    reaction = Reaction("e3", now, who(), Message(GENERAL, "1"), letter_emoji(0))
    for told in (
        porter.said(Said("e2", now, who(), GENERAL, "text", direct=True)),
        porter.reacted(reaction),
        porter.unreacted(reaction),
    ):
        with pytest.raises(NotSavedError, match="tell whoever runs Studyhall the number"):
            await told


async def test_completions_are_left_out_and_news_is_told_again_where_they_fail(
    hall: StudyHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    porter = broken(hall, monkeypatch)
    assert list(await porter.completed(who(), GENERAL, "/st")) == []
    assert list(await porter.suggested(who(), GENERAL, ("daily",), "topic", "")) == []
    with pytest.raises(NotSavedError, match="tell whoever runs Studyhall the number"):
        await porter.renamed(who())


async def test_platforms_are_given_the_porter(hall: StudyHall, monkeypatch: pytest.MonkeyPatch) -> None:
    listeners: list[Any] = []

    async def run(listener: Any) -> None:
        listeners.append(listener)

    monkeypatch.setattr(hall.platform, "run", run)
    try:
        await hall.app.serve()
    finally:
        await hall.app.close()
    assert listeners == [hall.app.porter]
    assert not any(isinstance(block, Options) for block in hall.questions()[0].card.blocks)
