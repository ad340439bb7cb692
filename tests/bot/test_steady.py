"""The clock that leases run by."""

from __future__ import annotations

import inspect
import time

import pytest

from bot.app import App
from bot.steady import steady


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="the clock is Linux's")
def test_it_counts_the_time_in_which_the_host_sleeps() -> None:
    before, found, after = time.clock_gettime(time.CLOCK_BOOTTIME), steady(), time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before <= found <= after


def test_a_study_hall_runs_its_leases_by_it() -> None:
    assert inspect.signature(App).parameters["steady"].default is steady
