"""What people do at Slack -> the core, whose answer is handed to `Replies`.

Slack takes the end of our work as the acknowledgement: the core has saved by then, and what a person is told follows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.slack.blocks import PICK
from adapters.slack.halls import Halls
from adapters.slack.people import NAME
from adapters.slack.replies import Replies, Spot
from adapters.slack.texts import as_typed
from adapters.slack.words import STRANGER
from bot.ports import (
    Answered,
    FieldErrors,
    Message,
    NotSavedError,
    PlaceRef,
    Press,
    Proposed,
    Submission,
    Typed,
    Verb,
    Who,
)

Body = Mapping[str, Any]


class Inbound:
    """Presses, forms and commands."""

    def __init__(self, halls: Halls, replies: Replies, verbs: Mapping[str, Verb], now: Callable[[], datetime]) -> None:
        self._halls = halls
        self._replies = replies
        self._verbs = verbs
        self._now = now

    async def pressed(self, body: Body) -> None:
        """A button of a message; pickers tell of each tick, which is nothing yet."""
        action = body["actions"][0]
        if _is_tick(body):
            return
        spot = await self._spot(body)
        if not await self._admitted(spot, body):
            return
        self._halls.answers_in(spot.who.account, spot.place)
        ref = str(action.get("value") or action["action_id"])
        message = Message(spot.place, spot.message) if spot.message else None
        at = instant(action.get("action_ts")) or self._now()
        told = Press(f"p:{body['trigger_id']}", at, spot.who, spot.place, ref, _picked(body, ref), message)
        await self._answer(spot, self._halls.heard_by.pressed(told))

    async def submitted(self, body: Body) -> dict[str, str] | None:
        """A modal was filled in; errors by field keep it open, with what was typed."""
        view = body["view"]
        note = json.loads(view.get("private_metadata") or "{}")
        place = PlaceRef(NAME, str(note["team"]), str(note["channel"]))
        user, ref = body["user"], str(view["callback_id"])
        verb = self._verbs.get(ref.partition(":")[0])
        know = self._halls.people.organiser if verb and verb.needs_rights else self._halls.people.who
        who = await know(place.workspace, str(user["id"]), str(user.get("name") or ""))
        values = _values(view)
        first = next(iter(values), "")
        event = f"v:{view['id']}:{_digest(values)}"
        told = Submission(event, self._now(), who, place, ref, values)
        try:
            answered = await self._halls.heard_by.submitted(told)
        except NotSavedError as error:
            return {first: str(error)}
        self._halls.people.correct(who)
        if isinstance(answered, FieldErrors):
            return {field if field in values else first: text for field, text in answered.errors.items()}
        self._replies.give(Spot(who, place, trigger=str(body.get("trigger_id") or "")), answered)
        return None

    async def pointed(self, body: Body) -> None:
        """The shortcut on a message: its text becomes a proposal's."""
        spot = await self._spot(body)
        if not await self._admitted(spot, body):
            return
        message, at = body["message"], instant(body.get("action_ts")) or self._now()
        text, meant = as_typed(str(message.get("text") or "")), Message(spot.place, str(message["ts"]))
        told = Proposed(f"s:{body['trigger_id']}", at, spot.who, spot.place, text, meant)
        await self._answer(spot, self._halls.heard_by.proposed(told))

    async def typed(self, body: Body) -> None:
        """A slash command."""
        account = str(body["user_id"])
        place = self._halls.place(str(body.get("team_id") or ""), str(body["channel_id"]), account)
        who = await self._halls.people.organiser(place.workspace, account, str(body.get("user_name") or ""))
        spot = Spot(who, place, str(body.get("response_url") or ""), str(body.get("trigger_id") or ""))
        if not await self._admitted(spot, body):
            return
        line = f"{body['command']} {body.get('text') or ''}".strip()
        told = Typed(f"c:{body['trigger_id']}", self._now(), who, place, line)
        await self._answer(spot, self._halls.heard_by.typed(told))

    def refused(self, body: Body, sentence: str) -> dict[str, Any] | None:
        """Tell somebody that what they did was not even looked at; what Slack gets as the acknowledgement of that, None
        where there is no way to them: what is not acknowledged Slack tells again, or marks where they see it.
        """
        if body.get("type") == "view_submission":
            return {"response_action": "errors", "errors": {next(iter(_values(body["view"])), ""): sentence}}
        if not body.get("response_url"):
            return None
        team = str((body.get("team") or {}).get("id") or body.get("team_id") or "")
        channel = str((body.get("channel") or {}).get("id") or body.get("channel_id") or "")
        account = str((body.get("user") or {}).get("id") or body.get("user_id") or "")
        if not _is_tick(body):
            spot = Spot(Who(NAME, team, account, ""), PlaceRef(NAME, team, channel), str(body["response_url"]))
            self._replies.tell(spot, sentence)
        return {}

    async def _spot(self, body: Body) -> Spot:
        """Where a press came from."""
        container, user = body.get("container") or {}, body["user"]
        channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
        team = str((body.get("team") or {}).get("id") or user.get("team_id") or "")
        place = self._halls.place(team, channel, str(user["id"]))
        name = str(user.get("name") or user.get("username") or "")
        who = await self._halls.people.who(place.workspace, str(user["id"]), name)
        message = "" if container.get("is_ephemeral") else str(container.get("message_ts") or "")
        thread = str(container.get("thread_ts") or "")
        url, trigger = str(body.get("response_url") or ""), str(body["trigger_id"])
        return Spot(who, place, url, trigger, message, thread, alone=container.get("type") == "view")

    async def _admitted(self, spot: Spot, body: Body) -> bool:
        """Whether they take part; who does not is told so."""
        team = str((body.get("user") or {}).get("team_id") or "")
        admitted = await self._halls.admits(spot.place.workspace, spot.who, team)
        if not admitted:
            self._replies.tell(spot, self._replies.words(spot.who, STRANGER))
        return admitted

    async def _answer(self, spot: Spot, told: Coroutine[Any, Any, Answered]) -> None:
        """Wait until it is saved; what the person is told follows. What could not be saved is told instead."""
        try:
            answered = await told
        except NotSavedError as error:
            self._replies.tell(spot, str(error))
        else:
            self._replies.give(spot, answered)
            self._halls.people.correct(spot.who)


def _is_tick(body: Body) -> bool:
    """Whether an option of a picker was ticked."""
    return any(str(action.get("action_id") or "").startswith(PICK) for action in body.get("actions") or ())


def _picked(body: Body, submit: str) -> tuple[str, ...]:
    """The refs picked in the picker that a submit button belongs to, in the sequence in which they were picked."""
    states = ((body.get("state") or {}).get("values") or {}).values()
    picker = next((each[PICK + submit] for each in states if PICK + submit in each), None)
    return tuple(str(option["value"]) for option in (picker or {}).get("selected_options") or ())


def _values(view: Body) -> dict[str, str]:
    """What was filled in, by field."""
    filled = {}
    for field, states in ((view.get("state") or {}).get("values") or {}).items():
        state = states.get("value") or {}
        chosen = (state.get("selected_option") or {}).get("value")
        filled[str(field)] = str(chosen or state.get("value") or "")
    return filled


def _digest(values: Mapping[str, str]) -> str:
    written = json.dumps(values, sort_keys=True).encode(errors="replace")
    return hashlib.blake2b(written, digest_size=8).hexdigest()


def instant(stamp: object) -> datetime | None:
    """An instant of Slack's: seconds since the epoch with six places, as a text; None where it is none."""
    try:
        return datetime.fromtimestamp(float(str(stamp)), UTC)
    except (ValueError, OverflowError):
        return None
