"""Talks with us alone: which hall somebody means there, and whether they are in its server at all.

Discord says of a direct message who wrote it, not which servers we share with them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass

import discord

from adapters.discord.calls import Calls
from adapters.discord.halls import Halls, who_of
from adapters.discord.words import AWAY
from bot.ports import NotSavedError, PlaceRef, PlatformError, RefusedError, Who

KNOWN_FOR = 30.0
"""Seconds."""
MOST_KNOWN = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Talker:
    """Somebody in a talk with us: as their server knows them, and the place that they mean."""

    who: Who
    place: PlaceRef


class Talks:
    """Knows who somebody is in the server of the place where they answered last, or else of the first that has them."""

    def __init__(self, halls: Halls, calls: Calls) -> None:
        self._halls = halls
        self._calls = calls
        self._known: OrderedDict[int, tuple[float, Talker | None]] = OrderedDict()

    async def talker(self, user: discord.User | discord.Member, language: str = "") -> Talker | None:
        """Who somebody is; None where they are in no server of ours. Raises NotSavedError where Discord is away."""
        now = asyncio.get_running_loop().time()
        at, known = self._known.get(user.id, (-KNOWN_FOR, None))
        latest = self._halls.latest(user.id)
        if now - at >= KNOWN_FOR or (known is not None and latest not in (None, known.place)):
            known = await self._look(user, language)
            self._known[user.id] = now, known
            self._known.move_to_end(user.id)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return known

    async def _look(self, user: discord.User | discord.Member, language: str) -> Talker | None:
        latest = self._halls.latest(user.id)
        places = [*([latest] if latest else []), *self._halls.places.values()]
        looked: set[str] = set()
        for place in places:
            if place.workspace in looked:
                continue
            looked.add(place.workspace)
            member = await self._member(int(place.workspace), user.id)
            if member is not None:
                admin = member.guild_permissions.manage_guild
                return Talker(who_of(member, member.guild.id, admin=admin, language=language), place)
        return None

    async def _member(self, guild: int, account: int) -> discord.Member | None:
        async def fetched(client: discord.AutoShardedClient) -> discord.Member:
            server = client.get_guild(guild) or await client.fetch_guild(guild)
            return await server.fetch_member(account)

        try:
            return await self._calls.read(str(guild), fetched)
        except RefusedError:  # they are not in it, or we are not
            return None
        except PlatformError as error:
            log.info("whether an account is in a server is not known: %s", error)
            raise NotSavedError(AWAY) from error
