"""Rules about what an item teaches once it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from content.audit.finding import Finding
from content.audit.rules import RULES
from content.audit.seen import Seen, found
from content.item import Kind

ACCEPTED = "audit-ok:"
"""A tag that begins so names a rule that the item need not keep."""


def no_explanation(seen: Seen) -> Iterator[Finding]:
    """Nothing says why the key is right. The reference answer of an open item does so itself."""
    if not seen.item.explanation and seen.item.kind is not Kind.OPEN:
        remedy = "write two to four sentences that say why the key is right and when it would not be"
        yield found(seen, "no-explanation", "it has no explanation", remedy)


def no_reasons(seen: Seen) -> Iterator[Finding]:
    """Options that people choose have no reason. Those of an order need none."""
    options = seen.item.options if seen.item.kind is not Kind.ORDER else ()
    without = sum(not option.reason for option in options)
    if without:
        remedy = "say of each what is true of it, as it is shown to who chose it"
        yield found(seen, "no-reasons", f"{without} of {len(options)} options have no reason", remedy)


def no_references(seen: Seen) -> Iterator[Finding]:
    """Nobody can look it up."""
    if not seen.item.references:
        yield found(seen, "no-references", "it names no source", "add a reference: author, title, year")


def no_rubric(seen: Seen) -> Iterator[Finding]:
    """Nobody can tell how good their answer to an open item is."""
    if seen.item.open is not None and not seen.item.open.rubric:
        yield found(seen, "no-rubric", "it has no rubric", "add some lines that a good answer keeps, one thing each")


def unknown_acceptance(seen: Seen) -> Iterator[Finding]:
    """A finding is accepted by a name that no rule has."""
    for name in (tag.removeprefix(ACCEPTED) for tag in seen.item.tags if tag.startswith(ACCEPTED)):
        if name not in RULES:
            near = get_close_matches(name, RULES, n=1)
            remedy = f"write {ACCEPTED}{near[0]}" if near else "take the tag away, or name a rule of the audit"
            yield found(seen, "unknown-acceptance", f"no rule is called {name!r}", remedy)
