"""Texts as people typed them, from Slack's way to write them."""

from __future__ import annotations

import pytest

from adapters.slack.texts import as_typed


@pytest.mark.parametrize(
    ("told", "typed"),
    [
        ("Noise &amp; dropout: 1 &lt; 2 &gt; 0", "Noise & dropout: 1 < 2 > 0"),
        ("&amp;lt; stays", "&lt; stays"),
        ("See <https://example.org/a?b=1&amp;c=2|example.org/a> now", "See example.org/a now"),
        ("<https://example.org/a?b=1&amp;c=2>", "https://example.org/a?b=1&c=2"),
        ("<mailto:ada@example.org|ada@example.org> or <mailto:ada@example.org>", "ada@example.org or ada@example.org"),
        ("<#C0123|general> and <#C0123>", "#general and #C0123"),
        ("<@U0123> and <@U0123|ada>", "@U0123 and @ada"),
        ("<!here> <!channel|@channel> <!subteam^S0123|@leads> <!subteam^S0123>", "@here @channel @leads @subteam"),
        ("<!date^1700000000^{date}|yesterday>", "yesterday"),
        ("numpy.dot(a, b)", "numpy.dot(a, b)"),
        ("", ""),
    ],
)
def test_links_mentions_and_escapes_are_what_was_typed(told: str, typed: str) -> None:
    assert as_typed(told) == typed
