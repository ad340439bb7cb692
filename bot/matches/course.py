"""The steps of a match: its first question, question after question, its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.counting import owe_reveal, post_row
from bot.matches import spans
from bot.matches.means import Means
from bot.matches.owing import owe_more
from bot.matches.playing import playing, still_in
from bot.matches.standings import SKIPPED, put_out
from bot.rules.matches import End, Mode
from bot.rules.shown import Shown
from bot.settings import Policy
from bot.store.matches import Match, MatchRound, ask_turn, find_match, players_of, rounds_of_match, set_match
from bot.store.posts import drop_match_posts, drop_posts, owe
from bot.store.turns import find_round, set_round


def begin(connection: Connection, match: Match, means: Means) -> None:
    """The lobby is over: the first question, if there is anybody to ask."""
    if not playing(connection, match):
        finish(connection, match, End.NOBODY, means)
        return
    set_match(connection, match.id, state="running", next_at=None)
    owe_more(connection, match, "lobby", means)
    ask(connection, match, 0, means)


def ask(connection: Connection, match: Match, nth: int, means: Means) -> None:
    """The `nth` question, or the end where none is left. What the bank has no more is left out."""
    there = players_of(connection, match.id)
    if not still_in(there):
        finish(connection, match, End.NOBODY, means)
        return
    for place, item_id in enumerate(match.queue[nth:], nth):
        token = means.token(16)
        shown = means.show(item_id, token, match.language)
        if shown is not None:
            if place > nth:
                set_match(connection, match.id, queue=[*match.queue[:nth], *match.queue[place:]])
            ranked = means.alone_counts or len(there) > 1
            _ask(connection, match, nth, shown, token, ranked=ranked, means=means)
            return
    finish(connection, match, None, means)


def next_question(connection: Connection, match: Match, nth: int, means: Means) -> None:
    """The `nth` question, unless it is decided who wins. An answer that came late may have brought somebody back."""
    if match.mode is Mode.SURVIVAL:
        put_out(connection, match)
        there = players_of(connection, match.id)
        if len(still_in(there)) <= 1 < len(there):
            finish(connection, match, End.ONE_LEFT, means)
            return
    ask(connection, match, nth, means)


def close(
    connection: Connection,
    match: Match,
    last: MatchRound,
    means: Means,
    *,
    skip: bool = False,
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
        put_out(connection, match)
    wait = spans.SOON if skip else spans.BREAK
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
        owe_more(connection, match, "podium", means)
    elif match.message is not None:
        owe_more(connection, match, "lobby", means)


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
