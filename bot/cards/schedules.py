"""Schedules as organisers see and change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards.words import Words, literal
from bot.ports import Block, Card, Moment, Text, Tone


@dataclass(frozen=True, slots=True)
class Listed:
    """A schedule in the list. `from_file` is the line of the settings that it stands in, "" where chat made it."""

    name: str
    times: tuple[str, ...]
    zone: str
    next_at: datetime | None
    paused_since: datetime | None
    from_file: str


def schedules_card(words: Words, listed: Sequence[Listed]) -> Card:
    """All schedules of a hall."""
    if not listed:
        blocks: tuple[Block, ...] = (Text(words("There is no schedule yet. `/study schedule add` makes one.")),)
    else:
        blocks = tuple(_schedule(words, each) for each in listed)
    return Card(words("Schedules"), blocks, Tone.NOTE, summary=words("Schedules"))


def changed_card(words: Words, change: str, name: str, detail: str) -> Card:
    """What became of a change: done, or why not and what to do."""
    safe = {"name": literal(name), "detail": literal(detail)}
    told = {
        "done": words("Done: **{name}**. `/study schedule list` shows all schedules.", **safe),
        "from-file": words(
            "**{name}** stands in the settings, at {detail}. Change it there; the chat leaves it alone.", **safe
        ),
        "unknown": words("There is no schedule **{name}**. There are: {detail}.", **safe),
        "exists": words("There is a schedule **{name}** already. Remove it first, or choose another name.", **safe),
        "wrong": words("That cannot be read: {detail}.", **safe),
    }[change]
    title = words("Schedule changed") if change == "done" else words("Nothing was changed")
    return Card(title, (Text(told),), Tone.NOTE, summary=title)


def _schedule(words: Words, each: Listed) -> Block:
    name = f"{each.name} ({', '.join(each.times)}, {each.zone})"
    origin = f" · {each.from_file}" if each.from_file else ""
    if each.paused_since:
        return Moment(words("{name}: paused since {time}", name=name, time="{time}") + origin, each.paused_since)
    if each.next_at:
        return Moment(words("{name}: next {time}", name=name, time="{time}") + origin, each.next_at)
    return Text(literal(words("{name}: no further question is planned", name=name) + origin))
