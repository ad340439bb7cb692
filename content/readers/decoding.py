"""Bytes of a file that somebody brings -> its text, whatever it was written in, with what others broke repaired.

A text that is well comes out as it is, but for line ends, which are line feeds, and a byte order mark, left out.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer
from ftfy.badness import is_bad

from content.readers.draft import UnreadableError


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and sentences on what was guessed or repaired to get it."""

    text: str
    notes: tuple[str, ...] = ()


MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, longer ones before those they begin with."""
FORMS = (
    (b"%PDF", "a PDF", "save its text as a .txt or .md file"),
    (b"PK\x03\x04", "a zip archive or an office document", "unpack it, or save it as text or Markdown"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save it as text or Markdown"),
    (b"{\\rtf", "a rich text document", "save it as plain text"),
    (b"\x89PNG", "a picture", "bring the text itself"),
    (b"\xff\xd8\xff", "a picture", "bring the text itself"),
    (b"GIF8", "a picture", "bring the text itself"),
)
"""How files begin that hold no plain text: what they are and what to do."""
LEGACY = (
    *("cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "mac_roman"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949"),
)
"""What is looked for where a file is not UTF-8, by the names of Python."""
SPARSE = 0.03
"""Where fewer of the bytes than this are beyond ASCII, statistics know nothing; such files are Western as a rule."""
MISREAD = (("windows-1252", "sloppy-windows-1252"), ("Mac Roman", "mac_roman"))
"""What UTF-8 is mistaken for, as people and as Python call it; windows-1252 with the five bytes that it lacks."""
ENOUGH = 3
"""So many different characters that only come out right by a repair are no chance."""
MOST_REPAIRS = 3
SAMPLE = 2_000_000
"""Bytes by which the encoding of a long file is told."""
PUNCTUATION = re.compile("â€[\x81\x8d\x8f\x90\x9d\xa0-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
"""Quotation marks, dashes and the like whose UTF-8 was taken for windows-1252. No language writes â before €; all else
that is broken in a single place may also be meant.
"""
ASCII = frozenset(map(chr, range(128)))
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MOST_CONTROLS = 0.01
"""The share of a text's characters that may be control characters."""
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def decode(content: bytes) -> Decoded:
    """The text of a file. Raises UnreadableError where it is none, with what to do instead."""
    for start, what, remedy in FORMS:
        if content.startswith(start):
            raise UnreadableError(f"This is {what}, not a text: {remedy}.")
    text, notes = read(content)
    if len(CONTROL.findall(text)) > MOST_CONTROLS * len(text):
        raise UnreadableError("This file is not a text: it is full of control characters. Save it as plain text.")
    text, repairs = repaired(text)
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), (*notes, *repairs))


def read(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text as its bytes say it, and a note where they leave a doubt."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return strictly(content[len(mark) :], encoding), ()
    if b"\0" in content:
        return strictly(content, wide(content)), ("The file is UTF-16 without a mark that says so.",)
    try:
        return content.decode(), ()
    except UnicodeDecodeError as error:
        found = legacy(content)
        if found is None:
            line = content.count(b"\n", 0, error.start) + 1
            message = "The file is neither UTF-8 nor in another encoding that is known: save it as UTF-8."
            raise UnreadableError(message, line) from error
        note = f"The file is not UTF-8; it was read as {found}: check letters with accents, or save it as UTF-8."
        return content.decode(found), (note,)


def strictly(content: bytes, encoding: str) -> str:
    """The text in an encoding that the file itself names."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"The file says that it is {encoding.upper()} and is not: save it as UTF-8."
        raise UnreadableError(message, content.count(b"\n", 0, error.start) + 1) from error


def wide(content: bytes) -> str:
    """Which UTF-16 a file with NULs is."""
    even, odd = content[::2].count(0), content[1::2].count(0)
    half = len(content) // 2
    if max(even, odd) < half * 0.3 or min(even, odd) > half * 0.01:
        raise UnreadableError("This file is not a text: it holds NUL bytes. Save it as plain text in UTF-8.")
    return "utf-16-be" if even > odd else "utf-16-le"


def legacy(content: bytes) -> str | None:
    """The older encoding that a file is most likely in."""
    beyond = len(content.translate(None, bytes(range(128))))
    if beyond < SPARSE * len(content) and decodes(content, "cp1252"):
        return "cp1252"
    # The characters at the end of a sample may be cut in two; up to the last line end none is.
    sample = content if len(content) <= SAMPLE else content[: content.rfind(b"\n", 0, SAMPLE) + 1] or content
    found = charset_normalizer.from_bytes(sample, cp_isolation=list(LEGACY))
    matches = [match for match in found if decodes(content, match.encoding)]
    if not matches:
        return "cp1252" if decodes(content, "cp1252") else None
    best = matches[0]
    equal = [m.encoding for m in matches if (m.chaos, m.coherence) == (best.chaos, best.coherence)]
    return min(equal, key=LEGACY.index)


def decodes(content: bytes, encoding: str) -> bool:
    """Whether all of the bytes have a meaning in the encoding."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def repaired(text: str) -> tuple[str, tuple[str, ...]]:
    """The text before other programs took its UTF-8 for something else, and a note on each repair.

    The text is taken as a whole: what can be read as UTF-8 in every place was UTF-8. A text without broken places, or
    with too few to tell, is left alone.
    """
    notes: list[str] = []
    for _ in range(MOST_REPAIRS):
        if text.isascii():
            break
        whole = next((each for each in (wholly(text, *kind) for kind in MISREAD) if each), None) or piecewise(text)
        if whole is None:
            break
        text, note = whole
        notes.append(note)
    return text, tuple(notes)


def wholly(text: str, title: str, encoding: str) -> tuple[str, str] | None:
    """The text read again as UTF-8 from first to last, if it was mistaken for the encoding; None if not."""
    try:
        read_again = text.encode(encoding).decode()
    except UnicodeError:
        return None
    # Letters alone may be a word of some language: "œà" is no ψ.
    signs = any(not sign.isalpha() for sign in set(text) - ASCII)
    if not (signs and is_bad(text)) and len(set(read_again) - ASCII) < ENOUGH:
        return None
    places = len(BEYOND_ASCII.findall(text))
    amount = "1 place was" if places == 1 else f"{places:,} places were"
    return read_again, f"UTF-8 had been taken for {title}; {amount} put right."


def piecewise(text: str) -> tuple[str, str] | None:
    """The text with broken punctuation put right where it stands among well places; None if there is none."""
    fixed, places = PUNCTUATION.subn(lambda found: found[0].encode("sloppy-windows-1252").decode(), text)
    if not places:
        return None
    return fixed, f"Punctuation that another program had broken was put right; there may be more ({places:,})."
