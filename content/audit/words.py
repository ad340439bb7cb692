"""The words that some rules look for, by language. Rules that need them pass over packs in other languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Words:
    """What to look for in texts of a language; None where a rule is not kept in it."""

    absolute: re.Pattern[str]
    above: re.Pattern[str]
    negative: re.Pattern[str]
    common: frozenset[str] | None = None
    """Words that say nothing about the subject, in the form that `stemmed` gives."""
    article: re.Pattern[str] | None = None


_UNIT = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+(?:[-'’.,][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?])[)*\"”]*\s+|[。！？]|\n\s*\n")
_ENDING = re.compile(
    r"(?<=\w{4})(?:ization|isation|ational|fulness|ations|ation|ingly|ities|izing|ising|ized|ised|ment|ness|ings|ity|ies|ing"
    r"|ers|ely|ed|es|er|ly|s|e|y)$"
)
"""What is taken from a word of which four letters are left."""


@lru_cache(maxsize=65_536)
def stemmed(word: str) -> str:
    """An English word without its ending, so that `sampling` meets `samples`: rough, and the same for equal words."""
    return _ENDING.sub("", word.removesuffix("'s").removesuffix("’s"), 1)


def tokens(text: str) -> list[str]:
    """The words of a text in small letters; each Chinese character is one."""
    return _UNIT.findall(text.lower())


def length(text: str) -> float:
    """How much there is to read, in words; two Chinese characters are taken as one word."""
    units: list[str] = _UNIT.findall(text)
    return len(units) - sum("\u3400" <= unit[0] <= "\ufaff" for unit in units) / 2


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [each for each in _SENTENCE.split(text) if each and each.strip()]


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stemmed, words.split()))


_AUXILIARY = r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|may|might|must)"
_ENGLISH = Words(
    absolute=re.compile(
        r"\b(?:always|never|completely|entirely|totally|absolutely|invariably|undoubtedly|impossible"
        r"|(?:in|under|for) (?:all|every|no) (?:cases?|circumstances?|situations?|conditions?))\b",
        re.IGNORECASE,
    ),
    above=re.compile(
        r"\W*(?:all|both|none|neither|any|two)(?: of)? (?:the )?(?:above|these|(?:other )?(?:options|answers|choices))"
        r"(?: (?:is|are) (?:true|false|right|wrong|correct|incorrect))?\W*"
        r"|\W*(?:(?:both|neither|either|only) )?\(?[A-J]\)? (?:and|or|nor|&) \(?[A-J]\)?"
        r"(?: only| are (?:true|right|correct))?\W*"
        r"|.*\b(?:all|none|any|both|either|neither) of the (?:above|other (?:options|answers|statements))\b.*",
        re.IGNORECASE | re.DOTALL,
    ),
    negative=re.compile(
        r"\b(?:[Ww]hich|[Ww]hat|[Ww]ho|[Ww]here)\b"
        r"(?: (?!(?:why|when|if|that|because|explains?|shows?|how|means?)\b)[^\s?.;:]+){0,10}?"
        rf" (?:{_AUXILIARY}(?: (?:you|we|one))? (?:not|never|false|incorrect|untrue|least)\b"
        rf"|{_AUXILIARY}n['’]t\b|cannot\b)"
        r"|\b(?:[Aa]ll|[Ee]ach|[Aa]ny|[Ee]very)\b[^.?]* except\b|\bexcept\W*$",
    ),
    common=_stems(
        """a about above after again against also among an and another any are as at be because been before being
        below between both but by can cannot case common could describe did different do does doing down during
        each either every example explain first follow for from further get give given had has have having he her
        here high him his how if in into is it its itself just kind large last least less likely long look made
        make many may mean might more most much must need never no nor not of off on one only or other our out
        over own part people place question rather same second see she should show side since situation small so
        some such take than that the their them then there these they thing this those three through time to too
        true two under until up upon us use used using usual usually value very want was way we well were what
        when where which while who whole why will with within without work would yet you your along"""
    ),
    article=re.compile(r"\b(an?)\s*(?:[_…:]+|\.\.\.)?\W*$", re.IGNORECASE),
)
_CHINESE = Words(
    absolute=re.compile(r"总是|永远|从不|从来不|绝不|绝对|必然|一定(?!程度|的)|任何情况|完全"),
    above=re.compile(
        r"(?:以上|上述)(?:选项)?(?:都|皆|均|全|所有|说法都|答案都)[^，。]*|[A-J]\s*(?:和|与|或)\s*[A-J].{0,3}"
    ),
    negative=re.compile(r"(?:哪|下列|以下|下面)[^，。？?]*(?:不(?!同|仅|但|断|管|论)|没有|错误的是|除了|有误)"),
)
_KNOWN: Mapping[str, Words] = {"en": _ENGLISH, "zh": _CHINESE}


def words_of(language: str) -> Words | None:
    """The words of a language such as `en` or `zh-Hans`; None where there are none."""
    return _KNOWN.get(language.partition("-")[0])
