"""The image: built from the Dockerfile, serving the page as nobody in particular, keeping its data over a restart.

Needs docker, podman or buildah. BASE_IMAGE names another Python base than the Dockerfile's.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMAGE = "localhost/studyhall:e2e"
ENVIRONMENT = {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot", **os.environ}
LOCKED_DOWN = ["--network=host", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges"]

pytestmark = pytest.mark.soak


def works(name: str) -> bool:
    """Whether an engine is there and, where it needs one, its daemon."""
    return (
        bool(shutil.which(name)) and not subprocess.run([name, "info"], env=ENVIRONMENT, capture_output=True).returncode
    )


@cache
def engine_name() -> str:
    """The engine to use, "" where there is none."""
    return next(filter(works, ("docker", "podman", "buildah")), "")


def engine(*words: str) -> str:
    done = subprocess.run([engine_name(), *words], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{engine_name()} {' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def image() -> str:
    if not engine_name():
        pytest.skip("building an image needs docker, podman or buildah")
    base = [f"--build-arg=BASE_IMAGE={os.environ['BASE_IMAGE']}"] if os.environ.get("BASE_IMAGE") else []
    engine(
        "bud" if engine_name() == "buildah" else "build",
        *base,
        "--tag",
        IMAGE,
        "--file",
        str(ROOT / "Dockerfile"),
        str(ROOT),
    )
    return IMAGE


@contextmanager
def running(image: str, data: Path, words: list[str], **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A command in the image with /data on a folder of ours, as locked down as the engine allows."""
    options = [f"--volume={data}:/data", *(f"--env={name}={value}" for name, value in environment.items())]
    if engine_name() == "buildah":
        container = engine("from", image)
        command = [engine_name(), "run", *options, container, "--", "studyhall", *words]
    else:
        container = ""
        command = [engine_name(), "run", "--rm", *LOCKED_DOWN, *options, image, *words]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
        if container:
            engine("rm", container)


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


def turns(data: Path) -> list[tuple[int, str]]:
    database = sqlite3.connect(f"file:{data / 'studyhall.db'}?mode=ro", uri=True)
    try:
        return database.execute("SELECT id, slot FROM turns ORDER BY id").fetchall()
    finally:
        database.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_image_serves_the_page_ends_in_good_order_and_keeps_its_data(image: str, data: Path) -> None:
    port = free_port()
    address, kept = f"http://127.0.0.1:{port}", []
    for _ in range(2):
        settings = {"STUDYHALL_PRIVATE_HOST": "127.0.0.1", "STUDYHALL_PRIVATE_PORT": f"{port}"}
        with running(image, data, ["run"], **settings) as process:
            assert wait_for_health(address, process)["status"] == "ok"
            status, page = get(f"{address}/")
            assert status == 200
            assert "Studyhall" in page
            end = time.monotonic() + 30
            while not turns(data):
                assert time.monotonic() < end, "no question was asked"
                time.sleep(0.2)
            kept.append(turns(data))
            stopped = time.monotonic()
            process.terminate()
            assert process.wait(15) == 0, process.stdout and process.stdout.read()
            assert time.monotonic() - stopped < 10
    assert kept[0] == kept[1][: len(kept[0])]


def test_the_process_is_not_root_and_leaves_no_build_tools(image: str, data: Path) -> None:
    with running(image, data, ["db", "verify"]) as process:
        process.wait(60)
    assert {path.stat().st_uid for path in data.iterdir()} <= {10001}
    code = (
        "import os, importlib.util as u; print(os.getuid(), *(u.find_spec(n) for n in ('pip', 'setuptools', 'pytest')))"
    )
    told = in_image(image, "python", "-c", code)
    assert told == "10001 None None None"


def in_image(image: str, *words: str) -> str:
    """What a command in the image prints."""
    if engine_name() != "buildah":
        return engine("run", "--rm", f"--entrypoint={words[0]}", image, *words[1:])
    container = engine("from", image)
    try:
        return engine("run", container, "--", *words)
    finally:
        engine("rm", container)
