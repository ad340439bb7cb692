"""What Discord says no to: what is known then, what people are told to do, and how it goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.discord import calls
from adapters.discord.calls import MOST_REFUSALS, REFUSED_FOR
from adapters.discord.errors import error_of
from bot.ports import (
    BusyError,
    CannotLookError,
    Card,
    GoneError,
    Message,
    PlaceRef,
    Platform,
    PlatformError,
    RefusedError,
    Text,
    UnknownOutcomeError,
    Who,
)
from bot.store.tables import answers, places, posts, rounds
from tests.adapters.discord.conftest import Hall
from tests.fakes.discord.facts import Message as Said
from tests.fakes.discord.facts import NotThereError
from tests.fakes.discord.permissions import May
from tests.fakes.discord.server import FakeDiscord

CARD = Card("A title", (Text("A text"),))
POST, EDIT, REACT, LOOK, THREAD = (
    "create_message",
    "update_message",
    "add_my_message_reaction",
    "list_messages",
    "create_thread_from_message",
)


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call gets half a second."""
    monkeypatch.setattr(calls, "WRITE_TIMEOUT", 0.5)
    monkeypatch.setattr(calls, "READ_TIMEOUT", 0.5)


def platform_of(hall: Hall) -> Platform:
    return hall.app.running["discord"].platform


def place_of(hall: Hall) -> PlaceRef:
    return PlaceRef("discord", hall.guild, hall.channel)


async def settled(hall: Hall) -> list[Said]:
    """The channel's messages after everything that was owed is there or given up."""
    waiting = select(func.count()).where(posts.c.state.in_(["due", "sending", "uncertain"]))
    for _ in range(40):
        if not await hall.store.read(lambda connection: connection.execute(waiting).scalar_one()):
            break
        await hall.run(seconds=8)
    return hall.discord.messages(hall.channel)


def notes(hall: Hall) -> str:
    """What the organisers were told."""
    return "\n".join(each.text.replace("\\", "") for each in hall.discord.messages(hall.organisers))


# --- What is known after a call -----------------------------------------------------------------------------------

SENT: dict[int | str, tuple[type[PlatformError], str]] = {
    10003: (RefusedError, "ids of a channel"),
    10004: (RefusedError, "Invite"),
    10013: (RefusedError, ""),
    20001: (RefusedError, "Invite"),
    40001: (RefusedError, "Invite"),
    40002: (RefusedError, "discord.com"),
    50001: (RefusedError, "View Channels"),
    50013: (RefusedError, "Send Messages"),
    50008: (RefusedError, "text channel"),
    50024: (RefusedError, "text channel"),
    50035: (RefusedError, "Shorten"),
    160002: (RefusedError, "Read Message History"),
    200000: (RefusedError, "AutoMod"),
    200001: (RefusedError, "AutoMod"),
    240000: (RefusedError, "AutoMod"),
    99999: (RefusedError, ""),
    10008: (GoneError, ""),
    40003: (BusyError, ""),
    20022: (BusyError, ""),
    130000: (UnknownOutcomeError, ""),
    "http-503": (UnknownOutcomeError, ""),
    "http-500": (UnknownOutcomeError, ""),
    "http-502": (UnknownOutcomeError, ""),
    "http-504": (UnknownOutcomeError, ""),
    "timeout": (UnknownOutcomeError, ""),
    "lost-request": (UnknownOutcomeError, ""),
    "lost-reply": (UnknownOutcomeError, ""),
    "cloudflare-429": (BusyError, ""),
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("code", SENT)
async def test_after_a_post_that_failed_it_is_known_whether_it_may_be_there_and_what_a_person_can_do(
    hall: Hall, code: int | str
) -> None:
    kind, remedy = SENT[code]
    hall.discord.fail(POST, code)
    with pytest.raises(kind) as raised:
        await platform_of(hall).send(place_of(hall), CARD, "q-abc")
    assert remedy in getattr(raised.value, "remedy", "")
    if isinstance(code, int) and code not in (130000, 40001):
        assert str(code) in str(raised.value)


async def test_a_code_that_came_after_a_try_in_doubt_does_not_hide_the_doubt(hall: Hall) -> None:
    hall.discord.fail(POST, "http-502")
    hall.discord.fail(POST, 50013)
    with pytest.raises(UnknownOutcomeError, match="50013"):
        await platform_of(hall).send(place_of(hall), CARD, "q-abc")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (10008, GoneError, ""),
        (30046, BusyError, ""),
        (50005, RefusedError, ""),
        (50021, RefusedError, ""),
        (50013, RefusedError, "Attach Files"),
        ("lost-reply", UnknownOutcomeError, ""),
    ],
)
async def test_after_an_edit_that_failed_it_is_known_what_became_of_it(
    hall: Hall, code: int | str, kind: type[PlatformError], words: str
) -> None:
    await hall.run(hours=1)
    hall.discord.fail(EDIT, code, retry_after=300.0)
    with pytest.raises(kind) as raised:
        await platform_of(hall).edit(Message(place_of(hall), hall.question.id), CARD)
    assert words in getattr(raised.value, "remedy", "")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (10014, RefusedError, ""),
        (90001, RefusedError, ""),
        (30010, RefusedError, ""),
        (50013, RefusedError, "Add Reactions"),
        (10008, GoneError, ""),
        ("http-503", UnknownOutcomeError, ""),
    ],
)
async def test_after_a_reaction_that_failed_it_is_known_what_became_of_it(
    hall: Hall, code: int | str, kind: type[PlatformError], words: str
) -> None:
    await hall.run(hours=1)
    hall.discord.fail(REACT, code)
    with pytest.raises(kind) as raised:
        await platform_of(hall).react(Message(place_of(hall), hall.question.id), "🇦")
    assert words in getattr(raised.value, "remedy", "")


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, CannotLookError) for code in (50001, 50013, 10003, 10004)),
        (40001, RefusedError),
        ("http-503", UnknownOutcomeError),
        ("timeout", UnknownOutcomeError),
        ("cloudflare-429", BusyError),
    ],
)
async def test_a_look_that_failed_never_says_that_nothing_is_there(
    hall: Hall, code: int | str, kind: type[PlatformError]
) -> None:
    await hall.run(hours=1)
    hall.discord.fail(LOOK, code)
    with pytest.raises(kind):
        await platform_of(hall).find(place_of(hall), "q-abc", hall.clock())


def test_a_code_that_nobody_knew_of_is_told_with_its_number() -> None:
    for code in (*range(10001, 10100), 30001, 50999, 160010):
        error = error_of(code, 400)
        assert isinstance(error, RefusedError | GoneError)
        assert str(code) in str(error)


# --- The thread of a question -------------------------------------------------------------------------------------


async def test_a_thread_that_somebody_has_begun_is_used(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    thread = hall.discord.start_thread(hall.someone, hall.channel, asked.id)
    await platform_of(hall).reply(Message(place_of(hall), asked.id), CARD, "e-abc")
    assert [each.text for each in hall.discord.messages(thread.id)] == ["### A title\nA text"]


async def test_a_thread_that_two_begin_at_once_is_used_by_both(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question
    hall.discord.fail(THREAD, ("after", 160004))
    await platform_of(hall).reply(Message(place_of(hall), asked.id), CARD, "e-abc")
    assert len(hall.discord.thread_of(hall.channel, asked.id)) == 1


@pytest.mark.parametrize(
    ("code", "kind", "remedy"),
    [
        (50083, RefusedError, "Unlock"),
        (160005, RefusedError, "Unlock"),
        (160006, RefusedError, "Close threads"),
        (50013, RefusedError, "Create Public Threads"),
        (10008, GoneError, ""),
    ],
)
async def test_a_thread_that_cannot_be_begun_or_written_in_says_what_to_do(
    hall: Hall, code: int, kind: type[PlatformError], remedy: str
) -> None:
    await hall.run(hours=1)
    hall.discord.fail(THREAD, code)
    with pytest.raises(kind) as raised:
        await platform_of(hall).reply(Message(place_of(hall), hall.question.id), CARD, "e-abc")
    assert remedy in getattr(raised.value, "remedy", "")


async def test_in_a_thread_that_a_moderator_locked_the_explanation_is_left_out_and_organisers_learn_why(
    hall: Hall,
) -> None:
    await hall.run(hours=1)
    asked = hall.question
    await hall.discord.press(hall.someone, hall.channel, asked.id, 0)
    thread = hall.discord.start_thread(hall.someone, hall.channel, asked.id)
    hall.discord.archive_thread(thread.id, locked=True)
    await hall.run(hours=24)
    await settled(hall)
    assert hall.discord.messages(thread.id) == []
    assert "thread is locked" in notes(hall)
    assert len(hall.discord.messages(hall.channel)) == 2, "the next question is asked all the same"


async def test_without_the_permissions_for_threads_the_reveal_stands_and_organisers_read_which_are_missing(
    hall: Hall,
) -> None:
    hall.discord.deny(hall.channel, int(May.CREATE_PUBLIC_THREADS))
    await hall.run(hours=1)
    asked = hall.question
    await hall.discord.press(hall.someone, hall.channel, asked.id, 0)
    await hall.run(hours=24)
    await settled(hall)
    assert "1 person answered" in hall.discord.message(hall.channel, asked.id).text
    assert "Create Public Threads" in notes(hall)


# --- To somebody alone --------------------------------------------------------------------------------------------


async def test_who_takes_no_direct_messages_or_is_none_is_told_nothing(hall: Hall) -> None:
    ana, bot = hall.discord.add_member(hall.guild, "ana").id, hall.discord.add_user("another-bot", bot=True).id
    hall.discord.close_dms(ana)
    for account, code in ((ana, "50007"), (bot, "50033"), ("1", "50033")):
        with pytest.raises(RefusedError, match=code):
            await platform_of(hall).direct(Who("discord", hall.guild, account, "Ana"), CARD, "d-abc")
    await platform_of(hall).whisper(place_of(hall), Who("discord", hall.guild, hall.someone, "Someone"), CARD)
    assert len(hall.discord.messages(hall.discord.open_dm(hall.someone).id)) == 1


# --- A place that refuses -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (50001, "View Channels"),
        (50013, "Send Messages"),
        (10003, "studyhall.yaml"),
        (50024, "text channel"),
        (200000, "AutoMod"),
        (40001, "Invite"),
        (50035, "Shorten"),
    ],
)
async def test_a_place_that_refuses_is_left_alone_and_organisers_are_told_what_to_do(
    hall: Hall, code: int, remedy: str
) -> None:
    hall.discord.fail(POST, code)
    await hall.run(hours=1)
    await hall.run(seconds=5)
    assert "refuses messages" in notes(hall)
    assert remedy in notes(hall)
    await hall.run(hours=24)
    assert hall.discord.messages(hall.channel) == [], "nothing more is tried there"


@pytest.mark.parametrize("missing", [May.VIEW_CHANNEL, May.SEND_MESSAGES])
@pytest.mark.parametrize("seen", [True, False])
async def test_a_place_goes_on_at_its_next_slot_once_the_permission_is_given_back(
    hall: Hall, missing: May, *, seen: bool
) -> None:
    if seen:
        hall.discord.deny(hall.channel, int(missing))
    else:  # as while we are not connected: only the post shows it
        hall.discord.channels[hall.channel].overwrites[hall.discord.bot_user] = (0, int(missing))
    await hall.run(hours=1)
    await hall.run(seconds=5)
    assert "A place refuses messages" in notes(hall)
    hall.discord.deny(hall.channel, int(missing))  # told now at the latest
    hall.discord.allow(hall.channel, hall.discord.bot_user, int(missing))
    await free(hall)
    await hall.run(hours=24)
    assert len(hall.discord.messages(hall.channel)) == 1


async def free(hall: Hall) -> None:
    """Wait until the channel may be posted to again."""
    async with asyncio.timeout(10):
        while (hall.channel, None) not in await hall.all_of(places.c.channel, places.c.paused):
            await asyncio.sleep(0.01)


# --- A message that a moderator removed ---------------------------------------------------------------------------


async def test_a_question_that_was_removed_before_we_knew_of_it_stays_removed_and_the_next_one_is_asked(
    hall: Hall,
) -> None:
    hall.discord.fail(POST, "lost-reply")
    await hall.run(hours=1)
    hall.discord.delete_message(hall.channel, hall.question.id)
    assert await settled(hall) == []
    kept = await hall.all_of(posts.c.kind, posts.c.state, posts.c.reason)
    assert kept == [("question", "skipped", "the message was deleted")]
    assert hall.discord.made(POST) == 2
    await hall.run(hours=24)
    assert len(await settled(hall)) == 1


async def test_the_rest_of_a_question_that_was_removed_is_left_out_and_its_score_stands(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question.id
    await hall.discord.press(hall.someone, hall.channel, asked, 0)
    hall.discord.delete_message(hall.channel, asked)
    await hall.run(hours=24)
    assert len(await settled(hall)) == 1, "the next question"
    assert sorted(await hall.all_of(rounds.c.state)) == [("closed",), ("open",)]
    assert len(await hall.all_of(answers.c.id)) == 1
    assert ("reveal", "the message was deleted") in await hall.all_of(posts.c.kind, posts.c.reason)
    assert notes(hall) == ""


# --- What may not be read -----------------------------------------------------------------------------------------


async def test_an_empty_channel_is_only_taken_to_be_empty_where_its_history_may_be_read(hall: Hall) -> None:
    look = platform_of(hall).find(place_of(hall), "q-abc", hall.clock())
    assert await look is None
    hall.discord.deny(hall.channel, int(May.READ_MESSAGE_HISTORY))
    await told_everything(hall)
    with pytest.raises(CannotLookError):
        await platform_of(hall).find(place_of(hall), "q-abc", hall.clock())


async def test_an_empty_thread_is_taken_for_empty_where_its_channel_may_be_read(hall: Hall) -> None:
    await hall.run(hours=1)
    asked, found = Message(place_of(hall), hall.question.id), platform_of(hall).find
    assert await found(place_of(hall), "e-abc", hall.clock(), asked) is None, "there is no thread"
    thread = hall.discord.start_thread(hall.someone, hall.channel, asked.id)
    hall.discord.archive_thread(thread.id)
    await told_everything(hall)
    assert await found(place_of(hall), "e-abc", hall.clock(), asked) is None
    hall.discord.deny(hall.channel, int(May.READ_MESSAGE_HISTORY))
    await told_everything(hall)
    with pytest.raises(CannotLookError):
        await found(place_of(hall), "e-abc", hall.clock(), asked)


async def told_everything(hall: Hall) -> None:
    """Wait until what happened was told: what comes last was answered."""
    with pytest.raises(NotThereError):
        await hall.discord.command(hall.someone, hall.channel, "nothing")
    assert (await hall.discord.autocomplete(hall.someone, hall.channel, "leaderboard", "topic")).acknowledged


async def test_what_is_in_doubt_where_nobody_may_look_is_sent_again_while_discord_knows_its_nonce(hall: Hall) -> None:
    hall.discord.deny(hall.channel, int(May.READ_MESSAGE_HISTORY))
    hall.discord.fail(POST, "lost-reply")
    await hall.run(hours=1)
    assert len(await settled(hall)) == 1
    assert await hall.all_of(rounds.c.state) == [("open",)]


async def test_what_is_in_doubt_for_long_where_nobody_may_look_is_told_to_organisers_and_not_sent_again(
    hall: Hall,
) -> None:
    hall.discord.deny(hall.channel, int(May.READ_MESSAGE_HISTORY))
    hall.discord.fail(POST, "lost-reply")
    await hall.run(hours=1)
    await hall.run(minutes=10)
    await hall.run(seconds=5)
    assert len(hall.discord.messages(hall.channel)) == 1
    assert "may or may not have been posted" in notes(hall)


async def test_a_question_is_revealed_after_a_new_start_also_where_its_history_may_not_be_read(hall: Hall) -> None:
    await hall.run(hours=1)
    hall.discord.deny(hall.channel, int(May.READ_MESSAGE_HISTORY))
    platform: Any = platform_of(hall)
    platform._stamps.clear()  # as in a new process
    await hall.run(hours=24)
    await hall.run(hours=1)  # what was not counted of its reactions is waited for a while
    await settled(hall)
    assert hall.discord.labels(hall.discord.messages(hall.channel)[0]) == []


# --- Limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "wait", "wide"),
    [
        ("ratelimited", 20.0, False),
        ("ratelimited-shared", 20.0, False),
        ("ratelimited-global", 20.0, True),
        ("cloudflare-429", 60.0, True),
        (20016, 20.0, False),
    ],
)
async def test_a_long_limit_is_told_at_once_with_its_wait_and_whom_it_concerns(
    hall: Hall, what: str | int, wait: float, *, wide: bool
) -> None:
    hall.discord.fail(POST, what, retry_after=20.0)
    with pytest.raises(BusyError) as raised:
        await platform_of(hall).send(place_of(hall), CARD, "q-abc")
    assert raised.value.retry_after == wait
    assert raised.value.wide is wide


@pytest.mark.parametrize("what", ["ratelimited", "ratelimited-shared", "ratelimited-global", 20016])
async def test_a_short_limit_is_waited_for(hall: Hall, what: str | int) -> None:
    hall.discord.fail(POST, what, retry_after=0.1)
    await hall.run(hours=1)
    assert len(hall.discord.messages(hall.channel)) == 1


async def test_a_wait_of_ten_minutes_is_told_to_organisers_and_the_question_comes_after_it(hall: Hall) -> None:
    hall.discord.fail(POST, "ratelimited", retry_after=600.0)
    await hall.run(hours=1)
    assert hall.discord.messages(hall.channel) == []
    await hall.run(seconds=61)
    assert "Discord asks us to be slower" in notes(hall)
    await hall.run(minutes=10)
    assert len(hall.discord.messages(hall.channel)) == 1


async def test_in_no_second_there_are_more_calls_than_discord_takes() -> None:
    made, clock = list[float](), asyncio.get_running_loop().time

    async def client() -> Any:
        return None

    async def work(_: Any) -> None:
        made.append(clock())

    by = calls.Calls(client)
    await asyncio.gather(*(by.write(f"{number}", work) for number in range(110)))
    # What a busy machine lets through late stands nearer to what follows it, so that the measure is a tenth wider.
    assert all(later - first >= 1.0 for first, later in zip(made, made[55:], strict=False))
    assert made[-1] - made[0] < 10


@pytest.mark.usefixtures("hasty")
async def test_a_call_that_breaks_off_while_it_waits_for_a_limit_on_all_holds_no_other_back(hall: Hall) -> None:
    hall.discord.fail(POST, "ratelimited-global", retry_after=2.0)
    with pytest.raises(BusyError) as raised:
        await platform_of(hall).send(place_of(hall), CARD, "q-abc")
    assert raised.value.wide
    await platform_of(hall).send(place_of(hall), CARD, "q-abc")


@pytest.mark.parametrize("code", [50013, 40001])
async def test_where_discord_refuses_time_and_again_no_call_goes_out_for_a_while(
    hall: Hall, discord: FakeDiscord, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    await hall.run(hours=1)
    asked, platform = Message(place_of(hall), hall.question.id), platform_of(hall)
    discord.fail(REACT, code, times=MOST_REFUSALS)
    for _ in range(MOST_REFUSALS):
        with pytest.raises(RefusedError):
            await platform.react(asked, "🇦")
    before = len(discord.calls)
    for _ in range(50):
        with pytest.raises(BusyError) as raised:
            await platform.react(asked, "🇦")
    assert len(discord.calls) == before
    assert 0 < raised.value.retry_after <= REFUSED_FOR
    await platform.send(PlaceRef("discord", hall.guild, hall.organisers), CARD, "n-abc")
    monkeypatch.setattr(calls, "REFUSED_FOR", 0.0)
    await platform.react(asked, "🇦")


async def test_refusals_of_long_ago_hold_nothing_back(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "REFUSED_FOR", 0.5)
    await hall.run(hours=1)
    asked, platform = Message(place_of(hall), hall.question.id), platform_of(hall)
    hall.discord.fail(REACT, 50013, times=2 * (MOST_REFUSALS - 1))
    for _ in range(2):
        for _ in range(MOST_REFUSALS - 1):
            with pytest.raises(RefusedError):
                await platform.react(asked, "🇦")
        await asyncio.sleep(0.6)
    await platform.react(asked, "🇦")
