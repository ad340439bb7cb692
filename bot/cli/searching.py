"""`studyhall content search`: the items that have some words."""

from __future__ import annotations

import json
from pathlib import Path

from bot.cli.configuration import settings_of
from bot.cli.output import say
from bot.cli.parser import Call, Code, CommandError
from content.bank import BankError, open_bank
from content.markup import plain

STEM = 100


def run(call: Call) -> int:
    """Write the items that are found, the best first: the id, what it is about, and its question."""
    paths = [Path(path) for path in call.pack] if call.pack else settings_of(call).packs
    try:
        bank = open_bank(paths, None)
    except BankError as error:
        raise CommandError(str(error)) from error
    found = [bank.items[name] for name in bank.items.search(" ".join(call.words), call.most)]
    if call.json:
        told = [
            {"id": item.id, "kind": item.kind, "topic": item.topic, "difficulty": item.difficulty, "stem": item.stem}
            for item in found
        ]
        say(json.dumps(told, indent=2, ensure_ascii=False))
    for item in () if call.json else found:
        stem = plain(item.stem)
        say(f"{item.id}  ({item.topic}, {item.kind}, {item.difficulty})")
        say(f"    {stem if len(stem) <= STEM else stem[: STEM - 1].rstrip() + '…'}")
    if not found and not call.json:
        say(f"None of {len(bank.items):,} items has any of these words.")
    return Code.FINE if found else Code.FAULTS
