"""The real halls beside their model: each act is done to both, and everything is looked at afterwards."""

from __future__ import annotations

import asyncio
import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.ports import Answered, Message, Press, Reaction, Reply, Said, Submission, Table, Who
from bot.reactions import letter_emoji
from tests.simulation.model import rows
from tests.simulation.model.items import ONE_LETTER, Item, new_bank
from tests.simulation.model.truth import Given, Round, Told, Truth, Turn, missed
from tests.simulation.model.watch import (
    Watch,
    check_answers,
    check_endings,
    check_rounds,
    check_slots,
    check_standings,
    check_turn,
)
from tests.simulation.model.window import Question
from tests.simulation.model.world import ORGANISER, DeathError, World, hall_of, person, plans, ref

HALLS = "abc"
T = TypeVar("T")
Call = tuple[str, object]
"""A method of the core's listener, and what it is told."""


@dataclass(slots=True)
class Halls:
    """`said` holds every answer that was ever on its way, as the core is told it and as the model is."""

    folder: Path
    template: Path
    loop: asyncio.AbstractEventLoop
    world: World = field(init=False)
    truth: Truth = field(init=False)
    watch: Watch = field(default_factory=Watch)
    banks: dict[str, list[Item]] = field(init=False)
    in_use: dict[str, Item] = field(init=False)
    said: list[tuple[Call, Told]] = field(default_factory=list)
    backups: dict[str, Truth] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    """What every question that ever was sent asked, by its token."""
    slots: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)
    """Hall, schedule, slot and place of each of them; a backup that comes back undoes no message."""
    rows: rows.Rows = field(init=False)

    def __post_init__(self) -> None:
        self.banks = {hall: new_bank(hall) for hall in HALLS}
        self.world = World(self.folder, self.template, self.loop)
        self.world.write_packs(self.banks)
        self.truth = Truth(plans=plans(self.now))
        self.rows = rows.read(self.world.file)
        self.open()

    @property
    def now(self) -> datetime:
        return self.world.clock()

    def open(self) -> None:
        """Start a process, and let the model catch up with what it does at the start."""
        self.in_use = self.usable()
        self.world.open()
        self.after_run()
        waiting = [(row["id"], token) for token, row in self.rows.rounds.items() if row["state"] == "open"]
        self.reread([token for _, token in sorted(waiting)])

    def usable(self) -> dict[str, Item]:
        """The items of all packs, as a process that reads them now has them."""
        return {item.id: item for items in self.banks.values() for item in items if not item.gone}

    def after_run(self) -> None:
        """The model does what was due: decide slots, take up turns, read reactions of the rounds that closed."""
        for plan in self.truth.plans.values():
            plan.pass_time(self.now)
        before = {token for token, row in self.rows.rounds.items() if row["state"] == "closed"}
        self.learn()
        self.reread(
            [token for token, row in self.rows.rounds.items() if row["state"] == "closed" and token not in before]
        )

    def learn(self) -> None:
        """Take up the turns and rounds that are new."""
        self.rows = rows.read(self.world.file)
        for row in self.rows.turns.values():
            if row["item_id"] is None or row["id"] in self.truth.turns:
                continue
            plan = self.truth.plans[row["hall"], row["plan"]]
            turn = Turn(row["id"], plan, row["slot"], self.in_use[row["item_id"]], rows.instant(row["due_at"]))
            turn.versions.add(turn.item.version)
            check_turn(turn, row["shown"])
            self.truth.turns[turn.id] = turn
        for token, row in self.rows.rounds.items():
            if token not in self.truth.rounds:
                turn = self.truth.turns[row["turn_id"]]
                self.truth.rounds[token] = Round(turn, row["place"], turn.plan.closing(turn.asked_at))
                self.items[token] = turn.item
                self.slots[token] = (turn.plan.hall, turn.plan.name, turn.slot, row["place"])

    def reread(self, tokens: list[str]) -> None:
        """The reactions on these questions count where nobody told of them."""
        for token in tokens:
            asked = next((each for each in self.world.platform.questions if each.token == token), None)
            if asked is None or self.truth.rounds[token].turn.item.kind not in ONE_LETTER:
                continue
            for emoji, who in asked.message.reactions:
                if who is not None:
                    letter = ord(emoji) - ord(letter_emoji(0))
                    event = missed(token, who.account, letter)
                    at = min(self.now, self.truth.rounds[token].closes_at)
                    given = Given((self.number(asked, letter),))
                    place, hall = asked.place.channel, hall_of(asked.place)
                    self.truth.answer(Told(event, hall, place, token, who.account, given, at, missed=True), self.now)

    def number(self, asked: Question, index: int) -> int:
        """The number, in the bank's texts, of the option shown at an index."""
        text = asked.texts[index]
        return ("true", "false").index(text) if text in ("true", "false") else int(text[-2])

    def index(self, asked: Question, number: int) -> int:
        """Where the option with a number is shown."""
        return next(index for index in range(len(asked.texts)) if self.number(asked, index) == number)

    def newest(self, place: str) -> str:
        """The token of the newest open question of a place, "" where there is none."""
        found = [(row["id"], token) for token, row in self.rows.rounds.items() if row["place"] == place]
        return max((each for each in found if self.rows.rounds[each[1]]["state"] == "open"), default=(0, ""))[1]

    def survive(self, act: Callable[[], None]) -> bool:
        """Do something; where the process dies in it another one is started. Whether it lived."""
        try:
            act()
        except BaseException as error:
            if not isinstance(error, DeathError) and not (
                isinstance(error, BaseExceptionGroup) and error.subgroup(DeathError)
            ):
                raise
            self.world.kill()
            return False
        return True

    def run(self) -> None:
        """Have the core do what is due."""
        if self.survive(lambda: self.world.run(self.world.app.run_due())):
            self.after_run()
        else:
            self.open()

    def tell(self, call: Call, told: Told) -> Answered:
        """Tell of an answer, again where the process died in it; no row of another hall changes by it."""
        others = rows.of_others(self.world.file, told.hall)
        reply: list[Answered] = []
        self.watch.typed |= {(told.account, told.given.text.lower().rstrip("s"))}
        hears = self.hears(told)

        def act() -> None:
            reply.append(self.world.tell(call[0], call[1], ref(told.place), told.account))

        if not self.survive(act):
            counted = rows.has_event(self.world.file, told.event)
            if counted and hears:
                self.truth.answer(told, self.now)
            self.open()
            return self.tell(call, told)
        if hears:
            self.truth.answer(told, self.now)
        assert rows.of_others(self.world.file, told.hall) == others, "an answer in one hall changed another"
        return reply[0]

    def hears(self, told: Told) -> bool:
        """Whether the core can know which question is meant."""
        row = rows.read(self.world.file).rounds.get(told.token)
        return row is not None and (not told.needs_message or row["message"] is not None)

    def within(self, hall: str, act: Callable[[], T]) -> T:
        """Do something in one hall, which must change no row of another; again where the process died in it."""
        done: list[T] = []
        others = rows.of_others(self.world.file, hall)
        while not self.survive(lambda: done.append(act())):
            self.open()
            others = rows.of_others(self.world.file, hall)
        assert rows.of_others(self.world.file, hall) == others, f"something in hall {hall} changed another"
        return done[0]

    def type(self, line: str, hall: str, place: str, who: Who = ORGANISER) -> Answered:
        """Type a command in a hall."""
        event = self.world.event()
        return self.within(hall, lambda: self.world.type(line, ref(place), who, event))

    def way(self, how: str, asked: Question, account: str, given: Given) -> tuple[Call, Told]:
        """An answer as a platform tells it: by press, reaction, form or thread."""
        now, event, hall = self.now, self.world.event(), hall_of(asked.place)
        who, message = person(hall, account), Message(asked.place, asked.message.id)
        told = Told(event, hall, asked.place.channel, asked.token, account, given, now)
        shown = [self.index(asked, number) for number in given.picked]
        if how == "press":
            refs = tuple(asked.refs[index] for index in shown)
            one, many = (asked.submit, refs) if asked.submit else (refs[0], ())
            return ("pressed", Press(event, now, who, asked.place, one, many)), told
        text = given.text or "".join("ABC"[index] for index in shown)
        if how == "form":
            values = {"answer": text}
            return ("submitted", Submission(event, now, who, asked.place, f"write:{asked.token}", values)), told
        late = Told(event, hall, told.place, told.token, account, given, now, needs_message=True)
        if how == "thread":
            return ("said", Said(event, now, who, asked.place, text, thread=message)), late
        return ("reacted", Reaction(event, now, who, message, letter_emoji(shown[0]))), late

    def backup(self) -> None:
        name = f"backup-{len(self.backups)}.db"
        self.world.save(name)
        self.backups[name] = copy.deepcopy(self.truth)

    def check(self) -> None:
        """Everything that must hold."""
        self.learn()
        self.watch.learn(self.truth, self.now)
        self.watch.check_window(self.world.platform)
        check_answers(self.rows, self.truth)
        check_standings(self.rows, self.truth, HALLS)
        check_rounds(self.rows, self.truth)
        check_slots(self.rows, self.truth, self.world.platform, self.now)
        sent = Counter(self.slots[each.token] for each in self.world.platform.questions)
        assert not sent or max(sent.values()) == 1, f"a slot was asked twice in a place: {sent.most_common(1)}"
        for hall in HALLS:
            assert self.world.proof(hall) == []

    def check_board(self, hall: str, place: str, account: str) -> None:
        """What is told as the board of all time is the model's fold."""
        reply = self.world.type("/leaderboard all", ref(place), person(hall, account))
        assert isinstance(reply, Reply)
        tables = [block for block in reply.card.blocks if isinstance(block, Table)]
        told = sorted(tuple(int(cell) for cell in row[2:]) for table in tables for row in table.rows)
        meant = self.truth.standings(hall, rows.read(self.world.file).revealed()).items()
        assert told == sorted(standing for name, standing in meant if (hall, name) not in self.truth.forgotten)

    def settle(self) -> None:
        """Let a quiet while pass in which nothing fails: everything owed gets out or has its reason."""
        self.world.fuse = None
        self.world.platform.fails.clear()
        for _ in range(4):
            self.world.clock.at += timedelta(seconds=50)
            self.run()
        self.check()
        assert [found for hall in HALLS for found in self.world.faults(hall)] == []
        check_endings(self.rows, rows.explanations(self.world.file), self.world.platform, self.now)
        closed = {token for token, row in self.rows.rounds.items() if row["state"] == "closed"}
        assert closed <= self.rows.revealed(), "a closed round does not stand on the boards"
