"""Strict YAML: strings stay as written, and whatever is not allowed is told with its place and a remedy."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content import tree
from content.tree import ListNode, MapNode, Node, ScalarNode, at, read_tree

VISIBLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"], exclude_characters="\ufffe\uffff"))


@pytest.fixture(params=["C", "pure"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "pure":
        monkeypatch.setattr(tree, "_LOADER", yaml.SafeLoader)
    return str(request.param)


def read(text: str) -> Node:
    found = read_tree(text.encode(), "a.yaml")
    assert found.faults == ()
    assert found.root is not None
    return found.root


def plain(node: Node) -> object:
    match node:
        case ScalarNode(value=value):
            return value
        case ListNode(nodes=nodes):
            return [plain(part) for part in nodes]
        case MapNode(values=values):
            return {key: plain(part) for key, part in values.items()}


@pytest.mark.parametrize(
    "word",
    ["no", "on", "~", "null", "010", "0x1F", "1_000", "12:30:00", "2026-11-21", "1e3", ".nan", "<<", "=", "TRUE"],
)
def test_a_word_that_yaml_gives_a_meaning_stays_the_word(word: str) -> None:
    assert plain(read(f"a: {word}\n")) == {"a": word}


def test_strings_stay_as_written_in_every_style() -> None:
    source = "single: 'it''s'\ndouble: \"a\\\\b\\u00e9\"\nblock: |\n  one\n   two\nfolded: >-\n  a\n  b\nempty:\n"
    expected = {"single": "it's", "double": "a\\bé", "block": "one\n two\n", "folded": "a b", "empty": ""}
    assert plain(read(source)) == expected


@given(st.recursive(VISIBLE, lambda inner: st.lists(inner) | st.dictionaries(VISIBLE, inner), max_leaves=12))
def test_whatever_is_written_between_quotes_comes_back(value: object) -> None:
    found = read_tree(json.dumps(value, ensure_ascii=False).encode(), "a.yaml")
    if found.root is not None:
        assert found.faults == ()
        assert plain(found.root) == value
    else:
        assert "nested too deep" in found.faults[0].message


def test_nodes_know_their_line_and_column() -> None:
    root = read("items:\n  - id: x\n    hints: [a, b]\n")
    assert at(root, "items", 0, "hints", 1)[-2:] == (3, 16)
    assert at(root, "items", 0)[-2:] == (2, 5)


def test_a_path_that_ends_early_leads_to_the_last_node_there_is() -> None:
    root = read("items:\n  - id: x\n")
    assert at(root, "items", 7, "stem")[-2:] == (2, 3)
    assert at(root, "items", 0, "stem")[-2:] == (2, 5)
    assert at(root, "items", 0, "id", "deeper")[-2:] == (2, 9)


def test_a_byte_order_mark_and_windows_line_ends_are_read_past() -> None:
    found = read_tree(b"\xef\xbb\xbfa: b\r\nc: |\r\n  d\r\n  e\r\n", "a.yaml")
    assert found.faults == ()
    assert found.root is not None
    assert plain(found.root) == {"a": "b", "c": "d\ne\n"}
    assert at(found.root, "c")[-2:] == (2, 4)


FAULTS = [
    ("a: 1\nb: 2\na: 3\n", "3:1", "the key `a` is here (line 3) and on line 1", "delete one"),
    ("a: &x 1\n", "1:4", "anchors (`&x`) are not allowed", "write the text out"),
    ("a: &x [1]\n", "1:4", "anchors (`&x`) are not allowed", "write the text out"),
    ("b: 1\na: *x\n", "2:4", "aliases (`*x`) are not allowed", "write the text out"),
    ("a: !!python/object:os.system x\n", "1:4", "tags (`tag:yaml.org,2002:python/object:os.sys", "delete it"),
    ("a: !mine {b: c}\n", "1:4", "tags (`!mine`) are not allowed", "delete it"),
    ("a: b\n---\nc: d\n", "2:1", "a second document starts here", "delete the line"),
    ("# hello\n%YAML 1.1\n---\na: b\n", "2:1", "directives", "delete this line"),
    ("", "1:1", "the file is empty", "write it"),
    ("# nothing\n", "1:1", "the file is empty", "write it"),
    ("? [a]\n: b\n", "1:3", "cannot be a key", "write a word"),
    ("a: b\x00c\n", "1:5", "U+0000, which cannot be seen", "delete it"),
    ("a: b\nc: d\x1be\n", "2:5", "U+001B, which cannot be seen", "delete it"),
    ("a: b\u202ec\n", "1:5", "U+202E, which reorders text", "delete it"),
    ("a: b\u2028c\n", "1:5", "U+2028, which cannot be seen", "delete it"),
    ('a: "\\u202e"\n', "1:4", "U+202E, which reorders text", "delete it"),
    ('a: "x\\0"\n', "1:4", "U+0000, which cannot be seen", "delete it"),
    ("a: b: c\n", "1:5", "this is not YAML: mapping values", "put text that holds `: ` in quotes"),
    ("a: 'b\nc: d\n", "1:4", "this is not YAML: found unexpected end", "close the quote"),
    ("a:\n\t- b\n", "2:1", "this is not YAML: found character", "indent with spaces"),
    ('a: "\\q"\n', "1:5", "this is not YAML: found unknown escape", "use single quotes"),
    ("a: [" * 3 + "[" * 10 + "x", "1:19", "nested too deep", "take some levels out"),
]


@pytest.mark.parametrize(("source", "place", "message", "remedy"), FAULTS)
def test_a_fault_names_place_and_remedy(source: str, place: str, message: str, remedy: str, loader: str) -> None:
    faults = read_tree(source.encode(), "a.yaml").faults
    assert len(faults) == 1
    assert message in faults[0].message
    assert remedy in faults[0].remedy
    if loader == "C" or "not YAML" not in message:
        assert str(faults[0]).startswith(f"a.yaml:{place}: ")


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        (b"a: b\nc: \xff\n", "2:4", "byte 0xff is not UTF-8"),
        ("a: b".encode("utf-16"), "1:1", "byte 0xff is not UTF-8"),
        (b"a: \xed\xa0\x80\n", "1:4", "byte 0xed is not UTF-8"),
        (b"a" * 5_000_001, "1:1", "more than 5 MB"),
    ],
)
def test_bytes_that_are_no_text_or_too_many_are_refused(source: bytes, place: str, message: str) -> None:
    found = read_tree(source, "a.yaml")
    assert found.root is None
    assert [str(fault).startswith(f"a.yaml:{place}: ") for fault in found.faults] == [True]
    assert message in found.faults[0].message


def test_faults_that_do_not_end_the_file_are_told_together() -> None:
    found = read_tree(b"a: &x 1\nb: *x\na: !t 2\nc: d\x07\n", "a.yaml")
    assert sorted(fault.line for fault in found.faults) == [1, 2, 3, 3, 4]
    assert isinstance(found.root, MapNode)


def test_half_a_million_anchors_are_told_five_hundred_times() -> None:
    found = read_tree(b"- &a b\n" * 600, "a.yaml")
    assert len(found.faults) == tree.MOST_FAULTS
    assert found.root is None


def test_more_entries_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_NODES", 100)
    found = read_tree(b"[" + b"a," * 101 + b"]", "a.yaml")
    assert found.root is None
    assert "more than 100 entries" in found.faults[0].message
    assert (found.faults[0].line, found.faults[0].column) == (1, 202)


def test_two_hundred_thousand_levels_end_in_a_fault() -> None:
    found = read_tree(b"[" * 200_000, "a.yaml")
    assert [fault.message for fault in found.faults] == ["this is nested too deep"]


@given(st.text("ab:-?[]{}&*!|>'\"%#@` \n\t\\,\x00\u202e0~", max_size=60))
def test_whatever_the_text_is_nothing_is_raised(text: str) -> None:
    found = read_tree(text.encode(), "a.yaml")
    assert found.root is not None or found.faults


@given(st.binary(max_size=60))
def test_whatever_the_bytes_are_nothing_is_raised(source: bytes) -> None:
    found = read_tree(source, "a.yaml")
    assert found.root is not None or found.faults
