"""What a person is told where a command has to wait, and where something failed that nobody foresaw."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from bot.cards.feedback import notice
from bot.cards.words import Words
from bot.ports import Card


def wait_card(words: Words, wait: timedelta) -> Card:
    """For a person who typed more commands than are done in a minute."""
    told = words.many(
        "Those were many commands in one minute. In {n} second you can go on.",
        "Those were many commands in one minute. In {n} seconds you can go on.",
        max(1, ceil(wait.total_seconds())),
    )
    return notice(words("Wait a moment"), f"{told} {words('Answers to questions are never held up.')}")


def failed_card(words: Words, number: str) -> Card:
    """For a person whose wish failed in a way that nobody foresaw; the log has the same number."""
    return notice(words("That did not work"), failed_sentence(words, number))


def failed_sentence(words: Words, number: str) -> str:
    """The same as a sentence."""
    return words(
        "Something went wrong in Studyhall, and it may not have been saved. Try again; if it fails again, tell whoever "
        "runs Studyhall the number {number}.",
        number=number,
    )


def strange_sentence(words: Words) -> str:
    """For an account, place, message or event whose id no database can hold."""
    return words("Nothing was saved: your platform told an id with characters that cannot be stored.")
