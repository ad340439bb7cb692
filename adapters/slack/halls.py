"""Which channels are places of halls, who takes part in them, and who listens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from adapters.slack.people import NAME, People
from adapters.slack.words import STOPPING
from bot.ports import Listener, NotSavedError, PlaceRef, Who

CHANNELS = ("C", "G")
"""Channels begin so; what begins otherwise is a talk with us alone."""


class Halls:
    """The places that the settings name, by Slack's ids of their channels. `guests`: whether strangers take part."""

    def __init__(self, places: Sequence[PlaceRef], people: People, *, guests: bool) -> None:
        self.places: Mapping[str, PlaceRef] = {place.channel: place for place in places}
        self.people = people
        self.listener: Listener | None = None
        self.taken_out: Callable[[str, str], Awaitable[Collection[str]]] | None = None
        """Told before anybody else that the app was taken out of a workspace, or out of a whole organisation where that
        is not ""; gives all the workspaces without it.
        """
        self._guests = guests
        self._latest: dict[str, PlaceRef] = {}

    @property
    def heard_by(self) -> Listener:
        """Who listens. Raises NotSavedError while nobody does."""
        if self.listener is None:
            raise NotSavedError(STOPPING)
        return self.listener

    def place(self, team: str, channel: str, account: str) -> PlaceRef:
        """The place of a channel; of a talk with us alone the place where that account answered last, or the first."""
        known = self.places.get(channel)
        if known or channel.startswith(CHANNELS):
            return known or PlaceRef(NAME, team, channel)
        ours = [place for place in self.places.values() if place.workspace == team]
        latest = self._latest.get(account)
        if latest in ours:
            return latest
        return ours[0] if ours else PlaceRef(NAME, team, channel)

    def answers_in(self, account: str, place: PlaceRef) -> None:
        """Somebody answers in a place."""
        self._latest[account] = place

    async def admits(self, workspace: str, who: Who, team: str) -> bool:
        """Whether an account takes part; those of other workspaces as the settings say. `team`: its own, if told."""
        if self._guests:
            return True
        return team == workspace or await self.people.team(workspace, who.account) == workspace
