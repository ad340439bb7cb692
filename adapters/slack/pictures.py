"""Pictures of cards: kept at Slack as files, and shown by their ids."""

from __future__ import annotations

import asyncio
import hashlib

from adapters.slack.calls import Calls
from adapters.slack.files import handed_over
from bot.ports import Card, Picture, PlatformError

LOOKS = 6
BETWEEN = 0.5
"""Seconds."""
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}


async def uploaded(calls: Calls, workspace: str, card: Card) -> dict[int, str]:
    """Slack's file of each picture of a card, by the block's place; one that Slack does not take is left out."""
    pictures = {index: block for index, block in enumerate(card.blocks) if isinstance(block, Picture)}
    return {index: file for index, picture in pictures.items() if (file := await _upload(calls, workspace, picture))}


async def _upload(calls: Calls, workspace: str, picture: Picture) -> str | None:
    if picture.mime not in _EXTENSIONS:
        return None
    name = f"{hashlib.sha256(picture.content).hexdigest()[:16]}.{_EXTENSIONS[picture.mime]}"
    try:
        file = await handed_over(calls, workspace, name, picture.content, picture.alt)
        await calls.write(workspace, "files.completeUploadExternal", {"files": [{"id": file, "title": name}]})
        return file if await _is_ready(calls, workspace, file) else None
    except PlatformError:
        return None


async def _is_ready(calls: Calls, workspace: str, file: str) -> bool:
    """Slack looks at a file after it was sent, and refuses a message that shows it before that."""
    for _ in range(LOOKS):
        found = await calls.read(workspace, "files.info", {"file": file})
        if (found.get("file") or {}).get("mimetype"):
            return True
        await asyncio.sleep(BETWEEN)
    return False
