"""The kind of a question by what there is of it, and no more of it than that kind has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from content.item import Kind, Option, Translation
from content.readers.draft import Draft
from content.scalars import decimal
from content.sense import LETTERS, fold

MOST_OPTIONS = len(LETTERS)
_MOST_STEPS, _FEWEST_STEPS = 8, 3
_LONGEST_TERM = 200
_WORDS = (
    "true/false right/wrong correct/incorrect t/f wahr/falsch richtig/falsch vrai/faux v/f "
    "verdadero/falso cierto/falso vero/falso verdadeiro/falso certo/errado waar/onwaar juist/onjuist sant/falskt "
    "prawda/fałsz правда/ложь верно/неверно doğru/yanlış oikein/väärin σωστό/λάθος 对/错 正确/错误 "
    "對/錯 正確/錯誤 真/假 正しい/誤り 正しい/間違い ○/× 참/거짓 맞다/틀리다 صح/خطأ सही/गलत đúng/sai benar/salah"
)
_PAIRED = frozenset((fold(pair.split("/")[0]), fold(pair.split("/")[1])) for pair in _WORDS.split())
_TRUE = frozenset(true for true, _ in _PAIRED)
_FALSE = frozenset(false for _, false in _PAIRED)
_MARKS = re.compile(r"[*_`.!。]+")
UNKEYED = "The source names no right option."
"""The reference answer of a question with options and nothing that says which is right."""
UNANSWERED = "The source gives no answer."
"""That of a question without any."""


def settled(draft: Draft) -> Draft:
    """The draft with a kind, options and key that go together, and a doubt for each thing that was guessed.

    An open one without `answer` is a question that its source leaves unanswered.
    """
    draft = _distinct(draft)
    if draft.numeric and decimal(draft.numeric.value) is not None:
        return _only(draft, Kind.NUMERIC)
    if draft.short and any(len(term) <= _LONGEST_TERM for term in draft.short.accepted):
        return _only(draft, Kind.SHORT)
    if draft.kind is Kind.ORDER:
        return _ordered(draft)
    if len(draft.options) > 1 and draft.kind is not Kind.OPEN:
        return _chosen(_keyed(draft))
    return _answered(draft)


def _only(draft: Draft, kind: Kind) -> Draft:
    """The draft as one of a kind, without the answers that other kinds have."""
    chosen = kind in {Kind.CHOICE, Kind.MULTI, Kind.TRUE_FALSE, Kind.ORDER}
    explanation = draft.explanation
    if kind is not Kind.OPEN and draft.answer and not _says_only_key(draft):
        explanation = "\n\n".join(part for part in (draft.answer, explanation) if part)
    return replace(
        draft,
        kind=kind,
        options=draft.options if chosen else (),
        key=draft.key if kind in {Kind.CHOICE, Kind.MULTI, Kind.TRUE_FALSE} else (),
        numeric=draft.numeric if kind is Kind.NUMERIC else None,
        short=draft.short if kind is Kind.SHORT else None,
        answer=draft.answer if kind is Kind.OPEN else "",
        rubric=draft.rubric if kind is Kind.OPEN else (),
        explanation=explanation,
    )


def _says_only_key(draft: Draft) -> bool:
    """Whether the reference answer says no more than which option or term is right."""
    short = draft.short.accepted if draft.short else ()
    number = (draft.numeric.value,) if draft.numeric else ()
    known = {fold(text) for text in (*(option.text for option in draft.options), *short, *number)}
    return fold(draft.answer) in known or draft.answer.strip(" .)") in LETTERS


def _doubting(draft: Draft, doubt: str) -> Draft:
    return replace(draft, doubts=(*draft.doubts, doubt))


def _distinct(draft: Draft) -> Draft:
    """Without options that are empty or there twice; the key follows those that stay."""
    kept: dict[str, int] = {}
    moved: dict[int, int] = {}
    for index, option in enumerate(draft.options):
        text = fold(option.text)
        if text:
            moved[index] = kept.setdefault(text, index)
    order = list(kept.values())
    key = {order.index(moved[index]) for index in draft.key if index in moved}
    if len(order) == len(draft.options) and len(key) == len(draft.key):
        return replace(draft, key=draft.key if draft.kind is Kind.ORDER else tuple(sorted(key)))
    picked = _picked(replace(draft, key=tuple(sorted(key))), order)
    lost = len(draft.options) - len(order)
    what = (
        f"{lost} empty or repeated option{'s were' if lost > 1 else ' was'} left out" if lost else "its key was mended"
    )
    return _doubting(picked, f"{what}: check the key.")


def _picked(draft: Draft, order: Sequence[int]) -> Draft:
    """With the options in this order, in the translations too; the key is the caller's."""
    translations = {
        language: replace(part, options=_taken(part.options, order, len(draft.options)))
        for language, part in draft.translations.items()
    }
    options = tuple(draft.options[index] for index in order)
    return replace(draft, options=options, translations=translations)


def _taken(options: tuple[Option, ...], order: Sequence[int], count: int) -> tuple[Option, ...]:
    return tuple(options[index] for index in order) if len(options) == count else ()


def _keyed(draft: Draft) -> Draft:
    """With the key that its reference answer names by text or letter, where it has none."""
    if draft.key or not draft.answer:
        return draft
    wanted = _bare(draft.answer)
    texts = [_bare(option.text) for option in draft.options]
    if wanted in texts:
        return replace(draft, key=(texts.index(wanted),), answer="")
    letter = draft.answer.strip(" .)(*")
    if len(letter) == 1 and letter.upper() in LETTERS[: len(texts)]:
        guess = f"{letter.upper()} was taken for the letter of the right option."
        return _doubting(replace(draft, key=(LETTERS.index(letter.upper()),), answer=""), guess)
    return draft


def _bare(text: str) -> str:
    return fold(_MARKS.sub("", text))


def _chosen(draft: Draft) -> Draft:
    """One with options: by how many of them are right, and what they say."""
    if not draft.key:
        reference = draft.answer or draft.explanation or UNKEYED
        spent = "" if reference == draft.explanation else draft.explanation
        doubt = "it names no right option, and is asked as an open question: give it a key."
        return _doubting(_only(_listed(replace(draft, answer=reference, explanation=spent)), Kind.OPEN), doubt)
    if len(draft.options) > MOST_OPTIONS:
        return _fewer(draft)
    several = len(draft.key) > 1 or draft.kind is Kind.MULTI
    if not several and (truth := _truth_first(draft)):
        return _only(truth, Kind.TRUE_FALSE)
    return _only(draft, Kind.MULTI if several else Kind.CHOICE)


def _fewer(draft: Draft) -> Draft:
    """One with more options than an item has: the right ones and the first of the others."""
    if len(draft.key) >= MOST_OPTIONS:
        return spelt_out(draft, f"it has {len(draft.options)} options, and an item at most {MOST_OPTIONS}")
    others = [index for index in range(len(draft.options)) if index not in draft.key]
    kept = sorted([*draft.key, *others[: MOST_OPTIONS - len(draft.key)]])
    key = tuple(kept.index(index) for index in draft.key)
    lost = len(draft.options) - MOST_OPTIONS
    return _chosen(
        _doubting(replace(_picked(draft, kept), key=key), f"{lost} wrong options beyond the tenth left out.")
    )


def spelt_out(draft: Draft, why: str) -> Draft:
    """One with options as an open question: the options stand in its stem, the right ones are its reference answer."""
    right = [draft.options[index].text for index in draft.key]
    told = "\n\n".join(part for part in (*right, draft.answer, draft.explanation) if part)
    doubt = f"{why}: it is asked as an open question."
    return _doubting(_only(_listed(replace(draft, answer=told or UNKEYED, explanation="")), Kind.OPEN), doubt)


def _listed(draft: Draft) -> Draft:
    """With its options as a list in the stem, in each language."""
    translations = {}
    for language, part in draft.translations.items():
        stem = f"{part.stem or draft.stem}\n\n{_list(part.options)}" if len(part.options) == len(draft.options) else ""
        translations[language] = Translation(stem=stem, explanation=part.explanation, reference=part.reference)
    return replace(draft, stem=f"{draft.stem}\n\n{_list(draft.options)}", options=(), translations=translations)


def _list(options: Sequence[Option]) -> str:
    return "\n".join(_entry("- ", option.text) for option in options)


def _entry(mark: str, text: str) -> str:
    """An entry of a list, all lines of it."""
    return mark + text.replace("\n", "\n" + " " * len(mark))


def _truth_first(draft: Draft) -> Draft | None:
    """The draft with the options true and false, where its two say that in a language that is known here."""
    words = [_bare(option.text) for option in draft.options]
    if len(words) != 2:  # noqa: PLR2004  a pair
        return None
    order = next((order for order in ((0, 1), (1, 0)) if (words[order[0]], words[order[1]]) in _PAIRED), None)
    if order is None:
        return None
    picked = _picked(draft, order)
    named = zip(picked.options, ("true", "false"), strict=True)
    options = tuple(replace(option, text=name) for option, name in named)
    return replace(picked, options=options, key=(order.index(draft.key[0]),))


def _ordered(draft: Draft) -> Draft:
    if _FEWEST_STEPS <= len(draft.options) <= _MOST_STEPS:
        return _only(draft, Kind.ORDER)
    steps = "\n".join(_entry(f"{at}. ", option.text) for at, option in enumerate(draft.options, 1))
    doubt = f"it has {len(draft.options)} steps, not {_FEWEST_STEPS} to {_MOST_STEPS}: it is asked as an open question."
    return _doubting(_only(replace(draft, answer=steps or draft.answer), Kind.OPEN), doubt)


def _answered(draft: Draft) -> Draft:
    """One without options to choose from: a statement that is true or false, else open."""
    known = (*(draft.short.accepted if draft.short else ()), *(option.text for option in draft.options))
    answer = draft.answer or "\n\n".join(known[:1])
    word = _bare(answer)
    if draft.kind is not Kind.OPEN and not _asks(draft.stem) and word in _TRUE | _FALSE:
        said = replace(
            draft,
            options=(Option("true"), Option("false")),
            key=(0 if word in _TRUE else 1,),
            answer="",
            translations={},
        )
        return _doubting(_only(said, Kind.TRUE_FALSE), "it was taken for a statement that is true or false.")
    if not answer and draft.explanation:
        return _only(replace(draft, answer=draft.explanation, explanation=""), Kind.OPEN)
    return _only(replace(draft, answer=answer), Kind.OPEN)


def _asks(stem: str) -> bool:
    return stem.rstrip(" *_\n").endswith(("?", "？", "؟"))
