"""`studyhall slack …`: what an operator needs to make the app."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from adapters.slack.manifest import manifest
from bot.ports import Command


def add(commands: Any, tree: Sequence[Command]) -> None:  # noqa: ANN401  argparse's collection
    """Add the commands."""
    parser = commands.add_parser(
        "slack",
        help="what the Slack app needs",
        description="What the Slack app needs.",
        example="studyhall slack manifest",
    )
    below = parser.add_commands()
    made = below.add_parser(
        "manifest",
        help="print the app's manifest, to be pasted where Slack makes apps",
        description="Print the manifest of the app: at api.slack.com/apps choose “From a manifest”, and paste it.",
        example="studyhall slack manifest",
    )
    made.add_argument("--title", default="Studyhall", help="the app's name in Slack (default: Studyhall)")
    made.add_argument("--url", default="", help="for HTTP mode: how this program is reached, https://…")
    made.set_defaults(run=lambda call: _print(_written(manifest(tree, call.title, call.url.rstrip("/")))))
    key = below.add_parser(
        "key",
        help="make a key that tokens of installations are encrypted with",
        description="Make a key for SLACK_TOKEN_KEY. To change it, write the new one before the old, with a comma.",
        example="studyhall slack key",
    )
    key.set_defaults(run=lambda _: _print(_new_key()))


def _written(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _new_key() -> str:
    from cryptography.fernet import Fernet  # noqa: PLC0415  only this command needs it

    return Fernet.generate_key().decode()


def _print(text: str) -> int:
    sys.stdout.write(text + "\n")
    return 0
