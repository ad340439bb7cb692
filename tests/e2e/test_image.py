"""The image: built from the Dockerfile, serving the page as nobody in particular, keeping its data over a restart.

Needs docker, podman or buildah. BASE_IMAGE names another Python base than the Dockerfile's.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMAGE = "localhost/studyhall:e2e"
ENVIRONMENT = {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot", **os.environ}
LOCKED_DOWN = ["--network=host", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges"]

TURNS = "import sqlite3; print(sqlite3.connect('/data/studyhall.db').execute('SELECT id, slot FROM turns').fetchall())"
WHAT_IS_IN_IT = """
import importlib.util, os
tools = [importlib.util.find_spec(name) for name in ('pip', 'setuptools', 'pytest')]
print(os.getuid(), os.stat('/data').st_uid, *tools)
"""

pytestmark = pytest.mark.soak


def works(name: str) -> bool:
    """Whether an engine is there and, where it needs one, its daemon."""
    if not shutil.which(name):
        return False
    return subprocess.run([name, "info"], env=ENVIRONMENT, capture_output=True, check=False).returncode == 0


@cache
def engine_name() -> str:
    """The engine to use, "" where there is none."""
    return next(filter(works, ("docker", "podman", "buildah")), "")


def run(command: list[str]) -> str:
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def image() -> str:
    engine = engine_name()
    if not engine:
        pytest.skip("building an image needs docker, podman or buildah")
    base = [f"--build-arg=BASE_IMAGE={os.environ['BASE_IMAGE']}"] if os.environ.get("BASE_IMAGE") else []
    verb = "bud" if engine == "buildah" else "build"
    run([engine, verb, *base, "--tag", IMAGE, "--file", str(ROOT / "Dockerfile"), str(ROOT)])
    return IMAGE


Command = Callable[..., list[str]]


@pytest.fixture
def inside(image: str) -> Iterator[Command]:
    """`inside(*words, **environment)`: the command line that runs words in the image, every time on the same /data."""
    engine = engine_name()
    if engine == "buildah":
        container = run([engine, "from", image])
        yield lambda *words, **names: [engine, "run", *settings(names), container, "--", *words]
        run([engine, "rm", container])
    else:
        volume = run([engine, "volume", "create"])
        fixed = [engine, "run", "--rm", *LOCKED_DOWN, f"--volume={volume}:/data"]
        yield lambda *words, **names: [*fixed, *settings(names), f"--entrypoint={words[0]}", image, *words[1:]]
        run([engine, "volume", "rm", volume])


def settings(names: Mapping[str, str]) -> list[str]:
    return [f"--env={name}={value}" for name, value in names.items()]


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_for_health(address: str, process: subprocess.Popen[str]) -> dict[str, object]:
    end = time.monotonic() + 60
    while (found := get(f"{address}/health"))[0] != 200:
        assert process.poll() is None, process.stdout and process.stdout.read()
        assert time.monotonic() < end, found
        time.sleep(0.2)
    told: dict[str, object] = json.loads(found[1])
    return told


def stop(process: subprocess.Popen[str]) -> None:
    """Send SIGTERM to Studyhall; buildah, unlike the others, does not hand it on."""
    pid = process.pid
    while engine_name() == "buildah" and not Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"/opt/studyhall/"):
        threads = Path(f"/proc/{pid}/task").glob("*/children")
        pid = next(int(child) for thread in threads for child in thread.read_text().split())
    os.kill(pid, signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_image_serves_the_page_ends_in_good_order_and_keeps_its_data(inside: Command) -> None:
    port, kept = free_port(), []
    command = inside("studyhall", "run", STUDYHALL_PRIVATE_HOST="127.0.0.1", STUDYHALL_PRIVATE_PORT=f"{port}")
    address = f"http://127.0.0.1:{port}"
    for _ in range(2):
        with running(command) as process:
            assert wait_for_health(address, process)["status"] == "ok"
            status, page = get(f"{address}/")
            assert status == 200
            assert "Studyhall" in page
            end = time.monotonic() + 30
            while (turns := run(inside("python", "-c", TURNS))) == "[]":
                assert time.monotonic() < end, "no question was asked"
            kept.append(turns)
            stopped = time.monotonic()
            stop(process)
            assert process.wait(15) == 0, process.stdout and process.stdout.read()
            assert time.monotonic() - stopped < 10
    assert kept[1].startswith(kept[0].removesuffix("]"))


def test_the_process_is_not_root_and_has_no_build_tools(inside: Command) -> None:
    assert run(inside("python", "-c", WHAT_IS_IN_IT)) == "10001 10001 None None None"
