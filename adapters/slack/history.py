"""Looking for a message of ours in what Slack keeps of a channel or a thread.

Slack may give as little as a page of fifteen a minute (https://docs.slack.dev/apis/web-api/rate-limits): a look that it
interrupts goes on where it was, as what was read before cannot come to hold an older message.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from adapters.slack.calls import Calls
from bot.ports import BusyError, GoneError

STAMPED = "studyhall_message"
"""The type of the metadata that a message carries its stamp in."""
MOST_BEGUN = 1_000


def stamped(stamp: str) -> dict[str, Any]:
    """The metadata that carries a stamp."""
    return {"event_type": STAMPED, "event_payload": {"stamp": stamp}}


class History:
    """Looks for stamps."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._begun: OrderedDict[str, str] = OrderedDict()

    async def find(self, workspace: str, method: str, where: Mapping[str, Any], stamp: str) -> str | None:
        """The `ts` of the message with a stamp among those that a method lists. Raises a PlatformError."""
        cursor = self._begun.pop(stamp, "")
        while True:
            try:
                messages, following = await self._calls.messages(workspace, method, where, cursor)
            except BusyError:
                self._keep(stamp, cursor)
                raise
            except GoneError:
                return None  # there is no such thread, and nothing in it
            found = next((message for message in messages if _stamp_of(message) == stamp), None)
            if found is not None or not following:
                return str(found["ts"]) if found else None
            cursor = following

    def _keep(self, stamp: str, cursor: str) -> None:
        self._begun[stamp] = cursor
        if len(self._begun) > MOST_BEGUN:
            self._begun.popitem(last=False)


def _stamp_of(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("stamp") or "") if metadata.get("event_type") == STAMPED else ""
