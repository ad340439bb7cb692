"""What Slack says no to, or does at an odd time: what people see then, and what was posted once stays once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.slack.errors import error_of
from bot.ports import PlatformError
from bot.store.tables import answers, posts, rounds
from tests.adapters.slack.conftest import Hall, said, until
from tests.fakes.slack import ways
from tests.fakes.slack.facts import Json, Message
from tests.fakes.slack.faults import What
from tests.hall import pack_of

ROOT = Path(__file__).parents[3]


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


async def settled(hall: Hall) -> list[Message]:
    """The channel's messages after everything that was owed is there or given up."""
    waiting = select(func.count()).where(posts.c.state.in_(["due", "sending", "uncertain"]))
    for _ in range(40):
        if not await hall.store.read(lambda connection: connection.execute(waiting).scalar_one()):
            break
        await hall.run(seconds=8)
    return hall.slack.messages(hall.channel)


def slack_calls(hall: Hall, wanted: str) -> int:
    """How often a method was called."""
    return sum(method == wanted for method, _, _ in hall.slack.calls)


def posted(hall: Hall) -> list[Json]:
    """Every request to post that Slack saw."""
    return [arguments for method, arguments, _ in hall.slack.calls if method == "chat.postMessage"]


# --- Posting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    [
        "fatal_error",
        "http-502-html",
        "lost-reply",
        *(("after", code) for code in ("fatal_error", "internal_error", "service_unavailable", "http-500")),
    ],
)
async def test_whatever_slack_says_after_it_may_have_posted_the_question_is_there_once(hall: Hall, what: What) -> None:
    hall.slack.fail("chat.postMessage", what)
    await hall.run(hours=1)
    assert len(posted(hall)) == 1, "one request a try: the library may not repeat it by itself"
    assert len(await settled(hall)) == 1


def calls_in(folder: str) -> Iterator[tuple[Path, ast.Call]]:
    for file in sorted((ROOT / folder).rglob("*.py")):
        yield from (
            (file, node) for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        )


def test_every_client_of_slack_says_what_it_repeats_and_the_one_that_writes_repeats_nothing() -> None:
    made = [
        {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        for _, call in calls_in("adapters/slack")
        if ast.unparse(call.func) in ("AsyncWebClient", "OAuthClient", "WebClient")
    ]
    assert len(made) > 2
    assert all("retry_handlers" in each for each in made), "left out, slack_sdk sends again what may have been done"
    assert sum(each["retry_handlers"] != "[]" for each in made) == 1, "reading alone is repeated"


def test_slacks_own_scheduling_which_drops_what_has_metadata_is_never_used() -> None:
    for file in sorted((ROOT / "adapters").rglob("*.py")):
        assert "schedulemessage" not in file.read_text(encoding="utf-8").casefold().replace("_", ""), file


async def test_a_wait_of_ten_minutes_is_told_to_organisers_and_the_question_comes_after_it(hall: Hall) -> None:
    hall.slack.fail("chat.postMessage", "ratelimited", retry_after="600")
    await hall.run(hours=1)
    assert hall.slack.messages(hall.channel) == []
    await hall.run(seconds=61)
    notes = " ".join(said(each.blocks) for each in hall.slack.messages(hall.organisers))
    assert "Slack asks us to be slower" in notes
    await hall.run(minutes=10)
    assert len(hall.slack.messages(hall.channel)) == 1


async def test_two_questions_that_had_to_wait_come_in_their_order(hall: Hall) -> None:
    hall.slack.fail("chat.postMessage", "ratelimited", times=1, retry_after="30")
    await hall.run(hours=1)
    await hall.run(seconds=31)
    await hall.run(hours=24)
    asked = [said(each.blocks) for each in await settled(hall)]
    assert len(asked) == 2
    assert [each.ts for each in hall.slack.messages(hall.channel)] == sorted(
        each.ts for each in hall.slack.messages(hall.channel)
    )


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("not_in_channel", "/invite"),
        ("channel_not_found", "/invite"),
        ("is_archived", "Unarchive"),
        ("restricted_action", "admin"),
        ("account_inactive", "Install the app"),
        ("token_revoked", "Install the app"),
        ("msg_blocks_too_long", "Shorten"),
    ],
)
async def test_a_place_that_refuses_is_left_alone_and_organisers_are_told_what_to_do(
    hall: Hall, code: str, remedy: str
) -> None:
    hall.slack.fail("chat.postMessage", code)
    await hall.run(hours=1)
    await hall.run(seconds=5)
    (note,) = hall.slack.messages(hall.organisers)
    assert code in said(note.blocks)
    assert remedy in said(note.blocks)
    await hall.run(hours=24)
    assert hall.slack.messages(hall.channel) == [], "nothing more is tried there"


async def test_a_bot_that_was_put_out_of_the_channel_asks_there_no_more_and_tells_why(hall: Hall) -> None:
    await hall.slack.remove_bot(hall.channel)
    await hall.run(hours=1)
    await hall.run(seconds=5)
    assert "taken out of the channel" in " ".join(said(each.blocks) for each in hall.slack.messages(hall.organisers))
    assert [each for each in posted(hall) if each["channel"] == hall.channel] == []


async def test_a_token_that_was_revoked_without_a_word_keeps_every_answer(hall: Hall) -> None:
    await hall.run(hours=1)
    await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)
    await hall.told()
    for token in hall.slack.tokens.values():
        token.revoked = True
    await hall.run(hours=24)
    await hall.run(seconds=5)
    assert len(await hall.all_of(answers.c.id)) == 1
    failed = await hall.all_of(posts.c.reason)
    assert any("token_revoked" in (reason or "") for (reason,) in failed), "the status tells why"
    await hall.run(hours=24)
    asked = [each for each in posted(hall) if each["metadata"]["event_payload"]["stamp"].startswith("q-")]
    assert len(asked) == 2, "one try with the dead token, and none on the day after"


@pytest.mark.parametrize("code", ["a_code_that_is_new", "", "expired_trigger_id", "user_not_found", "view_too_large"])
def test_a_code_that_nobody_knew_of_is_refused_with_its_name(code: str) -> None:
    error = error_of(code)
    assert isinstance(error, PlatformError)
    assert code in str(error)


# --- Channels and messages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("become", ["renamed", "private", "shared"])
async def test_a_channel_that_becomes_another_goes_on_by_its_id(hall: Hall, become: str) -> None:
    where = hall.slack.channels[hall.channel]
    if become == "renamed":
        where.name = "another-name"
    elif become == "private":
        where.kind = "private"
    else:
        where.teams.append(hall.slack.add_team("other").id)
    await hall.run(hours=1)
    assert (await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)).acknowledged
    await hall.told()
    await hall.run(hours=24)
    assert "1 person answered" in said(hall.slack.messages(hall.channel)[0].blocks)


async def test_a_channel_whose_id_changes_is_left_alone_and_organisers_are_told_what_to_write(hall: Hall) -> None:
    await hall.run(hours=1)
    old = hall.channel
    assert (await hall.slack.renumber(old)).acknowledged
    (new,) = [each.id for each in hall.slack.channels.values() if each.name == "general"]
    await hall.run(seconds=5)
    (note,) = hall.slack.messages(hall.organisers)
    team = hall.slack.team
    assert f"write slack:{team}:{new} in studyhall.yaml where slack:{team}:{old} stands" in said(note.blocks)
    calls = len(posted(hall))
    await hall.run(hours=24)
    assert len(posted(hall)) == calls


async def test_the_explanation_of_a_deleted_question_is_left_out_and_the_next_one_is_asked(hall: Hall) -> None:
    await hall.run(hours=1)
    asked = hall.question.ts
    await hall.slack.press(hall.someone, hall.channel, asked, 0)
    await hall.told()
    hall.slack.delete_message(hall.channel, asked)
    await hall.run(hours=24)
    assert len(await settled(hall)) == 1, "the next question"
    assert sorted(await hall.all_of(rounds.c.state)) == [("closed",), ("open",)]
    kept = await hall.all_of(posts.c.kind, posts.c.reason)
    assert ("reveal", "the message was deleted") in kept


@pytest.mark.parametrize(("what", "tries", "pages"), [("lost-reply", 1, 3), ("lost-request", 2, 6)])
async def test_with_fifteen_messages_a_page_and_one_page_a_minute_each_page_is_read_once_a_look_and_posts_are_one(
    hall: Hall, what: str, tries: int, pages: int
) -> None:
    hall.slack.short_history = True
    hall.slack.fail("chat.postMessage", what)
    await hall.run(hours=1)
    for n in range(40):
        hall.slack.write(hall.someone, hall.channel, f"talk {n}")
    for _ in range(2 * pages):
        await hall.run(minutes=1)
    (there,) = [each for each in hall.slack.messages(hall.channel) if each.bot_id]
    assert (await hall.all_of(rounds.c.state, rounds.c.message)) == [("open", there.ts)]
    asked = [each for each in posted(hall) if each["channel"] == hall.channel]
    assert len(asked) == tries
    refused = [method for method, code, _ in hall.slack.refused if code == "ratelimited"]
    assert slack_calls(hall, "conversations.history") - len(refused) == pages


@pytest.mark.parametrize("policy", [{"open_for": timedelta(hours=2)}])
async def test_an_explanation_in_doubt_is_looked_for_in_its_thread_alone(hall: Hall) -> None:
    await hall.run(hours=1)
    hall.slack.fail("chat.postMessage", "lost-reply")
    await hall.run(hours=2)
    await settled(hall)
    assert len(hall.slack.thread(hall.channel, hall.question.ts)) == 1
    looked = [arguments for method, arguments, _ in hall.slack.calls if method.startswith("conversations.")]
    assert [each["ts"] for each in looked] == [hall.question.ts]


@pytest.mark.parametrize("policy", [{"open_for": timedelta(hours=2)}])
async def test_an_explanation_in_doubt_whose_question_was_deleted_is_given_up(hall: Hall) -> None:
    await hall.run(hours=1)
    hall.slack.fail("chat.postMessage", "lost-request")
    await hall.run(hours=2)
    hall.slack.delete_message(hall.channel, hall.question.ts)
    assert await settled(hall) == []
    kept = await hall.all_of(posts.c.kind, posts.c.state, posts.c.reason)
    assert ("explanation", "skipped", "the message was deleted") in kept


# --- The ways back to a person ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "value"), [("LASTS", timedelta(seconds=-1)), ("USES", 0)])
async def test_where_the_way_back_has_expired_or_was_used_up_the_person_is_told_by_the_web_api(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, name: str, value: Any
) -> None:
    monkeypatch.setattr(ways, name, value)
    await hall.run(hours=1)
    assert (await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)).acknowledged
    assert "Reason for" in await hall.told()
    assert [method for method, _, _ in hall.slack.calls][-1] == "chat.postEphemeral"


@pytest.mark.parametrize("what", ["expired_url", "http-500", "lost-request"])
async def test_whatever_the_way_back_answers_the_person_is_told(hall: Hall, what: str) -> None:
    hall.slack.fail("response_url", what)
    await hall.run(hours=1)
    await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)
    assert "Reason for" in await hall.told()
    assert len(hall.slack.ephemerals(hall.someone)) == 1


@pytest.mark.parametrize("pack", [pack_of("short")])
@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id", "lost-request"])
async def test_a_form_that_slack_opens_no_more_is_asked_to_be_pressed_for_again(hall: Hall, code: str) -> None:
    await hall.run(hours=1)
    hall.slack.fail("views.open", code)
    await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)
    assert "press again" in await hall.told()
    await hall.slack.press(hall.someone, hall.channel, hall.question.ts, 0)
    await until(lambda: hall.slack.modals(hall.someone))
