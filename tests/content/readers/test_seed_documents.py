"""The five documents that lie beside the repository: all of their questions, each with its whole answer, nothing else.

No sentence of them is copied here: texts are known by their length and the beginning of their hash.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from content.readers.decoding import decode
from content.readers.documents import read_document
from content.readers.draft import Draft, Found
from content.sense import markdown_faults

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
FILES = {
    name[:3]: name for name in ("000_6ad30f670ff0ee50.txt", "001_e267a0e3e2525b71.txt", "002_317cbe01ffef59e7.txt")
}
FILES |= {name[:3]: name for name in ("003_74ea047aec91804f.txt", "004_c92f6dcd74c82bea.txt")}
BANKS = {"004 English": "# Classic Question Bank", "004 Chinese": "# 经典题库"}
COUNTS = {"000": 100, "001": 67, "002": 100, "003": 100, "004 English": 167, "004 Chinese": 167}
WORD = re.compile(r"\w+")
MARKERS = frozenset(
    {"Answer", "interview", "style", "detailed", "br", "b", "src", "来源", "答案", "解答", "python", "Image", "Source"}
)

pytestmark = pytest.mark.skipif(not SEEDS.exists(), reason="the five documents are not beside the repository")


@cache
def text_of(name: str) -> str:
    """The text of a document; the two in the page's data are taken out of it."""
    text = decode((SEEDS / FILES[name[:3]]).read_bytes()).text
    if name in COUNTS and name[:3] != "004":
        return text
    return next(part for part in json.loads(text) if isinstance(part, str) and BANKS[name] in part)


@cache
def found_in(name: str) -> Found:
    return read_document(text_of(name))


def mark(text: str) -> str:
    return f"{len(text)}:{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text))


def whole(draft: Draft) -> str:
    """All texts of a draft."""
    return "\n".join([draft.stem, draft.answer, draft.explanation, *draft.hints, *draft.references])


@pytest.mark.parametrize("name", COUNTS)
def test_every_question_is_found_and_nothing_else(name: str) -> None:
    drafts = found_in(name).drafts

    assert len(drafts) == COUNTS[name]
    assert [draft for draft in drafts if draft.options or draft.kind] == []
    assert all(draft.stem for draft in drafts)


@pytest.mark.parametrize("name", COUNTS)
def test_no_word_is_lost_but_headings_markers_and_what_is_reported(name: str) -> None:
    found, lines = found_in(name), text_of(name).split("\n")
    starts = [draft.line for draft in found.drafts]
    reported = {skipped.line for skipped in found.skipped}
    beside: Counter[str] = Counter()
    inside = False
    for number, line in enumerate(lines, 1):
        inside = number in reported or (inside and bool(line.strip()))
        if inside or number in starts or line.startswith("#"):
            beside += words(line)
    drafted: Counter[str] = Counter()
    for draft in found.drafts:
        drafted += words(whole(draft))
    last = max([each.line for each in found.skipped if each.line > starts[-1]], default=len(lines) + 1)
    first_after = min([each.line for each in found.skipped if each.line > starts[-1] + 1], default=last)

    missing = words("\n".join(lines[starts[0] - 1 : first_after - 1])) - drafted - beside

    assert set(missing) <= MARKERS
    assert {word for word in drafted - words("\n".join(lines)) if word != "picture"} == set()


@pytest.mark.parametrize("name", COUNTS)
def test_their_texts_are_what_cards_can_show(name: str) -> None:
    for draft in found_in(name).drafts:
        assert [*markdown_faults(draft.stem), *markdown_faults(draft.answer)] == []


@pytest.mark.parametrize(
    ("name", "number", "stem", "answer"),
    [
        ("000", 1, "27:19cf89ee8747", "266:dfb1225a3fe1"),
        ("000", 5, "32:875f229aa9f0", "308:016e51b15906"),
        ("000", 25, "24:68b05cc0d413", "268:079b6b58b6e1"),
        ("000", 33, "27:125668c84901", "686:6eccc0e7da4f"),
        ("000", 40, "24:4981cbe01d54", "206:2192bec95be8"),
        ("000", 67, "24:4a60119fb62f", "1597:b6fece507059"),
        ("000", 84, "44:7e9856c79d76", "171:2ee43cf922b1"),
        ("000", 87, "27:4cb2e84ef94c", "166:60c64911ea3f"),
        ("000", 98, "53:f089218777cc", "171:bd77f67d3b3a"),
        ("001", 2, "25:a69e6d8feed5", "410:4fb7fb66b107"),
        ("001", 24, "50:f0d054b9435e", "497:63e6775b0f2c"),
        ("001", 64, "578:c1ef157e98ed", "828:e8209d6d2364"),
        ("001", 67, "15:9d8f15e638c0", "366:091cd740a9e9"),
        ("002", 1, "78:d8a19f44d954", "584:d262b67f9afe"),
        ("002", 100, "86:2fb3c63450d6", "734:ef2f6ed297d5"),
        ("003", 1, "84:e9eb5afb8933", "726:7d3031e3ae1a"),
        ("003", 40, "45:aae4b14173d5", "9146:2ca4e02f09b3"),
        ("003", 52, "57:2f4c3c7bee7c", "4779:a07429b2d6be"),
        ("003", 72, "41:bbac566d4928", "1894:dbb189c9a28d"),
        ("003", 81, "111:5644bfb5ee83", "1005:14cdecd291d7"),
        ("003", 86, "123:b762056eab7a", "656:2d100c0ca0fa"),
        ("003", 100, "266:6634c5a62b66", "3506:eaca9014fb1c"),
    ],
)
def test_questions_with_traps_have_their_whole_text(name: str, number: int, stem: str, answer: str) -> None:
    draft = found_in(name).drafts[number - 1]

    assert (mark(draft.stem), mark(draft.answer)) == (stem, answer)


@pytest.mark.parametrize(
    ("name", "nothing", "links", "pictures"),
    [
        ("000", 0, 0, 0),
        ("001", 2, 3, 0),
        ("002", 0, 0, 0),
        ("003", 0, 0, 0),
        ("004 English", 2, 3, 3),
        ("004 Chinese", 2, 3, 3),
    ],
)
def test_answers_that_people_have_to_write_are_doubted(name: str, nothing: int, links: int, pictures: int) -> None:
    doubts = Counter(doubt.split(":")[0] for draft in found_in(name).drafts for doubt in draft.doubts)

    assert doubts["The document has no answer to this"] == nothing
    assert doubts["Its answer is only a link"] == links
    assert doubts["Its answer is only a picture"] == pictures


def test_the_two_banks_are_in_the_same_order() -> None:
    english, chinese = (found_in(name).drafts for name in BANKS)

    for one, other in zip(english, chinese, strict=True):
        assert bool(one.answer) == bool(other.answer)
        assert re.findall(r"\]\((http\S+?)\)", one.answer)[:1] == re.findall(r"\]\((http\S+?)\)", other.answer)[:1]


@pytest.mark.parametrize(
    ("name", "topics"),
    [("000", 6), ("001", 1), ("002", 10), ("003", 10), ("004 English", 1)],
)
def test_sections_are_topics(name: str, topics: int) -> None:
    assert len({draft.topic for draft in found_in(name).drafts}) == topics


def test_citations_of_a_question_are_its_references() -> None:
    cited = [draft for draft in found_in("001").drafts if draft.references]

    assert len(cited) > 50
    assert not any("[[" in draft.stem for draft in cited)
