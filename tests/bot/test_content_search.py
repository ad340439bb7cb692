"""`studyhall content search`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.hall import choice_pack


@pytest.fixture(autouse=True)
def _pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(choice_pack(3))


def test_items_are_found_by_their_words_the_best_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "search", "item-2", "wants", "--pack", "mine.yaml"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "tests/item-2  (statistics, choice, easy)",
        "    Which letter does question item-2 want?",
    ]


def test_scripts_get_them_as_json_and_no_more_than_they_want(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "search", "letter", "--pack", "mine.yaml", "--json", "--most", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found) == 2
    assert found[0]["kind"] == "choice"
    assert set(found[0]) == {"id", "kind", "topic", "difficulty", "stem"}


def test_nothing_found_is_said_and_told_by_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "search", "zebra", "--pack", "mine.yaml"]) == 1
    assert "None of 3 items has any of these words." in capsys.readouterr().out
    assert main(["content", "search", "zebra", "--pack", "mine.yaml", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == []
