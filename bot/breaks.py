"""Breaks: a workspace that asked to be left alone is, whichever of its places was told so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.ports import BusyError, PlaceRef

LONGEST = 60.0
"""Seconds after which one message is tried whatever was asked for: organisers must hear of a long wait in time."""
LATELY = 60.0
"""For so many seconds after its break a workspace is posted to one by one: one refusal tells enough."""


@dataclass(frozen=True, slots=True)
class Break:
    """A break that ends at an instant of the steady clock."""

    until: float
    reason: str


class Breaks:
    """The breaks of this process. `steady` gives seconds by a clock that nobody sets."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._breaks: dict[tuple[str, str], Break] = {}

    def begin(self, place: PlaceRef, error: BusyError) -> None:
        """A place was told that its whole workspace is to wait."""
        now = self._steady()
        self._breaks = {each: known for each, known in self._breaks.items() if now - known.until < LATELY}
        self._breaks[_workspace(place)] = Break(now + min(LONGEST, error.retry_after), error.reason)

    def left(self, place: PlaceRef) -> BusyError | None:
        """What a place would be told, without asking it; None where its workspace has no break."""
        known = self._breaks.get(_workspace(place))
        left = known.until - self._steady() if known else 0.0
        return BusyError(known.reason, left, wide=True) if known and left > 0 else None

    def lately(self, place: PlaceRef) -> bool:
        """Whether a place's workspace has a break, or had one not long ago."""
        known = self._breaks.get(_workspace(place))
        return known is not None and self._steady() - known.until < LATELY


def _workspace(place: PlaceRef) -> tuple[str, str]:
    return place.platform, place.workspace
