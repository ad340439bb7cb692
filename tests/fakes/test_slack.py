"""The Slack of the tests is itself tested: by Slack's own client libraries, and by each thing that it must refuse."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack.cases import (
    AT_THE_LIMIT,
    BLOCKS,
    actions,
    button,
    field,
    modal,
    option,
    plain,
    rich,
    section,
    select,
    ticks,
)
from tests.fakes.slack.facts import Channel, Json, NotThereError, RefusedError, User
from tests.fakes.slack.faults import What
from tests.fakes.slack.pings import pinged_by
from tests.fakes.slack.rules import check_message, check_view
from tests.fakes.slack.scopes import SCOPES
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.web_api import METHODS


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def slack(clock: Hands) -> AsyncIterator[FakeSlack]:
    async with FakeSlack.started(now=clock) as started:
        started.delivery.retries = (0.0, 0.05, 0.05)
        yield started


@pytest.fixture
def ana(slack: FakeSlack) -> User:
    return slack.add_user("ana", display_name="Ana")


@pytest.fixture
def channel(slack: FakeSlack, ana: User) -> Channel:
    return slack.add_channel("study", members=[ana.id])


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return client_of(slack)


def client_of(slack: FakeSlack, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token=token or slack.bot_token, base_url=slack.api, retry_handlers=[])


async def code_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


# What Slack refuses in blocks, views and texts.


@pytest.mark.parametrize(("blocks", "why"), [case[1:] for case in BLOCKS], ids=[case[0] for case in BLOCKS])
async def test_what_slack_does_not_take_is_invalid_blocks_with_the_place_and_the_reason(
    client: AsyncWebClient, channel: Channel, slack: FakeSlack, blocks: Json | list[Json], why: str
) -> None:
    sent = blocks if isinstance(blocks, list) else [blocks]
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=channel.id, text="x", blocks=sent)
    assert caught.value.response["error"] == "invalid_blocks"
    messages = caught.value.response["response_metadata"]["messages"]
    assert any(why in each and "[json-pointer:/blocks" in each for each in messages), messages
    assert slack.refused == [("chat.postMessage", "invalid_blocks", messages)]
    assert slack.messages(channel.id) == []


@pytest.mark.parametrize("blocks", AT_THE_LIMIT)
async def test_what_is_just_within_the_limits_is_taken(
    client: AsyncWebClient, channel: Channel, blocks: list[Json]
) -> None:
    assert (await client.chat_postMessage(channel=channel.id, text="x", blocks=blocks))["ok"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "t", "event_payload": "p"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "t", "event_payload": {"p": "x" * 8000}}}, "metadata_too_large"),
        ({"text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"text": "x", "channel": "C0NOWHERE"}, "channel_not_found"),
    ],
)
async def test_a_message_that_slack_does_not_take_has_its_own_code(
    client: AsyncWebClient, channel: Channel, sent: Json, code: str
) -> None:
    assert await code_of(client.api_call("chat.postMessage", json={"channel": channel.id, **sent})) == code


@pytest.mark.parametrize(
    ("view", "why"),
    [
        (modal(title=plain("x" * 25)), "less than 25"),
        (modal(submit=plain("x" * 25)), "less than 25"),
        (modal(close=plain("x" * 25)), "less than 25"),
        (modal(private_metadata="x" * 3001), "less than 3001"),
        (modal(callback_id="x" * 256), "less than 256"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100 items"),
        (modal(colour="red"), "invalid additional property: colour"),
        (modal(field("a"), field("a")), "block_id already exists"),
        ({"type": "modal", "blocks": [{"type": "divider"}]}, "missing required field: title"),
        ({key: value for key, value in modal().items() if key != "submit"}, "`submit` is required"),
        ({"type": "home", "blocks": [{"type": "divider"}], "submit": plain("x")}, "additional property: submit"),
    ],
)
async def test_a_view_that_slack_does_not_take_is_invalid_arguments(
    client: AsyncWebClient, slack: FakeSlack, ana: User, view: Json, why: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.views_open(trigger_id=slack.trigger(ana.id, slack.team), view=view)
    assert caught.value.response["error"] == "invalid_arguments"
    assert why in str(caught.value.response["response_metadata"]["messages"])
    assert slack.modals(ana.id) == []


def test_the_models_of_slacks_library_are_asked_too() -> None:
    with pytest.raises(RefusedError, match="initial_date attribute must be in format"):
        check_message("x", [actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-13-41"})], {})


def test_two_fields_of_a_form_may_have_the_same_action() -> None:
    check_view(modal(field("a"), field("b")))


@pytest.mark.parametrize(
    ("text", "arguments", "who"),
    [
        ("<@U012> and <@W3|w>", {}, ["U012", "W3"]),
        ("<!here> <!channel|c> <!everyone>", {}, ["here", "channel", "everyone"]),
        ("<!subteam^S1> <!subteam^S2|@x>", {}, ["S1", "S2"]),
        ("@here @ana &lt;@U012&gt; &lt;!here&gt; <https://x.y|<b>", {}, []),
        ("@here", {"link_names": True}, ["here"]),
        ("@channel a@b.c", {"parse": "full"}, ["channel"]),
    ],
)
def test_whom_a_text_pings(text: str, arguments: Json, who: list[str]) -> None:
    assert pinged_by(text, [], arguments) == who
    assert pinged_by("", [section(text)], arguments) == who
    assert pinged_by("", [{"type": "header", "text": plain(text)}], {}) == []
    assert pinged_by("", [rich({"type": "text", "text": text})], {}) == []


async def test_mentions_in_rich_text_ping(client: AsyncWebClient, slack: FakeSlack, channel: Channel) -> None:
    mentions = [
        {"type": "user", "user_id": "U1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "broadcast", "range": "here"},
    ]
    posted = await client.chat_postMessage(channel=channel.id, text="x", blocks=[rich(*mentions)])
    assert slack.pinged == [(channel.id, posted["ts"], who) for who in ("U1", "S1", "here")]


# The Web API.


async def test_a_message_is_kept_found_with_its_metadata_and_edited(
    client: AsyncWebClient, slack: FakeSlack, channel: Channel
) -> None:
    metadata = {"event_type": "stamp", "event_payload": {"stamp": "s1"}}
    posted = await client.chat_postMessage(channel=channel.id, text="x", blocks=[section("x")], metadata=metadata)
    assert "metadata" not in (await client.conversations_history(channel=channel.id))["messages"][0]
    await client.chat_update(channel=channel.id, ts=posted["ts"], text="y")
    found = (await client.conversations_history(channel=channel.id, include_all_metadata=True))["messages"]
    assert [(each["text"], each["metadata"]) for each in found] == [("y", metadata)]
    assert found[0]["edited"]["user"] == slack.bot_user
    assert found[0]["blocks"][0]["text"]["text"] == "x"


async def test_blocks_may_be_a_text_of_json(client: AsyncWebClient, slack: FakeSlack, channel: Channel) -> None:
    form = {"channel": channel.id, "text": "x", "blocks": json.dumps([section("y")])}
    await client.api_call("chat.postMessage", params=form)
    await client.api_call("chat.postMessage", data=form)
    assert [each.blocks[0]["text"]["text"] for each in slack.messages(channel.id)] == ["y", "y"]


async def test_methods_that_read_take_no_json(client: AsyncWebClient, ana: User) -> None:
    assert await code_of(client.api_call("users.info", json={"user": ana.id})) == "user_not_found"
    assert (await client.users_info(user=ana.id))["user"]["profile"]["display_name"] == "Ana"


async def test_stamps_of_a_channel_ascend_while_the_clock_stands(client: AsyncWebClient, channel: Channel) -> None:
    stamps = [(await client.chat_postMessage(channel=channel.id, text="x"))["ts"] for _ in range(3)]
    assert stamps == ["1772442000.000000", "1772442000.000001", "1772442000.000002"]


async def test_threads_are_apart_from_the_channel(client: AsyncWebClient, slack: FakeSlack, channel: Channel) -> None:
    parent = (await client.chat_postMessage(channel=channel.id, text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel=channel.id, text="reply", thread_ts=parent))["ts"]
    nested = (await client.chat_postMessage(channel=channel.id, text="nested", thread_ts=reply))["ts"]
    other = (await client.chat_postMessage(channel=channel.id, text="other"))["ts"]
    history = (await client.conversations_history(channel=channel.id))["messages"]
    assert [each["ts"] for each in history] == [other, parent]
    assert (history[1]["reply_count"], history[1]["latest_reply"]) == (2, nested)
    found = (await client.conversations_replies(channel=channel.id, ts=parent, oldest=reply))["messages"]
    assert [each["ts"] for each in found] == [parent, nested]
    assert [each.text for each in slack.thread(channel.id, parent)] == ["reply", "nested"]
    assert await code_of(client.conversations_replies(channel=channel.id, ts="1.000000")) == "thread_not_found"


async def test_history_comes_in_pages_and_spans(client: AsyncWebClient, slack: FakeSlack, channel: Channel) -> None:
    stamps = [(await client.chat_postMessage(channel=channel.id, text=str(n)))["ts"] for n in range(20)]
    pages = [page["messages"] async for page in await client.conversations_history(channel=channel.id, limit=8)]
    assert [len(page) for page in pages] == [8, 8, 4]
    assert [each["ts"] for page in pages for each in page] == stamps[::-1]
    span = {"channel": channel.id, "oldest": stamps[3], "latest": stamps[6]}
    assert [each["text"] for each in (await client.conversations_history(**span))["messages"]] == ["5", "4"]
    wide = (await client.conversations_history(**span, inclusive=True))["messages"]
    assert [each["text"] for each in wide] == ["6", "5", "4", "3"]
    slack.short_history = True
    assert len((await client.conversations_history(channel=channel.id, limit=200))["messages"]) == 15
    assert await code_of(client.conversations_history(channel=channel.id)) == "ratelimited"
    slack.short_history = False
    assert await code_of(client.conversations_history(channel=channel.id, cursor="!")) == "invalid_cursor"
    assert await code_of(client.conversations_history(channel=channel.id, oldest="now")) == "invalid_ts_oldest"
    params = {"channel": channel.id, "limit": "all"}
    assert await code_of(client.api_call("conversations.history", params=params)) == "invalid_arguments"


async def test_messages_of_others_cannot_be_changed(
    client: AsyncWebClient, slack: FakeSlack, ana: User, channel: Channel
) -> None:
    ts = slack.write(ana.id, channel.id, "mine").ts
    assert await code_of(client.chat_update(channel=channel.id, ts=ts, text="y")) == "cant_update_message"
    assert await code_of(client.chat_delete(channel=channel.id, ts=ts)) == "cant_delete_message"
    params = {"channel": channel.id, "name": "one"}
    assert await code_of(client.api_call("reactions.add", params=params)) == "no_item_specified"
    assert await code_of(client.api_call("chat.update", json={"channel": channel.id})) == "message_not_found"
    ours = (await client.chat_postMessage(channel=channel.id, text="ours"))["ts"]
    assert await code_of(client.api_call("chat.update", json={"channel": channel.id, "ts": ours})) == "no_text"
    assert await code_of(client.chat_update(channel=channel.id, ts="1.0", text="y")) == "message_not_found"


async def test_a_deleted_message_is_gone_and_with_replies_leaves_its_place(
    client: AsyncWebClient, slack: FakeSlack, channel: Channel
) -> None:
    alone = (await client.chat_postMessage(channel=channel.id, text="alone"))["ts"]
    parent = (await client.chat_postMessage(channel=channel.id, text="parent"))["ts"]
    await client.chat_postMessage(channel=channel.id, text="reply", thread_ts=parent)
    slack.delete_message(channel.id, alone)
    await client.chat_delete(channel=channel.id, ts=parent)
    assert await code_of(client.chat_update(channel=channel.id, ts=alone, text="y")) == "message_not_found"
    assert await code_of(client.chat_update(channel=channel.id, ts=parent, text="y")) == "message_not_found"
    history = (await client.conversations_history(channel=channel.id))["messages"]
    assert [(each["ts"], each["subtype"]) for each in history] == [(parent, "tombstone")]
    await client.chat_postMessage(channel=channel.id, text="later", thread_ts=parent)
    assert [each.text for each in slack.thread(channel.id, parent)] == ["reply", "later"]


async def test_channels_keep_out_who_is_not_in_them(client: AsyncWebClient, slack: FakeSlack) -> None:
    public, private = slack.add_channel("open", bot=False), slack.add_channel("closed", bot=False, private=True)
    archived = slack.add_channel("old", archived=True)
    assert await code_of(client.chat_postMessage(channel=public.id, text="x")) == "not_in_channel"
    assert await code_of(client.chat_postMessage(channel=private.id, text="x")) == "channel_not_found"
    assert await code_of(client.chat_postMessage(channel=archived.id, text="x")) == "is_archived"
    assert await code_of(client.chat_update(channel=archived.id, ts="1.0", text="x")) == "is_inactive"
    assert (await client.conversations_info(channel=public.id))["channel"]["is_member"] is False
    assert (await client.conversations_history(channel=archived.id))["messages"] == []


async def test_a_talk_is_opened_once_and_posted_to_by_the_account(
    client: AsyncWebClient, slack: FakeSlack, ana: User
) -> None:
    opened = (await client.conversations_open(users=ana.id))["channel"]["id"]
    assert (await client.conversations_open(users=[ana.id]))["channel"]["id"] == opened
    assert (await client.chat_postMessage(channel=ana.id, text="x"))["channel"] == opened
    assert await code_of(client.conversations_open(users="U0NOBODY")) == "user_not_found"
    assert await code_of(client.conversations_open(users="")) == "users_list_not_supplied"
    assert await code_of(client.conversations_open(users=slack.bot_user)) == "cannot_dm_bot"
    several = client.conversations_open(users=[ana.id, slack.bot_user])
    assert await code_of(several) == "method_not_supported_for_channel_type"
    slack.users[ana.id].deleted = True
    assert await code_of(client.conversations_open(users=ana.id)) == "user_disabled"
    assert (await client.conversations_info(channel=opened))["channel"]["user"] == ana.id


async def test_one_person_alone_sees_an_ephemeral(
    client: AsyncWebClient, slack: FakeSlack, ana: User, channel: Channel
) -> None:
    await client.chat_postEphemeral(channel=channel.id, user=ana.id, text="psst")
    assert [each.text for each in slack.ephemerals(ana.id)] == ["psst"]
    assert slack.messages(channel.id) == []
    stranger = slack.add_user("bo")
    call = client.chat_postEphemeral(channel=channel.id, user=stranger.id, text="psst")
    assert await code_of(call) == "user_not_in_channel"


async def test_reactions_are_put_once_by_names_that_exist(
    client: AsyncWebClient, slack: FakeSlack, channel: Channel
) -> None:
    ts = (await client.chat_postMessage(channel=channel.id, text="x"))["ts"]
    spot = {"channel": channel.id, "timestamp": ts}
    await client.reactions_add(**spot, name="one")
    assert await code_of(client.reactions_add(**spot, name="one")) == "already_reacted"
    assert await code_of(client.reactions_add(**spot, name="regional_indicator_q")) == "invalid_name"
    assert await code_of(client.reactions_add(**spot, name="One!")) == "invalid_name"
    assert await code_of(client.reactions_remove(**spot, name="two")) == "no_reaction"
    slack.emoji.add("letter_a")
    await client.reactions_add(**spot, name="letter_a")
    for n in range(5):
        user = slack.add_user(f"u{n}")
        slack.add_reaction(slack.message(channel.id, ts), user.id, "one")
    few = (await client.reactions_get(**spot))["message"]["reactions"][0]
    assert (few["count"], len(few["users"])) == (6, 3)
    everybody = (await client.reactions_get(**spot, full=True))["message"]["reactions"][0]
    assert len(everybody["users"]) == 6
    slack.emoji |= {f"e{n}" for n in range(22)}
    for n in range(21):
        await client.reactions_add(**spot, name=f"e{n}")
    assert await code_of(client.reactions_add(**spot, name="e21")) == "too_many_reactions"
    for n in range(21):
        await client.reactions_remove(**spot, name=f"e{n}")
    await client.reactions_remove(**spot, name="letter_a")
    assert [*slack.message(channel.id, ts).reactions] == ["one"]


async def test_people_and_groups_are_told_as_asked_for(client: AsyncWebClient, slack: FakeSlack) -> None:
    bo = slack.add_user("bo", locale="zh-CN", owner=True)
    slack.add_group("leads", [bo.id])
    shown = (await client.users_info(user=bo.id, include_locale=True))["user"]
    assert (shown["locale"], shown["is_admin"], shown["is_bot"]) == ("zh-CN", True, False)
    assert "locale" not in (await client.users_info(user=bo.id))["user"]
    assert (await client.usergroups_list(include_users=True))["usergroups"][0]["users"] == [bo.id]
    assert await code_of(client.users_info(user="U0NOBODY")) == "user_not_found"
    assert "users" not in (await client.usergroups_list())["usergroups"][0]


@pytest.mark.parametrize("method", [name for name, scopes in SCOPES.items() if scopes])
async def test_each_method_needs_its_scope(slack: FakeSlack, method: str) -> None:
    slack.scopes.clear()
    call = client_of(slack).api_call(method, params={"channel": "C1", "user": "U1"})
    assert await code_of(call) == "missing_scope"


async def test_history_of_each_kind_of_channel_has_its_own_scope(client: AsyncWebClient, slack: FakeSlack) -> None:
    private = slack.add_channel("closed", private=True)
    slack.scopes.remove("groups:history")
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_history(channel=private.id)
    assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "groups:history")
    assert (await client.conversations_history(channel=slack.add_channel("open").id))["ok"]


async def test_a_call_needs_a_token_of_the_right_kind(slack: FakeSlack) -> None:
    async def with_token(token: str, method: str = "auth.test") -> str:
        return await code_of(client_of(slack, token).api_call(method))

    assert await with_token("xoxb-made-up") == "invalid_auth"
    assert await with_token("xapp-made-up", "apps.connections.open") == "invalid_auth"
    assert await with_token(slack.app_token) == "not_allowed_token_type"
    assert await with_token(slack.bot_token, "apps.connections.open") == "not_allowed_token_type"
    assert await with_token(slack.bot_token, "chat.shout") == "unknown_method"
    async with aiohttp.ClientSession() as session, session.post(f"{slack.api}auth.test") as got:
        assert (await got.json())["error"] == "not_authed"
    told = await client_of(slack).auth_test()
    assert (told["team_id"], told["user_id"]) == (slack.team, slack.bot_user)
    assert (await client_of(slack).auth_revoke())["revoked"]
    assert await with_token(slack.bot_token) == "token_revoked"


async def test_every_method_has_its_scopes_written_down() -> None:
    assert {*METHODS, "apps.connections.open"} == {*SCOPES}


async def test_tokens_turn_and_a_refresh_token_works_once(slack: FakeSlack, clock: Hands) -> None:
    slack.rotation = True
    other = slack.add_team("other")

    def access(**given: str) -> Any:
        # Not `oauth_v2_access`: slack_sdk 3.47 builds an aiohttp.BasicAuth, of which aiohttp 3.14 warns.
        known = {"client_id": slack.client_id, "client_secret": slack.client_secret}
        return client_of(slack).api_call("oauth.v2.access", data={**known, **given})

    code = slack.code_for(other.id)
    assert await code_of(access(client_id="1.2", code=code)) == "invalid_client_id"
    assert await code_of(access(client_secret="x", code=code)) == "bad_client_secret"
    first = await access(code=code)
    assert await code_of(access(code=code)) == "code_already_used"
    assert await code_of(access(code="made-up")) == "invalid_code"
    assert first["access_token"].startswith("xoxe.xoxb-")
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    clock.turn(first["expires_in"])
    assert await code_of(client_of(slack, first["access_token"]).auth_test()) == "token_expired"
    second = await access(**again)
    assert await code_of(access(**again)) == "invalid_refresh_token"
    assert (await client_of(slack, second["access_token"]).auth_test())["team_id"] == other.id


async def test_the_apps_own_secret_may_be_a_basic_login(slack: FakeSlack) -> None:
    login = base64.b64encode(f"{slack.client_id}:{slack.client_secret}".encode()).decode()
    headers, form = {"Authorization": f"Basic {login}"}, {"code": slack.code_for(slack.team)}
    async with aiohttp.ClientSession(headers=headers) as session:
        got = await session.post(f"{slack.api}oauth.v2.access", data=form)
        assert (await got.json())["token_type"] == "bot"


async def test_a_modal_opens_once_for_each_trigger_and_within_three_seconds(
    client: AsyncWebClient, slack: FakeSlack, ana: User, clock: Hands
) -> None:
    trigger = slack.trigger(ana.id, slack.team)
    await client.views_open(trigger_id=trigger, view=modal())
    assert await code_of(client.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
    assert await code_of(client.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"
    late = slack.trigger(ana.id, slack.team)
    clock.turn(3.1)
    assert await code_of(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
    assert len(slack.modals(ana.id)) == 1


async def test_views_are_published_and_updated(client: AsyncWebClient, slack: FakeSlack, ana: User) -> None:
    for text in ("one", "two"):
        await client.views_publish(user_id=ana.id, view={"type": "home", "blocks": [section(text)]})
    home = slack.home(ana.id)
    assert home
    assert home["blocks"][0]["text"]["text"] == "two"
    opened = (await client.views_open(trigger_id=slack.trigger(ana.id, slack.team), view=modal()))["view"]
    stale = client.views_update(view_id=opened["id"], hash="old", view=modal())
    assert await code_of(stale) == "hash_conflict"
    await client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal(title=plain("New")))
    assert slack.modals(ana.id)[0].content["title"]["text"] == "New"
    assert await code_of(client.views_update(view_id="V0", view=modal())) == "not_found"
    front = {"type": "home", "blocks": [section("x")]}
    assert await code_of(client.views_publish(user_id="U0NOBODY", view=front)) == "user_not_found"
    assert await code_of(client.views_publish(user_id=ana.id, hash="old", view=front)) == "hash_conflict"
    assert await code_of(client.views_publish(user_id=ana.id, view=modal())) == "invalid_arguments"
    wrong = client.views_open(trigger_id=slack.trigger(ana.id, slack.team), view=front)
    assert await code_of(wrong) == "invalid_arguments"
    form = {"trigger_id": slack.trigger(ana.id, slack.team), "view": json.dumps(modal())}
    assert (await client.api_call("views.open", data=form))["ok"]


async def test_a_file_is_shown_after_it_was_completed_and_looked_at(
    client: AsyncWebClient, slack: FakeSlack, channel: Channel, clock: Hands
) -> None:
    asked = await client.files_getUploadURLExternal(filename="a.png", length=4)
    picture = [{"type": "image", "alt_text": "a", "slack_file": {"id": asked["file_id"]}}]
    complete = [{"id": asked["file_id"], "title": "a"}]
    nothing = client.api_call("files.getUploadURLExternal", params={"filename": "a.png"})
    assert await code_of(nothing) == "invalid_arguments"
    assert await code_of(client.files_completeUploadExternal(files=[])) == "invalid_arguments"
    assert await code_of(client.files_info(file=asked["file_id"])) == "file_not_found"
    assert await code_of(client.files_completeUploadExternal(files=complete)) == "file_not_found"
    async with aiohttp.ClientSession() as session, session.post(asked["upload_url"], data=b"data") as got:
        assert await got.text() == "OK - 4"
    assert await code_of(client.chat_postMessage(channel=channel.id, blocks=picture, text="x")) == "invalid_blocks"
    slack.files_ready_after = 2.0
    await client.files_completeUploadExternal(files=complete)
    assert await code_of(client.chat_postMessage(channel=channel.id, blocks=picture, text="x")) == "invalid_blocks"
    assert (await client.files_info(file=asked["file_id"]))["file"]["mimetype"] == ""
    clock.turn(2)
    assert (await client.files_info(file=asked["file_id"]))["file"]["mimetype"] == "image/png"
    assert (await client.chat_postMessage(channel=channel.id, blocks=picture, text="x"))["ok"]
    assert slack.files[asked["file_id"]].content == b"data"


async def test_a_file_is_posted_where_it_is_completed_for_a_channel(client: AsyncWebClient, slack: FakeSlack) -> None:
    someone, elsewhere = slack.add_user("someone").id, slack.add_channel("elsewhere", bot=False)
    asked = await client.files_getUploadURLExternal(filename="a.csv", length=4)
    async with aiohttp.ClientSession() as session, session.post(asked["upload_url"], data=b"data"):
        pass
    complete = [{"id": asked["file_id"], "title": "a"}]
    for where, wrong in ((someone, "channel_not_found"), (elsewhere.id, "not_in_channel")):
        refused = client.files_completeUploadExternal(files=complete, channel_id=where)
        assert await code_of(refused) == wrong, "an account is no channel here"
    talk = (await client.conversations_open(users=someone))["channel"]["id"]
    assert slack.messages(talk) == []
    await client.files_completeUploadExternal(files=complete, channel_id=talk)
    (message,) = slack.messages(talk)
    assert message.files == [{"id": asked["file_id"], "title": "a", "name": "a.csv"}]


# What goes wrong.


async def test_faults_strike_before_or_after_the_work_is_done(slack: FakeSlack, channel: Channel) -> None:
    client = client_of(slack)
    faults: list[tuple[What, int]] = [
        ("internal_error", 0),
        ("lost-request", 0),
        ("http-500", 0),
        ("http-502-html", 0),
        ("lost-reply", 1),
        (("after", "http-500"), 2),
        (("after", "fatal_error"), 3),
    ]
    for what, stored in faults:
        slack.fail("chat.postMessage", what)
        with pytest.raises((SlackApiError, aiohttp.ClientError)):
            await client.chat_postMessage(channel=channel.id, text="x")
        assert len(slack.messages(channel.id)) == stored, what
    assert (await client.chat_postMessage(channel=channel.id, text="x"))["ok"]
    assert [method for method, _, _ in slack.calls] == ["chat.postMessage"] * 8
    slack.fail("chat.postMessage", 0.05, times=2)
    begun = asyncio.get_running_loop().time()
    await client.chat_postMessage(channel=channel.id, text="x")
    assert asyncio.get_running_loop().time() - begun >= 0.05


@pytest.mark.parametrize("wait", ["30", None, "soon"])
async def test_a_rate_limit_says_how_long_to_wait_or_not(slack: FakeSlack, wait: str | None) -> None:
    slack.fail("auth.test", "ratelimited", retry_after=wait)
    with pytest.raises(SlackApiError) as caught:
        await client_of(slack).auth_test()
    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers.get("Retry-After") == wait


async def test_a_channel_takes_a_message_a_second_after_a_small_burst(
    slack: FakeSlack, channel: Channel, clock: Hands
) -> None:
    slack.limit_posts = True
    client = client_of(slack)
    for _ in range(3):
        await client.chat_postMessage(channel=channel.id, text="x")
    assert await code_of(client.chat_postMessage(channel=channel.id, text="x")) == "ratelimited"
    assert (await client.chat_postMessage(channel=slack.add_channel("other").id, text="x"))["ok"]
    clock.turn(1)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler())
    await client.chat_postMessage(channel=channel.id, text="x")


async def test_weather_loses_the_same_posts_for_the_same_seed(slack: FakeSlack, channel: Channel) -> None:
    async def lost(seed: int) -> list[int]:
        slack.weather(seed, lost_requests=0.3, lost_replies=0.3)
        found = []
        for n in range(20):
            try:
                await client_of(slack).chat_postMessage(channel=channel.id, text=str(n))
            except aiohttp.ClientError:
                found.append(n)
        return found

    first = await lost(7)
    stored = len(slack.messages(channel.id))
    assert first
    assert 20 - len(first) < stored < 20
    assert await lost(7) == first
    slack.faults.clear()
    assert (await client_of(slack).chat_postMessage(channel=channel.id, text="x"))["ok"]


# Bolt, by sockets and by HTTP.


def bolt(slack: FakeSlack, heard: list[Any]) -> AsyncApp:
    """A tiny app that keeps what it hears; it fails once for each event text `fail`."""
    app = AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret, process_before_response=True)

    @app.event("message")
    async def said(event: Json) -> None:
        heard.append(event["text"])
        if event["text"] == "fail" and heard.count("fail") == 1:
            raise ValueError
        if event["text"] == "always":
            raise ValueError

    @app.event("reaction_added")
    async def reacted(event: Json) -> None:
        heard.append((event["reaction"], event["item"]["ts"]))

    @app.action("go")
    async def pressed(body: Json, ack: Any, respond: Any) -> None:
        heard.append(body)
        await ack()
        await respond(text="pressed", replace_original=False)

    @app.command("/study")
    async def commanded(command: Json, ack: Any) -> None:
        heard.append(command["text"])
        await ack("done")

    @app.view("form")
    async def submitted(view: Json, ack: Any) -> None:
        given = view["state"]["values"]["f"]["value"]["value"]
        heard.append(given)
        await (ack(response_action="errors", errors={"f": "no"}) if given == "bad" else ack())

    @app.shortcut("report")
    async def reported(shortcut: Json, ack: Any) -> None:
        heard.append(shortcut["message"]["text"])
        await ack()

    @app.error
    async def failed(error: Exception) -> Any:
        return BoltResponse(status=503, body="")

    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)
    return app


@asynccontextmanager
async def by_socket(slack: FakeSlack, heard: list[Any], count: int = 1) -> AsyncIterator[list[AsyncSocketModeHandler]]:
    handlers = [AsyncSocketModeHandler(bolt(slack, heard), slack.app_token, ping_interval=0.5) for _ in range(count)]
    for handler in handlers:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    await until(lambda: slack.connections == count)
    try:
        yield handlers
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]
            await handler.client.aiohttp_client_session.close()


@asynccontextmanager
async def by_http(slack: FakeSlack, heard: list[Any]) -> AsyncIterator[None]:
    server = AsyncSlackAppServer(port=0, path="/slack/events", app=bolt(slack, heard))
    runner = web.AppRunner(server.web_app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield
    finally:
        await runner.cleanup()


def openings(slack: FakeSlack) -> int:
    return sum(method == "apps.connections.open" for method, _, _ in slack.calls)


def renewed(handler: AsyncSocketModeHandler, old: object) -> bool:
    """Whether the client has a connection that is not the old one."""
    session = handler.client.current_session
    return session is not None and session is not old and not session.closed


async def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


@pytest.fixture(params=["socket", "http"])
async def heard(slack: FakeSlack, request: pytest.FixtureRequest) -> AsyncIterator[list[Any]]:
    """What an app hears that is reached in each of the two ways."""
    found: list[Any] = []
    async with by_socket(slack, found) if request.param == "socket" else by_http(slack, found):
        yield found


async def test_what_people_do_reaches_bolt(slack: FakeSlack, heard: list[Any], ana: User, channel: Channel) -> None:
    said = await slack.say(ana.id, channel.id, "a < b & c <@U1>")
    assert said.acknowledged
    ts = slack.messages(channel.id)[0].ts
    await slack.direct(ana.id, "alone")
    assert (await slack.react(ana.id, channel.id, ts, "one")).acknowledged
    assert (await slack.shortcut(ana.id, channel.id, ts, "report")).acknowledged
    assert heard == ["a &lt; b &amp; c <@U1>", "alone", ("one", ts), "a &lt; b &amp; c <@U1>"]
    command = await slack.command(ana.id, channel.id, "/study", "status")
    assert (command.acknowledged, command.ack_payload) == (True, {"text": "done"})
    assert [each.text for each in slack.ephemerals(ana.id)] == ["done"]
    slack.delivery.ack_within = 0.3
    for act in (slack.open_home(ana.id), slack.rename(ana.id, "Anna"), slack.unreact(ana.id, channel.id, ts, "one")):
        assert not (await act).acknowledged  # the tiny app has no listener for them


async def test_a_button_is_pressed_with_what_was_picked(
    slack: FakeSlack, heard: list[Any], client: AsyncWebClient, ana: User, channel: Channel
) -> None:
    blocks = [actions(ticks(3), button("go"))]
    ts = (await client.chat_postMessage(channel=channel.id, text="x", blocks=blocks))["ts"]
    pressed = await slack.press(ana.id, channel.id, ts, "go", picked=[2, "0"])
    body = heard[0]
    assert pressed.acknowledged
    assert body["actions"][0]["value"] == "go"
    assert body["user"]["team_id"] == slack.team
    assert body["container"]["message_ts"] == body["message"]["ts"] == ts
    picker = next(iter(body["state"]["values"].values()))["t"]
    assert [each["value"] for each in picker["selected_options"]] == ["0", "2"]
    assert [each.text for each in slack.ephemerals(ana.id)] == ["pressed"]
    again = await slack.press(ana.id, channel.id, ts, 0)
    assert again.payload["state"] == body["state"]
    whispered = slack.ephemerals(ana.id)[0]
    whispered.blocks = slack.with_ids([actions(button("go"))])
    assert (await slack.press_ephemeral(ana.id, whispered.ts, "go")).acknowledged
    assert heard[-1]["container"]["is_ephemeral"]
    assert "message" not in heard[-1]


async def test_what_is_not_on_the_screen_cannot_be_used(
    slack: FakeSlack, client: AsyncWebClient, ana: User, channel: Channel
) -> None:
    ts = (await client.chat_postMessage(channel=channel.id, text="x", blocks=[actions(ticks(), button())]))["ts"]
    bare = (await client.chat_postMessage(channel=channel.id, text="x", blocks=[actions(button())]))["ts"]
    few = [select(options=[option("a"), option("b")], max_selected_items=1), actions(button())]
    one = (await client.chat_postMessage(channel=channel.id, text="x", blocks=few))["ts"]
    closed = slack.add_channel("closed", private=True)
    hidden = (await client.chat_postMessage(channel=closed.id, text="x", blocks=[actions(button())]))["ts"]
    opened = await client.views_open(trigger_id=slack.trigger(ana.id, slack.team), view=modal(field(max_length=5)))
    view = slack.views[opened["view"]["id"]]
    for act in (
        slack.press(ana.id, channel.id, ts, "stop"),
        slack.press(ana.id, channel.id, ts, 1),
        slack.press(ana.id, channel.id, ts, "t"),
        slack.press(ana.id, channel.id, ts, "go", picked=["9"]),
        slack.press(ana.id, channel.id, bare, "go", picked=["0"]),
        slack.press(ana.id, channel.id, one, "go", picked=["a", "b"]),
        slack.press(ana.id, channel.id, "1.000000", "go"),
        slack.press(ana.id, closed.id, hidden, "go"),
        slack.press_ephemeral(ana.id, ts, "go"),
        slack.press_home(ana.id, "go"),
        slack.say(ana.id, closed.id, "x"),
        slack.react(ana.id, closed.id, hidden, "one"),
        slack.submit(ana.id, view, {}),
        slack.submit(ana.id, view, {"g": "x"}),
        slack.submit(ana.id, view, {"f": "too long"}),
        slack.submit(slack.bot_user, view, {"f": "x"}),
    ):
        with pytest.raises(NotThereError):
            await act
    assert slack.calls[-1][0] == "views.open"


async def test_a_form_stays_open_with_errors_and_closes_without(
    slack: FakeSlack, heard: list[Any], client: AsyncWebClient, ana: User
) -> None:
    opened = await client.views_open(trigger_id=slack.trigger(ana.id, slack.team), view=modal())
    view = slack.views[opened["view"]["id"]]
    told = await slack.submit(ana.id, view, {"f": "bad"})
    assert (told.errors, slack.modals(ana.id)) == ({"f": "no"}, [view])
    await slack.submit(ana.id, view, {"f": "good"})
    assert (heard, slack.modals(ana.id)) == (["bad", "good"], [])


async def test_an_event_that_failed_is_told_again_and_a_command_is_not(
    slack: FakeSlack, heard: list[Any], ana: User, channel: Channel
) -> None:
    slack.delivery.ack_within = 0.5
    told = await slack.say(ana.id, channel.id, "fail")
    assert not told.acknowledged
    await slack.settled()
    assert (told.acknowledged, told.attempts, heard) == (True, 2, ["fail", "fail"])
    never = await slack.say(ana.id, channel.id, "always")
    await slack.settled()
    assert (never.acknowledged, never.attempts) == (False, 4)
    command = await slack.command(ana.id, channel.id, "/unknown")
    await slack.settled()
    assert (command.acknowledged, command.attempts) == (False, 1)


async def test_the_same_event_is_told_as_often_as_a_test_wants(
    slack: FakeSlack, heard: list[Any], ana: User, channel: Channel
) -> None:
    told = await slack.say(ana.id, channel.id, "once")
    again = await slack.deliver(told, times=2)
    at_once = await slack.deliver(told, together=True)
    assert heard == ["once"] * 7
    assert {each.event_id for each in (told, *again, *at_once)} == {told.event_id}


async def test_events_about_channels_and_installations_are_told(
    slack: FakeSlack, heard: list[Any], channel: Channel
) -> None:
    slack.delivery.ack_within = 0.2
    private = slack.add_channel("closed", private=True)
    kinds = [
        (await slack.archive(channel.id)).payload["event"]["type"],
        (await slack.remove_bot(private.id)).payload["event"]["type"],
        (await slack.renumber(private.id)).payload["event"]["type"],
        (await slack.delete_channel(private.id)).payload["event"]["type"],
        (await slack.rate_limited_event()).payload["type"],
        (await slack.uninstall()).payload["event"]["type"],
    ]
    assert kinds[:4] == ["channel_archive", "group_left", "channel_id_changed", "group_deleted"]
    assert kinds[4:] == ["app_rate_limited", "app_uninstalled"]
    assert await code_of(client_of(slack).auth_test()) == "token_revoked"
    code = slack.code_for(slack.team)
    form = {"client_id": slack.client_id, "client_secret": slack.client_secret, "code": code}
    token = (await client_of(slack).api_call("oauth.v2.access", data=form))["access_token"]
    assert (await client_of(slack, token).auth_test())["ok"]


async def test_an_app_hears_only_where_it_is(slack: FakeSlack, heard: list[Any], ana: User, channel: Channel) -> None:
    slack.delivery.ack_within = 0.2
    await slack.remove_bot(channel.id)
    assert (await slack.say(ana.id, channel.id, "behind its back")).attempts == 0
    ts = slack.messages(channel.id)[0].ts
    assert (await slack.react(ana.id, channel.id, ts, "one")).attempts == 0
    await slack.invite_bot(channel.id)
    slack.delivery.ack_within = 3.0
    assert (await slack.say(ana.id, channel.id, "hello")).acknowledged
    slack.delivery.ack_within = 0.2
    await slack.uninstall()
    assert (await slack.say(ana.id, channel.id, "gone")).attempts == 0
    assert heard == ["hello"]


async def test_a_shared_channel_tells_of_the_strangers_own_workspace(slack: FakeSlack, heard: list[Any]) -> None:
    other = slack.add_team("other", enterprise="E1")
    stranger = slack.add_user("eve", team=other.id)
    shared = slack.add_channel("shared", members=[stranger.id], teams=[slack.team, other.id])
    told = await slack.say(stranger.id, shared.id, "hello")
    assert told.payload["is_ext_shared_channel"]
    assert told.payload["authorizations"][0]["team_id"] == told.payload["team_id"] == slack.team
    assert told.payload["event"]["user_team"] == other.id
    whole = slack.add_team("whole", enterprise="E2", org_wide=True)
    wide = slack.add_channel("wide", members=[slack.add_user("kim", team=whole.id).id], teams=[whole.id])
    command = await slack.command(wide.members[-1], wide.id, "/study")
    assert (command.payload["enterprise_id"], command.payload["is_enterprise_install"]) == ("E2", "true")
    posted = await client_of(slack, slack.token_of(whole.id)).chat_postMessage(
        channel=wide.id, text="x", blocks=[actions(button("go"))]
    )
    pressed = await slack.press(wide.members[-1], wide.id, posted["ts"], 0)
    assert (pressed.payload["team"], pressed.payload["user"]["team_id"]) == (None, whole.id)


async def test_a_response_url_works_five_times_within_half_an_hour(
    slack: FakeSlack, client: AsyncWebClient, ana: User, channel: Channel, clock: Hands
) -> None:
    slack.delivery.ack_within = 0.05
    ts = (await client.chat_postMessage(channel=channel.id, text="x", blocks=[actions(button())]))["ts"]

    async def sent(url: str, **body: Any) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as got:
            return got.status, str((await got.json()).get("error", ""))

    url = (await slack.press(ana.id, channel.id, ts, 0)).payload["response_url"]
    assert await sent(url, text="psst") == (200, "")
    assert await sent(url, text="all", response_type="in_channel") == (200, "")
    assert await sent(url, text="new", replace_original=True) == (200, "")
    assert await sent(url, text="x", blocks=[section("")]) == (404, "invalid_blocks")
    assert [each.text for each in slack.messages(channel.id)] == ["new", "all"]
    assert await sent(url, delete_original=True) == (200, "")
    assert [each.text for each in slack.messages(channel.id)] == ["all"]
    assert await sent(url, text="x") == (404, "used_url")
    ephemeral = slack.ephemerals(ana.id)[0]
    ephemeral.blocks = slack.with_ids([actions(button())])
    other = (await slack.press_ephemeral(ana.id, ephemeral.ts, 0)).payload["response_url"]
    await sent(other, text="instead", replace_original=True)
    assert [each.text for each in slack.ephemerals(ana.id)] == ["instead"]
    await sent(other, delete_original=True)
    assert slack.ephemerals(ana.id) == []
    channel.archived = True
    assert await sent(other, text="x", response_type="in_channel") == (404, "is_archived")
    slack.teams[slack.team].installed = False
    assert await sent(other, text="x") == (404, "channel_not_found")
    clock.turn(30 * 60 + 1)
    assert await sent(other, text="x") == (404, "expired_url")
    slack.fail("response_url", "http-500")
    async with aiohttp.ClientSession() as session, session.post(other, json={}) as got:
        assert got.status == 500


async def test_a_connection_that_asks_to_go_is_replaced_and_no_event_is_lost(
    slack: FakeSlack, ana: User, channel: Channel
) -> None:
    heard: list[Any] = []
    async with by_socket(slack, heard) as handlers:
        for reason in ("warning", "refresh_requested"):
            opened, session = openings(slack), handlers[0].client.current_session
            await slack.disconnect(reason)
            told = await slack.say(ana.id, channel.id, reason)
            assert told.acknowledged
            await until(lambda old=session: renewed(handlers[0], old) and slack.connections == 1)  # type: ignore[misc]
            assert openings(slack) == opened + 1
    assert set(heard) == {"warning", "refresh_requested"}


async def test_each_event_goes_to_one_of_the_connections_in_turn(slack: FakeSlack, ana: User, channel: Channel) -> None:
    heard: list[Any] = []
    async with by_socket(slack, heard, count=2) as handlers:
        taken: list[int] = []
        for number, handler in enumerate(handlers):

            async def note(_: Any, request: Any, number: int = number) -> None:
                taken.append(number)

            handler.client.socket_mode_request_listeners.append(note)
        for text in "abcd":
            await slack.say(ana.id, channel.id, text)
        await until(lambda: len(taken) == 4)
    assert heard == list("abcd")
    assert sorted(taken) == [0, 0, 1, 1]


async def test_what_a_closed_connection_did_not_acknowledge_goes_to_another(
    slack: FakeSlack, ana: User, channel: Channel
) -> None:
    heard: list[Any] = []
    async with by_socket(slack, heard):
        slack.sockets.mute()
        telling = asyncio.create_task(slack.say(ana.id, channel.id, "hello"))
        await asyncio.sleep(0.05)
        slack.sockets.drop()
        assert (await telling).acknowledged
    assert heard == ["hello"]


async def test_a_silent_connection_is_noticed_by_its_pings(slack: FakeSlack, ana: User, channel: Channel) -> None:
    heard: list[Any] = []
    async with by_socket(slack, heard) as handlers:
        slack.delivery.ack_within = 0.5
        slack.silent = True
        before = handlers[0].client.current_session
        told = await slack.say(ana.id, channel.id, "nobody hears")
        assert not told.acknowledged
        slack.silent = False
        slack.sockets.mute()
        await until(lambda: handlers[0].client.current_session is not before, 20)
        await slack.settled()
        assert (await slack.say(ana.id, channel.id, "back")).acknowledged
    assert heard[-1] == "back"


async def test_an_app_has_ten_connections_and_each_ticket_one(slack: FakeSlack) -> None:
    async def ticket() -> str:
        opened = await client_of(slack, slack.app_token).apps_connections_open(app_token=slack.app_token)
        return str(opened["url"])

    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(await ticket()) for _ in range(10)]
        greetings = [await socket.receive_json() for socket in sockets]
        assert [each["num_connections"] for each in greetings] == list(range(1, 11))
        eleventh = await session.ws_connect(await ticket())
        assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
        assert (await eleventh.receive()).type == aiohttp.WSMsgType.CLOSE
        used = await ticket()
        await sockets[0].close()
        await until(lambda: slack.connections == 9)
        await session.ws_connect(used)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(used)


async def test_requests_are_signed_and_wrong_signatures_are_told_apart(slack: FakeSlack) -> None:
    heard: list[Any] = []
    async with by_http(slack, heard):
        assert await slack.verify_url()
        assert await slack.check_ssl() == 200
        event = slack.wrap({"type": "message", "channel": "C1", "user": "U1", "text": "raw", "ts": "1.0"})
        assert (await slack.post_raw(event))[0] == 200
        for signature in ("wrong", "old", "absent"):  # by a garbled one Slack's own library fails
            assert (await slack.post_raw(event, signature=signature))[0] == 401, signature
        assert (await slack.post_raw(event, signature="garbled"))[0] in (401, 500, 503)
        assert (await slack.post_raw(b"\xff\x00", content_type="application/x-www-form-urlencoded"))[0] != 200
    assert heard == ["raw"]


async def test_retries_by_http_have_their_headers_and_end_when_the_app_says_so(
    slack: FakeSlack, ana: User, channel: Channel
) -> None:
    seen: list[tuple[str | None, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")))
        if len(seen) == 1:
            await asyncio.sleep(1.5)
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"} if len(seen) == 3 else {})

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    slack.delivery.ack_within = 0.7
    told = await slack.say(ana.id, channel.id, "x")
    await slack.settled()
    await runner.cleanup()
    assert seen == [(None, None), ("1", "http_timeout"), ("2", "http_error")]
    assert told.statuses == [0, 500, 500]


async def test_a_form_keeps_what_it_came_with_and_follows_the_answer(slack: FakeSlack, ana: User) -> None:
    choice = {"type": "static_select", "action_id": "value", "options": [option("a"), option("b")]}
    fields = [
        field("text", initial_value="was"),
        {**field("pick"), "element": {**choice, "initial_option": option("a")}},
    ]
    answers: list[Json] = [
        {"response_action": "update", "view": modal(*fields, title=plain("Again"))},
        {"response_action": "push", "view": modal()},
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "clear"},
    ]
    bodies: list[Json] = []

    async def answer(request: web.Request) -> web.Response:
        bodies.append(json.loads(str((await request.post())["payload"])))
        return web.json_response(answers[len(bodies) - 1])

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    opened = await client_of(slack).views_open(trigger_id=slack.trigger(ana.id, slack.team), view=modal(*fields))
    view = slack.views[opened["view"]["id"]]
    await slack.submit(ana.id, view, {"pick": "b"})
    values = bodies[0]["view"]["state"]["values"]
    assert (values["text"]["value"]["value"], values["pick"]["value"]["selected_option"]["value"]) == ("was", "b")
    assert view.content["title"]["text"] == "Again"
    await slack.submit(ana.id, view)
    assert len(slack.modals(ana.id)) == 2
    await slack.submit(ana.id, view)
    assert slack.refused == [("view_submission", "invalid_errors", ["nowhere"])]
    await slack.submit(ana.id, view)
    await runner.cleanup()
    assert slack.modals(ana.id) == []
