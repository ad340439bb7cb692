"""The times of the kill loop: those of a real hall, one to thirty."""

from __future__ import annotations

from datetime import timedelta

from bot.matches import spans
from bot.ports import Limits

LEASE = 1.5
"""45 s."""
SEND_TIMEOUT = 0.5
"""15 s."""
SETTLE = 0.17
"""5 s."""
TRUSTS = 4.0
"""120 s: so long the adapter relies on the platform's memory of stamps."""
REMEMBERS = 6.0
"""The platform's memory is a little longer than that."""
TICK = 1.0
"""The alarm's interval is the real one."""

LEASE_SPAN = timedelta(seconds=LEASE)
LIMITS = {
    "remembers": Limits(send_timeout=SEND_TIMEOUT, settle=SETTLE, trusts_stamp_for=TRUSTS, edit_every=1.0),
    "forgets": Limits(send_timeout=SEND_TIMEOUT, settle=SETTLE, trusts_stamp_for=0.0, edit_every=1.0),
}
"""One platform refuses a second message with the same stamp, as Discord does; on the other only a look-up helps."""

MATCHES = {
    "LOBBY": timedelta(seconds=1),
    "ROSTER_EVERY": timedelta(seconds=0.1),
    "SEEN_EVERY": timedelta(seconds=0.17),
    "AWAY": timedelta(seconds=2),
    "TOO_LONG": timedelta(seconds=60),
    "LEAST_LEFT": timedelta(seconds=0.33),
    "UNSENT": timedelta(seconds=30),
    "REVEAL_PATIENCE": timedelta(seconds=1),
}
"""Spans of `bot.matches.spans`; those by which a match is given up are longer, as workers die all the time."""


def hurry_matches() -> None:
    """From now on matches of this process go so fast."""
    for name, span in MATCHES.items():
        if not isinstance(getattr(spans, name), timedelta):
            raise TypeError(f"bot.matches.spans has no {name}")
        setattr(spans, name, span)


TAKEOVER = LEASE + 2 * (SEND_TIMEOUT + SETTLE + TICK) + SEND_TIMEOUT + TICK
"""From an owner's death to the settled message: the rest of the lease, the tick that finds it, two looks, the send."""
