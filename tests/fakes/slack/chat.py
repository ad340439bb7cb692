"""Methods that write: messages and reactions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.calls import Call
from tests.fakes.slack.facts import Channel, Ephemeral, Json, Message, RefusedError
from tests.fakes.slack.rules import check_message
from tests.fakes.slack.shapes import wrong
from tests.fakes.slack.state import Workspaces


def post_message(call: Call) -> Json:
    channel = call.channel()
    call.faults.count_post(channel.id)
    text, blocks, metadata = content(call)
    thread = call.text("thread_ts")
    if thread:
        thread = _thread(call, channel, thread)
    message = post(call.slack, channel, call.team.id, text, blocks, thread=thread, arguments=call.arguments)
    message.metadata = metadata
    message.broadcast = bool(thread) and call.flag("reply_broadcast")
    return {"channel": channel.id, "ts": message.ts, "message": message.shown(metadata=True)}


def post(
    slack: Workspaces,
    channel: Channel,
    team: str,
    text: str,
    blocks: list[Json],
    *,
    thread: str = "",
    arguments: Json | None = None,
) -> Message:
    """Keep a message of the app's."""
    ours = slack.teams[team]
    message = Message(slack.next_ts(channel), channel.id, ours.bot_user, team, text, slack.with_ids(blocks))
    message.bot_id, message.thread_ts = ours.bot_id, thread
    slack.note_pings(channel.id, message.ts, text, blocks, arguments or {})
    return slack.keep(message, arguments)


def update(call: Call) -> Json:
    """What is not given stays as it was: blocks and metadata."""
    channel = call.channel(active=False)
    if channel.archived:
        raise RefusedError("is_inactive")
    message = call.slack.message(channel.id, call.text("ts", "message_not_found"))
    if message.bot_id != call.team.bot_id:
        raise RefusedError("cant_update_message")
    text, blocks, metadata = content(call)
    if "text" in call.arguments:
        message.text = text
    if "blocks" in call.arguments:
        message.blocks = call.slack.with_ids(blocks)
    if "metadata" in call.arguments:
        message.metadata = metadata
    message.edited = f"{call.slack.now().timestamp():.6f}"
    call.slack.note_pings(channel.id, message.ts, text, blocks, call.arguments)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.shown(metadata=True)}


def post_ephemeral(call: Call) -> Json:
    channel = call.channel()
    user = call.text("user", "user_not_in_channel")
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    text, blocks, _ = content(call)
    shown = whisper(call.slack, channel, user, text, blocks, call.text("thread_ts"))
    return {"message_ts": shown.ts}


def whisper(
    slack: Workspaces, channel: Channel, user: str, text: str, blocks: list[Json], thread: str = ""
) -> Ephemeral:
    """Show something to one person alone."""
    shown = Ephemeral(slack.next_ts(channel), channel.id, user, text, slack.with_ids(blocks), thread)
    slack.whispered.append(shown)
    slack.note_pings(channel.id, shown.ts, text, blocks, {})
    return shown


def delete(call: Call) -> Json:
    channel = call.channel(active=False)
    ts = call.text("ts", "message_not_found")
    if call.slack.message(channel.id, ts).bot_id != call.team.bot_id:
        raise RefusedError("cant_delete_message")
    call.slack.delete_message(channel.id, ts)
    return {"channel": channel.id, "ts": ts}


def add_reaction(call: Call) -> Json:
    channel = call.channel()
    message = call.slack.message(channel.id, call.text("timestamp", "no_item_specified"))
    call.slack.add_reaction(message, call.bot, call.text("name", "invalid_name"))
    return {}


def remove_reaction(call: Call) -> Json:
    channel = call.channel()
    message = call.slack.message(channel.id, call.text("timestamp", "no_item_specified"))
    call.slack.remove_reaction(message, call.bot, call.text("name", "invalid_name"))
    return {}


def content(call: Call) -> tuple[str, list[Json], Json]:
    """Text, blocks and metadata of a message. Raises RefusedError."""
    text = call.text("text")
    blocks = call.parsed("blocks", [], "invalid_blocks_format")
    metadata = call.parsed("metadata", {}, "invalid_metadata_format")
    check_message(text, blocks, metadata)
    check_files(call.slack, blocks, "/blocks")
    return text, blocks, metadata


def check_files(slack: Workspaces, blocks: list[Json], where: str) -> None:
    """Raises RefusedError where a picture is a file that Slack does not have, or has not looked at yet."""
    if found := [*_files(slack, blocks, where)]:
        raise RefusedError("invalid_blocks", found, errors=[each.removeprefix("[ERROR] ") for each in found])


def _files(slack: Workspaces, found: Any, where: str) -> Iterator[str]:
    if isinstance(found, list):
        for index, each in enumerate(found):
            yield from _files(slack, each, f"{where}/{index}")
    elif isinstance(found, dict):
        if "slack_file" in found:
            file = slack.files.get(str(found["slack_file"].get("id", "")))
            if file is None or not slack.is_ready(file):
                yield wrong("invalid slack file", f"{where}/slack_file")
        for key, each in found.items():
            yield from _files(slack, each, f"{where}/{key}")


def _thread(call: Call, channel: Channel, ts: str) -> str:
    """The thread that a message goes to: of a reply, that of its parent."""
    found = call.slack.said.get(channel.id, {}).get(ts)
    if found is None or found.deleted:
        raise RefusedError("thread_not_found")
    return found.thread_ts or found.ts
