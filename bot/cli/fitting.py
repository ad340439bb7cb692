"""`studyhall content check --as`: items of which a platform would leave something out for its length."""

from __future__ import annotations

from pathlib import Path

from bot.cli.output import say
from bot.cli.parser import Call, Code
from bot.cli.preview import adapter_of, cards_of
from bot.languages import languages
from content.bank import open_bank


def run(call: Call) -> int:
    """Name each item and the parts of it that are not shown whole, in every language that it is written in."""
    adapter = adapter_of(call.platform)
    bank = open_bank([Path(path) for path in call.paths], None)
    faults = 0
    for item in bank.items.values():
        for language in ("en", *(each for each in languages() if each in item.translations)):
            cut = [card.title for card in cards_of(bank, item, language) if adapter.whole and not adapter.whole(card)]
            if cut:
                faults += 1
                say(f"{item.id} ({language}): {adapter.name} cannot show it whole ({', '.join(cut)}): shorten it")
    if faults:
        return Code.FAULTS
    say(f"{adapter.name} shows all of it whole")
    return Code.FINE
