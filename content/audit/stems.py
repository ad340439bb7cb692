"""Rules about the stem: clues that it gives, what it asks for, how long it takes to read."""

from __future__ import annotations

from collections.abc import Iterator

from content.audit.finding import Finding
from content.audit.seen import COMPARED, Seen, cited, found
from content.audit.words import length, sentences, stemmed, tokens
from content.item import Kind

LONGEST_STEM = 120
LONGEST_SENTENCE = 45
"""Words."""
OF_A_CLUE = 5
"""Letters of a word that may be a clue. In a wrong option a shorter one takes the clue away too:"""
OF_A_WORD = 3


def stem_clue(seen: Seen) -> Iterator[Finding]:
    """The key alone repeats words of the stem, and every other option none: it sounds like the answer."""
    common = seen.words.common if seen.words else None
    if common is None or seen.item.kind is not Kind.CHOICE or not seen.wrong:
        return
    asked = _telling(seen.stem, common)
    key = [word for word in tokens(seen.right[0]) if len(word) >= OF_A_CLUE]
    repeated = [word for word in dict.fromkeys(key) if stemmed(word) in asked]
    if repeated and not any(asked & _telling(text, common) for text in seen.wrong):
        message = f"of all options only the key repeats {', '.join(cited(word) for word in repeated)} from the stem"
        yield found(seen, "stem-clue", message, "say it in other words there, or let a wrong option have them too")


def grammar_clue(seen: Seen) -> Iterator[Finding]:
    """The stem ends in an article, and some wrong options cannot follow it."""
    match = seen.words.article.search(seen.stem) if seen.words and seen.words.article else None
    if match is None:
        return
    misfits = [text for text in seen.wrong if _begins_with_vowel(text) != (match[1].lower() == "an")]
    if misfits and all(_begins_with_vowel(text) == (match[1].lower() == "an") for text in seen.right):
        message = f'after "{match[1]}" at the end of the stem {cited(misfits[0])} cannot follow'
        yield found(seen, "grammar-clue", message, 'end the stem before the article, or write "a(n)"')


def negative_stem(seen: Seen) -> Iterator[Finding]:
    """The stem asks for what is not so, in a word that is easy to miss."""
    if seen.words is None or seen.item.kind not in COMPARED:
        return
    if match := seen.words.negative.search(seen.calm):
        message = f"the stem asks for what is not so: {cited(match[0].strip())}"
        yield found(seen, "negative-stem", message, "ask for what is so, or set the negative word in *italics*")


def long_stem(seen: Seen) -> Iterator[Finding]:
    """The stem is long, or one of its sentences is."""
    remedy = "leave out what is not needed to answer, or make two sentences of it"
    words = length(seen.stem)
    if words > LONGEST_STEM:
        yield found(seen, "long-stem", f"the stem has {words:.0f} words, more than {LONGEST_STEM}", remedy)
        return
    longest = max(sentences(seen.stem), key=length, default="")
    if length(longest) > LONGEST_SENTENCE:
        message = f"the sentence {cited(longest)} has {length(longest):.0f} words, more than {LONGEST_SENTENCE}"
        yield found(seen, "long-stem", message, remedy)


def _telling(text: str, common: frozenset[str]) -> set[str]:
    """The words of a text that say what it is about, without their endings."""
    return {stemmed(word) for word in tokens(text) if len(word) >= OF_A_WORD} - common


def _begins_with_vowel(text: str) -> bool:
    return text[:1].lower() in "aeiou"
