"""Proposals: a message that somebody points at becomes a form, and what is sent a draft of the hall's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.cards.proposals import (
    ANSWER,
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    QUESTION,
    kept_card,
    missing_sentence,
    proposal_form,
)
from bot.cards.replies import no_hall_card
from bot.cards.trouble import wait_card
from bot.languages import words
from bot.pace import Pace
from bot.ports import Answered, FieldErrors, OpenForm, Proposed, Reply, Submission, Who
from bot.refs import REF, Ref
from bot.registrar import Registrar
from bot.store import Store
from bot.store.events import once
from bot.store.halls import learner
from bot.store.people import account_of
from bot.store.proposals import keep_proposal

DRAFT = "draft"


class Proposals:
    """Opens the form, and keeps what comes of it."""

    def __init__(self, store: Store, registrar: Registrar, pace: Pace, now: Callable[[], datetime]) -> None:
        self._store = store
        self._registrar = registrar
        self._pace = pace
        self._now = now

    async def form(self, proposed: Proposed) -> Answered:
        """The form for a message, with its text, at a person's pace in a hall."""
        place = await self._registrar.place(proposed.place)
        if place is None:
            return Reply(no_hall_card(words(proposed.who.language)))
        wait = self._pace.wait((account_of(proposed.who), place.hall))
        if wait:
            return Reply(wait_card(words(place.language), wait))
        message = proposed.message.id if REF.fullmatch(f"propose:{proposed.message.id}") else "elsewhere"
        return OpenForm(proposal_form(words(place.language), message, proposed.text.strip()))

    async def sent(self, sent: Submission, ref: Ref) -> Answered:
        """Keep a draft, once however often it is told; a form without a question stays open."""
        place = await self._registrar.place(sent.place)
        if place is None:
            return Reply(no_hall_card(words(sent.who.language)))
        question = sent.values.get(QUESTION, "").strip()[:LONGEST_QUESTION]
        if not question:
            return FieldErrors({QUESTION: missing_sentence(words(place.language))})
        row = {
            "hall_id": place.hall,
            "state": DRAFT,
            "question": question,
            "answer": sent.values.get(ANSWER, "").strip()[:LONGEST_ANSWER],
            "source": f"{place.ref}:{ref.subject}",
            "at": self._now(),
        }
        keep = partial(_keep, hall=place.hall, who=sent.who, row=row)
        told = partial(once, platform=sent.who.platform, event=sent.event, now=self._now(), do=keep)
        await self._store.write(place.hall, told)
        return Reply(kept_card(words(place.language)))


def _keep(connection: Connection, hall: str, who: Who, row: dict[str, Any]) -> dict[str, Any]:
    identity = learner(connection, hall, who, row["at"]).identity
    keep_proposal(connection, {**row, "identity_id": identity})
    return {"kept": True}
