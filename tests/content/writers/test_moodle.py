from __future__ import annotations

import base64

from hypothesis import HealthCheck, given, settings
from lxml import etree

from content.item import Difficulty, Item, Kind, NumericKey, OpenKey, Option, Picture, ShortKey
from content.markup import plain
from content.readers.draft import Source
from content.readers.moodle import READER
from content.writers.moodle import WRITER
from tests.drafts import found, shown, told, without_reasons
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


EASY = ("rivers", "course", Difficulty.EASY)


def questions(*listed: Item) -> list[etree._Element]:
    content = WRITER.write(pack_of(), listed, PICTURES).files["drawn.xml"]
    return list(etree.fromstring(content).iterfind("question"))


def test_questions_are_of_the_types_that_moodle_knows() -> None:
    options = tuple(Option(text) for text in "abc")
    category, *found = questions(
        Item("drawn/choice", Kind.CHOICE, "What?", *EASY, "So.", options, (1,)),
        Item("drawn/multi", Kind.MULTI, "Which?", *EASY, "So.", options, (0, 1, 2)),
        Item(
            "drawn/number", Kind.NUMERIC, "How much?", *EASY, numeric=NumericKey("20", "0.05", relative=True, unit="kg")
        ),
        Item("drawn/short", Kind.SHORT, "Who?", *EASY, short=ShortKey(("a*b",), ("c",))),
        Item("drawn/order", Kind.ORDER, "Sort.", *EASY, "So.", options, (0, 1, 2)),
        Item("drawn/open", Kind.OPEN, "Why?", *EASY, open=OpenKey("Because $x$.", ("one", "two"))),
    )
    assert category.findtext("category/text") == "$course$/top/rivers"
    assert [each.get("type") for each in found] == [
        *("multichoice", "multichoice", "numerical", "shortanswer", "ordering", "essay")
    ]
    assert [each.findtext("idnumber") for each in found] == ["choice", "multi", "number", "short", "order", "open"]

    def shares(place: int) -> list[str | None]:
        return [each.get("fraction") for each in found[place].iterfind("answer")]

    assert [shares(place) for place in (0, 1, 4)] == [["0", "100", "0"], ["33.33333"] * 3, ["1", "2", "3"]]
    assert found[2].findtext("answer/tolerance") == "1"
    assert found[2].findtext("units/unit/unit_name") == "kg"
    assert [each.findtext("text") for each in found[3].iterfind("answer")] == ["a\\*b", "c"]
    assert found[5].findtext("generalfeedback/text") == "Because \\(x\\)."
    assert found[5].findtext("graderinfo/text") == "<ul><li>one</li><li>two</li></ul>"


def test_a_picture_is_inside_and_one_that_is_not_there_is_told() -> None:
    there = Item("drawn/a", Kind.OPEN, "Why?", *EASY, open=OpenKey("a"), picture=Picture("drawn/no 1.gif", 'A "map"'))
    (_, question) = questions(there)
    file = question.find("questiontext/file")
    assert file is not None
    assert (file.get("name"), file.get("path")) == ("no 1.gif", "/drawn/")
    assert base64.b64decode(file.text or "") == PICTURES["drawn/no 1.gif"]
    text = question.findtext("questiontext/text") or ""
    assert '<img src="@@PLUGINFILE@@/drawn/no%201.gif" alt="A &quot;map&quot;">' in text
    result = WRITER.write(pack_of(), [there], {})
    assert result.notes == ("The picture is not there: drawn/a",)
    assert b"img" not in result.files["drawn.xml"]


def test_what_only_looks_like_a_formula_is_none_on_the_other_side() -> None:
    stem = r"Write \\(x\\), \$\$y\$\$ or [\$]z[/$] for $x$."
    item = Item("drawn/a", Kind.OPEN, stem, *EASY, open=OpenKey("a"))
    content = WRITER.write(pack_of(), [item], {}).files["drawn.xml"]
    (draft,) = READER.read(Source("a.xml", content)).drafts
    assert shown(draft.stem) == shown(stem)
    assert plain(draft.stem) == r"Write \(x\), $$y$$ or [$]z[/$] for x."
