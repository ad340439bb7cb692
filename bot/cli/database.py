"""The database for commands: which one, opened for reading, and what is said when it cannot be used."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from bot.cli.configuration import settings_of
from bot.cli.parser import Call, Code, CommandError
from bot.ports import NotSavedError
from bot.store import Store, schema
from bot.store.address import AddressError, find_address
from bot.store.sqlite import DatabaseFileError

Value = TypeVar("Value")


def database_of(call: Call) -> str:
    """The database that a command line means: the one named, else that of the settings."""
    return call.database or settings_of(call).database


def named(url: str) -> str:
    """The database for people: a file, or a URL without its password."""
    return str(find_address(url))


def exists(url: str) -> bool:
    """Whether there is a database with tables to read. Makes nothing. Raises CommandError where it cannot be told."""
    with usable(url):
        file = find_address(url).file
        return (file is None or file.exists()) and schema.current(url) != "base"


def ask(url: str, call: Call, question: Callable[[Store], Awaitable[Value]]) -> Value:
    """What `question` finds in the opened store. Raises CommandError where the database cannot be used."""
    if not exists(url):
        raise CommandError(
            f"there is nothing in the database {named(url)} yet: start the study hall with `studyhall run`, "
            "or name another database with --database",
            Code.DATABASE,
        )
    with usable(url):
        if (found := schema.current(url)) != schema.head():
            raise CommandError(
                f"the tables of {named(url)} are at {found}, this Studyhall needs {schema.head()}: "
                "run `studyhall db upgrade`",
                Code.DATABASE,
            )
        return asyncio.run(_ask(url, call, question))


async def _ask(url: str, call: Call, question: Callable[[Store], Awaitable[Value]]) -> Value:
    with _quiet():
        store = Store.open(url, now=call.surroundings.now)
    try:
        return await question(store)
    finally:
        await store.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps advice for those who run a study hall, such as on the version of SQLite, from everybody who looks at it."""
    log = logging.getLogger("bot.store")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


@contextmanager
def usable(url: str) -> Iterator[None]:
    """Turns every way in which a database cannot be used into a CommandError that names it, without its password."""
    try:
        yield
    except (AddressError, DatabaseFileError, schema.SchemaError) as error:
        raise CommandError(str(error), Code.DATABASE) from error
    except NotSavedError as error:
        raise CommandError(f"{named(url)} cannot be read: {error}", Code.DATABASE) from error
    except (DBAPIError, OSError) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()[0]
        raise CommandError(f"{named(url)} cannot be used: {reason}", Code.DATABASE) from error
