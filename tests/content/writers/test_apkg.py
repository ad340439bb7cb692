"""Packages for Anki: a deck a topic, a note an item with its picture, and a later package updates the earlier one."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings

from content.item import Difficulty, Item, Kind, Option, Picture, Translation
from content.writers.apkg import FORM, WRITER, writer_at
from tests.decks import media_in, notes_in
from tests.items import PICTURES, items, pack_of

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CHOICE = Item(
    "drawn/a",
    Kind.CHOICE,
    "Which is *even*?",
    "sums",
    "parity",
    Difficulty.EASY,
    "Two is $2$.",
    (Option("One", "It is odd."), Option("Two")),
    (1,),
    hints=("Halve it.",),
    tags=("warm up",),
    references=("A <Writer>.",),
    picture=Picture("sets.png", "Two sets"),
)


def package(*listed: Item, now: datetime = NOW, **header: Any) -> bytes:
    """The package of the items."""
    return writer_at(now).write(pack_of(**header), listed, PICTURES).files["drawn.apkg"]


def row(content: bytes, question: str) -> Any:
    """The first row that the collection of a package answers with."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(archive.read("collection.anki2"))
        return connection.execute(question).fetchone()


def test_a_note_shows_the_item() -> None:
    (note,) = notes_in(package(CHOICE))
    told = dict(zip(FORM.fields, note.fields, strict=True))
    assert told["Question"] == "<div>Which is <em>even</em>?</div>"
    assert told["Options"] == "<ol class=options><li>One</li><li>Two</li></ol>"
    assert told["Hints"] == "<ol><li>Halve it.</li></ol>"
    assert told["Answer"] == "<div><b>B</b> Two</div>"
    assert told["Explanation"] == "<div>Two is \\(2\\).</div>"
    assert told["Reasons"] == "<ul><li><b>✗ A</b> It is odd.</li></ul>"
    assert told["References"] == "<ul class=references><li>A &lt;Writer&gt;.</li></ul>"
    assert told["Id"] == "drawn/a"
    assert note.tags == ("topic::sums", "difficulty::easy", "warm-up")


def test_the_front_of_a_card_tells_nothing_of_the_key() -> None:
    fronts = [
        [notes_in(package(replace(CHOICE, key=key)))[0].fields[FORM.fields.index(name)] for name in FORM.fields[:4]]
        for key in ((0,), (1,))
    ]
    assert fronts[0] == fronts[1]
    assert all(f"{{{{{name}}}}}" not in FORM.front for name in FORM.fields[4:])
    assert "{{Item}}" not in FORM.back


def test_pictures_are_in_the_package_once() -> None:
    content = package(CHOICE, replace(CHOICE, id="drawn/b"))
    ((name, picture),) = media_in(content).items()
    assert picture == PICTURES["sets.png"]
    assert all(f'<img src="{name}" alt="Two sets">' in note.fields[1] for note in notes_in(content))


def test_a_later_package_updates_the_notes_of_an_earlier_one() -> None:
    later = datetime(2026, 11, 23, tzinfo=UTC)
    first, second = package(CHOICE), package(replace(CHOICE, stem="Which one is *even*?"), now=later)
    assert notes_in(first)[0].guid == notes_in(second)[0].guid
    assert row(second, "select mod from notes")[0] > row(first, "select mod from notes")[0]
    assert row(first, "select did from cards") == row(second, "select did from cards")
    other = package(replace(CHOICE, id="other/a"))
    assert notes_in(other)[0].guid != notes_in(first)[0].guid


def test_each_topic_is_a_deck_below_that_of_the_pack() -> None:
    content = package(
        CHOICE, replace(CHOICE, id="drawn/b", topic="set-theory"), title="My: pack", topics={"sums": "All::sums"}
    )
    decks = json.loads(row(content, "select decks from col")[0]).values()
    assert {deck["name"] for deck in decks} == {"Default", "My: pack::All sums", "My: pack::Set theory"}


def test_equal_items_give_equal_packages() -> None:
    assert package(CHOICE) == package(CHOICE)
    assert WRITER.write(pack_of(), [CHOICE], PICTURES) == WRITER.write(pack_of(), [CHOICE], PICTURES)


def test_what_cards_do_not_show_is_told() -> None:
    lost = replace(CHOICE, picture=Picture("lost.png", "Lost"), translations={"zh": Translation(stem="哪个？")})
    assert writer_at(NOW).write(pack_of(), [lost], PICTURES).notes == (
        "the picture is not there and was left out: drawn/a",
        "the translations are on no card: drawn/a",
    )


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(items())
def test_no_text_of_an_item_is_a_mark_of_anki(item: Item) -> None:
    (note,) = notes_in(package(item))
    shown = note.fields[: FORM.fields.index("Id")]
    assert not [field for field in shown if "[sound:" in field or "[latex]" in field or "<script" in field]
