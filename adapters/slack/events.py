"""What happens at Slack (Events API) -> the core: texts, reactions, front pages, names, channels that are gone.

What is raised here makes Slack deliver the event again. Events: https://docs.slack.dev/reference/events.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.slack.emoji import emoji_of
from adapters.slack.halls import Halls
from adapters.slack.inbound import Body, instant
from adapters.slack.people import NAME
from adapters.slack.replies import Replies, Spot
from adapters.slack.texts import as_typed
from bot.ports import Message, PlaceRef, Reaction, Said

TYPED_BY_PEOPLE = frozenset({None, "thread_broadcast", "file_share", "me_message"})
"""Subtypes of messages that people type."""
ARCHIVED = "The channel was archived"
DELETED = "The channel was deleted"
PUT_OUT = "The bot was taken out of the channel"
RENUMBERED = (
    "Slack gave the channel another id, as it is shared with another organisation now: write {new} in studyhall.yaml "
    "where {old} stands, and start Studyhall again"
)
UNINSTALLED = "The app was taken out of the workspace, or its token was revoked"
LEFT: Mapping[str, str] = {
    "channel_archive": ARCHIVED,
    "group_archive": ARCHIVED,
    "channel_deleted": DELETED,
    "group_deleted": DELETED,
    "channel_left": PUT_OUT,
    "group_left": PUT_OUT,
}
GONE = ("app_uninstalled", "tokens_revoked")
BACK = ("channel_unarchive", "group_unarchive")

log = logging.getLogger(__name__)


class Events:
    """Hears events; those of a kind that means nothing here are taken and forgotten."""

    def __init__(self, halls: Halls, replies: Replies, now: Callable[[], datetime]) -> None:
        self._halls = halls
        self._replies = replies
        self._now = now
        self._kinds: Mapping[str, Callable[[Body], Awaitable[None]]] = {
            "message": self._said,
            "reaction_added": self._reacted,
            "reaction_removed": self._reacted,
            "app_home_opened": self._opened,
            "user_profile_changed": self._changed,
            "member_joined_channel": self._joined,
            "channel_id_changed": self._renumbered,
            **dict.fromkeys(BACK, self._back),
            **dict.fromkeys(LEFT, self._left),
            **dict.fromkeys(GONE, self._gone),
        }

    async def heard(self, body: Body) -> None:
        """An event. Raises NotSavedError where it could not be saved."""
        event = body.get("event")
        hear = self._kinds.get(str(event.get("type"))) if isinstance(event, dict) else None
        if hear is None:
            return
        try:
            await hear(body)
        except (KeyError, TypeError, AttributeError) as error:
            log.warning("an event of Slack's is not understood (%s) and is passed over", type(error).__name__)

    async def _said(self, body: Body) -> None:
        """A text in a thread of a hall's channel, or to us alone."""
        event = body["event"]
        if event.get("subtype") not in TYPED_BY_PEOPLE or event.get("bot_id") or not event.get("user"):
            return
        account, channel = str(event["user"]), str(event["channel"])
        direct, thread = event.get("channel_type") == "im", str(event.get("thread_ts") or "")
        if not direct and (not thread or channel not in self._halls.places):
            return
        place = self._halls.place(_team(body), channel, account)
        who = await self._halls.people.who(place.workspace, account)
        if who.bot or not await self._halls.admits(place.workspace, who, str(event.get("user_team") or "")):
            return
        at = instant(event.get("ts")) or self._now()
        under = Message(place, thread) if thread and not direct else None
        told = Said(
            f"e:{body['event_id']}", at, who, place, as_typed(str(event.get("text") or "")), under, direct=direct
        )
        answered = await self._halls.heard_by.said(told)
        self._halls.people.correct(who)
        here = PlaceRef(NAME, place.workspace, channel)
        self._replies.give(Spot(who, here, thread=thread, alone=direct), answered)

    async def _reacted(self, body: Body) -> None:
        """A reaction was put on a message, or taken off."""
        event = body["event"]
        item = event.get("item") or {}
        emoji = emoji_of(str(event.get("reaction") or ""))
        place = self._halls.places.get(str(item.get("channel") or ""))
        if emoji is None or place is None or item.get("type") != "message" or not event.get("user"):
            return
        who = await self._halls.people.who(place.workspace, str(event["user"]))
        if who.bot or not await self._halls.admits(place.workspace, who, ""):
            return
        at = instant(event.get("event_ts")) or self._now()
        told = Reaction(f"e:{body['event_id']}", at, who, Message(place, str(item["ts"])), emoji)
        listener = self._halls.heard_by
        hear = listener.reacted if event["type"] == "reaction_added" else listener.unreacted
        self._replies.give(Spot(who, place), await hear(told))
        self._halls.people.correct(who)

    async def _opened(self, body: Body) -> None:
        """Somebody opened the App Home."""
        event = body["event"]
        if event.get("tab") != "home":
            return
        workspace = _team(body)
        who = await self._halls.people.who(workspace, str(event["user"]))
        place = self._halls.place(workspace, "", who.account)
        await self._replies.home(who, await self._halls.heard_by.opened(who, place))

    async def _changed(self, body: Body) -> None:
        """Somebody changed their profile."""
        await self._halls.heard_by.renamed(self._halls.people.learn(_team(body), body["event"]["user"]))

    async def _left(self, body: Body) -> None:
        """A channel is gone, or we were put out of it."""
        event = body["event"]
        place = self._halls.places.get(str(event.get("channel") or ""))
        if place is not None:
            await self._halls.heard_by.removed(place, LEFT[event["type"]])

    async def _renumbered(self, body: Body) -> None:
        """A channel has another id for ever; the settings name the old one."""
        event = body["event"]
        place, new = self._halls.places.get(str(event.get("old_channel_id") or "")), str(event["new_channel_id"])
        if place is not None:
            reason = RENUMBERED.format(new=replace(place, channel=new), old=place)
            log.warning("%s: %s", place, reason)
            await self._halls.heard_by.removed(place, reason)

    async def _back(self, body: Body) -> None:
        """A channel is there again."""
        place = self._halls.places.get(str(body["event"].get("channel") or ""))
        if place is not None:
            await self._halls.heard_by.returned(place)

    async def _joined(self, body: Body) -> None:
        """Somebody came into a channel; where it is us, we were invited."""
        ours = {str(each.get("user_id") or "") for each in body.get("authorizations") or ()}
        if body["event"].get("user") in ours:
            await self._back(body)

    async def _gone(self, body: Body) -> None:
        """The app is no longer in the workspace."""
        if not (body["event"].get("tokens") or {"bot": True}).get("bot"):
            return
        gone: Collection[str] = {_team(body)}
        if self._halls.taken_out:
            gone = await self._halls.taken_out(_team(body), _organisation(body))
        for place in self._halls.places.values():
            if place.workspace in gone:
                await self._halls.heard_by.removed(place, UNINSTALLED)


def _organisation(body: Body) -> str:
    """The organisation for all of whose workspaces the app was installed; "" where it was for one alone."""
    installed: Sequence[Mapping[str, Any]] = body.get("authorizations") or ({},)
    return str(installed[0].get("enterprise_id") or "") if installed[0].get("is_enterprise_install") else ""


def _team(body: Body) -> str:
    """The workspace in which the app was told: the first of those that may see the event."""
    installed: Sequence[Mapping[str, Any]] = body.get("authorizations") or ({},)
    return str(installed[0].get("team_id") or body.get("team_id") or "")
