"""What people are told about themselves: linking accounts, forgetting, what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cards.feedback import notice
from bot.cards.words import Words, literal
from bot.ports import Card, Fine, Moment, Table, Text, Tone


class Wished(StrEnum):
    """What came of a wish about oneself."""

    LINKED = "linked"
    ITSELF = "itself"
    WRONG_CODE = "wrong code"
    OLD_CODE = "old code"
    OTHER_HALL = "other hall"
    TOO_MANY = "too many"
    UNLINKED = "unlinked"
    NOT_LINKED = "not linked"
    FORGOTTEN = "forgotten"
    UNKNOWN = "unknown"
    """Nothing is stored of this account."""
    HIDDEN = "hidden"
    SHOWN = "shown"
    PUT_OFF = "put off"
    """An operator hides this person, so they cannot show themselves."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """A person in short: accounts, since when, numbers of answers and of those that were typed, points of all time,
    whether boards leave them out, how many questions they suggested and practised alone, and how many stars they gave
    to open answers and got for theirs.
    """

    name: str
    accounts: tuple[str, ...]
    since: datetime
    answers: int
    typed: int
    points: int
    hidden: bool
    proposals: int = 0
    alone: int = 0
    stars_given: int = 0
    stars_got: int = 0
    reminded: tuple[str, ...] = ()


def code_card(words: Words, code: str) -> Card:
    """A code to link with, for one person's eyes."""
    told = words("Your code: **{code}**", code=literal(code))
    how = words(
        "In your other account, in a place of this hall, type `/study link {code}`. Both accounts are then one person "
        "with one score: the one that you are here.",
        code=code,
    )
    keep = words("It is good for ten minutes and for once. Show it to nobody.")
    return Card(words("Link an account"), (Text(told), Text(how), Fine(keep)), Tone.NOTE, words("Link an account"))


def linked_card(words: Words, came: Wished) -> Card:
    """What came of typing a code, or of taking a link back."""
    title, told = {
        Wished.LINKED: (
            words("Linked"),
            words(
                "This account and the one that showed the code are one person now, with one score. Where both answered "
                "a question, the answer given first counts. `/study unlink`, typed here, takes it back."
            ),
        ),
        Wished.ITSELF: (
            words("Nothing to link"),
            words("Both are the same person already. Type the code in your other account, on its own platform."),
        ),
        Wished.WRONG_CODE: (
            words("Not linked"),
            words("There is no such code. Type `/study link` in your other account; it shows a new one."),
        ),
        Wished.OLD_CODE: (
            words("Not linked"),
            words("That code was good for ten minutes, and they are over. `/study link` shows a new one."),
        ),
        Wished.OTHER_HALL: (
            words("Not linked"),
            words("That code is of another study hall. People and scores never cross halls; make one in this hall."),
        ),
        Wished.TOO_MANY: (
            words("Not linked"),
            words("There were too many wrong codes. Wait ten minutes, then ask for a new code with `/study link`."),
        ),
        Wished.UNLINKED: (
            words("Unlinked"),
            words("This account is the person again that it was before, with its own answers and score."),
        ),
        Wished.NOT_LINKED: (
            words("Nothing to undo"),
            words("This account joined no other one. A link is undone in the account where the code was typed."),
        ),
    }[came]
    return notice(title, told)


def forget_card(words: Words) -> Card:
    """What forgetting means, before it is done."""
    told = words(
        "This forgets who you are in this hall: your name, your accounts and what you wrote are removed for good, on "
        "boards and in reveals too. How many answered and how many were right stays as it is, without you. Your points "
        "are lost to you: whatever you answer later is somebody new."
    )
    sure = words("It cannot be undone. If you want it, type `/study forget sure`.")
    return notice(words("To be forgotten"), f"{told}\n\n{sure}")


def forgotten_card(words: Words, came: Wished) -> Card:
    """What came of a wish to be forgotten."""
    if came is Wished.UNKNOWN:
        return notice(words("Nothing is stored"), words("This hall knows nothing of you."))
    told = words("Nobody can tell any more what was yours. Backups made before still hold it until they are deleted.")
    return notice(words("You are forgotten"), told)


def hidden_card(words: Words, came: Wished) -> Card:
    """What came of a wish to leave the boards, or to be on them again."""
    title, told = {
        Wished.HIDDEN: (
            words("You are hidden"),
            words(
                "Boards and reveals to come leave you out. Your points are counted on, and `/leaderboard` still shows "
                "you your own. `/study show` ends it."
            ),
        ),
        Wished.SHOWN: (words("You are shown"), words("Boards show you again, with all your points.")),
        Wished.PUT_OFF: (
            words("You stay hidden"),
            words("Whoever runs Studyhall has taken you off the boards, and can put you back. Ask them."),
        ),
    }[came]
    return notice(title, told)


def mydata_card(words: Words, mine: Accounts | None) -> Card:
    """What is stored of a person, in short."""
    if mine is None:
        return forgotten_card(words, Wished.UNKNOWN)
    rows = (
        (words("Name"), mine.name),
        *((words("Account"), account) for account in mine.accounts),
        (words("Answers"), f"{mine.answers}"),
        (words("Answers that you typed"), f"{mine.typed}"),
        (words("Points of all time"), f"{mine.points}"),
        (words("Questions that you suggested"), f"{mine.proposals}"),
        (words("Questions that you practised alone"), f"{mine.alone}"),
        (words("Stars that you gave"), f"{mine.stars_given}"),
        (words("Stars that you got"), f"{mine.stars_got}"),
        *((words("Reminder of reviews"), each) for each in mine.reminded),
        (words("On boards"), words("hidden") if mine.hidden else words("shown")),
    )
    how = words(
        "Each answer is kept with its time, verdict and points. Whoever runs Studyhall can give you all of it as a "
        "file. `/study forget` tells how to have it removed."
    )
    since = Moment(words("Known since {time}", time="{time}"), mine.since)
    table = Table((words("What"), words("Stored")), rows)
    return Card(words("Your data"), (table, since, Fine(how)), Tone.NOTE, summary=words("Your data"))
