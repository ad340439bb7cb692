"""Messages that were shown, on the shelf, so that they can be found, edited and shown again after a restart.

Keys: `message:ID` a message, `stamp:STAMP` the id that a stamp was given. Ids grow with time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.ports import Card, ConflictError, GoneError, PlaceRef, Row, Shelf, card_from_json, card_to_json

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PREFIX = "message:"


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as kept. `parent` is the id of the message that it replies to, "" where it replies to none."""

    id: str
    place: PlaceRef
    stamp: str
    at: datetime
    card: Card
    parent: str = ""

    @classmethod
    def of(cls, row: Row) -> Kept:
        """Read a row of a message."""
        kept = row.value
        return cls(
            id=row.key.removeprefix(PREFIX),
            place=PlaceRef.parse(kept["place"]),
            stamp=kept["stamp"],
            at=datetime.fromisoformat(kept["at"]),
            card=card_from_json(kept["card"]),
            parent=kept["parent"],
        )


class Messages:
    """The messages of this console in terms of the shelf."""

    def __init__(self, shelf: Shelf, now: Callable[[], datetime], token: Callable[[int], str]) -> None:
        self._shelf = shelf
        self._now = now
        self._token = token

    async def post(self, place: PlaceRef, card: Card, stamp: str, parent: str = "") -> tuple[str, bool]:
        """Keep a message, once a stamp; returns its id and whether it is new. The stamp is claimed first and names the
        id, so that whoever finishes an interrupted post makes the same message.
        """
        id_ = await self._claim(stamp)
        kept = {
            "place": str(place),
            "stamp": stamp,
            "at": self._now().isoformat(),
            "card": card_to_json(card),
            "parent": parent,
        }
        try:
            await self._shelf.put(PREFIX + id_, kept, expected=0)
        except ConflictError:
            return id_, False
        return id_, True

    async def _claim(self, stamp: str) -> str:
        micros = (self._now() - EPOCH) // timedelta(microseconds=1)
        wanted = f"{micros:017d}-{self._token(4)}"
        try:
            return str((await self._shelf.put(f"stamp:{stamp}", wanted, expected=0)).value)
        except ConflictError:
            claimed = await self._shelf.get(f"stamp:{stamp}")
            return str(claimed.value) if claimed else wanted

    async def edit(self, id_: str, card: Card) -> Kept | None:
        """Replace the card; returns the message as it was, None where it had this card already. Raises GoneError."""
        wanted = card_to_json(card)
        while True:
            row = await self._row(id_)
            if row.value["card"] == wanted:
                return None
            try:
                await self._shelf.put(row.key, {**row.value, "card": wanted}, expected=row.seq)
            except ConflictError:
                continue
            return Kept.of(row)

    async def get(self, id_: str) -> Kept:
        """The message; raises GoneError where there is none."""
        return Kept.of(await self._row(id_))

    async def find(self, place: PlaceRef, stamp: str, since: datetime, parent: str) -> str | None:
        """The id of the message of a place with this stamp beneath `parent`, if it was kept after `since` or then."""
        claimed = await self._shelf.get(f"stamp:{stamp}")
        row = await self._shelf.get(PREFIX + claimed.value) if claimed else None
        kept = Kept.of(row) if row else None
        return kept.id if kept and (kept.place, kept.parent) == (place, parent) and kept.at >= since else None

    async def newest(self, limit: int) -> list[Kept]:
        """The last messages, oldest first."""
        return [Kept.of(row) for row in await self._shelf.newest(PREFIX, limit)]

    async def _row(self, id_: str) -> Row:
        row = await self._shelf.get(PREFIX + id_)
        if row is None:
            raise GoneError(f"the console keeps no message {id_}")
        return row


async def forget_account(shelf: Shelf, account: str) -> None:
    """Remove the messages that were to this account alone."""
    after = 0
    while some := await shelf.changed(PREFIX, after):
        for kept in (Kept.of(row) for row in some):
            if kept.place.channel == account:
                await shelf.delete(f"stamp:{kept.stamp}")
                await shelf.delete(PREFIX + kept.id)
        after = some[-1].seq
