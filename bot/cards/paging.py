"""Cards that are too long for a platform: their beginning with a button, and all of it page by page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import IntEnum
from functools import lru_cache

from bot.cards.words import Words, letter
from bot.ports import Block, Button, Buttons, Card, Fine, Options, Text
from bot.refs import READ, TURN, Ref
from content.markup import first_page, pages


class Part(IntEnum):
    """What is read of a round: the question, what is revealed of it, why, what came of one's own answer; or, of a round
    that somebody is asked alone, what stands there.
    """

    QUESTION = 0
    REVEAL = 1
    WHY = 2
    FEEDBACK = 3
    ALONE = 4


Whole = Callable[[Card], bool]
"""Whether a platform shows a card with nothing left out."""

ROOMS = (6000, 4500, 3400, 2600, 2000, 1500, 1100, 800, 600, 400, 250, 120)
"""Characters of Markdown that a passage gets, the most with which the whole card can be shown."""
SHORT = 1_500
FEW = 40
"""Characters of Markdown, and marks and lines in them, that any platform shows where no table makes more of them: it is
not asked, which would cost as much as the answer to each press.
"""
MARK = re.compile(r"[*_`$\[\n]")
LONG = 12_000
"""Characters of Markdown that no platform shows which has a limit at all."""
SMALL_PRINT = 300
"""Small print that is longer belongs to what is read page by page."""
MOST_PAGES = 1000


def begun(words: Words, card: Card, whole: Whole | None, token: str, part: Part) -> Card:
    """The card where it is shown whole. Else the beginnings of its passages, and a button that reads on from the first
    page of it: the ref of `part` of what the round with this token shows.
    """
    if whole is None or _surely_whole(card) or (_length(card) <= LONG and whole(card)):
        return card
    more = Buttons((Button(str(Ref(READ, token, part)), words("Read on")),))

    def shorter(room: int) -> Card:
        return replace(card, blocks=(*(_begun(block, room) for block in card.blocks), more))

    return shorter(_most_room(lambda room: whole(shorter(room))))


def page_card(words: Words, card: Card, whole: Whole | None, token: str, part: Part, number: int) -> Card:
    """A page of what is to be read of a card, from 0; the last one where there are fewer."""
    found = _read_in_pages(card, whole)
    number = min(number, len(found) - 1)
    turns = []
    for other, label in ((number - 1, words("Previous page")), (number + 1, words("Next page"))):
        if 0 <= other < len(found):
            turns.append(Button(str(Ref(TURN, token, part * MOST_PAGES + other)), label))
    return _page(card.title, found[number], f"{number + 1}/{len(found)}", turns)


def count_pages(card: Card, whole: Whole | None) -> int:
    """How many pages there are to be read of a card."""
    return len(_read_in_pages(card, whole))


def page_of(ref: Ref) -> tuple[Part, int] | None:
    """The part and the page that a ref to a page names; None where it names none."""
    part, number = divmod(ref.index or 0, MOST_PAGES) if ref.verb == TURN else (ref.index or 0, 0)
    return (Part(part), number) if part in list(Part) else None


def _surely_whole(card: Card) -> bool:
    """Whether it is so short that no platform need be asked."""
    texts = [text for block in card.blocks for text in _texts(block)]
    simple = all(isinstance(block, Text | Fine | Options | Buttons) for block in card.blocks)
    if not simple or _length(card) > SHORT or any("|" in text for text in texts):
        return False
    return sum(len(MARK.findall(text)) for text in texts) <= FEW


def _length(card: Card) -> int:
    return sum(len(text) for block in card.blocks for text in _texts(block))


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Text(markdown) | Fine(markdown):
            yield markdown
        case Options(choices):
            yield from (choice.text for choice in choices)


def _begun(block: Block, room: int) -> Block:
    match block:
        case Text(markdown) if len(markdown) > room:
            return Text(f"{first_page(markdown, room)}\n\n…")
        case Fine(markdown) if len(markdown) > min(room, SMALL_PRINT):
            return Fine(f"{first_page(markdown, min(room, SMALL_PRINT))} …")
        case _:
            return block


def _read(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Text(markdown):
                yield markdown
            case Options(choices):
                yield from (f"**{letter(index)}**  {choice.text}" for index, choice in enumerate(choices))
            case Fine(markdown) if len(markdown) > SMALL_PRINT:
                yield markdown


def _read_in_pages(card: Card, whole: Whole | None) -> tuple[str, ...]:
    return _pages(card.title, "\n\n".join(_read(card.blocks)), whole)


@lru_cache(maxsize=64)
def _pages(title: str, markdown: str, whole: Whole | None) -> tuple[str, ...]:
    """The pages of the fewest that are all shown whole."""
    if whole is None:
        return (markdown,)
    turns = [Button(str(Ref(TURN, "t" * 24, n)), "page" * 4) for n in range(2)]

    def fits(room: int) -> bool:
        return all(whole(_page(title, each, "999/999", turns)) for each in pages(markdown, room))

    return pages(markdown, _most_room(fits))


def _most_room(fits: Callable[[int], bool]) -> int:
    """The most room that fits, or the least there is."""
    return ROOMS[min(bisect_left(ROOMS, True, key=fits), len(ROOMS) - 1)]  # noqa: FBT003  what is looked for


def _page(title: str, markdown: str, place: str, turns: Sequence[Button]) -> Card:
    heading = f"{title} · {place}"
    blocks: tuple[Block, ...] = (Text(markdown), Buttons(tuple(turns))) if turns else (Text(markdown),)
    return Card(heading, blocks, summary=heading)
