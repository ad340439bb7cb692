"""A live match in a study hall of the tests: what is asked, and what people press and type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from bot.ports import Answered, Card, Options, Press, Typed, Who
from bot.store import Store
from bot.store.columns import AnyRow
from bot.store.standings import page
from bot.store.tables import matches
from tests.clock import Clock
from tests.fakes.platform import Posted
from tests.hall import GENERAL, StudyHall, choice_pack, open_hall, who

ADA = who("ada")


@dataclass(slots=True)
class Match:
    """The match of a hall's only place."""

    hall: StudyHall

    @property
    def lobby(self) -> Posted:
        """The lobby's message."""
        return self.hall.questions()[0]

    @property
    def last(self) -> Posted:
        """The latest message of the place."""
        return self.hall.questions()[-1]

    @property
    def question(self) -> Posted:
        """The latest question, open or revealed; the lobby where none is there."""
        asked = (each for each in reversed(self.hall.questions()) if each.card.title.startswith(("Question", "Answer")))
        return next(asked, self.lobby)

    async def press(self, verb: str, person: Who, event: str = "") -> Answered:
        """Press a button of the match by its verb, one that is gone too."""
        token = (await row_of(self.hall, matches)).token
        ref = verb if ":" in verb else f"{verb}:{token}"
        press = Press(event or self.hall.event(), self.hall.clock(), person, GENERAL, ref)
        return await self.hall.app.desk.pressed(press)

    async def answer(self, option: str, person: Who, event: str = "") -> Answered:
        """Answer the latest question with the option that has this text."""
        return await self.hall.press(self.question, option, person, event)

    async def answer_late(self, card: Card, option: str, person: Who, at: datetime) -> Answered:
        """An answer to a question as it was shown, given then and delivered now."""
        options = next(block for block in card.blocks if isinstance(block, Options))
        ref = next(choice.ref for choice in options.choices if option in choice.text)
        return await self.hall.app.desk.pressed(Press(self.hall.event(), at, person, GENERAL, ref))

    async def command(self, line: str, person: Who = ADA, event: str = "") -> Answered:
        """Type a command line."""
        typed = Typed(event or self.hall.event(), self.hall.clock(), person, GENERAL, line)
        return await self.hall.app.desk.typed(typed)

    async def wait(self, seconds: int) -> None:
        """Look every second, for so long."""
        for _ in range(seconds):
            await self.hall.run(seconds=1)


async def opened(store: Store, clock: Clock, folder: Path, line: str, *others: Who, **changes: Any) -> Match:
    """A match in its lobby, with its host ada and others in it; twenty seconds a question unless the line says so.
    Keywords are those of `open_hall`.
    """
    line = line if "seconds:" in line else f"{line} seconds:20"
    changes = {"pack": choice_pack(), "schedules": ()} | changes
    match = Match(await open_hall(store, clock, folder, **changes))
    await match.command(line, ADA)
    await match.hall.run()
    for each in others:
        await match.press("join", each)
    return match


async def begun(store: Store, clock: Clock, folder: Path, line: str, *others: Who, **changes: Any) -> Match:
    """A match whose first question is open."""
    match = await opened(store, clock, folder, line, *others, **changes)
    await match.press("go", ADA)
    await match.hall.run()
    return match


async def row_of(hall: StudyHall, table: Table) -> AnyRow:
    """The newest row of a table."""
    found = await hall.store.read(lambda connection: connection.execute(table.select()).all())
    return found[-1]


async def points_on_board(hall: StudyHall) -> dict[str, int]:
    """The points of the hall's board, of all time, by name."""
    lines = await hall.store.read(lambda connection: page(connection, "team", "hall", "all"))
    return {line.name: line.points for line in lines}
