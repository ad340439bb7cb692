"""Cards -> lines of text, with colour where the terminal has any."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import datetime

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Columns
from rich.text import Text as Styled

from adapters.console.passage import on_one_line, passage, ruled, stacked, visible
from bot.ports import Bar, Bars, Block, Buttons, Card, File, Fine, Moment, Options, Picture, Table, Text, Tone
from content.markup import drawn_bar

BAR_WIDTH = 20
NARROWEST = 24
SIGNS: Mapping[Tone, tuple[str, str]] = {
    Tone.QUESTION: ("? ", "bold cyan"),
    Tone.RIGHT: ("✓ ", "bold green"),
    Tone.PARTLY: ("~ ", "bold yellow"),
    Tone.WRONG: ("✗ ", "bold red"),
    Tone.REVEAL: ("= ", "bold magenta"),
    Tone.BOARD: ("# ", "bold blue"),
    Tone.NOTE: ("· ", "bold"),
    Tone.PLAIN: ("", "bold"),
}
"""What stands before a card's title, so that its tone can be told without colour."""


def nameless(_: str) -> str:
    """Buttons of a preview have no number to press them by."""
    return ""


def draw(card: Card, width: int, *, colour: bool = False, handle: Callable[[str], str] = nameless) -> str:
    """The card as lines without trailing blanks, none wider than `width` columns (24 at least).

    `handle(ref)` gives what a person types to press a button, shown behind its label.
    """
    sign, style = SIGNS[card.tone]
    title = Styled(f"{sign}{on_one_line(card.title)}", style, overflow="fold")
    blocks = [drawn for block in card.blocks if (drawn := block_drawn(block, handle)) is not None]
    body = Padding(stacked(blocks), (0, 0, 0, len(sign)))
    return set_in_lines(stacked((title, body)) if blocks else title, width, colour=colour)


def set_in_lines(drawn: RenderableType, width: int, *, colour: bool) -> str:
    """Lay something out; without colour there are no escape sequences in it."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=max(width, NARROWEST),
        color_system="standard" if colour else None,
        force_terminal=colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    console.print(drawn)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n")).rstrip("\n") + "\n"


def block_drawn(block: Block, handle: Callable[[str], str]) -> RenderableType | None:  # noqa: PLR0911  one a kind of block
    """One block; None where there is nothing to show."""
    match block:
        case Text(markdown):
            return passage(markdown)
        case Options():
            return options_drawn(block)
        case Buttons():
            return buttons_drawn(block, handle)
        case Bars(bars):
            return bars_drawn(bars)
        case Table():
            return table_drawn(block)
        case Moment(text, at, countdown):
            told = f"{at.astimezone():%H:%M:%S}" if countdown else local(at)
            return Styled(on_one_line(text.replace("{time}", told)), "dim", overflow="fold")
        case Picture():
            return Styled(f"[{on_one_line(block.alt)}]", "italic", overflow="fold") if block.alt else None
        case File():
            return Styled(f"[{on_one_line(block.alt)}]", "italic", overflow="fold")
        case Fine(markdown):
            return Padding(passage(markdown), (0, 0, 0, 0), style="dim")


def options_drawn(options: Options) -> Columns:
    """The options behind their letters."""
    table = columns()
    for index, choice in enumerate(options.choices):
        table.add_row(Styled(f"{chr(ord('A') + index)})", "bold"), passage(choice.text))
    return table


def buttons_drawn(buttons: Buttons, handle: Callable[[str], str]) -> Styled:
    """The labels side by side, each with what presses it."""
    labels = [f"[{on_one_line(button.label)}]{handle(button.ref)}" for button in buttons.buttons]
    return Styled("  ".join(labels), overflow="fold")


def bars_drawn(bars: tuple[Bar, ...]) -> Columns:
    """A row a bar: whether it is right, its label, the bar, how many and what share."""
    table = columns()
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for bar in bars:
        style = "green" if bar.marked else ""
        filled = Styled(drawn_bar(bar.share, BAR_WIDTH), style)
        table.add_row("✓" if bar.marked else "", passage(bar.label), filled, f"{bar.count}", f"{bar.share:.0%}")
    return table


def table_drawn(table: Table) -> Columns:
    """A table of plain texts."""
    drawn = ruled()
    for index, name in enumerate(table.header):
        drawn.add_column(
            Styled(on_one_line(name)), justify="right" if index in table.numeric else "left", overflow="fold"
        )
    for row in table.rows:
        drawn.add_row(*(Styled(on_one_line(cell)) for cell in row))
    return drawn


def columns() -> Columns:
    """A sign and a passage side by side."""
    table = Columns.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def local(at: datetime) -> str:
    """An instant by this machine's clock."""
    return visible(f"{at.astimezone():%Y-%m-%d %H:%M %Z}")
