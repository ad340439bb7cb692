"""What Discord takes for components: https://discord.com/developers/docs/components/reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.discord.facts import Json, Wrong
from tests.fakes.discord.shapes import (
    Check,
    Path,
    boolean,
    both,
    every,
    integer,
    one_of,
    record,
    snowflake,
    string,
    too_long,
    typed,
    url,
)

ROW, BUTTON, SELECT, TEXT_INPUT, SECTION, TEXT = 1, 2, 3, 4, 9, 10
THUMBNAIL, GALLERY, FILE, RULE, BOX, LABEL = 11, 12, 13, 14, 17, 18
PICKERS = (5, 6, 7, 8)
"""Selects of users, roles, both, and channels."""
LINK, PREMIUM = 5, 6
FILE_UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 19, 21, 22, 23
MOST, MOST_TEXT = 40, 4000
_NUMBER = integer(0, 2**31 - 1)
_ID = string(100)
_EMOJI = record(id=snowflake, name=string(32), animated=boolean)
_MEDIA = record("url", url=url("http", "https", "attachment"))
_OPTION = record(
    "label value", label=string(100), value=string(100), description=string(100), emoji=_EMOJI, default=boolean
)


def part(kind: int, needed: str = "", /, **fields: Check) -> Check:
    """A component of a kind; each may have a number."""
    return record(needed, type=one_of(kind), id=_NUMBER, **fields)


def _picked(value: Any, where: Path) -> Iterator[Wrong]:
    """The numbers of a select fit its options, which differ."""
    options = [each for each in value.get("options") or [] if isinstance(each, dict)]
    least, most = value.get("min_values"), value.get("max_values")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield Wrong((*where, "min_values"), "SELECT_COMPONENT_MIN_VALUES", "min_values is greater than max_values.")
    if value.get("type") == SELECT and isinstance(most, int) and most > len(options):
        yield Wrong((*where, "max_values"), "SELECT_COMPONENT_MAX_VALUES", "max_values is more than there are options.")
    seen: set[object] = set()
    for index, each in enumerate(options):
        if each.get("value") in seen:
            code, what = "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
            yield Wrong((*where, "options", index, "value"), code, what)
        seen.add(each.get("value"))
    if isinstance(most, int) and sum(each.get("default") is True for each in options) > most:
        yield Wrong((*where, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many are chosen beforehand.")


def _button(value: Any, where: Path) -> Iterator[Wrong]:
    """A button is known by one thing alone, and shows something."""
    style = value.get("style")
    own = {LINK: "url", PREMIUM: "sku_id"}.get(style, "custom_id")
    if not value.get(own):
        yield Wrong((*where, own), "BASE_TYPE_REQUIRED", f"A {own} is required")
    for other in {"url", "sku_id", "custom_id"} - {own}:
        if value.get(other):
            yield Wrong((*where, other), "BUTTON_COMPONENT_INVALID", f"A {other} and a {own} cannot both be specified")
    if style != PREMIUM and not value.get("label") and not value.get("emoji"):
        yield Wrong((*where, "label"), "BUTTON_COMPONENT_LABEL_REQUIRED", "A label or an emoji is required")


_button_fields: dict[str, Check] = {
    "style": one_of(1, 2, 3, 4, 5, 6),
    "label": string(80, 0),
    "emoji": _EMOJI,
    "custom_id": _ID,
    "url": both(string(512), url("http", "https", "discord")),
    "sku_id": snowflake,
    "disabled": boolean,
}
_select_fields: dict[str, Check] = {
    "custom_id": _ID,
    "placeholder": string(150, 0),
    "min_values": integer(0, 25),
    "max_values": integer(1, 25),
    "disabled": boolean,
    "required": boolean,
}
_button_part = both(part(BUTTON, "type style", **_button_fields), _button)
_select = both(
    part(SELECT, "type custom_id options", **_select_fields, options=every(_OPTION, 25, 1)),
    _picked,
)
_defaults = every(record("id type", id=snowflake, type=one_of("user", "role", "channel")), 25)
_pickers = {
    kind: part(
        kind, "type custom_id", **_select_fields, default_values=_defaults, channel_types=every(integer(0, 16), 16)
    )
    for kind in PICKERS
}


def _width(value: Any, where: Path) -> Iterator[Wrong]:
    """A row holds 5 buttons or one select."""
    kinds = [each.get("type") for each in value.get("components") or [] if isinstance(each, dict)]
    wide = sum(1 if kind == BUTTON else 5 for kind in kinds)
    if wide > 5:
        code = "COMPONENT_LAYOUT_WIDTH_EXCEEDED"
        yield Wrong((*where, "components"), code, "The component tree is too wide: 5 buttons or one select a row.")


_row = both(
    part(ROW, "type components", components=every(typed({BUTTON: _button_part, SELECT: _select, **_pickers}), 5, 1)),
    _width,
)
_text = part(TEXT, "type content", content=string(MOST_TEXT))
_thumbnail = part(THUMBNAIL, "type media", media=_MEDIA, description=string(1024, 0), spoiler=boolean)
_gallery = part(
    GALLERY,
    "type items",
    items=every(record("media", media=_MEDIA, description=string(1024, 0), spoiler=boolean), 10, 1),
)
_section = part(
    SECTION,
    "type components accessory",
    components=every(typed({TEXT: _text}), 3, 1),
    accessory=typed({BUTTON: _button_part, THUMBNAIL: _thumbnail}),
)
_inner = {
    ROW: _row,
    SECTION: _section,
    TEXT: _text,
    GALLERY: _gallery,
    FILE: part(FILE, "type file", file=record("url", url=url("attachment")), spoiler=boolean),
    RULE: part(RULE, "type", divider=boolean, spacing=one_of(1, 2)),
}
_box = part(
    BOX,
    "type components",
    components=every(typed(_inner), MOST, 1),
    accent_color=integer(0, 0xFFFFFF),
    spoiler=boolean,
)
LAYOUT = every(typed({**_inner, BOX: _box}), MOST)
"""The components of a message with `IS_COMPONENTS_V2`."""
ROWS = every(typed({ROW: _row}), 5)
"""The components of any other message."""

_input_fields: dict[str, Check] = {
    "custom_id": _ID,
    "style": one_of(1, 2),
    "min_length": integer(0, 4000),
    "max_length": integer(1, 4000),
    "required": boolean,
    "value": string(4000, 0),
    "placeholder": string(100, 0),
}


def _input_spans(value: Any, where: Path) -> Iterator[Wrong]:
    least, most, given = value.get("min_length"), value.get("max_length"), value.get("value")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield Wrong((*where, "min_length"), "TEXT_INPUT_MIN_LENGTH", "min_length is greater than max_length.")
    if isinstance(given, str) and isinstance(most, int) and len(given) > most:
        yield too_long(most, (*where, "value"))


_labelled = both(part(TEXT_INPUT, "type custom_id style", **_input_fields, label=string(45)), _input_spans)
_row_input = both(part(TEXT_INPUT, "type custom_id style label", **_input_fields, label=string(45)), _input_spans)
_choice = record("value label", value=string(100), label=string(100), description=string(100), default=boolean)
_numbers: dict[str, Check] = {"min_values": integer(0, 10), "max_values": integer(1, 10)}
_boxes: dict[str, Check] = {"custom_id": _ID, "required": boolean}
_in_label: dict[int, Check] = {
    TEXT_INPUT: _labelled,
    SELECT: _select,
    **_pickers,
    FILE_UPLOAD: part(FILE_UPLOAD, "type custom_id", **_boxes, **_numbers),
    RADIO: part(RADIO, "type custom_id options", **_boxes, options=every(_choice, 10, 2)),
    CHECKBOXES: part(CHECKBOXES, "type custom_id options", **_boxes, **_numbers, options=every(_choice, 10, 1)),
    CHECKBOX: part(CHECKBOX, "type custom_id", custom_id=_ID, default=boolean),
}
_label = part(LABEL, "type label component", label=string(45), description=string(100), component=typed(_in_label))
MODAL = record(
    "custom_id title components",
    custom_id=_ID,
    title=string(45),
    components=every(
        typed(
            {
                ROW: part(ROW, "type components", components=every(typed({TEXT_INPUT: _row_input}), 1, 1)),
                LABEL: _label,
                TEXT: _text,
            }
        ),
        5,
        1,
    ),
)
"""What opens a form."""


def walk(components: Any, where: Path = ()) -> Iterator[tuple[Json, Path]]:
    """Every component with its path, parents first."""
    for index, each in enumerate(components if isinstance(components, list) else []):
        if isinstance(each, dict):
            yield from _below(each, (*where, index))


def _below(component: Json, where: Path) -> Iterator[tuple[Json, Path]]:
    yield component, where
    yield from walk(component.get("components"), (*where, "components"))
    for key in ("accessory", "component"):
        if isinstance(component.get(key), dict):
            yield from _below(component[key], (*where, key))


def leaves(components: Any) -> list[Json]:
    """The components that people can use, in order."""
    return [each for each, _ in walk(components) if each.get("custom_id")]


def check_whole(components: Any, where: Path = ("components",)) -> Iterator[Wrong]:
    """What is wrong with components together: their number, their texts, and ids that are twice there."""
    found = list(walk(components, where))
    if len(found) > MOST:
        code = "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"
        yield Wrong(where, code, f"The total number of components cannot exceed {MOST}")
    texts = [each.get("content") for each, _ in found if each.get("type") == TEXT]
    if sum(len(each) for each in texts if isinstance(each, str)) > MOST_TEXT:
        code = "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"
        yield Wrong(where, code, f"Components displayable text size exceeds maximum size of {MOST_TEXT}")
    for key, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        seen: set[object] = set()
        for each, path in found:
            if each.get(key) and each[key] in seen:
                yield Wrong((*path, key), code, f"Component {key.replace('_', ' ')} cannot be duplicated")
            seen.add(each.get(key))


def check_modal(content: Any) -> list[Wrong]:
    """What is wrong with a form."""
    found = list(MODAL(content, ("data",)))
    parts = content.get("components") if isinstance(content, dict) else None
    return found or list(check_whole(parts, ("data", "components")))


def with_numbers(components: list[Json]) -> list[Json]:
    """The components with a number each, as Discord gives them to those that have none."""
    used = {each["id"] for each, _ in walk(components) if each.get("id")}
    free = (number for number in range(1, 1000) if number not in used)
    for each, _ in walk(components):
        each["id"] = each.get("id") or next(free)
    return components
