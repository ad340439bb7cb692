"""What an organiser is told who had a wrong key mended."""

from __future__ import annotations

from bot.cards.feedback import notice
from bot.cards.words import Words, literal
from bot.ports import Card


def regraded_card(
    words: Words, came: str, item: str, turns: int, changed: int, people: int, *, before: str = "", after: str = ""
) -> Card:
    """What came of a wish to regrade an item."""
    facts = {"item": literal(item), "before": literal(before), "after": literal(after)}
    if came in ("done", "going on"):
        return notice(words("Scores corrected"), _done(words, came, facts["item"], turns, changed, people))
    told = {
        "same": words("Every time that **{item}** was asked it had the key that it has in the pack now.", **facts),
        "no item": words("There is no question **{item}** in the bank. Its id is written `pack/question`.", **facts),
        "not asked": words("**{item}** was never asked in this hall, so there are no answers to grade anew.", **facts),
        "kind": words(
            "**{item}** was of the kind {before} when it was asked and is {after} now. Its answers cannot be graded "
            "anew. Give it its old kind back, or give the changed question another id.",
            **facts,
        ),
        "options": words(
            "The options of **{item}** have other texts now: it was asked with {before}, and the pack has {after}. "
            "Give them their old texts back, mend the key alone, and regrade; change texts afterwards.",
            **facts,
        ),
    }[came]
    remedy = words("Mend the key in the pack first; it is read again within seconds.") if came == "same" else ""
    return notice(words("Nothing was changed"), f"{told} {remedy}".strip())


def _done(words: Words, came: str, item: str, turns: int, changed: int, people: int) -> str:
    asked = words.many("once", "{n} times", turns)
    told = words("**{item}** was asked {times} with another key, which is mended.", item=item, times=asked)
    answers = words.many("{n} answer", "{n} answers", changed)
    who = words.many("{n} person", "{n} people", people)
    if came == "done":
        return f"{told} {words('Scores corrected: {answers}, {people}.', answers=answers, people=who)}"
    rest = words("The rest goes on by itself; a note tells when it is done.")
    return f"{told} {words('Scores corrected so far: {answers}, {people}.', answers=answers, people=who)} {rest}"
