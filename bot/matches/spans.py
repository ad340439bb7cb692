"""The spans of time that a match keeps to."""

from __future__ import annotations

from datetime import timedelta

LOBBY = timedelta(seconds=30)
"""So long people may come in before the first question."""
BREAK = timedelta(seconds=8)
"""So long a reveal stands before the next question."""
SOON = timedelta(seconds=3)
"""After a skip or a pause the next question comes so soon."""
ROSTER_EVERY = timedelta(seconds=3)
"""The lobby is changed at most so often, however many come in."""
SEEN_EVERY = timedelta(seconds=5)
AWAY = timedelta(seconds=20)
"""A match that nobody looked after for so long stands still: whoever looks next gives its clock back what it lost."""
TOO_LONG = timedelta(minutes=15)
"""A match that nobody looked after for so long is over: the players have gone."""
LEAST_LEFT = timedelta(seconds=10)
"""What is left of a clock that was interrupted, at the least."""
UNSENT = timedelta(minutes=2)
"""A question or a lobby that could not be sent for so long ends the match."""
REVEAL_PATIENCE = timedelta(seconds=30)
"""The next question waits so long for a reveal that does not get out."""
IDLE = timedelta(minutes=30)
"""A match that waits for its people for so long is over."""
