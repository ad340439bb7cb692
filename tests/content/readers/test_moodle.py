from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from content.item import Difficulty, Kind, NumericKey, Option, Picture, ShortKey
from content.readers.draft import Draft, Found, Source, UnreadableError
from content.readers.moodle import READER

PNG = b"\x89PNG\r\n\x1a\n of a cell"
JPG = b"\xff\xd8\xff of a leaf"


def read(questions: str, before: str = "") -> Found:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<quiz>\n{questions}\n</quiz>'
    return READER.read(Source("quiz.xml", text.encode()))


def question(kind: str, inner: str, stem: str = "What?", name: str = "Some name") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>{inner}</question>'
    )


def one(kind: str, inner: str, stem: str = "What?") -> Draft:
    (draft,) = read(question(kind, inner, stem)).drafts
    return draft


def answer(share: object, text: str, feedback: str = "", more: str = "") -> str:
    said = f"<feedback format='html'><text>{feedback}</text></feedback>"
    return f'<answer fraction="{share}" format="html"><text>{text}</text>{said}{more}</answer>'


def file(name: str, content: bytes, path: str = "/") -> str:
    return f'<file name="{name}" path="{path}" encoding="base64">{base64.b64encode(content).decode()}</file>'


def test_a_choice_has_its_picture_reasons_hints_and_category() -> None:
    found = read(f"""
<question type="category"><category><text>$course$/top/Default for Biology/Cells//Tissue</text></category></question>
<question type="multichoice">
  <name><text>Cell 7</text></name>
  <questiontext format="html">
    <text><![CDATA[<p>Where is <strong>ATP</strong> made?</p>
<p><img src="@@PLUGINFILE@@/in/a%20cell.png" alt="A cell"></p>]]></text>
    {file("a cell.png", PNG, "/in/")}
  </questiontext>
  <generalfeedback format="html"><text>By \\(H^+\\) flowing back.</text></generalfeedback>
  <defaultgrade>2.0</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><idnumber>bio-17</idnumber>
  <single>true</single>
  {answer(0, "&lt;p&gt;Nucleus&lt;/p&gt;", "It keeps DNA.")}
  {answer(100, "Mitochondrion")}
  <hint format="html"><text>An organelle</text></hint>
  <tags><tag><text>cells</text></tag><tag><text>difficulty: easy</text></tag></tags>
</question>""")
    assert found.drafts == [
        Draft(
            "Where is **ATP** made?",
            line=5,
            own_id="bio-17",
            kind=Kind.CHOICE,
            options=(Option("Nucleus", "It keeps DNA."), Option("Mitochondrion")),
            key=(1,),
            explanation="By $H^+$ flowing back.",
            hints=("An organelle",),
            topic="Cells/Tissue",
            difficulty=Difficulty.EASY,
            tags=("cells",),
            picture=Picture("in/a cell.png", "A cell"),
        )
    ]
    assert found.media == {"in/a cell.png": PNG}
    assert len(found.notes) == 2


def test_several_right_options_are_a_multi() -> None:
    answers = answer(50, "a") + answer(50, "b") + answer(-100, "c")
    assert one("multichoice", f"<single>false</single>{answers}").key == (0, 1)
    assert one("multichoiceset", answer(100, "a") + answer(100, "b") + answer(0, "c")).kind is Kind.MULTI


def test_a_statement_has_reasons_for_both() -> None:
    draft = one("truefalse", answer(0, "false", "Look up.") + answer(100, "true", "Yes."))
    assert (draft.kind, draft.key) == (Kind.TRUE_FALSE, (0,))
    assert draft.options == (Option("true", "Yes."), Option("false", "Look up."))


def test_words_lose_the_stars_that_stand_for_letters_and_keep_escaped_ones() -> None:
    draft = one("shortanswer", answer(100, "Rom*") + answer(100, "2 \\* 3") + answer(0, "Milan") + answer(0, "*"))
    assert draft.short == ShortKey(("Rom", "2 * 3"), ("Milan",))
    assert draft.doubts


def test_numbers_have_a_tolerance_and_the_unit_that_counts_once() -> None:
    units = "<units><unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit>"
    units += "<unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units>"
    answers = answer(100, "9,81", "Near the ground.", "<tolerance>0.02</tolerance>") + answer(0, "*")
    draft = one("numerical", answers + units)
    assert draft.numeric == NumericKey("9.81", "0.02", unit="m")
    assert draft.explanation == "Near the ground."


def test_an_essay_has_a_reference_answer_and_the_lines_for_graders_as_rubric() -> None:
    lines = "&lt;ul&gt;&lt;li&gt;Names it&lt;li&gt;Explains it&lt;/ul&gt;"
    graders = f"<graderinfo format='html'><text>{lines}</text></graderinfo>"
    said = "<generalfeedback format='html'><text>A good answer.</text></generalfeedback>"
    full = one("essay", graders + said)
    assert (full.kind, full.answer, full.rubric) == (Kind.OPEN, "A good answer.", ("Names it", "Explains it"))
    assert one("essay", graders).answer == "- Names it\n- Explains it"


def test_steps_are_ordered_by_their_place() -> None:
    draft = one("ordering", answer("2.0", "second") + answer("1.0", "first") + answer("3.0", "third"))
    assert (draft.kind, [option.text for option in draft.options]) == (Kind.ORDER, ["first", "second", "third"])


def test_pairs_are_talked_over() -> None:
    pairs = "".join(
        f"<subquestion format='html'><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
        for left, right in (("cat", "meow"), ("dog", "woof"), ("", "moo"))
    )
    draft = one("matching", pairs)
    assert (draft.kind, bool(draft.doubts)) == (Kind.OPEN, True)
    assert "moo" in draft.stem
    assert "moo" not in draft.answer


@pytest.mark.parametrize(
    ("gap", "kind"),
    [
        ("{1:MULTICHOICE:=star#Yes~planet#No}", Kind.CHOICE),
        ("{:MCVS:~planet~%100%star}", Kind.CHOICE),
        ("{1:MULTICHOICE:planet#No<br />~%100%star#Yes}", Kind.CHOICE),
        ("{2:MULTIRESPONSE:=star~=sun~planet}", Kind.MULTI),
        ("{1:SHORTANSWER:=star~%50%sun~planet}", Kind.SHORT),
        ("{1:NM:=3.5:0.1#So}", Kind.NUMERIC),
    ],
)
def test_a_single_gap_is_a_question_of_its_kind(gap: str, kind: Kind) -> None:
    draft = one("cloze", "", f"<p>It is a {gap}, indeed.</p>")
    assert draft.kind is kind
    assert draft.stem == r"It is a \_\_\_\_\_, indeed."
    assert draft.key or draft.short or draft.numeric == NumericKey("3.5", "0.1")


def test_several_gaps_are_filled_in_the_answer() -> None:
    cloze = one("cloze", "", "{1:SA:=Two} and {:NM:=3:0.1} make {1:MC:=five~six}.")
    assert cloze.kind is Kind.OPEN
    assert cloze.answer == "1. Two\n2. 3 ± 0.1\n3. five"
    boxes = "".join(
        f"<dragbox><text>{word}</text><group>{group}</group></dragbox>"
        for word, group in (("cat", 1), ("dog", 1), ("mat", 2))
    )
    assert one("ddwtos", boxes, "The [[1]] on the [[3]].").answer == "1. cat\n2. mat"
    single = one("gapselect", boxes.replace("dragbox", "selectoption"), "The [[2]] sat.")
    assert ([option.text for option in single.options], single.key) == (["cat", "dog"], (1,))


def test_pictures_of_one_name_are_kept_apart_and_missing_ones_told() -> None:
    def asked(inside: str, stem: str) -> str:
        text = f'<questiontext format="html"><text><![CDATA[{stem}]]></text>{inside}</questiontext>'
        return f'<question type="essay">{text}</question>'

    stem = "See <img src='@@PLUGINFILE@@/a.png'>"
    found = read(
        asked(file("a.png", PNG), stem)
        + asked(file("a.png", JPG), stem)
        + asked(file("a.png", PNG), stem)
        + asked("", stem)
        + asked(file("../../x.png", PNG), "See <img src='@@PLUGINFILE@@/../../x.png'>")
    )
    names = [draft.picture.path if draft.picture else "" for draft in found.drafts]
    assert names[0] == names[2] == "a.png"
    assert {names[0], names[1], names[4]} == set(found.media)
    assert found.media[names[1]] == JPG
    assert names[3] == ""
    assert "a.png" in found.drafts[3].doubts[0]
    assert names[4] == "x.png"


def test_a_picture_in_its_own_address_is_taken_out() -> None:
    encoded = base64.b64encode(JPG).decode()
    found = read(question("essay", "", f"See <img alt='A leaf' src='data:image/jpeg;base64,{encoded}'> there."))
    (draft,) = found.drafts
    assert draft.stem == "See there."
    assert draft.picture
    assert (draft.picture.alt, found.media) == ("A leaf", {draft.picture.path: JPG})
    assert draft.picture.path.endswith(".jpg")
    broken = read(question("essay", "", "See <img src='data:image/png;base64,?'> there.")).drafts[0]
    assert (broken.picture, len(broken.doubts)) == (None, 1)


def test_a_picture_of_an_old_file_stands_beside_the_text() -> None:
    inside = f"<image>a.png</image><image_base64>\n{base64.b64encode(PNG).decode()}\n</image_base64>"
    found = read(question("essay", inside))
    assert found.drafts[0].picture == Picture("a.png", "")
    assert found.media == {"a.png": PNG}
    assert read(question("essay", inside.replace("iVBOR", "?"))).drafts[0].picture is None


def test_what_no_item_can_say_is_told_with_its_line() -> None:
    found = read(
        "\n".join(
            [
                question("description", "", name="Intro"),
                question("stack", "", name="S"),
                question("shortanswer", f"<hidden>1</hidden>{answer(100, 'x')}", name="Old"),
                question("numerical", answer(100, "many"), name="N"),
                question("ordering", answer(1, "a") + answer(2, "b"), name="Two"),
                question("multichoice", answer(100, "a"), stem="", name="Empty"),
            ]
        )
    )
    assert not found.drafts
    assert [(each.line, each.what) for each in found.skipped] == [
        (3, "Intro"),
        (4, "S"),
        (5, "Old"),
        (6, "N"),
        (7, "Two"),
        (8, "Empty"),
    ]
    assert "stack" in found.skipped[1].why


def test_a_file_that_breaks_off_gives_what_is_before() -> None:
    whole = (
        f"<quiz>\n{question('truefalse', answer(100, 'true') + answer(0, 'false'))}\n<question type='essay'>\n<name>"
    )
    found = READER.read(Source("a.xml", whole.encode()))
    assert len(found.drafts) == 1
    assert found.skipped[0].line == 4
    with pytest.raises(UnreadableError, match="line 2") as refused:
        READER.read(Source("a.xml", b"<quiz>\n<question type='essay'></quiz>"))
    assert refused.value.line == 2


HOSTILE = {
    "laughs": "<!DOCTYPE quiz [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>\n",
    "file": "<!DOCTYPE quiz [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>\n",
    "parameter": "<!DOCTYPE quiz [<!ENTITY % a SYSTEM 'file:///etc/passwd'>]>\n",
}


@pytest.mark.parametrize("before", HOSTILE.values(), ids=HOSTILE)
def test_entities_are_refused(before: str) -> None:
    entity = "" if "%" in before else "&a;"
    with pytest.raises(UnreadableError, match="entities"):
        read(f"<question type='essay'><questiontext><text>{entity}</text></questiontext></question>", before)


def test_deep_nesting_is_refused_and_a_foreign_document_type_is_not_looked_up() -> None:
    with pytest.raises(UnreadableError, match="depth"):
        read("<a>" * 100_000)
    found = read(question("essay", ""), "<!DOCTYPE quiz SYSTEM 'http://127.0.0.1:9/quiz.dtd'>\n")
    assert len(found.drafts) == 1


def test_the_form_is_known_by_its_outermost_element() -> None:
    assert READER.likeness(Source("a.xml", b"<?xml?>\n<quiz>\n<question type='essay'>")) > 90
    assert READER.likeness(Source("a.xml", b"<html><p>quiz</p></html>")) == 0


def test_many_questions_take_as_long_each_as_few() -> None:
    def seconds(count: int) -> float:
        text = question("multichoice", answer(100, "a") + answer(0, "b"))
        began = time.perf_counter()
        assert len(read(text * count).drafts) == count
        return time.perf_counter() - began

    assert seconds(4_000) < 25 * seconds(500)


def test_gaps_that_never_close_take_no_longer_than_their_length_asks() -> None:
    began = time.perf_counter()
    assert read(question("cloze", "", "{1:MC:" * 30_000)).skipped
    assert time.perf_counter() - began < 5


PARTS = st.sampled_from(
    (
        "name",
        "text",
        "questiontext",
        "answer",
        "feedback",
        "subquestion",
        "dragbox",
        "units",
        "unit",
        "tags",
        "tag",
        "file",
    )
)
TEXTS = st.sampled_from(
    ("", "a", "1", "-2.5", "true", "*", "[[1]]", "[[9]]", "{1:SA:=a}", "{:NM:=x~=1:z}", "<b>x</b>", "A B", "NaN")
)
FIELDS = st.dictionaries(st.sampled_from(("fraction", "format", "name", "path", "encoding")), TEXTS, max_size=3)


def put(parts: tuple[str, dict[str, str], str, list[etree._Element]]) -> etree._Element:
    tag, fields, text, inner = parts
    element = etree.Element(tag, fields)
    element.text = text
    element.extend(inner)
    return element


TREES = st.recursive(
    st.tuples(PARTS, FIELDS, TEXTS, st.just([])).map(put),
    lambda inner: st.tuples(PARTS, FIELDS, TEXTS, st.lists(inner, max_size=4)).map(put),
    max_leaves=12,
)


KINDS = ("multichoice", "truefalse", "shortanswer", "numerical", "essay", "matching", "ordering", "cloze", "ddwtos")


@given(st.sampled_from(KINDS), st.lists(TREES, max_size=6), TEXTS)
def test_any_question_is_read_or_told(kind: str, inner: list[etree._Element], stem: str) -> None:
    element = etree.fromstring(question(kind, "", stem))
    element.extend(inner)
    found = read(etree.tostring(element, encoding="unicode"))
    assert len(found.drafts) + len(found.skipped) == 1
