"""What writers take and give: a pack and its items in, files out. Values only: nothing is written to disk here.

A writer is the `WRITER` of a module of this package. Where files tell when they were made, the module has also
`writer_at(now)`, which gives the writer for that moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from content.item import Item
from content.record import Pack


@dataclass(frozen=True, slots=True)
class Written:
    """Files by their relative paths, with forward slashes, the main one first. `notes` are sentences on what the form
    cannot say, each with the ids of the items that it befell.
    """

    files: Mapping[str, bytes]
    notes: Sequence[str] = ()


class Writer(Protocol):
    """A way to write questions in one form. Equal values give equal bytes."""

    @property
    def name(self) -> str:
        """What `--to` calls it: small letters and hyphens, `moodle-xml`."""

    @property
    def title(self) -> str:
        """What people call it: `Moodle XML`."""

    @property
    def suffix(self) -> str:
        """What the name of its file ends in, such as ".gift"; "" where it is a folder."""

    def write(self, pack: Pack, items: Sequence[Item], pictures: Mapping[str, bytes]) -> Written:
        """The items of the pack in this form. `pictures` are by the paths that the items name. Raises nothing."""
