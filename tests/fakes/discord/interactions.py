"""Answers to interactions: https://discord.com/developers/docs/interactions/receiving-and-responding."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from tests.fakes.discord import bodies, shown
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.calls import Call
from tests.fakes.discord.command_rules import check_choices
from tests.fakes.discord.components import check_modal
from tests.fakes.discord.facts import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    EPHEMERAL,
    LOADING,
    SUBMIT,
    Interaction,
    Json,
    Message,
    RefusedError,
    Wrong,
)
from tests.fakes.discord.messages import change, changed, fill
from tests.fakes.discord.pings import pinged_by
from tests.fakes.discord.shapes import anything, mapping, record

IN_TIME, LASTS = timedelta(seconds=3), timedelta(minutes=15)
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
FITS = {
    COMMAND: (MESSAGE, DEFER, MODAL),
    COMPONENT: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL),
    AUTOCOMPLETE: (CHOICES,),
    SUBMIT: (MESSAGE, DEFER),
}
"""Which kinds of answers an interaction takes; a form that a component opened takes updates too."""
_callback = record("type", type=anything, data=mapping)


def callback(call: Call) -> Any:
    """`POST /interactions/{id}/{token}/callback`: once, and within 3 s."""
    found = call.discord.interactions.get(call.id("interaction_id"))
    if found is None or found.token != call.ids["interaction_token"]:
        raise RefusedError(10062)
    try:
        _answer(call, found)
    except RefusedError as error:
        found.refusals.append(error.code)
        if error.code == 10062:
            found.heard.set()
        raise
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return None
    return _response(call, found)


def _answer(call: Call, found: Interaction) -> None:
    if found.acknowledged:
        raise RefusedError(40060)
    if call.discord.now() - found.at > IN_TIME:
        raise RefusedError(10062)
    wrong = list(_callback(call.fields, ()))
    kind: Any = call.fields.get("type")
    allowed = FITS[found.kind] + ((DEFER_UPDATE, UPDATE) if found.kind == SUBMIT and found.came_from else ())
    if kind not in allowed:
        wrong.append(Wrong(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {allowed}."))
    if wrong:
        raise RefusedError(50035, wrong)
    _do(call, found, kind)
    found.acknowledged, found.kind_of_answer = True, kind
    found.seconds = asyncio.get_running_loop().time() - found.begun
    found.heard.set()
    if kind not in (DEFER, DEFER_UPDATE):
        found.filled.set()


def _do(call: Call, found: Interaction, kind: int) -> None:
    content = call.fields.get("data") or {}
    if kind == MESSAGE:
        found.original = _said(call, found, content, ("data",))
    elif kind == DEFER:
        wrong = Body(content, "reply", where=("data",)).wrong()
        if wrong:
            raise RefusedError(50035, wrong)
        call.fit()
        message = _blank(call, found)
        message.flags = LOADING | (EPHEMERAL & (content.get("flags") or 0))
        found.original = _placed(call, found, message)
    elif kind in (UPDATE, DEFER_UPDATE):
        found.original = found.came_from
        if kind == UPDATE and found.came_from:
            _updated(call, found.came_from, content)
    elif kind == CHOICES:
        choices = _chosen(found, content)
        call.fit()
        found.choices = choices
    else:
        wrong = check_modal(content)
        if wrong:
            raise RefusedError(50035, wrong)
        call.fit()
        found.modal, found.modal_open = content, True


def _updated(call: Call, message: Message, content: Json) -> None:
    body = Body(content, "edit", message.flags, tuple(each.filename for each in call.files), ("data",))
    bodies.check(body)
    call.fit()
    fill(call, message, content, body)
    changed(call, message)


def _chosen(found: Interaction, content: Any) -> list[Json]:
    choices = content.get("choices") if isinstance(content, dict) else None
    if not isinstance(choices, list):
        raise RefusedError(50035, [Wrong(("data", "choices"), "BASE_TYPE_REQUIRED", "This field is required")])
    wrong = list(check_choices(choices, found.focused, ("data", "choices")))
    if wrong:
        raise RefusedError(50035, wrong)
    return choices


def _blank(call: Call, found: Interaction) -> Message:
    bot = call.discord.bot_user
    message = Message(call.discord.new_id(), found.channel, bot, call.discord.now(), interaction=found.id)
    message.kind = 20 if found.kind == COMMAND else 19 if found.came_from else 0
    if found.came_from and found.kind != COMMAND:
        message.reference = {"type": 0, "channel_id": found.channel, "message_id": found.came_from.id}
    return message


def _said(call: Call, found: Interaction, content: Any, where: tuple[str, ...] = ()) -> Message:
    """A message in answer. Raises RefusedError."""
    form = "reply" if where else "webhook"
    body = Body(content, form, files=tuple(each.filename for each in call.files), where=where)
    bodies.check(body)
    call.fit()
    message = _blank(call, found)
    fill(call, message, content, body)
    call.discord.note_pings(message, pinged_by(content, interaction=True))
    return _placed(call, found, message)


def _placed(call: Call, found: Interaction, message: Message) -> Message:
    if message.ephemeral:
        message.only_for = found.user
    call.discord.keep(message)
    if not message.only_for:
        call.discord.message_told("MESSAGE_CREATE", message)
    return message


def _response(call: Call, found: Interaction) -> Json:
    told: Json = {"id": found.id, "type": found.kind, "activity_instance_id": None}
    message = found.original
    resource: Json = {"type": found.kind_of_answer}
    if message is not None:
        told |= {"response_message_id": message.id, "response_message_loading": message.loading}
        told["response_message_ephemeral"] = message.ephemeral
        if found.kind_of_answer in (MESSAGE, UPDATE):
            resource["message"] = shown.message(call.discord, message)
    return {"interaction": told, "resource": resource}


# Afterwards, by the token.


def _by_token(call: Call) -> Interaction:
    """The interaction of a token, within 15 minutes and after the first answer. Raises RefusedError."""
    token = call.ids["webhook_token"]
    found = call.discord.tokens.get(token)
    if found is None or call.id("webhook_id") != call.discord.application:
        raise RefusedError(10015)
    if call.discord.now() - found.at > LASTS:
        raise RefusedError(50027)
    if not found.acknowledged:
        raise RefusedError(10015)
    return found


def followup(call: Call) -> Json:
    """`POST /webhooks/{application}/{token}`. The first after a deferral fills that, and is as private as that said."""
    found = _by_token(call)
    original = found.original
    if original is not None and original.loading and not original.deleted:
        _fill_deferred(call, found, original, "webhook")
        return shown.message(call.discord, original)
    message = _said(call, found, call.fields)
    found.followups.append(message)
    found.filled.set()
    return shown.message(call.discord, message)


def _fill_deferred(call: Call, found: Interaction, message: Message, form: str) -> None:
    kept = message.flags & EPHEMERAL
    body = Body(call.fields, form, kept, tuple(each.filename for each in call.files))
    bodies.check(body)
    if body.empty():
        raise RefusedError(50006)
    call.fit()
    fill(call, message, call.fields, body)
    message.flags = message.flags & ~(LOADING | EPHEMERAL) | kept
    changed(call, message)
    found.filled.set()


def _asked(call: Call, found: Interaction) -> Message:
    """The message of the path among those of an interaction. Raises RefusedError."""
    wanted = call.ids.get("message_id")
    own = [*([found.original] if found.original else []), *found.followups]
    hits = [each for each in own if wanted in (None, each.id) and not each.deleted]
    if not hits or (wanted is None and hits[0] is not found.original):
        raise RefusedError(10008)
    return hits[0]


def get_message(call: Call) -> Json:
    """`GET …/messages/@original` or of a later one."""
    return shown.message(call.discord, _asked(call, _by_token(call)))


def edit_message(call: Call) -> Json:
    """`PATCH …/messages/@original` or of a later one; fills what was deferred."""
    found = _by_token(call)
    message = _asked(call, found)
    if message.loading:
        _fill_deferred(call, found, message, "edit")
    else:
        change(call, message)
        found.filled.set()
    return shown.message(call.discord, message)


def delete_message(call: Call) -> None:
    """`DELETE …/messages/@original` or of a later one."""
    found = _by_token(call)
    call.discord.erase(_asked(call, found))
    found.filled.set()
