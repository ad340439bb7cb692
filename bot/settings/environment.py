"""Settings from environment variables: the list of them, and how they are read. Each is read by the form of its key."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from typing import Any

from bot.ports import Adapter, Setting
from bot.settings.form import (
    DATABASE_URL,
    HOST,
    LANGUAGE,
    PACKS,
    PLACES,
    PORT,
    TIMES,
    TITLE,
    WEEKDAYS,
    ZONE,
    setting_form,
)
from content.form import Form, Several, Text, check
from content.tree import ListNode, Node, ScalarNode
from scheduler.reading import refuse_close

PREFIX = "STUDYHALL_"


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable: the key of studyhall.yaml that it replaces ("" where there is none) and its form.

    `between` separates the entries of a list. The value of a `secret` one is never repeated.
    """

    name: str
    key: str
    meaning: str
    example: str
    form: Form
    between: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class VariableFault:
    """What is wrong with an environment variable, and what to do about it."""

    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.message}; {self.remedy}"


OWN = (
    Variable("STUDYHALL_CONFIG", "", "The settings file.", "/etc/studyhall.yaml", Text(most=1000)),
    Variable(
        "STUDYHALL_DATABASE", "database", "The database.", "sqlite:////data/studyhall.db", DATABASE_URL, secret=True
    ),
    Variable(
        "DATABASE_URL",
        "database",
        "The database, where STUDYHALL_DATABASE is not set.",
        "postgresql://studyhall:password@db/studyhall",
        DATABASE_URL,
        secret=True,
    ),
    Variable(
        "STUDYHALL_PACKS",
        "packs",
        f"The packs, with `{os.pathsep}` between them.",
        os.pathsep.join(("shipped", "/data/packs")),
        PACKS,
        between=os.pathsep,
    ),
    Variable(
        "STUDYHALL_PLATFORMS",
        "",
        "The platforms that this process runs, out of those in use, with `,` between them.",
        "web",
        Several(Text(), least=1),
        between=",",
    ),
    Variable("STUDYHALL_ZONE", "", "The time zone of halls that name none.", "Europe/Berlin", ZONE),
    Variable("STUDYHALL_TITLE", "", "The built-in hall's title.", "Data team", TITLE),
    Variable("STUDYHALL_LANGUAGE", "", "The language that the bot speaks in the built-in hall.", "en", LANGUAGE),
    Variable(
        "STUDYHALL_PLACES",
        "",
        "The built-in hall's places, with `,` between them.",
        "web:local:general,web:local:random",
        PLACES,
        between=",",
    ),
    Variable(
        "STUDYHALL_TIMES",
        "",
        "When the built-in hall asks: local times of day, with `,` between them.",
        "09:00,16:30",
        TIMES,
        between=",",
    ),
    Variable(
        "STUDYHALL_WEEKDAYS",
        "",
        "On which days the built-in hall asks, with `,` between them.",
        "mon-fri",
        WEEKDAYS,
        between=",",
    ),
    Variable("STUDYHALL_PRIVATE_HOST", "listening.private_host", "Where the page listens.", "0.0.0.0", HOST),  # noqa: S104  an example
    Variable("STUDYHALL_PRIVATE_PORT", "listening.private_port", "The page's port.", "8000", PORT),
    Variable("STUDYHALL_PUBLIC_HOST", "listening.public_host", "Where platforms reach us.", "0.0.0.0", HOST),  # noqa: S104  an example
    Variable("STUDYHALL_PUBLIC_PORT", "listening.public_port", "The port that platforms reach.", "8080", PORT),
)


OF_THE_BUILT_IN_HALL = tuple(f"{PREFIX}{word}" for word in ("TITLE", "LANGUAGE", "PLACES", "TIMES", "WEEKDAYS"))
"""Variables that describe the hall which there is without a settings file; beside a file they would set nothing."""


def variables(adapters: Mapping[str, Adapter]) -> tuple[Variable, ...]:
    """Every environment variable that sets something: our own and one a setting of each adapter."""
    return (*OWN, *(_of(adapter.name, setting) for adapter in adapters.values() for setting in adapter.settings))


def _of(adapter: str, setting: Setting) -> Variable:
    name = f"{PREFIX}{adapter}_{setting.name}".upper().replace("-", "_")
    key = f"platforms.{adapter}.{setting.name}"
    return Variable(name, key, setting.description, str(setting.default), setting_form(setting))


def read_environment(
    environment: Mapping[str, str], adapters: Mapping[str, Adapter]
) -> tuple[dict[str, Any], list[VariableFault]]:
    """The values that the environment sets, by the variable's name, and what is wrong.

    An empty variable counts as not set. A name that begins with STUDYHALL_ and is near one of ours is a fault: it would
    do nothing, unnoticed.
    """
    values: dict[str, Any] = {}
    faults = list(_misspelt(environment, adapters))
    for variable in variables(adapters):
        if text := environment.get(variable.name, ""):
            checked = check(
                variable.form, _node(variable, text), variable.name, f"environment variable {variable.name}"
            )
            faults += [_fault(variable, fault.message, fault.remedy) for fault in checked.faults]
            values[variable.name] = checked.value
    return values, [*faults, *_close(values.get("STUDYHALL_TIMES") or [])]


def _close(times: Sequence[time | None]) -> Iterator[VariableFault]:
    try:
        refuse_close(each for each in times if each is not None)
    except ValueError as error:
        message, _, remedy = str(error).partition(": ")
        yield VariableFault(f"environment variable STUDYHALL_TIMES: {message}", remedy)


def _node(variable: Variable, text: str) -> Node:
    if not variable.between:
        return ScalarNode(text, 1, 1)
    parts = (part.strip() for part in text.split(variable.between))
    return ListNode(tuple(ScalarNode(part, 1, 1) for part in parts if part), 1, 1)


def _fault(variable: Variable, message: str, remedy: str) -> VariableFault:
    hidden = f"environment variable {variable.name} holds nothing that can be used"
    return VariableFault(hidden if variable.secret else message, remedy)


def _misspelt(environment: Mapping[str, str], adapters: Mapping[str, Adapter]) -> Iterator[VariableFault]:
    known = {variable.name.removeprefix(PREFIX) for variable in variables(adapters)}
    for name in sorted(environment):
        word = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and word not in known and (near := get_close_matches(word, known, n=1, cutoff=0.8)):
            yield VariableFault(f"environment variable {name} sets nothing", f"did you mean {PREFIX}{near[0]}?")
