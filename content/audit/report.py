"""All rules over all items of a pack, and the score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from content.audit import balance, numbers, options, stems, teaching
from content.audit.finding import Finding
from content.audit.likeness import alike
from content.audit.rules import RULES
from content.audit.seen import Seen, see
from content.audit.words import words_of
from content.folder import HEADER_FILE
from content.item import Item
from content.record import Pack

OF_ITEMS: Mapping[str, Callable[[Seen], Iterator[Finding]]] = {
    "absolute-word": options.absolute_word,
    "all-of-the-above": options.all_of_the_above,
    "near-equal-options": options.near_equal,
    "stem-clue": stems.stem_clue,
    "grammar-clue": stems.grammar_clue,
    "key-much-longer": options.key_much_longer,
    "short-distractor": options.short_distractor,
    "negative-stem": stems.negative_stem,
    "long-stem": stems.long_stem,
    "long-option": options.long_option,
    "overlapping-options": numbers.overlapping,
    "unordered-options": numbers.unordered,
    "no-explanation": teaching.no_explanation,
    "no-reasons": teaching.no_reasons,
    "no-references": teaching.no_references,
    "no-rubric": teaching.no_rubric,
    "unknown-acceptance": teaching.unknown_acceptance,
}
OF_PACKS: Mapping[str, Callable[[Sequence[Item]], Iterator[balance.Told]]] = {
    "guessable": balance.guessable,
    "key-position": balance.key_position,
    "single-item-concept": balance.single_item_concept,
    "topic-imbalance": balance.topic_imbalance,
    "difficulty-imbalance": balance.difficulty_imbalance,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What the audit of a pack found, in the sequence of its items; those of the pack itself come last. `unchecked` are
    the rules that there are no words for in its language, `accepted` how many findings its authors have accepted.
    """

    pack: str
    items: int
    findings: tuple[Finding, ...]
    unchecked: tuple[str, ...] = ()
    accepted: int = 0

    @property
    def score(self) -> int:
        """0 to 100: the mean of the items' marks, less the points of what is wrong with the pack.

        An item's mark is 1, less 0.5 for each serious finding, 0.25 for each ordinary and 0.1 for each slight one, and
        not below 0. A serious finding about the pack takes 10 points, an ordinary one 5, a slight one 2.
        """
        lost: defaultdict[str, float] = defaultdict(float)
        for finding in self.findings:
            weight = RULES[finding.rule].weight
            lost[finding.item] += weight.of_item if finding.item else weight.of_pack
        of_pack = lost.pop("", 0)
        marks = self.items - sum(min(1.0, each) for each in lost.values())
        return max(0, round(100 * marks / self.items - of_pack)) if self.items else 0


def audit(pack: Pack, items: Sequence[Item], rules: Collection[str], more: Iterable[Finding] = ()) -> Report:
    """Look at a pack by the rules of these names. `more` are findings of rules that need to know more than the pack."""
    language = pack.languages[0] if pack.languages else ""
    words = words_of(language)
    found = chain(
        (finding for item in items for finding in _about(see(item, words), rules)),
        _duplicates(items) if "near-duplicate" in rules else (),
        more,
    )
    accepted = {(item.id, tag.removeprefix(teaching.ACCEPTED)) for item in items for tag in item.tags}
    about_items = list(found)
    kept = [finding for finding in about_items if (finding.item, finding.rule) not in accepted]
    places = {item.id: place for place, item in enumerate(items)}
    kept.sort(key=lambda finding: places[finding.item])
    unchecked = tuple(name for name in rules if RULES[name].worded and not _has_words(name, language))
    findings = (*kept, *_of_pack(pack, items, rules))
    return Report(pack.id, len(items), findings, unchecked, len(about_items) - len(kept))


def _about(seen: Seen, rules: Collection[str]) -> Iterator[Finding]:
    for name, look in OF_ITEMS.items():
        if name in rules:
            yield from look(seen)


def _duplicates(items: Sequence[Item]) -> Iterator[Finding]:
    for first, second, likeness in alike(items):
        item, other = items[second], items[first]
        message = f"{likeness:.0%} of it is the same as {other.id.partition('/')[2]} ({other.where})"
        remedy = "ask it in another way, or leave one out"
        yield Finding("near-duplicate", item.id, item.where, message, remedy)


def _of_pack(pack: Pack, items: Sequence[Item], rules: Collection[str]) -> Iterator[Finding]:
    file = pack.path if pack.path.endswith(".yaml") else f"{pack.path}/{HEADER_FILE}"
    for name, look in OF_PACKS.items():
        if name in rules and items:
            yield from (Finding(name, "", f"{file}:1", message, remedy) for message, remedy in look(items))


def _has_words(rule: str, language: str) -> bool:
    """Whether a rule that needs words has them in a language."""
    words = words_of(language)
    if words is None:
        return False
    return {"stem-clue": words.common, "grammar-clue": words.article}.get(rule, words) is not None
