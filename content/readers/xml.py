"""XML of others, read safely: no entity is resolved, nothing is opened, and what is wrong is told with its line."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from content.readers.draft import UnreadableError

_MOST_ENTITIES = "Take the DOCTYPE with its ENTITY lines out of the file: questions need none."


def each_of(content: bytes, tag: str) -> Iterator[etree._Element]:
    """The elements of a name one after the other; each is emptied when the next one is asked for, so that the size of
    the file does not matter. Raises UnreadableError with the line where the XML breaks off.
    """
    steps = etree.iterparse(
        BytesIO(content.lstrip()),
        events=("end",),
        tag=tag,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in steps:
            _refuse_entities(element)
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        last = steps.error_log.last_error
        raise _broken(last.message if last else error.msg, last.line if last else 0) from error


def whole(content: bytes) -> etree._Element:
    """The root of a small file. Raises UnreadableError with the line where the XML breaks off."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise _broken(error.msg, error.lineno or 0) from error
    _refuse_entities(root)
    return root


def _refuse_entities(element: etree._Element) -> None:
    document = element.getroottree().docinfo.internalDTD
    if document is not None and document.entities():  # type: ignore[attr-defined]  # the stubs have it not
        raise UnreadableError(
            f"The file defines entities, which can hide or blow up what it holds. {_MOST_ENTITIES}", 1
        )


def _broken(message: str, line: int) -> UnreadableError:
    what = message.partition(", line ")[0].strip()
    return UnreadableError(f"The XML breaks off on line {line}: {what}. Export the file again, or mend it there.", line)


def line_of(element: etree._Element) -> int:
    """The line on which the element begins, 0 where that is not known."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def simplified(root: etree._Element) -> etree._Element:
    """The same tree with names that do not depend on the version of a form: no namespaces, prefixes, hyphens and
    capital letters, in elements and in attributes (`qti-choice-interaction` and `choiceInteraction` are one).
    """
    for element in root.iter(etree.Element):
        element.tag = _simple(str(element.tag))
        kept = {_simple(str(name)): str(value) for name, value in element.attrib.items()}
        element.attrib.clear()
        for name, value in kept.items():
            element.set(name, value)
    return root


def _simple(name: str) -> str:
    return name.rpartition("}")[2].lower().removeprefix("qti-").replace("-", "")
