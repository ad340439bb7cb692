"""Reminders of reviews: the message itself, and how it stands with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards.feedback import notice
from bot.cards.words import Words, literal
from bot.ports import Block, Button, Buttons, Card, Fine, Moment, Text, Tone
from bot.refs import REMIND, REVIEW, UNREMIND, Ref


@dataclass(frozen=True, slots=True)
class Reminding:
    """A reminder as its person chose it. `next_at`: when it is looked at next, None where it is off; `stopped`: it is
    off because a message could not be delivered.
    """

    time: str
    zone: str
    next_at: datetime | None
    stopped: bool = False


def reminder_card(words: Words, hall: str, title: str, due: int) -> Card:
    """The direct message: how much is due in a hall, a button that begins, and one that ends reminders."""
    told = words.many("{n} idea is due for review today.", "{n} ideas are due for review today.", due)
    begin = Button(str(Ref(REVIEW, hall)), words("Review now"))
    end = Button(str(Ref(UNREMIND, hall)), words("No more reminders"))
    why = Fine(words("You asked for this reminder. `/study remind` changes it."))
    heading = f"{words('Time to review')} · {title}"
    return Card(heading, (Text(told), Buttons((begin, end)), why), Tone.NOTE, summary=told)


def reminding_card(words: Words, hall: str, mine: Reminding | None) -> Card:
    """How it stands with somebody's reminders, and how to change that."""
    choose = Button(str(Ref(REMIND, hall)), words("Choose a time"), opens_form=True)
    if mine is None or mine.next_at is None:
        blocks: tuple[Block, ...] = (Text(_off(words, mine)), Buttons((choose,)))
        return Card(words("No reminders"), blocks, Tone.NOTE, summary=words("No reminders"))
    told = words("Each day at **{time}** ({zone}) the bot writes to you alone, if reviews are due.", **_when(mine))
    end = Button(str(Ref(UNREMIND, hall)), words("No more reminders"))
    soon = Moment(words("The next time is {time}", time="{time}"), mine.next_at)
    title = words("Reminders")
    return Card(title, (Text(told), soon, Buttons((choose, end))), Tone.NOTE, summary=title)


def reminding_line(words: Words, mine: Reminding) -> str:
    """The same in a line, for a page of settings."""
    if mine.next_at is None:
        return words("No reminders of reviews: `/study remind` tells how to have some.")
    return words("A reminder at {time} ({zone}) where reviews are due: `/study remind off` ends it.", **_when(mine))


def no_time_card(words: Words, text: str) -> Card:
    """What was given for a time is none."""
    if not text:
        return notice(words("Nothing was changed"), words("Say at which time as well, such as 08:30."))
    told = words("{time} is no time of day. Write hours and minutes, such as 08:30.", time=literal(text))
    return notice(words("Nothing was changed"), told)


def no_zone_card(words: Words, text: str, nearest: tuple[str, str, str]) -> Card:
    """What was given for a time zone is none; the three that are `nearest`."""
    first, second, third = (literal(each) for each in nearest)
    told = words(
        "There is no time zone {zone}. Did you mean {first}, {second} or {third}?",
        zone=literal(text),
        first=first,
        second=second,
        third=third,
    )
    return notice(words("Nothing was changed"), told)


def _off(words: Words, mine: Reminding | None) -> str:
    if mine is not None and mine.stopped:
        return words(
            "The last reminder could not be written to you, so they are off. Let the bot write to you, then choose a "
            "time again: `/study remind 08:30`."
        )
    return words("`/study remind 08:30` has the bot write to you alone at that time, on days when reviews are due.")


def _when(mine: Reminding) -> dict[str, str]:
    return {"time": mine.time, "zone": literal(mine.zone)}
