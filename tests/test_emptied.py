from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.emptied import Emptied


@pytest.fixture
def databases(postgresql_server: str, postgresql_template: str) -> Iterator[Emptied]:
    own = Emptied(postgresql_server, postgresql_template)
    yield own
    own.drop()


def test_a_database_is_lent_again_without_the_rows_and_numbers_that_the_last_test_left(databases: Emptied) -> None:
    urls = set()
    for _ in range(2):
        for url in databases.lend():
            urls.add(url)
            with psycopg.connect(url) as session:
                session.execute("SET session_replication_role = replica")
                add = "INSERT INTO people (hall_id, name, hidden, since) VALUES ('h', 'Ada', false, 0) RETURNING id"
                assert [session.execute(add).fetchone() for _ in range(2)] == [(1,), (2,)]
    assert len(urls) == 1


@pytest.mark.parametrize(
    "change",
    ["CREATE TABLE more (x integer)", "ALTER TABLE people DROP name", "UPDATE alembic_version SET version_num = 0"],
)
def test_a_database_whose_tables_or_version_a_test_changed_is_lent_to_nobody_else(
    databases: Emptied, change: str
) -> None:
    urls = set()
    for _ in range(2):
        for url in databases.lend():
            urls.add(url)
            with psycopg.connect(url) as session:
                session.execute(change.encode())
    assert len(urls) == 2
