"""Leading a match: what its host, organisers and players wish of it. Functions of a connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bot.counting import post_row
from bot.matches import spans
from bot.matches.course import begin, close, finish
from bot.matches.means import Means
from bot.matches.owing import say
from bot.matches.playing import join, leave, may_join, still_in
from bot.rules.matches import TEAMS, End, Mode, most_hints
from bot.store.halls import Learner, Place
from bot.store.matches import (
    Match,
    MatchRound,
    Player,
    last_round,
    live_match,
    match_by_token,
    players_of,
    set_match,
    set_players,
)
from bot.store.posts import next_number, owe
from bot.store.turns import Round, find_round, set_round

EXTRA = timedelta(seconds=15)
"""What one wish adds to a clock."""
LONGEST = timedelta(minutes=10)
BY_HOST = frozenset({"go", "hint", "pause", "resume", "stop", "extend"})
"""What the host and organisers alone may wish."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wishes: a word, and what the button named: its match (None: the place's), its team."""

    word: str
    token: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody's wish of a live match whose latest question is `last`, and whose people are `there`."""

    match: Match
    mine: Learner
    wish: Wish
    last: MatchRound | None
    there: Sequence[Player]
    leads: bool
    means: Means

    @property
    def player(self) -> Player | None:
        """Whoever wishes, where they joined."""
        return next((each for each in self.there if each.person == self.mine.person), None)


Facts = dict[str, Any]


def led(connection: Connection, place: Place, mine: Learner, wish: Wish, means: Means, *, organises: bool) -> Facts:
    """Do what somebody wishes; what came of it, as facts. Told once an event: `bot.store.events.once`."""
    match = match_by_token(connection, wish.token) if wish.token else live_match(connection, place.id)
    if match is None or match.place_id != place.id:
        return {"came": "none"}
    if match.ended_at is not None:
        return {"came": "over"}
    there = players_of(connection, match.id)
    hosts = any(each.identity == match.host and each.person == mine.person for each in there)
    if wish.word in BY_HOST and not (organises or hosts):
        return {"came": "host-only"}
    asking = Asking(match, mine, wish, last_round(connection, match.id), there, organises or hosts, means)
    return DOES[wish.word](connection, asking)


def _join(connection: Connection, asking: Asking) -> Facts:
    match, mine = asking.match, asking.player
    nth = asking.last.nth if asking.last is not None else 0
    if mine is not None and not mine.left and (match.state != "lobby" or match.mode is not Mode.TEAMS):
        return {"came": "out" if mine.out is not None else "in-already"}
    if not may_join(match, nth, mine):
        return {"came": "out"}
    team = asking.wish.index if asking.wish.index is not None and asking.wish.index < TEAMS else None
    return {"came": "joined", "team": join(connection, match, asking.mine, team, asking.means.now)}


def _leave(connection: Connection, asking: Asking) -> Facts:
    left = leave(connection, asking.match, asking.mine, asking.means.now)
    return {"came": "left" if left else "not-in"}


def _go(connection: Connection, asking: Asking) -> Facts:
    if asking.match.state != "lobby" or asking.match.message is None:
        return {"came": "begun-already" if asking.match.state != "lobby" else "not-yet"}
    begin(connection, asking.match, asking.means)
    return {"came": "begun"}


def _skip(connection: Connection, asking: Asking) -> Facts:
    """The host's word skips at once, the players' when more than half of them say so."""
    match, last = asking.match, asking.last
    if last is None or last.state != "open":
        return _onward(connection, asking) if asking.leads and last is not None else {"came": "no-question"}
    if not asking.leads:
        there = still_in(asking.there)
        mine = next((each for each in there if each.person == asking.mine.person), None)
        if mine is None:
            return {"came": "not-in"}
        set_players(connection, match.id, [mine.identity], skips=last.nth)
        votes = 1 + sum(each.skips == last.nth and each.person != mine.person for each in there)
        needed = len(there) // 2 + 1
        if votes < needed:
            return {"came": "voted", "votes": votes, "needed": needed}
    close(connection, match, last, asking.means, skip=True)
    return {"came": "skipped"}


def _onward(connection: Connection, asking: Asking) -> Facts:
    """The next question now: by a player where there is no clock, else by the host."""
    match, last = asking.match, asking.last
    if last is None or last.state != "closed" or match.state != "running" or match.paused_at is not None:
        return {"came": "no-question"}
    mine = asking.player
    if not asking.leads and (match.mode is not Mode.RELAXED or mine is None or mine.left):
        return {"came": "not-in"}
    set_match(connection, match.id, next_at=asking.means.now)
    return {"came": "onward"}


def _hint(connection: Connection, asking: Asking) -> Facts:
    asked = _open(connection, asking)
    if asked is None:
        return {"came": "no-question"}
    if asked.hints >= most_hints(asked.shown):
        return {"came": "no-hint"}
    set_round(connection, asked.id, ("open",), hints=asked.hints + 1)
    _show_anew(connection, asked, asking.means)
    return {"came": "hinted"}


def _extend(connection: Connection, asking: Asking) -> Facts:
    asked = _open(connection, asking)
    if asked is None or asked.closes_at is None or asked.opened_at is None:
        return {"came": "no-clock" if asked is not None else "no-question"}
    later = asked.closes_at + EXTRA
    if later - asked.opened_at > LONGEST:
        return {"came": "long-enough"}
    set_round(connection, asked.id, ("open",), closes_at=later)
    _show_anew(connection, asked, asking.means)
    return {"came": "extended", "seconds": int(EXTRA.total_seconds())}


def _pause(connection: Connection, asking: Asking) -> Facts:
    if asking.match.state == "lobby":
        return {"came": "not-begun"}
    if asking.match.paused_at is not None:
        return {"came": "paused-already"}
    set_match(connection, asking.match.id, paused_at=asking.means.now)
    is_open = asking.last is not None and asking.last.state in ("due", "open")
    return {"came": "pausing" if is_open else "paused"}


def _resume(connection: Connection, asking: Asking) -> Facts:
    match = asking.match
    if match.paused_at is None:
        return {"came": "not-paused"}
    if match.state == "paused":
        say(connection, match, {"said": "resumed"}, asking.means)
    next_at = asking.means.now + spans.SOON if match.state == "paused" else match.next_at
    set_match(connection, match.id, state="running", paused_at=None, next_at=next_at)
    return {"came": "resumed"}


def _stop(connection: Connection, asking: Asking) -> Facts:
    finish(connection, asking.match, End.STOPPED, asking.means)
    return {"came": "stopped"}


DOES: dict[str, Callable[[Connection, Asking], Facts]] = {
    "join": _join,
    "leave": _leave,
    "go": _go,
    "skip": _skip,
    "onward": _onward,
    "hint": _hint,
    "extend": _extend,
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
}


def _open(connection: Connection, asking: Asking) -> Round | None:
    """The open question of the match."""
    is_open = asking.last is not None and asking.last.state == "open"
    return find_round(connection, asking.last.id) if asking.last is not None and is_open else None


def _show_anew(connection: Connection, asked: Round, means: Means) -> None:
    """The question's message is brought up to date: more hints, or a later end."""
    row = post_row(asked, "hint", means.now, means.token)
    owe(connection, {**row, "nth": next_number(connection, asked.id, "hint")})
