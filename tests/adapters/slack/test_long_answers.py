"""Long reference answers in Slack: the reveal begins them, and whoever reads on gets each page alone."""

from __future__ import annotations

import pytest

from tests.adapters.slack.conftest import Hall, said, until
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
    slack = hall.slack
    await hall.run(hours=1)
    asked = hall.question
    await hall.run(hours=24)
    await hall.run(seconds=5)
    reveal = next(each for each in slack.messages(hall.channel) if each.ts == asked.ts)
    assert BEGINS in said(reveal.blocks)
    assert ENDS not in said(reveal.blocks)
    await slack.press(hall.someone, hall.channel, reveal.ts, slack.buttons(reveal.blocks).index("Read on"))
    read = [await hall.told()]
    page = slack.ephemerals(hall.someone)[-1].ts
    while "Next page" in (labels := slack.buttons(slack.ephemerals(hall.someone)[-1].blocks)):
        before = read[-1]
        await slack.press_ephemeral(hall.someone, page, labels.index("Next page"))
        await until(lambda before=before: said(slack.ephemerals(hall.someone)[-1].blocks) != before)  # type: ignore[misc]
        read.append(said(slack.ephemerals(hall.someone)[-1].blocks))
    assert len(read) > 6
    whole = "\n".join(read)
    assert whole.index(BEGINS) < whole.index("Part 34") < whole.index("line_99") < whole.index("22201")
    assert whole.index("22201") < whole.index(ENDS)
    assert "…" not in whole
    assert len(slack.ephemerals(hall.someone)) == 1
