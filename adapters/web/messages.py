"""Messages and reactions on the shelf. Rows of a namespace are one sequence, so a reader follows them by `seq`.

Keys: `m:CHANNEL:ID` a message of a place, `d:ACCOUNT:ID` a message to one visitor, `r:CHANNEL:ID` its reactions,
`stamp:STAMP` the key of the message that carries the stamp, `home:ACCOUNT` a front page, `v:ACCOUNT` a visitor's name.
Ids grow with time, so that the order of keys is the order of messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.ports import Card, ConflictError, GoneError, Message, Row, Shelf, Who, card_from_json, card_to_json

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OURS = ""
"""The account under which the bot's own reactions are kept."""
DIRECT = re.compile(r"[0-9]{17}-[a-z2-7]{4}-([a-z2-7]{16})")
ANY_ID = re.compile(r"[0-9]{17}-[a-z2-7]{4}(?:-[a-z2-7]{16})?")


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as kept: a card of the bot, or the `text` of a visitor. `parent` is the id of what it replies to."""

    id: str
    key: str
    seq: int
    at: datetime
    stamp: str
    card: Card | None = None
    text: str = ""
    author: str = ""
    parent: str = ""

    @classmethod
    def of(cls, row: Row) -> Kept:
        """Read a row of a message."""
        value = row.value
        return cls(
            id=row.key.rpartition(":")[2],
            key=row.key,
            seq=row.seq,
            at=datetime.fromisoformat(value["at"]),
            stamp=value["stamp"],
            card=card_from_json(value["card"]) if value["card"] else None,
            text=value["text"],
            author=value["author"],
            parent=value["parent"],
        )

    @property
    def private(self) -> bool:
        """Whether it is to one visitor alone."""
        return self.key.startswith("d:")


def key_of(message: Message) -> str:
    """The key of a message; the id of one to a visitor names the account."""
    direct = DIRECT.fullmatch(message.id)
    return f"d:{direct[1]}:{message.id}" if direct else f"m:{message.place.channel}:{message.id}"


class Messages:
    """What the page's messages are, in terms of the shelf. `wake` is called after every change."""

    def __init__(
        self, shelf: Shelf, now: Callable[[], datetime], token: Callable[[int], str], wake: Callable[[], None]
    ) -> None:
        self._shelf = shelf
        self._now = now
        self._token = token
        self._wake = wake
        self._last = 0

    def next_id(self) -> str:
        """An id that sorts after every earlier one of this process."""
        self._last = max(self._last + 1, (self._now() - EPOCH) // timedelta(microseconds=1))
        return f"{self._last:017d}-{self._token(4)}"

    async def post(
        self, prefix: str, stamp: str, *, card: Card | None = None, text: str = "", author: str = "", parent: str = ""
    ) -> str:
        """Keep a message under `prefix` (`m:CHANNEL` or `d:ACCOUNT`), once for each stamp; returns its id.

        The stamp is claimed first and names the key, so that whoever finishes an interrupted post makes the same row.
        """
        new = f"{prefix}:{self.next_id()}{'-' + prefix[2:] if prefix.startswith('d:') else ''}"
        key = await self._claimed(stamp, new)
        at = self._now().isoformat()
        value = {"stamp": stamp, "card": card and card_to_json(card), "text": text, "author": author, "parent": parent}
        try:
            await self._shelf.put(key, {**value, "at": at}, expected=0)
        except ConflictError:
            # An earlier try got this far.
            return key.rpartition(":")[2]
        self._wake()
        return key.rpartition(":")[2]

    async def _claimed(self, stamp: str, key: str) -> str:
        try:
            await self._shelf.put(f"stamp:{stamp}", {"key": key}, expected=0)
        except ConflictError:
            row = await self._shelf.get(f"stamp:{stamp}")
            return str(row.value["key"]) if row else key
        return key

    async def edit(self, message: Message, card: Card) -> None:
        """Replace the card of a message; raises GoneError where there is none."""
        wanted = card_to_json(card)
        while True:
            row = await self.existing(message)
            if row.value["card"] == wanted:
                return
            if await self._replaced(row, {**row.value, "card": wanted}):
                return

    async def find(self, stamp: str, since: datetime, parent: str) -> str | None:
        """The id of the message with this stamp beneath `parent`, if it was kept at or after `since`."""
        claim = await self._shelf.get(f"stamp:{stamp}")
        row = await self._shelf.get(claim.value["key"]) if claim else None
        kept = Kept.of(row) if row else None
        return kept.id if kept and kept.parent == parent and kept.at >= since else None

    async def newest(self, prefix: str, limit: int) -> list[Kept]:
        """The last messages under a prefix, oldest first."""
        return [Kept.of(row) for row in await self._shelf.newest(f"{prefix}:", limit)]

    async def react(self, message: Message, who: Who | None, emoji: str, *, on: bool = True) -> None:
        """Put a reaction on a message or take it off; `who` None is the bot. Twice is once."""
        await self.existing(message)
        key = f"r:{message.place.channel}:{message.id}"
        account = who.account if who else OURS
        while True:
            row = await self._shelf.get(key) or Row(key, {}, 0)
            had = row.value.get(account, {"emoji": []})
            emojis = [each for each in had["emoji"] if each != emoji] + [emoji] * on
            if sorted(emojis) == sorted(had["emoji"]):
                return
            entry = {"name": who.name if who else "", "emoji": emojis}
            if await self._replaced(row, {**row.value, account: entry}):
                return

    async def reactions(self, message: Message) -> dict[str, dict[str, Any]]:
        """All reactions on a message by account."""
        row = await self._shelf.get(f"r:{message.place.channel}:{message.id}")
        return row.value if row else {}

    async def reactions_in(self, channel: str, limit: int) -> Sequence[Row]:
        """The rows of reactions on the last messages of a place."""
        return await self._shelf.newest(f"r:{channel}:", limit)

    async def set_home(self, account: str, card: Card) -> None:
        """Keep a visitor's front page."""
        await self._shelf.put(f"home:{account}", card_to_json(card))
        self._wake()

    async def existing(self, message: Message) -> Row:
        """The row of a message; raises GoneError where there is none."""
        row = await self._shelf.get(key_of(message))
        if row is None:
            raise GoneError(f"there is no message {message.id} in {message.place}")
        return row

    async def _replaced(self, row: Row, value: Any) -> bool:  # noqa: ANN401  any JSON
        try:
            await self._shelf.put(row.key, value, expected=row.seq)
        except ConflictError:
            return False
        self._wake()
        return True
