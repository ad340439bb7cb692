"""What Slack refuses in messages and views, by https://docs.slack.dev/reference/block-kit.

Every payload is also parsed and written with the models of slack_sdk.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.fakes.slack.facts import Json, RefusedError
from tests.fakes.slack.rich_rules import RICH_TEXT
from tests.fakes.slack.shapes import (
    Check,
    at_least_one,
    boolean,
    both,
    every,
    exactly_one,
    integer,
    one_of,
    record,
    string,
    typed,
    wrong,
)

TEXT, BLOCKS_LONG, METADATA = 40_000, 13_200, 8_000
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
_KEY = {"block_id": string(255)}


def plain(most: int) -> Check:
    """A plain text object."""
    return typed(plain_text=record("text", text=string(most), emoji=boolean))


def either(most: int) -> Check:
    """A text object of either kind."""
    mrkdwn = record("text", text=string(most), verbatim=boolean)
    return typed(plain_text=record("text", text=string(most), emoji=boolean), mrkdwn=mrkdwn)


CONFIRM = record(
    "title text confirm deny",
    title=plain(100),
    text=either(300),
    confirm=plain(30),
    deny=plain(30),
    style=one_of("primary", "danger"),
)
OPTION = record("text value", text=plain(75), value=string(150), description=plain(75))
TICK = record("text value", text=either(75), value=string(150), description=either(75))
_SLACK_FILE = both(record(id=string(255, pattern="F[A-Z0-9]{8,}"), url=string(3000)), exactly_one("id", "url"))
_PICTURE = {"image_url": string(3000), "slack_file": _SLACK_FILE, "alt_text": string(2000)}
_ACTION: dict[str, Check] = {"action_id": string(255), "confirm": CONFIRM, "focus_on_load": boolean}
_FIELD: dict[str, Check] = {**_ACTION, "placeholder": plain(150)}
_GROUPS = every(record("label options", label=plain(75), options=every(OPTION, 100)), 100)
_SELECT: dict[str, Check] = {**_FIELD, "options": every(OPTION, 100), "option_groups": _GROUPS}
IMAGE = both(record("alt_text", **_PICTURE), exactly_one("image_url", "slack_file"))
BUTTON = record(
    "text",
    text=plain(75),
    value=string(2000),
    url=string(3000),
    style=one_of("primary", "danger"),
    accessibility_label=string(75),
    **_ACTION,
)
_TICKS = {"options": every(TICK, 10), **_ACTION}
ONE_CHOICE: dict[str, Check] = {
    "static_select": both(record(initial_option=OPTION, **_SELECT), exactly_one("options", "option_groups")),
    "users_select": record(initial_user=string(255), **_FIELD),
    "radio_buttons": record("options", initial_option=TICK, **_TICKS),
    "checkboxes": record("options", initial_options=every(TICK, 10), **_TICKS),
    "datepicker": record(initial_date=string(10, pattern=r"\d{4}-\d\d-\d\d"), **_FIELD),
    "timepicker": record(initial_time=string(5, pattern=r"\d\d:\d\d"), timezone=string(100), **_FIELD),
}
MANY_CHOICES: dict[str, Check] = {
    "multi_static_select": both(
        record(initial_options=every(OPTION, 100), max_selected_items=integer(1, 100), **_SELECT),
        exactly_one("options", "option_groups"),
    ),
}
_OVERFLOW = record("options", options=every(OPTION, 5), **_ACTION)
TYPED: dict[str, Check] = {
    "plain_text_input": record(
        initial_value=string(3000, 0),
        multiline=boolean,
        min_length=integer(0, 3000),
        max_length=integer(1, 3000),
        dispatch_action_config=record(trigger_actions_on=every(one_of("on_enter_pressed", "on_character_entered"), 2)),
        **_FIELD,
    ),
    "number_input": record(
        "is_decimal_allowed",
        is_decimal_allowed=boolean,
        initial_value=string(100),
        min_value=string(100),
        max_value=string(100),
        **_FIELD,
    ),
}
_CELL = typed(raw_text=record("text", text=string(3000)), rich_text=record("elements", elements=every(RICH_TEXT, 100)))
_COLUMN = record(align=one_of("left", "center", "right"), is_wrapped=boolean)

ACTIONS_ELEMENT = typed(button=BUTTON, overflow=_OVERFLOW, **ONE_CHOICE)
"""Without the multi-selects, although slack_sdk takes them here: Slack answers `unsupported type`
(https://github.com/slackapi/python-slack-sdk/issues/1631)."""
BLOCK = typed(
    section=both(
        record(
            text=either(3000),
            fields=every(either(2000), 10),
            accessory=typed(button=BUTTON, image=IMAGE, overflow=_OVERFLOW, **ONE_CHOICE, **MANY_CHOICES),
            expand=boolean,
            **_KEY,
        ),
        at_least_one("text", "fields"),
    ),
    header=record("text", text=plain(150), **_KEY),
    divider=record(**_KEY),
    image=both(record("alt_text", title=plain(2000), **_PICTURE, **_KEY), exactly_one("image_url", "slack_file")),
    actions=record("elements", elements=every(ACTIONS_ELEMENT, 25), **_KEY),
    context=record(
        "elements",
        elements=every(
            typed(
                image=IMAGE,
                plain_text=record("text", text=string(3000), emoji=boolean),
                mrkdwn=record("text", text=string(3000), verbatim=boolean),
            ),
            10,
        ),
        **_KEY,
    ),
    input=record(
        "label element",
        label=plain(2000),
        hint=plain(2000),
        element=typed(**ONE_CHOICE, **MANY_CHOICES, **TYPED),
        optional=boolean,
        dispatch_action=boolean,
        **_KEY,
    ),
    markdown=record("text", text=string(12_000), **_KEY),
    rich_text=record("elements", elements=every(RICH_TEXT, 1000), **_KEY),
    table=record("rows", rows=every(every(_CELL, 20), 100), column_settings=every(_COLUMN, 20), **_KEY),
)
_VIEW: dict[str, Check] = {
    "blocks": every(BLOCK, VIEW_BLOCKS),
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
}
VIEW = typed(
    modal=record("title blocks", title=plain(24), submit=plain(24), close=plain(24), **_VIEW),
    home=record("blocks", **_VIEW),
)


def check_message(text: str, blocks: Any, metadata: Any) -> None:
    """Raises RefusedError as Slack would for what a message holds."""
    if len(text) > TEXT:
        raise RefusedError("msg_too_long")
    if not isinstance(blocks, list):
        raise RefusedError("invalid_blocks_format")
    if not text and not blocks:
        raise RefusedError("no_text")
    found = [*every(BLOCK, MESSAGE_BLOCKS, 0)(blocks, "/blocks")] or [*_together(blocks), *_by_library(blocks)]
    if found:
        raise RefusedError("invalid_blocks", found, errors=[each.removeprefix("[ERROR] ") for each in found])
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > BLOCKS_LONG:
        raise RefusedError("msg_blocks_too_long")
    _check_metadata(metadata)


def check_view(view: Any) -> None:
    """Raises RefusedError as Slack would for a view."""
    found = [*VIEW(view, "/view")] or [*_of_view(view)]
    if found:
        raise RefusedError("invalid_arguments", found)


def elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """(block, element) of everything that a person can use."""
    for block in blocks:
        here = [*block.get("elements", ())] if block.get("type") == "actions" else []
        here += [block[key] for key in ("accessory", "element") if key in block]
        yield from ((block, each) for each in here if each.get("type") != "image")


def _together(blocks: list[Json]) -> Iterator[str]:
    """What is wrong with blocks only as they stand together. An action id is unique in its block, not beyond it:
    https://docs.slack.dev/reference/block-kit/block-elements/button-element.
    """
    names = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (wrong(f"block_id already exists: {name}", "/blocks") for name, times in names.items() if times > 1)
    actions = Counter((id(block), each["action_id"]) for block, each in elements(blocks) if "action_id" in each)
    yield from (wrong(f"`action_id` {name} already exists", "/blocks") for (_, name), n in actions.items() if n > 1)
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield wrong("only one table allowed", "/blocks")
    for _, element in elements(blocks):
        first = [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]
        options = [
            *element.get("options", ()),
            *(o for group in element.get("option_groups", ()) for o in group["options"]),
        ]
        if any(each not in options for each in first):
            yield wrong("initial_option must match one of the options", "/blocks")


def _of_view(view: Json) -> Iterator[str]:
    yield from _together(view["blocks"])
    if view["type"] == "modal" and "submit" not in view and any(each["type"] == "input" for each in view["blocks"]):
        yield wrong("`submit` is required when an `input` block is in the `blocks` array", "/view")
    try:
        View(**copy.deepcopy(view)).to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        yield wrong(str(error), "/view")
    yield from _by_library(view["blocks"])


def _by_library(blocks: list[Json]) -> Iterator[str]:
    """What the models of slack_sdk find."""
    try:
        for block in Block.parse_all(copy.deepcopy(blocks)):
            block.to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        yield wrong(str(error), "/blocks")


def _check_metadata(metadata: Any) -> None:
    if metadata == {}:
        return
    shape = record(
        "event_type event_payload", event_type=string(255, pattern=r"[A-Za-z0-9_.:-]+"), event_payload=_an_object
    )
    if found := [*shape(metadata, "/metadata")]:
        raise RefusedError("invalid_metadata_format", found)
    if len(json.dumps(metadata["event_payload"], ensure_ascii=False)) > METADATA:
        raise RefusedError("metadata_too_large")


def _an_object(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield wrong("must be an object", where)
