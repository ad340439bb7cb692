"""Grading a word or a short phrase against accepted answers.

Spelling, wrapping and listing are forgiven where no other meaning is possible; every refusal has its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.rules.formulas import Match, is_formula, matches_formula
from bot.rules.phrases import apart, bare, bracketed, other_names, together, without_negation
from bot.rules.spelling import canonical, fold, lemma, singular, slips, words
from bot.rules.verdicts import Graded, Verdict, Why
from content.item import ShortKey

_GENERIC = frozenset({"algorithm", "function", "method", "problem", "score", "technique", "theorem"})
"""Nouns that may follow an answer or be left off it, as lemmas."""

_NEGATING = ("non", "un", "in", "im", "ir", "il", "dis", "anti", "a", "de", "mis", "not")
_OPPOSITES = (
    ("macro", "micro"), ("intra", "inter"), ("inter", "extra"), ("in", "de"), ("in", "ex"), ("im", "ex"),
    ("en", "de"), ("en", "ex"), ("max", "min"), ("as", "des"), ("uni", "bi"), ("uni", "multi"),
    ("bi", "multi"), ("over", "under"), ("hyper", "hypo"), ("up", "down"), ("pre", "post"), ("homo", "hetero"),
    ("in", "ab"), ("in", "tra"), ("de", "re"), ("pro", "anti"), ("sub", "super"),
)  # fmt: skip
_SIGNS = re.compile(r"\w[(\[]|\|")
"""Notation such as P(A|B) or N(0, 1), in which every sign counts."""
_BRACKETS = str.maketrans("[]", "()")
_MOST_SLIPS = 2
_LONGEST_ENDING = 4
_SLIPS_BY_LENGTH = ((8, 2), (5, 1))
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
    """The accepted answers in words, those that are formulas or notation, and the other answers that are known."""

    accepted: tuple[str, ...]
    formulas: tuple[str, ...]
    others: tuple[str, ...]


def grade_short(key: ShortKey, near: Iterable[str], text: str) -> Graded:
    """Grade `text` (not empty, at most 200 characters); `near` are further answers that a slip could be meant for."""
    accepted = tuple(answer for answer in key.accepted if words(answer))
    taken = {_form(answer).canonical for answer in accepted}
    others = tuple(answer for answer in (*key.confusable, *near) if _form(answer).canonical not in taken)
    formulas = tuple(answer for answer in accepted if is_formula(answer) or _SIGNS.search(answer))
    known = _Known(tuple(answer for answer in accepted if answer not in formulas), formulas, others)
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
    meant = next((other for other in known.others if matches_formula(other, text) is Match.SAME), "")
    return _wrong(Why.CONFUSABLE, meant) if meant else _wrong(Why.OTHER_FORMULA)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s$.]", "", fold(text)).translate(_BRACKETS)


def _bare(known: _Known, text: str) -> Graded | None:
    return _same(known, bare(text))


def _confusable(known: _Known, text: str) -> Graded | None:
    other = _other(known, bare(text))
    return _wrong(Why.CONFUSABLE, other) if other else None


def _other(known: _Known, text: str) -> str:
    guess = _form(text).canonical
    return next((answer for answer in known.others if _form(answer).canonical == guess), "")


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
    found = [(_distance(guess, _form(answer).words), answer) for answer in known.accepted]
    count, answer = min(((far, answer) for far, answer in found if far is not None), default=(None, ""))
    if count is None:
        return _nearly(known, guess)
    for other in known.others:
        if _distance(guess, _form(other).words, most=count) is not None:
            return _wrong(Why.AMBIGUOUS_TYPO, other)
    return _right(Why.TYPO, answer)


def _nearly(known: _Known, guess: tuple[str, ...]) -> Graded | None:
    for answer in known.accepted:
        accepted = _form(answer).words
        if len(guess) == len(accepted) and _digitless(guess) == _digitless(accepted):
            return _wrong(Why.NUMBER_DIFFERS, answer)
        if _opposed("".join(guess), "".join(accepted), most=0):
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

# ------------------------------------------------------------------------------------------------------------ slips


def _distance(guess: tuple[str, ...], answer: tuple[str, ...], most: int = _MOST_SLIPS) -> int | None:
    """Slips between two phrases, word by word, or joined where a space slipped; None for more than `most`."""
    if len(guess) != len(answer):
        joined = "".join(guess), "".join(answer)
        return _word_distance(*joined, most=min(most, 1)) if all(text.isalpha() for text in joined) else None
    left = most
    for one, other in zip(guess, answer, strict=True):
        count = _word_distance(one, other, in_phrase=len(answer) > 1, most=left)
        if count is None:
            return None
        left -= count
    return most - left


def _word_distance(left: str, right: str, *, in_phrase: bool = False, most: int) -> int | None:
    """Slips between two words; None where there are too many for their length or they mean different things.

    In a phrase the longer word counts, as the words around it tell which one is meant.
    """
    if left == right or canonical(left) == canonical(right):
        return 0
    if not most or abs(len(left) - len(right)) > _LONGEST_ENDING:
        return None
    pairs = {(left, right), (lemma(left), lemma(right))}
    counts = [_slips(*pair, in_phrase=in_phrase, most=most) for pair in pairs]
    return min((count for count in counts if count is not None), default=None)


def _slips(left: str, right: str, *, in_phrase: bool, most: int) -> int | None:
    most = min(most, _slips_allowed((max if in_phrase else min)(len(left), len(right))))
    if not most or not (left.isalpha() and right.isalpha()) or not _starts_alike(left, right):
        return None
    count = slips(left, right, most)
    if count > most or _opposed(left, right) or (count > 1 and _chunk_replaced(left, right)):
        return None
    return count


def _slips_allowed(length: int) -> int:
    return next((most for shortest, most in _SLIPS_BY_LENGTH if length >= shortest), 0)


def _starts_alike(left: str, right: str) -> bool:
    """People rarely miss a first letter; another one mostly makes another word (ridge, bridge; deadlock, headlock)."""
    return left[0] == right[0] or left[:2] == right[1::-1]


def _chunk_replaced(left: str, right: str) -> bool:
    """Two slips side by side, no letter of which stays, make another word rather (variable, variance)."""
    start = _shared(left, right)
    left, right = left[start:], right[start:]
    end = _shared(left[::-1], right[::-1])
    left, right = left[: len(left) - end], right[: len(right) - end]
    return max(len(left), len(right)) <= 2 and not {*left} & {*right}  # noqa: PLR2004  two slips


def _shared(left: str, right: str) -> int:
    """How many letters two words have in common at their beginning."""
    differ = (index for index, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1])
    return next(differ, min(len(left), len(right)))


def _opposed(left: str, right: str, most: int = 1) -> bool:
    """Whether one word is the other with a prefix that turns it round (un-, non-, macro- for micro-).

    The rest may differ by `most` slips.
    """
    for short, long in ((left, right), (right, left)):
        prefixes = (prefix for prefix in _NEGATING if long.startswith(prefix) and not short.startswith(prefix))
        if any(slips(long[len(prefix) :], short, most) <= most for prefix in prefixes):
            return True
        for one, two in _OPPOSITES:
            if (
                long.startswith(one)
                and short.startswith(two)
                and slips(long[len(one) :], short[len(two) :], most) <= most
            ):
                return True
    return False
