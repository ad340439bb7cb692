"""Refs: the opaque texts in buttons, `verb:subject` or `verb:subject:index`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.ports import Verb

ANSWER = "answer"
WRITE = "write"
PROPOSE = "propose"
"""Its subject is the id of a message at its platform."""
TRY, JOT, NEXT, STOP, RATE = "try", "jot", "next", "stop", "rate"
"""Their subject is the token of a private round: an answer by press or form, the next one, the end, a rating."""
AGAIN = "again"
HIDE, SHOW = "hide", "show"
REMIND, UNREMIND, REVIEW = "remind", "unremind", "review"
"""The form for reminders, their end, and the review that one is of. The subject of all six is a hall."""
FILL = "fill"
"""Its subject is a command's path, `study.schedule.add`."""

REF = re.compile(r"[a-z0-9:.-]{1,60}")

PRIVATE = frozenset({TRY, JOT, NEXT, STOP, RATE, AGAIN})
"""What is said of private rounds."""

REMINDING = frozenset({REMIND, UNREMIND, REVIEW})
"""What is said of reminders."""

VERBS = {
    ANSWER: Verb(ANSWER),
    WRITE: Verb(WRITE, opens_form=True),
    FILL: Verb(FILL, needs_rights=True),
    PROPOSE: Verb(PROPOSE),
    TRY: Verb(TRY),
    JOT: Verb(JOT, opens_form=True),
    NEXT: Verb(NEXT),
    STOP: Verb(STOP),
    RATE: Verb(RATE),
    AGAIN: Verb(AGAIN),
    HIDE: Verb(HIDE),
    SHOW: Verb(SHOW),
    REMIND: Verb(REMIND, opens_form=True),
    UNREMIND: Verb(UNREMIND),
    REVIEW: Verb(REVIEW),
}


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref taken apart. `index` is None where it names no option."""

    verb: str
    subject: str
    index: int | None = None

    def __str__(self) -> str:
        return f"{self.verb}:{self.subject}" + ("" if self.index is None else f":{self.index}")


def read_ref(text: str) -> Ref | None:
    """Take a ref apart; None where it is none of ours."""
    verb, _, rest = text.partition(":") if REF.fullmatch(text) else ("", "", "")
    subject, _, index = rest.partition(":")
    if verb not in VERBS or not subject or (index and not (index.isascii() and index.isdigit())):
        return None
    return Ref(verb, subject, int(index[:4]) if index else None)
