"""What a person is told who takes their flashcards along as a file."""

from __future__ import annotations

from bot.cards.feedback import notice
from bot.cards.words import Words
from bot.ports import Card, File, Fine, Text, Tone

MEGABYTE = 1_000_000


def deck_card(words: Words, file: File, cards: int, kind: str) -> Card:
    """The file, with how many questions are in it and what to do with it. `kind`: apkg or csv."""
    title = words("Your cards")
    told = words.many(
        "{n} question that you have met, with its answer.",
        "{n} questions that you have met, with their answers.",
        cards,
    )
    how = {
        "apkg": words("In Anki: *File*, *Import*. A later file brings these cards up to date and keeps your reviews."),
        "csv": words("It opens in any spreadsheet: one question a line, with your last answer and the next review."),
    }[kind]
    later = words("What the group is being asked now is left out until its reveal.")
    return Card(title, (Text(told), file, Fine(how), Fine(later)), Tone.NOTE, summary=title)


def instead(words: Words, name: str) -> str:
    """What stands where the file cannot."""
    return words("Your cards are in the file {name}.", name=name)


def nothing_met_card(words: Words) -> Card:
    """There is nothing to make a file of."""
    told = words(
        "You have answered no question yet whose answer is out. `/practice` asks some now; "
        "a question of the group counts from its reveal on."
    )
    return notice(words("Your cards"), told)


def being_made_card(words: Words) -> Card:
    """For somebody who asks again while their file is made."""
    return notice(words("Your cards"), words("Your file is being made. Please wait a moment."))


def too_large_card(words: Words, size: int, most: int, kind: str) -> Card:
    """The file would be larger than it may be here."""
    told = words(
        "The file would have more than {size} MB, and here it may have {most} MB.",
        size=f"{size / MEGABYTE:.0f}",
        most=f"{most / MEGABYTE:.0f}",
    )
    smaller = words("`/study cards csv` gives a smaller one, without pictures.") if kind == "apkg" else ""
    return notice(words("Your cards"), f"{told} {smaller}".strip())
