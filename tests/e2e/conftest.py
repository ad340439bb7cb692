from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.console import SETTINGS
from tests.hall import choice_pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hall in a terminal, whose questions all have beta as their key."""
    (tmp_path / "studyhall.yaml").write_text(SETTINGS)
    (tmp_path / "pack.yaml").write_text(choice_pack(8))
    return tmp_path
