r"""Markdown of cards -> HTML as Anki shows it: maths for its MathJax, and nothing that it would read as its own mark.

Anki finds marks in the text of a field: `[sound:…]` and `[latex]` by the bracket, `\(` and `\[` by the backslash.
https://docs.ankiweb.net/math.html, https://docs.ankiweb.net/templates/fields.html.
"""

from __future__ import annotations

from html import escape

from content.markup import visible
from content.writers.passages import Passages


def html_of(markdown: str) -> str:
    """The passage as HTML; one paragraph alone has no element around it."""
    return _PASSAGES.html(markdown)


def literal_html(text: str) -> str:
    """Plain text as HTML that shows exactly it."""
    return _unmarked(escape(visible(text)).replace("\\", "\\<span></span>"))


def _unmarked(html: str) -> str:
    return html.replace("[", "&#91;")


def _code(text: str) -> str:
    return _unmarked(escape(visible(text)))


def _maths(latex: str, display: bool) -> str:  # noqa: FBT001  as `Passages` calls it
    inner = _unmarked(escape(visible(latex).strip()))
    return f"\\[{inner}\\]" if display else f"\\({inner}\\)"


_PASSAGES = Passages(literal_html, _code, _maths, lambda href: _unmarked(escape(href)))
