"""Moodle's GIFT, from which `content.readers.gift` reads the same questions. Texts are HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from content.item import Item, Kind, NumericKey
from content.readers.answers import written_number
from content.record import Pack
from content.scalars import decimal
from content.writers.html import html_of
from content.writers.losses import Losses
from content.writers.shares import share_of
from content.writers.written import Written

_SPECIAL = re.compile(r"[\\~=#{}:]")
_LABEL = re.compile(r"[\\\[\]]")


class _GiftWriter:
    """Writes GIFT."""

    name = "gift"
    title = "Moodle GIFT"
    suffix = ".gift"

    def write(self, pack: Pack, items: Sequence[Item], pictures: Mapping[str, bytes]) -> Written:
        """One file. Its categories are the topics; ids, tags, concepts and difficulties stand in comments."""
        losses = Losses()
        text = "".join(_lines(items, losses))
        return Written({f"{pack.id}.gift": text.encode(errors="replace")}, losses.told())


WRITER = _GiftWriter()


def _lines(items: Iterable[Item], losses: Losses) -> Iterator[str]:
    topic = ""
    for item in items:
        if item.short and all("->" in term for term in (*item.short.accepted, *item.short.confusable)):
            losses.add("Left out, as GIFT takes an answer with -> for a pair", item.id)
            continue
        _note(item, losses)
        if item.topic != topic:
            topic = item.topic
            yield f"$CATEGORY: {_escaped(topic)}\n\n"
        own = item.id.partition("/")[2]
        tags = (*item.tags, f"concept: {item.concept}", f"difficulty: {item.difficulty}")
        yield f"// [id:{_label(own)}] {' '.join(f'[tag:{_label(tag)}]' for tag in tags)}\n"
        general = item.open.reference if item.open else item.explanation
        lines = [*_answers(item), *([f"####{_html(general)}"] if general else [])]
        yield f"::{_escaped(own)}::[html]{_html(item.stem)} {{{_joined(lines)}}}\n\n"


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"\n\t{line}" for line in lines) + "\n" if len(lines) > 1 else "".join(lines)


def _note(item: Item, losses: Losses) -> None:
    """Tell what of the item GIFT has no place for."""
    reasoned = item.kind is Kind.ORDER and any(option.reason for option in item.options)
    lost = {
        "GIFT has no pictures": item.picture,
        "GIFT has no hints": item.hints,
        "GIFT has no references": item.references,
        "GIFT has one language: translations are left out": item.translations,
        "GIFT has no units": item.numeric and item.numeric.unit,
        "GIFT has no rubrics": item.open and item.open.rubric,
        "The general feedback of an essay is the reference answer: the explanation is left out": (
            item.open and item.explanation
        ),
        "GIFT has no order questions: the steps are matched with their places": item.kind is Kind.ORDER,
        "GIFT has no reasons for steps": reasoned,
    }
    for sentence, there in lost.items():
        if there:
            losses.add(sentence, item.id)


def _answers(item: Item) -> Iterator[str]:
    """What stands in the braces before the explanation."""
    match item.kind:
        case Kind.TRUE_FALSE:
            true = item.key == (0,)
            reasons = [_html(option.reason) for option in item.options]
            right, wrong = reasons if true else reversed(reasons)
            yield f"{'T' if true else 'F'}{f'#{wrong}#{right}' if wrong or right else ''}"
        case Kind.NUMERIC if item.numeric:
            yield "#" + _number(item.numeric)
        case Kind.SHORT if item.short:
            yield from (f"={_word(term)}" for term in item.short.accepted)
            yield from (f"=%0%{_word(term, shared=True)}" for term in item.short.confusable)
        case Kind.ORDER:
            yield from (f"={place} -> {_html(option.text)}" for place, option in enumerate(item.options, 1))
        case Kind.CHOICE | Kind.MULTI:
            yield from _options(item)


def _options(item: Item) -> Iterator[str]:
    for number, option in enumerate(item.options):
        right = number in item.key
        single = "=" if right else "~"
        mark = single if item.kind is Kind.CHOICE else f"~%{share_of(right=right, of=len(item.key))}%"
        yield f"{mark}{_html(option.text)}{f'#{_html(option.reason)}' if option.reason else ''}"


def _number(key: NumericKey) -> str:
    return f"{key.value}:{tolerance_of(key)}"


def tolerance_of(key: NumericKey) -> str:
    """The tolerance as a number, also where it is a share of the value."""
    value, tolerance = decimal(key.value), decimal(key.tolerance)
    if not key.relative or value is None or tolerance is None:
        return key.tolerance
    return written_number(abs(value) * tolerance)


def _word(term: str, *, shared: bool = False) -> str:
    """An accepted answer: plain text, in which a star would stand for any letters."""
    text = _escaped(" ".join(term.split()).replace("*", "\\*"))
    if text.startswith("["):
        return f"[plain]{text}"
    return f"%100%{text}" if text.startswith("%") and not shared else text


def _html(markdown: str) -> str:
    html = html_of(markdown)
    # Nothing may look like the name of a form, a share or a pair.
    html = {"[": "&lbrack;", "%": "&percnt;"}.get(html[:1], html[:1]) + html[1:]
    return _escaped(html)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


def _label(text: str) -> str:
    return _LABEL.sub(r"\\\g<0>", " ".join(text.split()))
