"""The web page: a chat place with the study bot in it. Messages live on the shelf, so every process shows the same."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ports import Adapter, Card, Limits, Opening, PlaceRef, Platform, Setting, Shelf

FOR_EVER = 10.0 * 365 * 86_400
"""A stamp stays on the shelf, so the same one never makes a second message."""


def open_web(opening: Opening) -> Platform:
    """The platform behind the page; its routes are for the private listener."""
    from adapters.web.platform import WebPlatform  # noqa: PLC0415  importing the adapter must stay light

    return WebPlatform(opening)


def render(card: Card) -> str:
    """The card as HTML, as the page shows it to a reader of English."""
    from adapters.web.rendering import Renderer, data_address  # noqa: PLC0415  the same

    return str(Renderer(lambda _, message: message, data_address).card(card, "preview", "en"))


async def forget(shelf: Shelf, account: str, places: Sequence[PlaceRef]) -> None:
    """Remove what the page keeps of a visitor."""
    from adapters.web.forgetting import forget_account  # noqa: PLC0415  the same

    await forget_account(shelf, account, places)


adapter = Adapter(
    name="web",
    open=open_web,
    render=render,
    limits=Limits(file=32_000_000, trusts_stamp_for=FOR_EVER),
    forget=forget,
    settings=(
        Setting(
            "visitors_are_organisers",
            "loopback",
            "Whether every visitor of the page may do what organisers may: only where the page is reached from this "
            "machine alone (loopback), always, or never.",
            choices=("loopback", "always", "never"),
        ),
    ),
)

__all__ = ["adapter"]
