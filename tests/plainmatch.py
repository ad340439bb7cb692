"""A match as somebody would keep it on paper: who plays, who gave what and when, what each of it is worth.

It shares nothing with the code it is compared with but the words in which wishes are answered. Times of questions
(opened, closed) are read from outside, and `tests/bot/test_match_model.py` looks whether they may be what they are;
everything else is worked out here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Facts = dict[str, Any]

LATE = timedelta(minutes=10)
STILL = timedelta(seconds=20)
RIGHT = 10


@dataclass(slots=True)
class Seat:
    """Somebody's place in a match, since `account` took it."""

    account: str
    team: int | None
    left: bool = False
    out: int | None = None
    skips: int | None = None


@dataclass(slots=True)
class Given:
    """An answer that was taken."""

    person: str
    option: int
    at: datetime
    right: bool
    points: int
    counts: bool


@dataclass(slots=True)
class Question:
    """A question. `key` is the option that is right; `given` are the answers of accounts, as they came."""

    token: str
    nth: int
    concept: str
    key: int
    options: int
    ranked: bool
    state: str = "due"
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    skipped: bool = False
    hints: int = 0
    counted: bool = False
    given: dict[str, Given] = field(default_factory=dict)

    def counting(self) -> dict[str, Given]:
        """The answer of each person that counts."""
        return {each.person: each for each in self.given.values() if each.counts}

    def took(self, given: Given) -> timedelta:
        """How long somebody took."""
        return max(given.at - self.opened_at, timedelta()) if self.opened_at else timedelta()


@dataclass(slots=True)
class PlainMatch:
    """A match, from its lobby on. `numbers` puts people in the sequence of equals; `lead` are who organise."""

    mode: str
    host: str
    seconds: int
    numbers: dict[str, int]
    lead: frozenset[str]
    state: str = "lobby"
    token: str = ""
    message: bool = False
    paused: bool = False
    next_at: datetime | None = None
    seen_at: datetime | None = None
    seats: dict[str, Seat] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    @property
    def last(self) -> Question | None:
        """The newest question."""
        return self.questions[-1] if self.questions else None

    def playing(self) -> list[str]:
        """Who is in."""
        return [person for person, seat in self.seats.items() if not seat.left and seat.out is None]

    # Wishes.

    def wish(self, word: str, person: str, account: str, team: int | None, now: datetime) -> Facts:
        """What comes of a wish."""
        leads = person in self.lead or person == self.host
        came: dict[str, Callable[[], Facts]] = {
            "join": lambda: self._joins(person, account, team),
            "leave": lambda: self._leaves(person),
            "skip": lambda: self._skips(person, now, leads=leads),
            "onward": lambda: self._goes_onward(person, now, leads=leads),
            "hint": self._hints,
            "extend": self._extends,
            "pause": self._pauses,
            "resume": lambda: self._resumes(now),
            "go": self._begins,
            "stop": self._stops,
        }
        if self.state == "over":
            return {"came": "over"}
        by_host = word in {"go", "hint", "pause", "resume", "stop", "extend"}
        return {"came": "host-only"} if by_host and not leads else came[word]()

    def may_join(self, person: str, nth: int) -> bool:
        """Whether somebody who is not in may come in."""
        seat = self.seats.get(person)
        return self.mode != "survival" or (nth == 0 and (seat is None or seat.out is None))

    def join(self, person: str, account: str, team: int | None) -> int | None:
        """Take a seat, again perhaps."""
        seat = self.seats.get(person)
        if self.mode != "teams":
            team = None
        elif team is None:
            team = seat.team if seat is not None and seat.team is not None else self._smallest()
        if seat is None:
            self.seats[person] = Seat(account, team)
        else:
            seat.team, seat.left = team, False
        return team

    def _smallest(self) -> int:
        sizes: dict[int, int] = defaultdict(int)
        for seat in self.seats.values():
            if seat.team is not None and not seat.left:
                sizes[seat.team] += 1
        return min((size, team) for team, size in sizes.items())[1] if sizes else 0

    def _joins(self, person: str, account: str, team: int | None) -> Facts:
        seat = self.seats.get(person)
        if seat is not None and not seat.left and (self.state != "lobby" or self.mode != "teams"):
            return {"came": "in-already" if seat.out is None else "out"}
        if not self.may_join(person, self.last.nth if self.last else 0):
            return {"came": "out"}
        return {"came": "joined", "team": self.join(person, account, team if team is None or team < 4 else None)}

    def _leaves(self, person: str) -> Facts:
        seat = self.seats.get(person)
        if seat is None or seat.left:
            return {"came": "not-in"}
        seat.left = True
        return {"came": "left"}

    def _skips(self, person: str, now: datetime, *, leads: bool) -> Facts:
        last = self.last
        if last is None or last.state != "open":
            return self._goes_onward(person, now, leads=leads) if leads and last else {"came": "no-question"}
        if not leads:
            there = self.playing()
            if person not in there:
                return {"came": "not-in"}
            self.seats[person].skips = last.nth
            votes = sum(self.seats[each].skips == last.nth for each in there)
            if votes * 2 <= len(there):
                return {"came": "voted", "votes": votes, "needed": len(there) // 2 + 1}
        last.skipped = True
        return {"came": "skipped"}

    def _goes_onward(self, person: str, now: datetime, *, leads: bool) -> Facts:
        last, seat = self.last, self.seats.get(person)
        if last is None or last.state != "closed" or self.state != "running" or self.paused:
            return {"came": "no-question"}
        if not leads and (self.mode != "relaxed" or seat is None or seat.left):
            return {"came": "not-in"}
        self.next_at = now
        return {"came": "onward"}

    def _hints(self) -> Facts:
        last = self.last
        if last is None or last.state != "open":
            return {"came": "no-question"}
        if last.hints >= last.options - 2:
            return {"came": "no-hint"}
        last.hints += 1
        return {"came": "hinted"}

    def _extends(self) -> Facts:
        last = self.last
        if last is None or last.state != "open":
            return {"came": "no-question"}
        if last.closes_at is None or last.opened_at is None:
            return {"came": "no-clock"}
        later = last.closes_at + timedelta(seconds=15)
        if later - last.opened_at > timedelta(minutes=10):
            return {"came": "long-enough"}
        last.closes_at = later
        return {"came": "extended", "seconds": 15}

    def _pauses(self) -> Facts:
        if self.state == "lobby" or self.paused:
            return {"came": "not-begun" if self.state == "lobby" else "paused-already"}
        self.paused = True
        return {"came": "pausing" if self.last and self.last.state in ("due", "open") else "paused"}

    def _resumes(self, now: datetime) -> Facts:
        if not self.paused:
            return {"came": "not-paused"}
        if self.state == "paused":
            self.next_at = now + timedelta(seconds=3)
        self.paused, self.state = False, "running"
        return {"came": "resumed"}

    def _stops(self) -> Facts:
        self.state = "over"
        return {"came": "stopped"}

    def _begins(self) -> Facts:
        if self.state != "lobby" or not self.message:
            return {"came": "not-yet" if self.state == "lobby" else "begun-already"}
        self.state = "running" if self.playing() else "over"
        return {"came": "begun"}

    # Answers.

    def answer(self, question: Question, person: str, account: str, option: int, at: datetime, now: datetime) -> str:
        """What comes of an answer: counted, elsewhere, already, told (already, and it is said whether it was right),
        closed, out. It is given at an instant and delivered now, perhaps later.
        """
        known = account in question.given
        if not self._in_time(question, at, now):
            return "told" if known else "closed"
        if known:
            return "already"
        seat = self.seats.get(person)
        if seat is None or seat.left:
            if not self.may_join(person, question.nth):
                return "out"
            self.join(person, account, None)
        elif seat.out is not None and seat.out < question.nth:
            return "out"
        counts = person not in question.counting()
        question.given[account] = Given(person, option, at, option == question.key, 0, counts)
        return "counted" if counts else "elsewhere"

    def worth(self, question: Question, given: Given, *, missed: bool) -> int:
        """The points of an answer: ten, up to two for speed, five where the concept was `missed` last time."""
        if not given.right:
            return 0
        left = 0.0
        if self.seconds:
            left = 1.0
            if question.opened_at is not None:
                left = 1 - (given.at - question.opened_at).total_seconds() / self.seconds
        return RIGHT + int(2 * min(1.0, max(0.0, left)) + 1e-9) + (5 if missed and given.counts else 0)

    def _in_time(self, question: Question, at: datetime, now: datetime) -> bool:
        still = self.state != "over" and self.seen_at is not None and now - self.seen_at >= STILL
        if question.state == "open" and still:
            return True
        if question.closes_at is None:
            return question.state in ("due", "open")
        in_state = question.state in ("due", "open", "closed")
        return in_state and at <= question.closes_at and now - question.closes_at <= LATE

    # Standings.

    def closed(self) -> list[Question]:
        """The questions that are over."""
        return [each for each in self.questions if each.state == "closed"]

    def outs(self) -> dict[str, int]:
        """Who is out by now, and by which question."""
        left, out = set(self.seats), dict[str, int]()
        for question in self.closed():
            right = {person for person, given in question.counting().items() if given.right} & left
            if right and not question.skipped:
                out |= dict.fromkeys(left - right, question.nth)
                left = right
        return out

    def put_out(self) -> None:
        """Decide who is out."""
        out = self.outs() if self.mode == "survival" else {}
        for person, seat in self.seats.items():
            seat.out = out.get(person)

    def table(self, names: dict[str, str], teams: Sequence[str]) -> set[tuple[str, ...]]:
        """The rows of the final standings: rank, name, points, right."""
        lines = {person: self._line(person) for person in self.seats}
        played = sum(not each.skipped for each in self.closed())
        if self.mode != "teams":
            return {(*row[:3], f"{row[3]}/{played}") for row in _ranked({names[who]: lines[who] for who in lines})}
        members: dict[int, list[tuple[float, ...]]] = defaultdict(list)
        for person, seat in self.seats.items():
            if seat.team is not None:
                members[seat.team].append(lines[person])
        return _ranked({teams[team]: _mean(some) for team, some in members.items()})

    def _line(self, person: str) -> tuple[float, ...]:
        """(how many questions they lasted, points, right, minus the seconds they took)."""
        out = self.outs().get(person) if self.mode == "survival" else None
        points, right, took = 0, 0, 0.0
        for question in self.closed():
            given = question.counting().get(person)
            points += self._gained(question, given) if given else 0
            right += given is not None and given.right
            whole = float(self.seconds)
            took += min(question.took(given).total_seconds(), whole) if given and given.right else whole
        closed = self.closed()
        lasted = sum(out is None or each.nth < out for each in closed) if self.mode == "survival" else 0
        return lasted, points, right, -round(took, 6)

    def _gained(self, question: Question, given: Given) -> int:
        if self.mode != "race" or not given.right:
            return given.points
        right = [each for each in question.counting().values() if each.right]
        first = min(right, key=lambda each: (question.took(each), each.at, self.numbers[each.person]))
        return given.points if first is given else -(-given.points // 2)


def _mean(lines: list[tuple[float, ...]]) -> tuple[float, ...]:
    columns = list(zip(*lines, strict=True))
    points, took = round(sum(columns[1]) / len(lines), 1), sum(columns[3]) / len(lines)
    return 0, points, sum(columns[2]), round(took, 6)


def _ranked(lines: dict[str, tuple[float, ...]]) -> set[tuple[str, ...]]:
    """Whoever has as many ahead of them shares a rank."""
    return {
        (f"{1 + sum(other > line for other in lines.values())}", name, f"{line[1]:g}", f"{line[2]}")
        for name, line in lines.items()
    }
