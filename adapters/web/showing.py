"""What a place shows to a visitor: messages as HTML, in the page and as events."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from adapters.web.messages import Kept, Messages
from adapters.web.rendering import LETTER_SIGNS, Renderer, letters_of, opens_form, summary
from adapters.web.visitors import Visitor
from bot.ports import Row, card_from_json
from content.markup import visible

SHOWN = 50
"""Messages that a page loads with, and that are added at a time."""
SHOWN_AT_MOST = 2000
EVENTS_KEPT = 256


@dataclass(frozen=True, slots=True)
class Reactions:
    """Reactions on one message as a visitor sees them: the own ones, and how many of each.

    Letters are answers, so how many others gave one is told to nobody.
    """

    mine: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Mapping[str, Any], account: str) -> Reactions:
        """Read the value of a row of reactions."""
        counts: dict[str, int] = {}
        for entry in value.values():
            for emoji in entry["emoji"]:
                if emoji not in LETTER_SIGNS:
                    counts[emoji] = counts.get(emoji, 0) + 1
        return cls(tuple(value.get(account, {"emoji": ()})["emoji"]), counts)


NO_REACTIONS = Reactions()


class Showing:
    """Turns what is kept into what a visitor's page gets."""

    def __init__(self, messages: Messages, renderer: Renderer) -> None:
        self._messages = messages
        self._renderer = renderer
        self._events: dict[tuple[str, int, str], str] = {}

    async def latest(self, channel: str, visitor: Visitor, before: str = "", loaded: int = 0) -> list[Kept]:
        """The last messages of a place and those to the visitor, oldest first; with `before` those older than it."""
        limit = min(loaded + SHOWN, SHOWN_AT_MOST)
        kept = await self._messages.newest(f"m:{channel}", limit)
        kept += await self._messages.newest(f"d:{visitor.account}", limit)
        older = [each for each in kept if not before or each.id < before]
        return sorted(older, key=lambda each: each.id)[-SHOWN:]

    async def reactions(self, channel: str, visitor: Visitor, limit: int = SHOWN) -> dict[str, Reactions]:
        """Reactions on the last messages of a place by message id."""
        rows = await self._messages.reactions_in(channel, limit)
        return {row.key.rpartition(":")[2]: Reactions.of(row.value, visitor.account) for row in rows}

    def tree(self, kept: Sequence[Kept], reactions: Mapping[str, Reactions], language: str) -> list[Markup]:
        """Messages as HTML, replies inside what they reply to as far as that is among them."""
        ids = {each.id for each in kept}
        replies: dict[str, list[Kept]] = {}
        for each in kept:
            if each.parent in ids:
                replies.setdefault(each.parent, []).append(each)
        return [
            self.message(each, language, reactions.get(each.id, NO_REACTIONS), tuple(replies.get(each.id, ())))
            for each in kept
            if each.parent not in ids
        ]

    def message(
        self, kept: Kept, language: str, reactions: Reactions = NO_REACTIONS, replies: tuple[Kept, ...] = ()
    ) -> Markup:
        """One message as a list item."""
        level = 3 if kept.parent else 2
        return self._renderer.fill(
            "message.html",
            language,
            message=kept,
            card=kept.card and self._renderer.card(kept.card, kept.id, language, level),
            summary=self.summary(kept),
            letters=letters_of(kept.card) if kept.card else (),
            tone=kept.card.tone.value if kept.card else "said",
            opens_form=bool(kept.card and opens_form(kept.card)),
            reactions=reactions,
            replies=[self.message(reply, language) for reply in replies],
        )

    def flat(self, kept: Kept, language: str, reactions: Reactions = NO_REACTIONS) -> dict[str, Any]:
        """One message for the page's script, which finds its place."""
        html = str(self.message(kept, language, reactions))
        return {"id": kept.id, "parent": kept.parent, "html": html, "summary": self.summary(kept)}

    def event(self, row: Row, channel: str, visitor: Visitor) -> str:
        """What a change means to a visitor in a place, as a server-sent event; "" where it means nothing."""
        kind, _, rest = row.key.partition(":")
        within, _, last = rest.partition(":")
        if (kind, within) in {("m", channel), ("d", visitor.account)}:
            return self._message_event(row, visitor.language)
        if (kind, within) == ("r", channel):
            seen = Reactions.of(row.value, visitor.account)
            return written("reactions", {"id": last, "mine": seen.mine, "counts": seen.counts}, row.seq)
        if (kind, rest) == ("home", visitor.account):
            card = self._renderer.card(card_from_json(row.value), "home", visitor.language)
            return written("home", {"html": str(card)}, row.seq)
        return ""

    def _message_event(self, row: Row, language: str) -> str:
        """Everybody in a place gets the same text, so it is written once."""
        name = (row.key, row.seq, language)
        if name not in self._events:
            self._events[name] = written("message", self.flat(Kept.of(row), language), row.seq)
            if len(self._events) > EVENTS_KEPT:
                del self._events[next(iter(self._events))]
        return self._events[name]

    @staticmethod
    def summary(kept: Kept) -> str:
        """What a screen reader says when the message comes."""
        return summary(kept.card) if kept.card else f"{kept.author}: {visible(kept.text)}"


def written(name: str, value: object, seq: int | None = None) -> str:
    """A server-sent event; with a seq the browser names it when it comes back."""
    numbered = "" if seq is None else f"id: {seq}\n"
    return f"event: {name}\n{numbered}data: {json.dumps(value, ensure_ascii=False)}\n\n"
