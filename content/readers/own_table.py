"""A row of a table of ours as the draft that it was written from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from content.item import Difficulty, Kind, NumericKey, Option, Picture, ShortKey, Translation
from content.making import numeric_key
from content.readers.draft import Draft, Skipped
from content.readers.keys import named
from content.readers.rows import Row
from content.sense import fold
from content.writers.cells import unguarded
from content.writers.columns import Column, listed

_WORDS = 60


def own_draft(row: Row, columns: Mapping[int, Column]) -> Draft | Skipped:
    """The draft of a row by the columns of the table. A cell says exactly what it holds, as Markdown."""
    cells = _cells(row, columns)
    if Column("question") not in cells:
        return Skipped(row.line, " ".join(" ".join(row.cells).split())[:_WORDS], "this row has no question")
    doubts: list[str] = []
    kind = _kind(_said(cells, "kind"), doubts)
    return Draft(
        stem=_said(cells, "question"),
        line=row.line,
        own_id=_said(cells, "id"),
        kind=kind,
        options=_options(cells),
        key=_key(kind, cells, doubts),
        numeric=_number(cells) if kind is Kind.NUMERIC else None,
        short=_short(cells) if kind is Kind.SHORT else None,
        answer=_said(cells, "answer"),
        rubric=listed(cells, "rubric"),
        explanation=_said(cells, "explanation"),
        hints=listed(cells, "hint"),
        topic=_said(cells, "topic"),
        concept=_said(cells, "concept"),
        difficulty=_difficulty(_said(cells, "difficulty"), doubts),
        tags=listed(cells, "tag"),
        references=listed(cells, "reference"),
        picture=_picture(cells),
        translations=_translations(cells),
        doubts=tuple(doubts),
    )


Cells: TypeAlias = Mapping[Column, str]


def _cells(row: Row, columns: Mapping[int, Column]) -> Cells:
    """What the cells of the row say, without those that say nothing."""
    texts = {columns[place]: unguarded(cell) for place, cell in enumerate(row.cells) if place in columns}
    return {column: text for column, text in texts.items() if text.strip()}


def _said(cells: Cells, name: str, language: str = "") -> str:
    return cells.get(Column(name, 0, language), "")


def _kind(word: str, doubts: list[str]) -> Kind | None:
    if word and fold(word) not in set(Kind):
        doubts.append(f"its kind {word!r} is none that is known: it is told from the other columns.")
    return Kind(fold(word)) if fold(word) in set(Kind) else None


def _difficulty(word: str, doubts: list[str]) -> Difficulty | None:
    if word and fold(word) not in set(Difficulty):
        doubts.append(f"its difficulty {word!r} is neither easy, medium nor hard.")
    return Difficulty(fold(word)) if fold(word) in set(Difficulty) else None


def _options(cells: Cells, language: str = "") -> tuple[Option, ...]:
    texts = listed(cells, "option", language)
    return tuple(Option(text, cells.get(Column("reason", at, language), "")) for at, text in enumerate(texts, 1))


def _key(kind: Kind | None, cells: Cells, doubts: list[str]) -> tuple[int, ...]:
    said, options = _said(cells, "key"), _options(cells)
    if kind is Kind.ORDER:
        return tuple(range(len(options)))
    if not options:
        return ()
    found = named(said, [option.text for option in options], by_number=kind is not Kind.TRUE_FALSE)
    if said and not found:
        doubts.append(f"its key {said!r} names none of the options.")
    return found


def _number(cells: Cells) -> NumericKey | None:
    told = {"value": _said(cells, "key"), "tolerance": _said(cells, "tolerance") or "0", "unit": _said(cells, "unit")}
    try:
        return numeric_key(told) if told["value"] else None
    except ArithmeticError:
        return NumericKey(told["value"], unit=told["unit"])


def _short(cells: Cells) -> ShortKey | None:
    accepted = listed(cells, "accepted")
    return ShortKey(accepted, listed(cells, "confusable")) if accepted else None


def _picture(cells: Cells) -> Picture | None:
    path = _said(cells, "picture")
    return Picture(path, _said(cells, "picture text")) if path else None


def _translations(cells: Cells) -> dict[str, Translation]:
    languages = dict.fromkeys(column.language for column in cells if column.language)
    return {
        language: Translation(
            stem=_said(cells, "question", language),
            options=_options(cells, language),
            explanation=_said(cells, "explanation", language),
            hints=listed(cells, "hint", language),
            accepted=listed(cells, "accepted", language),
            reference=_said(cells, "answer", language),
            rubric=listed(cells, "rubric", language),
            picture_alt=_said(cells, "picture text", language),
        )
        for language in languages
    }
