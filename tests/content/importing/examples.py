"""Files of every form, and files spoilt from them: what fuzzing starts from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from hypothesis import strategies as st
from markdown_it import MarkdownIt

import content.writers
from content.item import Difficulty, Item, Kind, NumericKey, OpenKey, Option, Picture, ShortKey
from content.readers.draft import Source
from content.record import Pack
from content.writers.written import Writer

PAGE = Path(__file__).resolve().parents[3] / "docs" / "import.md"
ROUGH = (
    *(
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n\n",
        b"{",
        b"}",
        b"[",
        b"]]>",
        b"<",
        b"<!--",
        b"</",
        b"&#0;",
    ),
    *(
        b"&lol;",
        b"::",
        b"=",
        b"~%-50%",
        b"#",
        b"```",
        b"$$",
        b"\\",
        b'"',
        b"'",
        b",",
        b"\t",
        b"|",
        b"1)",
        b"A.",
        b"- [x]",
    ),
    *(
        b"**Answer:**",
        "答案：".encode(),
        "\u202e".encode(),
        b"\xed\xa0\x80",
        b"\xc3",
        b"%TAG",
        b"*a",
        b"&a",
        b"!!python/object",
    ),
    *(
        b"PK\x03\x04",
        b"SQLite format 3\x00",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"<details>",
        b"9" * 400,
        b"(" * 500,
        b"<div>" * 300,
    ),
)
"""Pieces that mean something to some reader."""


def page_examples() -> list[Source]:
    """The examples of docs/import.md."""
    fences = [each for each in MarkdownIt("commonmark").parse(PAGE.read_text("utf-8")) if each.type == "fence"]
    named = [each for each in fences if re.fullmatch(r"\S+ import \S+", each.info)]
    return [Source(each.info.split()[-1], each.content.encode()) for each in named]


@cache
def writers() -> tuple[Writer, ...]:
    """The writers that there are."""
    modules = [import_module(f"content.writers.{each.name}") for each in iter_modules(content.writers.__path__)]
    return tuple(module.WRITER for module in modules if hasattr(module, "WRITER"))


@cache
def examples() -> Sequence[Source]:
    """A file of every form that the page shows or a writer writes, with an item of every kind."""
    pack = Pack("p", "A pack", "0.1.0", "CC0-1.0", ("en",), "Of all kinds.", "p", "elsewhere")
    written = [
        Source(name, bytes_)
        for writer in writers()
        for name, bytes_ in writer.write(pack, ITEMS, {"a.png": b"\x89PNG\r\n\x1a\n"}).files.items()
    ]
    return (*page_examples(), *written)


def spoilt() -> st.SearchStrategy[Source]:
    """Any bytes, or an example with parts cut out, doubled, replaced, or put in from elsewhere."""
    names = sorted(
        {each.name for each in examples()} | {"a.txt", "a.md", "a.json", "a.xml", "a.apkg", "a.yaml", "a.zip"}
    )
    anything = st.builds(Source, st.sampled_from(names), st.binary(max_size=300))
    pieces = st.sampled_from(ROUGH) | st.binary(max_size=8)
    edits = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 40), pieces), min_size=1, max_size=6)
    return anything | st.builds(_spoil, st.sampled_from(examples()), edits)


def _spoil(example: Source, edits: list[tuple[int, int, bytes]]) -> Source:
    content_ = example.content
    for place, length, piece in edits:
        at = place % (len(content_) + 1)
        content_ = content_[:at] + piece + content_[at + length :]
    return Source(example.name, content_)


def _item(name: str, kind: Kind, **parts: object) -> Item:
    known = {"explanation": "Because *so*.", "topic": "weather", "concept": name, "difficulty": Difficulty.EASY}
    return Item(f"p/{name}", kind, f"What about `{name}`?", **{**known, **parts})  # type: ignore[arg-type]


_OPTIONS = (Option("One, *two*", "Yes."), Option("$x^2$", "No."), Option("=3", ""))
ITEMS = (
    _item("choice", Kind.CHOICE, options=_OPTIONS, key=(1,), picture=Picture("a.png", "A sketch")),
    _item("multi", Kind.MULTI, options=_OPTIONS, key=(0, 2)),
    _item("truth", Kind.TRUE_FALSE, options=(Option("true", "Yes."), Option("false", "No.")), key=(0,)),
    _item("number", Kind.NUMERIC, numeric=NumericKey("0.25", "0.01", relative=True, unit="kg")),
    _item("term", Kind.SHORT, short=ShortKey(("fog", "mist"), ("smog",))),
    _item("steps", Kind.ORDER, options=_OPTIONS, key=(0, 1, 2)),
    _item("talk", Kind.OPEN, open=OpenKey("- a\n- b\n\n```python\nx\n```", ("Says a", "Says b"))),
)
