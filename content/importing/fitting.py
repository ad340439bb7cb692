"""A draft as a piece of a pack: of a kind, within the limits of the form, without a fault, or why it is none."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from content.faults import cite
from content.importing.checking import fault_of
from content.importing.kinds import UNANSWERED, settled, spelt_out
from content.importing.mending import cleaned, mended_draft, put_together
from content.importing.parts import item_of
from content.item import Item, Kind
from content.layout import ANSWER, STEM
from content.readers.draft import Draft, Skipped

_WORDS = 80
_LONGEST_OWN_ID = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A question on its way into a pack.

    The `id` of `item` is what it would like to be called, its `topic` and `concept` are as the source writes them, its
    `where` is `file:line` of the source (the file alone where it has no lines), and its picture has the name that the
    draft gave it. `answered` is False where the source gives no answer at all, `guessed` is True where it does not say
    how hard the question is.
    """

    item: Item
    own_id: str = ""
    doubts: tuple[str, ...] = ()
    answered: bool = True
    guessed: bool = False


class _UnfitError(Exception):
    """The draft cannot become an item; the text says why and what to do."""


def fitted(draft: Draft, file: str) -> Piece | Skipped:
    """The piece that the draft of this file makes, checked as `content check` would."""
    try:
        return _fitted(draft, file)
    except _UnfitError as error:
        return Skipped(draft.line, cite(draft.stem)[1:-1][:_WORDS], str(error))


def _fitted(draft: Draft, file: str) -> Piece:
    doubts: list[str] = []
    kind = put_together(settled(mended_draft(draft, doubts)))
    if not any(unicodedata.category(sign)[0] in "LNS" for sign in kind.stem):
        raise _UnfitError("it has no text that asks: write one")
    if any(len(option.text) > ANSWER.most for option in kind.options):
        kind = put_together(spelt_out(kind, f"an option has more than {ANSWER.most} characters"))
    if len(kind.stem) > STEM.most:
        over = f"the question has {len(kind.stem):,} characters, more than {STEM.most:,}"
        raise _UnfitError(f"{over}: shorten it, or split it in two")
    answered = kind.kind is not Kind.OPEN or bool(kind.answer)
    item = item_of(
        kind if answered else replace(kind, answer=UNANSWERED), f"{file}:{draft.line}" if draft.line else file, doubts
    )
    if fault := fault_of(item, file):
        raise _UnfitError(fault)
    told = tuple(dict.fromkeys(map(_sentence, (*kind.doubts, *doubts))))
    return Piece(item, cleaned(draft.own_id)[:_LONGEST_OWN_ID], told, answered, draft.difficulty is None)


def _sentence(text: str) -> str:
    flat = " ".join(cleaned(text).split())
    return f"{flat[:1].upper()}{flat[1:].rstrip('.')}."
