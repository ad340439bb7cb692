from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from content.item import Difficulty, Item, Kind, NumericKey, OpenKey, Option, Picture, ShortKey, Translation
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


EASY = ("rivers", "course", Difficulty.EASY)


def written(*listed: Item) -> str:
    files = WRITER.write(pack_of(), listed, {}).files
    assert list(files) == ["drawn.gift"]
    return files["drawn.gift"].decode()


def test_a_file_looks_as_moodle_would_write_it() -> None:
    options = (Option("$x = 1$", "It is {1}."), Option("2 * 3"), Option("`a:b`"))
    assert (
        written(
            Item("drawn/one", Kind.CHOICE, "What is *it*?", *EASY, "So.", options, (0,), tags=("a [b]",)),
            Item("drawn/two", Kind.MULTI, "Which?", *EASY, options=options, key=(0, 2)),
            Item("drawn/three", Kind.TRUE_FALSE, "It is.", "lakes", "course", Difficulty.HARD, "", TRUTHS, (1,)),
            Item("drawn/four", Kind.NUMERIC, "How long?", *EASY, numeric=NumericKey("2850", "0.01", relative=True)),
            Item("drawn/five", Kind.SHORT, "Which?", *EASY, short=ShortKey(("Danube", "[a]*"), ("Rhine",))),
            Item("drawn/six", Kind.ORDER, "Sort.", *EASY, options=options, key=(0, 1, 2)),
            Item("drawn/seven", Kind.OPEN, "Why?", *EASY, open=OpenKey("Because\\\nof it.")),
        )
        == r"""$CATEGORY: rivers

// [id:one] [tag:a \[b\]] [tag:concept: course] [tag:difficulty: easy]
::one::[html]What is <em>it</em>? {
	=\\(x \= 1\\)#It is \{1\}.
	~2 * 3
	~<code>a\:b</code>
	####So.
}

// [id:two] [tag:concept: course] [tag:difficulty: easy]
::two::[html]Which? {
	~%50%\\(x \= 1\\)#It is \{1\}.
	~%-100%2 * 3
	~%50%<code>a\:b</code>
}

$CATEGORY: lakes

// [id:three] [tag:concept: course] [tag:difficulty: hard]
::three::[html]It is. {F#It is not.#Right.}

$CATEGORY: rivers

// [id:four] [tag:concept: course] [tag:difficulty: easy]
::four::[html]How long? {#2850:28.5}

// [id:five] [tag:concept: course] [tag:difficulty: easy]
::five::[html]Which? {
	=Danube
	=[plain][a]\\*
	=%0%Rhine
}

// [id:six] [tag:concept: course] [tag:difficulty: easy]
::six::[html]Sort. {
	=1 -> \\(x \= 1\\)
	=2 -> 2 * 3
	=3 -> <code>a\:b</code>
}

// [id:seven] [tag:concept: course] [tag:difficulty: easy]
::seven::[html]Why? {####Because<br>of it.}

"""
    )


TRUTHS = (Option("true", "It is not."), Option("false", "Right."))


def test_what_gift_cannot_say_is_told_with_the_items() -> None:
    many = [Item(f"drawn/{n}", Kind.OPEN, "Why?", *EASY, hints=("So.",), open=OpenKey("a")) for n in range(23)]
    full = Item(
        "drawn/full",
        Kind.OPEN,
        "Why?",
        *EASY,
        "An explanation.",
        open=OpenKey("a", ("a line",)),
        references=("A book",),
        picture=Picture("a.png", "A map"),
        translations={"zh": Translation("为什么？")},
    )
    arrows = Item("drawn/arrow", Kind.SHORT, "What?", *EASY, short=ShortKey(("a -> b",)))
    result = WRITER.write(pack_of(), [*many, full, arrows], {})
    notes = result.notes
    assert notes[0].startswith("GIFT has no hints: drawn/0, drawn/1, ")
    assert notes[0].endswith("drawn/19 and 3 more")
    assert [note.rpartition(": ")[2] for note in notes[1:]] == [*["drawn/full"] * 5, "drawn/arrow"]
    assert b"a -> b" not in result.files["drawn.gift"]
