"""What an announced answer says about options: letters, numbers, texts; or a truth, a number, a single term."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.readers.documents.options import Choice, index_of
from content.readers.documents.words import MARKS
from content.scalars import decimal

LETTER = "A-JＡ-ＪА-И"
LETTERS = re.compile(
    rf"[*_\s(（\[`]*(?:(?:option|choice|вариант|选项)s?\s*)?(?P<all>[{LETTER}a-j][)）\]]?(?:\s*(?:,|、|，|/|&|;|\+"
    rf"|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bи\b|和|及)+\s*[(\[]?[{LETTER}a-j][)）\]]?)*)"
    rf"[`*_]*(?:[.)）\]:：,;。、—–-]+|\s*$|\s+(?=[—–(=-])|(?<=[)）\]])\s|\n)(?P<rest>.*)",
    re.DOTALL,
)
TOGETHER = re.compile(rf"[*_\s]*(?P<all>[{LETTER}]{{2,6}})[*_.\s]*(?P<rest>(?:\n.*)?)$", re.DOTALL)
ONE = re.compile(rf"[{LETTER}a-j]")
FIGURE = re.compile(
    r"[*_\s(#]*(?:option\s*)?(?P<n>[1-9])[*_]*(?:[.):]+\s*|\s*$|\n)(?P<rest>.*)", re.DOTALL | re.IGNORECASE
)
TRUTHS = {
    **dict.fromkeys(
        (
            "true",
            "t",
            "yes",
            "correct",
            "верно",
            "да",
            "истина",
            "правда",
            "对",
            "正确",
            "是",
            "√",
            "richtig",
            "wahr",
            "vrai",
            "verdadero",
            "vero",
        ),
        0,
    ),
    **dict.fromkeys(
        (
            "false",
            "f",
            "no",
            "incorrect",
            "wrong",
            "неверно",
            "нет",
            "ложь",
            "错",
            "错误",
            "否",
            "×",
            "falsch",
            "faux",
            "falso",
        ),
        1,
    ),
}
PLAIN_TRUTHS = frozenset(
    {
        "true",
        "false",
        "верно",
        "неверно",
        "истина",
        "ложь",
        "对",
        "错",
        "正确",
        "错误",
        "richtig",
        "falsch",
        "wahr",
        "vrai",
        "faux",
        "verdadero",
        "falso",
        "vero",
    }
)
TRUTH = re.compile(
    r"[*_\s`]*(?P<word>\w+|√|×)[*_`]*\s*(?:[.,;:!。，；：—–-]+\s*[*_]*|\s*$|\n|\s+(?=because|since))(?P<rest>.*)",
    re.DOTALL,
)
ASKS_TRUTH = re.compile(
    r"true\s*(?:or|/)\s*false|\bt\s*/\s*f\b|верно ли|правда ли|判断|对错|对还是错|richtig oder falsch|vrai ou faux"
    r"|verdadero o falso|vero o falso",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"[*_`\s]*(?:≈|~|=|approx(?:imately)?\.?|about)?\s*(?P<value>[-+−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+−]?\d+"
    r"(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(?P<unit>%|°\s?[CFK]?|[a-zA-Zµμ²³/]{1,10})?[*_`.\s]*"
)
TERM = re.compile(r"[*_`\s\"“]*(?P<term>[^\W_][\w'’.+#/ -]{0,39}?)[*_`\s\"”.]*")
ASKS_TERM = re.compile(
    r"\b(?:who|whom|where|when|which|name the|what(?:'s| is| was| are)? (?:the )?(?:\w+ )?(?:name|term|word"
    r"|capital|city|country|keyword|command|symbol|abbreviation|acronym|year|colou?r|language|author)|called"
    r"|known as|stands? for|abbreviat\w+|кто|где|когда|какой город|столица|谁|哪|何)\b|_{3,}|…{2,}|谁|哪|叫什么",
    re.IGNORECASE,
)
MOST_WORDS = 4
ARTICLES = frozenset(
    {"a", "an", "the", "yes", "no", "not", "it", "they", "in", "on", "at", "by", "to", "for", "because", "when", "if"}
)


def letters(said: str, choices: Sequence[Choice]) -> tuple[tuple[int, ...], str]:
    """The options that an answer names, and what it says besides; none where it names none."""
    found = LETTERS.match(said)
    wanted = found and [index_of(each) for each in ONE.findall(re.sub(r"\b(?:and|und|et)\b", ",", found["all"]))]
    if found is None or not wanted:
        found = TOGETHER.match(said)
        wanted = [index_of(each) for each in found["all"]] if found else []
        if len(set(wanted)) != len(wanted) or wanted != sorted(wanted):
            return (), said
    if found is None or not wanted or not all(0 <= each < len(choices) for each in wanted):
        return (), said
    return tuple(sorted(set(wanted))), beside(found["rest"], [choices[each] for each in wanted])


def beside(rest: str, chosen: Sequence[Choice]) -> str:
    """What an answer says besides its letter: without the option's own text, where it is repeated."""
    rest = rest.strip(" \t:—–-*_")
    for choice in chosen:
        first, _, more = rest.partition("\n")
        text = choice.text
        if folded(first) == folded(text):
            rest = more
        elif text and folded(rest).startswith(folded(text)) and rest[: len(text)].casefold() == text.casefold():
            rest = rest[len(text) :].lstrip(" .):;,—–-*_")
    return rest.strip()


def texts(said: str, choices: Sequence[Choice]) -> tuple[tuple[int, ...], str]:
    """The options that an answer repeats word for word, or by their place in a list of numbers."""
    first, _, rest = said.partition("\n")
    wanted = folded(first)
    same = [place for place, choice in enumerate(choices) if folded(choice.text) == wanted]
    if len(same) == 1:
        return (same[0],), rest.strip()
    parts = [folded(part) for part in re.split(r"\s*(?:[,;、]|\band\b|\bи\b)\s*", first) if part.strip()]
    known = {folded(choice.text): place for place, choice in enumerate(choices)}
    if len(parts) > 1 and all(part in known for part in parts):
        return tuple(sorted({known[part] for part in parts})), rest.strip()
    longer = [place for place, choice in enumerate(choices) if wanted.startswith(folded(choice.text) + " ")]
    if len(longer) == 1 and first[len(choices[longer[0]].text) :].lstrip(" *_")[:1] in set("(.,;:—–-"):
        return (longer[0],), f"{first[len(choices[longer[0]].text) :].lstrip(' *_.,;:—–-')}\n{rest}".strip()
    return (), said


def figures(said: str, choices: Sequence[Choice]) -> tuple[tuple[int, ...], str]:
    """The option that an answer names by its number."""
    found = FIGURE.match(said)
    if found is None or int(found["n"]) > len(choices):
        return (), said
    chosen = choices[int(found["n"]) - 1]
    return (int(found["n"]) - 1,), beside(found["rest"], [chosen])


def folded(text: str) -> str:
    """A text for comparing: without emphasis, case, ending and the width of its spaces."""
    return " ".join(text.replace("`", "").replace("*", "").split()).strip(" .;,_").casefold()


def truth(said: str, stem: str) -> tuple[int | None, str]:
    """Whether an answer says true (0) or false (1), and why; None where it says neither for sure."""
    found = TRUTH.match(said)
    word = found["word"].casefold() if found else ""
    if found is None or word not in TRUTHS:
        return None, said
    asked = bool(ASKS_TRUTH.search(stem))
    if not asked and (word not in PLAIN_TRUTHS or stem.rstrip(MARKS).endswith(("?", "？"))):
        return None, said
    return TRUTHS[word], found["rest"].strip()


def number(said: str) -> tuple[str, str] | None:
    """The number that an answer is, with its unit; None where it is more than a number."""
    found = NUMBER.fullmatch(said)
    if found is None:
        return None
    value = found["value"].replace(",", "").replace("−", "-")
    return (value, (found["unit"] or "").strip()) if decimal(value) is not None else None


def term(said: str, stem: str) -> str:
    """The single term that an answer is, where the question asks for one; else empty."""
    found = TERM.fullmatch(said)
    if found is None or not ASKS_TERM.search(stem):
        return ""
    words = found["term"].split()
    phrase = len(words) > 1 and (words[0].lower() in ARTICLES or said.rstrip(MARKS).endswith("."))
    return "" if phrase or len(words) > MOST_WORDS else found["term"].strip()
