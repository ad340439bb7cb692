"""Rich text: the elements with their keys and styles, which slack_sdk does not check.

By https://docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

from tests.fakes.slack.shapes import Check, boolean, every, integer, one_of, record, string, typed

MOST = 10_000
STYLE = record(bold=boolean, italic=boolean, strike=boolean, code=boolean, underline=boolean)
MENTION_STYLE = record(
    bold=boolean,
    italic=boolean,
    strike=boolean,
    underline=boolean,
    highlight=boolean,
    client_highlight=boolean,
    unlink=boolean,
)
_ID = string(255)
_COLOUR = string(7, pattern=r"#[0-9a-fA-F]{6}")

INLINE: dict[str, Check] = {
    "text": record("text", text=string(MOST), style=STYLE),
    "link": record(
        "url", url=string(3000, pattern=r"[a-z][a-z0-9+.-]*:.+"), text=string(MOST), style=STYLE, unsafe=boolean
    ),
    "emoji": record("name", name=string(100), unicode=string(100), skin_tone=integer(2, 6), style=STYLE),
    "user": record("user_id", user_id=_ID, style=MENTION_STYLE),
    "usergroup": record("usergroup_id", usergroup_id=_ID, style=MENTION_STYLE),
    "channel": record("channel_id", channel_id=_ID, style=MENTION_STYLE),
    "team": record("team_id", team_id=_ID, style=STYLE),
    "broadcast": record("range", range=one_of("here", "channel", "everyone"), style=STYLE),
    "color": record("value", value=_COLOUR, style=STYLE),
    "date": record(
        "timestamp format",
        timestamp=integer(0, 2**53),
        format=string(255),
        url=string(3000),
        fallback=string(255),
        style=STYLE,
    ),
}
_pieces = every(typed(**INLINE), MOST, 0)
_verbatim = every(typed(text=INLINE["text"], link=INLINE["link"]), MOST, 0)
_section = record("elements", elements=_pieces)
_line = integer(0, 1)

RICH_TEXT = typed(
    rich_text_section=_section,
    rich_text_preformatted=record("elements", elements=_verbatim, border=_line, language=string(50)),
    rich_text_quote=record("elements", elements=_pieces, border=_line),
    rich_text_list=record(
        "elements style",
        elements=every(typed(rich_text_section=_section), MOST),
        style=one_of("bullet", "ordered"),
        indent=integer(0, 8),
        offset=integer(0, 100_000),
        border=_line,
    ),
)
