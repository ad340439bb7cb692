"""Cards -> the components of a message, in one container of which the colour tells the tone.

Forms by https://docs.discord.com/developers/components/reference. Texts are written by `markdown`, and mention nobody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from adapters.discord.fitting import Element, cut, fitting, is_whole, text
from adapters.discord.markdown import UNBOUNDED, begins_with_text, line, literal, passage, table
from adapters.discord.picks import button, letter, ordering, pickers, read_order, rows, stand_in_buttons
from adapters.discord.runs import ELLIPSIS, NOTHING
from bot.ports import (
    Bar,
    Bars,
    Buttons,
    Card,
    File,
    Fine,
    Moment,
    Options,
    Pick,
    Picture,
    Table,
    Text,
    Tone,
)
from content.markup import drawn_bar, visible

GALLERY, ATTACHED, RULE, CONTAINER = 12, 13, 14, 17
TITLE = 250
ALT = 1024
BAR_WIDTH = 12
SIGNS: Mapping[Tone, str] = {Tone.RIGHT: "✅ ", Tone.PARTLY: "🟡 ", Tone.WRONG: "❌ "}
"""A card's tone, told without colour."""
COLOURS: Mapping[Tone, int] = {
    Tone.QUESTION: 0x5865F2,
    Tone.RIGHT: 0x2E9E5B,
    Tone.PARTLY: 0xE0A100,
    Tone.WRONG: 0xD83C3E,
    Tone.REVEAL: 0x8E5BD0,
    Tone.BOARD: 0x1F8BC4,
    Tone.NOTE: 0x80848E,
}
FIRST_LETTER = 0x1F1E6
"""The letter A among the emoji (Unicode: regional indicator symbols)."""

Files = Mapping[int, str]
"""The name of each picture and file of a card that is sent along, by the block's place in the card."""


def components_of(card: Card, files: Files | None = None) -> list[Element]:
    """The components of a message, which holds them. What is not sent along is its alternative text."""
    inner = fitting(lambda room: list(_drawn_in(room, card, files or {})))
    box: Element = {"type": CONTAINER, "components": inner or [text(ELLIPSIS)]}
    return [box | ({"accent_color": COLOURS[card.tone]} if card.tone in COLOURS else {})]


def shows_whole(card: Card) -> bool:
    """Whether the message has all of a card."""
    return is_whole(list(_drawn_in(UNBOUNDED, card, {})))


def as_text(card: Card) -> str:
    """What Discord would get, for previews."""
    return json.dumps({"components": components_of(card)}, ensure_ascii=False, indent=2)


def _drawn_in(room: int, card: Card, files: Files) -> Iterator[Element]:
    """What the container has with so much room for each passage. Notifications show the first text of it."""
    if title := literal(card.title.strip(), TITLE):
        # Discord leaves out number signs that end a heading.
        yield text(f"### {SIGNS.get(card.tone, '')}{title}{NOTHING if title.endswith('#') else ''}")
    for number, block in enumerate(card.blocks):
        match block:
            case Options():
                yield from _options(block, number, card.tone, room)
            case Buttons(buttons):
                yield from rows(button(each.ref, each.label) for each in buttons)
            case Picture() if number in files:
                yield _gallery(block, files[number])
            case File() if number in files:
                yield {"type": ATTACHED, "file": {"url": f"attachment://{files[number]}"}}
            case _:
                content = _said(block, room)
                yield from [text(content)] if content.strip() else []


def _said(block: Text | Bars | Table | Moment | Picture | File | Fine, room: int) -> str:
    """A block that is nothing but text."""
    match block:
        case Text(markdown):
            return passage(markdown, room)
        case Bars(bars):
            return "\n".join(_bar(bar, room) for bar in bars)
        case Table(header, lines, numeric):
            return table(header, lines, numeric, room)
        case Moment():
            return _moment(block, room)
        case Picture() | File():
            return literal(block.alt, min(room, ALT))
        case Fine(markdown):
            return _small(line(markdown, room))


def _options(options: Options, number: int, tone: Tone, room: int) -> Iterator[Element]:
    """Each option in full behind its letter, unless its button says it all; below them what picks one."""
    if not (options.pressable and stand_in_buttons(options)):
        if number:
            yield {"type": RULE, "divider": True, "spacing": 1}
        by_reaction = tone is Tone.QUESTION and not options.pressable and options.pick is Pick.ONE
        yield text("\n".join(_listed(options, room, by_reaction=by_reaction)))
    if options.pressable:
        yield from pickers(options, number)


def _listed(options: Options, room: int, *, by_reaction: bool) -> Iterator[str]:
    for index, choice in enumerate(options.choices):
        sign = chr(FIRST_LETTER + index) if by_reaction else f"**{letter(index)}**"
        apart = "  " if begins_with_text(choice.text) else "\n"
        yield f"{sign}{apart}{passage(choice.text, room)}"


def _bar(bar: Bar, room: int) -> str:
    sign = "**✓** " if bar.marked else ""
    return f"{sign}{line(bar.label, room)}\n`{drawn_bar(bar.share, BAR_WIDTH)}`  {bar.count} · {bar.share:.0%}"


def _moment(moment: Moment, room: int) -> str:
    """A sentence with an instant that each reader sees in their own zone, and how far away it is, which goes on."""
    before, _, after = moment.text.partition("{time}")
    at = int(moment.at.timestamp())
    if moment.countdown:
        return _small(f"{literal(before, room)}<t:{at}:R>{literal(after, room)}")
    return _small(f"{literal(before, room)}<t:{at}:f> (<t:{at}:R>){literal(after, room)}")


def _small(content: str) -> str:
    return "\n".join(f"-# {each}" for each in content.split("\n") if each.strip())


def _gallery(picture: Picture, file: str) -> Element:
    alt = cut(visible(picture.alt), ALT)
    item: Element = {"media": {"url": f"attachment://{file}"}} | ({"description": alt} if alt else {})
    return {"type": GALLERY, "items": [item]}


__all__ = ["as_text", "components_of", "ordering", "read_order", "shows_whole"]
