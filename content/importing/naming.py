"""Ids that people can read, made of texts in any writing, and titles that remember what the ids lost."""

from __future__ import annotations

import re
from collections.abc import Container

from anyascii import anyascii

from content.markup import plain

LONGEST = 80
"""How long an id may be."""
_LONGEST_OF_STEM = 60
_LONGEST_TITLE = 120
_LONGEST_HEADING = 500
_ADDRESS = re.compile(r"\]\([^)]*\)|https?://\S+")
_APOSTROPHE = re.compile("(?<=[a-z])['’](?=[a-z])", re.IGNORECASE)
_WORD = re.compile("[a-z0-9]+")
_READABLE = re.compile(r"(?=[a-z0-9-]*[a-z]{3})([a-z]+|[0-9]+)(-([a-z]+|[0-9]+))*")
_UNCASED = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def slug(text: str, most: int = LONGEST) -> str:
    """Words of the text in small Latin letters with hyphens, whole words as far as they fit; "" where it has none."""
    plain = _APOSTROPHE.sub("", _ADDRESS.sub(" ", text[: 20 * most]))
    latin = (plain if plain.isascii() else "".join(map(_latin, plain))).lower()
    words = _WORD.findall(latin)
    made = words[0][:most] if words else ""
    for word in words[1:]:
        if len(made) + len(word) + 1 > most:
            break
        made += f"-{word}"
    return made


def slug_of_stem(stem: str) -> str:
    """The id that a question would have for its text alone; "" where nothing in it can be spelt."""
    return slug(stem, _LONGEST_OF_STEM)


def readable(own_id: str) -> bool:
    """Whether what a source calls a question will do as its id: words, not a number or a random code."""
    return len(own_id) <= LONGEST and bool(_READABLE.fullmatch(own_id))


def free(wanted: str, taken: Container[str]) -> str:
    """The id itself, or with the first number behind it that makes it a new one."""
    if wanted not in taken:
        return wanted
    number = 2
    while (numbered := f"{wanted[: LONGEST - len(str(number)) - 1].rstrip('-')}-{number}") in taken:
        number += 1
    return numbered


def title_of(text: str) -> str:
    """A heading as the title of a topic: one line, without the marks of Markdown."""
    flat = plain(text[:_LONGEST_HEADING])
    return flat if len(flat) <= _LONGEST_TITLE else flat[: _LONGEST_TITLE - 1] + "…"


def shown_as(topic: str) -> str:
    """What people are shown of a topic that has no title."""
    return topic.replace("-", " ").capitalize()


def _latin(sign: str) -> str:
    """A sign in Latin letters; one that is a word or a syllable stands apart."""
    if sign.isascii():
        return sign
    spelt = anyascii(sign)
    return f" {spelt} " if _UNCASED.match(sign) else spelt
