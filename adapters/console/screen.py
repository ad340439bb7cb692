"""What is printed: cards, notes and what presses their buttons."""

from __future__ import annotations

from adapters.console.drawing import draw
from adapters.console.passage import on_one_line
from adapters.console.terminal import Terminal
from bot.ports import Card, Fine, Message, Options
from content.markup import plain

MOST_HANDLES = 99


class Screen:
    """Prints on a terminal and remembers the last 99 buttons by their numbers."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._pressable: dict[int, tuple[str, Message | None]] = {}
        self._numbered = 0
        self.asked: tuple[Options, Message | None] | None = None
        """The options that a letter picks, and the message they stand on: those of a question for this person alone."""

    def card(self, card: Card, message: Message | None = None, heading: str = "") -> None:
        """Print a card; its buttons press on `message`. Letters are for the question that was printed last."""
        if options_of(card):
            self.asked = None

        def handle(ref: str) -> str:
            self._numbered = self._numbered % MOST_HANDLES + 1
            self._pressable[self._numbered] = (ref, message)
            return f" /press {self._numbered}"

        drawn = draw(card, self._terminal.width, colour=self._terminal.colour, handle=handle)
        self._terminal.show(f"\n{heading}\n{drawn}" if heading else f"\n{drawn}")

    def answered(self, card: Card, message: Message | None, *, instead: bool) -> None:
        """Print what somebody is told; `instead` of what they acted upon. Its options are for them alone."""
        self.card(card, message)
        if options := options_of(card):
            self.asked = (options, message)
        elif instead:
            self.asked = None

    def line(self, text: str) -> None:
        """Print a line of plain text."""
        self._terminal.show(f"{on_one_line(text)}\n")

    def status(self, card: Card) -> None:
        """Keep a card's first small print in view: how many have answered."""
        fine = [plain(block.markdown) for block in card.blocks if isinstance(block, Fine)]
        self._terminal.status(fine[-1] if fine else "")

    def pressable(self, number: str) -> tuple[str, Message | None] | None:
        """The ref with this number and the message it stands on; None where there is none."""
        return self._pressable.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 4 else None  # noqa: PLR2004  digits of 99


def options_of(card: Card) -> Options | None:
    """The options of a card that can be pressed."""
    return next((block for block in card.blocks if isinstance(block, Options) and block.pressable), None)
