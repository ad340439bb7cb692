from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from content.item import Item, Kind
from content.readers.draft import Source
from content.readers.gift import READER
from content.writers.gift import WRITER
from tests.drafts import found, told, without_reasons
from tests.items import items, pack_of


def expected(item: Item) -> dict[str, object]:
    """What GIFT can say of an item."""
    said = without_reasons(told(item)) | {"hints": [], "unit": "", "rubric": []}
    return said | {"explanation": ""} if item.kind is Kind.OPEN else said


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(items("a"))
def test_what_is_written_is_read_as_the_same_question(item: Item) -> None:
    written = WRITER.write(pack_of(), [item], {})
    (name,) = written.files
    read = READER.read(Source(name, written.files[name]))
    if not read.drafts and not read.skipped:
        assert "->" in str(item.short)
        return
    assert not read.skipped, written.files[name].decode()
    (draft,) = read.drafts
    assert found(draft) == expected(item), written.files[name].decode()
