"""What readers take and give: a source file in, drafts of questions out. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from content.item import Difficulty, Item, Kind, NumericKey, OpenKey, Option, Picture, ShortKey, Translation


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `name` is its path inside what is imported, with forward slashes: `quiz.gift`, `week-1/a.md`."""

    name: str
    content: bytes

    @property
    def suffix(self) -> str:
        """What the name ends in, in small letters: ".gift", "" where it has none."""
        stem, dot, end = self.name.rpartition("/")[2].rpartition(".")
        return f".{end.lower()}" if dot and stem else ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as it was found, before it is an item. Texts are the Markdown of `content.markup`.

    `line` is where it begins in its file (1-based, 0 where the format has no lines). `own_id` is what the source calls
    it, where a later version of the source calls it the same; "" otherwise, also for mere numbers in a list.
    `kind` is None where the source does not say; the importer decides by what there is. `key` holds indexes into
    `options`; it is empty where no key was found. `answer` is a reference answer for people to compare with.
    `topic`, `concept` are as the source writes them (a heading, a category). `picture` names a file of `Found.media`.
    `translations` are by language code. `doubts` are sentences on what was guessed, for a person to check.
    """

    stem: str
    line: int = 0
    own_id: str = ""
    kind: Kind | None = None
    options: tuple[Option, ...] = ()
    key: tuple[int, ...] = ()
    numeric: NumericKey | None = None
    short: ShortKey | None = None
    answer: str = ""
    rubric: tuple[str, ...] = ()
    explanation: str = ""
    hints: tuple[str, ...] = ()
    topic: str = ""
    concept: str = ""
    difficulty: Difficulty | None = None
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    picture: Picture | None = None
    translations: Mapping[str, Translation] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def draft_of(item: Item, line: int = 0) -> Draft:
    """An item of ours as a draft; its pack is none of its name."""
    known = item.open or OpenKey("")
    return Draft(
        stem=item.stem,
        line=line,
        own_id=item.id.rpartition("/")[2],
        kind=item.kind,
        options=item.options,
        key=item.key,
        numeric=item.numeric,
        short=item.short,
        answer=known.reference,
        rubric=known.rubric,
        explanation=item.explanation,
        hints=item.hints,
        topic=item.topic,
        concept=item.concept,
        difficulty=item.difficulty,
        tags=item.tags,
        references=item.references,
        picture=item.picture,
        translations=item.translations,
    )


@dataclass(frozen=True, slots=True)
class Skipped:
    """A piece of a file that became no draft: where it begins, its first words, and why, for people."""

    line: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader found in a file, in the order of the file. `notes` are sentences on the file as a whole (what was
    repaired, what was taken for what); `media` are pictures by the names that drafts use; `topics` are titles of topics
    by what drafts call them, where that is an id; `language`, `title` and `licence` are "" where the source does not
    tell them.
    """

    drafts: Sequence[Draft]
    skipped: Sequence[Skipped] = ()
    notes: Sequence[str] = ()
    media: Mapping[str, bytes] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    title: str = ""
    licence: str = ""


class UnreadableError(Exception):
    """The file cannot be read at all. `line` is where (1-based, 0 where that is unknown); the text says what is wrong
    and what to do now, for people.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class Reader(Protocol):
    """A way to read files of one form. Reading starts no process, opens no connection and writes no file."""

    @property
    def name(self) -> str:
        """What `--format` calls it: small letters and hyphens, `moodle-xml`."""

    @property
    def title(self) -> str:
        """What people call it: `Moodle XML`."""

    def likeness(self, source: Source) -> int:
        """How surely the file is of this form, from 0 to 100 (its signature is there). Quick, and raises nothing."""

    def read(self, source: Source) -> Found:
        """All questions of the file. Raises UnreadableError where there is no sense in it."""
