"""A passage of a document as the Markdown of cards: what that cannot say becomes what it can, and no word is lost."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from content.markup.authoring import DEEPEST_LIST
from content.markup.reading import language_of, linkable, up_to, with_maths

RULES = ("heading", "lheading", "fence", "list", "table", "hr", "blockquote", "code")
SPECIAL = re.compile(r"[`*_\[\]<>#|$~\\!&\t:=+-]|^\s*\d+[.)]|^ {4}|  $", re.MULTILINE)
CODELIKE = re.compile(
    r"\s*(?:(?:def|class|import|from|return|print|elif|else|try|except|public|private|static|void|int|var|let"
    r"|const|function"
    r"|func|fn|SELECT|INSERT|UPDATE|DELETE|CREATE|#include|package|using|echo|sudo|pip|npm|git|docker|cd"
    r"|export)\b(?!.*[.?!]$)"
    r"|(?:for|while|if|with)\b.*[:{]\s*$|[$>]{1,3} \S|[@#%]\w*|[})\]]+[;,]?\s*$|.*[;{}]\s*$"
    r"|\s*\w[\w.\[\]]*\s*[-+*/]?=\s*\S+.*|\w+(?:\.\w+)*\([^)]*\)\s*$|//|/\*|\*/)"
)
PSEUDO_FENCE = re.compile(r"^[ \t]*'''[ \t]*$", re.MULTILINE)
STARTS = re.compile(r"#{1,6}(?:\s|$)|>|(?:-{3,}|={2,}|\*{3,}|_{3,})\s*$")
FIRST_ITEM = re.compile(r"\s+1[.)]\s")
DEEP = 4
LATER_ITEM = re.compile(r"(\d{1,9})([.)])(?=\s)")
CUT = re.compile(r"[\w,–-]$")
GOES_ON = re.compile(r"[a-zà-öø-ÿа-яё]")
LONG_ENOUGH = 60
RAGGED, WIDEST = 0.75, 110
"""Lines of less than this share of the longest, or of so many characters, end where their author ended them."""
DEEPEST_CODE = 6
PICTURE = "picture"

CODE_SPAN = re.compile(r"``+.*?``+|`[^`]*`|\$\$[^$]+\$\$", re.DOTALL)
_ADDRESS = r"\(\s*<?(?P<address>[^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)*)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
LINKED_IMAGE = re.compile(r"\[\s*!\[(?P<alt>[^\[\]]*)\]\([^()]*\)\s*\]" + _ADDRESS)
IMAGE = re.compile(r"!\[(?P<alt>[^\[\]]*)\]" + _ADDRESS)
LINK = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]" + _ADDRESS)
BY_NAME = re.compile(r"(?P<bang>!?)\[(?P<text>[^\[\]]+)\](?:\[(?P<name>[^\[\]]*)\])?(?![\[(:])")
ANGLES = re.compile(r"<(?P<address>https?://[^<>\s]+)>")
MAIL = re.compile(r"<(?:mailto:)?([^<>\s@]+@[^<>\s@]+)>")
ROUND = re.compile(r"\\\((?P<latex>(?:[^\\\n]|\\(?![()]).){1,2000}?)\\\)", re.DOTALL)
SQUARE = re.compile(r"\\\[(?P<latex>(?:[^\\]|\\(?![\[\]]).){1,2000}?)\\\]", re.DOTALL)
PADDED = re.compile(r"(?<![\\$\w])\$(?P<latex> [^$\n]{1,200}|[^$\n]{1,200} )\$(?![\w$])")
FORMULA = re.compile(r"[\\^_{}=<>]")
FORMATTING = re.compile(
    r"<(?=/?(a|b|big|blockquote|br|center|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|small|span"
    r"|strong|sub|sup|table"
    r"|t[bdhr]|u|ul)\b|!--)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def reader() -> MarkdownIt:
    """A parser of blocks alone; what is within lines stays as it was written, as far as cards know it."""
    made = with_maths(MarkdownIt("zero").enable(RULES))
    made.core.ruler.enableOnly(["normalize", "block"])
    return made


def markdown(lines: Sequence[str], names: Mapping[str, str] | None = None) -> str:
    """The lines as the Markdown of cards. `names` are the addresses of links that are defined elsewhere."""
    text = "\n".join(lines).strip("\n")
    if not SPECIAL.search(text):
        return "\n\n".join(joined([(PROSE, part) for part in plain_parts(text)]))
    return "\n\n".join(joined(list(Passage(names or {}).blocks(text)))).strip()


PROSE, OTHER = "prose", "other"


def plain_parts(text: str) -> Iterator[str]:
    """The paragraphs of a text without any sign of Markdown."""
    for part in re.split(r"\n\s*\n", text):
        said = "\n".join(line.strip() for line in part.strip().split("\n"))
        if said:
            yield said


def joined(parts: Sequence[tuple[str, str]]) -> list[str]:
    """The blocks, with sentences made whole that a page break had cut in two."""
    whole: list[tuple[str, str]] = []
    for sort, text in parts:
        if whole and sort == PROSE and whole[-1][0] == PROSE:
            before = whole[-1][1]
            if len(before) >= LONG_ENOUGH and CUT.search(before) and GOES_ON.match(text):
                whole[-1] = (PROSE, f"{before} {text}")
                continue
        whole.append((sort, text))
    return [text for _, text in whole]


@dataclass(frozen=True, slots=True)
class Passage:
    """Writes the blocks of a text. `names` are the addresses of links that are defined elsewhere."""

    names: Mapping[str, str]

    def blocks(self, text: str, depth: int = 0, *, ragged: bool = False) -> list[tuple[str, str]]:
        """The blocks of a text: whether each is prose, and its Markdown."""
        if PSEUDO_FENCE.search(text) and len(PSEUDO_FENCE.findall(text)) % 2 == 0 and not text.startswith("    "):
            text = PSEUDO_FENCE.sub("```", text)
        lines = text.split("\n")
        width = min(max(map(len, lines), default=0), WIDEST) * RAGGED if ragged else 0
        found = list(self.written(iter(reader().parse(text)), lines, depth, width))
        kept = []
        for place, (sort, said) in enumerate(found):
            after = found[place + 1][1] if place + 1 < len(found) else ""
            named = sort == PROSE and after.startswith("```") and after[3:].split("\n")[0] == said.lower()
            if said and not named:
                kept.append((sort, said))
        return kept

    def written(self, tokens: Iterator[Token], lines: list[str], depth: int, width: float) -> Iterator[tuple[str, str]]:
        """Each block that the tokens make. Lines shorter than `width` end where they end."""
        for token in tokens:
            match token.type:
                case "inline":
                    yield PROSE, self.paragraph(token.content, width)
                case "heading_open":
                    content = "".join(each.content for each in up_to(tokens, "heading_close", token.level))
                    text = token.markup[0] != "#" and content.endswith(".")
                    yield (PROSE, self.paragraph(content, width)) if text else (OTHER, self.heading(content))
                case "fence":
                    yield OTHER, fenced(token.content, token.info)
                case "code_block":
                    yield from self.indented(token.content, depth)
                case "math_block":
                    yield OTHER, f"$$\n{token.content.strip()}\n$$"
                case "table_open":
                    list(up_to(tokens, "table_close", token.level))
                    first, after = token.map or (0, 0)
                    yield OTHER, self.table(lines[first:after])
                case "bullet_list_open" | "ordered_list_open":
                    inner = up_to(tokens, token.type.replace("_open", "_close"), token.level)
                    yield OTHER, "\n".join(self.listing(inner, lines, depth + 1, width))

    def paragraph(self, content: str, width: float) -> str:
        """A passage of text, with line breaks where the source meant them."""
        whole: list[str] = []
        lines = content.split("\n")
        for place, line in enumerate(lines):
            said = line.strip(" \t")
            said = "\\" + said if STARTS.match(said) else said
            if place and (item := LATER_ITEM.match(said)):
                said = f"{item[1]}\\{item[2]}{said[item.end() :]}"
            last = place + 1 == len(lines)
            meant = line.endswith("  ") or (len(line) < width and not last)
            whole.append(said + "\\" if meant and not last and not said.endswith("\\") else said)
        return self.line("\n".join(whole))

    def heading(self, content: str) -> str:
        """A heading as a paragraph in bold."""
        said = self.line(content.replace("\n", " ").strip().replace("**", "").replace("__", ""))
        return f"**{said}**" if said and not said.endswith("\\") else said

    def indented(self, content: str, depth: int) -> Iterator[tuple[str, str]]:
        """Indented lines: code where they look like it, else a text whose author indented it."""
        text = outdented(textwrap.dedent(content.expandtabs(4)).strip("\n"))
        lines = [line for line in text.split("\n") if line.strip()]
        fences = any(line.strip().startswith(("```", "'''")) for line in lines)
        code = sum(bool(CODELIKE.match(line)) for line in lines)
        if not fences and code * 2 >= len(lines):
            yield OTHER, fenced(text, "")
        elif depth < DEEPEST_CODE:
            yield from self.blocks(text, depth + 1, ragged=True)
        else:
            yield PROSE, self.paragraph(text, 0)

    def listing(self, tokens: Iterator[Token], lines: list[str], depth: int, width: float) -> Iterator[str]:
        """The lines of a list; what is nested too deep for cards goes on at the deepest level there is."""
        for token in tokens:
            mark = f"{token.info}. " if token.info else "- "
            inner = list(self.written(up_to(tokens, "list_item_close", token.level), lines, depth, width))
            own, nested = inner, list[tuple[str, str]]()
            if depth >= DEEPEST_LIST:
                own = [each for each in inner if not is_list(each)]
                nested = [each for each in inner if is_list(each)]
            text = tightly(own)
            first, *rest = (text or "").split("\n")
            yield (mark + first).rstrip()
            yield from (" " * len(mark) + line if line else "" for line in rest)
            for _, listed in nested:
                yield from listed.split("\n")

    def table(self, lines: Sequence[str]) -> str:
        """A pipe table whose rows all have as many cells as its header."""
        rows = [cells_of(line) for line in lines]
        wanted = len(rows[0])
        whole = []
        for place, row in enumerate(rows):
            kept = [*row[: wanted - 1], " ".join(row[wanted - 1 :])] if len(row) > wanted else row
            cells = kept if place == 1 else [self.line(cell) for cell in kept]
            whole.append("| " + " | ".join([*cells, *[""] * (wanted - len(cells))]) + " |")
        return "\n".join(whole)

    def line(self, text: str) -> str:
        """What is within lines, in the Markdown of cards; code and display formulas stay as they are."""
        if not SPECIAL.search(text):
            return text
        parts: list[str] = []
        at = 0
        for found in CODE_SPAN.finditer(text):
            parts += [self.span(text[at : found.start()]), found[0]]
            at = found.end()
        return "".join([*parts, self.span(text[at:])])

    def span(self, text: str) -> str:
        """A text without code in it."""
        if "\\" in text:
            text = ROUND.sub(lambda found: f"${found['latex'].strip()}$", text)
            text = SQUARE.sub(
                lambda found: f"$${found['latex'].strip()}$$" if FORMULA.search(found[1]) else found[0], text
            )
        if "$" in text:
            text = PADDED.sub(lambda found: f"${found[1].strip()}$" if FORMULA.search(found[1]) else found[0], text)
        if "[" in text:
            text = LINKED_IMAGE.sub(lambda found: f"[{found['alt'] or PICTURE}]({found['address']})", text)
            text = IMAGE.sub(lambda found: f"[{found['alt'].strip() or PICTURE}]({found['address']})", text)
            text = BY_NAME.sub(self.named, text) if self.names else text
            text = LINK.sub(outside, text)
        if "<" in text:
            text = ANGLES.sub(lambda found: f"[{found[1]}]({enclosed(found[1])})", text)
            text = MAIL.sub(r"\1", text)
            text = FORMATTING.sub(r"\\<", text)
        return text

    def named(self, found: re.Match[str]) -> str:
        """A link whose address is defined elsewhere, with the address."""
        address = self.names.get((found["name"] or found["text"]).casefold())
        return found[0] if address is None else f"[{found['text']}]({address})"


def outdented(text: str) -> str:
    """A text whose lists begin at its own indent: Markdown takes none for a list that is indented below a line."""
    whole: list[str] = []
    shift = 0
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        if not line.strip() or indent < shift:
            shift = 0
        if not shift and indent >= DEEP and FIRST_ITEM.match(line):
            shift = indent
        whole.append(line[shift:])
    return "\n".join(whole)


def is_list(block: tuple[str, str]) -> bool:
    """Whether a block is a list."""
    return block[0] == OTHER and bool(re.match(r"- |-$|\d+\. |\d+\.$", block[1]))


def tightly(blocks: Sequence[tuple[str, str]]) -> str:
    """The blocks of a list item, a blank line between two only where Markdown needs it."""
    text = ""
    for sort, said in blocks:
        close = sort == OTHER and (said.startswith("```") or is_list((sort, said)))
        text += (("\n" if close else "\n\n") if text else "") + said
    return text


def outside(found: re.Match[str]) -> str:
    """A link as it is where cards may follow it; else its text, and where it led to."""
    address = found["address"]
    if linkable(address):
        return found[0]
    text = found["text"]
    if not address or address.startswith(("#", "mailto:")) or address.split(":")[0].lower() in {"javascript", "data"}:
        return text
    return f"{text} ({address})" if text.strip("`") != address else text


def enclosed(address: str) -> str:
    """An address that can stand between brackets."""
    return address.replace("(", "%28").replace(")", "%29")


def fenced(code: str, info: str) -> str:
    """Code between fences that are longer than any in it."""
    code = code.removesuffix("\n").expandtabs(4) if not code.strip() else code.removesuffix("\n")
    longest = max((len(found) for found in re.findall(r"^\s*(`{3,})", code, re.MULTILINE)), default=2)
    mark = "`" * max(3, longest + 1)
    return f"{mark}{language_of(info)}\n{code}\n{mark}"


def cells_of(line: str) -> list[str]:
    """The cells of a line of a table."""
    parts = [part.strip() for part in escapedSplit(line.strip())]
    whole = parts[bool(not parts[0]) : len(parts) - bool(not parts[-1])] or [""]
    return [part.replace("|", "\\|") for part in whole]
