"""What a person is told about an answer, in private."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.cards.question import option_text
from bot.cards.words import Words, letter, letters, literal
from bot.ports import Block, Card, Fine, Form, Text, Tone
from bot.ports import Field as FormField
from bot.refs import WRITE, Ref
from bot.rules.shown import Shown
from bot.rules.verdicts import Verdict, Why
from content.item import CHOSEN_KINDS, Kind


class Came(StrEnum):
    """What came of an answer that was told."""

    COUNTED = "counted"
    CHANGED = "changed"
    ALREADY = "already"
    """Answered before in this round; `Told` holds the answer that counts."""
    ELSEWHERE = "elsewhere"
    """Stored, but another answer of theirs to the same turn counts, from another account or place."""
    CLOSED = "closed"
    OUT = "out"
    """They are out of the match, or came too late to be in it."""
    UNREAD = "unread"
    """It could not be read as an answer; nothing was stored and the person may try again."""
    UNKNOWN = "unknown"
    """There is no such question here."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an answer, as facts; kept with the event so that a redelivery is told the same."""

    came: Came
    picked: tuple[int, ...] = ()
    text: str = ""
    verdict: str = ""
    why: str = ""
    detail: str = ""
    points: int = 0
    recalled: bool = False
    withheld: bool = False
    """The verdict waits for the reveal."""
    fixed: bool = False
    """The first answer counts: it cannot be changed."""

    def to_json(self) -> dict[str, Any]:
        """A JSON value that `told_from_json` reads back."""
        return {name: getattr(self, name) for name in self.__slots__}


def told_from_json(value: dict[str, Any]) -> Told:
    """Read what `Told.to_json` wrote; what else there is beside it is passed over."""
    known = {name: value[name] for name in Told.__slots__ if name in value}
    return Told(**{**known, "came": Came(value["came"]), "picked": tuple(value["picked"])})


TONES = {
    Verdict.RIGHT: Tone.RIGHT,
    Verdict.PARTLY: Tone.PARTLY,
    Verdict.WRONG: Tone.WRONG,
    Verdict.NOTED: Tone.NOTE,
}


def feedback_card(words: Words, shown: Shown, told: Told) -> Card:
    """Feedback on an answer: what counted, whether it is right, and the reason of what was chosen."""
    match told.came:
        case Came.CLOSED:
            return notice(words("This question is closed"), words("Its answer stands in the reveal above."))
        case Came.OUT:
            return notice(words("Not counted"), out_sentence(words))
        case Came.UNREAD:
            return notice(words("Not counted yet"), why_sentence(words, told))
        case Came.UNKNOWN:
            return unknown_card(words)
        case _ if told.withheld:
            return _withheld(words, shown, told)
        case _:
            return _verdict(words, shown, told)


def out_sentence(words: Words) -> str:
    """For whoever is out of a live quiz, or came too late to be in it."""
    return words("You are out of this quiz, or it was under way before you came. Watch it on!")


def notice(title: str, markdown: str) -> Card:
    """A short private message."""
    return Card(title, (Text(markdown),), Tone.NOTE, summary=title)


def unknown_card(words: Words) -> Card:
    """For a press on a message that is none of this place's rounds."""
    return notice(words("This question is closed"), words("It is not open here any more. Nothing was stored."))


def answer_form(words: Words, shown: Shown, token: str) -> Form:
    """The form for a typed answer."""
    long = shown.kind is Kind.OPEN
    label = words("A number") if shown.kind is Kind.NUMERIC else words("Your answer")
    field = FormField("answer", label, long=long, limit=2000 if long else 200)
    return Form(str(Ref(WRITE, token)), words("Your answer"), (field,), words("Send"))


def given_text(words: Words, shown: Shown, told: Told) -> str:
    """What was given, as Markdown."""
    if shown.kind in CHOSEN_KINDS and shown.kind is Kind.TRUE_FALSE and told.picked:
        return option_text(words, shown, told.picked[0])
    return f"**{letters(told.picked)}**" if told.picked else literal(told.text)


def _withheld(words: Words, shown: Shown, told: Told) -> Card:
    hint = words("You may change it until the question closes; whether it is right comes with the reveal.")
    if shown.kind is Kind.OPEN:
        change = "" if told.fixed else words("You may change it until the question closes.")
        hint = f"{change} {_sealed(words)}".strip()
    elif told.fixed:
        hint = words("Whether it is right comes with the reveal.")
    return Card(
        words("Noted"), (Text(_what_counted(words, shown, told)), Fine(hint)), Tone.NOTE, summary=words("Noted")
    )


def _verdict(words: Words, shown: Shown, told: Told) -> Card:
    verdict = Verdict(told.verdict)
    title = {
        Verdict.RIGHT: words("Right"),
        Verdict.PARTLY: words("Partly right"),
        Verdict.WRONG: words("Not right"),
        Verdict.NOTED: words("Noted"),
    }[verdict]
    blocks: list[Block] = [Text(_what_counted(words, shown, told))]
    blocks += [Text(reason) for reason in reasons(words, shown, told)]
    if verdict is Verdict.RIGHT and shown.explanation:
        blocks.append(Text(shown.explanation))
    if verdict is Verdict.NOTED:
        blocks.append(Fine(_sealed(words)))
    blocks.append(Fine(_points(words, told, verdict)))
    return Card(title, tuple(blocks), TONES[verdict], summary=title)


def _sealed(words: Words) -> str:
    """What is told of an open answer, whether the reveal is to come or was there already."""
    return words("Nobody reads it before the reveal. It is posted beneath it under your name, and others may star it.")


def _what_counted(words: Words, shown: Shown, told: Told) -> str:
    given = given_text(words, shown, told)
    match told.came:
        case Came.ALREADY:
            return words("You have answered already; your first answer counts: {given}", given=given)
        case Came.ELSEWHERE:
            return words(
                "You answered this question with another account or in another place, and that answer counts. "
                "Here: {given}",
                given=given,
            )
        case _:
            return words("Your answer: {given}", given=given)


def reasons(words: Words, shown: Shown, told: Told) -> list[str]:
    """Why what was given is right or wrong, a passage of Markdown each."""
    if shown.kind not in CHOSEN_KINDS or shown.kind is Kind.ORDER:
        sentence = why_sentence(words, told)
        return [sentence] if sentence else []
    return [
        f"**{letter(index)}** {shown.options[index].reason}"
        for index in told.picked
        if index < len(shown.options) and shown.options[index].reason
    ]


def _points(words: Words, told: Told, verdict: Verdict) -> str:
    if told.came is Came.ELSEWHERE:
        return words("No points here.")
    gained = words.many("{n} point.", "{n} points.", told.points)
    if told.recalled:
        gained += " " + words("You missed this idea last time and have it now: a bonus is in it.")
    if verdict in (Verdict.WRONG, Verdict.PARTLY):
        gained += " " + words("The key comes with the reveal.")
    return gained


def why_sentence(words: Words, told: Told) -> str:
    """Why a typed answer was graded as it was; empty where there is nothing to say."""
    detail = literal(told.detail)
    known = {
        Why.ALIAS: words("Accepted as another name for it."),
        Why.PLURAL: words("Accepted; singular or plural makes no difference."),
        Why.TYPO: words("Accepted in spite of the spelling: **{detail}**.", detail=detail),
        Why.FORMULA: words("Accepted: it has the same value as the formula asked for."),
        Why.TOLERANCE: words("Accepted: it is within the tolerance."),
        Why.UNIT_CONVERTED: words("Accepted: the same value in another unit."),
        Why.SOME: words("A part of it is right."),
        Why.EMPTY: words("There is nothing in it to count. Write an answer and send it again."),
        Why.TOO_LONG: words("That is too long for an answer. Give it in a few words."),
        Why.UNREADABLE: words(
            "That could not be read. Answer with the letter of an option, such as B; where a number is asked for, "
            "with a plain one, such as 0.25."
        ),
        Why.NO_NUMBER: words("There is no number in it that could be read. Give one, such as 0.25."),
        Why.SEVERAL_NUMBERS: words("There is more than one number in it. Give just one."),
        Why.EITHER_OR: words("That gives more than one answer. Decide on one and send it again."),
        Why.CONFUSABLE: words("**{detail}** is a different thing.", detail=detail),
        Why.AMBIGUOUS_TYPO: words("As it is spelt, it could as well mean **{detail}**.", detail=detail)
        if detail
        else words("As it is spelt, it could as well mean something else."),
        Why.NUMBER_DIFFERS: words("The number, letter or sign in it makes it a different thing."),
        Why.NEGATED: words("It says the opposite."),
        Why.OTHER_FORMULA: words("That formula has another value."),
        Why.NUMBER_WRONG: words("The number is outside the tolerance."),
        Why.UNIT_MISSING: words("The unit is missing, and without it the number means something else."),
        Why.UNIT_WRONG: words("The unit does not fit the question."),
    }
    return known.get(Why(told.why), "") if told.why else ""
