"""`studyhall content import`: questions from elsewhere become a pack, or a newer version of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from bot.cli.configuration import settings_of
from bot.cli.output import note, progress, say, say_json, visible
from bot.cli.parser import Call, Code, CommandError
from content.bank import BankError, open_bank
from content.importing.bring import BringError, Wish, bring
from content.importing.landing import LandingError
from content.importing.report import Report, report_text, report_value
from content.item import Item
from content.layout import ID, LANGUAGE

_LONGEST_TITLE, _LONGEST_LICENCE, _LONGEST_SOURCE = 120, 80, 500


def run(call: Call) -> int:
    """Import, and tell what was done: exit code 1 where a file could not be read or there is nothing."""
    wish = _wish(call)
    try:
        report = bring(wish, lambda: _bank(call, wish.target), _watched)
    except (BringError, LandingError) as error:
        raise CommandError(str(error)) from error
    finally:
        progress("")
    if call.report:
        _write(report, Path(call.report))
    if call.json:
        say_json(report_value(report))
    else:
        say("\n".join(map(visible, report_text(report).split("\n"))))
    return Code.FAULTS if report.broken or not report.total else Code.FINE


def _wish(call: Call) -> Wish:
    source, target = Path(call.source), Path(call.to)
    if not source.exists():
        raise CommandError(f"{source}: there is no such file or folder; check the path", Code.USAGE)
    if source.resolve().is_relative_to(target.resolve()) or target.resolve().is_relative_to(source.resolve()):
        raise CommandError("the source is never changed: write the pack somewhere else, outside of it", Code.USAGE)
    for name, text, form in (("--id", call.id, ID), ("--lang", call.lang, LANGUAGE)):
        if text and not (re.fullmatch(form.pattern, text) and len(text) <= form.most):
            raise CommandError(f"{name} {text!r} does not fit: write it like {form.like}", Code.USAGE)
    longest = (("--title", call.title, _LONGEST_TITLE), ("--licence", call.licence, _LONGEST_LICENCE))
    for name, text, most in (*longest, ("--source", call.origin, _LONGEST_SOURCE)):
        if len(text) > most or not text.isprintable():
            raise CommandError(f"{name} takes up to {most} characters on one line", Code.USAGE)
    return Wish(
        source,
        target,
        form=call.format,
        language=call.lang,
        licence=call.licence,
        origin=call.origin,
        title=call.title,
        id=call.id,
        trusted=call.trusted,
        dry_run=call.dry_run,
        prune=call.prune,
        answered_only=call.answered_only,
    )


def _bank(call: Call, target: Path) -> Iterable[Item]:
    """The items in use, but for those of the pack that is written."""
    try:
        bank = open_bank(settings_of(call).packs, None)
    except BankError:
        note("the packs in use have faults, so that questions were not compared with them")
        return ()
    own = {pack.id for pack in bank.packs if Path(pack.path).resolve() == target.resolve()}
    return (item for item in bank.items.values() if item.pack not in own)


def _watched(text: str) -> None:
    progress(visible(text))


def _write(report: Report, file: Path) -> None:
    """The whole report in a file: as JSON where its name ends so."""
    text = json.dumps(report_value(report), ensure_ascii=False, indent=2) if file.suffix == ".json" else ""
    try:
        file.write_text((text or report_text(report, None)) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: the report cannot be written ({error.strerror}); check the path") from error
