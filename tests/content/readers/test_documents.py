"""Documents in the layouts that people write: which questions are found in each, with what answers, nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.item import Kind
from content.readers.documents import READER, read_document
from content.readers.draft import Draft, Found, Source, UnreadableError
from content.sense import markdown_faults

LAYOUTS = sorted(Path(__file__).with_name("documents").glob("*.md"))
PLAIN = Draft("")


def told(found: Found) -> dict[str, Any]:
    """What was found, as the files beside the documents write it: without what is empty."""
    questions = [
        {field.name: said(getattr(draft, field.name)) for field in fields(draft) if differs(draft, field.name)}
        for draft in found.drafts
    ]
    skipped = [f"{each.line}: {each.what}: {each.why}" for each in found.skipped]
    return {"title": found.title, "notes": list(found.notes), "questions": questions, "skipped": skipped}


def differs(draft: Draft, name: str) -> bool:
    return bool(getattr(draft, name) != getattr(PLAIN, name))


def said(value: Any) -> Any:
    """A field as YAML holds it."""
    if isinstance(value, tuple):
        return [said(each) for each in value]
    if hasattr(value, "reason"):
        return value.text
    if hasattr(value, "accepted"):
        return list(value.accepted)
    return f"{value.value} {value.unit}".strip() if hasattr(value, "unit") else getattr(value, "value", value)


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
def test_each_layout_gives_its_questions_and_nothing_else(path: Path) -> None:
    found = READER.read(Source(path.name, path.read_bytes()))

    assert told(found) == yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
def test_the_texts_of_drafts_are_what_cards_can_show(path: Path) -> None:
    for draft in READER.read(Source(path.name, path.read_bytes())).drafts:
        texts = (draft.stem, draft.answer, draft.explanation, *draft.hints, *(option.text for option in draft.options))
        assert [fault for text in texts for fault in markdown_faults(text)] == []


def test_lines_are_counted_from_where_the_caller_says() -> None:
    text = "## What is a knot?\n\nA loop.\n\n## What is a hitch?\n\nA knot."

    assert [draft.line for draft in read_document(text, 40).drafts] == [40, 44]


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        ("### {n}. {t}", "\n{a}\n"),
        ("#### {n}) {t}", "{a}\n"),
        ("## Q{n}: {t}", "\n**Answer:** {a}\n"),
        ("## Question {n} - {t}", "\n{a}\n"),
        ("**{n}. {t}**", "\n{a}\n"),
        ("**Q{n}.** {t}", "\n{a}\n"),
        ("{n}. **{t}**", "\n   {a}\n"),
        ("{n}. {t}", "{a}\n"),
        ("{n}) {t}", "   {a}\n"),
        ("({n}) {t}", "\n{a}\n"),
        ("Q{n}. {t}", "A{n}. {a}\n"),
        ("Q: {t}", "A: {a}\n"),
        ("Q. {t}", "A. {a}\n"),
        ("**Q.** {t}", "\n**A.** {a}\n"),
        ("### {n} {t}", "\n{a}\n"),
        ("* **{t}**", "\n  {a}\n"),
        ("**Question {n}**\n\n{t}", "\n**Answer**\n\n{a}\n"),
        ("Question #{n}\n{t}", "Answer\n{a}\n"),
        ("### ❓ {t}", "\n💡 Answer: {a}\n"),
        ("**Exercise {n}.** {t}", "\n*Solution.* {a}\n"),
        ("{n}. {t}", "   > {a}\n"),
        ("{n}. {t}", "   *Answer: {a}*\n"),
        ("__{n}. {t}__", "{a}\n"),
        ("*{n}. {t}*", "\n{a}\n"),
        ("{n}. Q: {t}", "   A: {a}\n"),
        ("{n}/ {t}", "{a}\n"),
        ("#{n} {t}", "{a}\n"),
        ("Question: {t}", "Answer: {a}\n"),
        ("- **Q:** {t}", "  **A:** {a}\n"),
        ("- {t}", "  - {a}\n"),
        ("### {t}", "\n{a}\n"),
        ("**{t}**", "\n{a}\n"),
        ("{t}\n======", "\n{a}\n"),
        ("<details><summary>{t}</summary>", "\n{a}\n\n</details>"),
        ("<h3>{n}. {t}</h3>", "<p>{a}</p>"),
        ("<p><b>Q{n}: {t}</b></p>", "<p>{a}</p>"),
        ("{t}", "Answer: {a}\n"),
        ("{t}", ": {a}\n"),
        ("Вопрос {n}: {t}", "Ответ: {a}\n"),
        ("第{n}题：{t}", "答案：{a}\n"),
        ("### {n}\\. {t}", "\n{a}\n"),
        ("{n}. {t} **Answer:** {a}", ""),
        ("{n}. **{t}** {a}", ""),
    ],
)
def test_a_head_of_any_style_is_told_from_its_answer(head: str, answer: str) -> None:
    asked = [
        ("What is the first thing?", "Water, mostly."),
        ("Why is it wet?", "Nobody knows."),
        ("Who asked?", "A fish."),
    ]
    text = "\n".join(
        f"{head}\n{answer}".format(n=number, t=title, a=reply) for number, (title, reply) in enumerate(asked, 1)
    )

    found = read_document(text)

    assert [(draft.stem, draft.answer) for draft in found.drafts] == asked


@pytest.mark.parametrize(
    "option",
    [
        "{l}) {t}",
        "{l}. {t}",
        "({l}) {t}",
        "- {l}) {t}",
        "* {l}. {t}",
        "**{l})** {t}",
        "   {l}. {t}\n",
        "{s}) {t}",
        "- **{l}.** {t}",
    ],
)
@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("Answer: B", (1,)),
        ("**Answer: B**", (1,)),
        ("Correct answer: (b)", (1,)),
        ("Ans - B", (1,)),
        ("Answer: B) green", (1,)),
        ("**Answer:** green", (1,)),
        ("Answer: B and C", (1, 2)),
        ("Answers: A, C", (0, 2)),
        ("ANSWER: AC", (0, 2)),
        ("The correct answer is hidden.", ()),
    ],
)
def test_options_of_any_style_get_the_key_that_the_answer_names(option: str, answer: str, key: tuple[int, ...]) -> None:
    options = "\n".join(
        option.format(l="ABC"[n], s="abc"[n], t=text) for n, text in enumerate(["red", "green", "blue"])
    )
    text = "\n".join(f"{number}. Which colour is it?\n\n{options}\n\n{answer}\n" for number in (1, 2))

    for draft in read_document(text).drafts:
        assert [option.text for option in draft.options] == ["red", "green", "blue"]
        assert draft.key == key
        assert bool(draft.doubts) == (not key)
    assert len(read_document(text).drafts) == 2


@pytest.mark.parametrize(
    "key",
    [
        "## Answers\n\n1. B\n2. A",
        "**Answer key**\n\n1. B 2. A",
        "Answers: 1-B, 2-A",
        "Answer Key: 1) B; 2) A",
        "### Key\n\n1: b\n2: a",
        "Solutions\n\n1 - B\n2 - A",
        "## Answers\n\n| No | Answer |\n|---|---|\n| 1 | B |\n| 2 | A |",
        "## Ответы\n\n1. B\n2. A",
    ],
)
def test_a_key_at_the_end_is_told_from_questions_and_given_to_them(key: str) -> None:
    found = read_document(f"1. Which is red?\nA) sky\nB) blood\n\n2. Which is blue?\nA) sky\nB) blood\n\n{key}\n")

    assert [draft.key for draft in found.drafts] == [(1,), (0,)]
    assert [draft.doubts for draft in found.drafts] == [(), ()]


def test_a_key_of_each_chapter_is_for_the_questions_of_that_chapter() -> None:
    questions = "".join(f"{n}. Which is it?\nA) sky\nB) blood\n\n" for n in (1, 2, 3))
    first, second = "1. B\n2. A\n", "1. A\n2. B\n3. B\n"

    found = read_document(f"## One\n\n{questions}### Answers\n\n{first}\n## Two\n\n{questions}### Answers\n\n{second}")

    assert [draft.key for draft in found.drafts] == [(1,), (0,), (), (0,), (1,), (1,)]


def test_a_heading_right_above_a_question_is_a_section_however_deep() -> None:
    found = read_document("## 1. What is a bow?\n\nIt shoots.\n\n### Knots\n\n## 2. What is a loop?\n\nIt holds.\n")

    assert [(draft.answer, draft.topic) for draft in found.drafts] == [("It shoots.", ""), ("It holds.", "Knots")]


def test_a_document_without_questions_gives_none_and_says_so() -> None:
    found = read_document("# Notes\n\nSome notes on this and that. Why not?\n\n1. Buy milk\n2. Sell milk\n")

    assert found.drafts == []
    assert len(found.notes) == 1
    assert found.notes[0].startswith("No question was found")


def test_a_statement_with_a_truth_is_not_taken_for_one_where_more_is_said() -> None:
    text = "1. What is a true positive?\nAnswer: True positives are hits.\n\n2. How is it?\nAnswer: False alarms.\n"

    assert [draft.kind for draft in read_document(text).drafts] == [None, None]


def test_true_and_false_as_options_make_a_statement_to_judge() -> None:
    found = read_document(
        "1. Ice floats.\nA) False\nB) True\nAnswer: B\n\n2. Iron floats.\nA) True\nB) False\nAnswer: B\n"
    )

    assert [(draft.kind, draft.key) for draft in found.drafts] == [(Kind.TRUE_FALSE, (0,)), (Kind.TRUE_FALSE, (1,))]


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(UnreadableError, match="empty"):
        READER.read(Source("a.md", b" \n\n"))


def test_a_document_of_far_too_many_lines_is_refused() -> None:
    with pytest.raises(UnreadableError, match="120,000 lines: split"):
        READER.read(Source("a.md", b"x\n" * 120_001))


def test_likeness_goes_by_the_suffix_and_never_claims_what_is_no_text() -> None:
    assert READER.likeness(Source("a.md", b"# x")) > READER.likeness(Source("a.txt", b"x"))
    assert READER.likeness(Source("a.txt", b"x")) > READER.likeness(Source("a.csv", b"x"))
    assert READER.likeness(Source("a.md", b"a\0b")) == 0


fragments = st.sampled_from(
    [
        *(
            "# ",
            "### 1. ",
            "Q1: ",
            "A: ",
            "- ",
            "  - ",
            "1. ",
            "2) ",
            "**",
            "*",
            "`",
            "```\n",
            "~~~\n",
            "| a | b |\n|---|---|\n",
        ),
        *(
            "<details><summary>",
            "</summary>",
            "<pre>",
            "<table><tr><td>",
            "<!--",
            "> ",
            "A) x\n",
            "B) y\n",
            "Answer: B\n",
            "$$\n",
            "$",
        ),
        *(
            "What is it?",
            "\n",
            "\n\n\n\n",
            "Image source: x\n",
            "[a](b)",
            "[a]: b\n",
            "![x](y)",
            ": z\n",
            "---\n",
            "===\n",
            "## Answers\n",
        ),
        *(
            "\t",
            "    ",
            "\\",
            "\\(",
            "\\]",
            "&lt;",
            "\ue000",
            "\u202e",
            "\0",
            "é",
            "什么？",
            "答：",
            "Explanation: ",
            "- [x] ",
            "True",
            "42",
        ),
    ]
)


@given(st.lists(st.one_of(fragments, st.text(max_size=8)), max_size=60).map("".join))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    found = read_document(text)

    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= draft.line <= lines for draft in found.drafts)
    assert all(all(0 <= place < len(draft.options) for place in draft.key) for draft in found.drafts)
    assert [draft.line for draft in found.drafts] == sorted(draft.line for draft in found.drafts)


HOSTILE: dict[str, Callable[[], str]] = {
    "a long line": lambda: "a " * 500_000,
    "brackets": lambda: "[a" * 200_000,
    "backticks": lambda: " `` ` " * 60_000,
    "stars": lambda: "*a " * 100_000,
    "quotes in quotes": lambda: ">" * 100_000,
    "lists in lists": lambda: "\n".join("  " * depth + "- x" for depth in range(500)),
    "lists in one line": lambda: "- " * 50_000,
    "fences that open only": lambda: "\n".join("`" * (3 + at % 50) for at in range(10_000)),
    "tags that open only": lambda: "<pre>" * 30_000 + "<!--" * 200_000 + "<details><summary>" * 5_000,
    "answers alone": lambda: "Answer: x\n" * 10_000,
    "heads alone": lambda: "# What?\n" * 10_000,
    "keys alone": lambda: "## Answers\n1. B\n2. C\n" * 2_000,
    "dollars": lambda: "$ a " * 50_000 + "\\(" * 50_000,
    "blank lines": lambda: "\n" * 300_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_take_no_longer_than_their_length_asks(text: Callable[[], str]) -> None:
    document = text()
    start = time.process_time()

    read_document(document)

    assert time.process_time() - start < 10


def test_ten_thousand_questions_are_read_in_seconds() -> None:
    text = "\n\n".join(f"{n}. What is thing {n}?\nA) one\nB) two\nC) three\nAnswer: B" for n in range(1, 10_001))
    start = time.process_time()

    found = read_document(text)

    assert len(found.drafts) == 10_000
    assert time.process_time() - start < 10
