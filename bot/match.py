"""The course of a match: its lobby, question after question, its end. Functions of a connection.

Everything stands in the store, and each step is one transaction: whoever looks next, after a crash or in another
process, goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.counting import owe_reveal, post_row
from bot.playing import AWAY, join, playing
from bot.rules.matches import End, Line, Mode, Played, Reply, ranking, went_out
from bot.rules.shown import Shown
from bot.settings import Policy
from bot.store.halls import Learner, Place
from bot.store.matches import (
    Match,
    MatchRound,
    Player,
    ask_turn,
    begin_match,
    find_match,
    last_post,
    matches_played,
    people_answered,
    players_of,
    replies_in,
    rounds_of_match,
    set_match,
    set_players,
)
from bot.store.posts import UNSETTLED, drop_match_posts, drop_posts, find_post, owe
from bot.store.turns import find_round, set_round

LOBBY = timedelta(seconds=30)
"""So long people may come in before the first question."""
BREAK = timedelta(seconds=8)
"""So long a reveal stands before the next question."""
ROSTER_EVERY = timedelta(seconds=3)
"""The lobby is changed at most so often, however many come in."""
SEEN_EVERY = timedelta(seconds=5)
TOO_LONG = timedelta(minutes=15)
"""A match that nobody looked after for so long is over: the players have gone."""
LEAST_LEFT = timedelta(seconds=10)
"""What is left of a clock that was interrupted, at the least."""
UNSENT = timedelta(minutes=2)
"""A question or a lobby that could not be sent for so long ends the match."""
REVEAL_PATIENCE = timedelta(seconds=30)
"""The next question waits so long for a reveal that does not get out."""
IDLE = timedelta(minutes=30)
"""A match that waits for its people for so long is over."""
SKIPPED = "skipped"
"""The reason of a round that was closed by wish before its time."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a step needs besides the store: the instant, `token(n)`, and the item to show by its id, an order seed and a
    language (None where the bank has it no more). `alone_counts`: a single player's points stand on boards.
    """

    now: datetime
    token: Callable[[int], str]
    show: Callable[[str, str, str], Shown | None]
    alone_counts: bool = False


def open_lobby(connection: Connection, place: Place, host: Learner, values: dict[str, Any], means: Means) -> None:
    """A match begins with its lobby, in which its host is; `values` are the columns of what it is about."""
    begun = begin_match(
        connection,
        hall_id=place.hall,
        place_id=place.id,
        host_id=host.identity,
        token=means.token(16),
        state="lobby",
        made_at=means.now,
        seen_at=means.now,
        **values,
    )
    match = find_match(connection, begun)
    if match is not None:
        join(connection, match, host, None, means.now)
        set_match(connection, match.id, told=_roster(connection, match))
        _owe(connection, match, "lobby", means)


def go_on(connection: Connection, match_id: int, means: Means) -> None:
    """Do what is due in a match now. Safe to repeat, and in several processes."""
    match = find_match(connection, match_id)
    if match is None:  # its place is another hall's now
        set_match(connection, match_id, state="over", ended_at=means.now, reason=End.STOPPED.value)
        return
    if match.ended_at is not None:
        return
    away = means.now - match.seen_at
    if abs(away) >= SEEN_EVERY:
        set_match(connection, match.id, seen_at=means.now)
    if away >= TOO_LONG:
        finish(connection, match, End.AWAY, means)
        return
    if away >= AWAY:
        _come_back(connection, match, away, means)
        match = find_match(connection, match_id) or match
    {"lobby": _in_lobby, "running": _run, "paused": _rest}[match.state](connection, match, means)


def say(connection: Connection, match: Match, body: dict[str, Any], means: Means) -> None:
    """Owe the place a notice on the match."""
    _owe(connection, match, "match", means, body)


def begin(connection: Connection, match: Match, means: Means) -> None:
    """The lobby is over: the first question, if there is anybody to ask."""
    if not playing(connection, match):
        finish(connection, match, End.NOBODY, means)
        return
    set_match(connection, match.id, state="running", next_at=None)
    _owe(connection, match, "lobby", means)
    ask(connection, match, 0, means)


def ask(connection: Connection, match: Match, nth: int, means: Means) -> None:
    """The `nth` question, or the end where none is left. What the bank has no more is left out."""
    there = playing(connection, match)
    if not there:
        finish(connection, match, End.NOBODY, means)
        return
    for place, item_id in enumerate(match.queue[nth:], nth):
        token = means.token(16)
        shown = means.show(item_id, token, match.language)
        if shown is not None:
            if place > nth:
                set_match(connection, match.id, queue=[*match.queue[:nth], *match.queue[place:]])
            ranked = means.alone_counts or len(players_of(connection, match.id)) > 1
            _ask(connection, match, nth, shown, token, ranked=ranked, means=means)
            return
    finish(connection, match, None, means)


def close(
    connection: Connection, match: Match, last: MatchRound, means: Means, *, wait: timedelta = BREAK, skip: bool = False
) -> None:
    """Close the open question and reveal it; the next one comes after a while, or by a button."""
    ended = {"closed_at": means.now, "closes_at": min(last.closes_at or means.now, means.now)}
    reason = {"reason": SKIPPED} if skip else {}
    if not set_round(connection, last.id, ("open",), state="closed", **ended, **reason):
        return
    asked = find_round(connection, last.id)
    if asked is not None:
        owe_reveal(connection, asked, means.now, means.token)
    if match.mode is Mode.SURVIVAL:
        _put_out(connection, match)
    set_match(connection, match.id, next_at=None if match.mode is Mode.RELAXED else means.now + wait)


def finish(connection: Connection, match: Match, reason: End | None, means: Means) -> None:
    """The match is over: what is open is revealed, and the podium stands in the place if anything was asked."""
    asked = rounds_of_match(connection, match.id)
    for each in asked:
        if each.state == "open":
            close(connection, match, each, means)
        elif each.state == "due" and set_round(
            connection, each.id, ("due",), state="skipped", reason="the match was over before it was sent"
        ):
            drop_posts(connection, each.id, "the match is over")
    drop_match_posts(connection, match.id, "the match is over")
    over = {"state": "over", "ended_at": means.now, "next_at": None, "reason": reason and reason.value}
    set_match(connection, match.id, **over)
    if any(each.state in ("open", "closed") for each in asked):
        _owe(connection, match, "podium", means)
    elif match.message is not None:
        _owe(connection, match, "lobby", means)


def show_anew(connection: Connection, identity: int, now: datetime, token: Callable[[int], str]) -> None:
    """The lobbies and podiums of an identity's matches name others now: they are brought up to date."""
    for match in matches_played(connection, identity):
        for kind in ("lobby", "podium"):
            if last_post(connection, match.id, kind) is not None:
                _owe(connection, match, kind, Means(now, token, lambda *_: None))


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


def lobby_stands(connection: Connection, match_id: int, message: str, now: datetime) -> None:
    """The lobby is there: from now on people may come in, for a while."""
    match = find_match(connection, match_id)
    if match is not None and match.state == "lobby" and match.message is None:
        set_match(connection, match.id, message=message, next_at=now + LOBBY)


def opening(connection: Connection, match_id: int, sent_at: datetime | None, now: datetime) -> dict[str, Any]:
    """What is written of a round whose question is there: it was `sent_at` by the platform's own clock, if that tells.

    Its clock runs from now on; where the match is over meanwhile it is to be closed at once.
    """
    match = find_match(connection, match_id)
    if match is None or match.ended_at is not None:
        closes_at: datetime | None = now
    else:
        closes_at = now + timedelta(seconds=match.seconds) if match.seconds else None
    return {"opened_at": sent_at or now, "closes_at": closes_at}


def _come_back(connection: Connection, match: Match, away: timedelta, means: Means) -> None:
    """Nobody looked after the match for a while: its clocks get back what they lost."""
    left = None
    if match.next_at is not None:
        set_match(connection, match.id, next_at=max(match.next_at, means.now + LEAST_LEFT))
    for each in rounds_of_match(connection, match.id):
        if each.state == "open" and each.closes_at is not None:
            left = max(each.closes_at - match.seen_at, LEAST_LEFT)
            set_round(connection, each.id, ("open",), closes_at=means.now + left)
    if match.message is not None:
        seconds = None if left is None else round(left.total_seconds())
        say(connection, match, {"said": "back", "away": round(away.total_seconds()), "left": seconds}, means)


def _in_lobby(connection: Connection, match: Match, means: Means) -> None:
    post = last_post(connection, match.id, "lobby")
    if match.message is None:
        if post is None or post.state in ("failed", "skipped") or means.now - match.made_at > UNSENT:
            finish(connection, match, End.UNSENT, means)
        return
    if match.next_at is not None and means.now >= match.next_at:
        begin(connection, match, means)
        return
    roster = _roster(connection, match)
    rested = post is None or (post.state not in UNSETTLED and means.now - post.made_at >= ROSTER_EVERY)
    if roster != match.told and rested:
        set_match(connection, match.id, told=roster)
        _owe(connection, match, "lobby", means)


def _roster(connection: Connection, match: Match) -> str:
    return " ".join(f"{each.person}:{each.team}" for each in playing(connection, match))


def _run(connection: Connection, match: Match, means: Means) -> None:
    asked = rounds_of_match(connection, match.id)
    if not asked:
        ask(connection, match, 0, means)
        return
    last = asked[-1]
    match last.state:
        case "due" if means.now - last.made_at <= UNSENT:
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
    elif match.mode is Mode.RELAXED and last.opened_at and means.now - last.opened_at > IDLE:
        finish(connection, match, End.IDLE, means)


def _run_closed(connection: Connection, match: Match, last: MatchRound, means: Means) -> None:
    since = means.now - (last.closed_at or means.now)
    if match.paused_at is not None:
        set_match(connection, match.id, state="paused", next_at=None)
        say(connection, match, {"said": "paused"}, means)
    elif match.next_at is None:
        if since > IDLE:
            finish(connection, match, End.IDLE, means)
    elif means.now >= match.next_at:
        reveal = find_post(connection, last.id, "reveal")
        if reveal is not None and reveal.state in UNSETTLED and since < REVEAL_PATIENCE:
            return
        next_question(connection, match, last.nth + 1, means)


def next_question(connection: Connection, match: Match, nth: int, means: Means) -> None:
    """The `nth` question, unless it is decided who wins. An answer that came late may have brought somebody back."""
    if match.mode is Mode.SURVIVAL:
        _put_out(connection, match)
        if len(playing(connection, match)) <= 1 < len(players_of(connection, match.id)):
            finish(connection, match, End.ONE_LEFT, means)
            return
    ask(connection, match, nth, means)


def _rest(connection: Connection, match: Match, means: Means) -> None:
    if match.paused_at is not None and means.now - match.paused_at > IDLE:
        finish(connection, match, End.IDLE, means)


def _put_out(connection: Connection, match: Match) -> None:
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


def _ask(
    connection: Connection, match: Match, nth: int, shown: Shown, token: str, *, ranked: bool, means: Means
) -> None:
    local = means.now.astimezone(ZoneInfo(match.zone))
    policy = Policy(open_for=timedelta(seconds=match.seconds) if match.seconds else None, verdict="at the reveal")
    turn = {
        "hall_id": match.hall,
        "match_id": match.id,
        "nth": nth,
        "unranked": not ranked,
        "slot": local.replace(tzinfo=None).isoformat(timespec="seconds"),
        "due_at": means.now,
        "day": local.date().isoformat(),
        "policy": policy.to_json(),
        "item_id": shown.item_id,
        "topic": shown.topic,
        "concept": shown.concept,
        "shown": shown.to_json(),
        "asked_in": 1,
    }
    row = {
        "hall_id": match.hall,
        "place_id": match.place_id,
        "token": token,
        "state": "due",
        "counted_to": 0 if ranked else None,
    }
    asked = find_round(connection, ask_turn(connection, turn, row))
    if asked is not None:
        owe(connection, {**post_row(asked, "question", means.now, means.token), "match_id": match.id, "nth": nth})
    set_match(connection, match.id, next_at=None)


def _owe(connection: Connection, match: Match, kind: str, means: Means, body: dict[str, Any] | None = None) -> None:
    """Owe one more post of a kind, as what is being sent now may know less."""
    post = last_post(connection, match.id, kind)
    row = {
        "hall_id": match.hall,
        "place_id": match.place_id,
        "platform": match.place.platform,
        "match_id": match.id,
        "kind": kind,
        "nth": 0 if post is None else post.nth + 1,
        "body": body,
        "stamp": f"{kind[0]}-{means.token(16)}",
        "made_at": means.now,
    }
    owe(connection, row)
