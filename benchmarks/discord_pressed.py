"""What is done at Discord: payloads as its gateway brings them, of a server with open questions, in a hall in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.discord import adapter
from adapters.discord.cards import components_of
from adapters.discord.commands import application_commands
from adapters.discord.invite import TOKEN
from adapters.discord.stamps import stamped
from benchmarks.answers import NOW
from benchmarks.pressing import Pressed, open_rounds, question
from benchmarks.study import name_of
from bot.cards.question import Asked, question_card
from bot.commands import COMMANDS
from bot.languages import translate, words
from bot.ports import PlaceRef
from tests.fakes.discord import payloads, shown
from tests.fakes.discord.components import with_numbers
from tests.fakes.discord.facts import COMMAND, COMPONENT, V2, Interaction, Json, Message
from tests.fakes.discord.server import FakeDiscord

DISPATCH = 0
"""The gateway's number for what happened."""


def discord_settings(**chosen: object) -> dict[str, Any]:
    """The section `discord` of the settings."""
    return {setting.name: setting.default for setting in adapter.settings} | chosen


@dataclass(frozen=True, slots=True)
class Scene:
    """A channel of a server, and the accounts that are in it."""

    discord: FakeDiscord
    place: PlaceRef
    people: tuple[str, ...]

    @classmethod
    def of(cls, discord: FakeDiscord, people: int) -> Scene:
        """So many people in a channel of a new server."""
        guild = discord.add_guild("hall").id
        accounts = tuple(discord.add_member(guild, name_of(number)).id for number in range(1, people + 1))
        return cls(discord, PlaceRef("discord", guild, discord.add_channel(guild, "general").id), accounts)

    @property
    def environment(self) -> dict[str, str]:
        """What the bot finds in its environment."""
        return {TOKEN: self.discord.bot_token}

    def post(self, token: str) -> Message:
        """The message that asks in the round with this token."""
        asked = question()
        card = question_card(words("en"), asked, Asked(token, asked.topic, 0, NOW))
        number, bot = self.discord.new_id(), self.discord.bot_user
        message = Message(number, self.place.channel, bot, NOW, flags=V2)
        message.components = with_numbers(stamped(components_of(card), f"bench-{token}"))
        return self.discord.keep(message)

    def begun(self) -> list[str]:
        """What the gateway says first."""
        guild = self.discord.guilds[self.place.workspace]
        ready = shown.ready(self.discord, [guild]) | {"session_id": "benchmark", "shard": [0, 1]}
        return [text_of("READY", ready), text_of("GUILD_CREATE", shown.created(self.discord, guild))]

    def press(self, person: int, message: Message) -> str:
        """Somebody's press on an option of a message; the next one presses the next option."""
        content = payloads.pressed(payloads.component_of(message, person % len(question().options), (2,)))
        return self._done(COMPONENT, person, content, message)

    def command(self, person: int, *path: str) -> str:
        """Somebody's slash command, without options."""
        tree = application_commands(COMMANDS, translate)
        known = next(each for each in tree if each["name"] == path[0])
        content = payloads.command(self.discord, {"id": "1", **known}, path[1:], {})
        return self._done(COMMAND, person, content)

    def _done(self, kind: int, person: int, content: Json, message: Message | None = None) -> str:
        number, account = self.discord.new_id(), self.people[person]
        token = f"aW50ZXJhY3Rpb246{number:0>64}"
        where = self.place.workspace, self.place.channel
        done = Interaction(number, token, kind, account, *where, NOW, content, message)
        return text_of("INTERACTION_CREATE", payloads.interaction(self.discord, done))


def text_of(name: str, content: Json) -> str:
    """An event as it comes through the gateway."""
    return json.dumps({"op": DISPATCH, "s": 1, "t": name, "d": content})


def scene(people: int) -> Scene:
    """A Discord that nobody is connected to, with so many people in a channel."""
    return Scene.of(FakeDiscord(lambda: NOW), people)


def prepare(at: Path, name: str, people: int, rounds: int) -> tuple[Scene, Pressed]:
    """A hall in a channel of Discord with so many open rounds of one day, and everybody's press on one of them."""
    template, found = at / f"{name}.sqlite", scene(people)
    messages = [found.post(token) for token in open_rounds(template, rounds, found.place, found.people)]
    texts = tuple(found.press(person, messages[person % rounds]) for person in range(people))
    return found, Pressed(template, people, texts)
