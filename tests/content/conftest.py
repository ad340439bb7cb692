"""A small pack with an item of each kind, written anew for each test."""

from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = """\
format: 1
id: small
title: A small pack
version: 0.1.0
licence: CC-BY-4.0
languages: [en, zh]
description: One of each kind.
authors: [A writer]
topics: {sets: Sets and numbers}
"""
PNG = b"\x89PNG\r\n\x1a\n and the rest"
SHARED = "concept: subsets, topic: sets, difficulty: easy"
ITEMS = {
    "choice": """\
  - id: pick
    kind: choice
    concept: subsets
    topic: sets
    difficulty: easy
    stem: |
      Which set is *empty*?
    options:
      - text: no
        reason: It has one element.
      - text: 010
        reason: It has none.
    key: B
    explanation: The empty set has no elements.
    hints: [Count them.]
    tags: [warm-up]
    references: ["A. Writer. Sets. 2020."]
    picture: {file: sets.png, alt: Two sets}
    translations:
      zh:
        stem: 哪个集合是空的？
        options: [{text: 一}, {text: 二, reason: 没有元素。}]
        hints: [数一数。]
        picture_alt: 两个集合
""",
    "multi": """\
  - id: select
    kind: multi
    concept: subsets
    topic: sets
    difficulty: medium
    stem: Which are numbers?
    options:
      - {text: One, reason: It is.}
      - {text: Blue, reason: It is a colour.}
      - {text: Two, reason: It is.}
    key: [C, A]
    explanation: Two of them are.
""",
    "true-false": """\
  - id: truth
    kind: true-false
    concept: subsets
    topic: sets
    difficulty: hard
    stem: Each set is a subset of itself.
    options:
      - {text: false, reason: It is.}
      - {text: true, reason: By definition.}
    key: true
    explanation: By definition.
    translations:
      zh: {options: [{text: 错}, {text: 对}]}
""",
    "numeric": """\
  - id: number
    kind: numeric
    concept: counting
    topic: sets
    difficulty: easy
    stem: How much is a half?
    key: {value: 0.50, tolerance: 1 %, unit: kg}
    explanation: One by two.
""",
    "short": """\
  - id: term
    kind: short
    concept: counting
    topic: sets
    difficulty: easy
    stem: What is the number of elements called?
    key: {accepted: [cardinality, size], confusable: [ordinality]}
    explanation: It is the cardinality.
    translations:
      zh: {accepted: [基数]}
""",
    "order": """\
  - id: sort
    kind: order
    concept: counting
    topic: sets
    difficulty: easy
    stem: Sort by size.
    options: [{text: One}, {text: Two, reason: One more.}, {text: Three}]
    explanation: Each is one more.
""",
    "open": """\
  - id: talk
    kind: open
    concept: counting
    topic: sets
    difficulty: hard
    stem: Why count?
    key:
      reference: To know how many there are.
      rubric: [Says why, Says how]
    translations:
      zh: {reference: 为了知道有多少。, rubric: [原因, 方法]}
""",
}

Write = Callable[..., Path]


@pytest.fixture(name="write")
def _write(tmp_path: Path) -> Write:
    """Writes a pack: a header, items, and further files by name; gives its folder."""

    def write(items: str = "".join(ITEMS.values()), header: str = HEADER, folder: str = "small", **files: str) -> Path:
        pack = tmp_path / folder
        pack.mkdir(exist_ok=True)
        (pack / "pack.yaml").write_text(header + ("items:\n" + items if items else ""), encoding="utf-8")
        (pack / "sets.png").write_bytes(PNG)
        for name, text in files.items():
            (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
        return pack

    return write
