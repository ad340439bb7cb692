"""The pages for people say what is so: their links, commands, packs, settings, notes and figures are tried here."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

from bot.cards.notes import NOTES
from bot.cli.parser import Call, Parser
from bot.cli.tree import MODULES, tree
from bot.commands import COMMANDS, leaves
from bot.installed import installed_adapters
from bot.languages import words
from bot.lines import PuzzledError, read_line
from bot.rules.memory import Rating, remember
from bot.rules.scoring import FULL, NOTED, RECALLED
from bot.settings import read_settings, variables
from content import folder, layout, pictures
from content import tree as strict
from content.form import Several, Text
from content.item import Kind
from content.markup import maths
from content.pack import load_pack

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
READER = MarkdownIt("commonmark").enable("table")
PICTURE = ROOT / "docs" / "images" / "page.png"
FOR_TESTS = "STUDYHALL_CHROMIUM"
"""A variable of the tests, and none of the program."""


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    """What a page consists of, with what stands within its lines."""
    found = READER.parse(page.read_text(encoding="utf-8"))
    return tuple(each for token in found for each in (token, *(token.children or ())))


def blocks(page: Path, kind: str) -> list[tuple[str, str]]:
    """The code blocks whose info begins with these words, as (the rest of the info, the code)."""
    fences = [(token.info.strip(), token.content) for token in tokens(page) if token.type == "fence"]
    return [(info.removeprefix(kind).strip(), code) for info, code in fences if f"{info} ".startswith(f"{kind} ")]


def spans(page: Path) -> list[str]:
    """What stands between backticks within the lines of a page."""
    return [token.content for token in tokens(page) if token.type == "code_inline"]


def slugs(page: Path) -> list[str]:
    """The anchors of a page's headings, as GitHub and most other readers make them."""
    lines = [
        after.content
        for token, after in zip(tokens(page), tokens(page)[1:], strict=False)
        if token.type == "heading_open"
    ]
    return [re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines]


def links(page: Path) -> Iterator[str]:
    """Where a page points to, pictures and HTML included."""
    for token in tokens(page):
        if address := token.attrGet("href") or token.attrGet("src"):
            yield str(address)
        if token.type.startswith("html"):
            yield from re.findall(r'(?:src|href)="([^"]+)"', token.content)


def broken(page: Path, link: str) -> bool:
    """Whether a link within the repository leads nowhere."""
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or bool(anchor and anchor not in slugs(target))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    inside = [link for link in links(page) if not re.match(r"[a-z]+:", link)]
    assert [link for link in inside if broken(page, link)] == []


def test_every_page_of_the_docs_is_reached_from_the_index() -> None:
    reached = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in links(ROOT / "docs" / "index.md")}
    assert {page for page in PAGES if page.parent.name == "docs" and page.name != "index.md"} <= reached


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command line of Studyhall on a page."""

    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: studyhall {' '.join(self.words)}"


def spoken(page: Path) -> Iterator[Spoken]:
    """The command lines of Studyhall in the shell blocks of a page, without assignments and redirections."""
    for _, code in blocks(page, "sh"):
        for line in code.splitlines():
            for part in re.split(r"&&|\||;", line):
                words = shlex.split(part.partition(" > ")[0], comments=True)
                while words and re.match(r"\w+=", words[0]):
                    words = words[1:]
                if words and Path(words[0]).name == "studyhall":
                    yield Spoken(str(page.relative_to(ROOT)), tuple(words[1:]))


LINES = sorted({line for page in PAGES for line in spoken(page)}, key=str)


@cache
def parser() -> Parser:
    """The real parser, with the commands of the installed adapters."""
    return tree(MODULES, adapters=True)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_every_command_line_of_the_pages_is_understood(line: Spoken) -> None:
    read = parser().read(line.words, Call())
    assert callable(read.run)


def unknown(span: str) -> str:
    """The first word of a command named in passing that Studyhall does not know; words in CAPITALS stand for others."""
    here, (_, *words) = parser(), span.split()
    while words and words[0] in here.words:
        here = here.words[words.pop(0)]
    if here.words and words and not words[0].isupper() and not words[0].startswith("-"):
        return words[0]
    return next((word for word in words if word.startswith("--") and word not in here.format_help()), "")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_named_in_passing_exists(page: Path) -> None:
    named = [span for span in spans(page) if re.match(r"studyhall [a-zA-Z-]", span)]
    assert [span for span in named if unknown(span)] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_make_word_and_every_variable_on_a_page_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = [*spans(page), *(code for _, code in blocks(page, "sh"))]
    named = {word for text in code for word in re.findall(r"^make ([a-z]+)", text, re.MULTILINE)}
    assert named <= targets
    known = {variable.name for variable in variables(installed_adapters())} | {FOR_TESTS}
    assert set(re.findall(r"STUDYHALL_[A-Z_]+", page.read_text(encoding="utf-8"))) <= known


def written(page: Path, tmp_path: Path) -> list[Path]:
    """The packs of a page as files beside the shipped picture."""
    shutil.copy(ROOT / "content" / "packs" / "ml-interview" / "roc.png", tmp_path)
    made = []
    for name, code in blocks(page, "yaml pack"):
        made.append(tmp_path / name)
        made[-1].write_text(code, encoding="utf-8")
    return made


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_pack_and_all_settings_on_a_page_are_accepted(page: Path, tmp_path: Path) -> None:
    for pack in written(page, tmp_path):
        loaded = load_pack(pack)
        assert [str(fault) for fault in loaded.faults] == []
        assert loaded.items
    for _, code in blocks(page, "yaml settings"):
        (tmp_path / "studyhall.yaml").write_text(code, encoding="utf-8")
        assert read_settings(tmp_path / "studyhall.yaml", {}, installed_adapters()).halls


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_pack_and_no_settings_on_a_page_go_untried(page: Path) -> None:
    marked = re.compile(r"(pack \S+\.yaml|settings|import \S+)?")  # imports: tests/content/importing/test_page.py
    for rest, code in blocks(page, "yaml"):
        assert marked.fullmatch(rest), rest
        assert rest or not re.search(r"^(halls|items|format):", code, re.MULTILINE)


def test_the_page_for_authors_shows_an_item_of_every_kind(tmp_path: Path) -> None:
    (pack,) = written(ROOT / "docs" / "authors.md", tmp_path)
    assert {item.kind for item in load_pack(pack).items} == set(Kind)


def in_list(form: Several) -> tuple[int, int]:
    """How long each text of a list may be, and how many there may be."""
    assert isinstance(form.each, Text)
    return form.each.most, form.most


LIMITS = {
    "a file": (strict.MOST_BYTES // 1_000_000,),
    "lists and mappings in each other": (strict.MOST_LEVELS,),
    "items in a file": (layout.MOST_ITEMS,),
    "files in a pack": (folder.MOST_FILES,),
    "an id": (layout.ID.most,),
    "a stem": (layout.STEM.most,),
    "an option": (layout.ANSWER.most,),
    "a reason": (layout.REASON.most,),
    "an explanation": (layout.EXPLANATION.most,),
    "a hint": in_list(layout.HINTS),
    "an accepted or confusable answer": in_list(layout.ACCEPTED),
    "a reference answer": (layout.REFERENCE.most,),
    "a line of a rubric": in_list(layout.RUBRIC),
    "a picture": (pictures.MOST_BYTES // 1_000_000, layout.ALT.most),
    "a formula": (maths.LONGEST,),
}


def test_the_limits_that_authors_read_are_those_of_the_checker() -> None:
    told = re.findall(
        r"^\| (an? [^|]+|lists [^|]+|items [^|]+|files [^|]+) \| ([^|]+) \|$", text_of("authors.md"), re.MULTILINE
    )
    figures = {name: tuple(int(each.replace(",", "")) for each in re.findall(r"[\d,]*\d", most)) for name, most in told}
    assert figures == LIMITS


def text_of(name: str) -> str:
    """A page of the docs."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [" ".join(path) for path, _ in leaves()])
def test_every_slash_command_is_explained_to_people(path: str) -> None:
    named = spans(ROOT / "docs" / "learners.md") + spans(ROOT / "docs" / "organisers.md")
    assert any(f"{span} ".startswith(f"/{path} ") for span in named)


def understood(line: str) -> bool:
    """Whether a slash command can be typed as it stands, or names a command without its options."""
    if tuple(line.removeprefix("/").split()) in {path for path, _ in leaves()}:
        return True
    with contextlib.suppress(PuzzledError):
        return bool(read_line(line).path)
    return False


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_slash_command_on_a_page_is_understood(page: Path) -> None:
    first = "|".join(command.name for command in COMMANDS)
    named = [span for span in spans(page) if re.match(rf"/({first})\b", span)]
    assert [span for span in named if not understood(span)] == []


FACTS = {
    "schedule": "daily",
    "count": 2,
    "first": "2026-11-20 09:00",
    "last": "2026-11-21 09:00",
    "place": "web:local:general",
    "reason": "it is full",
    "remedy": "",
    "part": "reveal",
    "platform": "web",
    "item": "ml-interview/p-value-meaning",
    "people": 2,
    "check": "slots",
    "made": "2026-11-20 09:00 UTC",
    "since": "2026-11-20 09:00:00 UTC",
    "until": "2026-11-20 15:00 UTC",
}
"""What any of the notes may tell."""


@pytest.mark.parametrize("kind", NOTES)
def test_every_note_is_explained_to_organisers(kind: str) -> None:
    title, _ = NOTES[kind](words("en"), FACTS)
    assert f"| `{kind}` | {title} |" in text_of("organisers.md")


def test_learners_read_the_points_that_are_given() -> None:
    assert f"| {' / '.join(map(str, FULL.values()))} |" in text_of("learners.md")
    assert f"| an open question | {NOTED} |" in text_of("learners.md")
    assert f"| {RECALLED} more |" in text_of("learners.md")


def test_learners_read_after_how_many_days_an_idea_comes_back() -> None:
    told = re.findall(r"^\| ([\w, ]+) \| ([\d, ]+) \|$", text_of("learners.md"), re.MULTILINE)
    first = {
        "right each time": Rating.GOOD,
        "right and quick each time": Rating.EASY,
        "partly right first, then right": Rating.HARD,
        "wrong first, then right": Rating.AGAIN,
    }
    found = {how: [int(each) for each in days.split(",")] for how, days in told if how in first}
    assert found.keys() == first.keys()
    for how, days in found.items():
        then = Rating.EASY if "quick" in how else Rating.GOOD
        assert days == come_back(first[how], then, len(days)), how


def come_back(first: Rating, then: Rating, times: int) -> list[int]:
    """After how many days an idea comes back, where it is met on the day that it is due."""
    memory, at, days = None, datetime(2026, 11, 23, 9, tzinfo=UTC), []
    for rating in (first, *[then] * (times - 1)):
        memory = remember(memory, rating, at)
        days.append((memory.due - at).days)
        at = memory.due
    return days


def test_the_picture_of_the_page_is_as_wide_as_a_window() -> None:
    with Image.open(PICTURE) as picture:
        assert picture.width == 1280


@pytest.mark.parametrize("file", sorted(PICTURE.parent.iterdir()), ids=lambda file: file.name)
def test_every_picture_loads_fast_and_is_shown_on_a_page_with_a_text_in_its_place(file: Path) -> None:
    assert file.stat().st_size < 300_000
    shown = re.compile(rf'<img src="[\w/]*images/{re.escape(file.name)}"[^>]* alt="[^"]{{40,}}"')
    assert any(shown.search(page.read_text(encoding="utf-8")) for page in PAGES)
