"""The console: the study hall in a terminal, or on pipes for a script. One place and one person at a time."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ports import Adapter, Card, Limits, Opening, PlaceRef, Platform, Setting, Shelf

PREVIEW_WIDTH = 80


def open_console(opening: Opening) -> Platform:
    """The platform on this process's standard input and output."""
    from adapters.console.platform import ConsolePlatform  # noqa: PLC0415  importing the adapter must stay light
    from adapters.console.terminal import open_terminal  # noqa: PLC0415  the same

    return ConsolePlatform(opening, open_terminal(opening.environment))


def render(card: Card) -> str:
    """The card as plain text, 80 columns wide, instants in this machine's zone."""
    from adapters.console.drawing import draw  # noqa: PLC0415  the same

    return draw(card, PREVIEW_WIDTH)


async def forget(shelf: Shelf, account: str, _: Sequence[PlaceRef]) -> None:
    """Remove what was printed to whoever sits here alone."""
    from adapters.console.messages import forget_account  # noqa: PLC0415  the same

    await forget_account(shelf, account)


adapter = Adapter(
    name="console",
    open=open_console,
    render=render,
    limits=Limits(settle=0.0, trusts_stamp_for=30 * 86_400.0),
    forget=forget,
    settings=(Setting("name", "", "The name that boards show for whoever sits here (default: the login name)."),),
)

__all__ = ["adapter"]
