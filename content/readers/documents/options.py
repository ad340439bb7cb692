"""Lists of options: "A) … B) …", "(a) …", "- [x] …", in lines of their own or in one, and which of them is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content.readers.documents.lines import Line, Sort
from content.readers.documents.words import ANSWER, ASKED, LABELLED, LABELS, LETTERED_ANSWER, MARKS, NUMBERED

LATIN, CYRILLIC, FIGURES, WIDE = "ABCDEFGHIJ", "АБВГДЕЖЗИК", "123456789", "ＡＢＣＤＥＦＧＨＩＪ"
ALPHABETS = (LATIN, CYRILLIC, WIDE)
LETTERED = re.compile(
    r"\s*(?:[-*+•]\s+)?(?P<box>\[[ xX✓✔]?\]\s*)?(?P<before>[*_✓✔✅☑]{0,3}\s?)(?:[(（\[]"
    r"(?P<a>[A-Ja-jА-Иа-иＡ-Ｊ])[)）\]]|(?P<b>[A-Ja-jА-Иа-иＡ-Ｊ])"
    r"(?:\\?[)）.]|[、．:：](?!:)))(?P<after>[*_]{0,3})(?:\s+|(?<=[、．）])|(?=\*))(?P<text>.*)",
    re.DOTALL,
)
BOXED = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)])\s+\[(?P<box>[ xX✓✔])\]\s+(?P<text>\S.*)", re.DOTALL)
BULLET = re.compile(r"\s*(?:[-*+•○◦●]|\d{1,2}[.)]|[ivx]{1,4}[.)])\s+(?P<text>\S.*)", re.DOTALL)
WITHIN = re.compile(r"(?:(?<=\s)|^)[*_]{0,2}(?:\((?P<a>[A-Ja-jА-И])\)|(?P<b>[A-Ja-jА-И])[).])[*_]{0,2}\s+")
RIGHT = re.compile(
    r"\s*(?:[✓✔✅☑](?:\ufe0f)?|[(\[]\s*(?:correct|right|true|correct answer|right answer|answer|верно|правильно"
    r"|правильный ответ|正确|正确答案)\s*[)\]]"
    r"|(?:<--?|←|<=|&larr;)\s*(?:correct|right|answer)?(?: answer)?|(?<=\S)\s\*{1,3}|(?<=\S)"
    r"(?<![*\\])\*(?!\*))\s*(?:\*\*)?\s*$",
    re.IGNORECASE,
)
STARRED = re.compile(r"^\*(?!\*|\s)(?P<text>[^*]*)$")
WRONG = re.compile(r"\s*[✗✘❌](?:\ufe0f)?\s*$")
BOLD = re.compile(r"^(?:\*\*|__)(?P<text>(?:(?!\*\*).)+)(?:\*\*|__)[.;]?$", re.DOTALL)
MOST = 10


@dataclass(slots=True)
class Choice:
    """An option: its letter as an index, its text, whether it is marked as right."""

    index: int
    text: str
    right: bool
    bold: bool = False


@dataclass(slots=True)
class Run:
    """Options one after the other: from line `first` to before line `after` of what was looked through."""

    first: int
    after: int
    choices: list[Choice]
    boxed: bool = False


def index_of(letter: str) -> int:
    """The place of a letter in its alphabet; -1 where it is in none."""
    for alphabet in ALPHABETS:
        place = alphabet.find(letter.upper())
        if place >= 0:
            return place
    return -1


def lettered(text: str) -> Choice | None:
    """The option that a line says behind a letter."""
    found = LETTERED.match(text)
    if found is None:
        return None
    letter = found["a"] or found["b"]
    before, behind = found["before"].strip(), found["after"]
    said = found["text"] if before and before == behind else before + behind + found["text"]
    ticked = bool(found["box"]) and found["box"].strip("[] ") != ""
    starred = before in {"*", "✓", "✔", "✅", "☑"} and before != behind
    if starred:
        said = said.lstrip("*✓✔✅☑ ").removesuffix("*") if found["text"].count("*") % 2 else said.lstrip("*✓✔✅☑ ")
    made = choice(index_of(letter), said)
    made.right = made.right or ticked or starred
    return made


def choice(index: int, said: str) -> Choice:
    """An option as its line says it, without the sign that it is right."""
    said = said.strip()
    right = False
    if wrong := WRONG.search(said):
        said = said[: wrong.start()]
    elif marked := RIGHT.search(said):
        inner = said[: marked.start()].strip()
        if inner and inner.count("**") % 2 == 0:
            said, right = inner, True
        elif inner:
            said, right = inner.replace("**", ""), True
    elif starred := STARRED.match(said):
        said, right = starred["text"], True
    bold = BOLD.match(said)
    if bold:
        said = bold["text"]
    elif said.count("**") == 1:
        said, bold = said.replace("**", ""), BOLD.match("**x**")
    return Choice(index, said.strip(), right, bool(bold))


def runs(lines: Sequence[Line]) -> list[Run]:
    """All lists of options in the lines. Letters start with A and leave none out; of boxes one at least is ticked."""
    found: list[Run] = []
    at = 0
    while at < len(lines):
        run = run_at(lines, at)
        if run:
            found.append(run)
            at = run.after
        else:
            at += 1
    ticked = any(choice.right for run in found if run.boxed for choice in run.choices)
    return [run for run in found if ticked or not run.boxed or LETTERED.match(lines[run.first].text)]


def run_at(lines: Sequence[Line], at: int) -> Run | None:
    """The list of options that begins at a line."""
    line = lines[at]
    if line.sort not in {Sort.TEXT, Sort.HEADING}:
        return None
    if boxed := BOXED.match(line.text):
        run = boxes(lines, at) if not lettered(line.text) or not boxed["text"] else None
        if run:
            return run
    within = list(one_line(line))
    if len(within) > 1:
        return more_lines(lines, at, within)
    first = lettered(line.text)
    if first is None or first.index != 0 or not first.text:
        return None
    run = Run(at, at + 1, [first], boxed=bool(LETTERED.match(line.text)["box"]))  # type: ignore[index]  # it matched
    return grown(lines, run)


def grown(lines: Sequence[Line], run: Run) -> Run | None:
    """The list with the options that follow; lines between them belong to the option before. None for one alone."""
    at, gap = run.after, False
    while at < len(lines) and len(run.choices) < MOST:
        line = lines[at]
        if line.sort is Sort.BLANK:
            gap = True
            at += 1
            continue
        if line.sort is not Sort.TEXT:
            break
        option = lettered(line.text)
        if option and option.index == len(run.choices):
            run.choices.append(option)
        elif gap or option or line.first or line.mark or ends_options(line):
            break
        else:
            run.choices[-1].text += f" {line.said}"
        at, gap, run.after = at + 1, False, at + 1
    return run if len(run.choices) > 1 else None


def ends_options(line: Line) -> bool:
    """Whether a line right under an option is something else than the rest of it."""
    said = line.said.lstrip(MARKS)
    tests = (ANSWER, ASKED, LABELLED, LETTERED_ANSWER, NUMBERED, *LABELS.values())
    return any(test.match(said) for test in tests)


def boxes(lines: Sequence[Line], at: int) -> Run | None:
    """Options that are boxes to tick."""
    run = Run(at, at, [], boxed=True)
    depth = lines[at].depth
    while at < len(lines) and len(run.choices) < MOST:
        found = BOXED.match(lines[at].text) if lines[at].sort is Sort.TEXT else None
        if lines[at].sort is Sort.BLANK:
            at += 1
            continue
        if lines[at].sort is Sort.CODE and run.choices:
            run.choices[-1].text += ("\n" if lines[at - 1].sort is Sort.CODE else "\n\n") + lines[at].text
            at, run.after = at + 1, at + 1
            continue
        if found is None or lines[at].depth != depth:
            break
        inner = lettered(found["text"])
        made = inner or choice(0, found["text"])
        run.choices.append(Choice(len(run.choices), made.text, found["box"] != " " or made.right, made.bold))
        at, run.after = at + 1, at + 1
    return run if len(run.choices) > 1 else None


def one_line(line: Line) -> Iterator[tuple[str, str]]:
    """The letters and texts of options that stand in one line from its beginning on."""
    text = line.text.strip()
    if BULLET.match(text):
        text = BULLET.match(text)["text"]  # type: ignore[index]  # it matched
    marks = list(WITHIN.finditer(text))
    if len(marks) < 2 or marks[0].start() != 0:  # noqa: PLR2004  one is no choice
        return
    for place, found in enumerate(marks):
        if index_of(found["a"] or found["b"]) != place:
            return
    for found, following in zip(marks, [*marks[1:], None], strict=True):
        yield (
            found["a"] or found["b"],
            text[found.end() : following.start() if following else len(text)].strip(" ,;|\t"),
        )


def more_lines(lines: Sequence[Line], at: int, within: list[tuple[str, str]]) -> Run:
    """Options several a line: those of one line, and of the lines that go on with the letters."""
    run = Run(at, at + 1, [choice(place, text) for place, (_, text) in enumerate(within)])
    while run.after < len(lines) and lines[run.after].sort is Sort.TEXT and len(run.choices) < MOST:
        found = list(WITHIN.finditer(lines[run.after].said))
        letters = [index_of(each["a"] or each["b"]) for each in found]
        if not found or found[0].start() or letters != list(range(len(run.choices), len(run.choices) + len(letters))):
            break
        ends = [*(each.start() for each in found[1:]), None]
        said = lines[run.after].said
        run.choices += [
            choice(place, said[each.end() : end].strip(" ,;|\t"))
            for place, each, end in zip(letters, found, ends, strict=True)
        ]
        run.after += 1
    return run
