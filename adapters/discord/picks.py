"""What picks options: buttons where they are short, a list that opens where they are long or several are picked.

An order is picked one by one. What was picked so far stands in the custom id, so that any process can go on with it.
Limits by https://docs.discord.com/developers/components/reference (Button, String Select).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from adapters.discord.fitting import Element, cut
from bot.ports import Choice, Options, Pick
from content.markup import plain, visible

ROW, BUTTON, SELECT = 1, 2, 3
GREY = 2
A_ROW = 5
MOST_OPTIONS = 25
LABEL = 80
OPTION = 100
SHORT = 30
"""Characters of an option that stands in its button."""
ONE, MANY, ORDER = "one>", "many>", "order>"
"""Before what a select's custom id means; no ref has this sign."""
TO_COME = "…"
_MARK = re.compile(r"^\d+ · (?=[A-Y]  )")
_ROOM_FOR_A_MARK = len("25 · ")


def letter(index: int) -> str:
    """The letter of an option."""
    return chr(ord("A") + index)


def rows(buttons: Iterable[Element]) -> Iterator[Element]:
    """Buttons in rows, as many as there have to be."""
    left = iter(buttons)
    while row := list(islice(left, A_ROW)):
        yield {"type": ROW, "components": row}


def button(ref: str, label: str) -> Element:
    """A button that tells its ref."""
    shown = cut(visible(label).replace("\n", " ").strip(), LABEL)
    return {"type": BUTTON, "style": GREY, "custom_id": ref, "label": shown or TO_COME}


def stand_in_buttons(options: Options) -> bool:
    """Whether the buttons say all that the options do, so that no list has to stand above them."""
    return _by_buttons(options) and all(
        len(choice.text) <= SHORT and plain(choice.text) == choice.text for choice in options.choices
    )


def pickers(options: Options, number: int) -> Iterator[Element]:
    """The rows that pick one or several of the options. `number`: the block's place in its card."""
    labels = [_label(index, choice) for index, choice in enumerate(options.choices)]
    offered = [_option(label, choice.ref) for label, choice in zip(labels, options.choices, strict=True)]
    if stand_in_buttons(options):
        yield from rows(button(choice.ref, label) for label, choice in zip(labels, options.choices, strict=True))
    elif _by_buttons(options):
        yield from rows(button(choice.ref, letter(index)) for index, choice in enumerate(options.choices))
    elif options.pick is Pick.ONE:
        yield _row(_select(f"{ONE}{number}", offered))
    elif options.pick is Pick.MANY:
        most = len(offered[:MOST_OPTIONS])
        yield _row(_select(f"{MANY}{options.submit}", offered) | {"min_values": 1, "max_values": most})
    else:
        yield _row(ordering(options.submit, offered, ""))


def ordering(ref: str, options: Sequence[Mapping[str, str]], picked: str) -> Element:
    """The select of an order of which some are picked: `options` as the message has them, `picked` letters by place.

    Those that are picked show their number; picking one of them again takes it back, and all after it.
    """
    places = {ord(sign) - ord("a"): n for n, sign in enumerate(picked, 1)}
    labels = [_MARK.sub("", each["label"]) for each in options]
    offered = [
        _option(f"{places[n]} · {label}" if n in places else label, each["value"])
        for n, (label, each) in enumerate(zip(labels, options, strict=True))
    ]
    so_far = [*picked.upper(), *(TO_COME for _ in range(len(offered) - len(picked)))]
    return _select(f"{ORDER}{ref}>{picked}", offered) | {"placeholder": " → ".join(so_far)}


def read_order(custom_id: str, values: Sequence[str], options: Sequence[Mapping[str, str]]) -> str | tuple[str, ...]:
    """What is picked after a choice: the letters so far, or once one option or none is left the values in their order.

    Raises ValueError where that select cannot have been shown, or has no such option.
    """
    picked = custom_id.split(">")[2]
    offered = [each["value"] for each in options]
    letters = [chr(ord("a") + index) for index in range(len(offered))]
    (value,) = values
    chosen = letters[offered.index(value)]
    if len(set(picked)) < len(picked) or not set(picked) <= set(letters):
        raise ValueError(f"{custom_id!r} is of no select that was shown")
    picked = picked.partition(chosen)[0] if chosen in picked else picked + chosen
    left = [each for each in letters if each not in picked]
    if len(left) > 1:
        return picked
    return tuple(offered[letters.index(each)] for each in (*picked, *left))


def _by_buttons(options: Options) -> bool:
    return (
        options.pick is Pick.ONE
        and len(options.choices) <= MOST_OPTIONS
        and all(len(plain(choice.text)) <= LABEL for choice in options.choices)
    )


def _label(index: int, choice: Choice) -> str:
    return cut(f"{letter(index)}  {visible(plain(choice.text))}", OPTION - _ROOM_FOR_A_MARK)


def _option(label: str, value: str) -> Element:
    return {"label": label, "value": value}


def _select(custom_id: str, offered: list[Element]) -> Element:
    return {"type": SELECT, "custom_id": custom_id, "options": offered[:MOST_OPTIONS]}


def _row(component: Element) -> Element:
    return {"type": ROW, "components": [component]}
