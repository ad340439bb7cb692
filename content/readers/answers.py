"""Questions of quiz programs as drafts: answers that earn a share of the mark become keys; what is lost is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from content.item import Difficulty, Kind, NumericKey, Option, ShortKey
from content.markup import literal, plain
from content.readers.draft import Draft
from content.scalars import decimal

FULL = Decimal(100)
STEPS = range(3, 9)
"""How many steps an order item may have."""
_LONGEST_CATEGORY = 1000
_PLACE = re.compile(r"\(?#?([1-9][0-9]?)[.)]?")
_COUNTED = re.compile(r"(?:q|question|item|task|frage|aufgabe)?[\s#.:_-]*\d*", re.IGNORECASE)
_ROOTS = re.compile(r"(?:\$(?:course|system|module|cat\d*)\d*\$|top)/?|default for [^/]*/?", re.IGNORECASE)
_TOLD = re.compile(r"(difficulty|concept):\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, the share of the mark that it earns in per cent, and what is said to who gives it."""

    text: str
    share: Decimal = Decimal(0)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that belong together, in Markdown."""

    left: str
    right: str


def chosen(draft: Draft, answers: Iterable[Answer], *, several: bool) -> Draft:
    """A question with options. `several`: each option with a share above nothing has to be selected."""
    given = list(answers)
    listed = [answer for answer in given if answer.text.strip()]
    most = max((answer.share for answer in listed), default=Decimal(0))
    least = Decimal(0) if several else most
    key = tuple(n for n, answer in enumerate(listed) if answer.share > 0 and answer.share >= least)
    doubts = list(draft.doubts)
    kind = Kind.MULTI if several else Kind.CHOICE
    if not several and len(key) > 1:
        kind = Kind.MULTI
        doubts.append(f"Any one of {len(key)} right options was enough; now all of them have to be selected.")
    if not several and any(0 < answer.share < most for answer in listed):
        doubts.append("Some options earned a part of the mark; here only the best one is right.")
    if len(listed) < len(given):
        doubts.append("An option without a text is left out.")
    options = tuple(Option(answer.text, answer.reason) for answer in listed)
    return replace(draft, kind=kind, options=options, key=key, doubts=tuple(doubts))


def truth(draft: Draft, *, true: bool, reasons: tuple[str, str] = ("", "")) -> Draft:
    """A statement. `reasons` are said to who chooses true and to who chooses false."""
    options = (Option("true", reasons[0]), Option("false", reasons[1]))
    return replace(draft, kind=Kind.TRUE_FALSE, options=options, key=(0 if true else 1,))


def typed(draft: Draft, answers: Iterable[Answer]) -> Draft:
    """A question for a word. Answers are plain texts; those without a share are known to be wrong."""
    listed = [answer for answer in answers if answer.text.strip(" *")]
    most = max((answer.share for answer in listed), default=Decimal(0))
    right = [answer for answer in listed if 0 < answer.share == most]
    accepted = tuple(dict.fromkeys(plain_word(answer.text) for answer in right))
    taken = {word.casefold() for word in accepted}
    partly = dict.fromkeys(plain_word(answer.text) for answer in listed if 0 < answer.share < most)
    doubts = list(draft.doubts)
    if left := [word for word in partly if word.casefold() not in taken]:
        doubts.append(f"Left out, as they earned a part of the mark: {', '.join(left)}.")
    if any(_starred(answer.text) for answer in right):
        doubts.append("A * stood for any letters in an accepted answer; here it stands for none.")
    confusable = dict.fromkeys(plain_word(answer.text) for answer in listed if answer.share <= 0)
    return replace(
        draft,
        kind=Kind.SHORT,
        short=ShortKey(accepted, tuple(word for word in confusable if word.casefold() not in taken)) if right else None,
        explanation=draft.explanation or next((answer.reason for answer in right if answer.reason), ""),
        doubts=tuple(doubts),
    )


def _starred(text: str) -> bool:
    return "*" in text.replace("\\*", "")


def plain_word(text: str) -> str:
    """An accepted answer without the stars that stood for any letters; an escaped star is one."""
    return " ".join(re.sub(r"(?<!\\)\*", "", text).replace("\\*", "*").split())


def numbered(draft: Draft, answers: Iterable[tuple[NumericKey, Answer]]) -> Draft:
    """A question for a number: the first that earns most is the key."""
    listed = [(key, answer) for key, answer in answers if answer.share > 0]
    if not listed:
        return replace(draft, kind=Kind.NUMERIC)
    key, best = max(listed, key=lambda each: each[1].share)
    others = [f"{other.value} ± {other.tolerance}" for other, _ in listed if other is not key]
    doubts = (f"Only {key.value} ± {key.tolerance} is right here; left out: {', '.join(others)}.",) if others else ()
    explanation = draft.explanation or best.reason
    return replace(draft, kind=Kind.NUMERIC, numeric=key, explanation=explanation, doubts=draft.doubts + doubts)


def decimal_of(text: str) -> Decimal | None:
    """The number that a quiz program wrote, also with a comma; None where it is none."""
    try:
        number = Decimal(re.sub(r"\s", "", text).replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 300 else None  # noqa: PLR2004  as packs have it


def written_number(number: Decimal, text: str = "") -> str:
    """The number as packs write it: like `text` where they may."""
    if decimal(text) == number:
        return text
    exact = number.normalize()
    return f"{exact:f}" if -8 < exact.adjusted() < 16 else f"{exact}".replace("E+", "e").replace("E", "e")  # noqa: PLR2004


def between(low: Decimal, high: Decimal) -> NumericKey:
    """The key that takes all numbers from `low` to `high`."""
    return NumericKey(written_number((low + high) / 2), written_number(abs(high - low) / 2))


def matched(draft: Draft, pairs: Sequence[Pair], others: Sequence[str] = ()) -> Draft:
    """Pairs to put together: an order where one side counts 1, 2, 3, else a question to talk over with the pairs as its
    answer. `others` are texts of the right side that belong to none.
    """
    steps = _steps(pairs) if not others else None
    if steps:
        options = tuple(Option(step) for step in steps)
        return replace(draft, kind=Kind.ORDER, options=options, key=tuple(range(len(options))))
    choices = sorted({*(pair.right for pair in pairs), *others}, key=str.casefold)
    lists = [_list("-", dict.fromkeys(pair.left for pair in pairs)), _list("*", choices)]
    answer = "\n".join(["| | |", "|---|---|", *(f"| {_cell(pair.left)} | {_cell(pair.right)} |" for pair in pairs)])
    doubt = "Its parts were to be matched, which no kind of item does: it is open now, with the pairs as its answer."
    stem = "\n\n".join([draft.stem, *lists])
    return replace(draft, stem=stem, kind=Kind.OPEN, answer=answer, doubts=(*draft.doubts, doubt))


def _steps(pairs: Sequence[Pair]) -> list[str] | None:
    """The texts in the order that the other side counts, where it does."""
    for sides in ([(pair.left, pair.right) for pair in pairs], [(pair.right, pair.left) for pair in pairs]):
        found = [_PLACE.fullmatch(plain(place)) for place, _ in sides]
        places = [int(match[1]) for match in found if match]
        if sorted(places) == list(range(1, len(sides) + 1)) and len(sides) in STEPS:
            return [step for _, (_, step) in sorted(zip(places, sides, strict=True))]
    return None


def _list(mark: str, texts: Iterable[str]) -> str:
    return "\n".join(f"{mark} {_line(text)}" for text in texts)


def _line(text: str) -> str:
    return " ".join(text.split("\n")) if "```" not in text else literal(plain(text))


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def topic_of(category: str) -> str:
    """The topic that a category names, without what Moodle puts before it: `$course$/top/Sets` is Sets."""
    path, before = category[:_LONGEST_CATEGORY].strip().strip("/"), ""
    while path != before:
        path, before = _ROOTS.sub("", path, count=1) if _ROOTS.match(path) else path, path
    return " / ".join(part.strip() for part in re.split(r"(?<!/)/(?!/)", path) if part.strip()).replace("//", "/")


def named(name: str) -> str:
    """The name as an id of the source; "" where it only counts."""
    return "" if _COUNTED.fullmatch(name.strip()) else name.strip()


def labelled(draft: Draft, tags: Iterable[str]) -> Draft:
    """The draft with its tags; those that tell a difficulty or a concept do so."""
    kept: list[str] = []
    difficulty, concept = draft.difficulty, draft.concept
    for tag in tags:
        told = _TOLD.fullmatch(tag.strip())
        if told and told[1].lower() == "concept":
            concept = told[2]
        elif told and told[2].lower() in set(Difficulty):
            difficulty = Difficulty(told[2].lower())
        elif tag.strip():
            kept.append(tag.strip())
    return replace(draft, tags=tuple(dict.fromkeys(kept)), difficulty=difficulty, concept=concept)


def settled(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts; names that several of them have are no ids."""
    names = Counter(draft.own_id for draft in drafts)
    return [replace(draft, own_id="") if names[draft.own_id] > 1 else draft for draft in drafts]
