"""What comes in and goes out is the same in both modes: the Bolt app with one listener for each kind of payload.

`process_before_response` makes the end of a listener's work the acknowledgement, and its failure a failure to Slack,
which then delivers events again.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import Calls, TokenOf
from adapters.slack.events import Events
from adapters.slack.halls import Halls
from adapters.slack.inbound import Inbound
from adapters.slack.people import NAME, People
from adapters.slack.replies import Replies
from bot.ports import Listener, NotSavedError, Opening

ANY = re.compile(r".*", re.DOTALL)
TAKEN = 200
"""Also for what means nothing here, such as what Slack may tell some day: it would tell it again else."""
FAILED = 503
LEFT_OUT = "app_rate_limited"
"""What Slack tells instead of events where there are too many; it comes without an event."""

log = logging.getLogger(__name__)


def _quiet(name: str) -> logging.Logger:
    """A log for the library, of which errors alone are worth an operator's attention."""
    own = log.getChild(name)
    own.setLevel(logging.ERROR)
    return own


class Reception:
    """The parts between Bolt and the core. `token_of` gives the bot's token in a workspace."""

    def __init__(self, opening: Opening, token_of: TokenOf) -> None:
        self.api = str(opening.settings["api"])
        self.calls = Calls(token_of, self.api)
        self.people = People(self.calls, opening.now)
        self.replies = Replies(self.calls, opening.translate)
        self.halls = Halls(opening.places, self.people, guests=opening.settings["guests"] == "count")
        self._inbound = Inbound(self.halls, self.replies, opening.verbs, opening.now)
        self._rereading: asyncio.Task[None] | None = None
        self._unread = False
        self._events = Events(self.halls, self.replies, opening.now)

    def open(self, listener: Listener) -> None:
        """From now on what comes in is told."""
        self.halls.listener = listener
        self.people.renamed = listener.renamed

    async def shut(self) -> None:
        """From now on nothing is taken; what people were promised is sent."""
        self.halls.listener = None
        if self._rereading:
            self._rereading.cancel()
        await self.replies.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self.calls.close()

    def missed(self) -> None:
        """Something may have been missed: it is read anew, soon."""
        self._unread = True
        if self._rereading is None or self._rereading.done():
            self._rereading = asyncio.create_task(self._reread())

    def left_out(self) -> None:
        """Slack has left out events (https://docs.slack.dev/reference/events/app_rate_limited)."""
        log.warning("Slack left out events, because there were too many: answers by reaction are read anew")
        self.missed()

    async def _reread(self) -> None:
        while self._unread:
            self._unread = False
            try:
                await self.halls.heard_by.resumed(NAME)
            except NotSavedError as error:
                log.warning("what was missed could not be read anew: %s", error)

    def bolt_app(self, authorize: Callable[..., Awaitable[Any]]) -> AsyncApp:
        """The Bolt app; whoever hands requests to it has verified them. `authorize` gives None where we are not."""
        app = AsyncApp(
            name="studyhall",
            logger=_quiet("bolt"),
            client=AsyncWebClient(base_url=self.api, retry_handlers=[]),
            authorize=authorize,
            signing_secret="verified before",  # noqa: S106  Bolt wants one
            request_verification_enabled=False,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self._listen(app)

        @app.error
        async def failed(error: Exception, body: dict[str, Any]) -> BoltResponse:
            if isinstance(error, BoltUnhandledRequestError):
                return BoltResponse(status=TAKEN)
            if not isinstance(error, NotSavedError):
                log.error("what Slack told could not be handled", exc_info=error)
            elif (told := self._inbound.refused(body, str(error))) is not None:
                return BoltResponse(status=TAKEN, body=told or "")
            return BoltResponse(status=FAILED, body="")

        return app

    def _listen(self, app: AsyncApp) -> None:
        @app.action(ANY)
        async def act(body: dict[str, Any], ack: AsyncAck) -> None:
            await self._inbound.pressed(body)
            await ack()

        @app.view(ANY)
        async def submit(body: dict[str, Any], ack: AsyncAck) -> None:
            errors = await self._inbound.submitted(body)
            await (ack(response_action="errors", errors=errors) if errors else ack())

        @app.message_shortcut(ANY)
        async def point(body: dict[str, Any], ack: AsyncAck) -> None:
            await self._inbound.pointed(body)
            await ack()

        @app.command(ANY)
        async def type_command(body: dict[str, Any], ack: AsyncAck) -> None:
            await self._inbound.typed(body)
            await ack()

        @app.event(ANY)
        async def hear(body: dict[str, Any]) -> None:
            await self._events.heard(body)
