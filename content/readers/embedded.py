"""Pictures that come inside a file of questions, in base64, and the names that drafts have for them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote

from lxml import etree

from content.item import Picture

_PLACE = "@@PLUGINFILE@@"
_DATA = re.compile(r"data:image/([a-z]{3,4})(?:;[^,;]{0,80}){0,3};base64,")
_SUFFIXES = {"jpeg": "jpg"}


@dataclass(slots=True)
class Files:
    """The pictures taken so far, by the names that drafts have for them."""

    media: dict[str, bytes] = field(default_factory=dict)

    def taken(self, part: etree._Element, pictures: Sequence[Picture]) -> tuple[Picture | None, tuple[str, ...]]:
        """The first of the pictures that is there, and what to doubt about the rest. Files lie in `part`."""
        files = {_path(each): each for each in part.iterfind("file")}
        found: list[Picture] = []
        missing: list[str] = []
        for picture in pictures:
            name, content = _within(picture.path) or (unquote(picture.path).removeprefix(_PLACE).strip("/"), None)
            if content is None and name in files:
                content = _content(files[name])
            if content is None:
                missing.append(name[:80])
            else:
                found.append(Picture(self._kept(name, content), picture.alt))
        doubts = [f"A picture of it is not in the file: {', '.join(missing)}."] if missing else []
        if len(found) > 1:
            doubts.append(f"It has {len(found)} pictures; only the first is kept.")
        return (found[0] if found else None), tuple(doubts)

    def old(self, name: str, encoded: str) -> Picture | None:
        """A picture as Moodle wrote it before 2.0: beside the text, in no file of its own."""
        content = _decoded(encoded)
        return Picture(self._kept(PurePosixPath(name).name, content), "") if content else None

    def _kept(self, name: str, content: bytes) -> str:
        """A name that no other content has: its own, or one with a mark of the content in it."""
        path = PurePosixPath(name)
        safe = name if ".." not in path.parts and path.parts else path.name or "picture"
        if self.media.setdefault(safe, content) != content:
            mark = hashlib.sha256(content).hexdigest()[:8]
            safe = str(PurePosixPath(safe).with_stem(f"{PurePosixPath(safe).stem}-{mark}"))
            self.media[safe] = content
        return safe


def _within(address: str) -> tuple[str, bytes | None] | None:
    """A name for a picture that is written into its own address, and what is in it."""
    found = _DATA.match(address)
    if not found:
        return None
    content = _decoded(unquote(address[found.end() :]))
    return f"picture-{hashlib.sha256(content or b'').hexdigest()[:8]}.{_SUFFIXES.get(found[1], found[1])}", content


def _path(file: etree._Element) -> str:
    folder = str(file.get("path") or "/").strip("/")
    name = str(file.get("name") or "")
    return f"{folder}/{name}" if folder else name


def _content(file: etree._Element) -> bytes | None:
    """What is in a file, None where it is broken or stands elsewhere."""
    return _decoded(file.text or "") if file.get("encoding", "base64") == "base64" else None


def _decoded(encoded: str) -> bytes | None:
    try:
        return base64.b64decode("".join(encoded.split()), validate=True) or None
    except binascii.Error:
        return None
