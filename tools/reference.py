"""Write what is generated from the code: docs/settings.md, docs/commands.md and the JSON Schema of studyhall.yaml.

python tools/reference.py            write them
python tools/reference.py --check    change nothing; exit code 1 where one is stale
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.cli.parser import MEANINGS, Parser  # noqa: E402
from bot.cli.settings import schema_text  # noqa: E402
from bot.cli.tree import tree  # noqa: E402
from bot.installed import installed_adapters  # noqa: E402  the path comes first
from bot.settings import settings_form, variables  # noqa: E402
from content.form import ABSENT, Duration, Either, Field, Form, Number, Parsed, Record, Several, Text, Word, YesNo  # noqa: E402
from content.scalars import spell  # noqa: E402

SETTINGS = """\
# Settings

Studyhall reads `studyhall.yaml` in the folder where it is started, or the file named by `--config` or
`STUDYHALL_CONFIG`. Without a file it runs one hall, `local`, on its own web page, with a question at once and then at
09:00, 13:00 and 17:00 each day. [studyhall.example.yaml](../studyhall.example.yaml) is a file to start from, and
[bot/settings.schema.json](../bot/settings.schema.json) lets editors complete and check it.

`studyhall settings check` tells everything that is wrong in the settings at once, each with its file, line, column and
what to write instead.

- An environment variable replaces what the file says. One that is set to nothing counts as not set.
- Tokens, passwords and other secrets are read from environment variables alone; in the file they are refused.
- A place is written `platform:workspace:channel`, and belongs to one hall. The page's places are `web:local:…`.
- Text needs no quotes unless it holds `: ` or ` #`, or begins with a sign such as `*`, `@` or `[`.

## The file
"""

VARIABLES = """
## Environment variables

| variable | replaces | meaning | example |
|---|---|---|---|
"""

COMMANDS = """\
# Commands

`studyhall COMMAND` and `python -m bot COMMAND` are the same. `--help` after any command explains it; `--debug` shows
where it went wrong when it does. Results go to standard output, everything else to standard error.

Exit codes:

| code | meaning |
|---|---|
"""


def main() -> int:
    """Write or check the generated files; return the exit code."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--check", action="store_true", help="change nothing, fail where something is stale")
    check = reading.parse_args().check
    stale = 0
    for name, make in FILES.items():
        path = ROOT / name
        if check and (not path.exists() or path.read_text(encoding="utf-8") != make()):
            stale += 1
            print(f"{name} is stale: run `python tools/reference.py`", file=sys.stderr)
        elif not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(make(), encoding="utf-8")
    return 1 if stale else 0


def settings_page() -> str:
    """docs/settings.md: every key and every environment variable."""
    adapters = installed_adapters()
    by_key = {variable.key: variable.name for variable in reversed(variables(adapters)) if variable.key}
    keys = "\n".join(_sections("", settings_form(adapters), by_key))
    rows = (
        f"| `{variable.name}` | {f'`{variable.key}`' if variable.key else '—'} | {variable.meaning} | "
        f"`{variable.example}` |\n"
        for variable in variables(adapters)
    )
    return SETTINGS + keys + "\n" + VARIABLES + "".join(rows)


def commands_page() -> str:
    """docs/commands.md: every command with its options, an example and its exit codes."""
    codes = "".join(f"| {code.value} | {meaning} |\n" for code, meaning in MEANINGS.items())
    return COMMANDS + codes + "".join(_command(parser) for parser in parsers(tree(adapters=True)))


def parsers(parser: Parser) -> Iterator[Parser]:
    """The commands below a parser that do something themselves, in order."""
    if not parser.words:
        yield parser
    for each in parser.words.values():
        yield from parsers(each)


def _sections(prefix: str, record: Record, by_key: Mapping[str, str]) -> Iterator[str]:
    """A table of a record's keys, then the tables of the records below it."""
    title = f"`{prefix.removesuffix('.')}`" if prefix else "At the top"
    if record.fields:
        yield f"\n### {title}\n\n| key | meaning | default | written like | variable |\n|---|---|---|---|---|"
    for key, field in record.fields.items():
        variable = by_key.get(f"{prefix}{key}")
        cells = (f"`{key}`", field.about, _default(field), _like(field.form), f"`{variable}`" if variable else "")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    for key, field in record.fields.items():
        form, marks = (field.form.each, "[]") if isinstance(field.form, Several) else (field.form, "")
        if isinstance(form, Record):
            yield from _sections(f"{prefix}{key}{marks}.", form, by_key)


def _default(field: Field) -> str:
    if field.required:
        return "required"
    if field.default is ABSENT or field.default == []:
        return ""
    return f"`{_plain(field.default)}`"


def _plain(value: object) -> str:
    match value:
        case timedelta():
            return spell(value)
        case list():
            return f"[{', '.join(map(str, value))}]"
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def _like(form: Form) -> str:
    """What a value of this form looks like."""
    return LIKE[type(form)](form)


def _list(form: Several) -> str:
    return "a list, see below" if isinstance(form.each, Record) else f"a list: {_like(form.each)}"


def _example(form: Text | Parsed) -> str:
    return f"`{form.like.partition(', or ')[0]}`" if form.like else "text"


LIKE: Mapping[type[Form], Callable[[Any], str]] = {
    Word: lambda form: ", ".join(f"`{word}`" + (f" ({about})" if about else "") for word, about in form.words.items()),
    Number: lambda form: f"a number {form.range}",
    YesNo: lambda _: "`true`, `false`",
    Duration: lambda form: f"`{spell(form.least)}` to `{spell(form.most)}`",
    Text: _example,
    Parsed: _example,
    Several: _list,
    Either: lambda form: _like(form.forms[0]),
    Record: lambda _: "see below",
}


def _command(parser: Parser) -> str:
    told = [f"\n## `{parser.prog}`\n\n{_sentence(parser.description or '')}\n"]
    options = [row for action in parser._actions if (row := _option(action))]  # noqa: SLF001  argparse lists them nowhere else
    if options:
        told += ["\n| argument | meaning |\n|---|---|\n", *options]
    if parser.example:
        told.append(f"\n```sh\n{parser.example}\n```\n")
    if parser.codes:
        told.append(f"\nExit codes: {', '.join(str(code.value) for code in sorted(parser.codes))}.\n")
    return "".join(told)


def _option(action: argparse.Action) -> str:
    if action.help is None or "--help" in action.option_strings:
        return ""
    value = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
    if action.choices:
        value = ", ".join(map(str, action.choices))
    name = " ".join(filter(None, (", ".join(action.option_strings), str(value))))
    return f"| `{name}` | {_sentence(action.help)} |\n"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


FILES: Mapping[str, Callable[[], str]] = {
    "docs/settings.md": settings_page,
    "docs/commands.md": commands_page,
    "bot/settings.schema.json": schema_text,
}

if __name__ == "__main__":
    sys.exit(main())
