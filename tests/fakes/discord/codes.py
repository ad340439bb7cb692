"""What Discord's refusals are called: https://discord.com/developers/docs/topics/opcodes-and-status-codes."""

from __future__ import annotations

from tests.fakes.discord.facts import Json, RefusedError, Wrong

CODES: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10002: (404, "Unknown application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20012: (403, "You are not authorized to perform this action on this application"),
    20016: (429, "This action cannot be performed due to slowmode rate limit."),
    20028: (429, "The write action you are performing on the channel has hit the write rate limit."),
    30010: (403, "Maximum number of reactions reached (20)"),
    30032: (400, "Maximum number of application commands reached"),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later."),
    40001: (401, "Unauthorized"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50033: (400, "Invalid Recipient(s)"),
    50034: (400, "You can only bulk delete messages that are under 14 days old."),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50240: (400, "You cannot remove this app's Entry Point command in a bulk update operation."),
    90001: (403, "Reaction blocked"),
    130000: (503, "API resource is currently overloaded. Try again a little later."),
    160002: (403, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
    200000: (400, "Message was blocked by automatic moderation"),
}
WAITS = (20016, 20028, 30046)
"""Those that say how long to wait, as a rate limit does."""


def refused(error: RefusedError) -> tuple[int, Json]:
    """(status, body) of a refusal."""
    status, message = CODES.get(error.code, (400, "Refused"))
    body: Json = {"message": message, "code": error.code, **error.more}
    if error.wrong:
        body["errors"] = tree(error.wrong)
    if error.code in WAITS:
        body = {"retry_after": 1.0, "global": False, **body}
    return status, body


def tree(wrong: list[Wrong]) -> Json:
    """What is wrong, nested as the form is: the list `_errors` stands where something is wrong."""
    root: Json = {}
    for each in wrong:
        node = root
        for step in each.path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": each.code, "message": each.message})
    return root
