"""A database that is held, events that Slack leaves out, and requests that are no requests of Slack's."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest

from bot.store.tables import answers, schedules
from tests.adapters.slack import test_http
from tests.adapters.slack.conftest import Hall, said, until
from tests.adapters.slack.test_http import Hosted
from tests.databases import SQLITE, away, holding
from tests.fakes.slack.facts import Told
from tests.fakes.slack.webhooks import FORM, JSON
from tests.hall import pack_of

hosted = test_http.hosted
POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
CANARY = "canary-4711"


@pytest.fixture
def hold(url: str) -> Iterator[Callable[[], Callable[[], object]]]:
    """Called, it holds the lock that whatever is saved in the hall has to wait for; what it gives lets go."""
    yield from holding(url)


async def picked(hall: Hall) -> list[list[int]]:
    return sorted(value["picked"] for (value,) in await hall.all_of(answers.c.given))


async def test_while_the_database_is_held_people_are_told_to_try_again_and_events_come_again_and_count_once(
    hall: Hall, hold: Callable[[], Callable[[], object]]
) -> None:
    slack = hall.slack
    presser, writer, admin = (slack.add_user(name, admin=name == "admin").id for name in ("presser", "writer", "admin"))
    slack.delivery.ack_within, slack.delivery.retries = 4.0, (0.5, 0.5)
    await hall.run(hours=1)
    asked = hall.question
    let_go = hold()
    _, reacted, written, _ = await asyncio.gather(
        slack.press(presser, hall.channel, asked.ts, 0),
        slack.react(hall.someone, hall.channel, asked.ts, "two"),
        slack.direct(writer, "C"),
        slack.command(admin, hall.channel, "/study", "schedule pause daily"),
    )
    for user in (presser, admin):
        told = await hall.told(user)
        assert "Nothing was saved" in told
        assert "again" in told
    assert await picked(hall) == []
    let_go()
    await slack.settled()
    for event in (reacted, written):
        assert event.acknowledged
        assert event.attempts > 1
        assert all(again.acknowledged for again in await slack.deliver(event, times=3, together=True))
    assert await picked(hall) == [[1], [2]]
    assert await hall.all_of(schedules.c.paused_since) == [(None,)]
    await slack.press(presser, hall.channel, asked.ts, 0)
    assert await picked(hall) == [[0], [1], [2]]


@pytest.mark.parametrize("pack", [pack_of("short")])
async def test_a_form_that_cannot_be_saved_stays_open_with_what_was_typed_and_counts_once_it_can(
    hall: Hall, hold: Callable[[], Callable[[], object]]
) -> None:
    hall.slack.delivery.ack_within = 10.0
    await hall.run(hours=1)
    await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)
    await until(lambda: hall.slack.modals(hall.someone))
    (view,) = hall.slack.modals(hall.someone)
    let_go = hold()
    await hall.slack.submit(hall.someone, view, {"answer": "overfitting"})
    assert "Nothing was saved" in view.errors["answer"]
    assert hall.slack.modals(hall.someone) == [view]
    assert hall.slack.ephemerals(hall.someone) == []
    let_go()
    assert await hall.all_of(answers.c.id) == []
    await hall.slack.submit(hall.someone, view, {"answer": "overfitting"})
    assert hall.slack.modals(hall.someone) == []
    assert len(await hall.all_of(answers.c.id)) == 1


@POSTGRESQL
@pytest.mark.parametrize("known", [True, False])
async def test_over_http_whoever_does_something_while_the_database_cannot_be_read_is_told_that_nothing_was_saved(
    hosted: Hosted, url: str, *, known: bool
) -> None:
    await hosted.install()
    hall, slack = hosted.hall, hosted.hall.slack
    slack.delivery.ack_within, slack.delivery.retries = 10.0, ()
    writer, member, admin = (slack.add_user(name, admin=name == "admin").id for name in ("writer", "member", "admin"))
    await hall.run(hours=1)
    asked = hall.question
    await slack.press(member, hall.channel, asked.ts, 1)
    await slack.open_home(member)
    await until(lambda: slack.home(member))
    await slack.command(admin, hall.channel, "/study", "schedule add")
    await until(lambda: slack.modals(admin))
    view = slack.modals(admin)[-1]
    if not known:
        hall.app.running["slack"].platform._hosting._tokens.forget(slack.team)  # type: ignore[attr-defined]
    hall.clock.forward(minutes=1)
    with away(url):
        pressed = await slack.press(hall.someone, hall.channel, asked.ts, 0)
        typed = await slack.command(writer, hall.channel, "/study", "help")
        sent = await slack.submit(admin, view, {"name": "evening", "times": "18:00"})
        reacted = await slack.react(writer, hall.channel, asked.ts, "two")
        left = await slack.press_home(member, 0)
        for user in (hall.someone, writer):
            assert "Nothing was saved" in await hall.told(user)
        if known:
            await until(lambda: slack.messages(slack.open_im(member).id))
    assert left.acknowledged == known, "from there is no other way back than by a token"
    assert [pressed.acknowledged, typed.acknowledged, sent.acknowledged] == [True] * 3
    assert "Nothing was saved" in view.errors["name"]
    assert not reacted.acknowledged, "events come again by themselves"
    assert await picked(hall) == [[1]]
    await slack.press(hall.someone, hall.channel, asked.ts, 0)
    assert await picked(hall) == [[0], [1]]


async def left_out(hall: Hall, caplog: pytest.LogCaptureFixture) -> Told:
    """Somebody reacts while Slack tells of nothing; then Slack says so."""
    await hall.run(hours=1)
    hall.slack.add_reaction(hall.question, hall.someone, "two")
    told = await hall.slack.rate_limited_event()
    async with asyncio.timeout(10):
        while await picked(hall) != [[1]]:
            await asyncio.sleep(0.02)
    assert "left out events" in caplog.text
    return told


@SQLITE
async def test_over_a_socket_what_slack_left_out_is_read_anew(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    assert (await left_out(hall, caplog)).acknowledged


@SQLITE
async def test_over_http_what_slack_left_out_is_read_anew(hosted: Hosted, caplog: pytest.LogCaptureFixture) -> None:
    await hosted.install()
    assert (await left_out(hosted.hall, caplog)).acknowledged


def garbled(true: bytes) -> Iterator[tuple[bytes, dict[str, str]]]:
    """(body, headers) of requests that have another's signature."""
    chance = random.Random(45)
    for _ in range(60):
        at = chance.randrange(len(true))
        yield true[:at], {}
        yield true[:at] + bytes([true[at] ^ 1 << chance.randrange(8)]) + true[at + 1 :], {}
        yield true[:at] + chance.randbytes(9) + true[at:], {}
    yield true * 2, {}
    yield true + b" " * 1_000_000, {}
    yield b"\x1f\x8b" + true, {"Content-Encoding": "gzip"}
    yield true, {"Content-Encoding": "gzip"}
    yield true, {"Content-Encoding": "deflate"}
    yield true + b"\xff", {"Content-Type": "application/json; charset=klingon"}
    yield true + b"\xff", {"Content-Type": f"{FORM}; charset=utf-16"}
    yield true, {"X-Slack-Signature": "v0=ümlaut"}
    yield true, {"X-Slack-Request-Timestamp": "9" * 400}
    yield true, {"X-Slack-Request-Timestamp": "nan"}


@SQLITE
async def test_a_body_that_was_changed_on_its_way_is_401_and_neither_it_nor_a_trace_is_logged(
    hosted: Hosted, caplog: pytest.LogCaptureFixture
) -> None:
    await hosted.install()
    caplog.set_level(logging.DEBUG)
    true = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": {"type": "message", "text": CANARY}})
    signature = hosted.hall.slack.webhooks.signed(true.encode())
    for body, headers in garbled(true.encode()):
        status, text = await hosted.hall.slack.post_raw(body, headers={**signature, **headers})
        assert (status, text) == (401, ""), (body[:80], headers)
    assert not [record for record in caplog.records if record.exc_info]
    assert not [record for record in caplog.records if CANARY in record.getMessage()]


@SQLITE
@pytest.mark.parametrize(
    ("content_type", "told"),
    [
        (JSON, {"type": "something_new"}),
        (JSON, {"type": "event_callback", "event_id": "Ev1", "event": {"type": "something_new"}}),
        (FORM, {"type": "something_new", "user": {"id": "U0NEW"}}),
    ],
)
async def test_what_slack_may_tell_some_day_is_taken_and_means_nothing(
    hosted: Hosted, content_type: str, told: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    await hosted.install()
    told |= {"team_id": hosted.hall.slack.team, "team": {"id": hosted.hall.slack.team}}
    body = json.dumps(told) if content_type == JSON else urlencode({"payload": json.dumps(told)})
    assert (await hosted.hall.slack.post_raw(body, content_type=content_type))[0] == 200
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING and "slack" in record.name]


@SQLITE
async def test_a_true_request_that_is_sent_again_as_it_was_has_no_second_effect(hosted: Hosted) -> None:
    await hosted.install()
    hall = hosted.hall
    await hall.run(hours=1)
    pressed = await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 1)
    reacted = await hall.slack.react(hall.slack.add_user("another").id, hall.channel, hall.question.ts, "two")
    bodies = {
        urlencode({"payload": json.dumps(pressed.payload)}): FORM,
        json.dumps(reacted.payload): JSON,
    }
    for body, content_type in bodies.items():
        signature = hall.slack.webhooks.signed(body.encode())
        for _ in range(2):
            assert (await hall.slack.post_raw(body, content_type=content_type, headers=signature))[0] == 200
    assert await picked(hall) == [[1], [1]]
    await until(lambda: len(hall.slack.ephemerals(hall.someone)) == 3)
    assert len({said(told.blocks) for told in hall.slack.ephemerals(hall.someone)}) == 1, "told as the first time"
