"""Grading a word or a short phrase against accepted answers.

Spelling, wrapping and listing are forgiven where no other meaning is possible; every refusal has its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.rules.formulas import Match, is_formula, matches_formula
from bot.rules.nearness import distance, opposed
from bot.rules.phrases import apart, bare, bracketed, other_names, together, without_negation
from bot.rules.spelling import canonical, fold, lemma, singular, words
from bot.rules.verdicts import Graded, Verdict, Why
from content.item import ShortKey

_GENERIC = frozenset({"algorithm", "function", "method", "problem", "score", "technique", "theorem"})
"""Nouns that may follow an answer or be left off it, as lemmas."""

_SIGNS = re.compile(r"\w[(\[]|\|")
"""Notation such as P(A|B) or N(0, 1), in which every sign counts."""
_BRACKETS = str.maketrans("[]", "()")
_LONGEST_TYPO = 80


@dataclass(frozen=True, slots=True)
class _Form:
    """An answer in the forms in which it is compared."""

    words: tuple[str, ...]
    joined: str
    singular: str
    canonical: str
    listed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """The accepted answers in words, those that are formulas or notation, and the other answers that are known: those
    that the item names as `confusable`, and those to other items, which are never named: they may be asked next.
    """

    accepted: tuple[str, ...]
    formulas: tuple[str, ...]
    confusable: tuple[str, ...]
    near: tuple[str, ...]

    @property
    def others(self) -> tuple[str, ...]:
        return self.confusable + self.near


def grade_short(key: ShortKey, near: Iterable[str], text: str) -> Graded:
    """Grade `text` (not empty, at most 200 characters); `near` are further answers that a slip could be meant for."""
    accepted = tuple(answer for answer in key.accepted if words(answer))
    taken = {_form(answer).canonical for answer in accepted}
    confusable, others = (
        tuple(answer for answer in each if _form(answer).canonical not in taken) for each in (key.confusable, near)
    )
    formulas = tuple(answer for answer in accepted if is_formula(answer) or _SIGNS.search(answer))
    known = _Known(tuple(answer for answer in accepted if answer not in formulas), formulas, confusable, others)
    if graded := _as_formula(known, text):
        return graded
    for step in _STEPS:
        if graded := step(known, fold(text)):
            return graded
    return _wrong(Why.UNKNOWN)


def _right(why: Why, answer: str) -> Graded:
    return Graded(Verdict.RIGHT, 1.0, why, answer)


def _wrong(why: Why, detail: str = "") -> Graded:
    return Graded(Verdict.WRONG, 0.0, why, detail)


@lru_cache(maxsize=16384)
def _form(text: str) -> _Form:
    found = words(text)
    parts = tuple(sorted(_canonical(words(part)) for part in together(fold(text))))
    one = "".join(singular(word) for word in found)
    return _Form(found, "".join(found), one, _canonical(found), parts if all(parts) else ())


def _canonical(found: tuple[str, ...]) -> str:
    return "".join(canonical(word) for word in found)


# ------------------------------------------------------------------------------------------------------------ steps


def _as_written(known: _Known, text: str) -> Graded | None:
    return _same(known, text)


def _same(known: _Known, text: str) -> Graded | None:
    """Right where the text is an accepted answer but for spaces, hyphens, plurals and British spelling."""
    guess = _form(text)
    if not guess.words:
        return None
    for answer in known.accepted:
        if guess.joined == _form(answer).joined:
            return _right(Why.EXACT if answer == known.accepted[0] else Why.ALIAS, answer)
    for answer in known.accepted:
        form = _form(answer)
        if guess.canonical == form.canonical:
            return _right(Why.PLURAL if guess.singular == form.singular else Why.ALIAS, answer)
        if guess.listed and guess.listed == form.listed:
            return _right(Why.ALIAS, answer)
    return None


def _as_formula(known: _Known, text: str) -> Graded | None:
    found = [(matches_formula(answer, text), answer) for answer in known.formulas]
    for match, answer in found:
        same = _squeezed(text) == _squeezed(answer)
        if same or match is Match.SAME:
            return _right(Why.EXACT if same else Why.FORMULA, answer)
    if all(match is Match.NONE for match, _ in found):
        return None
    meant = next((other for other in known.confusable if matches_formula(other, text) is Match.SAME), "")
    return _wrong(Why.CONFUSABLE, meant) if meant else _wrong(Why.OTHER_FORMULA)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s$.]", "", fold(text)).translate(_BRACKETS)


def _bare(known: _Known, text: str) -> Graded | None:
    return _same(known, bare(text))


def _confusable(known: _Known, text: str) -> Graded | None:
    other = _other(known, bare(text))
    return _wrong(Why.CONFUSABLE if other in known.confusable else Why.UNKNOWN, _named(known, other)) if other else None


def _other(known: _Known, text: str) -> str:
    guess = _form(text).canonical
    return next((answer for answer in known.others if _form(answer).canonical == guess), "")


def _named(known: _Known, other: str) -> str:
    return other if other in known.confusable else ""


def _with_brackets(known: _Known, text: str) -> Graded | None:
    pair = bracketed(bare(text))
    if pair is None:
        return None
    outside, inside = pair
    initials = "".join(word[0] for word in words(inside))
    harmless = without_negation(inside) is None and not any(_other(known, part) for part in apart(inside))
    if harmless and (found := _same(known, outside)):
        return _right(Why.ALIAS, found.detail)
    if initials == _form(outside).joined and (found := _same(known, inside)):
        return _right(Why.ALIAS, found.detail)
    return None


def _with_other_names(known: _Known, text: str) -> Graded | None:
    names = other_names(bare(text))
    found = [graded for name in names if (graded := _same(known, bare(name)))]
    if len(names) < 2 or not found or any(_other(known, bare(name)) for name in names):  # noqa: PLR2004  another name
        return None
    return _right(Why.ALIAS, found[0].detail)


def _several(known: _Known, text: str) -> Graded | None:
    parts = [bare(part) for part in apart(bare(text))]
    graded = [_same(known, part) or _misspelt(known, part) for part in parts]
    right = [one for one in graded if one and one.verdict is Verdict.RIGHT]
    if len(parts) == 1 or not right:
        return None
    if all(_same(known, part) for part in parts):
        return _right(Why.ALIAS, right[0].detail)
    return _wrong(Why.EITHER_OR, right[0].detail)


def _negated(known: _Known, text: str) -> Graded | None:
    rest = without_negation(text)
    if rest is None:
        return None
    answer = _same(known, bare(rest)) or _misspelt(known, bare(rest))
    return _wrong(Why.NEGATED, answer.detail) if answer and answer.verdict is Verdict.RIGHT else None


def _with_generic_noun(known: _Known, text: str) -> Graded | None:
    guess = words(bare(text))
    for answer in known.accepted:
        accepted = _form(answer).words
        longer, shorter = sorted((guess, accepted), key=len, reverse=True)
        if longer[-1:] and lemma(longer[-1]) in _GENERIC and longer[:-1] == shorter and _telling(shorter):
            return _right(Why.ALIAS, answer)
    return None


def _telling(found: tuple[str, ...]) -> bool:
    joined = "".join(found)
    return len(joined) > 2 or any(letter.isdigit() for letter in joined)  # noqa: PLR2004  "F" alone is no F score


def _with_a_slip(known: _Known, text: str) -> Graded | None:
    return _misspelt(known, bare(text))


def _misspelt(known: _Known, text: str) -> Graded | None:
    """Right where few letters are wrong and no other known answer is as near; a reason where it nearly is."""
    guess = words(text)
    if not guess or len(text) > _LONGEST_TYPO:
        return None
    found = [(distance(guess, _form(answer).words), answer) for answer in known.accepted]
    count, answer = min(((far, answer) for far, answer in found if far is not None), default=(None, ""))
    if count is None:
        return _nearly(known, guess)
    for other in known.others:
        if distance(guess, _form(other).words, most=count) is not None:
            return _wrong(Why.AMBIGUOUS_TYPO, _named(known, other))
    return _right(Why.TYPO, answer)


def _nearly(known: _Known, guess: tuple[str, ...]) -> Graded | None:
    for answer in known.accepted:
        accepted = _form(answer).words
        if len(guess) == len(accepted) and _digitless(guess) == _digitless(accepted):
            return _wrong(Why.NUMBER_DIFFERS, answer)
        if opposed("".join(guess), "".join(accepted), most=0):
            return _wrong(Why.NEGATED, answer)
    return None


def _digitless(found: tuple[str, ...]) -> list[str]:
    return ["" if len(word) == 1 or any(map(str.isdigit, word)) else canonical(word) for word in found]


_STEPS: tuple[Callable[[_Known, str], Graded | None], ...] = (
    _as_written,
    _bare,
    _confusable,
    _with_brackets,
    _with_other_names,
    _several,
    _negated,
    _with_generic_noun,
    _with_a_slip,
)
