from __future__ import annotations

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import ConflictError, Row
from bot.store import Store, leases
from bot.store.shelf import _end_of
from tests.clock import Clock


async def test_what_was_put_is_got_until_it_is_deleted(store: Store) -> None:
    shelf = store.shelf("web")
    assert await shelf.get("a") is None
    assert await shelf.put("a", {"n": [1, None, "é\u0000"]}) == Row("a", {"n": [1, None, "é\u0000"]}, 1)
    assert await shelf.get("a") == Row("a", {"n": [1, None, "é\u0000"]}, 1)
    assert await store.shelf("slack").get("a") is None
    await shelf.delete("a")
    await shelf.delete("never there")
    assert await shelf.get("a") is None


async def test_a_number_is_never_used_again(store: Store) -> None:
    shelf = store.shelf("web")
    await shelf.put("a", 1)
    assert (await shelf.put("b", 1)).seq == 2
    await shelf.delete("b")
    assert (await shelf.put("b", 1)).seq == 3
    assert (await store.shelf("other").put("b", 1)).seq == 1


async def test_of_many_who_compare_and_set_one_wins_each_time(store: Store) -> None:
    shelf = store.shelf("web")

    async def claim(who: int, expected: int) -> int:
        try:
            return (await shelf.put("turn", who, expected)).seq
        except ConflictError:
            return 0

    seq = 0
    for _ in range(3):
        won = [n for n in await asyncio.gather(*(claim(who, seq) for who in range(8))) if n]
        assert len(won) == 1
        seq = won[0]
    with pytest.raises(ConflictError, match="read it again"):
        await shelf.put("turn", 1, 0)
    assert (await shelf.get("turn")) is not None


async def test_changes_are_told_in_the_order_in_which_they_were_committed(store: Store) -> None:
    shelf = store.shelf("web")
    await asyncio.gather(*(shelf.put(f"m:{n:03}", n) for n in range(30)), *(shelf.put(f"o:{n}", n) for n in range(5)))
    await shelf.put("m:005", "again")
    rows = await shelf.changed("m:")
    assert len(rows) == 30
    assert [row.seq for row in rows] == sorted(row.seq for row in rows)
    assert rows[-1].key == "m:005"
    assert await shelf.changed("m:", after=rows[-1].seq) == []
    assert list(await shelf.changed("m:", after=rows[9].seq, limit=4)) == list(rows[10:14])
    assert len(await shelf.changed("")) == 35
    assert await shelf.changed("M:") == []


async def test_the_newest_rows_are_the_last_by_code_point(store: Store) -> None:
    shelf = store.shelf("web")
    for key in ("a:2", "a:10", "A:3", "a:é", "a:z", "a:\U0010ffff", "b:1", "a%"):
        await shelf.put(key, key)
    assert [row.key for row in await shelf.newest("a:")] == ["a:10", "a:2", "a:z", "a:é", "a:\U0010ffff"]
    assert [row.key for row in await shelf.newest("a:", limit=2)] == ["a:é", "a:\U0010ffff"]
    assert [row.key for row in await shelf.newest("", limit=1)] == ["b:1"]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_all_texts_with_a_prefix_and_no_others_lie_between_it_and_its_end(prefix: str, rest: str) -> None:
    end = _end_of(prefix)
    assert prefix <= prefix + rest < end
    assert (prefix <= rest < end) == rest.startswith(prefix)


@pytest.mark.parametrize("value", [math.nan, math.inf, {"x": math.nan}, b"bytes", {1, 2}])
async def test_what_is_no_json_is_refused(sqlite_url: str, clock: Clock, value: object) -> None:
    store = Store.open(sqlite_url, now=clock, runner="inline")
    with pytest.raises((TypeError, ValueError)):
        await store.shelf("web").put("a", value)
    with pytest.raises(ValueError, match="needs a key"):
        await store.shelf("web").put("", 1)
    assert await store.shelf("web").changed("") == []
    await store.close()


@pytest.mark.parametrize("virtual", [True])
async def test_a_lease_is_held_renewed_and_lost(url: str, clock: Clock, virtual: bool) -> None:  # noqa: FBT001
    store = Store.open(url, now=clock, virtual=virtual)
    shelf = store.shelf("web")
    await shelf.put("k", "untouched")
    assert await shelf.lease("k", "me", 30)
    assert not await shelf.lease("k", "you", 30)
    clock.forward(seconds=20)
    assert await shelf.lease("k", "me", 30)
    clock.forward(seconds=29)
    assert not await shelf.lease("k", "you", 30)
    clock.forward(seconds=1)
    assert await shelf.lease("k", "you", 30)
    assert await store.shelf("slack").lease("k", "you", 30)
    assert [row.key for row in await shelf.changed("")] == ["k"]
    await store.close()


async def test_of_many_who_ask_for_a_lease_one_gets_it(store: Store) -> None:
    asked = await asyncio.gather(*(leases.take(store, "sweep", f"process {n}", 60) for n in range(20)))
    assert asked.count(True) == 1


@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf, 86_401])
async def test_a_lease_for_no_time_or_for_ever_is_refused(sqlite_url: str, clock: Clock, seconds: float) -> None:
    store = Store.open(sqlite_url, now=clock, runner="inline")
    with pytest.raises(ValueError, match="a lease lasts"):
        await leases.take(store, "sweep", "me", seconds)
    await store.close()


async def test_a_lease_that_was_taken_by_a_clock_set_back_since_is_over(sqlite_url: str, clock: Clock) -> None:
    store = Store.open(sqlite_url, now=clock, runner="inline")
    assert await leases.take(store, "sweep", "me", 60)
    clock.forward(seconds=-1)
    assert await leases.take(store, "sweep", "you", 60)
    clock.forward(seconds=59)
    assert not await leases.take(store, "sweep", "me", 60)
    await store.close()
