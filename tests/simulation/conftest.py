"""Where simulations run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.running import Ground


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """An empty database, in memory where that can be, and a pack; each run is on a copy."""
    made = Ground()
    yield made
    made.close()
