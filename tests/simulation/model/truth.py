"""What must be: a plain fold of what people did. It knows no table, no rule module and no statement of the product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.simulation.model.items import ACCEPTED, DIFFICULTIES, NUMBERS, OPTIONED, Item
from tests.simulation.model.plans import Plan

LETTERS = 3
LATE = timedelta(minutes=10)
"""What was given in time counts though it is delivered so long after closing."""
SAME_NUMBER = {"0.5": ("0.5", "0,5", "1/2"), "7": ("7", "7.0")}
UNREADABLE = ("no idea",)


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered: numbers of options as the bank's texts name them, or a text."""

    picked: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer on its way to the core. `place` alone for what was said to the bot directly, about its newest question.

    `missed`: a reaction that is read anew, whose own instant nobody knows. `needs_message`: it names its question by
    the message, which the bot may not know of yet.
    """

    event: str
    hall: str
    place: str
    token: str
    account: str
    given: Given
    at: datetime
    needs_message: bool = False
    direct: bool = False
    missed: bool = False


def missed(token: str, account: str, letter: int) -> str:
    """The event of a letter's reaction on a question that is read anew."""
    return f"reread:{token}:{account}:{letter}"


@dataclass(slots=True)
class Turn:
    """A question that was asked. `item` has the key that is in force."""

    id: int
    plan: Plan
    slot: str
    item: Item
    asked_at: datetime
    versions: set[int] = field(default_factory=set)
    """The versions of its texts that it shows, or has shown, or will."""

    def show(self, item: Item) -> None:
        """Show what is right by another state of the item."""
        self.item = item
        self.versions.add(item.version)

    def shows_otherwise(self, item: Item) -> bool:
        """Whether another state of the item has another key; that of an open item is a text."""
        return self.item.key != item.key or (item.kind == "open" and self.item.version != item.version)


@dataclass(slots=True)
class Round:
    """A turn in one place."""

    turn: Turn
    place: str
    closes_at: datetime


@dataclass(slots=True)
class Answer:
    """An answer of an account in a round; `seq` is its place among all, which a change of mind does not alter."""

    seq: int
    token: str
    turn: Turn
    hall: str
    account: str
    given: Given
    at: datetime
    verdict: str = ""
    points: int = 0


@dataclass(slots=True)
class Truth:
    """The model."""

    plans: dict[tuple[str, str], Plan] = field(default_factory=dict)
    turns: dict[int, Turn] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)
    owners: dict[tuple[str, str], str] = field(default_factory=dict)
    """The person of a hall's account, by (hall, account), where it is not the one named like the account."""
    links: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Who an account was before each link that stands, oldest first."""
    left: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Who an account ever was before a link."""
    forgotten: set[tuple[str, str]] = field(default_factory=set)
    """People, by (hall, person)."""
    seq: int = 0

    def person(self, hall: str, account: str) -> str:
        return self.owners.get((hall, account), account)

    def answer(self, told: Told, now: datetime) -> None:
        """Count an answer as the policy wants it. Told before, it changes nothing."""
        asked = self.rounds.get(told.token)
        if told.event in self.events or asked is None or told.given.text in UNREADABLE:
            return
        self.events.add(told.event)
        if told.at > asked.closes_at or now - asked.closes_at > LATE:
            return
        before = self.answers.get((told.token, told.account))
        if before is None:
            self.seq += 1
            new = Answer(self.seq, told.token, asked.turn, told.hall, told.account, told.given, told.at)
            counted = self.counting(asked.turn, self.person(told.hall, told.account)) is None
            self.answers[told.token, told.account] = new
            self._grade(new, may_recall=counted)
        elif asked.turn.plan.last and not told.missed and told.at >= before.at:
            before.given, before.at = told.given, told.at
            self._grade(before, may_recall=self.counts(before))

    def link(self, hall: str, joining: str, shown: str) -> None:
        """All accounts of the one who joins go along."""
        former, person = self.person(hall, joining), self.person(hall, shown)
        if former == person:
            return
        for own in [
            (hall, joining),
            *(key for key, owner in self.owners.items() if key[0] == hall and owner == former),
        ]:
            if self.person(*own) == former:
                self.links.setdefault(own, []).append(former)
                self.left.setdefault(own, set()).add(former)
                self.owners[own] = person

    def unlink(self, hall: str, account: str) -> None:
        """The account is who it was before its latest link; somebody new where that one is forgotten."""
        before = self.links.get((hall, account))
        if before:
            person = before.pop()
            self.owners[hall, account] = self._somebody() if (hall, person) in self.forgotten else person

    def forget(self, hall: str, account: str, names: dict[tuple[str, str], str]) -> None:
        """Forget a person with all accounts, which are called otherwise from now on: by (hall, account) how."""
        if (hall, account) not in names:
            return
        person = self.person(hall, account)
        for own in [own for own in names if own[0] == hall and self.person(*own) == person]:
            for each in self.answers_of(*own):
                # A reaction that still stands under an open question is no answer of somebody new.
                self.events |= {missed(each.token, own[1], letter) for letter in range(LETTERS)}
                del self.answers[each.token, each.account]
                each.account, each.given = names[own], replace(each.given, text="")
                self.answers[each.token, each.account] = each
            self.owners[hall, names[own]], self.owners[own] = person, self._somebody()
            self.links.pop(own, None)
            ever = self.left.pop(own, set())
            self.forgotten |= {(hall, each) for each in ever if not self._is_alive(hall, each, names)}
        self.forgotten.add((hall, person))

    def answers_of(self, hall: str, account: str) -> list[Answer]:
        return [each for each in self.answers.values() if (each.hall, each.account) == (hall, account)]

    def _is_alive(self, hall: str, person: str, names: dict[tuple[str, str], str]) -> bool:
        return any(self.person(*own) == person for own in names if own[0] == hall)

    def _somebody(self) -> str:
        self.seq += 1
        return f"somebody {self.seq}"

    def regrade(self, hall: str, item: Item) -> None:
        """Give the turns of an item another key; what stays right keeps its points, the rest is graded anew."""
        wrong = [turn for turn in self.turns.values() if turn.plan.hall == hall and turn.item.id == item.id]
        for turn in [turn for turn in wrong if turn.shows_otherwise(item)]:
            turn.show(item)
            for each in (each for each in self.of_turn(turn) if each.given != Given()):  # whose text is not forgotten
                verdict, _ = worth(turn.item, each.given)
                if not each.verdict == verdict == "right":
                    self._grade(each, may_recall=self.counts(each))

    def of_turn(self, turn: Turn) -> list[Answer]:
        """A turn's answers, in the sequence in which they came."""
        return sorted((each for each in self.answers.values() if each.turn is turn), key=lambda each: each.seq)

    def counting(self, turn: Turn, person: str) -> Answer | None:
        """The one answer of a turn that counts for a person: the first that came, from whichever account and place."""
        own = (each for each in self.of_turn(turn) if self.person(each.hall, each.account) == person)
        return next(own, None)

    def counts(self, answer: Answer) -> bool:
        return self.counting(answer.turn, self.person(answer.hall, answer.account)) is answer

    def standings(self, hall: str, revealed: Collection[str]) -> dict[str, tuple[int, int, int]]:
        """Points, right answers and answers by person, for the hall's board of all time.

        `revealed` are the tokens of rounds whose answers stand on boards though the last answer counts in them.
        """
        folded: dict[str, Counter[str]] = {}
        for each in self.answers.values():
            stands = not each.turn.plan.last or each.token in revealed
            if each.hall == hall and stands and self.counts(each):
                row = folded.setdefault(self.person(hall, each.account), Counter())
                row.update(points=each.points, right=int(each.verdict == "right"), answered=1)
        return {person: (row["points"], row["right"], row["answered"]) for person, row in folded.items()}

    def _grade(self, answer: Answer, *, may_recall: bool) -> None:
        answer.verdict, answer.points = worth(answer.turn.item, answer.given)
        if may_recall and answer.verdict == "right" and self._missed_before(answer):
            answer.points += 5

    def _missed_before(self, answer: Answer) -> bool:
        """Whether the person's last answer on the concept was wrong."""
        person = self.person(answer.hall, answer.account)
        earlier = [
            each
            for each in self.answers.values()
            if each.seq < answer.seq
            and (each.hall, self.person(each.hall, each.account)) == (answer.hall, person)
            and each.turn.item.concept == answer.turn.item.concept
        ]
        return bool(earlier) and max(earlier, key=lambda each: each.seq).verdict == "wrong"


def worth(item: Item, given: Given) -> tuple[str, int]:
    """The verdict on an answer by the item's key, and its points without any bonus."""
    full = (DIFFICULTIES.index(item.difficulty) + 1) * 10
    share = _chosen(item, given.picked) if item.kind in OPTIONED else float(_is_right(item, given.text))
    if item.kind == "open":
        return "noted", 5
    verdict = "right" if share == 1 else "partly" if share > 0 else "wrong"
    return verdict, int(full * share + 1e-6)


def _chosen(item: Item, picked: tuple[int, ...]) -> float:
    match item.kind:
        case "multi":
            good = sum(1 if number in item.key else -1 for number in picked)
            return max(0, good) / len(item.key)
        case "order":
            pairs = [(0, 1), (0, 2), (1, 2)]
            place = {number: picked.index(number) for number in item.key}
            share = sum(place[item.key[first]] < place[item.key[second]] for first, second in pairs) / 3
            return share if share > 0.5 else 0.0
        case _:
            return float(picked == item.key)


def _is_right(item: Item, text: str) -> bool:
    if item.kind == "open":
        return False
    if item.kind == "numeric":
        return text in SAME_NUMBER[NUMBERS[item.key[0]]]
    word = ACCEPTED[item.hall][item.key[0]]
    return text.lower() in (word, f"{word}s", f"{word[:-1]}e")
