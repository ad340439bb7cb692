"""Doing something for each of many when a failure with one must not keep the others waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def do_each(what: str, many: Iterable[T], do: Callable[[T], Awaitable[None]], together: int = 1) -> None:
    """Do it for each, at most so many at a time; what was raised comes in one ExceptionGroup at the end, with notes on
    whose it is.
    """
    failed, waiting = list[Exception](), list(many)
    turns = iter(waiting)

    async def go() -> None:
        for one in turns:
            try:
                await do(one)
            except Exception as error:  # noqa: BLE001  raised below, after the others had their turn
                error.add_note(f"{what}: {one!r:.200}")
                failed.append(error)

    await asyncio.gather(*(go() for _ in range(min(together, len(waiting)))))
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {what} failed", failed)
