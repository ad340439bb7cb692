"""What Discord takes for a message: https://discord.com/developers/docs/resources/message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.fakes.discord.components import LAYOUT, ROWS, check_whole, walk
from tests.fakes.discord.facts import EPHEMERAL, SUPPRESS, V2, Json, RefusedError, Wrong
from tests.fakes.discord.shapes import (
    Path,
    anything,
    boolean,
    every,
    integer,
    one_of,
    record,
    snowflake,
    string,
    url,
)

MOST_EMBEDDED = 6000
LARGEST_FILE = 10 * 1024 * 1024
SILENT = 1 << 12
_picture = record("url", url=url("http", "https", "attachment"), proxy_url=anything, height=anything, width=anything)
_embed = record(
    type=one_of("rich"),
    title=string(256),
    description=string(4096),
    url=url("http", "https"),
    timestamp=string(40),
    color=integer(0, 0xFFFFFF),
    footer=record("text", text=string(2048), icon_url=url("http", "https", "attachment"), proxy_icon_url=anything),
    image=_picture,
    thumbnail=_picture,
    author=record("name", name=string(256), url=url("http", "https"), icon_url=url("http", "https", "attachment")),
    fields=every(record("name value", name=string(256), value=string(1024), inline=boolean), 25),
    flags=integer(0, 2**31),
    provider=anything,
)
_mentions = record(
    parse=every(one_of("users", "roles", "everyone"), 3),
    users=every(snowflake, 100),
    roles=every(snowflake, 100),
    replied_user=boolean,
)
_shown = ("url", "proxy_url", "size", "content_type", "spoiler", "height", "width", "ephemeral", "flags")
_attachment = record(
    "id",
    id=snowflake,
    filename=string(1024),
    description=string(1024, 0),
    title=string(1024, 0),
    **dict.fromkeys(_shown, anything),
)
_reference = record(
    "message_id",
    type=one_of(0),
    message_id=snowflake,
    channel_id=snowflake,
    guild_id=snowflake,
    fail_if_not_exists=boolean,
)
_common = {
    "content": string(2000, 0),
    "embeds": every(_embed, 10),
    "components": anything,
    "flags": integer(0, 2**31 - 1),
    "allowed_mentions": _mentions,
    "attachments": every(_attachment, 10),
}
_more: dict[str, Any] = {"tts": boolean, "poll": anything}
FORMS = {
    "create": record(
        **_common, **_more, nonce=anything, enforce_nonce=boolean, message_reference=_reference, sticker_ids=anything
    ),
    "edit": record(**_common, tts=boolean),
    "reply": record(**_common, **_more),
    "webhook": record(**_common, **_more, username=anything, avatar_url=anything, thread_name=anything),
}
"""The bodies of the ways to write: a message of a channel, an edit, an interaction's answer, and a later one."""


@dataclass(slots=True)
class Body:
    """A message as it is sent. `before`: the flags of the message that is edited; `files`: names of files."""

    sent: Json
    form: str
    before: int = 0
    files: tuple[str, ...] = ()
    where: Path = ()

    @property
    def flags(self) -> int:
        """The flags that the message has then."""
        asked = self.sent.get("flags")
        allowed = V2 | SUPPRESS | {"create": SILENT, "edit": 0}.get(self.form, SILENT | EPHEMERAL)
        kept = self.before & ~(SUPPRESS if isinstance(asked, int) else 0)
        return kept | ((asked if isinstance(asked, int) else 0) & allowed)

    def get(self, key: str, otherwise: Any = None) -> Any:
        """A part of the body, with the other value for null too."""
        found = self.sent.get(key)
        return otherwise if found is None else found

    def wrong(self) -> list[Wrong]:
        """Everything that is wrong with it."""
        found = list(FORMS[self.form](self.sent, self.where))
        return found or list(self._together())

    def empty(self) -> bool:
        """Whether there is nothing to see."""
        parts = ("embeds", "components", "attachments", "poll", "sticker_ids")
        return not str(self.get("content", "")).strip() and not any(self.get(each) for each in parts) and not self.files

    def _together(self) -> Iterator[Wrong]:
        layout = bool(self.flags & V2)
        yield from (LAYOUT if layout else ROWS)(self.get("components", []), (*self.where, "components"))
        yield from check_whole(self.get("components", []), (*self.where, "components"))
        if layout:
            yield from self._legacy()
        embeds = self.get("embeds", [])
        if sum(map(size_of, embeds)) > MOST_EMBEDDED:
            message = f"Embed size exceeds maximum size of {MOST_EMBEDDED}"
            yield Wrong((*self.where, "embeds"), "MAX_EMBED_SIZE_EXCEEDED", message)
        yield from self._mentioned()
        yield from self._nonce()
        yield from self._referenced()

    def _legacy(self) -> Iterator[Wrong]:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            if self.get(key):
                code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
                message = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                yield Wrong((*self.where, key), code, message)

    def _mentioned(self) -> Iterator[Wrong]:
        allowed = self.get("allowed_mentions", {})
        for kind in ("users", "roles"):
            if kind in (allowed.get("parse") or []) and allowed.get(kind):
                code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"
                message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
                yield Wrong((*self.where, "allowed_mentions"), code, message)

    def _nonce(self) -> Iterator[Wrong]:
        nonce = self.get("nonce")
        if isinstance(nonce, str) and len(nonce) > 25:
            yield Wrong((*self.where, "nonce"), "NONCE_TYPE_TOO_LONG", "Nonce must be 25 or fewer in length.")
        elif nonce is not None and not isinstance(nonce, str | int):
            yield Wrong((*self.where, "nonce"), "NONCE_TYPE_CONVERT", "Nonce must be a string or an integer.")

    def _referenced(self) -> Iterator[Wrong]:
        """What is shown as an attachment is attached."""
        kept = [str(each.get("filename", "")) for each in self.get("attachments", [])]
        used = list(_pictures(self.get("embeds", [])))
        for part, path in walk(self.get("components", []), ("components",)):
            used += [(address, (*path, *below)) for address, below in _media(part)]
        for address, path in used:
            name = address.removeprefix("attachment://")
            if name != address and name not in (*self.files, *kept) and self.form != "edit":
                code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
                yield Wrong((*self.where, *path), code, f"The referenced attachment '{name}' was not found.")


def _pictures(embeds: Iterable[Json]) -> Iterator[tuple[str, Path]]:
    """The addresses of the pictures in embeds, with where they stand."""
    for index, embed in enumerate(embeds):
        for key in ("image", "thumbnail"):
            if embed.get(key):
                yield embed[key]["url"], ("embeds", index, key, "url")


def _media(part: Json) -> Iterator[tuple[str, Path]]:
    """The addresses in a component, with where they stand in it."""
    for key in ("media", "file"):
        if part.get(key):
            yield part[key]["url"], (key, "url")
    for index, each in enumerate(part.get("items") or []):
        yield each["media"]["url"], ("items", index, "media", "url")


def size_of(embed: Json) -> int:
    """How many characters of an embed count."""
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [(embed.get("author") or {}).get("name")]
    texts += [text for each in embed.get("fields") or [] for text in (each.get("name"), each.get("value"))]
    return sum(len(each) for each in texts if each)


def check(body: Body) -> None:
    """Raises RefusedError with all that is wrong."""
    found = body.wrong()
    if found:
        raise RefusedError(50035, found)
    if body.form != "edit" and body.empty():
        raise RefusedError(50006)
