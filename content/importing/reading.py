"""Reading a source: each of its files by the reader that knows it, each draft made a piece of a pack.

`python -m content.importing.reading` is the child process that does it within limits.
"""

from __future__ import annotations

import hashlib
import posixpath
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from content.child import ChildError, End, Limits, fence, murmur, told_by_child, work
from content.faults import cite
from content.importing import brought
from content.importing.brought import Brought, Line, Passed, Recognised, Sort, collected
from content.importing.fitting import Piece, fitted
from content.importing.naming import slug
from content.item import Item, Picture, Translation
from content.pictures import PictureError, suffix_of
from content.readers.draft import Draft, Reader, Skipped, Source, UnreadableError
from content.readers.known import PLAUSIBLE, knows, reader_named, recognise
from content.readers.known import Recognised as Known
from content.sources import Bundle, is_archive, open_source, unpack

MOST_BYTES = 5_000_000
"""How large a source may be that nobody vouches for, unpacked."""
_MOST_TRUSTED = 2_000_000_000
_UNTRUSTED, _TRUSTED = Limits(5, 256), Limits(1_800, 8_000)
_REMEDIES = {
    End.SIZE: "split it, or say --trusted where you know who made it",
    End.STOPPED: "split it, or say --trusted where you know who made it",
    End.CRASHED: "import parts of it until the part that does it is found, and leave that out",
    End.UNSTARTED: "free memory and try again",
}
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".ico", ".tif", ".tiff"})
_EVERY = 100


def read_guarded(path: Path, form: str, *, trusted: bool, heard: Callable[[str], None] | None = None) -> Brought:
    """All questions of the file, folder or archive at `path`, read by a child within 5 s and 256 MB unless `trusted`.

    `form` is what `--format` said, or "". `heard` is told on the way how far it is. What went wrong is in the value.
    """
    arguments = [str(path), form, str(_MOST_TRUSTED if trusted else MOST_BYTES)]
    try:
        limits = _TRUSTED if trusted else _UNTRUSTED
        with told_by_child("content.importing.reading", arguments, limits, heard) as output:
            return collected(output)
    except ChildError as error:
        return Brought(failure=f"{error}: {_REMEDIES[error.end]}")


def lines_of(path: Path, form: str, most: int) -> Iterator[Line]:
    """What reading the source gives, line by line. Raises nothing of its own: a failure is a line."""
    try:
        bundle = open_source(path, most)
        forced = reader_named(form) if form else None
        sole = None if path.is_dir() else bundle.files[0]
        if sole and not forced and is_archive(sole) and not knows(sole):
            yield from _several(unpack(sole, most), forced)
        elif sole:
            yield from _read(sole, forced, {})
        else:
            yield from _several(bundle, forced)
    except UnreadableError as error:
        yield brought.failure_line(str(error))


def _several(bundle: Bundle, forced: Reader | None) -> Iterator[Line]:
    """The files of a folder or an archive, each by itself: one that cannot be read holds none of the others up."""
    if not bundle.files:
        raise UnreadableError("there is no file in it that could be read")
    files = {source.name: source.content for source in bundle.files}
    for left_out in bundle.left_out:
        yield brought.passed_line(Passed(left_out.name, "", left_out.why, Sort.OTHER))
    for source in bundle.files:
        murmur(f"reading {source.name}")
        if source.suffix in _PICTURES:
            continue
        try:
            if forced is None and not knows(source, PLAUSIBLE):
                yield brought.passed_line(_unknown(source))
            else:
                yield from _read(source, forced, files)
        except UnreadableError as error:
            place = f"{source.name}:{error.line}" if error.line else source.name
            yield brought.passed_line(Passed(place, "", str(error), Sort.UNREAD))


def _unknown(source: Source) -> Passed:
    if is_archive(source):
        return Passed(source.name, "", "an archive inside: unpack it, or import it by itself", Sort.UNREAD)
    return Passed(source.name, "", "its form was not recognised", Sort.OTHER)


def _read(source: Source, forced: Reader | None, files: Mapping[str, bytes]) -> Iterator[Line]:
    """One file. Raises UnreadableError."""
    known = Known(forced, 100, (), forced.read(source)) if forced else recognise(source)
    found = known.found
    yield brought.recognised_line(
        Recognised(
            source.name,
            known.reader.name,
            known.reader.title,
            known.likeness,
            tuple(rival.name for rival in known.rivals),
            len(found.drafts),
            tuple(found.notes),
        )
    )
    yield brought.told_line(topics=found.topics, language=found.language, title=found.title, licence=found.licence)
    for skipped in found.skipped:
        yield brought.passed_line(_passed(skipped, source.name))
    album = _Album(found.media, files, posixpath.dirname(source.name))
    for number, draft in enumerate(found.drafts, 1):
        if number % _EVERY == 0:
            murmur(f"reading {source.name}: question {number:,} of {len(found.drafts):,}")
        yield from _piece(draft, source.name, album)


def _piece(draft: Draft, file: str, album: _Album) -> Iterator[Line]:
    made = fitted(draft, file)
    if isinstance(made, Skipped):
        yield brought.passed_line(_passed(made, file))
        return
    yield from album.placed(made)


def _passed(skipped: Skipped, file: str) -> Passed:
    return Passed(f"{file}:{skipped.line}" if skipped.line else file, skipped.what, skipped.why, Sort.PIECE)


@dataclass(frozen=True, slots=True)
class _Album:
    """The pictures that drafts may name: those of the reader, and the other files beside theirs."""

    media: Mapping[str, bytes]
    files: Mapping[str, bytes]
    folder: str

    def placed(self, piece: Piece) -> Iterator[Line]:
        """The lines of the piece and of its picture, under the name that it gets in the pack."""
        picture = piece.item.picture
        if picture is None:
            yield brought.piece_line(piece)
            return
        try:
            content = self._content(picture.path)
            name = f"pictures/{slug(piece.item.id, 40) or 'picture'}-{_sum(content)}{suffix_of(content)}"
        except PictureError as error:
            doubt = f"Its picture {cite(picture.path)} was left out: {error}; {error.remedy}."
            yield brought.piece_line(replace(piece, item=_unpictured(piece.item), doubts=(*piece.doubts, doubt)))
            return
        placed = replace(piece.item, picture=Picture(name, picture.alt))
        yield brought.picture_line(name, content)
        yield brought.piece_line(replace(piece, item=placed))

    def _content(self, path: str) -> bytes:
        if path in self.media:
            return self.media[path]
        for name in (posixpath.normpath(posixpath.join(self.folder, path)), path):
            if name in self.files:
                return self.files[name]
        raise PictureError("it is not there", "put it beside the file that names it")


def _unpictured(item: Item) -> Item:
    parts = {language: replace(part, picture_alt="") for language, part in item.translations.items()}
    kept = {language: part for language, part in parts.items() if part != Translation()}
    return replace(item, picture=None, translations=kept)


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def main(arguments: Sequence[str]) -> int:
    """What the child does: read the path, by the form, up to the bytes that come next."""
    return work(arguments, lambda own: lines_of(Path(own[0]), own[1], int(own[2])))


if __name__ == "__main__":
    fence()
    sys.exit(main(sys.argv[1:]))
