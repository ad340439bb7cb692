"""The item as shown: what a turn freezes, so that the same bytes are sent again, graded, revealed and regraded later.

Nothing shown before the reveal depends on the key: options are put in order by a seed and their own texts alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from typing import Any

from content.item import Difficulty, Item, Kind, NumericKey, OpenKey, Option, ShortKey, Translation


@dataclass(frozen=True, slots=True)
class Shown:
    """An item in one language with its options in the order shown.

    `key` holds indexes into `options` as shown: the right one(s) ascending, or for Kind.ORDER all of them in the right
    order. `near` are other answers known in the bank that a typo could be meant for (short items only).
    """

    item_id: str
    version: str
    kind: Kind
    stem: str
    topic: str
    concept: str
    difficulty: Difficulty
    explanation: str
    options: tuple[Option, ...] = ()
    key: tuple[int, ...] = ()
    numeric: NumericKey | None = None
    short: ShortKey | None = None
    open: OpenKey | None = None
    near: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    picture: str = ""
    picture_alt: str = ""

    def to_json(self) -> dict[str, Any]:
        """A JSON value that `shown_from_json` reads back to an equal Shown."""
        # By hand: `dataclasses.asdict` copies every text of it.
        typed = {
            "options": tuple([{"text": option.text, "reason": option.reason} for option in self.options]),
            "numeric": self.numeric and asdict(self.numeric),
            "short": self.short and asdict(self.short),
            "open": self.open and asdict(self.open),
        }
        return dict(zip(_FIELDS, _VALUES(self), strict=True)) | typed


_FIELDS = tuple(part.name for part in fields(Shown))
_VALUES = attrgetter(*_FIELDS)


def shown_from_json(value: dict[str, Any]) -> Shown:
    """Read what `Shown.to_json` wrote."""
    typed = {
        "kind": Kind(value["kind"]),
        "difficulty": Difficulty(value["difficulty"]),
        "options": tuple(Option(**option) for option in value["options"]),
        "key": tuple(value["key"]),
        "near": tuple(value["near"]),
        "references": tuple(value["references"]),
        "numeric": value["numeric"] and NumericKey(**value["numeric"]),
        "short": value["short"] and ShortKey(tuple(value["short"]["accepted"]), tuple(value["short"]["confusable"])),
        "open": value["open"] and OpenKey(value["open"]["reference"], tuple(value["open"]["rubric"])),
    }
    return Shown(**{**value, **typed})


def show(item: Item, seed: str, language: str = "en", near: tuple[str, ...] = ()) -> Shown:
    """Freeze an item for a turn: in `language` where it is translated, its options in an order that `seed` decides."""
    words = item.translations.get(language, Translation())
    options = words.options or item.options
    order = shown_order(item, seed)
    place = {index: position for position, index in enumerate(order)}
    key = tuple(place[index] for index in item.key)
    return Shown(
        item_id=item.id,
        version=item.version,
        kind=item.kind,
        stem=words.stem or item.stem,
        topic=item.topic,
        concept=item.concept,
        difficulty=item.difficulty,
        explanation=words.explanation or item.explanation,
        options=tuple(options[index] for index in order),
        key=key if item.kind is Kind.ORDER else tuple(sorted(key)),
        numeric=item.numeric,
        short=item.short and ShortKey((*words.accepted, *item.short.accepted), item.short.confusable),
        open=item.open and OpenKey(words.reference or item.open.reference, words.rubric or item.open.rubric),
        near=near,
        references=item.references,
        picture=item.picture.path if item.picture else "",
        picture_alt=(words.picture_alt or item.picture.alt) if item.picture else "",
    )


def shown_order(item: Item, seed: str) -> list[int]:
    """The indexes of the item's options in the order shown: true before false, others by a seeded hash of the text."""
    if item.kind is Kind.TRUE_FALSE:
        return sorted(range(len(item.options)), key=lambda index: item.options[index].text != "true")

    def place(index: int) -> str:
        return hashlib.sha256(f"{seed}\0{item.options[index].text}".encode()).hexdigest()

    return sorted(range(len(item.options)), key=place)
