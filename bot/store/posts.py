"""Posts: messages that are owed to a place, or to a person alone. Each is claimed by one process at a time, sent with
its stamp, and settled.

The protocol: claim (committed before anything is sent), send, settle with the fence of the claim. A lost outcome leaves
the post `uncertain`: it is looked up by its stamp before it is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, literal, or_, select, update

from bot.ports import PlaceRef
from bot.store.columns import EPOCH, AnyRow, Instant
from bot.store.prepared import Prepared, among
from bot.store.tables import places, posts
from bot.store.upsert import insert_new

AT_ONCE = EPOCH
"""The next try of a post that waits for nothing: no clock of any process can put it off."""

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The next try of a post that only a person can decide about."""

UNSETTLED = ("due", "sending", "uncertain")
"""The states of a post of which it is not known yet what becomes of it."""

LONGEST_WAIT = timedelta(minutes=15)
"""No other post waits longer for its next try."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A post that this process may send until `lease_until`. `doubtful`: an earlier try may have got through."""

    id: int
    hall: str
    place_id: int
    place: PlaceRef
    round_id: int | None
    match_id: int | None
    identity: int | None
    """Whom it is to alone; None: to everybody in the place."""
    kind: str
    nth: int
    body: Any
    stamp: str
    fence: int
    lease_until: datetime
    attempts: int
    looks: int
    first_try: datetime
    made_at: datetime
    taken_at: datetime
    doubtful: bool

    @property
    def reader(self) -> tuple[int, int | None]:
        """Where it is read: in a place, or by one person alone. Platforms count both apart."""
        return self.place_id, self.identity


_NOW = bindparam("now", type_=Instant())
_OF = posts.c.platform == bindparam("of")
_WAITING = among(posts.c.state, ("due", "uncertain"))
_SENDING = posts.c.state == "sending"
_READY = Prepared(
    lambda _: (
        select(posts, places.c.workspace, places.c.channel)
        .join(places, places.c.id == posts.c.place_id)
        .where(
            _OF,
            or_(
                and_(_WAITING, posts.c.next_try <= _NOW),
                and_(_SENDING, posts.c.lease_until <= _NOW),
            ),
        )
        .order_by(posts.c.next_try, posts.c.id)
        .limit(bindparam("most"))
        .with_for_update(of=posts, skip_locked=True)
    )
)
_LEASE_OVER = bindparam("lease_over", type_=Instant())
_FARTHEST = bindparam("farthest", type_=Instant())
_BRING_TRIES_NEAR = Prepared(
    lambda _: (
        update(posts)
        .where(_OF, _WAITING, posts.c.next_try.between(_FARTHEST, NEVER - LONGEST_WAIT))
        .values(next_try=_LEASE_OVER)
    )
)
_BRING_LEASES_NEAR = Prepared(
    lambda _: update(posts).where(_OF, _SENDING, posts.c.lease_until > _LEASE_OVER).values(lease_until=_LEASE_OVER)
)


@lru_cache
def _changing(*names: str) -> Prepared:
    """Change these columns of a post, each to the value of its name, where it has the state and fence that are `was`
    and `fenced`.
    """
    named = {name: bindparam(f"new_{name}", type_=posts.c[name].type) for name in names}
    same = posts.c.id == bindparam("post"), posts.c.fence == bindparam("fenced"), posts.c.state == bindparam("was")
    return Prepared(lambda _: update(posts).where(*same).values(named))


def owe(connection: Connection, row: dict[str, Any]) -> bool:
    """Owe a post, to be sent at once, unless its round owes one of that kind and number already; whether it is new."""
    fresh = {"state": "due", "fence": 0, "attempts": 0, "looks": 0, "nth": 0, "next_try": AT_ONCE}
    return insert_new(connection, posts, fresh | row)


def owe_anew(connection: Connection, row: dict[str, Any], at: datetime, settled: datetime) -> None:
    """Owe a change of a message, at `at`, once more where it was made before. One that waits already stays as it is.
    One that is being made now knows less: it is made again at `settled`, when nothing can come over it any more.
    """
    if owe(connection, {**row, "next_try": at}):
        return
    own = posts.c.round_id == row["round_id"], posts.c.kind == row["kind"], posts.c.nth == row["nth"]
    waits, sending = posts.c.state.in_(("due", "uncertain")), posts.c.state == "sending"
    # Also what waits is written, so that nobody claims it before this transaction is there to be read.
    values = {
        "state": case((waits, posts.c.state), else_="due"),
        "next_try": case(
            (waits, posts.c.next_try), (sending, literal(settled, Instant())), else_=literal(at, Instant())
        ),
        "made_at": case((waits, posts.c.made_at), else_=literal(row["made_at"], Instant())),
        "fence": posts.c.fence + 1,
        "owner": None,
        "lease_until": None,
        "attempts": 0,
        "looks": 0,
    }
    connection.execute(update(posts).where(*own).values(**values))


def next_number(connection: Connection, round_id: int, kind: str) -> int:
    """A number for one more post of a kind that a round owes already: what is being sent now may know less."""
    statement = select(func.coalesce(func.max(posts.c.nth), 0)).where(
        posts.c.round_id == round_id, posts.c.kind == kind
    )
    return max(0, int(connection.execute(statement).scalar_one())) + 1


def claim(
    connection: Connection, owner: str, platform: str, now: datetime, lease: timedelta, limit: int = 64
) -> list[Claimed]:
    """Take what is due on a platform, and what another process did not settle in its lease, oldest first."""
    # What waits for longer than anything does was put off by a clock that has been set back since.
    values = {"of": platform, "now": now, "most": limit, "lease_over": now + lease, "farthest": now + LONGEST_WAIT}
    _BRING_TRIES_NEAR.run(connection, values)
    _BRING_LEASES_NEAR.run(connection, values)
    return [_take(connection, row, owner, now, lease) for row in _READY.found(connection, values)]


def _take(connection: Connection, row: AnyRow, owner: str, now: datetime, lease: timedelta) -> Claimed:
    first = row.first_try or now
    values = {
        "state": "sending",
        "owner": owner,
        "fence": row.fence + 1,
        "lease_until": now + lease,
        "attempts": row.attempts + 1,
        "first_try": first,
    }
    _change(connection, row.id, row.fence, row.state, values)
    return Claimed(
        id=row.id,
        hall=row.hall_id,
        place_id=row.place_id,
        place=PlaceRef(row.platform, row.workspace, row.channel),
        round_id=row.round_id,
        match_id=row.match_id,
        identity=row.identity_id,
        kind=row.kind,
        nth=row.nth,
        body=row.body,
        stamp=row.stamp,
        fence=row.fence + 1,
        lease_until=now + lease,
        attempts=row.attempts + 1,
        looks=row.looks,
        first_try=first,
        made_at=row.made_at,
        taken_at=now,
        doubtful=row.state in ("uncertain", "sending"),
    )


def settle(connection: Connection, claimed: Claimed, state: str, **values: Any) -> bool:  # noqa: ANN401
    """Write what became of a claim; False, and nothing changed, where somebody else has claimed it since."""
    free = {"state": state, "lease_until": None, "owner": None}
    return _change(connection, claimed.id, claimed.fence, "sending", free | values) == 1


def _change(connection: Connection, post: int, fence: int, state: str, values: Mapping[str, Any]) -> int:
    """Change columns of a post that still has this fence and state; how many that were."""
    new = {f"new_{name}": value for name, value in values.items()}
    return _changing(*values).run(connection, new | {"post": post, "fenced": fence, "was": state})


def drop_posts(connection: Connection, round_id: int, reason: str) -> None:
    """What a round still owes is not sent any more, nor is what only a person could have decided about."""
    undecided = or_(posts.c.state == "due", and_(posts.c.state == "uncertain", posts.c.next_try == NEVER))
    statement = update(posts).where(posts.c.round_id == round_id, undecided)
    connection.execute(statement.values(state="skipped", reason=reason))


def drop_match_posts(connection: Connection, match_id: int, reason: str) -> None:
    """What a match still owes of itself is not sent any more."""
    own = posts.c.match_id == match_id, posts.c.state == "due"
    connection.execute(update(posts).where(*own).values(state="skipped", reason=reason))


def put_back(connection: Connection, claimed: Claimed) -> bool:
    """Give a claim back that nothing was sent for: it is as it was before."""
    state = "uncertain" if claimed.doubtful else "due"
    return settle(connection, claimed, state, next_try=AT_ONCE, attempts=claimed.attempts - 1)


def post_state(connection: Connection, round_id: int, kind: str) -> str | None:
    """The state of a round's post of a kind that it owes one of."""
    statement = select(posts.c.state).where(posts.c.round_id == round_id, posts.c.kind == kind)
    return connection.execute(statement).scalar()


def find_post(connection: Connection, round_id: int, kind: str, nth: int = 0) -> AnyRow | None:
    """(state, message, next_try) of a round's post of a kind and number, None where none was ever owed."""
    statement = select(posts.c.state, posts.c.message, posts.c.next_try)
    own = posts.c.round_id == round_id, posts.c.kind == kind, posts.c.nth == nth
    return connection.execute(statement.where(*own)).first()


def waiting(connection: Connection, hall: str) -> int:
    """How many posts of a hall are owed and not settled."""
    statement = select(func.count()).select_from(posts)
    unsettled = posts.c.state.in_(UNSETTLED)
    return int(connection.execute(statement.where(posts.c.hall_id == hall, unsettled)).scalar_one())


def last_sent(connection: Connection, hall: str) -> datetime | None:
    """When a hall's newest settled post was made, of those for everybody."""
    sent = posts.c.hall_id == hall, posts.c.state == "sent", posts.c.identity_id.is_(None)
    return connection.execute(select(func.max(posts.c.made_at)).where(*sent)).scalar()
