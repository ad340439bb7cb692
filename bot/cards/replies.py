"""Short private answers to commands and to talk that was meant for the bot."""

from __future__ import annotations

from bot.cards.feedback import notice
from bot.cards.words import Words
from bot.ports import Card


def not_allowed_card(words: Words) -> Card:
    """For a person who is no organiser of the hall."""
    return notice(words("Not allowed"), words("Only organisers of this hall may do that. Its settings name them."))


def asked_card(words: Words) -> Card:
    """The next question was asked before its time."""
    return notice(words("Asked"), words("The next question is on its way; the one before is revealed."))


def not_asked_card(words: Words) -> Card:
    """No question could be asked before its time."""
    told = words("No schedule of this place can ask now: it asked just now, or has nothing to ask.")
    return notice(words("Not asked"), told)


def nothing_open_card(words: Words) -> Card:
    """For an answer where there is no open question."""
    hint = words("There is no open question here. `/daily` tells when the next one comes.")
    return notice(words("Nothing is open"), hint)


def nothing_left_card(words: Words) -> Card:
    """For somebody who would practise where no question is left to ask."""
    told = words("There is no question for this now. Another topic may have some; `/practice` alone takes any.")
    return notice(words("Nothing to ask"), told)


def being_asked_card(words: Words) -> Card:
    """For a private answer to a question that the group is being asked now."""
    told = words("The group is being asked this very question now: answer it there. `/practice` goes on with another.")
    return notice(words("Asked in the group"), told)


def no_hall_card(words: Words) -> Card:
    """For a command in a place that no hall has."""
    told = words("This place belongs to no study hall. Name it in studyhall.yaml and start the bot again.")
    return notice(words("Not a place of a hall"), told)
