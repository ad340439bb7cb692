"""Cards that would do harm if a text in them were read as anything but a text."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.ports import Bar, Bars, Button, Buttons, Card, Choice, Fine, Moment, Options, Picture, Table, Text

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def hostile_cards(text: str) -> list[Card]:
    """A card for each block that there is, hostile wherever a text goes."""
    blocks = (
        Text(text),
        Text(f"```\n{text}\n```"),
        Text(f"- {text}\n\n| {text} | b |\n|---|---|\n| c | {text} |"),
        Text(f"[{text}](https://example.org) $\\text{{{text}}}$"),
        Options((Choice("a:b:0", text), Choice("a:b:1", "b"))),
        Buttons((Button("a:b", text),)),
        Bars((Bar(text, 1, 1.0),)),
        Table((text, "b"), ((text, text),)),
        Moment(f"{text} {{time}}", NOON),
        Picture(b"", "image/png", text),
        Fine(text),
    )
    return [Card(text, (block,), summary=text) for block in blocks]
