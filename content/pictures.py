"""The pictures of a pack: files inside it, of four formats, and no larger than chat platforms take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MOST_BYTES = 4_000_000
"""The largest picture."""

_MAGIC = {
    ".png": ((b"\x89PNG\r\n\x1a\n", 0),),
    ".jpg": ((b"\xff\xd8\xff", 0),),
    ".jpeg": ((b"\xff\xd8\xff", 0),),
    ".gif": ((b"GIF8", 0),),
    ".webp": ((b"RIFF", 0), (b"WEBP", 8)),
}
_MIME = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}


class PictureError(ValueError):
    """A picture that cannot be used. `remedy` says what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class PictureFile:
    """The bytes of a picture and their media type."""

    content: bytes
    mime: str


def mime_of(name: str) -> str:
    """The media type of a picture of this name; that of bytes for other formats."""
    return _MIME.get(PurePosixPath(name).suffix, "application/octet-stream")


def read_picture(pack: Path, name: str) -> PictureFile:
    """The picture `name` of the pack (a folder, or a file in whose folder it lies). Raises PictureError."""
    root = (pack if pack.is_dir() else pack.parent).resolve()
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise PictureError("the picture's path leads out of the pack", "write a path inside it: pictures/roc.png")
    if path.suffix not in _MIME:
        raise PictureError(f"`{path.suffix}` is not a format of pictures", "save it as png, jpg, webp or gif")
    return PictureFile(_content(root, root / path, path.suffix), _MIME[path.suffix])


def _content(root: Path, file: Path, suffix: str) -> bytes:
    try:
        if not file.is_file():
            raise PictureError("the picture is not in the pack", "put the file there, and mind capital letters")
        if not file.resolve().is_relative_to(root):
            raise PictureError("the picture is a link out of the pack", "put the file itself into the pack")
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise PictureError(
            f"the picture cannot be read ({error.strerror})", "check its name and permissions"
        ) from error
    _check_size(content)
    if not _is(suffix, content):
        raise PictureError(f"the picture is not what `{suffix}` says", "save it in that format, or rename it")
    return content


def suffix_of(content: bytes) -> str:
    """What the name of a picture with these bytes should end in: ".png". Raises PictureError."""
    _check_size(content)
    suffix = next((suffix for suffix in _MAGIC if _is(suffix, content)), None)
    if suffix is None:
        raise PictureError("the picture is of no format that is shown", "save it as png, jpg, webp or gif")
    return suffix


def _check_size(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise PictureError(f"the picture has more than {MOST_BYTES // 1_000_000} MB", "save it smaller")


def _is(suffix: str, content: bytes) -> bool:
    return all(content[start : start + len(magic)] == magic for magic, start in _MAGIC[suffix])
