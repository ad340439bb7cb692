from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from content.item import Item, Kind
from content.readers.draft import Source
from content.readers.moodle import READER
from content.writers.moodle import WRITER
from tests.drafts import found, told, without_reasons
from tests.items import PICTURES, items, pack_of


def expected(item: Item) -> dict[str, object]:
    """What Moodle can say of an item."""
    said = without_reasons(told(item))
    return said | {"explanation": ""} if item.kind is Kind.OPEN else said


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(items("a"))
def test_what_is_written_is_read_as_the_same_question(item: Item) -> None:
    written = WRITER.write(pack_of(), [item], PICTURES)
    (name,) = written.files
    read = READER.read(Source(name, written.files[name]))
    assert not read.skipped, written.files[name].decode()
    (draft,) = read.drafts
    assert found(draft) == expected(item), written.files[name].decode()
    if item.picture:
        assert draft.picture
        assert draft.picture.path == item.picture.path
        assert draft.picture.alt == " ".join(item.picture.alt.split())
        assert read.media == {item.picture.path: PICTURES[item.picture.path]}
