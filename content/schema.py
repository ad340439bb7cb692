"""Forms as JSON Schema (draft 2020-12), so that editors complete and check what an author types.

A schema sees a file as a YAML 1.2 reader does, where `0.5` is a number and `true` a yes; the forms read text. So single
values accept each of these. What a schema cannot say (a key that names an option, equal options) the reader checks.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from content.form import (
    ABSENT,
    Duration,
    Either,
    Form,
    Keyed,
    Number,
    Parsed,
    Record,
    Several,
    Text,
    Variant,
    Word,
    YesNo,
)
from content.scalars import spell

Schema: TypeAlias = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The version of JSON Schema."""
_AS_WORDS = {"true": True, "false": False, "null": None}


def json_schema(form: Form, title: str) -> Schema:
    """The schema of a file that `form` reads, as a JSON value."""
    return {"$schema": DIALECT, "title": title, **_schema(form)}


def dump(schema: Schema) -> str:
    """The schema as the text that is published: indented, ending with a newline."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _schema(form: Form) -> Schema:
    return _WAYS[type(form)](form)


def _text(form: Text) -> Schema:
    types = ["string", "number", "boolean", *(["null"] if form.literal else [])]
    pattern = f"^({form.pattern})$" if form.pattern else r"\S"
    examples = {"examples": [form.like]} if form.like else {}
    return {"type": types, "maxLength": form.most, "pattern": pattern, **examples}


def _word(form: Word) -> Schema:
    others = [_AS_WORDS[word] for word in form.words if word in _AS_WORDS]
    return {"enum": [*form.words, *others, *(int(word) for word in form.words if word.isdecimal())]}


def _number(form: Number) -> Schema:
    limits = {"minimum": form.least, "maximum": form.most}
    plain = {word: _plain(limit) for word, limit in limits.items() if limit is not None}
    return {"type": "integer" if form.whole else ["number", "string"], **plain}


def _yes_no(_: YesNo) -> Schema:
    return {"enum": [True, False, "yes", "no", "on", "off"]}


def _duration(form: Duration) -> Schema:
    about = f"from {spell(form.least)} to {spell(form.most)}, such as 90 s, 60 min, 24 h, 7 d, 2 w"
    return {"type": "string", "pattern": "^[0-9]{1,6} ?(s|min|h|d|w)$", "description": about}


def _parsed(form: Parsed) -> Schema:
    pattern = {"pattern": f"^({form.pattern})$"} if form.pattern else {}
    return {"type": ["string", "number"], **pattern, "examples": [form.like]}


def _several(form: Several) -> Schema:
    entries = {"type": "array", "items": _schema(form.each), "minItems": form.least, "maxItems": form.most}
    return {"anyOf": [_schema(form.each), entries]} if form.lone else entries


def _keyed(form: Keyed) -> Schema:
    names = {key: word for key, word in _schema(form.key).items() if key in {"pattern", "maxLength"}}
    each = _schema(form.each)
    return {"type": "object", "propertyNames": names, "additionalProperties": each, "maxProperties": form.most}


def _either(form: Either) -> Schema:
    return {"anyOf": [_schema(part) for part in form.forms]}


def _record(form: Record) -> Schema:
    properties = {}
    for key, field in form.fields.items():
        default = {} if field.default is ABSENT else {"default": _plain(field.default)}
        inner = _schema(field.form)
        told = f"{field.about} ({inner['description']})" if "description" in inner else field.about
        properties[key] = {**inner, "description": told, **default}
    required = [key for key, field in form.fields.items() if field.required]
    about = {"description": form.about} if form.about else {}
    return {"type": "object", **about, "properties": properties, "required": required, "additionalProperties": False}


def _variant(form: Variant) -> Schema:
    chosen = {form.by: {"enum": list(form.records), "description": form.about}}
    ways = [
        {"if": {"required": [form.by], "properties": {form.by: {"const": word}}}, "then": _record(record)}
        for word, record in form.records.items()
    ]
    return {"type": "object", "properties": chosen, "required": [form.by], "allOf": ways}


_WAYS: dict[type[Form], Callable[[Any], Schema]] = {
    Text: _text,
    Word: _word,
    Number: _number,
    YesNo: _yes_no,
    Duration: _duration,
    Parsed: _parsed,
    Several: _several,
    Record: _record,
    Keyed: _keyed,
    Variant: _variant,
    Either: _either,
}


def _plain(value: object) -> object:
    """A default or a limit as JSON writes it."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case timedelta():
            return spell(value)
        case tuple() | list() | set() | frozenset():
            return [_plain(part) for part in value]
        case dict():
            return {str(key): _plain(part) for key, part in value.items()}
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)
