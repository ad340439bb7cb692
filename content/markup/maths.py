"""LaTeX -> MathML for a page, and -> one line of Unicode for where only text fits.

Both walk the tree that latex2mathml reads, so that what can be shown in one form can be shown in the other. Nothing of
that tree is written but elements and attributes of MathML Core that only lay out: no links, styles, classes, ids.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from xml.etree.ElementTree import Element

LONGEST = 2000
"""Characters of LaTeX in one formula; a longer one is shown as its source."""
DEEPEST = 60
"""How deep the elements of a formula may be nested: far beyond what can be read, well within what can be walked."""

# fmt: off
ELEMENTS = frozenset({"math", "mrow", "mi", "mn", "mo", "mtext", "ms", "mspace", "msup", "msub", "msubsup", "mfrac",
    "msqrt", "mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom",
    "menclose", "mmultiscripts", "mprescripts", "none"})
ATTRIBUTES = frozenset({"mathvariant", "stretchy", "fence", "separator", "form", "lspace", "rspace", "accent",
    "accentunder", "largeop", "movablelimits", "symmetric", "minsize", "maxsize", "displaystyle", "scriptlevel",
    "columnalign", "columnspacing", "rowspacing", "columnlines", "rowlines", "linethickness", "width", "height",
    "depth", "notation"})
# fmt: on
FORBIDDEN = re.compile(r"\\(href|style|class|cssId|unicode|require|def|newcommand|input|include)(?![A-Za-z])")
PARTS = {"mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "mover": 2, "munder": 2, "munderover": 3, "mroot": 2}
NUMBERED = re.compile(r"(\\(?:begin|end)\{(?:align|equation|gather))\}")
INCOMPLETE = "something is missing in it, such as a brace, an exponent or an argument"
PLAIN_VALUE = re.compile(r"[a-zA-Z0-9 .+-]{0,40}")


class MathsError(ValueError):
    """A formula that cannot be read; `str()` says why, for its author."""


@lru_cache(maxsize=2048)
def read_maths(latex: str, display: bool = False) -> Element:  # noqa: FBT001, FBT002  as the page and the cache pass it
    """The formula as a tree of MathML; raises MathsError with the reason where there is none."""
    check_source(latex)
    # Only a card with a formula pays for the library's tables.
    from latex2mathml.converter import convert_to_element  # noqa: PLC0415

    # The library raises whatever its parser runs into.
    try:
        tree: Element = convert_to_element(NUMBERED.sub(r"\1*}", latex), display="block" if display else "inline")
    except Exception as error:
        raise MathsError(INCOMPLETE) from error
    check_tree(tree)
    return tree


def check_source(latex: str) -> None:
    """Refuse before reading what is too long, too deep, not closed or not for formulas."""
    if len(latex) > LONGEST:
        raise MathsError(f"it is longer than {LONGEST:,} characters")
    forbidden = FORBIDDEN.search(latex)
    if forbidden:
        raise MathsError(f"{forbidden[0]} is not supported")
    depth = 0
    for mark in re.findall(r"\\.|[{}]", latex, re.DOTALL):
        depth += (mark == "{") - (mark == "}")
        if depth < 0:
            raise MathsError("a closing brace } has no opening one")
    if depth:
        raise MathsError("an opening brace { is never closed")


def check_tree(tree: Element) -> None:
    """Refuse a tree that is too deep, has parts missing or holds commands that were not understood."""
    level = [tree]
    for _ in range(DEEPEST):
        for element in level:
            check_element(element)
        level = [child for element in level for child in element]
    if level:
        raise MathsError("its parts are nested too deep")


def check_element(element: Element) -> None:
    """Refuse an element without all its parts and a command that was not understood."""
    text = html.unescape(element.text or "")
    if text.startswith("\\") and len(text) > 1 and element.tag != "mtext":
        raise MathsError(f"{text} is not a command that is known here")
    if element.tag in PARTS and len(element) != PARTS[element.tag]:
        raise MathsError(INCOMPLETE)


@lru_cache(maxsize=2048)
def mathml(latex: str, display: bool = False) -> str:  # noqa: FBT001, FBT002  the same
    """A `<math>` element, safe to put into a page; a formula that cannot be read becomes its source in `<code>`."""
    try:
        tree = read_maths(latex, display)
    except MathsError:
        return f"<code>{html.escape(latex)}</code>"
    return "".join(written(tree))


def written(element: Element) -> Iterable[str]:
    """An element and what is in it, as far as both are on the list; of an element that is not, only what is in it."""
    known = element.tag in ELEMENTS
    if known:
        kept = {
            name: value for name, value in element.attrib.items() if name in ATTRIBUTES and PLAIN_VALUE.fullmatch(value)
        }
        if element.tag == "math":
            kept = {"display": element.get("display") or "inline"}
        pairs = "".join(f' {name}="{html.escape(value)}"' for name, value in kept.items())
        yield f"<{element.tag}{pairs}>"
    yield html.escape(html.unescape(element.text or ""))
    for child in element:
        yield from written(child)
    if known:
        yield f"</{element.tag}>"
