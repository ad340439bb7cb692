"""The card that asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards.words import Words
from bot.ports import Block, Button, Buttons, Card, Choice, Fine, Moment, Options, Pick, Picture, Text, Tone
from bot.refs import ANSWER, WRITE, Ref
from bot.rules.shown import Shown
from bot.rules.team import LastSeen
from content.item import CHOSEN_KINDS, Kind

PICKS = {Kind.CHOICE: Pick.ONE, Kind.TRUE_FALSE: Pick.ONE, Kind.MULTI: Pick.MANY, Kind.ORDER: Pick.ORDERED}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question's message shows besides the item: which round, how it is answered, how many have."""

    token: str
    topic: str
    answered: int = 0
    closes_at: datetime | None = None
    late: bool = False
    by_reaction: bool = False
    last_seen: LastSeen | None = None
    picture: Picture | None = None
    heading: str = ""
    """What stands before topic and difficulty instead of "Question"."""
    more: tuple[Block, ...] = ()
    """What stands beneath it all."""
    countdown: bool = False


def question_card(words: Words, shown: Shown, asked: Asked) -> Card:
    """An open question. Nothing in it depends on the key."""
    title = f"{asked.heading or words('Question')} · {asked.topic} · {difficulty_word(words, shown.difficulty)}"
    answer = _typed(words, shown, asked) if shown.kind not in CHOSEN_KINDS else _chosen(words, shown, asked)
    blocks: tuple[Block | None, ...] = (
        Fine(words("Asked late: the bot was away at the planned time.")) if asked.late else None,
        Text(shown.stem),
        asked.picture,
        *answer,
        Fine(_progress(words, asked)),
        Fine(_before(words, asked.last_seen)) if asked.last_seen else None,
        Moment(words("Closes {time}", time="{time}"), asked.closes_at, asked.countdown) if asked.closes_at else None,
        *asked.more,
    )
    return Card(
        title, tuple(block for block in blocks if block), Tone.QUESTION, summary=words("A new question is open.")
    )


def option_text(words: Words, shown: Shown, index: int) -> str:
    """The text of an option as Markdown; the two of a true-false item in the hall's language."""
    text = shown.options[index].text
    if shown.kind is Kind.TRUE_FALSE:
        return {"true": words("True"), "false": words("False")}.get(text, text)
    return text


def difficulty_word(words: Words, difficulty: str) -> str:
    """The word for a difficulty."""
    return {"easy": words("easy"), "medium": words("medium"), "hard": words("hard")}[difficulty]


def topic_title(titles: dict[str, str], topic: str) -> str:
    """A topic's title in its pack, or its id made readable."""
    return titles.get(topic, topic.replace("-", " ").capitalize())


def _chosen(words: Words, shown: Shown, asked: Asked) -> tuple[Block | None, ...]:
    pick = PICKS[shown.kind]
    choices = tuple(
        Choice(str(Ref(ANSWER, asked.token, index)), option_text(words, shown, index))
        for index in range(len(shown.options))
    )
    pressable = not asked.by_reaction or pick is not Pick.ONE
    submit = "" if pick is Pick.ONE else str(Ref(ANSWER, asked.token))
    return (Options(choices, pick, submit, pressable), Fine(how(words, shown.kind, pressable=pressable)))


def _typed(words: Words, shown: Shown, asked: Asked) -> tuple[Block | None, ...]:
    label = words("Write your answer")
    sealed = words("Answers stay sealed until the reveal. Then all of them are posted beneath it, with their names.")
    more = (Fine(sealed),) if shown.kind is Kind.OPEN else ()
    return (
        Fine(how(words, shown.kind, pressable=True)),
        Buttons((Button(str(Ref(WRITE, asked.token)), label, opens_form=True),)),
        *more,
    )


def how(words: Words, kind: Kind, *, pressable: bool) -> str:
    """How a question of a kind is answered, in a sentence."""
    match kind:
        case Kind.CHOICE | Kind.TRUE_FALSE:
            return words("Pick one.") if pressable else words("Answer with a letter reaction.")
        case Kind.MULTI:
            return words("Pick every one that is right.")
        case Kind.ORDER:
            return words("Put them in order, first to last.")
        case Kind.NUMERIC:
            return words("The answer is a number.")
        case Kind.SHORT:
            return words("The answer is a word or a short phrase.")
        case Kind.OPEN:
            return words("There is no key: say what you think, and compare at the reveal.")


def _before(words: Words, seen: LastSeen) -> str:
    """How the concept went in this place before."""
    if seen.days == 0:
        return words("Last seen today, {share} right.", share=f"{seen.percent} %")
    return words.many(
        "Last seen {n} day ago, {share} right.",
        "Last seen {n} days ago, {share} right.",
        seen.days,
        share=f"{seen.percent} %",
    )


def _progress(words: Words, asked: Asked) -> str:
    if asked.answered == 0:
        return words("Nobody has answered yet.")
    return words.many("{n} person has answered.", "{n} people have answered.", asked.answered)
