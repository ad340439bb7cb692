"""How the people of a match stand, and who is out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.rules.matches import Line, Played, Reply, ranking, went_out
from bot.store.matches import Match, MatchRound, Player, players_of, replies_in, rounds_of_match, set_players

SKIPPED = "skipped"
"""The reason of a round that was closed by wish before its time."""


def standings(connection: Connection, match: Match, until: int | None = None) -> tuple[list[Line], list[Player]]:
    """The standings of a match's people after its closed questions, those up to the `until`th, and who they are."""
    there = players_of(connection, match.id)
    played = _played(rounds_of_match(connection, match.id), until)
    clock = timedelta(seconds=match.seconds)
    return ranking(match.mode, played, replies(connection, match), [each.person for each in there], clock), there


def replies(connection: Connection, match: Match) -> list[Reply]:
    """The answers that count in a match."""
    return [
        Reply(row.nth, row.person_id, row.verdict, row.points, row.at, _took(row.opened_at, row.at))
        for row in replies_in(connection, match.id)
    ]


def put_out(connection: Connection, match: Match) -> None:
    """Write down who is out by the questions closed so far."""
    there = players_of(connection, match.id)
    played = _played(rounds_of_match(connection, match.id), None)
    out = went_out(played, replies(connection, match), [each.person for each in there])
    for each in there:
        if each.out != out.get(each.person):
            set_players(connection, match.id, [each.identity], out=out.get(each.person))


def _played(asked: list[MatchRound], until: int | None) -> list[Played]:
    last = len(asked) if until is None else until
    return [Played(each.nth, each.reason == SKIPPED) for each in asked if each.state == "closed" and each.nth <= last]


def _took(opened_at: datetime | None, at: datetime) -> timedelta:
    return max(at - opened_at, timedelta()) if opened_at is not None else timedelta()
