from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.store import Store
from bot.store.prepared import Prepared, among
from bot.store.tables import events
from tests.bot.store.facts import START

YEAR = timedelta(days=365)

ADD = Prepared(lambda _: insert(events))
FIND = Prepared(lambda _: select(events.c.event, events.c.at).where(events.c.event == bindparam("event")))
SINCE = bindparam("since", type_=events.c.at.type)
LATEST = Prepared(lambda _: select(events.c.event).where(events.c.platform == "web", events.c.at >= SINCE))
FORGET = Prepared(lambda _: delete(events).where(events.c.event == bindparam("event")))
WHOLE = Prepared(lambda _: select(events).where(among(events.c.event, ("e0", "e2"))).order_by(events.c.event))
NONE = Prepared(lambda _: select(events.c.event).where(among(events.c.event, ())))
YEAR_LATER = Prepared(lambda _: update(events).where(events.c.at < START + YEAR).values(at=START + YEAR))


async def test_a_prepared_statement_converts_what_it_is_given_as_its_columns_say(store: Store) -> None:
    rows = [{"platform": "web", "event": f"e{n}", "at": START, "outcome": {"n": n}} for n in range(3)]

    def use(connection: Connection) -> None:
        ADD.many(connection, rows)
        ADD.many(connection, [])
        assert FIND.rows(connection, {"event": "e1"}) == [("e1", int(START.timestamp() * 1_000_000))]
        assert sorted(LATEST.rows(connection, {"since": START})) == [("e0",), ("e1",), ("e2",)]
        FORGET.many(connection, [{"event": "e0"}, {"event": "e2"}])
        assert connection.execute(select(events.c.outcome)).scalars().all() == [{"n": 1}]

    await store.write("h", use)


async def test_a_prepared_statement_gives_rows_as_their_columns_say_and_tells_how_many_it_changed(store: Store) -> None:
    rows = [{"platform": "web", "event": f"e{n}", "at": START, "outcome": {"n": n}} for n in range(3)]

    def use(connection: Connection) -> None:
        ADD.many(connection, rows)
        first, last = WHOLE.found(connection, {})
        assert (first.event, first.at, first.outcome) == ("e0", START, {"n": 0})
        assert last.outcome == {"n": 2}
        assert NONE.found(connection, {}) == []
        assert [YEAR_LATER.run(connection, {}) for _ in range(2)] == [3, 0]
        assert {row.at for row in WHOLE.found(connection, {})} == {START + YEAR}

    await store.write("h", use)
