"""What people do at Discord by interactions -> the core: presses, selects, forms, commands.

Each interaction has a moment of three seconds in which it is to be answered or put off; `Replies` sees to that.
https://docs.discord.com/developers/interactions/receiving-and-responding.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import discord
from discord.app_commands import Choice

from adapters.discord.commands import focused, read_command
from adapters.discord.forms import values_of
from adapters.discord.halls import NAME, TALK, Halls, who_of
from adapters.discord.picks import MANY, ONE, ORDER, ordering, read_order
from adapters.discord.replies import Replies, Spot
from adapters.discord.talks import Talks
from adapters.discord.words import NOT_TAKEN
from bot.ports import Command, Commanded, Message, NotSavedError, PlaceRef, Press, Proposed, Submission, Verb

MOST_CHOICES = 25
LONGEST_CHOICE = 100

log = logging.getLogger(__name__)
Interaction = discord.Interaction[Any]


class Inbound:
    """Hears interactions."""

    def __init__(
        self, halls: Halls, talks: Talks, replies: Replies, verbs: Mapping[str, Verb], commands: tuple[Command, ...]
    ) -> None:
        self._halls = halls
        self._talks = talks
        self._replies = replies
        self._verbs = verbs
        self._commands = commands

    async def heard(self, interaction: Interaction) -> None:
        """An interaction; whoever sent one that is not understood, such as one made by hand, is told so."""
        kinds = {
            discord.InteractionType.component: self._pressed,
            discord.InteractionType.modal_submit: self._submitted,
            discord.InteractionType.application_command: self._commanded,
            discord.InteractionType.autocomplete: self._typing,
        }
        hear = kinds.get(interaction.type)
        if hear is None or interaction.user.bot:
            return
        try:
            await hear(interaction)
        except NotSavedError as error:
            await self._replies.refuse(interaction, str(error))
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            log.warning("an interaction is not understood (%s) and is passed over", type(error).__name__)
            await self._replies.refuse(interaction, NOT_TAKEN)

    async def _pressed(self, interaction: Interaction) -> None:
        """A button, or a choice in a select."""
        content = _content(interaction)
        custom_id, values = str(content["custom_id"]), tuple(map(str, content.get("values") or ()))
        spot = await self._spot(interaction)
        ref, picked = custom_id, tuple[str, ...]()
        if custom_id.startswith(ONE):
            ref = values[0]
        elif custom_id.startswith(MANY):
            ref, picked = custom_id.removeprefix(MANY), values
        elif custom_id.startswith(ORDER):
            ref = custom_id.split(">")[1]
            options = _options(interaction, custom_id)
            came = read_order(custom_id, values, options)
            if isinstance(came, str):
                await self._replies.go_on(spot, [ordering(ref, options, came)])
                return
            picked, spot = came, spot.over()
        verb = self._verbs.get(ref.partition(":")[0])
        told = Press(f"i:{interaction.id}", interaction.created_at, spot.who, spot.place, ref, picked, _message(spot))
        await self._replies.answer(
            spot,
            self._halls.heard_by.pressed(told),
            verb.audience if verb else None,
            may_open=bool(verb and verb.opens_form),
        )

    async def _submitted(self, interaction: Interaction) -> None:
        """A form was filled in."""
        content = _content(interaction)
        spot = await self._spot(interaction)
        values = values_of(content)
        told = Submission(
            f"i:{interaction.id}", interaction.created_at, spot.who, spot.place, str(content["custom_id"]), values
        )
        await self._replies.answer(spot.with_typed(values), self._halls.heard_by.submitted(told))

    async def _commanded(self, interaction: Interaction) -> None:
        """A slash command, or the one in a message's menu."""
        content, spot = _content(interaction), await self._spot(interaction)
        if content["type"] == discord.AppCommandType.message.value:
            await self._pointed(interaction, content, spot)
            return
        path, options = read_command(content)
        command = self._leaf(path)
        told = Commanded(f"i:{interaction.id}", interaction.created_at, spot.who, spot.place, path, options)
        await self._replies.answer(
            spot,
            self._halls.heard_by.commanded(told),
            command.audience if command else None,
            may_open=bool(command and command.opens_form),
        )

    async def _pointed(self, interaction: Interaction, content: Mapping[str, Any], spot: Spot) -> None:
        """A message was pointed at as worth a question."""
        target = str(content["target_id"])
        text = _text(content["resolved"]["messages"][target])
        meant = Message(spot.place, target)
        told = Proposed(f"i:{interaction.id}", interaction.created_at, spot.who, spot.place, text, meant)
        await self._replies.answer(spot, self._halls.heard_by.proposed(told), may_open=True)

    async def _typing(self, interaction: Interaction) -> None:
        """Somebody types into an option that suggests."""
        spot = await self._spot(interaction)
        path, option, prefix = focused(_content(interaction))
        try:
            found = await self._halls.heard_by.suggested(spot.who, spot.place, path, option, prefix)
        except NotSavedError:
            found = ()
        choices = [
            Choice(name=(each.label or each.value)[:LONGEST_CHOICE], value=each.value)
            for each in found
            if each.value and len(each.value) <= LONGEST_CHOICE
        ]
        await self._replies.complete(interaction, choices[:MOST_CHOICES])

    async def _spot(self, interaction: Interaction) -> Spot:
        """Where an interaction came from, and who did it."""
        user, guild, language = interaction.user, interaction.guild_id, str(interaction.locale)
        if guild is not None:
            admin = interaction.permissions.manage_guild
            who = who_of(user, guild, admin=admin, language=language)
            return Spot(interaction, who, self._halls.place(guild, interaction.channel, user.id))
        talker = await self._talks.talker(user, language)
        if talker is None:
            return Spot(interaction, who_of(user, None, language=language), PlaceRef(NAME, TALK, str(user.id)))
        return Spot(interaction, talker.who, talker.place)

    def _leaf(self, path: tuple[str, ...]) -> Command | None:
        found, commands = None, self._commands
        for name in path:
            found = next((each for each in commands if each.name == name), None)
            commands = found.children if found else ()
        return found


def _content(interaction: Interaction) -> Mapping[str, Any]:
    content: Any = interaction.data
    if content is None:
        raise ValueError("an interaction without content")
    return content  # type: ignore[no-any-return]


def _message(spot: Spot) -> Message | None:
    """The message that was acted upon, where everybody sees it."""
    message = spot.interaction.message
    return Message(spot.place, str(message.id)) if message and not message.flags.ephemeral else None


def _options(interaction: Interaction, custom_id: str) -> list[dict[str, str]]:
    """The options of a select as the message has them."""
    found: list[Any] = list(interaction.message.components) if interaction.message else []
    while found:
        each = found.pop(0)
        if getattr(each, "custom_id", None) == custom_id:
            return [{"label": option.label, "value": option.value} for option in each.options]
        found += getattr(each, "children", ())
    return []


def _text(message: Mapping[str, Any]) -> str:
    """What a message says; of one that is laid out, its texts."""
    said = [str(message.get("content") or "")]
    parts = list(message.get("components") or ())
    while parts:
        part = parts.pop(0)
        said.append(str(part.get("content") or ""))
        parts = [*(part.get("components") or ()), *parts]
    return "\n".join(each for each in said if each)
