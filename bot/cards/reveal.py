"""The reveal: the question closed in public, with key, distribution and who was right; and the explanation beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.cards.question import difficulty_word, option_text
from bot.cards.words import Words, in_a_row, letter, literal
from bot.ports import Bar, Bars, Block, Card, Choice, Fine, Options, Pick, Picture, Text, Tone
from bot.rules.shown import Shown
from content.item import Kind


@dataclass(frozen=True, slots=True)
class Result:
    """What a closed round came to. `chosen` counts people by option as shown; `right` holds names, first come first, ""
    for who is forgotten. `regraded`: its key was mended after it had been asked. `liked` holds who wrote the open
    answers with the most stars, "" for who is not named, and `stars` how many each has; nobody before that is counted.
    """

    topic: str
    answered: int
    chosen: tuple[int, ...] = ()
    right: tuple[str, ...] = ()
    right_count: int = 0
    regraded: bool = False
    liked: tuple[str, ...] = ()
    stars: int = 0


NAMES = 12


def reveal_card(words: Words, shown: Shown, result: Result, picture: Picture | None = None, heading: str = "") -> Card:
    """The closed question: stem, bars with the key marked, who was right. `heading` stands instead of "Answer"."""
    title = f"{heading or words('Answer')} · {result.topic} · {difficulty_word(words, shown.difficulty)}"
    blocks: list[Block | None] = [Text(shown.stem), picture, *_key(words, shown, result)]
    if result.liked:
        blocks.append(Text(_liked(words, result)))
    blocks.append(Fine(_who(words, shown, result)))
    if result.regraded:
        blocks.append(Fine(words("The key was wrong at first. It is mended, and everybody's points with it.")))
    return Card(title, tuple(block for block in blocks if block), Tone.REVEAL, summary=words("The answer is out."))


def explanation_card(words: Words, shown: Shown) -> Card:
    """Why the key is right, why the others are not, and where to read on."""
    blocks: list[Block] = [Text(shown.explanation)] if shown.explanation else []
    told = [index for index, option in enumerate(shown.options) if option.reason]
    if told:
        blocks.append(Text("\n".join(_reason(words, shown, index) for index in told)))
    if shown.references:
        blocks.append(Fine(words("Read on: {references}", references=literal(in_a_row(shown.references)))))
    return Card(words("Why"), tuple(blocks), Tone.PLAIN, summary=words("Why the answer is right."))


def explains(shown: Shown) -> bool:
    """Whether there is anything to say beneath the reveal."""
    return bool(shown.explanation or shown.references or any(option.reason for option in shown.options))


def key_text(words: Words, shown: Shown) -> str:
    """The key of a typed item or an order, as Markdown."""
    match shown.kind:
        case Kind.NUMERIC if shown.numeric:
            return f"**{literal(_number(words, shown))}**"
        case Kind.SHORT if shown.short:
            also = ", ".join(literal(text) for text in shown.short.accepted[1:4])
            first = f"**{literal(shown.short.accepted[0])}**"
            return words("{answer} (also accepted: {others})", answer=first, others=also) if also else first
        case Kind.ORDER:
            return "\n".join(f"{n}. {option_text(words, shown, i)}" for n, i in enumerate(shown.key, 1))
        case _:
            return ", ".join(letter(index) for index in shown.key)


def _number(words: Words, shown: Shown) -> str:
    key = shown.numeric
    assert key is not None  # noqa: S101  the caller matched on it
    value = f"{key.value} {key.unit}".strip()
    if key.tolerance in ("", "0"):
        return value
    tolerance = f"{Decimal(key.tolerance) * 100:f} %" if key.relative else key.tolerance
    return words("{value} (within {tolerance})", value=value, tolerance=tolerance)


def _key(words: Words, shown: Shown, result: Result) -> Sequence[Block]:
    match shown.kind:
        case Kind.OPEN if shown.open:
            rubric = "\n".join(f"- {line}" for line in shown.open.rubric)
            reference = Text(f"**{words('A reference answer')}**\n\n{shown.open.reference}")
            return (reference, Text(f"**{words('Rate yours by')}**\n\n{rubric}")) if rubric else (reference,)
        case Kind.ORDER:
            choices = tuple(Choice("", option_text(words, shown, index)) for index in range(len(shown.options)))
            right = Text(f"**{words('The right order')}**\n\n{key_text(words, shown)}")
            return (Options(choices, Pick.ORDERED, pressable=False), right, _verdict_bars(words, result))
        case Kind.NUMERIC | Kind.SHORT:
            return (Text(words("The answer: {key}", key=key_text(words, shown))), _verdict_bars(words, result))
        case _:
            return (_bars(words, shown, result),)


def _bars(words: Words, shown: Shown, result: Result) -> Bars:
    people = max(1, result.answered)
    return Bars(
        tuple(
            Bar(f"**{letter(index)}** {option_text(words, shown, index)}", count, count / people, index in shown.key)
            for index, count in enumerate(result.chosen)
        )
    )


def _verdict_bars(words: Words, result: Result) -> Bars:
    people, right = max(1, result.answered), result.right_count
    rest = result.answered - right
    return Bars((Bar(words("right"), right, right / people, marked=True), Bar(words("not right"), rest, rest / people)))


def _who(words: Words, shown: Shown, result: Result) -> str:
    if result.answered == 0:
        return words("Nobody answered this time.")
    told = words.many("{n} person answered.", "{n} people answered.", result.answered)
    if shown.kind is Kind.OPEN:
        return told
    if not result.right_count:
        return f"{told} {words('Nobody had it right.')}"
    names = ", ".join(literal(name) or words("somebody") for name in result.right[:NAMES])
    more = result.right_count - len(result.right[:NAMES])
    tail = " " + words.many("and {n} more", "and {n} more", more) if more > 0 else ""
    return f"{told} {words('Right: {names}', names=names)}{tail}"


def _liked(words: Words, result: Result) -> str:
    names = ", ".join(literal(name) or words("somebody") for name in result.liked)
    if len(result.liked) == 1:
        said = words.many(
            "The group liked the answer of {name} best: {n} star.",
            "The group liked the answer of {name} best: {n} stars.",
            result.stars,
            name=names,
        )
    else:
        said = words.many(
            "The group liked these answers best, with {n} star each: {names}.",
            "The group liked these answers best, with {n} stars each: {names}.",
            result.stars,
            names=names,
        )
    return f"★ {said}"


def _reason(words: Words, shown: Shown, index: int) -> str:
    mark = "" if shown.kind is Kind.ORDER else "✓ " if index in shown.key else "✗ "
    name = option_text(words, shown, index) if shown.kind is Kind.TRUE_FALSE else letter(index)
    return f"- {mark}**{name}** {' '.join(shown.options[index].reason.split())}"
