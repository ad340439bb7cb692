"""Methods that only read: channels, messages, people."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from tests.fakes.slack.calls import Call
from tests.fakes.slack.facts import Json, Message, RefusedError

MOST, SHORT = 999, 15


def history(call: Call) -> Json:
    """The newest first; what stands in threads alone is not there."""
    call.faults.count_read(call.method)
    channel = call.channel(active=False)
    found = [
        each
        for each in call.slack.said.get(channel.id, {}).values()
        if not each.deleted and (each.thread_ts in ("", each.ts) or each.broadcast) and _in_span(call, each.ts)
    ]
    return _page(call, sorted(found, key=lambda each: each.ts, reverse=True))


def replies(call: Call) -> Json:
    """The oldest first, the parent before all, whatever span is asked for."""
    call.faults.count_read(call.method)
    channel = call.channel(active=False)
    ts = call.text("ts", "thread_not_found")
    parent = call.slack.said.get(channel.id, {}).get(ts)
    if parent is None or parent.deleted:
        raise RefusedError("thread_not_found")
    found = [each for each in call.slack.thread(channel.id, ts) if _in_span(call, each.ts)]
    return _page(call, [parent, *sorted(found, key=lambda each: each.ts)])


def conversation(call: Call) -> Json:
    return {"channel": call.channel(member=False, active=False).shown(call.bot)}


def open_conversation(call: Call) -> Json:
    users = [each for each in call.text("users").split(",") if each]
    if not users:
        raise RefusedError("users_list_not_supplied")
    user = call.slack.users.get(users[0])
    if len(users) > 1:
        raise RefusedError("method_not_supported_for_channel_type")
    if user is None:
        raise RefusedError("user_not_found")
    if user.deleted:
        raise RefusedError("user_disabled")
    if user.bot:
        raise RefusedError("cannot_dm_bot")
    return {"channel": {"id": call.slack.open_im(user.id, call.team.id).id}}


def reactions(call: Call) -> Json:
    """Without `full` only a few accounts are named for each emoji."""
    channel = call.channel(active=False)
    message = call.slack.message(channel.id, call.text("timestamp", "no_item_specified"))
    return {"type": "message", "channel": channel.id, "message": message.shown(everybody=call.flag("full"))}


def user(call: Call) -> Json:
    found = call.slack.users.get(call.text("user", "user_not_found"))
    if found is None:
        raise RefusedError("user_not_found")
    return {"user": found.shown(locale=call.flag("include_locale"))}


def usergroups(call: Call) -> Json:
    listed = []
    for group in call.slack.groups.values():
        if group.team == call.team.id:
            shown: Json = {"id": group.id, "team_id": group.team, "handle": group.handle, "name": group.handle}
            listed.append(shown | ({"users": group.users} if call.flag("include_users") else {}))
    return {"usergroups": listed}


def _in_span(call: Call, ts: str) -> bool:
    inclusive = call.flag("inclusive")
    oldest, latest = _instant(call, "oldest"), _instant(call, "latest")
    at = Decimal(ts)
    late_enough = oldest is None or at > oldest or (inclusive and at == oldest)
    return late_enough and (latest is None or at < latest or (inclusive and at == latest))


def _instant(call: Call, name: str) -> Decimal | None:
    found = call.text(name)
    try:
        return Decimal(found) if found and found != "0" else None
    except InvalidOperation:
        raise RefusedError(f"invalid_ts_{name}") from None


def _page(call: Call, found: Sequence[Message]) -> Json:
    limit = min(max(call.number("limit", 100), 1), SHORT if call.faults.short_history else MOST)
    start = _start(call.text("cursor"))
    page, more = found[start : start + limit], len(found) > start + limit
    shown = [each.shown(metadata=call.flag("include_all_metadata")) for each in page]
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise RefusedError("invalid_cursor") from None
