"""Answers that are ready at once or after a delay: each is seen by those for whom it is, and by nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from adapters.discord import replies
from adapters.discord.words import NOT_TAKEN, STOPPING, TOO_LATE
from bot.installed import installed_adapters
from bot.ports import (
    Answered,
    Audience,
    Button,
    Buttons,
    Card,
    Command,
    Edit,
    Field,
    FieldErrors,
    Form,
    NotSavedError,
    OpenForm,
    Opening,
    Reply,
    Text,
    Verb,
)
from bot.store import Store
from tests.adapters.discord.conftest import until
from tests.clock import Clock
from tests.fakes.discord.facts import Interaction
from tests.fakes.discord.server import FakeDiscord
from tests.grounds import Ground, discord_ground

PRIVATE, PLACE = Audience.PRIVATE, Audience.PLACE
COMMANDS = (
    Command("mine", "What is mine"),
    Command("ours", "What is ours", audience=PLACE),
    Command("write", "Open a form", opens_form=True),
)
VERBS = {each.name: each for each in (Verb("mine"), Verb("ours", PLACE), Verb("write", opens_form=True))}
ANSWER = Card("", (Text("The answer"),))
FORM = Form("write:abc", "Write", (Field("text", "Text"),), "Send")


@dataclass
class Core:
    """A core that gives one answer to all, when it is asked for it."""

    answer: Answered = None
    error: Exception | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    told: list[Any] = field(default_factory=list)

    async def _hear(self, told: Any) -> Answered:
        self.told.append(told)
        await self.ready.wait()
        if self.error:
            raise self.error
        return self.answer

    pressed = commanded = submitted = proposed = said = _hear

    async def resumed(self, platform: str) -> None:
        """Nothing was missed."""

    async def renamed(self, who: object) -> None:
        """Names are nothing here."""


@dataclass
class Scene:
    """A platform with that core, and a message with a button for each verb."""

    discord: FakeDiscord
    core: Core
    ground: Ground
    message: str
    running: asyncio.Task[None]

    async def act(self, how: str, name: str, *, late: bool | None = False) -> Interaction:
        """Somebody presses the button of a verb, or types a command; the answer is ready at once, or `late`, and with
        None not yet.
        """
        self.core.ready = asyncio.Event()
        if late is False:
            self.core.ready.set()
        user, channel = self.ground.account, self.ground.place.channel
        if how == "press":
            found = await self.discord.press(user, channel, self.message, f"{name}:abc")
        else:
            found = await self.discord.command(user, channel, name)
        if late is not None:
            self.core.ready.set()
        return found

    def public(self) -> list[str]:
        """What all can read besides the message with the buttons."""
        return [each.text for each in self.discord.messages(self.ground.place.channel)[1:]]


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes longer than a tenth of a second is put off."""
    monkeypatch.setattr(replies, "AT_ONCE", 0.1)
    monkeypatch.setattr(replies, "FORM_WITHIN", 0.1)


@pytest.fixture
async def scene(discord: FakeDiscord, store: Store, clock: Clock) -> AsyncIterator[Scene]:
    ground = discord_ground(installed_adapters()["discord"], discord)
    settings = {setting.name: setting.default for setting in ground.adapter.settings} | dict(ground.settings)
    numbers = count(1)
    opening = Opening(
        settings,
        ground.environment,
        store.shelf("discord"),
        VERBS,
        COMMANDS,
        (ground.place,),
        frozenset(),
        clock,
        lambda length: f"{next(numbers)}".rjust(length, "a"),
        lambda _, message: message,
    )
    core: Any = Core()
    platform = ground.adapter.open(opening)
    running = asyncio.create_task(platform.run(core))
    await until(lambda: discord.connections or running.done())
    buttons = Buttons(tuple(Button(f"{name}:abc", name) for name in VERBS))
    yield Scene(discord, core, ground, await platform.send(ground.place, Card("", (buttons,)), "q-1"), running)
    running.cancel()
    await asyncio.wait([running])
    await platform.close()
    for call in discord.calls:
        sent = (call.body.get("data") or call.body) if isinstance(call.body, dict) else {}
        assert "components" not in sent or "title" in sent or sent["allowed_mentions"]["parse"] == [], sent


WAYS = pytest.mark.parametrize("how", ["press", "command"])
LATE = pytest.mark.parametrize("late", [False, True])


@WAYS
@LATE
@pytest.mark.parametrize(("name", "audience"), [("mine", PRIVATE), ("ours", PLACE), ("mine", PLACE), ("ours", PRIVATE)])
async def test_an_answer_is_seen_by_those_whom_it_names_whatever_was_declared(
    scene: Scene, how: str, name: str, audience: Audience, *, late: bool
) -> None:
    scene.core.answer = Reply(ANSWER, audience)
    told = await scene.act(how, name, late=late)
    await until(lambda: told.text)
    assert told.text == "The answer"
    assert told.ephemeral is (audience is PRIVATE)
    assert scene.public() == ([] if audience is PRIVATE else ["The answer"])
    assert told.deferred is late


@WAYS
@LATE
async def test_an_edit_is_shown_to_whoever_acted(scene: Scene, how: str, *, late: bool) -> None:
    scene.core.answer = Edit(ANSWER)
    told = await scene.act(how, "mine", late=late)
    await until(lambda: "The answer" in told.text or scene.discord.said[told.channel][scene.message].text)
    whole = scene.discord.said[told.channel][scene.message].text
    assert "The answer" in (whole if how == "press" and not late else told.text)


@WAYS
async def test_a_form_opens_in_time_or_the_person_is_told_to_press_again(scene: Scene, how: str) -> None:
    scene.core.answer = OpenForm(FORM)
    assert (await scene.act(how, "write")).modal is not None
    told = await scene.act(how, "write", late=True)
    await until(lambda: told.text)
    assert told.modal is None
    assert told.text == TOO_LATE
    assert told.ephemeral


@LATE
async def test_a_form_that_was_filled_in_wrongly_gives_back_what_was_typed(scene: Scene, *, late: bool) -> None:
    scene.core.answer = OpenForm(FORM)
    opened = await scene.act("press", "write")
    scene.core.answer, scene.core.ready = FieldErrors({"text": "That is no number."}), asyncio.Event()
    if late:
        asyncio.get_running_loop().call_later(0.3, scene.core.ready.set)
    else:
        scene.core.ready.set()
    told = await scene.discord.submit(scene.ground.account, opened, {"text": "@everyone ``` twelve"})
    await until(lambda: told.text)
    assert "That is no number." in told.text
    assert "twelve" in told.text
    assert told.ephemeral


@WAYS
@LATE
async def test_what_could_not_be_saved_is_told_to_one_person_alone(scene: Scene, how: str, *, late: bool) -> None:
    scene.core.error = NotSavedError("Nothing was saved.")
    told = await scene.act(how, "ours", late=late)
    await until(lambda: told.text)
    assert told.text == "Nothing was saved."
    assert told.ephemeral
    assert scene.public() == []


@WAYS
@LATE
async def test_where_there_is_nothing_to_say_nothing_is_left_waiting(scene: Scene, how: str, *, late: bool) -> None:
    told = await scene.act(how, "mine", late=late)
    await until(lambda: told.filled.is_set() or told.kind_of_answer == 6)
    assert told.acknowledged
    assert not [each for each in scene.discord.said[told.channel].values() if each.loading and not each.deleted]
    assert told.text == (NOT_TAKEN if how == "command" and not late else "")


async def test_what_is_typed_to_us_alone_is_answered_there(scene: Scene) -> None:
    scene.core.answer = Reply(ANSWER)
    scene.core.ready.set()
    scene.discord.direct(scene.ground.account, "B")
    talk = scene.discord.open_dm(scene.ground.account).id
    await until(lambda: len(scene.discord.messages(talk)) == 2)
    scene.core.error = NotSavedError("Nothing was saved.")
    scene.discord.direct(scene.ground.account, "C")
    await until(lambda: len(scene.discord.messages(talk)) == 4)
    assert [each.text for each in scene.discord.messages(talk)] == ["B", "The answer", "C", "Nothing was saved."]


@WAYS
async def test_while_it_stops_who_was_promised_an_answer_gets_it_and_others_hear_that_it_stops(
    scene: Scene, how: str
) -> None:
    scene.core.answer = Reply(ANSWER)
    waiting = await scene.act(how, "mine", late=None)
    scene.running.cancel()
    await asyncio.sleep(0.05)
    other = scene.discord.add_member(scene.ground.place.workspace, "other").id
    refused = await scene.discord.command(other, scene.ground.place.channel, "mine")
    scene.core.ready.set()
    await asyncio.wait([scene.running])
    assert waiting.text == "The answer"
    assert refused.text == STOPPING
    assert refused.ephemeral
