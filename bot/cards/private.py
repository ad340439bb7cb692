"""What a person sees who practises or reviews alone: the question, what came of the answer, and the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards.feedback import Told, notice, reasons, why_sentence
from bot.cards.question import PICKS, difficulty_word, how, option_text
from bot.cards.reveal import key_text
from bot.cards.words import Words, in_a_row, letter, literal
from bot.ports import (
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Field,
    Fine,
    Form,
    Moment,
    Options,
    Pick,
    Picture,
    Table,
    Text,
    Tone,
)
from bot.refs import AGAIN, ASK, JOT, NEXT, PRACTISING, RATE, STOP, TRY, Ref
from bot.rules.shown import Shown
from bot.rules.verdicts import Verdict
from content.item import CHOSEN_KINDS, Kind

STARS = 5
STEM = 100
MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class Step:
    """A private round as it is shown: the `nth` of `wanted`, from 1."""

    token: str
    nth: int
    wanted: int
    topic: str
    title: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """How somebody rated their own open answer: 1 to 5 stars, and which lines of the rubric it has. None: not yet."""

    stars: int | None = None
    met: tuple[int, ...] | None = None


NOT_RATED = Rated()


def private_question_card(words: Words, shown: Shown, step: Step) -> Card:
    """A question for one person alone. Nothing in it depends on the key."""
    blocks: tuple[Block | None, ...] = (
        Text(shown.stem),
        step.picture,
        *_answered_by(words, shown, step),
        Buttons((Button(str(Ref(STOP, step.token)), words("Stop"), lesser=True),)),
    )
    title = f"{step.title} {step.nth}/{step.wanted} · {step.topic} · {difficulty_word(words, shown.difficulty)}"
    return Card(title, tuple(block for block in blocks if block), Tone.QUESTION, summary=words("A question for you."))


def private_form(words: Words, shown: Shown, token: str) -> Form:
    """The form for a typed answer."""
    long = shown.kind is Kind.OPEN
    label = words("A number") if shown.kind is Kind.NUMERIC else words("Your answer")
    field = Field("answer", label, long=long, limit=2000 if long else 200)
    return Form(str(Ref(JOT, token)), words("Your answer"), (field,), words("Send"))


def private_feedback_card(words: Words, shown: Shown, told: Told, step: Step, rated: Rated = NOT_RATED) -> Card:
    """What came of an answer: why what was chosen is wrong or right, the key, and the explanation."""
    verdict = Verdict(told.verdict)
    title = {
        Verdict.RIGHT: words("Right"),
        Verdict.PARTLY: words("Partly right"),
        Verdict.WRONG: words("Not right"),
        Verdict.NOTED: words("Compare"),
    }[verdict]
    blocks: list[Block] = [Text(shown.stem), Text(words("Your answer: {given}", given=_given(words, shown, told)))]
    if shown.kind is Kind.OPEN:
        blocks += _compared(words, shown, step, rated)
    else:
        blocks += _taught(words, shown, told)
    if shown.references:
        blocks.append(Fine(words("Read on: {references}", references=literal(in_a_row(shown.references)))))
    blocks.append(_onward(words, step))
    return Card(title, tuple(blocks), _TONES[verdict], summary=title)


def unread_card(words: Words, told: Told) -> Card:
    """An answer that could not be read; the question stays open."""
    return notice(words("Not counted yet"), why_sentence(words, told))


def nothing_due_card(words: Words, due_at: datetime | None) -> Card:
    """Nothing is to be reviewed now; `due_at`: when the next concept will be, None where nothing was answered yet."""
    title = words("Nothing to review")
    if due_at is None:
        told = words("Answer questions, and what you are about to forget comes back here. `/practice` asks some now.")
        return notice(title, told)
    told = words("You have in mind what you answered so far. `/practice` goes on with other questions.")
    soon = Moment(words("The next review is due {time}", time="{time}"), due_at)
    return Card(title, (Text(told), soon), Tone.NOTE, summary=title)


def missed_card(words: Words, hall: str, stems: Sequence[str]) -> Card:
    """What was missed lately, by the beginnings of the questions, and a button that asks it again."""
    title = words("Missed lately")
    if not stems:
        return notice(title, words("You missed nothing in the last 30 days."))
    listed = "\n".join(f"- {literal(_begun(stem))}" for stem in stems[:MOST_LISTED])
    blocks: list[Block] = [Text(listed)]
    if len(stems) > MOST_LISTED:
        blocks.append(Fine(words("And {n} more.", n=len(stems) - MOST_LISTED)))
    blocks.append(Buttons((Button(str(Ref(AGAIN, hall)), words("Ask me again")),)))
    return Card(title, tuple(blocks), Tone.NOTE, summary=title)


def found_card(words: Words, text: str, found: Sequence[tuple[str, str, str]]) -> Card:
    """What a search found: (mark, question, topic) of each, by its beginning, and a button that asks it."""
    title = words("Search · {text}", text=literal(_begun(text)))
    if not found:
        return notice(title, words("No question has any of these words. `/practice` goes through the topics."))
    listed = "\n".join(
        f"{n}. {literal(_begun(stem))} · {literal(topic)}" for n, (_, stem, topic) in enumerate(found, 1)
    )
    asks = tuple(
        Button(str(Ref(ASK, mark)), words("Ask me {n}", n=n), lesser=True) for n, (mark, *_) in enumerate(found, 1)
    )
    return Card(title, (Text(listed), Buttons(asks)), Tone.NOTE, summary=title)


def _begun(stem: str) -> str:
    line = " ".join(stem.split())
    return line if len(line) <= STEM else f"{line[: STEM - 1].rstrip()}…"


def summary_card(words: Words, hall: str, kind: str, answered: int, right: int, partly: int) -> Card:
    """What a session came to, and a button that goes on with practice."""
    rows = (
        (words("Answered"), f"{answered}"),
        (words("Right"), f"{right}"),
        (words("Partly right"), f"{partly}"),
    )
    table = Table((words("What"), words("Questions")), rows, frozenset({1}))
    more = Buttons((Button(str(Ref(AGAIN, hall, PRACTISING)), words("More questions")),))
    title = f"{session_title(words, kind)} · {words('Summary')}"
    return Card(title, (table, more), Tone.BOARD, summary=title)


def session_title(words: Words, kind: str) -> str:
    """What a kind of session is called."""
    return {
        "practice": words("Practice"),
        "review": words("Review"),
        "missed": words("Missed"),
        "found": words("Found"),
    }[kind]


_TONES = {
    Verdict.RIGHT: Tone.RIGHT,
    Verdict.PARTLY: Tone.PARTLY,
    Verdict.WRONG: Tone.WRONG,
    Verdict.NOTED: Tone.NOTE,
}


def _answered_by(words: Words, shown: Shown, step: Step) -> tuple[Block, ...]:
    if shown.kind not in CHOSEN_KINDS:
        write = Button(str(Ref(JOT, step.token)), words("Write your answer"), opens_form=True)
        return (Fine(how(words, shown.kind, pressable=True)), Buttons((write,)))
    pick = PICKS[shown.kind]
    choices = tuple(
        Choice(str(Ref(TRY, step.token, index)), option_text(words, shown, index))
        for index in range(len(shown.options))
    )
    submit = "" if pick is Pick.ONE else str(Ref(TRY, step.token))
    return (Options(choices, pick, submit), Fine(how(words, shown.kind, pressable=True)))


def _taught(words: Words, shown: Shown, told: Told) -> list[Block]:
    """The reasons of what was chosen, then the key with its own, then the explanation."""
    blocks: list[Block] = [Text(reason) for reason in reasons(words, shown, told)]
    if told.verdict != Verdict.RIGHT:
        blocks.append(Text(words("Right is: {key}", key=_key(words, shown))))
        blocks += [Text(each) for each in _reasons_of_key(shown, told)]
    if shown.explanation:
        blocks.append(Text(shown.explanation))
    return blocks


def _given(words: Words, shown: Shown, told: Told) -> str:
    return _named(words, shown, told.picked) if told.picked else literal(told.text)


def _key(words: Words, shown: Shown) -> str:
    return _named(words, shown, shown.key) if shown.kind in CHOSEN_KINDS else key_text(words, shown)


def _named(words: Words, shown: Shown, indexes: Sequence[int]) -> str:
    """Options with their texts: the card may stand where the question stood."""
    texts = [option_text(words, shown, index) for index in indexes]
    if shown.kind is Kind.ORDER:
        return "\n\n" + "\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))
    if shown.kind is Kind.TRUE_FALSE:
        return "; ".join(texts)
    return "; ".join(f"**{letter(index)}** {text}" for index, text in zip(indexes, texts, strict=True))


def _reasons_of_key(shown: Shown, told: Told) -> list[str]:
    if shown.kind is Kind.ORDER:
        return []
    missed = [index for index in shown.key if index not in told.picked and index < len(shown.options)]
    return [f"**{letter(index)}** {shown.options[index].reason}" for index in missed if shown.options[index].reason]


def _compared(words: Words, shown: Shown, step: Step, rated: Rated) -> list[Block]:
    """The reference answer, and the lines of the rubric by which to rate one's own."""
    if shown.open is None:
        return []
    reference = Text(words("A good answer: {reference}", reference=shown.open.reference))
    if shown.open.rubric:
        return [reference, *_by_lines(words, shown.open.rubric, step, rated)]
    if rated.stars is not None:
        return [reference, Fine(words("You rated it {stars} of 5.", stars=rated.stars))]
    stars = Buttons(tuple(Button(str(Ref(RATE, step.token, n)), f"{n}", lesser=True) for n in range(1, STARS + 1)))
    return [reference, Fine(words("How good is yours beside it? Rate it from 1 to 5.")), stars]


def _by_lines(words: Words, rubric: Sequence[str], step: Step, rated: Rated) -> list[Block]:
    """The lines, each with a button that says whether the answer has it. A press carries all that is said then, a bit a
    line, so that told twice it is the same.
    """
    met = rated.met or ()
    said = sum(1 << number for number in met)
    signs = [("" if rated.met is None else "✓ " if number in met else "✗ ") for number in range(len(rubric))]
    listed = "\n".join(f"{n}. {sign}{line}" for n, (sign, line) in enumerate(zip(signs, rubric, strict=True), 1))
    buttons = [
        Button(str(Ref(RATE, step.token, said ^ 1 << n)), f"✓ {n + 1}" if n in met else f"{n + 1}", lesser=True)
        for n in range(len(rubric))
    ]
    if rated.met is None:
        buttons.append(Button(str(Ref(RATE, step.token, 0)), words("None of them")))
    how = words("Which of these lines does your answer have? Press their numbers.")
    facts = {"met": len(met), "lines": len(rubric), "stars": rated.stars}
    counted = words("It has {met} of {lines} lines: you rate it {stars} of 5.", **facts)
    return [Text(listed), Fine(how if rated.met is None else counted), Buttons(tuple(buttons))]


def _onward(words: Words, step: Step) -> Buttons:
    onward = words("Next") if step.nth < step.wanted else words("Finish")
    return Buttons(
        (Button(str(Ref(NEXT, step.token)), onward), Button(str(Ref(STOP, step.token)), words("Stop")))
        if step.nth < step.wanted
        else (Button(str(Ref(NEXT, step.token)), onward),)
    )
