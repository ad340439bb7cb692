"""Doing something for each of many when a failure with one must not keep the others waiting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def do_each(what: str, many: Iterable[T], do: Callable[[T], Awaitable[None]]) -> None:
    """Do it for each in turn; what was raised comes in one ExceptionGroup at the end, with notes on whose it is."""
    failed = []
    for one in many:
        try:
            await do(one)
        except Exception as error:  # noqa: BLE001  raised below, after the others had their turn
            error.add_note(f"{what}: {one!r:.200}")
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {what} failed", failed)
