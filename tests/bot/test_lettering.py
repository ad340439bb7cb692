"""Names as masks of greys."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, features

from bot.lettering import MARGIN, lettered

ROOT = Path(__file__).parents[2]
SIZES = (30, 20)
WIDE = 400
ALONE = ("Ada Lovelace", "Łukasz Żółć", "Борис", "Ελένη", "李小龙", "さくら", "김민준", "ამირანი", "አበበ", "🦦", "☃")
SHAPED = ("أحمد بن محمد", "שרה", "देवनागरी", "ไทยแลนด์", "தமிழ்", "q\u0323\u0307")


def mask(text: str, width: int = WIDE) -> Image.Image:
    """The mask of a text that can be drawn."""
    found = lettered(text, SIZES, width)
    assert found is not None, text
    return found


@pytest.mark.parametrize("name", ALONE)
def test_a_name_is_drawn_in_its_writing(name: str) -> None:
    found = mask(name)
    assert found.mode == "L"
    assert found.height == SIZES[0] * 3 // 2
    assert found.getbbox() is not None


@pytest.mark.parametrize("name", SHAPED)
@pytest.mark.skipif(not features.check("raqm"), reason="there is no FriBiDi on this machine")
def test_a_name_whose_letters_join_or_run_from_the_right_is_drawn_as_it_is_written(name: str) -> None:
    assert mask(name).getbbox() is not None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="hides a library as Linux finds it")
def test_without_fribidi_letters_are_drawn_that_stand_alone_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "libfribidi.so.0").touch()
    code = (
        "import sys; from bot.lettering import lettered; "
        "print([lettered(name, (20,), 400) is not None for name in sys.argv[1:]])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, *ALONE, *SHAPED],
        cwd=ROOT,
        env={**os.environ, "LD_LIBRARY_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert told.stdout.strip() == str([True] * len(ALONE) + [False] * len(SHAPED))


@pytest.mark.parametrize("name", ["", "  ", "\u200d\u202e", "\u3164", "\ue000", "Ada \u0378", "a\U0001e8d0", "\ud800"])
def test_what_cannot_be_seen_or_drawn_gives_nothing_and_never_a_box(name: str) -> None:
    assert lettered(name, SIZES, WIDE) is None


def test_a_long_name_becomes_smaller_and_then_ends_in_an_ellipsis() -> None:
    short, longer, longest = mask("Ada", 150), mask("Ada Lovelace", 150), mask("Ada Lovelace of Ockham", 150)
    assert short.height > longer.height == longest.height == SIZES[-1] * 3 // 2
    assert max(each.width for each in (short, longer, longest)) <= 150
    assert longest.tobytes() == mask("Ada Lovelace of Ockham Park", 150).tobytes()
    alone = lettered("…", SIZES[-1:], 150)
    assert alone is not None
    wide = alone.width - 2 * MARGIN
    ends = longest.crop((longest.width - MARGIN - wide, 0, longest.width, longest.height)).getbbox()
    assert ends == alone.crop((MARGIN, 0, alone.width, alone.height)).getbbox()


@pytest.mark.skipif(not features.check("raqm"), reason="there is no FriBiDi on this machine")
def test_marks_beyond_measure_are_left_out() -> None:
    two, three, four = (mask("q" + "\u0335\u0336\u0337\u0338"[:count]).tobytes() for count in (2, 3, 4))
    assert two != three == four


@pytest.mark.skipif(not features.check("raqm"), reason="there is no FriBiDi on this machine")
def test_what_is_written_from_the_right_begins_at_the_right_whatever_fonts_it_takes() -> None:
    alone, after = mask("李"), mask("שרה 李")
    assert after.crop((0, 0, alone.width - MARGIN, alone.height)).tobytes() == (
        alone.crop((0, 0, alone.width - MARGIN, alone.height)).tobytes()
    )


@pytest.mark.parametrize(("name", "first", "last"), [("שר", "ש", "ר"), ("دار", "د", "ر")])
@pytest.mark.skipif(not features.check("raqm"), reason="there is no FriBiDi on this machine")
def test_hebrew_and_arabic_names_run_from_right_to_left(name: str, first: str, last: str) -> None:
    whole = drawn(name)
    for letter, at_the_right in ((first, True), (last, False)):
        alone = drawn(letter)
        edge = whole.width - alone.width if at_the_right else 0
        seen = whole.crop((edge, 0, edge + alone.width, whole.height))
        assert differing(seen, alone) < 0.02, letter


def drawn(text: str) -> Image.Image:
    """The mask of a text without what is empty at its sides."""
    found = mask(text)
    left, _, right, _ = found.getbbox() or (0, 0, 0, 0)
    return found.crop((left, 0, right, found.height))


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that are clearly lighter in one of two masks."""
    pairs = list(zip(one.tobytes(), other.tobytes(), strict=True))
    return sum(abs(here - there) > 128 for here, there in pairs) / len(pairs)


def test_what_only_steers_how_a_text_is_shown_is_left_out() -> None:
    assert mask("\u202eAda\ufe0f\n \tL.").tobytes() == mask("Ada L.").tobytes()


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=90), st.integers(60, 300))
@example("👩‍👩‍👧‍👦" * 9, 100)
@example("\u0301", 100)
def test_any_text_is_drawn_within_its_room_or_not_at_all(text: str, width: int) -> None:
    found = lettered(text, SIZES, width)
    assert found is None or (found.width <= width and found.height <= SIZES[0] * 3 // 2)


def test_the_library_is_loaded_with_the_first_picture_and_not_before() -> None:
    code = "import sys, bot.app, bot.cards.podium; print('PIL' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout == "False\n"
