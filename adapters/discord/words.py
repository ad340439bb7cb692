"""The adapter's own few sentences, translated where they are shown."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802  gettext's usual name for a message that is translated where it is shown
    """Mark a message for the catalogues."""
    return message


AWAY = N_("Discord does not answer at the moment, so nothing was saved. Please try again soon.")
NO_HALL = N_("You are in no server that has a study hall here.")
NOT_TAKEN = N_("This means nothing here (any more).")
STOPPING = N_("Studyhall is stopping. Please try again in a moment.")
TOO_LATE = N_("The form could not be opened in time. Please press again.")
