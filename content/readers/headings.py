"""Which column of a table holds what: by the words above the columns, in several languages, or by what is in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from content.readers.keys import named
from content.readers.rows import Row
from content.readers.table_words import HEADINGS

_ROLES = {word.strip(): role for role, words in HEADINGS.items() for word in words.split(";")}
_OPTION = re.compile(
    r"(?:(option|choice|answer|answer option|answer choice|response|alternative|antwort|antwortmöglichkeit|réponse|"
    r"choix|opción|respuesta|opção|alternativa|resposta|opzione|risposta|antwoord|optie|вариант|ответ|"
    r"wrong answer|incorrect answer|wrong|incorrect|distractor|falsche antwort|选项|選項|選択肢|보기)"
    r"[ _.#-]*)?([a-j]|10|[1-9])",
)
_HINT = re.compile(r"(?:hint|clue|tipp|tag|tags|提示)[ _#-]*[1-9]")
_ASIDE = re.compile(r"\s*(?:[(（\[].*|\s[-–—]\s.*|[:：?*]+\s*)$", re.DOTALL)
_WRONG = ("wrong", "incorrect", "distractor", "falsch")
_ANSWERING = frozenset({"answer", "key", "options", "wrong"})
_ASKING = ("?", "？", "؟", ":", "：", "…", "_")
_SURE = 0.9
_PROSE = 20
_WIDEST = 24
_SAMPLED = 60
_ENOUGH = 2
_SEARCHED = 30
"""So many rows are looked at for headings: the tables of some products begin with a page of advice."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns hold what: `one` by what they hold, `options` in their order. `wrong`: no option is right.

    `first` is the place of the first row below the headings. `guessed` says how columns without headings were told.
    """

    one: Mapping[str, int]
    options: tuple[int, ...] = ()
    wrong: bool = False
    hints: tuple[int, ...] = ()
    first: int = 0
    guessed: str = ""
    unused: tuple[str, ...] = ()


def role_of(heading: str) -> str:
    """What a column or field of this name holds, one of the keys of HEADINGS; "" where that is not known."""
    return _ROLES.get(_word(heading), "")


def headed(rows: Sequence[Row]) -> Layout | None:
    """The layout that headings in one of the first rows tell, None where no row holds any."""
    found = [_headed(row.cells, at) for at, row in enumerate(rows[:_SEARCHED])]
    fit = [layout for layout in found if layout is not None]
    return max(fit, key=lambda layout: len(layout.one) + len(layout.options), default=None)


def _headed(cells: Sequence[str], at: int) -> Layout | None:
    told = _Told()
    for place, cell in enumerate(cells):
        told.add(_word(cell), place, cell.strip())
    one, options = told.one, told.options
    if list(options) == ["a"] and "answer" not in one:
        one["answer"] = options.pop("a")
    if (options or "options" in one) and "key" not in one and "answer" in one:
        one["key"] = one.pop("answer")
    wrong = told.wrong or ("wrong" in one and not options)
    if "question" not in one or (len(options) == 1 and not wrong) or not (options or _ANSWERING & set(one)):
        return None
    return Layout(one, tuple(options.values()), wrong, tuple(told.hints), at + 1, "", tuple(told.unused))


@dataclass(slots=True)
class _Told:
    """What the headings of a row tell, by their places."""

    one: dict[str, int] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    hints: list[int] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    wrong: bool = False

    def add(self, word: str, place: int, written: str) -> None:
        role, option = _ROLES.get(word, ""), _OPTION.fullmatch(word)
        if role and role not in self.one and word != "a":
            self.one[role] = place
        elif option and (option[1] or word.isalpha()):
            self.options[word] = place
            self.wrong = self.wrong or (option[1] or "").startswith(_WRONG)
        elif _HINT.fullmatch(word):
            self.hints.append(place)
        elif word:
            self.unused.append(written)


def _word(cell: str) -> str:
    """A heading without what is said about it: `Question - max 120 characters`, `Time limit (sec)`."""
    if len(cell) > _LONGEST * 4:
        return ""
    text = " ".join(unicodedata.normalize("NFKC", cell).replace("_", " ").split()).casefold()
    return _ASIDE.sub("", text).strip() if len(_ASIDE.sub("", text)) <= _LONGEST else ""


def guessed(rows: Sequence[Row]) -> Layout | None:
    """The layout that cells without headings suggest."""
    width = min(max((len(row.cells) for row in rows), default=0), _WIDEST)
    if width < _ENOUGH:
        return None
    sample = [[*row.cells[:width], *[""] * (width - len(row.cells))] for row in rows[:_SAMPLED]]
    for place in _by_key_likeness(sample, width):
        layout = _around(sample, place, width)
        if layout:
            return layout
    filled = [place for place in range(width) if any(row[place].strip() for row in sample)]
    if len(filled) < _ENOUGH:
        return None
    first = filled[1] if _numbered(sample, filled[0]) and len(filled) > _ENOUGH else filled[0]
    answer = filled[filled.index(first) + 1]
    told = f"the table has no headings: column {first + 1} was taken for questions, column {answer + 1} for answers"
    return Layout({"question": first, "answer": answer}, guessed=told)


def _numbered(sample: Sequence[Sequence[str]], place: int) -> bool:
    return all(row[place].strip().rstrip(".)").isdecimal() for row in sample)


def _by_key_likeness(sample: Sequence[Sequence[str]], width: int) -> Sequence[int]:
    """The columns that may hold keys: those of the shortest cells first, from the right."""

    def length(place: int) -> tuple[float, int]:
        return _length(sample, place), -place

    return sorted((place for place in range(width) if all(row[place].strip() for row in sample)), key=length)


def _around(sample: Sequence[Sequence[str]], key: int, width: int) -> Layout | None:
    """The layout with the key in this column and the options beside it, where nearly every row agrees."""
    fits = [_Span(sample, key, start, end) for start, end in _spans(key, width)]
    best = max(
        (span for span in fits if span.share >= _SURE),
        key=lambda span: (span.asked, span.end - span.start),
        default=None,
    )
    if best is None:
        return None
    question, start, end = best.question, best.start, best.end
    told = (
        f"the table has no headings: column {question + 1} was taken for questions, columns {start + 1} to {end} for "
        f"options, column {key + 1} for the right one"
    )
    one = {"question": question, "key": key}
    rest = [place for place in range(width) if place not in {question, key, *range(start, end)}]
    longest = max(rest, key=lambda place: _length(sample, place), default=None)
    if longest is not None and _length(sample, longest) > _PROSE:
        one["explanation"] = longest
        told += f", column {longest + 1} for explanations"
    return Layout(one, tuple(range(start, end)), guessed=told)


def _spans(key: int, width: int) -> Iterator[tuple[int, int]]:
    """Where options may stand: right before the key behind a question, or behind the key that follows one."""
    yield from ((start, key) for start in range(1, key - 1))
    if key:
        yield from ((key + 1, end) for end in range(width, key + 2, -1))


def _length(sample: Sequence[Sequence[str]], place: int) -> float:
    return sum(len(row[place]) for row in sample) / len(sample)


class _Span:
    """Columns that may be options: in which `share` of the rows the key names one of them, and how many ask."""

    def __init__(self, sample: Sequence[Sequence[str]], key: int, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.question = start - 1 if end == key else key - 1
        asking = [row[self.question].rstrip() for row in sample]
        self.asked = sum(text.endswith(_ASKING) for text in asking) / len(sample)
        fits = (bool(text) and bool(named(row[key], row[start:end])) for text, row in zip(asking, sample, strict=True))
        self.share = sum(fits) / len(sample)
