"""An event loop on virtual time: it never waits, its clock jumps to whatever is next, and it does no I/O at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any


class NothingToComeError(Exception):
    """All tasks wait for something that nobody will ever do: a deadlock of what is simulated."""


class _Jump:
    """Stands where a loop's selector stands: instead of waiting it moves the clock on."""

    def __init__(self) -> None:
        self.now = 0.0

    def select(self, timeout: float | None) -> list[Any]:
        """Let `timeout` seconds be over."""
        if timeout is None:
            raise NothingToComeError
        self.now += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs everything on the calling thread, in an order that the same program always has."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Jump()
        self._clock_resolution = 1e-6

    def time(self) -> float:
        """Seconds since the loop was made, of virtual time."""
        return self._selector.now

    def run_in_executor(  # type: ignore[override]  # the future is done at once
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Call it here and now: threads would make no two runs alike."""
        future: asyncio.Future[Any] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  told to whoever waits
            future.set_exception(error)
        return future

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nothing has to be woken: there is one thread."""
