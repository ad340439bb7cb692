from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.address import AddressError, find_address


@pytest.mark.parametrize("text", ["x/y.sqlite", "sqlite:///x/y.sqlite"])
def test_a_path_and_an_sqlite_url_are_the_same_file(text: str) -> None:
    address = find_address(text)
    assert address.file == Path.cwd() / "x" / "y.sqlite"
    assert str(address) == str(address.file)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_url_gets_our_driver_and_shows_no_password(scheme: str) -> None:
    address = find_address(f"{scheme}://me:secret@db/study")
    assert (address.file, address.url.drivername) == (None, "postgresql+psycopg")
    assert "secret" not in str(address)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mysql://host/x", "keeps nothing in 'mysql'"),
        ("sqlite://", "needs a file"),
        (":memory:", "needs a file"),
        ("postgresql://host:port/x", "is no database address"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(AddressError, match=f"{said}.*write a path, sqlite:///path or postgresql://"):
        find_address(text)
