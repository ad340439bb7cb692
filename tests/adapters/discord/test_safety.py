"""Presses that no message offered, texts that would ping or break out, and keys: none of it gets anywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.drawn import drawn
from adapters.discord.forms import modal
from bot.installed import installed_adapters
from bot.ports import Field, Form
from bot.store import Store, schema
from bot.store.tables import answers, identities, people
from tests.adapters.discord.conftest import Hall, app_on, entry_of, served
from tests.adapters.discord.reader import read
from tests.clock import Clock
from tests.fakes.discord.facts import Interaction, Message
from tests.fakes.discord.permissions import May
from tests.fakes.discord.pings import marked
from tests.fakes.discord.server import FakeDiscord, pointed_at
from tests.grounds import discord_ground
from tests.hall import CHOICE, PACK, choice_pack, pack_of
from tests.hostile import hostile_cards

MENTIONS = "@everyone @here <@1574348783616000005> <@&1574348783616000005> <#1574348783616000006> </daily:1> <t:1:R>"
MARKS = "*bold* _slanted_ ~~struck~~ `code` ||hidden|| # heading <https://evil.example> [bank](https://evil.example)"
UNSEEN = "\u202egnp.exe\u2066 \x1b[31m"
HOSTILE = f"{MENTIONS} {MARKS}"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FORGED = (
    "x" * 100,
    "answer",
    "answer:",
    "answer:nosuchround:0",
    "delete:everything",
    "fill:study.schedule.now",
    "one>0",
    "many>",
    "order>",
    "order>x",
    "order>answer:abc>ba>ab",
    "one>0>../../etc",
    "\u202e'; DROP TABLE answers; --",
)


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


def refs(message: Message) -> list[str]:
    """The custom ids of a message's buttons and selects."""
    found, parts = [], list(message.components)
    while parts:
        part = parts.pop(0)
        found += [part["custom_id"]] if "custom_id" in part else []
        parts += part.get("components", ())
    return found


async def nothing_stored(hall: Hall) -> None:
    assert await hall.all_of(answers.c.id) == []
    assert await hall.all_of(people.c.id) == await hall.all_of(identities.c.id) == []


def a_sentence(told: Interaction) -> None:
    """Whoever did it is told alone, in words, that nothing came of it."""
    assert told.acknowledged
    assert told.ephemeral
    assert len(told.text.split()) > 3, told.text


# --- Presses that were made by hand -------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [(), ("answer:abc:0",), ("x" * 100, "y")])
async def test_whoever_sends_what_no_message_offered_is_told_so_and_nothing_is_stored(
    hall: Hall, values: tuple[str, ...]
) -> None:
    await hall.run(hours=1)
    for custom_id in FORGED:
        a_sentence(await hall.discord.forge(hall.someone, hall.channel, hall.question.id, custom_id, values))
    await nothing_stored(hall)


async def test_an_option_that_the_question_does_not_have_is_none(hall: Hall) -> None:
    await hall.run(hours=1)
    ref = refs(hall.question)[0].rpartition(":")[0]
    for index in ("3", "99", "-1", "00000", "1e1", "٣", ""):
        a_sentence(await hall.discord.forge(hall.someone, hall.channel, hall.question.id, f"{ref}:{index}"))
    assert [each["picked"] for (each,) in await hall.all_of(answers.c.given)] in ([], [[0]])


@pytest.mark.parametrize("pack", [pack_of("multi")])
async def test_values_that_a_select_never_offered_are_no_answer(hall: Hall) -> None:
    await hall.run(hours=1)
    (select,) = refs(hall.question)
    ref = select.partition(">")[2]
    for values in (("answer:abc:0",), (f"{ref}:7",), (f"{ref}:0", f"{ref}:0"), ("junk" * 25,), (f"{ref}:0", "x")):
        a_sentence(await hall.discord.forge(hall.someone, hall.channel, hall.question.id, select, values))
    await nothing_stored(hall)


@pytest.mark.parametrize("pack", [pack_of("order")])
async def test_a_sequence_that_was_made_up_is_no_answer(hall: Hall) -> None:
    await hall.run(hours=1)
    (select,) = refs(hall.question)
    head = select.rpartition(">")[0]
    ref = head.partition(">")[2]
    for custom_id, value in (
        (f"{head}>zz", f"{ref}:0"),
        (f"{head}>aab", f"{ref}:2"),
        (f"{head}>ab", f"{ref}:2"),
        (select, "answer:abc:0"),
        (select, f"{ref}:9"),
    ):
        a_sentence(await hall.discord.forge(hall.someone, hall.channel, hall.question.id, custom_id, (value,)))
    await nothing_stored(hall)


async def test_a_button_of_a_round_that_is_over_says_so_and_changes_nothing(hall: Hall) -> None:
    await hall.run(hours=1)
    asked, stale = hall.question.id, refs(hall.question)[0]
    await hall.run(hours=24)
    await hall.run(minutes=1)
    told = await hall.discord.forge(hall.someone, hall.channel, asked, stale)
    a_sentence(told)
    assert "closed" in told.text.casefold()
    assert await hall.all_of(answers.c.id) == []


async def test_a_button_of_another_servers_round_means_nothing_here(
    discord: FakeDiscord, store: Store, clock: Clock, tmp_path: Path
) -> None:
    grounds = [discord_ground(installed_adapters()["discord"], discord) for _ in range(2)]
    clock.forward(hours=-1)
    entries = [replace(entry_of(each, each.place.channel, {}), id=f"h{n}") for n, each in enumerate(grounds)]
    app = app_on(grounds[0], store, clock, tmp_path, entries, choice_pack())
    async with served(app, discord):
        clock.forward(hours=1)
        await app.run_due()
        ours, theirs = (discord.messages(each.place.channel)[-1] for each in grounds)
        channel = grounds[0].place.channel
        told = await discord.forge(grounds[0].account, channel, ours.id, refs(theirs)[0])
        a_sentence(told)
        assert await store.read(lambda connection: connection.execute(answers.select()).all()) == []
        assert (await discord.press(grounds[0].account, channel, ours.id, 0)).acknowledged


@pytest.mark.parametrize("pack", [pack_of("short")])
async def test_a_form_with_fields_and_refs_of_its_own_is_told_so(hall: Hall) -> None:
    await hall.run(hours=1)
    opened = await hall.discord.press(hall.someone, hall.channel, hall.question.id, 0)
    assert opened.modal is not None
    for custom_id in ("x" * 100, "fill:study.nothing", "write:nosuchround", "propose:1"):
        opened.modal["custom_id"], opened.modal_open = custom_id, True
        a_sentence(await hall.discord.submit(hall.someone, opened, {"answer": "overfitting"}))
    await nothing_stored(hall)


async def test_a_form_of_organisers_does_nothing_for_others(hall: Hall) -> None:
    boss = hall.discord.guilds[hall.guild].owner
    opened = await hall.discord.command(boss, hall.channel, "study schedule add", {"name": "evening"})
    opened.user = hall.someone  # a hand-made client sends it as another
    told = await hall.discord.submit(hall.someone, opened, {"times": "18:00"})
    assert "organiser" in told.text.casefold()


async def test_who_organises_is_looked_up_at_every_press(hall: Hall) -> None:
    lead = hall.discord.add_member(hall.guild, "lead").id
    role = hall.discord.add_role(hall.guild, "deputies", int(May.MANAGE_GUILD), [lead]).id
    await hall.run(hours=1)
    assert "organiser" not in (await hall.discord.command(lead, hall.channel, "study schedule now")).text.casefold()
    hall.discord.take_role(lead, hall.guild, role)
    assert "organiser" in (await hall.discord.command(lead, hall.channel, "study schedule now")).text.casefold()


async def test_bots_are_no_learners(hall: Hall) -> None:
    bot = hall.discord.add_member(hall.guild, hall.discord.add_user("another-bot", bot=True)).id
    await hall.run(hours=1)
    hall.discord.ack_within = 0.2
    assert not (await hall.discord.press(bot, hall.channel, hall.question.id, 0)).acknowledged
    hall.discord.react(bot, hall.channel, hall.question.id, "\U0001f1e6")
    hall.discord.direct(bot, "B")
    hall.discord.ack_within = 3.0
    assert (await hall.discord.command(hall.someone, hall.channel, "daily")).acknowledged
    await nothing_stored(hall)


# --- Texts --------------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """A text of a pack as Markdown that shows exactly it, in quotes for YAML."""
    return json.dumps("".join(f"\\{sign}" if sign in r"*_~`<>&@[]|!^#" else sign for sign in text))


def hostile_pack(key: str = "A") -> str:
    """One question, hostile in each of its texts; which of its options is the key changes nothing but that."""
    topics = f"topics: {{statistics: {json.dumps(MENTIONS)}, learning: Learning}}"
    item = CHOICE.format(id="item-0", concept="c", topic="statistics", key=key)
    for text in ("Which letter does question item-0 want?", "Because of the letter."):
        item = item.replace(text, quoted(f"{text} {HOSTILE}"))
    for letter in ("alpha", "beta", "gamma"):
        item = item.replace(
            f"{{text: {letter} of item-0, reason: Reason for {letter}.}}",
            f"{{text: {quoted(f'{letter} {HOSTILE}')}, reason: {quoted(f'Reason {HOSTILE}')}}}",
        )
    return PACK.replace("topics: {statistics: Statistics, learning: Learning}", topics) + item


def bodies(discord: FakeDiscord) -> list[dict[str, Any]]:
    """All messages that were sent or changed, in whatever way."""
    found = [call.body.get("data") or call.body for call in discord.calls if isinstance(call.body, dict)]
    return [each for each in found if "components" in each and "title" not in each]


def lines(body: dict[str, Any]) -> list[str]:
    """The texts in which Discord acts on marks."""
    found, parts = [], list(body["components"])
    while parts:
        part = parts.pop(0)
        found += [part["content"]] if part.get("type") == 10 else []
        parts += part.get("components", ())
    return found


@pytest.mark.parametrize("pack", [hostile_pack()])
@pytest.mark.parametrize("policy", [{}, {"answer_by": "reactions"}])
async def test_hostile_names_answers_and_questions_ping_nobody_and_are_shown_as_they_were_written(hall: Hall) -> None:
    discord = hall.discord
    villain = discord.add_member(hall.guild, "villain", nick=f"{MENTIONS} {UNSEEN}"[:80]).id
    await hall.run(hours=1)
    asked = hall.question
    assert MENTIONS in "\n".join(read(each).text for each in lines({"components": asked.components})), "the stem"
    if refs(asked):
        await discord.select(villain, hall.channel, asked.id, [0])
        await discord.command(villain, hall.channel, "leaderboard", {"period": "all"})
    discord.direct(villain, HOSTILE * 10)
    await hall.run(hours=24)
    await hall.run(seconds=5)
    sent = bodies(discord)
    assert len(sent) > 3
    for body in sent:
        for line in lines(body):
            assert not any(sign in line for sign in ("\u202e", "\u2066", "\x1b")), line
            assert list(marked(line)) == [], line
    assert discord.pinged == []


async def test_every_body_that_shows_something_says_that_it_mentions_nobody(hall: Hall) -> None:
    await hall.run(hours=1)
    await hall.discord.press(hall.someone, hall.channel, hall.question.id, 0)
    await hall.run(seconds=10)
    hall.discord.direct(hall.someone, "B")
    await hall.discord.command(hall.someone, hall.channel, "study help")
    await hall.run(hours=24)
    await hall.run(seconds=5)
    sent = bodies(hall.discord)
    assert len(sent) > 5
    for body in sent:
        assert body["allowed_mentions"]["parse"] == [], body


@pytest.mark.parametrize(
    "text", [HOSTILE, UNSEEN, "@everyone" * 400, "`" * 99 + "<@1>", "<@&1>" * 700, "\\" * 99 + "@here"]
)
def test_no_card_or_form_mentions_anybody_whatever_stands_in_it(text: str) -> None:
    for card in hostile_cards(text):
        components, _ = drawn(card)
        sent = json.dumps(components, ensure_ascii=False)
        assert not any(sign in sent for sign in ("\u202e", "\u2066", "\\u001b")), sent
        for line in lines({"components": components}):
            assert list(marked(line)) == [], line
    form = Form("verb:subject", text, (Field("answer", text, value=text, placeholder=text),), text)
    assert len(json.dumps(modal(form))) > 100


# --- Keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [{}, {"answer_by": "reactions"}])
async def test_of_the_key_nothing_leaves_before_the_reveal_and_all_of_it_with_it(hall: Hall) -> None:
    await hall.run(hours=1)
    await hall.run(seconds=5)
    early = json.dumps([call.body for call in hall.discord.calls], default=str)
    for secret in ("Because of the letter", "Reason for", '"key"'):
        assert secret not in early, secret
    await hall.run(hours=24)
    await hall.run(seconds=5)
    assert "Because of the letter" in json.dumps([call.body for call in hall.discord.calls], default=str)


async def early(clock: Clock, folder: Path, key: str) -> str:
    """All that goes out before the reveal, where this is the key."""
    schema.upgrade(url := f"sqlite:///{folder / 'studyhall.db'}")
    async with FakeDiscord.started(now=clock) as discord:
        discord.gateway.starts.every = 0.0
        store = Store.open(url, now=clock, virtual=True)
        with pointed_at(discord.api):
            ground = discord_ground(installed_adapters()["discord"], discord)
            entry = entry_of(ground, ground.place.channel, {"answers": "last"})
            app = app_on(ground, store, clock, folder, [entry], hostile_pack(key))
            async with served(app, discord):
                clock.forward(hours=1)
                await app.run_due()
                (asked,) = discord.messages(ground.place.channel)
                await discord.select(ground.account, ground.place.channel, asked.id, [0])
                clock.forward(seconds=10)
                await app.run_due()
        await store.close()
        return json.dumps([(call.name, call.body) for call in discord.calls if call.body])


async def test_which_option_is_the_key_changes_no_byte_of_what_goes_out_before_the_reveal(tmp_path: Path) -> None:
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    for key in "ABC":
        (tmp_path / key).mkdir()
    sent = {await early(Clock(start), tmp_path / key, key) for key in "ABC"}
    assert len(sent) == 1
    assert "Which letter" in sent.pop()
