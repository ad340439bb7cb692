"""Feeds a reader what atheris makes up, led by the lines that it reaches: `fuzzed.py FORM CORPUS [OPTIONS]`."""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
with atheris.instrument_imports(include=["content"]):
    from content.importing.fitting import fitted
    from content.readers.draft import Source, UnreadableError
    from content.readers.known import reader_named

    READER = reader_named(sys.argv.pop(1))


def feed(content: bytes) -> None:
    """One try: anything but drafts or an UnreadableError is a find."""
    source = Source("a.txt", content)
    READER.likeness(source)
    try:
        drafts = READER.read(source).drafts
    except UnreadableError:
        return
    for draft in drafts[:20]:
        fitted(draft, "a.txt")


atheris.Setup(sys.argv, feed)
atheris.Fuzz()
