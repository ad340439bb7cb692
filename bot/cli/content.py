"""`studyhall content`: check packs, count them, print their JSON Schema; preview an item as a platform shows it.

All but `preview` belongs to `content.check`, which starts fast and needs nothing else of ours.
"""

from __future__ import annotations

from bot.cli.parser import Call, Code, Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    words = commands.add_parser(
        "content", help="check, count and preview questions", codes=(Code.FAULTS,)
    ).add_commands()
    _add_preview(words)


def _add_preview(words: Commands) -> None:
    parser = words.add_parser(
        "preview",
        help="show an item as a platform shows it: the question, then the reveal",
        example="studyhall content preview ml-interview/p-value-meaning --as console",
        codes=(Code.FAULTS, Code.SETTINGS),
    )
    parser.add_argument("item", metavar="ITEM", help="the item's id, with or without the pack's before it")
    parser.add_argument("--as", dest="platform", default="console", help="the platform (default: console)")
    parser.add_argument("--language", default="en", help="the language (default: en)")
    parser.add_argument("--pack", metavar="PATH", action="append", help="look in this pack instead of those in use")
    parser.add_argument(
        "--config", metavar="FILE", help="the settings file (default: studyhall.yaml where there is one)"
    )
    parser.set_defaults(run=_preview)


def _preview(call: Call) -> int:
    from bot.cli.preview import run  # noqa: PLC0415  `content check` starts without all that a preview needs

    return run(call)
