"""Messages of channels over the REST API: https://discord.com/developers/docs/resources/message."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.fakes.discord import bodies, shown
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.calls import Call
from tests.fakes.discord.components import with_numbers
from tests.fakes.discord.facts import (
    DM,
    TEXT,
    V2,
    Attachment,
    Channel,
    Json,
    Message,
    RefusedError,
    Told,
    Wrong,
)
from tests.fakes.discord.permissions import May
from tests.fakes.discord.pings import USERS, marked, pinged_by

if TYPE_CHECKING:
    from tests.fakes.discord.events import Events

WRITABLE = (TEXT, DM, 2, 5, 10, 11, 12)
"""Kinds of channels that hold messages."""


def create(call: Call) -> Json:
    """`POST /channels/{channel_id}/messages`."""
    channel = call.channel()
    sent = call.fields
    nonce = sent.get("nonce")
    _may_write(call, channel, sent)
    bodies.check(body_of(call, "create"))
    call.fit()
    known = call.discord.with_nonce(str(nonce)) if nonce is not None and sent.get("enforce_nonce") else None
    if known is not None:
        return shown.message(call.discord, call.discord.message(known.channel, known.id), nonce=True)
    message = Message(call.discord.new_id(), channel.id, call.discord.bot_user, call.discord.now())
    fill(call, message, sent, body_of(call, "create"))
    message.reference = _reference(call, channel, sent)
    message.kind = 19 if message.reference else 0
    replied = call.discord.said[channel.id][message.reference["message_id"]].author if message.reference else ""
    message.nonce = nonce
    if nonce is not None:
        call.discord.remember_nonce(str(nonce), message)
    publish(call.discord, message)
    call.discord.note_pings(message, pinged_by(sent, reply_to=replied))
    return shown.message(call.discord, message, nonce=True)


def body_of(call: Call, form: str, before: int = 0) -> Body:
    """The message that a call sends."""
    return Body(call.fields, form, before, tuple(each.filename for each in call.files))


def fill(call: Call, message: Message, sent: Json, body: Body) -> None:
    """Put what was sent into a message; what was not sent stays."""
    message.flags = body.flags
    if "content" in sent:
        message.content = str(sent["content"] or "").strip()
        message.mentions = [who for kind, who in marked(message.content) if kind == USERS]
    if "embeds" in sent:
        message.embeds = [{"type": "rich", **each} for each in sent["embeds"] or []]
    if "components" in sent:
        message.components = with_numbers(copy.deepcopy(sent["components"] or []))
    if "attachments" in sent or call.files:
        kept = {str(each["id"]): each for each in sent.get("attachments") or []}
        old = [each for each in message.attachments if each.id in kept or "attachments" not in sent]
        message.attachments = old + _files(call, kept)


def publish(discord: Events, message: Message) -> Told:
    """Put a message into its channel, and tell of it."""
    channel = discord.channels[message.channel]
    if channel.archived:
        channel.archived = False
        discord.channel_changed(channel)
    discord.keep(message)
    return discord.message_told("MESSAGE_CREATE", message)


def _files(call: Call, named: dict[str, Json]) -> list[Attachment]:
    if any(len(each.content) > bodies.LARGEST_FILE for each in call.files):
        raise RefusedError(40005)
    made = []
    for each in call.files:
        described = named.get(each.number, {})
        name = str(described.get("filename") or each.filename)
        made.append(call.discord.attachment(name, each.content, each.content_type, described.get("description")))
    return made


def _may_write(call: Call, channel: Channel, sent: Json) -> None:
    if channel.kind not in WRITABLE:
        raise RefusedError(50008)
    if channel.kind == DM:
        if call.discord.users[channel.recipient].closed:
            raise RefusedError(50007)
        return
    if channel.thread and channel.locked and not call.may(channel) & May.MANAGE_THREADS:
        raise RefusedError(160005)
    needed = [May.SEND_MESSAGES_IN_THREADS if channel.thread else May.SEND_MESSAGES]
    needed += [May.EMBED_LINKS] if sent.get("embeds") else []
    needed += [May.ATTACH_FILES] if call.files else []
    call.channel(*needed)


def _reference(call: Call, channel: Channel, sent: Json) -> Json | None:
    asked = sent.get("message_reference")
    if not asked:
        return None
    if channel.guild:
        try:
            call.channel(May.READ_MESSAGE_HISTORY)
        except RefusedError:
            raise RefusedError(160002) from None
    found = call.discord.said[channel.id].get(str(asked["message_id"]))
    if found is None or found.deleted:
        if asked.get("fail_if_not_exists") is False:
            return None
        raise RefusedError(50035, [Wrong(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")])
    return {"type": 0, "channel_id": channel.id, "message_id": found.id} | (
        {"guild_id": channel.guild} if channel.guild else {}
    )


def edit(call: Call) -> Json:
    """`PATCH /channels/{channel_id}/messages/{message_id}`."""
    channel = call.channel()
    message = call.message(channel)
    if message.author != call.discord.bot_user:
        raise RefusedError(50005)
    if channel.archived:
        raise RefusedError(50083)
    change(call, message)
    return shown.message(call.discord, message)


def change(call: Call, message: Message) -> None:
    """Edit a message by what was sent. Raises RefusedError."""
    sent = call.fields
    body = body_of(call, "edit", message.flags)
    bodies.check(body)
    after = {
        "content": sent.get("content", message.content),
        "embeds": sent.get("embeds", message.embeds),
        "components": sent.get("components", message.components),
        "attachments": sent.get("attachments", message.attachments),
    }
    whole = Body({**after, "attachments": None}, "edit", body.flags)
    if body.flags & V2 and not message.flags & V2:
        bodies.check(Body({"content": after["content"], "embeds": after["embeds"]}, "edit", body.flags))
    if whole.empty() and not after["attachments"] and not call.files:
        raise RefusedError(50006)
    call.fit()
    fill(call, message, sent, body)
    changed(call, message)


def changed(call: Call, message: Message) -> None:
    """Note that a message was edited, and tell of it."""
    message.edited, message.edits = call.discord.now(), message.edits + 1
    call.discord.note_pings(message, pinged_by(call.fields))
    if not message.only_for:
        call.discord.message_told("MESSAGE_UPDATE", message)


def get(call: Call) -> Json:
    """`GET /channels/{channel_id}/messages/{message_id}`."""
    channel = call.channel(May.READ_MESSAGE_HISTORY)
    return _read(call, call.message(channel), channel)


def _read(call: Call, message: Message, channel: Channel) -> Json:
    return shown.message(call.discord, message, bare=call.discord.bare(message, channel))


def history(call: Call) -> list[Json]:
    """`GET /channels/{channel_id}/messages`, newest first; without the permission to read it, it is empty."""
    channel = call.channel()
    limit = call.number("limit", 50, 100)
    try:
        call.channel(May.READ_MESSAGE_HISTORY)
    except RefusedError:
        return []
    found = call.discord.messages(channel.id)
    around, before, after = (int(call.query.get(key) or 0) for key in ("around", "before", "after"))
    if around:
        older = [each for each in found if int(each.id) <= around][-(limit - limit // 2) :]
        newer = [each for each in found if int(each.id) > around][: limit // 2]
        found = older + newer
    elif before:
        found = [each for each in found if int(each.id) < before][-limit:]
    elif after:
        found = [each for each in found if int(each.id) > after][:limit]
    return [_read(call, each, channel) for each in reversed(found[-limit:])]


def delete(call: Call) -> None:
    """`DELETE /channels/{channel_id}/messages/{message_id}`."""
    channel = call.channel()
    message = call.message(channel)
    if message.author != call.discord.bot_user:
        if channel.kind == DM:
            raise RefusedError(50003)
        call.channel(May.MANAGE_MESSAGES)
    if channel.archived:
        raise RefusedError(50083)
    call.discord.erase(message)


def bulk_delete(call: Call) -> None:
    """`POST /channels/{channel_id}/messages/bulk-delete`: 2 to 100 messages younger than 14 days."""
    channel = call.channel(May.MANAGE_MESSAGES)
    if channel.kind == DM:
        raise RefusedError(50003)
    ids = call.fields.get("messages")
    if not isinstance(ids, list) or not 2 <= len(ids) <= 100:
        wrong = Wrong(("messages",), "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.")
        raise RefusedError(50035, [wrong])
    found = [call.discord.said[channel.id][each] for each in map(str, ids) if each in call.discord.said[channel.id]]
    if any(call.discord.now() - each.at > timedelta(days=14) for each in found):
        raise RefusedError(50034)
    for each in found:
        if not each.deleted and not each.only_for:
            call.discord.erase(each)


def typing(call: Call) -> None:
    """`POST /channels/{channel_id}/typing`."""
    channel = call.channel()
    if channel.guild:
        call.channel(May.SEND_MESSAGES_IN_THREADS if channel.thread else May.SEND_MESSAGES)
