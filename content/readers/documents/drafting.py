"""From the parts of a question to a draft: texts, key and kind as far as they are sure, doubts where they are not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from content.item import Difficulty, Kind, NumericKey, Option, ShortKey
from content.markup import plain
from content.readers.documents.clean import cleaned
from content.readers.documents.grading import figures, letters, number, term, texts, truth
from content.readers.documents.lines import Line, Sort
from content.readers.documents.options import Choice
from content.readers.documents.parts import Parts, bulleted
from content.readers.documents.words import DIFFICULTIES
from content.readers.documents.writing import markdown
from content.readers.draft import Draft, Skipped

CITATION = re.compile(
    r"\s*\[{1,2}\s*(?:src|source|ref|来源|來源|出处|参考|источник|quelle|link|\d{1,2})\s*\d*\s*(?:\]\]?\s*\("
    r"(?P<a>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)|\]?\((?P<b>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)\s*\])\]?",
    re.IGNORECASE,
)
ONLY_LINKS = re.compile(
    r"(?:[\s\[\]().,;:*_-]|\[\[?[^\[\]]*\]?\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)"
    r"|https?://\S+)+"
)
PICTURE_LINK = re.compile(
    r"\]\([^()]*\.(?:png|jpe?g|gif|svg|webp|ppm|bmp)[^()]*\)|\]\([^()]*/svg/[^()]*\)|\[picture\]", re.IGNORECASE
)
ADDRESS = re.compile(r"https?://[^\s)\]>]+")
NO_ANSWER = "The document has no answer to this: write one."
ONLY_LINK = "Its answer is only a link: write what people should know."
ONLY_PICTURE = "Its answer is only a picture: write what it shows, or bring the picture."
NO_KEY = "The document does not say which option is right: check the key."
UNCLEAR_KEY = "Its answer names no option for certain: check the key."
TWO_KEYS = "A mark at the options and the answer below disagree: check the key."
BY_BOLD = "The option in bold was taken for the right one: check the key."
LOST_PICTURE = "A picture that belonged to it is missing in the document."
BEHIND = "The text behind its options was taken for the explanation."
MOST_REFERENCES, LONGEST_REFERENCE = 20, 500
LONGEST_STEM = 3000


def drafted(parts: Parts, at: int, topic: str, names: Mapping[str, str]) -> tuple[Draft, list[Skipped]]:
    """The draft of a question that begins at line `at`, and what stood among its lines without being part of it."""
    title, references = cited(parts.title)
    stem = written_stem(title, parts.stem, names)
    answer, dropped = cleaned(parts.answer)
    said = "\n".join(line.text for line in answer).strip("\n")
    draft = Draft(stem, at, topic=topic, references=references)
    draft = labelled(draft, parts.labels, names)
    if not parts.choices and parts.announced:
        parts.choices = from_bullets(parts, said)
        if parts.choices:
            draft = replace(draft, stem=written_stem(title, [], names))
    draft = with_options(draft, parts, said, names) if parts.choices else with_answer(draft, parts, said, names)
    lost = tuple({LOST_PICTURE for each in dropped if "picture" in each.why})
    return replace(draft, doubts=(*draft.doubts, *lost)), dropped


def cited(title: str) -> tuple[str, tuple[str, ...]]:
    """A title without the citations in it, and their addresses."""
    addresses = tuple(found["a"] or found["b"] for found in CITATION.finditer(title))
    kept = tuple(dict.fromkeys(address[:LONGEST_REFERENCE] for address in addresses if address))
    return (CITATION.sub("", title).strip() if addresses else title), kept[:MOST_REFERENCES]


def written_stem(title: str, extra: Sequence[str], names: Mapping[str, str]) -> str:
    """What is asked: the title without emphasis around all of it, and what belongs to it."""
    bold = re.fullmatch(r"(\*\*|__|\*)(?P<inner>(?:(?!\1).)+)\1(?P<end>[:：.?!]?)", title, re.DOTALL)
    if bold:
        title = bold["inner"].strip() + bold["end"]
    written = markdown([escaped(title)], names) if title else ""
    more = markdown(extra, names)
    return "\n\n".join(part for part in (written, more) if part)


def escaped(title: str) -> str:
    """A title whose beginning would be read as a list or a heading if it stood alone."""
    return re.sub(
        r"^(\s*)([-+*>#](?=\s)|\d{1,9}(?=[.)]\s))",
        lambda found: f"{found[1]}\\{found[2]}" if not found[2].isdigit() else f"{found[1]}{found[2]}\\",
        title,
    )


def labelled(draft: Draft, labels: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> Draft:
    """The draft with what labels say: hints, difficulty, topic, tags, sources."""
    hints = tuple(markdown(text.split("\n"), names) for text in labels.get("hint", ()) if text.strip())
    difficulty = next((DIFFICULTIES[text.strip("*_ .").casefold()] for text in labels.get("difficulty", ())), "")
    topic = next((plain(text) for text in labels.get("topic", ())), draft.topic)
    tags = tuple(tag.strip(" #*_`") for text in labels.get("tags", ()) for tag in re.split(r"[,;，、]", text))
    sources = [found for text in labels.get("references", ()) for found in (ADDRESS.findall(text) or [plain(text)])]
    references = tuple(dict.fromkeys([*draft.references, *(each[:LONGEST_REFERENCE] for each in sources)]))
    return replace(
        draft,
        hints=hints[:10],
        difficulty=Difficulty(difficulty) if difficulty else None,
        topic=topic,
        tags=tuple(tag[:40] for tag in tags if tag)[:20],
        references=references[:MOST_REFERENCES],
    )


def from_bullets(parts: Parts, said: str) -> list[Choice]:
    """The options of a plain list above an answer that names one of them."""
    lines = [Line(text, 0, Sort.TEXT if text.strip() else Sort.BLANK, text.strip()) for text in parts.stem]
    found = bulleted(lines)
    if not found:
        return []
    first = said.split("\n", maxsplit=1)[0]
    named = (
        texts(said, found)[0]
        or letters(first, found)[0]
        or (figures(first, found)[0] if number_like(parts.stem) else ())
    )
    return found if named else []


def number_like(stem: Sequence[str]) -> bool:
    """Whether the options are numbered."""
    return any(re.match(r"\s*\d", text) for text in stem)


def with_options(draft: Draft, parts: Parts, said: str, names: Mapping[str, str]) -> Draft:
    """The draft of a question with options: its key by the announced answer, else by marks, and an explanation."""
    options = tuple(Option(markdown([escaped(each.text)], names)) for each in parts.choices)
    key, rest, doubts = keyed(parts, said)
    if rest.strip() and ONLY_LINKS.fullmatch(rest) and (sources := ADDRESS.findall(rest)):
        draft, rest = replace(draft, references=(*draft.references, *sources)[:MOST_REFERENCES]), ""
    explanation = [rest] if rest.strip() else []
    if explanation and not parts.announced:
        doubts = (*doubts, BEHIND)
    explanation += parts.labels.get("explanation", [])
    truths = truth_options(parts.choices)
    kind = None
    if truths is not None and len(key) == 1:
        kind, key = Kind.TRUE_FALSE, (truths[key[0]],)
        options = (Option("true"), Option("false"))
    written = markdown("\n\n".join(explanation).split("\n"), names)
    return replace(draft, kind=kind, options=options, key=key, explanation=written, doubts=(*draft.doubts, *doubts))


def keyed(parts: Parts, said: str) -> tuple[tuple[int, ...], str, tuple[str, ...]]:
    """The key of a question with options, what its answer says besides, and doubts."""
    choices = parts.choices
    marked = tuple(place for place, each in enumerate(choices) if each.right)
    bold = tuple(place for place, each in enumerate(choices) if each.bold)
    if parts.announced and said.strip():
        for reading in (texts, letters, figures):
            key, rest = reading(said.strip(), choices)
            if key:
                doubt = (TWO_KEYS,) if marked and marked != key else ()
                return key, rest, doubt
        return marked, said, () if marked else (UNCLEAR_KEY,)
    if marked and len(marked) < len(choices):
        return marked, said, ()
    if bold and len(bold) == 1 < len(choices):
        return bold, said, (BY_BOLD,)
    return (), said, (NO_KEY,)


def truth_options(choices: Sequence[Choice]) -> tuple[int, ...] | None:
    """For options that are but true and false: which of the two each is."""
    found = tuple(truth(each.text, "True or false")[0] for each in choices)
    if len(found) != 2 or set(found) != {0, 1}:  # noqa: PLR2004  there are two truths
        return None
    plain_words = all(each.text.strip("*_. ").casefold() not in {"yes", "no", "да", "нет"} for each in choices)
    return tuple(each for each in found if each is not None) if plain_words else None


def with_answer(draft: Draft, parts: Parts, said: str, names: Mapping[str, str]) -> Draft:
    """The draft of a question that is answered in words: a truth, a number, a term where that is sure, else open."""
    more = [text for text in parts.labels.get("explanation", ()) if text.strip()]
    if parts.announced and said.strip():
        value, why = truth(said.strip(), draft.stem)
        if value is not None:
            explanation = markdown("\n\n".join([why, *more]).split("\n"), names)
            options = (Option("true"), Option("false"))
            return replace(draft, kind=Kind.TRUE_FALSE, options=options, key=(value,), explanation=explanation)
        if found := number(said.strip()):
            explanation = markdown("\n\n".join(more).split("\n"), names)
            key = NumericKey(found[0], unit=found[1])
            return replace(draft, kind=Kind.NUMERIC, numeric=key, explanation=explanation)
        if single := term(said.strip(), draft.stem):
            explanation = markdown("\n\n".join(more).split("\n"), names)
            return replace(draft, kind=Kind.SHORT, short=ShortKey((single,)), answer=single, explanation=explanation)
    whole = alone(markdown("\n\n".join([said, *more]).split("\n"), names))
    return replace(draft, answer=whole, doubts=(*draft.doubts, *doubts_of(whole)))


def alone(text: str) -> str:
    """A text that is a list of a single item without the list around it."""
    first, *rest = text.split("\n")
    if not first.startswith("- ") or any(line and not line.startswith("  ") for line in rest):
        return text
    return "\n".join([first[2:], *(line[2:] for line in rest)])


def doubts_of(answer: str) -> tuple[str, ...]:
    """What a person should look at in a reference answer."""
    if not answer:
        return (NO_ANSWER,)
    if ONLY_LINKS.fullmatch(answer):
        return (ONLY_PICTURE if PICTURE_LINK.search(answer) else ONLY_LINK,)
    return ()
