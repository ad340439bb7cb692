"""What the core gives back -> the person at Discord who pressed, typed or sent something.

Discord waits three seconds for a first answer. What takes longer is put off, which fixes who will see it, and told when
it is there: https://docs.discord.com/developers/interactions/receiving-and-responding.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import discord
from discord.app_commands import Choice

from adapters.discord.drawn import Drawn, Element, Opened, drawn
from adapters.discord.errors import ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION, WEBHOOK_EXPIRED
from adapters.discord.halls import Halls
from adapters.discord.words import NOT_TAKEN, TOO_LATE
from bot.ports import (
    Answered,
    Audience,
    Card,
    Edit,
    FieldErrors,
    NotSavedError,
    OpenForm,
    PlaceRef,
    Reply,
    Text,
    Tone,
    Who,
)

AT_ONCE = 1.8
"""Seconds that an answer may take before it is put off: its way to us and back is part of the three."""
FORM_WITHIN = 2.4
"""The same where a form may open, as none opens after a delay."""
PATIENCE = 5.0
"""Seconds that what is still to be told gets at the end."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an interaction came from. `typed`: what was filled in, where a form was; `replacing`: the answer takes the
    place of the message that was acted upon.
    """

    interaction: discord.Interaction[Any]
    who: Who
    place: PlaceRef
    typed: Mapping[str, str] = field(default_factory=dict)
    replacing: bool = False

    def with_typed(self, values: Mapping[str, str]) -> Spot:
        """The same with what was filled in."""
        return replace(self, typed=values)

    def over(self) -> Spot:
        """The same, where the message is of no use any more, if they alone see it."""
        message = self.interaction.message
        return replace(self, replacing=bool(message and message.flags.ephemeral))


class Replies:
    """Answers interactions. `translate` is the core's."""

    def __init__(self, halls: Halls, translate: Callable[[str, str], str]) -> None:
        self._halls = halls
        self._translate = translate
        self._answering: set[asyncio.Task[None]] = set()

    async def answer(
        self,
        spot: Spot,
        told: Coroutine[Any, Any, Answered],
        audience: Audience | None = None,
        *,
        may_open: bool = False,
    ) -> None:
        """Tell somebody what comes of what they did, once it is saved. `audience`: who is to see it, as declared."""
        within = FORM_WITHIN if may_open else AT_ONCE
        task = asyncio.create_task(self._answer(spot, told, audience or Audience.PRIVATE, within))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        await asyncio.shield(task)

    async def go_on(self, spot: Spot, components: list[Element]) -> None:
        """Show the next step of something that only they see."""
        view = Drawn([{"type": 1, "components": components}])
        response = spot.interaction.response
        if spot.over().replacing:
            await self._sent(response.edit_message(view=view))
        else:
            await self._sent(response.send_message(view=view, ephemeral=True))

    async def refuse(self, interaction: discord.Interaction[Any], sentence: str) -> None:
        """Tell somebody why nothing comes of what they did."""
        if interaction.type is discord.InteractionType.autocomplete:
            await self.complete(interaction, ())
        else:
            language = str(interaction.locale).partition("-")[0]
            await self._posted(interaction.response, self._sentence(language, sentence), private=True)

    async def complete(self, interaction: discord.Interaction[Any], choices: Sequence[Choice[str]]) -> None:
        """Suggest what an option may be."""
        await self._sent(interaction.response.autocomplete(choices))

    async def explain(self, channel: discord.abc.Messageable, sentence: str) -> None:
        """Tell somebody in a talk with us alone, of whom we know no language, why nothing comes of what they wrote."""
        await self.say(channel, Reply(self._sentence("", sentence)))

    async def say(self, channel: discord.abc.Messageable, answered: Answered) -> None:
        """Answer in a talk with us alone."""
        if isinstance(answered, Reply | Edit):
            components, files = drawn(answered.card)
            await self._sent(channel.send(view=Drawn(components), files=files))

    async def close(self) -> None:
        """Let what people were promised be sent, a few seconds at most."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=PATIENCE)

    async def _answer(self, spot: Spot, told: Coroutine[Any, Any, Answered], audience: Audience, within: float) -> None:
        work = asyncio.create_task(self._saved(spot, told))
        done, _ = await asyncio.wait([work], timeout=within)
        if not done:
            await self._sent(spot.interaction.response.defer(ephemeral=audience is Audience.PRIVATE, thinking=True))
        answered = await work
        if isinstance(answered, FieldErrors):
            answered = self._refused(spot, answered)
        await (self._first(spot, answered) if done else self._later(spot, answered, audience))
        try:
            await self._halls.named(spot.who)
        except NotSavedError as error:
            log.info("a new name is learnt later: %s", error)

    async def _first(self, spot: Spot, answered: Answered) -> None:
        """The first answer, in time."""
        response, acted = spot.interaction.response, spot.interaction.message is not None
        match answered:
            case OpenForm(form):
                await self._sent(response.send_modal(Opened(form)))
            case Edit(card) if acted:
                await self._replaced(response, card)
            case Reply(card) if spot.replacing:
                await self._replaced(response, card)
            case Reply(card, audience):
                await self._posted(response, card, private=audience is Audience.PRIVATE)
            case Edit(card):
                await self._posted(response, card, private=True)
            case _ if acted:
                await self._sent(response.defer())
            case _:
                await self._posted(response, self._sentence(spot.who.language, NOT_TAKEN), private=True)

    async def _later(self, spot: Spot, answered: Answered, said: Audience) -> None:
        """What was put off. It is seen by whom it was said to be seen by, or it is told anew."""
        interaction = spot.interaction
        match answered:
            case Reply(card, audience) if audience is said:
                await self._filled_in(interaction, card)
            case Reply(card, audience):
                components, files = drawn(card)
                private = audience is Audience.PRIVATE
                # The first message after a delay takes the place of what was put off, and is seen by whom that is.
                await self._sent(interaction.delete_original_response())
                await self._sent(interaction.followup.send(view=Drawn(components), files=files, ephemeral=private))
            case Edit(card) if interaction.message is not None:
                components, files = drawn(card)
                await self._sent(
                    interaction.followup.edit_message(interaction.message.id, view=Drawn(components), attachments=files)
                )
                await self._sent(interaction.delete_original_response())
            case Edit(card):
                await self._filled_in(interaction, card)
            case OpenForm():
                await self._filled_in(interaction, self._sentence(spot.who.language, TOO_LATE))
            case _:
                await self._sent(interaction.delete_original_response())

    async def _posted(self, response: discord.InteractionResponse[Any], card: Card, *, private: bool) -> None:
        components, files = drawn(card)
        await self._sent(response.send_message(view=Drawn(components), files=files, ephemeral=private))

    async def _replaced(self, response: discord.InteractionResponse[Any], card: Card) -> None:
        components, files = drawn(card)
        await self._sent(response.edit_message(view=Drawn(components), attachments=files))

    async def _filled_in(self, interaction: discord.Interaction[Any], card: Card) -> None:
        components, files = drawn(card)
        await self._sent(interaction.edit_original_response(view=Drawn(components), attachments=files))

    async def _sent(self, call: Awaitable[object]) -> None:
        """Make a call of an interaction's. What fails is not told: what the person did is saved, and counts."""
        try:
            await call
        except discord.HTTPException as error:
            if error.code == ALREADY_ACKNOWLEDGED:
                return
            late = error.code in (UNKNOWN_INTERACTION, WEBHOOK_EXPIRED)
            log.info("a reply did not reach its reader: %s", "it came too late" if late else error.code or error.status)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("a reply did not reach its reader: %s", type(error).__name__)

    async def _saved(self, spot: Spot, told: Coroutine[Any, Any, Answered]) -> Answered:
        """What came of it; of what could not be saved, that."""
        try:
            return await told
        except NotSavedError as error:
            return Reply(self._sentence(spot.who.language, str(error)))

    def _refused(self, spot: Spot, errors: FieldErrors) -> Reply:
        """A form of Discord's is closed when it is sent: what was typed is given back, so that it is not lost."""
        said = [Text(f"**{text}**") for text in errors.errors.values()]
        typed = [Text(f"```\n{text}\n```") for text in spot.typed.values() if text.strip()]
        return Reply(Card("", (*said, *typed), Tone.NOTE, " ".join(errors.errors.values())))

    def _sentence(self, language: str, message: str) -> Card:
        sentence = self._translate(language or "en", message)
        return Card("", (Text(sentence),), Tone.NOTE, sentence)
