"""What whoever wished something of a match is told, in private."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards.feedback import notice, out_sentence
from bot.cards.match import team_name
from bot.cards.words import Words
from bot.ports import Card


def hosted_card(words: Words, came: Mapping[str, Any]) -> Card:
    """What came of a wish: facts as `bot.matches.leading.led` and `bot.host.Host.start` give them."""
    told = _told(words).get(came["came"]) or _counted(words, came)
    return notice(words("Quiz"), told)


def _counted(words: Words, came: Mapping[str, Any]) -> str:
    match came["came"]:
        case "joined" if came["team"] is not None:
            return words("You are in, in the team {team}.", team=team_name(words, came["team"]))
        case "joined":
            return words("You are in.")
        case "voted":
            return words("Your vote counts: {votes} of the {needed} that skip the question.", **came)
        case "extended":
            return words("The question has {seconds} seconds more.", **came)
        case "too-often":
            return words(
                "You began {most} quizzes within an hour. Let somebody else begin one, or try again later.", **came
            )
        case other:
            raise ValueError(f"nothing is told of {other}")


def _told(words: Words) -> dict[str, str]:
    return {
        "started": words("The quiz is on its way: people may come in for half a minute."),
        "nothing": words("There is no question for such a quiz now. Another topic, pack or difficulty may have some."),
        "there": words("There is a quiz here already. `/quiz stop` ends it."),
        "full": words("As many quizzes as this hall may have at a time are going on. Try again when one is over."),
        "not-allowed": words("Here organisers alone begin a quiz. The hall's settings say so."),
        "none": words("There is no quiz here now. `/quiz start` begins one."),
        "over": words("This quiz is over."),
        "host-only": words("That is for the quiz's host and for organisers."),
        "in-already": words("You are in already."),
        "out": out_sentence(words),
        "left": words("You are out of the quiz. What you have in it stays, and you may come back."),
        "not-in": words("You are not in this quiz. Answer a question, and you are."),
        "begun": words("It begins."),
        "begun-already": words("It has begun already."),
        "not-yet": words("Its message is on its way. Try again in a moment."),
        "not-begun": words("The quiz has not begun yet. `/quiz stop` ends it."),
        "no-question": words("No question is open at the moment."),
        "skipped": words("The question is skipped."),
        "onward": words("The next question is on its way."),
        "hinted": words("Everybody sees the hint in the question."),
        "no-hint": words("There is no hint left for this question that would not give it away."),
        "no-clock": words("This question has no clock."),
        "long-enough": words("The question is open for ten minutes; that is as long as it gets."),
        "pausing": words("The quiz pauses after this question."),
        "paused": words("The quiz pauses."),
        "paused-already": words("The quiz is paused already. `/quiz resume` goes on with it."),
        "not-paused": words("The quiz is not paused."),
        "resumed": words("The quiz goes on."),
        "stopped": words("The quiz is stopped."),
    }
