"""The watch over all logs sees what it should; and a process that talks to Slack or Discord logs no secret."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.e2e.process import starting
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.slack.server import FakeSlack
from tests.watch import SECRET, WATCH, Watch

SETTINGS = """\
halls:
  - id: team
    title: The team
    zone: Etc/UTC
    organisers: {{groups: [study-leads]}}
    places: ["slack:{team}:{channel}"]
    schedules:
      - {{name: daily, places: ["slack:{team}:{channel}"], times: "09:00", first: at once,
         selection: {{kinds: [true-false]}}}}
packs: [shipped]
platforms:
  web: {{}}
  slack: {{api: "{api}"}}
"""
AT_DISCORD = (
    SETTINGS.replace("slack", "discord").replace("groups", "accounts").replace("study-leads", "discord:{team}:1")
)


async def secrets_of_discord() -> list[str]:
    """The bot's token, and that of something which somebody did."""
    async with FakeDiscord.started() as discord:
        guild = discord.add_guild().id
        channel, someone = discord.add_channel(guild).id, discord.add_member(guild, "someone").id
        said = discord.say(someone, channel, "text")
        pressed = await discord.forge(someone, channel, said.id, "anything")
        return [discord.bot_token, pressed.token]


def secrets_of(slack: FakeSlack) -> list[str]:
    """Every kind of secret that a test gives to Studyhall, or Slack gives it."""
    slack.refresh_tokens["xoxe-1-refreshed"] = slack.team
    return [
        slack.bot_token,
        f"xoxe.{slack.bot_token}",
        slack.app_token,
        slack.signing_secret,
        slack.client_secret,
        *slack.refresh_tokens,
        Fernet.generate_key().decode(),
    ]


async def test_each_kind_of_secret_is_seen_wherever_in_a_record_it_stands() -> None:
    async with FakeSlack.started() as slack:
        for secret in [*secrets_of(slack), *await secrets_of_discord()]:
            raised = (ValueError, ValueError(secret), None)
            for told in ({"msg": f"told {secret}"}, {"msg": "told %s", "args": (secret,)}, {"exc_info": raised}):
                watch = Watch()
                watch.handle(logging.makeLogRecord({"name": "own", **told}))
                with pytest.raises(AssertionError, match="own") as seen:
                    watch.check()
                assert secret not in str(seen.value)
                watch.check()


@pytest.mark.parametrize(
    "harmless",
    [
        "SLACK_BOT_TOKEN does not begin with 'xoxb-'",
        "begins with xapp-",
        "a" * 64,
        "key=value",
        "DISCORD_BOT_TOKEN is not set",
        "discord.com.abcdef",
    ],
)
def test_what_only_speaks_of_secrets_is_none(harmless: str) -> None:
    assert not SECRET.search(harmless)


def test_the_watch_hears_all_loggers_and_fails_the_test_in_which_a_secret_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logging.getLogger("adapters.slack.calls").debug("asked by %s", "xoxb-1234567890")
    assert "xoxb-1234567890" in caplog.text, "caplog hears the same"
    with pytest.raises(AssertionError, match=r"adapters\.slack\.calls"):
        WATCH.check()


@pytest.mark.parametrize("revoked", [False, True])
async def test_a_process_that_talks_to_slack_or_is_refused_by_it_writes_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, revoked: bool
) -> None:
    async with FakeSlack.started() as slack, starting() as start:
        someone = slack.add_user("someone").id
        channel = slack.add_channel("general", members=[someone]).id
        for token in slack.tokens.values():
            token.revoked = revoked
        settings = SETTINGS.format(team=slack.team, channel=channel, api=slack.api)
        (tmp_path / "studyhall.yaml").write_text(settings, encoding="utf-8")
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", slack.app_token)
        running = await start(tmp_path)
        async with asyncio.timeout(30):
            while not (any("slack" in line for line in running.log) if revoked else slack.messages(channel)):
                await asyncio.sleep(0.1)
        if not revoked:
            await slack.press(someone, channel, slack.messages(channel)[-1].ts, 0)
            await slack.uninstall()
        assert await running.stop() == 0
        WATCH.read("\n".join(running.log), "studyhall run")
        WATCH.check()


@pytest.mark.parametrize("refused", [False, True])
async def test_a_process_that_talks_to_discord_or_is_refused_by_it_writes_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, refused: bool
) -> None:
    async with FakeDiscord.started() as discord, starting() as start:
        guild = discord.add_guild().id
        channel, someone = discord.add_channel(guild).id, discord.add_member(guild, "someone").id
        (tmp_path / "studyhall.yaml").write_text(
            AT_DISCORD.format(team=guild, channel=channel, api=discord.api), encoding="utf-8"
        )
        monkeypatch.setenv("DISCORD_BOT_TOKEN", discord.bot_token)
        if refused:
            discord.reset_token()
        running = await start(tmp_path)
        async with asyncio.timeout(30):
            while not (any("discord" in line for line in running.log) if refused else discord.messages(channel)):
                await asyncio.sleep(0.1)
        if not refused:
            asked = discord.messages(channel)[-1]
            for what in (10062, "http-503", "lost-reply", 50035):
                discord.fail("create_interaction_response", what)
                discord.ack_within = 0.3
                await discord.press(someone, channel, asked.id, 0)
            await discord.forge(someone, channel, asked.id, "order>")
            await discord.disconnect("invalid")
        assert await running.stop() == 0
        WATCH.read("\n".join(running.log), "studyhall run")
        WATCH.check()
