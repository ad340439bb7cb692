"""Tables of others and of ours: columns are told by their headings or by what is in them, and nothing is computed."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.item import Difficulty, Item, Kind, OpenKey, Picture
from content.markup import plain
from content.readers.draft import Draft, Found, Skipped, Source, UnreadableError
from content.readers.keys import named
from content.readers.tables import READER
from content.record import item_record, read_item
from content.writers.cells import unguarded
from content.writers.table import WRITER
from tests.items import PICTURES, items, pack_of


def found(text: str | bytes, name: str = "quiz.csv") -> Found:
    return READER.read(Source(name, text.encode() if isinstance(text, str) else text))


def told(draft: Draft) -> tuple[str, list[str], tuple[int, ...], str]:
    """Stem, options, key and answer of a draft, as people read them."""
    return plain(draft.stem), [plain(option.text) for option in draft.options], draft.key, plain(draft.answer)


def draft_of(item: Item) -> Draft:
    """The draft that a table gives of an item: line ends are line feeds."""
    bare = replace(item, id=item.id.partition("/")[2])
    known = bare.open or OpenKey("")
    shared = ("stem", "kind", "options", "key", "numeric", "short", "explanation", "hints", "topic", "concept")
    same = {name: getattr(bare, name) for name in (*shared, "difficulty", "tags", "references", "picture")}
    return Draft(**same, own_id=bare.id, answer=known.reference, rubric=known.rubric, translations=bare.translations)


def flat(item: Item) -> Item:
    """The item with line feeds for line ends of any kind, as files are read."""
    return read_item(json.loads(json.dumps(item_record(item)).replace("\\r\\n", "\\n")))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.tuples(items("1"), items("no")))
def test_a_table_of_ours_gives_equal_drafts(drawn: tuple[Item, Item]) -> None:
    written = WRITER.write(pack_of(), drawn, PICTURES)
    read = found(written.files["drawn.csv"])
    assert [replace(draft, line=0) for draft in read.drafts] == [draft_of(flat(item)) for item in drawn]
    assert not read.skipped
    assert READER.likeness(Source("drawn.csv", written.files["drawn.csv"])) > 90


@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_each_kind_comes_back_from_a_table_of_ours(kind: Kind, data: st.DataObject) -> None:
    item = data.draw(items(kinds=st.just(kind)))
    read = found(WRITER.write(pack_of(), [item], PICTURES).files["drawn.csv"])
    assert [replace(draft, line=0) for draft in read.drafts] == [draft_of(flat(item))]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(items())
def test_no_cell_of_a_table_is_a_formula(item: Item) -> None:
    table = WRITER.write(pack_of(), [item], PICTURES).files["drawn.csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table, newline="")))
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert item.stem in map(unguarded, rows[1])


def test_a_table_names_its_pictures_and_brings_them() -> None:
    item = Item("p/a", Kind.OPEN, "Why?", "t", "c", Difficulty.EASY, open=OpenKey("So."))
    here, lost = (
        replace(item, picture=Picture("sets.png", "A")),
        replace(item, id="p/b", picture=Picture("lost.png", "B")),
    )
    written = WRITER.write(pack_of(id="p"), [here, lost], PICTURES)
    assert set(written.files) == {"p.csv", "sets.png"}
    assert written.notes == ("the table names a picture that is not there: p/b",)


KAHOOT = """\
,Quiz template,,,,,,
,"Add questions, at least two answer alternatives, time limit and choose correct answers",,,,,,
,,,,,,,
,"Question - max 120 characters","Answer 1 - max 75 characters","Answer 2 - max 75 characters",\
"Answer 3 - max 75 characters","Answer 4 - max 75 characters",\
"Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs","Correct answer(s) - choose at least one"
1,What is 2*2?,2,4,3,1,20,2
2,Which are even?,1,2,3,4,30,"2,4"
3,The earth is flat,True,False,,,20,2
4,,,,,,,
"""


def test_the_spreadsheet_of_kahoot_is_read() -> None:
    read = found(KAHOOT)
    assert [told(draft) for draft in read.drafts] == [
        ("What is 2*2?", ["2", "4", "3", "1"], (1,), ""),
        ("Which are even?", ["1", "2", "3", "4"], (1, 3), ""),
        ("The earth is flat", ["True", "False"], (1,), ""),
    ]
    assert [draft.line for draft in read.drafts] == [5, 6, 7]
    assert read.skipped == [Skipped(8, "4", "this row has no question")]
    assert "time limits, which items do not have: 3" in read.notes
    assert READER.likeness(Source("kahoot.csv", KAHOOT.encode())) > 80


QUIZIZZ = """\
Question Text,Question Type,Option 1,Option 2,Option 3,Correct Answer,Time in seconds,Image Link,Answer explanation
What is H2O?,Multiple Choice,Water,Salt,,1,30,,It is water
Pick,Checkbox,a,b,c,"1,3",30,https://x.example/a.png,
Fill in,Fill-in-the-Blank,one,uno,,,30,,
Say,Open-Ended,,,,,30,,
Like it?,Poll,yes,no,,,30,,
"""


def test_the_spreadsheet_of_quizizz_is_read() -> None:
    read = found(QUIZIZZ)
    water, pick, fill, say = read.drafts
    assert told(water) == ("What is H2O?", ["Water", "Salt"], (0,), "")
    assert water.explanation == "It is water"
    assert (pick.kind, pick.key) == (Kind.MULTI, (0, 2))
    assert pick.doubts == ("its picture is left out: https://x.example/a.png",)
    assert fill.short is not None
    assert (fill.kind, fill.short.accepted) == (Kind.SHORT, ("one", "uno"))
    assert say.kind is Kind.OPEN
    assert [skipped.why for skipped in read.skipped] == ["a poll has no right answer"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("front;back\nHund;dog, hound\n", ("Hund", [], (), "dog, hound")),
        ("Q,A\nwhat?,that\n", ("what?", [], (), "that")),
        ("sep=;\nquestion;correct;wrong answers\nx?;why;a|b\n", ("x?", ["why", "a", "b"], (0,), "")),
        (
            "question,correct answer,incorrect answer 1,incorrect answer 2\nq?,b,a,c\n",
            ("q?", ["b", "a", "c"], (0,), ""),
        ),
        ('question,options,answer index\nq?,"A) x\nB) y",0\n', ("q?", ["x", "y"], (0,), "")),
        ("question,a,b,c,answer\nq?,x,y,z,y\n", ("q?", ["x", "y", "z"], (1,), "")),
        ("question|option a|option b|key\nq?|x|y|(b)\n", ("q?", ["x", "y"], (1,), "")),
        ("question\toption_1\toption_2\tcorrect_option\nq?\tx\ty\tOption 2\n", ("q?", ["x", "y"], (1,), "")),
        ("问题,选项A,选项B,答案\n什么?,甲,乙,B\n", ("什么?", ["甲", "乙"], (1,), "")),
        ("Frage;Antwort A;Antwort B;Richtige Antwort\nWas?;eins;zwei;b\n", ("Was?", ["eins", "zwei"], (1,), "")),
        ("Pregunta,Opción 1,Opción 2,Respuesta correcta\n¿Qué?,uno,dos,dos\n", ("¿Qué?", ["uno", "dos"], (1,), "")),
        ("Question,Réponse A,Réponse B,Bonne réponse\nQuoi ?,un,deux,A\n", ("Quoi ?", ["un", "deux"], (0,), "")),
        ("question,option a,option b,correct\nq?,x,y,none of these\n", ("q?", ["none of these", "x", "y"], (0,), "")),
    ],
)
def test_columns_are_told_by_their_headings(text: str, wanted: tuple[str, list[str], tuple[int, ...], str]) -> None:
    assert [told(draft) for draft in found(text).drafts] == [wanted]


def test_what_else_a_table_tells_is_kept() -> None:
    read = found(
        "ID,Category,Level,Question,Option A,Option B,Correct,Explanation,Tags,Hint,Source,Colour\n"
        'x-1,Sums,schwer,1+1?,2,3,A,It is *two*.,"warm-up, easy",Count.,A book,red\n'
    )
    (draft,) = read.drafts
    assert (draft.own_id, draft.topic, draft.difficulty) == ("x-1", "Sums", Difficulty.HARD)
    assert (draft.tags, draft.hints, draft.references) == (("warm-up", "easy"), ("Count.",), ("A book",))
    assert plain(draft.explanation) == "It is *two*."
    assert "not used: the columns Colour" in read.notes


def test_columns_without_headings_are_guessed_and_doubted() -> None:
    read = found("What?,w,x,y,z,B\nWhy?,k,l,m,n,m\nWho?,1,2,3,4,2\n")
    assert [draft.key for draft in read.drafts] == [(1,), (2,), (1,)]
    assert [len(draft.options) for draft in read.drafts] == [4, 4, 4]
    assert all("no headings" in draft.doubts[0] for draft in read.drafts)
    cards = found("Hund\tdog\nKatze\tcat\nMaus\tmouse\n", "cards.txt")
    assert told(cards.drafts[0]) == ("Hund", [], (), "dog")
    assert all("no headings" in draft.doubts[0] for draft in cards.drafts)


def test_numbers_count_options_where_they_are_not_their_texts() -> None:
    text = "question,option 1,option 2,option 3,correct\nq?,2,3,4,{}\nr?,5,6,7,2\n"
    by_place = found(text.format(2))
    assert [draft.key for draft in by_place.drafts] == [(1,), (1,)]
    by_text = found("question,option 1,option 2,option 3,correct\nq?,2,3,4,2\nr?,5,6,7,7\n")
    assert [draft.key for draft in by_text.drafts] == [(0,), (2,)]


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("b", (1,)),
        ("B.", (1,)),
        ("A, C", (0, 2)),
        ("AC", (0, 2)),
        ("1 and 3", (0, 2)),
        ("red; blue", (0, 2)),
        ("C) blue", (2,)),
        ("answer 2", (1,)),
        ("Green", (1,)),
        ("D", ()),
        ("4", ()),
        ("", ()),
        ("pink", ()),
        ("red, pink", ()),
    ],
)
def test_a_key_names_options_by_letter_number_or_text(cell: str, wanted: tuple[int, ...]) -> None:
    assert named(cell, ["red", "green", "blue"]) == wanted


def test_cells_are_text_and_no_markup() -> None:
    read = found('question,answer\n*a* $b$ =1+1,=HYPERLINK("x")\n"=""010""",\'=2+2\n<b>bold</b> &amp; so,@SUM(A1)\n')
    assert [(plain(draft.stem), plain(draft.answer)) for draft in read.drafts] == [
        ("*a* $b$ =1+1", '=HYPERLINK("x")'),
        ("010", "=2+2"),
        ("bold & so", "@SUM(A1)"),
    ]
    assert read.drafts[2].stem.startswith("**bold**")


def test_a_quotation_mark_that_is_never_closed_costs_its_row_only() -> None:
    read = found('question,answer\na?,b\n"c?,d\ne?,f\n')
    assert [draft.stem for draft in read.drafts] == ["a?", "e?"]
    assert [(skipped.line, skipped.what) for skipped in read.skipped] == [(3, '"c?,d')]


def test_quotation_marks_inside_of_quoted_cells_are_told() -> None:
    read = found('question,answer\n"He said "hi" there",x\nb?,c\n')
    assert [draft.stem for draft in read.drafts][1] == "b?"
    assert "check the rows with a quotation mark inside of a quoted cell: line 2" in read.notes


def test_tables_in_other_encodings_are_read() -> None:
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        read = found("Frage;Antwort\nWofür?;für Übungen\n".encode(encoding))
        assert [told(draft) for draft in read.drafts] == [("Wofür?", [], (), "für Übungen")]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("quiz.xlsx", b"PK\x03\x04", "save the sheet with the questions as CSV"),
        ("quiz.csv", b"", "empty"),
        ("quiz.csv", b"one\ntwo\nthree\n", "write a row of headings"),
        ("quiz.csv", b"question,answer\n" + b"a" * 1_100_000 + b",b\n", "longer than 1,000,000 characters"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(name: str, content: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        found(content, name)


def test_a_table_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.readers.rows._MOST_CELLS", 100)
    with pytest.raises(UnreadableError, match="more than 100 cells: split it"):
        found("question,answer\n" + "a,b\n" * 60)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab,;\t|\"\n\r'=? 12\0é"), max_size=200) | st.binary(max_size=100))
def test_no_table_crashes_the_reader(content: str | bytes) -> None:
    source = Source("quiz.csv", content.encode() if isinstance(content, str) else content)
    assert 0 <= READER.likeness(source) <= 100
    try:
        READER.read(source)
    except UnreadableError as error:
        assert len(str(error)) > 10  # noqa: PT017  either way is well


def test_ten_thousand_rows_take_a_moment() -> None:
    rows = "".join(f"Question {n}?,w{n},x{n},y{n},z{n},B\n" for n in range(10_000))
    began = perf_counter()
    assert len(found(rows).drafts) == 10_000
    assert perf_counter() - began < 10
