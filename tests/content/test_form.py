"""Forms: every fault at once, with place and remedy; and the JSON Schema of each form."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from content.form import (
    Duration,
    Either,
    Field,
    Form,
    Keyed,
    Number,
    Parsed,
    Record,
    Several,
    Text,
    Variant,
    Word,
    YesNo,
    check,
)
from content.scalars import spell
from content.schema import dump, json_schema
from content.tree import read_tree

CIRCLE = Record("a circle", {"shape": Field(Text(), "its shape"), "radius": Field(Number(), "how far", required=True)})
SQUARE = Record("a square", {"shape": Field(Text(), "its shape"), "side": Field(Number(), "how long", required=True)})
THING = Record(
    "the thing",
    {
        "text": Field(Text(most=8), "a text"),
        "id": Field(Text(pattern="[a-z]+", like="abc"), "a name"),
        "word": Field(Word({"red": "like roses", "blue": "like the sea"}), "a colour"),
        "whole": Field(Number(least=1, most=9, whole=True), "a count"),
        "number": Field(Number(least=Decimal("-0.5")), "an amount"),
        "low": Field(Number(most=3), "at most three"),
        "yes": Field(YesNo(), "whether"),
        "wait": Field(Duration(timedelta(minutes=1), timedelta(days=1)), "how long", default=timedelta(hours=1)),
        "when": Field(Parsed(time.fromisoformat, "09:00", "[0-9]{2}:[0-9]{2}"), "a time of day"),
        "list": Field(Several(Text(), least=2, most=3), "some"),
        "one": Field(Several(Text(), most=2, lone=True), "one or two"),
        "named": Field(Keyed(Text(pattern="[a-z]+", like="abc"), Number(), most=2), "by name"),
        "figure": Field(Variant("shape", "circle or square", {"circle": CIRCLE, "square": SQUARE}), "a figure"),
        "either": Field(Either(text=Text(), listed=Several(Text())), "one way or the other"),
    },
)


def faults(source: str, form: Form = THING) -> list[str]:
    root = read_tree(source.encode(), "a").root
    assert root is not None
    return [str(fault) for fault in check(form, root, "a").faults]


def value(source: str, form: Form = THING) -> object:
    root = read_tree(source.encode(), "a").root
    assert root is not None
    checked = check(form, root, "a")
    assert checked.faults == ()
    return checked.value


def test_a_form_reads_plain_values_and_fills_in_defaults() -> None:
    source = (
        "text: no\nid: abc\nword: red\nwhole: 3\nnumber: 0.50\nyes: Off\nwhen: '09:30'\nlist: [a, b]\none: x\n"
        "named: {a: 1}\nfigure: {shape: circle, radius: 2}\neither: [p]\n"
    )
    assert value(source) == {
        "text": "no",
        "id": "abc",
        "word": "red",
        "whole": 3,
        "number": Decimal("0.50"),
        "yes": False,
        "wait": timedelta(hours=1),
        "when": time(9, 30),
        "list": ["a", "b"],
        "one": ["x"],
        "named": {"a": Decimal(1)},
        "figure": {"shape": "circle", "radius": Decimal(2)},
        "either": ["p"],
    }


FAULTS = [
    ("text: [a]", "a:1:7: `text` is a list, not text; write it as one piece of text after the colon"),
    ("text: ' '", "a:1:7: `text` is empty; write it, or delete the key"),
    ("text: 123456789", "a:1:7: `text` has 9 characters, 1 more than fit; shorten it to 8 characters"),
    ("id: A b", "a:1:5: `id` is `A b`, which does not fit here; write it like this: abc"),
    ("word: rde", "a:1:7: `word` is `rde`, which is not known here; did you mean `red`?"),
    ("word: green", "a:1:7: `word` is `green`, which is not known here; choose one of `red`, `blue`"),
    ("word: {a: b}", "a:1:7: `word` is a mapping, not text; write it as one piece of text after the colon"),
    ("whole: 1.5", "a:1:8: `whole` is `1.5`, which is not a whole number; write it like 3"),
    ("whole: 10", "a:1:8: `whole` is `10`, which is out of range; choose a number from 1 to 9"),
    ("whole: []", "a:1:8: `whole` is a list, not text; write it as one piece of text after the colon"),
    (
        "number: 0,5",
        "a:1:9: `number` is `0,5`, which is not a number; write it like 0.25 or -1.5e-3, with a decimal point",
    ),
    ("number: -1", "a:1:9: `number` is `-1`, which is out of range; choose a number from -0.5"),
    ("low: 4", "a:1:6: `low` is `4`, which is out of range; choose a number up to 3"),
    ("yes: maybe", "a:1:6: `yes` is `maybe`, which is neither yes nor no; write true or false"),
    ("yes: [a]", "a:1:6: `yes` is a list, not text; write it as one piece of text after the colon"),
    (
        "wait: 60",
        (
            "a:1:7: `wait` is `60`, which is not a length of time; "
            "write a number and a unit: 90 s, 60 min, 24 h, 7 d or 2 w"
        ),
    ),
    ("wait: 2 d", "a:1:7: `wait` is `2 d`, which is out of range; choose a time from 1 min to 1 d"),
    ("wait: ''", "a:1:7: `wait` is empty; write it, or delete the key"),
    ("when: 9h", "a:1:7: `when` is `9h`: Invalid isoformat string: '9h'; write it like this: 09:00"),
    ("when: [9]", "a:1:7: `when` is a list, not text; write it as one piece of text after the colon"),
    ("list: a", "a:1:7: `list` is text, not a list; write each entry on a line after `- `"),
    ("list: [a]", "a:1:7: `list` has 1 entry; give it 2 to 3"),
    ("list: [a, b, c, d]", "a:1:7: `list` has 4 entries; give it 2 to 3"),
    ("list: [a, []]", "a:1:11: entry 2 of `list` is a list, not text; write it as one piece of text after the colon"),
    ("one: {a: b}", "a:1:6: `one` is a mapping, not text; write it as one piece of text after the colon"),
    ("named: [a]", "a:1:8: `named` is a list, not a mapping; write each entry as `key: value`"),
    ("named: {a: 1, b: 2, c: 3}", "a:1:8: `named` has 3 entries; give it at most 2"),
    ("named: {A: 1}", "a:1:9: a key of `named` is `A`, which does not fit here; write it like this: abc"),
    ("figure: x", "a:1:9: `figure` is text, not a mapping; write it with keys: `shape`, `radius`"),
    ("figure: {radius: 1}", "a:1:9: `shape` is missing from `figure`; add `shape:` (circle or square)"),
    (
        "figure: {shape: circel}",
        "a:1:17: `shape` is `circel`, which is not known here; did you mean `circle`?",
    ),
    ("figure: {shape: circle}", "a:1:9: `radius` is missing from a circle; add `radius:` (how far)"),
    ("either: {a: b}", "a:1:9: `either` is a mapping, not text; write it as one piece of text after the colon"),
    ("txet: a", "a:1:1: unknown key `txet` in the thing; did you mean `text`?"),
]


@pytest.mark.parametrize(("source", "expected"), FAULTS)
def test_a_fault_names_place_and_remedy(source: str, expected: str) -> None:
    assert faults(source) == [expected]


def test_every_fault_of_a_file_is_told_in_the_order_of_the_file() -> None:
    source = "yes: maybe\nfigure:\n  shap: circle\nlist: [a, [], '']\nwhole: x\n"
    told = faults(source)
    assert [line.split(":")[1] for line in told] == ["1", "3", "3", "4", "4", "5"]


def test_a_part_with_a_fault_is_left_out_and_its_list_keeps_its_length() -> None:
    root = read_tree(b"list: [a, [], c]\nword: x\n", "a").root
    assert root is not None
    assert check(THING, root, "a").value == {"list": ["a", None, "c"], "wait": timedelta(hours=1)}


def test_a_file_that_is_no_mapping_has_no_value() -> None:
    root = read_tree(b"[a]", "a").root
    assert root is not None
    checked = check(THING, root, "a", "the settings")
    assert checked.value is None
    assert str(checked.faults[0]).startswith(
        "a:1:1: the settings is a list, not a mapping; write it with keys: `text`, "
    )


def test_a_file_of_nothing_but_faults_tells_the_first_five_hundred() -> None:
    assert len(faults("\n".join(f"k{number}: x" for number in range(600)))) == 500


def test_a_remedy_names_at_most_twenty_words() -> None:
    told = faults("zzz", Word({f"word{number}": "" for number in range(30)}))
    assert told[0].count("`word") == 20
    assert told[0].endswith(", …")


@given(st.text("abcxyz:-[]{}'\" \n0", max_size=80))
def test_whatever_the_file_holds_the_form_only_tells_faults(text: str) -> None:
    root = read_tree(text.encode(), "a").root
    if root is not None:
        checked = check(THING, root, "a")
        assert checked.value is not None or checked.faults


@given(st.integers(0, 10**7))
def test_a_length_of_time_is_spelt_as_it_is_read(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    if len(spell(length).split()[0]) <= 6:
        assert value(f"wait: {spell(length)}", Record("x", {"wait": Field(Duration(), "")})) == {"wait": length}


SCHEMA = json_schema(THING, "A thing")


def test_the_schema_is_valid_and_carries_what_each_field_is_for() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["whole"] == {"type": "integer", "minimum": 1, "maximum": 9, "description": "a count"}
    assert SCHEMA["properties"]["wait"]["default"] == "1 h"
    assert SCHEMA["properties"]["wait"]["description"].startswith("how long (from 1 min to 1 d")
    assert SCHEMA["additionalProperties"] is False
    assert dump(SCHEMA).endswith("}\n")


@pytest.mark.parametrize(
    "good",
    [
        {"text": "a", "word": "red", "whole": 3, "number": 0.5, "yes": True, "wait": "90 s", "when": "09:00"},
        {"list": ["a", "b"], "one": "x", "named": {"a": 1}, "figure": {"shape": "square", "side": 2}, "either": "a"},
        {"text": 12, "one": ["x", "y"], "either": ["a"]},
    ],
)
def test_the_schema_accepts_what_the_form_accepts(good: object) -> None:
    Draft202012Validator(SCHEMA).validate(good)


@pytest.mark.parametrize(
    "bad",
    [
        {"text": " "},
        {"id": "A"},
        {"word": "green"},
        {"whole": 10},
        {"yes": "maybe"},
        {"wait": "60"},
        {"when": "9h"},
        {"list": ["a"]},
        {"one": []} | {"one": {}},
        {"named": {"A": 1}},
        {"figure": {"shape": "circle"}},
        {"figure": {"shape": "circle", "radius": 1, "side": 1}},
        {"either": {}},
        {"other": 1},
    ],
)
def test_the_schema_refuses_what_the_form_refuses(bad: object) -> None:
    assert not Draft202012Validator(SCHEMA).is_valid(bad)


@pytest.mark.parametrize(
    ("default", "plain"),
    [
        (Decimal("0.5"), 0.5),
        (Decimal("2.0"), 2),
        ((time(9), "a"), ["09:00:00", "a"]),
        ({"a": timedelta(0)}, {"a": "0 s"}),
        (None, None),
    ],
)
def test_a_default_is_published_as_it_would_be_written(default: object, plain: object) -> None:
    schema = json_schema(Record("x", {"a": Field(Text(), "one", default=default)}, "An x."), "X")
    assert schema["properties"]["a"]["default"] == plain
    assert schema["description"] == "An x."
