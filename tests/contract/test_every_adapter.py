"""What every adapter must do, whatever its platform: each installed adapter runs through the same sentences."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.installed import installed_adapters
from bot.ports import (
    Adapter,
    Bar,
    Bars,
    Button,
    Buttons,
    Card,
    Choice,
    File,
    Fine,
    GoneError,
    Message,
    Moment,
    Opening,
    Options,
    Pick,
    Picture,
    Platform,
    RefusedError,
    Table,
    Text,
    Tone,
    card_from_json,
    card_to_json,
)
from bot.poster import LEASE
from bot.refs import VERBS
from bot.store import Store, schema
from tests.clock import Clock
from tests.grounds import Ground, ground_of

ADAPTERS = sorted(installed_adapters())
HOSTILE = "@everyone <!channel> <script>alert(1)</script> \u202egnp.exe\u202c \x1b[31mred\x07 <@U1>"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


def cards() -> list[Card]:
    """A card of each kind, and one with hostile texts everywhere."""
    choices = tuple(Choice(f"answer:abc:{n}", f"Option **{n}** with $x^{n}$") for n in range(4))
    blocks = (
        Text("A stem with `code`, $\\frac{a}{b}$ and a [link](https://example.org).\n\n```python\nprint(1)\n```"),
        Options(choices),
        Options(choices, Pick.MANY, "answer:abc"),
        Options(choices, Pick.ORDERED, "answer:abc"),
        Options(choices, pressable=False),
        Buttons((Button("write:abc", "Write your answer", opens_form=True),)),
        Bars((Bar("**A** yes", 3, 0.75, marked=True), Bar("**B** no", 1, 0.25))),
        Table(("#", "Name"), (("1", "Ada"), ("2", "数据")), frozenset({0})),
        Moment("Closes {time}", datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        Picture(PIXEL, "image/png", "A pixel"),
        File("cards.csv", "text/csv", b"a,b", "A table of cards"),
        Fine("Small print"),
    )
    whole = Card("Everything", blocks, Tone.QUESTION, "A summary")
    hostile = Card(
        HOSTILE,
        (
            Text(HOSTILE),
            Options((Choice("answer:abc:0", HOSTILE), Choice("answer:abc:1", "b"))),
            Buttons((Button("write:abc", HOSTILE),)),
            Bars((Bar(HOSTILE, 1, 1.0),)),
            Table((HOSTILE,), ((HOSTILE,),)),
            Moment(HOSTILE + " {time}", datetime(2026, 1, 1, tzinfo=UTC)),
            File("cards.csv", "text/csv", b"", HOSTILE),
            Fine(HOSTILE),
        ),
        summary=HOSTILE,
    )
    return [whole, hostile, *(Card("Title", (block,), tone) for block in blocks for tone in (Tone.PLAIN, Tone.RIGHT))]


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    """Each installed adapter."""
    return installed_adapters()[request.param]


@pytest.fixture
async def ground(adapter: Adapter, clock: Clock) -> AsyncIterator[Ground]:
    """Each installed adapter where it is at home."""
    async with ground_of(adapter.name, clock) as found:
        yield found


@pytest.fixture
async def shelves(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    """A store for shelves."""
    url = f"sqlite:///{tmp_path / 'studyhall.db'}"
    schema.upgrade(url)
    store = Store.open(url, now=clock)
    yield store
    await store.close()


Open = Callable[[], Platform]


@pytest.fixture
async def opened(ground: Ground, shelves: Store, clock: Clock) -> AsyncIterator[Open]:
    """Opens the adapter's platform on its shelf, as the composition root does; at the end all are closed."""
    numbers, adapter = count(1), ground.adapter
    platforms: list[Platform] = []

    def open_one() -> Platform:
        opening = Opening(
            settings={setting.name: setting.default for setting in adapter.settings} | dict(ground.settings),
            environment=ground.environment,
            shelf=shelves.shelf(adapter.name),
            verbs=VERBS,
            commands=COMMANDS,
            places=(ground.place,),
            organiser_places=frozenset(),
            now=clock,
            token=lambda length: f"{next(numbers)}".translate(LETTERS).rjust(length, "a"),
            translate=lambda _, message: message,
        )
        platforms.append(adapter.open(opening))
        return platforms[-1]

    yield open_one
    for each in platforms:
        await each.close()


LETTERS = str.maketrans("0123456789", "bcdefghijk")


async def test_a_message_is_found_by_its_stamp(opened: Open, ground: Ground, clock: Clock) -> None:
    platform = opened()
    message = await platform.send(ground.place, cards()[0], "q-abc")
    since = clock() - timedelta(minutes=1)
    assert await platform.find(ground.place, "q-abc", since) == message
    assert await platform.find(ground.place, "q-other", since) is None


async def test_a_message_is_found_by_another_process_too(opened: Open, ground: Ground, clock: Clock) -> None:
    message = await opened().send(ground.place, cards()[0], "q-abc")
    found = await opened().find(ground.place, "q-abc", clock() - timedelta(minutes=1))
    assert found == message


async def test_a_message_to_one_person_alone_is_found_by_its_stamp_and_by_another_process_too(
    opened: Open, ground: Ground, clock: Clock
) -> None:
    since = clock() - timedelta(minutes=1)
    platform = opened()
    assert await platform.find(ground.someone, "d-abc", since) is None
    message = await platform.direct(ground.someone, cards()[0], "d-abc")
    for process in (platform, opened()):
        assert await process.find(ground.someone, "d-abc", since) == message
        assert await process.find(ground.someone, "d-other", since) is None


async def test_the_same_stamp_never_makes_two_messages_where_it_is_trusted(opened: Open, ground: Ground) -> None:
    platform = opened()
    one, two = await asyncio.gather(*(platform.send(ground.place, cards()[0], "q-abc") for _ in range(2)))
    assert one == two or not ground.adapter.limits.trusts_stamp_for


async def test_an_edit_may_be_repeated(opened: Open, ground: Ground, clock: Clock) -> None:
    platform = opened()
    place = ground.place
    message = Message(place, await platform.send(place, cards()[0], "q-abc"))
    for _ in range(2):
        await platform.edit(message, cards()[2])
    assert await platform.find(place, "q-abc", clock() - timedelta(minutes=1)) == message.id


async def test_what_concerns_a_message_that_is_gone_says_so(opened: Open, ground: Ground) -> None:
    platform = opened()
    gone = Message(ground.place, "0000000000000999")
    with pytest.raises(GoneError):
        await platform.edit(gone, cards()[0])
    with pytest.raises(GoneError):
        await platform.reply(gone, cards()[0], "e-abc")


async def test_a_reply_is_found_by_its_stamp_under_the_message_that_it_replies_to(
    opened: Open, ground: Ground, clock: Clock
) -> None:
    platform = opened()
    place = ground.place
    message = Message(place, await platform.send(place, cards()[0], "q-abc"))
    reply = await platform.reply(message, cards()[1], "e-abc")
    assert reply != message.id
    since = clock() - timedelta(minutes=1)
    assert await platform.find(place, "e-abc", since, message) == reply
    assert await platform.find(place, "e-other", since, message) is None
    assert await platform.find(place, "q-abc", since) == message.id


async def test_a_reply_is_changed_where_it_stands(opened: Open, ground: Ground) -> None:
    platform = opened()
    place = ground.place
    message = Message(place, await platform.send(place, cards()[0], "q-abc"))
    reply = Message(place, await platform.reply(message, cards()[1], "e-abc"), under=message.id)
    for _ in range(2):
        await platform.edit(reply, cards()[2])
    with pytest.raises(GoneError):
        await platform.edit(replace(reply, id="0000000000000999"), cards()[2])


async def test_our_own_reactions_are_nobodys_answers(opened: Open, ground: Ground) -> None:
    platform = opened()
    place = ground.place
    message = Message(place, await platform.send(place, cards()[0], "q-abc"))
    for _ in range(2):
        await platform.react(message, "\U0001f1e6")
    assert list(await platform.reactors(message)) == []


async def test_a_place_of_another_platform_is_refused(opened: Open, ground: Ground) -> None:
    platform = opened()
    foreign = replace(ground.place, platform="elsewhere")
    with pytest.raises(RefusedError) as refused:
        await platform.send(foreign, cards()[0], "q-abc")
    assert refused.value.reason
    assert refused.value.remedy


async def test_whispers_directs_and_front_pages_are_taken(opened: Open, ground: Ground) -> None:
    platform = opened()
    someone = ground.someone
    await platform.whisper(ground.place, someone, cards()[1])
    await platform.home(someone, cards()[1])
    message = await platform.direct(someone, cards()[1], "d-abc")
    assert message


async def test_nothing_on_the_shelf_tells_of_an_account_that_is_forgotten(
    opened: Open, ground: Ground, shelves: Store
) -> None:
    platform = opened()
    await platform.home(ground.someone, cards()[0])
    await platform.direct(ground.someone, cards()[0], "d-abc")
    for _ in range(2):
        if ground.adapter.forget is not None:
            await ground.adapter.forget(shelves.shelf(ground.adapter.name), ground.account, [ground.place])
    kept = str(await shelves.shelf(ground.adapter.name).changed(""))
    assert ground.account.casefold() not in kept.casefold()


@pytest.mark.parametrize("number", range(len(cards())))
def test_every_card_can_be_rendered_and_hostile_text_stays_text(adapter: Adapter, number: int) -> None:
    card = cards()[number]
    rendered = adapter.render(card)
    assert card.title.split(" ", maxsplit=1)[0].strip("@<>") in rendered
    for raw in ("\x1b[31m", "\x07", "\u202e"):
        assert raw not in rendered


def test_the_options_of_a_question_can_all_be_read(adapter: Adapter) -> None:
    rendered = adapter.render(cards()[0])
    for word in ("Option", "code", "print", "Ada", "数据", "A pixel", "A table of cards", "Small print"):
        assert word in rendered


@pytest.mark.parametrize("number", range(len(cards())))
def test_a_card_survives_being_kept_on_a_shelf(number: int) -> None:
    card = cards()[number]
    assert card_from_json(card_to_json(card)) == card


def test_limits_leave_time_to_settle_within_the_lease(adapter: Adapter) -> None:
    assert adapter.limits.send_timeout + adapter.limits.settle < LEASE.total_seconds()


@pytest.mark.parametrize("name", ADAPTERS)
def test_finding_an_adapter_does_not_import_what_only_running_it_needs(name: str) -> None:
    heavy = "{'prompt_toolkit', 'aiohttp', 'slack_bolt', 'discord', 'jinja2', 'rich', 'pygments'}"
    code = f"import sys, adapters.{name}; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
