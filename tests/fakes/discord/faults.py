"""How calls go wrong: as told beforehand, or by chance.

Faults by name: a refusal's code; "lost-request", "lost-reply", "timeout" (never answered), "http-500", "http-502",
"http-503", "http-504" (all but the first by Cloudflare, in HTML), "ratelimited", "ratelimited-global",
"ratelimited-shared", "cloudflare-429".
"""

from __future__ import annotations

from tests.fakes.planned import LOST, Fault, Plans, What

__all__ = ["LOST", "Fault", "Faults", "What"]


class Faults(Plans[float]):
    """What goes wrong next. A wait is a rate limit's retry_after, in seconds."""

    def __init__(self) -> None:
        super().__init__("create_message", 1.0)
