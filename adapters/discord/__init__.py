"""Discord: halls in channels of servers, through discord.py, without privileged intents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.ports import Adapter, Card, Command, Limits, Opening, Platform, Setting


def open_discord(opening: Opening) -> Platform:
    """The platform in the servers that the bot was invited to."""
    from adapters.discord.platform import DiscordPlatform  # noqa: PLC0415  importing the adapter must stay light

    return DiscordPlatform(opening)


def render(card: Card) -> str:
    """The card as Discord would get it: JSON of the message's components."""
    from adapters.discord.cards import as_text  # noqa: PLC0415  the same

    return as_text(card)


def shows_whole(card: Card) -> bool:
    """Whether Discord shows a card whole."""
    from adapters.discord import cards  # noqa: PLC0415  the same

    return cards.shows_whole(card)


def add_commands(commands: Any, tree: Sequence[Command]) -> None:  # noqa: ANN401  argparse's collection
    """Add `studyhall discord …`."""
    from adapters.discord.cli import add  # noqa: PLC0415  the same

    add(commands, tree)


adapter = Adapter(
    name="discord",
    open=open_discord,
    render=render,
    whole=shows_whole,
    cli=add_commands,
    # By https://docs.discord.com/developers/resources/message: a nonce is known for "the past few minutes"; and by
    # https://docs.discord.com/developers/reference (Uploading Files): 10 MiB where nobody has paid for more.
    limits=Limits(
        text=4000,
        button_label=80,
        buttons=25,
        options=25,
        file=10 * 1024 * 1024,
        settle=3.0,
        trusts_stamp_for=120.0,
        edit_every=5.0,
    ),
    settings=(
        Setting("shards", 0, "Connections that all processes of a large bot share; 0: as many as Discord advises."),
        Setting("shard_ids", "", "Those of them that this process opens, such as 0,1; all where it is empty."),
        Setting("api", "https://discord.com/api/v10", "Where Discord's API is."),
    ),
)

__all__ = ["adapter"]
