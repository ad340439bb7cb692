"""A note of Anki as drafts, by what its kind calls its fields: two sides of a card, gaps in a text, or options."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from content.item import Kind, Picture, ShortKey
from content.markup import plain
from content.pictures import MOST_BYTES
from content.readers.anki_cards import card_draft
from content.readers.anki_cloze import gap_numbers, has_gaps, opened
from content.readers.anki_collection import Note
from content.readers.draft import Draft, Skipped
from content.readers.headings import Layout, headed, role_of
from content.readers.html import markdown_of, read_html
from content.readers.questions import RowReader
from content.readers.rows import Row

_SOUND = re.compile(r"\[sound:[^\]]*\]|\[anki:(?:play|tts)[^\]]*\].*?\[/anki:tts\]|\[anki:play[^\]]*\]", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_OWN_TAGS = frozenset({"leech", "marked"})
_TOLD_TAGS = ("topic::", "concept::", "difficulty::", "pack::")
"""What our own notes tell by tags."""
_MOST_WORDS, _LONGEST_SHORT = 5, 60
_WORDS = 60
_SIGNS = ((b"\x89PNG\r\n\x1a\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"), (b"RIFF", ".webp"))
_UNSAFE = re.compile(r"[^\w.-]+")
_CALLED = {"back extra": "explanation", "extra": "explanation", "add reverse": "", "audio": ""}


class NoteReader:
    """Reads notes of one package. `picture` gives its pictures by their names, `media` are those that drafts name."""

    def __init__(self, picture: Callable[[str], bytes]) -> None:
        self.picture = picture
        self._lost: Counter[str] = Counter()
        self._names: dict[str, str] = {}
        self.media: dict[str, bytes] = {}

    def notes(self) -> Iterator[str]:
        """What was left out of the notes that were read."""
        for what, count in self._lost.items():
            yield f"{what}: {count:,}"

    def read(self, note: Note) -> Iterator[Draft | Skipped]:
        """The drafts of a note: one, or one for each number of its gaps."""
        fields = {name: self._silent(html) for name, html in note.fields.items()}
        filled = {name: html for name, html in fields.items() if _says(html)}
        gapped = next((name for name, html in filled.items() if has_gaps(html)), None)
        if not filled:
            yield Skipped(0, note.guid, "this note is empty but for sounds")
        elif card := card_draft(note):
            yield self._framed(self._drawn(card, read_html(note.fields["Picture"]).pictures), note)
        elif gapped:
            yield from self._gaps(note, filled, gapped)
        elif layout := _optioned(note):
            yield self._framed(self._options(note, fields, layout), note)
        else:
            yield self._sides(note, filled)

    def _silent(self, html: str) -> str:
        text, count = _SOUND.subn("", html)
        if count:
            self._lost["sounds, which items do not have"] += count
        return text

    def _framed(self, draft: Draft | Skipped, note: Note) -> Draft | Skipped:
        if isinstance(draft, Skipped):
            return draft
        tags = tuple(tag for tag in note.tags if tag.lower() not in _OWN_TAGS and not tag.startswith(_TOLD_TAGS))
        return replace(
            draft,
            own_id=draft.own_id or note.guid,
            topic=draft.topic or _topic(note.deck),
            tags=(*draft.tags, *tags),
        )

    def _options(self, note: Note, fields: dict[str, str], layout: Layout) -> Draft | Skipped:
        """A note of a kind that has options: its fields are like the cells of a table."""
        row = Row(0, tuple(fields[name] for name in note.fields))
        return RowReader(layout, [row], html=True).read(row)

    def _sides(self, note: Note, filled: dict[str, str]) -> Draft | Skipped:
        """A note of a question and an answer; what other fields hold is explanation."""
        front, back = _two_sides(filled)
        if not back:
            what = plain(markdown_of(filled[front]))[:_WORDS]
            return Skipped(0, what, "this note has only one field that is not empty: there is no answer to it")
        question, answer = read_html(filled[front]), read_html(filled[back])
        rest = {name: html for name, html in filled.items() if name not in {front, back}}
        doubts = [] if role_of(front) or note.form.startswith("Basic") else [_taken(front, back)]
        stem = question.markdown
        if not stem:
            stem = "What is shown here?"
            doubts.append("its question is a picture without words.")
        if not answer.markdown:
            doubts.append("its answer is a picture: write down what it shows.")
        elif answer.pictures:
            doubts.append("a picture of its answer is left out: an item shows its picture with the question.")
        draft = Draft(stem=stem, answer=answer.markdown, doubts=tuple(doubts))
        return self._framed(self._drawn(_explained(draft, rest), question.pictures), note)

    def _gaps(self, note: Note, filled: dict[str, str], gapped: str) -> Iterator[Draft | Skipped]:
        rest = {name: html for name, html in filled.items() if name != gapped}
        numbers = gap_numbers(filled[gapped])
        for number in numbers:
            gaps = opened(filled[gapped], number)
            passage = read_html(gaps.text)
            draft = Draft(stem=passage.markdown, own_id=note.guid if len(numbers) == 1 else f"{note.guid}-c{number}")
            draft = _filled(draft, [markdown_of(filling) for filling in gaps.fillings])
            yield self._framed(self._drawn(_explained(draft, rest), passage.pictures), note)

    def _drawn(self, draft: Draft, pictures: Sequence[Picture]) -> Draft:
        """The draft with the first of its pictures that can be shown."""
        for place, picture in enumerate(pictures):
            if name := self._kept(picture.path):
                more = len(pictures) - place - 1
                doubt = (f"{more} more of its pictures left out: an item has one.",) if more else ()
                return replace(draft, picture=Picture(name, picture.alt or name), doubts=(*draft.doubts, *doubt))
            self._lost["pictures that are not in the package, or of a form that is not shown"] += 1
        lost = ("its picture is left out.",) if pictures else ()
        return replace(draft, doubts=(*draft.doubts, *lost))

    def _kept(self, source: str) -> str:
        """The name under which the picture is among the media, "" where it cannot be shown."""
        if source in self._names:
            return self._names[source]
        content = self.picture(source) or self.picture(unquote(source))
        suffix = next((suffix for sign, suffix in _SIGNS if content.startswith(sign)), "")
        name = ""
        if suffix and len(content) <= MOST_BYTES:
            stem = (
                _UNSAFE.sub("-", unquote(source).rpartition("/")[2].rpartition(".")[0]).strip(".-")[-60:] or "picture"
            )
            name = f"{stem}{suffix}"
            while name in self.media and self.media[name] != content:
                name = f"{stem}-{len(self.media)}{suffix}"
            self.media[name] = content
        self._names[source] = name
        return name


def _says(html: str) -> bool:
    """Whether there is more in the field than marks."""
    return bool(unescape(_TAG.sub("", html)).strip()) or "<img" in html.lower()


def _taken(front: str, back: str) -> str:
    return f"the field {front} was taken for the question, {back} for the answer."


def _optioned(note: Note) -> Layout | None:
    """The layout of a kind of note with options, by the names of its fields."""
    layout = headed([Row(0, tuple(note.fields))])
    return layout if layout and layout.options else None


def _two_sides(filled: dict[str, str]) -> tuple[str, str]:
    """The fields with the question and with the answer, by their names, else by their order."""
    named = {role: name for name in reversed(filled) if (role := _role(name))}
    front = named.get("question") or next(iter(filled))
    others = [name for name in filled if name != front]
    plainly = [name for name in others if _role(name) not in {"explanation", "hint", "reference", "id", "topic"}]
    back = named.get("answer") or named.get("key") or next(iter(plainly or others), "")
    return front, back if back != front else next(iter(others), "")


def _role(name: str) -> str:
    return _CALLED.get(name.casefold().strip(), role_of(name))


def _explained(draft: Draft, rest: dict[str, str]) -> Draft:
    """The draft with what the other fields say; those whose name says nothing to people stand behind it."""
    hints: list[str] = []
    references: list[str] = []
    passages: list[str] = []
    for name, html in rest.items():
        text = markdown_of(html)
        role = _role(name)
        if not text or role in {"id", "number", "picture", "time", "points"}:
            continue
        if role == "hint":
            hints.append(text)
        elif role == "reference":
            references.append(plain(text))
        else:
            passages.append(text if role == "explanation" else f"{markdown_of(name)}: {text}")
    return replace(draft, explanation="\n\n".join(passages), hints=tuple(hints), references=tuple(references))


def _filled(draft: Draft, fillings: Sequence[str]) -> Draft:
    """A gap filled with a word or two is typed; everything else is talked over."""
    texts = list(dict.fromkeys(filling for filling in fillings if filling))
    if len(texts) == 1:
        word = plain(texts[0])
        if len(word) <= _LONGEST_SHORT and len(word.split()) <= _MOST_WORDS and "$" not in texts[0]:
            return replace(draft, kind=Kind.SHORT, short=ShortKey((word,)))
    return replace(
        draft, kind=Kind.OPEN, answer="\n".join(f"- {text}" for text in texts) if texts[1:] else "".join(texts)
    )


def _topic(deck: str) -> str:
    last = deck.rpartition("::")[2].strip()
    return "" if last.casefold() in {"default", "standard"} else last
