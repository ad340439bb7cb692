"""The Web API over HTTP: finds the method, and fails as told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from aiohttp import web

from tests.fakes.slack import apps, chat, reading
from tests.fakes.slack.calls import Call, read_call
from tests.fakes.slack.facts import Json, RefusedError
from tests.fakes.slack.faults import HTTP, LOST, Faults
from tests.fakes.slack.state import Workspaces

Method = Callable[[Call], Json]
METHODS: Mapping[str, Method] = {
    "auth.test": apps.auth_test,
    "auth.revoke": apps.revoke,
    "oauth.v2.access": apps.access,
    "views.open": apps.open_view,
    "views.update": apps.update_view,
    "views.publish": apps.publish_view,
    "files.info": apps.file,
    "files.getUploadURLExternal": apps.upload_url,
    "files.completeUploadExternal": apps.complete_upload,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.delete": chat.delete,
    "reactions.add": chat.add_reaction,
    "reactions.remove": chat.remove_reaction,
    "reactions.get": reading.reactions,
    "conversations.open": reading.open_conversation,
    "conversations.history": reading.history,
    "conversations.replies": reading.replies,
    "conversations.info": reading.conversation,
    "users.info": reading.user,
    "usergroups.list": reading.usergroups,
}
BROKEN = "<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>"


class WebApi:
    """Answers calls. `more`: methods of other parts."""

    def __init__(self, slack: Workspaces, faults: Faults, more: Mapping[str, Method]) -> None:
        self._slack = slack
        self._faults = faults
        self._methods = {**METHODS, **more}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Do what is asked, unless a fault comes first."""
        call = await read_call(self._slack, self._faults, request)
        self._slack.calls.append((call.method, call.arguments, call.token))
        fault = self._faults.next_of(call.method)
        if fault is None:
            return self._done(call)
        if not isinstance(fault.what, str | tuple):
            await asyncio.sleep(fault.what)
            return self._done(call)
        if fault.done_first:
            self._done(call)
        return failed(request, fault.name, fault.wait)

    def _done(self, call: Call) -> web.Response:
        try:
            method = self._methods.get(call.method, unknown)
            call.check_token()
            return web.json_response({"ok": True, **method(call)})
        except RefusedError as error:
            self._slack.refused.append((call.method, error.code, error.messages))
            return refusal(error)


def unknown(call: Call) -> Json:
    """A method that Slack does not have, or this one does not."""
    raise RefusedError("unknown_method", req_method=call.method)


def failed(request: web.Request, name: str | int, wait: str | None) -> web.StreamResponse:
    """What a fault looks like."""
    if name in LOST:
        if request.transport:
            request.transport.abort()
        return web.Response()
    if name in HTTP:
        return web.Response(status=HTTP[name], text=BROKEN, content_type="text/html")
    return refusal(RefusedError(str(name), wait=wait))


def refusal(error: RefusedError) -> web.Response:
    """Slack's no: 200 and a code, or 429 and how long to wait."""
    wait = error.more.pop("wait", None)
    body = {"ok": False, "error": error.code, **error.more}
    if error.messages:
        body["response_metadata"] = {"messages": error.messages}
    limited = error.code == "ratelimited"
    headers = {"Retry-After": wait} if limited and wait is not None else {}
    return web.json_response(body, status=429 if limited else 200, headers=headers)
