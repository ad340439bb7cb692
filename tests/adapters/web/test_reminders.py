"""Reminders of reviews on the page and in the terminal: for the eyes of whoever asked, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.installed import installed_adapters
from bot.ports import Buttons, Card, Edit, Options, PlaceRef, Press, Reply, Typed, Who, card_from_json
from bot.store import Store
from bot.store.tables import posts
from tests.clock import Clock
from tests.grounds import Ground
from tests.hall import choice_pack, hall_entry, schedule
from tests.stage import Stage, app_on

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@dataclass(slots=True)
class Alone(Stage):
    """A hall of one platform, and somebody in it."""

    place: PlaceRef
    someone: Who

    async def type(self, line: str) -> Card:
        """Type a command line."""
        told = Typed(f"{line} {self.clock()}", self.clock(), self.someone, self.place, line)
        answered = await self.app.porter.typed(told)
        assert isinstance(answered, Reply), answered
        return answered.card

    async def press(self, ref: str) -> Card:
        """Press a button."""
        told = Press(f"{ref} {self.clock()}", self.clock(), self.someone, self.place, ref)
        answered = await self.app.porter.pressed(told)
        assert isinstance(answered, Edit), answered
        return answered.card

    async def written(self) -> list[Card]:
        """What the page keeps for one visitor alone, or the terminal at all."""
        page = self.place.platform == "web"
        rows = await self.store.shelf(self.place.platform).newest("d:ada:" if page else "message:")
        return [card_from_json(row.value["card"]) for row in rows]


@pytest.fixture(params=["web", "console"])
async def hall(request: pytest.FixtureRequest, store: Store, clock: Clock, tmp_path: Path) -> Alone:
    """Somebody missed an idea two days ago, and wishes to be reminded in half an hour."""
    clock.at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    place = PlaceRef(request.param, "local", "general")
    ground = Ground(installed_adapters()[request.param], place, "ada")
    entry = hall_entry(places=[place], schedules=[schedule(places=[place], weekdays=frozenset())], organiser_place=None)
    app: App = app_on(ground, store, clock, tmp_path, [entry], choice_pack())
    await app.settle()
    hall = Alone(app, store, clock, place, ground.someone)
    asked = await hall.type("/practice count:1")
    (options,) = [each for each in asked.blocks if isinstance(each, Options)]
    await hall.press(next(each.ref for each in options.choices if "alpha" in each.text))
    clock.forward(days=2)
    await hall.type("/study remind 08:30")
    return hall


async def test_a_reminder_is_there_for_its_person_once_and_begins_the_review(hall: Alone) -> None:
    await hall.run(minutes=30)
    await hall.run(minutes=1)
    (card,) = await hall.written()
    assert card.summary == "1 idea is due for review today."
    (row,) = [each for each in card.blocks if isinstance(each, Buttons)]
    assert "Review 1/1" in (await hall.press(row.buttons[0].ref)).title
    assert "No reminders" in (await hall.press(row.buttons[1].ref)).title


async def test_one_that_was_kept_before_the_process_died_is_found_and_not_written_again(hall: Alone) -> None:
    await hall.run(minutes=30)
    lost = posts.update().values(state="sending", owner="dead", lease_until=hall.clock(), message=None)
    await hall.store.write("team", lambda connection: connection.execute(lost).rowcount)
    await hall.run(seconds=1)
    assert len(await hall.written()) == 1
    assert {*await hall.all_of(posts.c.state)} == {("sent",)}
