"""Bring the message catalogues in step with the code: extract, update each language, compile.

    python tools/catalogues.py            rewrite bot/cards/locale
    python tools/catalogues.py --check    change nothing; exit code 1 where something is stale or untranslated

A new language starts as an empty folder: bot/cards/locale/de/LC_MESSAGES. The files hold no dates and no line numbers,
so that they change only when a text does.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

DOMAIN = "studyhall"
SOURCES = ("bot", "adapters")
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "words": None,
    "_words": None,
    "many": (1, 2),
    "translate": (2,),
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
}
"""Calls that hold messages: those of `bot.cards.words.Words`, of an adapter's `translate`, and of the templates."""

Found = tuple[int, str, tuple[str | None, ...], list[str]]
"""What babel wants to know of a call: its line, its name, its texts (None for what is no text), comments."""

HEADER = "# Messages of Studyhall. Written by tools/catalogues.py.\n#"
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def from_python(source: IO[bytes], names: Iterable[str], _tags: object, options: object) -> Iterator[Found]:  # noqa: ARG001  babel passes it by name
    """The calls by these names in a module, those inside f-strings too, which babel's own reading leaves out."""
    for node in ast.walk(ast.parse(source.read())):
        if isinstance(node, ast.Call) and (name := _name(node.func)) in names:
            yield node.lineno, name, tuple(_text(argument) for argument in node.args), []


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


def _text(argument: ast.expr) -> str | None:
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


METHODS: list[tuple[str, Any]] = [("**/locale/**", "ignore"), ("**.py", from_python), ("**.html", "jinja2")]


def main() -> int:
    """Rewrite or check the catalogues of this folder; return the exit code."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--check", action="store_true", help="change nothing, fail where something is stale")
    reading.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help="the checkout")
    arguments = reading.parse_args()
    files = catalogues(arguments.root)
    if arguments.check:
        return _check(arguments.root, files)
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return 0


def catalogues(root: Path) -> dict[Path, bytes]:
    """What every catalogue file under `root` should hold."""
    template = extract(root)
    folder = root / "bot" / "cards" / "locale"
    files = {folder / f"{DOMAIN}.pot": _as_po(template)}
    for language in sorted(path.parent.name for path in folder.glob("*/LC_MESSAGES")):
        path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        files[path] = _as_po(updated(template, path, language))
        files[path.with_suffix(".mo")] = _as_mo(files[path])
    return files


def extract(root: Path) -> Catalog:
    """Every message in the sources, with the files that it stands in."""
    template = Catalog(project="Studyhall", version="messages", charset="utf-8", header_comment=HEADER, fuzzy=False)
    for source in SOURCES:
        found = extract_from_dir(root / source, METHODS, keywords=KEYWORDS)
        for name, _line, message, _comments, _context in sorted(found, key=lambda entry: (entry[0], entry[1])):
            template.add(message, locations=[(f"{source}/{Path(name).as_posix()}", 0)])
    return template


def updated(template: Catalog, path: Path, language: str) -> Catalog:
    """The catalogue of a language with exactly the messages of the template; what was translated stays."""
    with BytesIO(path.read_bytes() if path.exists() else b"") as stored:
        catalogue = read_po(stored, locale=language, domain=DOMAIN)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment, catalogue.fuzzy = HEADER, False
    catalogue.project, catalogue.version = "Studyhall", "messages"
    return catalogue


def untranslated(catalogue: Catalog) -> Iterator[str]:
    """The messages that have no text in the catalogue's language, or another set of {placeholders} there."""
    for message in catalogue:
        if message.id and not _fits(message, catalogue):
            yield _forms(message.id)[0]


def _fits(message: Message, catalogue: Catalog) -> bool:
    wanted = frozenset[str]().union(*map(_placeholders, _forms(message.id)))
    texts = _forms(message.string)
    return all(text and _placeholders(text) == wanted for text in texts) and not list(message.check(catalogue))


def _placeholders(text: str) -> frozenset[str]:
    """The names in braces of a message; babel looks after those with a percent sign."""
    return frozenset(re.findall(r"\{(\w+)\}", text))


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _check(root: Path, files: Mapping[Path, bytes]) -> int:
    stale = [path for path, content in files.items() if not path.exists() or path.read_bytes() != content]
    for path in stale:
        print(f"{path.relative_to(root)} is stale: run `make build`", file=sys.stderr)
    missing = 0
    for path in (path for path in files if path.suffix == ".po"):
        catalogue = read_po(BytesIO(files[path]), domain=DOMAIN)
        for message in untranslated(catalogue):
            missing += 1
            print(f"{path.relative_to(root)} lacks a fitting text for {message!r}", file=sys.stderr)
    return 1 if stale or missing else 0


def _as_po(catalogue: Catalog) -> bytes:
    """The catalogue as text, without the dates and the tool's version that would change it from run to run."""
    written = BytesIO()
    write_po(written, catalogue, width=100, include_lineno=False, sort_by_file=True)
    dated = (b'"POT-Creation-Date:', b'"PO-Revision-Date:', b'"Last-Translator:', b'"Language-Team:', b'"Generated-By:')
    lines = written.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith((*dated, b'"Report-Msgid-Bugs-To:')))


def _as_mo(text: bytes) -> bytes:
    """A catalogue as programs read it, from its text: the same text gives the same bytes."""
    catalogue = read_po(BytesIO(text), domain=DOMAIN)
    catalogue.creation_date = catalogue.revision_date = NO_DATE
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


if __name__ == "__main__":
    sys.exit(main())
