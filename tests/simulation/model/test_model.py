"""The core beside a plain model of what must be: whatever happens, in whichever order, every step leaves them equal."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.model.machine import StudyHalls


@pytest.mark.timeout(400)
def test_whatever_happens_the_halls_are_as_the_model_says(machine: type[StudyHalls], quick: settings) -> None:
    run_state_machine_as_test(machine, settings=quick)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_whatever_happens_for_long_the_halls_are_as_the_model_says(machine: type[StudyHalls], quick: settings) -> None:
    long = settings(quick, max_examples=2_000, stateful_step_count=80, derandomize=False, print_blob=True)
    run_state_machine_as_test(machine, settings=long)
