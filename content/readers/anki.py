"""Anki's packages: decks (.apkg) and whole collections (.colpkg), of old versions and new.

A note that was written from a pack gives its item back. Of others the fields are told by their names; gaps become short
items, cards in both directions one draft. What Anki knows of the reviews is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from content.readers.anki_archive import COLLECTIONS, open_package
from content.readers.anki_collection import Note, notes_in
from content.readers.anki_notes import NoteReader
from content.readers.anki_own import own_draft
from content.readers.draft import Draft, Found, Skipped, Source

_SUFFIXES = frozenset({".apkg", ".colpkg"})
_SIGN = b"PK\x03\x04"
_SURE, _NAMED = 98, 70


class _AnkiReader:
    """Reads packages."""

    name = "anki"
    title = "Anki package"

    def likeness(self, source: Source) -> int:
        """A zip archive with a collection in it, or a file of the name."""
        zipped = source.content.startswith(_SIGN)
        if zipped and any(name.encode() in source.content for name in COLLECTIONS):
            return _SURE
        return _NAMED if source.suffix in _SUFFIXES else 0

    def read(self, source: Source) -> Found:
        """A draft for each note or gap. Raises UnreadableError for packages that are damaged or too large."""
        package = open_package(source.content)
        reader = NoteReader(package.picture)
        drafts: list[Draft] = []
        skipped: list[Skipped] = []
        decks: dict[str, None] = {}
        for note in notes_in(package.collection):
            decks[note.deck.partition("::")[0]] = None
            found = list(_read(note, reader))
            drafts += [each for each in found if isinstance(each, Draft)]
            skipped += [each for each in found if isinstance(each, Skipped)]
        title = next(iter(decks)) if len(decks) == 1 and "Default" not in decks else ""
        return Found(drafts, skipped, tuple(reader.notes()), reader.media, title=title)


READER = _AnkiReader()


def _read(note: Note, reader: NoteReader) -> Iterator[Draft | Skipped]:
    own = own_draft(note, reader.picture)
    if own is None:
        yield from reader.read(note)
        return
    draft, pictures = own
    reader.media.update(pictures)
    yield draft
