"""What Slack's errors mean: each code once, with what is known after it and what a person can do.

Codes by https://docs.slack.dev/reference/methods/chat.postMessage and the pages of the other methods used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.ports import BusyError, CannotLookError, GoneError, PlatformError, RefusedError, UnknownOutcomeError

Made = Callable[[str], PlatformError]

INVITE = "Invite the bot into the channel with /invite; it goes on by itself at the next time."
REINSTALL = "Install the app in the workspace again; an operator finds the way in docs/slack.md."
_NO_CHANNEL = "Slack knows no such channel, or the bot is not in it"
_NO_LOGIN = "Slack does not let us in any more"


class TokenError(RefusedError):
    """Slack does not take the token, and will not take it later."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{_NO_LOGIN} ({code})", REINSTALL)
        self.code = code


def _refused(what: str, remedy: str = "") -> Made:
    return lambda code: RefusedError(f"{what} ({code})", remedy)


def _busy(seconds: float) -> Made:
    return lambda code: BusyError(f"Slack is busy ({code})", seconds, wide=True)


def _unknown(code: str) -> PlatformError:
    return UnknownOutcomeError(f"Slack failed while it worked ({code})")


def _gone(code: str) -> PlatformError:
    return GoneError(code)


_TABLE: Mapping[str, Made] = {
    # The channel.
    **dict.fromkeys(
        ("channel_not_found", "not_in_channel", "channel_type_not_supported"), _refused(_NO_CHANNEL, INVITE)
    ),
    **dict.fromkeys(
        ("is_archived", "is_inactive"),
        _refused(
            "The channel is archived",
            "Unarchive it, and it goes on by itself at the next time; or take it out of the schedule.",
        ),
    ),
    **dict.fromkeys(
        (
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "restricted_action_non_threadable_channel",
            "restricted_action_thread_locked",
            "posting_to_general_channel_denied",
        ),
        _refused(
            "The workspace does not let apps post there",
            "Ask a workspace admin to let the app post there, then type /study schedule now in it.",
        ),
    ),
    **dict.fromkeys(
        ("external_channel_migrating", "external_team_sharing_not_allowed"),
        _refused("The channel is shared with another organisation, which does not let us post", INVITE),
    ),
    "team_access_not_granted": _refused("The app is not let into this workspace of the organisation", REINSTALL),
    # The installation.
    **dict.fromkeys(("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"), TokenError),
    **dict.fromkeys(
        (
            "no_permission",
            "app_uninstalled",
            "org_login_required",
            "ekm_access_denied",
            "access_denied",
            "two_factor_setup_required",
            "enterprise_is_restricted",
            "team_not_found",
        ),
        _refused(_NO_LOGIN, REINSTALL),
    ),
    "missing_scope": _refused("The app may not do this in the workspace", REINSTALL),
    # What was sent.
    **dict.fromkeys(
        ("msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format", "too_many_attachments"),
        _refused("Slack cannot show this message", "Shorten the question; studyhall content check names its limits."),
    ),
    **dict.fromkeys(("no_text", "invalid_arguments", "invalid_metadata_format"), _refused("Slack refused the message")),
    **dict.fromkeys(
        ("cant_update_message", "edit_window_closed", "cannot_edit"),
        _refused("Slack does not let the message be changed"),
    ),
    # The message is not there.
    **dict.fromkeys(("message_not_found", "thread_not_found", "no_item_specified", "bad_timestamp"), _gone),
    # Later, for the whole workspace.
    "message_limit_exceeded": _busy(30.0),
    "accesslimited": _busy(60.0),
    "team_added_to_org": _busy(60.0),
    # Nobody knows.
    **dict.fromkeys(("fatal_error", "internal_error", "service_unavailable", "request_timeout"), _unknown),
}
LOOKING = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "accesslimited"})
"""Where looking for a message is not allowed or not possible."""


def error_of(code: str) -> PlatformError:
    """The error for a code of Slack's; one that is not known was refused, as nothing was posted."""
    made = _TABLE.get(code)
    return made(code) if made else RefusedError(f"Slack refused ({code})")


def looking_error_of(code: str) -> PlatformError:
    """The same where a message was looked for."""
    if code in LOOKING:
        return CannotLookError(f"Slack does not let us read the channel ({code})")
    return error_of(code)
