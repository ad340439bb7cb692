"""Socket Mode: one workspace, whose events come over connections that we open."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import known_after
from adapters.slack.reception import Reception
from adapters.slack.tokens import APP_TOKEN, BOT_TOKEN, OneToken, Us, secret
from bot.ports import Listener, Opening, Routes

MOST_CONNECTIONS = 10
APP_SETTINGS = "https://api.slack.com/apps"
WHERE_BOT = f"it is under OAuth & Permissions of your app at {APP_SETTINGS}, and begins with xoxb-"
WHERE_APP = f"make one under Basic Information, App-Level Tokens, with the scope connections:write, at {APP_SETTINGS}"


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
        """Connect, and hand what comes to the listener. Raises a PlatformError where Slack does not let us in."""
        us = await self._who_we_are()
        await self._try_app_token()
        self.reception.open(listener)
        app = self.reception.bolt_app(await self._authorizer(us))
        sockets = [self._socket(app) for _ in range(self._connections)]
        try:
            for socket in sockets:
                await socket.client.connect()  # type: ignore[no-untyped-call]  # the library's own
            await asyncio.Event().wait()
        finally:
            for socket in sockets:
                await socket.client.close()  # type: ignore[no-untyped-call]  # the library's own
                await socket.client.aiohttp_client_session.close()
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

    async def _try_app_token(self) -> None:
        """Raise a PlatformError where Slack does not take it: the library would try again for ever."""
        try:
            await AsyncWebClient(base_url=self.reception.api, retry_handlers=[]).apps_connections_open(
                app_token=self._app_token
            )
        except Exception as error:
            raise known_after(error) from error

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

    def _socket(self, app: AsyncApp) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(app, self._app_token)

        async def greeted(_: AsyncBaseSocketModeClient, message: dict[str, Any], __: str | None = None) -> None:
            if message.get("type") == "hello":
                await self.reception.resumed()

        handler.client.message_listeners.append(greeted)
        return handler
