"""Which of the answers that people starred is named as the best."""

from __future__ import annotations

from collections.abc import Mapping

NAMED = 3
"""Where more answers than this have as many stars as any, none of them stands out."""


def best(stars: Mapping[int, int]) -> tuple[int, ...]:
    """The ids of the answers with the most stars, ascending; none where nobody starred any, or too many are even."""
    most = max(stars.values(), default=0)
    first = sorted(answer for answer, count in stars.items() if count == most > 0)
    return tuple(first) if len(first) <= NAMED else ()
