"""Long reference answers in Discord: the reveal begins them, and whoever reads on gets each page alone."""

from __future__ import annotations

import pytest

from tests.adapters.discord.conftest import Hall
from tests.fakes.discord.facts import Message
from tests.long import BEGINS, ENDS, LONG_PACK


@pytest.fixture
def pack() -> str:
    """A question with an answer of 25,000 characters."""
    return LONG_PACK


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


async def test_all_of_an_answer_of_25_000_characters_is_read_page_by_page(hall: Hall) -> None:
    discord = hall.discord
    await hall.run(hours=1)
    await hall.run(hours=24)
    await hall.run(seconds=5)
    reveal = next(each for each in discord.messages(hall.channel) if BEGINS in each.text)
    assert ENDS not in reveal.text
    opened = await discord.press(hall.someone, hall.channel, reveal.id, discord.labels(reveal).index("Read on"))
    assert opened.ephemeral
    assert opened.reply is not None
    page = opened.reply.id

    def shown() -> Message:
        return next(each for each in discord.messages_for(hall.someone, hall.channel) if each.id == page)

    read = [shown().text]
    while "Next page" in discord.labels(shown()):
        turned = await discord.press(hall.someone, hall.channel, page, discord.labels(shown()).index("Next page"))
        assert turned.acknowledged
        read.append(shown().text)
    assert len(read) > 6
    whole = "\n".join(read)
    assert whole.index(BEGINS) < whole.index("Part 34") < whole.index("line_99") < whole.index("22201")
    assert whole.index("22201") < whole.index(ENDS)
    assert "…" not in whole
    assert sum(each.ephemeral for each in discord.messages_for(hall.someone, hall.channel)) == 1
