"""The host: live matches, begun, led and looked after. What is wished by command or button is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.cards.feedback import unknown_card
from bot.cards.host import hosted_card
from bot.each import do_each
from bot.languages import words
from bot.look import candidates_of
from bot.matches.due import go_on
from bot.matches.leading import Wish, led
from bot.matches.lobby import open_lobby
from bot.matches.means import Means
from bot.ports import Answered, Card, Commanded, Press, Reply, Who
from bot.refs import GO, HINT, JOIN, LEAVE, ONWARD, RESUME, SKIP, Ref
from bot.registrar import Registrar
from bot.rules.matches import KINDS, Mode
from bot.rules.picking import Pool
from bot.rules.shown import Shown, show
from bot.settings import HallEntry, MatchTerms, Selection
from bot.store import Store
from bot.store.events import once
from bot.store.halls import Place, learner
from bot.store.matches import asked_items, hosted_since, live_in_hall, live_match, live_matches
from bot.store.private import under_way
from content.bank import Bank
from content.item import Difficulty

QUESTIONS = 10
SECONDS = 30
AT_ONCE = 5
"""So many matches of a hall are live at a time."""
AN_HOUR = timedelta(hours=1)
TOGETHER = 16

PRESSED = {JOIN: "join", LEAVE: "leave", GO: "go", SKIP: "skip", HINT: "hint", ONWARD: "onward", RESUME: "resume"}
"""What is wished by the buttons of a match."""


class Host:
    """Runs matches. `bank` gives the bank in use, `token(n)` n unguessable characters; `halls` say on what terms."""

    def __init__(
        self,
        store: Store,
        registrar: Registrar,
        bank: Callable[[], Bank],
        now: Callable[[], datetime],
        token: Callable[[int], str],
        halls: Iterable[HallEntry],
    ) -> None:
        self._store = store
        self._registrar = registrar
        self._bank = bank
        self._now = now
        self._token = token
        self._terms = {hall.id: hall.matches for hall in halls}

    async def look(self, platform: str) -> int:
        """Do what is due in the live matches of a platform; returns how many there are."""
        live = await self._store.read(partial(live_matches, platform=platform))
        await do_each("matches", live, self._look_at, TOGETHER)
        return len(live)

    async def start(self, place: Place, commanded: Commanded) -> Card:
        """Open a lobby in a place, unless a match is live there, or was begun too often.

        Told again, the same wish is not done again. Raises NotSavedError alone.
        """
        organises = await self._registrar.is_organiser(commanded.who, place.hall)
        if self._of(place.hall).start == "organisers" and not organises:
            return hosted_card(words(place.language), {"came": "not-allowed"})
        values = await self._store.read(partial(self._planned, place=place, options=commanded.options))
        start = partial(self._start, place=place, who=commanded.who, values=values, organises=organises)
        return await self._once(place, commanded.who, commanded.event, start)

    async def lead(self, place: Place, commanded: Commanded) -> Card:
        """Do what a command wishes of the place's live match: skip, hint, pause, resume, stop, extend, join, leave."""
        wish = Wish(commanded.path[-1])
        organises = await self._registrar.is_organiser(commanded.who, place.hall)
        lead = partial(self._lead, place=place, who=commanded.who, wish=wish, organises=organises)
        return await self._once(place, commanded.who, commanded.event, lead)

    async def pressed(self, press: Press, ref: Ref) -> Answered:
        """Do what a button of a match wishes."""
        place = await self._registrar.place(press.place)
        if place is None:
            return Reply(unknown_card(words(press.who.language)))
        organises = await self._registrar.is_organiser(press.who, place.hall)
        wish = Wish(PRESSED[ref.verb], ref.subject, ref.index)
        lead = partial(self._lead, place=place, who=press.who, wish=wish, organises=organises)
        return Reply(await self._once(place, press.who, press.event, lead))

    async def _look_at(self, live: tuple[str, int]) -> None:
        hall, match_id = live
        await self._store.write(hall, lambda connection: go_on(connection, match_id, self._means(hall)))

    async def _once(self, place: Place, who: Who, event: str, do: Callable[[Connection], dict[str, Any]]) -> Card:
        done = partial(once, platform=who.platform, event=event, now=self._now(), do=do)
        return hosted_card(words(place.language), await self._store.write(place.hall, done))

    def _lead(self, connection: Connection, place: Place, who: Who, wish: Wish, *, organises: bool) -> dict[str, Any]:
        mine = learner(connection, place.hall, who, self._now())
        return led(connection, place, mine, wish, self._means(place.hall), organises=organises)

    def _planned(self, connection: Connection, place: Place, options: Mapping[str, str]) -> dict[str, Any]:
        """The columns of a match by the options of its command, each of which has been looked at."""
        mode = Mode(options.get("mode", Mode.CLASSIC))
        selection = Selection(
            packs=tuple(filter(None, (options.get("pack"),))),
            topics=tuple(filter(None, (options.get("topic"),))),
            difficulties=tuple(Difficulty(word) for word in filter(None, (options.get("difficulty"),))),
            kinds=KINDS,
        )
        queue = self._queue(connection, place, selection, int(options.get("count", QUESTIONS)))
        seconds = 0 if mode is Mode.RELAXED else int(options.get("seconds", SECONDS))
        return {"mode": mode.value, "topic": options.get("topic"), "seconds": seconds, "queue": queue}

    def _queue(self, connection: Connection, place: Place, selection: Selection, many: int) -> list[str]:
        """The items to ask, none twice: those that the place was not asked yet, or longest ago, topics taking turns."""
        secret, seed = under_way(connection, place.hall), self._token(16)
        offered = [each for each in candidates_of(self._bank(), selection) if each.item_id not in secret]
        pool, asked, queue = Pool(offered), asked_items(connection, place.id), list[str]()
        for number in range(min(many, len(offered))):
            picked = pool.pick([asked], f"{seed}/{number}")
            if picked is None or picked.item_id in queue:
                break
            queue.append(picked.item_id)
            asked.append(picked.item_id)
        return queue

    def _start(
        self, connection: Connection, place: Place, who: Who, values: dict[str, Any], *, organises: bool
    ) -> dict[str, Any]:
        now = self._now()
        if not values["queue"]:
            return {"came": "nothing"}
        if live_match(connection, place.id) is not None:
            return {"came": "there"}
        if live_in_hall(connection, place.hall) >= AT_ONCE:
            return {"came": "full"}
        mine, most = learner(connection, place.hall, who, now), self._of(place.hall).an_hour
        if not organises and hosted_since(connection, mine.person, now - AN_HOUR) >= most:
            return {"came": "too-often", "most": most}
        open_lobby(connection, place, mine, values, self._means(place.hall))
        return {"came": "started"}

    def _means(self, hall: str) -> Means:
        return Means(self._now(), self._token, self._shown, self._of(hall).alone == "counts")

    def _of(self, hall: str) -> MatchTerms:
        return self._terms.get(hall, MatchTerms())

    def _shown(self, item_id: str, seed: str, language: str) -> Shown | None:
        items = self._bank().items
        return show(items[item_id], seed, language) if item_id in items else None
