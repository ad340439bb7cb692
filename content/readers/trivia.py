"""Questions of Open Trivia Database and The Trivia API, as their interfaces send them.

https://opentdb.com/api_config.php (texts as HTML codes, percent-encoded or in Base64), https://the-trivia-api.com/docs/v2/
(and its first version, where the question is a text).
"""

from __future__ import annotations

import base64
import binascii
import html
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from content.item import Difficulty, Kind, Option
from content.markup import literal
from content.readers.draft import Draft, Found, Skipped, Source, UnreadableError

Json = Mapping[str, Any]
TRUE_FALSE = ("True", "False")


@dataclass(frozen=True, slots=True)
class TriviaReader:
    """Both products, which differ in the names of their fields."""

    name: str = "trivia"
    title: str = "Open Trivia Database, The Trivia API"

    def likeness(self, source: Source) -> int:
        """Surely, where the names of their fields are there."""
        start = source.content[:20_000]
        ours = (b'"correct_answer"', b'"incorrect_answers"'), (b'"correctAnswer"', b'"incorrectAnswers"')
        return 95 if any(all(each in start for each in names) for names in ours) else 0

    def read(self, source: Source) -> Found:
        """Each question with its options, the right one first."""
        listed = _listed(source.content)
        drafts, skipped = list[Draft](), list[Skipped]()
        for number, each in enumerate(listed, 1):
            try:
                drafts.append(_draft(each))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                skipped.append(Skipped(0, f"question {number}", _why(error)))
        return Found(drafts, skipped, language="en")


READER = TriviaReader()


def _listed(content: bytes) -> Sequence[Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise UnreadableError("this is not JSON as the interface sends it; save its answer once more", line) from None
    if isinstance(found, Mapping):
        found = found.get("results", [found])
    if not isinstance(found, list):
        raise UnreadableError("there is no list of questions in it; save the whole answer of the interface")
    return found


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error}"
    if isinstance(error, ValueError) and str(error):
        return str(error)
    return "its fields are not those of a question"


def _draft(each: Json) -> Draft:
    return _of_the_database(each) if "correct_answer" in each else _of_the_api(each)


def _of_the_database(each: Json) -> Draft:
    plain = _decoder(each)
    right, wrong = plain(each["correct_answer"]), [plain(answer) for answer in each["incorrect_answers"]]
    truth = plain(each.get("type", "")) == "boolean" and right in TRUE_FALSE
    return Draft(
        literal(plain(each["question"])),
        kind=Kind.TRUE_FALSE if truth else Kind.CHOICE,
        options=tuple(map(Option, ("true", "false"))) if truth else _options(right, wrong),
        key=(TRUE_FALSE.index(right),) if truth else (0,),
        topic=plain(each.get("category", "")),
        difficulty=_difficulty(plain(each.get("difficulty", ""))),
    )


def _of_the_api(each: Json) -> Draft:
    asked, right = each["question"], each["correctAnswer"]
    if not isinstance(right, str):
        raise ValueError("its options are pictures")  # noqa: TRY004  told to people as what the question is
    return Draft(
        literal(asked if isinstance(asked, str) else asked["text"]),
        own_id=str(each.get("id", "")),
        kind=Kind.CHOICE,
        options=_options(right, each["incorrectAnswers"]),
        key=(0,),
        topic=str(each.get("category", "")).replace("_", " "),
        difficulty=_difficulty(each.get("difficulty", "")),
        tags=tuple(map(str, each.get("tags", ()))),
    )


def _options(right: str, wrong: Sequence[str]) -> tuple[Option, ...]:
    if not wrong:
        raise ValueError("it has no wrong options")
    return tuple(Option(literal(text)) for text in (right, *wrong))


def _difficulty(word: str) -> Difficulty | None:
    return Difficulty(word) if word in set(Difficulty) else None


def _decoder(each: Json) -> Callable[[str], str]:
    """What undoes the encoding that was asked for: the fields that hold one of a few words show it."""
    known = {*Difficulty, "multiple", "boolean"}
    words = [word for word in (each.get("type"), each.get("difficulty")) if isinstance(word, str)]
    if words and not known & set(words) and known & set(map(_base64, words)):
        return _base64
    texts = list(_texts(each))
    if any("%" in text for text in texts) and not any(" " in text for text in texts):
        return unquote
    return html.unescape


def _texts(each: Json) -> Iterator[str]:
    for value in each.values():
        yield from filter(lambda part: isinstance(part, str), value if isinstance(value, list) else [value])


def _base64(text: str) -> str:
    """The text, itself where it is not in Base64."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return text
