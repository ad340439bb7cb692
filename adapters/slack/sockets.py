"""Socket Mode: one workspace, whose events come over connections that we open."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.connections import Connections
from adapters.slack.reception import LEFT_OUT, Reception
from adapters.slack.tokens import APP_TOKEN, BOT_TOKEN, OneToken, Us, secret, taken
from bot.ports import Listener, Opening, Routes

MOST_CONNECTIONS = 10
APP_SETTINGS = "https://api.slack.com/apps"
WHERE_BOT = f"it is under OAuth & Permissions of your app at {APP_SETTINGS}, and begins with xoxb-"
WHERE_APP = f"make one under Basic Information, App-Level Tokens, with the scope connections:write, at {APP_SETTINGS}"

log = logging.getLogger(__name__)


class Sockets:
    """Two tokens of the environment, and as many connections as the settings say."""

    def __init__(self, opening: Opening) -> None:
        self._app_token = secret(opening.environment, APP_TOKEN, "xapp-", WHERE_APP)
        self._token = OneToken(secret(opening.environment, BOT_TOKEN, "xoxb-", WHERE_BOT))
        self._connections = min(max(int(opening.settings["connections"]), 1), MOST_CONNECTIONS)
        self.reception = Reception(opening, self._token.token_of)
        self.routes = Routes()
        self._us: Us | None = None

    async def run(self, listener: Listener) -> None:
        """Connect, and hand what comes to the listener. Raises NotSetUpError where Slack does not take a token, another
        PlatformError where it does not let us in otherwise.
        """
        with taken(BOT_TOKEN, WHERE_BOT):
            us = await self._who_we_are()
        app = self.reception.bolt_app(await self._authorizer(us))

        async def take(request: SocketModeRequest) -> BoltResponse:
            if request.payload.get("type") == LEFT_OUT:
                self.reception.left_out()
                return BoltResponse(status=200)
            try:
                response: BoltResponse = await run_async_bolt_app(app, request)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                # Bolt's own reading of it: what our listeners raise is a response. Told again it would be no clearer.
                log.warning("what Slack told is not understood (%s) and is passed over", type(error).__name__)
                return BoltResponse(status=200)
            return response

        self.reception.open(listener)
        client = AsyncWebClient(base_url=self.reception.api, retry_handlers=[])
        try:
            with taken(APP_TOKEN, WHERE_APP):
                await Connections(client, self._app_token, take, self.reception.missed).hold(self._connections)
        finally:
            await self.reception.shut()

    async def our_account(self, workspace: str) -> str:
        """Our own account."""
        return (await self._who_we_are()).user

    async def _who_we_are(self) -> Us:
        if self._us is None:
            found = await self.reception.calls.read("", "auth.test", {})
            self._us = Us(*(str(found.get(name) or "") for name in ("team_id", "enterprise_id", "user_id", "bot_id")))
            self._token.belongs_to(self._us.team)
        return self._us

    async def _authorizer(self, us: Us) -> Any:  # noqa: ANN401  a function, as Bolt calls it
        result = AuthorizeResult(
            enterprise_id=us.enterprise or None,
            team_id=us.team,
            bot_token=await self._token.token_of(us.team),
            bot_id=us.bot,
            bot_user_id=us.user,
        )

        async def authorize(**_: object) -> AuthorizeResult:
            return result

        return authorize
