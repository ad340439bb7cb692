"""Pieces of a line in one style -> Discord's markdown, each escaped by itself.

No sign in one can close the marks of another. Discord's signs: https://docs.discord.com/developers/reference
(Message Formatting) and, for what people write, https://support.discord.com/hc/en-us/articles/210298617.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from content.markup import visible

ELLIPSIS = "…"
NOTHING = "\u200b"
"""A character without width: it sets two signs apart that would mean something together."""
ITALIC, BOLD = 1, 2
"""Styles, which add up to the number of stars around a text."""

_BLANK = re.compile(r"\s+")
_LINE_END = re.compile(r"[\r\n]+")
_ADDRESS = re.compile(r"https?://[^\s<>]*[^\s<>.,:;!?\"')\]}*_~|`\\。，、；：！？）」』】》]")
_MEANT = re.compile(
    r"(?P<start>^[^\S\n]*(?:[#>]|[-+](?=[\s#]|$)|\d+[.)](?=\s|$)))"
    r"|(?P<all><?@(?=everyone|here))"
    r"|(?P<mark>[\\*_`\[]|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\||<[@#/:]?)"
    r"|(?P<colon>:(?=//|[^\s:]*:)|(?<=<[at]):|(?<=<id):)",
    re.MULTILINE,
)
"""What Discord would act upon: at the start of a line, `@everyone` anywhere, marks and mentions, names of emoji."""
_PINGING = re.compile(r"@(?=everyone|here)|<(?=@[!&]?\d)")
_RISKY = re.compile(r"[\[\]*_~|\\`<>]|:\S|@")
"""In the text of a link escapes do not count, and Discord makes no link of one that could pass for another."""
_TWO_TICKS = re.compile("(?<=`)(?=`)")
_IN_ADDRESS = {ord(sign): f"%{ord(sign):02X}" for sign in "*`\\<> "}
_IN_BRACKETS = _IN_ADDRESS | {ord(sign): f"%{ord(sign):02X}" for sign in "()[]|\"'"}


class Kind(Enum):
    """What a run is."""

    TEXT = auto()
    CODE = auto()
    LINK = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line in one style."""

    text: str
    kind: Kind = Kind.TEXT
    style: int = 0
    href: str = ""


def merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The same with neighbouring texts of one style made one, so that each is escaped as a whole."""
    whole: list[Run] = []
    for run in runs:
        before = whole[-1] if whole else None
        if before and before.kind is run.kind is Kind.TEXT and before.style == run.style:
            whole[-1] = replace(before, text=before.text + run.text)
        elif run.text or run.href:
            whole.append(run)
    return tuple(whole)


def in_room(runs: Sequence[Run], room: int) -> str:
    """The runs in at most so many characters, "" where they have no room."""
    if sum(len(run.text) for run in runs) <= room and len(whole := _written(runs)) <= room:
        return whole
    kept, left = "", list(runs)
    while left and len(left[0].text) < room and len(longer := _joined(kept, _written(left[:1]))) < room - 1:
        kept = longer
        left.pop(0)
    begun = _beginning(left[0], room - len(kept) - 2) if left else ""
    return f"{_joined(kept, begun)}{ELLIPSIS}" if room > 0 else ""


def _written(runs: Iterable[Run]) -> str:
    whole = ""
    for run in runs:
        whole = _joined(whole, _WRITES[run.kind](run))
    return whole


def _beginning(run: Run, room: int) -> str:
    """As much of a run as has room. Of a link it is that of its text; an address is there whole or not at all."""
    run = replace(run, kind=Kind.TEXT) if run.kind is Kind.LINK else run
    length = min(len(run.text), room)
    cut_through = (found.start() for found in _ADDRESS.finditer(run.text) if found.start() < length < found.end())
    length = next(cut_through, length)
    while length > 0:
        begun = _WRITES[run.kind](replace(run, text=run.text[:length].rstrip()))
        if len(begun) <= room:
            return begun
        length -= max(1, (len(begun) - room) // 2)
    return ""


def _joined(before: str, after: str) -> str:
    """Two pieces side by side; stars or ticks of one are not those of the other."""
    apart = NOTHING if before and after and before[-1] == after[0] and after[0] in "*`" else ""
    return f"{before}{apart}{after}"


def _text(run: Run) -> str:
    """A text, its style around what is not blank in it."""
    return _styled(run.text, run.style, escaped)


def _code(run: Run) -> str:
    """Code, plain where a star in it could end the style around it."""
    text = _unpinged(_LINE_END.sub(" ", run.text))
    return _styled(text, 0 if "*" in text else run.style, _ticked)


def _ticked(code: str) -> str:
    """Code between ticks that none in it can be: one, or two where there are any."""
    if "`" not in code:
        return f"`{code}`" if code else ""
    single = _TWO_TICKS.sub(NOTHING, code)
    return f"``{' ' * code.startswith('`')}{single}{' ' * code.endswith('`')}``"


def _link(run: Run) -> str:
    """A link with its text, or where Discord would make none of that: its text, and the address behind it."""
    text = run.text.strip()
    address = f"<{_address(run.href)}>"
    if not text or text == run.href:
        return address
    if _RISKY.search(text) or any(unicodedata.category(sign) == "So" for sign in text):
        return f"{_styled(text, run.style, escaped)} ({address})"
    href = _quiet(run.href.translate(_IN_BRACKETS))
    return _styled(text, run.style, lambda shown: f"[{shown}]({href})")


_WRITES: dict[Kind, Callable[[Run], str]] = {Kind.TEXT: _text, Kind.CODE: _code, Kind.LINK: _link}


def _styled(text: str, style: int, write: Callable[[str], str]) -> str:
    core, stars = text.strip(), "*" * style
    if not core or not style:
        return write(text)
    start = text.index(core)
    return f"{text[:start]}{stars}{write(core)}{stars}{text[start + len(core) :]}"


def escaped(text: str) -> str:
    """A text in which nothing is markdown but its http(s) addresses, which are links."""
    parts: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = found[0]
        after = found.end()
        if text.startswith(")", after) and address.count("(") > address.count(")"):
            address, after = f"{address})", after + 1
        parts += [_MEANT.sub(_harmless, text[end : found.start()]), f"<{_address(address)}>"]
        end = after
    return "".join([*parts, _MEANT.sub(_harmless, text[end:])])


def _harmless(found: re.Match[str]) -> str:
    sign = found[0]
    if found["start"]:
        return f"{sign[:-1]}\\{sign[-1]}"
    return "".join(f"\\{each}" for each in sign) + (NOTHING if found["all"] else "")


def _address(address: str) -> str:
    return _quiet(address.translate(_IN_ADDRESS))


def _quiet(address: str) -> str:
    return _PINGING.sub("%40", address)


def _unpinged(code: str) -> str:
    """Code that mentions nobody, should somebody read it as text."""
    return _PINGING.sub(lambda found: found[0] + NOTHING, code)


def lines_of(text: str) -> str:
    """The text with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def on_one_line(text: str) -> str:
    """The text with single spaces for all that is blank."""
    return _BLANK.sub(" ", text)


def fenced(code: str, language: str, room: int) -> str:
    """Code in a block that nothing in it ends, in at most so many characters; "" where not even that has room."""
    room -= len(f"```{language}\n\n```")
    if room < 1:
        return ""
    clean = _unpinged(lines_of(visible(code))).replace("```", f"`{NOTHING}`{NOTHING}`")
    if len(clean) > room:
        clean = f"{clean[: room - 1].rstrip()}{ELLIPSIS}"
    return f"```{language}\n{clean if clean.strip() else ' '}\n```"
