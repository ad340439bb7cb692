"""What can go wrong at the boundary."""

from __future__ import annotations


class PlatformError(Exception):
    """A platform did not do what it was asked to. The subclasses say what is known."""


class RefusedError(PlatformError):
    """Surely not done, and trying again will not help until a person acts. `remedy` tells an organiser what to do."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


class BusyError(PlatformError):
    """Surely not done; may be tried again after `retry_after` seconds (rate limit, connection refused).

    `wide`: the same would be said of every other place of the workspace until then.
    """

    def __init__(self, reason: str, retry_after: float = 5.0, *, wide: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.wide = wide


class UnknownOutcomeError(PlatformError):
    """May or may not have been done (timeout, reset, 5xx after the request went out): look before sending again."""


class GoneError(PlatformError):
    """The message no longer exists at the platform."""


class CannotLookError(PlatformError):
    """The platform does not let us read what was posted, so a stamp can be neither found nor ruled out."""


class NotSavedError(Exception):
    """What was told could not be saved, and nothing of it was; `str()` is a sentence for the person."""


class NotSetUpError(Exception):
    """An adapter cannot be opened, or its platform cannot run: a token is missing, is another kind, or is not taken.

    `str()` says which, and where it is found. Nothing but an operator mends it, so that it is not tried again.
    """


class ConflictError(Exception):
    """Somebody else changed the row in between: read it again."""
