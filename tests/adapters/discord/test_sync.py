"""Discord is told of the commands only where they changed: the real discord.py against the local Discord."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import discord
import pytest

from adapters.discord.commands import SUGGEST, application_commands, focused, read_command
from adapters.discord.sync import sync
from bot.commands import COMMANDS, leaves
from bot.languages import translate
from bot.ports import Command
from tests.clock import Clock
from tests.fakes.discord.clients import PLAIN, Bot, Calls, running, until
from tests.fakes.discord.facts import Channel, Guild, Json, User
from tests.fakes.discord.server import FakeDiscord, pointed_at

WANTED = application_commands(COMMANDS, translate)
NAMES = [*(each.name for each in COMMANDS), SUGGEST]


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord.started(now=clock) as started:
        started.gateway.starts.every = 0.0
        yield started
        assert started.refused == []


@pytest.fixture(autouse=True)
def _pointed(fake: FakeDiscord) -> Iterator[None]:
    with pointed_at(fake.api):
        yield


@pytest.fixture
async def client(fake: FakeDiscord) -> AsyncIterator[discord.Client]:
    async with discord.Client(intents=PLAIN) as entered:
        await entered.login(fake.bot_token)
        yield entered


@pytest.fixture
def guild(fake: FakeDiscord) -> Guild:
    return fake.add_guild()


@pytest.fixture
def channel(fake: FakeDiscord, guild: Guild) -> Channel:
    return fake.add_channel(guild.id)


@pytest.fixture
def ana(fake: FakeDiscord, guild: Guild) -> User:
    return fake.add_member(guild.id, "ana")


@pytest.fixture
async def bot(fake: FakeDiscord, channel: Channel) -> AsyncIterator[Bot]:
    """A bot whose commands were synced and who says what it read of them."""

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(json.dumps(read_command(read(interaction))), ephemeral=True)

    async with running(Bot(), fake) as started:
        started.answer = answer
        await sync(started.http, int(fake.application), WANTED)
        yield started


def read(interaction: discord.Interaction) -> dict[str, Any]:
    """The data of an interaction as they came."""
    return dict(interaction.data or {})


async def synced(client: discord.Client, fake: FakeDiscord, wanted: list[Json] = WANTED) -> bool:
    """Whether the commands were written; what was said of that is what was done."""
    before = fake.made("bulk_set_application_commands")
    written = await sync(client.http, int(fake.application), wanted)
    assert fake.made("bulk_set_application_commands") - before == written
    return written


def known(fake: FakeDiscord) -> list[str]:
    return [each["name"] for each in fake.commands.get("", [])]


async def test_the_first_start_writes_and_the_next_ones_only_look(client: discord.Client, fake: FakeDiscord) -> None:
    assert await synced(client, fake)
    assert known(fake) == NAMES
    versions = [each["version"] for each in fake.commands[""]]
    assert not await synced(client, fake)
    assert not await synced(client, fake)
    assert [each["version"] for each in fake.commands[""]] == versions


async def test_the_sequence_of_the_commands_does_not_matter(client: discord.Client, fake: FakeDiscord) -> None:
    await synced(client, fake)
    fake.commands[""].reverse()
    assert not await synced(client, fake)


async def test_what_discord_adds_does_not_matter(client: discord.Client, fake: FakeDiscord) -> None:
    await synced(client, fake)
    for command in fake.commands[""]:
        command |= {"contexts": [1, 0], "dm_permission": True, "nsfw": False, "description_localized": "x"}
        for option in command["options"]:
            option |= {"required": False, "autocomplete": option.get("autocomplete", False), "name_localizations": None}
    assert not await synced(client, fake)


CHANGES: dict[str, Any] = {
    "description": lambda study: study.update(description="Another"),
    "translation": lambda study: study["description_localizations"].update({"zh-CN": "别的"}),
    "translation that is gone": lambda study: study.update(description_localizations=None),
    "translation of another language": lambda study: study["description_localizations"].update({"de": "Anders"}),
    "name in another language": lambda study: study.update(name_localizations={"de": "halle"}),
    "who sees it": lambda study: study.update(default_member_permissions="32"),
    "where it is": lambda study: study.update(contexts=None),
    "whose it is": lambda study: study.update(integration_types=[0, 1]),
    "one below it less": lambda study: study["options"].pop(),
    "others below it first": lambda study: study["options"].reverse(),
    "an option's description": lambda study: link_of(study).update(description="Another"),
    "an option that is required": lambda study: link_of(study).update(required=True),
    "an option that completes": lambda study: link_of(study).update(autocomplete=True),
    "an option with choices": lambda study: link_of(study).update(choices=[{"name": "a", "value": "a"}]),
}


def link_of(study: Json) -> Json:
    """The option of /study link."""
    found: Json = next(each for each in study["options"] if each["name"] == "link")["options"][0]
    return found


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_what_differs_at_discord_is_written_again(client: discord.Client, fake: FakeDiscord, change: Any) -> None:
    await synced(client, fake)
    change(next(each for each in fake.commands[""] if each["name"] == "study"))
    assert await synced(client, fake)
    assert not await synced(client, fake)


async def test_a_description_that_we_change_is_written_and_the_command_keeps_its_id(
    client: discord.Client, fake: FakeDiscord
) -> None:
    await synced(client, fake)
    before = {each["name"]: each["id"] for each in fake.commands[""]}
    changed = application_commands([Command("daily", "Another"), *COMMANDS[1:]], translate)
    assert await synced(client, fake, changed)
    assert {each["name"]: each["id"] for each in fake.commands[""]} == before
    assert fake.commands[""][0]["description"] == "Another"


async def test_a_command_that_was_deleted_at_discord_is_written_again(
    client: discord.Client, fake: FakeDiscord
) -> None:
    await synced(client, fake)
    gone = fake.commands[""].pop(0)
    assert await synced(client, fake)
    assert gone["name"] in known(fake)


async def test_a_command_that_is_none_of_ours_goes(client: discord.Client, fake: FakeDiscord) -> None:
    await synced(client, fake)
    await Calls(client.http)("POST", f"/applications/{fake.application}/commands", {"name": "old", "description": "x"})
    assert "old" in known(fake)
    assert await synced(client, fake)
    assert known(fake) == NAMES


async def test_the_command_that_starts_an_activity_stays_as_it_is(client: discord.Client, fake: FakeDiscord) -> None:
    launch = {"type": 4, "name": "launch", "description": "Start the Activity", "handler": 2, "contexts": [0]}
    await Calls(client.http)("POST", f"/applications/{fake.application}/commands", launch)
    (before,) = fake.commands[""]
    assert await synced(client, fake)
    assert known(fake) == [*NAMES, "launch"]
    assert fake.commands[""][-1] == before
    assert not await synced(client, fake)


async def test_a_menu_entry_by_the_name_of_a_command_is_another_one(client: discord.Client, fake: FakeDiscord) -> None:
    both: list[Json] = [{**WANTED[-1], "name": "daily"}, *WANTED]
    assert await synced(client, fake, both)
    assert not await synced(client, fake, both)
    fake.commands[""] = [each for each in fake.commands[""] if (each["type"], each["name"]) != (3, "daily")]
    assert await synced(client, fake, both)


async def test_a_refusal_reaches_who_asked_and_discord_keeps_what_it_had(
    client: discord.Client, fake: FakeDiscord
) -> None:
    await synced(client, fake)
    before = list(fake.commands[""])
    with pytest.raises(discord.HTTPException, match="Invalid Form Body"):
        await sync(client.http, int(fake.application), [{"type": 1, "name": "Ask"}])
    assert fake.commands[""] == before
    fake.refused.clear()


# What people do with them then.


def filled(leaf: Command) -> dict[str, str | int]:
    """Every option of a command given."""
    return {
        each.name: each.choices[0][0] if each.choices else each.between[1] if each.between else f"some {each.name}"
        for each in leaf.options
    }


async def test_every_command_of_the_tree_can_be_used_and_is_read_back(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    for where in (channel.id, fake.open_dm(ana.id).id):
        for path, leaf in leaves():
            done = await fake.command(ana.id, where, " ".join(path), filled(leaf))
            assert json.loads(done.text) == [list(path), {name: str(value) for name, value in filled(leaf).items()}]


async def test_a_command_that_opens_a_form_is_sent_without_what_the_form_asks_for(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    done = await fake.command(ana.id, channel.id, "study schedule add")
    assert json.loads(done.text) == [["study", "schedule", "add"], {}]


async def test_every_option_that_is_completed_asks_what_fits(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    fake.ack_within = 0.0
    asked = [(path, option.name) for path, leaf in leaves() for option in leaf.options if option.completed]
    for path, option in asked:
        await fake.autocomplete(ana.id, channel.id, " ".join(path), option, {option: "ev"})
    await until(lambda: len(bot.of("interaction")) == len(asked))
    assert [focused(read(each)) for each in bot.of("interaction")] == [(*each, "ev") for each in asked]


async def test_a_message_can_be_suggested_from_its_menu(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    said = fake.say(ana.id, channel.id, "Why is the sky blue?")
    await fake.context_menu(ana.id, channel.id, said.id, SUGGEST)
    (told,) = bot.of("interaction")
    assert (read(told)["name"], read(told)["target_id"]) == (SUGGEST, said.id)
