from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from content.item import Kind, NumericKey, Option, Picture, ShortKey
from content.readers.draft import Draft, Found, Source, UnreadableError
from content.readers.qti import READER

SPACE = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
CHOICES = '<simpleChoice identifier="A">one</simpleChoice><simpleChoice identifier="B">two</simpleChoice>'
STEPS = "".join(f'<simpleChoice identifier="{name}">step {name}</simpleChoice>' for name in "abc")


def item(body: str, declared: str = "", rest: str = "", **attributes: str) -> str:
    named = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem {SPACE} identifier="i-1" title="Title"{named}>'
        f"{declared}<itemBody>{body}</itemBody>{rest}</assessmentItem>"
    )


def right(cardinality: str, *values: str, base: str = "identifier", more: str = "", name: str = "RESPONSE") -> str:
    listed = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{listed}</correctResponse>{more}</responseDeclaration>"
    )


def asks(kind: str, inner: str, prompt: str = "Which?", **attributes: str) -> str:
    named = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<{kind}Interaction responseIdentifier="RESPONSE"{named}><prompt>{prompt}</prompt>{inner}</{kind}Interaction>'
    )


def read(text: str, name: str = "items/a.xml") -> Found:
    return READER.read(Source(name, text.encode()))


def one(text: str) -> Draft:
    (draft,) = read(text).drafts
    return draft


def mapping(**points: str) -> str:
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in points.items())
    return f'<mapping defaultValue="0">{entries}</mapping>'


def test_a_choice_has_its_text_picture_and_feedback() -> None:
    body = '<p>Look at <b>this</b>.</p><p><img src="../img/a%20sign.png" alt="A sign"/></p>'
    body += asks(
        "choice", CHOICES.replace("one", 'one<feedbackInline identifier="A">Right.</feedbackInline>'), maxChoices="1"
    )
    rest = '<modalFeedback identifier="B" showHide="show">Not two.</modalFeedback>'
    rest += '<modalFeedback identifier="done" showHide="show"><p>It says one.</p></modalFeedback>'
    rest += '<modalFeedback identifier="incorrect" showHide="show">Try again.</modalFeedback>'
    found = read(item(body, right("single", "A"), rest, **{"xml:lang": "en-GB"}))
    assert found.drafts == [
        Draft(
            "Look at **this**.\n\nWhich?",
            line=2,
            own_id="i-1",
            kind=Kind.CHOICE,
            options=(Option("one", "Right."), Option("two", "Not two.")),
            key=(0,),
            explanation="It says one.",
            picture=Picture("img/a sign.png", "A sign"),
        )
    ]
    assert found.language == "en-GB"


def test_a_picture_outside_of_the_package_is_told() -> None:
    choice = asks("choice", CHOICES, maxChoices="1")
    for source in ("../../a.png", "data:image/png;base64,AAAA"):
        draft = one(item(f'<p>See <img src="{source}" alt=""/></p>' + choice, right("single", "A")))
        assert (draft.picture, len(draft.doubts)) == (None, 1)
    shown = one(item('<p><object data="b.png" type="image/png">A map</object></p>' + choice, right("single", "A")))
    assert shown.picture == Picture("items/b.png", "A map")


def test_right_values_or_points_make_the_key() -> None:
    many = asks("choice", CHOICES + '<simpleChoice identifier="C">three</simpleChoice>', maxChoices="0")
    assert one(item(many, right("multiple", "A", "C"))).key == (0, 2)
    pointed = one(item(many, right("multiple", more=mapping(A="1", B="-1", C="0.5"))))
    assert (pointed.kind, pointed.key) == (Kind.MULTI, (0, 2))
    single = one(item(asks("choice", CHOICES, maxChoices="1"), right("single", more=mapping(B="2"))))
    assert (single.kind, single.key) == (Kind.CHOICE, (1,))


def test_a_picture_as_an_option_is_its_alt_text_and_an_empty_option_is_told() -> None:
    choices = CHOICES.replace("one", '<img src="a.png" alt="a circle"/>').replace("two", '<img src="b.png" alt=""/>')
    draft = one(item(asks("choice", choices, maxChoices="1"), right("single", "A")))
    assert [option.text for option in draft.options] == ["a circle"]
    assert draft.doubts


def test_a_choice_between_true_and_false_is_a_statement() -> None:
    choices = CHOICES.replace("one", "False").replace("two", "<p>True</p>")
    draft = one(item(asks("choice", choices, "Water is wet.", maxChoices="1"), right("single", "B")))
    assert (draft.kind, draft.key, draft.stem) == (Kind.TRUE_FALSE, (0,), "Water is wet.")


def test_steps_are_listed_in_the_right_order() -> None:
    draft = one(item(asks("order", STEPS, "Sort."), right("ordered", "c", "a", "b")))
    assert (draft.kind, [option.text for option in draft.options]) == (Kind.ORDER, ["step c", "step a", "step b"])
    assert not read(item(asks("order", STEPS, "Sort."), right("ordered", "c", "a"))).drafts


def test_a_word_or_a_number_goes_into_a_gap() -> None:
    gap = '<p>By this sun of <textEntryInteraction responseIdentifier="RESPONSE"/>.</p>'
    word = one(
        item(gap, right("single", "York", base="string", more=mapping(York="1", york="0.5", Kent="0.5", Rome="0")))
    )
    assert word.stem == r"By this sun of \_\_\_\_\_."
    assert word.short == ShortKey(("York",), ("Rome",))
    assert word.doubts == ("Left out, as they earned a part of the mark: Kent.",)
    near = '<responseProcessing><equal toleranceMode="absolute" tolerance="0.1 0.1"/></responseProcessing>'
    assert one(item(gap, right("single", "3.50", base="float"), near)).numeric == NumericKey("3.50", "0.1")
    share = near.replace("absolute", "relative").replace("0.1 0.1", "5")
    assert one(item(gap, right("single", "20", base="integer"), share)).numeric == NumericKey(
        "20", "0.05", relative=True
    )


def test_a_choice_within_the_text_is_a_choice_and_several_gaps_are_talked_over() -> None:
    choices = CHOICES.replace("simpleChoice", "inlineChoice")
    inline = f'<inlineChoiceInteraction responseIdentifier="RESPONSE">{choices}</inlineChoiceInteraction>'
    draft = one(item(f"<p>It is {inline}.</p>", right("single", "B")))
    assert (draft.kind, draft.key, draft.stem) == (Kind.CHOICE, (1,), r"It is \_\_\_\_\_.")
    two = '<p><textEntryInteraction responseIdentifier="R1"/> and <textEntryInteraction responseIdentifier="R2"/></p>'
    declared = right("single", "x", base="string", name="R1") + right("single", "y", base="string", name="R2")
    assert (one(item(two, declared)).kind, one(item(two, declared)).answer) == (Kind.OPEN, "1. x\n2. y")
    words = '<gapText identifier="W">winter</gapText><gapText identifier="S">summer</gapText>'
    text = '<p>The <gap identifier="G1"/> of discontent, made <gap identifier="G2"/>.</p>'
    filled = one(item(asks("gapMatch", words + text, "Fill."), right("multiple", "W G1", "S G2", base="directedPair")))
    assert filled.answer == "1. winter\n2. summer"
    assert filled.stem.startswith("Fill.\n\nThe \\_\\_\\_\\_\\_ (1) of")


def test_a_text_to_write_is_open_with_what_scorers_are_told() -> None:
    rubric = '<rubricBlock view="scorer"><p>Names three.</p></rubricBlock>'
    draft = one(item(rubric + asks("extendedText", "", "Write a postcard.")))
    assert (draft.kind, draft.stem, draft.answer) == (Kind.OPEN, "Write a postcard.", "Names three.")


def test_pairs_are_talked_over() -> None:
    def side(*names: str) -> str:
        choices = "".join(
            f'<simpleAssociableChoice identifier="{name}">{name}!</simpleAssociableChoice>' for name in names
        )
        return f"<simpleMatchSet>{choices}</simpleMatchSet>"

    draft = one(
        item(asks("match", side("C", "D") + side("M", "R")), right("multiple", "C R", "D M", base="directedPair"))
    )
    assert draft.kind is Kind.OPEN
    assert "| C! | R! |" in draft.answer


@pytest.mark.parametrize(
    "body",
    [
        asks("hotspot", ""),
        "<p>Nothing is asked.</p>",
        asks("choice", CHOICES) + asks("order", STEPS),
    ],
    ids=["kind", "nothing", "several"],
)
def test_what_no_item_can_say_is_told(body: str) -> None:
    found = read(item(body))
    assert not found.drafts
    assert (found.skipped[0].line, found.skipped[0].what) == (2, "Title")
    assert found.skipped[0].why


def test_the_newer_version_with_other_names_is_read_too() -> None:
    draft = one(
        '<qti-assessment-item identifier="v3"><qti-response-declaration identifier="RESPONSE" cardinality="single">'
        "<qti-correct-response><qti-value>B</qti-value></qti-correct-response></qti-response-declaration><qti-item-body>"
        '<qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>Which?</qti-prompt>'
        '<qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice>'
        "</qti-choice-interaction></qti-item-body></qti-assessment-item>"
    )
    assert (draft.own_id, draft.kind, draft.key) == ("v3", Kind.CHOICE, (1,))


def test_a_manifest_tells_its_title_and_older_forms_are_refused() -> None:
    manifest = read(
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><metadata><title><string>My tests</string></title>'
        '</metadata><resources><resource type="imsqti_item_xmlv2p1" href="a.xml"/></resources></manifest>'
    )
    assert (manifest.drafts, manifest.title) == ((), "My tests")
    assert manifest.notes
    with pytest.raises(UnreadableError, match=r"2\.1"):
        read("<questestinterop/>")
    with pytest.raises(UnreadableError, match="line 1"):
        read("<assessmentItem>")
    with pytest.raises(UnreadableError, match="entities"):
        read("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><assessmentItem>&b;</assessmentItem>")


def test_the_form_is_known_by_its_outermost_element() -> None:
    assert READER.likeness(Source("a.xml", item("").encode())) > 90
    assert READER.likeness(Source("a.xml", b"<quiz><question type='essay'/></quiz>")) == 0


PARTS = st.sampled_from(
    (
        "p",
        "prompt",
        "choiceInteraction",
        "orderInteraction",
        "textEntryInteraction",
        "inlineChoiceInteraction",
        "matchInteraction",
        "gapMatchInteraction",
        "extendedTextInteraction",
        "simpleChoice",
        "inlineChoice",
        "gap",
        "gapText",
        "img",
        "object",
        "rubricBlock",
        "simpleAssociableChoice",
        "feedbackInline",
        "math",
    )
)
TEXTS = st.sampled_from(
    ("", "a", "1", "-2.5", "true", "*", "[[1]]", "[[9]]", "{1:SA:=a}", "{:NM:=x~=1:z}", "<b>x</b>", "A B", "NaN")
)
FIELDS = st.dictionaries(
    st.sampled_from(("identifier", "responseIdentifier", "maxChoices", "src", "type", "data", "view")),
    TEXTS,
    max_size=3,
)


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


def test_a_text_that_looks_like_the_mark_of_a_gap_is_a_text() -> None:
    gap = '<inlineChoiceInteraction responseIdentifier="R"><inlineChoice identifier="A">a</inlineChoice>'
    found = read(item(f"<p>[[1]] and {gap}</inlineChoiceInteraction></p>"))
    assert len(found.drafts) + len(found.skipped) == 1


@given(st.lists(TREES, max_size=5), st.lists(TEXTS, max_size=3), st.sampled_from(("single", "multiple")))
def test_any_item_is_read_or_told(inner: list[etree._Element], values: list[str], cardinality: str) -> None:
    body = "".join(etree.tostring(each, encoding="unicode") for each in inner)
    declared = right(
        cardinality, *(value.replace("<", "&lt;") for value in values), name="a", more=mapping(a="1", b="NaN")
    )
    found = read(item(body, declared))
    assert len(found.drafts) + len(found.skipped) == 1
