"""What an import did, for people and for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from content.importing.brought import Passed, Recognised, Sort

SHOWN = 10
"""How many entries of a list people are shown unless they ask for all."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something to know of a question: its id in the pack, or "" where it is not in it, its place, and what there is
    to know.
    """

    id: str
    where: str
    what: str


@dataclass(slots=True)
class Report:
    """What was recognised and what became of it. Numbers are of items of the pack, lists in the order of the source."""

    source: str
    pack: str
    target: str
    dry_run: bool = False
    recognised: list[Recognised] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    pruned: list[str] = field(default_factory=list)
    total: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    passed: list[Passed] = field(default_factory=list)
    doubles: list[Told] = field(default_factory=list)
    unanswered: list[Told] = field(default_factory=list)
    conflicts: list[Told] = field(default_factory=list)
    gone: list[Told] = field(default_factory=list)
    doubts: list[Told] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    written: bool = False

    @property
    def found(self) -> int:
        """How many questions the source holds that became items, now or before."""
        return len(self.added) + len(self.updated) + self.unchanged

    @property
    def broken(self) -> bool:
        """Whether a file could not be read that should have been."""
        return any(passed.sort is Sort.UNREAD for passed in self.passed)


def report_value(report: Report) -> dict[str, Any]:
    """The report as a JSON value, with all of its lists."""
    return asdict(report) | {"kinds": dict(report.kinds), "topics": dict(report.topics)}


def report_text(report: Report, most: int | None = SHOWN) -> str:
    """The report for people; each list is cut after `most` entries, with the number of the others."""
    return "\n".join(_lines(report, most))


def _lines(report: Report, most: int | None) -> Iterator[str]:
    yield from _recognised(report)
    yield _outcome(report)
    if report.kinds:
        yield f"kinds: {_counted(report.kinds)}"
        yield f"topics: {_counted(report.topics, most)}"
    parts: Sequence[tuple[str, Sequence[object], Callable[[Any], str]]] = (
        ("files that could not be read", [each for each in report.passed if each.sort is Sort.UNREAD], _passed),
        ("not taken", [each for each in report.passed if each.sort is Sort.PIECE], _passed),
        ("without an answer", report.unanswered, _told),
        ("found twice", report.doubles, _told),
        ("changed here and in the source: kept as it is here", report.conflicts, _told),
        ("no longer in the source: kept, `--prune` removes them", report.gone, _told),
        ("removed", [Told(name, "", "") for name in report.pruned], _told),
        ("to check", report.doubts, _told),
        ("files left out", [each for each in report.passed if each.sort is Sort.OTHER], _passed),
        ("notes", report.notes, str),
    )
    for title, entries, line in parts:
        if entries:
            yield f"\n{title} ({len(entries):,}):"
            yield from _cut([line(entry) for entry in entries], most)
    if report.written:
        yield f"\nthe pack is in {report.target}: `studyhall content check` and `content preview` show it"


def _recognised(report: Report) -> Iterator[str]:
    forms = Counter(each.title for each in report.recognised)
    if len(report.recognised) == 1:
        (one,) = report.recognised
        yield f"{report.source}: {one.title}, {_amount(one.found, 'question')}"
    elif forms:
        found = sum(each.found for each in report.recognised)
        files = _amount(len(report.recognised), "file")
        yield f"{report.source}: {files} ({_counted(forms)}), {_amount(found, 'question')}"
    for each in report.recognised:
        if each.rivals:
            yield f"{each.file} may as well be {' or '.join(each.rivals)}: --format says which"


def _outcome(report: Report) -> str:
    parts = [
        f"{len(report.added):,} new",
        f"{len(report.updated):,} updated",
        f"{report.unchanged:,} as before",
    ]
    would = "would hold" if report.dry_run else "holds"
    return f"{', '.join(parts)}; the pack `{report.pack}` {would} {_amount(report.total, 'item')}"


def _counted(counter: Counter[str], most: int | None = None) -> str:
    shown = counter.most_common(most)
    more = len(counter) - len(shown)
    return ", ".join(f"{name} {count:,}" for name, count in shown) + (f" and {more:,} more" if more else "")


def _cut(lines: Sequence[str], most: int | None) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:most])
    if most is not None and len(lines) > most:
        yield f"  … and {len(lines) - most:,} more: `--report FILE` or `--json` lists all"


def _passed(passed: Passed) -> str:
    what = f" {passed.what}:" if passed.what else ""
    return f"{passed.where}:{what} {passed.why}"


def _told(told: Told) -> str:
    place = f" ({told.where})" if told.id and told.where else told.where
    what = f": {told.what}" if told.what else ""
    return f"{told.id}{place}{what}"


def _amount(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
