"""Phrases: what people wrap around an answer, and words that turn it into its opposite or into several answers.

All texts here are folded (`bot.rules.spelling.fold`).
"""

from __future__ import annotations

import re

_SPOKEN = r"""\A(?:
      (?:my|the|correct|right|final|\s)*\banswer\s*(?:is|:|=|would\s+be|should\s+be)
    | (?:i\s+(?:think|guess|believe|suppose|would\s+say)|i'?d\s+say|imo|imho)\b(?:\s+that\b)?
    | (?:it|that|this|they|there|these)(?:\s+(?:is|are|was|must\s+be|should\s+be|would\s+be|could\s+be|might\s+be)
        |'?s|'re)\b
    | (?:we\s+call\s+(?:it|this|that)|called|known\s+as|named|namely)\b
    | (?:probably|maybe|perhaps|possibly|likely|definitely|surely|must\s+be|hmm+|uh+m*|ok(?:ay)?|well|so)\b
    )\s*[,:]?\s*"""
_LEAD = re.compile(_SPOKEN, re.VERBOSE | re.IGNORECASE)
_MARKS = re.compile(r"\A(?:[^\w(+#]+|(?:a|an)\s+(?=\w\w))")
_TAIL = r"""\s*(?:
      [%s]+
    | \b(?:i\s+(?:think|guess|believe|suppose)|probably|maybe|perhaps|please|imo|imho|right\?|of\s+course)
    | \bbecause\b.*
    )\Z"""
_TRAIL = re.compile(_TAIL % r""".!?,;:"'*`""", re.VERBOSE | re.DOTALL | re.IGNORECASE)
_FORMULA_TRAIL = re.compile(_TAIL % r""".?,;:"'`""", re.VERBOSE | re.DOTALL | re.IGNORECASE)
_BRACKETED = re.compile(r"^([^()\[\]]+)[(\[]([^()\[\]]+)[)\]]$")
_AKA = re.compile(r"\s*[,;]?\s*\b(?:also\s+known\s+as|also\s+called|a\.?k\.?a\b\.?|i\.e\.?|that\s+is)[,:]?\s*")
_APART = re.compile(r"\s*(?:[,;/|\n+&]|->|\band/or\b|\band\b|\bor\b|\bvs\b\.?|\bversus\b|\bnor\b|\bthen\b)\s*")
_TOGETHER = re.compile(r"\s*(?:,\s*and\b|[,/+&\n]|\band\b)\s*")
_EITHER = re.compile(r"^(?:either|both|neither|between)\b\s*")
_NEGATION = re.compile(
    r"""\b(?:not|no|non|never|neither|nor|without|except|hardly|isn'?t|aren'?t|wasn'?t|doesn'?t|don'?t|can'?t|cannot
    |opposite|contrary|anything\s+but|other\s+than|instead\s+of|rather\s+than|lack|absence|wrong|false\s+that|un)\b""",
    re.VERBOSE,
)
_MOST_LAYERS = 6


def bare(text: str) -> str:
    """The answer without what is said around it: "I think it's …", "the answer is …", "…, because …", an article."""
    return _peeled(text, (_LEAD, _MARKS, _TRAIL))


def spoken(text: str) -> str:
    """The same for a formula, whose signs and single letters all count."""
    return _peeled(text.strip(), (_LEAD, _FORMULA_TRAIL))


def _peeled(text: str, layers: tuple[re.Pattern[str], ...]) -> str:
    """The text without any of the layers, so long as something is left."""
    for _ in range(_MOST_LAYERS):
        before = text
        for layer in layers:
            text = layer.sub("", text, count=1) or text
        if text == before:
            break
    return text


def bracketed(text: str) -> tuple[str, str] | None:
    """("x", "y") for "x (y)"; None where there is no single bracket at the end."""
    found = _BRACKETED.match(text)
    return (found[1].strip(), found[2].strip()) if found else None


def other_names(text: str) -> list[str]:
    """["x", "y"] for "x, also known as y"; one element where the text gives one name."""
    return [part for part in _AKA.split(text) if part]


def apart(text: str) -> list[str]:
    """The answers in a text that lists several, however they are joined."""
    return [part for part in _APART.split(_EITHER.sub("", text)) if part]


def together(text: str) -> list[str]:
    """The parts of a list that stands for all of its parts ("x and y", "x, y"); empty where it is no such list."""
    parts = _TOGETHER.split(text)
    return parts if len(parts) > 1 and all(parts) else []


def without_negation(text: str) -> str | None:
    """What a negated text negates ("overfitting" for "it is not overfitting"); None where nothing is negated."""
    rest, count = _NEGATION.subn(" ", text)
    return " ".join(rest.split()) if count else None
