"""What it takes to send: what Poster and Counts have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.messages import Messages
from bot.ports import Limits, Platform
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Sending:
    """How this process sends: what `messages` say, on the `platforms` that it runs, claimed for it as `owner`.

    `steady` gives seconds by a clock that nobody sets.
    """

    store: Store
    messages: Messages
    platforms: Mapping[str, tuple[Platform, Limits]]
    owner: str
    now: Callable[[], datetime]
    token: Callable[[int], str]
    steady: Callable[[], float]
