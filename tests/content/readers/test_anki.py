"""Packages of Anki, old and new: notes become drafts, notes of ours the items they were, and no package does harm."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from html import escape, unescape
from time import perf_counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.item import Difficulty, Item, Kind, Option, Picture, ShortKey
from content.markup import plain
from content.readers.anki import READER
from content.readers.anki_cloze import opened
from content.readers.anki_text import READER as TEXT
from content.readers.draft import Draft, Found, Source, UnreadableError, draft_of
from content.writers.apkg import FORM, WRITER, fields_of
from tests.ankis import Written, collection, package, zipped
from tests.items import PICTURES, items, pack_of

PNG = b"\x89PNG\r\n\x1a\n of a heart"
BOTH = pytest.mark.parametrize("new", [False, True], ids=["old", "new"])
BASIC = Written({"Front": "What pumps <b>blood</b>?", "Back": "The heart"})


def found(content: bytes, name: str = "deck.apkg") -> Found:
    return READER.read(Source(name, content))


def read(*notes: Written, media: dict[str, bytes] | None = None, new: bool = False) -> Found:
    return found(package(collection(notes, new=new), media, new=new))


def only(found: Found) -> Draft:
    (draft,) = found.drafts
    return draft


@BOTH
def test_a_card_of_two_sides_is_a_question_and_its_answer(new: bool) -> None:  # noqa: FBT001
    note = replace(BASIC, guid="a!b", deck="Biology::Heart", tags=" organs leech ", suspended=True)
    source = Source("deck.apkg", package(collection([note], new=new), new=new))
    assert READER.likeness(source) > 90
    draft = only(READER.read(source))
    assert (draft.stem, draft.answer) == ("What pumps **blood**?", "The heart")
    assert (draft.own_id, draft.topic, draft.tags, draft.doubts) == ("a!b", "Heart", ("organs",), ())
    assert READER.read(source).title == "Biology"


@BOTH
def test_pictures_come_along_and_sounds_are_told(new: bool) -> None:  # noqa: FBT001
    note = Written(
        {"Front": 'What?[sound:a.mp3]<img src="../my%20heart.png" alt="A heart"><img src="b.png">', "Back": "That"}
    )
    media = {"../my heart.png": PNG, "b.png": PNG, "a.mp3": b"ID3", "unused.png": PNG}
    result = read(note, media=media, new=new)
    draft = only(result)
    assert draft.picture == Picture("my-heart.png", "A heart")
    assert result.media == {"my-heart.png": PNG}
    assert result.notes == ("sounds, which items do not have: 1",)
    assert "1 more of its pictures left out: an item has one." in draft.doubts


def test_a_picture_of_the_answer_is_not_shown_with_the_question() -> None:
    beside = Written({"Front": "Who?", "Back": 'She<img src="a.png">'}, guid="a")
    alone = Written({"Front": "Who?", "Back": '<img src="a.png">'}, guid="b")
    first, second = read(beside, alone, media={"a.png": PNG}).drafts
    assert (first.picture, first.answer, second.picture, second.answer) == (None, "She", None, "")
    assert first.doubts == ("a picture of its answer is left out: an item shows its picture with the question.",)
    assert second.doubts == ("its answer is a picture: write down what it shows.",)


@pytest.mark.parametrize("content", [b"<svg onload=x>", b"", b"\x89PNG\r\n\x1a\n" + b"x" * 5_000_000])
def test_a_picture_that_cannot_be_shown_is_a_doubt(content: bytes) -> None:
    result = read(Written({"Front": 'What?<img src="a.png">', "Back": "That"}), media={"a.png": content})
    assert only(result).picture is None
    assert only(result).doubts == ("its picture is left out.",)
    assert not result.media


@BOTH
def test_each_gap_is_an_item_of_its_own(new: bool) -> None:  # noqa: FBT001
    text = (
        "{{c1::Paris::city}} is the capital of {{c2::<b>France</b>}}, says {{c3::a sentence of more than five words}}."
    )
    result = read(Written({"Text": text, "Back Extra": "See a map."}, form="Cloze", guid="g"), new=new)
    city, country, sentence = result.drafts
    assert plain(city.stem).startswith("____ (city) is the capital of France, says")
    assert (city.kind, city.short, city.own_id) == (Kind.SHORT, ShortKey(("Paris",)), "g-c1")
    assert country.short == ShortKey(("France",))
    assert (sentence.kind, sentence.answer) == (Kind.OPEN, "a sentence of more than five words")
    assert {draft.explanation for draft in result.drafts} == {"See a map."}


@pytest.mark.parametrize(
    ("html", "number", "text", "fillings"),
    [
        ("{{c1::a}} {{c1::b}} {{c2::c}}", 1, "____ ____ c", ["a", "b"]),
        ("{{c1::a {{c2::b}} c}}", 2, "a ____ c", ["b"]),
        ("{{c1::a {{c2::b}} c}}", 1, "____", ["a b c"]),
        ("{{c1::a", 1, "{{c1::a", []),
        ("a }} {{c1::b}}", 1, "a }} ____", ["b"]),
    ],
)
def test_gaps_are_opened_by_their_number(html: str, number: int, text: str, fillings: list[str]) -> None:
    gaps = opened(html, number)
    assert (gaps.text, list(gaps.fillings)) == (text, fillings)


def test_gaps_nested_without_end_take_a_moment() -> None:
    began = perf_counter()
    opened("{{c1::" * 30_000 + "}}" * 30_000, 1)
    opened("{{c1::" * 30_000, 1)
    assert perf_counter() - began < 3


def test_other_kinds_of_notes_are_told_by_their_fields() -> None:
    vocabulary = Written(
        {"Word": "Hund", "Gender": "der", "Meaning": "dog", "Hint": "It barks."}, form="German", guid="w"
    )
    choice = Written(
        {"Question": "Even?", "Option A": "1", "Option B": "<b>2</b>", "Correct": "B", "Explanation": "Halve it."},
        form="MCQ",
        guid="c",
    )
    odd = Written({"Obverse": "One", "Flip": "Two"}, form="Own", guid="o")
    word, asked, other = read(vocabulary, choice, odd).drafts
    assert (word.stem, word.answer, word.hints) == ("Hund", "dog", ("It barks.",))
    assert word.explanation == "Gender: der"
    assert (asked.options, asked.key) == ((Option("1"), Option("**2**")), (1,))
    assert (asked.explanation, asked.own_id) == ("Halve it.", "c")
    assert (other.stem, other.answer) == ("One", "Two")
    assert other.doubts == ("the field Obverse was taken for the question, Flip for the answer.",)


def test_notes_that_ask_nothing_are_passed_over() -> None:
    result = read(
        Written({"Front": "[sound:a.mp3]", "Back": " "}, guid="a"),
        Written({"Front": "Alone", "Back": "<br>"}, guid="b"),
    )
    assert not result.drafts
    assert [skipped.what for skipped in result.skipped] == ["a", "Alone"]


def test_cards_that_people_took_along_give_their_questions_back() -> None:
    fields = {
        "Question": "<div>Which is <em>even</em>?</div>",
        "Picture": '<div><img src="studyhall-1.png" alt="Two"></div>',
        "Options": "<ol class=options><li>a &lt; <code>b</code></li><li><ul><li>x</li></ul></li></ol><div class=how>One"
        "</div>",
        "Answer": "<div><b>B</b> <ul><li>x</li></ul></div>",
        "Explanation": "<div>So.</div>",
        "Reasons": "<ul><li><b>✗ A</b> It is &amp; <em>odd</em>.</li></ul>",
        "References": "",
        "Id": "sums/even",
    }
    tags = "topic::sums concept::parity difficulty::hard pack::sums own"
    card = Written(fields, form="Studyhall", guid="g", tags=tags)
    steps = replace(
        card,
        guid="h",
        fields={
            **fields,
            "Options": "<ol class=options><li>two</li><li>one</li></ol>",
            "Answer": "<div><b>B</b> one</div><div><b>A</b> two</div>",
        },
    )
    typed = replace(
        card, guid="t", fields={**fields, "Options": "<div class=how>Type</div>", "Answer": "<div>42</div>"}
    )
    result = read(card, steps, typed, media={"studyhall-1.png": PNG})
    chosen, sorted_, number = result.drafts
    assert [(plain(option.text), plain(option.reason)) for option in chosen.options] == [
        ("a < b", "It is & odd."),
        ("• x", ""),
    ]
    assert (chosen.key, chosen.kind, chosen.answer) == ((1,), None, "")
    assert (chosen.own_id, chosen.topic, chosen.concept, chosen.difficulty, chosen.tags) == (
        *("even", "sums", "parity"),
        Difficulty.HARD,
        ("own",),
    )
    assert chosen.picture == Picture("studyhall-1.png", "Two")
    assert ([option.text for option in sorted_.options], sorted_.kind) == (["one", "two"], Kind.ORDER)
    assert (number.options, number.answer) == ((), "42")


def test_html_of_others_is_only_text() -> None:
    note = Written(
        {"Front": "<script>alert(1)</script><p onclick=x>What?</p>", "Back": "<a href='javascript:x'>That</a>"}
    )
    draft = only(read(note))
    assert (draft.stem, draft.answer) == ("What?", "That")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.tuples(items("1"), items("no")))
def test_notes_of_ours_give_their_items_back(drawn: tuple[Item, Item]) -> None:
    written = WRITER.write(pack_of(), drawn, PICTURES)
    result = found(written.files["drawn.apkg"])
    assert list(result.drafts) == [draft_of(item) for item in drawn]
    assert set(result.media) == {item.picture.path for item in drawn if item.picture}


EVEN = Item(
    "drawn/a",
    Kind.CHOICE,
    "Which is even?",
    "sums",
    "parity",
    Difficulty.EASY,
    "Two.",
    (Option("One"), Option("Two")),
    (1,),
)


def ours(**changed: str) -> Written:
    """A note of ours with other fields."""
    fields = dict(zip(FORM.fields, fields_of(EVEN, {}), strict=True))
    return Written({**fields, **changed}, form=FORM.name)


def test_what_was_edited_in_anki_counts_for_more_than_the_item() -> None:
    draft = only(read(ours(Question="<div>Which one is <i>even</i>?</div>", Explanation="", Options="<ol><li>1</ol>")))
    assert (draft.stem, draft.explanation, draft.options) == ("Which one is *even*?", "", EVEN.options)
    assert draft.doubts == ("edited in Anki, but not taken from there: Options.",)
    assert only(read(ours())) == draft_of(EVEN)


@pytest.mark.parametrize("record", ["", "{}", "[]", "null", "[" * 100_000, '{"id": 1}', "5", '"x"'])
def test_where_the_item_is_none_the_card_is_read(record: str) -> None:
    draft = only(read(ours(Item=record)))
    assert (draft.stem, draft.own_id, draft.kind) == ("Which is even?", "a", None)
    assert ([option.text for option in draft.options], draft.key) == (["One", "Two"], (1,))


@pytest.mark.parametrize(
    ("field", "value"), [("stem", 5), ("stem", {"a": "b"}), ("key", [7]), ("hints", [1]), ("tags", [None])]
)
def test_an_item_with_odd_values_is_none(field: str, value: Any) -> None:
    record = json.loads(unescape(fields_of(EVEN, {})[-1])) | {field: value}
    draft = only(read(ours(Item=escape(json.dumps(record)))))
    assert (draft.stem, draft.kind, draft.hints, draft.tags) == ("Which is even?", None, (), ())


# ------------------------------------------------------------------------------------------------------------- hostile


def lying(content: bytes) -> bytes:
    """The archive with every size in its directory said to be 1."""
    out = bytearray(content)
    at = out.find(b"PK\x01\x02")
    while at >= 0:
        out[at + 24 : at + 28] = struct.pack("<I", 1)
        at = out.find(b"PK\x01\x02", at + 4)
    return bytes(out)


WELL = collection([BASIC])
FAR = collection([BASIC], more="CREATE TABLE far (x); INSERT INTO far VALUES (hex(zeroblob(1000)));")
"""With a page at its end that nobody needs."""
HOSTILE = {
    "nothing": (b"", "cut off or damaged"),
    "cut off": (package(WELL)[:-40], "cut off or damaged"),
    "no collection": (zipped({"a": b"b"}), "no collection"),
    "no database": (package(b"x" * 500), "no database"),
    "corrupt": (package(WELL[:4096] + b"\xff" * 3000 + WELL[7096:]), "damaged or of an unknown form"),
    "corrupt far off": (package(FAR[:-4096] + b"\x77" * 4096), "damaged or of an unknown form"),
    "cut database": (package(WELL[: len(WELL) // 2]), "damaged or of an unknown form"),
    "bomb": (zipped({"collection.anki2": b"\0" * 80_000_000}), "collection.anki2 is larger than 48 MB"),
    "new bomb": (package(b"\0" * 80_000_000, new=True), "the package is larger than 48 MB"),
    "lying": (lying(package(WELL)), "damaged or locked"),
    "many names": (
        b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0x7FFFFFFF, 0, 0),
        "names more files than any deck",
    ),
    "bad zstd": (zipped({"collection.anki21b": b"\x28\xb5\x2f\xfd" + b"\xff" * 100}), "damaged or locked"),
    "bad list": (zipped({"collection.anki2": WELL, "media": b"\xff\xfe{"}), "damaged or locked"),
    "view": (
        package(collection([BASIC], more="ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS SELECT * FROM n;")),
        "damaged or of an unknown form",
    ),
    "virtual": (
        package(collection([BASIC], more="DROP TABLE cards; CREATE VIRTUAL TABLE cards USING fts5(nid);")),
        "damaged or of an unknown form",
    ),
    "no tables": (package(collection([BASIC], more="DROP TABLE notes;")), "damaged or of an unknown form"),
    "odd models": (
        package(collection([BASIC], more="UPDATE col SET models = '[1]', decks = '{\"1\": 5}';")),
        "damaged or of an unknown form",
    ),
    "deep models": (
        package(collection([BASIC], more=f"UPDATE col SET models = '{'[' * 100_000}';")),
        "damaged or of an unknown form",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_package_that_is_none_is_refused_with_a_reason(name: str) -> None:
    content, why = HOSTILE[name]
    began = perf_counter()
    with pytest.raises(UnreadableError, match=why):
        found(content)
    assert perf_counter() - began < 5


def test_reading_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.readers.anki_collection._MOST_STEPS", 2)
    notes = [replace(BASIC, guid=f"{number}") for number in range(5000)]
    with pytest.raises(UnreadableError, match="takes too long"):
        found(package(collection(notes)))


def test_triggers_are_not_run_and_names_lead_nowhere(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    trigger = "CREATE TRIGGER t AFTER UPDATE ON notes BEGIN DELETE FROM notes; END;"
    media = {"../../out.png": PNG, "/etc/passwd": b"x", "C:\\a.png": PNG}
    note = Written({"Front": '<img src="../../out.png">What?', "Back": '<img src="C:\\a.png">'})
    result = found(package(collection([note], more=trigger), media))
    assert set(result.media) == {"out.png"}
    assert not list(tmp_path.iterdir())


def test_odd_values_in_rows_are_read_as_far_as_they_go() -> None:
    odd = (
        "INSERT INTO notes VALUES (2, 5, 100, x'00ff', x'41');"
        "INSERT INTO notes VALUES (3, 'n', 999, '', 'one' || char(31) || 'two');"
    )
    result = found(package(collection([BASIC], more=odd)))
    assert [draft.stem for draft in result.drafts] == ["What pumps **blood**?", "one"]
    assert len(result.skipped) == 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_crashes_the_reader(data: st.DataObject) -> None:
    new = data.draw(st.booleans())
    content = bytearray(package(WELL, {"a.png": PNG}, new=new))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found(bytes(content))
    except UnreadableError as error:
        assert len(str(error)) > 10  # noqa: PT017  either way is well


def test_ten_thousand_notes_take_a_moment() -> None:
    notes = [replace(BASIC, guid=f"{number}") for number in range(10_000)]
    content = package(collection(notes))
    began = perf_counter()
    assert len(found(content).drafts) == 10_000
    assert perf_counter() - began < 10


# ---------------------------------------------------------------------------------------------------------------- text

EXPORT = """\
#separator:tab
#html:true
#guid column:1
#notetype column:2
#deck column:3
#tags column:6
a!1\tBasic\tBiology::Heart\tWhat <b>pumps</b>?\t"The ""heart""<br>of it"\torgans
b!2\tCloze\tBiology\t{{c1::Paris}} in France\t\t
"""


def test_notes_in_plain_text_are_read() -> None:
    source = Source("notes.txt", EXPORT.encode())
    assert TEXT.likeness(source) > 90
    pump, city = TEXT.read(source).drafts
    assert (pump.stem, plain(pump.answer), pump.line) == ("What **pumps**?", 'The "heart" of it', 7)
    assert (pump.own_id, pump.topic, pump.tags) == ("a!1", "Heart", ("organs",))
    assert (city.short, city.own_id, city.line) == (ShortKey(("Paris",)), "b!2", 8)


def test_text_without_html_is_taken_as_it_is() -> None:
    text = "#separator:Semicolon\n#html:false\n#columns:Note;Back;Front\n#tags:x y\n<b> & *c*;a <i>;q?\n"
    draft = TEXT.read(Source("notes.txt", text.encode())).drafts[0]
    assert (plain(draft.stem), plain(draft.answer)) == ("q?", "a <i>")
    assert plain(draft.explanation) == "Note: <b> & *c*"
    assert draft.tags == ("x", "y")


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("#separator:tab\nhtml columns12\t,;\"{}c'"), max_size=120))
def test_no_text_crashes_the_reader(text: str) -> None:
    try:
        TEXT.read(Source("notes.txt", f"#separator:{text}".encode()))
    except UnreadableError as error:
        assert len(str(error)) > 10  # noqa: PT017  either way is well
