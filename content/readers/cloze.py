"""Questions with gaps in their text: one gap is an item of its kind, several are a text to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from content.item import Kind, NumericKey
from content.markup import literal
from content.readers import answers
from content.readers.answers import FULL, Answer
from content.readers.draft import Draft

_BLANK = "\\_\\_\\_\\_\\_"
_GAP = re.compile(r"\{\d*:([A-Z_]+):((?:\\.|[^{}\\])*)\}", re.DOTALL)
_PART = re.compile(r"~((?:\\.|[^~\\])*)", re.DOTALL)
_OPTION = re.compile(r"\s*(=|%(-?\d+(?:\.\d+)?)%)?((?:\\.|[^#\\])*)(?:#(.*))?", re.DOTALL)
_ESCAPE = re.compile(r"\\([~=#{}\"\\/*])")
_KINDS = {
    **dict.fromkeys(("MULTICHOICE", "MC"), Kind.CHOICE),
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), Kind.SHORT),
    **dict.fromkeys(("NUMERICAL", "NM"), Kind.NUMERIC),
    **dict.fromkeys(("MULTIRESPONSE", "MR"), Kind.MULTI),
}
_VARIANT = re.compile(r"(MULTICHOICE|MULTIRESPONSE|MC|MR|SHORTANSWER|SA|MW)(?:_?[CHVS]{1,2})")


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap: what kind of question it is, and what may be put there. Texts are plain."""

    kind: Kind
    answers: tuple[Answer, ...]


def gaps_filled(draft: Draft, mark: re.Pattern[str], fillings: Sequence[tuple[str, Sequence[str]]]) -> Draft:
    """A text with a mark for each gap (of which there is one at least), and for each the right filling and all that may
    be chosen for it (Markdown).

    A single gap with a choice is a choice item, anything else is open: its answer lists what goes where.
    """
    if len(fillings) == 1 and len(fillings[0][1]) > 1:
        right, all_of_them = fillings[0]
        listed = [Answer(text, FULL if text == right else Decimal(0)) for text in dict.fromkeys(all_of_them)]
        return answers.chosen(replace(draft, stem=mark.sub(lambda _: _BLANK, draft.stem)), listed, several=False)
    places = iter(range(1, len(fillings) + 1))
    # Where a text holds what looks like a mark there are more marks than gaps; those behind the gaps stay as they are.
    stem = mark.sub(lambda _: f"{_BLANK} ({next(places)})", draft.stem, count=len(fillings))
    words = list(dict.fromkeys(word for _, choices in fillings for word in choices))
    offered = [", ".join(sorted(words, key=str.casefold))] if words else []
    answer = "\n".join(f"{place}. {right}" for place, (right, _) in enumerate(fillings, 1))
    doubt = "It has several gaps, which no kind of item has: it is open now, with what goes there as its answer."
    return replace(
        draft,
        stem="\n\n".join([stem, *offered]),
        kind=Kind.OPEN,
        answer=answer if len(fillings) > 1 else fillings[0][0],
        doubts=(*draft.doubts, doubt) if len(fillings) > 1 else draft.doubts,
    )


def gaps_of(text: str) -> tuple[str, list[Gap]]:
    """The text with marks (`[[1]]`, `[[2]]`) in place of the gaps of Moodle's Cloze form, and the gaps."""
    gaps: list[Gap] = []

    def marked(found: re.Match[str]) -> str:
        variant = _VARIANT.fullmatch(found[1])
        kind = _KINDS.get(found[1]) or (_KINDS[variant[1]] if variant else None)
        if kind is None:
            return found[0]
        gaps.append(Gap(kind, tuple(_answers(found[2]))))
        return f"[[{len(gaps)}]]"

    return _GAP.sub(marked, text), gaps


def _answers(inner: str) -> Iterator[Answer]:
    for found in _PART.finditer("~" + inner.removeprefix("~")):
        option = _OPTION.fullmatch(found[1])
        if option:
            share = FULL if option[1] == "=" else Decimal(option[2] or 0)
            yield Answer(_ESCAPE.sub(r"\1", option[3]).strip(), share, _ESCAPE.sub(r"\1", option[4] or "").strip())


def gap_question(draft: Draft, gaps: Sequence[Gap], mark: re.Pattern[str]) -> Draft:
    """The draft of a text with gaps, whose places are marked in its stem."""
    if len(gaps) == 1:
        return _single(replace(draft, stem=mark.sub(lambda _: _BLANK, draft.stem)), gaps[0])
    fillings = [
        (literal(_best(gap)), [literal(each.text) for each in gap.answers] if gap.kind is Kind.CHOICE else [])
        for gap in gaps
    ]
    return gaps_filled(draft, mark, fillings)


def _best(gap: Gap) -> str:
    right = [each.text.replace(":", " ± ", gap.kind is Kind.NUMERIC) for each in gap.answers if each.share > 0]
    return ", ".join(right) if gap.kind is Kind.MULTI else next(iter(right), "")


def _single(draft: Draft, gap: Gap) -> Draft:
    if gap.kind is Kind.SHORT:
        return answers.typed(draft, gap.answers)
    if gap.kind is Kind.NUMERIC:
        return answers.numbered(draft, _numbers(gap))
    listed = [replace(each, text=literal(each.text), reason=literal(each.reason)) for each in gap.answers]
    return answers.chosen(draft, listed, several=gap.kind is Kind.MULTI)


def _numbers(gap: Gap) -> Iterator[tuple[NumericKey, Answer]]:
    for each in gap.answers:
        first, _, second = (part.strip() for part in each.text.partition(":"))
        value, tolerance = answers.decimal_of(first), answers.decimal_of(second or "0")
        if value is not None and tolerance is not None:
            yield NumericKey(answers.written_number(value, first), answers.written_number(abs(tolerance))), each
