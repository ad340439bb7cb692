"""Every benchmark runs in its small size: it yields rows, and it would have raised had anything been lost."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Iterator
from datetime import date
from multiprocessing import context

import pytest

from benchmarks.__main__ import main
from benchmarks.frame import Figure, Row, Scale
from benchmarks.page import render, renewed, told
from benchmarks.registry import PARTS, Measured, all_cases, chosen, run

LONG = re.compile(r"postgresql|processes|^(start|burst|matches|importing)\.|^discord\.(answered|guilds)$")
"""Cases that start a database server or other programs, or play for long: by `make soak`."""
CASES = [pytest.param(name, marks=[pytest.mark.soak] if LONG.search(name) else []) for name in all_cases()]


@pytest.fixture(scope="module", autouse=True)
def _imported_once() -> Iterator[None]:
    """No figure means anything here: processes are forked from one that has imported what takes half of their time."""
    kinds = vars(context)["_concrete_contexts"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(kinds, "spawn", kinds["forkserver"])
        multiprocessing.set_forkserver_preload([f"benchmarks.{part}" for part in PARTS])
        yield


@pytest.mark.parametrize("name", CASES)
def test_a_benchmark_yields_rows_that_name_their_figures(name: str) -> None:
    (measured,) = run([name], Scale(quick=True))
    assert measured.rows
    for row in measured.rows:
        assert row.what
        assert row.product.value >= 0
        assert row.floor is None or row.floor.value > 0
    page = render([measured], date(2026, 11, 21), "15.0")
    assert all(f"| {row.what} |" in page for row in measured.rows)
    assert f"`python -m benchmarks {name}`" in page


def test_a_row_tells_its_ratio_its_goal_and_why_it_is_short_of_it() -> None:
    floor = Figure((10.0, 12.0, 11.0), "µs CPU")
    good = Row("good", Figure((16.0, 14.0), "µs CPU"), floor, 1.5)
    short = Row("short", Figure((33.0,), "µs CPU"), floor, 1.5, "it does more")
    alone = Row("alone", Figure((5_000.0,), "MB"), None, 256, "it holds all")
    plain = Row("plain", Figure((0.5,), "s"))
    page = render([Measured("answers.sqlite", (good, short, alone, plain))], date(2026, 11, 21), "15.0")
    run_alone = "`python -m benchmarks answers.sqlite`"
    assert f"| good | 11 (10..12) µs CPU | 15 (14..16) µs CPU | 1.36 | at most 1.5 x | yes | {run_alone} |" in page
    assert f"| short | 11 (10..12) µs CPU | 33 µs CPU | 3.00 | at most 1.5 x | **no** | {run_alone} |" in page
    assert f"| alone |  | 5,000 MB |  | at most 256 MB | **no** | {run_alone} |" in page
    assert f"| plain |  | 0.5 s |  |  |  | {run_alone} |" in page
    assert "- *short*: it does more\n- *alone*: it holds all\n" in page
    lines = list(told(Measured("answers.sqlite", (short, plain))))
    assert lines == [
        "answers.sqlite: short: 33 µs CPU  = 3.00 x 11 (10..12) µs CPU  [at most 1.5 x: MISSED]",
        "answers.sqlite: plain: 0.5 s",
    ]


def test_a_part_is_measured_anew_and_the_others_stay_on_the_page_in_their_sequence() -> None:
    def measured(name: str, what: str) -> Measured:
        return Measured(name, (Row(what, Figure((1.0,), "s")),))

    first = [measured("answers.sqlite", "an answer"), measured("start.run", "a start")]
    page = render(first, date(2026, 11, 21), "15.0")
    later = renewed(
        page, [measured("start.run", "a later start"), measured("boards.sqlite", "a board")], date(2026, 12, 1)
    )
    titles = ["## Durable answers", "## Boards", "## Starting"]
    assert [line for line in later.splitlines() if line.startswith("## ")] == titles
    assert "| an answer |" in later
    assert "| a start |" not in later
    assert later.count("Measured on 2026-12-01, apart from the others.") == 2
    assert later.count("Measured on 2026-11-21:") == 1
    assert renewed(later, [measured("start.run", "a later start")], date(2026, 12, 1)) == later


def test_cases_are_chosen_by_part_and_by_name() -> None:
    assert chosen([]) == all_cases()
    assert chosen(["grading"]) == ["grading.kinds"]
    assert chosen(["replay", "answers.sqlite"]) == ["answers.sqlite", "replay.sqlite"]
    with pytest.raises(LookupError, match=r"there is no benchmark 'speed': there are answers, .*answers\.sqlite"):
        chosen(["speed"])


def test_a_goal_that_is_missed_and_not_explained_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow, why = Figure((300.0,), "ms"), "it waits for the disk"
    for row, code in ((Row("loop", slow, most=250), 1), (Row("loop", slow, most=250, explained=why), 0)):
        monkeypatch.setattr("benchmarks.__main__.run", lambda *_, row=row: [Measured("burst.sqlite", (row,))])
        assert main(["burst.sqlite"]) == code
        assert ("nothing says why: loop" in capsys.readouterr().err) == bool(code)
