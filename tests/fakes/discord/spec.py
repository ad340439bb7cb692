"""Discord's own description of its API, where it lies beside the repository: every body that is sent has to fit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from tests.fakes.discord.facts import Json, Wrong

FILE = Path(__file__).parents[4] / "shared" / "specs" / "discord-openapi.json"


@cache
def description() -> Json | None:
    """The description, None where it is absent.

    It wants ids as texts; Discord takes them as numbers too, which is how discord.py sends some.
    """
    if not FILE.exists():
        return None
    whole: Json = json.loads(FILE.read_text(encoding="utf-8"))
    whole["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
    return whole


@cache
def validator(method: str, path: str) -> Draft202012Validator | None:
    """What looks at the bodies of a route; None where nothing is described."""
    whole = description()
    operation = (whole or {}).get("paths", {}).get(path, {}).get(method.lower(), {})
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if whole is None or schema is None:
        return None
    return Draft202012Validator({"allOf": [schema], "components": whole["components"]})


def against_spec(method: str, path: str, body: Any) -> list[Wrong]:
    """What is wrong with a body by the description, the likeliest cause first."""
    looks = validator(method, path)
    if looks is None or looks.is_valid(body):
        return []
    error = best_match(_errors(looks, body))
    where = tuple(error.absolute_path) if error else ()
    return [Wrong(where, "OPENAPI", error.message[:200] if error else "does not fit")]


def _errors(looks: Draft202012Validator, body: Any) -> Iterable[ValidationError]:
    return looks.iter_errors(body)
