"""What the app sends to a `response_url`: 5 times within 30 minutes.

A refusal comes as 404 with JSON (https://github.com/slackapi/java-slack-sdk/issues/1349).
"""

from __future__ import annotations

import json
from datetime import timedelta

from aiohttp import web

from tests.fakes.slack.chat import check_files, post, whisper
from tests.fakes.slack.facts import Channel, Json, RefusedError, Way
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.rules import check_message
from tests.fakes.slack.state import Workspaces
from tests.fakes.slack.web_api import failed

USES = 5
LASTS = timedelta(minutes=30)
METHOD = "response_url"
"""What calls and faults of this kind go by."""


class Ways:
    """Answers at every `response_url`."""

    def __init__(self, slack: Workspaces, faults: Faults) -> None:
        self._slack = slack
        self._faults = faults

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take a message, or fail as told."""
        try:
            body = json.loads(await request.text())
        except ValueError:
            body = {}
        self._slack.calls.append((METHOD, body, request.match_info["way"]))
        fault = self._faults.next_of(METHOD)
        if fault and not fault.done_first:
            return failed(request, fault.name, fault.wait)
        try:
            self._take(request.match_info["way"], body)
        except RefusedError as error:
            self._slack.refused.append((METHOD, error.code, error.messages))
            return web.json_response({"ok": False, "error": error.code}, status=404)
        return failed(request, fault.name, fault.wait) if fault else web.json_response({"ok": True})

    def _take(self, name: str, body: Json) -> None:
        way = self._slack.ways.get(name)
        if way is None or self._slack.now() - way.at > LASTS:
            raise RefusedError("expired_url")
        if way.uses >= USES:
            raise RefusedError("used_url")
        way.uses += 1
        respond(self._slack, way, body)


def respond(slack: Workspaces, way: Way, body: Json) -> None:
    """Do what a body asks for. Raises RefusedError."""
    channel = slack.channels[way.channel]
    if channel.deleted or not slack.teams[way.team].installed:
        raise RefusedError("channel_not_found")
    if _flag(body, "delete_original"):
        _delete(slack, way)
        return
    text, blocks = str(body.get("text") or ""), body.get("blocks") or []
    check_message(text, blocks, body.get("metadata") or {})
    check_files(slack, blocks, "/blocks")
    if _flag(body, "replace_original") and (way.message or way.ephemeral):
        _replace(slack, way, text, blocks, body)
    elif body.get("response_type") == "in_channel":
        _post(slack, way, channel, text, blocks, body)
    else:
        whisper(slack, channel, way.user, text, blocks, str(body.get("thread_ts") or ""))


def _post(slack: Workspaces, way: Way, channel: Channel, text: str, blocks: list[Json], body: Json) -> None:
    if channel.archived:
        raise RefusedError("is_archived")
    thread = str(body.get("thread_ts") or "")
    if thread:
        slack.message(channel.id, thread)
    post(slack, channel, way.team, text, blocks, thread=thread, arguments=body)


def _replace(slack: Workspaces, way: Way, text: str, blocks: list[Json], body: Json) -> None:
    kept = slack.with_ids(blocks)
    slack.note_pings(way.channel, way.message or way.ephemeral, text, blocks, body)
    if way.message:
        message = slack.message(way.channel, way.message)
        message.text, message.blocks, message.edited = text, kept, f"{slack.now().timestamp():.6f}"
    for shown in slack.whispered:
        if shown.ts == way.ephemeral:
            shown.text, shown.blocks = text, kept


def _delete(slack: Workspaces, way: Way) -> None:
    if way.message:
        slack.delete_message(way.channel, way.message)
    for shown in slack.whispered:
        if shown.ts == way.ephemeral:
            shown.deleted = True


def _flag(body: Json, name: str) -> bool:
    return str(body.get(name, "")).lower() == "true"
