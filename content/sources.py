"""What questions are read from: a file, a folder, or the files inside an archive. Nothing is unpacked to disk.

Sizes are counted while reading, whatever an archive says of itself, and names that lead out of it are refused.
"""

from __future__ import annotations

import os
import re
import stat
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO

from content.faults import cite
from content.readers.draft import Source, UnreadableError

MOST_NAMES = 10_000
"""How many files a folder or an archive may hold."""
_MEGABYTE = 1_000_000
_LONGEST_NAME = 500
_CHUNK = 65_536
_TAR_SIGN = slice(257, 262)
_LOCAL_HEADER = 30
_ENCRYPTED = 1
_DRIVE = re.compile(r"[A-Za-z]:")
_PACKED = {b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"\x1f\x8b": "tar", b"BZh": "tar", b"\xfd7zXZ\x00": "tar"}
_FOREIGN = {b"Rar!": "RAR", b"7z\xbc\xaf\x27\x1c": "7-Zip"}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not read, and why, for people."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files to read, in a stable order, and those that are not."""

    files: tuple[Source, ...]
    left_out: tuple[LeftOut, ...] = ()


def open_source(path: Path, most: int) -> Bundle:
    """The file at `path`, or the files of the folder there: at most `most` bytes of them. Raises UnreadableError.

    Hidden files and links are left out. An archive is a file as well: see `unpack`.
    """
    try:
        if not path.is_dir():
            return Bundle((Source(path.name, _content(path, most, most)),))
        return _walked(path, most)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(f"{cite(path.name)} cannot be read ({reason}): check the path and permissions") from error


def is_archive(source: Source) -> bool:
    """Whether the file is an archive that `unpack` opens, or one of a kind that it refuses by name."""
    signs = (*_PACKED, *_FOREIGN)
    return source.content.startswith(signs) or source.content[_TAR_SIGN] == b"ustar"


def unpack(archive: Source, most: int) -> Bundle:
    """The files inside a zip or tar archive: at most `most` bytes of them, unpacked. Raises UnreadableError."""
    for sign, title in _FOREIGN.items():
        if archive.content.startswith(sign):
            raise UnreadableError(f"{title} archives are not read: unpack it, and import the folder")
    form = next((form for sign, form in _PACKED.items() if archive.content.startswith(sign)), "tar")
    opening = _Opening(most)
    try:
        members = _zipped(archive, opening) if form == "zip" else _tarred(archive, opening)
        files = tuple(sorted(members, key=lambda source: source.name))
    except UnreadableError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # the libraries raise a dozen kinds for what is no archive
        raise UnreadableError(f"the archive is damaged ({cite(str(error) or type(error).__name__)})") from error
    return Bundle(files, tuple(opening.left_out))


@dataclass(slots=True)
class _Opening:
    """An archive on its way out: what may still be read, and the names that were met."""

    most: int
    read: int = 0
    count: int = 0
    names: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def admits(self, name: str, *, link: bool) -> bool:
        """Whether to read the member of this name. Raises UnreadableError for one that no honest archive has."""
        self.count += 1
        if self.count > MOST_NAMES:
            raise UnreadableError(f"the archive holds more than {MOST_NAMES:,} files: import parts of it")
        _check_name(name)
        folded = unicodedata.normalize("NFC", name).casefold()
        first = self.names.setdefault(folded, name)
        if self.count > len(self.names):
            twice = "twice" if first == name else f"as {cite(first)} too"
            raise UnreadableError(f"the archive holds {cite(name)} {twice}: pack it anew with names that differ")
        why = "a link" if link else _hidden(name)
        if why:
            self.left_out.append(LeftOut(name, why))
        return not why

    def take(self, stream: IO[bytes]) -> bytes:
        """All that a member holds, counted."""
        parts = []
        while part := stream.read(_CHUNK):
            self.read += len(part)
            if self.read > self.most:
                raise UnreadableError(f"unpacked, the archive is {_too_big(self.most)}")
            parts.append(part)
        return b"".join(parts)


def _check_name(name: str) -> None:
    parts = name.split("/")
    if not name or len(name) > _LONGEST_NAME:
        raise UnreadableError("the archive holds a file whose name is empty or endless: pack it anew")
    if name.startswith("/") or _DRIVE.match(name) or "\\" in name or ".." in parts:
        raise UnreadableError(f"the name {cite(name)} leads out of the archive: pack it anew with plain names")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        raise UnreadableError(f"the name {cite(repr(name))} holds characters that cannot be seen: pack it anew")


def _hidden(name: str) -> str:
    """Why a file is not read for its name, or ""."""
    found = any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
    return "hidden" if found else ""


def _zipped(archive: Source, opening: _Opening) -> Iterator[Source]:
    with zipfile.ZipFile(BytesIO(archive.content)) as opened:
        members = opened.infolist()
        if len(members) > MOST_NAMES:
            raise UnreadableError(f"the archive holds more than {MOST_NAMES:,} files: import parts of it")
        _check_overlap(members, opened.start_dir)
        for member in members:
            if member.is_dir():
                _check_name(member.orig_filename.rstrip("/"))
            elif opening.admits(member.orig_filename, link=stat.S_ISLNK(member.external_attr >> 16)):
                if member.flag_bits & _ENCRYPTED:
                    raise UnreadableError("the archive is locked with a password: pack it anew without one")
                with opened.open(member) as stream:
                    yield Source(member.orig_filename, opening.take(stream))


def _check_overlap(members: Sequence[zipfile.ZipInfo], directory: int) -> None:
    """Members that share their bytes make small archives endless; Python finds them from 3.11.8 on."""
    starts = sorted((member.header_offset, member.compress_size) for member in members)
    ends = [*(start for start, _ in starts[1:]), directory]
    if any(start + _LOCAL_HEADER + size > end for (start, size), end in zip(starts, ends, strict=True) if starts):
        raise UnreadableError("files of the archive overlap each other, as only a harmful one does: pack it anew")


def _tarred(archive: Source, opening: _Opening) -> Iterator[Source]:
    with tarfile.open(fileobj=BytesIO(archive.content), mode="r|*") as opened:
        for member in opened:
            if member.isdir():
                _check_name(member.name.removeprefix("./").rstrip("/") or ".")
            elif opening.admits(member.name.removeprefix("./"), link=not member.isreg()):
                if opening.read + member.size > opening.most:
                    raise UnreadableError(f"unpacked, the archive is {_too_big(opening.most)}")
                if stream := opened.extractfile(member):
                    yield Source(member.name.removeprefix("./"), opening.take(stream))


def _too_big(most: int) -> str:
    return f"larger than {most / _MEGABYTE:g} MB: split it, or say --trusted where you know who made it"


def _content(path: Path, left: int, most: int) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnreadableError(f"{cite(path.name)} is no plain file")
    with path.open("rb") as stream:
        content = stream.read(left + 1)
    if len(content) > left:
        raise UnreadableError(f"it is {_too_big(most)}")
    return content


def _walked(folder: Path, most: int) -> Bundle:
    files: list[Source] = []
    left_out: list[LeftOut] = []
    left = most
    for path, why in _listed(folder):
        name = path.relative_to(folder).as_posix()
        if len(files) + len(left_out) >= MOST_NAMES:
            raise UnreadableError(f"the folder holds more than {MOST_NAMES:,} files: import parts of it")
        if why:
            left_out.append(LeftOut(name, why))
            continue
        content = _content(path, left, most)
        left -= len(content)
        files.append(Source(name, content))
    return Bundle(tuple(sorted(files, key=lambda source: source.name)), tuple(left_out))


def _listed(folder: Path) -> Iterator[tuple[Path, str]]:
    """All files under the folder, and why one is not read, or ""; a hidden folder counts as one file."""
    for at, folders, names in os.walk(folder):
        folders.sort()
        passed = [name for name in folders if _hidden(name) or (Path(at) / name).is_symlink()]
        folders[:] = [name for name in folders if name not in passed]
        for name in [*passed, *sorted(names)]:
            path = Path(at) / name
            kind = "a link" if path.is_symlink() else _hidden(name)
            yield path, kind or ("" if path.is_file() else "no plain file")
