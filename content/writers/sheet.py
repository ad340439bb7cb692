"""A pack as a sheet in Markdown to print or to hand out: first the questions, then the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from content.item import Item, Kind
from content.markup import literal, parse, written
from content.record import Pack
from content.writers.asked import options_shown, right
from content.writers.losses import LOST_PICTURE, Losses
from content.writers.written import Written


class _SheetWriter:
    """Writes Markdown, and beside it the pictures that it shows."""

    name = "sheet"
    title = "sheet to print (Markdown)"
    suffix = ".md"

    def write(self, pack: Pack, items: Sequence[Item], pictures: Mapping[str, bytes]) -> Written:
        """One file, and the pictures. Hints, tags, difficulties and translations are not on it."""
        used = [item.picture.path for item in items if item.picture and item.picture.path in pictures]
        text = "\n\n".join(_sheet(pack, items, set(used)))
        drawn = {path: pictures[path] for path in used}
        return Written({f"{pack.id}.md": f"{text}\n".encode(errors="replace"), **drawn}, lost(items, pictures))


WRITER = _SheetWriter()


def by_topic(pack: Pack, items: Sequence[Item]) -> Iterator[tuple[str, list[tuple[int, Item]]]]:
    """The titles of topics, each with its items and their numbers, in the order of the pack."""
    numbered = enumerate(items, 1)
    for topic, part in groupby(numbered, lambda each: each[1].topic):
        yield pack.topics.get(topic) or topic.replace("-", " ").capitalize(), list(part)


def lost(items: Sequence[Item], pictures: Mapping[str, bytes]) -> tuple[str, ...]:
    """What is told of the pictures that are not there."""
    losses = Losses()
    for item in items:
        if item.picture and item.picture.path not in pictures:
            losses.add(LOST_PICTURE, item.id)
    return losses.told()


def _sheet(pack: Pack, items: Sequence[Item], drawn: set[str]) -> Iterator[str]:
    yield f"# {literal(pack.title)}"
    yield literal(pack.description)
    for title, part in by_topic(pack, items):
        yield f"## {literal(title)}"
        for number, item in part:
            yield f"### {number}"
            yield from _question(item, drawn)
    yield "---"
    yield "# Answers"
    for number, item in enumerate(items, 1):
        yield f"### {number}"
        yield from _answer(item)
    yield f"{literal(pack.title)} {pack.version}. {literal(pack.licence)}."


def _question(item: Item, drawn: set[str]) -> Iterator[str]:
    yield passage(item.stem)
    if item.picture and item.picture.path in drawn:
        alt = re.sub(r"[][\\]", "", " ".join(item.picture.alt.split()))
        yield f"![{alt}](<{item.picture.path}>)"
    if item.kind is Kind.TRUE_FALSE:
        yield " / ".join(passage(option.text) for option in item.options)
    elif item.options:
        ordered = item.kind is Kind.ORDER
        signs = (("\\_\\_\\_" if ordered else f"**{letter}.**", option.text) for letter, option in options_shown(item))
        yield _list(f"{sign} {passage(text)}" for sign, text in signs)
    else:
        yield "\\_" * 40


def _answer(item: Item) -> Iterator[str]:
    parts = [(f"**{sign}** " if sign else "") + passage(text) for sign, text in right(item)]
    yield _list(parts) if len(parts) > 1 else "".join(parts)
    if item.explanation:
        yield passage(item.explanation)
    reasons = [(sign, option.reason) for sign, option in options_shown(item) if option.reason]
    if reasons:
        yield _list(f"**{sign}** {passage(reason)}" for sign, reason in reasons)
    if item.references:
        yield _list(literal(reference) for reference in item.references)


def passage(markdown: str) -> str:
    """A passage of cards as it looks the same in any Markdown."""
    return written(parse(markdown))


def _list(passages: Iterator[str] | Sequence[str]) -> str:
    return "\n".join("- " + each.replace("\n", "\n  ") for each in passages)
