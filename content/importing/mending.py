"""Texts from elsewhere, made such that cards show them: no characters that hide, no formatting that is not shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from content.item import Option, ShortKey, Translation
from content.markup import literal
from content.markup.authoring import FORMATTING, wide_reader
from content.markup.reading import with_maths
from content.readers.draft import Draft
from content.readers.html import markdown_of
from content.sense import markdown_faults
from content.tree import HIDDEN

_MORE = "\n\n…"


def cleaned(text: str) -> str:
    """The text with plain line ends and without characters that no pack may hold."""
    return HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def mended(text: str) -> str:
    """The text as it is where cards can show it; else what it says in their Markdown, without what they do not have."""
    if not text or not markdown_faults(text):
        return text
    told = cleaned(markdown_of(_renderer().render(text)))
    return literal(text) if markdown_faults(told) or not told else told


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    """What turns Markdown of any kind into HTML for `markdown_of`: formulas in its form, tags that are text as text."""
    made = with_maths(MarkdownIt("commonmark").enable("table"))
    rules: dict[str, tuple[str, str]] = {
        "math_inline": (r"\(", r"\)"),
        "math_inline_double": (r"\[", r"\]"),
        "math_block": (r"<p>\[", r"\]</p>"),
    }
    for name, (opening, closing) in rules.items():
        made.add_render_rule(name, _formula_rule(opening, closing))
    for name in ("html_inline", "html_block"):
        made.add_render_rule(name, _tag_rule)
    return made


def _formula_rule(opening: str, closing: str) -> Callable[..., str]:
    def rule(_: object, tokens: Sequence[Token], at: int, *__: object) -> str:
        return f"{opening}{escapeHtml(tokens[at].content.strip())}{closing}"

    return rule


def _tag_rule(_: object, tokens: Sequence[Token], at: int, *__: object) -> str:
    content = tokens[at].content
    return content if FORMATTING.search(content) else escapeHtml(content)


def shortened(text: str, most: int) -> str:
    """As many whole paragraphs, lists and tables of the text as fit into `most` characters, and an ellipsis."""
    lines = text.split("\n")
    fitting = ""
    for token in wide_reader().parse(text):
        if token.level == 0 and token.map:
            part = "\n".join(lines[: token.map[1]]).rstrip()
            if len(part) + len(_MORE) > most:
                break
            fitting = part
    return fitting + _MORE if fitting else ""


def mended_draft(draft: Draft, doubts: list[str]) -> Draft:
    """The draft with texts that cards can show, and a doubt where that took something away."""

    def text(found: str) -> str:
        clean = cleaned(found)
        made = mended(clean)
        if made != clean:
            doubts.append("formatting that cards do not show was taken out: compare it with the source.")
        return made

    def texts(found: Iterable[str]) -> tuple[str, ...]:
        return tuple(part for part in map(text, found) if part)

    return replace(
        draft,
        stem=text(draft.stem),
        options=tuple(Option(text(option.text), text(option.reason)) for option in draft.options),
        short=draft.short and ShortKey(_terms(draft.short.accepted), _terms(draft.short.confusable)),
        answer=text(draft.answer),
        rubric=texts(draft.rubric),
        explanation=text(draft.explanation),
        hints=texts(draft.hints),
        topic=cleaned(draft.topic),
        concept=cleaned(draft.concept),
        translations={language: translated(part, text) for language, part in draft.translations.items()},
    )


def put_together(draft: Draft) -> Draft:
    """The draft with its stems and its answer mended once more, as they may hold options now."""
    stems = {language: replace(part, stem=mended(part.stem)) for language, part in draft.translations.items()}
    return replace(draft, stem=mended(draft.stem), answer=mended(draft.answer), translations=stems)


def _terms(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(term for term in map(cleaned, found) if term)


def translated(part: Translation, text: Callable[[str], str]) -> Translation:
    """The translation with `text` done to each of its texts."""
    return Translation(
        stem=text(part.stem),
        options=tuple(Option(text(option.text), text(option.reason)) for option in part.options),
        explanation=text(part.explanation),
        hints=tuple(map(text, part.hints)),
        accepted=tuple(map(cleaned, part.accepted)),
        reference=text(part.reference),
        rubric=tuple(map(text, part.rubric)),
        picture_alt=cleaned(part.picture_alt),
    )
