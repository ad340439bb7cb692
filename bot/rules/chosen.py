"""Options: reading a typed choice ("B", "A and C", "BDAC", the text of an option) and grading what was picked."""

from __future__ import annotations

import re
from itertools import combinations

from bot.rules.phrases import bare
from bot.rules.shown import Shown
from bot.rules.spelling import fold
from bot.rules.verdicts import Graded, Verdict, Why
from content.item import Kind

_LEAST_ORDER = 0.5
_FILLER = re.compile(r"\b(?:and|then|plus|options?|answers?|choices?|letters?|both)\b")
_LETTERED = re.compile(r"\A\(?([a-z])\s?[).:]\s+(.+)\Z", re.DOTALL)
_TRUTHS = {
    word: index
    for index, spoken in enumerate(("true t yes y correct", "false f no n incorrect"))
    for word in spoken.split()
}


def read_choice(shown: Shown, text: str) -> tuple[int, ...] | None:
    """The options that a typed answer means, as indexes as shown.

    One for choice and true-false, ascending for multi, in the order typed for order. None where it names none, names
    too many, or could mean two different things.
    """
    folded = fold(text)
    readings = {reading for reading in (_by_text(shown, folded), _by_letters(shown, folded)) if reading}
    return readings.pop() if len(readings) == 1 else None


def grade_chosen(shown: Shown, picked: tuple[int, ...]) -> Graded:
    """Grade picked options, as indexes as shown (in the order given for Kind.ORDER)."""
    if not picked:
        return Graded(Verdict.WRONG, 0.0, Why.EMPTY)
    share = _GRADES.get(shown.kind, _exactly)(shown.key, picked)
    if share == 1:
        return Graded(Verdict.RIGHT, 1.0, Why.CHOSEN)
    return Graded(Verdict.PARTLY, share, Why.SOME) if share > 0 else Graded(Verdict.WRONG, 0.0, Why.OTHER)


def _exactly(key: tuple[int, ...], picked: tuple[int, ...]) -> float:
    return float(picked == key)


def _hits(key: tuple[int, ...], picked: tuple[int, ...]) -> float:
    """The share of the key that was found; each false pick takes one hit back."""
    hits, false = len({*picked} & {*key}), len({*picked} - {*key})
    return max(0, hits - false) / len(key)


def _in_order(key: tuple[int, ...], picked: tuple[int, ...]) -> float:
    """The share of pairs in the right order where it is more than by chance; 0 where not each option is there once."""
    if sorted(picked) != sorted(key):
        return 0.0
    place = {index: position for position, index in enumerate(key)}
    pairs = [place[first] < place[second] for first, second in combinations(picked, 2)]
    share = sum(pairs) / len(pairs)
    return share if share > _LEAST_ORDER else 0.0


_GRADES = {Kind.MULTI: _hits, Kind.ORDER: _in_order}


def _plain(text: str) -> str:
    """The text for comparing: folded, without marks of Markdown and punctuation at the ends."""
    return re.sub(r"[*`_$\\]", "", fold(text)).strip(" .!?,;:\"'()")


def _by_text(shown: Shown, folded: str) -> tuple[int, ...] | None:
    """The one option with this text, where one option answers the item."""
    if shown.kind in (Kind.MULTI, Kind.ORDER) or not folded:
        return None
    texts = [_plain(option.text) for option in shown.options]
    for guess in (_plain(folded), _plain(bare(folded))):
        if texts.count(guess) == 1:
            return (texts.index(guess),)
    lettered = _LETTERED.match(folded)
    letter = lettered and _index(shown, lettered[1])
    if lettered and letter is not None and texts[letter] == _plain(lettered[2]):
        return (letter,)
    truth = _TRUTHS.get(_plain(bare(folded))) if shown.kind is Kind.TRUE_FALSE else None
    return None if truth is None else (truth,)


def _by_letters(shown: Shown, folded: str) -> tuple[int, ...] | None:
    """The options named by letters; as many and in the sequence that the kind of the item allows."""
    letters = _letters(folded) or _letters(bare(folded))
    indexes = [_index(shown, letter) for letter in letters]
    found = tuple(index for index in indexes if index is not None)
    if not found or len(found) != len(indexes) or len({*found}) != len(found):
        return None
    if shown.kind is Kind.MULTI:
        return tuple(sorted(found))
    return found if len(found) == (len(shown.options) if shown.kind is Kind.ORDER else 1) else None


def _letters(folded: str) -> str:
    """All letters of a text of single letters ("a, c") or of one run of them ("bdac"); "" for any other text."""
    tokens = re.findall(r"[^\W_]+", _FILLER.sub(" ", folded.replace("&", " ")))
    return "".join(tokens) if len(tokens) == 1 or all(len(token) == 1 for token in tokens) else ""


def _index(shown: Shown, letter: str) -> int | None:
    index = ord(letter) - ord("a")
    return index if 0 <= index < len(shown.options) else None
