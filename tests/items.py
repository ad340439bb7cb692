"""Items of every kind, drawn by Hypothesis: texts that other forms mistake, pictures, translations."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import strategies as st

from content.item import Difficulty, Item, Kind, NumericKey, OpenKey, Option, Picture, ShortKey, Translation
from content.record import Pack
from content.sense import fold, markdown_faults
from content.tree import HIDDEN

PICTURES = {
    "sets.png": b"\x89PNG\r\n\x1a\n of sets",
    "drawn/no 1.gif": b"GIF89a of numbers",
}
HOSTILE = (
    *("no", "Yes", "~", "null", "NULL", "010", "12:30", "1e3", "0x1F", ".5", "-7", "+1", "1_000", "2026-11-22", ".inf"),
    *("=1+1", "@SUM(A1)", "+1", "-1", "'quoted'", '"quoted"', "it's", "\\frac", "$x$ and $5", "a: b", "a:", "a #b"),
    *("- a", "? a", "& a", "!a", "%a", "@a", "`a`", "|", ">", "[a]", "{a}", "a, b", "a; b", "a\tb", "\ta", " a", "a "),
    *("a\n", "a\n\n", "a\n\nb", "\na", "  a\n b", "a  \nb", "a\n  ", "a\r\nb", "a\n\tb\n", "---", "--- a", "...", "<<"),
    *(
        "😀",
        "👩‍🔬 a",
        "שלום",
        "مرحبا، بالعالم",
        "数值为 1、2",
        "é",
        "a\u00a0b",
        "\u3000a",
        "{{c1::a}}",
        "[sound:a]",
        "::a::",
    ),
    *("a=b", "a~b", "a}b", "a{b", "a -> b", "%50%a", "\\n", "<b>", "a < b & c", "&amp;", "]]>", "a | b", "A. a", "*a*"),
    "word " * 30 + "end",
    "word  " * 30 + "end",
    "词" * 200,
    "```python\nif a:\n\tb = '''c'''\n\n# d\n```\n",
    "| a | b |\n|---|---|\n| `x|y` | $z$ |\n\n1. one\n2. two\n",
)
"""Texts that YAML, spreadsheets, GIFT or Anki take for something else."""


_LETTERS = "ab \n\t'\"\\:#-,;|$*_`=~{}[]()<>&%@!?.0é😀א词"
_USUAL = ("A word", "Two words, and more", "Because it *is* so.", "`code` and $x^2$")


def texts(most: int = 250) -> st.SearchStrategy[str]:
    """Passages that a pack takes."""
    known = [text for text in (*_USUAL, *HOSTILE) if _welcome(text) and len(text) <= most]
    free = st.text(_LETTERS, min_size=1, max_size=16)
    return st.sampled_from(known) | st.sampled_from(known) | free.filter(_welcome)


@cache
def _welcome(text: str) -> bool:
    return bool(text.strip()) and not HIDDEN.search(text) and not markdown_faults(text)


def several(least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    """Passages no two of which are the same but for case and space."""
    return st.lists(texts(), min_size=least, max_size=most, unique_by=fold).map(tuple)


NAMES = st.sampled_from(("no", "010", "1e3", "on", "null", "a", "nlp", "pack", "sets-and-numbers", "2026-11-22"))
"""Ids."""


@st.composite
def items(draw: st.DrawFn, name: str = "one", kinds: st.SearchStrategy[Kind] = st.sampled_from(Kind)) -> Item:  # noqa: B008
    """An item of the pack `drawn`, as `load_pack` would give it but for its version and place."""
    kind = draw(kinds)
    picture = draw(st.none() | st.builds(Picture, st.sampled_from(sorted(PICTURES)), texts()))
    own = draw(_OWN[kind])
    hints = draw(several())
    made = Item(
        id=f"drawn/{name}",
        kind=kind,
        stem=draw(texts()),
        topic=draw(NAMES),
        concept=draw(NAMES),
        difficulty=draw(st.sampled_from(Difficulty)),
        explanation=draw(texts() | st.just("")) if kind is Kind.OPEN else draw(texts()),
        hints=hints,
        tags=tuple(tag for tag in draw(several()) if len(tag) <= 40),
        references=draw(several()),
        picture=picture,
        **own,
    )
    translation = draw(_translations(made))
    return replace(made, translations={"zh-Hans": translation}) if translation != Translation() else made


def _options(least: int, most: int) -> st.SearchStrategy[tuple[Option, ...]]:
    listed = st.lists(st.builds(Option, texts(), texts()), min_size=least, max_size=most, unique_by=_said)
    return listed.map(tuple)


def _said(option: Option) -> str:
    return fold(option.text)


def _keyed(options: tuple[Option, ...], most: int) -> st.SearchStrategy[dict[str, Any]]:
    indexes = st.sets(st.integers(0, len(options) - 1), min_size=1, max_size=most)
    return indexes.map(lambda key: {"options": options, "key": tuple(sorted(key))})


def _numbers() -> st.SearchStrategy[NumericKey]:
    values = st.sampled_from(("6", "0.50", "010", "-7", "+3", "3e-4", "1E6", ".5", "12.", "1000000"))
    units = st.sampled_from(("", "kg", "%", "no", "m/s^2"))
    absolute = st.builds(NumericKey, values, st.sampled_from(("0", "0.01", "1e-3", "5")), st.just(value=False), units)
    relative = st.builds(
        NumericKey, values, st.sampled_from(("0.01", "0.125", "2", "0.0000001")), st.just(value=True), units
    )
    return absolute | relative


_TRUTHS = st.tuples(texts(), texts(), st.sampled_from((0, 1))).map(
    lambda drawn: {"options": (Option("true", drawn[0]), Option("false", drawn[1])), "key": (drawn[2],)}
)
_TERMS = several(1, 4).flatmap(
    lambda terms: st.integers(1, len(terms)).map(lambda cut: {"short": ShortKey(terms[:cut], terms[cut:])})
)
_OWN: dict[Kind, st.SearchStrategy[dict[str, Any]]] = {
    Kind.CHOICE: _options(2, 5).flatmap(lambda options: _keyed(options, 1)),
    Kind.MULTI: _options(2, 5).flatmap(lambda options: _keyed(options, len(options))),
    Kind.TRUE_FALSE: _TRUTHS,
    Kind.NUMERIC: _numbers().map(lambda key: {"numeric": key}),
    Kind.SHORT: _TERMS,
    Kind.ORDER: _options(3, 5).map(lambda options: {"options": options, "key": tuple(range(len(options)))}),
    Kind.OPEN: st.builds(OpenKey, texts(), several(1)).map(lambda key: {"open": key}),
}


@st.composite
def _translations(draw: st.DrawFn, item: Item) -> Translation:
    """Texts of the item in another language, or none."""
    maybe = texts() | st.just("")
    alike = {"options": item.options, "hints": item.hints, "rubric": item.open.rubric if item.open else ()}
    count = {name: draw(st.sampled_from((0, len(parts)))) for name, parts in alike.items()}
    options = draw(st.lists(texts(), min_size=count["options"], max_size=count["options"], unique_by=fold))
    if item.kind is Kind.TRUE_FALSE and options:
        options = ["对", "错"]
    reasons = [draw(st.sampled_from((own.reason, "另一个原因。"))) for own in item.options]
    return Translation(
        stem=draw(maybe),
        options=tuple(Option(text, reason) for text, reason in zip(options, reasons, strict=False)),
        explanation=draw(maybe),
        hints=tuple(draw(texts()) for _ in range(count["hints"])),
        accepted=draw(several()) if item.short else (),
        reference=draw(maybe) if item.open else "",
        rubric=tuple(draw(texts()) for _ in range(count["rubric"])),
        picture_alt=draw(maybe) if item.picture else "",
    )


def pack_of(text: str = "A pack", **changed: Any) -> Pack:
    """The header of the pack that drawn items belong to."""
    given = {"title": text, "version": "0.1.0", "licence": "CC-BY-4.0", "languages": ("no", "zh-Hans"), "path": ""}
    return Pack(**{"id": "drawn", "description": text, **given, **changed})
