"""The writers that there are."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from content.writers.written import Writer

MODULES = {
    "apkg": "apkg",
    "csv": "table",
    "gift": "gift",
    "moodle-xml": "moodle",
    "pack": "pack",
    "sheet": "sheet",
    "sheet-html": "sheet_html",
}
"""The modules of this package by what `--to` calls their writers; one is imported when it is asked for."""


def writer_named(name: str, now: datetime) -> Writer:
    """The writer that `--to` calls so, for files that are made `now`. Raises KeyError for another word."""
    module = import_module(f"content.writers.{MODULES[name]}")
    made: Writer = module.writer_at(now) if hasattr(module, "writer_at") else module.WRITER
    return made
