"""`studyhall content`: check packs, audit and count them, print their JSON Schema; preview items on a platform, search
items; bring questions from elsewhere, and take them there.

What only looks at packs is done by `content.check`, which starts fast: this module imports nothing else of ours.
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
    _add_audit(words)
    _add_preview(words)
    _add_search(words)
    _add_export(words)
    _add_import(words)


def _add_checking(words: Commands, word: str, about: str) -> Parser:
    parser = add_command(words, word, about, example=f"studyhall content {word} my-pack.yaml", codes=(Code.FAULTS,))
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a pack, or a folder of packs")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.set_defaults(run=_checking, word=word, platform=None)
    return parser


def _add_audit(words: Commands) -> None:
    parser = add_command(
        words,
        "audit",
        "tell how well items are written: a line a finding, and a score of 100 a pack",
        example="studyhall content audit my-pack.yaml --fail-under 90",
        codes=(Code.FAULTS,),
    )
    parser.add_argument("paths", metavar="PATH", nargs="*", help="a pack, or a folder of packs")
    parser.add_argument("--only", metavar="RULE", action="append", help="look by this rule alone (may be repeated)")
    parser.add_argument("--ignore", metavar="RULE", action="append", help="leave this rule out (may be repeated)")
    parser.add_argument(
        "--fail-under", metavar="N", type=int, default=0, help="exit with 1 where a pack scores less than N"
    )
    parser.add_argument(
        "--as", dest="platform", metavar="PLATFORM", help="look also for items that a platform cannot show whole"
    )
    parser.add_argument("--rules", action="store_true", help="list the rules, and the publications they follow")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.set_defaults(run=_audit)


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


def _add_import(words: Commands) -> None:
    parser = add_command(
        words,
        "import",
        "make a pack of questions from elsewhere, or bring its newer version",
        example="studyhall content import quiz.gift -o packs/quiz",
        codes=(Code.FAULTS, Code.SETTINGS),
    )
    parser.add_argument("source", metavar="SOURCE", help="a file, a folder, or an archive (zip, tar); never changed")
    parser.add_argument(
        "-o", dest="to", metavar="FOLDER", required=True, help="the pack to write or to bring up to date"
    )
    for option, metavar, about in _SAYINGS:
        name = "origin" if option == "--source" else option.removeprefix("--")
        parser.add_argument(option, dest=name, metavar=metavar, default="", help=about)
    for option, about in _SWITCHES:
        parser.add_argument(option, action="store_true", help=about)
    parser.add_argument(
        "--config", metavar="FILE", type=Path, help="the settings file (default: studyhall.yaml where there is one)"
    )
    parser.set_defaults(run=_import)


_SAYINGS = (
    ("--format", "NAME", "the form of the questions (default: each file's is recognised)"),
    ("--lang", "CODE", "the language of the questions, such as en or zh-Hans"),
    ("--licence", "NAME", "the licence that they may be used under, such as CC-BY-4.0"),
    ("--source", "TEXT", "what to call the source: a newer version of it has the same name (default: the file's name)"),
    ("--title", "TEXT", "the title of the pack"),
    ("--id", "ID", "the id of the pack, in small-letters-and-hyphens"),
    ("--report", "FILE", "write the whole report into a file: as JSON where its name ends in .json"),
)
_SWITCHES = (
    ("--dry-run", "write no pack, only say what would be done"),
    ("--json", "write the report as JSON, with nothing cut"),
    ("--trusted", "read more than 5 MB, for longer than 5 s: only where you know who made the source"),
    ("--prune", "remove items that the source no longer has"),
    ("--answered-only", "leave out questions without an answer"),
)


def _checking(call: Call) -> int:
    from content.check import main  # noqa: PLC0415  `--help` need not load it

    code = main([call.word, *call.paths, *(["--json"] if call.json else [])])
    if code or not call.platform:
        return code
    from bot.cli.fitting import run  # noqa: PLC0415  only for those who ask for it

    return run(call)


def _audit(call: Call) -> int:
    from bot.cli.auditing import run  # noqa: PLC0415  the other commands do without it

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


def _import(call: Call) -> int:
    from bot.cli.bringing import run  # noqa: PLC0415  the same

    return run(call)
