"""The import as a whole: a source is read, its questions are laid over the pack that there is, that is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from content.importing.brought import Brought
from content.importing.doubles import doubles_in_use, near_doubles
from content.importing.landing import Landing, Standing, land, standing_at
from content.importing.naming import slug, title_of
from content.importing.planning import Plan, Terms, plan_of
from content.importing.reading import read_guarded
from content.importing.report import Report
from content.importing.topics import MOST as MOST_TITLES
from content.item import Item
from content.layout import LANGUAGE
from content.record import Pack

_VERSION = "0.1.0"
_LANGUAGE = "en"
_LICENCE = "unknown"
_LONGEST_SOURCE, _LONGEST_LICENCE = 500, 80


class BringError(Exception):
    """Nothing was brought, and nothing was changed: the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to bring, whereto and how. Texts are "" where nobody said them; `trusted` lifts the limits of reading."""

    source: Path
    target: Path
    form: str = ""
    language: str = ""
    licence: str = ""
    origin: str = ""
    title: str = ""
    id: str = ""
    trusted: bool = False
    dry_run: bool = False
    prune: bool = False
    answered_only: bool = False


def bring(
    wish: Wish, bank: Callable[[], Iterable[Item]] = tuple, progress: Callable[[str], None] = lambda _: None
) -> Report:
    """Do the import; `bank` gives the items in use, to find those that are there already.

    Raises BringError or LandingError; the target is then as it was.
    """
    progress(f"reading {wish.source.name}")
    brought = read_guarded(wish.source, wish.form, trusted=wish.trusted, heard=progress)
    if brought.failure:
        raise BringError(f"{wish.source}: {brought.failure}")
    return lay(wish, brought, bank, progress)


def lay(
    wish: Wish,
    brought: Brought,
    bank: Callable[[], Iterable[Item]] = tuple,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Lay what reading gave over the pack that there is, and write it. Raises LandingError."""
    progress("reading the pack that there is")
    standing = standing_at(wish.target)
    language = _language(wish, brought, standing)
    title = _title(wish, brought)
    progress("comparing questions")
    terms = Terms(_origin(wish), language, title, prune=wish.prune, answered_only=wish.answered_only)
    plan = plan_of(brought, standing, terms)
    header = _header(wish, brought, standing, plan, language)
    report = _report(wish, brought, standing, plan, header)
    report.doubles += [*near_doubles(plan.items, plan.fresh), *doubles_in_use(plan.items, plan.fresh, bank())]
    if not plan.items:
        report.notes.append("No pack was written, as there is no question to put into it.")
    elif plan.changed and not wish.dry_run:
        progress(f"writing {len(plan.items):,} items")
        report.notes += land(_landing(header, plan, brought), wish.target, progress)
        report.written = True
    return report


def _origin(wish: Wish) -> str:
    return (wish.origin or wish.source.resolve().name)[:_LONGEST_SOURCE]


def _language(wish: Wish, brought: Brought, standing: Standing) -> str:
    """That of the pack that there is, else what was said, else what most files tell."""
    if standing.pack:
        return standing.pack.languages[0]
    told = [each for each in brought.languages if re.fullmatch(LANGUAGE.pattern, each)]
    return wish.language or (Counter(told).most_common(1)[0][0] if told else _LANGUAGE)


def _title(wish: Wish, brought: Brought) -> str:
    stem = wish.source.resolve().name.partition(".")[0]
    named = wish.title or brought.title or stem.replace("-", " ").replace("_", " ").strip().capitalize()
    return title_of(named) or "Questions"


def _header(wish: Wish, brought: Brought, standing: Standing, plan: Plan, language: str) -> Pack:
    """The header of the pack: what was said, else what there is, else what the source tells."""
    spoken = dict.fromkeys(code for item in plan.items.values() for code in item.translations)
    title = _title(wish, brought)
    new = Pack(
        id=wish.id or slug(title) or "questions",
        title=title,
        version=_VERSION,
        licence=wish.licence or " ".join(brought.licence.split())[:_LONGEST_LICENCE] or _LICENCE,
        languages=(language, *spoken),
        description=f"Questions from {_origin(wish)}.",
        path=str(wish.target),
        source=_origin(wish),
        topics=_titles(plan),
    )
    there = standing.pack
    if there is None:
        return new
    return replace(
        there,
        title=wish.title or there.title,
        licence=wish.licence or there.licence,
        languages=tuple(dict.fromkeys((*there.languages, *spoken))),
        version=_next(there.version) if plan.changed else there.version,
        source=_joined(there.source, _origin(wish)),
        topics=_titles(plan),
    )


def _titles(plan: Plan) -> dict[str, str]:
    """The titles of topics, as many as a header holds."""
    return dict(list(plan.topics.titles.items())[:MOST_TITLES])


def _next(version: str) -> str:
    """The version after this one: its last number counted up."""
    numbers = re.match(r"[\d.]+", version)
    first, _, last = (numbers[0] if numbers else version).rpartition(".")
    return f"{first}.{int(last) + 1}" if first and last else version


def _joined(source: str, origin: str) -> str:
    """The source of the pack with this one named in it."""
    if not source or origin in source:
        return source or origin
    both = f"{source}; {origin}"
    return both if len(both) <= _LONGEST_SOURCE else source


def _landing(header: Pack, plan: Plan, brought: Brought) -> Landing:
    items = {name: replace(item, id=f"{header.id}/{name}") for name, item in plan.items.items()}
    return Landing(header, items, brought.pictures, plan.memories, plan.taken)


def _report(wish: Wish, brought: Brought, standing: Standing, plan: Plan, header: Pack) -> Report:
    told = [f"{each.file}: {note}" for each in brought.recognised for note in each.notes]
    if plan.guessed:
        told.append(f"How hard {plan.guessed:,} questions are was guessed by their headings, kind and length.")
    if header.licence == _LICENCE:
        told.append("The licence is not known: say it with --licence.")
    if standing.pack and not standing.pack.source:
        told.append("The header tells a source now, so that reasons and explanations may be missing in the pack.")
    return Report(
        source=wish.source.name,
        pack=header.id,
        target=str(wish.target),
        dry_run=wish.dry_run,
        recognised=brought.recognised,
        added=plan.added,
        updated=plan.updated,
        unchanged=plan.unchanged,
        pruned=plan.pruned,
        total=len(plan.items),
        kinds=Counter(plan.items[name].kind.value for name in plan.fresh),
        topics=Counter(plan.items[name].topic for name in plan.fresh),
        passed=brought.passed,
        doubles=plan.doubles,
        unanswered=plan.unanswered,
        conflicts=plan.conflicts,
        gone=plan.gone,
        doubts=plan.doubts,
        notes=[*standing.notes, *told],
    )
