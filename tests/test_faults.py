"""tests/faults.md: every fault of the core and its platforms is there once, and the tests that it names are there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "tests" / "faults.md"
WHOLE_LIST = ROOT.parent / "shared" / "reliability.md"
"""The list of faults that this page is a part of, where somebody has it."""

OURS = set(range(1, 149))
MARKS = "pytestmark"
LONGEST = 140
MOST_WITHOUT = 12
ROW = re.compile(r"\| (\d+) \| (.+?) \| (.+?) \|")
NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_\w+)`( \(soak\))?")
SHORTCUTS = {"skip", "skipif", "xfail"}
SOAK = "(soak)"
"""What the page says of a test that `make soak` alone runs."""


def rows() -> Iterator[tuple[int, str, str]]:
    """(number, what it is, what the last column says) of each row."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if found := ROW.fullmatch(line):
            yield int(found[1]), found[2], found[3]


def mapped() -> list[tuple[int, str, list[tuple[str, str, str]]]]:
    """The rows that name tests: the file, the name and ` (soak)` of each."""
    return [(number, what, NAMED.findall(last)) for number, what, last in rows() if NAMED.search(last)]


@cache
def named_in(file: str) -> dict[str, set[str]]:
    """The tests of a file, each with the words of its decorators and of the marks of the whole file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    marks = [node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == MARKS]
    return {
        node.name: {word for each in [*marks, *node.decorator_list] for word in re.findall(r"\w+", _said(each))}
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _said(decorator: ast.expr) -> str:
    """A decorator as it is written, without the marks of single sets of parameters: the others of them run."""
    return re.sub(r"marks=pytest\.mark\.soak\b", "", ast.unparse(decorator))


def test_every_fault_of_the_core_and_of_its_platforms_is_there_once() -> None:
    counts = Counter(number for number, _, _ in rows())
    assert counts == Counter(OURS)


def test_a_fault_names_tests_or_says_with_what_it_comes_and_why() -> None:
    without = [(number, comes_with, why) for number, comes_with, why in rows() if not NAMED.search(why)]
    assert 0 < len(without) < MOST_WITHOUT
    _, _, tail = PAGE.read_text(encoding="utf-8").partition("| no | comes with | why |")
    for number, comes_with, why in without:
        assert f"| {number} | {comes_with} | {why} |" in tail, f"{number} names no test"
        assert re.search(r"\w{4}", comes_with), f"{number}: with what does it come?"
        assert len(why.split()) > 3, f"{number}: why is there no test?"


@pytest.mark.parametrize(("number", "tests"), [(number, tests) for number, _, tests in mapped()])
def test_each_named_test_is_there_and_runs(number: int, tests: list[tuple[str, str, str]]) -> None:
    for file, name, soak in tests:
        assert (ROOT / file).exists(), f"{number}: there is no {file}"
        assert name in named_in(file), f"{number}: {file} has no {name}"
        assert not named_in(file)[name] & SHORTCUTS, f"{number}: {name} is not run"
        assert bool(soak) == ("soak" in named_in(file)[name]), (
            f"{number}: {name}: {SOAK} stands after what `make soak` alone runs"
        )


def test_what_is_written_is_short_and_each_cell_is_whole() -> None:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| no |"):
            found = ROW.fullmatch(line)
            assert found, line
            assert len(found[2]) <= LONGEST, line
            assert not re.sub(NAMED, "", found[3]).count("::"), line


def test_the_page_has_the_numbers_of_the_whole_list() -> None:
    if not WHOLE_LIST.exists():
        pytest.skip("the list that the numbers come from is not on this machine")
    section, found = "", set[int]()
    for line in WHOLE_LIST.read_text(encoding="utf-8").splitlines():
        section = line[4:6] if line.startswith("### ") else section
        if number := re.match(r"\| (\d+) \|", line):
            found |= {int(number[1])} if section in {"7a", "7b", "7c", "7d", "7e", "7f", "7g"} else set()
    assert found == OURS
