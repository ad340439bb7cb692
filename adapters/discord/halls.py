"""Which channels are places of halls, who did something there, and who listens."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import discord

from adapters.discord.words import STOPPING
from bot.ports import Listener, NotSavedError, PlaceRef, Who

NAME = "discord"
TALK = "@me"
"""The workspace of talks with us alone, as Discord's own addresses have it."""
MOST_KNOWN = 20_000


class Halls:
    """The places that the settings name, by Discord's ids of their channels."""

    def __init__(self, places: Sequence[PlaceRef]) -> None:
        self.places: Mapping[str, PlaceRef] = {place.channel: place for place in places}
        self.listener: Listener | None = None
        self._latest: OrderedDict[int, PlaceRef] = OrderedDict()
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()

    @property
    def heard_by(self) -> Listener:
        """Who listens. Raises NotSavedError while nobody does."""
        if self.listener is None:
            raise NotSavedError(STOPPING)
        return self.listener

    def of_server(self, guild: int) -> list[PlaceRef]:
        """The places in a server."""
        return [place for place in self.places.values() if place.workspace == str(guild)]

    def place(self, guild: int, channel: Any, account: int) -> PlaceRef:  # noqa: ANN401  each kind of channel
        """The place of a channel of a server, where somebody does something; of a thread that of its channel."""
        ids = [str(each) for each in (getattr(channel, "parent_id", None), getattr(channel, "id", None)) if each]
        known = next((self.places[each] for each in ids if each in self.places), None)
        if known is None or known.workspace != str(guild):
            return PlaceRef(NAME, str(guild), ids[-1] if ids else "0")
        self._latest[account] = known
        self._latest.move_to_end(account)
        _bounded(self._latest)
        return known

    def latest(self, account: int) -> PlaceRef | None:
        """The place where somebody did something last, as far as this process knows."""
        return self._latest.get(account)

    async def named(self, who: Who) -> None:
        """After what somebody did was saved: where they have another name than before, that is told."""
        key = (who.workspace, who.account)
        before, self._names[key] = self._names.get(key), who.name
        self._names.move_to_end(key)
        _bounded(self._names)
        if before is not None and before != who.name:
            await self.heard_by.renamed(who)


def who_of(user: discord.User | discord.Member, guild: int | None, *, admin: bool = False, language: str = "") -> Who:
    """An account as Discord shows it at this moment; its groups are its roles, by id and by name."""
    roles = user.roles if isinstance(user, discord.Member) else ()
    return Who(
        platform=NAME,
        workspace=str(guild) if guild else TALK,
        account=str(user.id),
        name=user.display_name,
        admin=admin,
        groups=frozenset([str(role.id) for role in roles] + [role.name for role in roles]),
        bot=user.bot,
        language=language.partition("-")[0],
    )


def _bounded(known: OrderedDict[Any, Any]) -> None:
    if len(known) > MOST_KNOWN:
        known.popitem(last=False)
