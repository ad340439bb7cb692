"""Reactions over the REST API: https://discord.com/developers/docs/resources/message#create-reaction."""

from __future__ import annotations

import re

from tests.fakes.discord import shown
from tests.fakes.discord.calls import Call
from tests.fakes.discord.facts import Channel, Json, Message, RefusedError
from tests.fakes.discord.permissions import May

MOST = 20
_SIGN = re.compile(
    r"[\u00a9\u00ae\u200d\u203c-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]+|[0-9#*]\ufe0f?\u20e3"
)


def known(call: Call) -> str:
    """The emoji of the path. Raises RefusedError."""
    name = call.ids["emoji_name"]
    if not _SIGN.fullmatch(name) and name not in call.discord.emoji:
        raise RefusedError(10014)
    return name


def _place(call: Call, *needed: May) -> tuple[Channel, Message]:
    channel = call.channel(*needed)
    message = call.message(channel)
    if channel.archived:
        raise RefusedError(50083)
    return channel, message


def add(call: Call) -> None:
    """`PUT …/reactions/{emoji}/@me`."""
    channel, message = _place(call, May.READ_MESSAGE_HISTORY)
    name = known(call)
    who = message.reactions.get(name, [])
    if not who and channel.guild:
        call.channel(May.ADD_REACTIONS)
    if not who and len(message.reactions) >= MOST:
        raise RefusedError(30010)
    if call.discord.bot_user not in who:
        call.discord.put_reaction(message, call.discord.bot_user, name)


def remove_mine(call: Call) -> None:
    """`DELETE …/reactions/{emoji}/@me`."""
    _, message = _place(call)
    call.discord.take_reaction(message, call.discord.bot_user, known(call))


def remove_of(call: Call) -> None:
    """`DELETE …/reactions/{emoji}/{user}`."""
    channel, message = _place(call, May.MANAGE_MESSAGES)
    if not channel.guild:
        raise RefusedError(50003)
    call.discord.take_reaction(message, call.id("user_id"), known(call))


def remove_emoji(call: Call) -> None:
    """`DELETE …/reactions/{emoji}`."""
    _, message = _place(call, May.MANAGE_MESSAGES)
    name = known(call)
    message.reactions.pop(name, None)
    call.discord.reactions_gone(message, name)


def remove_all(call: Call) -> None:
    """`DELETE …/reactions`."""
    _, message = _place(call, May.MANAGE_MESSAGES)
    message.reactions.clear()
    call.discord.reactions_gone(message)


def users(call: Call) -> list[Json]:
    """`GET …/reactions/{emoji}`: by their ids, 25 unless asked otherwise; of type 1 are burst reactions."""
    message = call.message(call.channel(May.READ_MESSAGE_HISTORY))
    limit, after = call.number("limit", 25, 100), int(call.query.get("after") or 0)
    of_type = message.bursts if call.query.get("type", "0") == "1" else message.reactions
    who = sorted((each for each in of_type.get(known(call), []) if int(each) > after), key=int)
    return [shown.user(call.discord.users[each]) for each in who[:limit]]
