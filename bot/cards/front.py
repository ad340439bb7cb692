"""A person's front page: points, streak, accuracy by topic, what comes next, and their own settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards.board import period_title
from bot.cards.question import topic_title
from bot.cards.reminders import Reminding, reminding_line
from bot.cards.words import Words, literal
from bot.ports import Block, Button, Buttons, Card, Fine, Moment, Table, Text, Tone
from bot.refs import BEGIN, HIDE, MISSING, PRACTISING, REVIEWING, SHOW, TAKE, Ref

MOST_TOPICS = 12


@dataclass(frozen=True, slots=True)
class Score:
    """Points of a period, and the rank that they give; None before the first answer of it."""

    period: str
    points: int
    rank: int | None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many questions of a topic a person answered, and how many of them right."""

    topic: str
    right: int
    answered: int


@dataclass(frozen=True, slots=True)
class Front:
    """What a hall knows of a person. `next_at`: when it asks again, None where nothing is planned. `due`: so many
    concepts are to be reviewed. `here`: whether the page is looked at from a place of this hall.
    """

    hall: str
    title: str
    language: str
    scores: tuple[Score, ...] = ()
    streak: int = 0
    best_streak: int = 0
    topics: tuple[Accuracy, ...] = ()
    next_at: datetime | None = None
    due: int = 0
    reminding: Reminding | None = None
    hidden: bool = False
    known: bool = False
    here: bool = False


def front_card(
    words_of: Callable[[str], Words], language: str, fronts: Sequence[Front], titles: dict[str, str]
) -> Card:
    """The page over all halls of a person. `titles`: those of topics, by id."""
    words = words_of(language)
    blocks: list[Block] = []
    for front in fronts:
        blocks += _hall(words_of(front.language), front, titles)
    blocks.append(Fine(words("`/study help` lists all commands.")))
    return Card(words("Your page"), tuple(blocks), Tone.BOARD, summary=words("Your page"))


def _hall(words: Words, front: Front, titles: dict[str, str]) -> list[Block]:
    blocks: list[Block] = [Text(f"**{literal(front.title)}**")]
    if not front.scores:
        blocks.append(Text(words("Answer a question, and your points stand here.")))
    else:
        blocks.append(_scores(words, front))
        blocks.append(Text(_streak(words, front)))
    if front.topics:
        blocks.append(_topics(words, front, titles))
    if front.due:
        ideas = words.many("{n} idea", "{n} ideas", front.due)
        blocks.append(Text(words("{ideas} to review today: `/review`", ideas=ideas)))
    if front.next_at is not None:
        blocks.append(Moment(words("Next question {time}", time="{time}"), front.next_at))
    if front.reminding is not None:
        blocks.append(Fine(reminding_line(words, front.reminding)))
    if buttons := (*_alone(words, front), *_setting(words, front)):
        blocks.append(Buttons(buttons))
    return blocks


def _scores(words: Words, front: Front) -> Table:
    rows = tuple(
        (period_title(words, each.period), f"{each.points}", f"{each.rank}" if each.rank else "–")
        for each in front.scores
    )
    return Table((words("When"), words("Points"), words("Rank")), rows, frozenset({1, 2}))


def _streak(words: Words, front: Front) -> str:
    if not front.streak:
        return words("You have no streak now; the next answer begins one. Your best: {best}.", best=front.best_streak)
    days = words.many("{n} day", "{n} days", front.streak)
    return words("Your streak: {days} (best: {best}).", days=days, best=front.best_streak)


def _topics(words: Words, front: Front, titles: dict[str, str]) -> Table:
    rows = tuple(
        (topic_title(titles, each.topic), f"{each.right}", f"{each.answered}", f"{each.right / each.answered:.0%}")
        for each in front.topics[:MOST_TOPICS]
    )
    return Table((words("Topic"), words("Right"), words("Answered"), words("Share")), rows, frozenset({1, 2, 3}))


def _alone(words: Words, front: Front) -> tuple[Button, ...]:
    """What one can begin alone, the most useful first: the first button of a row is the one that stands out."""
    labels = {PRACTISING: words("Practise alone"), MISSING: words("What I missed")}
    if front.due:
        labels = {REVIEWING: words("Review now"), **labels}
    buttons = {index: Button(str(Ref(BEGIN, front.hall, index)), label) for index, label in labels.items()}
    if not front.known:
        del buttons[MISSING]
    return tuple(buttons.values()) if front.here else ()


def _setting(words: Words, front: Front) -> tuple[Button, ...]:
    if front.hidden:
        board = Button(str(Ref(SHOW, front.hall)), words("Be on the boards again"))
    else:
        board = Button(str(Ref(HIDE, front.hall)), words("Leave the boards"))
    take = Button(str(Ref(TAKE, front.hall)), words("Take my cards along"))
    return (take, board) if front.known else ()
