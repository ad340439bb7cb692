"""HTML of other products as Markdown of `content.markup`: what it says stays, what it does is dropped.

Paragraphs, lists, tables, code, emphasis, links and formulas are kept. Scripts, styles, forms, embedded pages, sound
and films are left out with what is in them. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from content.item import Picture
from content.markup import Document, Inline, Link, MathsBlock, Paragraph, Span, Strong, literal, written
from content.markup.line import LOWERED, RAISED
from content.markup.nodes import Block, Break, Code, CodeBlock, Emphasis, Grid, Listing, Maths
from content.readers.formulas import BARRIER, formula, with_formulas


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
_QUICK = re.compile(r"[^<&$\\\[]*")
_LANGUAGE = re.compile(r"\b(?:language|lang|brush)[-:]\s?([a-zA-Z0-9+#.-]{1,20})")
_ALIGNED = re.compile(r"text-align:\s*(left|right|center)")
_FORMULA = re.compile(r"tex|math|wiris|equation", re.IGNORECASE)
_DEEPEST = 60
"""Elements nested deeper than this are only their text."""
_DEEPEST_LIST = 4
_MOST_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Passage:
    """What a piece of HTML says, and the pictures in it in order: their addresses as written, and their alt texts."""

    markdown: str
    pictures: tuple[Picture, ...] = ()


def markdown_of(html: str) -> str:
    """The Markdown that says what the HTML says; a picture is its alt text. Raises nothing, whatever the HTML is."""
    if _QUICK.fullmatch(html):
        return literal(" ".join(html.split()))
    return written(_Reading().document(html))


def read_html(html: str) -> Passage:
    """The same with the pictures taken out of the text, for a reader that has them."""
    if _QUICK.fullmatch(html):
        return Passage(markdown_of(html))
    reading = _Reading(taking=True)
    markdown = written(reading.document(html))
    return Passage(markdown, tuple(reading.pictures))


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
        elif part and isinstance(part[-1], Break) and _blank(child):
            continue
        else:
            part.append(child)
    if not all(map(_blank, part)):
        yield tuple(part)


def _blank(child: Inline) -> bool:
    return isinstance(child, Break) or (isinstance(child, Span) and not child.text.strip())


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
            flow.line.append(Span(_spaced("".join(map(str, element.itertext())))))
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
            flow.line.append(Code(_raw(element).replace("\n", " ")))
        elif tag in _MARKS or tag in _HEADINGS or tag == "a":
            self.marked(flow, element, tag, depth)
        elif tag == "table":
            flow.add(self.table(element, depth))
        elif tag in {"ul", "ol", "menu", "dir"}:
            flow.add(self.listing(element, depth))
        elif tag in _BLOCKS:
            flow.add(self.blocks(element, depth))
        elif tag in {"pre", "listing", "xmp"}:
            flow.add(_code_block(element))
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
            yield Span(_shifted(_spaced("".join(map(str, element.itertext()))), tag))
        elif tag == "rt":
            yield Span(f"({_spaced(''.join(map(str, element.itertext())))})")
        elif tag == "anki-mathjax":
            yield formula(_raw(element), display=element.get("block") == "true")
        elif tag == "math":
            yield _mathml(element)

    def picture(self, element: etree._Element) -> Iterator[Inline]:
        """A picture: a formula, a link to another site, or something to take out."""
        source, alt = str(element.get("src") or ""), _spaced(str(element.get("alt") or "")).strip()
        if alt and _FORMULA.search(str(element.get("class") or "")):
            yield formula(alt)
        elif source.lower().startswith(("http://", "https://")):
            yield Link(_address(source), (Span(alt or source.rpartition("/")[2][:80] or source),))
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
        return [Listing(whole, ordered, _start(element), all(map(_simple, whole)))] if whole else []

    def alone(self, element: etree._Element, depth: int) -> list[Block]:
        """The blocks that the element itself makes."""
        flow = _Flow()
        if isinstance(element.tag, str):
            self.child(flow, element, depth + 1)
        return flow.close()

    def table(self, element: etree._Element, depth: int) -> list[Block]:
        """A table; one that only sets its parts below each other, or holds other tables, is those parts."""
        if not _regular(element):
            return self.blocks(element, depth)
        captions = [block for each in element.findall("caption") for block in self.alone(each, depth)]
        rows = [list(row) for row in element.iter("tr") if len(row)]
        width = max(map(len, rows))
        parts = [[self.blocks(cell, depth + 1) for cell in row] for row in rows]
        cells = [(*(tuple(_in_line(cell)) for cell in row), *[()] * (width - len(row))) for row in parts]
        sides = [_side(cell) for cell in rows[0]] + [""] * (width - len(rows[0]))
        return [*captions, Grid(cells[0], tuple(cells[1:]), tuple(sides))]


_LEAVES = frozenset({"br", "img", "sub", "sup", "rt", "anki-mathjax", "math"})


def _say(flow: _Flow, text: str | None) -> None:
    if text:
        flow.line.append(Span(_spaced(text)))


def _spaced(text: str) -> str:
    """The text with each run of spaces and line ends as one space."""
    return re.sub(r"\s+", " ", text)


def _wrapped(element: etree._Element, tag: str, line: Iterable[Inline]) -> Iterator[Inline]:
    children = tuple(line)
    if all(map(_blank, children)):
        yield from children
    elif tag == "a":
        address = str(element.get("href") or "").strip()
        if address.lower().startswith(("http://", "https://")):
            yield Link(_address(address), children)
        else:
            yield from children
    else:
        yield _MARKS.get(tag, Strong)(children)


def _address(address: str) -> str:
    """The address with what would end it in Markdown encoded."""
    return re.sub(r"[\s()<>\\\"'`|]", lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), address)


def _raw(element: etree._Element) -> str:
    """The text of an element as it stands, a `<br>` as a line end."""
    parts = [element.text or ""]
    for child in element.iterdescendants():
        if child.tag == "br":
            parts.append("\n")
        if isinstance(child.tag, str):
            parts.append(child.text or "")
        parts.append(child.tail or "")
    return "".join(parts).replace("\xa0", " ").replace("\r", "")


def _code_block(element: etree._Element) -> list[Block]:
    code = _raw(element).removeprefix("\n").rstrip()
    inner = element.find("code")
    classes = " ".join(str(each.get("class") or "") for each in (element, inner) if each is not None)
    language = _LANGUAGE.search(classes)
    return [CodeBlock(code, language[1].lower() if language else "")] if code.strip() else []


def _shifted(text: str, tag: str) -> str:
    """Raised or lowered text: in the characters that Unicode has for it, else behind a ^ or _."""
    signs = RAISED if tag == "sup" else LOWERED
    stripped = text.strip()
    if all(sign in signs for sign in stripped):
        return "".join(signs[sign] for sign in stripped)
    mark = "^" if tag == "sup" else "_"
    return f"{mark}{stripped}" if len(stripped) == 1 else f"{mark}({stripped})"


def _mathml(element: etree._Element) -> Inline:
    """A formula in MathML by the LaTeX that it brings along, else by its text."""
    for each in element.iter("annotation"):
        if "tex" in str(each.get("encoding") or "").lower() and (each.text or "").strip():
            return formula(each.text or "")
    if alternative := element.get("alttext"):
        return formula(str(alternative))
    return Span(_spaced("".join(map(str, element.itertext()))))


def _start(element: etree._Element) -> int:
    start = str(element.get("start") or "")
    return int(start) if element.tag == "ol" and re.fullmatch("[0-9]{1,8}", start) else 1


def _simple(item: tuple[Block, ...]) -> bool:
    """Whether an item of a list needs no empty lines in it."""
    match item:
        case (Paragraph(),):
            return True
        case (Paragraph(), Listing() as inner):
            return inner.tight and inner.start == 1
        case _:
            return False


def _in_line(blocks: Iterable[Block]) -> Iterator[Inline]:
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
                    yield from _in_line(item)
            case Grid(header, rows):
                yield from (child for row in (header, *rows) for cell in row for child in (*cell, Span(" ")))


def _regular(table: etree._Element) -> bool:
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


def _side(cell: etree._Element) -> str:
    named = str(cell.get("align") or "").lower()
    styled = _ALIGNED.search(str(cell.get("style") or ""))
    side = styled[1] if styled else named
    return side if side in {"left", "right", "center"} else ""
