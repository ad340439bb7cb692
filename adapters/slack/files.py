"""Files at Slack, by https://docs.slack.dev/messaging/working-with-files: ask where to, send, say that it is there."""

from __future__ import annotations

from adapters.slack.calls import WRITE_TIMEOUT, Calls
from bot.ports import File

FILE_TIMEOUT = 60.0
"""Seconds that a file for a person may take, which can be large."""


async def handed_over(
    calls: Calls, workspace: str, name: str, content: bytes, alt: str, within: float = WRITE_TIMEOUT
) -> str:
    """Hand a file to Slack; its id, by which it can be completed. Nobody sees it before. Raises a PlatformError."""
    told = {"filename": name, "length": len(content), "alt_txt": alt[:1000]}
    asked = await calls.read(workspace, "files.getUploadURLExternal", told)
    await calls.upload(str(asked["upload_url"]), content, within)
    return str(asked["file_id"])


async def send_file(calls: Calls, workspace: str, channel: str, file: File) -> None:
    """Post a file to a channel, such as somebody's talk with us. Raises a PlatformError."""
    id_ = await handed_over(calls, workspace, file.name, file.content, file.alt, FILE_TIMEOUT)
    told = {"files": [{"id": id_, "title": file.name}], "channel_id": channel}
    await calls.write(workspace, "files.completeUploadExternal", told)
