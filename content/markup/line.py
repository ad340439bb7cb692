"""A formula as one line of Unicode: `x^2` is x² and a fraction a/b; what has no sign of its own keeps ^ and _."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache
from xml.etree.ElementTree import Element

from content.markup.maths import MathsError, read_maths

RAISED = dict(
    zip(
        "0123456789+−-=()abcdefghijklmnoprstuvwxyzTβγδθ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵝᵞᵟᶿ",
        strict=True,
    )
)
LOWERED = dict(zip("0123456789+−-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
AS_THEY_ARE = {"′": "′", "″": "″", "*": "*", "∗": "*", "∘": "°", "⊤": "ᵀ", "†": "†"}
ACCENTS = {
    "^": "\u0302",
    "¯": "\u0304",
    "―": "\u0305",
    "~": "\u0303",
    "˜": "\u0303",
    "˙": "\u0307",
    "¨": "\u0308",
    "→": "\u20d7",
}
TIGHT = frozenset("()[]{}|!/′.‖⟨⟩⌊⌋⌈⌉∂∇∑∏∫∮¬∀∃√%°…⋯")
TRAILING = frozenset(",;:")
LARGE = frozenset("∑∏∫∮⋃⋂")
AROUND = re.compile(r"\s+")
FUNCTION = re.compile(r"\s?[a-zA-Z]{2,}\S*$")
ATOM = re.compile(r"[\d.]+|[∂∇]?(?:\d?[^\W\d]|[A-Z]{2,4})[\u0300-\u036f²³ⁿ′₀-₉ₙᵢⱼₖ]*")
WIDE = re.compile(r"[12]em")


@lru_cache(maxsize=2048)
def unicode_maths(latex: str) -> str:
    """The formula in one line of text; one that cannot be read stays as it was written."""
    try:
        tree = read_maths(latex)
    except MathsError:
        return latex
    return AROUND.sub(" ", row(list(tree))).strip()


def row(elements: list[Element]) -> str:
    """Elements side by side, with spaces where a reader expects them."""
    parts: list[str] = []
    for element in elements:
        text = said(element)
        if element.tag in {"mo", "mi"} and text in TRAILING and len(elements) > 1:
            parts.append(f"{text} ")
        elif element.tag == "mo" and spaced(text) and not after_sign(parts):
            parts.append(f" {text} ")
        elif parts and apart(parts[-1], element, text):
            parts.append(f" {text}")
        else:
            parts.append(text)
    return "".join(parts)


def spaced(text: str) -> bool:
    """Whether an operator stands between two values rather than at one of them."""
    return len(text) == 1 and text not in TIGHT and not text.isalnum()


def after_sign(parts: list[str]) -> bool:
    """Whether the next operator is a sign: it comes after an operator, a comma or an opening bracket."""
    return parts[-1].endswith((" ", "(", "[", "{", "⟨")) if parts else True


def apart(before: str, element: Element, text: str) -> bool:
    """Whether a space sets something apart from what stands before it: a function, a sum, or what they are of."""
    if not text[:1].isalnum() and not text.startswith("("):
        return text[:1] in LARGE and before[-1:].isalnum()
    if before[:1] in LARGE and len(before) > 1:
        return True
    return text[:1].isalnum() and (
        (named(element, text) and before[-1:].isalnum()) or FUNCTION.match(before) is not None
    )


def named(element: Element, text: str) -> bool:
    """Whether an element is a function by its name, such as log."""
    first = next((each for each in element.iter() if each.tag in {"mi", "mo"}), element)
    return len(html.unescape(first.text or "")) > 1 and text[:1].isalpha()


def said(element: Element) -> str:
    """One element as text."""
    writes = WRITTEN.get(element.tag)
    return writes(element, list(element)) if writes else html.unescape(element.text or "") + row(list(element))


def both_scripts(_: Element, children: list[Element]) -> str:
    """Something with one thing below and one above."""
    return said(children[0]) + low(said(children[1])) + high(said(children[2]))


def square_root(_: Element, children: list[Element]) -> str:
    """A square root."""
    return f"√{grouped(row(children))}"


def any_root(_: Element, children: list[Element]) -> str:
    """A root with its degree."""
    return f"{high(said(children[1]))}√{grouped(said(children[0]))}"


def table(_: Element, children: list[Element]) -> str:
    """A matrix or lines that are set below each other."""
    return "; ".join(" ".join(row(list(cell)).strip() for cell in line) for line in children)


def space(element: Element, _: list[Element]) -> str:
    """A wide space as a space, a thin one as none."""
    return " " if WIDE.fullmatch(element.get("width", "")) else ""


def nothing(_: Element, __: list[Element]) -> str:
    """Something that only takes up room."""
    return ""


def scripted(element: Element, children: list[Element]) -> str:
    """Something with one thing over, under, above or below it."""
    core, script = said(children[0]), said(children[1]).strip()
    if element.tag == "mover" and script in ACCENTS:
        return core + ACCENTS[script] if len(core) == 1 else f"({core}){ACCENTS[script]}"
    if element.tag in {"msup", "mover"}:
        return core + high(script)
    return core + low(script)


def fraction(element: Element, children: list[Element]) -> str:
    """A fraction; one without a line is a binomial coefficient."""
    top, bottom = (said(child).strip() for child in children)
    if element.get("linethickness") == "0":
        return f"{top} choose {bottom}"
    return f"{grouped(top)}/{grouped(bottom)}"


def high(text: str) -> str:
    """A superscript."""
    return AS_THEY_ARE.get(text) or shifted(text, RAISED, "^")


def low(text: str) -> str:
    """A subscript."""
    return shifted(text, LOWERED, "_")


def shifted(text: str, signs: dict[str, str], mark: str) -> str:
    """The text in signs of their own where all exist, else behind a mark."""
    dense = text.replace(" ", "")
    if all(sign in signs for sign in dense):
        return "".join(signs[sign] for sign in dense)
    return mark + (dense if len(dense) == 1 else f"({dense})")


def grouped(text: str) -> str:
    """In brackets, unless it is one name or number."""
    return text if ATOM.fullmatch(text) else f"({text})"


WRITTEN: dict[str, Callable[[Element, list[Element]], str]] = {
    **dict.fromkeys(("msup", "mover", "msub", "munder"), scripted),
    **dict.fromkeys(("msubsup", "munderover"), both_scripts),
    "mfrac": fraction,
    "msqrt": square_root,
    "mroot": any_root,
    "mtable": table,
    "mspace": space,
    "mphantom": nothing,
}
