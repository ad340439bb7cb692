"""Which reader reads a file: the surest, or the one that makes more of it where none is sure."""

import pytest

from content.readers.draft import Source, UnreadableError
from content.readers.known import PLAUSIBLE, knows, reader_named, readers, recognise

DOCUMENT = b"""# Code

## 1. What does this print?

```python
def f(a={1: 2}): {=a ~b}
    return {k: v for k, v in a.items()}
```

It prints nothing.

## 2. And this one?

It prints nothing either.
"""


def test_a_file_with_a_signature_is_read_by_the_reader_of_that_form() -> None:
    known = recognise(Source("quiz.gift", b"Why? {=So ~No}\n"))
    assert (known.reader.name, known.rivals) == ("gift", ())
    assert known.likeness >= 90
    assert len(known.found.drafts) == 1


def test_a_document_with_braces_in_its_code_stays_a_document() -> None:
    source = Source("notes.txt", DOCUMENT)
    assert reader_named("gift").likeness(source) >= reader_named("document").likeness(source)
    known = recognise(source)
    assert known.reader.name == "document"
    assert len(known.found.drafts) == 2


def test_an_archive_is_not_guessed_at() -> None:
    source = Source("a.zip", b"PK\x03\x04\x14\0\0\0 {=a ~b} and more {=c ~d}\n")
    assert not knows(source)
    with pytest.raises(UnreadableError, match="was not recognised: name it with --format"):
        recognise(source)


def test_a_file_that_nobody_pointed_at_is_read_only_where_it_looks_like_questions() -> None:
    source = Source("LICENSE", b"Why? Because.")
    assert knows(source)
    assert not knows(source, PLAUSIBLE)


def test_a_wrong_name_of_a_form_is_told_with_all_names() -> None:
    with pytest.raises(
        UnreadableError, match=r"there is no form 'gfit' \(did you mean 'gift'\?\): choose one of .*pack"
    ):
        reader_named("gfit")


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)
@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"\xff\xfe", b"{" * 1000, b"<" * 1000, b"PK\x03\x04"])
def test_likeness_is_a_number_whatever_the_file_is(reader: object, content: bytes) -> None:
    named = next(each for each in readers() if each is reader)
    for name in ("", "a", "a.gift", "a.zip", ".apkg", "a/b.MD"):
        assert 0 <= named.likeness(Source(name, content)) <= 100
