"""Proposals, as whoever makes one sees them."""

from __future__ import annotations

from bot.cards.feedback import notice
from bot.cards.words import Words
from bot.ports import Card, Field, Form
from bot.refs import PROPOSE, Ref

LONGEST_QUESTION = 3000
LONGEST_ANSWER = 2000
QUESTION, ANSWER = "question", "answer"


def proposal_form(words: Words, message: str, text: str) -> Form:
    """The form that makes a question of a message, whose text stands in it already."""
    hint = words("What should be learnt from it?")
    question = Field(QUESTION, words("The question"), long=True, limit=LONGEST_QUESTION, value=text[:LONGEST_QUESTION])
    answer = Field(
        ANSWER, words("Its answer, if you know it"), long=True, required=False, limit=LONGEST_ANSWER, placeholder=hint
    )
    return Form(str(Ref(PROPOSE, message)), words("Suggest as a question"), (question, answer), words("Send"))


def missing_sentence(words: Words) -> str:
    """For a form that was sent without a question."""
    return words("Please write the question.")


def kept_card(words: Words) -> Card:
    """For a proposal that was kept."""
    told = words(
        "Your draft is kept for the organisers of this hall. `/study mydata` counts it among what is stored about you."
    )
    return notice(words("Thank you"), told)
