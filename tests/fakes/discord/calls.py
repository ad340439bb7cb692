"""One call of the REST API: whose it is, and its body from wherever it came."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.discord import permissions
from tests.fakes.discord.facts import Channel, Guild, Json, Message, RefusedError, Wrong
from tests.fakes.discord.spec import against_spec

if TYPE_CHECKING:
    from tests.fakes.discord.events import Events


@dataclass(slots=True)
class Sent:
    """A file as it comes in."""

    number: str
    filename: str
    content: bytes
    content_type: str


@dataclass(slots=True)
class Call:
    """A call. `name`: the operation by Discord's own description, such as `create_message`; `ids`: from the path."""

    discord: Events
    name: str
    method: str
    route: str
    ids: dict[str, str]
    query: dict[str, str]
    body: Any = None
    token: str = ""
    files: list[Sent] = field(default_factory=list)
    broken: bool = False
    status: int = 0

    @property
    def fields(self) -> Json:
        """The body as an object. Raises RefusedError."""
        if not isinstance(self.body, dict):
            wrong = Wrong((), "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
            raise RefusedError(50035, [wrong])
        return self.body

    def fit(self) -> None:
        """Raises RefusedError where the body does not fit Discord's own description.

        It is asked after our own checks, which say better what is wrong, and before anything is done.
        """
        wrong = against_spec(self.method, self.route, self.body) if self.discord.validate else []
        if wrong:
            raise RefusedError(50035, wrong)

    @property
    def major(self) -> str:
        """What the call's bucket belongs to."""
        majors = ("channel_id", "guild_id", "webhook_id", "webhook_token")
        return "+".join(self.ids[each] for each in majors if each in self.ids)

    def id(self, name: str) -> str:
        """An id from the path. Raises RefusedError where it is none."""
        found = self.ids[name]
        if not found.isdigit():
            wrong = Wrong((name,), "NUMBER_TYPE_COERCE", f'Value "{found}" is not snowflake.')
            raise RefusedError(50035, [wrong])
        return found

    def number(self, name: str, otherwise: int, most: int) -> int:
        """A number from the query, at least 1. Raises RefusedError."""
        found = self.query.get(name, str(otherwise))
        if not found.isdigit() or not 1 <= int(found) <= most:
            code = "NUMBER_TYPE_MAX" if found.isdigit() and int(found) > most else "NUMBER_TYPE_MIN"
            message = f"int value should be between 1 and {most}."
            raise RefusedError(50035, [Wrong((name,), code, message)])
        return int(found)

    def channel(self, *needed: permissions.May) -> Channel:
        """The channel of the path, as far as the bot may this there. Raises RefusedError."""
        found = self.discord.channels.get(self.id("channel_id"))
        if found is None:
            raise RefusedError(10003)
        if found.guild:
            self.guild_of(found)
        permissions.need(self.discord, found, *needed)
        return found

    def may(self, channel: Channel) -> int:
        """What the bot may in a channel."""
        return permissions.in_channel(self.discord, channel, self.discord.bot_user)

    def guild_of(self, channel: Channel) -> Guild:
        """The guild of a channel. Raises RefusedError where the bot is not in it."""
        guild = self.discord.guilds[channel.guild]
        if not guild.joined:
            raise RefusedError(50001)
        return guild

    def guild(self) -> Guild:
        """The guild of the path. Raises RefusedError."""
        found = self.discord.guilds.get(self.id("guild_id"))
        if found is None or not found.joined:
            raise RefusedError(10004)
        return found

    def message(self, channel: Channel) -> Message:
        """The message of the path; ephemeral ones are not to be had this way. Raises RefusedError."""
        found = self.discord.message(channel.id, self.id("message_id"))
        if found.only_for:
            raise RefusedError(10008)
        return found


Do = Callable[[Call], Any]
"""What a call does: gives the answer, None where there is nothing to say. Raises RefusedError."""


async def read_call(discord: Events, name: str, request: web.Request) -> Call:
    """The call that a request makes."""
    resource = request.match_info.route.resource
    route = resource.canonical.removeprefix("/api/v10") if resource else request.path
    call = Call(discord, name, request.method, route, dict(request.match_info), dict(request.query))
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    call.token = secret if kind == "Bot" else ""
    if request.content_type == "multipart/form-data":
        await _read_parts(call, request)
        return call
    raw = await request.text()
    call.broken = bool(raw) and request.content_type != "application/json"
    _parse(call, raw)
    return call


async def _read_parts(call: Call, request: web.Request) -> None:
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            number = key.removeprefix("files[").removesuffix("]")
            call.files.append(Sent(number, value.filename, value.file.read(), value.content_type))
        elif key == "payload_json" and isinstance(value, str):
            _parse(call, value)


def _parse(call: Call, raw: str) -> None:
    try:
        call.body = json.loads(raw) if raw else None
    except ValueError:
        call.broken = True
