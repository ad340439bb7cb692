"""A pack as a page to print: the questions first, the answers on pages of their own. One file, which loads nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from content.item import Item, Kind
from content.markup import mathml, visible
from content.pictures import mime_of
from content.record import Pack
from content.writers.asked import options_shown, right
from content.writers.passages import Passages
from content.writers.sheet import by_topic, lost
from content.writers.written import Written

_STYLE = """\
@page { margin: 18mm 16mm; }
* { box-sizing: border-box; }
body { font: 11pt/1.45 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; color: #111; background: #fff; }
body { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font-size: 1.6em; line-height: 1.2; margin: 0 0 .3em; }
h2 { font-size: 1.15em; margin: 1.8em 0 .6em; padding-bottom: .2em; border-bottom: 1px solid #999; break-after: avoid; }
.about, footer { color: #444; }
.name { display: flex; gap: 2rem; margin: 1.2em 0; }
.name span { flex: 1; border-bottom: 1px solid #111; height: 1.8em; }
article { display: grid; grid-template-columns: 2.4rem 1fr; margin: 0 0 1.1em; break-inside: avoid; }
article > .number { font-weight: 700; } article > div { min-width: 0; }
article p { margin: 0 0 .5em; }
.options { list-style: none; margin: .5em 0 0; padding: 0; }
.options > li { display: grid; grid-template-columns: 2.6rem 1fr; margin: .3em 0; }
.sign { font-weight: 700; } .multi .box { border-radius: 0; }
.box { display: inline-block; width: .95em; height: .95em; border: 1px solid #111; border-radius: 50%; }
.box { vertical-align: -.1em; margin-right: .45em; }
.blank { display: inline-block; width: 1.6em; border-bottom: 1px solid #111; height: 1.2em; }
.line { border-bottom: 1px solid #999; height: 2em; }
.answers { break-before: page; } .answers .right { font-weight: 600; }
.answers .right > div { display: flow-root; }
.reasons, .references { padding-left: 1.2em; margin: .3em 0; font-size: .92em; }
img { max-width: 100%; max-height: 90mm; } figure { margin: .6em 0; }
pre { background: #f4f4f4; border: 1px solid #ddd; padding: .5em .7em; font-size: .88em; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: ui-monospace, "Noto Sans Mono", monospace; font-size: .92em; }
table { border-collapse: collapse; margin: .4em 0; }
th, td { border: 1px solid #999; padding: .15em .55em; text-align: left; }
a { color: inherit; }
footer { margin-top: 2em; font-size: .85em; }
@media print { body { max-width: none; padding: 0; } a { text-decoration: none; } }
"""
_LINES = {Kind.OPEN: 6, Kind.SHORT: 1, Kind.NUMERIC: 1}


class _HtmlSheetWriter:
    """Writes a page with its pictures in it."""

    name = "sheet-html"
    title = "sheet to print (HTML)"
    suffix = ".html"

    def write(self, pack: Pack, items: Sequence[Item], pictures: Mapping[str, bytes]) -> Written:
        """One file. Hints, tags, difficulties and translations are not on it."""
        page = "\n".join(_page(pack, items, pictures))
        return Written({f"{pack.id}.html": f"{page}\n".encode(errors="replace")}, lost(items, pictures))


WRITER = _HtmlSheetWriter()


def _text(text: str) -> str:
    return escape(visible(text))


def _maths(latex: str, display: bool) -> str:  # noqa: FBT001  as `Passages` calls it
    return mathml(visible(latex), display)


_html = Passages(_text, _text, _maths).html


def _page(pack: Pack, items: Sequence[Item], pictures: Mapping[str, bytes]) -> Iterator[str]:
    yield "<!doctype html>"
    yield f'<html lang="{escape(pack.languages[0] if pack.languages else "en")}">'
    yield '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{_text(pack.title)}</title>"
    yield f"<style>\n{_STYLE}</style>"
    yield f"<main><header><h1>{_text(pack.title)}</h1>"
    yield f'<p class="about">{_text(pack.description)}</p><div class="name"><span></span><span></span></div></header>'
    for title, part in by_topic(pack, items):
        yield f'<section><h2 dir="auto">{_text(title)}</h2>'
        for number, item in part:
            yield _article(number, _question(item, pictures))
        yield "</section>"
    yield '<section class="answers" lang="en"><h1>Answers</h1>'
    for number, item in enumerate(items, 1):
        yield _article(number, _answer(item))
    told = f"{pack.title} {pack.version}. {pack.licence}."
    yield f"</section><footer>{_text(told)}</footer></main></html>"


def _article(number: int, parts: Iterator[str]) -> str:
    return f'<article><span class="number">{number}.</span><div dir="auto">{"".join(parts)}</div></article>'


def _question(item: Item, pictures: Mapping[str, bytes]) -> Iterator[str]:
    yield f"<div>{_html(item.stem)}</div>"
    if item.picture and (content := pictures.get(item.picture.path)):
        address = f"data:{mime_of(item.picture.path)};base64,{b64encode(content).decode()}"
        yield f'<figure><img src="{address}" alt="{escape(item.picture.alt)}"></figure>'
    if item.options:
        mark = '<span class="blank"></span>' if item.kind is Kind.ORDER else '<span class="box"></span>'
        lettered = item.kind in {Kind.CHOICE, Kind.MULTI}
        signs = ((letter if lettered else "", option) for letter, option in options_shown(item))
        lines = (
            f'<li><span class="sign">{mark}{sign}</span><div>{_html(option.text)}</div></li>' for sign, option in signs
        )
        yield f'<ul class="options {item.kind}">{"".join(lines)}</ul>'
    yield '<div class="line"></div>' * _LINES.get(item.kind, 0)


def _answer(item: Item) -> Iterator[str]:
    parts = (f"<div>{_signed(sign)}{_html(text)}</div>" for sign, text in right(item))
    yield f'<div class="right">{"".join(parts)}</div>' if not item.open else "".join(parts)
    if item.explanation:
        yield f"<div>{_html(item.explanation)}</div>"
    shown = [(sign, option.reason) for sign, option in options_shown(item) if option.reason]
    if shown:
        lines = (f"<li>{_signed(sign)}{_html(reason)}</li>" for sign, reason in shown)
        yield f'<ul class="reasons">{"".join(lines)}</ul>'
    if item.references:
        yield f'<ul class="references">{"".join(f"<li>{_text(each)}</li>" for each in item.references)}</ul>'


def _signed(sign: str) -> str:
    return f"<b>{sign}</b> " if sign else ""
