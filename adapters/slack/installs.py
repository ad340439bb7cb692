"""Installations in many workspaces: kept on the shelf, their tokens encrypted by a key of the environment.

Tokens that expire are renewed by one process at a time; the old pair stays until the new one is stored.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.manifest import INSTALL_PATH
from adapters.slack.tokens import KEY
from bot.ports import (
    BusyError,
    ConflictError,
    NotSavedError,
    NotSetUpError,
    Opening,
    RefusedError,
    Row,
    Shelf,
    UnknownOutcomeError,
)

STATE_FOR = timedelta(minutes=10)
KNOWN_FOR = timedelta(seconds=30)
RENEW_BEFORE = timedelta(hours=2)
RENEWING = 30.0
"""Seconds that a process has for renewing before another may."""
TRIES = 2
INSTALL = f"Open {INSTALL_PATH} at the address of this program, and let the app into the workspace."

log = logging.getLogger(__name__)


class OAuthClient(AsyncWebClient):
    """Gives the app's secret in the form, as Slack allows: the library's own way is one that aiohttp is giving up."""

    async def oauth_v2_access(self, *, client_id: str, client_secret: str, **told: Any) -> AsyncSlackResponse:  # noqa: ANN401
        """Exchange a code or a refresh token for a token."""
        return await self.api_call(
            "oauth.v2.access", data={"client_id": client_id, "client_secret": client_secret, **told}
        )


class Seal:
    """Encrypts what must not be read in the database; several keys, the newest first, so that a key can be changed."""

    def __init__(self, keys: str) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
        except ValueError as error:
            raise NotSetUpError(f"{KEY} is no key: `studyhall slack key` makes one") from error

    def close(self, value: Any) -> str:  # noqa: ANN401  any JSON
        """Encrypt a value."""
        return self._fernet.encrypt(json.dumps(value).encode()).decode()

    def open(self, text: str) -> Any:  # noqa: ANN401  any JSON
        """Decrypt a value. Raises NotSetUpError where the key is another one."""
        try:
            return json.loads(self._fernet.decrypt(text.encode()))
        except InvalidToken as error:
            raise NotSetUpError(f"{KEY} is not the key that installations were encrypted with") from error


class Installs(AsyncInstallationStore):
    """An installation a workspace, or an organisation where the app was installed in all of its workspaces."""

    def __init__(self, shelf: Shelf, seal: Seal) -> None:
        self._shelf = shelf
        self._seal = seal

    @property
    def logger(self) -> logging.Logger:
        """The library wants one."""
        return log

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation, in the place of an older one."""
        team = None if installation.is_enterprise_install else installation.team_id
        told = installation.to_dict_for_copying()
        await self._shelf.put(_key(installation.enterprise_id, team), self._seal.close(_plain(told)))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot in a workspace."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The installation of a workspace; the organisation's where the workspace has none of its own."""
        own = None if is_enterprise_install else await self._shelf.get(_key(enterprise_id, team_id))
        row = own or await self._whole(enterprise_id, team_id)
        return Installation(**self._seal.open(row.value)) if row else None

    async def _whole(self, enterprise: str | None, team: str | None) -> Row | None:
        """The installation of an organisation. Which one a workspace is in is told by what comes from there, and kept:
        it has to be known before a question is posted.
        """
        kept = await self._shelf.get(f"org:{team}") if team else None
        known = enterprise or (str(kept.value) if kept else "")
        row = await self._shelf.get(_key(known, None)) if known else None
        if row and team and (kept is None or kept.value != known):
            await self._shelf.put(f"org:{team}", known)
        return row

    async def served_by(self, organisation: str, team: str) -> bool:
        """Whether a workspace has no installation of its own but that of its organisation."""
        kept = await self._shelf.get(f"org:{team}")
        return kept is not None and kept.value == organisation and await self._shelf.get(_key(None, team)) is None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget an installation."""
        await self._shelf.delete(_key(enterprise_id, team_id))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget an installation."""
        await self._shelf.delete(_key(enterprise_id, team_id))


class States(AsyncOAuthStateStore):
    """The state of an installation under way: good once, for ten minutes."""

    def __init__(self, shelf: Shelf, now: Callable[[], datetime], token: Callable[[int], str]) -> None:
        self._shelf = shelf
        self._now = now
        self._token = token

    @property
    def logger(self) -> logging.Logger:
        """The library wants one."""
        return log

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new state."""
        state = self._token(32)
        await self._shelf.put(f"state:{state}", (self._now() + STATE_FOR).isoformat(), 0)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether the state is one of ours, and was not used before."""
        row = await self._shelf.get(f"state:{state}")
        if row is None or row.value == "used":
            return False
        try:
            await self._shelf.put(row.key, "used", row.seq)
        except ConflictError:
            return False
        await self._shelf.delete(row.key)
        return self._now() < datetime.fromisoformat(str(row.value))


class Tokens:
    """The bot's tokens by workspace, renewed before they expire."""

    def __init__(self, installs: Installs, rotator: AsyncTokenRotator, opening: Opening) -> None:
        self._installs = installs
        self._rotator = rotator
        self._shelf = opening.shelf
        self._now = opening.now
        self._me = opening.token(12)
        self._known: dict[str, tuple[datetime, Installation]] = {}

    async def token_of(self, workspace: str) -> str:
        """The token. Raises RefusedError where the app is not installed, or its token is dead."""
        found = await self.known(workspace)
        if found is None or not found.bot_token:
            raise RefusedError("The app is not installed in this workspace", INSTALL)
        return found.bot_token

    async def known(self, workspace: str) -> Installation | None:
        """The installation of a workspace, for a call of Slack's. Raises BusyError where nothing is known of it now."""
        try:
            return await self.installed(None, workspace)
        except NotSavedError as error:
            raise BusyError(str(error)) from error

    async def installed(self, enterprise: str | None, workspace: str | None) -> Installation | None:
        """The installation of a workspace, with a token that is good for a while. Known for half a minute, and on while
        it cannot be read; raises NotSavedError where it is not known then.
        """
        at, known = self._known.get(workspace or "", (None, None))
        found = known if at and self._now() - at <= KNOWN_FOR else None
        try:
            if found is None:
                found = await self._installs.async_find_installation(enterprise_id=enterprise, team_id=workspace)
            if found and self._expires_in(found) < RENEW_BEFORE:
                found = await self._renewed(found)
        except NotSavedError:
            if known is None or self._expires_in(known) <= timedelta(0):
                raise
            found = known
        if found:
            self._known[workspace or ""] = self._now(), found
        return found

    def forget(self, workspace: str) -> None:
        """What is known of a workspace is read anew."""
        self._known.pop(workspace, None)

    def _expires_in(self, found: Installation) -> timedelta:
        if not found.bot_token_expires_at:
            return timedelta.max
        return timedelta(seconds=float(found.bot_token_expires_at) - self._now().timestamp())

    async def _renewed(self, found: Installation) -> Installation:
        """The installation with a new token; with the old one while it is good and another process renews it."""
        key = _key(found.enterprise_id, None if found.is_enterprise_install else found.team_id)
        if not await self._shelf.lease(f"renew:{key}", self._me, RENEWING):
            if self._expires_in(found) > timedelta(0):
                return found
            await asyncio.sleep(1.0)
            raise UnknownOutcomeError("another process is renewing the token")
        latest = await self._latest(found)
        if latest.bot_token != found.bot_token:
            return latest
        for _ in range(TRIES):
            try:
                bot = await self._rotator.perform_bot_token_rotation(
                    bot=latest.to_bot(), minutes_before_expiration=int(RENEW_BEFORE.total_seconds() // 60)
                )
            except (SlackTokenRotationError, aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("a token of %s could not be renewed: %s", found.team_id, type(error).__name__)
                continue
            return await self._kept(latest, bot) if bot else latest
        if self._expires_in(latest) > timedelta(0):
            return latest
        raise RefusedError("The app's token has expired and could not be renewed", INSTALL)

    async def _latest(self, found: Installation) -> Installation:
        return (
            await self._installs.async_find_installation(
                enterprise_id=found.enterprise_id,
                team_id=found.team_id,
                is_enterprise_install=found.is_enterprise_install,
            )
            or found
        )

    async def _kept(self, installation: Installation, bot: Bot) -> Installation:
        installation.bot_token = bot.bot_token
        installation.bot_refresh_token = bot.bot_refresh_token
        installation.bot_token_expires_at = bot.bot_token_expires_at
        await self._installs.async_save(installation)
        return installation


def _key(enterprise: str | None, team: str | None) -> str:
    return f"install:{team}" if team else f"install:{enterprise}"


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """What JSON can hold of an installation; instants as texts, which the library reads too."""
    instants = {name: value.isoformat() for name, value in told.items() if isinstance(value, datetime)}
    plain = {name: value for name, value in told.items() if isinstance(value, str | int | float | bool | list | dict)}
    return plain | instants
