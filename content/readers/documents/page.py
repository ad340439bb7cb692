"""The lines of a document: HTML in it said as Markdown, invisible characters left out, each line with its number."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from content.readers.documents.words import SUMMARY

TAG = re.compile(
    r"<!--|<[!?][a-zA-Z][^<>]{0,2000}>|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,11})(?P<rest>(?:\s[^<>]{0,2000})?)/?>|`[^`\n]*`|\n"
)
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
LIVELY = re.compile(r"<(?:!--|[/!?]?[a-zA-Z])|&(?:\w{2,8}|#\w{2,7});")
FENCE = re.compile(r"[ \t>]*(?:[-*+]\s+|\d{1,4}[.)]\s+)*(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)")
UNSEEN: dict[int, str | None] = dict.fromkeys((*range(9), *range(0x0E, 0x20), *range(0x7F, 0xA0)))
UNSEEN |= dict.fromkeys((0xAD, 0x61C, 0x200B, 0x200E, 0x200F, 0xFEFF))
UNSEEN |= {0x0B: " ", 0x0C: " ", 0x2028: " ", 0x2029: " "}
UNSEEN |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xE000))
AWAY = frozenset({"script", "style", "head", "iframe", "object", "template", "noscript", "svg", "title"})
APART = frozenset(
    [
        *("p", "div", "section", "article", "main", "body", "html", "header", "footer", "center", "nav", "aside"),
        *("figure", "figcaption", "blockquote", "details", "dl", "form"),
    ]
)
AROUND = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "kbd": "`", "tt": "`", "samp": "`"}
SILENT = frozenset(
    [
        *("span", "font", "small", "big", "u", "ins", "mark", "s", "del", "abbr", "label", "button", "time", "cite"),
        *("tbody", "thead", "tfoot", "colgroup", "col"),
    ]
)
PLAIN = ("", "")
LITERAL = re.compile(r"[\\`*_\[\]<$|]")


@dataclass(frozen=True, slots=True)
class Written:
    """A line, and its number in the file."""

    text: str
    number: int


def written(text: str, first_line: int) -> list[Written]:
    """The lines of a document. Code in fences stays as it is; a fence that is never closed is a line like any other."""
    lines = text.translate(UNSEEN).split("\n")
    found: list[Written] = []
    for fenced, start, end in stretches(lines):
        if fenced:
            found += [Written(line, first_line + start + place) for place, line in enumerate(lines[start:end])]
            continue
        prose = lines[start:end]
        whole = "\n".join(prose)
        if LIVELY.search(whole):
            found += Page(first_line + start).read(whole)
        else:
            found += [Written(line, first_line + start + place) for place, line in enumerate(prose)]
    return found


def stretches(lines: list[str]) -> Iterator[tuple[bool, int, int]]:
    """The document cut into prose and fenced code, in order: whether it is code, its first line, the one after."""
    longest = closings(lines)
    start = at = 0
    while at < len(lines):
        opening = FENCE.match(lines[at])
        mark = opening["mark"] if opening else ""
        if not opening or ("`" in mark and "`" in opening["info"]) or longest[mark[0]][at + 1] < len(mark):
            at += 1
            continue
        end = next(place for place in range(at + 1, len(lines)) if closes(lines[place], mark))
        yield False, start, at
        yield True, at, end + 1
        start = at = end + 1
    yield False, start, len(lines)


def closings(lines: list[str]) -> dict[str, list[int]]:
    """For either kind of fence, the length of the longest mark that closes one from each line on."""
    longest = {"`": [0] * (len(lines) + 1), "~": [0] * (len(lines) + 1)}
    for sign, lengths in longest.items():
        for place in range(len(lines) - 1, -1, -1):
            mark = lines[place].strip(" \t>")
            closing = len(mark) if mark and not mark.strip(sign) else 0
            lengths[place] = max(lengths[place + 1], closing)
    return longest


def closes(line: str, mark: str) -> bool:
    """Whether a line closes a fence that was opened with the mark."""
    bare = line.strip(" \t>")
    return bare.startswith(mark) and not bare.strip(mark[0])


@dataclass(slots=True)
class Page:
    """Reads prose with HTML in it. `number` is the line it has come to."""

    number: int
    lines: list[Written] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    """For each list that is open how many items it had; -1 for one without numbers."""
    links: list[str] = field(default_factory=list)
    row: int = -1
    """How many cells the open table row has; -1 outside of rows."""
    headed: bool = True
    folded: str = ""
    missing: set[str] = field(default_factory=set)
    """Marks that do not come any more."""

    def read(self, text: str) -> list[Written]:
        """The lines that the prose is in Markdown."""
        self.folded = text.lower() if len(text.lower()) == len(text) else text
        at = 0
        while at < len(text):
            found = TAG.search(text, at)
            if found is None:
                self.say(literally(text[at:]))
                break
            self.say(literally(text[at : found.start()]))
            at = self.take(text, found)
        self.end()
        return self.lines

    def take(self, text: str, found: re.Match[str]) -> int:
        """Deal with a line end, code, a comment or a tag, and give the place after it."""
        if found[0] == "\n":
            self.turn()
        elif found[0].startswith("`"):
            self.say(found[0])
        elif found[0][1] in "!?" and found[0] != "<!--":
            self.number += found[0].count("\n")
        elif found[0] == "<!--":
            return self.skip(text, found.end(), "-->")
        elif found["name"].lower() in AWAY and not found["close"]:
            return self.skip(text, found.end(), f"</{found['name'].lower()}>")
        elif found["name"].lower() == "pre" and not found["close"]:
            return self.code(text, found.end())
        else:
            after = self.number + found[0].count("\n")
            self.tag(found["name"].lower(), bool(found["close"]), found)
            self.number = after
        return found.end()

    def say(self, text: str) -> None:
        """Go on with the line; a text of several lines ends it as often."""
        for place, part in enumerate(text.split("\n")):
            if place:
                self.turn()
            if part:
                self.line.append(part)

    def turn(self) -> None:
        """The source's line ends: ours does too, but in a row of a table."""
        if self.row >= 0:
            self.say(" ")
        else:
            self.end(keep=True)
        self.number += 1

    def end(self, *, keep: bool = False) -> None:
        """End our line; an empty one only counts where the source has it too (`keep`)."""
        if self.line or keep:
            self.lines.append(Written("".join(self.line), self.number))
        self.line = []

    def apart(self) -> None:
        """What follows stands apart from what was before."""
        self.end()
        if self.lines and self.lines[-1].text.strip():
            self.lines.append(Written("", self.number))

    def skip(self, text: str, start: int, mark: str) -> int:
        """Pass over everything up to a mark, or over nothing where it is missing."""
        end = -1 if mark in self.missing else self.folded.find(mark, start)
        if end < 0:
            self.missing.add(mark)
            return start
        for _ in range(text.count("\n", start, end)):
            self.turn()
        return end + len(mark)

    def code(self, text: str, start: int) -> int:
        """Write a preformatted passage as a fence."""
        end = self.folded.find("</pre>", start)
        end = len(text) if end < 0 else end
        inner = re.sub(r"</?(?:code|span|b|i|em|strong)\b[^<>]*>", "", text[start:end])
        self.apart()
        self.lines.append(Written("```", self.number))
        lines = html.unescape(inner).split("\n")
        first = not lines[0].strip()
        self.lines += [Written(line, self.number + place) for place, line in enumerate(lines) if place or not first]
        self.number += len(lines) - 1
        self.lines.append(Written("```", self.number))
        self.apart()
        return min(end + len("</pre>"), len(text))

    def tag(self, name: str, closing: bool, found: re.Match[str]) -> None:  # noqa: FBT001  it is the tag's own slash
        """Say a tag in Markdown; one that HTML does not know is text."""
        if name in AROUND:
            self.say(AROUND[name])
        elif name in APART:
            self.apart()
        elif name in {"ul", "ol", "li"}:
            self.listed(name, closing)
        elif name in {"table", "tr", "td", "th"}:
            self.tabled(name, closing)
        elif name in {"a", "img", "input"}:
            self.linked(name, closing, attributes(found["rest"]))
        elif name in {"sup", "sub"}:
            self.say("" if closing else {"sup": "^", "sub": "_"}[name])
        elif name in BLOCKS:
            self.block(name, closing)
        elif name not in SILENT:
            self.say(found[0])

    def block(self, name: str, closing: bool) -> None:  # noqa: FBT001  the same
        """Headings, summaries, breaks and terms with what they mean."""
        if name == "br":
            self.broken()
        elif name == "dd":
            self.end()
            self.say("" if closing else ": ")
        elif name == "hr":
            self.apart()
            self.lines.append(Written("---", self.number))
            self.apart()
        else:
            self.apart()
            self.say("" if closing else BLOCKS[name])

    def broken(self) -> None:
        """A line break; within a row of a table a space has to do."""
        if self.row >= 0 or "".join(self.line).lstrip().startswith("|"):
            self.say("; ")
        elif "".join(self.line).strip():
            self.say("  ")
            self.end()

    def listed(self, name: str, closing: bool) -> None:  # noqa: FBT001  the same
        """Lists and their items, nested ones indented."""
        if name == "li" and not closing:
            self.end()
            if self.lists and self.lists[-1] >= 0:
                self.lists[-1] += 1
            mark = f"{self.lists[-1]}. " if self.lists and self.lists[-1] > 0 else "- "
            self.say("   " * min(len(self.lists) - 1, 8) + mark)
        elif name != "li" and closing:
            self.lists[-1:] = []
            self.end()
            if not self.lists:
                self.apart()
        elif name != "li":
            if not self.lists:
                self.apart()
            self.lists.append(0 if name == "ol" else -1)

    def tabled(self, name: str, closing: bool) -> None:  # noqa: FBT001  the same
        """Tables, row by row, as pipe tables."""
        if name == "table":
            self.apart()
            self.row, self.headed = -1, closing
        elif name == "tr" and not closing:
            self.end()
            self.row = 0
            self.say("|")
        elif name == "tr" and self.row >= 0:
            cells, self.row = self.row, -1
            self.end()
            if not self.headed:
                self.lines.append(Written("|" + "---|" * max(cells, 1), self.number))
                self.headed = True
        elif self.row >= 0:
            self.row += closing
            self.say(" |" if closing else " ")

    def linked(self, name: str, closing: bool, given: dict[str, str]) -> None:  # noqa: FBT001  the same
        """Links, pictures and boxes to tick."""
        if name == "img":
            self.say(f"![{given.get('alt', '')}]({given.get('src', '').replace(' ', '%20')})")
        elif name == "input":
            self.say(("[x] " if "checked" in given else "[ ] ") if given.get("type") == "checkbox" else "")
        elif closing:
            address = self.links.pop() if self.links else ""
            self.say(f"]({address})" if address else "")
        else:
            address = given.get("href", "").replace(" ", "%20")
            self.links.append(address)
            self.say("[" if address else "")


BLOCKS = {f"h{level}": "#" * level + " " for level in range(1, 7)} | {
    "summary": SUMMARY,
    "br": "",
    "dd": "",
    "dt": "",
    "hr": "",
}


def attributes(rest: str) -> dict[str, str]:
    """The attributes of a tag; one without a value has an empty one."""
    given = {name.lower(): first or second or third for name, first, second, third in ATTRIBUTE.findall(rest)}
    return given | ({"checked": ""} if re.search(r"\bchecked\b", rest) else {})


def literally(text: str) -> str:
    """Text with HTML's names for characters replaced; signs of Markdown that were hidden so stay mere signs."""
    if "&" not in text:
        return text
    return re.sub(r"&(?:\w{2,8}|#\w{2,7});", lambda found: LITERAL.sub(r"\\\g<0>", html.unescape(found[0])), text)
