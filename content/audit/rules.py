"""The rules of the audit by name. docs/packs.md has a line for each, and a test compares both."""

from __future__ import annotations

from collections.abc import Mapping

from content.audit.finding import Rule, Weight

HALADYNA = "Haladyna, Downing and Rodriguez 2002"
CASE = "Case and Swanson 2002"
MILLMAN = "Millman, Bishop and Ebel 1965"
FLESCH = "Flesch 1948"
ATTALI = "Attali and Bar-Hillel 2003"
SHUTE = "Shute 2008"
KARPICKE = "Karpicke and Roediger 2008"
OURS = "Studyhall"

_RULES = (
    Rule("absolute-word", "words such as always and never in wrong options alone", MILLMAN, worded=True),
    Rule("all-of-the-above", "an option that is about the others", HALADYNA, Weight.SERIOUS, worded=True),
    Rule("near-equal-options", "two options that say the same", HALADYNA, Weight.SERIOUS),
    Rule("stem-clue", "words of the stem that the key repeats and no other option does", MILLMAN, worded=True),
    Rule("grammar-clue", "options that do not fit the article before the gap", MILLMAN, worded=True),
    Rule("key-much-longer", "a key that is much longer than every wrong option", HALADYNA),
    Rule("short-distractor", "a wrong option that is far shorter than all others", CASE, Weight.SLIGHT),
    Rule("negative-stem", "a stem that asks for what is not so, and does not stress it", HALADYNA, worded=True),
    Rule("long-stem", "a stem of more than 120 words, or with a sentence of more than 45", FLESCH, Weight.SLIGHT),
    Rule("long-option", "an option of more than 30 words", FLESCH, Weight.SLIGHT),
    Rule("overlapping-options", "ranges of numbers that have values in common", HALADYNA, Weight.SERIOUS),
    Rule("unordered-options", "options that are numbers and not listed by size", HALADYNA, Weight.SLIGHT),
    Rule("no-explanation", "nothing that says why the key is right", SHUTE),
    Rule("no-reasons", "options without a reason", SHUTE),
    Rule("no-references", "no source to read on", OURS, Weight.SLIGHT),
    Rule("no-rubric", "an open item without lines to rate oneself by", SHUTE),
    Rule("near-duplicate", "an item that is nearly the same as an earlier one", OURS),
    Rule("unknown-acceptance", "a tag `audit-ok:` of a rule that there is not", OURS, Weight.SLIGHT),
    Rule("guessable", "a trick that finds the key without knowing anything", MILLMAN, Weight.SERIOUS),
    Rule("key-position", "keys that stand in one place too often or too seldom", ATTALI),
    Rule("single-item-concept", "concepts with one item, where reviews repeat it", KARPICKE, Weight.SLIGHT),
    Rule("topic-imbalance", "topics with few of the items, or with most of them", OURS, Weight.SLIGHT),
    Rule("difficulty-imbalance", "a level with few of the items, or with most", OURS, Weight.SLIGHT),
    Rule("too-long", "a card that a platform cannot show whole (with `--as`)", OURS, Weight.ORDINARY),
)
RULES: Mapping[str, Rule] = {rule.name: rule for rule in _RULES}
