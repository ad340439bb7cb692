"""Who plays in a match: joining, leaving, and being in it by answering. Functions of a connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.matches import spans
from bot.rules.matches import Mode, smallest_team
from bot.store.halls import Learner
from bot.store.matches import Match, Player, enrol, find_match, player_of, players_of, set_players
from bot.store.turns import Round


def stands_still(connection: Connection, match_id: int, now: datetime) -> bool:
    """Whether nobody looks after a match now, so that the clock of its open question is to be set again."""
    match = find_match(connection, match_id)
    return match is not None and match.ended_at is None and now - match.seen_at >= spans.AWAY


def plays(connection: Connection, asked: Round, who: Learner, now: datetime) -> bool:
    """Whether a person's answer to a question of a match counts; whoever may still come in is in by answering."""
    match = find_match(connection, asked.match or 0)
    if match is None or asked.nth is None:
        return False
    mine = player_of(connection, match.id, who.person)
    if mine is None or mine.left:
        if not may_join(match, asked.nth, mine):
            return False
        join(connection, match, who, None, now)
        return True
    return mine.out is None or mine.out >= asked.nth


def may_join(match: Match, nth: int, mine: Player | None) -> bool:
    """Whether somebody who is not in may come in at the `nth` question: where people go out, at the first alone."""
    return match.mode is not Mode.SURVIVAL or (nth == 0 and (mine is None or mine.out is None))


def join(connection: Connection, match: Match, who: Learner, team: int | None, now: datetime) -> int | None:
    """Somebody plays: in the `team` of their choice, or else where they are, or in the smallest. Gives the team."""
    mine = player_of(connection, match.id, who.person)
    if match.mode is not Mode.TEAMS:
        team = None
    elif team is None and mine is not None and mine.team is not None:
        team = mine.team
    elif team is None:
        there = players_of(connection, match.id)
        team = smallest_team(Counter(each.team for each in there if each.team is not None and not each.left))
    enrol(connection, match.hall, match.id, mine.identity if mine else who.identity, team, now)
    return team


def leave(connection: Connection, match: Match, who: Learner, now: datetime) -> bool:
    """Somebody plays no longer; what they have stays. Whether they were in."""
    mine = player_of(connection, match.id, who.person)
    if mine is None or mine.left:
        return False
    set_players(connection, match.id, [mine.identity], left_at=now)
    return True


def playing(connection: Connection, match: Match) -> list[Player]:
    """Who is in: neither gone nor out."""
    return still_in(players_of(connection, match.id))


def still_in(there: Iterable[Player]) -> list[Player]:
    """Those of some players who are neither gone nor out."""
    return [each for each in there if not each.left and each.out is None]
