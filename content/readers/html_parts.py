"""Parts of HTML as nodes of `content.markup`: what `content.readers.html` makes of single elements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from content.markup import Inline, Paragraph, Span
from content.markup.line import LOWERED, RAISED
from content.markup.nodes import Block, Break, Code, CodeBlock, Grid, Listing, Maths, MathsBlock
from content.readers.formulas import formula

_LANGUAGE = re.compile(r"\b(?:language|lang|brush)[-:]\s?([a-zA-Z0-9+#.-]{1,20})")
_ALIGNED = re.compile(r"text-align:\s*(left|right|center)")
_MOST_COLUMNS = 100


def spaced(text: str) -> str:
    """The text with each run of spaces and line ends as one space."""
    return re.sub(r"\s+", " ", text)


def blank(child: Inline) -> bool:
    """Whether a piece of a line shows nothing."""
    return isinstance(child, Break) or (isinstance(child, Span) and not child.text.strip())


def encoded(address: str) -> str:
    """The address with what would end it in Markdown encoded."""
    return re.sub(r"[\s()<>\\\"'`|]", lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), address)


def raw(element: etree._Element) -> str:
    """The text of an element as it stands, a `<br>` as a line end."""
    parts = [element.text or ""]
    for child in element.iterdescendants():
        if child.tag == "br":
            parts.append("\n")
        if isinstance(child.tag, str):
            parts.append(child.text or "")
        parts.append(child.tail or "")
    return "".join(parts).replace("\xa0", " ").replace("\r", "")


def code_block(element: etree._Element) -> list[Block]:
    """The lines of a `<pre>`; nothing where it is empty."""
    code = raw(element).removeprefix("\n").rstrip()
    inner = element.find("code")
    classes = " ".join(str(each.get("class") or "") for each in (element, inner) if each is not None)
    language = _LANGUAGE.search(classes)
    return [CodeBlock(code, language[1].lower() if language else "")] if code.strip() else []


def shifted(text: str, tag: str) -> str:
    """Raised or lowered text: in the characters that Unicode has for it, else behind a ^ or _."""
    signs = RAISED if tag == "sup" else LOWERED
    stripped = text.strip()
    if all(sign in signs for sign in stripped):
        return "".join(signs[sign] for sign in stripped)
    mark = "^" if tag == "sup" else "_"
    return f"{mark}{stripped}" if len(stripped) == 1 else f"{mark}({stripped})"


def mathml(element: etree._Element) -> Inline:
    """A formula in MathML by the LaTeX that it brings along, else by its text."""
    for each in element.iter("annotation"):
        if "tex" in str(each.get("encoding") or "").lower() and (each.text or "").strip():
            return formula(each.text or "")
    if alternative := element.get("alttext"):
        return formula(str(alternative))
    return Span(spaced("".join(map(str, element.itertext()))))


def start(element: etree._Element) -> int:
    """The number that a list begins with."""
    start = str(element.get("start") or "")
    return int(start) if element.tag == "ol" and re.fullmatch("[0-9]{1,8}", start) else 1


def simple(item: tuple[Block, ...]) -> bool:
    """Whether an item of a list needs no empty lines in it."""
    match item:
        case (Paragraph(),):
            return True
        case (Paragraph(), Listing() as inner):
            return inner.tight and inner.start == 1
        case _:
            return False


def in_line(blocks: Iterable[Block]) -> Iterator[Inline]:
    """Blocks as the one line that fits into a table."""
    for number, block in enumerate(blocks):
        if number:
            yield Span(" ")
        match block:
            case Paragraph(children):
                yield from children
            case CodeBlock(code):
                yield Code(" ".join(code.split()))
            case MathsBlock(latex):
                yield Maths(latex, display=True)
            case Listing(items):
                for place, item in enumerate(items):
                    yield Span("; " if place else "")
                    yield from in_line(item)
            case Grid(header, rows):
                yield from (child for row in (header, *rows) for cell in row for child in (*cell, Span(" ")))


def regular(table: etree._Element) -> bool:
    """Whether a table is one to read across: two columns or more, and nothing that is not in a cell."""
    parts = {None: {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"}, "tr": {"td", "th"}}
    width = 0
    for part in (
        table,
        *table.iterfind("thead"),
        *table.iterfind("tbody"),
        *table.iterfind("tfoot"),
        *table.iter("tr"),
    ):
        known = parts["tr" if part.tag == "tr" else None]
        if (part.text or "").strip() or any(child.tag not in known or (child.tail or "").strip() for child in part):
            return False
        width = max(width, len(part)) if part.tag == "tr" else width
    return 1 < width <= _MOST_COLUMNS and table.find(".//table") is None


def side(cell: etree._Element) -> str:
    """The side that a cell is set to, "" where that is not told."""
    named = str(cell.get("align") or "").lower()
    styled = _ALIGNED.search(str(cell.get("style") or ""))
    side = styled[1] if styled else named
    return side if side in {"left", "right", "center"} else ""
