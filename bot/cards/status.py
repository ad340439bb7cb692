"""What the study hall is up to: `/study status`, `/study help`, and the answer to a line that was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards.words import Words, literal
from bot.ports import Block, Card, Command, Fine, Moment, Table, Text, Tone


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule and its next slot, None where it has none; `paused_since` where it is paused."""

    name: str
    next_at: datetime | None
    paused_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a hall and of the processes that serve it."""

    planned: tuple[Planned, ...]
    last_tick: datetime | None
    last_post: datetime | None
    waiting: int
    missed: int
    items: int
    packs: int
    platforms: tuple[tuple[str, bool], ...]
    notes: tuple[str, ...] = ()


def status_card(words: Words, status: Status, now: datetime, account: str = "") -> Card:
    """A status that an organiser can read at a glance."""
    alive = status.last_tick is not None and (now - status.last_tick).total_seconds() < 30  # noqa: PLR2004  30 ticks
    state = words("All is well.") if alive and not status.notes else words("Something needs a look.")
    blocks: list[Block] = [Text(state), *(_schedule(words, schedule) for schedule in status.planned)]
    blocks.append(
        Table(
            (words("What"), words("Now")),
            (
                (
                    words("Questions in the bank"),
                    f"{status.items} ({words.many('{n} pack', '{n} packs', status.packs)})",
                ),
                (words("Messages waiting to be sent"), f"{status.waiting}"),
                (words("Questions missed in the last 7 days"), f"{status.missed}"),
                *((name, words("connected") if up else words("down")) for name, up in status.platforms),
            ),
        )
    )
    if status.last_post:
        blocks.append(Moment(words("Last message sent {time}", time="{time}"), status.last_post))
    if status.last_tick:
        blocks.append(Moment(words("Clock last looked at {time}", time="{time}"), status.last_tick))
    blocks += [Text(f"- {literal(note)}") for note in status.notes]
    if account:
        blocks.append(Fine(words("Your account, as settings name it: {account}", account=f"`{account}`")))
    return Card(words("Status"), tuple(blocks), Tone.NOTE, summary=state)


def _schedule(words: Words, schedule: Planned) -> Block:
    name = schedule.name
    if schedule.paused_since:
        return Moment(words("Schedule {name}: paused since {time}", name=name, time="{time}"), schedule.paused_since)
    if schedule.next_at is None:
        return Text(literal(words("Schedule {name}: no further question is planned", name=name)))
    return Moment(words("Schedule {name}: next question {time}", name=name, time="{time}"), schedule.next_at)


def help_card(words: Words, commands: Sequence[Command]) -> Card:
    """All commands with an example each, and how to answer."""
    rows = tuple((leaf.example, words(leaf.description)) for command in commands for leaf in _leaves(command))
    answer = words(
        "Answer a question by its buttons, with a letter reaction, or by typing the letter or the answer. "
        "The first answer counts; whether it is right is told to you alone."
    )
    return Card(
        words("Help"),
        (Text(answer), Table((words("Type"), words("to")), rows)),
        Tone.NOTE,
        summary=words("Help"),
    )


def no_topic_card(words: Words, topic: str, nearest: str, known: Sequence[str]) -> Card:
    """For a topic that no question has: the command `nearest` to what was meant, and the topics that there are."""
    told = words("There is no topic {topic}.", topic=f"`{_code(topic)}`")
    hint = words("Did you mean {nearest}?", nearest=f"`{_code(nearest)}`") if nearest else ""
    there = Fine(words("Topics: {topics}", topics=", ".join(f"`{each}`" for each in known)))
    title = words("Not understood")
    return Card(title, (Text(f"{told} {hint}".strip()), *((there,) if known else ())), Tone.NOTE, summary=title)


def puzzled_card(words: Words, line: str, nearest: str) -> Card:
    """For a command line that names no command, or an option that is none: the nearest one that exists."""
    told = words("There is no command {line}.", line=f"`{_code(line)}`")
    hint = words("Did you mean {nearest}?", nearest=f"`{_code(nearest)}`") if nearest else ""
    return Card(
        words("Not understood"),
        (Text(f"{told} {hint}".strip()), Fine(words("`/study help` lists all commands."))),
        Tone.NOTE,
        summary=words("Not understood"),
    )


def _code(text: str) -> str:
    return text.replace("`", "'")[:100]


def _leaves(command: Command) -> list[Command]:
    return [leaf for child in command.children for leaf in _leaves(child)] if command.children else [command]
