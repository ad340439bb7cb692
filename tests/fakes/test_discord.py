"""The Discord of the tests is itself tested: by discord.py, by hand-made requests, and by each thing it must refuse."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands
from discord.http import Route

from tests.clock import Clock
from tests.fakes.discord import spec
from tests.fakes.discord.cases import (
    AT_THE_LIMIT,
    COMMANDS,
    MESSAGES,
    MODALS,
    argument,
    box,
    button,
    choice,
    command,
    embed,
    layout,
    modal,
    option,
    row,
    select,
    text,
)
from tests.fakes.discord.clients import PLAIN, Bot, Calls, raw, running, until
from tests.fakes.discord.codes import CODES
from tests.fakes.discord.components import leaves
from tests.fakes.discord.facts import Channel, Guild, Interaction, Json, Message, NotThereError, User
from tests.fakes.discord.faults import What
from tests.fakes.discord.limits import BAN_AFTER
from tests.fakes.discord.permissions import May
from tests.fakes.discord.pings import pinged_by
from tests.fakes.discord.server import FakeDiscord, pointed_at


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord.started(now=clock) as started:
        started.gateway.starts.every = 0.0
        yield started


@pytest.fixture(autouse=True)
def _pointed(fake: FakeDiscord) -> Iterator[None]:
    with pointed_at(fake.api):
        yield


@pytest.fixture
def guild(fake: FakeDiscord) -> Guild:
    return fake.add_guild()


@pytest.fixture
def ana(fake: FakeDiscord, guild: Guild) -> User:
    return fake.add_member(guild.id, "ana", nick="Ana")


@pytest.fixture
def channel(fake: FakeDiscord, guild: Guild) -> Channel:
    return fake.add_channel(guild.id)


@pytest.fixture
async def calls(fake: FakeDiscord) -> AsyncIterator[Calls]:
    async with discord.Client(intents=PLAIN) as client:
        await client.login(fake.bot_token)
        fake.calls.clear()
        yield Calls(client.http)


async def code_of(call: Awaitable[Any]) -> int:
    with pytest.raises(discord.HTTPException) as caught:
        await call
    return caught.value.code


@pytest.fixture
async def bot(fake: FakeDiscord, guild: Guild, channel: Channel, ana: User) -> AsyncIterator[Bot]:
    """A bot that is connected; the guild, the channel and Ana are there."""
    async with running(Bot(), fake) as started:
        yield started


async def posted(calls: Calls | Bot, channel: Channel, **body: Any) -> Message:
    """A message of the bot with a button that says `go`, or with what is given."""
    http = calls.http
    body = body or {"content": "x", "components": [row(button())]}
    sent = await http.request(Route("POST", f"/channels/{channel.id}/messages"), json=body)
    return Message(sent["id"], channel.id, sent["author"]["id"], discord.utils.parse_time(sent["timestamp"]))


# What Discord refuses in messages, forms and commands.


def places(node: Json, path: str = "") -> Iterator[tuple[str, str]]:
    """(place, code) of everything in an error tree."""
    for key, below in node.items():
        if key == "_errors":
            yield from ((path, each["code"]) for each in below)
        else:
            yield from places(below, f"{path}.{key}" if path else key)


@pytest.mark.parametrize(("body", "where", "code"), [case[1:] for case in MESSAGES], ids=[case[0] for case in MESSAGES])
async def test_what_discord_does_not_take_is_an_invalid_form_with_the_place_and_the_reason(
    fake: FakeDiscord, calls: Calls, channel: Channel, body: Json, where: str, code: str
) -> None:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bot {fake.bot_token}"}) as session,
        session.post(f"{fake.api}/channels/{channel.id}/messages", json=body) as response,
    ):
        answer = await response.json()
    assert (response.status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
    found = list(places(answer["errors"]))
    assert any(where in path and code in reason for path, reason in found), found
    assert fake.messages(channel.id) == []
    assert [(name, number) for name, number, _ in fake.refused] == [("create_message", 50035)]


async def test_discord_py_reads_the_tree_of_what_is_wrong(calls: Calls, channel: Channel) -> None:
    with pytest.raises(discord.HTTPException, match=r"In content: Must be 2000 or fewer in length\."):
        await calls.post(channel.id, content="x" * 2001)


@pytest.mark.parametrize("body", AT_THE_LIMIT)
async def test_what_is_just_within_the_limits_is_taken(calls: Calls, channel: Channel, body: Json) -> None:
    assert (await posted(calls, channel, **body)).id


@pytest.mark.parametrize("body", [{}, {"content": " \n "}, {"embeds": []}, {"content": None, "components": []}])
async def test_an_empty_message_is_refused(calls: Calls, channel: Channel, body: Json) -> None:
    assert await code_of(calls("POST", f"/channels/{channel.id}/messages", body)) == 50006


@pytest.mark.skipif(spec.description() is None, reason="Discord's description is not beside the repository")
def test_what_fits_our_checks_but_not_discords_description_is_refused_too() -> None:
    path = "/channels/{channel_id}/messages"
    assert spec.against_spec("POST", path, {"content": "x"}) == []
    found = spec.against_spec("POST", path, {"sticker_ids": ["not a snowflake"]})
    assert [(each.path, each.code) for each in found] == [(("sticker_ids", 0), "OPENAPI")]
    assert spec.against_spec("GET", "/nowhere", {"anything": 1}) == []


@pytest.mark.skipif(spec.description() is None, reason="Discord's description is not beside the repository")
async def test_discords_description_is_asked_about_what_our_own_checks_pass_over(
    fake: FakeDiscord, calls: Calls, channel: Channel
) -> None:
    wrong = {"content": "x", "poll": {"question": "why"}}
    assert await code_of(calls("POST", f"/channels/{channel.id}/messages", wrong)) == 50035
    assert fake.refused[-1][2][0].code == "OPENAPI"
    fake.validate = False
    assert (await calls("POST", f"/channels/{channel.id}/messages", wrong))["id"]


@pytest.mark.parametrize(
    ("body", "who"),
    [
        ({"content": "<@12> <@!13> <@&14> @everyone @here"}, ["12", "13", "14", "everyone", "here"]),
        ({"content": "<@12> <@&14> @everyone", "allowed_mentions": {"parse": []}}, []),
        ({"content": "<@12> <@13>", "allowed_mentions": {"parse": [], "users": ["13"]}}, ["13"]),
        ({"content": "<@12> <@&14>", "allowed_mentions": {"parse": ["roles"]}}, ["14"]),
        ({"content": "`<@12>` ```\n@everyone``` mail@here.org"}, ["here"]),
        ({"embeds": [embed(description="<@12>")]}, []),
        ({"components": [box(text("<@12>"))]}, ["12"]),
        ({"components": [row(button(label="<@12>"))]}, []),
    ],
)
def test_whom_a_body_pings(body: Json, who: list[str]) -> None:
    assert pinged_by(body) == who


def test_an_answer_to_an_interaction_pings_accounts_alone_and_an_answer_to_a_message_its_author() -> None:
    assert pinged_by({"content": "<@12> @everyone <@&3>"}, interaction=True) == ["12"]
    assert pinged_by({"content": "x"}, reply_to="9") == ["9"]
    assert pinged_by({"content": "x", "allowed_mentions": {"parse": []}}, reply_to="9") == []
    assert pinged_by({"content": "x", "allowed_mentions": {"parse": [], "replied_user": True}}, reply_to="9") == ["9"]


# Messages.


async def test_a_message_is_kept_read_edited_and_deleted(
    fake: FakeDiscord, calls: Calls, channel: Channel, clock: Clock
) -> None:
    sent = await calls.post(channel.id, content="one ", nonce="n")
    assert (sent["content"], sent["nonce"], sent["author"]["id"]) == ("one", "n", fake.bot_user)
    path = f"/channels/{channel.id}/messages/{sent['id']}"
    read = await calls("GET", path)
    assert (read["content"], read["edited_timestamp"]) == ("one", None)
    assert "nonce" not in read
    clock.forward(minutes=1)
    edited = await calls("PATCH", path, {"content": "two"})
    assert (edited["content"], edited["edited_timestamp"]) == ("two", "2026-11-23T09:01:00+00:00")
    assert await code_of(calls("PATCH", path, {"content": ""})) == 50006
    await calls("DELETE", path)
    assert await code_of(calls("GET", path)) == 10008
    assert await code_of(calls("PATCH", path, {"content": "three"})) == 10008
    assert fake.messages(channel.id) == []


async def test_history_comes_in_pages_before_after_and_around(calls: Calls, channel: Channel) -> None:
    ids = [(await calls.post(channel.id, content=str(n)))["id"] for n in range(12)]
    path = f"/channels/{channel.id}/messages"

    async def read(**query: Any) -> list[str]:
        return [each["content"] for each in await calls("GET", path, **query)]

    assert await read(limit=3) == ["11", "10", "9"]
    assert await read(limit=3, before=ids[9]) == ["8", "7", "6"]
    assert await read(limit=3, after=ids[2]) == ["5", "4", "3"]
    assert await read(limit=4, around=ids[5]) == ["7", "6", "5", "4"]
    assert len(await read()) == 12
    assert await code_of(calls("GET", path, limit=101)) == 50035
    assert await code_of(calls("GET", path, limit=0)) == 50035


async def test_the_same_nonce_gives_the_same_message_while_it_is_remembered(
    fake: FakeDiscord, calls: Calls, channel: Channel, guild: Guild, clock: Clock
) -> None:
    other = fake.add_channel(guild.id, "other")
    first = await calls.post(channel.id, nonce="n", enforce_nonce=True)
    clock.forward(minutes=2, seconds=59)
    assert (await calls.post(channel.id, nonce="n", enforce_nonce=True, content="y"))["id"] == first["id"]
    assert (await calls.post(other.id, nonce="n", enforce_nonce=True))["id"] == first["id"]
    assert (await calls.post(channel.id, nonce="n"))["id"] != first["id"]
    assert (await calls.post(channel.id, nonce="m", enforce_nonce=True))["id"] != first["id"]
    clock.forward(minutes=3, seconds=1)
    assert (await calls.post(channel.id, nonce="n", enforce_nonce=True))["id"] != first["id"]


async def test_the_nonce_of_a_message_that_was_deleted_finds_none(
    fake: FakeDiscord, calls: Calls, channel: Channel
) -> None:
    first = await calls.post(channel.id, nonce="n", enforce_nonce=True)
    fake.delete_message(channel.id, first["id"])
    assert await code_of(calls.post(channel.id, nonce="n", enforce_nonce=True)) == 10008


async def test_a_layout_stays_one_and_a_classic_message_becomes_one_without_its_text(
    calls: Calls, channel: Channel
) -> None:
    first = await posted(calls, channel, **layout(text("a")))
    path = f"/channels/{channel.id}/messages/{first.id}"
    assert await code_of(calls("PATCH", path, {"content": "b"})) == 50035
    changed = await calls("PATCH", path, {"components": [text("b")], "flags": 0})
    assert (changed["flags"], changed["components"]) == (1 << 15, [{"type": 10, "content": "b", "id": 1}])
    assert await code_of(calls("PATCH", path, {"components": []})) == 50006
    classic = (await calls.post(channel.id))["id"]
    path = f"/channels/{channel.id}/messages/{classic}"
    assert await code_of(calls("PATCH", path, layout(text("b")))) == 50035
    assert (await calls("PATCH", path, layout(text("b"), content=None)))["content"] == ""


async def test_components_that_have_no_number_get_one(fake: FakeDiscord, calls: Calls, channel: Channel) -> None:
    sent = await posted(calls, channel, **layout(text(), box(text(), id=1), row(button())))
    shown = fake.message(channel.id, sent.id)
    assert [shown.components[0]["id"], shown.components[1]["id"]] == [2, 1]
    assert [each["id"] for each in leaves(shown.components)] == [5]


async def test_files_come_along_and_are_kept(fake: FakeDiscord, bot: Bot, channel: Channel) -> None:
    place = bot.get_channel(int(channel.id))
    assert isinstance(place, discord.TextChannel)
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png")))
    sent = await place.send(view=view, file=discord.File(io.BytesIO(b"picture"), "a.png", description="a chart"))
    kept = fake.message(channel.id, str(sent.id)).attachments[0]
    assert (kept.filename, kept.content, kept.description) == ("a.png", b"picture", "a chart")
    assert await sent.attachments[0].read() == b"picture"
    kept_too = await sent.edit(view=view, attachments=sent.attachments)
    assert [each.id for each in kept_too.attachments] == [int(kept.id)]
    with pytest.raises(discord.HTTPException) as caught:
        await place.send(file=discord.File(io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "b.png"))
    assert (caught.value.status, caught.value.code) == (413, 40005)


async def test_a_message_answers_another_and_says_so(calls: Calls, channel: Channel, fake: FakeDiscord) -> None:
    ana = fake.add_member(channel.guild, "bob")
    first = fake.say(ana.id, channel.id, "why?").id
    sent = await calls.post(channel.id, message_reference={"message_id": first})
    assert (sent["type"], sent["message_reference"]["message_id"]) == (19, first)
    assert fake.pinged == [(channel.id, sent["id"], ana.id)]
    loose = {"message_id": "1", "fail_if_not_exists": False}
    assert (await calls.post(channel.id, message_reference=loose))["type"] == 0


async def test_several_messages_are_deleted_at_once(
    fake: FakeDiscord, calls: Calls, guild: Guild, clock: Clock
) -> None:
    channel = fake.add_channel(guild.id)
    path = f"/channels/{channel.id}/messages/bulk-delete"
    ids = [(await calls.post(channel.id))["id"] for _ in range(3)]
    assert await code_of(calls("POST", path, {"messages": ids})) == 50013
    fake.allow(channel.id, fake.bot_user, May.MANAGE_MESSAGES)
    assert await code_of(calls("POST", path, {"messages": ids[:1]})) == 50035
    await calls("POST", path, {"messages": ids[:2]})
    assert [each.id for each in fake.messages(channel.id)] == ids[2:]
    clock.forward(days=15)
    assert await code_of(calls("POST", path, {"messages": [ids[2], (await calls.post(channel.id))["id"]]})) == 50034


# Who may what.


@pytest.mark.parametrize(
    ("denied", "body", "code"),
    [
        (May.VIEW_CHANNEL, {"content": "x"}, 50001),
        (May.SEND_MESSAGES, {"content": "x"}, 50013),
        (May.EMBED_LINKS, {"embeds": [embed()]}, 50013),
        (May.EMBED_LINKS, {"content": "x"}, 0),
        (May.READ_MESSAGE_HISTORY, {"content": "x", "message_reference": {"message_id": "1"}}, 160002),
    ],
)
async def test_what_the_bot_may_not_post(
    fake: FakeDiscord, calls: Calls, channel: Channel, denied: May, body: Json, code: int
) -> None:
    fake.deny(channel.id, denied)
    if code:
        assert await code_of(calls("POST", f"/channels/{channel.id}/messages", body)) == code
    else:
        assert (await calls("POST", f"/channels/{channel.id}/messages", body))["id"]


async def test_without_the_history_it_is_empty_and_a_message_is_out_of_reach(
    fake: FakeDiscord, calls: Calls, channel: Channel
) -> None:
    sent = await calls.post(channel.id)
    fake.deny(channel.id, May.READ_MESSAGE_HISTORY)
    assert await calls("GET", f"/channels/{channel.id}/messages") == []
    path = f"/channels/{channel.id}/messages/{sent['id']}"
    assert await code_of(calls("GET", path)) == 50013
    assert await code_of(calls("PUT", f"{path}/reactions/🇦/@me")) == 50013
    assert (await calls("PATCH", path, {"content": "y"}))["content"] == "y"


async def test_overwrites_go_from_everyone_over_roles_to_the_member(fake: FakeDiscord, calls: Calls) -> None:
    guild = fake.add_guild("other", everyone=0, bot=int(May.VIEW_CHANNEL))
    channel = fake.add_channel(guild.id)
    own = guild.members[fake.bot_user].roles[0]
    assert await code_of(calls.post(channel.id)) == 50013
    fake.allow(channel.id, guild.id, May.SEND_MESSAGES)
    assert (await calls.post(channel.id))["id"]
    fake.deny(channel.id, May.SEND_MESSAGES, own)
    assert await code_of(calls.post(channel.id)) == 50013
    fake.allow(channel.id, fake.bot_user, May.SEND_MESSAGES)
    assert (await calls.post(channel.id))["id"]
    fake.deny(channel.id, May.VIEW_CHANNEL)
    assert await code_of(calls.post(channel.id)) == 50001
    guild.roles[own].permissions = int(May.ADMINISTRATOR)
    assert (await calls.post(channel.id))["id"]


async def test_messages_of_others_are_not_edited_and_deleted_with_a_permission(
    fake: FakeDiscord, calls: Calls, channel: Channel, ana: User
) -> None:
    path = f"/channels/{channel.id}/messages/{fake.say(ana.id, channel.id, 'mine').id}"
    assert await code_of(calls("PATCH", path, {"content": "y"})) == 50005
    assert await code_of(calls("DELETE", path)) == 50013
    fake.allow(channel.id, fake.bot_user, May.MANAGE_MESSAGES)
    await calls("DELETE", path)
    assert fake.messages(channel.id) == []


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/channels/123", 10003),
        ("GET", "/channels/abc", 50035),
        ("GET", "/guilds/123", 10004),
        ("GET", "/users/123", 10013),
        ("POST", "/channels/{channel}/threads", 50035),
        ("GET", "/channels/{channel}/messages/123", 10008),
        ("GET", "/guilds/{guild}/members/123", 10013),
        ("GET", "/guilds/{guild}/members", 50001),
        ("DELETE", "/channels/{channel}", 50013),
        ("PATCH", "/channels/{channel}", 50013),
        ("PUT", "/channels/{channel}/thread-members/@me", 50024),
        ("GET", "/applications/123/commands", 20012),
        ("GET", "/applications/{bot}/guilds/123/commands", 50001),
        ("GET", "/applications/{bot}/commands/123", 10063),
        ("GET", "/webhooks/{bot}/nothing/messages/@original", 10015),
        ("GET", "/nowhere", 0),
    ],
)
async def test_what_is_not_there_has_its_own_code(
    fake: FakeDiscord, calls: Calls, channel: Channel, guild: Guild, method: str, path: str, code: int
) -> None:
    path = path.format(channel=channel.id, guild=guild.id, bot=fake.bot_user)
    with pytest.raises(discord.HTTPException) as caught:
        await calls(method, path, {} if method in ("POST", "PATCH") else None)
    assert (caught.value.code, caught.value.status) == (code, CODES[code][0])


async def test_a_wrong_token_is_unauthorized_for_login_and_for_calls(fake: FakeDiscord, calls: Calls) -> None:
    async with discord.Client(intents=PLAIN) as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")
    fake.reset_token()
    with pytest.raises(discord.HTTPException) as caught:
        await calls("GET", "/users/@me")
    assert (caught.value.status, caught.value.code) == (401, 0)


async def test_a_body_that_is_no_json_is_refused(fake: FakeDiscord, channel: Channel) -> None:
    headers = {"Authorization": f"Bot {fake.bot_token}", "Content-Type": "application/json"}
    address = f"{fake.api}/channels/{channel.id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session:
        for body, code in ((b"{", 50109), (b"[]", 50035)):
            async with session.post(address, data=body) as response:
                assert (response.status, (await response.json())["code"]) == (400, code)
                assert response.headers["Content-Type"] == "application/json"


async def test_guilds_and_their_members_roles_and_channels_can_be_read(
    fake: FakeDiscord, calls: Calls, guild: Guild, channel: Channel, ana: User
) -> None:
    role = fake.add_role(guild.id, "organisers", int(May.MANAGE_GUILD), [ana.id])
    hidden = fake.add_channel(guild.id, "hidden")
    fake.deny(hidden.id, May.VIEW_CHANNEL)
    assert await code_of(calls("GET", f"/channels/{hidden.id}")) == 50001
    assert (await calls("GET", f"/guilds/{guild.id}"))["name"] == "hall"
    assert [each["name"] for each in await calls("GET", f"/guilds/{guild.id}/roles")][-1] == "organisers"
    assert [each["id"] for each in await calls("GET", f"/guilds/{guild.id}/channels")] == [channel.id, hidden.id]
    member = await calls("GET", f"/guilds/{guild.id}/members/{ana.id}")
    assert (member["nick"], member["roles"]) == ("Ana", [role.id])
    stranger = fake.add_user("eve")
    assert await code_of(calls("GET", f"/guilds/{guild.id}/members/{stranger.id}")) == 10007
    assert (await calls("GET", f"/users/{stranger.id}"))["username"] == "eve"
    fake.add_guild("other")
    mine = [each["id"] for each in await calls("GET", "/users/@me/guilds")]
    assert mine[0] == guild.id
    assert [each["id"] for each in await calls("GET", "/users/@me/guilds", limit=1)] == mine[:1]
    assert [each["id"] for each in await calls("GET", "/users/@me/guilds", after=mine[0])] == mine[1:]
    fake.privileged = 1 << 1
    assert len(await calls("GET", f"/guilds/{guild.id}/members", limit=10)) == 3
    await calls("DELETE", f"/users/@me/guilds/{guild.id}")
    assert await code_of(calls("GET", f"/guilds/{guild.id}")) == 10004
    assert await code_of(calls.post(channel.id)) == 50001


# Direct messages, threads, reactions.


async def test_a_talk_is_opened_once_and_posts_fail_where_it_is_closed(
    fake: FakeDiscord, calls: Calls, ana: User
) -> None:
    opened = await calls("POST", "/users/@me/channels", {"recipient_id": ana.id})
    assert (opened["type"], opened["recipients"][0]["id"]) == (1, ana.id)
    assert (await calls("POST", "/users/@me/channels", {"recipient_id": ana.id}))["id"] == opened["id"]
    assert (await calls.post(opened["id"]))["channel_id"] == opened["id"]
    fake.close_dms(ana.id)
    assert (await calls("POST", "/users/@me/channels", {"recipient_id": ana.id}))["id"] == opened["id"]
    with pytest.raises(discord.Forbidden) as caught:
        await calls.post(opened["id"])
    assert caught.value.code == 50007
    for nobody in ("123", fake.bot_user):
        assert await code_of(calls("POST", "/users/@me/channels", {"recipient_id": nobody})) == 50033


async def test_a_thread_hangs_on_a_message_and_takes_posts(fake: FakeDiscord, calls: Calls, channel: Channel) -> None:
    parent = (await calls.post(channel.id))["id"]
    path = f"/channels/{channel.id}/messages/{parent}/threads"
    assert await code_of(calls("POST", path, {"name": "x" * 101})) == 50035
    thread = await calls("POST", path, {"name": "talk", "auto_archive_duration": 60})
    assert (thread["id"], thread["type"], thread["parent_id"]) == (parent, 11, channel.id)
    assert await code_of(calls("POST", path, {"name": "again"})) == 160004
    await calls.post(parent, content="in the thread")
    assert [each.content for each in fake.thread_of(channel.id, parent)] == ["in the thread"]
    assert [each.id for each in fake.messages(channel.id)] == [parent]
    shown = await calls("GET", f"/channels/{channel.id}/messages/{parent}")
    assert (shown["thread"]["name"], shown["flags"]) == ("talk", 1 << 5)
    active = await calls("GET", f"/guilds/{channel.guild}/threads/active")
    assert [each["id"] for each in active["threads"]] == [parent]


async def test_an_archived_thread_wakes_for_a_post_and_a_locked_one_does_not(
    fake: FakeDiscord, calls: Calls, channel: Channel
) -> None:
    parent = (await calls.post(channel.id))["id"]
    await calls("POST", f"/channels/{channel.id}/messages/{parent}/threads", {"name": "talk"})
    inside = (await calls.post(parent))["id"]
    fake.archive_thread(parent)
    assert await code_of(calls("PATCH", f"/channels/{parent}/messages/{inside}", {"content": "y"})) == 50083
    assert await code_of(calls("PUT", f"/channels/{parent}/messages/{inside}/reactions/🇦/@me")) == 50083
    await calls.post(parent)
    assert not fake.channels[parent].archived
    fake.archive_thread(parent, locked=True)
    assert await code_of(calls.post(parent)) == 160005
    assert await code_of(calls("PATCH", f"/channels/{parent}", {"archived": False})) == 50013
    fake.allow(channel.id, fake.bot_user, May.MANAGE_THREADS)
    assert (await calls("PATCH", f"/channels/{parent}", {"archived": False, "locked": False}))["name"] == "talk"
    assert (await calls.post(parent))["id"]


async def test_the_permissions_of_threads_are_their_own(fake: FakeDiscord, calls: Calls, channel: Channel) -> None:
    parent = (await calls.post(channel.id))["id"]
    path = f"/channels/{channel.id}/messages/{parent}/threads"
    fake.deny(channel.id, May.CREATE_PUBLIC_THREADS)
    assert await code_of(calls("POST", path, {"name": "talk"})) == 50013
    fake.allow(channel.id, fake.bot_user, May.CREATE_PUBLIC_THREADS)
    await calls("POST", path, {"name": "talk"})
    fake.deny(channel.id, May.SEND_MESSAGES)
    assert (await calls.post(parent))["id"]
    fake.deny(channel.id, May.SEND_MESSAGES_IN_THREADS)
    assert await code_of(calls.post(parent)) == 50013
    private = {"name": "quiet", "type": 12}
    assert await code_of(calls("POST", f"/channels/{channel.id}/threads", private)) == 50013
    fake.allow(channel.id, fake.bot_user, May.CREATE_PRIVATE_THREADS)
    quiet = await calls("POST", f"/channels/{channel.id}/threads", private)
    assert fake.channels[quiet["id"]].members == [fake.bot_user]


async def test_threads_are_joined_left_alone_and_deleted(
    fake: FakeDiscord, calls: Calls, channel: Channel, ana: User
) -> None:
    thread = fake.start_thread(ana.id, channel.id, fake.say(ana.id, channel.id, "why?").id)
    await calls("PUT", f"/channels/{thread.id}/thread-members/@me")
    await calls("PUT", f"/channels/{thread.id}/thread-members/{ana.id}")
    assert thread.members == [ana.id, fake.bot_user]
    assert await code_of(calls("PUT", f"/channels/{thread.id}/thread-members/123")) == 10007
    assert await code_of(calls("POST", f"/channels/{thread.id}/threads", {"name": "x"})) == 50024
    assert await code_of(calls("PATCH", f"/channels/{thread.id}", {"name": "x"})) == 50013
    fake.allow(channel.id, fake.bot_user, May.MANAGE_THREADS | May.MANAGE_CHANNELS)
    fake.archive_thread(thread.id)
    assert await code_of(calls("PUT", f"/channels/{thread.id}/thread-members/@me")) == 50083
    assert await code_of(calls("PATCH", f"/channels/{thread.id}", {"name": "x"})) == 50083
    assert await code_of(calls("PATCH", f"/channels/{thread.id}", {"archived": "no"})) == 50035
    assert (await calls("DELETE", f"/channels/{thread.id}"))["id"] == thread.id
    assert await code_of(calls("GET", f"/channels/{thread.id}")) == 10003
    await calls("DELETE", f"/channels/{channel.id}")
    assert fake.channels == {}


async def test_the_bot_shows_that_it_types_where_it_may_write(
    fake: FakeDiscord, calls: Calls, channel: Channel
) -> None:
    assert await calls("POST", f"/channels/{channel.id}/typing") == ""
    fake.deny(channel.id, May.SEND_MESSAGES)
    assert await code_of(calls("POST", f"/channels/{channel.id}/typing")) == 50013


async def test_those_who_reacted_come_in_pages(fake: FakeDiscord, bot: Bot, channel: Channel) -> None:
    sent = await posted(bot, channel)
    who = [fake.add_member(channel.guild, f"m{n}").id for n in range(230)]
    for each in who:
        fake.put_reaction(fake.message(channel.id, sent.id), each, "🇦")
    place = bot.get_partial_messageable(int(channel.id))
    message = await place.fetch_message(int(sent.id))
    fake.calls.clear()
    assert sorted([str(each.id) async for each in message.reactions[0].users()]) == who
    pages = [each.query for each in fake.calls if each.name == "list_message_reactions_by_emoji"]
    assert [each.get("after") for each in pages] == [None, who[99], who[199]]
    assert message.reactions[0].count == 230


async def test_reactions_are_put_once_taken_off_and_limited_to_twenty_kinds(
    fake: FakeDiscord, calls: Calls, channel: Channel, ana: User
) -> None:
    sent = (await calls.post(channel.id))["id"]
    path = f"/channels/{channel.id}/messages/{sent}/reactions"
    letters = [chr(0x1F1E6 + n) for n in range(21)]
    for each in letters[:20]:
        await calls("PUT", f"{path}/{each}/@me")
    await calls("PUT", f"{path}/{letters[0]}/@me")
    assert await code_of(calls("PUT", f"{path}/{letters[20]}/@me")) == 30010
    with pytest.raises(NotThereError):
        fake.react(ana.id, channel.id, sent, letters[20])
    fake.react(ana.id, channel.id, sent, letters[0])
    message = fake.message(channel.id, sent)
    assert message.reactions[letters[0]] == [fake.bot_user, ana.id]
    assert await code_of(calls("DELETE", f"{path}/{letters[0]}/{ana.id}")) == 50013
    await calls("DELETE", f"{path}/{letters[0]}/@me")
    assert message.reactions[letters[0]] == [ana.id]
    assert await calls("GET", f"{path}/{letters[0]}", type=1) == []
    fake.allow(channel.id, fake.bot_user, May.MANAGE_MESSAGES)
    await calls("DELETE", f"{path}/{letters[1]}/{fake.bot_user}")
    assert letters[1] not in message.reactions
    await calls("DELETE", f"{path}/{letters[0]}")
    assert letters[0] not in message.reactions
    await calls("DELETE", path)
    assert message.reactions == {}


@pytest.mark.parametrize(
    ("emoji", "known"), [("a", False), ("own:1", False), ("own:2", True), ("🎓", True), ("1️⃣", True)]
)
async def test_an_emoji_has_to_be_one(
    fake: FakeDiscord, calls: Calls, channel: Channel, emoji: str, *, known: bool
) -> None:
    fake.emoji.add("own:2")
    path = f"/channels/{channel.id}/messages/{(await calls.post(channel.id))['id']}/reactions/{emoji}/@me"
    if known:
        assert await calls("PUT", path) == ""
    else:
        assert await code_of(calls("PUT", path)) == 10014


async def test_a_first_reaction_needs_a_permission_that_a_second_does_not(
    fake: FakeDiscord, calls: Calls, channel: Channel, ana: User
) -> None:
    sent = (await calls.post(channel.id))["id"]
    fake.deny(channel.id, May.ADD_REACTIONS)
    path = f"/channels/{channel.id}/messages/{sent}/reactions/🇦/@me"
    assert await code_of(calls("PUT", path)) == 50013
    fake.react(ana.id, channel.id, sent, "🇦")
    await calls("PUT", path)
    assert fake.message(channel.id, sent).reactions["🇦"] == [ana.id, fake.bot_user]


# Commands.


@pytest.mark.parametrize(("body", "where", "code"), [case[1:] for case in COMMANDS], ids=[case[0] for case in COMMANDS])
async def test_commands_that_discord_does_not_take(
    fake: FakeDiscord, calls: Calls, body: list[Json], where: str, code: str
) -> None:
    assert await code_of(calls("PUT", f"/applications/{fake.application}/commands", body)) == 50035
    found = [(".".join(map(str, each.path)), each.code) for each in fake.refused[-1][2]]
    assert any(where in path and code in reason for path, reason in found), found
    assert fake.commands == {}


async def test_a_hundred_commands_are_taken_and_one_more_is_not(fake: FakeDiscord, calls: Calls) -> None:
    path = f"/applications/{fake.application}/commands"
    hundred = [command(f"c{n}") for n in range(100)]
    menus = [{"name": f"Menu {n}", "type": 3} for n in range(15)]
    assert len(await calls("PUT", path, hundred + menus)) == 115
    assert await code_of(calls("PUT", path, [*hundred, command("more")])) == 30032
    assert await code_of(calls("PUT", path, [*menus, {"name": "more", "type": 3}])) == 30032
    assert await code_of(calls("POST", path, command("more"))) == 30032
    assert await code_of(calls("PUT", path, {"name": "x"})) == 50035


async def test_a_day_takes_two_hundred_new_commands(fake: FakeDiscord, calls: Calls, clock: Clock) -> None:
    path = f"/applications/{fake.application}/commands"
    for part in range(2):
        await calls("PUT", path, [command(f"c{part}-{n}") for n in range(100)])
    assert await code_of(calls("PUT", path, [command("one-more")])) == 30034
    clock.forward(days=1)
    assert (await calls("PUT", path, [command("one-more")]))[0]["name"] == "one-more"


async def test_a_command_keeps_its_id_and_has_another_version_where_it_changed(
    fake: FakeDiscord, calls: Calls, guild: Guild
) -> None:
    path = f"/applications/{fake.application}/commands"
    full = command(name_localizations={"de": "frag"}, default_member_permissions=32)
    first = (await calls("PUT", path, [full, command("other")]))[0]
    again = (await calls("PUT", path, [full]))[0]
    assert again == first
    changed = (await calls("PUT", path, [{**full, "description": "Ask more"}]))[0]
    assert (changed["id"], changed["version"] != first["version"]) == (first["id"], True)
    assert first["default_member_permissions"] == "32"
    assert "name_localizations" not in (await calls("GET", path))[0]
    assert (await calls("GET", path, with_localizations="true"))[0]["name_localizations"] == {"de": "frag"}
    patched = await calls("PATCH", f"{path}/{first['id']}", {"description": "Ask less"})
    assert (patched["id"], patched["name"], patched["description"]) == (first["id"], "ask", "Ask less")
    await calls("DELETE", f"{path}/{first['id']}")
    assert await calls("GET", path) == []
    own = f"/applications/{fake.application}/guilds/{guild.id}/commands"
    assert await code_of(calls("POST", own, command(""))) == 50035
    assert await code_of(calls("PATCH", f"{path}/{first['id']}", {"description": "x"})) == 10063
    made = await calls("POST", own, command())
    assert await code_of(calls("PATCH", f"{own}/{made['id']}", {"description": ""})) == 50035
    assert (made["guild_id"], (await calls("GET", f"{own}/{made['id']}"))["name"]) == (guild.id, "ask")


class Levels(app_commands.Group):
    """Commands in a group."""

    @app_commands.command(name="set", description="Set the level")
    @app_commands.describe(level="How hard", topic="Of what")
    async def change(
        self, interaction: discord.Interaction, level: app_commands.Range[int, 1, 5], topic: str = "all"
    ) -> None:
        await interaction.response.send_message(f"{topic} {level}", ephemeral=True)

    @change.autocomplete("topic")
    async def topics(self, _: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=each, value=each) for each in ("algebra", "logic") if typed in each]


@pytest.fixture
async def synced(bot: Bot) -> Bot:
    """A bot with commands that were synced."""

    @bot.tree.command(name="rank", description="Who leads")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def rank(interaction: discord.Interaction, whom: discord.Member, span: str) -> None:
        await interaction.response.send_message(f"{whom.display_name} {span}")

    rank.autocomplete("span")(spans)

    @bot.tree.context_menu(name="Suggest as a question")
    async def suggest(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(message.content, ephemeral=True)

    bot.tree.add_command(Levels(name="level", description="Levels"))
    await bot.tree.sync()
    return bot


async def spans(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=str(n), value=str(n)) for n in range(26)]


async def test_a_command_of_a_group_runs_with_typed_options(
    fake: FakeDiscord, synced: Bot, channel: Channel, ana: User
) -> None:
    done = await fake.command(ana.id, channel.id, "level set", {"level": 3, "topic": "logic"})
    assert (done.acknowledged, done.ephemeral, done.text) == (True, True, "logic 3")
    assert 0 < done.seconds < 3
    assert fake.messages(channel.id) == []
    assert [each.content for each in fake.messages_for(ana.id, channel.id)] == ["logic 3"]


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("level", {}),
        ("level get", {"level": 3}),
        ("level set", {}),
        ("level set", {"level": 6}),
        ("level set", {"level": "3"}),
        ("level set", {"level": 3, "depth": 1}),
        ("nothing", {}),
    ],
)
async def test_discord_does_not_let_a_person_send_a_command_that_is_not_as_it_was_synced(
    fake: FakeDiscord, synced: Bot, channel: Channel, ana: User, path: str, options: Json
) -> None:
    with pytest.raises(NotThereError):
        await fake.command(ana.id, channel.id, path, options)
    assert synced.of("interaction") == []


async def test_a_command_that_was_never_synced_is_not_there(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    @bot.tree.command(name="ping", description="Ping")
    async def ping(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("pong")

    with pytest.raises(NotThereError, match="was it synced"):
        await fake.command(ana.id, channel.id, "ping")
    await bot.tree.sync()
    assert (await fake.command(ana.id, channel.id, "ping")).text == "pong"


async def test_commands_are_hidden_from_those_who_may_not(
    fake: FakeDiscord, synced: Bot, channel: Channel, guild: Guild, ana: User
) -> None:
    asked = {"whom": ana.id, "span": "week"}
    with pytest.raises(NotThereError, match="not shown"):
        await fake.command(ana.id, channel.id, "rank", asked)
    shown = await fake.command(guild.owner, channel.id, "rank", asked)
    assert (shown.text, shown.ephemeral) == ("Ana week", False)
    fake.add_role(guild.id, "organisers", int(May.MANAGE_GUILD), [ana.id])
    assert (await fake.command(ana.id, channel.id, "rank", asked)).text == "Ana week"
    with pytest.raises(NotThereError, match="not shown"):
        await fake.command(ana.id, fake.open_dm(ana.id).id, "rank", asked)
    with pytest.raises(NotThereError, match="nothing with the id"):
        await fake.command(ana.id, channel.id, "rank", {"whom": "12", "span": "week"})


async def test_a_command_works_in_a_talk_with_the_bot(fake: FakeDiscord, synced: Bot, ana: User) -> None:
    done = await fake.command(ana.id, fake.open_dm(ana.id).id, "level set", {"level": 1})
    assert (done.guild, done.text) == ("", "all 1")
    assert synced.of("interaction")[-1].guild_id is None


async def test_an_option_suggests_while_it_is_typed(
    fake: FakeDiscord, synced: Bot, channel: Channel, guild: Guild, ana: User
) -> None:
    typed = await fake.autocomplete(ana.id, channel.id, "level set", "topic", {"topic": "log"})
    assert typed.choices == [{"name": "logic", "value": "logic"}]
    with pytest.raises(NotThereError, match="suggests nothing"):
        await fake.autocomplete(ana.id, channel.id, "level set", "level")
    fake.ack_within = 0.2
    many = await fake.autocomplete(guild.owner, channel.id, "rank", "span")
    await until(lambda: many.refusals == [50035])
    assert (many.choices, many.acknowledged) == (None, False)


async def test_a_command_in_the_menu_of_a_message_gets_its_text_without_any_intent(
    fake: FakeDiscord, synced: Bot, channel: Channel, ana: User
) -> None:
    said = fake.say(ana.id, channel.id, "Why is the sky blue?")
    done = await fake.context_menu(ana.id, channel.id, said.id, "Suggest as a question")
    assert (done.text, done.ephemeral) == ("Why is the sky blue?", True)


# Interactions.


async def test_a_press_reaches_the_bot_and_its_reply_is_for_one_person(
    fake: FakeDiscord, bot: Bot, channel: Channel, guild: Guild, ana: User
) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        assert interaction.data == {"id": 3, "custom_id": "b", "component_type": 2}
        assert interaction.message
        assert str(interaction.message.id) == sent.id
        await interaction.response.send_message("right", ephemeral=True)

    bot.answer = answer
    sent = await posted(bot, channel, content="x", components=[row(button("a"), button("b", label="Or"))])
    assert fake.labels(fake.message(channel.id, sent.id)) == ["Go", "Or"]
    seen = await fake.press(ana.id, channel.id, sent.id, 1)
    assert (seen.acknowledged, seen.ephemeral, seen.text) == (True, True, "right")
    assert seen.reply is not None
    assert (seen.reply.reference or {})["message_id"] == sent.id
    assert [each.name for each in fake.told] == ["MESSAGE_CREATE", "INTERACTION_CREATE"]
    assert [each.id for each in fake.messages(channel.id)] == [sent.id]
    with pytest.raises(NotThereError):
        fake.react(guild.owner, channel.id, seen.reply.id, "🇦")
    assert await code_of(bot.http.get_message(int(channel.id), int(seen.reply.id))) == 10008


@pytest.mark.parametrize("what", ["nothing", 1, -2])
async def test_only_what_a_message_offers_is_pressed(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User, what: str | int
) -> None:
    sent = await posted(bot, channel)
    with pytest.raises(NotThereError):
        await fake.press(ana.id, channel.id, sent.id, what)


async def test_a_disabled_button_a_deleted_message_and_a_hidden_channel_are_not_pressed(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    off = await posted(bot, channel, content="x", components=[row(button(disabled=True))])
    gone = await posted(bot, channel)
    fake.delete_message(channel.id, gone.id)
    for each in (off, gone):
        with pytest.raises(NotThereError):
            await fake.press(ana.id, channel.id, each.id)
    hidden = await posted(bot, channel)
    fake.deny(channel.id, May.VIEW_CHANNEL, ana.id)
    with pytest.raises(NotThereError):
        await fake.press(ana.id, channel.id, hidden.id)


async def test_a_hand_made_client_may_send_what_was_never_offered(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    bot.answer = lambda interaction: interaction.response.send_message(str(interaction.data), ephemeral=True)
    sent = await posted(bot, channel)
    assert "'custom_id': 'forged'" in (await fake.forge(ana.id, channel.id, sent.id, "forged")).text
    assert "'values': ['z']" in (await fake.forge(ana.id, channel.id, sent.id, "pick", ["z"])).text


async def test_a_select_sends_what_was_chosen(fake: FakeDiscord, bot: Bot, channel: Channel, ana: User) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        chosen: Json = {**(interaction.data or {})}
        await interaction.response.send_message(" ".join(chosen["values"]), ephemeral=True)

    bot.answer = answer
    options = [option(each) for each in "abc"]
    sent = await posted(bot, channel, content="x", components=[row(select(*options, max_values=2))])
    assert (await fake.select(ana.id, channel.id, sent.id, ["c", 0])).text == "c a"
    for wrong in ([], ["d"], ["a", "b", "c"]):
        with pytest.raises(NotThereError):
            await fake.select(ana.id, channel.id, sent.id, wrong)


class Form(discord.ui.Modal, title="Your answer"):
    """A form with a text and a choice."""

    said: discord.ui.Label[Form] = discord.ui.Label(
        text="Say", component=discord.ui.TextInput(custom_id="say", max_length=10)
    )
    sure: discord.ui.Label[Form] = discord.ui.Label(
        text="Sure?",
        component=discord.ui.Select(
            custom_id="sure",
            required=False,
            options=[discord.SelectOption(label="yes", value="yes"), discord.SelectOption(label="no", value="no")],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.said.component, discord.ui.TextInput)
        assert isinstance(self.sure.component, discord.ui.Select)
        await interaction.response.send_message(f"{self.said.component.value} {self.sure.component.values}")


async def test_a_press_opens_a_form_and_what_is_filled_in_comes_back(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(Form(custom_id="form"))

    bot.answer = answer
    sent = await posted(bot, channel)
    opened = await fake.press(ana.id, channel.id, sent.id)
    assert opened.modal is not None
    assert (opened.modal["title"], opened.modal_open) == ("Your answer", True)
    for wrong in ({}, {"say": "x" * 11}, {"say": "x", "sure": "maybe"}, {"other": "x"}):
        with pytest.raises(NotThereError):
            await fake.submit(ana.id, opened, wrong)
    done = await fake.submit(ana.id, opened, {"say": "blue", "sure": ["yes"]})
    assert (done.text, opened.modal_open) == ("blue ['yes']", False)
    with pytest.raises(NotThereError):
        await fake.submit(ana.id, opened, {"say": "again"})


async def test_a_form_that_nobody_acknowledged_stays_open(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(
                discord.ui.Modal(title="x", custom_id="f").add_item(discord.ui.TextInput(label="Say", custom_id="say"))
            )

    bot.answer = answer
    opened = await fake.press(ana.id, channel.id, (await posted(bot, channel)).id)
    fake.ack_within = 0.1
    done = await fake.submit(ana.id, opened, {"say": "blue"})
    assert (done.acknowledged, opened.modal_open) == (False, True)
    assert done.content["components"][0]["components"][0]["value"] == "blue"


async def calling_back(fake: FakeDiscord, interaction: discord.Interaction, body: Json) -> tuple[int, Json]:
    """(status, answer) of a hand-made callback."""
    address = f"{fake.api}/interactions/{interaction.id}/{interaction.token}/callback"
    async with aiohttp.ClientSession() as session, session.post(address, json=body) as response:
        return response.status, await response.json() if response.status != 204 else {}


@pytest.mark.parametrize(("content", "where", "code"), [case[1:] for case in MODALS], ids=[case[0] for case in MODALS])
async def test_a_form_that_discord_does_not_take(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User, content: Json, where: str, code: str
) -> None:
    found: list[tuple[str, str]] = []

    async def answer(interaction: discord.Interaction) -> None:
        status, answered = await calling_back(fake, interaction, {"type": 9, "data": content})
        assert (status, answered["code"]) == (400, 50035)
        found.extend(places(answered["errors"]))
        assert (await calling_back(fake, interaction, {"type": 9, "data": modal()}))[0] == 204

    bot.answer = answer
    seen = await fake.press(ana.id, channel.id, (await posted(bot, channel)).id)
    assert any(where in path and code in reason for path, reason in found), found
    assert (seen.refusals, seen.modal) == ([50035], modal())


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("press", {"type": 1}),
        ("press", {"type": 8, "data": {"choices": []}}),
        ("press", {"type": 4, "data": {"content": "x" * 2001}}),
        ("press", {"type": 4, "data": "x"}),
        ("press", {"type": 5, "flags": 64}),
        ("press", {"type": 5, "data": {"flags": "64"}}),
        ("press", {"type": 7, "data": {"components": [button()]}}),
        ("command", {"type": 6}),
        ("command", {"type": 7, "data": {"content": "x"}}),
        ("submit", {"type": 9, "data": modal()}),
        ("autocomplete", {"type": 4, "data": {"content": "x"}}),
        ("autocomplete", {"type": 8, "data": {"choices": [choice(), choice()]}}),
        ("autocomplete", {"type": 8, "data": {"choices": [choice("a", 5)]}}),
    ],
)
async def test_a_callback_has_to_fit_what_it_answers(
    fake: FakeDiscord, calls: Calls, channel: Channel, ana: User, kind: str, body: Json
) -> None:
    options = [argument(autocomplete=True)]
    await calls("PUT", f"/applications/{fake.application}/commands", [command(options=options)])
    sent = await posted(calls, channel)
    async with raw(fake) as gateway:
        await gateway.identify(fake.bot_token)
        fake.ack_within = 0.05
        acts: dict[str, Callable[[], Awaitable[Interaction]]] = {
            "press": lambda: fake.press(ana.id, channel.id, sent.id),
            "command": lambda: fake.command(ana.id, channel.id, "ask"),
            "autocomplete": lambda: fake.autocomplete(ana.id, channel.id, "ask", "topic"),
            "submit": lambda: submitted(fake, channel, ana),
        }
        await acts[kind]()
        asked = (await gateway.until("INTERACTION_CREATE"))["d"]
        if kind == "submit":
            asked = (await gateway.until("INTERACTION_CREATE"))["d"]
    path = f"/interactions/{asked['id']}/{asked['token']}/callback"
    assert await code_of(calls("POST", path, body)) == 50035
    assert not fake.interactions[asked["id"]].acknowledged


async def submitted(fake: FakeDiscord, channel: Channel, ana: User) -> Interaction:
    """A form that was opened without a message, and sent."""
    opened = await fake.command(ana.id, channel.id, "ask")
    opened.modal, opened.modal_open = modal(), True
    return await fake.submit(ana.id, opened, {"f": "x"})


async def test_after_three_seconds_the_interaction_is_unknown(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User, clock: Clock
) -> None:
    codes: list[int] = []

    async def answer(interaction: discord.Interaction) -> None:
        clock.forward(seconds=late)
        try:
            await interaction.response.send_message("here", ephemeral=True)
        except discord.NotFound as error:
            codes.append(error.code)

    bot.answer = answer
    sent = await posted(bot, channel)
    late = 2.9
    assert (await fake.press(ana.id, channel.id, sent.id)).text == "here"
    late = 3.1
    seen = await fake.press(ana.id, channel.id, sent.id)
    assert (seen.acknowledged, seen.refusals, seen.text) == (False, [10062], "")
    await until(lambda: codes == [10062])


async def test_a_second_acknowledgement_is_refused(fake: FakeDiscord, bot: Bot, channel: Channel, ana: User) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one", ephemeral=True)
        status, answered = await calling_back(fake, interaction, {"type": 4, "data": {"content": "two"}})
        assert (status, answered["code"]) == (400, 40060)
        done.set()

    done = asyncio.Event()
    bot.answer = answer
    seen = await fake.press(ana.id, channel.id, (await posted(bot, channel)).id)
    await asyncio.wait_for(done.wait(), 3)
    assert (seen.text, seen.refusals) == ("one", [40060])


async def test_what_was_deferred_is_filled_in_later_and_is_as_private_as_was_said_then(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    go = asyncio.Event()

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await go.wait()
        await interaction.followup.send("filled", ephemeral=False)
        await interaction.followup.send("more")

    bot.answer = answer
    seen = await fake.press(ana.id, channel.id, (await posted(bot, channel)).id)
    assert (seen.acknowledged, seen.deferred, seen.text) == (True, True, "")
    assert seen.original is not None
    assert seen.original.loading
    go.set()
    await fake.answered(seen)
    assert (seen.original.content, seen.original.ephemeral, seen.original.loading) == ("filled", True, False)
    await until(lambda: len(seen.replies) == 2)
    assert [each.ephemeral for each in seen.replies] == [True, False]


async def test_a_press_updates_its_own_message_at_once_or_later(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    async def at_once(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content="new", view=None)

    async def later(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="newer")

    for answer, text_then in ((at_once, "new"), (later, "newer")):
        bot.answer = answer
        sent = await posted(bot, channel)
        seen = await fake.answered(await fake.press(ana.id, channel.id, sent.id))
        assert (seen.acknowledged, seen.replies, seen.filled.is_set()) == (True, [], True)
        assert fake.message(channel.id, sent.id).content == text_then


async def test_an_answer_is_read_edited_and_deleted_by_the_token_for_fifteen_minutes(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User, clock: Clock
) -> None:
    kept: list[discord.Interaction] = []

    async def answer(interaction: discord.Interaction) -> None:
        kept.append(interaction)
        await interaction.response.send_message("one", ephemeral=True)

    bot.answer = answer
    seen = await fake.press(ana.id, channel.id, (await posted(bot, channel)).id)
    interaction = kept[0]
    assert (await interaction.original_response()).content == "one"
    clock.forward(minutes=14, seconds=59)
    await interaction.edit_original_response(content="two")
    more = await interaction.followup.send("three", ephemeral=True, wait=True)
    assert seen.text == "two\nthree"
    await more.edit(content="four")
    await more.delete()
    await interaction.delete_original_response()
    assert seen.replies == []
    assert await code_of(interaction.edit_original_response(content="five")) == 10008
    clock.forward(seconds=2)
    assert await code_of(interaction.followup.send("six")) == 50027


async def test_there_is_no_later_answer_before_a_first_one(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    codes: list[int] = []

    async def answer(interaction: discord.Interaction) -> None:
        try:
            await interaction.followup.send("too soon")
        except discord.NotFound as error:
            codes.append(error.code)
        await interaction.response.send_message("now")

    bot.answer = answer
    await fake.press(ana.id, channel.id, (await posted(bot, channel)).id)
    assert codes == [10015]


async def test_what_is_for_one_person_has_buttons_for_that_one_alone(
    fake: FakeDiscord, bot: Bot, channel: Channel, guild: Guild, ana: User
) -> None:
    view = discord.ui.View(timeout=None).add_item(discord.ui.Button(label="More", custom_id="more"))
    bot.answer = lambda interaction: interaction.response.send_message("psst", view=view, ephemeral=True)
    seen = await fake.press(ana.id, channel.id, (await posted(bot, channel)).id)
    assert seen.reply is not None
    assert (await fake.press(ana.id, channel.id, seen.reply.id, "more")).acknowledged
    with pytest.raises(NotThereError):
        await fake.press(guild.owner, channel.id, seen.reply.id, "more")


async def test_an_answer_needs_no_permission_to_post(fake: FakeDiscord, bot: Bot, channel: Channel, ana: User) -> None:
    bot.answer = lambda interaction: interaction.response.send_message("public")
    sent = await posted(bot, channel)
    fake.deny(channel.id, May.SEND_MESSAGES)
    assert not (await fake.press(ana.id, channel.id, sent.id)).ephemeral
    assert [each.content for each in fake.messages(channel.id)] == ["x", "public"]


async def test_an_interaction_that_comes_again_is_the_same_one(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    bot.answer = lambda interaction: interaction.response.send_message("hi")
    seen = await fake.press(ana.id, channel.id, (await posted(bot, channel)).id)
    bot.answer = None
    fake.deliver(seen.told, 3)
    await until(lambda: len(bot.of("interaction")) == 4)
    assert {each.id for each in bot.of("interaction")} == {int(seen.id)}


async def test_without_any_session_a_person_sees_a_failure_at_once(
    fake: FakeDiscord, calls: Calls, channel: Channel, ana: User
) -> None:
    sent = await posted(calls, channel)
    seen = await fake.press(ana.id, channel.id, sent.id)
    assert (seen.acknowledged, seen.told and seen.told.times) == (False, 0)


# The gateway.


async def test_a_bot_is_told_of_its_guilds_channels_and_itself(
    fake: FakeDiscord, bot: Bot, guild: Guild, channel: Channel
) -> None:
    found = bot.get_guild(int(guild.id))
    assert found is not None
    assert (found.name, [str(each.id) for each in found.text_channels]) == ("hall", [channel.id])
    assert [each.id for each in found.members] == [bot.application_id]
    assert found.me.guild_permissions.send_messages
    assert not found.me.guild_permissions.manage_guild
    assert fake.connections == 1
    assert [each["op"] for each in fake.gateway.heard[:2]] == [1, 2]


async def test_the_gateway_is_found_by_asking(fake: FakeDiscord, calls: Calls, clock: Clock) -> None:
    fake.shards = 2
    found = await calls("GET", "/gateway/bot")
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    assert found == {"url": fake.gateway_url, "shards": 2, "session_start_limit": limit}
    async with raw(fake) as gateway:
        assert (await gateway.identify(fake.bot_token))["t"] == "READY"
    clock.forward(hours=1)
    limit |= {"remaining": 999, "reset_after": 23 * 3600 * 1000}
    assert (await calls("GET", "/gateway/bot"))["session_start_limit"] == limit
    assert await calls("GET", "/gateway") == {"url": fake.gateway_url}


def as_this_bot(fake: FakeDiscord, payload: Json) -> Json:
    """An IDENTIFY that lacks nothing but what it says otherwise; any other payload as it is."""
    usual = {"token": fake.bot_token, "intents": PLAIN.value}
    return {**payload, "d": {**usual, **payload.get("d", {})}} if payload["op"] == 2 else payload


@pytest.mark.parametrize(
    ("payloads", "code"),
    [
        (["{"], 4002),
        (['{"d": 1}'], 4002),
        ([json.dumps({"op": 1, "d": "x" * 4096})], 4002),
        ([{"op": 99}], 4001),
        ([{"op": 3, "d": {}}], 4003),
        ([{"op": 2, "d": {"token": "wrong"}}], 4004),
        ([{"op": 6, "d": {"token": "wrong"}}], 4004),
        ([{"op": 2}, {"op": 2}], 4005),
        ([{"op": 2}, {"op": 6, "d": {}}], 4005),
        ([{"op": 2, "d": {"shard": [2, 2]}}], 4010),
        ([{"op": 2, "d": {"shard": 5}}], 4010),
        ([{"op": 2, "d": {"intents": 1 << 40}}], 4013),
        ([{"op": 2, "d": {"intents": None}}], 4013),
        ([{"op": 2, "d": {"intents": 1 << 15}}], 4014),
        ([{"op": 2, "d": {"intents": 1 << 1}}], 4014),
        ([{"op": 2}, {"op": 8, "d": {"guild_id": "{guild}", "query": "", "limit": 0}}], 4014),
        ([{"op": 1}] * 121, 4008),
    ],
)
async def test_the_gateway_closes_for_what_is_wrong(
    fake: FakeDiscord, guild: Guild, payloads: list[Json | str], code: int
) -> None:
    async with raw(fake) as gateway:
        for payload in payloads:
            sent = payload if isinstance(payload, str) else json.dumps(as_this_bot(fake, payload))
            await gateway.socket.send_str(sent.replace("{guild}", guild.id))
        found = await gateway.read()
        while "closed" not in found:
            found = await gateway.read()
    assert (found["closed"], fake.gateway.closed) == (code, [code])


@pytest.mark.parametrize(
    "query", ["?v=9&encoding=json", "?v=10&encoding=etf", "?v=10&encoding=json&compress=zstd-stream"]
)
async def test_the_gateway_speaks_one_version(fake: FakeDiscord, query: str) -> None:
    async with raw(fake, query) as gateway:
        assert gateway.socket.close_code == 4012


async def test_a_heartbeat_is_acknowledged_also_before_a_session(fake: FakeDiscord) -> None:
    async with raw(fake) as gateway:
        await gateway.send(1)
        assert (await gateway.read())["op"] == 11
        await gateway.socket.send_str(json.dumps({"op": 1, "d": ""}).ljust(4096))
        assert (await gateway.read())["op"] == 11


async def test_a_bot_without_intents_is_told_of_nothing_but_interactions(
    fake: FakeDiscord, guild: Guild, channel: Channel, ana: User, calls: Calls
) -> None:
    sent = await posted(calls, channel)
    async with raw(fake) as gateway:
        assert (await gateway.identify(fake.bot_token, intents=0))["t"] == "READY"
        assert fake.say(ana.id, channel.id, "x")
        fake.ack_within = 0.01
        await fake.press(ana.id, channel.id, sent.id)
        assert (await gateway.read())["t"] == "INTERACTION_CREATE"


async def test_members_are_told_by_name_without_an_intent(fake: FakeDiscord, guild: Guild, ana: User) -> None:
    async with raw(fake) as gateway:
        await gateway.identify(fake.bot_token)
        await gateway.send(8, {"guild_id": "123", "user_ids": [ana.id]})
        await gateway.send(8, {"guild_id": guild.id, "user_ids": [ana.id, "123"], "nonce": "n"})
        chunk = (await gateway.until("GUILD_MEMBERS_CHUNK"))["d"]
        assert [each["nick"] for each in chunk["members"]] == ["Ana"]
        assert (chunk["guild_id"], chunk["not_found"], chunk["nonce"]) == (guild.id, ["123"], "n")
        await gateway.send(8, {"guild_id": guild.id, "user_ids": ana.id})
        assert len((await gateway.until("GUILD_MEMBERS_CHUNK"))["d"]["members"]) == 1


async def test_too_many_guilds_for_one_shard_need_two(fake: FakeDiscord) -> None:
    fake.gateway.most_guilds = 2
    for name in "abc":
        fake.add_guild(name)
    async with raw(fake) as gateway:
        assert (await gateway.identify(fake.bot_token)) == {"closed": 4011}
    async with raw(fake) as gateway:
        ready = await gateway.identify(fake.bot_token, shard=[0, 2])
    assert (len(ready["d"]["guilds"]), ready["d"]["shard"]) in ((1, [0, 2]), (2, [0, 2]))


async def test_one_session_begins_in_five_seconds(fake: FakeDiscord) -> None:
    fake.gateway.starts.every = 60.0
    for op in (0, 9):
        async with raw(fake) as gateway:
            assert (await gateway.identify(fake.bot_token))["op"] == op
    async with raw(fake) as gateway:
        fake.gateway.starts.every = 0.0
        assert (await gateway.identify(fake.bot_token))["op"] == 0
        assert fake.gateway.starts.left == 998


async def test_shards_with_keys_of_their_own_begin_together(fake: FakeDiscord) -> None:
    fake.gateway.starts.every, fake.gateway.starts.concurrency = 5.0, 2
    for shard in (0, 1):
        async with raw(fake) as gateway:
            assert (await gateway.identify(fake.bot_token, shard=[shard, 2]))["op"] == 0


async def test_one_session_too_many_ends_all_and_resets_the_token(fake: FakeDiscord, clock: Clock) -> None:
    fake.gateway.starts.most = 2
    token = fake.bot_token
    async with raw(fake) as first, raw(fake) as second, raw(fake) as third:
        assert [(await each.identify(token))["t"] for each in (first, second)] == ["READY", "READY"]
        assert await third.identify(token) == {"closed": 4004}
        assert await first.read() == {"closed": 4004}
    assert fake.bot_token != token
    clock.forward(hours=24)
    async with raw(fake) as gateway:
        assert (await gateway.identify(fake.bot_token))["t"] == "READY"


async def test_a_stream_is_packed_as_one(fake: FakeDiscord, guild: Guild, channel: Channel) -> None:
    async with raw(fake, "?v=10&encoding=json&compress=zlib-stream") as gateway:
        assert (await gateway.identify(fake.bot_token))["t"] == "READY"
        assert (await gateway.read())["d"]["name"] == "hall"
        for n in range(50):
            fake.say(guild.owner, channel.id, f"hello {n}")
        assert [(await gateway.read())["t"] for _ in range(50)] == ["MESSAGE_CREATE"] * 50


async def test_discord_py_asks_for_a_packed_stream(fake: FakeDiscord, bot: Bot) -> None:
    assert [each.request.query["compress"] for each in fake.gateway.wires] == ["zlib-stream"]


@pytest.mark.parametrize("kind", ["drop", "reconnect", "resumable", "close"])
async def test_after_a_cut_the_session_goes_on_and_what_was_missed_is_told_in_order(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User, kind: str
) -> None:
    fake.direct(ana.id, "before")
    await until(lambda: bot.texts() == ["before"])
    await fake.disconnect(kind)
    for n in range(5):
        fake.direct(ana.id, str(n))
    await until(lambda: bot.of("resumed"))
    await until(lambda: len(bot.texts()) == 6)
    fake.direct(ana.id, "after")
    await until(lambda: bot.texts() == ["before", "0", "1", "2", "3", "4", "after"])
    assert (len(fake.gateway.sessions), bot.of("ready")) == (1, [0])
    assert [each["op"] for each in fake.gateway.heard if each["op"] in (2, 6)] == [2, 6]


@pytest.mark.parametrize("kind", ["invalid", "expire"])
async def test_after_an_invalid_session_a_new_one_begins_and_what_was_missed_is_gone(
    fake: FakeDiscord, bot: Bot, ana: User, kind: str
) -> None:
    await fake.disconnect(kind)
    fake.direct(ana.id, "missed")
    await until(lambda: len(bot.of("ready")) == 2)
    fake.direct(ana.id, "after")
    await until(lambda: bot.texts() == ["after"])
    assert bot.of("resumed") == []


@pytest.mark.parametrize("code", [4004, 4014])
async def test_some_closes_are_final(fake: FakeDiscord, guild: Guild, code: int) -> None:
    intents = discord.Intents(guilds=True, message_content=code == 4014)
    bot = Bot(intents=intents)
    task = asyncio.create_task(bot.start(fake.bot_token))
    if code == 4004:
        await until(bot.is_ready)
        await fake.disconnect("close", code=code)
    expected = discord.PrivilegedIntentsRequired if code == 4014 else discord.ConnectionClosed
    with pytest.raises(expected):
        await asyncio.wait_for(task, 5)
    await bot.close()


async def test_a_session_is_taken_over_by_who_resumes_it_and_a_number_to_come_is_wrong(
    fake: FakeDiscord, guild: Guild, channel: Channel
) -> None:
    async with raw(fake) as first, raw(fake) as second, raw(fake) as third:
        ready = await first.identify(fake.bot_token)
        await first.until("GUILD_CREATE")
        fake.say(guild.owner, channel.id, "one")
        asked = {"token": fake.bot_token, "session_id": ready["d"]["session_id"], "seq": 2}
        await second.send(6, asked)
        assert [(await second.read())["t"] for _ in range(2)] == ["MESSAGE_CREATE", "RESUMED"]
        assert (await first.read())["t"] == "MESSAGE_CREATE"
        assert await first.read() == {"closed": 4000}
        await third.send(6, {**asked, "seq": 99})
        assert await third.read() == {"closed": 4007}
        await second.socket.close(code=1000)
    async with raw(fake) as gateway:
        await gateway.send(6, asked)
        assert await gateway.read() == {"op": 9, "d": False, "s": None, "t": None}


async def test_a_silent_line_is_given_up_and_the_session_goes_on_over_another(
    fake: FakeDiscord, guild: Guild, channel: Channel, ana: User
) -> None:
    fake.gateway.heartbeat_every = 100
    async with running(Bot(heartbeat_timeout=0.5), fake) as bot:
        await fake.disconnect("mute")
        fake.direct(ana.id, "missed")
        await until(lambda: bot.texts() == ["missed"])
        assert bot.of("resumed")


async def test_what_is_silent_for_a_while_is_heard_afterwards(fake: FakeDiscord, bot: Bot, ana: User) -> None:
    fake.silent = True
    fake.direct(ana.id, "late")
    await asyncio.sleep(0.05)
    assert bot.texts() == []
    fake.silent = False
    await until(lambda: bot.texts() == ["late"])
    assert bot.of("resumed") == []


async def test_two_shards_hear_of_their_own_guilds_and_the_first_of_talks(fake: FakeDiscord) -> None:
    guilds = [fake.add_guild(name) for name in "ab"]
    places = [fake.add_channel(each.id) for each in guilds]
    async with running(Bot(shard_count=2), fake) as bot:
        assert sorted(bot.of("ready")) == [0, 1]
        assert sorted(each.shard_id for each in bot.guilds) == [0, 1]
        for guild, place in zip(guilds, places, strict=True):
            fake.say(guild.owner, place.id, f"<@{fake.bot_user}>")
        fake.direct(guilds[1].owner, "alone")
        await until(lambda: len(bot.texts()) == 3)
        sessions = sorted(fake.gateway.sessions.values(), key=lambda each: each.shard)
        heard = [
            [event["d"]["content"] for event in each.events if event["t"] == "MESSAGE_CREATE"] for each in sessions
        ]
        assert sorted(map(len, heard)) == [1, 2]
        assert "alone" in heard[0]
        await fake.disconnect("drop", shard=1)
        await until(lambda: len(bot.of("resumed")) == 1)


async def test_discord_py_asks_how_many_shards_there_are(fake: FakeDiscord) -> None:
    fake.shards = 2
    async with running(Bot(shard_count=None), fake) as bot:
        assert (bot.shard_count, fake.connections, fake.made("get_bot_gateway")) == (2, 2, 1)


async def test_what_a_test_arranges_while_the_bot_is_connected_is_told(
    fake: FakeDiscord, bot: Bot, channel: Channel
) -> None:
    guild = fake.add_guild("second", bot=int(May.MANAGE_GUILD))
    place = fake.add_channel(guild.id, "later")
    role = fake.add_role(guild.id, "organisers")
    fake.add_member(guild.id, "bob")
    fake.deny(channel.id, May.SEND_MESSAGES)
    await until(lambda: bot.get_channel(int(place.id)))
    found = bot.get_guild(int(guild.id))
    old = bot.get_channel(int(channel.id))
    assert found
    assert isinstance(old, discord.TextChannel)
    assert found.me.guild_permissions.manage_guild
    await until(lambda: found.get_role(int(role.id)))
    await until(lambda: not old.permissions_for(old.guild.me).send_messages)
    fake.allow(channel.id, fake.bot_user, May.SEND_MESSAGES)
    await until(lambda: old.permissions_for(old.guild.me).send_messages)
    assert [each.times for each in fake.told if each.name == "GUILD_MEMBER_ADD"] == [0]
    assert bot.of("joined") == [found]
    fake.add_guild("without the bot", bot=None)
    assert len(bot.guilds) == 2


async def test_without_the_intent_texts_are_empty_but_for_talks_mentions_and_ones_own(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    hidden = fake.say(ana.id, channel.id, "hidden")
    fake.say(ana.id, channel.id, f"<@{fake.bot_user}> seen")
    fake.direct(ana.id, "alone")
    await until(lambda: bot.texts() == ["", f"<@{fake.bot_user}> seen", "alone"])
    place = bot.get_partial_messageable(int(channel.id))
    assert (await place.fetch_message(int(hidden.id))).content == ""
    own = await place.send("mine", nonce="n")
    assert (await place.fetch_message(own.id)).content == "mine"
    assert [each.content async for each in place.history()] == ["mine", f"<@{fake.bot_user}> seen", ""]
    fake.edit_own(ana.id, channel.id, hidden.id, "still hidden")
    edited = [each for each in fake.told if each.name == "MESSAGE_UPDATE"][-1]
    assert edited.bare is not None
    assert (edited.body["content"], edited.bare["content"]) == ("still hidden", "")


async def test_with_the_intent_in_the_portal_texts_and_names_are_told(
    fake: FakeDiscord, guild: Guild, channel: Channel, ana: User
) -> None:
    fake.privileged = discord.Intents(message_content=True, members=True).value
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=True, members=True)
    async with running(Bot(intents=intents), fake) as bot:
        assert len(await bot.guilds[0].chunk()) == 3
        fake.say(ana.id, channel.id, "seen")
        fake.rename(ana.id, guild.id, "Anna")
        fake.direct(ana.id, "not asked for")
        await until(lambda: bot.of("member"))
        assert bot.texts() == ["seen"]
        assert bot.of("member")[0].nick == "Anna"


async def test_without_the_intent_nobody_hears_of_names_roles_and_leavers(
    fake: FakeDiscord, bot: Bot, guild: Guild, ana: User
) -> None:
    role = fake.add_role(guild.id, "organisers")
    told = [
        fake.rename(ana.id, guild.id, "Anna"),
        fake.give_role(ana.id, guild.id, role.id),
        fake.take_role(ana.id, guild.id, role.id),
        fake.leave(ana.id, guild.id),
    ]
    assert [each.times for each in told] == [0, 0, 0, 0]
    assert fake.rename(fake.bot_user, guild.id, "Bot").times == 1


async def test_reactions_are_told_when_put_and_taken_off(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    sent = await posted(bot, channel)
    fake.react(ana.id, channel.id, sent.id, "🇦")
    assert fake.react(ana.id, channel.id, sent.id, "🇦").times == 0
    assert "member" not in fake.unreact(ana.id, channel.id, sent.id, "🇦").body
    assert fake.unreact(ana.id, channel.id, sent.id, "🇦").times == 0
    talk = fake.open_dm(ana.id)
    fake.react(ana.id, talk.id, (await posted(bot, talk)).id, "🎓")
    await until(lambda: len(bot.of("reaction")) == 2)
    found = [(str(each.emoji), str(each.user_id), each.guild_id and str(each.guild_id)) for each in bot.of("reaction")]
    assert found == [("🇦", ana.id, channel.guild), ("🎓", ana.id, None)]
    assert len(bot.of("unreaction")) == 1


@pytest.mark.parametrize("times", [1, 2, 3, 4])
async def test_an_event_is_delivered_as_often_as_a_test_likes(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User, times: int
) -> None:
    told = fake.react(ana.id, channel.id, (await posted(bot, channel)).id, "🇦")
    fake.deliver(told, times - 1)
    await until(lambda: len(bot.of("reaction")) == times)
    assert told.times == times


async def test_the_bot_hears_of_deleted_messages_channels_and_of_archived_threads(
    fake: FakeDiscord, bot: Bot, channel: Channel, guild: Guild, ana: User
) -> None:
    sent = await posted(bot, channel)
    thread = fake.start_thread(ana.id, channel.id, (await posted(bot, channel)).id)
    fake.delete_message(channel.id, sent.id)
    fake.archive_thread(thread.id, locked=True)
    with pytest.raises(NotThereError):
        fake.say(ana.id, thread.id, "more")
    fake.delete_channel(channel.id)
    await until(lambda: bot.of("channel deleted"))
    assert [str(each.message_id) for each in bot.of("deleted")] == [sent.id]
    assert bot.of("thread")[-1].data["thread_metadata"]["locked"] is True
    assert [each.id for each in bot.of("channel deleted")] == [int(channel.id)]
    for place in (channel.id, thread.id):
        assert (
            await code_of(bot.http.send_message(int(place), params=discord.http.MultipartParameters({}, None, None)))
            == 10003
        )


async def test_the_bot_hears_no_more_of_what_it_may_not_see(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    fake.deny(channel.id, May.VIEW_CHANNEL)
    fake.say(ana.id, channel.id, f"<@{fake.bot_user}>")
    fake.direct(ana.id, "alone")
    await until(lambda: bot.texts() == ["alone"])


async def test_an_outage_of_a_guild_is_not_the_same_as_being_taken_out(
    fake: FakeDiscord, bot: Bot, guild: Guild, channel: Channel, ana: User
) -> None:
    fake.outage(guild.id)
    await until(lambda: bot.of("unavailable"))
    assert bot.of("removed") == []
    fake.recover(guild.id)
    fake.kick_bot(guild.id)
    await until(lambda: bot.of("removed"))
    assert list(bot.guilds) == []
    assert await code_of(bot.http.get_channel(int(channel.id))) == 50001
    fake.invite_bot(guild.id)
    await until(lambda: bot.of("joined"))
    assert (await bot.http.get_channel(int(channel.id)))["id"] == channel.id


# How calls go wrong.


@pytest.mark.parametrize(
    ("what", "raised", "kept"),
    [
        ("lost-request", aiohttp.ClientError, 0),
        ("lost-reply", aiohttp.ClientError, 1),
        ("http-503", discord.DiscordServerError, 0),
        (("after", "http-503"), discord.DiscordServerError, 1),
        ("cloudflare-429", discord.HTTPException, 0),
        (20016, None, 1),
        (30046, None, 1),
        ("ratelimited", None, 1),
        ("ratelimited-global", None, 1),
        ("ratelimited-shared", None, 1),
        (0.05, None, 1),
        (50013, discord.Forbidden, 0),
        (200000, discord.HTTPException, 0),
        (130000, discord.DiscordServerError, 0),
        (160005, discord.HTTPException, 0),
    ],
)
async def test_a_post_fails_as_it_was_told_and_is_kept_or_not(
    fake: FakeDiscord, calls: Calls, channel: Channel, what: What, raised: type[Exception] | None, kept: int
) -> None:
    wait = 0.02
    fake.fail("create_message", what, retry_after=wait)
    if raised is None:
        assert (await calls.post(channel.id))["id"]
    else:
        with pytest.raises(raised) as caught:
            await calls.post(channel.id)
        if isinstance(what, int):
            assert isinstance(caught.value, discord.HTTPException)
            assert caught.value.code == what
    assert len(fake.messages(channel.id)) == kept
    assert (await calls.post(channel.id))["id"]


@pytest.mark.parametrize("what", ["http-500", "http-502", "http-504"])
async def test_discord_py_tries_again_after_some_failures_and_the_nonce_keeps_it_one_message(
    fake: FakeDiscord, calls: Calls, channel: Channel, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    waited: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await real(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    fake.fail("create_message", ("after", what), times=2)
    await calls.post(channel.id, nonce="n", enforce_nonce=True)
    assert (len(fake.messages(channel.id)), fake.made("create_message")) == (1, 3)
    fake.fail("POST /channels/{channel_id}/messages", ("after", what), times=2)
    await calls.post(channel.id)
    assert len(fake.messages(channel.id)) == 4
    assert [each for each in waited if each >= 1] == [1, 3, 1, 3]


async def test_a_call_that_is_never_answered_is_not_done(fake: FakeDiscord, calls: Calls, channel: Channel) -> None:
    fake.fail("create_message", "timeout")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(calls.post(channel.id), 0.1)
    assert fake.messages(channel.id) == []


def test_a_fault_of_a_call_that_there_is_not_is_a_mistake(fake: FakeDiscord) -> None:
    with pytest.raises(ValueError, match="there is no call createMessage"):
        fake.fail("createMessage", 50013)
    with pytest.raises(ValueError, match="nothing was told"):
        fake.deliver(None)


async def test_the_acknowledgement_of_a_press_can_get_lost(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    outcomes: list[str] = []

    async def answer(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.send_message("hi", ephemeral=True)
        except aiohttp.ClientError as error:
            outcomes.append(type(error).__name__)

    bot.answer = answer
    sent = await posted(bot, channel)
    fake.fail("create_interaction_response", "lost-reply")
    assert (await fake.press(ana.id, channel.id, sent.id)).text == "hi"
    fake.ack_within = 0.1
    fake.fail("create_interaction_response", "lost-request")
    assert not (await fake.press(ana.id, channel.id, sent.id)).acknowledged
    assert len(outcomes) == 2


async def test_weather_loses_the_same_posts_for_the_same_seed(fake: FakeDiscord, calls: Calls, guild: Guild) -> None:
    outcomes = []
    for seed in (7, 7, 8):
        place = fake.add_channel(guild.id)
        fake.weather(seed, 0.2, 0.2)
        lost = []
        for n in range(40):
            try:
                await calls.post(place.id, content=str(n))
            except aiohttp.ClientError:
                lost.append(n)
        outcomes.append((lost, [each.content for each in fake.messages(place.id)]))
    assert outcomes[0] == outcomes[1] != outcomes[2]
    lost, kept = outcomes[0]
    assert 8 <= len(lost) <= 24
    assert 2 <= len(set(map(str, lost)) & set(kept)) < len(lost)
    fake.faults.clear()
    assert (await calls.post(place.id))["id"]


async def test_discord_py_waits_for_its_bucket_and_is_never_refused(fake: FakeDiscord, bot: Bot, guild: Guild) -> None:
    fake.limits.routes["create_message"] = (2, 0.3)
    first, second = fake.add_channel(guild.id), fake.add_channel(guild.id)
    begun = asyncio.get_running_loop().time()
    places = [bot.get_partial_messageable(int(each.id)) for each in (first, second)]
    await asyncio.gather(*(place.send(str(n)) for place in places for n in range(5)))
    took = asyncio.get_running_loop().time() - begun
    assert took > 0.55
    assert [each.status for each in fake.calls if each.status == 429] == []
    assert [len(fake.messages(each.id)) for each in (first, second)] == [5, 5]


async def test_a_bucket_that_is_empty_says_how_long_and_counts_as_invalid(
    fake: FakeDiscord, channel: Channel, clock: Clock
) -> None:
    fake.limit_posts = True
    address = f"{fake.api}/channels/{channel.id}/messages"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {fake.bot_token}"}) as session:
        for left in (4, 3, 2, 1, 0):
            async with session.post(address, json={"content": "x"}) as response:
                headers = response.headers
                assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("5", str(left))
                assert len(headers["X-RateLimit-Bucket"]) == 32
        async with session.post(address, json={"content": "x"}) as response:
            answer = await response.json()
    assert (response.status, answer["global"], 0 < answer["retry_after"] <= 5) == (429, False, True)
    assert response.headers["X-RateLimit-Scope"] == "user"
    assert int(response.headers["Retry-After"]) >= answer["retry_after"]
    assert len(fake.limits.invalid) == 1
    assert len(fake.messages(channel.id)) == 5


async def test_the_limit_over_all_routes_leaves_answers_to_interactions_out(fake: FakeDiscord) -> None:
    fake.limits.globally = 1
    headers = {"Authorization": f"Bot {fake.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for status in (200, 429):
            async with session.get(f"{fake.api}/users/@me") as response:
                assert response.status == status
                answer = await response.json()
        assert answer["global"] is True
        assert response.headers["X-RateLimit-Global"] == "true"
        async with session.post(f"{fake.api}/interactions/1/token/callback", json={"type": 4}) as response:
            assert (response.status, (await response.json())["code"]) == (404, 10062)


async def test_ten_thousand_invalid_requests_within_ten_minutes_are_banned(
    fake: FakeDiscord, calls: Calls, channel: Channel, clock: Clock
) -> None:
    fake.fail("create_message", "ratelimited-shared", retry_after=0.01)
    await calls.post(channel.id)
    assert len(fake.limits.invalid) == 0
    fake.deny(channel.id, May.SEND_MESSAGES)
    assert await code_of(calls.post(channel.id)) == 50013
    assert len(fake.limits.invalid) == 1
    fake.limits.invalid.extend([clock()] * (BAN_AFTER - 1))
    with pytest.raises(discord.HTTPException) as caught:
        await calls("GET", "/users/@me")
    assert (caught.value.status, caught.value.code) == (429, 0)
    clock.forward(minutes=11)
    assert (await calls("GET", "/users/@me"))["id"] == fake.bot_user


async def test_while_discord_is_down_nothing_answers_and_the_bot_comes_back(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User
) -> None:
    fake.down = True
    await fake.disconnect("expire")
    with pytest.raises(discord.DiscordServerError):
        await posted(bot, channel)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(fake.gateway_url)
    fake.down = False
    await until(lambda: len(bot.of("ready")) == 2)
    assert fake.direct(ana.id, "hello")
    await until(lambda: bot.texts() == ["hello"])


async def test_of_talks_and_of_users_every_kind_of_option_is_told_with_what_it_names(
    fake: FakeDiscord, calls: Calls, channel: Channel, guild: Guild, ana: User
) -> None:
    kinds = [argument(name, kind) for name, kind in (("who", 6), ("where", 7), ("role", 8), ("yes", 5), ("half", 10))]
    await calls("PUT", f"/applications/{fake.application}/commands", [command(options=kinds)])
    role = fake.add_role(guild.id, "organisers")
    given: Json = {"who": ana.id, "where": channel.id, "role": role.id, "yes": True, "half": 0.5}
    seen = await fake.command(ana.id, channel.id, "ask", given)
    assert [each["value"] for each in seen.content["options"]] == list(given.values())
    resolved = seen.content["resolved"]
    assert resolved["members"][ana.id]["nick"] == "Ana"
    assert (resolved["channels"][channel.id]["name"], resolved["roles"][role.id]["name"]) == ("study", "organisers")
    for name, wrong in (("yes", 1), ("half", True), ("who", 5)):
        with pytest.raises(NotThereError):
            await fake.command(ana.id, channel.id, "ask", {name: wrong})


@pytest.mark.parametrize(
    ("part", "given", "sent"),
    [
        (select(option("a"), option("b"), max_values=2, custom_id="f"), ["a", "b"], {"values": ["a", "b"]}),
        ({"type": 21, "custom_id": "f", "options": [option("a"), option("b")]}, "b", {"value": "b"}),
        (
            {"type": 22, "custom_id": "f", "options": [option("a"), option("b")], "max_values": 2},
            ["a"],
            {"values": ["a"]},
        ),
        ({"type": 23, "custom_id": "f"}, True, {"value": True}),
        ({"type": 4, "custom_id": "f", "style": 2, "value": "as it was"}, None, {"value": "as it was"}),
    ],
)
async def test_what_a_form_holds_is_sent_by_its_kind(
    fake: FakeDiscord, bot: Bot, channel: Channel, ana: User, part: Json, given: Any, sent: Json
) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            content = modal(text("Read this"), {"type": 18, "label": "Say", "component": part})
            assert (await calling_back(fake, interaction, {"type": 9, "data": content}))[0] == 204

    bot.answer = answer
    opened = await fake.press(ana.id, channel.id, (await posted(bot, channel)).id)
    fake.ack_within = 0.05
    done = await fake.submit(ana.id, opened, {} if given is None else {"f": given})
    shown, field = done.content["components"]
    assert (shown["type"], field["type"]) == (10, 18)
    assert {key: field["component"][key] for key in sent} == sent


# Pointing discord.py at it.


def test_discord_py_talks_to_discord_again_afterwards(fake: FakeDiscord) -> None:
    assert fake.api == Route.BASE
    with pointed_at("http://127.0.0.1:1/api/v10"):
        assert Route.BASE == "http://127.0.0.1:1/api/v10"
        assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:1/gateway/"
    assert fake.api == Route.BASE


async def test_everything_that_was_asked_is_there_to_look_at(fake: FakeDiscord, bot: Bot, channel: Channel) -> None:
    fake.calls.clear()
    await posted(bot, channel, content="x", allowed_mentions={"parse": []})
    call = fake.calls[0]
    assert (call.name, call.method, call.route) == ("create_message", "POST", "/channels/{channel_id}/messages")
    assert (call.ids, call.body["content"], call.status) == ({"channel_id": channel.id}, "x", 200)
    assert (fake.made("create_message"), fake.made("GET /users/@me")) == (1, 0)
    assert fake.pinged == []
