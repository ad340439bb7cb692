"""Nearness: how many slips of the pen lie between two phrases, where they are slips at all."""

from __future__ import annotations

from bot.rules.spelling import canonical, lemma, slips

_NEGATING = ("non", "un", "in", "im", "ir", "il", "dis", "anti", "a", "de", "mis", "not")
_OPPOSITES = (
    ("macro", "micro"), ("intra", "inter"), ("inter", "extra"), ("in", "de"), ("in", "ex"), ("im", "ex"),
    ("en", "de"), ("en", "ex"), ("max", "min"), ("as", "des"), ("uni", "bi"), ("uni", "multi"),
    ("bi", "multi"), ("over", "under"), ("hyper", "hypo"), ("up", "down"), ("pre", "post"), ("homo", "hetero"),
    ("in", "ab"), ("in", "tra"), ("de", "re"), ("pro", "anti"), ("sub", "super"),
)  # fmt: skip
_FIRSTS = tuple({one for one, _ in _OPPOSITES})
_SECONDS = tuple({two for _, two in _OPPOSITES})
_MOST_SLIPS = 2
_LONGEST_ENDING = 4
_SLIPS_BY_LENGTH = ((8, 2), (5, 1))


def distance(guess: tuple[str, ...], answer: tuple[str, ...], most: int = _MOST_SLIPS) -> int | None:
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
    if not most or abs(len(left) - len(right)) > _LONGEST_ENDING or not _starts_alike(left, right):
        return None
    pairs = {(left, right), (lemma(left), lemma(right))}
    counts = [_slips(*pair, in_phrase=in_phrase, most=most) for pair in pairs]
    return min((count for count in counts if count is not None), default=None)


def _slips(left: str, right: str, *, in_phrase: bool, most: int) -> int | None:
    most = min(most, _slips_allowed((max if in_phrase else min)(len(left), len(right))))
    if not most or not (left.isalpha() and right.isalpha()):
        return None
    count = slips(left, right, most)
    if count > most or opposed(left, right) or (count > 1 and _chunk_replaced(left, right)):
        return None
    return count


def _slips_allowed(length: int) -> int:
    return next((most for shortest, most in _SLIPS_BY_LENGTH if length >= shortest), 0)


def _starts_alike(left: str, right: str) -> bool:
    """People rarely miss a first letter; another one mostly makes another word (ridge, bridge; deadlock, headlock).

    A lemma begins as its word does.
    """
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


def opposed(left: str, right: str, most: int = 1) -> bool:
    """Whether one word is the other with a prefix that turns it round (un-, non-, macro- for micro-).

    The rest may differ by `most` slips.
    """
    for short, long in ((left, right), (right, left)):
        if long.startswith(_NEGATING) and _negates(short, long, most):
            return True
        if long.startswith(_FIRSTS) and short.startswith(_SECONDS) and _turned(short, long, most):
            return True
    return False


def _negates(short: str, long: str, most: int) -> bool:
    prefixes = (prefix for prefix in _NEGATING if long.startswith(prefix) and not short.startswith(prefix))
    return any(slips(long[len(prefix) :], short, most) <= most for prefix in prefixes)


def _turned(short: str, long: str, most: int) -> bool:
    pairs = ((one, two) for one, two in _OPPOSITES if long.startswith(one) and short.startswith(two))
    return any(slips(long[len(one) :], short[len(two) :], most) <= most for one, two in pairs)
