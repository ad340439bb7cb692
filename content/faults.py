"""A fault: what is wrong in a file, where, and what to do about it: the form of messages about files."""

from __future__ import annotations

from dataclasses import dataclass

_CITED = 60


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a file. `line` and `column` count from 1; both are 1 where the file as a whole is meant."""

    file: str
    line: int
    column: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}; {self.remedy}"


def cite(text: str) -> str:
    """`text` as a message quotes it: on one line, between backticks, and cut where it is long."""
    flat = " ".join(text.split())
    return f"`{flat if len(flat) <= _CITED else flat[: _CITED - 1] + '…'}`"
