"""`studyhall content export`: a pack in another form."""

from __future__ import annotations

from pathlib import Path

from bot.cli.output import note, say, say_json
from bot.cli.parser import Call, Code, CommandError
from content.bank import SHIPPED, Bank, BankError, open_bank
from content.writers.known import writer_named
from content.writers.placing import PlacingError, place, strangers, targets


def run(call: Call) -> int:
    """Write the pack where `-o` says and tell what was written, and what the form cannot say."""
    bank = _bank(call.pack)
    pack, items = bank.packs[0], list(bank.items.values())
    found = {item.picture.path: bank.picture(item.id) for item in items if item.picture}
    pictures = {path: picture.content for path, picture in found.items() if picture}
    writer = writer_named(call.to, call.surroundings.now())
    written = writer.write(pack, items, pictures)
    folder = not writer.suffix or (call.output or "").endswith("/")
    files = targets(written, Path(call.output or f"{pack.id}{writer.suffix}"), folder=folder)
    home = Path(call.output or pack.id)
    if not writer.suffix and (others := strangers(files, home)):
        raise CommandError(f"{home} holds other items ({others[0].name}): choose a new folder with -o")
    try:
        place(files, force=call.force)
    except PlacingError as error:
        raise CommandError(str(error)) from error
    if call.json:
        told = {"pack": pack.id, "to": writer.name, "items": len(items)}
        say_json({**told, "files": [str(path) for path in files], "notes": list(written.notes)})
        return Code.FINE
    for sentence in written.notes:
        note(sentence)
    beside = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
    say(f"{len(items):,} {'item' if len(items) == 1 else 'items'} as {writer.title}: {next(iter(files))}{beside}")
    return Code.FINE


def _bank(named: str) -> Bank:
    """The one pack at the path, or of this id among those that come with the program."""
    path = Path(named)
    if not path.exists() and (SHIPPED / named).is_dir() and Path(named).name == named:
        path = SHIPPED / named
    try:
        bank = open_bank([path], None)
    except BankError as error:
        raise CommandError(str(error)) from error
    if len(bank.packs) > 1:
        raise CommandError(f"{path} holds {len(bank.packs)} packs: name one of them", Code.USAGE)
    return bank
