"""The picture of a podium: who came first, second and third, under the lamp of a reading room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from bot.lettering import lettered

if TYPE_CHECKING:  # Pillow is loaded with the first picture: most processes draw none
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 1000, 560
ROUND = 36
FLOOR = 500
BLOCK, GAP = 264, 20
TALL = {1: 270, 2: 208, 3: 148}
STEPS = 3
"""Places of a podium."""
SMOOTH = 2
"""Shapes are drawn so much larger and made smaller, for smooth edges."""
NAME, RANK, POINTS = (36, 32, 28, 25), (76,), (28, 24, 20)
"""Sizes of letters; the first in which a line has room."""

GROUND, BEAM, FLOORING, SHADE, BULB = "#14372c", "#1c4739", "#0d261e", "#e0ae4b", "#fff3d0"
PAPER, INK = "#fffdf6", "#14241d"
BRASS, SILVER, COPPER = ("#e6b854", "#f3d48c"), ("#c3cdca", "#e0e6e4"), ("#cd8f62", "#e3b18f")
"""The front and the upper edge of a block."""
METALS = {1: BRASS, 2: SILVER, 3: COPPER}


@dataclass(frozen=True, slots=True)
class Step:
    """A place of the podium. `rank` is 1 to 3, and equal for those who share it; `points_text` is shown as it is."""

    rank: int
    name: str
    points_text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A step and where it stands: its left and upper edge."""

    step: Step
    left: int
    top: int


def podium_picture(places: Sequence[Step]) -> bytes:
    """A PNG of the podium, 1000 by 560 pixels with round corners: one to three places, best first.

    Second, first and third stand from left to right, two places as second and first. The same places give the same
    bytes. A name in letters that no font has is left out: it has to stand in the text beside the picture too. Raises
    ValueError where there are none or too many places, or a rank is none of a podium.
    """
    if not 1 <= len(places) <= STEPS or not {each.rank for each in places} <= set(TALL):
        raise ValueError("a podium has one to three places, and their ranks are 1, 2 or 3")
    blocks = _blocks(places)
    picture = _scene(blocks)
    for each in blocks:
        _letter(picture, each)
    return _png(picture)


def _blocks(places: Sequence[Step]) -> list[Block]:
    shown = [places[each] for each in (1, 0, 2) if each < len(places)]
    left = (WIDTH - len(shown) * (BLOCK + GAP) + GAP) // 2
    return [Block(step, left + n * (BLOCK + GAP), FLOOR - TALL[step.rank]) for n, step in enumerate(shown)]


def _scene(blocks: Sequence[Block]) -> Image:
    """Everything but letters."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  see above

    large = Image.new("RGB", (WIDTH * SMOOTH, HEIGHT * SMOOTH), GROUND)
    pen = ImageDraw.Draw(large)
    _lamp(pen, blocks)
    pen.rectangle(_scaled(0, FLOOR, WIDTH, HEIGHT), fill=FLOORING)
    for each in blocks:
        front, edge = METALS[each.step.rank]
        right = each.left + BLOCK
        pen.rounded_rectangle(_scaled(each.left, each.top, right, FLOOR + 20), 14 * SMOOTH, edge)
        pen.rounded_rectangle(_scaled(each.left, each.top + 12, right, FLOOR + 20), 10 * SMOOTH, front)
    pen.rectangle(_scaled(0, FLOOR, WIDTH, HEIGHT), fill=FLOORING)
    return large.reduce(SMOOTH)


def _lamp(pen: ImageDraw, blocks: Sequence[Block]) -> None:
    """A lamp hangs over the best, and its light falls on them."""
    best = [each.left + BLOCK // 2 for each in blocks if each.step.rank == 1]
    middle = sum(best) // len(best) if best else WIDTH // 2
    beam = ((middle - 60, 62), (middle + 60, 62), (middle + 330, FLOOR), (middle - 330, FLOOR))
    pen.polygon([(x * SMOOTH, y * SMOOTH) for x, y in beam], BEAM)
    pen.rectangle(_scaled(middle - 2, 0, middle + 2, 24), fill=SHADE)
    pen.pieslice(_scaled(middle - 62, 22, middle + 62, 102), 180, 360, SHADE)
    pen.rounded_rectangle(_scaled(middle - 40, 62, middle + 40, 70), 4 * SMOOTH, BULB)


def _scaled(left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int]:
    return (left * SMOOTH, top * SMOOTH, right * SMOOTH - 1, bottom * SMOOTH - 1)


def _letter(picture: Image, block: Block) -> None:
    """The name above a block, the rank and the points on it."""
    step = block.step
    lines = ((step.name, NAME, PAPER, -6), (f"{step.rank}", RANK, INK, 116), (step.points_text, POINTS, INK, 138))
    for text, sizes, colour, bottom in lines:
        line = lettered(text, sizes, BLOCK - 8)
        if line is not None:
            place = (block.left + (BLOCK - line.width) // 2, block.top + bottom - line.height)
            picture.paste(colour, place, line)


def _png(picture: Image) -> bytes:
    """The picture as a PNG, whose round corners let through what is behind."""
    picture.putalpha(_corners())
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


@cache
def _corners() -> Image:
    """How much of the picture is seen where: nothing beyond its round corners."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  see above

    corners = Image.new("L", (WIDTH * SMOOTH, HEIGHT * SMOOTH))
    ImageDraw.Draw(corners).rounded_rectangle(_scaled(0, 0, WIDTH, HEIGHT), ROUND * SMOOTH, 255)
    return corners.reduce(SMOOTH)
