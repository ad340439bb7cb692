"""Our own packs as they are written: read back they are equal, and people can edit and compare them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.item import Difficulty, Item, Kind, OpenKey, Option, Picture, ShortKey, Translation
from content.pack import load_pack
from content.record import Loaded, Pack
from content.writers.pack import WRITER
from content.writers.written import Written
from content.writers.yaml_text import yaml_of
from tests.items import HOSTILE, PICTURES, items, pack_of, texts

SHORT = Item("drawn/a", Kind.SHORT, "What?", "nlp", "words", Difficulty.EASY, "So.", short=ShortKey(("no", "010")))


class Core(yaml.SafeLoader):
    """Takes plain scalars for what the core schema of YAML 1.2 says, where PyYAML goes by YAML 1.1."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  yaml.SafeLoader has it so


for tag, pattern in {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN",
}.items():
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), None)


def put(written: Written, folder: Path) -> Path:
    """Write the files into the folder."""
    for name, content in written.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def loaded(pack: Pack, listed: Sequence[Item], folder: Path) -> Loaded:
    """What is read of what was written; items without their version and place."""
    found = load_pack(put(WRITER.write(pack, listed, PICTURES), folder))
    assert not found.faults
    bare = tuple(replace(item, version="", where="") for item in found.items)
    return replace(found, items=bare, pack=replace(found.pack, path="") if found.pack else None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.tuples(items("1"), items("no")), title=texts(100))
def test_what_is_written_is_read_as_equal_items(
    drawn: tuple[Item, Item], title: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pack = pack_of(title, source=title, authors=(title,), topics={"no": title, "010": title})
    found = loaded(pack, drawn, tmp_path_factory.mktemp("pack"))
    assert found.items == drawn
    assert found.pack == pack


@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_each_kind_is_read_as_an_equal_item(
    kind: Kind, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    item = data.draw(items(kinds=st.just(kind)))
    assert loaded(pack_of(), [item], tmp_path_factory.mktemp("pack")).items == (item,)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("loader", [yaml.SafeLoader, Core])
def test_every_reader_of_yaml_finds_the_text(text: str, loader: type[yaml.SafeLoader]) -> None:
    value: dict[str, Any] = {"a": text, text: "b", "c": [text, text], "d": [{"e": text, "f": text}], "g": (text, "h")}
    written = yaml_of(value)
    told = {**value, "g": [text, "h"]}
    assert yaml.load(written, loader) == told
    assert not re.search(r"[&*]id\d", written)


def test_a_pack_reads_well(tmp_path: Path) -> None:
    item = Item(
        "drawn/roc",
        Kind.MULTI,
        "Which of these hold?\n\n- the first\n- the second\n",
        "metrics",
        "roc-curve",
        Difficulty.MEDIUM,
        "A sentence that is longer than a line of the file has place for, so that it goes on in the one below it.",
        (Option("no", "It's *not*."), Option("0.5", "It is: by chance."), Option("$x_1$ # not", "# yes")),
        (0, 2),
        picture=Picture("sets.png", "A curve"),
        tags=("warm-up",),
        translations={"zh": Translation(stem="哪些成立？")},
    )
    written = WRITER.write(pack_of("Curves: all", languages=("en", "zh")), [item], PICTURES)
    assert set(written.files) == {"pack.yaml", "sets.png"}
    assert written.notes == ()
    assert written.files["pack.yaml"].decode() == PAGE


PAGE = """\
format: 1
id: drawn
title: 'Curves: all'
version: 0.1.0
licence: CC-BY-4.0
languages: [en, zh]
description: 'Curves: all'
items:
  - id: roc
    kind: multi
    concept: roc-curve
    topic: metrics
    difficulty: medium
    stem: |
      Which of these hold?

      - the first
      - the second
    picture:
      file: sets.png
      alt: A curve
    options:
      - text: 'no'
        reason: It's *not*.
      - text: '0.5'
        reason: 'It is: by chance.'
      - text: '$x_1$ # not'
        reason: '# yes'
    key: [A, C]
    explanation: >-
      A sentence that is longer than a line of the file has place for, so that it goes on in the one
      below it.
    tags:
      - warm-up
    translations:
      zh:
        stem: 哪些成立？
"""


def test_many_items_stand_in_a_file_for_each_topic(tmp_path: Path) -> None:
    topics = ("b", "a", "pack")
    listed = [replace(SHORT, id=f"drawn/{number}", topic=topics[number % 3]) for number in range(60)]
    written = WRITER.write(pack_of(), listed, {})
    assert list(written.files) == ["pack.yaml", "a.yaml", "b.yaml", "pack/001.yaml"]
    assert b"items" not in written.files["pack.yaml"]
    found = load_pack(put(written, tmp_path))
    assert not found.faults
    by_topic = {topic: [item.id for item in found.items if item.topic == topic] for topic in topics}
    assert by_topic == {topic: [item.id for item in listed if item.topic == topic] for topic in topics}


def test_a_topic_too_large_for_a_file_gets_several(tmp_path: Path) -> None:
    reference = "词 and more. " * 2000
    talk = Item("drawn/x", Kind.OPEN, "Why?", "nlp", "words", Difficulty.HARD, open=OpenKey(reference, ("Says why",)))
    listed = [replace(talk, id=f"drawn/{number}") for number in range(100)]
    written = WRITER.write(pack_of(), listed, {})
    assert list(written.files) == ["pack.yaml", "nlp/001.yaml", "nlp/002.yaml", "nlp/003.yaml"]
    found = load_pack(put(written, tmp_path))
    assert [item.id for item in found.items] == [item.id for item in listed]


def test_a_thousand_topics_are_no_thousand_files(tmp_path: Path) -> None:
    listed = [replace(SHORT, id=f"drawn/{number}", topic=f"topic-{number}") for number in range(1000)]
    written = WRITER.write(pack_of(), listed, {})
    assert list(written.files) == ["pack.yaml", "items.yaml"]
    assert len(load_pack(put(written, tmp_path)).items) == 1000


def test_what_the_format_refuses_is_left_out_and_told(tmp_path: Path) -> None:
    hidden = replace(SHORT, stem="Which\u202e one\x07?", hints=("fine", "bad\u2066"))
    lost = replace(SHORT, id="drawn/b", picture=Picture("lost.png", "Lost"))
    written = WRITER.write(pack_of("A\ufeff pack"), [hidden, lost], PICTURES)
    assert written.notes == (
        "characters that cannot be seen, or that reorder text, were left out: drawn/a, drawn",
        "the picture is not there and was left out: drawn/b",
    )
    found = load_pack(put(written, tmp_path))
    assert not found.faults
    assert [item.stem for item in found.items] == ["Which one?", "What?"]
    assert found.items[0].hints == ("fine", "bad")
    assert found.items[1].picture is None


def test_a_pack_without_items_is_its_header(tmp_path: Path) -> None:
    found = load_pack(put(WRITER.write(pack_of(), [], {}), tmp_path))
    assert (found.faults, found.items) == ((), ())
    assert found.pack == pack_of(path=str(tmp_path))
