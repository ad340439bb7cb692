"""What an organiser is told who had a wrong key mended."""

from __future__ import annotations

from enum import StrEnum

from bot.cards.feedback import notice
from bot.cards.words import Words, literal
from bot.ports import Card


class Mended(StrEnum):
    """What came of a wish to regrade."""

    DONE = "done"
    GOING_ON = "going on"
    """The key is mended, and there are answers left, which are graded anew by and by."""
    PLANNED = "planned"
    """Nothing was changed: it was only asked what would be."""
    SAME = "same"
    """Every turn of the item has the key that it has in the bank now."""
    NO_ITEM = "no item"
    NOT_ASKED = "not asked"
    KIND = "kind"
    """The item is of another kind now, `Regraded.before` and `after`: its key cannot be carried over."""
    OPTIONS = "options"
    """Some of its options have other texts now."""


def regraded_card(
    words: Words, came: Mended, item: str, turns: int, changed: int, people: int, *, before: str = "", after: str = ""
) -> Card:
    """What came of a wish to regrade an item."""
    facts = {"item": literal(item), "before": literal(before), "after": literal(after)}
    if came in (Mended.DONE, Mended.GOING_ON):
        return notice(words("Scores corrected"), _done(words, came, facts["item"], turns, changed, people))
    told = {
        Mended.SAME: words("Every time that **{item}** was asked it had the key that it has in the pack now.", **facts),
        Mended.NO_ITEM: words(
            "There is no question **{item}** in the bank. Its id is written `pack/question`.", **facts
        ),
        Mended.NOT_ASKED: words(
            "**{item}** was never asked in this hall, so there are no answers to grade anew.", **facts
        ),
        Mended.KIND: words(
            "**{item}** was of the kind {before} when it was asked and is {after} now. Its answers cannot be graded "
            "anew. Give it its old kind back, or give the changed question another id.",
            **facts,
        ),
        Mended.OPTIONS: words(
            "The options of **{item}** have other texts now: it was asked with {before}, and the pack has {after}. "
            "Give them their old texts back, mend the key alone, and regrade; change texts afterwards.",
            **facts,
        ),
    }[came]
    remedy = words("Mend the key in the pack first; it is read again within seconds.") if came is Mended.SAME else ""
    return notice(words("Nothing was changed"), f"{told} {remedy}".strip())


def _done(words: Words, came: Mended, item: str, turns: int, changed: int, people: int) -> str:
    asked = words.many("once", "{n} times", turns)
    told = words("**{item}** was asked {times} with another key, which is mended.", item=item, times=asked)
    answers = words.many("{n} answer", "{n} answers", changed)
    who = words.many("{n} person", "{n} people", people)
    if came is Mended.DONE:
        return f"{told} {words('Scores corrected: {answers}, {people}.', answers=answers, people=who)}"
    rest = words("The rest goes on by itself; a note tells when it is done.")
    return f"{told} {words('Scores corrected so far: {answers}, {people}.', answers=answers, people=who)} {rest}"
