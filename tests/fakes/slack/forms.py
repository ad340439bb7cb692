"""Filling in a modal: what Slack's own window lets through, and how it tells the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.fakes.slack.facts import Json, NotThereError
from tests.fakes.slack.payloads import PICKERS, chosen_in, picked_options

Given = str | Sequence[str | int] | None


def filled_in(view: Json, values: Mapping[str, Given]) -> Json:
    """`state.values` by block for what is filled in; what is not named stays as the form came.

    Raises NotThereError for a field that is not there, and for what the window would not send.
    """
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    if strange := values.keys() - inputs.keys():
        raise NotThereError(f"the form has no fields {sorted(strange)}, but {sorted(inputs)}")
    return {name: _field(block, values) for name, block in inputs.items()}


def _field(block: Json, values: Mapping[str, Given]) -> Json:
    element, name = block["element"], block["block_id"]
    if element["type"] in PICKERS:
        first = [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]
        chosen = picked_options(element, _several(values[name])) if name in values else first
        filled, state = bool(chosen), chosen_in(element, chosen)
    else:
        text = values[name] if name in values else element.get("initial_value")
        if text is not None and not isinstance(text, str):
            raise NotThereError(f"{name} takes a text")
        _check_length(name, element, text or "")
        filled, state = bool(text), {"value": text or None}
    if not filled and not block.get("optional"):
        raise NotThereError(f"{name} must be filled in")
    return {element["action_id"]: {"type": element["type"], **state}}


def _several(given: Given) -> Sequence[str | int]:
    return [given] if isinstance(given, str) else given or []


def _check_length(name: str, element: Json, text: str) -> None:
    if text and not element.get("min_length", 0) <= len(text) <= element.get("max_length", 3000):
        raise NotThereError(f"{name} cannot be {len(text)} characters long")
