"""Slack that loses requests and replies, refuses, is busy, and goes away."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.slack import adapter
from bot.ports import BusyError, Card, GoneError, Message, PlaceRef, RefusedError, Text, UnknownOutcomeError
from bot.store import Store
from bot.store.tables import posts
from tests.adapters.slack.conftest import Hall, app_on, said, served, until
from tests.clock import Clock
from tests.fakes.slack.server import FakeSlack
from tests.grounds import slack_ground
from tests.hall import choice_pack, hall_entry, schedule

CHANNELS = 4
SLOTS = 75
LOOKED_AFTER = 8
"""Seconds after which what was not known is looked for."""


def stamps(slack: FakeSlack, channel: str) -> Counter[str]:
    """How often each question stands in a channel."""
    found = [
        each.metadata["event_payload"]["stamp"] for each in slack.messages(channel) if each.thread_ts in ("", each.ts)
    ]
    return Counter(stamp for stamp in found if stamp.startswith("q-"))


async def under_way(store: Store) -> int:
    """How many messages are neither there nor given up."""
    waiting = select(func.count()).where(posts.c.state.in_(["due", "sending", "uncertain"]))
    return await store.read(lambda connection: connection.execute(waiting).scalar_one())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_of_three_hundred_posts_through_lost_requests_and_replies_each_is_there_once(
    slack: FakeSlack, store: Store, clock: Clock, tmp_path: Path
) -> None:
    hurried = replace(adapter, limits=replace(adapter.limits, post_every=0.0))
    ground = slack_ground(hurried, slack)
    channels = [
        ground.place,
        *(replace(ground.place, channel=slack.add_channel(f"c{n}").id) for n in range(1, CHANNELS)),
    ]
    times = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 24 * 60, 15)]
    schedules = [schedule(f"s{n}", places=[place], times=times) for n, place in enumerate(channels)]
    entry = hall_entry(places=channels, schedules=schedules, organiser_place=None)
    app = app_on(ground, store, clock, tmp_path, [entry], choice_pack(200))
    async with served(app, slack):
        slack.weather(seed=11, lost_requests=0.05, lost_replies=0.05)
        slot = clock()
        for _ in range(SLOTS):
            slot += timedelta(minutes=15)
            clock.forward(seconds=(slot - clock()).total_seconds())
            await app.run_due()
            while await under_way(store):
                clock.forward(seconds=LOOKED_AFTER)
                await app.run_due()
    there = [stamps(slack, place.channel) for place in channels]
    assert sum(map(len, there)) == CHANNELS * SLOTS
    assert max(times for each in there for times in each.values()) == 1
    looked = sum(method == "conversations.history" for method, _, _ in slack.calls)
    assert looked > CHANNELS * SLOTS * 0.05, "so many outcomes were not known at first"


CODES = {
    "is_archived": RefusedError,
    "channel_not_found": RefusedError,
    "not_in_channel": RefusedError,
    "restricted_action": RefusedError,
    "token_revoked": RefusedError,
    "account_inactive": RefusedError,
    "invalid_auth": RefusedError,
    "missing_scope": RefusedError,
    "msg_blocks_too_long": RefusedError,
    "invalid_blocks": RefusedError,
    "team_access_not_granted": RefusedError,
    "a_code_that_is_new": RefusedError,
    "ratelimited": BusyError,
    "fatal_error": UnknownOutcomeError,
    "internal_error": UnknownOutcomeError,
    "service_unavailable": UnknownOutcomeError,
    "http-500": UnknownOutcomeError,
    "http-502-html": UnknownOutcomeError,
    "http-503": UnknownOutcomeError,
    "lost-request": UnknownOutcomeError,
    "lost-reply": UnknownOutcomeError,
    "message_not_found": GoneError,
}


@pytest.mark.parametrize("code", CODES)
async def test_each_error_of_slacks_says_what_is_known_after_it(hall: Hall, code: str) -> None:
    await hall.run(hours=1)
    platform = hall.app.running["slack"].platform
    hall.slack.fail("chat.update", code)
    message = Message(PlaceRef("slack", hall.slack.team, hall.channel), hall.question.ts)
    with pytest.raises(CODES[code]) as raised:
        await platform.edit(message, Card("Another title", (Text("Another text"),)))
    if isinstance(raised.value, RefusedError) and code != "a_code_that_is_new":
        assert raised.value.remedy


@pytest.mark.parametrize(
    ("method", "code", "wide"),
    [
        ("chat.postMessage", "ratelimited", True),
        ("chat.postMessage", "team_added_to_org", True),
        ("chat.update", "ratelimited", False),
    ],
)
async def test_a_limit_on_posts_is_one_of_the_whole_workspace(
    hall: Hall, method: str, code: str, *, wide: bool
) -> None:
    await hall.run(hours=1)
    platform, place = hall.app.running["slack"].platform, PlaceRef("slack", hall.slack.team, hall.channel)
    card, message = Card("A title", (Text("A text"),)), Message(place, hall.question.ts)
    hall.slack.fail(method, code)
    sent = platform.edit(message, card) if method == "chat.update" else platform.send(place, card, "q-abc")
    with pytest.raises(BusyError) as raised:
        await sent
    assert raised.value.wide is wide


@pytest.mark.parametrize(("told", "wait"), [("1", 1.0), ("30", 30.0), ("600", 600.0), (None, 30.0), ("soon", 30.0)])
async def test_slack_is_left_alone_for_as_long_as_it_asks(hall: Hall, told: str | None, wait: float) -> None:
    hall.slack.fail("chat.postMessage", "ratelimited", retry_after=told)
    await hall.run(hours=1)
    assert hall.slack.messages(hall.channel) == []
    await hall.run(seconds=wait - 0.5)
    assert hall.slack.messages(hall.channel) == []
    await hall.run(seconds=1)
    assert len(hall.slack.messages(hall.channel)) == 1


async def test_a_channel_that_was_archived_is_asked_in_no_more_and_organisers_are_told_how_to_go_on(hall: Hall) -> None:
    await hall.slack.archive(hall.channel)
    await until(lambda: hall.app.running)
    await hall.run(hours=1)
    await hall.run(seconds=5)
    assert "archived" in " ".join(said(each.blocks) for each in hall.slack.messages(hall.organisers))


async def test_a_message_that_a_moderator_deleted_is_revealed_to_nobody_and_the_score_stands(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    await hall.slack.press(hall.someone, hall.channel, asked.ts, 0)
    hall.slack.delete_message(hall.channel, asked.ts)
    await hall.run(hours=24)
    above = len(hall.slack.ephemerals(hall.someone))
    await hall.slack.command(hall.someone, hall.channel, "/leaderboard", "all")
    assert "1" in await hall.told(above=above)
