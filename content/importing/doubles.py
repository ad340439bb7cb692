"""Questions that are there twice: in the source, in the pack, or in the bank in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from content.importing.alike import Crowd, answer_text
from content.importing.fitting import Piece
from content.importing.report import Told
from content.item import Item
from content.sense import fold

_EQUAL = 100
Key = tuple[str, tuple[str, ...], str]
"""What equal questions have in common: stem, options, answer, but for case and spaces."""


def key_of(item: Item) -> Key:
    """What this item has in common with its doubles."""
    return fold(item.stem), tuple(sorted(fold(option.text) for option in item.options)), fold(answer_text(item))


def distinct(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Told]]:
    """The pieces without those that were there before, letter by letter, and those."""
    first: dict[Key, Piece] = {}
    doubles = []
    for piece in pieces:
        known = first.setdefault(key_of(piece.item), piece)
        if known is not piece:
            doubles.append(Told("", piece.item.where, f"the same as {known.item.where}: left out"))
    return list(first.values()), doubles


def near_doubles(items: Mapping[str, Item], fresh: Mapping[str, str]) -> Iterator[Told]:
    """Items of the pack that ask nearly the same: pairs of which one is `fresh` (a place in the source, by its id)."""
    crowd = Crowd((name, item.stem) for name, item in items.items())
    order = {name: number for number, name in enumerate(items)}
    for name, where in fresh.items():
        for other, score in crowd.near(items[name].stem):
            if other != name and (other not in fresh or order[other] < order[name]):
                yield Told(name, where, f"asks nearly the same as {other} ({score:.0f} %)")


def doubles_in_use(items: Mapping[str, Item], fresh: Mapping[str, str], bank: Iterable[Item]) -> Iterator[Told]:
    """Those of the `fresh` items that the bank in use asks already, or nearly."""
    crowd = Crowd((item.id, item.stem) for item in bank)
    for name, where in fresh.items():
        for other, score in crowd.near(items[name].stem)[:1]:
            how = "is" if score == _EQUAL else "asks nearly the same as"
            yield Told(name, where, f"{how} {other}, which is in use ({score:.0f} %)")
