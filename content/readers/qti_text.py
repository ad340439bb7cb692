"""Texts inside an item of QTI."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

from content.readers.html import markdown_of


def choices(interaction: etree._Element) -> Iterator[etree._Element]:
    """What can be chosen, in order."""
    return interaction.iter("simplechoice", "inlinechoice")


def starred(text: str) -> str:
    """The text with its stars escaped, as they stand for nothing here."""
    return text.replace("*", "\\*")


def said(element: etree._Element) -> str:
    """The Markdown of an element, without what is said about it."""
    text = copy.deepcopy(element)
    for each in list(text.iter("feedbackinline", "feedbackblock")):
        if each is not text:
            replaced(each, "")
    return markdown_of(inner_html(text))


def replaced(element: etree._Element, text: str) -> None:
    """Put a text where the element is."""
    parent = element.getparent()
    if parent is None:
        return
    text += element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(element)


def inner_html(element: etree._Element) -> str:
    """What is in the element as HTML; a picture that stands in an object is one."""
    for each in element.iter("object"):
        if str(each.get("type") or "").startswith("image/"):
            each.tag = "img"
            each.set("src", str(each.get("data") or ""))
            each.set("alt", " ".join("".join(map(str, each.itertext())).split()))
            for part in list(each):
                each.remove(part)
            each.text = None
    html = etree.tostring(element, method="html", encoding="unicode", with_tail=False)
    return re.sub(rf"^<{element.tag}[^>]*>|</{element.tag}>$", "", html)
