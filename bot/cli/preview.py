"""`studyhall content preview`: an item as a platform shows it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from bot.cards.paging import Part, Whole, begun, count_pages, page_card
from bot.cards.question import Asked, question_card, topic_title
from bot.cards.reveal import Result, explains, explanation_card, reveal_card
from bot.cards.words import Words
from bot.cli.configuration import adapters_of, settings_of
from bot.cli.output import say
from bot.cli.parser import Call, Code, CommandError, nearest
from bot.languages import languages, words
from bot.ports import Adapter, Card, Picture
from bot.rules.shown import Shown, show
from content.bank import Bank, BankError, open_bank
from content.item import Item

SEED = "preview"


def run(call: Call) -> int:
    """Write the question's and the reveal's card, rendered by the platform's adapter."""
    adapter = adapter_of(call.platform)
    if call.language not in languages():
        known = ", ".join(languages())
        raise CommandError(f"there is no language {call.language!r}: choose one of {known}", Code.USAGE)
    bank = _bank(call)
    item = _item(bank, call.item)
    for card in cards_of(bank, item, call.language, adapter.whole):
        say(adapter.render(card).rstrip())
        say("")
    return Code.FINE


def cards_of(bank: Bank, item: Item, language: str, whole: Whole | None) -> tuple[Card, ...]:
    """What a platform shows of an item: question, reveal, explanation; after one that is too long for it, its pages."""
    say_in, shown = words(language), show(item, SEED, language)
    topic = topic_title(bank.topics, item.topic)
    picture = _picture(bank, shown)
    nobody = Result(topic, 0, chosen=(0,) * len(shown.options))
    cards = {
        Part.QUESTION: question_card(say_in, shown, Asked(SEED, topic, picture=picture)),
        Part.REVEAL: reveal_card(say_in, shown, nobody, picture),
        **({Part.WHY: explanation_card(say_in, shown)} if explains(shown) else {}),
    }
    return tuple(each for part, card in cards.items() for each in _paged(say_in, card, whole, part))


def _paged(words: Words, card: Card, whole: Whole | None, part: Part) -> Iterator[Card]:
    """The card as it is sent, and its pages where it is too long."""
    sent = begun(words, card, whole, SEED, part)
    yield sent
    if sent is not card:
        yield from (page_card(words, card, whole, SEED, part, number) for number in range(count_pages(card, whole)))


def adapter_of(name: str) -> Adapter:
    """The adapter of a platform. Raises CommandError where there is none."""
    adapters = adapters_of()
    if name not in adapters:
        known = ", ".join(adapters)
        raise CommandError(f"there is no platform {name!r}{nearest(name, adapters)}: choose one of {known}", Code.USAGE)
    return adapters[name]


def _bank(call: Call) -> Bank:
    paths = [Path(path) for path in call.pack] if call.pack else settings_of(call).packs
    try:
        return open_bank(paths, None)
    except BankError as error:
        raise CommandError(str(error)) from error


def _item(bank: Bank, wanted: str) -> Item:
    """The item of this id, or the only one that is called so in its pack."""
    found = [item for name, item in bank.items.items() if wanted in (name, name.partition("/")[2])]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(item.id for item in found)
        raise CommandError(f"several items are called {wanted!r}: choose one of {several}")
    near = get_close_matches(wanted, [*bank.items, *(name.partition("/")[2] for name in bank.items)], n=3, cutoff=0.5)
    hint = f": did you mean {', '.join(near)}?" if near else ""
    raise CommandError(f"there is no item {wanted!r} in these packs{hint}")


def _picture(bank: Bank, shown: Shown) -> Picture | None:
    found = bank.picture(shown.item_id)
    return Picture(found.content, found.mime, shown.picture_alt) if found else None
