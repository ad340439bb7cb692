"""Open Trivia Database and The Trivia API: what their interfaces send, in each of its forms."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from content.item import Difficulty, Kind, Option
from content.markup import literal
from content.readers.draft import Found, Source, UnreadableError
from content.readers.trivia import READER

CHOICE = {
    "type": "multiple",
    "difficulty": "hard",
    "category": "Science: Computers",
    "question": "Which of these is &quot;lossless&quot; & *small*?",
    "correct_answer": "PNG",
    "incorrect_answers": ["JPEG", "MP3", "H.264 &lt;b&gt;"],
}
TRUTH = {
    "type": "boolean",
    "difficulty": "easy",
    "category": "Maths",
    "question": "One is a prime.",
    "correct_answer": "False",
    "incorrect_answers": ["True"],
}
API = {
    "category": "film_and_tv",
    "id": "622a1c357cc59eab6f94fe56",
    "correctAnswer": "Beta",
    "incorrectAnswers": ["Alpha", "Gamma", "Delta"],
    "question": {"text": "Which is the second letter?"},
    "tags": ["greek", "letters"],
    "type": "text_choice",
    "difficulty": "medium",
}


def read(*questions: Any, whole: Any = None) -> Found:
    content = json.dumps(whole if whole is not None else {"response_code": 0, "results": questions}).encode()
    source = Source("questions.json", content)
    assert READER.likeness(source) > 90
    return READER.read(source)


def encoded(value: Any, how: Any) -> Any:
    if isinstance(value, list):
        return [encoded(each, how) for each in value]
    return {key: encoded(each, how) for key, each in value.items()} if isinstance(value, dict) else how(value)


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_question_of_the_database_has_its_options_its_topic_and_its_difficulty() -> None:
    (draft,) = read(CHOICE).drafts
    assert draft.stem == literal('Which of these is "lossless" & *small*?') != 'Which of these is "lossless" & *small*?'
    assert draft.kind is Kind.CHOICE
    assert [each.text for each in draft.options] == ["PNG", "JPEG", "MP3", literal("H.264 <b>")]
    assert draft.key == (0,)
    assert draft.topic == "Science: Computers"
    assert draft.difficulty is Difficulty.HARD


def test_a_statement_is_true_or_false() -> None:
    (draft,) = read(TRUTH).drafts
    assert draft.kind is Kind.TRUE_FALSE
    assert draft.options == (Option("true"), Option("false"))
    assert draft.key == (1,)


PLAIN: dict[str, Any] = {
    **CHOICE,
    "question": 'Is 100 % "lossless"?',
    "incorrect_answers": ["50 %", "Ünlü", "H.264 <b>"],
}


@pytest.mark.parametrize("how", [lambda text: quote(text, safe=""), in_base64])
def test_each_encoding_that_can_be_asked_for_is_undone(how: Any) -> None:
    plainly = {key: value.replace('"', "&quot;") if key == "question" else value for key, value in PLAIN.items()}
    assert list(read(encoded(PLAIN, how)).drafts) == list(read(plainly).drafts)


@pytest.mark.parametrize("question", [{"text": "Which is the second letter?"}, "Which is the second letter?"])
def test_a_question_of_the_api_has_an_id_of_its_own_in_either_version(question: Any) -> None:
    (draft,) = read(whole=[{**API, "question": question}]).drafts
    assert draft.stem == "Which is the second letter?"
    assert draft.own_id == "622a1c357cc59eab6f94fe56"
    assert [each.text for each in draft.options] == ["Beta", "Alpha", "Gamma", "Delta"]
    assert (draft.key, draft.topic, draft.tags) == ((0,), "film and tv", ("greek", "letters"))


def test_what_is_no_question_is_told_and_the_others_are_read() -> None:
    pictures = {**API, "correctAnswer": [{"url": "https://example.org/a.png"}]}
    alone = {**API, "incorrectAnswers": []}
    found = read(whole=[API, pictures, "what?", {"correctAnswer": "a"}, alone, API])
    assert len(found.drafts) == 2
    assert [(each.what, each.why) for each in found.skipped] == [
        ("question 2", "its options are pictures"),
        ("question 3", "its fields are not those of a question"),
        ("question 4", "it has no 'question'"),
        ("question 5", "it has no wrong options"),
    ]


@pytest.mark.parametrize("content", [b"", b"[", b'{"results": 3}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_list_of_questions_is_refused(content: bytes) -> None:
    assert READER.likeness(Source("a.json", content)) == 0
    with pytest.raises(UnreadableError, match="save"):
        READER.read(Source("a.json", content))
