"""What an item says and what a draft says, in one form, so that both can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from content.item import Item, Kind, Option
from content.readers.draft import Draft
from content.writers.html import html_of


def shown(markdown: str) -> str:
    """A text as it is shown, whatever way it is written and spaced; bullets of nothing are nothing."""
    html = re.sub(r"<([uo]l)[^>]*>(<li></li>)*</\1>|<li></li>|</?p>", " ", html_of(markdown))
    return re.sub(r"\s+", " ", html).strip()


def told(item: Item) -> dict[str, Any]:
    """What an item says."""
    return {
        "own_id": item.id.partition("/")[2],
        "answer": shown(item.open.reference) if item.open else "",
        "rubric": [shown(line) for line in item.open.rubric] if item.open else [],
        "explanation": shown(item.explanation),
        **_shared(item),
    }


def found(draft: Draft) -> dict[str, Any]:
    """What a draft says."""
    return {
        "own_id": draft.own_id,
        "answer": shown(draft.answer),
        "rubric": [shown(line) for line in draft.rubric],
        "explanation": shown(draft.explanation),
        **_shared(draft),
    }


def _shared(one: Item | Draft) -> dict[str, Any]:
    number = one.numeric and (
        Decimal(one.numeric.value),
        Decimal(one.numeric.tolerance) * (abs(Decimal(one.numeric.value)) if one.numeric.relative else 1),
    )
    return {
        "kind": one.kind,
        "stem": shown(one.stem),
        "options": [_option(option) for option in one.options],
        "key": one.key,
        "number": number,
        "unit": one.numeric.unit if one.numeric else "",
        "accepted": _words(one.short.accepted) if one.short else (),
        "confusable": _words(one.short.confusable) if one.short else (),
        "hints": [shown(hint) for hint in one.hints],
        "topic": one.topic,
        "concept": one.concept,
        "difficulty": one.difficulty,
        "tags": _words(one.tags),
    }


def _option(option: Option) -> tuple[str, str]:
    return shown(option.text), shown(option.reason)


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(text.split()) for text in texts))


def without_reasons(said: dict[str, Any]) -> dict[str, Any]:
    """The same where an order question has no place for why a step comes where it does."""
    if said["kind"] is not Kind.ORDER:
        return said
    return said | {"options": [(text, "") for text, _ in said["options"]]}
