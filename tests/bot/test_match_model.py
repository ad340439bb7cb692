"""A match beside a plain model of it: whatever people, the clock, two processes and crashes do, in any order, what
stands in the store and in the place is what the model says, and everybody is told what it says.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
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

from bot.cards.host import hosted_card
from bot.cards.match import team_name
from bot.languages import words
from bot.ports import Card, Options, Press, Reply, Said, Table, Typed
from bot.proofs import faults
from bot.rules.matches import Mode
from bot.store import Store
from bot.store.tables import answers, identities, matches, players, rounds, standings, turns
from content.pack import load_pack
from tests.clock import Clock
from tests.fakes.platform import Posted
from tests.hall import GENERAL, StudyHall, choice_pack, hall_entry, settings_for, text_of, who
from tests.plainmatch import Facts, PlainMatch, Question

PERSON = {"ada": "ada", "bob": "bob", "bobby": "bob", "cyd": "cyd", "olga": "olga"}
"""Whose each account is: Bob has two. Olga organises."""
NAMES = {person: person.capitalize() for person in PERSON.values()}
ACCOUNTS = st.sampled_from(sorted(PERSON))
MODES = st.sampled_from(["classic", "race", "survival", "teams", "relaxed"])
PRESSED = st.sampled_from(["join", "leave", "skip", "skip", "onward", "hint", "resume", "go"])
TYPED = st.sampled_from(["join", "leave", "skip", "hint", "extend", "extend", "pause", "pause", "resume", "stop"])
PROCESS = st.integers(0, 1)
TEAMS = st.sampled_from([[], [0, 1], [0, 1, 1], [2, 1, 3], [0, 2, 2]])
Play = tuple[list[bool | None], str, list[str]]
PLAY: st.SearchStrategy[Play] = st.tuples(
    st.lists(st.sampled_from([True, True, False, None]), min_size=5, max_size=5),
    st.sampled_from(["", "", "voted", "skipped", "paused"]),
    st.lists(ACCOUNTS, min_size=1, max_size=3),
)
"""Who of all accounts is right in a question, wrong or silent; how it ends; who comes to the next one."""
TOKEN = re.compile(r"answer:([a-z0-9]+):\d")
HINT = re.compile(r"it is not ([A-C])")
ENGLISH = words("en")
OFTEN, CLOCK = 6, 20
PACE = 25
AWAY, LEAST, TOO_LONG = timedelta(seconds=20), timedelta(seconds=10), timedelta(minutes=15)


class Matches(RuleBasedStateMachine):
    """One place, four people with five accounts, and two processes that die now and then."""

    mode: str
    template: Path
    room: Path
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        folder = Path(tempfile.mkdtemp(dir=self.room))
        shutil.copyfile(self.template, folder / "hall.db")
        self.url = f"sqlite:///{folder / 'hall.db'}"
        self.clock = Clock()
        self.posted: list[Posted] = []
        self.fails: list[Exception | str | None] = []
        self.lives = 0
        self.halls = [self._started(), self._started()]
        self.matches: list[PlainMatch] = []
        self.begun: list[tuple[datetime, str]] = []
        self.verdicts: list[tuple[str, str, bool]] = []
        self.messages: dict[str, set[str]] = {}
        self.options: dict[str, Options] = {}
        self.told: list[tuple[Press | Typed | Said, Card]] = []
        self.typed: list[tuple[datetime, str]] = []
        self.rows = self._read(_rows)
        self.numbers = {PERSON[row.account]: row.person_id for row in self.rows["identities"]}

    # What people do.

    @initialize(teams=TEAMS, leaver=ACCOUNTS, plays=st.lists(PLAY, min_size=2, max_size=3))
    def the_first_match_is_played(self, teams: list[int], leaver: str, plays: list[Play]) -> None:
        self._play(self.mode, teams, leaver, plays)

    @precondition(lambda self: self._live() is None)
    @rule(mode=MODES, teams=TEAMS, leaver=ACCOUNTS, plays=st.lists(PLAY, min_size=1, max_size=2))
    def another_match_is_played(self, mode: str, teams: list[int], leaver: str, plays: list[Play]) -> None:
        self._play(mode, teams, leaver, plays)

    def _play(self, mode: str, teams: list[int], leaver: str, plays: list[Play]) -> None:
        """With its host and some others in it, one of whom leaves again; there may be a question more."""
        self.somebody_begins(mode, len(plays) + 1, "ada", 0, again=False)
        for account, team in zip(("bob", "cyd", "olga"), teams, strict=False):
            self.somebody_presses("join", account, team, 0, 0, again=False)
        if leaver != "ada":
            self.somebody_presses("leave", leaver, 0, 0, 0, again=False)
        self.somebody_presses("go", "ada", 0, 0, 0, again=False)
        self._look(0)
        for play in plays:
            self.a_question_is_played(play, 0)

    @rule(mode=MODES, count=st.integers(1, 4), account=ACCOUNTS, by=PROCESS, again=st.booleans())
    def somebody_begins(self, mode: str, count: int, account: str, by: int, *, again: bool) -> None:
        if self._out_of_breath(account):
            return
        expected = self._begin(mode, account)
        self._check(expected, self._tell(self._line(_start(mode, count), account), by, again=again))
        self._look(by)

    @precondition(lambda self: self._live() is None)
    @rule(mode=MODES, hosts=st.permutations(["ada", "bob", "olga"]))
    def two_begin_at_once(self, mode: str, hosts: list[str]) -> None:
        """Of two hosts one has their match, and the other is told of it."""
        if any(self._begun_by(PERSON[host]) >= OFTEN or self._out_of_breath(host) for host in hosts[:2]):
            return
        lines = [self._line(_start(mode, 2), host) for host in hosts[:2]]
        cards = self._both(lines[0], lines[1])
        started = _card({"came": "started"})
        assert sorted(cards, key=lambda card: card != started) == [started, _card({"came": "there"})]
        self._begin(mode, hosts[cards.index(started)])
        self.told += zip(lines, cards, strict=True)
        self._sync()

    @rule(
        word=PRESSED, account=ACCOUNTS, team=st.integers(0, 5), back=st.integers(0, 3), by=PROCESS, again=st.booleans()
    )
    def somebody_presses(self, word: str, account: str, team: int, back: int, by: int, *, again: bool) -> None:
        """A button of the newest match, now and then of one before."""
        match = self.matches[-2] if back == 3 and len(self.matches) > 1 else self.matches[-1]
        chosen = team if word == "join" and match.mode == "teams" else None
        ref = f"{word}:{match.token}" + ("" if chosen is None else f":{chosen}")
        press = Press(self._event(), self.clock(), who(account, name=NAMES[PERSON[account]]), GENERAL, ref)
        self._wish(match, word, account, press, by, chosen, again=again)

    @rule(word=TYPED, account=ACCOUNTS, by=PROCESS, again=st.booleans())
    def somebody_types(self, word: str, account: str, by: int, *, again: bool) -> None:
        if not self._out_of_breath(account):
            self._wish(self._live(), word, account, self._line(f"/quiz {word}", account), by, None, again=again)

    @rule(
        back=st.sampled_from([0, 0, 0, 0, 1, 2]),
        option=st.integers(0, 2),
        account=ACCOUNTS,
        late=st.sampled_from([0, 0, 0, 4, 15]),
        by=PROCESS,
        again=st.booleans(),
    )
    def somebody_answers(self, back: int, option: int, account: str, late: int, by: int, *, again: bool) -> None:
        """The newest question or one before it, now, or some seconds ago by a press that is delivered only now."""
        asked = [each for match in self.matches for each in match.questions if each.token in self.options]
        if asked:
            question = asked[-1 - back % len(asked)]
            at = self.clock() - timedelta(seconds=late)
            ref = self.options[question.token].choices[option].ref
            press = Press(self._event(), at, who(account, name=NAMES[PERSON[account]]), GENERAL, ref)
            self._answer(question, option, account, press, by, again=again)

    @rule(option=st.integers(0, 2), account=ACCOUNTS, by=PROCESS, again=st.booleans())
    def somebody_answers_in_words(self, option: int, account: str, by: int, *, again: bool) -> None:
        question = self._open()
        if question is not None:
            name = NAMES[PERSON[account]]
            said = Said(self._event(), self.clock(), who(account, name=name), GENERAL, "ABC"[option], direct=True)
            self._answer(question, option, account, said, by, again=again)

    @rule(play=PLAY, by=PROCESS)
    def a_question_is_played(self, play: Play, by: int) -> None:
        """To its end, by everybody as they know it; then others come late, or those who are out answer on."""
        rights, ends, comers = play
        for number, (account, right) in enumerate(zip(PERSON, rights, strict=True)):
            question = self._open()
            if question is not None and right is not None:
                option = question.key if right else (question.key + 1) % 3
                self.somebody_answers(0, option, account, number % 3, by, again=False)
                self.clock.forward(seconds=1)
        for account in ("bob", "cyd") if ends == "voted" else ():
            self.somebody_presses("skip", account, 0, 0, by, again=False)
        if ends in ("skipped", "paused"):
            self.somebody_types("skip" if ends == "skipped" else "pause", "olga", by, again=False)
        asked = len(list(self._questions()))
        for turn in range(7):
            if self._live() is None or (self._open() and len(list(self._questions())) > asked):
                break
            self._look(turn % 2, seconds=5)
            live = self._live()
            if live is not None and live.mode == "relaxed":
                self.somebody_presses("skip" if self._open() else "onward", "ada", 0, 0, by, again=False)
        for account in comers:
            self.somebody_answers(0, 1, account, 0, by, again=False)
        if ends == "paused":
            self.somebody_types("resume", "olga", by, again=False)

    @precondition(lambda self: self.told)
    @rule(back=st.integers(0, 12), by=PROCESS)
    def an_event_is_delivered_again(self, back: int, by: int) -> None:
        """What came of it is told the same, and it is not done again."""
        event, card = self.told[-1 - back % len(self.told)]
        if not (isinstance(event, Typed) and self._out_of_breath(event.who.account)):
            assert self._reply(event, by) == card
            self._sync()

    # What else happens.

    @rule(seconds=st.sampled_from([1, 3, 9, 12]), by=PROCESS)
    def time_goes_on(self, seconds: int, by: int) -> None:
        for passed in range(0, seconds, 3):
            self._look(by, seconds=min(3, seconds - passed))

    @rule(seconds=st.sampled_from([0, 2, 5, 9]))
    def both_processes_look(self, seconds: int) -> None:
        """At once."""
        self.clock.forward(seconds=seconds)
        self._run(self._gathered(*(hall.run() for hall in self.halls)))
        self._sync(looked=True)

    @rule(by=PROCESS, seconds=st.sampled_from([0, 10, 40, 1_200]), looks=st.booleans())
    def a_process_dies(self, by: int, seconds: int, *, looks: bool) -> None:
        """And another one starts, which has nothing but the store; nobody else looks meanwhile."""
        self._run(self.halls[by].store.close())
        self.clock.forward(seconds=seconds)
        self.halls[by] = self._started()
        if looks:
            self._look(by)
        self._proved()

    @rule(fault=st.sampled_from(["lost-request", "lost-reply"]))
    def a_message_will_fail(self, fault: str) -> None:
        self.fails.append(fault)

    # What must hold.

    @invariant()
    def players_are_who_joined(self) -> None:
        for plain, match in zip(self.matches, self.rows["matches"], strict=True):
            found = {
                row.account: (row.team, row.left_at is not None, row.out, row.skips)
                for row in self.rows["players"]
                if row.match_id == match.id
            }
            seats = plain.seats.values()
            assert found == {seat.account: (seat.team, seat.left, seat.out, seat.skips) for seat in seats}
            assert PERSON[self._account(match.host_id)] == plain.host

    @invariant()
    def answers_are_those_that_were_taken(self) -> None:
        """Each as it was given first, with its verdict and its points; and nothing besides."""
        stored = {
            (row.token, row.account): (row.given["picked"], row.verdict, row.points, row.at)
            for row in self.rows["answers"]
        }
        assert len(stored) == len(self.rows["answers"])
        assert stored == {
            (question.token, account): ([given.option], "right" if given.right else "wrong", given.points, given.at)
            for question in self._questions()
            for account, given in question.given.items()
        }

    @invariant()
    def a_question_is_one_message_and_stays_as_it_is(self) -> None:
        """Its options stand as they stood first, and nothing tells its key while it is open."""
        assert all(len(ids) == 1 for ids in self.messages.values())
        stamps = Counter(each.stamp for each in self.posted)
        assert max(stamps.values(), default=1) == 1
        known = {each.token: each for each in self._questions()}
        for token, ids in self.messages.items():
            card = self._message(next(iter(ids))).card
            shown = [block for block in card.blocks if isinstance(block, Options)]
            assert shown in ([], [self.options[token]])
            if known[token].state == "open":
                assert shown
                _keeps_the_key(card, known[token].key)

    @invariant()
    def every_message_of_a_match_is_there_once(self) -> None:
        titles = Counter(each.card.title for each in self.posted if each.place == GENERAL)
        begun = sum(any(each.state == "closed" for each in match.questions) for match in self.matches)
        over = sum(match.state == "over" for match in self.matches)
        assert titles["Quiz · Final standings"] <= min(begun, over)
        assert titles["Quiz · All topics"] <= len(self.matches)

    def teardown(self) -> None:
        """Left alone, every match ends, with its standings said once, and all is counted."""
        for turn in range(20):
            live = self._live()
            if live is None:
                break
            if live.paused:
                self._wish(live, "resume", "olga", self._line("/quiz resume", "olga"), 0, None, again=False)
            self._look(turn % 2, seconds=10)
        self._wish(self._live(), "stop", "olga", self._line("/quiz stop", "olga"), 0, None, again=False)
        for turn in range(3):
            self._look(turn % 2, seconds=70)
        assert all(match.state == "over" for match in self.matches)
        assert {each.state for each in self._questions()} <= {"closed", "skipped"}
        podiums = [each for each in self.posted if each.card.title == "Quiz · Final standings"]
        assert len(podiums) == sum(bool(match.closed()) for match in self.matches)
        self._proved()
        for hall in self.halls:
            self._run(hall.store.close())

    # How people are heard.

    def _begin(self, mode: str, account: str) -> Facts:
        person, now = PERSON[account], self.clock()
        if self._live() is not None:
            return {"came": "there"}
        if person != "olga" and self._begun_by(person) >= OFTEN:
            return {"came": "too-often", "most": OFTEN}
        seconds = 0 if mode == "relaxed" else CLOCK
        match = PlainMatch(mode, person, seconds, self.numbers, frozenset({"olga"}), seen_at=now)
        match.join(person, account, None)
        self.matches.append(match)
        self.begun.append((now, person))
        return {"came": "started"}

    def _wish(
        self,
        match: PlainMatch | None,
        word: str,
        account: str,
        event: Press | Typed,
        by: int,
        team: int | None,
        *,
        again: bool,
    ) -> None:
        expected: Facts = {"came": "none"}
        if match is not None:
            expected = match.wish(word, PERSON[account], account, team, self.clock())
        self._check(expected, self._tell(event, by, again=again))
        self._sync()

    def _answer(
        self, question: Question, option: int, account: str, event: Press | Said, by: int, *, again: bool
    ) -> None:
        match, person = self._match_of(question), PERSON[account]
        came = match.answer(question, person, account, option, event.at, self.clock())
        if came in ("counted", "elsewhere"):
            own = [
                right for who_else, concept, right in self.verdicts if (who_else, concept) == (person, question.concept)
            ]
            given = question.given[account]
            given.points = match.worth(question, given, missed=own[-1:] == [False])
            self.verdicts.append((person, question.concept, given.right))
        _says(came, self._tell(event, by, again=again))
        self._sync()

    def _tell(self, event: Press | Typed | Said, by: int, *, again: bool) -> Card:
        """Told to one process, or to both at once."""
        if again:
            card, other = self._both(event, event)
            assert card == other
        else:
            card = self._reply(event, by)
        self.told.append((event, card))
        return card

    def _both(self, first: Press | Typed | Said, second: Press | Typed | Said) -> list[Card]:
        each = zip(self.halls, (first, second), strict=True)
        found: list[Any] = self._run(self._gathered(*(_heard(hall, event) for hall, event in each)))
        return found

    def _reply(self, event: Press | Typed | Said, by: int) -> Card:
        found: Card = self._run(_heard(self.halls[by], event))
        return found

    def _check(self, expected: Facts, card: Card) -> None:
        assert card == _card(expected)

    def _line(self, line: str, account: str) -> Typed:
        self.typed.append((self.clock(), account))
        return Typed(self._event(), self.clock(), who(account, name=NAMES[PERSON[account]]), GENERAL, line)

    def _out_of_breath(self, account: str) -> bool:
        """Whether one more command would have to wait."""
        now = self.clock()
        return sum(by == account and now - at < timedelta(minutes=1) for at, by in self.typed) * 2 >= PACE

    def _event(self) -> str:
        return self.halls[0].event()

    # What is seen of a match.

    def _look(self, by: int, seconds: int = 0) -> None:
        self._run(self.halls[by].run(seconds=seconds))
        self._sync(looked=True)

    def _sync(self, *, looked: bool = False) -> None:
        """Let the model know what the clock did, and whether it may have done so."""
        over = [each for each in self._questions() if each.state == "closed"]
        self._note_messages()
        self.rows = self._read(_rows)
        for plain, row in zip(self.matches, self.rows["matches"], strict=True):
            if plain.state != "over" or any(each.state in ("due", "open") for each in plain.questions):
                self._follow(plain, row, looked=looked)
        for question in over if looked else ():
            question.counted = True
        if looked:
            self._podiums_say_who_is_where()

    def _follow(self, plain: PlainMatch, row: Row[Any], *, looked: bool) -> None:
        now = self.clock()
        gap = now - (plain.seen_at or now) if looked and plain.state != "over" else timedelta()
        before = plain.state
        if not looked and before != "over":
            assert row.state == before or not plain.playing()
        plain.token, plain.message = row.token, row.message is not None
        own = [each for each in self.rows["rounds"] if each.match_id == row.id]
        for question, found in zip(plain.questions, own, strict=False):
            self._question_goes_on(plain, question, found, gap, ends=row.state == "over")
        for found in own[len(plain.questions) :]:
            assert gap < AWAY
            self._question_comes(plain, found)
        if row.state == "over" and before != "over":
            self._may_end(plain, row, gap)
        if row.state == "paused" and before == "running":
            assert plain.paused
        assert plain.paused == (row.paused_at is not None)
        assert (row.state == "over") == (row.ended_at is not None)
        plain.state, plain.next_at, plain.seen_at = row.state, row.next_at, row.seen_at

    def _question_comes(self, plain: PlainMatch, row: Row[Any]) -> None:
        last = plain.last
        plain.put_out()
        assert row.nth == (0 if last is None else last.nth + 1)
        assert not plain.paused
        assert plain.playing()
        if last is not None:
            assert last.state == "closed"
            assert plain.next_at is not None
            assert plain.next_at <= self.clock()
            assert plain.mode != "survival" or len(plain.playing()) > 1 or len(plain.seats) == 1
        texts = [option["text"] for option in row.shown["options"]]
        key = next(index for index, text in enumerate(texts) if "beta" in text)
        question = Question(row.token, row.nth, row.concept, key, len(texts), ranked=len(plain.seats) > 1)
        assert row.unranked is not question.ranked
        assert row.item_id not in {each.item_id for each in self.rows["rounds"] if each.match_id == row.match_id} - {
            row.item_id
        }
        plain.questions.append(question)
        self._question_goes_on(plain, question, row, timedelta(), ends=False)

    def _question_goes_on(
        self, plain: PlainMatch, question: Question, row: Row[Any], gap: timedelta, *, ends: bool
    ) -> None:
        now = self.clock()
        assert (row.token, row.hints) == (question.token, question.hints)
        if question.state == "due" and row.state in ("open", "closed"):
            question.state = "open"
            question.opened_at = self._message(row.message).at
            whole = timedelta(seconds=plain.seconds)
            question.closes_at = now if plain.state == "over" else now + whole if plain.seconds else None
            assert {row.message} == self.messages[question.token]
        elif question.state == "open" and gap >= AWAY and gap < TOO_LONG and question.closes_at and plain.seen_at:
            question.closes_at = now + max(question.closes_at - plain.seen_at, LEAST)
        if question.state == "open" and row.state == "closed":
            in_time = question.closes_at is not None and now >= question.closes_at
            answered = {each.person for each in question.given.values()}
            assert question.skipped or ends or in_time or set(plain.playing()) <= answered
            question.state, question.closes_at = "closed", min(question.closes_at or now, now)
            plain.put_out()
        if question.state == "due" and row.state == "skipped":
            assert ends
            question.state = "skipped"
        assert question.state == row.state
        if question.state in ("open", "closed"):
            assert (question.opened_at, question.closes_at) == (row.opened_at, row.closes_at)
            assert question.skipped == (row.reason == "skipped")

    def _may_end(self, plain: PlainMatch, row: Row[Any], gap: timedelta) -> None:
        """A match ends as it says."""
        match row.reason:
            case None:
                assert len(plain.closed()) == len(row.queue)
            case "one-left":
                plain.put_out()
                assert len(plain.playing()) <= 1 < len(plain.seats)
            case "nobody":
                plain.put_out()
                assert not plain.playing()
            case "away":
                assert gap >= TOO_LONG
            case "unsent":
                assert not plain.message or (plain.last and plain.last.state in ("due", "skipped"))
            case "idle":
                assert plain.mode == "relaxed" or plain.paused
            case reason:
                raise AssertionError(reason)

    @invariant()
    def boards_say_what_was_earned(self) -> None:
        """In questions that are over, and a look ago already, by those who were not alone."""
        earned: dict[int, list[int]] = {}
        for question in self._questions():
            for person, given in question.counting().items() if question.ranked and question.counted else ():
                line = earned.setdefault(self.numbers[person], [0, 0, 0])
                for column, more in enumerate((given.points, given.right, 1)):
                    line[column] += more
        found = {row.person_id: [row.points, row.right, row.answered] for row in self.rows["standings"]}
        assert found == earned

    def _podiums_say_who_is_where(self) -> None:
        over = [match for match in self.matches if match.state == "over" and match.closed()]
        podiums = [each for each in self.posted if each.card.title == "Quiz · Final standings"]
        teams = [team_name(ENGLISH, team) for team in range(4)]
        for match, posted in zip(over, podiums, strict=False):
            table = next(block for block in posted.card.blocks if isinstance(block, Table))
            rows = {row if match.mode != "teams" else (*row[:3], row[3]) for row in table.rows}
            assert rows == match.table(NAMES, teams)

    def _note_messages(self) -> None:
        for posted in self.posted:
            options = next((block for block in posted.card.blocks if isinstance(block, Options)), None)
            token = TOKEN.search(repr(options)) if options is not None else None
            if token is not None and options is not None:
                self.messages.setdefault(token[1], set()).add(posted.id)
                self.options.setdefault(token[1], options)

    # How.

    def _started(self) -> StudyHall:
        self.lives += 1
        pack = self.room / "pack.yaml"
        store = Store.open(self.url, now=self.clock, runner="inline")
        hall = StudyHall(store, self.clock, _settings(pack), tokens=self.lives * 100_000)
        hall.platform.posted, hall.platform.fails = self.posted, self.fails
        return hall

    def _run(self, doing: Any) -> Any:
        return self.loop.run_until_complete(doing)

    async def _gathered(self, *doing: Any) -> list[Any]:
        return await asyncio.gather(*doing)

    def _read(self, question: Callable[[Connection], Any]) -> Any:
        return self._run(self.halls[0].store.read(question))

    def _proved(self) -> None:
        found = self._read(lambda connection: faults(connection, "team", self.clock(), 3))
        assert [line for each in found for line in each.lines] == []

    def _live(self) -> PlainMatch | None:
        return next((match for match in self.matches if match.state != "over"), None)

    def _begun_by(self, person: str) -> int:
        return sum(by == person and self.clock() - at < timedelta(hours=1) for at, by in self.begun)

    def _open(self) -> Question | None:
        return next((each for each in self._questions() if each.state == "open"), None)

    def _questions(self) -> Iterator[Question]:
        return (question for match in self.matches for question in match.questions)

    def _match_of(self, question: Question) -> PlainMatch:
        return next(match for match in self.matches if question in match.questions)

    def _message(self, message: str) -> Posted:
        return self.halls[0].platform.message(message)

    def _account(self, identity: int) -> str:
        found: str = next(row.account for row in self.rows["identities"] if row.id == identity)
        return found


async def _heard(hall: StudyHall, event: Press | Typed | Said) -> Card:
    desk = hall.app.desk
    match event:
        case Press():
            came = await desk.pressed(event)
        case Typed():
            came = await desk.typed(event)
        case Said():
            came = await desk.said(event)
    assert isinstance(came, Reply), came
    return came.card


def _card(came: Facts) -> Card:
    return hosted_card(ENGLISH, came)


def _says(came: str, card: Card) -> None:
    """Whoever answers is told what came of it, and of the key nothing before the question is closed."""
    text = text_of(card)
    titles = {"closed": "This question is closed", "out": "Not counted", "told": ("Right", "Not right")}
    assert card.title in titles.get(came, "Noted")
    assert ("answered already" in text) == (came in ("already", "told"))
    assert ("another account" in text) == (came == "elsewhere")
    if came != "told":
        assert "Reason for" not in text
        assert "Because of the letter" not in text


def _keeps_the_key(card: Card, key: int) -> None:
    text = text_of(card)
    assert not re.search("Because of the letter|Reason for|Bars|Ahead", text)
    hint = HINT.search(text)
    assert hint is None or hint[1] != "ABC"[key]


def _start(mode: str, count: int) -> str:
    return f"/quiz start {mode} count:{count} seconds:{CLOCK}"


def _settings(pack: Path) -> Any:
    return settings_for([hall_entry(schedules=())], [pack])


def _rows(connection: Connection) -> dict[str, list[Row[Any]]]:
    asked = select(rounds, *(turns.c[name] for name in ("match_id", "nth", "item_id", "concept", "shown", "unranked")))
    asked = asked.join(turns, turns.c.id == rounds.c.turn_id).order_by(turns.c.match_id, turns.c.nth)
    given = select(answers, rounds.c.token, identities.c.account)
    given = given.join(rounds, rounds.c.id == answers.c.round_id)
    given = given.join(identities, identities.c.id == answers.c.identity_id)
    statements = {
        "matches": select(matches).order_by(matches.c.id),
        "rounds": asked,
        "answers": given,
        "players": select(players, identities.c.account).join(identities, identities.c.id == players.c.identity_id),
        "identities": select(identities),
        "standings": select(standings).where(standings.c.board == "hall", standings.c.period == "all"),
    }
    return {name: list(connection.execute(statement)) for name, statement in statements.items()}


MEMORY = Path("/dev/shm")


async def _settle(url: str, pack: Path, clock: Clock) -> None:
    """A hall that knows everybody, Bob by both of his accounts."""
    hall = StudyHall(Store.open(url, now=clock, runner="inline"), clock, _settings(pack), tokens=9_000_000)
    await hall.settle()
    for account in PERSON:
        card = text_of(await hall.type("/study link", who(account, name=NAMES[PERSON[account]])))
        if account == "bob":
            code = card.partition("`/study link ")[2].partition("`")[0]
    await hall.type(f"/study link {code}", who("bobby", name="Bob"))
    await hall.store.close()


@pytest.fixture
def machine(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, mode: Mode) -> Iterator[type[Matches]]:
    """The machine, with a room for its databases; packs are read in this process, not in a child."""
    monkeypatch.setattr("content.bank.load_guarded", lambda path, *_: load_pack(path))
    room = Path(tempfile.mkdtemp(prefix="studyhall-match-", dir=MEMORY if MEMORY.is_dir() else None))
    (room / "pack.yaml").write_text(choice_pack(5), encoding="utf-8")
    template = room / "template.db"
    shutil.copyfile(sqlite_template, template)
    with closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(_settle(f"sqlite:///{template}", room / "pack.yaml", Clock()))
        yield type("Played", (Matches,), {"mode": mode.value, "template": template, "room": room, "loop": loop})
    shutil.rmtree(room)


def form(**changes: Any) -> settings:
    """The short form plays the same each time."""
    usual = {"max_examples": 5, "stateful_step_count": 12, "derandomize": True, "database": None, "deadline": None}
    checks = {"suppress_health_check": list(HealthCheck), "phases": [Phase.generate, Phase.shrink]}
    return settings(**(usual | checks | changes))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.timeout(300)
def test_whatever_happens_a_match_keeps_its_promises(machine: type[Matches]) -> None:
    run_state_machine_as_test(machine, settings=form())


@pytest.mark.soak
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.timeout(0)
def test_whatever_happens_for_long_a_match_keeps_its_promises(machine: type[Matches]) -> None:
    long = form(max_examples=400, stateful_step_count=60, derandomize=False, print_blob=True)
    run_state_machine_as_test(machine, settings=long)
