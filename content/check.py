"""`content check`, `content stats` and `content schema`: what an author runs while writing a pack.

Imports little, as a check has to be over before one looks up from the editor.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from content.faults import Fault
from content.folder import packs_at
from content.layout import BROUGHT_PACK, HEADER, PACK, PART
from content.pack import load_pack
from content.record import Loaded
from content.schema import DIALECT, dump, json_schema
from content.stats import count, table

OK, FAULTS, USAGE = 0, 1, 2
_EXITS = "exit codes: 0 all is well, 1 there are faults, 2 wrong usage or no such path"


def main(argv: Sequence[str]) -> int:
    """Run one of the commands with its arguments (`["check", "packs/mine"]`) and give the exit code."""
    try:
        call = _parser().parse_args(argv)
    except SystemExit as stopped:
        return int(stopped.code or OK)
    run: Callable[[argparse.Namespace], int] = call.run
    return run(call)


def pack_schema() -> dict[str, Any]:
    """The JSON Schema of every file of a pack: with a header where there is any of it, else with items alone."""
    headed = {"anyOf": [{"required": [key]} for key in HEADER]}
    forms = (PACK, "A pack"), (BROUGHT_PACK, "A pack that was brought from elsewhere"), (PART, "A file of items")
    whole, brought, part = (json_schema(form, title) for form, title in forms)
    for schema in (whole, brought, part):
        del schema["$schema"]
    own = {"if": {"required": ["source"]}, "then": brought, "else": whole}
    title = {"$schema": DIALECT, "title": "Studyhall pack, format 1", "type": "object"}
    return {**title, "if": headed, "then": own, "else": part}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="studyhall content", description="Check and count the items of packs.")
    words = parser.add_subparsers(metavar="COMMAND", required=True)
    check = _command(words, "check", "list every fault of packs", "studyhall content check packs/ml-interview")
    stats = _command(words, "stats", "count the items of packs", "studyhall content stats --json packs/ml-interview")
    for command, run in ((check, _check), (stats, _stats)):
        command.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a pack, or a folder of packs")
        command.add_argument("--json", action="store_true", help="print JSON for scripts")
        command.set_defaults(run=run)
    schema = _command(words, "schema", "print the JSON Schema of packs", "studyhall content schema > pack.schema.json")
    schema.set_defaults(run=_schema)
    return parser


def _command(words: Any, name: str, about: str, example: str) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own type is private
    parser: argparse.ArgumentParser = words.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=f"example:\n  {example}\n\n{_EXITS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def _check(call: argparse.Namespace) -> int:
    loaded = _load(call.paths)
    if loaded is None:
        return USAGE
    faults = _faults(loaded)
    if call.json:
        packs = [asdict(each.pack) | {"items": len(each.items)} for each in loaded if each.pack]
        _print(json.dumps({"ok": not faults, "packs": packs, "faults": [asdict(fault) for fault in faults]}, indent=2))
    else:
        _print("\n".join([*map(str, faults), _summary(loaded, faults)]))
    return FAULTS if faults else OK


def _stats(call: argparse.Namespace) -> int:
    loaded = _load(call.paths)
    if loaded is None:
        return USAGE
    faults = _faults(loaded)
    if faults:
        _warn(f"{_amount(len(faults), 'fault')}: items with faults are not counted; `content check` lists them")
    counted = count(loaded)
    _print(json.dumps(counted, indent=2, ensure_ascii=False) if call.json else table(counted))
    return FAULTS if faults else OK


def _schema(_: argparse.Namespace) -> int:
    sys.stdout.write(dump(pack_schema()))
    return OK


def _load(paths: Sequence[Path]) -> list[Loaded] | None:
    """Read all packs, or say which path is not there."""
    missing = [path for path in paths if not path.exists()]
    for path in missing:
        _warn(f"{path}: there is no such file or folder; check the path")
    if missing:
        return None
    progress = _Progress()
    gc.disable()  # nothing here makes cycles, and looking for them takes a third of the time
    try:
        return [load_pack(pack, progress) for path in paths for pack in packs_at(path)]
    finally:
        gc.enable()
        progress.clear()


def _faults(loaded: Sequence[Loaded]) -> list[Fault]:
    """All faults, and one for each pack id that two packs share."""
    faults = [fault for each in loaded for fault in each.faults]
    first: dict[str, str] = {}
    for pack in [each.pack for each in loaded if each.pack]:
        if first.setdefault(pack.id, pack.path) != pack.path:
            message = f"the pack id `{pack.id}` is here and in {first[pack.id]}"
            faults.append(Fault(pack.path, 1, 1, message, "give each pack an id of its own"))
    return faults


def _summary(loaded: Sequence[Loaded], faults: Sequence[Fault]) -> str:
    items = _amount(sum(len(each.items) for each in loaded), "item")
    packs = _amount(len(loaded), "pack")
    if not faults:
        return f"{items} in {packs}: no faults"
    files = _amount(len({fault.file for fault in faults}), "file")
    return f"{_amount(len(faults), 'fault')} in {files}; {items} of {packs} without faults"


def _amount(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _warn(text: str) -> None:
    sys.stderr.write(f"{text}\n")


class _Progress:
    """A line that names the file being read, where somebody looks on."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()

    def __call__(self, file: str) -> None:
        if self._watched:
            sys.stderr.write(f"\r\x1b[Kreading {file}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away again."""
        if self._watched:
            sys.stderr.write("\r\x1b[K")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
