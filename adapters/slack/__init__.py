"""Slack: halls in channels, through slack-bolt, in Socket Mode or over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.ports import Adapter, Card, Command, Limits, Opening, Platform, Setting


def open_slack(opening: Opening) -> Platform:
    """The platform in the workspaces where the app is installed."""
    from adapters.slack.platform import SlackPlatform  # noqa: PLC0415  importing the adapter must stay light

    return SlackPlatform(opening)


def render(card: Card) -> str:
    """The card as Slack would get it: JSON of the message's text and blocks."""
    from adapters.slack.blocks import as_text  # noqa: PLC0415  the same

    return as_text(card)


def shows_whole(card: Card) -> bool:
    """Whether Slack shows a card whole."""
    from adapters.slack import blocks  # noqa: PLC0415  the same

    return blocks.shows_whole(card)


def add_commands(commands: Any, tree: Sequence[Command]) -> None:  # noqa: ANN401  argparse's collection
    """Add `studyhall slack …`."""
    from adapters.slack.cli import add  # noqa: PLC0415  the same

    add(commands, tree)


adapter = Adapter(
    name="slack",
    open=open_slack,
    render=render,
    whole=shows_whole,
    cli=add_commands,
    # By https://docs.slack.dev/apis/web-api/rate-limits: a post a second and channel, some 50 edits a minute.
    limits=Limits(text=3000, button_label=75, buttons=25, options=10, settle=5.0, edit_every=5.0, post_every=1.0),
    settings=(
        Setting(
            "mode",
            "socket",
            "How events come: over a connection that this program opens (socket), or to a public address (http).",
            choices=("socket", "http"),
        ),
        Setting("connections", 2, "Connections that one process opens in Socket Mode, at most 10 an app."),
        Setting(
            "guests",
            "count",
            "Whether people of other organisations in a shared channel take part (count) or not (refuse).",
            choices=("count", "refuse"),
        ),
        Setting("api", "https://slack.com/api/", "Where Slack's Web API is; another one for GovSlack."),
    ),
)

__all__ = ["adapter"]
