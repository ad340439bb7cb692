"""Starts workers fast: a process that has imported everything and forks. `python -m tests.e2e.killing.zygote`

Each line it reads is a worker's orders. It says a line of JSON for each worker that began or died.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import time
import traceback
from contextlib import suppress

from bot.ports import NotSavedError
from tests.e2e.killing.orders import Orders, orders_from_line
from tests.e2e.killing.worker import run

AWAY = 75
"""How a worker ends that found no database at its start (EX_TEMPFAIL)."""


def main() -> None:
    """Fork until the driver goes away; no worker outlives this."""
    children: set[int] = set()
    try:
        _serve(children)
    finally:
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _serve(children: set[int]) -> None:
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    gc.freeze()
    while True:
        ready, _, _ = select.select([0, awake], [], [])
        if awake in ready:
            os.read(awake, 4096)
            _tell_deaths(children)
        if 0 in ready:
            line = _read_line()
            if not line:
                return
            children.add(_fork(orders_from_line(line.decode())))


def _read_line() -> bytes:
    """A line of standard input, byte by byte: what follows it stays there, for `select` to see."""
    line = b""
    while not line.endswith(b"\n") and (byte := os.read(0, 1)):
        line += byte
    return line


def _fork(orders: Orders) -> int:
    pid = os.fork()
    if pid:
        _say(name=orders.name, pid=pid)
        return pid
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        run(orders)
    except NotSavedError:
        os._exit(AWAY)
    except BaseException:  # noqa: BLE001  the log must tell why a worker ended
        traceback.print_exc()
    finally:
        os._exit(1)


def _tell_deaths(children: set[int]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        children.discard(pid)
        _say(died=pid, code=os.waitstatus_to_exitcode(status), at=time.time())


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201  what the driver reads


if __name__ == "__main__":
    main()
