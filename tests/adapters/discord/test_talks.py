"""Talks with the bot alone: of which hall they are, and who has none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.discord import talks
from adapters.discord.words import AWAY, NO_HALL
from bot.app import App
from bot.installed import installed_adapters
from bot.store import Store
from bot.store.tables import answers, identities, rounds
from tests.adapters.discord.conftest import app_on, entry_of, served, until
from tests.clock import Clock
from tests.fakes.discord.facts import Message
from tests.fakes.discord.server import FakeDiscord
from tests.grounds import discord_ground
from tests.hall import choice_pack


@pytest.fixture
def url(sqlite_url: str) -> str:
    """One kind of database: what is tested here depends on none."""
    return sqlite_url


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is in which server is asked for each time."""
    monkeypatch.setattr(talks, "KNOWN_FOR", 0.0)


@dataclass(frozen=True, slots=True)
class Two:
    """Two servers with a hall each, after their questions."""

    app: App
    store: Store
    discord: FakeDiscord
    guilds: tuple[str, str]
    channels: tuple[str, str]

    def person(self, *servers: int) -> str:
        """Somebody who is in some of the servers."""
        user = self.discord.add_user(f"person-{len(self.discord.users)}")
        for each in servers:
            self.discord.add_member(self.guilds[each], user)
        return user.id

    def question(self, server: int) -> Message:
        """The question of a server."""
        return self.discord.messages(self.channels[server])[-1]

    def stem(self, server: int) -> str:
        """What distinguishes the question of a server."""
        return next(line for line in self.question(server).text.split("\n") if line.startswith("Which letter"))

    async def daily(self, user: str) -> str:
        """What `/daily` shows somebody in their talk with the bot."""
        told = await self.discord.command(user, self.discord.open_dm(user).id, "daily")
        assert told.acknowledged
        return told.text

    async def says(self, user: str, text: str) -> str:
        """What somebody is answered who writes to the bot alone."""
        talk = self.discord.open_dm(user).id
        before = len(self.discord.messages(talk))
        self.discord.direct(user, text)
        await until(lambda: len(self.discord.messages(talk)) == before + 2)
        return self.discord.messages(talk)[-1].text

    async def answered(self, server: int) -> int:
        """How many answered the question of a server."""
        asked = rounds.c.message == self.question(server).id
        statement = answers.select().join(rounds, rounds.c.id == answers.c.round_id).where(asked)
        return len(await self.store.read(lambda connection: connection.execute(statement).all()))


@pytest.fixture
async def two(discord: FakeDiscord, store: Store, clock: Clock, tmp_path: Path) -> AsyncIterator[Two]:
    grounds = [discord_ground(installed_adapters()["discord"], discord) for _ in range(2)]
    clock.forward(hours=-1)
    entries = [replace(entry_of(each, each.place.channel, {}), id=f"h{n}") for n, each in enumerate(grounds)]
    for n in range(2):
        entries[n] = replace(entries[n], schedules=(replace(entries[n].schedules[0], name=f"daily-{n}"),))
    app = app_on(grounds[0], store, clock, tmp_path, entries, choice_pack(40))
    async with served(app, discord):
        clock.forward(hours=1)
        await app.run_due()
        first, second = (each.place for each in grounds)
        found = Two(app, store, discord, (first.workspace, second.workspace), (first.channel, second.channel))
        assert found.stem(0) != found.stem(1)
        yield found


async def test_who_is_in_one_server_means_its_hall(two: Two) -> None:
    for server in (0, 1):
        user = two.person(server)
        assert two.stem(server) in await two.daily(user)
        assert "Your answer" in await two.says(user, "B")
        assert await two.answered(server) == 1


async def test_who_is_in_several_means_the_place_where_they_answered_last_and_at_first_the_first(two: Two) -> None:
    user = two.person(0, 1)
    assert two.stem(0) in await two.daily(user)
    await two.discord.press(user, two.channels[1], two.question(1).id, 0)
    assert "have answered already" in await two.daily(user)
    await two.discord.command(user, two.channels[0], "study help")
    assert two.stem(0) in await two.daily(user)


async def test_what_is_written_to_the_bot_alone_is_an_answer_where_they_answered_last(two: Two) -> None:
    user = two.person(0, 1)
    await two.discord.command(user, two.channels[1], "daily")
    await two.says(user, "B")
    assert (await two.answered(0), await two.answered(1)) == (0, 1)


async def test_who_is_in_no_server_of_ours_is_told_that_there_is_no_hall(two: Two) -> None:
    strangers = two.discord.add_guild("elsewhere", bot=None)
    user = two.discord.add_member(strangers.id, "stranger").id
    assert await two.says(user, "B") == NO_HALL
    told = await two.daily(user)
    assert "no study hall" in told
    for server in (0, 1):
        assert two.stem(server) not in told
        assert await two.answered(server) == 0
    known = await two.store.read(lambda connection: connection.execute(identities.select()).all())
    assert known == []


async def test_who_left_the_server_sees_its_hall_no_more(two: Two) -> None:
    user = two.person(0)
    await two.discord.press(user, two.channels[0], two.question(0).id, 0)
    assert "have answered already" in await two.daily(user)
    two.discord.leave(user, two.guilds[0])
    assert "no study hall" in await two.daily(user)
    assert await two.says(user, "A") == NO_HALL


async def test_who_is_in_another_server_sees_nothing_of_a_hall_they_are_not_in(two: Two) -> None:
    first, second = two.person(0), two.person(1)
    await two.discord.press(first, two.channels[0], two.question(0).id, 0)
    for path in ("daily", "leaderboard", "study status", "study help"):
        talk = two.discord.open_dm(second).id
        told = await two.discord.command(second, talk, path)
        assert told.acknowledged
        assert two.stem(0) not in told.text
        assert two.discord.users[first].name not in told.text
        assert two.channels[0] not in told.text


@pytest.mark.parametrize("what", ["http-503", "lost-request", "cloudflare-429"])
async def test_where_discord_does_not_say_who_somebody_is_they_are_asked_to_try_again(two: Two, what: str) -> None:
    user = two.person(0)
    two.discord.fail("get_guild_member", what, times=2)
    assert await two.says(user, "B") == AWAY
    assert await two.answered(0) == 0
    two.discord.faults.clear()
    two.discord.fail("get_guild_member", what, times=2)
    assert await two.daily(user) == AWAY
    two.discord.faults.clear()
    assert "Your answer" in await two.says(user, "B")


async def test_what_is_known_of_somebody_is_asked_for_once_in_a_while(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talks, "KNOWN_FOR", 30.0)
    user = two.person(1)
    for _ in range(5):
        await two.daily(user)
    assert two.discord.made("get_guild_member") == 2, "one of each server"
    await two.discord.press(user, two.channels[1], two.question(1).id, 0)
    await two.daily(user)
    assert two.discord.made("get_guild_member") == 2


async def test_an_admin_organises_in_a_talk_what_they_may_organise_in_the_server(two: Two) -> None:
    boss, user = two.discord.guilds[two.guilds[1]].owner, two.person(1)
    for account, allowed in ((boss, True), (user, False)):
        told = await two.discord.command(account, two.discord.open_dm(account).id, "study schedule list")
        other = await two.discord.command(account, two.discord.open_dm(account).id, "study schedule now")
        assert told.acknowledged
        assert ("organiser" in other.text.casefold()) is not allowed, other.text


async def test_other_talk_in_a_server_is_none_of_ours(two: Two) -> None:
    user, stem = two.person(0), two.stem(0)
    two.discord.say(user, two.channels[0], "B")
    assert stem in await two.daily(user)
    assert await two.store.read(lambda connection: connection.execute(answers.select()).all()) == []
