"""`studyhall content`: check packs, count them, print their JSON Schema; preview an item as a platform shows it.

All but `preview` is done by `content.check`, which starts fast: this module imports nothing else of ours.
"""

from __future__ import annotations

from pathlib import Path

from bot.cli.parser import Call, Code, Commands, Parser, add_command


def add(commands: Commands) -> None:
    """Add the commands."""
    example = "studyhall content check my-pack.yaml"
    codes = (Code.FAULTS, Code.SETTINGS)
    group = add_command(commands, "content", "check, count and preview questions", example=example, codes=codes)
    words = group.add_commands()
    check = _add_checking(words, "check", "list every fault of packs, with its place and what to do about it")
    check.add_argument(
        "--as", dest="platform", metavar="PLATFORM", help="list also the items that a platform cannot show whole"
    )
    _add_checking(words, "stats", "count the items of packs by topic, kind, difficulty and language")
    schema = add_command(
        words, "schema", "print the JSON Schema of packs, for editors", example="studyhall content schema > pack.json"
    )
    schema.set_defaults(run=_checking, word="schema", paths=[], json=False, platform=None)
    _add_preview(words)
    _add_search(words)
    _add_export(words)


def _add_checking(words: Commands, word: str, about: str) -> Parser:
    parser = add_command(words, word, about, example=f"studyhall content {word} my-pack.yaml", codes=(Code.FAULTS,))
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a pack, or a folder of packs")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.set_defaults(run=_checking, word=word, platform=None)
    return parser


def _add_preview(words: Commands) -> None:
    parser = add_command(
        words,
        "preview",
        "show an item as a platform shows it: the question, then the reveal",
        example="studyhall content preview ml-interview/p-value-meaning --as console",
        codes=(Code.FAULTS, Code.SETTINGS),
    )
    parser.add_argument("item", metavar="ITEM", help="the item's id, with or without the pack's before it")
    parser.add_argument(
        "--as", dest="platform", metavar="PLATFORM", default="console", help="the platform (default: console)"
    )
    parser.add_argument(
        "--language", default="en", help="the language of the bot's own words and of translated items (default: en)"
    )
    _add_packs(parser)
    parser.set_defaults(run=_preview)


def _add_search(words: Commands) -> None:
    parser = add_command(
        words,
        "search",
        "find items by words, in any form of them",
        example="studyhall content search gradient descent",
        codes=(Code.FAULTS, Code.SETTINGS),
    )
    parser.add_argument("words", metavar="WORD", nargs="+", help="what to look for; items with all words come first")
    parser.add_argument("--most", metavar="N", type=int, default=20, help="so many at the most (default: 20)")
    parser.add_argument("--json", action="store_true", help="write JSON")
    _add_packs(parser)
    parser.set_defaults(run=_search)


def _add_packs(parser: Parser) -> None:
    parser.add_argument("--pack", metavar="PATH", action="append", help="look in this pack instead of those in use")
    parser.add_argument(
        "--config", metavar="FILE", type=Path, help="the settings file (default: studyhall.yaml where there is one)"
    )


def _add_export(words: Commands) -> None:
    parser = add_command(
        words,
        "export",
        "write a pack in another form: Anki, CSV, a sheet to print, Moodle",
        example="studyhall content export ml-interview --to apkg -o interviews.apkg",
        codes=(Code.FAULTS,),
    )
    parser.add_argument("pack", metavar="PACK", help="a pack, or the id of one that comes with Studyhall")
    parser.add_argument("--to", choices=_FORMS, required=True, help="the form")
    parser.add_argument(
        "-o", dest="output", metavar="PATH", help="where to (default: a file of the pack's id in this folder)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite files that are there")
    parser.add_argument("--json", action="store_true", help="write what was written as JSON")
    parser.set_defaults(run=_export)


_FORMS = ("apkg", "csv", "gift", "moodle-xml", "pack", "sheet", "sheet-html")


def _checking(call: Call) -> int:
    from content.check import main  # noqa: PLC0415  `--help` need not load it

    code = main([call.word, *call.paths, *(["--json"] if call.json else [])])
    if code or not call.platform:
        return code
    from bot.cli.fitting import run  # noqa: PLC0415  only for those who ask for it

    return run(call)


def _preview(call: Call) -> int:
    from bot.cli.preview import run  # noqa: PLC0415  `content check` starts without all that a preview needs

    return run(call)


def _search(call: Call) -> int:
    from bot.cli.searching import run  # noqa: PLC0415  as above

    return run(call)


def _export(call: Call) -> int:
    from bot.cli.exporting import run  # noqa: PLC0415  the same

    return run(call)
