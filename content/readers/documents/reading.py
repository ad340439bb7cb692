"""A document of any layout -> drafts: parsed into lines, divided by the heads of questions, each taken apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from content.item import Difficulty, Option
from content.readers.documents.candidates import Answering, Candidate, answerings, attribute, candidates
from content.readers.documents.drafting import NO_ANSWER, NO_KEY, drafted, keyed, with_answer
from content.readers.documents.heads import chosen
from content.readers.documents.keys import Key, keys
from content.readers.documents.lines import Line, Sort, lines_of
from content.readers.documents.options import Choice, Run, runs
from content.readers.documents.page import Written, written
from content.readers.documents.parts import Parts, take_apart
from content.readers.documents.spans import Division, Span, divide, plain
from content.readers.documents.tables import Questions, Row, tables
from content.readers.documents.words import DIFFICULTIES
from content.readers.documents.writing import markdown
from content.readers.draft import Draft, Found, Skipped

NAMED = re.compile(r" {0,3}\[(?P<name>[^\[\]^][^\[\]]*)\]:\s*<?(?P<address>\S+?)>?(?:\s+[\"'(].*[\"')])?\s*")
FRONT = re.compile(r"---\s*")
WORDS = 80
NOTHING = "No question was found in this document: it has neither headings nor numbered or marked lines that ask."
BLOCKS = {
    "heading": ("heading", "headings"),
    "bold": ("line in bold", "lines in bold"),
    "item": ("numbered line", "numbered lines"),
    "bullet": ("item of a list", "items of lists"),
    "summary": ("summary that folds out", "summaries that fold out"),
    "term": ("term with its definition", "terms with definitions"),
    "line": ("line that asks", "lines that ask"),
}
TERM = "This is a term with its meaning, not a question: write what is asked."
CONTENTS = "a table of contents"
BEFORE = "it stands before the first question"
BETWEEN = "it belongs to no question"


def read_document(text: str, first_line: int = 1) -> Found:
    """All questions of a Markdown or plain text. Lines are counted from `first_line`.

    Nothing is refused: where no question is found there are no drafts, and a note says so. The time grows with the
    length of the text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    page, names = without_names(written(without_front(text), first_line))
    document = Document(lines_of(page), names)
    return document.read()


def without_front(text: str) -> str:
    """The text without the settings that some programs keep at its top, their lines left blank."""
    lines = text.split("\n")
    if not FRONT.fullmatch(lines[0]):
        return text
    end = next((at for at in range(1, min(len(lines), 60)) if FRONT.fullmatch(lines[at])), 0)
    inner = [line for line in lines[1:end] if line.strip()]
    if not inner or not all(re.match(r"[\w-]+\s*:|\s|-\s|#", line) for line in inner):
        return text
    return "\n".join([*[""] * (end + 1), *lines[end + 1 :]])


def without_names(page: Sequence[Written]) -> tuple[list[Written], dict[str, str]]:
    """The lines without those that define the addresses of links, and these by their names."""
    names: dict[str, str] = {}
    kept: list[Written] = []
    for line in page:
        found = NAMED.fullmatch(line.text) if "]:" in line.text else None
        if found:
            names.setdefault(found["name"].casefold(), found["address"])
        kept.append(Written("", line.number) if found else line)
    return kept, names


@dataclass(slots=True)
class Document:
    """A document that is being read."""

    lines: list[Line]
    names: dict[str, str]
    skipped: list[Skipped] = field(default_factory=list)
    idle: set[int] = field(default_factory=set)
    """Where lists begin that looked like answers to questions elsewhere and are none."""

    def read(self) -> Found:
        """The drafts and all that is told beside them."""
        listed = keys(self.lines)
        found = self.found(listed)
        kept = [key for key in listed if key.first not in self.idle]
        if len(kept) < len(listed):
            self.skipped.clear()
            found = self.found(kept)
        return found

    def found(self, listed: Sequence[Key]) -> Found:
        """The same, with the lists of answers that are given."""
        grids = list(tables(self.lines))
        blocks = sorted([*((key.first, key.after) for key in listed), *((grid.first, grid.after) for grid in grids)])
        covered = {at for first, after in blocks for at in range(first, after)}
        found = [each for each in candidates(self.lines) if each.at not in covered]
        lists = [run for run in runs(self.lines) if run.first not in covered]
        answers = {each.at: each for each in answerings(self.lines, found, lists) if each.at not in covered}
        attribute(found, sorted(answers), options=False)
        attribute(found, [run.first for run in lists], options=True)
        paragraphs = sum(line.first and not line.depth for line in self.lines)
        heads = self.keyed_heads(chosen(found, paragraphs), found, listed)
        heads = [head for head in heads if not any(grid.first <= head.at < grid.after for grid in grids)]
        division = divide(self.lines, heads, blocks)
        drafts = self.drafts(division, answers, lists)
        drafts = with_keys(drafts, division, listed, self)
        rows = [self.row(row, grid) for grid in grids for row in grid.rows]
        whole = sorted([*drafts, *rows], key=lambda draft: draft.line)
        self.outside(division, bool(whole))
        return Found(
            whole,
            sorted(self.skipped, key=lambda each: each.line),
            self.notes(whole, heads, grids),
            title=division.title[:120],
        )

    def keyed_heads(self, heads: list[Candidate], found: Sequence[Candidate], listed: Sequence[Key]) -> list[Candidate]:
        """The heads; where none was found but answers are listed, the lines with their numbers."""
        if heads or not listed:
            return heads
        wanted = {number for key in listed for number, _, _ in key.answers}
        numbered = [each for each in found if each.number in wanted and each.at < listed[-1].first]
        return numbered if len(numbered) >= len(wanted) / 2 else []

    def drafts(self, division: Division, answers: dict[int, Answering], lists: Sequence[Run]) -> list[Draft]:
        """A draft for each question of the running text."""
        found: list[Draft] = []
        place = 0
        for span in division.spans:
            while place < len(lists) and lists[place].first <= span.head.at:
                place += 1
            run = lists[place] if place < len(lists) and lists[place].after <= span.after else None
            parts = take_apart(self.lines, span, answers, run)
            draft, dropped = drafted(parts, self.lines[span.head.at].number, span.topic, self.names)
            self.skipped += dropped
            mere = span.head.style.block == "term" and not span.head.asks
            found.append(replace(draft, doubts=(*draft.doubts, TERM)) if mere else draft)
        return found

    def row(self, row: Row, grid: Questions) -> Draft:
        """The draft of a row of a table."""
        topic = plain(row.cells.get("topic", ""))
        difficulty = DIFFICULTIES.get(row.cells.get("difficulty", "").casefold(), "")
        stem = markdown([row.cells["question"]], self.names)
        draft = Draft(stem, row.number, topic=topic, difficulty=Difficulty(difficulty) if difficulty else None)
        if row.cells.get("hint"):
            draft = replace(draft, hints=(markdown([row.cells["hint"]], self.names),))
        answer = row.cells.get("answer", "")
        parts = Parts(row.cells["question"], announced=bool(answer))
        if row.cells.get("explanation"):
            parts.labels["explanation"] = [row.cells["explanation"]]
        if len(row.options) < 2:  # noqa: PLR2004  one is no choice
            return with_answer(draft, parts, answer, self.names)
        parts.choices = [Choice(place, text, right=False) for place, text in enumerate(row.options)]
        key, rest, doubts = keyed(parts, answer)
        if not key and answer:
            parts.choices.insert(0, Choice(0, answer, right=True))
            key, rest, doubts = (0,), "", ()
        explanation = markdown([rest, "", *parts.labels.get("explanation", [])], self.names)
        options = tuple(Option(markdown([each.text], self.names)) for each in parts.choices)
        return replace(draft, options=options, key=key, explanation=explanation, doubts=doubts)

    def outside(self, division: Division, found: bool) -> None:  # noqa: FBT001  whether there are any questions
        """Tell what of the document became no part of a question."""
        first = division.spans[0].head.at if division.spans else len(self.lines)
        for start, after in division.outside if found else []:
            for own in by_heading(self.lines[start:after]):
                links = sum("](#" in line.text for line in own)
                why = CONTENTS if links * 2 > len(own) else BEFORE if start < first else BETWEEN
                self.skipped.append(Skipped(own[0].number, plain(own[0].said)[:WORDS], why))

    def notes(self, drafts: Sequence[Draft], heads: Sequence[Candidate], grids: Sequence[Questions]) -> tuple[str, ...]:
        """What was taken for what."""
        if not drafts:
            return (NOTHING,)
        counts = Counter(BLOCKS[head.style.block] for head in heads)
        counts["row of a table", "rows of tables"] = sum(len(grid.rows) for grid in grids)
        told = ", ".join(f"{count:,} {names[count > 1]}" for names, count in counts.most_common() if count)
        return (f"Taken for questions: {told}.",)


def by_heading(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines in stretches below a heading each, without stretches that are but a heading."""
    own: list[Line] = []
    for line in lines:
        if line.sort is Sort.HEADING:
            if any(each.sort is not Sort.HEADING for each in own):
                yield own
            own = []
        if line.sort not in {Sort.BLANK, Sort.RULE}:
            own.append(line)
    if any(each.sort is not Sort.HEADING for each in own):
        yield own


def with_keys(drafts: list[Draft], division: Division, listed: Iterable[Key], document: Document) -> list[Draft]:
    """The drafts with the answers that are listed behind them, by their numbers."""
    numbered = numbers(division.spans)
    start = 0
    for key in listed:
        stop = next((place for place, span in enumerate(division.spans) if span.head.at > key.first), len(drafts))
        waiting: dict[int, list[int]] = defaultdict(list)
        used = 0
        for place in range(start, stop):
            if drafts[place].doubts[:1] in {(NO_ANSWER,), (NO_KEY,)}:
                waiting[numbered[place]].append(place)
        for number, text, line in key.answers:
            places = waiting.get(number)
            if not places:
                document.skipped.append(
                    Skipped(line, f"{number}. {text}"[:WORDS], "no question before it has this number")
                )
                continue
            place = places.pop(0)
            drafts[place] = answered(drafts[place], text, document.names)
            used += 1
        if used * 2 < len(key.answers):
            document.idle.add(key.first)
        start = stop
    return drafts


def numbers(spans: Sequence[Span]) -> list[int]:
    """The number of each question; where it has none, its place."""
    return [place if span.head.number is None else span.head.number for place, span in enumerate(spans, 1)]


def answered(draft: Draft, text: str, names: dict[str, str]) -> Draft:
    """A draft with an answer that was listed elsewhere."""
    parts = Parts(draft.stem, announced=True)
    bare = replace(draft, doubts=tuple(each for each in draft.doubts if each not in {NO_ANSWER, NO_KEY}))
    if not draft.options:
        return with_answer(bare, parts, text, names)
    parts.choices = [Choice(place, option.text, right=False) for place, option in enumerate(draft.options)]
    key, rest, doubts = keyed(parts, text)
    explanation = "\n\n".join(part for part in (draft.explanation, markdown(rest.split("\n"), names)) if part)
    return replace(bare, key=key, explanation=explanation, doubts=(*bare.doubts, *doubts))
