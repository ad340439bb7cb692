"""Whatever the bytes: a reader gives questions or says what is wrong, and what it gives becomes a sound pack."""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.importing.brought import Brought, collected
from content.importing.landing import Standing
from content.importing.planning import Terms, plan_of
from content.importing.reading import MOST_BYTES, lines_of, read_guarded
from content.readers.draft import Source, UnreadableError
from content.readers.known import knows, readers, recognise
from tests.content.importing.examples import examples, spoilt

NAMES = [reader.name for reader in readers()]
IN_TIME = timedelta(seconds=3)


def read(source: Source, form: str) -> Brought:
    """What reading gives, without the child that would hold a failure back."""
    with TemporaryDirectory() as at:
        path = Path(at) / source.name.rpartition("/")[2]
        path.write_bytes(source.content)
        return collected(json.dumps(line).encode() for line in lines_of(path, form, MOST_BYTES))


def bring(source: Source, form: str) -> None:
    for reader in readers():
        assert 0 <= reader.likeness(source) <= 100
    plan = plan_of(read(source, form), Standing(), Terms("a", "en", "A"))
    assert len(plan.items) == len(plan.added)


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.name)
def test_every_example_is_recognised_and_read(example: Source) -> None:
    if example.name.endswith((".html", ".css", ".png", ".md")):
        pytest.skip("written to be printed, or a picture")
    if not knows(example):
        pytest.skip("no reader of this form yet")
    found = recognise(example).found
    assert found.drafts
    assert not found.skipped


@given(spoilt(), st.sampled_from(["", *NAMES]))
@settings(deadline=IN_TIME)
def test_no_bytes_make_an_import_fail_in_another_way_than_it_says(source: Source, form: str) -> None:
    bring(source, form)


@pytest.mark.soak
@pytest.mark.parametrize("form", ["", *NAMES])
def test_no_bytes_make_an_import_fail_through_many_tries(form: str) -> None:
    given(spoilt())(settings(deadline=IN_TIME, max_examples=5_000)(lambda source: bring(source, form)))()


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_forced_on_a_file_of_another_form_reads_it_or_says_why(name: str) -> None:
    reader = next(reader for reader in readers() if reader.name == name)
    for example in examples():
        with suppress(UnreadableError):
            assert reader.read(example) is not None


LONG = {
    "brackets": b"[" * 100_000,
    "braces": b"{" * 100_000,
    "tags": b"<div>" * 40_000,
    "tables": b"|" * 100_000 + b"\n" + b"|-" * 50_000,
    "quotes": b">" * 50_000,
    "lists": b"- " * 50_000,
    "stars": b"*a_" * 50_000,
    "links": b"[a](" * 30_000,
    "dollars": b"$a" * 50_000,
    "entities": b"&lt" * 50_000,
    "backticks": b"".join(b"`" * number + b" " for number in range(400)),
    "spaces": b" " * 200_000 + b"x",
    "numbers": b"1. a?\nAnswer: b\n" * 2_000,
    "one-line": b"Why? " * 40_000,
}


@pytest.mark.parametrize("name", LONG)
def test_what_grows_in_one_way_only_is_read_or_refused_in_time(name: str, tmp_path: Path) -> None:
    for suffix in ("md", "gift"):
        file = tmp_path / f"{name}.{suffix}"
        file.write_bytes(LONG[name])
        brought = read_guarded(file, "", trusted=False)
        assert "longer than" not in brought.failure
        assert "crashed" not in brought.failure


@pytest.mark.soak
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this system")
@pytest.mark.parametrize("form", NAMES)
def test_a_fuzzer_led_by_coverage_finds_nothing(form: str, tmp_path: Path) -> None:
    script = Path(__file__).with_name("fuzzed.py")
    for number, example in enumerate(examples()):
        (tmp_path / str(number)).write_bytes(example.content)
    line = [sys.executable, str(script), form, str(tmp_path), "-max_total_time=120", "-timeout=5", "-rss_limit_mb=2048"]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
