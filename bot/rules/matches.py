"""Matches: who is where, who is out, what a hint says. Pure: everything follows from the answers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.rules.shown import Shown
from bot.rules.verdicts import Verdict
from content.item import Kind


class Mode(StrEnum):
    """How a match is played."""

    CLASSIC = "classic"
    """Everybody answers until the clock ends."""
    RACE = "race"
    """The first right answer takes the most."""
    SURVIVAL = "survival"
    """Out after a wrong answer, or none."""
    TEAMS = "teams"
    """Teams, chosen in the lobby, with the mean of their players' points."""
    RELAXED = "relaxed"
    """Without a clock: on by a button."""


class End(StrEnum):
    """Why a match ended before its last question."""

    STOPPED = "stopped"
    NOBODY = "nobody"
    """Nobody was left to play it."""
    AWAY = "away"
    """The bot was down for too long."""
    UNSENT = "unsent"
    """A question could not be sent."""
    IDLE = "idle"
    """Nobody went on with it for too long."""
    ONE_LEFT = "one-left"
    """All but one, or all, were out."""


TEAMS = 4
"""So many teams a lobby offers; those that nobody joins are none."""
KINDS = (Kind.CHOICE, Kind.MULTI, Kind.TRUE_FALSE, Kind.NUMERIC, Kind.SHORT, Kind.ORDER)
"""What a match asks: what a machine can grade."""


@dataclass(frozen=True, slots=True)
class Played:
    """A question of a match that is over: its place in the sequence, and whether it was `void`, skipped by wish."""

    nth: int
    void: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a person that counts for a question. `took`: since the question was there."""

    nth: int
    person: int
    verdict: str
    points: int
    at: datetime
    took: timedelta


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a match's standings: a person, or a team by its number. Equals share a `rank`.

    `took` sums the time over all questions; one that was not answered rightly counts its whole clock. `lasted`: so many
    questions they stayed in, where people go out.
    """

    rank: int
    who: int
    points: float
    right: int
    took: timedelta
    lasted: int = 0


def gained(mode: Mode, replies: Sequence[Reply]) -> dict[tuple[int, int], int]:
    """What each (question, person) brings in the match: the points of the answer; in a race half of them, rounded up,
    for all right ones but the first by the platform's instants.
    """
    points = {(each.nth, each.person): each.points for each in replies}
    if mode is not Mode.RACE:
        return points
    right: dict[int, list[Reply]] = defaultdict(list)
    for each in replies:
        if each.verdict == Verdict.RIGHT:
            right[each.nth].append(each)
    for some in right.values():
        _, *later = sorted(some, key=lambda each: (each.took, each.at, each.person))
        points |= {(each.nth, each.person): (each.points + 1) // 2 for each in later}
    return points


def went_out(played: Iterable[Played], replies: Sequence[Reply], players: Collection[int]) -> dict[int, int]:
    """The question that put each person out, in survival: the first one not void that they did not have right.

    A question that nobody who was in had right puts nobody out.
    """
    right: dict[int, set[int]] = defaultdict(set)
    for each in replies:
        if each.verdict == Verdict.RIGHT:
            right[each.nth].add(each.person)
    left, out = set(players), dict[int, int]()
    for question in sorted(played, key=lambda each: each.nth):
        kept = left & right[question.nth]
        if question.void or not kept:
            continue
        out |= dict.fromkeys(left - kept, question.nth)
        left = kept
    return out


def ranking(
    mode: Mode, played: Sequence[Played], replies: Sequence[Reply], players: Collection[int], clock: timedelta
) -> list[Line]:
    """The standings of the people who play, best first: by what they lasted where people go out, by points, then by
    the time that their right answers took.
    """
    points, out = gained(mode, replies), {}
    if mode is Mode.SURVIVAL:
        out = went_out(played, replies, players)
    took = {(each.nth, each.person): min(each.took, clock) for each in replies if each.verdict == Verdict.RIGHT}
    done = [each.nth for each in played]
    lines = [
        Line(
            rank=0,
            who=person,
            points=sum(points.get((nth, person), 0) for nth in done),
            right=sum((nth, person) in took for nth in done),
            took=sum((took.get((nth, person), clock) for nth in done), timedelta()),
            lasted=sum(nth < out.get(person, len(done)) for nth in done) if mode is Mode.SURVIVAL else 0,
        )
        for person in players
    ]
    return _ranked(lines)


def team_ranking(people: Sequence[Line], teams: Mapping[int, int]) -> list[Line]:
    """The standings of teams: each has the mean of its players' points, so that a big one is not ahead by its size."""
    members: dict[int, list[Line]] = defaultdict(list)
    for line in people:
        if line.who in teams:
            members[teams[line.who]].append(line)
    lines = [
        Line(
            rank=0,
            who=team,
            points=round(sum(line.points for line in some) / len(some), 1),
            right=sum(line.right for line in some),
            took=sum((line.took for line in some), timedelta()) / len(some),
        )
        for team, some in members.items()
    ]
    return _ranked(lines)


def _ranked(lines: Sequence[Line]) -> list[Line]:
    """Best first; equals share a rank, and the one after them has that of its place."""

    def place(line: Line) -> tuple[float, ...]:
        return -line.lasted, -line.points, -line.right, line.took.total_seconds()

    ordered = sorted(lines, key=lambda line: (place(line), line.who))
    ranks: dict[tuple[float, ...], int] = {}
    return [
        Line(ranks.setdefault(place(line), number), line.who, line.points, line.right, line.took, line.lasted)
        for number, line in enumerate(ordered, 1)
    ]


def smallest_team(sizes: Mapping[int, int]) -> int:
    """The team for whoever did not choose: the smallest of those there are, the first of equals."""
    there = {team: size for team, size in sizes.items() if size}
    return min(there, key=lambda team: (there[team], team), default=0)


def most_hints(shown: Shown) -> int:
    """How many hints an item can give before it would give the answer away."""
    wrong = len(shown.options) - len(shown.key)
    match shown.kind:
        case Kind.CHOICE:
            return max(0, wrong - 1)
        case Kind.MULTI:
            return max(0, wrong - 1)
        case Kind.ORDER:
            return max(0, len(shown.options) - 2)
        case Kind.SHORT:
            return 1
        case _:
            return 0


def struck(shown: Shown, seed: str, hints: int) -> tuple[int, ...]:
    """The wrong options that so many hints strike out, ascending: by chance from `seed`, equal for everybody."""
    if shown.kind not in (Kind.CHOICE, Kind.MULTI):
        return ()
    wrong = [index for index in range(len(shown.options)) if index not in shown.key]
    wrong.sort(key=lambda index: hashlib.sha256(f"{seed}\0{index}".encode()).digest())
    return tuple(sorted(wrong[: min(hints, most_hints(shown))]))
