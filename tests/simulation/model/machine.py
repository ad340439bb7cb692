"""What may happen in three halls, in any order: the rules that Hypothesis chooses from."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from itertools import permutations
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.ports import BusyError, RefusedError, Said
from bot.reactions import letter_emoji
from tests.simulation.model.acts import Acts
from tests.simulation.model.hall import HALLS
from tests.simulation.model.items import KINDS, ONE_LETTER, OPTIONED, TOPICS, Item
from tests.simulation.model.truth import Given, Told
from tests.simulation.model.window import Question
from tests.simulation.model.world import person, ref

ACCOUNTS = st.sampled_from(["vera", "wim", "xena", "yuri"])
HALL = st.sampled_from(HALLS)
NEWEST = st.integers(0, 3)
"""Which question, counted from the newest."""
SPANS = st.sampled_from([2, 20, 300, 1_200, 3_700, 14_400, 86_400, 200_000])
"""Seconds that go by."""
CHAT = "evening"


class StudyHalls(RuleBasedStateMachine):
    """Three halls with different policies on one platform and one database."""

    template: Path
    """An empty database with tables."""
    room: Path
    """A folder in memory."""
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=self.room))
        self.holds = True
        self.halls = Acts(self.folder, self.template, self.loop)
        self.halls.world.clock.forward(seconds=3)
        self.halls.run()

    @property
    def questions(self) -> list[Question]:
        return self.halls.world.platform.questions

    def _place(self, hall: str) -> str:
        return f"{hall}1"

    @rule(seconds=SPANS)
    def time_goes_on(self, seconds: int) -> None:
        self.halls.world.clock.forward(seconds=seconds)
        self.halls.run()

    @rule(hall=HALL, seconds=st.sampled_from([-2, 0, 60, 3_500, 3_700]))
    def a_slot_comes(self, hall: str, seconds: int) -> None:
        """Go to a hall's next slot, or to just before or after it."""
        plan = next(each for (letter, _), each in self.halls.truth.plans.items() if letter == hall)
        now = self.halls.now
        _, due = plan.slots(now, now + timedelta(days=2))[0]
        self.halls.world.clock.at = max(now, due + timedelta(seconds=seconds))
        self.halls.run()

    @precondition(lambda self: self.questions)
    @rule(which=NEWEST, account=ACCOUNTS, pick=st.integers(0, 5), how=st.integers(0, 2), lost=st.sampled_from("ddddhn"))
    def somebody_answers(self, which: int, account: str, pick: int, how: int, lost: str) -> None:
        """By a press, a form, a thread or a reaction; delivered, held back, or (a reaction) never told."""
        asked = self.questions[-1 - which % len(self.questions)]
        item = self._item(asked)
        given = _given(item, pick)
        ways = ["press", "thread", "react"] if item.kind in ONE_LETTER else ["press", "thread"]
        ways = ways if item.kind in OPTIONED else ["form", "thread"]
        way = ways[how % len(ways)]
        call, told = self.halls.way(way, asked, account, given)
        if way == "react":
            emoji = letter_emoji(self.halls.index(asked, given.picked[0]))
            asked.message.reactions.append((emoji, person(told.hall, account)))
        if lost != "n":
            self.halls.said.append((call, told))
        if lost == "d":
            self.halls.tell(call, told)

    @precondition(lambda self: self.questions)
    @rule(hall=HALL, account=ACCOUNTS, pick=st.integers(0, 5))
    def somebody_types_to_the_bot(self, hall: str, account: str, pick: int) -> None:
        """About the newest open question of the place."""
        token = self.halls.newest(self._place(hall))
        if not token:
            return
        asked = next(each for each in self.questions if each.token == token)
        item = self._item(asked)
        given = _given(item, pick)
        text = given.text or "".join("ABC"[self.halls.index(asked, number)] for number in given.picked)
        now, event = self.halls.now, self.halls.world.event()
        said = Said(event, now, person(hall, account), asked.place, text, direct=True)
        told = Told(event, hall, asked.place.channel, token, account, given, now, direct=True)
        self.halls.said.append((("said", said), told))
        self.halls.tell(("said", said), told)

    @precondition(lambda self: self.halls.said)
    @rule(back=st.integers(0, 30), times=st.integers(1, 3))
    def an_answer_is_delivered_again(self, back: int, times: int) -> None:
        """Any that ever was on its way, held back ones for the first time."""
        call, told = self.halls.said[-1 - back % len(self.halls.said)]
        new = told.event not in self.halls.truth.events
        if told.direct and new and self.halls.newest(told.place) != told.token:
            return  # it would be another answer, to another question
        for _ in range(times):
            self.halls.tell(call, told)

    @rule(hall=HALL)
    def an_organiser_asks_now(self, hall: str) -> None:
        self.halls.ask_now(hall, self._place(hall))

    @rule(hall=HALL, word=st.sampled_from(["add", "add", "pause", "resume", "remove"]))
    def an_organiser_changes_a_schedule(self, hall: str, word: str) -> None:
        self.halls.change_schedule(hall, self._place(hall), word, CHAT, TOPICS[hall])

    @rule(hall=HALL, account=ACCOUNTS, line=st.sampled_from(["/study status", "/study schedule list", "/daily"]))
    def somebody_looks(self, hall: str, account: str, line: str) -> None:
        self.halls.world.type(line, ref(self._place(hall)), person(hall, account))
        self.halls.check_board(hall, self._place(hall), account)

    @rule(hall=HALL, number=st.integers(0, len(KINDS) - 1), how=st.sampled_from(["key", "key", "text", "gone"]))
    def the_bank_is_edited(self, hall: str, number: int, how: str) -> None:
        self.halls.edit(hall, number, how)

    @rule(hall=HALL, number=st.integers(0, len(KINDS) - 1), mend=st.booleans())
    def an_item_is_regraded(self, hall: str, number: int, *, mend: bool) -> None:
        if mend:
            self.halls.edit(hall, number, "key")
        self.halls.regrade(hall, self._place(hall), number)

    @rule(hall=HALL, joining=ACCOUNTS, shown=ACCOUNTS)
    def two_accounts_are_linked(self, hall: str, joining: str, shown: str) -> None:
        self.halls.link(hall, self._place(hall), joining, shown)

    @rule(hall=HALL, account=ACCOUNTS)
    def a_link_is_undone(self, hall: str, account: str) -> None:
        self.halls.unlink(hall, self._place(hall), account)

    @rule(hall=HALL, account=ACCOUNTS)
    def a_person_is_forgotten(self, hall: str, account: str) -> None:
        self.halls.forget(hall, self._place(hall), account)

    @rule(kind=st.sampled_from(["lost-request", "lost-reply", "refused", "busy"]), after=st.integers(0, 2))
    def a_message_will_fail(self, kind: str, after: int) -> None:
        fault = {
            "refused": RefusedError("the bot was put out", "Invite it again."),
            "busy": BusyError("slow down", 3.0),
        }
        self.halls.world.platform.fails += [*[None] * after, fault.get(kind, kind)]

    @rule(hall=HALL)
    def a_place_is_removed(self, hall: str) -> None:
        self.halls.remove_place(hall, self._place(hall))

    @rule(seconds=st.sampled_from([0, 60, 4_000, 100_000]))
    def the_process_is_started_anew(self, seconds: int) -> None:
        self.halls.start_anew(seconds, killed=False)

    @rule(seconds=st.sampled_from([0, 50, 4_000]))
    def the_process_is_killed(self, seconds: int) -> None:
        self.halls.start_anew(seconds, killed=True)

    @rule(steps=st.integers(1, 25))
    def the_process_will_die(self, steps: int) -> None:
        """In one of its next transactions: before it, before its commit, or after it."""
        self.halls.world.fuse = steps

    @precondition(lambda self: len(self.halls.backups) < 2)
    @rule()
    def a_backup_is_made(self) -> None:
        self.halls.backup()

    @precondition(lambda self: self.halls.backups)
    @rule(which=st.integers(0, 1))
    def a_backup_is_put_back(self, which: int) -> None:
        self.halls.put_back(sorted(self.halls.backups)[which % len(self.halls.backups)])

    @invariant()
    def everything_holds(self) -> None:
        self.holds = False
        self.halls.check()
        self.holds = True

    def teardown(self) -> None:
        try:
            if self.holds:
                self.halls.settle()
        finally:
            self.halls.world.end()

    def _item(self, asked: Question) -> Item:
        """The item of a question, which the database may have forgotten."""
        return self.halls.items[asked.token]


def _given(item: Item, pick: int) -> Given:
    """One of the answers that may be given to an item."""
    match item.kind:
        case "choice":
            return Given((pick % 3,))
        case "true-false":
            return Given((pick % 2,))
        case "multi":
            return Given(((0,), (0, 2), (1, 2), (0, 1, 2), (1,), (0, 1))[pick])
        case "order":
            return Given(list(permutations(range(3)))[pick])
        case _:
            sayings = item.sayings()
            return Given(text=sayings[pick % len(sayings)])
