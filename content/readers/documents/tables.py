"""Tables of questions: a header that names a column of questions and one of answers or options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.readers.documents.lines import Line, Sort
from content.readers.documents.writing import cells_of

COLUMNS = {
    "question": r"questions?|q|prompt|front|вопросы?|问题|题目|题|質問|問題|frage|pregunta|domanda|pergunta",
    "answer": r"(?:correct |right |sample |short |the )?answers?|a|ans|key|correct(?: option| choice)?|solution"
    r"|back|response|ответы?|правильный ответ|答案|正确答案|回答"
    r"|答え|antwort|réponse|respuesta|risposta|resposta",
    "explanation": r"explanations?|rationale|reason|notes?|why|解析|解释|пояснение",
    "topic": r"topic|category|subject|section|тема|主题|类别",
    "difficulty": r"difficulty|level|сложность|难度",
    "hint": r"hints?|подсказка|提示",
    "number": r"#|no\.?|№|num(?:ber)?|id|n|序号|编号",
}
HEADER = {name: re.compile(words, re.IGNORECASE) for name, words in COLUMNS.items()}
OPTION = re.compile(
    r"(?:option|choice|вариант|选项|answer)?\s*[(]?([A-Ja-j1-9])[)]?|(?:option|choice)s?", re.IGNORECASE
)
WRONG = re.compile(r"(?:wrong|incorrect|distractors?)(?: answers?)?\s*\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A question of a table: its line, its cells by what they are, its options."""

    number: int
    cells: Mapping[str, str]
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """A table of questions: from line to before line."""

    first: int
    after: int
    rows: tuple[Row, ...]


def tables(lines: Sequence[Line]) -> Iterator[Questions]:
    """All tables of questions in a document."""
    at = 0
    while at < len(lines):
        if lines[at].sort is not Sort.TABLE or not lines[at].first:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].sort is Sort.TABLE and not lines[end].first:
            end += 1
        if not lines[at].depth:
            rows = rows_of(lines[at:end])
            if rows:
                yield Questions(at, end, rows)
        at = end


def rows_of(lines: Sequence[Line]) -> tuple[Row, ...]:
    """The questions of a table; none where its header does not speak of questions."""
    columns = named([cell.strip("*_ ").strip() for cell in cells_of(lines[0].text)])
    if "question" not in columns or not {"answer", "option"} & set(columns):
        return ()
    rows = []
    for line in lines[2:]:
        cells = cells_of(line.text)
        values = {name: cell for name, cell in zip(columns, cells, strict=False) if name not in {"", "option"}}
        options = tuple(cell for name, cell in zip(columns, cells, strict=False) if name == "option" and cell)
        if values.get("question"):
            rows.append(Row(line.number, values, options))
    return tuple(rows)


def named(header: Sequence[str]) -> list[str]:
    """What each column is: "option", a name of COLUMNS, or nothing."""
    found: list[str] = []
    questions = any(HEADER["question"].fullmatch(cell) and len(cell) > 1 for cell in header)
    lettered = sum(bool(re.fullmatch(r"[A-Ja-j]", cell)) for cell in header) > 1
    for cell in header:
        name = next((name for name, test in HEADER.items() if test.fullmatch(cell)), "")
        letter = len(cell) == 1 and cell.isalpha()
        if (
            (letter and (lettered or questions) and cell.upper() != "Q" and (lettered or cell.upper() != "A"))
            or (not name and OPTION.fullmatch(cell))
            or WRONG.fullmatch(cell)
        ):
            name = "option"
        found.append("" if name in found and name != "option" else name)
    return found
