"""The metrics, in the text format of Prometheus. Imported when somebody asks for them: most study halls never do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.proofs import CHECKS, DATABASE
from bot.store.figures import Figures
from bot.sweeper import Swept


@dataclass(frozen=True, slots=True)
class Measured:
    """What is told of this process and its database. `tick_age` and `lag` are seconds."""

    platforms: Mapping[str, bool]
    tick_age: float | None
    lag: float
    figures: Figures
    swept: Swept


def exposition(*, healthy: bool, measured: Measured | None) -> tuple[bytes, str]:
    """The page of metrics and its content type; without `measured`, only whether all is well."""
    registry = CollectorRegistry()
    registry.register(_Collected(healthy, measured))
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Collected:
    """What the library asks for metrics."""

    def __init__(self, healthy: bool, measured: Measured | None) -> None:  # noqa: FBT001  a fact
        self._healthy = healthy
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("studyhall_healthy", "1 while /health says ok.", value=self._healthy)
        if self._measured is not None:
            yield from _of_process(self._measured)
            yield from _of_database(self._measured.figures)
            yield from _of_sweep(self._measured.swept)


def _of_process(measured: Measured) -> Iterator[Metric]:
    up = GaugeMetricFamily("studyhall_up", "1 while this process is connected to the platform.", labels=["platform"])
    for platform, connected in sorted(measured.platforms.items()):
        up.add_metric([platform], connected)
    yield up
    if measured.tick_age is not None:
        about = "Seconds since this process last looked at what is due."
        yield GaugeMetricFamily("studyhall_last_tick_age_seconds", about, value=measured.tick_age)
    about = "How late a timer of this process rang while the metrics were read."
    yield GaugeMetricFamily("studyhall_event_loop_lag_seconds", about, value=measured.lag)


def _of_database(figures: Figures) -> Iterator[Metric]:
    yield GaugeMetricFamily("studyhall_processes", "Processes alive on this database.", value=figures.processes)
    yield GaugeMetricFamily("studyhall_schedules_due", "Schedules to be looked at now.", value=figures.due)
    about = "Schedules that nobody has looked at for ten minutes after their slot."
    yield GaugeMetricFamily("studyhall_schedules_overdue", about, value=figures.overdue)
    waiting = GaugeMetricFamily("studyhall_posts_waiting", "Messages owed and not settled.", labels=["state"])
    for state, number in figures.waiting.items():
        waiting.add_metric([state], number)
    yield waiting
    yield CounterMetricFamily("studyhall_answers_stored", "Answers stored, by all processes.", value=figures.answers)
    yield GaugeMetricFamily("studyhall_notes_open", "Notes to organisers that are not over.", value=figures.notes)


def _of_sweep(swept: Swept) -> Iterator[Metric]:
    if swept.at is None:
        return
    about = "When the last daily check ended, in seconds since 1970."
    yield GaugeMetricFamily("studyhall_last_sweep_timestamp_seconds", about, value=swept.at.timestamp())
    about = "Faults that each check found in the last sweep; see `studyhall db verify`."
    failures = GaugeMetricFamily("studyhall_invariant_failures", about, labels=["check"])
    for check in (*CHECKS, DATABASE):
        failures.add_metric([check.name], swept.failed.get(check.name, 0))
    yield failures
