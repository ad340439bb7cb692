"""Channels, threads, guilds and people over the REST API."""

from __future__ import annotations

from tests.fakes.discord import shown
from tests.fakes.discord.calls import Call
from tests.fakes.discord.facts import NEWS, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Channel, Json, RefusedError, Wrong
from tests.fakes.discord.permissions import May, in_channel
from tests.fakes.discord.shapes import Check, boolean, integer, one_of, record, string

_thread: dict[str, Check] = {
    "name": string(100),
    "auto_archive_duration": one_of(60, 1440, 4320, 10080),
    "rate_limit_per_user": integer(0, 21600),
}
_on_message = record("name", **_thread)
_alone = record("name", **_thread, type=one_of(10, PUBLIC_THREAD, PRIVATE_THREAD), invitable=boolean)
_change = record(**_thread, archived=boolean, locked=boolean, invitable=boolean, flags=integer(0, 2))


def channel(call: Call) -> Json:
    """`GET /channels/{channel_id}`."""
    return shown.channel(call.discord, call.channel())


def delete_channel(call: Call) -> Json:
    """`DELETE /channels/{channel_id}`; a talk is only closed."""
    found = call.channel()
    if found.guild:
        call.channel(May.MANAGE_THREADS if found.thread else May.MANAGE_CHANNELS)
    gone = shown.channel(call.discord, found)
    if found.guild:
        call.discord.remove_channel(found)
    return gone


def change_channel(call: Call) -> Json:
    """`PATCH /channels/{channel_id}` of a thread: names, and whether it is archived or locked."""
    found = call.channel()
    if not found.thread:
        call.channel(May.MANAGE_CHANNELS)
        raise RefusedError(50024)
    sent = call.fields
    _checked(_change, sent)
    call.fit()
    own = found.owner == call.discord.bot_user and "locked" not in sent and not found.locked
    if not own:
        call.channel(May.MANAGE_THREADS)
    if found.archived and sent.get("archived") is not False:
        raise RefusedError(50083)
    found.name = sent.get("name") or found.name
    found.archived = bool(sent.get("archived", found.archived))
    found.locked = bool(sent.get("locked", found.locked))
    found.archive_after = sent.get("auto_archive_duration") or found.archive_after
    call.discord.channel_changed(found)
    return shown.channel(call.discord, found)


def _checked(check: Check, sent: Json) -> None:
    found: list[Wrong] = list(check(sent, ()))
    if found:
        raise RefusedError(50035, found)


def thread_on_message(call: Call) -> Json:
    """`POST /channels/{channel_id}/messages/{message_id}/threads`: one a message."""
    where = call.channel(May.CREATE_PUBLIC_THREADS)
    if where.kind not in (TEXT, NEWS):
        raise RefusedError(50024)
    message = call.message(where)
    _checked(_on_message, call.fields)
    call.fit()
    if message.thread:
        raise RefusedError(160004)
    message.thread = message.id
    made = _made(call, where, message.id, PUBLIC_THREAD)
    call.discord.message_told("MESSAGE_UPDATE", message)
    return made


def thread_alone(call: Call) -> Json:
    """`POST /channels/{channel_id}/threads`; private unless a type says otherwise."""
    where = call.channel()
    if where.kind not in (TEXT, NEWS):
        raise RefusedError(50024)
    _checked(_alone, call.fields)
    call.fit()
    kind = call.fields.get("type") or PRIVATE_THREAD
    call.channel(May.CREATE_PRIVATE_THREADS if kind == PRIVATE_THREAD else May.CREATE_PUBLIC_THREADS)
    return _made(call, where, call.discord.new_id(), kind)


def _made(call: Call, where: Channel, thread_id: str, kind: int) -> Json:
    bot, sent = call.discord.bot_user, call.fields
    thread = Channel(thread_id, kind, sent["name"], where.guild, where.id, owner=bot, members=[bot])
    thread.archive_after = sent.get("auto_archive_duration") or 1440
    call.discord.keep_channel(thread)
    told = shown.channel(call.discord, thread)
    call.discord.happen("THREAD_CREATE", told | {"newly_created": True}, where.guild)
    return told


def join_thread(call: Call) -> None:
    """`PUT /channels/{channel_id}/thread-members/{user}`, for the bot or another."""
    thread = call.channel()
    if not thread.thread:
        raise RefusedError(50024)
    if thread.archived:
        raise RefusedError(50083)
    who = call.discord.bot_user if "user_id" not in call.ids else call.id("user_id")
    if who not in call.discord.guilds[thread.guild].members:
        raise RefusedError(10007)
    if who not in thread.members:
        thread.members.append(who)


def active_threads(call: Call) -> Json:
    """`GET /guilds/{guild_id}/threads/active`."""
    guild, bot = call.guild(), call.discord.bot_user
    found = [each for each in call.discord.channels.values() if each.guild == guild.id and each.thread]
    seen = [each for each in found if not each.archived and in_channel(call.discord, each, bot)]
    return {"threads": [shown.channel(call.discord, each) for each in seen], "members": []}


def open_dm(call: Call) -> Json:
    """`POST /users/@me/channels`: also with those who take nothing, as a post there tells."""
    asked = str(call.fields.get("recipient_id"))
    if asked == call.discord.bot_user or asked not in call.discord.users or call.discord.users[asked].bot:
        raise RefusedError(50033)
    call.fit()
    return shown.channel(call.discord, call.discord.open_dm(asked))


def guild(call: Call) -> Json:
    """`GET /guilds/{guild_id}`."""
    return shown.guild(call.discord, call.guild())


def channels(call: Call) -> list[Json]:
    """`GET /guilds/{guild_id}/channels`: all, also those that the bot may not view, and no threads."""
    found = call.guild()
    mine = [each for each in call.discord.channels.values() if each.guild == found.id and not each.thread]
    return [shown.channel(call.discord, each) for each in mine]


def roles(call: Call) -> list[Json]:
    """`GET /guilds/{guild_id}/roles`."""
    return [shown.role(each) for each in call.guild().roles.values()]


def member(call: Call) -> Json:
    """`GET /guilds/{guild_id}/members/{user_id}`."""
    guild, who = call.guild(), call.id("user_id")
    if who not in call.discord.users:
        raise RefusedError(10013)
    if who not in guild.members:
        raise RefusedError(10007)
    return shown.member(guild.members[who])


def members(call: Call) -> list[Json]:
    """`GET /guilds/{guild_id}/members`, with the privileged intent alone."""
    found = call.guild()
    if not call.discord.privileged & 1 << 1:
        raise RefusedError(50001)
    limit, after = call.number("limit", 1, 1000), int(call.query.get("after") or 0)
    ids = sorted((each for each in found.members if int(each) > after), key=int)
    return [shown.member(found.members[each]) for each in ids[:limit]]


def leave(call: Call) -> None:
    """`DELETE /users/@me/guilds/{guild_id}`."""
    call.discord.kick_bot(call.guild().id)


def my_guilds(call: Call) -> list[Json]:
    """`GET /users/@me/guilds`."""
    limit, after = call.number("limit", 200, 200), int(call.query.get("after") or 0)
    joined = [each for each in call.discord.guilds.values() if each.joined and int(each.id) > after]
    keys = ("id", "name", "icon", "features")
    return [
        {key: value for key, value in shown.guild(call.discord, each).items() if key in keys} | {"owner": False}
        for each in joined[:limit]
    ]


def user(call: Call) -> Json:
    """`GET /users/{user_id}`."""
    found = call.discord.users.get(call.id("user_id"))
    if found is None:
        raise RefusedError(10013)
    return shown.user(found)


def my_user(call: Call) -> Json:
    """`GET /users/@me`."""
    return shown.me(call.discord)


def application(call: Call) -> Json:
    """`GET /oauth2/applications/@me`, and of `/applications/@me`."""
    owner = {
        "id": call.discord.new_id(),
        "username": "owner",
        "discriminator": "0",
        "avatar": None,
        "global_name": None,
    }
    return {
        "id": call.discord.application,
        "name": "studyhall",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": _portal(call.discord.privileged),
        "owner": owner,
        "team": None,
        "hook": True,
        "summary": "",
        "install_params": None,
        "integration_types_config": {"0": {}},
        "approximate_guild_count": sum(each.joined for each in call.discord.guilds.values()),
    }


def _portal(privileged: int) -> int:
    """The flags of an application that show which intents its portal switches on."""
    return sum(flag for bit, flag in ((8, 1 << 13), (1, 1 << 15), (15, 1 << 19)) if privileged & 1 << bit)


def gateway(call: Call) -> Json:
    """`GET /gateway` and `GET /gateway/bot`: an address of this server."""
    address = {"url": call.discord.gateway_url}
    if call.name == "get_gateway":
        return address
    return address | {"shards": call.discord.shards, "session_start_limit": call.discord.gateway.starts.limit()}
