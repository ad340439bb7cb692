"""What Discord's errors mean: each code once, with what is known after it and what a person can do.

Codes by https://docs.discord.com/developers/topics/opcodes-and-status-codes (JSON error codes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from adapters.discord.permissions import PERMISSIONS
from bot.ports import BusyError, CannotLookError, GoneError, PlatformError, RefusedError

Made = Callable[[int], PlatformError]

LET_IN = (
    "Let the bot do all of this in the channel (Edit Channel, Permissions): "
    f"{', '.join(each.title for each in PERMISSIONS)}. What each is for stands in docs/discord.md. "
    "Then type /study schedule now there."
)
THREADS = "Close threads that nobody needs any more."
TEXT = "Name a text channel in studyhall.yaml."
INVITE = "Invite the bot again with the link that studyhall discord invite prints."
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_INTERACTION = 10003, 10008, 10062
ALREADY_ACKNOWLEDGED, THREAD_IS_THERE, THREAD_IS_CLOSED, WEBHOOK_EXPIRED = 40060, 160004, 50083, 50027


def _refused(what: str, remedy: str = "") -> Made:
    return lambda code: RefusedError(f"{what} ({code})", remedy)


def _busy(what: str, seconds: float) -> Made:
    return lambda code: BusyError(f"{what} ({code})", seconds)


def _gone(code: int) -> PlatformError:
    return GoneError(str(code))


_TABLE: Mapping[int, Made] = {
    # The channel.
    UNKNOWN_CHANNEL: _refused(
        "Discord knows no such channel", "Write the ids of a channel that is there into studyhall.yaml."
    ),
    50001: _refused("The bot does not see the channel", LET_IN),
    50013: _refused("The bot lacks a permission in the channel", LET_IN),
    10004: _refused("The bot is not in this server", INVITE),
    **dict.fromkeys((50008, 50024), _refused("Messages cannot be posted to a channel of this kind", TEXT)),
    **dict.fromkeys(
        (THREAD_IS_CLOSED, 160005), _refused("The question's thread is locked", "Unlock it, or leave it as it is.")
    ),
    160002: _refused("The bot may not read the channel's history", LET_IN),
    **dict.fromkeys((160006, 160007), _refused("The server has as many open threads as Discord allows", THREADS)),
    **dict.fromkeys(
        (200000, 200001, 240000),
        _refused("The server's AutoMod does not let the message through", "Let AutoMod pass over the bot's role."),
    ),
    # The bot.
    **dict.fromkeys((40001, 20001), _refused("Discord does not let us in any more", INVITE)),
    40002: _refused("Discord wants the bot's owner to verify their account", "Do so at discord.com, then start again."),
    # The person.
    **dict.fromkeys((50007, 50278), _refused("They take no direct messages from the bot")),
    10013: _refused("Discord knows no such account"),
    # What was sent.
    50035: _refused("Discord cannot show this message", "Shorten the question; studyhall content check tells where."),
    **dict.fromkeys((50006, 50109, 50045, 40005), _refused("Discord refused the message")),
    **dict.fromkeys((10014, 90001, 30010), _refused("Discord does not take the reaction")),
    **dict.fromkeys((50005, 50021), _refused("Discord does not let the message be changed")),
    # The message, or somebody's moment, is not there any more.
    **dict.fromkeys((UNKNOWN_MESSAGE, UNKNOWN_INTERACTION, WEBHOOK_EXPIRED, 10015), _gone),
    # Later.
    20016: _busy("The channel is in slow mode", 30.0),
    30046: _busy("Old messages may be changed only now and then", 300.0),
    **dict.fromkeys((20022, 20028, 31002, 40062), _busy("Discord asks us to be slower", 30.0)),
    **dict.fromkeys((40003, 40004), _busy("Discord holds back direct messages", 300.0)),
    **dict.fromkeys((130000, 50163), _busy("Discord is overloaded", 30.0)),
}
LOOKING = frozenset({50001, 50013, UNKNOWN_CHANNEL, 10004})
"""Where looking for a message is not allowed or not possible."""


def error_of(code: int, status: int) -> PlatformError:
    """The error for a code of Discord's (0 where it has none) and an HTTP status below 500; nothing was done then."""
    made = _TABLE.get(code)
    if made is not None:
        return made(code)
    if status == 401:  # noqa: PLR2004  Unauthorized
        return RefusedError("Discord does not let us in any more (401)", INVITE)
    return RefusedError(f"Discord refused ({code or f'HTTP {status}'})", LET_IN if status == 403 else "")  # noqa: PLR2004


def looking_error_of(code: int, status: int) -> PlatformError:
    """The same where a message was looked for."""
    if code in LOOKING:
        return CannotLookError(f"Discord does not let us read the channel ({code})")
    return error_of(code, status)
