"""Passwords and tokens of the environment are in nothing that a process writes, whether it starts or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CANARY = "canary-of-a-password"


@pytest.mark.parametrize("more", [pytest.param([], marks=pytest.mark.soak), ["--debug"]])
@pytest.mark.parametrize(
    "command",
    ["run --port 0", "settings check", "settings show --json", "db verify", "db upgrade", "db backup", "board"],
)
def test_no_command_shows_the_password_of_a_database_it_cannot_reach(
    command: str, more: list[str], tmp_path: Path
) -> None:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("STUDYHALL", "DATABASE"))}
    address = f"postgresql://study:{CANARY}@127.0.0.1:9/study?connect_timeout=2"
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command.split(), *more],
        cwd=tmp_path,
        env={**own, "DATABASE_URL": address, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout + done.stderr
    assert CANARY not in done.stdout + done.stderr
    left = [file for file in tmp_path.rglob("*") if file.is_file() and CANARY.encode() in file.read_bytes()]
    assert left == []
