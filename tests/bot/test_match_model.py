"""A match beside a plain model of it: whatever people, the clock and crashes do, in any order, the promises hold."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, Row, select

from bot.ports import Answered, Card, Options, Press, Reply, Typed, Who
from bot.proofs import faults
from bot.store import Store
from bot.store.tables import answers, identities, matches, posts, rounds, turns
from content.pack import load_pack
from tests.clock import Clock
from tests.fakes.platform import Posted
from tests.hall import GENERAL, StudyHall, choice_pack, hall_entry, settings_for, text_of, who

NAMES = ("ada", "bob", "cyd", "olga")
PEOPLE = st.sampled_from([who(name) for name in NAMES])
MODES = st.sampled_from(["survival", "classic", "race", "survival", "teams", "relaxed"])
WORDS = st.sampled_from(["skip", "hint", "extend", "pause", "resume", "stop", "leave", "join"])
TEAMS = st.lists(st.integers(0, 3), min_size=1, max_size=3)
TOKEN = re.compile(r"answer:([a-z0-9]+):\d")
FULL, FASTEST = 10, 12


@dataclass(slots=True)
class Asked:
    """A question as it was seen first: its options in their sequence, and who was told that their answer is noted."""

    token: str
    posted: Posted
    options: Options
    noted: dict[str, int] = field(default_factory=dict)


class Matches(RuleBasedStateMachine):
    """One place, four people, one of whom organises; the process dies now and then."""

    template: Path
    room: Path
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        folder = Path(tempfile.mkdtemp(dir=self.room))
        shutil.copyfile(self.template, folder / "hall.db")
        self.url = f"sqlite:///{folder / 'hall.db'}"
        (folder / "pack.yaml").write_text(choice_pack(5), encoding="utf-8")
        self.settings = settings_for([hall_entry(schedules=())], [folder / "pack.yaml"])
        self.clock = Clock()
        self.asked: dict[str, Asked] = {}
        self.told: dict[str, tuple[Press | Typed, Card]] = {}
        self.lives = 0
        self.hall = self._started()

    # What people do.

    @initialize(mode=MODES, count=st.integers(2, 4), teams=TEAMS)
    def a_match_begins(self, mode: str, count: int, teams: list[int]) -> None:
        """With its host and some others in it."""
        self.somebody_begins(mode, count, who("ada"))
        for name, team in zip(NAMES[1:], teams, strict=False):
            self.somebody_joins(who(name), team)
        self.the_lobby_ends(who("ada"))

    @precondition(lambda self: self._live() is None)
    @rule(mode=MODES, count=st.integers(1, 4), teams=TEAMS)
    def the_next_match_begins(self, mode: str, count: int, teams: list[int]) -> None:
        self.a_match_begins(mode, count, teams)

    @rule(mode=MODES, count=st.integers(1, 4), person=PEOPLE)
    def somebody_begins(self, mode: str, count: int, person: Who) -> None:
        self._type(f"/quiz start {mode} count:{count} seconds:10", person)
        self._look()

    @rule(picks=st.lists(st.integers(0, 2), min_size=2, max_size=4), seconds=st.sampled_from([0, 1, 2, 9, 10]))
    def several_answer(self, picks: list[int], seconds: int) -> None:
        """The newest question, and time goes on, until it is closed or the next one comes."""
        if self.asked:
            asked = list(self.asked.values())[-1]
            for name, option in zip(NAMES, picks, strict=False):
                self._press(asked.options.choices[option].ref, who(name))
            for _ in range(seconds):
                self._look(seconds=1)

    @rule(person=PEOPLE)
    def the_lobby_ends(self, person: Who) -> None:
        live = self._live()
        if live is not None:
            self._press(f"go:{live.token}", person)
            self._look()

    @rule(person=PEOPLE, team=st.integers(0, 5))
    def somebody_joins(self, person: Who, team: int) -> None:
        live = self._live()
        if live is not None:
            self._press(f"join:{live.token}:{team}" if live.mode == "teams" else f"join:{live.token}", person)

    @rule(word=WORDS, person=PEOPLE)
    def somebody_wishes(self, word: str, person: Who) -> None:
        self._type(f"/quiz {word}", person)

    @precondition(lambda self: self.asked)
    @rule(back=st.sampled_from([0, 0, 0, 1, 2]), option=st.integers(0, 2), person=PEOPLE)
    def somebody_answers(self, back: int, option: int, person: Who) -> None:
        """The newest question, or one before it."""
        asked = list(self.asked.values())[-1 - back % len(self.asked)]
        self._press(asked.options.choices[option].ref, person)

    @precondition(lambda self: self.told)
    @rule(back=st.integers(0, 20))
    def an_event_is_delivered_again(self, back: int) -> None:
        """What came of it is told the same, and it is not done again."""
        event, _ = list(self.told.values())[-1 - back % len(self.told)]
        self._tell(event, again=True)

    @rule()
    def somebody_presses_on(self) -> None:
        live = self._live()
        if live is not None:
            self._press(f"onward:{live.token}", who("bob"))

    # What else happens.

    @rule(seconds=st.sampled_from([1, 3, 9, 12, 31]))
    def time_goes_on(self, seconds: int) -> None:
        for _ in range(seconds):
            self._look(seconds=1)

    @rule(seconds=st.sampled_from([0, 10, 40, 1_200]))
    def the_process_dies(self, seconds: int) -> None:
        """And another one starts after a while, which has nothing but the store."""
        self.clock.forward(seconds=seconds)
        self.loop.run_until_complete(self.hall.store.close())
        self.hall = self._started(self.hall)
        self._look()

    @rule(fault=st.sampled_from(["lost-request", "lost-reply"]))
    def a_message_will_fail(self, fault: str) -> None:
        self.hall.platform.fails.append(fault)

    # What must hold.

    @invariant()
    def everything_holds(self) -> None:
        rows = self._read(_rows)
        self._one_live_match(rows["matches"])
        self._questions_are_asked_once(rows)
        self._answers_are_those_that_were_noted(rows)
        self._who_is_out_stays_out(rows)
        self._nothing_is_out_early(rows)
        self._options_stay(rows)
        assert [line for each in self._read(self._faults) for line in each.lines] == []

    def teardown(self) -> None:
        """Left alone, every match ends, with its standings said once."""
        for _ in range(6):
            self._type("/quiz resume", who("olga"))
            for _ in range(25):
                self._look(seconds=1)
        self._type("/quiz stop", who("olga"))
        for _ in range(10):
            self._look(seconds=5)
        rows = self._read(_rows)
        assert all(row.state == "over" for row in rows["matches"])
        assert all(row.state in ("closed", "skipped") for row in rows["rounds"])
        podiums = [each for each in self.hall.platform.posted if each.card.title == "Quiz · Final standings"]
        played = {row.match_id for row in rows["rounds"] if row.state == "closed"}
        assert len(podiums) == len(played)
        self.loop.run_until_complete(self.hall.store.close())

    # How.

    def _started(self, before: StudyHall | None = None) -> StudyHall:
        self.lives += 1
        store = Store.open(self.url, now=self.clock, runner="inline")
        hall = StudyHall(store, self.clock, self.settings, tokens=self.lives * 100_000)
        if before is not None:
            hall.platform.posted = before.platform.posted
        self.loop.run_until_complete(hall.settle())
        return hall

    def _read(self, question: Callable[[Connection], Any]) -> Any:
        return self.loop.run_until_complete(self.hall.store.read(question))

    def _live(self) -> Row[Any] | None:
        return next((row for row in self._read(_rows)["matches"] if row.ended_at is None), None)

    def _faults(self, connection: Connection) -> list[Any]:
        return list(faults(connection, "team", self.clock(), 3))

    def _look(self, seconds: int = 0) -> None:
        self.loop.run_until_complete(self.hall.run(seconds=seconds))
        for posted in self.hall.questions():
            options = next((block for block in posted.card.blocks if isinstance(block, Options)), None)
            token = TOKEN.search(repr(options)) if options is not None else None
            if token is not None and options is not None and token[1] not in self.asked:
                self.asked[token[1]] = Asked(token[1], posted, options)

    def _press(self, ref: str, person: Who) -> None:
        self._tell(Press(self.hall.event(), self.clock(), person, GENERAL, ref))

    def _type(self, line: str, person: Who) -> None:
        self._tell(Typed(self.hall.event(), self.clock(), person, GENERAL, line))

    def _tell(self, event: Press | Typed, *, again: bool = False) -> None:
        desk = self.hall.app.desk
        told = desk.pressed(event) if isinstance(event, Press) else desk.typed(event)
        came: Answered = self.loop.run_until_complete(told)
        assert isinstance(came, Reply), came
        if again:
            assert came.card == self.told[event.event][1]
        self.told[event.event] = event, came.card
        if isinstance(event, Press):
            self._note(event, came.card)

    def _note(self, press: Press, card: Card) -> None:
        """Keep who was told that an answer is noted, and everything that was said in private."""
        ref = TOKEN.search(press.ref)
        if ref is None:
            return
        asked = self.asked[ref[1]]
        text = text_of(card)
        if card.title == "Noted" and "already" not in text:
            asked.noted.setdefault(press.who.account, int(press.ref.rsplit(":", 1)[1]))
        state = next(row.state for row in self._read(_rows)["rounds"] if row.token == ref[1])
        if state == "open":
            assert "Reason for" not in text
            assert "Because of the letter" not in text

    def _one_live_match(self, found: list[Row[Any]]) -> None:
        assert sum(row.ended_at is None for row in found) <= 1
        for row in found:
            assert (row.state == "over") == (row.ended_at is not None)

    def _questions_are_asked_once(self, rows: dict[str, list[Row[Any]]]) -> None:
        for match in rows["matches"]:
            own = [row for row in rows["rounds"] if row.match_id == match.id]
            assert [row.nth for row in own] == list(range(len(own)))
            assert len({row.item_id for row in own}) == len(own)
            assert sum(row.state in ("due", "open") for row in own) <= 1
        stamps = [each.stamp for each in self.hall.platform.posted]
        assert len(stamps) == len(set(stamps))

    def _answers_are_those_that_were_noted(self, rows: dict[str, list[Row[Any]]]) -> None:
        """Each answer that was acknowledged is stored as it was given first, and nothing besides."""
        stored = {(row.token, row.account): row.given["picked"] for row in rows["answers"]}
        noted = {
            (asked.token, account): [index] for asked in self.asked.values() for account, index in asked.noted.items()
        }
        assert stored == noted
        assert len(stored) == len(rows["answers"])
        for row in rows["answers"]:
            assert row.points == 0 or FULL <= row.points <= FASTEST + 5

    def _who_is_out_stays_out(self, rows: dict[str, list[Row[Any]]]) -> None:
        """In survival nobody answers after a question that others had right and they had not."""
        for match in (row for row in rows["matches"] if row.mode == "survival"):
            out: set[str] = set()
            for asked in (row for row in rows["rounds"] if row.match_id == match.id):
                given = {row.account: row.verdict for row in rows["answers"] if row.token == asked.token}
                assert not out & given.keys()
                right = {account for account, verdict in given.items() if verdict == "right"}
                if asked.state == "closed" and asked.reason != "skipped" and right:
                    out |= set(NAMES) - right

    def _nothing_is_out_early(self, rows: dict[str, list[Row[Any]]]) -> None:
        states = {row.token: row.state for row in rows["rounds"]}
        for asked in self.asked.values():
            if states[asked.token] == "open":
                shown = text_of(asked.posted.card)
                assert "Because of the letter" not in shown
                assert "Reason for" not in shown
                assert "Bars" not in shown

    def _options_stay(self, rows: dict[str, list[Row[Any]]]) -> None:
        for asked in self.asked.values():
            for block in asked.posted.card.blocks:
                if isinstance(block, Options):
                    assert block == asked.options


def _rows(connection: Connection) -> dict[str, list[Row[Any]]]:
    asked = select(rounds, turns.c.match_id, turns.c.nth, turns.c.item_id)
    asked = asked.join(turns, turns.c.id == rounds.c.turn_id).order_by(turns.c.match_id, turns.c.nth)
    given = select(answers, rounds.c.token, identities.c.account)
    given = given.join(rounds, rounds.c.id == answers.c.round_id)
    given = given.join(identities, identities.c.id == answers.c.identity_id)
    statements = {"matches": select(matches), "rounds": asked, "answers": given, "posts": select(posts)}
    return {name: list(connection.execute(statement)) for name, statement in statements.items()}


MEMORY = Path("/dev/shm")


@pytest.fixture
def machine(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Matches]]:
    """The machine, with a room for its databases; packs are read in this process, not in a child."""
    monkeypatch.setattr("content.bank.load_guarded", lambda path, *_: load_pack(path))
    room = Path(tempfile.mkdtemp(prefix="studyhall-match-", dir=MEMORY if MEMORY.is_dir() else None))
    with closing(asyncio.new_event_loop()) as loop:
        yield type("Played", (Matches,), {"template": sqlite_template, "room": room, "loop": loop})
    shutil.rmtree(room)


def form(**changes: Any) -> settings:
    """The short form plays the same each time."""
    usual = {"max_examples": 10, "stateful_step_count": 30, "derandomize": True, "database": None, "deadline": None}
    checks = {"suppress_health_check": list(HealthCheck), "phases": [Phase.generate, Phase.shrink]}
    return settings(**(usual | checks | changes))


@pytest.mark.timeout(300)
def test_whatever_happens_a_match_keeps_its_promises(machine: type[Matches]) -> None:
    run_state_machine_as_test(machine, settings=form())


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_whatever_happens_for_long_a_match_keeps_its_promises(machine: type[Matches]) -> None:
    long = form(max_examples=2_000, stateful_step_count=60, derandomize=False, print_blob=True)
    run_state_machine_as_test(machine, settings=long)
