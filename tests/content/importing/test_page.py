"""docs/import.md: what it says that comes out of its examples does come out."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from content.importing.bring import Wish, bring
from content.item import Item, OpenKey, ShortKey
from content.pack import load_pack
from content.readers.draft import Source
from content.readers.known import readers, recognise

PAGE = Path(__file__).resolve().parents[3] / "docs" / "import.md"
FENCES = [token for token in MarkdownIt("commonmark").parse(PAGE.read_text(encoding="utf-8")) if token.type == "fence"]
EXAMPLES = [
    (token.info.split()[-1], token.content, after.content)
    for token, after in pairwise(FENCES)
    if re.fullmatch(r"\S+ import \S+", token.info)
]


def right(item: Item) -> str:
    """What is right, in a line."""
    short, reference = item.short or ShortKey(()), item.open or OpenKey("")
    number = (item.numeric.value,) if item.numeric else ()
    chosen = (item.options[index].text for index in item.key)
    return ", ".join((*chosen, *number, *short.accepted, *filter(None, [" ".join(reference.reference.split())])))


def line(item: Item) -> str:
    return f"{item.kind} {item.id.partition('/')[2]} ({item.topic}): {right(item)}\n"


@pytest.mark.parametrize(("name", "source", "becomes"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_an_example_becomes_what_stands_below_it(name: str, source: str, becomes: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(source, encoding="utf-8")
    report = bring(Wish(tmp_path / name, tmp_path / "pack"))
    assert [str(passed) for passed in report.passed] == []
    items = sorted(load_pack(tmp_path / "pack").items, key=lambda item: becomes.find(item.id.partition("/")[2]))
    assert "".join(map(line, items)) == becomes


def test_every_form_that_is_text_has_an_example() -> None:
    """Those of packed files have none, as a page cannot show them."""
    shown = {bring_form(name, source) for name, source, _ in EXAMPLES}
    assert {reader.name for reader in readers()} - shown <= {"anki"}


def bring_form(name: str, source: str) -> str:
    return recognise(Source(name, source.encode())).reader.name
