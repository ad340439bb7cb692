"""An item of QTI as a draft; names are as `content.readers.xml.simplified` leaves them: small letters, no prefixes."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from content.item import Kind, NumericKey, Picture
from content.markup import literal, plain
from content.readers import answers
from content.readers.answers import FULL, Answer, Pair
from content.readers.cloze import gaps_filled
from content.readers.draft import Draft
from content.readers.html import read_html
from content.readers.qti_text import choices, inner_html, replaced, said, starred
from content.readers.xml import line_of

_MARK = re.compile(r"\[\[(\d{1,4})\\?\]\\?\]")
_INLINE = frozenset({"textentryinteraction", "inlinechoiceinteraction"})
_AROUND = frozenset({"gapmatchinteraction", "hottextinteraction"})
"""Interactions with the text inside them."""
_BESIDE = ("rubricblock", "feedbackblock", "feedbackinline", "modalfeedback", "stylesheet", "infocontrol", "prompt")
"""What stands in the text and does not belong to it, or is read by itself."""
_WRONG = frozenset({"incorrect", "wrong", "false", "bad"})


class RefusedError(Exception):
    """Why an item became no draft."""


def item_draft(element: etree._Element, name: str) -> Draft:
    """The draft of an `assessmentItem` of the file called `name`. Raises RefusedError."""
    return _Item(element, name).draft()


@dataclass(slots=True)
class _Item:
    """An item on its way in."""

    element: etree._Element
    name: str

    def draft(self) -> Draft:
        body = self.element.find("itembody")
        if body is None:
            raise RefusedError("it has no itemBody")
        if self.element.find("templatedeclaration") is not None:
            raise RefusedError("its values are drawn anew each time, which no kind of item does")
        asked = [
            each
            for each in body.iter()
            if str(each.tag).endswith("interaction") and each.tag != "endattemptinteraction"
        ]
        if not asked:
            raise RefusedError("it asks nothing")
        stem, picture, doubts = self.stem(body, asked)
        draft = Draft(
            stem=stem,
            line=line_of(self.element),
            own_id=str(self.element.get("identifier") or ""),
            explanation=self.explanation(asked),
            picture=picture,
            doubts=doubts,
        )
        if len(asked) > 1:
            return self.gaps(draft, asked)
        read = _READS.get(str(asked[0].tag))
        if read is None:
            raise RefusedError(f"its {asked[0].tag.removesuffix('interaction')} interaction is none that an item has")
        return read(self, draft, asked[0])

    def stem(self, body: etree._Element, asked: list[etree._Element]) -> tuple[str, Picture | None, tuple[str, ...]]:
        """The text of the item with marks where something goes into it, then the prompt."""
        text = copy.deepcopy(body)
        places = [each for each in text.iter() if str(each.tag).endswith("interaction")]
        for number, place in enumerate((each for each in places if each.tag in _INLINE), 1):
            replaced(place, f"[[{number}]]")
        for place in places:
            if place.tag == "gapmatchinteraction":
                for number, gap in enumerate(place.iter("gap"), 1):
                    replaced(gap, f"[[{number}]]")
                for word in [*place.findall("gaptext"), *place.findall("gapimg")]:
                    replaced(word, "")
            elif place.tag not in _INLINE | _AROUND:
                replaced(place, "")
        for each in list(text.iter(*_BESIDE)):
            if each.tag != "prompt":
                replaced(each, "")
        prompts = "".join(
            inner_html(prompt) for each in asked if each.tag not in _AROUND for prompt in each.findall("prompt")
        )
        passage = read_html(inner_html(text) + f"<div>{prompts}</div>")
        picture, doubts = self.picture(passage.pictures)
        stem = passage.markdown if plain(passage.markdown) else literal(str(self.element.get("title") or ""))
        if not stem:
            raise RefusedError("it has no text")
        return stem, picture, doubts

    def picture(self, pictures: tuple[Picture, ...]) -> tuple[Picture | None, tuple[str, ...]]:
        """The first picture by its path in the package."""
        found = [Picture(normpath(join(dirname(self.name), unquote(each.path))), each.alt) for each in pictures]
        inside = [each for each in found if not each.path.startswith(("../", "/")) and ":" not in each.path]
        if pictures and not inside:
            return None, ("A picture of it is not in the package: look at the original.",)
        if len(pictures) > 1:
            return next(iter(inside), None), (f"It has {len(pictures)} pictures; only the first is kept.",)
        return next(iter(inside), None), ()

    def response(self, interaction: etree._Element) -> etree._Element | None:
        """The declaration of what is right."""
        wanted = interaction.get("responseidentifier")
        declared = self.element.findall("responsedeclaration")
        return next((each for each in declared if each.get("identifier") == wanted), None)

    def right(self, interaction: etree._Element) -> list[str]:
        """The right values, in order."""
        declared = self.response(interaction)
        values = declared.iterfind("correctresponse/value") if declared is not None else ()
        return [" ".join((each.text or "").split()) for each in values]

    def mapped(self, interaction: etree._Element) -> dict[str, Decimal]:
        """The points of values, where they are mapped to points."""
        declared = self.response(interaction)
        entries = declared.iterfind("mapping/mapentry") if declared is not None else ()
        return {
            " ".join(str(each.get("mapkey") or "").split()): answers.decimal_of(str(each.get("mappedvalue")))
            or Decimal(0)
            for each in entries
        }

    def shares(self, interaction: etree._Element) -> dict[str, Decimal]:
        """The share of the mark that each value earns: right ones all of it, others what their points come to."""
        mapped = self.mapped(interaction)
        most = max(mapped.values(), default=Decimal(0))
        found = {value: points / most * FULL for value, points in mapped.items()} if most > 0 else {}
        return found | dict.fromkeys(self.right(interaction), FULL)

    def feedback(self) -> Iterator[tuple[str, str]]:
        """What is said after the answer, by the identifier that it is said for."""
        for each in self.element.iter("modalfeedback", "feedbackblock", "feedbackinline"):
            if each.get("showhide") != "hide":
                yield str(each.get("identifier") or ""), said(each)

    def explanation(self, asked: list[etree._Element]) -> str:
        """What is said after the answer and not for a wrong option."""
        options = {str(each.get("identifier")) for interaction in asked for each in choices(interaction)}
        said = [text for name, text in self.feedback() if name not in options and not _WRONG & {name.lower()}]
        return "\n\n".join(dict.fromkeys(text for text in said if text))

    def choice(self, draft: Draft, interaction: etree._Element) -> Draft:
        shares = self.shares(interaction)
        reasons = dict(self.feedback())
        declared = self.response(interaction)
        several = (
            interaction.get("maxchoices") != "1" and declared is not None and declared.get("cardinality") == "multiple"
        )
        if several:
            right = self.right(interaction) or [name for name, share in shares.items() if share > 0]
            shares = dict.fromkeys(right, FULL)
        listed = [
            Answer(
                said(each),
                shares.get(str(each.get("identifier")), Decimal(0)),
                reasons.get(str(each.get("identifier")), ""),
            )
            for each in choices(interaction)
        ]
        made = answers.chosen(draft, listed, several=several)
        texts = [plain(option.text).lower() for option in made.options]
        if made.kind is Kind.CHOICE and sorted(texts) == ["false", "true"] and len(made.key) == 1:
            by_text = {text: option.reason for text, option in zip(texts, made.options, strict=True)}
            return answers.truth(draft, true=texts[made.key[0]] == "true", reasons=(by_text["true"], by_text["false"]))
        return made

    def order(self, draft: Draft, interaction: etree._Element) -> Draft:
        texts = {str(each.get("identifier")): said(each) for each in choices(interaction)}
        right = self.right(interaction)
        pairs = [Pair(str(place), texts[name]) for place, name in enumerate(right, 1) if name in texts]
        made = answers.matched(draft, pairs)
        if made.kind is Kind.ORDER and len(pairs) == len(texts):
            return made
        raise RefusedError(
            f"{len(right)} of its {len(texts)} steps have a place; an order item has 3 to 8, all of them"
        )

    def entry(self, draft: Draft, interaction: etree._Element) -> Draft:
        stem = _MARK.sub(lambda _: "\\_\\_\\_\\_\\_", draft.stem)
        draft = replace(draft, stem=stem)
        declared = self.response(interaction)
        if declared is not None and declared.get("basetype") in {"float", "integer"}:
            return self.number(draft, interaction)
        shares = self.shares(interaction)
        return answers.typed(draft, [Answer(starred(text), share) for text, share in shares.items()])

    def number(self, draft: Draft, interaction: etree._Element) -> Draft:
        right = [(text, answers.decimal_of(text)) for text in self.right(interaction) or self.mapped(interaction)]
        tolerance, relative = self.tolerance()
        keys = [
            NumericKey(answers.written_number(value, text), answers.written_number(tolerance), relative)
            for text, value in right
            if value is not None
        ]
        return answers.numbered(draft, [(key, Answer(key.value, FULL)) for key in keys])

    def tolerance(self) -> tuple[Decimal, bool]:
        """How far off is still right, and whether that is a share of the value."""
        for each in self.element.iter("equal"):
            first = answers.decimal_of(str(each.get("tolerance") or "").split(" ")[0])
            if first is not None and each.get("tolerancemode") in {"absolute", "relative"}:
                relative = each.get("tolerancemode") == "relative"
                return (first / 100 if relative else first), relative
        return Decimal(0), False

    def inline_choice(self, draft: Draft, interaction: etree._Element) -> Draft:
        return self.gaps(draft, [interaction])

    def gaps(self, draft: Draft, asked: list[etree._Element]) -> Draft:
        """Several things to fill in."""
        if any(each.tag not in _INLINE for each in asked):
            raise RefusedError(f"it asks {len(asked)} things at once, which no kind of item does")
        fillings: list[tuple[str, list[str]]] = []
        for each in asked:
            texts = {str(choice.get("identifier")): said(choice) for choice in choices(each)}
            right = next(iter(self.right(each)), "")
            fillings.append((texts.get(right, literal(right)), list(texts.values())))
        return gaps_filled(draft, _MARK, fillings)

    def pairs(self, interaction: etree._Element) -> list[tuple[str, str]]:
        """The pairs of identifiers that belong together."""
        parted = [pair.partition(" ") for pair in self.right(interaction)]
        return [(one, other) for one, _, other in parted if other]

    def gap_match(self, draft: Draft, interaction: etree._Element) -> Draft:
        words = {str(each.get("identifier")): said(each) for each in interaction.iterfind("gaptext")}
        words_of = {place: word for word, place in self.pairs(interaction)}
        places = [str(each.get("identifier")) for each in interaction.iter("gap")]
        if not places:
            raise RefusedError("it has words to put into gaps, and no gap")
        return gaps_filled(
            draft, _MARK, [(words.get(words_of.get(place, ""), ""), list(words.values())) for place in places]
        )

    def match(self, draft: Draft, interaction: etree._Element) -> Draft:
        texts = {str(each.get("identifier")): said(each) for each in interaction.iter("simpleassociablechoice")}
        pairs = self.pairs(interaction)
        found = [Pair(texts.get(one, one), texts.get(other, other)) for one, other in pairs]
        used = {name for pair in pairs for name in pair}
        return answers.matched(draft, found, [text for name, text in texts.items() if name not in used])

    def open(self, draft: Draft, interaction: etree._Element) -> Draft:
        graders = [said(each) for each in self.element.iter("rubricblock") if "scorer" in str(each.get("view"))]
        told = "\n\n".join(map(literal, self.right(interaction))) or "\n\n".join(graders)
        if told:
            return replace(draft, kind=Kind.OPEN, answer=told)
        return replace(draft, kind=Kind.OPEN, answer=draft.explanation, explanation="")


_READS: Mapping[str, Callable[[_Item, Draft, etree._Element], Draft]] = {
    "choiceinteraction": _Item.choice,
    "orderinteraction": _Item.order,
    "textentryinteraction": _Item.entry,
    "inlinechoiceinteraction": _Item.inline_choice,
    "extendedtextinteraction": _Item.open,
    "matchinteraction": _Item.match,
    "associateinteraction": _Item.match,
    "gapmatchinteraction": _Item.gap_match,
    "sliderinteraction": _Item.number,
}
