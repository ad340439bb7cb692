"""What is due in a match now."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from bot.matches import spans
from bot.matches.course import ask, begin, close, finish, next_question
from bot.matches.lobby import roster
from bot.matches.means import Means
from bot.matches.owing import owe_more, say
from bot.matches.playing import playing
from bot.rules.matches import End, Mode
from bot.store.matches import (
    Match,
    MatchRound,
    find_match,
    last_post,
    last_round,
    people_answered,
    rounds_of_match,
    set_match,
)
from bot.store.posts import UNSETTLED, find_post
from bot.store.turns import set_round


def go_on(connection: Connection, match_id: int, means: Means) -> None:
    """Do what is due in a match now. Safe to repeat, and in several processes."""
    match = find_match(connection, match_id)
    if match is None:  # its place is another hall's now
        set_match(connection, match_id, state="over", ended_at=means.now, reason=End.STOPPED.value)
        return
    if match.ended_at is not None:
        return
    away = means.now - match.seen_at
    if abs(away) >= spans.SEEN_EVERY:
        set_match(connection, match.id, seen_at=means.now)
    if away >= spans.TOO_LONG:
        finish(connection, match, End.AWAY, means)
        return
    if away >= spans.AWAY:
        _come_back(connection, match, away, means)
        match = find_match(connection, match_id) or match
    {"lobby": _in_lobby, "running": _run, "paused": _rest}[match.state](connection, match, means)


def _come_back(connection: Connection, match: Match, away: timedelta, means: Means) -> None:
    """Nobody looked after the match for a while: its clocks get back what they lost."""
    left = None
    if match.next_at is not None:
        set_match(connection, match.id, next_at=max(match.next_at, means.now + spans.LEAST_LEFT))
    for each in rounds_of_match(connection, match.id):
        if each.state == "open" and each.closes_at is not None:
            left = max(each.closes_at - match.seen_at, spans.LEAST_LEFT)
            set_round(connection, each.id, ("open",), closes_at=means.now + left)
    if match.message is not None:
        seconds = None if left is None else round(left.total_seconds())
        say(connection, match, {"said": "back", "away": round(away.total_seconds()), "left": seconds}, means)


def _in_lobby(connection: Connection, match: Match, means: Means) -> None:
    post = last_post(connection, match.id, "lobby")
    if match.message is None:
        if post is None or post.state in ("failed", "skipped") or means.now - match.made_at > spans.UNSENT:
            finish(connection, match, End.UNSENT, means)
        return
    if match.next_at is not None and means.now >= match.next_at:
        begin(connection, match, means)
        return
    there = roster(connection, match)
    rested = post is None or (post.state not in UNSETTLED and means.now - post.made_at >= spans.ROSTER_EVERY)
    if there != match.told and rested:
        set_match(connection, match.id, told=there)
        owe_more(connection, match, "lobby", means)


def _run(connection: Connection, match: Match, means: Means) -> None:
    last = last_round(connection, match.id)
    if last is None:
        ask(connection, match, 0, means)
        return
    match last.state:
        case "due" if means.now - last.made_at <= spans.UNSENT:
            return
        case "open":
            _run_open(connection, match, last, means)
        case "closed":
            _run_closed(connection, match, last, means)
        case _:
            finish(connection, match, End.UNSENT, means)


def _run_open(connection: Connection, match: Match, last: MatchRound, means: Means) -> None:
    there = {each.person for each in playing(connection, match)}
    over = last.closes_at is not None and means.now >= last.closes_at
    if over or there <= people_answered(connection, last.id):
        close(connection, match, last, means)
    elif match.mode is Mode.RELAXED and last.opened_at and means.now - last.opened_at > spans.IDLE:
        finish(connection, match, End.IDLE, means)


def _run_closed(connection: Connection, match: Match, last: MatchRound, means: Means) -> None:
    since = means.now - (last.closed_at or means.now)
    if match.paused_at is not None:
        set_match(connection, match.id, state="paused", next_at=None)
        say(connection, match, {"said": "paused"}, means)
    elif match.next_at is None:
        if since > spans.IDLE:
            finish(connection, match, End.IDLE, means)
    elif means.now >= match.next_at:
        reveal = find_post(connection, last.id, "reveal")
        if reveal is not None and reveal.state in UNSETTLED and since < spans.REVEAL_PATIENCE:
            return
        next_question(connection, match, last.nth + 1, means)


def _rest(connection: Connection, match: Match, means: Means) -> None:
    if match.paused_at is not None and means.now - match.paused_at > spans.IDLE:
        finish(connection, match, End.IDLE, means)
