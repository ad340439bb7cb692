"""Which questions are the same, or nearly so.

Candidates are found by their rarest words (prefix filtering, as in similarity joins), so that tens of thousands can be
compared; RapidFuzz judges them. Texts that differ in a number or a negation are never alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from math import ceil
from typing import Generic, NamedTuple, TypeVar

from rapidfuzz import fuzz

from content.item import Item, OpenKey, ShortKey

NEAR = 88.0
"""How alike, of 100, texts are that are nearly the same."""
_SHARED = 0.6
_MOST_HOLDERS = 200
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_DIGIT = re.compile(r"\d")
_NEGATIONS = frozenset(
    {"not", "no", "never", "except", "without", "least", "none", "false", "incorrect", "wrong"}
    | {"nicht", "kein", "keine", "pas", "jamais", "不", "没", "非", "无", "错"}
)
_LONGEST = 2_000

Name = TypeVar("Name", bound=Hashable)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text to compare: without case, marks and widths; pairs of signs where words are not spaced."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    return tuple(word for found in _WORD.findall(folded) for word in _split(found))


def _split(word: str) -> Iterator[str]:
    if not _UNSPACED.search(word) or len(word) == 1:
        yield word
    else:
        yield from (word[at : at + 2] for at in range(len(word) - 1))


def same_text(text: str) -> str:
    """What texts have in common that differ in case, marks and spaces alone."""
    words = " ".join(words_of(text))
    return words or " ".join(text.split())


def answer_text(item: Item) -> str:
    """The answer of an item as one text, to compare it by."""
    if item.options:
        return "\n".join(sorted(item.options[index].text for index in item.key))
    if item.numeric:
        return item.numeric.value
    short, reference = item.short or ShortKey(()), item.open or OpenKey("")
    return reference.reference or "\n".join(short.accepted[:1])


class _Known(NamedTuple):
    """A text as it is compared: its words in order, those without which it would ask something else, and each once."""

    line: str
    telling: tuple[str, ...]
    words: frozenset[str]


def _known(text: str) -> _Known:
    words = sorted(words_of(text))
    telling = tuple(word for word in words if word in _NEGATIONS or _DIGIT.search(word))
    return _Known(" ".join(words), telling, frozenset(words))


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0 to 100; 0 where a number or a negation tells them apart."""
    return _likeness(_known(one), _known(other))


def _likeness(one: _Known, other: _Known, least: float = 0) -> float:
    return fuzz.ratio(one.line, other.line, score_cutoff=least) if one.telling == other.telling else 0.0


class Crowd(Generic[Name]):
    """Texts by name, to find those that one is nearly the same as."""

    def __init__(self, texts: Iterable[tuple[Name, str]]) -> None:
        self._texts = {name: _known(text) for name, text in texts}
        self._holders = Counter(word for known in self._texts.values() for word in known.words)
        self._by_word: defaultdict[tuple[str, tuple[str, ...]], list[Name]] = defaultdict(list)
        for name, known in self._texts.items():
            for word in self._rarest(known.words):
                self._by_word[word, known.telling].append(name)

    def near(self, text: str) -> list[tuple[Name, float]]:
        """The names of texts at least NEAR, and how near they are, the nearest first."""
        known = _known(text)
        candidates: dict[Name, None] = {}
        for word in self._rarest(known.words):
            holders = self._by_word.get((word, known.telling), [])
            candidates.update(dict.fromkeys(holders[:_MOST_HOLDERS]))
        found = [(name, _likeness(known, self._texts[name], NEAR)) for name in candidates]
        return sorted(((name, score) for name, score in found if score >= NEAR), key=lambda each: -each[1])

    def _rarest(self, words: frozenset[str]) -> list[str]:
        """The words of which texts that share enough of them share at least one."""
        ordered = sorted(words, key=lambda word: (self._holders[word], word))
        return ordered[: len(ordered) - ceil(_SHARED * len(ordered)) + 1]
