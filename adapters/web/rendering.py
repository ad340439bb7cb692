"""Cards, forms and messages -> HTML, by templates that escape whatever is put into them."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from adapters.web.text import folded_html, html_of, line_html
from bot.ports import Bars, Buttons, Card, File, Form, Moment, Options, Pick, Picture, Tone
from content.markup import visible

LETTER_SIGNS = tuple(chr(0x1F1E6 + index) for index in range(10))
"""The regional indicators A to J: what a letter reaction is on every platform."""

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
PICTURES_KEPT = 64

Translate = Callable[[str, str], str]


def data_address(picture: Picture) -> str:
    """The picture itself as its address."""
    return f"data:{picture.mime};base64,{base64.b64encode(picture.content).decode()}"


class Pictures:
    """Pictures of cards shown lately, each at an address made from its content."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Picture] = OrderedDict()

    def address(self, picture: Picture) -> str:
        """Where the page gets it."""
        name = f"{hashlib.sha256(picture.content).hexdigest()[:32]}.{EXTENSIONS.get(picture.mime, 'bin')}"
        self._kept[name] = picture
        self._kept.move_to_end(name)
        if len(self._kept) > PICTURES_KEPT:
            self._kept.popitem(last=False)
        return f"/pictures/{name}"

    def named(self, name: str) -> Picture | None:
        """The picture at `/pictures/NAME`; None where it is not kept or is of no kind that a page shows."""
        found = self._kept.get(name)
        return found if found and found.mime in EXTENSIONS else None


class Renderer:
    """Writes HTML. `translate(language, message)` gives the page's own words, `address` where a picture is."""

    def __init__(self, translate: Translate, address: Callable[[Picture], str]) -> None:
        self._translate = translate
        self._templates = environment(address)
        self._card = lru_cache(maxsize=512)(self._card_now)

    def card(self, card: Card, key: str, language: str, level: int = 2, *, files: bool = False) -> Markup:
        """A card; `key` makes its ids unique in the page, `level` is that of its heading. `files`: whether those of the
        card can be had at `/files/KEY/NAME`.
        """
        return self._card(_without_files(card), key, language, level, files)

    def _card_now(self, card: Card, key: str, language: str, level: int, files: bool) -> Markup:  # noqa: FBT001  as the cache takes it
        return self.fill("card.html", language, card=card, key=key, level=level, files=files)

    def form(self, form: Form, language: str) -> Markup:
        """A form for the dialog."""
        return self.fill("form.html", language, form=form)

    def fill(self, template: str, language: str, **values: object) -> Markup:
        """A template with its values and the words of a language."""
        words = partial(self._translate, language)
        return Markup(self._templates.get_template(template).render(**values, _=words))  # noqa: S704  escaped by the template


def _without_files(card: Card) -> Card:
    """The card without what is in its files: it is not shown, and what is written is kept for a while."""
    blocks = [replace(each, content=b"") if isinstance(each, File) else each for each in card.blocks]
    return replace(card, blocks=tuple(blocks))


def environment(address: Callable[[Picture], str]) -> Environment:
    """The templates and what they may call."""
    made = Environment(
        loader=PackageLoader("adapters.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        markdown=html_of,
        folded=folded_html,
        inside_button=partial(html_of, links=False),
        line=line_html,
        visible=visible,
        kind=lambda block: type(block).__name__.lower(),
        print=lambda html: f"{zlib.crc32(str(html).encode()):08x}",
        moment=moment_html,
        per_cent=lambda share: f"{share * 100:.0f}",
    )
    made.globals.update(
        address=address, letter=letter, people=people, letters_of=letters_of, utc=utc, Pick=Pick, summary=summary
    )
    return made


def letter(index: int) -> str:
    """The letter of an option."""
    return chr(ord("A") + index)


def utc(at: datetime) -> str:
    """An instant for readers whose browser does not set it in their own zone."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def moment_html(moment: Moment) -> Markup:
    """A sentence with an instant in it, which the page's script sets in the reader's zone."""
    before, _, after = visible(moment.text).partition("{time}")
    form = "countdown" if moment.countdown else "long"
    stamp = Markup('<time datetime="{}" data-form="{}">{}</time>').format(moment.at.isoformat(), form, utc(moment.at))
    return escape(before) + stamp + escape(after)


def people(bars: Bars) -> int:
    """How many people a distribution is of: what the counts are shares of."""
    return max((round(bar.count / bar.share) for bar in bars.bars if bar.share > 0), default=0)


def letters_of(card: Card) -> tuple[str, ...]:
    """The letter reactions that fit a card: one for each option of an open question of which one is picked."""
    if card.tone is not Tone.QUESTION:
        return ()
    found = next((block for block in card.blocks if isinstance(block, Options) and block.pick is Pick.ONE), None)
    return LETTER_SIGNS[: len(found.choices)] if found else ()


def opens_form(card: Card) -> bool:
    """Whether the card has a button of its own for a typed answer."""
    buttons = (button for block in card.blocks if isinstance(block, Buttons) for button in block.buttons)
    return any(button.opens_form for button in buttons)


def summary(card: Card) -> str:
    """What a screen reader says when the card arrives."""
    return visible(card.summary or card.title)
