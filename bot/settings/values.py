"""What the settings come to: frozen values that nothing changes after the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from bot.ports import PlaceRef
from content.item import Difficulty, Kind
from scheduler.schedule import Rule


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items a schedule picks from. Each part names what is allowed; an empty part allows everything."""

    packs: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    difficulties: tuple[Difficulty, ...] = ()
    kinds: tuple[Kind, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A JSON value that `selection_from_json` reads back to an equal Selection."""
        return {
            "packs": list(self.packs),
            "topics": list(self.topics),
            "difficulties": [difficulty.value for difficulty in self.difficulties],
            "kinds": [kind.value for kind in self.kinds],
        }


def selection_from_json(value: Mapping[str, Any]) -> Selection:
    """Read what `Selection.to_json` wrote; a part that is missing allows everything."""
    return Selection(
        packs=tuple(value.get("packs", ())),
        topics=tuple(value.get("topics", ())),
        difficulties=tuple(Difficulty(word) for word in value.get("difficulties", ())),
        kinds=tuple(Kind(word) for word in value.get("kinds", ())),
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """How a schedule's rounds are run.

    `open_for`: how long a round takes answers; None: until the next slot, at most 24 hours. `grace`: how late a slot
    may still be posted. `answers`: which answer of a person counts. `first`: whether a new schedule asks at once or
    waits for its first slot. `verdict`: when a person learns it, where the first answer counts. `bring_back`: whether
    it comes back sooner to what the group is forgetting.
    """

    open_for: timedelta | None = None
    grace: timedelta = timedelta(minutes=60)
    answers: Literal["first", "last"] = "first"
    answer_by: Literal["buttons", "reactions"] = "buttons"
    first: Literal["on time", "at once"] = "on time"
    verdict: Literal["at once", "at the reveal"] = "at once"
    bring_back: bool = True

    @property
    def feedback(self) -> Literal["at once", "at the reveal"]:
        """When a person learns the verdict: an answer that may still be changed is judged at the reveal."""
        return self.verdict if self.answers == "first" else "at the reveal"

    def to_json(self) -> dict[str, Any]:
        """A JSON value, times in seconds, that `policy_from_json` reads back to an equal Policy."""
        return {
            "open_for": None if self.open_for is None else self.open_for.total_seconds(),
            "grace": self.grace.total_seconds(),
            "answers": self.answers,
            "answer_by": self.answer_by,
            "verdict": self.verdict,
            "first": self.first,
            "bring_back": self.bring_back,
        }


PARTS = ("answers", "answer_by", "first", "verdict", "bring_back")
"""The parts of a policy that JSON holds as they are."""


def policy_from_json(value: Mapping[str, Any]) -> Policy:
    """Read what `Policy.to_json` wrote; a part that is missing has its default."""
    parts: dict[str, Any] = {part: value[part] for part in PARTS if part in value}
    for span in ("open_for", "grace"):
        if value.get(span) is not None:
            parts[span] = timedelta(seconds=value[span])
    return Policy(**parts)


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """A schedule as the settings give it. `where` is `file:line`, or a word for what stands in for a file."""

    name: str
    places: tuple[PlaceRef, ...]
    rule: Rule
    selection: Selection = field(default_factory=Selection)
    policy: Policy = field(default_factory=Policy)
    where: str = "built in"


@dataclass(frozen=True, slots=True)
class Organisers:
    """Who may organise besides a platform's admins: names of groups or roles, accounts as `platform:workspace:id`."""

    groups: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MatchTerms:
    """Who may begin live matches, how many an hour (organisers as many as they like), and whether a player who is alone
    gets points on boards.
    """

    start: Literal["everybody", "organisers"] = "everybody"
    an_hour: int = 6
    alone: Literal["no points", "counts"] = "no points"


@dataclass(frozen=True, slots=True)
class HallEntry:
    """A hall as the settings give it."""

    id: str
    title: str
    zone: str
    language: str
    season: str
    organisers: Organisers
    organiser_place: PlaceRef | None
    places: tuple[PlaceRef, ...]
    schedules: tuple[ScheduleEntry, ...]
    matches: MatchTerms = field(default_factory=MatchTerms)
    where: str = "built in"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the two HTTP listeners listen: the private one serves the page, the public one platforms' servers."""

    private_host: str = "127.0.0.1"
    private_port: int = 8000
    public_host: str = "0.0.0.0"  # noqa: S104  platforms call it from outside; it serves signed requests and health only
    public_port: int = 8080


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `database` may hold a password and stays out of repr.

    `packs` are existing paths; `platforms` has one entry an enabled adapter, with every setting it declares;
    `source` says where the settings come from, for people.
    """

    halls: tuple[HallEntry, ...]
    packs: tuple[Path, ...]
    database: str = field(repr=False)
    platforms: Mapping[str, Mapping[str, Any]]
    listening: Listening
    source: str
