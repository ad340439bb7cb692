"""What must hold after every step, seen from outside: the database's rows, the platform, what people could read."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.ports import Tone
from tests.simulation.model.items import ACCEPTED, KINDS, OPTIONED
from tests.simulation.model.rows import Rows, instant, key_texts
from tests.simulation.model.truth import Truth, Turn
from tests.simulation.model.window import Seen, Window
from tests.simulation.model.world import hall_of

CANARY = re.compile(r"q([abc])(\d\d)(\d\d)(stem|opt|expl|why|refs|keyq|keyr|name|sched|title)(\d?)q?")
FREE = frozenset({"stem", "opt", "name", "sched", "title"})
SHORT = KINDS.index("short")
SETTLING = timedelta(minutes=15)
REFUSED = "the bot was put out"
REASONS = frozenset({REFUSED, "it was deleted", "it could not be sent before its closing time"})
"""Why a round may be without a message: what the rules of the machine do, and nothing else."""

K = TypeVar("K")
V = TypeVar("V")
Secret = tuple[str, int, int, str]
"""Hall, item, version and role of a text that tells what is right; `*` stands for all of them."""


@dataclass(slots=True)
class Watch:
    """Remembers what may be known: whatever is undone later, nobody unlearns it."""

    revealed: set[tuple[str, int, int]] = field(default_factory=set)
    earned: set[tuple[str, Secret]] = field(default_factory=set)
    """What an account may know before the reveal, because it has answered where the first answer counts."""
    typed: set[tuple[str, str]] = field(default_factory=set)
    """Which words an account has typed itself."""
    looked: int = 0

    def learn(self, truth: Truth, now: datetime) -> None:
        """Note what has been revealed, and what people have earned."""
        for asked in truth.rounds.values():
            item = asked.turn.item
            if asked.closes_at <= now:
                self.revealed |= {(item.hall, item.number, version) for version in asked.turn.versions}
        for each in truth.answers.values():
            item = each.turn.item
            if not each.turn.plan.last:
                roles = [f"why{number}" for number in each.given.picked]
                roles += ["expl"] if each.verdict == "right" else []
                shown = ((version, role) for version in each.turn.versions for role in roles)
                secrets = [(item.hall, item.number, *secret) for secret in shown]
                self.earned |= {(each.account, secret) for secret in secrets}

    def check_window(self, window: Window) -> None:
        """Nothing new that went out tells a key too early or a hall of another."""
        for seen in window.seen[self.looked :]:
            self._check_canaries(seen)
            self._check_words(seen)
        self.looked = len(window.seen)

    def _check_canaries(self, seen: Seen) -> None:
        for hall, number, version, role, digit in CANARY.findall(seen.text):
            assert hall == hall_of(seen.place), f"a text of hall {hall} reached {seen}"
            item = (hall, int(number), int(version))
            if item in self.revealed:
                continue
            secret = (*item, role + digit)
            assert role in FREE or (seen.account, secret) in self.earned, f"{secret} is out early: {seen}"
            assert role != "stem" or not re.search(r"Bars\(|REVEAL|✓", seen.text), f"revealed early: {seen}"

    def _check_words(self, seen: Seen) -> None:
        for hall, words in ACCEPTED.items():
            for word in words:
                if word not in seen.text.lower():
                    continue
                assert hall == hall_of(seen.place), f"what hall {hall} accepts reached {seen}"
                known = any(item[:2] == (hall, SHORT) for item in self.revealed)
                known = known or any(who == seen.account and knows(secret, hall) for who, secret in self.earned)
                assert known or (seen.account, word) in self.typed, f"what is accepted is out early: {seen}"


def knows(secret: Secret, hall: str) -> bool:
    """Whether it is what is told to who has answered the hall's short item right."""
    return (*secret[:2], secret[3]) == (hall, SHORT, "expl")


def unlike(stored: Mapping[K, V], meant: Mapping[K, V]) -> dict[K, tuple[V | None, V | None]]:
    """What is not as it should be, by key."""
    both = stored.keys() | meant.keys()
    return {key: (stored.get(key), meant.get(key)) for key in both if stored.get(key) != meant.get(key)}


def check_answers(rows: Rows, truth: Truth) -> None:
    """Stored is what the model says was answered, with its verdicts and points; each round counts its own."""
    stored = {(row["token"], row["account"]): (row["hall"], row["verdict"], row["points"]) for row in rows.answers}
    assert len(stored) == len(rows.answers), "an account answered a round twice"
    meant = {key: (each.hall, each.verdict, each.points) for key, each in truth.answers.items()}
    assert not unlike(stored, meant), f"answers (stored, meant): {unlike(stored, meant)}"
    numbers = Counter(token for token, _ in stored)
    assert {token: row["answered"] for token, row in rows.rounds.items() if row["answered"]} == numbers


def check_standings(rows: Rows, truth: Truth, halls: str) -> None:
    """The hall's board of all time is the model's own fold: each turn counts once a person."""
    for hall in halls:
        meant = {}
        for name, standing in truth.standings(hall, rows.revealed()).items():
            accounts = {each.account for each in truth.answers.values() if each.hall == hall}
            ids = {rows.identities[hall, each] for each in accounts if truth.person(hall, each) == name}
            assert len(ids) == 1, f"{name} is several people of hall {hall}: {ids}"
            meant[ids.pop()] = standing
        stored = {
            row["person_id"]: (row["points"], row["right"], row["answered"])
            for row in rows.standings
            if row["hall"] == hall
        }
        assert stored == meant, f"hall {hall}"


def check_turn(turn: Turn, shown: str) -> None:
    """A turn shows the item as the bank had it, and calls right what the bank called right."""
    item = turn.item
    assert item.canary("stem") in shown
    if item.kind in OPTIONED:
        meant = [item.option(number) for number in item.key]
        found = key_texts(shown)
        assert found == meant if item.kind == "order" else sorted(found) == sorted(meant)


def check_slots(rows: Rows, truth: Truth, window: Window, now: datetime) -> None:
    """Each slot that was due has one message in each of its places, or a reason; and there are no others."""
    sent = Counter(question.token for question in window.questions)
    assert not sent or max(sent.values()) == 1, f"a question was sent twice: {sent.most_common(1)}"
    slots = rows.slots()
    for (hall, name), plan in truth.plans.items():
        stored = slots.get((hall, name), {})
        assert plan.due.keys() <= stored.keys(), (
            f"slots of {name} without a decision: {plan.due.keys() - stored.keys()}"
        )
        strange = {slot for slot in stored.keys() - plan.due.keys() if len(slot) == len("2026-11-23T09:00")}
        assert not strange, f"slots of {name} that were not due: {strange}"
        for slot, asked in plan.due.items():
            row = stored[slot]
            assert (row["item_id"] is not None) is asked, f"{name} {slot}: {row['skipped']}"
            assert asked or row["skipped"], f"{name} {slot} was missed without a reason"
    for turn_id, turn in truth.turns.items():
        found = Counter(row["place"] for row in rows.rounds.values() if row["turn_id"] == turn_id)
        assert found == Counter(turn.plan.places), f"{turn.plan.name} {turn.slot} has rounds in {dict(found)}"
    for token, row in rows.rounds.items():
        waiting = row["state"] == "due" and now < instant(row["closes_at"]) + SETTLING
        fine = sent[token] == 1 or (row["state"] in ("skipped", "failed") and row["reason"] in REASONS) or waiting
        assert fine, f"round {row['id']} is {row['state']} with neither a message nor a reason: {row['reason']}"


def check_endings(rows: Rows, explained: Mapping[int, sqlite3.Row], window: Window, now: datetime) -> None:
    """In quiet every round past its closing time is closed, its message shows the key, and one explanation is there."""
    messages = {posted.id: posted for posted in window.posted}
    beneath = Counter(posted.under for posted in window.posted if posted.stamp.startswith("e-"))
    for row in rows.rounds.values():
        if instant(row["closes_at"]) > now - SETTLING or row["state"] in ("skipped", "failed"):
            continue
        assert row["state"] == "closed", f"round {row['id']} is over, and is {row['state']}"
        assert messages[row["message"]].card.tone is Tone.REVEAL, f"round {row['id']} is closed and shows no key"
        told = explained[row["id"]]
        refused = told["state"] == "failed" and told["reason"] == REFUSED
        assert beneath[row["message"]] == (0 if refused else 1), f"round {row['id']}: its explanation is {tuple(told)}"


def check_rounds(rows: Rows, truth: Truth) -> None:
    """The rounds are those of the model, and close when it says."""
    assert rows.rounds.keys() == truth.rounds.keys()
    for token, row in rows.rounds.items():
        asked = truth.rounds[token]
        assert instant(row["closes_at"]) == asked.closes_at, f"round {row['id']}"
        early = asked.turn.plan.last and row["state"] != "closed" and row["counted_to"] is None
        assert not early, f"round {row['id']} stands on boards before its reveal"
