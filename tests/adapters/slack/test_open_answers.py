"""Open answers in Slack: sealed until the reveal, starred in the thread; and rated line by line when alone."""

from __future__ import annotations

import pytest

from bot.store.tables import private_rounds, stars
from tests.adapters.slack.conftest import Hall, said, shape, until
from tests.databases import SQLITE
from tests.fakes.slack.facts import Message
from tests.hall import pack_of

pytestmark = SQLITE


@pytest.fixture
def pack() -> str:
    """An open question."""
    return pack_of("open")


async def write(hall: Hall, user: str, text: str) -> None:
    """Answer the question by its form."""
    await hall.slack.press(user, hall.channel, hall.question.ts, 0)
    await until(lambda: hall.slack.modals(user))
    await hall.slack.submit(user, hall.slack.modals(user)[-1], {"answer": text})
    await hall.told(user)


def member(hall: Hall, name: str) -> str:
    """Somebody else in the channel."""
    user = hall.slack.add_user(name).id
    hall.slack.channels[hall.channel].members.append(user)
    return user


async def test_answers_are_sealed_until_the_reveal_and_starred_in_the_thread(hall: Hall) -> None:
    slack, fan = hall.slack, member(hall, "fan")
    await hall.run(hours=1)
    asked = hall.question
    await write(hall, hall.someone, "It fits the noise <!channel>.")
    await write(hall, fan, "It knows too much.")
    await hall.run(hours=20)
    assert slack.thread(hall.channel, asked.ts) == []
    assert "noise" not in shape([each.blocks for each in slack.messages(hall.channel)])
    await hall.run(hours=4)
    await hall.run(seconds=5)

    def answers() -> list[Message]:
        return [each for each in slack.thread(hall.channel, asked.ts) if "answers" in said(each.blocks)]

    assert ["fits the noise" in said(each.blocks) for each in answers()] == [True, False]
    for user, times in ((fan, 1), (hall.someone, 1)):
        before = len(slack.ephemerals(user))
        await slack.press(user, hall.channel, answers()[0].ts, 0)
        await until(lambda user=user, before=before: len(slack.ephemerals(user)) > before)  # type: ignore[misc]
        assert len(await hall.all_of(stars.c.at)) == times
    assert "You starred this answer" in said(slack.ephemerals(fan)[-1].blocks)
    assert slack.ephemerals(fan)[-1].thread_ts == asked.ts, "where they read, not in the channel"
    assert "your own answer" in said(slack.ephemerals(hall.someone)[-1].blocks)
    await hall.run(seconds=6)
    assert "1 star" in said(answers()[0].blocks)
    await hall.run(hours=24)
    found = slack.message(hall.channel, asked.ts)
    assert "The group liked the answer of" in said(found.blocks)


async def test_an_open_answer_alone_is_rated_by_the_lines_of_the_rubric(hall: Hall) -> None:
    slack = hall.slack
    await slack.command(hall.someone, hall.channel, "/practice")
    await hall.told()
    first = slack.ephemerals(hall.someone)[-1]
    await slack.press_ephemeral(hall.someone, first.ts, 0)
    await until(lambda: slack.modals(hall.someone))
    await slack.submit(hall.someone, slack.modals(hall.someone)[-1], {"answer": "Noise."})
    await until(lambda: "A good answer" in shown(hall))
    for label, told in (("1", "1 of 2 lines: you rate it 3 of 5"), ("2", "2 of 2 lines: you rate it 5 of 5")):
        place = slack.buttons(slack.ephemerals(hall.someone)[-1].blocks).index(label)
        await slack.press_ephemeral(hall.someone, slack.ephemerals(hall.someone)[-1].ts, place)
        await until(lambda told=told: told in shown(hall))  # type: ignore[misc]
    assert await hall.all_of(private_rounds.c.stars, private_rounds.c.met) == [(5, [0, 1])]
    assert slack.messages(hall.channel) == []


def shown(hall: Hall) -> str:
    return said(hall.slack.ephemerals(hall.someone)[-1].blocks)
