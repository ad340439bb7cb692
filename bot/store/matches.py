"""Matches, their players and what was answered in them. Functions of a connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from bot.ports import PlaceRef
from bot.rules.matches import End, Mode
from bot.store.columns import AnyRow
from bot.store.people import identity_ids
from bot.store.prepared import Prepared
from bot.store.tables import answers, halls, identities, matches, people, places, players, posts, rounds, turns


@dataclass(frozen=True, slots=True)
class Match:
    """A match as it was read. `state`: lobby, running, paused, over; `seconds` is 0 where there is no clock."""

    id: int
    hall: str
    place_id: int
    place: PlaceRef
    host: int
    token: str
    mode: Mode
    state: str
    topic: str | None
    seconds: int
    queue: tuple[str, ...]
    message: str | None
    made_at: datetime
    next_at: datetime | None
    seen_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None
    reason: End | None
    told: str
    zone: str
    language: str


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who joined. `name` is "" for who was forgotten or is hidden; `out`: the question that put them out."""

    identity: int
    person: int
    name: str
    team: int | None
    left: bool
    out: int | None
    skips: int | None


@dataclass(frozen=True, slots=True)
class MatchRound:
    """A question of a match: its round as it stands."""

    id: int
    nth: int
    state: str
    reason: str | None
    made_at: datetime
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None


_MATCH = (
    select(matches, places.c.platform, places.c.workspace, places.c.channel, halls.c.zone, halls.c.language)
    .join(places, places.c.id == matches.c.place_id)
    .join(halls, halls.c.id == matches.c.hall_id)
    .where(places.c.hall_id == matches.c.hall_id)
)
_PLAYERS = (
    select(players, identities.c.person_id, people.c.name, people.c.hidden)
    .join(identities, identities.c.id == players.c.identity_id)
    .join(people, people.c.id == identities.c.person_id)
    .order_by(players.c.joined_at, players.c.identity_id)
)
_LIVE = matches.c.ended_at.is_(None)
_ASKED = select(
    *(rounds.c[name] for name in ("id", "state", "reason", "opened_at", "closes_at", "closed_at")),
    turns.c.nth,
    turns.c.due_at.label("made_at"),
).join(turns, turns.c.id == rounds.c.turn_id)
_LIVE_ON = Prepared(
    lambda _: (
        select(matches.c.hall_id, matches.c.id)
        .join(places, places.c.id == matches.c.place_id)
        .where(_LIVE, places.c.platform == bindparam("of"))
        .order_by(matches.c.id)
    )
)


def begin_match(connection: Connection, **values: Any) -> int:  # noqa: ANN401  columns
    """Insert a match; returns its id."""
    found: int = connection.execute(insert(matches).values(**values).returning(matches.c.id)).scalar_one()
    return found


def find_match(connection: Connection, match_id: int) -> Match | None:
    """A match, None where its place went to another hall."""
    return _first(connection, _MATCH.where(matches.c.id == match_id))


def match_by_token(connection: Connection, token: str) -> Match | None:
    """The match that a ref names."""
    return _first(connection, _MATCH.where(matches.c.token == token))


def live_match(connection: Connection, place_id: int) -> Match | None:
    """The match of a place that is not over."""
    return _first(connection, _MATCH.where(matches.c.place_id == place_id, _LIVE))


def live_matches(connection: Connection, platform: str) -> Sequence[tuple[str, int]]:
    """(hall, id) of the matches on a platform that are not over, oldest first."""
    return [(hall, match_id) for hall, match_id in _LIVE_ON.rows(connection, {"of": platform})]


def set_match(connection: Connection, match_id: int, **values: Any) -> None:  # noqa: ANN401  columns
    """Change a match."""
    connection.execute(update(matches).where(matches.c.id == match_id).values(**values))


def matches_played(connection: Connection, identity: int) -> list[Match]:
    """The matches that an identity came into."""
    own = select(players.c.match_id).where(players.c.identity_id == identity)
    found = connection.execute(_MATCH.where(matches.c.id.in_(own)).order_by(matches.c.id))
    return [_match(row) for row in found]


def live_in_hall(connection: Connection, hall: str) -> int:
    """How many matches of a hall are not over."""
    statement = select(func.count()).select_from(matches).where(matches.c.hall_id == hall, _LIVE)
    return int(connection.execute(statement).scalar_one())


def hosted_since(connection: Connection, person: int, since: datetime) -> int:
    """How many matches a person began since then."""
    own = identity_ids(person)
    statement = select(func.count()).select_from(matches).where(matches.c.host_id.in_(own), matches.c.made_at > since)
    return int(connection.execute(statement).scalar_one())


def players_of(connection: Connection, match_id: int) -> list[Player]:
    """Who joined a match, whoever came first first; one line a person, however many accounts are theirs."""
    return _players(connection, _PLAYERS.where(players.c.match_id == match_id))


def player_of(connection: Connection, match_id: int, person: int) -> Player | None:
    """A person's line in a match."""
    own = players.c.match_id == match_id, identities.c.person_id == person
    return next(iter(_players(connection, _PLAYERS.where(*own))), None)


def _players(connection: Connection, statement: Select[*tuple[Any, ...]]) -> list[Player]:
    found: dict[int, Player] = {}
    for row in connection.execute(statement):
        known = found.get(row.person_id)
        if known is None or (known.left and row.left_at is None):
            found[row.person_id] = _player(row)
    return list(found.values())


def matches_of_person(connection: Connection, person: int) -> Sequence[AnyRow]:
    """The matches that a person came into: a line of each, with the match's mode, oldest first."""
    own = identity_ids(person)
    statement = select(players, matches.c.mode).join(matches, matches.c.id == players.c.match_id)
    return connection.execute(statement.where(players.c.identity_id.in_(own)).order_by(players.c.match_id)).all()


def enrol(connection: Connection, hall: str, match_id: int, identity: int, team: int | None, now: datetime) -> None:
    """An identity plays, in this team; whoever left is back."""
    row = {"match_id": match_id, "identity_id": identity, "hall_id": hall, "team": team, "joined_at": now}
    key = players.c.match_id == match_id, players.c.identity_id == identity
    changed = connection.execute(update(players).where(*key).values(team=team, left_at=None)).rowcount
    if not changed:
        connection.execute(insert(players).values(**row))


def set_players(connection: Connection, match_id: int, identity_ids: Sequence[int], **values: Any) -> None:  # noqa: ANN401
    """Change the lines of some identities in a match."""
    own = players.c.match_id == match_id, players.c.identity_id.in_(identity_ids)
    connection.execute(update(players).where(*own).values(**values))


def rounds_of_match(connection: Connection, match_id: int) -> list[MatchRound]:
    """The rounds of a match, in the sequence asked."""
    found = connection.execute(_ASKED.where(turns.c.match_id == match_id).order_by(turns.c.nth))
    return [MatchRound(**row) for row in found.mappings()]


def last_round(connection: Connection, match_id: int) -> MatchRound | None:
    """The latest round of a match, None before its first question."""
    latest = _ASKED.where(turns.c.match_id == match_id).order_by(turns.c.nth.desc()).limit(1)
    row = connection.execute(latest).mappings().first()
    return None if row is None else MatchRound(**row)


def replies_in(connection: Connection, match_id: int) -> Sequence[AnyRow]:
    """(nth, person_id, verdict, points, at, opened_at) of the answers that count in a match: of each question and
    person the one that was stored first.
    """
    first = (
        select(func.min(answers.c.id))
        .join(identities, identities.c.id == answers.c.identity_id)
        .join(turns, turns.c.id == answers.c.turn_id)
        .where(turns.c.match_id == match_id)
        .group_by(answers.c.turn_id, identities.c.person_id)
    )
    columns = (answers.c.verdict, answers.c.points, answers.c.at, rounds.c.opened_at)
    statement = (
        select(turns.c.nth, identities.c.person_id, *columns)
        .join_from(answers, turns, turns.c.id == answers.c.turn_id)
        .join(rounds, rounds.c.id == answers.c.round_id)
        .join(identities, identities.c.id == answers.c.identity_id)
        .where(answers.c.id.in_(first))
        .order_by(answers.c.id)
    )
    return connection.execute(statement).all()


def people_answered(connection: Connection, round_id: int) -> frozenset[int]:
    """The people who answered a round."""
    statement = select(identities.c.person_id).join(answers, answers.c.identity_id == identities.c.id)
    return frozenset(connection.execute(statement.where(answers.c.round_id == round_id)).scalars())


def ask_turn(connection: Connection, turn: dict[str, Any], asked: dict[str, Any]) -> int:
    """Insert a turn of a match with its round; returns the round's id."""
    turn_id = connection.execute(insert(turns).values(**turn).returning(turns.c.id)).scalar_one()
    statement = insert(rounds).values(**asked, turn_id=turn_id).returning(rounds.c.id)
    found: int = connection.execute(statement).scalar_one()
    return found


def asked_items(connection: Connection, place_id: int) -> list[str]:
    """The items asked in a place, the oldest first."""
    statement = (
        select(turns.c.item_id)
        .join(rounds, rounds.c.turn_id == turns.c.id)
        .where(rounds.c.place_id == place_id, turns.c.item_id.is_not(None))
        .order_by(turns.c.due_at, turns.c.id)
    )
    return list(connection.execute(statement).scalars())


def sent_message(connection: Connection, match_id: int, kind: str) -> str | None:
    """The platform's id of the first message of a kind of a match, None where it was not sent."""
    own = posts.c.match_id == match_id, posts.c.kind == kind, posts.c.nth == 0, posts.c.state == "sent"
    found: str | None = connection.execute(select(posts.c.message).where(*own)).scalar()
    return found


def last_post(connection: Connection, match_id: int, kind: str) -> AnyRow | None:
    """(nth, state, made_at) of the latest post of a kind of a match."""
    own = posts.c.match_id == match_id, posts.c.kind == kind
    statement = select(posts.c.nth, posts.c.state, posts.c.made_at).where(*own)
    return connection.execute(statement.order_by(posts.c.nth.desc()).limit(1)).first()


def _first(connection: Connection, statement: Select[*tuple[Any, ...]]) -> Match | None:
    row = connection.execute(statement).first()
    return None if row is None else _match(row)


def _match(row: AnyRow) -> Match:
    return Match(
        id=row.id,
        hall=row.hall_id,
        place_id=row.place_id,
        place=PlaceRef(row.platform, row.workspace, row.channel),
        host=row.host_id,
        token=row.token,
        mode=Mode(row.mode),
        state=row.state,
        topic=row.topic,
        seconds=row.seconds,
        queue=tuple(row.queue),
        message=row.message,
        made_at=row.made_at,
        next_at=row.next_at,
        seen_at=row.seen_at,
        paused_at=row.paused_at,
        ended_at=row.ended_at,
        reason=End(row.reason) if row.reason else None,
        told=row.told,
        zone=row.zone,
        language=row.language,
    )


def _player(row: AnyRow) -> Player:
    name = "" if row.hidden else row.name
    return Player(row.identity_id, row.person_id, name, row.team, row.left_at is not None, row.out, row.skips)
