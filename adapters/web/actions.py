"""What visitors do: each action is told to the core, and its answer goes back to the page that asked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web

from adapters.web.downloads import Downloads
from adapters.web.messages import ANY_ID, Messages
from adapters.web.rendering import LETTER_SIGNS, Renderer, summary
from adapters.web.visitors import NAME_LIMIT, Visitor, clean_name, language_of, same_name
from bot.ports import (
    Answered,
    Audience,
    Card,
    Edit,
    FieldErrors,
    GoneError,
    Listener,
    Message,
    NotSavedError,
    OpenForm,
    PlaceRef,
    Press,
    Reaction,
    Reply,
    Said,
    Submission,
    Typed,
)

ACTION = re.compile(r"[A-Za-z0-9-]{8,40}")
REF = re.compile(r"[a-z0-9:.-]{1,60}")
TEXT_LIMIT = 4000
PICKED_LIMIT = 25
FIELDS_LIMIT = 25


def N_(message: str) -> str:  # noqa: N802  gettext's usual name for a message that is translated where it is shown
    """Mark a message for the catalogues."""
    return message


class BadActionError(ValueError):
    """A page sent something that no page of ours sends; `str()` is a sentence for its visitor."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An action as it arrived: what was sent, by whom, where and when. `event` is the same when it is sent again."""

    sent: Mapping[str, Any]
    visitor: Visitor
    place: PlaceRef
    event: str
    at: datetime

    def text(self, name: str, limit: int = TEXT_LIMIT) -> str:
        """A text that was sent; raises BadActionError where it is none or too long."""
        value = self.sent.get(name)
        if not isinstance(value, str) or len(value) > limit:
            raise BadActionError(f"{name} must be a text of at most {limit} characters.")
        return value

    def ref(self) -> str:
        """The ref that was sent."""
        return checked_ref(self.sent.get("ref"))

    def message(self, name: str) -> Message | None:
        """The message that is meant, None where none is named."""
        value = self.sent.get(name)
        if value in (None, ""):
            return None
        if not isinstance(value, str) or not ANY_ID.fullmatch(value):
            raise BadActionError(f"{name} is no message's id.")
        return Message(self.place, value)


def checked_ref(value: object) -> str:
    """A ref as the core writes them; raises BadActionError for anything else."""
    if not isinstance(value, str) or not REF.fullmatch(value):
        raise BadActionError("ref is not of this page.")
    return value


Act = Callable[[Listener, Deed], Awaitable[dict[str, Any]]]
ReadDeed = Callable[[web.Request], Awaitable[Deed]]


class Actions:
    """The page's API: every call answers with JSON; `error` in it is a sentence for the visitor."""

    def __init__(
        self, messages: Messages, renderer: Renderer, downloads: Downloads, say: Callable[[str, str], str]
    ) -> None:
        self._messages = messages
        self._renderer = renderer
        self._downloads = downloads
        self._say = say
        self.listener: Listener | None = None

    def route(self, read: ReadDeed, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        """A route that reads an action and carries it out."""

        async def answer(request: web.Request) -> web.Response:
            try:
                deed = await read(request)
                return web.json_response(await self._done(act, deed))
            except NotSavedError as error:
                return web.json_response({"error": str(error)}, status=503)
            except (BadActionError, GoneError) as error:
                return web.json_response({"error": self._say(language_of(request), str(error))}, status=400)

        return answer

    async def _done(self, act: Act, deed: Deed) -> dict[str, Any]:
        _ = partial(self._say, deed.visitor.language)
        if self.listener is None:
            raise NotSavedError(_("Studyhall is just starting. Nothing was saved: try again."))
        return await act(self.listener, deed)

    async def press(self, listener: Listener, deed: Deed) -> dict[str, Any]:
        """A choice, a button or a submit."""
        sent = deed.sent.get("picked", [])
        if not isinstance(sent, list) or len(sent) > PICKED_LIMIT:
            raise BadActionError("picked must be a list of refs.")
        picked = tuple(checked_ref(ref) for ref in sent)
        message = deed.message("message")
        press = Press(deed.event, deed.at, deed.visitor.who, deed.place, deed.ref(), picked, message)
        return await self.told(await listener.pressed(press), deed, message)

    async def react(self, listener: Listener, deed: Deed) -> dict[str, Any]:
        """A reaction put on a message (`on`) or taken off."""
        message, emoji, on = deed.message("message"), deed.text("emoji", 16), deed.sent.get("on") is True
        if message is None or not await self._may_react(message, emoji):
            raise BadActionError("This reaction does not go with this message.")
        reaction = Reaction(deed.event, deed.at, deed.visitor.who, message, emoji)
        await self._messages.react(message, reaction.who, emoji, on=on)
        answer = await (listener.reacted(reaction) if on else listener.unreacted(reaction))
        return await self.told(answer, deed, message)

    async def _may_react(self, message: Message, emoji: str) -> bool:
        if emoji in LETTER_SIGNS:
            return True
        return any(emoji in entry["emoji"] for entry in (await self._messages.reactions(message)).values())

    async def say(self, listener: Listener, deed: Deed) -> dict[str, Any]:
        """A typed text: a command, an answer, or a word to everybody where the core takes it for none of these."""
        text = deed.text("text").strip()
        thread = deed.message("thread")
        if not text:
            raise BadActionError(N_("There is nothing in it to send."))
        who = deed.visitor.who
        if text.startswith("/"):
            return await self.told(await listener.typed(Typed(deed.event, deed.at, who, deed.place, text)), deed, None)
        answer = await listener.said(Said(deed.event, deed.at, who, deed.place, text, thread))
        if answer is None or (isinstance(answer, Reply) and answer.audience is Audience.PLACE):
            await self._messages.post(
                f"m:{deed.place.channel}",
                stamp_of("say", deed.event),
                text=text,
                author=who.name,
                parent=thread.id if thread else "",
            )
        return await self.told(answer, deed, thread)

    async def submit(self, listener: Listener, deed: Deed) -> dict[str, Any]:
        """A filled-in form."""
        values = deed.sent.get("values")
        texts = isinstance(values, dict) and all(isinstance(value, str) for value in values.values())
        if not texts or not isinstance(values, dict) or len(values) > FIELDS_LIMIT:
            raise BadActionError("values must be texts by the id of their field.")
        submission = Submission(deed.event, deed.at, deed.visitor.who, deed.place, deed.ref(), values)
        return await self.told(await listener.submitted(submission), deed, deed.message("message"))

    async def complete(self, listener: Listener, deed: Deed) -> dict[str, Any]:
        """Completions of a command line."""
        found = await listener.completed(deed.visitor.who, deed.place, deed.text("line", 300))
        return {"suggestions": [{"value": each.value, "label": each.label} for each in found]}

    async def home(self, listener: Listener, deed: Deed) -> dict[str, Any]:
        """The visitor's front page."""
        card = await listener.opened(deed.visitor.who, deed.place)
        return {"html": str(self._renderer.card(card, "home", deed.visitor.language))}

    async def told(self, answer: Answered, deed: Deed, about: Message | None) -> dict[str, Any]:
        """What came back from the core, carried out or written for the page."""
        match answer:
            case Reply(card, Audience.PLACE):
                stamp = stamp_of("re", deed.event)
                await self._messages.post(f"m:{deed.place.channel}", stamp, card=card, parent=about.id if about else "")
            case Edit(card) if about:
                await self._messages.edit(about, card)
            case Reply(card) | Edit(card):
                private = self._private(card, deed, 3 if about else 2)
                return {"private": {**private, "instead": isinstance(answer, Edit)}}
            case OpenForm(form):
                return {"form": str(self._renderer.form(form, deed.visitor.language))}
            case FieldErrors(errors):
                return {"errors": dict(errors)}
        return {}

    def _private(self, card: Card, deed: Deed, level: int) -> dict[str, Any]:
        key = f"p-{stamp_of('', deed.event)}"
        self._downloads.keep(deed.visitor.account, key, card)
        html = str(self._renderer.card(card, key, deed.visitor.language, level, files=True))
        return {"key": key, "html": html, "tone": card.tone.value, "summary": summary(card)}


def stamp_of(kind: str, event: str) -> str:
    """The stamp of the message that an action makes: the same for the same action."""
    return f"{kind}-{hashlib.sha256(event.encode()).hexdigest()[:20]}"


OWN_NAME = "Study bot"


def chosen_name(deed: Deed) -> str:
    """The name that a visitor picked; raises BadActionError where nothing of it can be seen, and for the bot's own."""
    name = clean_name(deed.text("name", 10 * NAME_LIMIT))
    if not name:
        raise BadActionError(N_("A name needs at least one letter."))
    if any(same_name(name, each) for each in (OWN_NAME, "Studyhall")):
        raise BadActionError(N_("That is the bot's own name: choose another one."))
    return name
