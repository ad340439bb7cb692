"""Trivia lists of Red-DiscordBot."""

from __future__ import annotations

import pytest

from content.item import Kind, NumericKey, ShortKey
from content.markup import literal
from content.readers.draft import Source, UnreadableError
from content.readers.red import READER

LIST = """\
AUTHOR: Somebody
DESCRIPTION: About numbers
CONFIG:
  reveal_answer: false
Which number is *even* and prime?:
- 2
"What is the answer to no?":
- no
- never
- no
How is 010 read?: [eight, ten]
Nothing beneath?:
"""


def test_a_question_a_key_with_its_answers_as_they_are_written() -> None:
    source = Source("lists/numbers.yaml", LIST.encode())
    assert READER.likeness(source) == 90
    found = READER.read(source)
    assert [(each.stem, each.line) for each in found.drafts] == [
        (literal("Which number is *even* and prime?"), 5),
        ("What is the answer to no?", 7),
        ("How is 010 read?", 11),
    ]
    assert [each.kind for each in found.drafts] == [Kind.NUMERIC, Kind.SHORT, Kind.SHORT]
    assert found.drafts[0].numeric == NumericKey("2")
    assert found.drafts[1].short == ShortKey(("no", "never"))
    assert [(each.line, each.what) for each in found.skipped] == [(12, "Nothing beneath?")]
    assert found.title == "numbers"


def test_it_is_known_by_its_settings_or_by_its_questions() -> None:
    asked = b"What is one?:\n- 1\nWhat is two?:\n- 2\n"
    assert READER.likeness(Source("a.yml", asked)) == 70
    assert READER.likeness(Source("a.txt", asked)) == 0
    assert READER.likeness(Source("pack.yaml", b"format: 1\nid: a\nitems:\n- stem: What?\n")) == 0


@pytest.mark.parametrize("content", [b"- a\n- b\n", b"a: &b [*b]\n", b"\x00", b"a: 'b"])
def test_what_is_no_such_list_is_refused_with_its_line(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        READER.read(Source("a.yaml", content))


def test_a_question_that_is_there_twice_is_told() -> None:
    found = READER.read(Source("a.yaml", b"AUTHOR: a\nWhat?:\n- a\nWhat?:\n- b\n"))
    assert len(found.drafts) == 1
    assert found.skipped[0].line == 4
