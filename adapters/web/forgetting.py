"""A visitor who is forgotten: what the shelf keeps of an account goes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from bot.ports import ConflictError, PlaceRef, Row, Shelf


async def forget_account(shelf: Shelf, account: str, places: Sequence[PlaceRef]) -> None:
    """Remove an account's name, front page and private messages, and its reactions in these places."""
    await shelf.delete(f"v:{account}")
    await shelf.delete(f"home:{account}")
    async for row in _all(shelf, f"d:{account}:"):
        await shelf.delete(f"stamp:{row.value['stamp']}")
        await shelf.delete(row.key)
    for place in places:
        async for row in _all(shelf, f"r:{place.channel}:"):
            await _take_off(shelf, row, account)


async def _all(shelf: Shelf, prefix: str) -> AsyncIterator[Row]:
    """All rows under a prefix, in the order in which they were changed."""
    after = 0
    while some := await shelf.changed(prefix, after):
        for row in some:
            yield row
        after = some[-1].seq


async def _take_off(shelf: Shelf, row: Row | None, account: str) -> None:
    """Take an account's reactions off a message, whoever else reacts meanwhile."""
    while row is not None and account in row.value:
        others = {each: entry for each, entry in row.value.items() if each != account}
        try:
            await shelf.put(row.key, others, expected=row.seq)
        except ConflictError:
            row = await shelf.get(row.key)
        else:
            return
