"""Schedules as the model knows them: which slots were due, and whether each was to be asked or missed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

GRACE = timedelta(minutes=60)
NAMED = timedelta(days=8)
"""Slots missed longer ago are not named one by one."""


@dataclass(slots=True)
class Plan:
    """A schedule: daily local times in a zone, its places, and up to when its slots are decided."""

    hall: str
    name: str
    times: tuple[str, ...]
    zone: str
    places: tuple[str, ...]
    decided: datetime
    open_for: timedelta | None = None
    last: bool = False
    """Whether the last answer counts, which is judged at the reveal."""
    active: bool = True
    removed: bool = False
    due: dict[str, bool] = field(default_factory=dict)
    """By slot: whether it was to be asked; the others were missed."""

    def slots(self, after: datetime, until: datetime) -> list[tuple[str, datetime]]:
        """The slots due after `after` and up to `until`, by name and instant."""
        found = []
        day = after.date() - timedelta(days=2)
        while day <= until.date() + timedelta(days=2):
            found += [(f"{day}T{at}", self._instant(day, at)) for at in sorted(self.times)]
            day += timedelta(days=1)
        return [(name, at) for name, at in found if after < at <= until]

    def closing(self, due_at: datetime) -> datetime:
        """When a round due then closes: after its time, else at the next slot and within a day."""
        if self.open_for is not None:
            return due_at + self.open_for
        following = [at for _, at in self.slots(due_at, due_at + timedelta(days=1))]
        return min([due_at + timedelta(days=1), *following])

    def pass_time(self, now: datetime) -> None:
        """Everything due up to now is decided: of what came together the last may be asked, within the grace."""
        due = self.slots(max(self.decided, now - NAMED), now) if self.active else []
        for name, _ in due[:-1]:
            self.due[name] = False
        for name, at in due[-1:]:
            self.due[name] = now - at <= GRACE and self.closing(at) > now
        self.decided = now

    def skip_time(self, now: datetime) -> None:
        """A backup came back: what was due since it was made may have been asked, and is not asked again."""
        if self.active:
            self.due.update((name, False) for name, _ in self.slots(max(self.decided, now - NAMED), now))
        self.decided = now

    def resume(self, now: datetime) -> None:
        """Ask again, from the next slot on."""
        self.active, self.decided = True, now

    def _instant(self, day: date, at: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(at), ZoneInfo(self.zone)).astimezone(UTC)
