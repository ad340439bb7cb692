"""Words of one language: messages through gettext, and values of people and packs made safe for Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from gettext import NullTranslations

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def literal(text: str) -> str:
    """`text` as Markdown that shows exactly it: on one line, no markup, nothing invisible that turns the line round."""
    return PUNCTUATION.sub(r"\\\1", UNSEEN.sub(" ", text).strip())


class Words:
    """`words("Closed {time}", time=…)` is the message in this language; `words.many` chooses a plural form.

    Facts are put in as they are: what comes from people goes through `literal` first where the text is Markdown.
    """

    def __init__(self, translations: NullTranslations, language: str = "en") -> None:
        self.language = language
        self._translations = translations

    def __call__(self, message: str, **facts: object) -> str:
        """The message, its {placeholders} filled."""
        return self._translations.gettext(message).format_map(facts)

    def as_it_is(self, message: str) -> str:
        """The message with its placeholders unfilled."""
        return self._translations.gettext(message)

    def many(self, one: str, more: str, n: int, **facts: object) -> str:
        """The plural form for `n`, which is a fact too."""
        return self._translations.ngettext(one, more, n).format_map({"n": n, **facts})


def letter(index: int) -> str:
    """The letter of the option with this index: A for 0."""
    return chr(ord("A") + index)


def letters(indexes: tuple[int, ...]) -> str:
    """Several letters in a sentence: `A, C`."""
    return ", ".join(letter(index) for index in indexes)


def in_a_row(references: Sequence[str]) -> str:
    """Texts in one line with semicolons between them, before which no full stop stays."""
    return "; ".join([*(each.rstrip(".") for each in references[:-1]), *references[-1:]])
