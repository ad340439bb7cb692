"""Events of Slack's that are odd, out of order, too early, or of no learner's doing."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.tables import answers, events, people
from tests.adapters.slack.conftest import Hall
from tests.fakes.slack.facts import Json
from tests.hall import pack_of


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KINDS = (
    "message",
    "reaction_added",
    "reaction_removed",
    "app_home_opened",
    "user_profile_changed",
    "channel_left",
    "channel_archive",
    "channel_id_changed",
    "link_shared",
)
FIELDS = (
    "user",
    "channel",
    "channel_type",
    "old_channel_id",
    "text",
    "ts",
    "event_ts",
    "thread_ts",
    "item",
    "reaction",
    "tab",
    "subtype",
)


@st.composite
def odd_events(draw: st.DrawFn) -> Json:
    """An event that lacks things, or has other things where something is expected."""
    fields = draw(st.lists(st.sampled_from(FIELDS), unique=True))
    event: Json = {field: draw(JSON) for field in fields}
    return {**event, "type": draw(st.sampled_from(KINDS))}


async def test_events_with_missing_or_odd_fields_are_passed_over(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    await hall.run(hours=1)
    loop = asyncio.get_running_loop()

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(odd_events())
    def tell(event: Json) -> None:
        payload = hall.slack.wrap({"type": "message", "channel": hall.channel})
        asyncio.run_coroutine_threadsafe(taken(payload | {"event": event}), loop).result()

    async def taken(payload: Json) -> None:
        told = await hall.slack.delivery.tell("events_api", payload)
        assert told.acknowledged, payload

    await asyncio.to_thread(tell)
    assert await hall.all_of(answers.c.id) == await hall.all_of(people.c.id) == []
    assert await hall.all_of(events.c.event) == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert (await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)).acknowledged


def reaction_of(hall: Hall, kind: str, at: str, name: str = "two", who: str = "") -> Json:
    """The event of a letter that was put on the question, or taken off it."""
    item = {"type": "message", "channel": hall.channel, "ts": hall.question.ts}
    return hall.slack.wrap({"type": kind, "user": who or hall.someone, "reaction": name, "item": item, "event_ts": at})


@pytest.mark.parametrize("policy", [{"answer_by": "reactions", "answers": "last"}])
async def test_of_letters_told_in_any_order_the_one_put_last_counts(hall: Hall) -> None:
    await hall.run(hours=1)
    begun = hall.clock().timestamp()
    hall.clock.forward(seconds=30)
    put = (("reaction_added", "three"), ("reaction_removed", "three"), ("reaction_added", "two"))
    for number, order in enumerate(permutations(range(3))):
        person = hall.slack.add_user(f"person-{number}").id
        told = [reaction_of(hall, kind, f"{begun + at:.6f}", name, person) for at, (kind, name) in enumerate(put)]
        for index in order:
            assert (await hall.slack.delivery.tell("events_api", told[index])).acknowledged
    kept = await hall.all_of(answers.c.given)
    assert [given["picked"] for (given,) in kept] == [[1]] * 6


@pytest.mark.parametrize("policy", [{"answer_by": "reactions"}])
async def test_a_reaction_told_before_we_know_our_own_message_is_counted_when_it_is_read_anew(hall: Hall) -> None:
    hall.slack.fail("chat.postMessage", "lost-reply")
    await hall.run(hours=1)
    asked = hall.question
    earlier = f"{hall.clock().timestamp() - 1:.6f}"
    hall.slack.add_reaction(asked, hall.someone, "two")
    told = await hall.slack.delivery.tell("events_api", reaction_of(hall, "reaction_added", earlier))
    assert told.acknowledged
    assert await hall.all_of(answers.c.id) == []
    for _ in range(3):
        await hall.run(seconds=8)  # the question is looked for and found
    await hall.run(hours=24)
    assert [given["picked"] for (given,) in await hall.all_of(answers.c.given)] == [[1]]


@pytest.mark.parametrize("pack", [pack_of("open")])
async def test_our_own_words_and_those_of_bots_and_workflows_are_no_answers(hall: Hall) -> None:
    await hall.run(hours=1)
    asked, bot = hall.question.ts, hall.slack.add_user("another-bot", bot=True).id
    hall.slack.channels[hall.channel].members.append(bot)
    ours = hall.slack.bot_user
    for user, more in (
        (ours, {"bot_id": hall.slack.teams[hall.slack.team].bot_id}),
        (bot, {"bot_id": "B0OTHER"}),
        (bot, {}),
        (hall.someone, {"subtype": "bot_message", "bot_id": "B0WORKFLOW"}),
        ("USLACKBOT", {}),
        (hall.someone, {"subtype": "message_changed"}),
    ):
        event = {"type": "message", "channel": hall.channel, "channel_type": "channel", "user": user, "ts": asked}
        await hall.slack.deliver({**event, "text": "It fits the noise.", "thread_ts": asked, **more}, times=1)
        assert await hall.all_of(answers.c.id) == [], (user, more)
    await hall.slack.react(bot, hall.channel, asked, "one")
    assert await hall.all_of(answers.c.id) == []
    await hall.slack.say(hall.someone, hall.channel, "It fits the noise.", thread_ts=asked)
    assert len(await hall.all_of(answers.c.id)) == 1
