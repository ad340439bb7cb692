"""The adapters that are installed, found by their entry points."""

from __future__ import annotations

from importlib.metadata import entry_points

from bot.ports import Adapter

GROUP = "studyhall.adapters"


class AdapterError(Exception):
    """An installed adapter cannot be loaded; the text says which, why, and what to do."""


def installed_adapters() -> dict[str, Adapter]:
    """The adapters of the entry-point group `studyhall.adapters`, by name. Raises AdapterError for a broken one."""
    adapters = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            adapters[entry.name] = entry.load()
        except Exception as error:
            raise AdapterError(
                f"the adapter {entry.name!r} ({entry.value}) cannot be loaded: {type(error).__name__}: {error}; "
                "reinstall its package or remove it"
            ) from error
    return adapters
