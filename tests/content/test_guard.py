"""Hostile packs: each is refused with a name within 5 s and 256 MB, in a child whose end hurts nobody."""

import gc
import io
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from content import guard
from content.guard import load_guarded
from content.pack import load_pack
from content.record import Loaded

Write = Callable[..., Path]
ITEM = """\
  - id: one
    kind: choice
    concept: subsets
    topic: sets
    difficulty: easy
    stem: {stem}
    options:
      - {{text: One, reason: It is.}}
      - {{text: {option}, reason: It is not.}}
    key: A
    explanation: So it is.
"""
BOMB = "a: &a [x, x]\n" + "".join(f"{chr(98 + level)}: &{chr(98 + level)} [*{chr(97 + level)}]\n" for level in range(9))


def refusal(path: Path, **limits: int) -> str:
    """All faults of a pack, read under the limits that promises are about."""
    started = time.monotonic()
    loaded = load_guarded(path, **limits)
    assert time.monotonic() - started < 6
    assert loaded.items == ()
    return "\n".join(map(str, loaded.faults))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(BOMB.encode(), "2:8: aliases (`*a`) are not allowed", id="94 alias bomb"),
        pytest.param(b"[" * 200_000, "1:13: this is nested too deep", id="95 brackets"),
        pytest.param(b"- " * 200_000 + b"x", "1:25: this is nested too deep", id="95 dashes"),
        pytest.param(b"{a: " * 200_000, "this is nested too deep", id="95 braces"),
        pytest.param(b"? " * 200_000, "this is nested too deep", id="95 questions"),
        pytest.param(b"a: b\n" * 1_100_000, "1:1: the file has more than 5 MB", id="96 too big"),
        pytest.param(b"a: [" + b"x," * 2_400_000 + b"]", "more than 400,000 entries", id="96 many entries"),
        pytest.param(b"a: 1\nb: 2\na: 3\n", "3:1: the key `a` is here (line 3) and on line 1", id="97 twice"),
        pytest.param(b"a: !!python/object/apply:os.system [echo]\n", "1:4: tags (`tag:yaml.org", id="99 object"),
        pytest.param(b"", "1:1: the file is empty", id="105 empty"),
        pytest.param(b" \n\n", "1:1: the file is empty", id="105 blank"),
        pytest.param(b"a: \x00\n", "1:4: the character U+0000", id="105 NUL"),
        pytest.param(b"a: \xed\xa0\x80\n", "1:4: byte 0xed is not UTF-8", id="105 surrogate"),
        pytest.param("a: \u202ex\n".encode(), "1:4: the character U+202E", id="105 override"),
        pytest.param(b"%TAG ! tag:x:\n" * 300_000, "1:1: YAML directives", id="directives"),
        pytest.param(b"".join(b"k%d: v\n" % key for key in range(40_000)), "unknown key `k0`", id="unknown keys"),
    ],
)
def test_a_hostile_file_is_refused_by_name(source: bytes, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    file.write_bytes(source)
    told = refusal(file)
    assert expected in told
    assert told.startswith(f"{file}:")


def test_a_gigabyte_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    with file.open("wb") as stream:
        stream.truncate(1_000_000_000)
    assert "split it into several files" in refusal(file)


@pytest.mark.parametrize(
    "text",
    [
        "@everyone",
        "<!channel>",
        "<@U1>",
        "<!subteam^S1>",
        "[a](http://evil.example)",
        "<script>x</script>",
        "=1+1",
        "${jndi:x}",
    ],
)
def test_pings_and_links_in_content_stay_text(text: str, write: Write) -> None:
    loaded = load_guarded(write(ITEM.format(stem="What?", option=f"'{text}'")))
    assert loaded.faults == ()
    assert loaded.items[0].options[1].text == text


def test_the_child_reads_what_the_parent_would(write: Write) -> None:
    pack = write()
    assert load_guarded(pack) == load_pack(pack)


def test_faults_come_back_with_their_places(write: Write) -> None:
    pack = write(ITEM.format(stem="''", option="one"))
    assert load_guarded(pack).faults == load_pack(pack).faults
    assert len(load_pack(pack).faults) == 2


def test_time_running_out_is_a_fault(write: Write) -> None:
    pack = write()
    fault = load_guarded(pack, seconds=0.01).faults[0]
    assert str(fault) == (
        f"{pack}:1:1: reading took longer than 0.01 s; make the files smaller or simpler, or split the pack"
    )


def test_memory_running_out_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    file.write_bytes(b"a: [" + b"x," * 390_000 + b"]")
    assert "more than 60 MB of memory" in refusal(file, megabytes=60)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("os._exit(3)", "the reader crashed (code 3)"), ("os.kill(os.getpid(), 9)", "stopped by the system"),
     ("os.kill(os.getpid(), 11)", "the reader crashed (code -11)")],
)  # fmt: skip
def test_a_child_that_dies_is_a_fault(
    code: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = tmp_path / "reader"
    reader.write_text(f"#!{sys.executable}\nimport os\n{code}\n", encoding="utf-8")
    reader.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(reader))
    assert expected in load_guarded(tmp_path).faults[0].message


def test_a_child_that_cannot_be_started_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "none"))
    assert "the reader cannot be started" in load_guarded(tmp_path).faults[0].message


def test_secrets_do_not_reach_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, seen = tmp_path / "reader", tmp_path / "seen"
    reader.write_text(
        f"#!{sys.executable}\nimport os\nopen({str(seen)!r}, 'w').write(str(os.environ))\n", encoding="utf-8"
    )
    reader.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(reader))
    monkeypatch.setenv("STUDYHALL_SECRET", "canary")
    monkeypatch.setattr(guard, "_collect", lambda output: None)
    load_guarded(tmp_path)
    assert "PYTHONPATH" in seen.read_text(encoding="utf-8")
    assert "canary" not in seen.read_text(encoding="utf-8")


def test_the_limits_hold_in_the_process_that_sets_them() -> None:
    code = (
        "import resource; from content.child import Limits, limit; limit(Limits(2.5, 200)); "
        "print(*(resource.getrlimit(getattr(resource, 'RLIMIT_' + name))[0] for name in ('AS', 'CPU', 'CORE')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["200000000", "3", "0"]


@pytest.fixture(name="limits")
def _limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, int]]:
    """What the process of the tests would have been limited to."""
    wanted: dict[int, int] = {}
    monkeypatch.setattr(resource, "setrlimit", lambda what, most: wanted.update({what: most[0]}))
    yield wanted
    gc.enable()


def test_the_child_limits_itself_before_it_reads_and_writes_what_it_found(
    write: Write, limits: dict[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    pack = write()
    assert guard.main([str(pack), "1.5", "100"]) == 0
    assert (limits[resource.RLIMIT_AS], limits[resource.RLIMIT_CPU]) == (100_000_000, 2)
    assert guard._collect(io.BytesIO(capsys.readouterr().out.encode())) == load_pack(pack)


def test_the_child_says_when_its_memory_ran_out(
    limits: dict[int, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def exhausted(path: Path) -> Loaded:
        raise MemoryError(path)

    monkeypatch.setattr(guard, "load_pack", exhausted)
    assert guard.main([str(tmp_path), "1", "100"]) == 70
    assert limits


def test_a_system_without_limits_reads_all_the_same(
    monkeypatch: pytest.MonkeyPatch, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert guard.main([str(write()), "1", "1"]) == 0
    gc.enable()
    assert len(capsys.readouterr().out.splitlines()) == 8
