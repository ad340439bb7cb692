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
from typing import Generic, TypeVar

from rapidfuzz import fuzz

from content.item import Item, OpenKey, ShortKey

NEAR = 88.0
"""How alike, of 100, texts are that are nearly the same."""
_SHARED = 0.6
_MOST_HOLDERS = 200
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_TELLING = re.compile(r"\d")
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


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0 to 100; 0 where a number or a negation tells them apart."""
    first, second = words_of(one), words_of(other)
    if _telling(first) != _telling(second):
        return 0.0
    return fuzz.token_sort_ratio(" ".join(first), " ".join(second))


def _telling(words: Iterable[str]) -> Counter[str]:
    """The words without which a text would ask something else."""
    return Counter(word for word in words if _TELLING.search(word) or word in _NEGATIONS)


class Crowd(Generic[Name]):
    """Texts by name, to find those that one is nearly the same as."""

    def __init__(self, texts: Iterable[tuple[Name, str]]) -> None:
        self._texts = dict(texts)
        words = {name: frozenset(words_of(text)) for name, text in self._texts.items()}
        self._holders = Counter(word for found in words.values() for word in found)
        self._by_word: defaultdict[str, list[Name]] = defaultdict(list)
        for name, found in words.items():
            for word in self._rarest(found):
                self._by_word[word].append(name)

    def near(self, text: str) -> list[tuple[Name, float]]:
        """The names of texts at least NEAR, and how near they are, the nearest first."""
        candidates: dict[Name, None] = {}
        for word in self._rarest(frozenset(words_of(text))):
            holders = self._by_word.get(word, [])
            candidates.update(dict.fromkeys(holders[:_MOST_HOLDERS]))
        found = [(name, likeness(text, self._texts[name])) for name in candidates]
        return sorted(((name, score) for name, score in found if score >= NEAR), key=lambda each: -each[1])

    def _rarest(self, words: frozenset[str]) -> list[str]:
        """The words of which texts that share enough of them share at least one."""
        ordered = sorted(words, key=lambda word: (self._holders[word], word))
        return ordered[: len(ordered) - ceil(_SHARED * len(ordered)) + 1]
