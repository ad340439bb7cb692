"""Cards and forms -> Block Kit. Texts stand in rich text or plain text: neither can mention anybody.

Limits by https://docs.slack.dev/reference/block-kit/blocks and .../block-elements.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.slack import rich
from adapters.slack.emoji import KEYCAPS
from adapters.slack.fitting import capped, fitting, is_whole, shortened
from adapters.slack.rich import Element
from adapters.slack.words import CANCEL
from bot.ports import (
    Bar,
    Bars,
    Block,
    Button,
    Buttons,
    Card,
    Field,
    File,
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
from content.markup import aligned, drawn_bar, plain, visible

HEADER = 150
BUTTON = 75
CHOICE = 75
ALT = 2000
MODAL_TITLE = 24
LABEL = 2000
PLACEHOLDER = 150
FALLBACK = 3000
BAR_WIDTH = 12
PICK = "pick:"
"""Before the ref of a submit button: the action of the picker that it submits."""
SIGNS: Mapping[Tone, str] = {Tone.RIGHT: "✅ ", Tone.PARTLY: "🟡 ", Tone.WRONG: "❌ "}
"""A card's tone, told without colour."""

Files = Mapping[int, str]
"""Slack's id of each picture of a card that was uploaded, by the block's place in the card."""


def blocks_of(card: Card, files: Files | None = None) -> list[Element]:
    """The blocks of a message, which holds them. A picture that was not uploaded is its alternative text."""
    return fitting(lambda room: _drawn_in(room, card, files or {}))


def shows_whole(card: Card) -> bool:
    """Whether the message has all of a card."""
    return is_whole(lambda room: _drawn_in(room, card, {}))


def _drawn_in(room: int, card: Card, files: Files) -> list[Element]:
    """The blocks with so much room for each passage."""
    blocks: list[Element] = [_header(f"{SIGNS.get(card.tone, '')}{card.title}")] if card.title.strip() else []
    for index, block in enumerate(card.blocks):
        blocks += _block(block, card.tone, files.get(index), room)
    return blocks


def fallback(card: Card) -> str:
    """What notifications and screen readers get: Slack reads marks and mentions in it, so its signs are escaped."""
    said = visible(card.summary or card.title).strip() or "Studyhall"
    return escaped(cut(said, FALLBACK))


def escaped(text: str) -> str:
    """A text where Slack reads its own marks: https://docs.slack.dev/messaging/formatting-message-text (Escaping)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """At most so many characters, with an ellipsis where some are left out."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def modal(form: Form, note: str, words: Callable[[str], str]) -> Element:
    """A modal for a form; `note` comes back with what is filled in."""
    return {
        "type": "modal",
        "callback_id": form.ref,
        "title": _plain(form.title, MODAL_TITLE),
        "submit": _plain(form.submit, MODAL_TITLE),
        "close": _plain(words(CANCEL), MODAL_TITLE),
        "private_metadata": note,
        "blocks": [_input(field) for field in form.fields],
    }


def _input(field: Field) -> Element:
    element: Element = {"action_id": "value"}
    if field.choices:
        options = [_option(label, value) for value, label in field.choices]
        element |= {"type": "static_select", "options": options}
        initial = [option for option in options if option["value"] == field.value]
        element |= {"initial_option": initial[0]} if initial else {}
    else:
        element |= {"type": "plain_text_input", "multiline": field.long, "max_length": min(field.limit, 3000)}
        element |= {"initial_value": visible(field.value)} if field.value else {}
    if field.placeholder:
        element["placeholder"] = _plain(field.placeholder, PLACEHOLDER)
    return {
        "type": "input",
        "block_id": field.id,
        "label": _plain(field.label, LABEL),
        "optional": not field.required,
        "element": element,
    }


def _block(block: Block, tone: Tone, file: str | None, room: int) -> list[Element]:  # noqa: PLR0911  one a kind of block
    match block:
        case Text(markdown):
            return _rich(shortened(rich.passage(markdown), room))
        case Options():
            return list(_options(block, tone, room))
        case Buttons(buttons):
            return [{"type": "actions", "elements": [_button(button) for button in buttons]}]
        case Bars(bars):
            return _rich([rich.section(piece for bar in bars for piece in _bar(bar, room))])
        case Table(header, rows, numeric):
            return _rich(shortened([rich.preformatted(aligned(header, rows, numeric))], room))
        case Moment():
            return [_moment(block)]
        case Picture():
            return [_picture(block, file)]
        case File():
            return [{"type": "context", "elements": [_plain(block.alt, min(ALT, room))]}]
        case Fine(markdown):
            return [{"type": "context", "elements": [_plain(plain(markdown), capped(room, ALT))]}]


def _options(options: Options, tone: Tone, room: int) -> Iterator[Element]:
    """Each option in full behind its letter; below them what picks one."""
    keycaps = tone is Tone.QUESTION and not options.pressable and options.pick is Pick.ONE
    yield from _rich([rich.section(_listed(options, room, keycaps=keycaps))])
    if options.pressable and options.pick is Pick.ONE:
        buttons = [_letter(index, choice.ref, choice.text) for index, choice in enumerate(options.choices)]
        yield {"type": "actions", "elements": buttons}
    elif options.pressable:
        yield from _picker(options)


def _listed(options: Options, room: int, *, keycaps: bool) -> Iterator[Element]:
    for index, choice in enumerate(options.choices):
        if index:
            yield rich.text("\n")
        if keycaps and index < len(KEYCAPS):
            yield {"type": "emoji", "name": KEYCAPS[index]}
            yield rich.text(" ")
        yield rich.text(f"{letter(index)}  ", bold=True)
        yield from shortened(rich.line(choice.text), room)


def _picker(options: Options) -> Iterator[Element]:
    """Check boxes, or where the sequence matters a list that keeps it; and the button that submits them.

    Slack takes a list of which several are picked beside a text alone, not among buttons.
    """
    offered = [_option(f"{letter(n)}  {plain(choice.text)}", choice.ref) for n, choice in enumerate(options.choices)]
    picker: Element = {"action_id": f"{PICK}{options.submit}", "options": offered}
    submit = {**_text_button(options.submit, "✓"), "style": "primary"}
    if options.pick is Pick.ORDERED:
        sequence = _plain(" → ".join("…" for _ in offered), PLACEHOLDER)
        several = {"type": "multi_static_select", "placeholder": sequence, **picker}
        yield {"type": "section", "text": sequence, "accessory": several}
        yield {"type": "actions", "elements": [submit]}
    else:
        yield {"type": "actions", "elements": [{"type": "checkboxes", **picker}, submit]}


def _letter(index: int, ref: str, text: str) -> Element:
    return {**_text_button(ref, letter(index)), "accessibility_label": cut(f"{letter(index)}: {_line(text)}", BUTTON)}


def _button(button: Button) -> Element:
    return _text_button(button.ref, button.label)


def _text_button(ref: str, label: str) -> Element:
    return {"type": "button", "action_id": ref, "value": ref, "text": _plain(label, BUTTON)}


def _option(label: str, value: str) -> Element:
    return {"text": _plain(label, CHOICE), "value": value}


def _bar(bar: Bar, room: int) -> Iterator[Element]:
    yield rich.text("✓ " if bar.marked else "   ", bold=True)
    yield from shortened(rich.line(bar.label), room)
    yield rich.text(f"\n{drawn_bar(bar.share, BAR_WIDTH)} ", code=True)
    yield rich.text(f"  {bar.count} · {bar.share:.0%}\n")


def _moment(moment: Moment) -> Element:
    """A sentence with an instant that each reader sees in the zone of their own Slack."""
    token, spelt = ("{time_secs}", "%H:%M:%S") if moment.countdown else ("{date_short_pretty} {time}", "%Y-%m-%d %H:%M")
    date = f"<!date^{int(moment.at.timestamp())}^{token}|{moment.at:{spelt}} UTC>"
    before, _, after = visible(moment.text).partition("{time}")
    text = f"{escaped(before)}{date}{escaped(after)}"
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _picture(picture: Picture, file: str | None) -> Element:
    alt = cut(_line(picture.alt) or "picture", ALT)
    if file is None:
        return {"type": "context", "elements": [_plain(alt, ALT)]}
    return {"type": "image", "slack_file": {"id": file}, "alt_text": alt}


def _header(title: str) -> Element:
    return {"type": "header", "text": _plain(" ".join(title.split()), HEADER)}


def _plain(text: str, limit: int) -> Element:
    return {"type": "plain_text", "text": cut(visible(text), limit) or " ", "emoji": False}


def _line(text: str) -> str:
    return visible(plain(text))


def _rich(elements: list[Element]) -> list[Element]:
    return [{"type": "rich_text", "elements": elements}] if elements else []


def letter(index: int) -> str:
    """The letter of an option."""
    return chr(ord("A") + index)


def as_text(card: Card) -> str:
    """What Slack would get, for previews."""
    message: dict[str, Any] = {"text": fallback(card), "blocks": blocks_of(card)}
    return json.dumps(message, ensure_ascii=False, indent=2)
