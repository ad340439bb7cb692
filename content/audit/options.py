"""Rules about options: what their wording and their length tell, and whether they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from statistics import median

from content.audit.finding import Finding
from content.audit.numbers import number
from content.audit.seen import COMPARED, Seen, cited, found
from content.audit.words import length
from content.item import Kind

MUCH_LONGER = 1.5
"""Times the longest wrong option, and by so many characters more:"""
BY_SO_MUCH = 20
FAR_SHORTER = 0.25
"""Of the middle length of the others, where that has so many characters:"""
OF_SUCH_A_LENGTH = 30
LONGEST_OPTION = 30
"""Words."""

_ARTICLE = re.compile(r"\b(?:an?|the)\s+", re.IGNORECASE)
_LETTER = re.compile(r"\b[A-J]\b")
_PIECE = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]|_")
SHORTEST_PLURAL = 5
"""Letters: an ending is taken from "samples", and none from "bias"."""


def absolute_word(seen: Seen) -> Iterator[Finding]:
    """Only wrong options have an absolute word: who knows nothing passes them over."""
    words = seen.words
    if words is None or any(words.absolute.search(text) for text in seen.right):
        return
    told = [match[0].lower() for text in seen.wrong if (match := words.absolute.search(text))]
    if told:
        message = f"only wrong options say {', '.join(cited(word) for word in dict.fromkeys(told))}"
        yield found(seen, "absolute-word", message, "say it as carefully as the key does")


def all_of_the_above(seen: Seen) -> Iterator[Finding]:
    """An option says something of the others, which stand in another sequence each time."""
    for text in seen.options if seen.words and seen.item.kind in COMPARED else ():
        letters = set(_LETTER.findall(text))
        named = bool(letters) and letters <= set(_LETTER.findall(seen.stem))  # two events A and B, say
        if seen.words and seen.words.above.fullmatch(text) and not named:
            remedy = "give the option a content of its own, or make it a multi item"
            yield found(seen, "all-of-the-above", f"the option {cited(text)} is about the others", remedy)


def near_equal(seen: Seen) -> Iterator[Finding]:
    """Two options are the same but for articles, an ending, or how a number is written."""
    meant = [number(text) or _folded(text) for text in seen.options]
    for (one, first), (other, second) in combinations(zip(seen.options, meant, strict=True), 2):
        if first == second:
            message = f"{cited(one)} and {cited(other)} say the same"
            yield found(seen, "near-equal-options", message, "change one: they are right or wrong together")


def key_much_longer(seen: Seen) -> Iterator[Finding]:
    """The key is explained more than any other option."""
    if seen.item.kind is not Kind.CHOICE or not seen.wrong:
        return
    key, longest = len(seen.right[0]), max(map(len, seen.wrong))
    if key >= max(MUCH_LONGER * longest, longest + BY_SO_MUCH):
        message = f"the key has {key} characters, the longest wrong option {longest}"
        yield found(seen, "key-much-longer", message, "shorten the key, or say as much in the others")


def short_distractor(seen: Seen) -> Iterator[Finding]:
    """A wrong option is so much shorter than all others that nobody takes it for the key."""
    for text in seen.wrong:
        others = [len(other) for other in seen.options if other is not text]
        middle = median(others)
        if middle >= OF_SUCH_A_LENGTH and len(text) < FAR_SHORTER * middle and min(others) > 2 * len(text):
            message = f"{cited(text)} has {len(text)} characters, the others have {min(others)} and more"
            yield found(seen, "short-distractor", message, "make it as worked out as the others")


def long_option(seen: Seen) -> Iterator[Finding]:
    """An option takes long to read, while all of them have to be kept in mind."""
    for text in seen.options:
        words = length(text)
        if words > LONGEST_OPTION:
            message = f"the option {cited(text)} has {words:.0f} words, more than {LONGEST_OPTION}"
            yield found(seen, "long-option", message, "move what the options share into the stem")


def _folded(text: str) -> list[str]:
    """The words and signs of an option, without articles and the endings of plurals."""
    pieces = _PIECE.findall(_ARTICLE.sub("", text.rstrip(" .。")))
    words = [each.lower() if len(each) > 1 else each for each in pieces]  # "X" and "x" are two variables
    return [each.removesuffix("s") if len(each) >= SHORTEST_PLURAL else each for each in words]
