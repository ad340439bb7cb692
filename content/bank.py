"""The bank: all items of the packs in use, as one value that does not change while packs are edited."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.cache import Shelf, mark, open_shelf, write_shelf
from content.faults import Fault
from content.folder import fingerprint, packs_at, size_of
from content.guard import load_guarded
from content.item import Brief, Item
from content.pack import load_pack
from content.pictures import PictureError, PictureFile, read_picture
from content.record import Loaded, Pack

SHIPPED = Path(__file__).resolve().parent / "packs"
"""Where the packs lie that come with the program: like its code, they are trusted."""
_MOST_KEPT = 5_000
_SECONDS = 5.0
_MEGABYTES = 256
_SECONDS_A_MEGABYTE = 2.0
_MEGABYTES_A_MEGABYTE = 40


class BankError(ValueError):
    """Packs that cannot be used: `faults` are all that is wrong with them, and the text is one a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class Items(Mapping[str, Item]):
    """Items by their id, in the order of packs and files. Each is read when it is asked for; the first few are kept."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._count = shelf.count()
        self._kept: dict[str, Item] = {}

    def __getitem__(self, name: str) -> Item:
        if item := self._kept.get(name):
            return item
        item = self._shelf.item(name)
        if item is None:
            raise KeyError(name)
        if len(self._kept) < _MOST_KEPT:
            self._kept[name] = item
        return item

    def __iter__(self) -> Iterator[str]:
        return self._shelf.ids()

    def __len__(self) -> int:
        return self._count

    def briefs(self) -> Iterator[Brief]:
        """What all items are about, in their order; a hundred thousand of them take a fraction of a second."""
        return self._shelf.briefs()

    def search(self, text: str, most: int, without: Collection[str] = ()) -> list[str]:
        """The ids of the items that have all words of a text, in any form of them, or else any; the best first, none of
        those `without`.
        """
        return self._shelf.search(text, most, without)

    def accepted(self) -> dict[str, tuple[str, ...]]:
        """The accepted answers of all short items by their id."""
        return self._shelf.accepted()


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Bank:
    """The packs in use. A bank never changes: once `mark_of` its paths is no longer `marked`, it is opened anew."""

    packs: tuple[Pack, ...]
    items: Items
    used_topics: tuple[str, ...]
    """The ids of the topics that items belong to, sorted."""
    paths: tuple[Path, ...]
    marked: str

    @property
    def topics(self) -> dict[str, str]:
        """Titles of topics by their id, as the packs give them; the first pack that names a topic has its say."""
        return {name: title for pack in reversed(self.packs) for name, title in pack.topics.items()}

    def item(self, name: str) -> Item | None:
        """The item with this id (`pack-id/item-id`), or None."""
        return self.items.get(name)

    def picture(self, name: str) -> PictureFile | None:
        """The picture of the item with this id, or None where it has none or the file is no longer there."""
        item = self.item(name)
        if item is None or item.picture is None:
            return None
        path = next(Path(pack.path) for pack in self.packs if pack.id == item.pack)
        try:
            return read_picture(path, item.picture.path)
        except PictureError:
            return None


def open_bank(paths: Sequence[Path], cache: Path | None) -> Bank:
    """Open the packs at `paths` (a folder of packs counts as all of them). Raises BankError with every fault of all.

    With `cache`, a file, an unchanged bank opens in milliseconds; a damaged or foreign one is replaced. Packs that did
    change are read, those that did not come with the program by `load_guarded`: call this in a thread.
    """
    packs, marked = _packs(paths), mark_of(paths)
    shelf = open_shelf(cache, marked) if cache else None
    if shelf is None:
        shelf = write_shelf(_load(packs), marked, cache)
    bank = Bank(shelf.packs(), Items(shelf), shelf.topics(), tuple(paths), marked)
    weakref.finalize(bank.items, shelf.close)
    return bank


def mark_of(paths: Sequence[Path]) -> str:
    """The mark that a bank of these packs would have now. Looks at no contents.

    Another than `Bank.marked` says that a file was added, removed or edited since that bank was opened.
    """
    return mark(paths, fingerprint(_packs(paths)))


def _packs(paths: Sequence[Path]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(pack for path in paths for pack in packs_at(path)))


def _load(packs: Sequence[Path]) -> list[tuple[Pack, Sequence[Item]]]:
    found: dict[str, tuple[Pack, Sequence[Item]]] = {}
    faults: list[Fault] = []
    for path in packs:
        loaded = load_one(path)
        faults += loaded.faults
        if loaded.pack is None:
            continue
        first = found.setdefault(loaded.pack.id, (loaded.pack, loaded.items))[0]
        if first.path != loaded.pack.path:
            message = f"the pack id `{first.id}` is here and in {first.path}"
            faults.append(Fault(str(path), 1, 1, message, "give each pack an id of its own, or use only one of them"))
    if faults:
        raise BankError(faults)
    return list(found.values())


def load_one(path: Path) -> Loaded:
    """Read a pack; raises nothing. Ours are read in this process, others by `load_guarded`: large ones get more time
    and memory, small ones never hold anybody up.
    """
    if path.resolve().is_relative_to(SHIPPED):
        return load_pack(path)
    size = size_of(path) / 1e6
    seconds = _SECONDS + size * _SECONDS_A_MEGABYTE
    return load_guarded(path, seconds, int(_MEGABYTES + size * _MEGABYTES_A_MEGABYTE))
