"""An open answer, handed on to the thread of its question at the reveal, and the stars that it gets there."""

from __future__ import annotations

from enum import StrEnum

from bot.cards.feedback import notice
from bot.cards.words import Words, literal
from bot.ports import Block, Button, Buttons, Card, Fine, Text
from bot.refs import STAR, Ref

LONGEST = 2000


class Starred(StrEnum):
    """What came of a press on the star of an answer."""

    STARRED = "starred"
    TAKEN_BACK = "taken back"
    OWN = "own"
    GONE = "gone"
    """There is no such answer to be read here, or not any more."""


def talk_card(words: Words, name: str, text: str, star: Ref, stars: int) -> Card:
    """What a person answered, for everybody to talk over and to star; shown as it was written, with no markup of its
    own. `stars`: how many people starred it.
    """
    told = "\n\n".join(literal(line) for line in text[:LONGEST].splitlines() if line.strip())
    title = words("{name} answers", name=name)
    blocks: tuple[Block | None, ...] = (
        Text(told),
        Fine(f"★ {words.many('{n} star', '{n} stars', stars)}") if stars else None,
        Buttons((Button(str(star), words("Star this answer"), lesser=True),)),
    )
    return Card(title, tuple(block for block in blocks if block), summary=title)


def star_ref(token: str, answer_id: int) -> Ref:
    """What the star of an answer in a round tells."""
    return Ref(STAR, token, answer_id)


def unsaid_card(words: Words) -> Card:
    """In the place of an answer whose author wishes to be forgotten."""
    title = words("{name} answers", name=words("somebody"))
    return Card(title, (Text(words("This answer was taken back by whoever wrote it.")),), summary=title)


def starred_card(words: Words, came: Starred) -> Card:
    """What somebody is told who pressed the star of an answer."""
    title, told = {
        Starred.STARRED: (
            words("Starred"),
            words("You starred this answer; soon the message counts it. Press again to take it back."),
        ),
        Starred.TAKEN_BACK: (words("Star taken back"), words("Your star is gone. Press again to give it back.")),
        Starred.OWN: (words("This is your own answer"), words("Stars are for what others wrote.")),
        Starred.GONE: (words("Nothing to star"), words("This answer is not here any more.")),
    }[came]
    return notice(title, told)
