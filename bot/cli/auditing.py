"""`studyhall content audit`: how well items are written, a line a finding and a score a pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.cli.output import note, say, say_json
from bot.cli.parser import Call, Code, CommandError, nearest
from content.audit import RULES, Finding, Report, audit
from content.folder import packs_at
from content.item import Item
from content.pack import load_pack
from content.record import Pack

TOO_LONG = "too-long"


def run(call: Call) -> int:
    """Look at each pack by the rules asked for. The exit code tells faults, and scores below the least one."""
    if call.rules:
        say("\n".join(f"{rule.name}: {rule.about} ({rule.source})" for rule in RULES.values()))
        return Code.FINE
    if not call.paths:
        raise CommandError("no pack is named: `studyhall content audit my-pack.yaml`", Code.USAGE)
    chosen = rules_of(call.only, call.ignore)
    reports = [audit(pack, items, chosen, _too_long(call, items, chosen)) for pack, items in _loaded(call.paths)]
    if call.json:
        say_json({"packs": [_record(report) for report in reports]})
    else:
        say("\n".join(_lines(reports)))
    return Code.FAULTS if any(report.score < call.fail_under for report in reports) else Code.FINE


def rules_of(only: Sequence[str] | None, ignore: Sequence[str] | None) -> tuple[str, ...]:
    """The names of the rules to look by. Raises CommandError for one that there is not."""
    for name in (*(only or ()), *(ignore or ())):
        if name not in RULES:
            reason = f"there is no rule {name!r}{nearest(name, RULES)}: `studyhall content audit --rules` lists them"
            raise CommandError(reason, Code.USAGE)
    return tuple(name for name in only or RULES if name not in (ignore or ()))


def _loaded(paths: Sequence[str]) -> Iterator[tuple[Pack, Sequence[Item]]]:
    """The packs that the paths mean. Raises CommandError for what cannot be audited."""
    for path in map(Path, paths):
        if not path.exists():
            raise CommandError(f"{path}: there is no such file or folder; check the path", Code.USAGE)
        for each in packs_at(path):
            loaded = load_pack(each)
            if loaded.faults or loaded.pack is None:
                first = loaded.faults[0] if loaded.faults else each
                raise CommandError(f"{first} (`studyhall content check {each}` lists all faults: mend them first)")
            yield loaded.pack, loaded.items


def _too_long(call: Call, items: Sequence[Item], rules: Sequence[str]) -> Iterator[Finding]:
    """What a platform cannot show whole, where one is named."""
    if not call.platform or TOO_LONG not in rules:
        return
    from bot.cli.fitting import cut_off  # noqa: PLC0415  adapters and their cards are looked at only for this

    places = {item.id: item.where for item in items}
    for item, language, titles in cut_off(call.platform, call.paths, places):
        message = f"{call.platform} cannot show it whole in {language} ({', '.join(titles)})"
        yield Finding(TOO_LONG, item.id, places[item.id], message, "shorten it")


def _lines(reports: Sequence[Report]) -> Iterator[str]:
    for report in reports:
        yield from map(str, report.findings)
        findings = f"{len(report.findings)} finding{'' if len(report.findings) == 1 else 's'}"
        accepted = f", {report.accepted} accepted" if report.accepted else ""
        yield f"{report.pack}: {report.score} of 100 ({findings} in {report.items:,} items{accepted})"
        if report.unchecked:
            note(f"{report.pack}: not looked for in its language: {', '.join(report.unchecked)}")


def _record(report: Report) -> Mapping[str, Any]:
    """A report as JSON."""
    return {
        "pack": report.pack,
        "score": report.score,
        "items": report.items,
        "accepted": report.accepted,
        "unchecked": list(report.unchecked),
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> Mapping[str, Any]:
    file, _, line = finding.where.rpartition(":")
    told = {"rule": finding.rule, "weight": RULES[finding.rule].weight.name.lower(), "item": finding.item or None}
    return {**told, "file": file, "line": int(line), "message": finding.message, "remedy": finding.remedy}
