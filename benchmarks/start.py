"""Starting and idling: the running bot against a process that imports the same libraries and does nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.frame import Figure, LostError, Part, Row, Scale, in_turn
from benchmarks.server import folder

ROOT = Path(__file__).resolve().parent.parent
BENEATH = """\
import sqlite3, sys
import aiohttp.web, apscheduler.schedulers.asyncio, jinja2, markdown_it, sqlalchemy, sqlalchemy.dialects.sqlite, yaml
print("the page is at nothing", file=sys.stderr, flush=True)
sys.stdin.read()
"""
SETTINGS = """\
halls:
  - id: team
    title: A team
    zone: UTC
    places: [web:local:general]
    schedules: []
"""
READY = "the page is at"
IMPORTS = """\
Nothing is imported that another platform needs. Seven eighths of what is beyond the floor are our own 170 modules, a
third of all imports: half of that the making of frozen classes and tables, no module more than a sixteenth. The rest is
the names of time zones, the entry points of the adapters, and the look at the tables."""
SETTLED = 1.5
"""Seconds until the memory of an idle process is read."""


@dataclass(frozen=True, slots=True)
class Started:
    """What starting took: milliseconds on the wall and of the processor until ready, then megabytes while idle."""

    wall: float
    cpu: float
    megabytes: float


def started(arguments: list[str], at: Path) -> Started:
    """Start a process of our interpreter, wait until it is ready, let it idle, and end it."""
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=at, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        said: list[str] = []
        for line in process.stderr or ():
            said.append(line.decode())
            if READY in said[-1]:
                break
        else:
            raise LostError(f"it did not start: {''.join(said)}")
        wall = (time.perf_counter() - start) * 1e3
        cpu = _processor(process.pid)
        time.sleep(SETTLED)
        megabytes = _resident(process.pid)
        process.terminate()
    return Started(wall, cpu, megabytes)


def _processor(pid: int) -> float:
    """Milliseconds of the processor that a process has had."""
    nanoseconds = sum(
        int(task.read_text(encoding="ascii").split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")
    )
    return nanoseconds / 1e6


def _resident(pid: int) -> float:
    """Megabytes (10^6 bytes) that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes) * 1024 / 1e6


def run(scale: Scale) -> list[Row]:
    """`studyhall run` with the page and no schedules, its tables made and its bank compiled before."""
    with folder() as at:
        (at / "studyhall.yaml").write_text(SETTINGS, encoding="utf-8")
        ours = ["-m", "bot", "run", "--port", "0"]
        started(ours, at)
        floors, products = in_turn(scale.of(9, 1), lambda: started(["-c", BENEATH], at), lambda: started(ours, at))

    def figure(of: list[Started], what: str, unit: str) -> Figure:
        return Figure(tuple(getattr(each, what) for each in of), unit)

    return [
        Row(
            "start until the page answers, CPU",
            figure(products, "cpu", "ms CPU"),
            figure(floors, "cpu", "ms CPU"),
            1.5,
            IMPORTS,
        ),
        Row("start until the page answers", figure(products, "wall", "ms"), figure(floors, "wall", "ms"), 1.5, IMPORTS),
        Row("idle memory", figure(products, "megabytes", "MB"), figure(floors, "megabytes", "MB"), 1.3),
    ]


def help_text(scale: Scale) -> list[Row]:
    """`studyhall --help` as a whole process, beside bare Python."""
    bare, helped = in_turn(scale.of(15, 1), lambda: _whole("-c", "pass"), lambda: _whole("-m", "bot", "--help"))
    return [Row("`studyhall --help`, the whole process", Figure(tuple(helped), "ms"), Figure(tuple(bare), "ms"))]


def _whole(*arguments: str) -> float:
    """Milliseconds of a fresh interpreter, start to exit."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1e3


PART = Part(
    "Starting",
    """\
The floor imports what the bot needs of others on SQLite (SQLAlchemy, aiohttp, APScheduler, PyYAML, Jinja,
markdown-it-py) and waits. The product is `studyhall run` with the page and no schedules on a database that is there
already, until its page answers; its memory is read when it has been idle for a while.""",
    {"run": run, "help": help_text},
)
