"""Events of Discord's that are odd, too early, of no learner's doing, or about servers and channels themselves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.ports import NotSetUpError
from bot.store import Store
from bot.store.tables import answers, events, identities, people, places
from tests.adapters.discord.conftest import Hall
from tests.adapters.discord.test_gateway import IDENTIFY, ran
from tests.clock import Clock
from tests.fakes.discord import shown
from tests.fakes.discord.permissions import USUAL, May
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.state import PRIVILEGED
from tests.hall import pack_of

A, B = "\U0001f1e6", "\U0001f1e7"
REACTIONS = pytest.mark.parametrize("policy", [{"answer_by": "reactions"}])


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


async def heard(hall: Hall) -> None:
    """Wait until all that happened before was heard: what comes after it is answered."""
    assert (await hall.discord.autocomplete(hall.someone, hall.channel, "leaderboard", "topic")).acknowledged


async def paused(hall: Hall) -> str | None:
    """Why nothing is posted in the channel."""
    found: dict[str, str | None] = dict(await hall.all_of(places.c.channel, places.c.paused))
    return found[hall.channel]


async def comes(hall: Hall, *, posting: bool) -> None:
    """Wait until the channel is posted to, or no more."""
    async with asyncio.timeout(10):
        while (await paused(hall) is None) is not posting:
            await asyncio.sleep(0.01)


def notes(hall: Hall) -> str:
    """What the organisers were told."""
    return "\n".join(each.text.replace("\\", "") for each in hall.discord.messages(hall.organisers))


# --- Reactions and texts ------------------------------------------------------------------------------------------


def reaction(hall: Hall, **more: Any) -> dict[str, Any]:
    """The event of a letter on the question."""
    told = {
        "guild_id": hall.guild,
        "channel_id": hall.channel,
        "message_id": hall.question.id,
        "user_id": hall.someone,
        "member": shown.member(hall.discord.guilds[hall.guild].members[hall.someone]),
        "emoji": {"id": None, "name": B},
        "type": 0,
        "burst": False,
    }
    return {key: value for key, value in (told | more).items() if value is not None}


@REACTIONS
async def test_reactions_that_mean_no_option_here_are_passed_over(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    await hall.run(hours=1)
    bot = hall.discord.add_member(hall.guild, hall.discord.add_user("another-bot", bot=True)).id
    odd = (
        {"emoji": {"id": "1", "name": "custom"}},
        {"emoji": {"id": "1", "name": None}},
        {"emoji": {"id": None, "name": "👍"}},
        {"emoji": {"id": None, "name": "\U0001f1ff"}},
        {"message_id": "1"},
        {"channel_id": hall.organisers},
        {"channel_id": "1"},
        {"guild_id": "1"},
        {"user_id": bot, "member": shown.member(hall.discord.guilds[hall.guild].members[bot])},
        {"user_id": hall.discord.bot_user, "member": None},
    )
    for each in odd:
        for name in ("MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE"):
            hall.discord.happen(name, reaction(hall, **each), hall.guild)
    hall.discord.reactions_gone(hall.question)
    hall.discord.reactions_gone(hall.question, B)
    hall.discord.happen("SOMETHING_NEW", {"guild_id": hall.guild}, hall.guild)
    await heard(hall)
    assert await hall.all_of(answers.c.id) == await hall.all_of(people.c.id) == []
    assert await hall.all_of(events.c.event) == []
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []
    hall.discord.happen("MESSAGE_REACTION_ADD", reaction(hall, burst=True, type=1), hall.guild)
    async with asyncio.timeout(10):
        while not await hall.all_of(answers.c.id):
            await asyncio.sleep(0.01)


@REACTIONS
async def test_a_reaction_told_before_we_know_our_own_message_is_counted_when_it_is_read_anew(hall: Hall) -> None:
    hall.discord.fail("create_message", "lost-reply")
    await hall.run(hours=1)
    hall.discord.react(hall.someone, hall.channel, hall.question.id, B)
    await heard(hall)
    assert await hall.all_of(answers.c.id) == []
    for _ in range(3):
        await hall.run(seconds=8)
    await hall.run(hours=24)
    assert [given["picked"] for (given,) in await hall.all_of(answers.c.given)] == [[1]]


@REACTIONS
async def test_a_reaction_that_is_told_many_times_counts_once(hall: Hall) -> None:
    await hall.run(hours=1)
    told = hall.discord.react(hall.someone, hall.channel, hall.question.id, B)
    hall.discord.deliver(told, times=3)
    hall.discord.unreact(hall.someone, hall.channel, hall.question.id, B)
    await heard(hall)
    async with asyncio.timeout(10):
        while not await hall.all_of(answers.c.id):
            await asyncio.sleep(0.01)
    await hall.run(hours=24)
    assert len(await hall.all_of(answers.c.id)) == 1


@pytest.mark.parametrize("pack", [pack_of("open")])
async def test_our_own_words_and_those_of_others_in_channels_are_no_answers(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    thread = hall.discord.start_thread(hall.someone, hall.channel, asked.id)
    for where in (hall.channel, thread.id):
        said = hall.discord.say(hall.someone, where, "It fits the noise.")
        hall.discord.edit_own(hall.someone, where, said.id, "It fits all the noise.")
    await heard(hall)
    assert await hall.all_of(answers.c.id) == []
    assert [each.author for each in hall.discord.messages(thread.id)] == [hall.someone]


@pytest.mark.parametrize("kind", [1, 99])
async def test_an_interaction_of_a_kind_that_there_is_not_yet_is_passed_over(
    hall: Hall, caplog: pytest.LogCaptureFixture, kind: int
) -> None:
    await hall.run(hours=1)
    pressed = await hall.discord.press(hall.someone, hall.channel, hall.question.id, 0)
    assert pressed.told is not None
    hall.discord.happen("INTERACTION_CREATE", pressed.told.body | {"type": kind, "id": "1"}, hall.guild)
    await heard(hall)
    assert len(await hall.all_of(answers.c.id)) == 1
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []


# --- Servers and channels -----------------------------------------------------------------------------------------


async def test_a_server_that_discord_has_lost_for_a_while_keeps_its_hall(hall: Hall) -> None:
    await hall.run(hours=1)
    hall.discord.outage(hall.guild)
    hall.discord.recover(hall.guild)
    await heard(hall)
    assert await paused(hall) is None
    assert notes(hall) == ""
    assert (await hall.discord.press(hall.someone, hall.channel, hall.question.id, 0)).acknowledged
    await hall.run(hours=24)
    assert len(hall.discord.messages(hall.channel)) == 2


async def test_a_server_that_puts_the_bot_out_is_posted_to_no_more_until_it_is_invited_again(hall: Hall) -> None:
    await hall.run(hours=1)
    await hall.discord.press(hall.someone, hall.channel, hall.question.id, 0)
    hall.discord.kick_bot(hall.guild)
    await comes(hall, posting=False)
    assert "taken out of the server" in str(await paused(hall))
    posts = hall.discord.made("create_message")
    await hall.run(hours=24)
    await hall.run(hours=24)
    tried = hall.discord.made("create_message") - posts
    assert tried <= 3, "the rest of the open question and a note are all that is tried"
    assert len(await hall.all_of(answers.c.id)) == len(await hall.all_of(identities.c.id)) == 1, "answers stay"
    hall.discord.invite_bot(hall.guild, int(USUAL))
    await comes(hall, posting=True)
    await hall.run(hours=24)
    assert len(hall.discord.messages(hall.channel)) == 2


async def test_a_channel_that_was_deleted_is_left_alone_and_organisers_read_why(hall: Hall) -> None:
    await hall.run(hours=1)
    hall.discord.delete_channel(hall.channel)
    await comes(hall, posting=False)
    await hall.run(seconds=5)
    assert "The channel was deleted" in notes(hall)
    posts = hall.discord.made("create_message")
    await hall.run(hours=24)
    assert hall.discord.made("create_message") == posts


async def test_other_channels_and_servers_come_and_go_without_a_word(hall: Hall) -> None:
    other, guild = hall.discord.add_channel(hall.guild, "other").id, hall.discord.add_guild("elsewhere").id
    hall.discord.deny(other, int(May.VIEW_CHANNEL))
    hall.discord.delete_channel(other)
    hall.discord.kick_bot(guild)
    hall.discord.invite_bot(guild)
    await heard(hall)
    await hall.run(hours=1)
    assert notes(hall) == ""
    assert len(hall.discord.messages(hall.channel)) == 1


def channel_denies(hall: Hall, missing: int) -> None:
    """The channel denies the bot something."""
    hall.discord.deny(hall.channel, missing)


def channel_allows(hall: Hall, missing: int) -> None:
    """And allows it again."""
    hall.discord.allow(hall.channel, hall.discord.bot_user, missing)


def role_says(hall: Hall, permissions: int) -> None:
    """The role of everyone allows this and nothing more."""
    role = hall.discord.guilds[hall.guild].roles[hall.guild]
    role.permissions = permissions
    hall.discord.happen("GUILD_ROLE_UPDATE", {"guild_id": hall.guild, "role": shown.role(role)}, hall.guild)


def role_denies(hall: Hall, missing: int) -> None:
    """The role of everyone allows something no more."""
    role_says(hall, int(USUAL) & ~missing)


def role_allows(hall: Hall, missing: int) -> None:
    """And allows it again."""
    assert missing
    role_says(hall, int(USUAL))


def own_role_allows(hall: Hall, missing: int) -> None:
    """The bot gets a role that allows it."""
    role = hall.discord.add_role(hall.guild, "poster", missing).id
    hall.discord.give_role(hall.discord.bot_user, hall.guild, role)


@pytest.mark.parametrize("missing", [int(May.SEND_MESSAGES), int(May.VIEW_CHANNEL)])
@pytest.mark.parametrize(
    ("take", "give"),
    [(channel_denies, channel_allows), (role_denies, role_allows), (role_denies, own_role_allows)],
)
async def test_what_the_bot_needs_is_taken_and_given_in_whatever_way(
    hall: Hall, take: Any, give: Any, missing: int
) -> None:
    take(hall, missing)
    await comes(hall, posting=False)
    await hall.run(hours=1)
    assert hall.discord.messages(hall.channel) == []
    give(hall, missing)
    await comes(hall, posting=True)
    await hall.run(hours=24)
    assert len(hall.discord.messages(hall.channel)) == 1


async def test_a_permission_that_only_a_picture_needs_begins_the_channel_again_when_it_is_given(hall: Hall) -> None:
    missing = int(May.ATTACH_FILES)
    hall.discord.deny(hall.channel, missing)
    hall.discord.fail("create_message", 50013)
    await hall.run(hours=1)
    await comes(hall, posting=False)
    hall.discord.allow(hall.channel, hall.discord.bot_user, missing)
    await comes(hall, posting=True)


# --- What Discord is asked for ------------------------------------------------------------------------------------


async def test_nothing_that_discord_grants_by_hand_alone_is_asked_for(hall: Hall) -> None:
    asked = [each["d"]["intents"] for each in hall.discord.gateway.heard if each.get("op") == IDENTIFY]
    assert len(asked) == 1
    assert asked[0] & PRIVILEGED == 0
    assert asked[0], "but for what happens in servers it is"


async def test_a_bot_in_too_many_servers_for_its_connections_is_told_what_to_set(
    discord: FakeDiscord, store: Store, clock: Clock, tmp_path: Path
) -> None:
    discord.gateway.most_guilds = 0
    async with ran(discord, store, clock, tmp_path) as running:
        with pytest.raises(NotSetUpError, match="set shards to 0"):
            await asyncio.wait_for(running, 5)
