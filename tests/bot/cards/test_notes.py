"""Notes to organisers."""

from __future__ import annotations

import pytest

from bot.cards.notes import NOTES, note_card
from bot.languages import languages, words
from bot.ports import Text

FACTS = {
    "schedule": "daily",
    "count": 3,
    "first": "2026-11-23 09:00",
    "last": "2026-11-23 11:00",
    "place": "web:local:general",
    "reason": "not_in_channel",
    "remedy": "Invite the bot.",
    "part": "explanation",
    "platform": "web",
    "item": "ml-interview/p-value-meaning",
    "people": 2,
    "check": "slots",
    "made": "2026-11-20 09:00 UTC",
    "since": "2026-11-20 09:00:00 UTC",
    "until": "2026-11-20 15:00 UTC",
}


@pytest.mark.parametrize("kind", sorted(NOTES))
@pytest.mark.parametrize("language", languages())
def test_every_note_says_what_happened_and_what_to_do_in_every_language(kind: str, language: str) -> None:
    card = note_card(words(language), kind, FACTS)
    (block,) = card.blocks
    assert isinstance(block, Text)
    assert "{" not in card.title + block.markdown
    assert len(block.markdown) > 20
    assert card.summary == card.title


def test_facts_cannot_bring_markup_into_a_note() -> None:
    card = note_card(words("en"), "refused", {**FACTS, "reason": "[click](http://evil.example)"})
    (block,) = card.blocks
    assert isinstance(block, Text)
    assert "[click](http" not in block.markdown
