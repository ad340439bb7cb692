"""A study hall for tests: the real core on a real store, with a platform in memory and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot.app import App
from bot.ports import (
    Adapter,
    Answered,
    Buttons,
    Card,
    Fine,
    Limits,
    Options,
    PlaceRef,
    Press,
    Reply,
    Said,
    Text,
    Typed,
    Who,
)
from bot.settings import HallEntry, Listening, Organisers, Policy, ScheduleEntry, Selection, Settings
from bot.store import Store
from scheduler.schedule import Rule
from tests.clock import Clock
from tests.fakes.platform import FakePlatform, Posted

GENERAL = PlaceRef("fake", "team", "general")
ORGANISERS = PlaceRef("fake", "team", "organisers")
EVERY_DAY = frozenset(range(7))

PACK = """\
format: 1
id: tests
title: Questions of the tests
version: 0.1.0
licence: CC0-1.0
languages: [en]
description: A few questions of every kind.
topics: {statistics: Statistics, learning: Learning}
items:
"""

CHOICE = """\
  - id: {id}
    kind: choice
    concept: {concept}
    topic: {topic}
    difficulty: easy
    stem: Which letter does question {id} want?
    options:
      - {{text: alpha of {id}, reason: Reason for alpha.}}
      - {{text: beta of {id}, reason: Reason for beta.}}
      - {{text: gamma of {id}, reason: Reason for gamma.}}
    key: {key}
    explanation: Because of the letter.
    references: ["Author, A. Letters. 2020."]
"""

OTHERS = {
    "multi": """\
    options:
      - {text: one, reason: It is odd.}
      - {text: two, reason: It is even.}
      - {text: three, reason: It is odd too.}
    key: [A, C]
    explanation: Odd numbers leave one over.
""",
    "true-false": """\
    options:
      - {text: true, reason: So it is.}
      - {text: false, reason: So it is not.}
    key: true
    explanation: It is true.
""",
    "numeric": """\
    key: {value: 0.5, tolerance: 0.01}
    explanation: Half of one.
""",
    "short": """\
    key: {accepted: [overfitting, over-fitting], confusable: [underfitting]}
    explanation: It fits the noise.
""",
    "order": """\
    options:
      - {text: first}
      - {text: second}
      - {text: third}
    explanation: They are counted up.
""",
    "open": """\
    key: {reference: A model that learns the noise., rubric: [names noise, names data]}
""",
}


def choice_pack(items: int = 6, key: str = "B") -> str:
    """A pack of choice items, all with the same key."""
    topics = ("statistics", "learning")
    texts = [
        CHOICE.format(id=f"item-{n}", concept=f"concept-{n % 4}", topic=topics[n % 2], key=key) for n in range(items)
    ]
    return PACK + "".join(texts)


def pack_of(kind: str) -> str:
    """A pack of one item of a kind other than choice."""
    head = f"""\
  - id: the-item
    kind: {kind}
    concept: concept-1
    topic: statistics
    difficulty: medium
    stem: What does the {kind} item want?
    references: ["Author, A. Letters. 2020."]
"""
    return PACK + head + OTHERS[kind]


def schedule(name: str = "daily", places: Sequence[PlaceRef] = (GENERAL,), **changes: Any) -> ScheduleEntry:
    """A schedule at 09:00 every day in UTC, or as the keywords say (a rule's or policy's fields)."""
    times = tuple(time.fromisoformat(text) for text in changes.pop("times", ("09:00",)))
    days: frozenset[date] = frozenset(changes.pop("blackout", ()))
    rule = Rule(times, changes.pop("weekdays", EVERY_DAY), changes.pop("zone", "UTC"), days)
    selection = changes.pop("selection", Selection())
    return ScheduleEntry(name, tuple(places), rule, selection, Policy(**changes), "studyhall.yaml:7")


def hall_entry(
    hall: str = "team",
    places: Sequence[PlaceRef] = (GENERAL,),
    schedules: Sequence[ScheduleEntry] | None = None,
    **changes: Any,
) -> HallEntry:
    """A hall with one place, an organisers' place and one schedule."""
    entry = HallEntry(
        id=hall,
        title="The team",
        zone="UTC",
        language="en",
        season="quarter",
        organisers=Organisers(accounts=frozenset({"fake:team:olga"})),
        organiser_place=ORGANISERS,
        places=tuple(places),
        schedules=tuple(schedules if schedules is not None else (schedule(),)),
        where="studyhall.yaml:2",
    )
    return replace(entry, **changes)


def settings_for(halls: Sequence[HallEntry], packs: Sequence[Path], platforms: Sequence[str] = ("fake",)) -> Settings:
    """Settings of these halls on the fake platform."""
    chosen: Mapping[str, Mapping[str, Any]] = {name: {} for name in platforms}
    return Settings(tuple(halls), tuple(packs), "", chosen, Listening(private_port=0), "a test")


def who(account: str = "ada", **changes: Any) -> Who:
    """An account of the fake platform."""
    name = changes.pop("name", account.capitalize())
    return Who("fake", "team", account, name, **changes)


class StudyHall:
    """The core with its outside in memory. `run` does what is due; `press`, `say` and `type` are what people do."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        *,
        limits: Limits | None = None,
        tokens: int = 1,
        whole: Callable[[Card], bool] | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.platform = FakePlatform("fake", clock, limits)
        forget = self.platform.forget
        adapter = Adapter("fake", lambda _: self.platform, str, self.platform.limits, whole, forget=forget)
        numbers = count(tokens)
        self.app = App(
            settings,
            store,
            {"fake": adapter},
            environment={},
            now=clock,
            steady=lambda: clock().timestamp(),
            token=lambda length: f"{next(numbers):x}".translate(HEX).rjust(length, "a"),
        )
        self._events = count(tokens)
        self.settings = settings

    async def settle(self) -> None:
        """Make the store say what the settings say."""
        await self.app.settle()

    async def run(self, **forward: float) -> None:
        """Move the clock on, then do everything that is due."""
        if forward:
            self.clock.forward(**forward)
        await self.app.run_due()

    def questions(self, place: PlaceRef = GENERAL) -> list[Posted]:
        """The messages of a place."""
        return self.platform.in_place(place)

    def notes(self) -> list[str]:
        """What the organisers were told."""
        return [text_of(each.card).replace("\\", "") for each in self.platform.in_place(ORGANISERS)]

    def event(self) -> str:
        """A new event id."""
        return f"e{next(self._events)}"

    async def press(
        self, posted: Posted, option: str | Sequence[str], person: Who | None = None, event: str = ""
    ) -> Answered:
        """Press the option with this text; several for a question of several."""
        options = next(block for block in posted.card.blocks if isinstance(block, Options))
        wanted = [option] if isinstance(option, str) else option
        refs = [next(each.ref for each in options.choices if text in each.text) for text in wanted]
        ref, picked = (options.submit, tuple(refs)) if options.submit else (refs[0], ())
        press = Press(event or self.event(), self.clock(), person or who(), posted.place, ref, picked)
        return await self.app.desk.pressed(press)

    async def push(self, posted: Posted, label: str, person: Who | None = None, event: str = "") -> Answered:
        """Press the button of a message with this label."""
        rows = (block for block in posted.card.blocks if isinstance(block, Buttons))
        ref = next(button.ref for row in rows for button in row.buttons if label in button.label)
        press = Press(event or self.event(), self.clock(), person or who(), posted.place, ref)
        return await self.app.desk.pressed(press)

    async def say(
        self, text: str, person: Who | None = None, place: PlaceRef = GENERAL, *, direct: bool = True
    ) -> Answered:
        """Type a text to the bot."""
        return await self.app.desk.said(Said(self.event(), self.clock(), person or who(), place, text, direct=direct))

    async def type(self, line: str, person: Who | None = None, place: PlaceRef = GENERAL) -> Answered:
        """Type a command line."""
        return await self.app.desk.typed(Typed(self.event(), self.clock(), person or who(), place, line))


HEX = str.maketrans("0123456789abcdef", "bcdefghijklmnopq")


async def open_hall(store: Store, clock: Clock, folder: Path, pack: str = "", **changes: Any) -> StudyHall:
    """A settled study hall with one pack. Keywords: halls, limits, whole, and those of `hall_entry`."""
    file = folder / "pack.yaml"
    file.write_text(pack or choice_pack(), encoding="utf-8")
    limits, whole = changes.pop("limits", None), changes.pop("whole", None)
    halls = changes.pop("halls", None) or [hall_entry(**changes)]
    hall = StudyHall(store, clock, settings_for(halls, [file]), limits=limits, whole=whole)
    await hall.settle()
    return hall


def text_of(card: Card | Answered) -> str:
    """Everything that a card says, or the card of a reply."""
    card = card.card if isinstance(card, Reply) else card
    assert isinstance(card, Card), card
    parts = [card.title]
    for block in card.blocks:
        match block:
            case Text() | Fine():
                parts.append(block.markdown)
            case Options():
                parts += [choice.text for choice in block.choices]
            case _:
                parts.append(str(block))
    return "\n".join(parts)


HOUR = timedelta(hours=1)
