"""What Discord's client makes of a text: the plain text that a person reads, and what else it finds in it.

Written after what https://support.discord.com/hc/en-us/articles/210298617 and
https://docs.discord.com/developers/reference (Message Formatting) say, and how the client reads their corners.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NOTHING = "\u200b"
FOUND = re.compile(
    r"""
      (?P<escape>\\[^A-Za-z0-9\s])
    | (?P<block>```(?:[a-zA-Z0-9_+\-.#]*\n)?(?P<lines>.*?[^\n].*?)```)
    | (?P<code>(?P<ticks>`+)(?P<inner>.*?[^`])(?P=ticks)(?!`))
    | (?P<address><(?P<target>https?://[^\s>]+)>)
    | (?P<bare>https?://[^\s<]+[^<.,:;"'\]\s])
    | (?P<mention><@[!&]?\d+>|<\#\d+>|@everyone|@here|</[^>]+:\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>|<id:\w+>)
    | (?P<emoji>:\w+:)
    | (?P<link>\[(?P<label>[^\[\]]*)\]\([^\s()]*\))
    | (?P<bold>\*\*(?P<in_bold>(?:\\.|[^\\])+?)\*\*(?!\*))
    | (?P<italic>\*(?!\s)(?P<in_italic>(?:\\.|\*\*|[^*\\])+?)(?<!\s)\ {0,2}\*(?!\*))
    | (?P<lined>__.+?__)
    | (?P<slanted>_(?:\\.|[^_\\])+_)
    | (?P<struck>~~.+?~~)
    | (?P<spoiler>\|\|.+?\|\|)
    | (?P<heading>^\#{1,3}\s+)
    | (?P<small>^-\#\ +)
    | (?P<quote>^\ *>(?:>>)?\ )
    | (?P<item>^\ *(?:[*-]|\d+\.)\ )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


@dataclass
class Read:
    """What a person reads, and the kinds of markdown that were found."""

    text: str = ""
    kinds: set[str] = field(default_factory=set)


def read(content: str) -> Read:
    """Read a text as the client does."""
    told, end = Read(), 0
    for found in FOUND.finditer(content):
        kind = _kind(found)
        told.text += content[end : found.start()]
        end = found.end()
        told.kinds.add(kind)
        if kind in ("bold", "italic"):
            within = read(found[f"in_{kind}"])
            told.text += within.text
            told.kinds |= within.kinds
        else:
            told.text += _shown(kind, found)
    told.text = (told.text + content[end:]).replace(NOTHING, "")
    told.kinds.discard("escape")
    return told


def _kind(found: re.Match[str]) -> str:
    inner = ("lines", "ticks", "inner", "target", "label", "in_bold", "in_italic")
    return next(name for name, value in found.groupdict().items() if value is not None and name not in inner)


def _shown(kind: str, found: re.Match[str]) -> str:
    if kind in ("heading", "small", "quote", "item"):
        return ""
    if kind == "code":
        inner = found["inner"]
        inner = inner[1:] if inner.strip(" ").startswith("`") else inner
        return inner[:-1] if inner.strip(" ").endswith("`") else inner
    parts = {"escape": found[0][1:], "block": (found["lines"] or "").strip("\n"), "address": found["target"]}
    return parts.get(kind) or found["label"] or found[0]
