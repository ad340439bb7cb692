"""What people do at Discord. Each act changes the state, tells the bot, and gives back what Discord saw of that."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tests.fakes.discord import payloads, permissions
from tests.fakes.discord.command_rules import CHAT, MESSAGE
from tests.fakes.discord.components import BUTTON, SELECT, leaves
from tests.fakes.discord.events import Events
from tests.fakes.discord.facts import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    SUBMIT,
    Channel,
    Interaction,
    Json,
    Message,
    NotThereError,
    RefusedError,
    Told,
)
from tests.fakes.discord.permissions import May
from tests.fakes.discord.pings import USERS, marked

Values = Mapping[str, str | Sequence[str] | bool]


class Acts(Events):
    """People before their screens. Raises NotThereError for what is not on them.

    `ack_within`: real seconds for which a person's act waits for the bot's first answer.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.ack_within = 3.0

    # Interactions.

    async def press(self, user: str, channel: str, message: str, what: str | int = 0) -> Interaction:
        """Press a button of a message, by its custom id or its place among the buttons."""
        found = self._on_screen(user, channel, message)
        button = payloads.component_of(found, what, (BUTTON,))
        return await self._interact(COMPONENT, user, channel, payloads.pressed(button), found)

    async def select(
        self, user: str, channel: str, message: str, values: Sequence[str | int], what: str | int = 0
    ) -> Interaction:
        """Choose in a select of a message, by values or their places."""
        found = self._on_screen(user, channel, message)
        select = payloads.component_of(found, what, (SELECT,))
        return await self._interact(COMPONENT, user, channel, payloads.picked(select, values), found)

    async def forge(
        self, user: str, channel: str, message: str, custom_id: str, values: Sequence[str] = ()
    ) -> Interaction:
        """Send a press, or with values a choice, that the message never offered, as a hand-made client might."""
        kind = SELECT if values else BUTTON
        content: Json = {"id": 1, "custom_id": custom_id, "component_type": kind}
        content |= {"values": list(values)} if values else {}
        return await self._interact(COMPONENT, user, channel, content, self._on_screen(user, channel, message))

    async def submit(self, user: str, modal: Interaction, values: Values | None = None) -> Interaction:
        """Fill in and send the form that an interaction opened; it stays open where that is not acknowledged."""
        if modal.modal is None or not modal.modal_open or modal.user != user:
            raise NotThereError(f"there is no form on the screen of {user}")
        content = payloads.filled_in(modal.modal, values or {})
        sent = await self._interact(SUBMIT, user, modal.channel, content, modal.came_from)
        modal.modal_open = not sent.acknowledged
        return sent

    async def command(
        self, user: str, channel: str, path: str, options: Mapping[str, payloads.Value] | None = None
    ) -> Interaction:
        """Type a slash command, such as `study ask`. One that was never synced is not there."""
        name, *steps = path.removeprefix("/").split()
        known = self._command(user, channel, name, CHAT)
        content = payloads.command(self, known, steps, options or {})
        return await self._interact(COMMAND, user, channel, content)

    async def autocomplete(
        self, user: str, channel: str, path: str, focused: str, options: Mapping[str, payloads.Value] | None = None
    ) -> Interaction:
        """Type into an option that suggests; `options` may hold what is typed there so far. See `choices`."""
        name, *steps = path.removeprefix("/").split()
        known = self._command(user, channel, name, CHAT)
        content = payloads.command(self, known, steps, {focused: "", **(options or {})}, focused)
        return await self._interact(AUTOCOMPLETE, user, channel, content)

    async def context_menu(self, user: str, channel: str, message: str, name: str) -> Interaction:
        """Use a command in the menu of a message."""
        found = self._on_screen(user, channel, message)
        known = self._command(user, channel, name, MESSAGE)
        return await self._interact(COMMAND, user, channel, payloads.on_message(self, known, found))

    async def answered(self, interaction: Interaction, within: float = 5.0) -> Interaction:
        """Wait until what was deferred is filled in, or the time is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(interaction.filled.wait(), within)
        return interaction

    async def _interact(
        self, kind: int, user: str, channel: str, content: Json, came_from: Message | None = None
    ) -> Interaction:
        where = self.visible(user, channel)
        if where.archived and where.locked:
            raise NotThereError(f"{channel} is locked")
        token = f"aW50ZXJhY3Rpb246{uuid.uuid4().hex}{uuid.uuid4().hex}"
        found = Interaction(self.new_id(), token, kind, user, where.guild, channel, self.now(), content, came_from)
        found.begun, found.focused = asyncio.get_running_loop().time(), payloads.focused_type(content)
        self.interactions[found.id] = self.tokens[token] = found
        found.told = self.happen("INTERACTION_CREATE", payloads.interaction(self, found), where.guild)
        if not self.gateway.sessions:
            return found
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(found.heard.wait(), self.ack_within)
        return found

    def _command(self, user: str, channel: str, name: str, kind: int) -> Json:
        where = self.visible(user, channel)
        scopes = [where.guild, ""] if where.guild else [""]
        known = [each for scope in scopes for each in self.commands.get(scope, [])]
        hits = [each for each in known if each["name"] == name and each["type"] == kind]
        if not hits:
            raise NotThereError(f"there is no command {name}; was it synced?")
        may = permissions.in_channel(self, where, user)
        needed = permissions.hidden_without(hits[0]["default_member_permissions"])
        contexts = hits[0]["contexts"]
        hidden = not where.guild and not hits[0]["dm_permission"]
        hidden = hidden or (contexts is not None and (0 if where.guild else 1) not in contexts)
        if hidden or not may & May.USE_APPLICATION_COMMANDS or (where.guild and needed & ~may):
            raise NotThereError(f"{name} is not shown to {user} in {channel}")
        return hits[0]

    # Messages.

    def say(self, user: str, channel: str, text: str) -> Message:
        """Type a text into a channel or a thread."""
        where = self.visible(user, channel)
        needed = May.SEND_MESSAGES_IN_THREADS if where.thread else May.SEND_MESSAGES
        if where.locked or not permissions.in_channel(self, where, user) & needed:
            raise NotThereError(f"{user} cannot write in {channel}")
        mentions = [who for kind, who in marked(text) if kind == USERS]
        message = Message(self.new_id(), channel, user, self.now(), text, mentions=mentions)
        if where.archived:
            where.archived = False
            self.channel_changed(where)
        self.keep(message)
        self.message_told("MESSAGE_CREATE", message)
        return message

    def direct(self, user: str, text: str) -> Message:
        """Type a text to the bot alone."""
        return self.say(user, self.open_dm(user).id, text)

    def react(self, user: str, channel: str, message: str, emoji: str) -> Told:
        """Put a reaction on a message."""
        found = self._on_screen(user, channel, message)
        if len(found.reactions) >= 20 and emoji not in found.reactions:
            raise NotThereError("there are 20 reactions")
        return self.put_reaction(found, user, emoji)

    def unreact(self, user: str, channel: str, message: str, emoji: str) -> Told:
        """Take a reaction off."""
        return self.take_reaction(self._on_screen(user, channel, message), user, emoji)

    def delete_message(self, channel: str, message: str) -> Told:
        """A moderator deletes a message."""
        return self.erase(self.message(channel, message))

    def messages_for(self, user: str, channel: str) -> list[Message]:
        """What an account reads in a channel, with what it alone sees."""
        self.visible(user, channel)
        return [each for each in self.said[channel].values() if not each.deleted and each.only_for in ("", user)]

    def labels(self, message: Message) -> list[str]:
        """What stands on the buttons of a message, in order."""
        return [str(each.get("label") or "") for each in leaves(message.components) if each["type"] == BUTTON]

    def visible(self, user: str, channel: str) -> Channel:
        """A channel on somebody's screen. Raises NotThereError."""
        where = self.channels.get(channel)
        if where is None or not permissions.in_channel(self, where, user):
            raise NotThereError(f"{user} does not see {channel}")
        return where

    def _on_screen(self, user: str, channel: str, message: str) -> Message:
        self.visible(user, channel)
        try:
            found = self.message(channel, message)
        except RefusedError as error:
            raise NotThereError(f"there is no message {message} in {channel}") from error
        if found.only_for not in ("", user):
            raise NotThereError(f"{user} does not see {message}")
        return found
