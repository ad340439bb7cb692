"""How hard a question is, where its source does not say: by words of its headings, then by how much there is to say."""

from __future__ import annotations

import re

from content.item import Difficulty, Kind
from content.readers.draft import Draft
from content.sense import fold

_WORDS = {
    Difficulty.EASY: "easy basic basics beginner beginners elementary fundamentals introduction introductory junior "
    "simple leicht einfach grundlagen facile fácil básico 简单 初级 基础",
    Difficulty.MEDIUM: "medium intermediate mid moderate mittel moyen medio 中等 中级",
    Difficulty.HARD: "hard advanced expert senior difficult challenging tricky schwer schwierig difficile difícil "
    "avanzado 困难 高级",
}
_KNOWN = {word: level for level, words in _WORDS.items() for word in words.split()}
_SHORT, _LONG = 200, 1_500


def guessed(draft: Draft) -> Difficulty:
    """What the source says, else easy, medium or hard by its topic and tags, else by its kind and length."""
    if draft.difficulty:
        return draft.difficulty
    for text in (*draft.tags, draft.topic):
        for word in re.findall(r"\w+", fold(text)):
            if word in _KNOWN:
                return _KNOWN[word]
    if draft.kind is Kind.TRUE_FALSE:
        return Difficulty.EASY
    if draft.kind is Kind.OPEN and len(draft.answer) >= _LONG:
        return Difficulty.HARD
    if draft.kind is Kind.OPEN and len(draft.answer) < _SHORT:
        return Difficulty.EASY
    return Difficulty.MEDIUM
