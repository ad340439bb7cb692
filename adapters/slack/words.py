"""The adapter's own few sentences, translated where they are shown."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802  gettext's usual name for a message that is translated where it is shown
    """Mark a message for the catalogues."""
    return message


CANCEL = N_("Cancel")
FILE_NOT_SENT = N_(
    "Slack did not say that it took the file. If it is not in your messages with the app, please ask again later."
)
FILE_SENT = N_("The file is in your messages with the app.")
STOPPING = N_("Studyhall is stopping. Please try again in a moment.")
STRANGER = N_("Only members of this workspace take part in this hall.")
TOO_LATE = N_("Slack did not open the form in time. Please press again.")
