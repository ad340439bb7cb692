"""Nothing that learners or authors write mentions anybody or breaks out of its block, and no key leaves too early."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.blocks import blocks_of, fallback, modal
from bot.ports import Field, Form
from bot.store.tables import people
from tests.adapters.slack.conftest import Hall, said, until
from tests.fakes.slack.pings import pinged_by
from tests.hall import CHOICE, PACK
from tests.hostile import hostile_cards

MENTIONS = "<!channel> <!here|x> <@U000000005> <!subteam^S0LEADS> @here @everyone"
MARKS = "*bold* _slanted_ ~struck~ `code` &lt;!channel&gt; &amp; <https://evil.example|bank>"
UNSEEN = "\u202egnp.exe\u2066 zero\u200bwidth \x1b[31m"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOSTILE = f"{MENTIONS} {MARKS}"
ACTING = ("mrkdwn", "user", "usergroup", "broadcast", "channel")
"""Elements in which Slack acts on marks, or mentions somebody."""


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


def quoted(text: str) -> str:
    """A text of a pack as Markdown that shows exactly it, in quotes for YAML."""
    return json.dumps("".join(f"\\{sign}" if sign in r"*_~`<>&@[]|!^" else sign for sign in text))


@pytest.fixture
def pack() -> str:
    """One question, hostile in each of its texts; which of its options is the key changes nothing but that."""
    topics = f"topics: {{statistics: {json.dumps(MENTIONS)}, learning: Learning}}"
    item = CHOICE.format(id="item-0", concept="c", topic="statistics", key="A")
    for text in ("Which letter does question item-0 want?", "Because of the letter."):
        item = item.replace(text, quoted(f"{text} {HOSTILE}"))
    for letter in ("alpha", "beta", "gamma"):
        item = item.replace(
            f"{{text: {letter} of item-0, reason: Reason for {letter}.}}",
            f"{{text: {quoted(f'{letter} {HOSTILE}')}, reason: {quoted(f'Reason {HOSTILE}')}}}",
        )
    return PACK.replace("topics: {statistics: Statistics, learning: Learning}", topics) + item


def acting(blocks: Any) -> list[Any]:
    """The parts of blocks on whose text Slack would act; a closing time of our own is one."""
    if isinstance(blocks, list):
        return [found for each in blocks for found in acting(each)]
    if not isinstance(blocks, dict):
        return []
    own = [blocks] if blocks.get("type") in ACTING and "<!date^" not in str(blocks.get("text")) else []
    return own + [found for each in blocks.values() for found in acting(each)]


async def test_hostile_names_answers_and_questions_are_shown_as_they_were_written(hall: Hall) -> None:
    slack = hall.slack
    villain = slack.add_user("villain", display_name=f"{MENTIONS} {UNSEEN} {'n' * 3000}").id
    slack.channels[hall.channel].members.append(villain)
    await hall.run(hours=1)
    asked = hall.question.ts
    assert MENTIONS in said(hall.question.blocks), "the stem"
    await slack.press(villain, hall.channel, asked, 0)
    feedback = await hall.told(villain)
    assert "&lt;!channel&gt;" in feedback, "the reason, in which an author's escapes are an author's"
    async with asyncio.timeout(10):
        while not any("<!channel>" in name for (name,) in await hall.all_of(people.c.name)):
            await asyncio.sleep(0.02)
    await slack.command(villain, hall.channel, "/leaderboard", "all")
    assert "<!channel>" in await hall.told(villain, above=1)
    await slack.command(villain, hall.channel, "/study", HOSTILE)
    await hall.told(villain, above=2)
    await slack.direct(villain, HOSTILE * 40)
    await hall.run(hours=24)
    await hall.run(seconds=5)
    revealed = slack.message(hall.channel, asked)
    assert MENTIONS in said(revealed.blocks)
    (why,) = slack.thread(hall.channel, asked)
    assert MENTIONS in said(why.blocks)
    shown = [
        *slack.messages(hall.channel),
        *slack.messages(hall.organisers),
        *slack.messages(slack.open_im(villain).id)[1:],
        why,
    ]
    everything = [(each.text, each.blocks) for each in shown]
    everything += [(each.text, each.blocks) for each in slack.ephemerals(villain)]
    assert len(everything) > 5
    for text, blocks in everything:
        assert acting(blocks) == []
        assert not any(sign in text for sign in ("<!", "<@", "\u202e", "\x1b")), text
        assert not any(sign in said(blocks) for sign in ("\u202e", "\u2066", "\x1b")), blocks
    assert slack.pinged == []
    assert slack.refused == []


async def test_no_call_asks_slack_to_look_for_mentions_or_links(hall: Hall) -> None:
    await hall.run(hours=1)
    await hall.run(hours=24)
    sent = [arguments for method, arguments, _ in hall.slack.calls if method.startswith("chat.")]
    assert len(sent) > 2
    for each in sent:
        assert not {"parse", "link_names", "mrkdwn", "username", "attachments"} & each.keys()
    for each in (found for found in sent if "thread_ts" in found or "metadata" in found):
        assert (each.get("unfurl_links"), each.get("unfurl_media")) == (False, False)


@pytest.mark.parametrize("text", [HOSTILE, UNSEEN, "<!channel>" * 1000, "`" * 99 + "<@U1>", "&lt;!here&gt;" * 400])
def test_no_card_or_form_mentions_anybody_whatever_stands_in_it(text: str) -> None:
    for card in hostile_cards(text):
        assert pinged_by(fallback(card), blocks_of(card), {}) == []
        assert acting(blocks_of(card)) == []
        sent = json.dumps([fallback(card), blocks_of(card)], ensure_ascii=False)
        assert not any(sign in sent for sign in ("\u202e", "\u2066", "\\u001b")), sent
    form = Form("verb:subject", text, (Field("answer", text, value=text, placeholder=text),), text)
    assert acting(modal(form, "{}", str)) == []


# --- Keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [{}, {"answer_by": "reactions"}])
async def test_of_the_key_nothing_leaves_before_the_reveal_and_all_of_it_with_it(hall: Hall) -> None:
    await hall.run(hours=1)
    await hall.run(seconds=5)
    await until(lambda: hall.slack.messages(hall.channel))
    early = json.dumps(hall.slack.calls, default=str)
    for secret in ("Because of the letter", "Reason ", "item-0"):
        assert secret not in early.replace("question item-0", ""), secret
    assert set(hall.question.metadata["event_payload"]) == {"stamp"}, "any member of the workspace can read it"
    await hall.run(hours=24)
    await hall.run(seconds=5)
    assert "Because of the letter" in json.dumps(hall.slack.calls, default=str)
