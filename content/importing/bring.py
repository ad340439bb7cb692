"""The import as a whole: a source is read, its questions are laid over the pack that there is, and the pack is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from content.importing.brought import Brought
from content.importing.landing import Landing, Standing, land, standing_at
from content.importing.planning import Plan, plan_of
from content.importing.naming import slug, title_of
from content.importing.reading import read_guarded
from content.importing.report import Report, Told
from content.item import Item
from content.record import Pack

_VERSION = "0.1.0"
_LANGUAGE = "en"
_LICENCE = "unknown"


class BringError(Exception):
    """Nothing was brought, and nothing was changed: the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to bring, whereto and how. The texts are "" where nobody said them; `trusted` lifts the limits of reading."""

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
    keep_unanswered: bool = False


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
    progress("reading the pack that there is")
    standing = standing_at(wish.target)
    header = _header(wish, brought, standing)
    progress("comparing questions")
    plan = plan_of(brought, standing, header, origin=_origin(wish), prune=wish.prune, keep=wish.keep_unanswered)
    report = _report(wish, brought, plan)
    ...
    return report
