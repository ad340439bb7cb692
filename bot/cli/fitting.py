"""Items of which a platform would leave something out for its length: `content check --as`, `content audit --as`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from bot.cli.output import say
from bot.cli.parser import Call, Code
from bot.cli.preview import adapter_of, cards_of
from bot.languages import languages
from content.bank import open_bank
from content.item import Item


def run(call: Call) -> int:
    """Name each item and the parts of it that are not shown whole, in every language that it is written in."""
    found = list(cut_off(call.platform, call.paths))
    for item, language, titles in found:
        say(f"{item.id} ({language}): {call.platform} cannot show it whole ({', '.join(titles)}): shorten it")
    if found:
        return Code.FAULTS
    say(f"{call.platform} shows all of it whole")
    return Code.FINE


def cut_off(
    platform: str, paths: Sequence[str], among: Collection[str] | None = None
) -> Iterator[tuple[Item, str, Sequence[str]]]:
    """Each item with a language and the titles of the cards that are not shown whole. `among`: of these ids alone.

    Raises CommandError where there is no such platform.
    """
    adapter = adapter_of(platform)
    bank = open_bank([Path(path) for path in paths], None)
    for item in bank.items.values() if adapter.whole else ():
        for language in ("en", *(each for each in languages() if each in item.translations)):
            cards = cards_of(bank, item, language, adapter.whole)
            cut = [card.title for card in cards if adapter.whole and not adapter.whole(card)]
            if cut and (among is None or item.id in among):
                yield item, language, cut
