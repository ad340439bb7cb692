"""What discord.py is given to send: components and forms that are drawn already. It keeps none of them."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import discord

from adapters.discord.cards import components_of
from adapters.discord.forms import modal
from bot.ports import Card, File, Form, Picture

Element = dict[str, Any]
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


class Drawn(discord.ui.LayoutView):
    """Components as they go out. Presses on them come as interactions, so discord.py need not know the message."""

    def __init__(self, components: list[Element]) -> None:
        super().__init__(timeout=None)
        self._components = components

    def to_components(self) -> list[Element]:
        """The components."""
        return self._components

    def has_components_v2(self) -> bool:
        """They always are of the second kind."""
        return True

    def is_finished(self) -> bool:
        """There is nothing to wait for."""
        return True


class Opened(discord.ui.Modal):
    """A form as it goes out."""

    def __init__(self, form: Form) -> None:
        super().__init__(title=" ", timeout=None)
        self._form = modal(form)

    def to_dict(self) -> Element:
        """The form."""
        return self._form

    def is_finished(self) -> bool:
        """There is nothing to wait for: what is filled in comes as an interaction."""
        return True


def drawn(card: Card) -> tuple[list[Element], list[discord.File]]:
    """The components of a card and the files that they show."""
    sent = {n: block for n, block in enumerate(card.blocks) if isinstance(block, Picture | File)}
    names = {n: name for n, each in sent.items() if (name := _name(each))}
    files = [discord.File(io.BytesIO(sent[n].content), name, description=_alt(sent[n])) for n, name in names.items()]
    return components_of(card, names), files


def _name(block: Picture | File) -> str:
    """The name to send it by; "" where Discord shows no such picture."""
    if isinstance(block, File):
        return block.name
    extension = EXTENSIONS.get(block.mime, "")
    return f"{hashlib.sha256(block.content).hexdigest()[:16]}.{extension}" if extension else ""


def _alt(block: Picture | File) -> str | None:
    return block.alt[:1024] or None
