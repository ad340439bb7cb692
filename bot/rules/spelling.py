"""Spelling: what makes two written words the same word, and how many slips lie between two words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DASHES = re.compile(r"[\u2010-\u2015\u2212\u2043\ufe58\ufe63\uff0d_]")
_LATIN_LIKE = str.maketrans(
    "аеорсухіјѕԛԝһАВЕЗКМНОРСТУХІЈЅοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijsqwhABE3KMHOPCTYXIJSoABEZHIKMNOPTYX"
)
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_LONE_GREEK = re.compile(rf"(?<![Ͱ-Ͽ])[{''.join(_GREEK)}](?![Ͱ-Ͽ])")
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cs", "Mn", "Me", "So", "Sk"})
_KEPT = frozenset("\n\t^")
_WORD = re.compile(r"[^\W_]+(?:(?<=\d)\.\d+)*|[+#*^=<>%~@]")
_POSSESSIVE = re.compile(r"'s?\b|'")
_NUMBERED = re.compile(r"\b(type|phase|stage|class|level|part|case|order)s? (one|two|three|four|five|i|ii|iii|iv|v)\b")
_NUMERALS = dict(zip(["one", "two", "three", "four", "five", "i", "ii", "iii", "iv", "v"], "1234512345", strict=True))
_BRITISH = (
    (re.compile(r"(?<=\w{3})is(ations?|e|ed|er|ers|es|ing)$"), r"iz\1"),
    (re.compile(r"(?<=\w{3})ys(e|ed|er|ers|es|ing)$"), r"yz\1"),
    (re.compile(r"(?<=\w{3})our(s|ed|ing|hoods?|able)?$"), r"or\1"),
    (re.compile(r"(?<=\w{3})ll(ed|ing|er)$"), r"l\1"),
    (re.compile(r"(?<=\w{3})tre(s?)$"), r"ter\1"),
)
_SINGULARS = {
    "matrices": "matrix", "indices": "index", "vertices": "vertex", "appendices": "appendix",
    "hypotheses": "hypothesis",
    "analyses": "analysis", "bases": "basis", "axes": "axis", "theses": "thesis", "criteria": "criterion",
    "phenomena": "phenomenon", "bias": "bias", "biases": "bias", "series": "series", "maxima": "maximum",
    "minima": "minimum", "optima": "optimum",
}  # fmt: skip
_SHORTEST_PLURAL = 4
_SHORTEST_GERUND = 10
_SHORTEST_WITH_SILENT_E = 6


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The text without what only its looks are made of: case, accents, width, invisible and bidirectional marks, emoji,
    kinds of quotes and dashes, letters of other scripts that pass for Latin ones, runs of spaces.
    """
    text = "".join(_latin(part) for part in re.split(r"(\W+)", unicodedata.normalize("NFKC", text)))
    text = unicodedata.normalize("NFKD", _DASHES.sub("-", text).casefold())
    text = "".join(letter for letter in text if letter in _KEPT or unicodedata.category(letter) not in _DROPPED)
    text = re.sub(r"[‘’‚‛`´′]", "'", re.sub("[“”„‟«»″]", '"', text))
    text = _LONE_GREEK.sub(lambda found: f" {_GREEK[found[0]]} ", text)
    return unicodedata.normalize("NFC", re.sub(r"[^\S\n]+", " ", text)).strip()


def _latin(word: str) -> str:
    """A word that mixes Latin letters with letters that look like them is meant to be Latin."""
    if word.isascii() or not any(letter.isascii() and letter.isalpha() for letter in word):
        return word
    return word.translate(_LATIN_LIKE)


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """The words, numbers and telling symbols (+ # * ^ = < > % ~ @) of a text, folded; the word "the" is left out."""
    folded = _POSSESSIVE.sub("", fold(text).replace("&", " and ")).replace("-", " ")
    folded = _NUMBERED.sub(lambda found: f"{found[1]} {_NUMERALS[found[2]]}", folded)
    return tuple(word for word in _WORD.findall(folded) if word != "the")


@lru_cache(maxsize=16384)
def lemma(word: str) -> str:
    """One form for a word's British and American spellings and its plural."""
    for pattern, american in _BRITISH:
        word = pattern.sub(american, word)
    return singular(word)


@lru_cache(maxsize=16384)
def canonical(word: str) -> str:
    """A word's lemma, and for long words one form for them and their form in -ing; not always a word itself."""
    word = _ungerund(lemma(word))
    return word[:-1] if len(word) >= _SHORTEST_WITH_SILENT_E and word.endswith("e") else word


def singular(word: str) -> str:
    """The word without the ending of an English plural."""
    if word in _SINGULARS or len(word) < _SHORTEST_PLURAL:
        return _SINGULARS.get(word, word)
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _ungerund(word: str) -> str:
    if len(word) < _SHORTEST_GERUND or not word.endswith("ing"):
        return word
    stem = word[:-3]
    return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "lsz" else stem


def _differing(left: str, right: str) -> tuple[str, str]:
    """Two words without the letters that they have in common at their beginnings and ends."""
    start, stop = 0, min(len(left), len(right))
    while start < stop and left[start] == right[start]:
        start += 1
    end, stop = 0, stop - start
    while end < stop and left[-1 - end] == right[-1 - end]:
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]


def slips(left: str, right: str, most: int) -> int:
    """How many letters were dropped, added, changed or swapped with their neighbour; `most` + 1 for anything beyond.

    This is the Damerau-Levenshtein distance (optimal string alignment), in time len(left) x (2 x most + 1).
    """
    beyond = most + 1
    if abs(len(left) - len(right)) > most:
        return beyond
    left, right = _differing(left, right)
    if not left or not right or not most:
        return min(max(len(left), len(right)), beyond)
    before: dict[int, int] = {}
    row = {column: column for column in range(min(len(right), most) + 1)}
    for line, letter in enumerate(left, start=1):
        earlier, before, row = before, row, {}
        for column in range(max(0, line - most), min(len(right), line + most) + 1):
            if not column:
                row[0] = line
                continue
            changed = before.get(column - 1, beyond) + (letter != right[column - 1])
            row[column] = min(changed, before.get(column, beyond) + 1, row.get(column - 1, beyond) + 1)
            if column > 1 and letter == right[column - 2] and left[line - 2 : line - 1] == right[column - 1]:
                row[column] = min(row[column], earlier.get(column - 2, beyond) + 1)
    return min(row.get(len(right), beyond), beyond)
