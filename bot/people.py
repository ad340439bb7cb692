"""People: one person with several accounts, and a person who wishes to be forgotten or to see what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert

from bot.cards.people import Accounts, Wished
from bot.forgetting import NAMED, forgotten, owe_reveals, take_texts
from bot.hiding import hide, put_off, show, stay_hidden
from bot.personal import accounts_in_short, everybody, everything_of
from bot.ports import Adapter, Who
from bot.starring import retell_between, take_stars
from bot.store import Store
from bot.store.answers import both_answered
from bot.store.events import Outcome, once, outcome_of
from bot.store.forgetting import reveals_naming
from bot.store.halls import Learner, find_learner, learner
from bot.store.people import (
    CODES,
    account_of,
    drop_codes,
    end_link,
    find_code,
    give_identity,
    identities_of,
    identity_row,
    keep_code,
    keep_guess,
    keep_link,
    last_link,
    person_row,
    wrong_guesses,
)
from bot.store.standings import join, recompute
from bot.store.tables import people
from bot.store.telling import tell_anew
from bot.traces import remove_traces

GOOD_FOR = timedelta(minutes=10)
"""A code to link with is good for so long."""

KEPT_FOR = timedelta(days=1)
"""A code that is good no longer is known as such for so long."""

CODE_LENGTH = 10
MOST_GUESSES = 5
"""So many wrong codes may an account type within GOOD_FOR."""


class People:
    """Links, unlinks, forgets and exports. `event` is the platform's id of a wish: told again, it is not done again."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        token: Callable[[int], str],
        adapters: Mapping[str, Adapter],
    ) -> None:
        self._store = store
        self._now = now
        self._token = token
        self._adapters = adapters

    async def code(self, hall: str, who: Who, event: str) -> str:
        """A code, good for GOOD_FOR and once, by which another account of the hall joins this one's person."""
        show = partial(_show, hall=hall, who=who, new=self._token(CODE_LENGTH), now=self._now())
        code = (await self._kept(hall, who, event, show))["code"]
        return f"{code[:5]}-{code[5:]}"

    async def link(self, hall: str, who: Who, code: str, event: str) -> Wished:
        """Whoever typed a code and whoever was shown it are one person from now on: the latter.

        All identities of the one who typed go along. Both people's standings equal a replay afterwards; of two answers
        to one turn the one stored first counts.
        """
        plain = code.replace("-", "").casefold()
        do = partial(_link, hall=hall, who=who, code=plain, now=self._now(), token=self._token)
        return await self._once(hall, who, event, do)

    async def unlink(self, hall: str, who: Who, event: str) -> Wished:
        """Undo the latest link of an identity: its answers are those of the person that it was before."""
        do = partial(_unlink, hall=hall, who=who, now=self._now(), token=self._token)
        return await self._once(hall, who, event, do)

    async def forget(self, hall: str, who: Who, event: str) -> Wished:
        """Forget who an account is in a hall, with all that its person typed; see `forget_person`."""
        came = None
        while came is None:
            known = await self._store.read(partial(_known, hall=hall, who=who, event=event))
            if not isinstance(known, Learner):
                return known
            await self._prepare(hall, known.person)
            came = await self._kept(hall, who, event, partial(self._forgotten, who=who, prepared=known))
        return Wished(came["came"])

    async def forget_person(self, hall: str, person: int) -> bool:
        """Forget who a person is; False where there is nobody, or nobody to be forgotten any more.

        Names are emptied, accounts replaced by random ones, and what was typed is taken out of answers and messages.
        Verdicts and points stay: counts, totals and everybody else's standings are as before, and nobody is shown on
        a board. Done in short transactions; the last one forgets, so that one that was cut short is done by asking
        again. The same account is a new person afterwards.
        """
        await self._prepare(hall, person)
        do = partial(forgotten, hall=hall, person=person, now=self._now(), token=self._token)
        return await self._store.write(hall, do)

    async def hide(self, hall: str, who: Who, event: str) -> Wished:
        """Leave the person of an account out of boards and of reveals to come; they still see their own points."""
        return await self._once(hall, who, event, partial(_hide, hall=hall, who=who, now=self._now()))

    async def show(self, hall: str, who: Who, event: str) -> Wished:
        """Take the person's own wish to be hidden back; an operator's stands."""
        return await self._once(hall, who, event, partial(_shown_again, hall=hall, who=who))

    async def put_off(self, hall: str, person: int, *, off: bool) -> bool | None:
        """Hide a person so that they cannot show themselves again, or end that; whether they are hidden now, None where
        there is nobody. Their own wish to be hidden stays as it is.
        """
        return await self._store.write(hall, partial(put_off, hall=hall, person=person, off=off))

    async def all(self, hall: str) -> list[dict[str, Any]]:
        """The people of a hall as JSON: id, name, accounts, number of answers, since when."""
        return await self._store.read(partial(everybody, hall=hall))

    async def export(self, person: int) -> dict[str, Any] | None:
        """Everything that is stored of a person as JSON, None where there is no such person."""
        return await self._store.read(partial(everything_of, person=person))

    async def accounts(self, hall: str, who: Who) -> Accounts | None:
        """What is stored of a person in short, None where nothing is."""
        return await self._store.read(partial(accounts_in_short, hall=hall, who=who))

    async def _prepare(self, hall: str, person: int) -> None:
        """All of forgetting that may take long: each part is safe to repeat."""
        await remove_traces(self._store, self._adapters, hall, person)
        for take in (take_texts, take_stars):
            while await self._store.write(hall, partial(take, person=person, now=self._now(), token=self._token)):
                pass
        own = await self._store.read(partial(identities_of, person=person))
        named = await self._store.read(partial(reveals_naming, of=[each.id for each in own]))
        for start in range(0, len(named), NAMED):
            some = named[start : start + NAMED]
            owe = partial(owe_reveals, person=person, some=some, now=self._now(), token=self._token)
            await self._store.write(hall, owe)

    def _forgotten(self, connection: Connection, who: Who, prepared: Learner) -> dict[str, Any] | None:
        """Forget whom an account is now; None where that is not the person for whom all is prepared."""
        if find_learner(connection, prepared.hall, who) != prepared:
            return None
        done = forgotten(connection, prepared.hall, prepared.person, self._now(), self._token)
        return {"came": Wished.FORGOTTEN if done else Wished.UNKNOWN}

    async def _once(self, hall: str, who: Who, event: str, do: Callable[[Connection], Wished]) -> Wished:
        came = await self._kept(hall, who, event, lambda connection: {"came": do(connection)})
        return Wished(came["came"])

    async def _kept(self, hall: str, who: Who, event: str, do: Callable[[Connection], Outcome]) -> Outcome:
        return await self._store.write(hall, partial(once, platform=who.platform, event=event, now=self._now(), do=do))


def _known(connection: Connection, hall: str, who: Who, event: str) -> Learner | Wished:
    """Who is to be forgotten, or what came of it when it was told before."""
    known = outcome_of(connection, who.platform, event)
    if known is not None:
        return Wished(known["came"])
    return find_learner(connection, hall, who) or Wished.UNKNOWN


def _hide(connection: Connection, hall: str, who: Who, now: datetime) -> Wished:
    hide(connection, hall, who, now)
    return Wished.HIDDEN


def _shown_again(connection: Connection, hall: str, who: Who) -> Wished:
    return Wished.SHOWN if show(connection, hall, who) else Wished.PUT_OFF


def _show(connection: Connection, hall: str, who: Who, new: str, now: datetime) -> dict[str, Any]:
    mine = learner(connection, hall, who, now)
    drop_codes(connection, hall, [mine.identity], now - KEPT_FOR)
    keep_code(connection, hall, new, mine.identity, now + GOOD_FOR)
    return {"code": new}


def _link(connection: Connection, hall: str, who: Who, code: str, now: datetime, token: Callable[[int], str]) -> Wished:
    if wrong_guesses(connection, hall, account_of(who), now - GOOD_FOR) >= MOST_GUESSES:
        return Wished.TOO_MANY
    found = find_code(connection, code)
    if found is None or found.namespace != CODES + hall:
        keep_guess(connection, hall, account_of(who), now)
        return Wished.WRONG_CODE if found is None else Wished.OTHER_HALL
    if datetime.fromisoformat(found.value["until"]) < now:
        return Wished.OLD_CODE
    shown_to = identity_row(connection, found.value["identity"])
    mine = learner(connection, hall, who, now)
    if shown_to is None or shown_to.person_id == mine.person:
        return Wished.ITSELF
    drop_codes(connection, hall, [shown_to.id])
    stay_hidden(connection, mine.person, shown_to.person_id)
    coming = identities_of(connection, mine.person)
    some, others = [each.id for each in coming], [each.id for each in identities_of(connection, shown_to.person_id)]
    for each in coming:
        keep_link(connection, each, shown_to.person_id, now)
        give_identity(connection, each.id, shown_to.person_id)
    join(connection, hall, mine.person, shown_to.person_id, apart=not both_answered(connection, some, others))
    tell_anew(connection, hall, some)
    retell_between(connection, some, others, now, token)
    return Wished.LINKED


def _unlink(connection: Connection, hall: str, who: Who, now: datetime, token: Callable[[int], str]) -> Wished:
    mine = find_learner(connection, hall, who)
    link = last_link(connection, mine.identity) if mine else None
    if mine is None or link is None:
        return Wished.NOT_LINKED
    before = person_row(connection, link.from_person)
    gone = before is None or before.forgotten_at is not None
    person = _anybody(connection, mine, now) if gone else link.from_person
    give_identity(connection, mine.identity, person)
    stay_hidden(connection, mine.person, person)
    end_link(connection, link.id, now)
    for each in (mine.person, person):
        recompute(connection, hall, each)
    tell_anew(connection, hall, [mine.identity])
    left = [each.id for each in identities_of(connection, mine.person)]
    retell_between(connection, [mine.identity], left, now, token)
    return Wished.UNLINKED


def _anybody(connection: Connection, mine: Learner, now: datetime) -> int:
    """A new person, for an identity whose former person is forgotten."""
    row = {"hall_id": mine.hall, "name": mine.name, "hidden": False, "since": now}
    return int(connection.execute(insert(people).values(**row).returning(people.c.id)).scalar_one())
