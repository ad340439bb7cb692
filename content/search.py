"""What is searched in items, and how: words in any form and order, in any language.

SQLite's full-text search (FTS5, https://www.sqlite.org/fts5.html) finds English words by their stems (Porter 1980, "An
algorithm for suffix stripping") and ranks by BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework:
BM25 and Beyond"). It parts words at spaces, which Chinese and Japanese have none of: there each character counts as a
word, and those that stand together are looked for together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from content.item import Item

TABLE = (
    "CREATE VIRTUAL TABLE words USING fts5"
    "(stem, about, rest, content = '', tokenize = 'porter unicode61 remove_diacritics 2')"
)
RANK = "bm25(words, 8.0, 4.0, 1.0)"
"""What a question asks says most about it, then what it is filed under, then all else that it tells."""
MOST_WORDS = 12

_ALONE = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
_WORD = re.compile(r"\w+")


def texts_of(item: Item) -> tuple[str, str, str]:
    """What is searched of an item, by the columns of the table. Marks of Markdown stay: no word has any."""
    others = item.translations.values()
    stems = (item.stem, *(each.stem for each in others))
    about = (item.id, item.concept, item.topic, *item.tags)
    rest = (
        *(option.text for option in item.options),
        *(option.text for each in others for option in each.options),
        *(item.short.accepted if item.short else ()),
        item.open.reference if item.open else "",
        item.explanation,
        *(text for each in others for text in (each.explanation, each.reference)),
    )
    return _joined(stems), _joined(about), _joined(rest)


def expressions(text: str) -> tuple[str, ...]:
    """What to look for, the strictest first: all words of the text, the last of which may go on; then any of them.

    () where there is no word in it.
    """
    phrases = [_phrase(word) for word in _WORD.findall(text)[:MOST_WORDS]]
    if not phrases:
        return ()
    begun = [*phrases[:-1], f"{phrases[-1]} *"]
    return " AND ".join(begun), " OR ".join(begun)


def _phrase(word: str) -> str:
    return f'"{_apart(word).strip()}"'


def _joined(texts: Iterable[str]) -> str:
    return _apart("\n".join(filter(None, texts)))


def _apart(text: str) -> str:
    return _ALONE.sub(r" \1 ", text)
