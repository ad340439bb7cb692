"""QTI 2: files with one item each, as its packages hold them.

Pictures stay where they are in the package: a draft names its own by the path there, such as `items/images/map.png`,
and whoever has the package brings it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from content.readers import answers
from content.readers.draft import Draft, Found, Skipped, Source, UnreadableError
from content.readers.qti_item import RefusedError, item_draft
from content.readers.xml import line_of, simplified, whole

_SAMPLE = 8_000
_OUTERMOST = re.compile(
    rb"<(?:\w+:)?(?:qti-)?(assessment-?item|assessment-?test|manifest|questestinterop)[\s>]", re.IGNORECASE
)
_NAMESPACE = re.compile(rb"imsqti|imsglobal\.org|qti-", re.IGNORECASE)
_FIRST_WORDS = 60


@dataclass(frozen=True, slots=True)
class QtiReader:
    """Reads QTI."""

    name: str = "qti"
    title: str = "QTI 2"

    def likeness(self, source: Source) -> int:
        """By its outermost element."""
        sample = source.content[:_SAMPLE].replace(b"\0", b"")
        outermost = _OUTERMOST.search(sample)
        if not outermost or not _NAMESPACE.search(sample):
            return 60 if outermost and outermost[1].lower() == b"assessmentitem" else 0
        return 98

    def read(self, source: Source) -> Found:
        """The items of the file. A manifest or a test only gives its title: the items have files of their own."""
        root = simplified(whole(source.content))
        if root.tag == "questestinterop":
            raise UnreadableError("This is QTI 1, an older form that is not read here. Export it as QTI 2.1.", 1)
        found = list(root.iter("assessmentitem"))
        if not found and root.tag in {"manifest", "assessmenttest"}:
            return _about(root)
        if not found:
            raise UnreadableError("There is no assessmentItem in this file. Bring the item files of the package.", 1)
        drafts: list[Draft] = []
        skipped: list[Skipped] = []
        for element in found:
            try:
                drafts.append(item_draft(element, source.name))
            except RefusedError as reason:
                title = str(element.get("title") or element.get("identifier") or "")
                skipped.append(Skipped(line_of(element), title[:_FIRST_WORDS], str(reason)))
        return Found(answers.settled(drafts), skipped, language=str(found[0].get("lang") or ""))


READER = QtiReader()


def _about(root: etree._Element) -> Found:
    """What a manifest or a test says of the package."""
    resources = [str(each.get("type") or "") for each in root.iter("resource")]
    listed = sum("item" in kind and "qti" in kind for kind in resources) or sum(
        1 for _ in root.iter("assessmentitemref")
    )
    title = str(root.get("title") or next((each.text for each in root.iter("string", "langstring") if each.text), ""))
    notes = [f"It lists {listed:,} files with QTI items, which are read from these."] if listed else []
    return Found((), notes=notes, title=title.strip())
