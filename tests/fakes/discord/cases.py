"""Bodies to try a Discord with: those that it must refuse, with the place and the reason, and some at the limits."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord.facts import V2, Json


def button(custom_id: str | None = "go", **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **more}


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def option(value: str = "a", **more: Any) -> Json:
    return {"label": value, "value": value, **more}


def select(*options: Json, **more: Any) -> Json:
    return {"type": 3, "custom_id": "pick", "options": list(options) or [option()], **more}


def text(content: str = "x") -> Json:
    return {"type": 10, "content": content}


def box(*parts: Json, **more: Any) -> Json:
    return {"type": 17, "components": list(parts) or [text()], **more}


def layout(*parts: Json, **more: Any) -> Json:
    return {"flags": V2, "components": list(parts), **more}


def field(custom_id: str = "f", **more: Any) -> Json:
    return {"type": 4, "custom_id": custom_id, "style": 1, **more}


def label(component: Json | None = None, **more: Any) -> Json:
    return {"type": 18, "label": "Say", "component": component or field(), **more}


def modal(*parts: Json, **more: Any) -> Json:
    return {"custom_id": "form", "title": "Form", "components": list(parts) or [label()], **more}


def command(name: str = "ask", **more: Any) -> Json:
    return {"name": name, "description": "Ask something", "type": 1, **more}


def argument(name: str = "topic", kind: int = 3, **more: Any) -> Json:
    return {"type": kind, "name": name, "description": "A topic", **more}


def choice(name: str = "a", value: Any = "a") -> Json:
    return {"name": name, "value": value}


def embed(**more: Any) -> Json:
    return {"title": "t", **more}


MESSAGES: list[tuple[str, Json, str, str]] = [
    ("content", {"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    ("content that is no text", {"content": 5}, "content", "STRING_TYPE_CONVERT"),
    ("an unknown field", {"content": "x", "contents": "y"}, "contents", "UNKNOWN_FIELD"),
    ("embed title", {"embeds": [embed(title="x" * 257)]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    ("embed text", {"embeds": [embed(description="x" * 4097)]}, "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
    ("embed fields", {"embeds": [embed(fields=[{"name": "n", "value": "v"}] * 26)]}, "embeds.0.fields", "BAD_LENGTH"),
    ("embed field", {"embeds": [embed(fields=[{"name": "n", "value": ""}])]}, "embeds.0.fields.0.value", "BAD_LENGTH"),
    ("embed footer", {"embeds": [embed(footer={"text": "x" * 2049})]}, "embeds.0.footer.text", "BASE_TYPE_MAX_LENGTH"),
    ("embed picture", {"embeds": [embed(image={"url": "ftp://x"})]}, "embeds.0.image.url", "URL_TYPE_INVALID_SCHEME"),
    ("embed colour", {"embeds": [embed(color=1 << 24)]}, "embeds.0.color", "NUMBER_TYPE_MAX"),
    ("embeds together", {"embeds": [embed(description="x" * 3000)] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    ("eleven embeds", {"embeds": [embed()] * 11}, "embeds", "BASE_TYPE_BAD_LENGTH"),
    ("six rows", {"components": [row(button(str(n))) for n in range(6)]}, "components", "BASE_TYPE_BAD_LENGTH"),
    (
        "six buttons",
        {"components": [row(*(button(str(n)) for n in range(6)))]},
        "components.0.components",
        "BAD_LENGTH",
    ),
    ("select and button", {"components": [row(select(), button())]}, "components.0.components", "WIDTH_EXCEEDED"),
    ("no row", {"components": [button()]}, "components.0.type", "UNION_TYPE_CHOICES"),
    ("no components", {"components": ["x"]}, "components.0.type", "UNION_TYPE_CHOICES"),
    ("components that are no list", {"components": "x"}, "components", "LIST_TYPE_CONVERT"),
    ("empty row", {"components": [row()]}, "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    ("custom id", {"components": [row(button("x" * 101))]}, "components.0.components.0.custom_id", "MAX_LENGTH"),
    ("no custom id", {"components": [row(button(""))]}, "components.0.components.0.custom_id", "BASE_TYPE"),
    ("equal ids", {"components": [row(button(), button())]}, "components.0.components.1.custom_id", "ID_DUPLICATED"),
    ("label", {"components": [row(button(label="x" * 81))]}, "components.0.components.0.label", "MAX_LENGTH"),
    ("bare button", {"components": [row(button(label=None))]}, "components.0.components.0.label", "LABEL_REQUIRED"),
    ("style", {"components": [row(button(style=9))]}, "components.0.components.0.style", "BASE_TYPE_CHOICES"),
    ("link with id", {"components": [row(button(style=5, url="https://x"))]}, "components.0.components.0.", "INVALID"),
    ("link without", {"components": [row({"type": 2, "style": 5, "label": "x"})]}, "0.components.0.url", "REQUIRED"),
    ("26 options", {"components": [row(select(*(option(str(n)) for n in range(26))))]}, "0.options", "BAD_LENGTH"),
    ("option label", {"components": [row(select(option(label="x" * 101)))]}, "options.0.label", "MAX_LENGTH"),
    ("equal options", {"components": [row(select(option(), option()))]}, "options.1.value", "VALUE_DUPLICATED"),
    ("placeholder", {"components": [row(select(placeholder="x" * 151))]}, "0.placeholder", "BASE_TYPE_MAX_LENGTH"),
    ("more than there are", {"components": [row(select(max_values=2))]}, "0.max_values", "SELECT_COMPONENT_MAX_VALUES"),
    ("layout without its flag", {"components": [text()]}, "components.0.type", "UNION_TYPE_CHOICES"),
    ("layout with content", layout(text(), content="x"), "content", "CANNOT_USE_LEGACY_FIELDS"),
    ("layout with embeds", layout(text(), embeds=[embed()]), "embeds", "CANNOT_USE_LEGACY_FIELDS"),
    ("41 components", layout(box(*[text("x")] * 39), text()), "components", "MAX_TOTAL_COMPONENTS_EXCEEDED"),
    ("too much text", layout(text("x" * 2001), text("x" * 2000)), "components", "DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
    ("empty text", layout(text("")), "components.0.content", "BASE_TYPE_BAD_LENGTH"),
    ("box in a box", layout(box(box())), "components.0.components.0.type", "UNION_TYPE_CHOICES"),
    ("section without", layout({"type": 9, "components": [text()]}), "components.0.accessory", "BASE_TYPE_REQUIRED"),
    (
        "file not sent",
        layout({"type": 13, "file": {"url": "attachment://a.png"}}),
        "0.file.url",
        "ATTACHMENT_NOT_FOUND",
    ),
    ("nonce", {"content": "x", "nonce": "x" * 26}, "nonce", "NONCE_TYPE_TOO_LONG"),
    ("nonce that is none", {"content": "x", "nonce": []}, "nonce", "NONCE_TYPE_CONVERT"),
    ("no truth", {"content": "x", "tts": "yes"}, "tts", "BOOLEAN_TYPE_CONVERT"),
    ("no number", {"content": "x", "flags": "x"}, "flags", "NUMBER_TYPE_COERCE"),
    ("negative", {"content": "x", "flags": -1}, "flags", "NUMBER_TYPE_MIN"),
    ("no list", {"embeds": "x"}, "embeds", "LIST_TYPE_CONVERT"),
    ("no object", {"embeds": ["x"]}, "embeds.0", "MODEL_TYPE_CONVERT"),
    ("no id", {"content": "x", "allowed_mentions": {"users": ["x"]}}, "allowed_mentions.users.0", "NUMBER_TYPE_COERCE"),
    ("long address", {"embeds": [embed(url="https://" + "x" * 2048)]}, "embeds.0.url", "BASE_TYPE_MAX_LENGTH"),
    ("picture not sent", {"embeds": [embed(image={"url": "attachment://a.png"})]}, "embeds.0.image.url", "NOT_FOUND"),
    ("least over most", {"components": [row(select(min_values=2, max_values=1))]}, "0.min_values", "MIN_VALUES"),
    (
        *(
            "chosen beforehand",
            {"components": [row(select(option(default=True), option("b", default=True), max_values=1))]},
        ),
        *("0.options", "TOO_MANY_DEFAULT_VALUES"),
    ),
    ("equal numbers", layout({**text(), "id": 4}, {**text(), "id": 4}), "components.1.id", "COMPONENT_ID_DUPLICATED"),
    (
        *("mentions both ways", {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
        *("allowed_mentions", "PARSE_EXCLUSIVE"),
    ),
    ("strange parse", {"content": "x", "allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0", "CHOICES"),
    (
        "no such message",
        {"content": "x", "message_reference": {"message_id": "1"}},
        "message_reference",
        "UNKNOWN_MESSAGE",
    ),
]
"""(what, body, where it is wrong, part of the code) for `POST /channels/{channel}/messages`."""

AT_THE_LIMIT: list[Json] = [
    {"content": "x" * 2000},
    {"embeds": [embed(title="x" * 256, description="x" * 4096, footer={"text": "x" * 1648})]},
    {"components": [row(*(button(f"{n}.{m}".ljust(100, "x")) for m in range(5))) for n in range(5)]},
    {"components": [row(select(*(option(f"{n}".ljust(100, "x")) for n in range(25)), max_values=25))]},
    {"components": [row(button(None, style=5, url="https://example.com", label=None, emoji={"name": "🎓"}))]},
    layout(*[text("x" * 100)] * 40),
    layout(box(text("x" * 3990), row(button()), {"type": 14}, accent_color=0xFFFFFF), row(select())),
    layout(
        {"type": 9, "components": [text()], "accessory": {"type": 11, "media": {"url": "https://example.com/a.png"}}}
    ),
    layout({"type": 12, "items": [{"media": {"url": "https://example.com/a.png"}, "description": "a"}]}),
    {"content": "x", "nonce": "x" * 25, "enforce_nonce": True, "allowed_mentions": {"parse": []}},
]

MODALS: list[tuple[str, Json, str, str]] = [
    ("title", modal(title="x" * 46), "data.title", "BASE_TYPE_MAX_LENGTH"),
    ("custom id", modal(custom_id="x" * 101), "data.custom_id", "BASE_TYPE_MAX_LENGTH"),
    ("no fields", {"custom_id": "form", "title": "Form", "components": []}, "data.components", "BASE_TYPE_BAD_LENGTH"),
    ("six fields", modal(*(label(field(str(n))) for n in range(6))), "data.components", "BASE_TYPE_BAD_LENGTH"),
    ("equal ids", modal(label(), label()), "1.component.custom_id", "ID_DUPLICATED"),
    ("label", modal(label(label="x" * 46)), "data.components.0.label", "BASE_TYPE_MAX_LENGTH"),
    ("placeholder", modal(label(field(placeholder="x" * 101))), "component.placeholder", "BASE_TYPE_MAX_LENGTH"),
    ("spans", modal(label(field(min_length=5, max_length=4))), "component.min_length", "TEXT_INPUT_MIN_LENGTH"),
    ("value", modal(label(field(value="xx", max_length=1))), "component.value", "BASE_TYPE_MAX_LENGTH"),
    ("a button", modal(label(button())), "component.type", "UNION_TYPE_CHOICES"),
    ("a row without a label", modal(row(field())), "components.0.label", "BASE_TYPE_REQUIRED"),
]
"""The same for the content of a callback of type 9."""

COMMANDS: list[tuple[str, list[Json], str, str]] = [
    ("name", [command("x" * 33)], "0.name", "BASE_TYPE_MAX_LENGTH"),
    ("capitals", [command("Ask")], "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
    ("a space", [command("ask me")], "0.name", "STRING_TYPE_REGEX"),
    ("no description", [{"name": "ask"}], "0.description", "BASE_TYPE_REQUIRED"),
    ("description", [command(description="x" * 101)], "0.description", "BASE_TYPE_MAX_LENGTH"),
    ("26 options", [command(options=[argument(f"o{n}") for n in range(26)])], "0.options", "BASE_TYPE_BAD_LENGTH"),
    ("order", [command(options=[argument(), argument("b", required=True)])], "0.options.1", "REQUIRED_INVALID"),
    ("equal options", [command(options=[argument(), argument()])], "0.options", "NAME_ALREADY_EXISTS"),
    ("mixed", [command(options=[argument("s", 1), argument()])], "0.options", "OPTIONS_TYPE_INVALID"),
    ("group", [command(options=[argument("g", 2)])], "0.options.0.options", "BASE_TYPE_REQUIRED"),
    (
        *("too deep", [command(options=[argument("g", 2, options=[argument("h", 2, options=[argument("s", 1)])])])]),
        *("0.options.0.options.0.type", "OPTIONS_TYPE_INVALID"),
    ),
    (
        *("26 choices", [command(options=[argument(choices=[choice(str(n), str(n)) for n in range(26)])])]),
        *("0.options.0.choices", "BASE_TYPE_BAD_LENGTH"),
    ),
    ("choice name", [command(options=[argument(choices=[choice("x" * 101)])])], "choices.0.name", "MAX_LENGTH"),
    ("choice value", [command(options=[argument(choices=[choice("a", "x" * 101)])])], "choices.0.value", "BAD_LENGTH"),
    ("choice type", [command(options=[argument(kind=4, choices=[choice()])])], "choices.0.value", "VALUE_INVALID"),
    ("equal choices", [command(options=[argument(choices=[choice(), choice()])])], "choices", "NAME_ALREADY_EXISTS"),
    (
        *("both", [command(options=[argument(autocomplete=True, choices=[choice()])])]),
        *("0.options.0.autocomplete", "AUTOCOMPLETE_INVALID"),
    ),
    ("bounds of a text", [command(options=[argument(min_value=1)])], "0.options.0.min_value", "OPTIONS_TYPE_INVALID"),
    ("no languages", [command(name_localizations=[])], "0.name_localizations", "DICT_TYPE_CONVERT"),
    ("options of a text", [command(options=[argument(options=[argument()])])], "0.options.0.options", "TYPE_INVALID"),
    ("language", [command(name_localizations={"xx": "ask"})], "0.name_localizations.xx", "ENUM_TYPE_COERCE"),
    ("translated name", [command(name_localizations={"de": "Frag mich"})], "0.name_localizations.de", "REGEX"),
    ("menu with a description", [command("Suggest", type=3)], "0.description", "APPLICATION_COMMAND_INVALID"),
    ("equal names", [command(), command()], "1", "APPLICATION_COMMANDS_DUPLICATE_NAME"),
    ("unknown field", [command(desc="x")], "0.desc", "UNKNOWN_FIELD"),
    (
        *("8000", [command(options=[argument(f"o{n}", choices=[choice(f"{m}".ljust(100, "x"), f"{m}".ljust(60, "x"))
                                                              for m in range(25)]) for n in range(3)])]),
        *("0", "APPLICATION_COMMAND_TOO_LARGE"),
    ),
]  # fmt: skip
"""The same for `PUT /applications/{application}/commands`."""
