"""Rows to test on: a hall with two places, people, turns and answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.rules.boards import Counted, boards, periods, season_of
from bot.rules.verdicts import Verdict
from bot.store.tables import answers, halls, identities, people, places, rounds, schedules, turns

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOPICS = ("statistics", "trees")


def hall(name: str) -> dict[str, Any]:
    """A row of `halls`."""
    return {"id": name, "title": name, "zone": "UTC", "language": "en", "season": "quarter", "organisers": {}}


def found_hall(connection: Connection, name: str, members: int, days: int) -> None:
    """A hall with two places, `members` people with one identity each, and a turn of two rounds for each of `days`."""
    connection.execute(insert(halls).values(hall(name)))
    for channel in ("one", "two"):
        place = {"hall_id": name, "platform": "web", "workspace": name, "channel": channel}
        connection.execute(insert(places).values(place))
    for number in range(members):
        join(connection, name, f"p{number}")
    plan: dict[str, Any] = {
        "zone": "UTC",
        "times": [],
        "weekdays": [],
        "blackout": [],
        "selection": {},
        "policy": {},
        "places": [],
    }
    plan |= {"hall_id": name, "name": "daily", "made_at": START, "looked_until": START}
    schedule = connection.execute(insert(schedules).values(plan).returning(schedules.c.id)).scalar_one()
    for day in range(days):
        _ask(connection, name, schedule, START + timedelta(days=day), TOPICS[day % len(TOPICS)])


def join(connection: Connection, name: str, account: str) -> int:
    """A new person with one identity; returns the person's id."""
    row = {"hall_id": name, "name": account, "since": START}
    person = connection.execute(insert(people).values(row).returning(people.c.id)).scalar_one()
    identity = {"hall_id": name, "person_id": person, "platform": "web", "workspace": name, "account": account}
    connection.execute(insert(identities).values(identity | {"name": account}))
    return int(person)


def _ask(connection: Connection, name: str, schedule: int, due: datetime, topic: str) -> None:
    row = {
        "hall_id": name,
        "schedule_id": schedule,
        "slot": f"{due:%Y-%m-%dT%H:%M}",
        "due_at": due,
        "day": f"{due:%Y-%m-%d}",
    }
    row |= {"item_id": "pack/item", "topic": topic, "concept": topic, "shown": {"topic": topic}}
    turn = connection.execute(insert(turns).values(row).returning(turns.c.id)).scalar_one()
    for place in connection.execute(select(places.c.id).where(places.c.hall_id == name)).scalars().all():
        asked = {"hall_id": name, "turn_id": turn, "place_id": place, "token": f"t{turn}p{place}", "state": "open"}
        connection.execute(insert(rounds).values(asked))


def answer(connection: Connection, round_id: int, identity: int, points: int) -> Counted:
    """Store an answer; returns it as it would count."""
    asked = connection.execute(
        select(rounds, turns.c.topic, turns.c.slot)
        .join(turns, turns.c.id == rounds.c.turn_id)
        .where(rounds.c.id == round_id)
    ).one()
    day = asked.slot[:10]
    season = season_of(date.fromisoformat(day), "quarter")
    verdict = Verdict.RIGHT if points else Verdict.WRONG
    row = {"hall_id": asked.hall_id, "turn_id": asked.turn_id, "round_id": round_id, "identity_id": identity}
    row |= {"given": {}, "via": "press", "verdict": verdict.value, "points": points, "rules": "1"}
    row |= {"why": "chosen", "detail": "", "board_date": day, "season": season, "at": START, "stored_at": START}
    stored = connection.execute(insert(answers).values(row).returning(answers.c.id)).scalar_one()
    person = connection.execute(select(identities.c.person_id).where(identities.c.id == identity)).scalar_one()
    places_of = boards(asked.place_id, asked.topic)
    return Counted(person, stored, points, points > 0, places_of, periods(date.fromisoformat(day), season))


def some_points(random: Random) -> int:
    """Points of an answer: often none, few different values, so that people tie."""
    return random.choice((0, 0, 10, 10, 20))
