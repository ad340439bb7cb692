"""HTML of other products as Markdown of `content.markup`: what it says stays, what it does is dropped.

Paragraphs, lists, tables, code, emphasis, links and formulas are kept. Scripts, styles, forms, embedded pages, sound
and films are left out with what is in them. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

from lxml import etree

from content.item import Picture
from content.markup import Document, Inline, Link, MathsBlock, Paragraph, Span, Strong, literal, written
from content.markup.nodes import Block, Break, Code, Emphasis, Grid, Listing, Maths
from content.readers.formulas import BARRIER, formula, with_formulas
from content.readers.html_parts import (
    blank,
    code_block,
    encoded,
    in_line,
    mathml,
    raw,
    regular,
    shifted,
    side,
    simple,
    spaced,
    start,
)


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_DROPPED = _words(
    "script style head title template iframe frame object embed applet audio video canvas svg input button select"
    " textarea datalist progress meter map noframes noembed rp"
)
_MARKS: dict[str, type[Strong | Emphasis]] = {
    **dict.fromkeys(("b", "strong"), Strong),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), Emphasis),
}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "legend", "caption"})
_BLOCKS = _words(
    "p div section article header footer main aside nav figure figcaption blockquote address center dl dd details form"
    " fieldset body html table thead tbody tfoot tr td th li hr"
)
_CODE = frozenset({"code", "tt", "kbd", "samp"})
_SINGLE = re.compile(r"(?:<p\b[^<>]*>)?([^<]*)(?:<br ?/?>)?(?:</p>)?", re.IGNORECASE)
"""A text in one paragraph, or none."""
_SPECIAL = frozenset("\\$[")
"""What formulas begin with."""
_FORMULA = re.compile(r"tex|math|wiris|equation", re.IGNORECASE)
_DEEPEST = 60
"""Elements nested deeper than this are only their text."""
_DEEPEST_LIST = 4


@dataclass(frozen=True, slots=True)
class Passage:
    """What a piece of HTML says, and the pictures in it in order: their addresses as written, and their alt texts."""

    markdown: str
    pictures: tuple[Picture, ...] = ()


def markdown_of(html: str) -> str:
    """The Markdown that says what the HTML says; a picture is its alt text. Raises nothing, whatever the HTML is."""
    plain = _plain(html)
    return literal(plain) if plain is not None else written(_Reading().document(html))


def read_html(html: str) -> Passage:
    """The same with the pictures taken out of the text, for a reader that has them."""
    plain = _plain(html)
    if plain is not None:
        return Passage(literal(plain))
    reading = _Reading(taking=True)
    markdown = written(reading.document(html))
    return Passage(markdown, tuple(reading.pictures))


def _plain(html: str) -> str | None:
    """The text of HTML that is only a text, as most of it is; None where it may be more."""
    single = _SINGLE.fullmatch(html.strip())
    text = " ".join(unescape(single[1]).split()) if single else ""
    return text if single and not _SPECIAL & set(text) else None


@dataclass(slots=True)
class _Flow:
    """Blocks as they come, and the line that is being filled."""

    blocks: list[Block] = field(default_factory=list)
    line: list[Inline] = field(default_factory=list)

    def close(self) -> list[Block]:
        """End the line; gives all blocks."""
        line, self.line = self.line, []
        for children in _passages(with_formulas(line)):
            match children:
                case (Maths(latex, True),):
                    self.blocks.append(MathsBlock(latex))
                case _:
                    self.blocks.append(Paragraph(children))
        return self.blocks

    def add(self, blocks: Iterable[Block]) -> None:
        """Put blocks after what there is."""
        self.close()
        self.blocks.extend(blocks)


def _passages(line: Iterable[Inline]) -> Iterator[tuple[Inline, ...]]:
    """The line, parted where two line ends follow each other; blank parts are left out."""
    part: list[Inline] = []
    for child in line:
        if isinstance(child, Break) and part and isinstance(part[-1], Break):
            yield from _passages(part[:-1])
            part = []
        elif part and isinstance(part[-1], Break) and blank(child):
            continue
        else:
            part.append(child)
    if not all(map(blank, part)):
        yield tuple(part)


@dataclass(slots=True)
class _Reading:
    """One piece of HTML. `taking`: pictures are taken out rather than told by their alt text."""

    taking: bool = False
    pictures: list[Picture] = field(default_factory=list)
    lists: int = 0

    def document(self, html: str) -> Document:
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
        source = html.replace("\0", "").encode(errors="replace")
        try:
            root = etree.fromstring(source, parser)
        except etree.LxmlError:
            return Document((Paragraph((Span(html),)),))
        return Document(tuple(self.blocks(root, 0))) if root is not None else Document(())

    def blocks(self, element: etree._Element, depth: int) -> list[Block]:
        flow = _Flow()
        self.fill(flow, element, depth)
        return flow.close()

    def fill(self, flow: _Flow, element: etree._Element, depth: int) -> None:
        """Add what is in the element."""
        if depth > _DEEPEST:
            flow.line.append(Span(spaced("".join(map(str, element.itertext())))))
            return
        _say(flow, element.text)
        for child in element:
            if isinstance(child.tag, str):
                self.child(flow, child, depth + 1)
            _say(flow, child.tail)

    def child(self, flow: _Flow, element: etree._Element, depth: int) -> None:
        """Add an element."""
        tag = str(element.tag).lower()
        if tag in _DROPPED:
            return
        if tag in _CODE:
            flow.line.append(Code(raw(element).replace("\n", " ")))
        elif tag in _MARKS or tag in _HEADINGS or tag == "a":
            self.marked(flow, element, tag, depth)
        elif tag == "table":
            flow.add(self.table(element, depth))
        elif tag in {"ul", "ol", "menu", "dir"}:
            flow.add(self.listing(element, depth))
        elif tag in _BLOCKS:
            flow.add(self.blocks(element, depth))
        elif tag in {"pre", "listing", "xmp"}:
            flow.add(code_block(element))
        elif tag in _LEAVES:
            flow.line.extend(self.leaf(element, tag))
        else:
            self.fill(flow, element, depth)
            if element.get("class") == "nolink":  # Moodle's own word for a text in which nothing is to be found
                flow.line.append(Span(BARRIER))

    def marked(self, flow: _Flow, element: etree._Element, tag: str, depth: int) -> None:
        """Add what an element marks: each paragraph in it gets the mark."""
        inner = _Flow()
        self.fill(inner, element, depth)
        if not inner.blocks and tag not in _HEADINGS:
            flow.line.extend(_wrapped(element, tag, inner.line))
            return
        for block in inner.close():
            whole = block
            if isinstance(block, Paragraph):
                whole = Paragraph(tuple(_wrapped(element, tag, block.children)))
            flow.add([whole])

    def leaf(self, element: etree._Element, tag: str) -> Iterator[Inline]:
        """An element that is not looked into as HTML."""
        if tag == "br":
            yield Break(hard=True)
        elif tag == "img":
            yield from self.picture(element)
        elif tag in {"sub", "sup"}:
            yield Span(shifted(spaced("".join(map(str, element.itertext()))), tag))
        elif tag == "rt":
            yield Span(f"({spaced(''.join(map(str, element.itertext())))})")
        elif tag == "anki-mathjax":
            yield formula(raw(element), display=element.get("block") == "true")
        elif tag == "math":
            yield mathml(element)

    def picture(self, element: etree._Element) -> Iterator[Inline]:
        """A picture: a formula, a link to another site, or something to take out."""
        source, alt = str(element.get("src") or ""), spaced(str(element.get("alt") or "")).strip()
        if alt and _FORMULA.search(str(element.get("class") or "")):
            yield formula(alt)
        elif source.lower().startswith(("http://", "https://")):
            yield Link(encoded(source), (Span(alt or source.rpartition("/")[2][:80] or source),))
        elif self.taking and source:
            self.pictures.append(Picture(source, alt))
        else:
            yield Span(alt)

    def listing(self, element: etree._Element, depth: int) -> list[Block]:
        """A list; one that lies too deep in others is only its blocks."""
        self.lists += 1
        items: list[list[Block]] = []
        beside = _Flow()
        _say(beside, element.text)
        for child in element:
            if child.tag == "li":
                items.append(beside.close())
                beside = _Flow()
                self.fill(beside, child, depth)
            elif isinstance(child.tag, str):
                self.child(beside, child, depth + 1)
            _say(beside, child.tail)
        items.append(beside.close())
        self.lists -= 1
        if self.lists >= _DEEPEST_LIST:
            return [block for item in items for block in item]
        ordered = element.tag == "ol"
        whole = tuple(tuple(item) for item in items if item)
        return [Listing(whole, ordered, start(element), all(map(simple, whole)))] if whole else []

    def alone(self, element: etree._Element, depth: int) -> list[Block]:
        """The blocks that the element itself makes."""
        flow = _Flow()
        if isinstance(element.tag, str):
            self.child(flow, element, depth + 1)
        return flow.close()

    def table(self, element: etree._Element, depth: int) -> list[Block]:
        """A table; one that only sets its parts below each other, or holds other tables, is those parts."""
        if not regular(element):
            return self.blocks(element, depth)
        captions = [block for each in element.findall("caption") for block in self.alone(each, depth)]
        rows = [list(row) for row in element.iter("tr") if len(row)]
        width = max(map(len, rows))
        parts = [[self.blocks(cell, depth + 1) for cell in row] for row in rows]
        cells = [(*(tuple(in_line(cell)) for cell in row), *[()] * (width - len(row))) for row in parts]
        sides = [side(cell) for cell in rows[0]] + [""] * (width - len(rows[0]))
        return [*captions, Grid(cells[0], tuple(cells[1:]), tuple(sides))]


_LEAVES = frozenset({"br", "img", "sub", "sup", "rt", "anki-mathjax", "math"})


def _say(flow: _Flow, text: str | None) -> None:
    """Add a text; of spaces that meet one is left."""
    said = spaced(text or "")
    last = flow.line[-1] if flow.line else None
    if isinstance(last, Span) and last.text.endswith(" "):
        said = said.lstrip(" ")
    if said:
        flow.line.append(Span(said))


def _wrapped(element: etree._Element, tag: str, line: Iterable[Inline]) -> Iterator[Inline]:
    children = tuple(line)
    if all(map(blank, children)):
        yield from children
    elif tag == "a":
        address = str(element.get("href") or "").strip()
        if address.lower().startswith(("http://", "https://")):
            yield Link(encoded(address), children)
        else:
            yield from children
    else:
        yield _MARKS.get(tag, Strong)(children)
