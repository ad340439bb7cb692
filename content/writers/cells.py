"""Cells of tables that a spreadsheet never computes: what looks like a formula is text behind an apostrophe.

https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

GUARD = "'"
FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a formula begins with, in wide signs too."""
_GUARDED = (*FORMULAS, GUARD)
"""The guard itself too, to be told from one that was there."""


def guarded(cell: str) -> str:
    """The text as a cell that is never computed."""
    return f"{GUARD}{cell}" if cell.lstrip().startswith(_GUARDED) else cell


def unguarded(cell: str) -> str:
    """The text that `guarded` made a cell of."""
    return cell.removeprefix(GUARD)
