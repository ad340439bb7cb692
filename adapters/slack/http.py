"""HTTP mode: many workspaces, whose events come to a public address, and where the app is installed by OAuth."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.signature import SignatureVerifier

from adapters.slack.installs import Installs, OAuthClient, Seal, States, Tokens
from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH, SCOPES
from adapters.slack.reception import FAILED, LEFT_OUT, Reception
from adapters.slack.tokens import CLIENT_ID, CLIENT_SECRET, KEY, SIGNING_SECRET, secret
from bot.ports import Listener, NotSavedError, Opening, PlatformError, Routes

LARGEST = 1_000_000
"""Bytes of a request; Slack's are far smaller."""
APP = "it is under Basic Information of your app at https://api.slack.com/apps"

log = logging.getLogger(__name__)


class Http:
    """Four secrets of the environment: the signing secret, the client's id and secret, and the key for tokens."""

    def __init__(self, opening: Opening) -> None:
        environment = opening.environment
        self._verifier = SignatureVerifier(secret(environment, SIGNING_SECRET, "", APP))
        client_id, client_secret = (secret(environment, name, "", APP) for name in (CLIENT_ID, CLIENT_SECRET))
        seal = Seal(secret(environment, KEY, "", "`studyhall slack key` makes one"))
        api = str(opening.settings["api"])
        client = OAuthClient(base_url=api, retry_handlers=[])
        self._installs = Installs(opening.shelf, seal)
        rotator = AsyncTokenRotator(client_id=client_id, client_secret=client_secret, client=client)
        self._tokens = Tokens(self._installs, rotator, opening)
        self.reception = Reception(opening, self._tokens.token_of)
        self.reception.halls.taken_out = self._taken_out
        self._app = self.reception.bolt_app(self._authorizer())
        self._flow = AsyncOAuthFlow(
            client=client,
            settings=AsyncOAuthSettings(
                client_id=client_id,
                client_secret=client_secret,
                scopes=sorted(SCOPES),
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                installation_store=self._installs,
                state_store=States(opening.shelf, opening.now, opening.token),
                callback_options=AsyncCallbackOptions(success=self._came_back, failure=_told_why),
            ),
        )
        self.routes = Routes(
            public=(
                ("POST", EVENTS_PATH, self._told),
                ("GET", INSTALL_PATH, self._install),
                ("GET", REDIRECT_PATH, self._installed),
            )
        )

    async def run(self, listener: Listener) -> None:
        """Take what comes in until cancelled."""
        self.reception.open(listener)
        try:
            self.reception.missed()
            await asyncio.Event().wait()
        finally:
            await self.reception.shut()

    async def our_account(self, workspace: str) -> str:
        """Our own account in a workspace."""
        found = await self._tokens.known(workspace)
        return str(found.bot_user_id or "") if found else ""

    async def _taken_out(self, workspace: str, organisation: str) -> set[str]:
        """The token is dead: it is not tried any more, and not kept. All workspaces that were served with it."""
        await self._installs.async_delete_bot(
            enterprise_id=organisation or None, team_id=None if organisation else workspace
        )
        named = {place.workspace for place in self.reception.halls.places.values()} if organisation else set()
        gone = {workspace, *[each for each in named if await self._installs.served_by(organisation, each)]}
        for each in gone:
            self._tokens.forget(each)
        return gone

    async def _came_back(self, args: AsyncSuccessArgs) -> BoltResponse:
        """The app is installed: what was left alone without it goes on."""
        team = str(args.installation.team_id or "")
        self._tokens.forget(team)
        try:
            for place in self.reception.halls.places.values():
                if place.workspace == team:
                    await self.reception.halls.heard_by.returned(place)
        except NotSavedError as error:
            log.warning("the app is installed, and its channels go on after the next start: %s", error)
        return await args.default.success(args)

    def _authorizer(self) -> Callable[..., Awaitable[AuthorizeResult | None]]:
        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
            found = await self._tokens.installed(enterprise_id, team_id)
            if found is None:
                return None
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_token=found.bot_token,
                bot_id=found.bot_id,
                bot_user_id=found.bot_user_id,
            )

        return authorize

    async def _told(self, request: web.Request) -> web.Response:
        """An event, a press, a form, a command; 401 for what is not signed by Slack, of which nothing is logged."""
        body = await _read(request)
        if body is None or not self._is_signed(body, request):
            refused = web.Response(status=401)
            refused.force_close()  # what was not read to its end leaves the connection useless
            return refused
        if _kind(body) == LEFT_OUT:
            self.reception.left_out()
            return web.Response()
        try:
            return await to_aiohttp_response(await self._app.async_dispatch(await to_bolt_request(request)))
        except (NotSavedError, PlatformError) as error:
            log.warning("what Slack told could not be taken: %s", error)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("what Slack told is not understood (%s)", type(error).__name__)
            return web.Response(status=400)
        return web.Response(status=FAILED)

    def _is_signed(self, body: str, request: web.Request) -> bool:
        told = {name: request.headers.get(name, "") for name in ("X-Slack-Request-Timestamp", "X-Slack-Signature")}
        try:
            return bool(self._verifier.is_valid_request(body, told))
        except (ValueError, TypeError, OverflowError):
            return False

    async def _install(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self._flow.handle_installation(await to_bolt_request(request)))

    async def _installed(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self._flow.handle_callback(await to_bolt_request(request)))


async def _told_why(args: AsyncFailureArgs) -> BoltResponse:
    """The library's own page on an installation that did not come about."""
    return await args.default.failure(args)


async def _read(request: web.Request) -> str | None:
    """The body as text, None where it is too large or no text."""
    if (request.content_length or 0) > LARGEST:
        return None
    try:
        return await request.text()
    except (UnicodeDecodeError, LookupError, web.HTTPRequestEntityTooLarge):
        return None
    except web.RequestPayloadError:  # a broken compression
        request.content.feed_eof()  # aiohttp would read it to the end, and log that failure with a trace
        return None


def _kind(body: str) -> str:
    if not body.startswith("{"):
        return ""
    try:
        return str(json.loads(body).get("type") or "")
    except (ValueError, AttributeError):
        return ""
