"""Blocks to try a Slack with: those that it must refuse, each with the reason, and some just within the limits."""

from __future__ import annotations

from typing import Any

from tests.fakes.slack.facts import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(name: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": name, "text": plain("Go"), "value": name, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(value: str = "a", text: str = "A") -> Json:
    return {"text": plain(text), "value": value}


def ticks(count: int = 2, **more: Any) -> Json:
    return {"type": "checkboxes", "action_id": "t", "options": [option(str(n)) for n in range(count)], **more}


def select(**more: Any) -> Json:
    return {**section("x"), "accessory": {"type": "multi_static_select", "action_id": "m", **more}}


def confirm(**more: Any) -> Json:
    return {"title": plain("Sure?"), "text": plain("x"), "confirm": plain("Yes"), "deny": plain("No"), **more}


def rich(*pieces: Json, kind: str = "rich_text_section", **more: Any) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(pieces), **more}]}


def field(name: str = "f", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "value", **more}
    return {"type": "input", "block_id": name, "label": plain("Say"), "element": element}


def modal(*blocks: Json, **more: Any) -> Json:
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Send")}
    return {**view, "blocks": list(blocks) or [field()], **more}


IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
SELECT = {"type": "multi_static_select", "action_id": "m", "options": [option()]}
LINE = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}

BLOCKS: list[tuple[str, Json | list[Json], str]] = [
    ("section text", section("x" * 3001), "less than 3001"),
    ("empty section text", section(""), "more than 0"),
    ("no section text", {"type": "section"}, "must define either"),
    ("section fields", {"type": "section", "fields": [plain("a")] * 11}, "no more than 10 items"),
    ("field text", {"type": "section", "fields": [plain("a" * 2001)]}, "less than 2001"),
    ("header", {"type": "header", "text": plain("x" * 151)}, "less than 151"),
    ("header with marks", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "unsupported type: mrkdwn"),
    ("button text", actions(button(text=plain("x" * 76))), "less than 76"),
    ("button without text", actions({"type": "button", "action_id": "a"}), "missing required field: text"),
    ("button value", actions(button(value="x" * 2001)), "less than 2001"),
    ("button style", actions(button(style="green")), "must be one of primary, danger"),
    ("button label", actions(button(accessibility_label="x" * 76)), "less than 76"),
    ("button url", actions(button(url="https://example.com/" + "x" * 3000)), "less than 3001"),
    ("action id", actions(button("x" * 256)), "less than 256"),
    ("equal action ids", actions(button(), button()), "already exists"),
    ("equal block ids", [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}], "already exists"),
    ("block id", {"type": "divider", "block_id": "x" * 256}, "less than 256"),
    ("too many elements", actions(*(button(str(n)) for n in range(26))), "no more than 25 items"),
    ("no elements", actions(), "no fewer than 1 items"),
    ("option text", actions(ticks(options=[option("a", "x" * 76)])), "less than 76"),
    ("option value", actions(ticks(options=[option("x" * 151)])), "less than 151"),
    ("too many check boxes", actions(ticks(11)), "no more than 10 items"),
    ("initial option", actions(ticks(initial_options=[option("z")])), "must match"),
    ("multi-select among actions", actions(SELECT), "unsupported type: multi_static_select"),
    ("too many options", {**section("x"), "accessory": {**SELECT, "options": [option()] * 101}}, "no more than 100"),
    ("placeholder", {**section("x"), "accessory": {**SELECT, "placeholder": plain("x" * 151)}}, "less than 151"),
    ("context elements", {"type": "context", "elements": [plain("x")] * 11}, "no more than 10 items"),
    ("button in a context", {"type": "context", "elements": [button()]}, "unsupported type: button"),
    ("input label", {**field(), "label": plain("x" * 2001)}, "less than 2001"),
    ("input length", field(max_length=3001), "integer from 1 to 3000"),
    ("picture without words", {"type": "image", "image_url": "https://example.com"}, "alt_text"),
    ("picture words", {**IMAGE, "alt_text": "x" * 2001}, "less than 2001"),
    ("picture from two places", {**IMAGE, "slack_file": {"id": "F012345678"}}, "must define either"),
    ("file url", {"type": "image", "alt_text": "a", "slack_file": {"url": "x" * 3001}}, "less than 3001"),
    ("file id", {"type": "image", "alt_text": "a", "slack_file": {"id": "pic.png"}}, "must match regex"),
    ("markdown", {"type": "markdown", "text": "x" * 12001}, "less than 12001"),
    ("table rows", {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101}, "no more than 100"),
    ("two tables", [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}] * 2, "only one table"),
    ("option text of a select", select(options=[option("a", "x" * 76)]), "less than 76"),
    ("option value of a select", select(options=[option("x" * 151)]), "less than 151"),
    ("option description", select(options=[{**option(), "description": plain("x" * 76)}]), "less than 76"),
    ("tick value", actions(ticks(options=[option("x" * 151)])), "less than 151"),
    ("tick description", actions(ticks(options=[{**option(), "description": plain("x" * 76)}])), "less than 76"),
    ("group label", select(option_groups=[{"label": plain("x" * 76), "options": [option()]}]), "less than 76"),
    ("too many groups", select(option_groups=[{"label": plain("x"), "options": [option()]}] * 101), "more than 100"),
    (
        "options of a group",
        select(option_groups=[{"label": plain("x"), "options": [option()] * 101}]),
        "than 100 items",
    ),
    ("both sorts of options", select(options=[option()], option_groups=[]), "must define either"),
    ("neither sort of options", select(), "must define either"),
    ("many initial options", select(options=[option()], initial_options=[option()] * 101), "no more than 100"),
    ("selected items", select(options=[option()], max_selected_items=101), "integer from 1 to 100"),
    ("no selected items", select(options=[option()], max_selected_items=0), "integer from 1 to 100"),
    ("confirm title", actions(button(confirm=confirm(title=plain("x" * 101)))), "less than 101"),
    ("confirm text", actions(button(confirm=confirm(text=plain("x" * 301)))), "less than 301"),
    ("confirm button", actions(button(confirm=confirm(confirm=plain("x" * 31)))), "less than 31"),
    ("deny button", actions(button(confirm=confirm(deny=plain("x" * 31)))), "less than 31"),
    ("picture url", {**IMAGE, "image_url": "x" * 3001}, "less than 3001"),
    ("picture title", {**IMAGE, "title": plain("x" * 2001)}, "less than 2001"),
    ("hint", {**field(), "hint": plain("x" * 2001)}, "less than 2001"),
    ("initial text", field(initial_value="x" * 3001), "less than 3001"),
    ("least length", field(min_length=3001), "integer from 0 to 3000"),
    ("overflow", actions({"type": "overflow", "action_id": "o", "options": [option()] * 6}), "no more than 5"),
    ("many initial ticks", actions(ticks(initial_options=[option("1")] * 11)), "no more than 10"),
    ("context text", {"type": "context", "elements": [plain("x" * 3001)]}, "less than 3001"),
    ("context marks", {"type": "context", "elements": [{"type": "mrkdwn", "text": "x" * 3001}]}, "less than 3001"),
    ("table columns", {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 21]}, "no more than 20"),
    ("list indent", rich(LINE, kind="rich_text_list", style="bullet", indent=9), "integer from 0 to 8"),
    ("list border", rich(LINE, kind="rich_text_list", style="bullet", border=2), "integer from 0 to 1"),
    ("rich text colour", rich({"type": "color", "value": "red"}), "must match regex"),
    ("rich text range", rich({"type": "broadcast", "range": "all"}), "must be one of here"),
    ("rich text date", rich({"type": "date", "timestamp": 1}), "missing required field: format"),
    ("skin tone", rich({"type": "emoji", "name": "wave", "skin_tone": 7}), "integer from 2 to 6"),
    ("unknown block", {"type": "poll"}, "unsupported type: poll"),
    ("no type", {"text": plain("x")}, "missing required field: type"),
    ("unknown key in a block", {"type": "divider", "colour": "red"}, "invalid additional property: colour"),
    ("unknown key in an element", actions(button(colour="red")), "invalid additional property: colour"),
    ("unknown key in a text", {"type": "header", "text": {**plain("x"), "bold": True}}, "additional property: bold"),
    ("rich text type", rich({"type": "bold", "text": "x"}), "unsupported type: bold"),
    ("rich text key", rich({"type": "text", "text": "x", "bold": True}), "additional property: bold"),
    ("rich text style", rich({"type": "text", "text": "x", "style": {"big": True}}), "additional property: big"),
    ("rich text style value", rich({"type": "text", "text": "x", "style": {"bold": 1}}), "must be a boolean"),
    ("empty rich text", rich({"type": "text", "text": ""}), "more than 0"),
    ("rich text link", rich({"type": "link", "text": "x"}), "missing required field: url"),
    ("rich text list", rich({"type": "text", "text": "x"}, kind="rich_text_list", style="bullet"), "unsupported type"),
    ("rich text list style", rich(kind="rich_text_list", style="stars"), "must be one of bullet, ordered"),
    ("emoji in verbatim", rich({"type": "emoji", "name": "x"}, kind="rich_text_preformatted"), "unsupported type"),
    ("rich text group", {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}, "unsupported type: text"),
    ("too many blocks", [{"type": "divider"}] * 51, "no more than 50 items"),
]


AT_THE_LIMIT: list[list[Json]] = [
    [section("x" * 3000), {"type": "header", "text": plain("x" * 150)}],
    [actions(*(button(str(n), text=plain("x" * 75)) for n in range(25)))],
    [actions(button()), actions(button(confirm=confirm(), style="danger", url="https://example.com"))],
    [select(option_groups=[{"label": plain("x" * 75), "options": [option("x" * 150, "x" * 75)]}])],
    [field(max_length=3000, min_length=3000, placeholder=plain("x" * 150)), {**IMAGE, "title": plain("x")}],
    [actions(ticks(10, initial_options=[option("1")])), {**section("x"), "accessory": SELECT}],
    [{"type": "divider"}] * 50,
    [rich({"type": "text", "text": "x", "style": {"bold": True, "code": True}}, {"type": "user", "user_id": "U1"})],
    [rich(rich({"type": "text", "text": "x"})["elements"][0], kind="rich_text_list", style="ordered", offset=1)],
    [{"type": "context", "elements": [plain("x"), IMAGE]}, IMAGE, {"type": "markdown", "text": "**x**"}],
    [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, rich({"type": "text", "text": "b"})]]}],
]
