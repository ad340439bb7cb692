"""Question documents inside the data of a web page: as JSON, or as an HTML page with JSON in a script.

Pages made by Nuxt, Next and their like carry what they show as data; a document of questions is one of its texts. Two
documents of as many questions in two writings are one bank in two languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any

from content.item import Translation
from content.readers.decoding import decode
from content.readers.devalue import DevalueError, texts
from content.readers.documents import read_document
from content.readers.draft import Draft, Found, Source, UnreadableError

LEAST = 400
"""A shorter text is no document."""
FEWEST = 2
ADDRESS = re.compile(r"https?://[^\s)\]>]+")
WRITINGS = (("ja", "\u3040-\u30ff"), ("ko", "\uac00-\ud7af"), ("zh", "\u4e00-\u9fff"), ("ru", "\u0400-\u04ff"))
"""Languages that are told by their letters, the surest first."""


@dataclass(frozen=True, slots=True)
class PayloadReader:
    """Reads the documents among the texts of a page's data."""

    name: str = "page-data"
    title: str = "data of a web page"

    def likeness(self, source: Source) -> int:
        """Likely, where a list begins as devalue's do, or a page has such a script."""
        start = source.content[:200_000].lstrip(b"\xef\xbb\xbf \r\n\t")
        if start.startswith((b'[{"data":', b'[["', b'[{"')) and b'Reactive"' in start[:400]:
            return 90
        return 80 if b"__NUXT_DATA__" in start or b"__NEXT_DATA__" in start else 0

    def read(self, source: Source) -> Found:
        """The questions of all documents in it; translations stand with what they translate."""
        decoded = decode(source.content)
        documents = [
            found
            for text in _texts(decoded.text)
            if len(text) >= LEAST and "\n" in text and len((found := read_document(text)).drafts) >= FEWEST
        ]
        if not documents:
            raise UnreadableError("none of the texts in this page's data is a document of questions")
        joined = _joined(documents)
        return replace(joined, notes=[*decoded.notes, *joined.notes])


READER = PayloadReader()


def language_of(drafts: Sequence[Draft]) -> str:
    """The language of some questions as far as their letters tell it, "" where they do not."""
    told = "".join(f"{each.stem}{each.answer}" for each in drafts)
    for language, letters in WRITINGS:
        if len(re.findall(f"[{letters}]", told)) * 10 > len(told):
            return language
    return ""


def _texts(text: str) -> Iterator[str]:
    for value in _values(text):
        if isinstance(value, list):
            try:
                yield from texts(value)
            except DevalueError:
                yield from _walked(value)
        else:
            yield from _walked(value)


def _values(text: str) -> Iterator[Any]:
    """The JSON values of a file: itself, or those of the scripts in it."""
    for part in (text,) if text.lstrip()[:1] in ("[", "{") else _scripts(text):
        try:
            yield json.JSONDecoder().raw_decode(part.strip())[0]
        except (ValueError, RecursionError):
            continue


def _walked(value: Any) -> Iterator[str]:  # noqa: ANN401  JSON
    """Every text in plain JSON."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case list(parts):
                waiting += reversed(parts)
            case dict(parts):
                waiting += reversed(parts.values())


class _Scripts(HTMLParser):
    """Gathers the JSON in the scripts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found = list[str]()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A script of JSON begins."""
        self._inside = tag == "script" and "json" in (dict(attrs).get("type") or "")

    def handle_endtag(self, tag: str) -> None:
        """And ends."""
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        """What stands in it."""
        if self._inside:
            self.found.append(data)


def _scripts(text: str) -> list[str]:
    parser = _Scripts()
    parser.feed(text)
    return parser.found


def _joined(documents: Sequence[Found]) -> Found:
    """The documents as one: a bank, with its translations where they pair."""
    languages = [language_of(each.drafts) for each in documents]
    first = next((at for at, language in enumerate(languages) if not language), 0)
    bank, notes = documents[first], list[str]()
    drafts = list(bank.drafts)
    skipped = list(bank.skipped)
    for at, (found, language) in enumerate(zip(documents, languages, strict=True)):
        if at == first:
            continue
        if len(found.drafts) == len(bank.drafts) and language != languages[first]:
            drafts = [_paired(own, other, language or "en") for own, other in zip(drafts, found.drafts, strict=True)]
            notes.append(f"{len(drafts)} questions are there in two languages; they were paired by their sequence")
        else:
            drafts += found.drafts
            skipped += found.skipped
            notes.append(
                f"another document of {len(found.drafts)} questions pairs with none; they follow by themselves"
            )
    return Found(drafts, skipped, [*bank.notes, *notes], language=languages[first], title=bank.title)


def _paired(own: Draft, other: Draft, language: str) -> Draft:
    """The draft with what the other says in its language."""
    translation = Translation(
        other.stem, other.options, other.explanation, other.hints, reference=other.answer, rubric=other.rubric
    )
    doubts = own.doubts
    if _addresses(own) != _addresses(other):
        doubts = (*doubts, f"its translation ({language}) names other addresses: is it the same question?")
    return replace(own, translations={**own.translations, language: translation}, doubts=doubts)


def _addresses(draft: Draft) -> set[str]:
    return set(ADDRESS.findall(f"{draft.stem}\n{draft.answer}"))
