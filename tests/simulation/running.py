"""Running a seed from its number to its report."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bot.store.writer
from bot.store import schema
from tests.hall import choice_pack, text_of
from tests.simulation.checks import Report, look
from tests.simulation.plan import plan_of
from tests.simulation.virtual import VirtualLoop
from tests.simulation.world import World

MEMORY = Path("/dev/shm")


class Ground:
    """A folder, in memory where there is one, with an empty database and a compiled bank to start runs from."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="studyhall-")
        self.folder = Path(self._folder.name)
        self.pack = self.folder / "pack.yaml"
        self.pack.write_text(choice_pack(12), encoding="utf-8")
        self.empty = self.folder / "empty.sqlite"
        schema.upgrade(self.empty)
        self.trace: list[str] = []
        """A line for each message of the last run, with all that it ever said."""
        bot.store.writer.PAUSE = 0.0  # virtual time does not pass while a thread waits

    def run(self, seed: int, *, minutes: int = 6, days: int = 2) -> Report:
        """Run a seed; the report's faults name it."""
        report = self.play(lambda file: World(plan_of(seed, minutes=minutes, days=days), file, self.pack))
        report.wrong = [f"seed {seed}: {each}" for each in report.wrong]
        return report

    def play(self, make: Callable[[Path], World]) -> Report:
        """Run a world made on a fresh database."""
        file = self.folder / "run.sqlite"
        for old in self.folder.glob("run.sqlite*"):
            old.unlink()
        file.write_bytes(self.empty.read_bytes())
        loop = VirtualLoop()
        asyncio.set_event_loop(loop)
        try:
            return loop.run_until_complete(self._run(make(file)))
        finally:
            _finish(loop)

    async def _run(self, world: World) -> Report:
        with errors_kept(world.logged):
            await world.run()
        self.trace = [
            f"{sent.id} {sent.at:.3f} {sent.place} {sent.stamp} {at:.3f} {text_of(card)!r}"
            for sent in world.server.messages
            for at, card in sent.cards
        ]
        store = world.opened()
        try:
            return await store.read(lambda connection: look(connection, world))
        finally:
            await store.close()

    def close(self) -> None:
        """Take the folder away."""
        self._folder.cleanup()


@contextmanager
def errors_kept(kept: list[str]) -> Iterator[None]:
    """Meanwhile what any module logs as an error is written there too, whatever is shown."""
    root, keeper = logging.getLogger(), _Keeper(kept)
    level = root.level
    root.addHandler(keeper)
    root.setLevel(min(level, logging.ERROR))
    try:
        yield
    finally:
        root.removeHandler(keeper)
        root.setLevel(level)


class _Keeper(logging.Handler):
    """Keeps errors as a line each."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message, and the error it was logged with."""
        raised = record.exc_info[1] if record.exc_info else None
        self._kept.append(f"logged by {record.name}: {record.getMessage()} {raised!r}")


def _finish(loop: VirtualLoop) -> None:
    """Cancel what still waits, and close the loop."""
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    if waiting:
        loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
    loop.close()
    asyncio.set_event_loop(None)
