"""What is pressed at Slack: payloads as sockets and requests bring them, halls with open rounds, and Bolt by itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack import adapter
from adapters.slack.blocks import blocks_of, fallback
from adapters.slack.tokens import APP_TOKEN, BOT_TOKEN
from benchmarks.answers import NOW
from benchmarks.pressing import Pressed, open_rounds, question
from benchmarks.study import START, name_of
from bot.cards.question import Asked, question_card
from bot.languages import words
from bot.ports import PlaceRef
from bot.rules.shown import Shown

TEAM, CHANNEL, APP, BOT = "T0000BENCH", "C0000BENCH", "A0000BENCH", "U000000BOT"
PLACE = PlaceRef("slack", TEAM, CHANNEL)
TOKENS = {BOT_TOKEN: "xoxb-1-2-benchmark", APP_TOKEN: "xapp-1-A0000BENCH-2-benchmark"}
ANY = re.compile(r".*", re.DOTALL)
OK = 200


async def authorize(**_: object) -> AuthorizeResult:
    """Bolt's question whether the app is in a workspace, answered from memory."""
    return AuthorizeResult(
        enterprise_id=None, team_id=TEAM, bot_token=TOKENS[BOT_TOKEN], bot_id="B000000BOT", bot_user_id=BOT
    )


def bolt_alone(signing_secret: str = "no request is signed") -> AsyncApp:
    """Bolt with one listener, which only acknowledges; it looks at signatures where it is asked over HTTP."""
    app = AsyncApp(authorize=authorize, process_before_response=True, signing_secret=signing_secret)

    @app.action(ANY)
    async def act(ack: AsyncAck) -> None:
        await ack()

    return app


def slack_settings(**chosen: object) -> dict[str, Any]:
    """The section `slack` of the settings."""
    return {setting.name: setting.default for setting in adapter.settings} | chosen


def press_of(number: int, person: int, shown: Shown, token: str) -> dict[str, Any]:
    """The payload of a press on an option, with the message that it stands in, as Slack sends it."""
    card = question_card(words("en"), shown, Asked(token, shown.topic, 0, NOW))
    option = number % len(shown.options)
    user = {"id": f"U{person}", "username": name_of(person), "name": name_of(person), "team_id": TEAM}
    stamp = f"{START.timestamp() + number:.6f}"
    action = {"action_id": f"answer:{token}:{option}", "block_id": "b1", "value": f"answer:{token}:{option}"}
    message = {"type": "message", "user": BOT, "bot_id": "B000000BOT", "app_id": APP, "team": TEAM, "ts": stamp}
    return {
        "type": "block_actions",
        "user": user,
        "api_app_id": APP,
        "token": "an-old-verification-token",
        "container": {"type": "message", "message_ts": stamp, "channel_id": CHANNEL, "is_ephemeral": False},
        "trigger_id": f"{number}.{person}.benchmark",
        "team": {"id": TEAM, "domain": "hall"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": CHANNEL, "name": "general"},
        "message": message | {"text": fallback(card), "blocks": blocks_of(card)},
        "state": {"values": {}},
        "response_url": f"https://hooks.slack.com/actions/{TEAM}/{number}/benchmark",
        "actions": [action | {"type": "button", "action_ts": stamp, "text": {"type": "plain_text", "text": "A"}}],
    }


def prepare(at: Path, name: str, people: int, rounds: int) -> Pressed:
    """A hall in a channel of Slack with so many open rounds of one day, and everybody's press on one of them."""
    template, shown = at / f"{name}.sqlite", question()
    tokens = open_rounds(template, rounds, PLACE, [f"U{number}" for number in range(1, people + 1)])
    texts = []
    for number in range(people):
        payload = press_of(number, number + 1, shown, tokens[number % rounds])
        envelope = {"envelope_id": f"e{number}", "type": "interactive", "accepts_response_payload": True}
        texts.append(json.dumps(envelope | {"payload": payload}))
    return Pressed(template, people, tuple(texts))
