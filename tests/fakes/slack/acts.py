"""What people do at Slack. Each act changes the state, tells the app, and gives back what Slack saw of that."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tests.fakes.slack import payloads
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.facts import Channel, Ephemeral, Json, Message, NotThereError, RefusedError, Team, Told, Way
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.state import Workspaces
from tests.fakes.slack.ways import respond
from tests.fakes.slack.webhooks import Webhooks

LAST = ("app_uninstalled", "tokens_revoked")
"""What an app is told of even after it was taken out."""
_MENTION = re.compile(r"(&lt;@[UW]\w+&gt;)")


class Acts(Workspaces):
    """People before their screens. Raises NotThereError for what is not on them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.sockets = Sockets(self)
        self.webhooks = Webhooks(self)
        self.delivery = Delivery(self.sockets, self.webhooks)
        self._ticked: dict[tuple[str, str], dict[payloads.Place, list[Json]]] = {}

    async def press(self, user: str, channel: str, ts: str, what: str | int, picked: Sequence[str | int] = ()) -> Told:
        """Press a button of a message, by its action id or its place; `picked`: in the picker that belongs to it."""
        message = self._on_screen(user, channel, ts)
        button = payloads.element_of(message.blocks, what)
        if button[1]["type"] != "button":
            raise NotThereError(f"{what} is no button")
        ticked = self._ticked.setdefault((user, ts), {})
        if picked:
            picker = payloads.picker_for(message.blocks, button)
            ticked[payloads.place_of(picker)] = payloads.picked_options(picker[1], picked)
        return await self._act(user, message, payloads.action(*button), ticked)

    async def tick(self, user: str, channel: str, ts: str, what: str, picked: Sequence[str | int]) -> Told:
        """Pick in a picker without pressing anything; `picked` is all that is picked then."""
        message = self._on_screen(user, channel, ts)
        block, element = payloads.element_of(message.blocks, what)
        chosen = payloads.picked_options(element, picked)
        ticked = self._ticked.setdefault((user, ts), {})
        ticked[payloads.place_of((block, element))] = chosen
        return await self._act(user, message, payloads.action(block, element, chosen), ticked)

    async def press_ephemeral(self, user: str, ts: str, what: str | int, picked: Sequence[str | int] = ()) -> Told:
        """Press a button of what the person alone sees. Slack does not send its content along."""
        shown = next((each for each in self.ephemerals(user) if each.ts == ts), None)
        if shown is None:
            raise NotThereError(f"{user} does not see {ts}")
        button = payloads.element_of(shown.blocks, what)
        ticked = self._ticked.setdefault((user, ts), {})
        if picked:
            picker = payloads.picker_for(shown.blocks, button)
            ticked[payloads.place_of(picker)] = payloads.picked_options(picker[1], picked)
        return await self._act(user, shown, payloads.action(*button), ticked)

    async def press_home(self, user: str, what: str | int) -> Told:
        """Press a button of the App Home."""
        views = [each for each in self.views.values() if each.user == user and each.content["type"] == "home"]
        if not views:
            raise NotThereError(f"{user} has no App Home")
        button = payloads.element_of(views[-1].content["blocks"], what)
        payload = payloads.interactive(self, "block_actions", self.users[user], self.teams[views[-1].team])
        payload |= {"container": {"type": "view", "view_id": views[-1].id}, "view": views[-1].shown()}
        return await self.delivery.tell("interactive", payload | {"actions": [payloads.action(*button)]})

    async def react(self, user: str, channel: str, ts: str, name: str) -> Told:
        """Put a reaction on a message."""
        message = self._on_screen(user, channel, ts)
        self.add_reaction(message, user, name)
        return await self._reacted("reaction_added", user, message, name)

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> Told:
        """Take a reaction off."""
        message = self._on_screen(user, channel, ts)
        self.remove_reaction(message, user, name)
        return await self._reacted("reaction_removed", user, message, name)

    def write(self, user: str, channel: str, text: str, thread_ts: str = "") -> Message:
        """Type a text into a channel or a thread, of which the app is not told."""
        where = self.visible(user, channel)
        if user not in where.members or where.archived:
            raise NotThereError(f"{user} cannot write in {channel}")
        if thread_ts and thread_ts not in self.said.get(channel, {}):
            raise NotThereError(f"there is no thread {thread_ts} in {channel}")
        team = self.users[user].team
        return self.keep(Message(self.next_ts(where), channel, user, team, _typed(text), thread_ts=thread_ts))

    async def say(self, user: str, channel: str, text: str, thread_ts: str = "", **more: object) -> Told:
        """Type a text into a channel or a thread; `more` goes into the event, such as a subtype."""
        message = self.write(user, channel, text, thread_ts)
        where, team = self.channels[channel], message.team
        event: Json = {
            "type": "message",
            "channel": channel,
            "channel_type": {"public": "channel", "private": "group"}.get(where.kind, where.kind),
            "user": user,
            "text": message.text,
            "ts": message.ts,
            "event_ts": message.ts,
            "client_msg_id": self.new_id("m"),
            "team": team,
        }
        event |= {"thread_ts": thread_ts} if thread_ts else {}
        event |= {"user_team": team, "source_team": team} if where.shared else {}
        return await self._overheard({**event, **more}, where)

    async def direct(self, user: str, text: str, thread_ts: str = "") -> Told:
        """Type a text to the bot alone."""
        return await self.say(user, self.open_im(user).id, text, thread_ts)

    async def command(self, user: str, channel: str, name: str, text: str = "") -> Told:
        """Type a slash command. What the acknowledgement says is shown."""
        where = self.visible(user, channel)
        team = self.team_in(where)
        payload = payloads.command(self, self.users[user], where, team, (name, text))
        way = Way(user, team.id, channel, self.now())
        payload["response_url"] = self.respond_by(way)
        told = await self.delivery.tell("slash_commands", payload)
        if told.ack_payload:
            try:
                respond(self, way, told.ack_payload)
            except RefusedError as error:
                self.refused.append(("command", error.code, error.messages))
        return told

    async def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Told:
        """Use a shortcut of the app on a message."""
        message = self._on_screen(user, channel, ts)
        where = self.channels[channel]
        payload = payloads.interactive(self, "message_action", self.users[user], self.team_in(where))
        payload |= {"callback_id": callback_id, "action_ts": f"{self.now().timestamp():.6f}", "message_ts": ts}
        payload |= {"channel": self._named(where), "message": message.shown()}
        payload["response_url"] = self.respond_by(Way(user, self.team_in(where).id, channel, self.now()))
        return await self.delivery.tell("interactive", payload)

    async def open_home(self, user: str, tab: str = "home") -> Told:
        """Look at the App Home."""
        where = self.open_im(user)
        event: Json = {"type": "app_home_opened", "user": user, "channel": where.id, "tab": tab}
        found = [each for each in self.views.values() if each.user == user and each.content["type"] == "home"]
        return await self.happen(event | ({"view": found[-1].shown()} if found else {}), where)

    async def happen(self, event: Json, where: Channel | None = None, team: str = "") -> Told:
        """Tell the app of an event, in the workspace of a channel or the one named, as long as it is in there."""
        install = self.team_in(where) if where else self.teams[team or self.team]
        if not install.installed and event["type"] not in LAST:
            return Told("events_api", {})
        return await self.delivery.tell("events_api", payloads.wrapped(self, event, install, where))

    def team_in(self, channel: Channel) -> Team:
        """The workspace in which the app hears of a channel: the first that has it."""
        found = [self.teams[each] for each in channel.teams if self.teams[each].installed]
        return found[0] if found else self.teams[channel.teams[0]]

    async def _overheard(self, event: Json, where: Channel) -> Told:
        """What happens in a channel is told while the bot is in it; else nothing was attempted."""
        if self.team_in(where).bot_user not in where.members:
            return Told("events_api", {})
        return await self.happen(event, where)

    def _on_screen(self, user: str, channel: str, ts: str) -> Message:
        self.visible(user, channel)
        try:
            return self.message(channel, ts)
        except RefusedError as error:
            raise NotThereError(f"there is no message {ts} in {channel}") from error

    def _named(self, channel: Channel) -> Json:
        return {"id": channel.id, "name": payloads.NAMES.get(channel.kind, channel.name)}

    async def _act(
        self, user: str, shown: Message | Ephemeral, action: Json, ticked: Mapping[payloads.Place, list[Json]]
    ) -> Told:
        where = self.channels[shown.channel]
        if where.archived:
            raise NotThereError("nothing can be pressed in an archived channel")
        alone = isinstance(shown, Ephemeral)
        team = self.team_in(where) if isinstance(shown, Ephemeral) or not shown.bot_id else self.teams[shown.team]
        payload = payloads.interactive(self, "block_actions", self.users[user], team)
        container = {"type": "message", "message_ts": shown.ts, "channel_id": where.id, "is_ephemeral": alone}
        payload["container"] = container | ({"thread_ts": shown.thread_ts} if shown.thread_ts else {})
        payload["channel"] = self._named(where)
        if isinstance(shown, Message):
            payload["message"] = shown.shown()
        payload["state"] = {"values": payloads.state_of(shown.blocks, ticked)}
        way = Way(user, team.id, where.id, self.now(), "" if alone else shown.ts, shown.ts if alone else "")
        payload["response_url"] = self.respond_by(way)
        payload["actions"] = [action | {"action_ts": f"{self.now().timestamp():.6f}"}]
        return await self.delivery.tell("interactive", payload)

    async def _reacted(self, kind: str, user: str, message: Message, name: str) -> Told:
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user}
        return await self._overheard(event, self.channels[message.channel])


def _typed(text: str) -> str:
    """A text as Slack writes what a person types: three signs are escaped, mentions are not."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MENTION.sub(lambda found: found[0].replace("&lt;", "<").replace("&gt;", ">"), escaped)
