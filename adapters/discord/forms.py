"""Forms -> modals, and what was filled in back to texts.

By https://docs.discord.com/developers/components/reference (Label, Text Input, String Select) and
https://docs.discord.com/developers/interactions/receiving-and-responding (modals).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.discord.fitting import Element, cut
from bot.ports import Field, Form
from content.markup import visible

SELECT, INPUT, LABELLED = 3, 4, 18
LINE, PARAGRAPH = 1, 2
MOST_FIELDS = 5
MOST_CHOICES = 25
TITLE = 45
LABEL = 45
DESCRIPTION = 100
PLACEHOLDER = 100
CHOICE = 100
LONGEST = 4000


def modal(form: Form) -> Element:
    """A modal for a form. Raises ValueError, naming them, where it has more fields than a modal."""
    if beyond := form.fields[MOST_FIELDS:]:
        names = ", ".join(field.id for field in beyond)
        raise ValueError(f"Discord's forms have {MOST_FIELDS} fields; in {form.ref} there is no room for {names}")
    return {
        "custom_id": form.ref,
        "title": _shown(form.title, TITLE),
        "components": [_labelled(field) for field in form.fields],
    }


def values_of(submitted: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in by field; "" for what was left empty. `submitted`: the content of the interaction."""
    fields = [part["component"] for part in submitted["components"] if "component" in part]
    return {str(field["custom_id"]): _value(field) for field in fields}


def _value(field: Mapping[str, Any]) -> str:
    chosen = field["values"][:1] if field["type"] == SELECT else [field.get("value") or ""]
    return str(*chosen)


def _labelled(field: Field) -> Element:
    """A field behind its label; what a label has no room for goes on below it."""
    label, rest = _split(" ".join(visible(field.label).split()))
    component = _select(field) if _can_be_listed(field) else _input(field)
    below = {"description": cut(rest, DESCRIPTION)} if rest else {}
    return {"type": LABELLED, "label": label or "…", **below, "component": component}


def _can_be_listed(field: Field) -> bool:
    """Whether a list can have a field's choices; otherwise they are typed."""
    values = {value for value, _ in field.choices}
    return 0 < len(values) == len(field.choices) <= MOST_CHOICES and all(0 < len(each) <= CHOICE for each in values)


def _split(label: str) -> tuple[str, str]:
    """A label in two, between two words where it has any."""
    if len(label) <= LABEL:
        return label, ""
    end = label.rfind(" ", 0, LABEL + 1)
    end = end if end > 0 else LABEL
    return label[:end], label[end:].strip()


def _input(field: Field) -> Element:
    limit = min(field.limit, LONGEST)
    given = visible(field.value)[:limit]
    return {
        "type": INPUT,
        "custom_id": field.id,
        "style": PARAGRAPH if field.long else LINE,
        "min_length": int(field.required),
        "max_length": limit,
        "required": field.required,
        **({"value": given} if given else {}),
        **({"placeholder": _shown(field.placeholder, PLACEHOLDER)} if field.placeholder else {}),
    }


def _select(field: Field) -> Element:
    options = [
        {"label": _shown(label, CHOICE), "value": value} | ({"default": True} if value == field.value else {})
        for value, label in field.choices
    ]
    return {
        "type": SELECT,
        "custom_id": field.id,
        "options": options,
        "min_values": int(field.required),
        "max_values": 1,
        "required": field.required,
        **({"placeholder": _shown(field.placeholder, PLACEHOLDER)} if field.placeholder else {}),
    }


def _shown(text: str, limit: int) -> str:
    return cut(" ".join(visible(text).split()), limit) or "…"
