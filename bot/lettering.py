"""Names of people drawn as pictures, in the writing that they are in.

The fonts are those of two packages, so that a name looks the same on every machine. What none of them has is not drawn
at all: a box in the place of a letter tells nobody anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Pillow is loaded with the first picture: most processes draw none
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

LATIN, CHINESE = ("manimgx_fonts", "NotoSans[wght].ttf", 0), ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", 2)
SIGNS = tuple(("manimgx_fonts", f"Noto{name}[wght].ttf", 0) for name in ("Emoji", "SansSymbols"))
"""Fonts: the package, the file in it, and which font of the file."""
BOLD = 700
PROBED_AT = 16
NO_CHARACTER = "\U0010fffe"
"""Every font draws its box for it."""
JOINERS = "\u200c\u200d"
SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
MARKS = 3
"""More marks than this on one letter are left out: they would pile up over everything."""
LONGEST = 60
"""What is beyond so many characters is cut off before anything is measured."""
ELLIPSIS = "…"
MARGIN = 2

Font = tuple[str, str, int]
Clusters = Sequence[tuple[str, Font]]
"""Letters with their marks, each with the font that draws it."""


def lettered(text: str, sizes: Sequence[int], width: int) -> Image | None:
    """`text` in the first of `sizes` (pixels, falling) in which it is at most `width` pixels wide, as a mask of greys.

    Where it is wider even in the last, it ends in an ellipsis. The mask is one line high, and nothing of the text is
    outside it. None where there is nothing to see, or where a letter cannot be drawn.
    """
    clusters = _set(text[:LONGEST])
    if not clusters:
        return None
    fitting = (line for size in sizes if (line := _drawn(clusters, size)).width <= width)
    line = next(fitting, None) or _shortened(clusters, sizes[-1], width)
    return line if line.getbbox() else None


def _set(text: str) -> Clusters:
    """The clusters of a text with their fonts; () where one of them has none."""
    found: list[tuple[str, Font]] = []
    for cluster in _clusters(_cleaned(text)):
        font = next((each for each in _candidates(cluster, found) if _draws(each, cluster)), None)
        if font is None:
            return ()
        found.append((cluster, font))
    return found


def _cleaned(text: str) -> str:
    """The text on one line without what only steers how it is shown."""
    seen = (
        sign
        for sign in unicodedata.normalize("NFC", " ".join(text.split()))
        if sign in JOINERS or (sign not in SELECTORS and unicodedata.category(sign) not in {"Cc", "Cf", "Cs"})
    )
    return "".join(seen).strip()


def _clusters(text: str) -> Iterator[str]:
    """The text in pieces that stay together: a letter with its marks, an emoji with what is joined to it."""
    cluster = ""
    for sign in text:
        mark = unicodedata.category(sign).startswith("M")
        if not cluster or not (mark or sign in JOINERS or sign in TONES or cluster[-1] in JOINERS):
            if cluster:
                yield cluster
            cluster = sign
        elif not mark or len(cluster) <= MARKS:
            cluster += sign
    if cluster:
        yield cluster


def _candidates(cluster: str, before: Clusters) -> Iterator[Font]:
    """The fonts that may have a cluster, likeliest first; spaces and stops stay in the font of what stands before."""
    if before and not cluster.isalnum():
        yield before[-1][1]
    yield LATIN
    writing = unicodedata.name(cluster[0], "").partition(" ")[0].capitalize()
    if (files(LATIN[0]) / f"NotoSans{writing}[wght].ttf").is_file():
        yield (LATIN[0], f"NotoSans{writing}[wght].ttf", 0)
    yield from (CHINESE, *SIGNS)


def _draws(font: Font, cluster: str) -> bool:
    """Whether a font has all of a cluster, and what is there can set it."""
    return (_shapes() or not any(map(_wants_shaping, cluster))) and all(
        sign in JOINERS or _has(font, sign) for sign in cluster
    )


def _wants_shaping(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M") or unicodedata.bidirectional(sign) in {"R", "AL"}


@cache
def _shapes() -> bool:
    """Whether Pillow finds FriBiDi, without which it can neither join letters nor set from right to left."""
    from PIL import features  # noqa: PLC0415  see above

    return bool(features.check("raqm"))


@lru_cache(4096)
def _has(font: Font, sign: str) -> bool:
    """Whether a font has a character: it draws something else than its box."""
    return bytes(_probe(font).getmask(sign)) != _box(font)


@cache
def _box(font: Font) -> bytes:
    return bytes(_probe(font).getmask(NO_CHARACTER))


@cache
def _probe(font: Font) -> FreeTypeFont:
    """A font that draws each character by itself, as shaping would put something beside what it lacks."""
    from PIL import ImageFont  # noqa: PLC0415  see above

    package, name, index = font
    return ImageFont.truetype(str(files(package) / name), PROBED_AT, index, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(64)
def _opened(font: Font, size: int) -> FreeTypeFont:
    """A font in bold."""
    from PIL import ImageFont  # noqa: PLC0415  see above

    package, name, index = font
    opened = ImageFont.truetype(str(files(package) / name), size, index)
    opened.set_variation_by_axes([BOLD])
    return opened


def _shortened(clusters: Clusters, size: int, width: int) -> Image:
    """As much of a text as there is room for with an ellipsis, sought by halves."""
    fits, breaks = 0, len(clusters)
    while breaks - fits > 1:
        tried = (fits + breaks) // 2
        fits, breaks = (tried, breaks) if _cut(clusters, tried, size).width <= width else (fits, tried)
    return _cut(clusters, fits, size)


def _cut(clusters: Clusters, kept: int, size: int) -> Image:
    return _drawn([*clusters[:kept], (ELLIPSIS, LATIN)], size)


def _drawn(clusters: Clusters, size: int) -> Image:
    """The clusters on one line; those of one font together, so that letters join."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  see above

    runs = [
        ("".join(each for each, _ in run), _opened(font, size)) for font, run in groupby(clusters, lambda it: it[1])
    ]
    if _from_right(clusters):
        runs.reverse()
    wide = sum(font.getlength(text) for text, font in runs)
    line = Image.new("L", (round(wide) + 2 * MARGIN, size * 3 // 2))
    pen, x = ImageDraw.Draw(line), float(MARGIN)
    for text, font in runs:
        pen.text((x, size * 11 // 10), text, fill=255, font=font, anchor="ls")
        x += font.getlength(text)
    return line


def _from_right(clusters: Clusters) -> bool:
    """Whether the first letter that has a direction is written from right to left."""
    directions = (unicodedata.bidirectional(sign) for cluster, _ in clusters for sign in cluster)
    return next((each for each in directions if each in {"L", "R", "AL"}), "L") != "L"
