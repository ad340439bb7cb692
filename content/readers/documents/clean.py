"""What stands in an answer without being part of it: captions of pictures that are gone, page numbers, advertising."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from content.readers.documents.lines import Line, Sort
from content.readers.documents.words import ADVERTISING, CAPTION, LETTERED_CAPTION, OF_A_PICTURE, PAGE
from content.readers.draft import Skipped

GAP = 3
"""So many blank lines one after the other are where a picture was, or a page ended."""
SHORT, LONG = 6, 300
ADDRESS_ONLY = re.compile(r"\s*<?https?://\S+>?\s*")
WHY_CAPTION = "a caption of a picture that is not there, or where it was taken from"
WITHIN_PAGE = re.compile(r"[*_\s]*\[[^\[\]]*\]\(#[^()\s]*\)[*_\s]*")
WHY_WITHIN = "a link to another place of the document"
WHY_PAGE = "a page number"
WHY_ADVERTISING = "advertising"
WHY_PICTURE = "it is about a picture that is not there"


@dataclass(slots=True)
class Chunk:
    """Lines without a blank one between them: from line to before line; whether a gap is above them."""

    first: int
    after: int
    gap: bool


def chunks(lines: Sequence[Line]) -> list[Chunk]:
    """The lines in chunks; code is one with what stands right at it."""
    found: list[Chunk] = []
    blank = 0
    for at, line in enumerate(lines):
        if line.sort in {Sort.BLANK, Sort.RULE}:
            blank += 1
            continue
        if found and found[-1].after == at:
            found[-1].after = at + 1
        else:
            found.append(Chunk(at, at + 1, blank >= GAP))
        blank = 0
    return found


def cleaned(lines: Sequence[Line]) -> tuple[list[Line], list[Skipped]]:
    """The lines of an answer without what is no part of it, and what that was."""
    found = chunks(lines)
    dropped: list[Skipped] = []
    gone: set[int] = set()
    adrift = credited = kept = False
    captioned = max((place for place, chunk in enumerate(found) if CAPTION.fullmatch(said(lines, chunk))), default=0)
    end = max((place for place, chunk in enumerate(found) if not aside(said(lines, chunk))), default=0)
    for place, chunk in enumerate(found):
        adrift = adrift or chunk.gap
        text = said(lines, chunk)
        why = reason(
            lines, chunk, text, adrift=adrift, kept=kept, last=place >= end, table=after_table(lines, found, place)
        )
        lettered = adrift and place < captioned and LETTERED_CAPTION.fullmatch(text)
        if not why and (lettered or (credited and ADDRESS_ONLY.fullmatch(text))):
            why = WHY_CAPTION
        if not why and gone and goes_on(lines, found, place, gone):
            why = WHY_PICTURE
        if why:
            gone |= set(range(chunk.first, chunk.after))
            dropped.append(Skipped(lines[chunk.first].number, text[:80], why))
        else:
            adrift, kept = False, True
        credited = bool(why) and text.rstrip().endswith((":", "："))
    return [line for at, line in enumerate(lines) if at not in gone], dropped


def said(lines: Sequence[Line], chunk: Chunk) -> str:
    """The text of a chunk."""
    return "\n".join(line.text.strip() for line in lines[chunk.first : chunk.after])


def reason(lines: Sequence[Line], chunk: Chunk, text: str, *, adrift: bool, kept: bool, last: bool, table: bool) -> str:
    """Why a chunk is no part of an answer; empty where it is one. `kept`: something before it is one."""
    own = lines[chunk.first : chunk.after]
    if any(line.sort is not Sort.TEXT for line in own) or len(text) > LONG:
        return ""
    if WITHIN_PAGE.fullmatch(text) or (CAPTION.fullmatch(text) and len(own) <= GAP):
        return WHY_WITHIN if WITHIN_PAGE.fullmatch(text) else WHY_CAPTION
    if adrift and (PAGE.fullmatch(text) or OF_A_PICTURE.match(text)):
        return WHY_PAGE if PAGE.fullmatch(text) else WHY_PICTURE
    if label_like(text) and ((adrift and kept) or (last and table and not text.startswith("**"))):
        return WHY_CAPTION
    if last and chunk.first and ADVERTISING.search(text) and ("http" in text or "](" in text):
        return WHY_ADVERTISING
    return ""


def aside(text: str) -> bool:
    """Whether a text is a caption or the number of a page."""
    return bool(CAPTION.fullmatch(text) or PAGE.fullmatch(text))


def label_like(text: str) -> bool:
    """Whether a text is a few words without a sentence, as under a picture."""
    bare = text.strip("*_ \n")
    words = bare.split()
    if not words or len(words) > SHORT or bare[-1] in ".?!:;,。？！：" or any(sign in bare for sign in "`$[]<>|=\\"):
        return False
    return not re.match(r"[-*+•]|\d+[.)]", bare) and all(word[0].isupper() for word in words if len(word) > GAP)


def after_table(lines: Sequence[Line], found: Sequence[Chunk], place: int) -> bool:
    """Whether the chunk before is a table."""
    return place > 0 and lines[found[place - 1].after - 1].sort is Sort.TABLE


def goes_on(lines: Sequence[Line], found: Sequence[Chunk], place: int, gone: set[int]) -> bool:
    """Whether a chunk is the other half of a sentence that was dropped and that a page break had cut."""
    before = found[place - 1]
    if before.first not in gone:
        return False
    return said(lines, before)[-1:].isalpha() and said(lines, found[place])[:1].islower()
