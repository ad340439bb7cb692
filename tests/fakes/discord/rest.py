"""The REST API over HTTP: finds what is asked for, counts it, looks at its body, and fails as told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.discord import commands, interactions, messages, places, reactions
from tests.fakes.discord.calls import Call, Do, read_call
from tests.fakes.discord.codes import WAITS, refused
from tests.fakes.discord.facts import RefusedError
from tests.fakes.discord.faults import LOST, Fault, Faults
from tests.fakes.discord.limits import Limits, Taken, seconds

if TYPE_CHECKING:
    from tests.fakes.discord.events import Events

CHANNEL = "/channels/{channel_id}"
MESSAGE = f"{CHANNEL}/messages/{{message_id}}"
EMOJI = f"{MESSAGE}/reactions/{{emoji_name}}"
COMMANDS = "/applications/{application_id}/commands"
GUILDS_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
TOKEN = "/webhooks/{webhook_id}/{webhook_token}"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
ROUTES: tuple[tuple[str, str, str, Do], ...] = (
    ("GET", "/gateway", "get_gateway", places.gateway),
    ("GET", "/gateway/bot", "get_bot_gateway", places.gateway),
    ("GET", "/users/@me", "get_my_user", places.my_user),
    ("GET", "/oauth2/applications/@me", "get_my_oauth2_application", places.application),
    ("GET", "/applications/@me", "get_my_application", places.application),
    ("POST", "/users/@me/channels", "create_dm", places.open_dm),
    ("GET", "/users/@me/guilds", "list_my_guilds", places.my_guilds),
    ("DELETE", "/users/@me/guilds/{guild_id}", "leave_guild", places.leave),
    ("GET", "/users/{user_id}", "get_user", places.user),
    ("GET", "/guilds/{guild_id}", "get_guild", places.guild),
    ("GET", "/guilds/{guild_id}/channels", "list_guild_channels", places.channels),
    ("GET", "/guilds/{guild_id}/roles", "list_guild_roles", places.roles),
    ("GET", "/guilds/{guild_id}/members", "list_guild_members", places.members),
    ("GET", "/guilds/{guild_id}/members/{user_id}", "get_guild_member", places.member),
    ("GET", "/guilds/{guild_id}/threads/active", "get_active_guild_threads", places.active_threads),
    ("GET", CHANNEL, "get_channel", places.channel),
    ("PATCH", CHANNEL, "update_channel", places.change_channel),
    ("DELETE", CHANNEL, "delete_channel", places.delete_channel),
    ("POST", f"{CHANNEL}/typing", "trigger_typing_indicator", messages.typing),
    ("POST", f"{CHANNEL}/threads", "create_thread", places.thread_alone),
    ("PUT", f"{CHANNEL}/thread-members/@me", "join_thread", places.join_thread),
    ("PUT", f"{CHANNEL}/thread-members/{{user_id}}", "add_thread_member", places.join_thread),
    ("GET", f"{CHANNEL}/messages", "list_messages", messages.history),
    ("POST", f"{CHANNEL}/messages", "create_message", messages.create),
    ("POST", f"{CHANNEL}/messages/bulk-delete", "bulk_delete_messages", messages.bulk_delete),
    ("GET", MESSAGE, "get_message", messages.get),
    ("PATCH", MESSAGE, "update_message", messages.edit),
    ("DELETE", MESSAGE, "delete_message", messages.delete),
    ("POST", f"{MESSAGE}/threads", "create_thread_from_message", places.thread_on_message),
    ("DELETE", f"{MESSAGE}/reactions", "delete_all_message_reactions", reactions.remove_all),
    ("GET", EMOJI, "list_message_reactions_by_emoji", reactions.users),
    ("DELETE", EMOJI, "delete_all_message_reactions_by_emoji", reactions.remove_emoji),
    ("PUT", f"{EMOJI}/@me", "add_my_message_reaction", reactions.add),
    ("DELETE", f"{EMOJI}/@me", "delete_my_message_reaction", reactions.remove_mine),
    ("DELETE", f"{EMOJI}/{{user_id}}", "delete_user_message_reaction", reactions.remove_of),
    ("GET", COMMANDS, "list_application_commands", commands.every),
    ("PUT", COMMANDS, "bulk_set_application_commands", commands.overwrite),
    ("POST", COMMANDS, "create_application_command", commands.create),
    ("GET", f"{COMMANDS}/{{command_id}}", "get_application_command", commands.one),
    ("PATCH", f"{COMMANDS}/{{command_id}}", "update_application_command", commands.change),
    ("DELETE", f"{COMMANDS}/{{command_id}}", "delete_application_command", commands.delete),
    ("GET", GUILDS_COMMANDS, "list_guild_application_commands", commands.every),
    ("PUT", GUILDS_COMMANDS, "bulk_set_guild_application_commands", commands.overwrite),
    ("POST", GUILDS_COMMANDS, "create_guild_application_command", commands.create),
    ("GET", f"{GUILDS_COMMANDS}/{{command_id}}", "get_guild_application_command", commands.one),
    ("PATCH", f"{GUILDS_COMMANDS}/{{command_id}}", "update_guild_application_command", commands.change),
    ("DELETE", f"{GUILDS_COMMANDS}/{{command_id}}", "delete_guild_application_command", commands.delete),
    ("POST", CALLBACK, "create_interaction_response", interactions.callback),
    ("POST", TOKEN, "execute_webhook", interactions.followup),
    ("GET", f"{TOKEN}/messages/@original", "get_original_webhook_message", interactions.get_message),
    ("PATCH", f"{TOKEN}/messages/@original", "update_original_webhook_message", interactions.edit_message),
    ("DELETE", f"{TOKEN}/messages/@original", "delete_original_webhook_message", interactions.delete_message),
    ("GET", f"{TOKEN}/messages/{{message_id}}", "get_webhook_message", interactions.get_message),
    ("PATCH", f"{TOKEN}/messages/{{message_id}}", "update_webhook_message", interactions.edit_message),
    ("DELETE", f"{TOKEN}/messages/{{message_id}}", "delete_webhook_message", interactions.delete_message),
)
"""(method, path, name, what it does); names are those of Discord's own description."""
NAMES = {name for _, _, name, _ in ROUTES} | {f"{method} {path}" for method, path, _, _ in ROUTES}
HTML = "<!DOCTYPE html><html><head><title>discord.com | {0}</title></head><body><h1>Error {0}</h1></body></html>"
BROKEN = {"http-500": 500, "http-502": 502, "http-503": 503, "http-504": 504, "cloudflare-429": 429}


def named(route: str) -> str:
    """The name of a call, also by `METHOD /path`. Raises ValueError where there is none."""
    by_path = {f"{method} {path}": name for method, path, name, _ in ROUTES}
    if route not in NAMES:
        raise ValueError(f"there is no call {route}")
    return by_path.get(route, route)


class Rest:
    """Answers calls."""

    def __init__(self, discord: Events, faults: Faults, limits: Limits) -> None:
        self._discord = discord
        self._faults = faults
        self._limits = limits
        self._over = asyncio.Event()

    def routes(self) -> Iterator[web.RouteDef]:
        """All that is answered below `/api/v10`."""
        for method, path, name, do in ROUTES:
            yield web.route(method, f"/api/v10{path}", self._answering(name, do))
        yield web.route("*", "/api/{rest:.*}", self._answering("unknown", unknown))

    def end(self) -> None:
        """Let go of the calls that are never answered."""
        self._over.set()

    def _answering(self, name: str, do: Do) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            call = await read_call(self._discord, name, request)
            self._discord.calls.append(call)
            response = await self._answer(call, do, request)
            call.status = response.status
            scope = response.headers.get("X-RateLimit-Scope")
            if response.status in (401, 403, 429) and scope != "shared":
                self._limits.count_invalid()
            return response

        return answer

    async def _answer(self, call: Call, do: Do, request: web.Request) -> web.StreamResponse:
        if self._discord.down or self._limits.banned:
            return _html(503 if self._discord.down else 429)
        taken = self._limits.take(call.name, call.major)
        if taken.wait:
            return _limited(taken, taken.wait, "global" if taken.everywhere else "user")
        fault = self._faults.next_of(call.name)
        if fault is None:
            return self._done(call, do, taken)
        if isinstance(fault.what, float):
            await asyncio.sleep(fault.what)
            return self._done(call, do, taken)
        if fault.done_first:
            self._done(call, do, taken)
        return await self._failed(call, request, fault, taken)

    def _done(self, call: Call, do: Do, taken: Taken) -> web.Response:
        try:
            self._check(call)
            answer = do(call)
        except RefusedError as error:
            return self._refusal(call, error, taken)
        if answer is None:
            return web.Response(status=204, headers=_headers(taken))
        usual = 201 if call.name.startswith("create_thread") else 200
        status, body = answer if isinstance(answer, tuple) else (usual, answer)
        return _json(body, status, taken)

    def _check(self, call: Call) -> None:
        """Whose call it is, and whether its body is one at all. Raises RefusedError."""
        by_token = call.route.startswith(("/interactions/", "/webhooks/"))
        if not by_token and call.token != self._discord.bot_token:
            raise RefusedError(40001)
        if call.broken:
            raise RefusedError(50109)

    def _refusal(self, call: Call, error: RefusedError, taken: Taken) -> web.Response:
        self._discord.refused.append((call.name, error.code, error.wrong))
        status, body = refused(error)
        if status == 401 and error.code == 40001:
            body = {"message": "401: Unauthorized", "code": 0}
        return _json(body, status, taken)

    async def _failed(self, call: Call, request: web.Request, fault: Fault[float], taken: Taken) -> web.StreamResponse:
        """What a fault looks like."""
        name = fault.name
        if name == "timeout":
            await self._over.wait()
        if name in LOST or name == "timeout":
            if request.transport:
                request.transport.abort()
            return web.Response()
        if isinstance(name, int):
            error = RefusedError(name)
            error.more = {"retry_after": fault.wait} if name in WAITS else {}
            return self._refusal(call, error, taken)
        if name == "http-500":
            return _json({"message": "500: Internal Server Error", "code": 0}, 500, taken)
        if name in BROKEN:
            return _html(BROKEN[name])
        scope = name.partition("-")[2] or "user"
        taken.everywhere = scope == "global"
        return _limited(taken, fault.wait, scope)


def unknown(call: Call) -> None:
    """An address that Discord does not have, or this one does not."""
    raise RefusedError(0)


def _headers(taken: Taken) -> dict[str, str]:
    return {"Via": "1.1 google", **taken.headers}


def _json(body: Any, status: int, taken: Taken) -> web.Response:
    """JSON without a charset, as discord.py insists."""
    headers = {"Content-Type": "application/json", **_headers(taken)}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=headers)


def _html(status: int) -> web.Response:
    """What Cloudflare says before Discord is asked."""
    headers = {"Retry-After": "60"} if status == 429 else {}
    return web.Response(status=status, text=HTML.format(status), content_type="text/html", headers=headers)


def _limited(taken: Taken, wait: float, scope: str) -> web.Response:
    everywhere = scope == "global"
    body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": everywhere}
    taken.headers |= {"Retry-After": seconds(wait), "X-RateLimit-Scope": scope}
    return _json(body, 429, taken)
