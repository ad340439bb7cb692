"""A pack with a question whose reference answer is as long as people bring them: text, code, a table, maths, links."""

from __future__ import annotations

import textwrap

BEGINS, ENDS = "These are its opening words.", "These are its closing words."
_SENTENCE = "Part {n} has **bold** words, `code`, $x^2$ and [a link](https://example.org/{n}) in it. "
_CODE = "\n".join(f"line_{n} = {n} * {n}  # a comment" for n in range(100))
_TABLE = "| n | square |\n|--:|---|\n" + "\n".join(f"| {n} | {n * n} |" for n in range(150))
REFERENCE = "\n\n".join(
    (
        BEGINS,
        *(_SENTENCE.format(n=n) * 6 for n in range(35)),
        f"```python\n{_CODE}\n```",
        _TABLE,
        "$$\n\\frac{a}{b}\n$$",
        ENDS,
    )
)
"""About 25,000 characters."""

LONG_PACK = f"""\
format: 1
id: long
title: Long answers
version: 0.1.0
licence: CC0-1.0
languages: [en]
description: A question with a long answer.
items:
  - id: at-length
    kind: open
    concept: length
    topic: statistics
    difficulty: easy
    stem: What is to be said of it?
    key:
      reference: |
{textwrap.indent(REFERENCE, " " * 8)}
      rubric: [Names a part, Names another]
"""
