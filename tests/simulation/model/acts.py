"""What organisers do in a hall, what becomes of its bank and of its database; done to the model as well."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.simulation.model import rows
from tests.simulation.model.hall import Halls
from tests.simulation.model.items import KEYS, KINDS, mended
from tests.simulation.model.plans import Plan
from tests.simulation.model.world import entries, person, ref

EVENINGS = "18:00,20:30"
FEWEST = 5
"""So many items stay in a pack."""
REWORDED = ("choice", "multi", "order")
"""Kinds whose options change with the texts, so that a key cannot be carried over."""


@dataclass(slots=True)
class Acts(Halls):
    """The halls and everything that can be done in them."""

    def ask_now(self, hall: str, place: str) -> None:
        """The schedule that asks: what it has open closes at once."""
        before, known = self.rows.rounds, set(self.truth.turns)
        self.type("/study schedule now", hall, place)
        self.learn()
        new = [
            turn for turn in self.truth.turns.values() if turn.id not in known and len(turn.slot) > len("Y-M-DTh:mm")
        ]
        for asked in [turn for turn in new if turn.slot.count(":") > 1]:
            for token, row in before.items():
                other = self.truth.rounds.get(token)
                if other is not None and other.turn.plan is asked.plan and row["state"] == "open":
                    other.closes_at = min(other.closes_at, self.now)

    def change_schedule(self, hall: str, place: str, word: str, name: str, topic: str) -> None:
        """Add, pause, resume or remove a schedule that chat made."""
        plan = self.truth.plans.get((hall, name))
        there = plan is not None and not plan.removed
        tail = f" {EVENINGS} topic:{topic}" if word == "add" else ""
        self.type(f"/study schedule {word} {name}{tail}", hall, place)
        if word == "add" and not there:
            zone = next(entry.zone for entry in entries() if entry.id == hall)
            plan = plan or Plan(hall, name, tuple(EVENINGS.split(",")), zone, (place,), self.now)
            self.truth.plans[hall, name] = plan
            plan.removed = False
            plan.resume(self.now)
        elif plan is not None and there and word == "resume":
            plan.resume(self.now)
        elif plan is not None and there and word in ("pause", "remove"):
            plan.active, plan.removed = False, word == "remove"

    def remove_place(self, hall: str, place: str) -> None:
        """The platform tells that a place is gone."""
        self.within(hall, lambda: self.world.run(self.world.app.desk.removed(ref(place), "it was deleted")))

    def edit(self, hall: str, number: int, how: str) -> None:
        """Mend a key, change all texts, or take an item away or put it back; the core reads the packs again."""
        items = self.banks[hall]
        old = items[number]
        if how == "key":
            keys = KEYS[old.kind]
            items[number] = mended(old, keys.index(old.key) + 1)
        elif how == "text":
            items[number] = replace(old, version=old.version + 1)
        elif old.gone or sum(not each.gone for each in items) > FEWEST:
            items[number] = replace(old, gone=not old.gone)
        self.world.write_packs({hall: items})
        if self.survive(self.world.reload):
            self.in_use = self.usable()
        else:
            self.open()

    def regrade(self, hall: str, place: str, number: int) -> None:
        """Give the turns of an item the key that it has in the bank."""
        item_id = f"pack-{hall}/item-{number}"
        asked = [turn for turn in self.truth.turns.values() if turn.item.id == item_id]
        item = self.in_use.get(item_id)
        reply = self.type(f"/study regrade {item_id}", hall, place)
        if item is None or not asked:
            return
        unlike = KINDS[number] in REWORDED and any(turn.item.version != item.version for turn in asked)
        assert ("options" in repr(reply)) is unlike
        if not unlike:
            self.truth.regrade(hall, item)

    def link(self, hall: str, place: str, joining: str, shown: str) -> None:
        """An account types the code that another one was shown: from now on both are that one's person."""
        told = self.type("/study link", hall, place, person(hall, shown))
        code = re.search(r"/study link (\w+-\w+)", repr(told))
        assert code is not None
        self.type(f"/study link {code[1]}", hall, place, person(hall, joining))
        self.truth.link(hall, joining, shown)

    def unlink(self, hall: str, place: str, account: str) -> None:
        self.type("/study unlink", hall, place, person(hall, account))
        self.truth.unlink(hall, account)

    def forget(self, hall: str, place: str, account: str) -> None:
        """Nothing tells any more who a person was; whoever comes by its accounts is another one."""
        before = rows.read(self.world.file).accounts
        self.type("/study forget sure", hall, place, person(hall, account))
        after = {row: name for name, row in rows.read(self.world.file).accounts.items()}
        self.truth.forget(hall, account, {name: after[row][1] for name, row in before.items()})

    def put_back(self, name: str) -> None:
        """An older state of the database comes back; what came after it is forgotten, but not by people."""
        self.world.fuse = None
        self.world.close()
        self.world.put_back(name)
        self.truth = copy.deepcopy(self.backups[name])
        self.rows = rows.read(self.world.file)
        for plan in self.truth.plans.values():
            plan.skip_time(self.now)
        self.open()

    def start_anew(self, seconds: float, *, killed: bool) -> None:
        """End the process, in good order or not; after a while there is another."""
        if killed:
            self.world.kill()
        else:
            self.world.close()
        self.world.clock.at += timedelta(seconds=seconds)
        self.open()
