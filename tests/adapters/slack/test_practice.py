"""Practice alone in Slack: one message that only its reader sees, from the first question to the summary."""

from __future__ import annotations

from tests.adapters.slack.conftest import Hall, said, until


async def test_a_practice_is_one_private_message_that_changes(hall: Hall) -> None:
    slack = hall.slack
    await slack.command(hall.someone, hall.channel, "/practice", "count:2")
    assert "Practice 1/2" in await hall.told()
    for wanted in ("Practice 2/2", "Summary"):
        await slack.press_ephemeral(hall.someone, slack.ephemerals(hall.someone)[-1].ts, 0)
        await until(lambda: "Reason for" in shown(hall))
        onward = next(n for n, label in enumerate(labels(hall)) if label in ("Next", "Finish"))
        await slack.press_ephemeral(hall.someone, slack.ephemerals(hall.someone)[-1].ts, onward)
        await until(lambda wanted=wanted: wanted in shown(hall))  # type: ignore[misc]
    assert len(slack.ephemerals(hall.someone)) == 1
    assert slack.messages(hall.channel) == []


def shown(hall: Hall) -> str:
    return said(hall.slack.ephemerals(hall.someone)[-1].blocks)


def labels(hall: Hall) -> list[str]:
    return hall.slack.buttons(hall.slack.ephemerals(hall.someone)[-1].blocks)
