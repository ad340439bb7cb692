"""Anki's packages, .apkg and .colpkg: the collection and the media in them, old and new, never more than is admitted.

The new ones hold a collection and media that are compressed with Zstandard, and a list of names in the wire form of
protocol buffers: https://github.com/ankitects/anki/blob/main/proto/anki/import_export.proto.
"""

from __future__ import annotations

import json
import lzma
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from content.readers.draft import UnreadableError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""The names of the collection, the newest form first; the older ones beside it only say that it cannot be read."""
_MEGABYTE = 1_000_000
_MOST_COLLECTION = 48 * _MEGABYTE
_MOST_MAP = 8 * _MEGABYTE
_MOST_NAMES = 100_000
_MOST_MEDIA = 64 * _MEGABYTE
_MOST_PICTURE = 4 * _MEGABYTE
_MOST_DIRECTORY = 16 * _MEGABYTE
_LARGEST_WINDOW = 26
_END = b"PK\x05\x06"
_END_LENGTH = 22
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, zstd.ZstdError)
_ODD = (*_BROKEN, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, IndexError, OverflowError)
"""What zipfile raises for archives that are damaged, locked or of another make."""


@dataclass(slots=True)
class Package:
    """An opened package. `collection` is an SQLite database; `names` tells under which number each medium lies."""

    archive: zipfile.ZipFile
    collection: bytearray
    names: Mapping[str, str]
    compressed: bool
    _left: int = field(default=_MOST_MEDIA)

    def picture(self, name: str) -> bytes:
        """The medium of this name; b"" where there is none that can be had, or those before it were too large."""
        number = self.names.get(name)
        if number is None or self._left <= 0:
            return b""
        try:
            content = _member(self.archive, number, _MOST_PICTURE)
            content = _unpacked(content, _MOST_PICTURE) if self.compressed else content
        except (*_ODD, KeyError, UnreadableError):
            return b""
        self._left -= len(content)
        return content


def open_package(content: bytes) -> Package:
    """The package in these bytes. Raises UnreadableError for what is none, is damaged, or grows too large."""
    _check_directory(content)
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        name = next((each for each in COLLECTIONS if each in archive.NameToInfo), None)
        if name is None:
            raise UnreadableError("this archive holds no collection of Anki: export the deck as .apkg again")
        compressed = name == COLLECTIONS[0]
        collection = _member(archive, name, _MOST_COLLECTION)
        if compressed:
            collection = _unpacked(collection, _MOST_COLLECTION)
        return Package(archive, bytearray(collection), _names(archive, compressed=compressed), compressed)
    except _ODD as error:
        raise UnreadableError("this package of Anki is damaged or locked: export the deck again") from error


def _check_directory(content: bytes) -> None:
    """Before the library makes an object of each name."""
    end = content.rfind(_END, max(0, len(content) - _END_LENGTH - 65_536))
    if end < 0 or len(content) < end + _END_LENGTH:
        raise UnreadableError("this package of Anki is cut off or damaged: export or download it again")
    if int.from_bytes(content[end + 12 : end + 16], "little") > _MOST_DIRECTORY:
        raise UnreadableError("this package of Anki names more files than any deck has")


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A file of the archive, whatever size it says to have. Raises UnreadableError where it is larger than `most`."""
    with archive.open(name) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise UnreadableError(f"unpacked, {name} is larger than {most // _MEGABYTE} MB: export fewer decks at once")
    return content


def _unpacked(content: bytes, most: int) -> bytes:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _LARGEST_WINDOW}
    unpacked = zstd.ZstdDecompressor(options=options).decompress(content, most + 1)
    if len(unpacked) > most:
        raise UnreadableError(
            f"unpacked, the package is larger than {most // _MEGABYTE} MB: export fewer decks at once"
        )
    return unpacked


def _names(archive: zipfile.ZipFile, *, compressed: bool) -> Mapping[str, str]:
    """The numbers of the media by their names."""
    if "media" not in archive.NameToInfo:
        return {}
    listed = _member(archive, "media", _MOST_MAP)
    if compressed:
        names = [(str(number), name) for number, name in enumerate(_entries(_unpacked(listed, _MOST_MAP)))]
    else:
        value = json.loads(listed) if listed.strip() else {}
        names = list(value.items()) if isinstance(value, dict) else []
    if len(names) > _MOST_NAMES:
        raise UnreadableError("this package of Anki names more media than any deck has")
    return {name: number for number, name in names if isinstance(name, str)}


def _entries(listed: bytes) -> Iterator[str]:
    """The names in a list of media: field 1 of each entry, which are field 1 of the message."""
    for number, value in _fields(listed):
        if number == 1:
            yield next((name.decode(errors="replace") for part, name in _fields(value) if part == 1), "")


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a message with their numbers; those that hold numbers are passed over. Raises ValueError."""
    at = 0
    while at < len(message):
        mark, at = _varint(message, at)
        match mark & 7:
            case 0:
                _, at = _varint(message, at)
            case 2:
                length, at = _varint(message, at)
                yield mark >> 3, message[at : at + length]
                at += length
            case 1 | 5 as width:
                at += 8 if width == 1 else 4
            case _:
                raise ValueError("this is no protocol buffer")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number in seven-bit groups, the smallest first, and the place after it."""
    number = 0
    for shift in range(0, 64, 7):
        byte = message[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:  # noqa: PLR2004  the bit that says that more follows
            return number, at
    raise ValueError("this is no protocol buffer")
