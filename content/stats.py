"""How many items packs hold, by topic, kind, difficulty, language and concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from content.item import Difficulty, Item, Kind
from content.record import Loaded

_MOST_CONCEPTS = 20


def count(loaded: Sequence[Loaded]) -> dict[str, Any]:
    """The counts of all packs together, as a JSON value. An item counts for each language that it is there in."""
    items = [item for each in loaded for item in each.items]
    languages = Counter(language for each in loaded for item in each.items for language in _languages(each, item))
    return {
        "packs": [each.pack.id for each in loaded if each.pack],
        "items": len(items),
        "topics": _by_count(item.topic for item in items),
        "kinds": _in_order(Kind, (item.kind for item in items)),
        "difficulties": _in_order(Difficulty, (item.difficulty for item in items)),
        "languages": dict(languages.most_common()),
        "concepts": _by_count(item.concept for item in items),
    }


def table(counted: dict[str, Any]) -> str:
    """The counts as lines for a terminal; of the concepts only the most frequent."""
    lines = [f"{counted['items']:,} items in {', '.join(counted['packs']) or 'no pack'}"]
    for part in ("topics", "kinds", "difficulties", "languages"):
        lines += ["", part, *_rows(counted[part].items())]
    concepts = list(counted["concepts"].items())
    lines += ["", f"concepts ({len(concepts):,})", *_rows(concepts[:_MOST_CONCEPTS])]
    if len(concepts) > _MOST_CONCEPTS:
        lines.append(f"  and {len(concepts) - _MOST_CONCEPTS:,} more: `--json` lists them all")
    return "\n".join(lines)


def _languages(loaded: Loaded, item: Item) -> list[str]:
    own = loaded.pack.languages[:1] if loaded.pack else ()
    return [*own, *item.translations]


def _by_count(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0])))


def _in_order(known: Iterable[str], words: Iterable[str]) -> dict[str, int]:
    counted = Counter(str(word) for word in words)
    return {str(word): counted[word] for word in known if counted[word]}


def _rows(counted: Iterable[tuple[str, int]]) -> list[str]:
    return [f"  {number:>6,}  {word}" for word, number in counted]
