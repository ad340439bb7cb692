"""The picture of a podium, decoded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.cards.podium import BLOCK, BRASS, COPPER, FLOOR, GAP, HEIGHT, METALS, SILVER, TALL, WIDTH, Step, podium_picture

THREE = (Step(1, "Ada", "90 points"), Step(2, "Grace", "70 points"), Step(3, "Emmy", "20 points"))
NAMED = 72
"""Pixels above a block that its name may take."""


def decoded(places: Sequence[Step]) -> Image.Image:
    """The picture read again by the library that anybody else would read it with."""
    with Image.open(BytesIO(podium_picture(places))) as picture:
        assert picture.format == "PNG"
        picture.load()
        return picture.convert("RGBA")


def nameless(places: Sequence[Step]) -> list[Step]:
    return [replace(each, name="") for each in places]


def changed(one: Sequence[Step], other: Sequence[Step]) -> tuple[int, int, int, int] | None:
    """The rectangle in which two pictures differ."""
    return ImageChops.difference(decoded(one), decoded(other)).getbbox(alpha_only=False)


def left_edges(places: int) -> list[int]:
    """Where the blocks stand, from left to right."""
    first = (WIDTH - places * BLOCK - (places - 1) * GAP) // 2
    return [first + n * (BLOCK + GAP) for n in range(places)]


def blocks(places: Sequence[Step]) -> list[tuple[str, int]]:
    """(colour, height) of the blocks in the picture from left to right, measured along the middle of each."""
    picture, found = decoded(places).convert("RGB"), []
    for left in left_edges(len(places)):
        column = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in column_of(picture, left + 20)]
        front = next(metal for metal in (BRASS, SILVER, COPPER) if metal[0] in column)
        found.append((front[0], sum(colour in front for colour in column)))
    return found


def column_of(picture: Image.Image, x: int) -> list[tuple[int, int, int]]:
    pixels = picture.crop((x, 0, x + 1, FLOOR)).tobytes()
    return [(pixels[n], pixels[n + 1], pixels[n + 2]) for n in range(0, len(pixels), 3)]


def test_it_is_a_small_png_whose_corners_let_through_what_is_behind() -> None:
    assert len(podium_picture(THREE)) < 60_000
    picture = decoded(THREE)
    assert picture.size == (WIDTH, HEIGHT) == (1000, 560)
    alpha = picture.getchannel("A")
    corners = [alpha.getpixel((x, y)) for x in (0, WIDTH - 1) for y in (0, HEIGHT - 1)]
    assert corners == [0, 0, 0, 0]
    assert alpha.crop((36, 0, WIDTH - 36, HEIGHT)).getextrema() == (255, 255)


def test_second_first_and_third_stand_from_left_to_right_each_as_tall_as_its_rank() -> None:
    found = blocks(THREE)
    assert [colour for colour, _ in found] == [SILVER[0], BRASS[0], COPPER[0]]
    assert [tall for _, tall in found] == pytest.approx([TALL[2], TALL[1], TALL[3]], abs=2)


@pytest.mark.parametrize("ranks", [(1,), (1, 2), (1, 1), (1, 1, 3), (1, 2, 2), (1, 1, 1)])
def test_fewer_places_stand_in_the_middle_and_who_shares_a_rank_stands_as_high(ranks: tuple[int, ...]) -> None:
    places = [Step(rank, f"Team {n}", "3") for n, rank in enumerate(ranks)]
    expected = [ranks[n] for n in (1, 0, 2) if n < len(ranks)]
    found = blocks(places)
    assert [colour for colour, _ in found] == [METALS[rank][0] for rank in expected]
    assert [tall for _, tall in found] == pytest.approx([TALL[rank] for rank in expected], abs=2)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_name_changes_the_picture_above_its_block_and_nowhere_else(place: int) -> None:
    other = list(THREE)
    other[place] = replace(THREE[place], name="Katherine Johnson and all of her friends")
    left, top = left_edges(3)[(1, 0, 2)[place]], FLOOR - TALL[place + 1]
    found = changed(THREE, other)
    assert found is not None
    assert left <= found[0] < found[2] <= left + BLOCK
    assert top - NAMED <= found[1] < found[3] <= top


def test_points_change_the_picture_on_their_block_and_nowhere_else() -> None:
    found = changed(THREE, (replace(THREE[0], points_text="1,024 points"), *THREE[1:]))
    left, top = left_edges(3)[1], FLOOR - TALL[1]
    assert found is not None
    assert left < found[0] < found[2] < left + BLOCK
    assert top < found[1] < found[3] < FLOOR


def test_a_name_that_cannot_be_drawn_leaves_its_place_empty() -> None:
    for name in ("\ue000\ue001", "Ada \U0010fffe", " \u200b\u202e ", "\ud800"):
        assert podium_picture((replace(THREE[0], name=name), *THREE[1:])) == podium_picture(
            (replace(THREE[0], name=""), *THREE[1:])
        )


def test_the_same_places_give_the_same_bytes() -> None:
    assert podium_picture(THREE) == podium_picture(list(THREE))


@pytest.mark.parametrize("ranks", [(), (1, 2, 3, 3), (0,), (4,)])
def test_what_is_no_podium_is_refused(ranks: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one to three places"):
        podium_picture([Step(rank, "Ada", "1") for rank in ranks])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=20)), min_size=1, max_size=3))
def test_any_names_give_a_picture_in_which_nothing_stands_outside_its_place(texts: list[tuple[str, str]]) -> None:
    places = [Step(n, name, points) for n, (name, points) in enumerate(texts, 1)]
    found = changed(places, nameless(places))
    if found is not None:
        edges = left_edges(len(places))
        assert edges[0] <= found[0]
        assert found[2] <= edges[-1] + BLOCK
        assert FLOOR - TALL[1] - NAMED <= found[1]
        assert found[3] <= FLOOR - TALL[len(places)]
