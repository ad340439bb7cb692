"""Refs: the opaque texts in buttons, `verb:subject` or `verb:subject:index`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.ports import Verb

ANSWER = "answer"
WRITE = "write"
PROPOSE = "propose"
"""Its subject is the id of a message at its platform."""
STAR = "star"
"""Its subject is the token of a round, its index the id of an answer there."""
TRY, JOT, NEXT, STOP, RATE = "try", "jot", "next", "stop", "rate"
"""Their subject is the token of a private round: an answer by press or form, the next one, the end, a rating."""
AGAIN = "again"
"""What was missed, asked again; with the index PRACTISING, practice goes on. Its subject is a hall."""
ASK = "ask"
"""Its subject is the mark of an item."""
HIDE, SHOW = "hide", "show"
"""The subject of these two is a hall."""
JOIN, LEAVE, GO = "join", "leave", "go"
"""Their subject is the token of a match, as that of the next four; the index of a join is a team."""
SKIP, HINT, ONWARD, RESUME = "skip", "hint", "onward", "resume"
REMIND, UNREMIND, REVIEW = "remind", "unremind", "review"
"""The form for reminders, their end, and the review that one is of. The subject of all six is a hall."""
FILL = "fill"
"""Its subject is a command's path, `study.schedule.add`."""
TAKE = "take"
"""Its subject is a hall."""
READ, TURN = "read", "turn"
"""To read a long card from its first page on, and to turn to a page. Their subject is the token of a round."""
BEGIN = "begin"
"""Its subject is a hall, its index what is begun there alone, one of these:"""
PRACTISING, REVIEWING, MISSING = range(3)

MOST_DIGITS = 18
"""Of an index: what both databases take as a number."""
REF = re.compile(r"[a-z0-9:.-]{1,60}")

PRIVATE = frozenset({TRY, JOT, NEXT, STOP, RATE, AGAIN, ASK})
"""What is said of private rounds."""

MATCH = frozenset({JOIN, LEAVE, GO, SKIP, HINT, ONWARD, RESUME})
"""What is said of matches."""
READING = frozenset({READ, TURN})
"""What is said of long cards."""
REMINDING = frozenset({REMIND, UNREMIND, REVIEW})
"""What is said of reminders."""

VERBS = {
    ANSWER: Verb(ANSWER),
    WRITE: Verb(WRITE, opens_form=True),
    FILL: Verb(FILL, needs_rights=True),
    PROPOSE: Verb(PROPOSE),
    STAR: Verb(STAR),
    TRY: Verb(TRY),
    JOT: Verb(JOT, opens_form=True),
    NEXT: Verb(NEXT),
    STOP: Verb(STOP),
    RATE: Verb(RATE),
    AGAIN: Verb(AGAIN),
    ASK: Verb(ASK),
    JOIN: Verb(JOIN),
    LEAVE: Verb(LEAVE),
    GO: Verb(GO, needs_rights=True),
    SKIP: Verb(SKIP, needs_rights=True),
    HINT: Verb(HINT, needs_rights=True),
    ONWARD: Verb(ONWARD),
    RESUME: Verb(RESUME, needs_rights=True),
    HIDE: Verb(HIDE),
    SHOW: Verb(SHOW),
    TAKE: Verb(TAKE),
    READ: Verb(READ),
    TURN: Verb(TURN),
    BEGIN: Verb(BEGIN),
    REMIND: Verb(REMIND, opens_form=True),
    UNREMIND: Verb(UNREMIND),
    REVIEW: Verb(REVIEW),
}


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref taken apart. `index` is None where it names no option, no answer and no rating."""

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
    return Ref(verb, subject, int(index[:MOST_DIGITS]) if index else None)
