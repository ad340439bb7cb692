"""Packs of format v1: each kind is read as written, and each fault has its place and a remedy."""

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.item import Kind, NumericKey, OpenKey, Option, Picture, ShortKey, Translation
from content.pack import load_pack
from content.record import Loaded, item_record, pack_record, read_item, read_pack

Write = Callable[..., Path]
HEADER_LINES = 10
"""The first item begins on the line after these, `items:` being the last of them."""
START = """\
  - id: one
    kind: {kind}
    concept: subsets
    topic: sets
    difficulty: easy
    stem: What is it?
"""
CHOICES = """\
    options:
      - {text: One, reason: It is.}
      - {text: Two, reason: It is not.}
"""
END = "    explanation: So it is.\n"


def told(loaded: Loaded) -> list[str]:
    """Faults as `file:line:column: message; remedy`, files by their names alone."""
    return [str(fault).replace(str(Path(fault.file).parent) + os.sep, "") for fault in loaded.faults]


def test_each_kind_is_read_as_it_is_written(write: Write) -> None:
    pack = write()
    loaded = load_pack(pack)
    assert loaded.faults == ()
    assert loaded.pack is not None
    assert (loaded.pack.id, loaded.pack.languages, loaded.pack.topics) == (
        "small",
        ("en", "zh"),
        {"sets": "Sets and numbers"},
    )
    assert [item.kind for item in loaded.items] == list(Kind)
    pick, select, truth, number, term, sort, talk = loaded.items
    assert pick.id == "small/pick"
    assert pick.pack == "small"
    assert pick.stem == "Which set is *empty*?\n"
    assert pick.options == (Option("no", "It has one element."), Option("010", "It has none."))
    assert pick.key == (1,)
    assert pick.picture == Picture("sets.png", "Two sets")
    assert pick.where == f"{pack / 'pack.yaml'}:{HEADER_LINES + 1}"
    assert pick.translations["zh"] == Translation(
        stem="哪个集合是空的？",
        options=(Option("一", "It has one element."), Option("二", "没有元素。")),
        hints=("数一数。",),
        picture_alt="两个集合",
    )
    assert select.key == (0, 2)
    assert number.numeric == NumericKey("0.50", "0.01", relative=True, unit="kg")
    assert term.short == ShortKey(("cardinality", "size"), ("ordinality",))
    assert sort.key == (0, 1, 2)
    assert talk.open == OpenKey("To know how many there are.", ("Says why", "Says how"))
    assert truth.key == (0,)


def test_true_comes_first_whichever_way_it_is_listed(write: Write) -> None:
    truth = load_pack(write()).items[2]
    assert truth.options == (Option("true", "By definition."), Option("false", "It is."))
    assert truth.translations["zh"].options == (Option("对", "By definition."), Option("错", "It is."))


def test_items_come_from_all_files_in_the_order_of_their_paths(write: Write) -> None:
    def item(name: str) -> str:
        return "items:\n" + START.format(kind="choice").replace("one", name) + CHOICES + "    key: A\n" + END

    pack = write("", b=item("second"), a=item("first"))
    (pack / ".hidden").mkdir()
    (pack / ".hidden" / "c.yaml").write_text("no pack: at all", encoding="utf-8")
    loaded = load_pack(pack)
    assert loaded.faults == ()
    assert [item.id for item in loaded.items] == ["small/first", "small/second"]


def test_a_pack_may_be_one_file(write: Write) -> None:
    loaded = load_pack(write() / "pack.yaml")
    assert loaded.faults == ()
    assert len(loaded.items) == len(Kind)


def item(kind: str, *lines: str) -> str:
    return START.format(kind=kind) + "".join(lines) + END


CHOICE = item("choice", CHOICES, "    key: A\n")
SHORT_ZH = "    key: {accepted: [a]}\n    translations: {zh: {%s}}\n"
ITEM_FAULTS = [
    (CHOICE.replace("    key: A\n", ""), "1:5", "`key` is missing from a choice item", "the letter of the right"),
    (CHOICE.replace("key: A", "key: [A, B]"), "10:10", "`key` is a list, not text", "one piece of text"),
    (CHOICE.replace("key: A", "key: C"), "10:10", "the key is C and the last option is B", "letter of a right one"),
    (CHOICE.replace("key: A", "key: b"), "10:10", "`key` is `b`", "write it like this: B"),
    (CHOICE.replace("text: Two", "text: ' one '"), "9:16", "options A and B are the same", "write another option"),
    (CHOICE.replace(", reason: It is not.", ""), "9:9", "`reason` is missing from an option", "add `reason:`"),
    (CHOICE.replace("choice", "chioce"), "2:11", "`kind` is `chioce`", "did you mean `choice`?"),
    (CHOICE.replace("    kind: choice\n", ""), "1:5", "`kind` is missing from item 1", "add `kind:`"),
    (CHOICE.replace("id: one", "id: One two"), "1:9", "`id` is `One two`", "small-letters-and-hyphens"),
    (CHOICE.replace("stem: What is it?", "stem:"), "6:10", "`stem` is empty", "write it"),
    (CHOICE.replace("What is it?", "x" * 3001), "6:11", "`stem` has 3,001 characters, 1 more", "3,000"),
    (CHOICE.replace("What is it?", "'# Heading'"), "6:11", "Headings are not supported", "**bold**"),
    (CHOICE.replace("text: One", "text: '$\\frac{1$'"), "8:16", "The formula $\\frac{1$ cannot be read", ""),
    (CHOICE.replace("easy", "eazy"), "5:17", "`difficulty` is `eazy`", "did you mean `easy`?"),
    (CHOICE + "    hint: [x]\n", "12:5", "unknown key `hint` in a choice item", "did you mean `hints`?"),
    (CHOICE + "    references: ['']\n", "12:18", "entry 1 of `references` is empty", "write it"),
    ("  - just text\n", "1:5", "item 1 is text, not a mapping", "write it with keys"),
    (
        item("choice", "    options: [{text: a, reason: b}]\n    key: A\n"),
        "7:14",
        "`options` has 1 entry",
        "2 to 10",
    ),
    (item("multi", CHOICES, "    key: []\n"), "10:10", "`key` has 0 entries", "give it 1 to 10"),
    (item("multi", CHOICES, "    key: [A, A]\n"), "10:14", "the key names A twice", "delete one"),
    (item("multi", CHOICES, "    key: [A, D]\n"), "10:14", "the key is D and the last option is B", "right one"),
    (
        item("true-false", CHOICES.replace("One", "True").replace("Two", "false"), "    key: true\n"),
        "8:16",
        "`text` is `True`, which is not known here",
        "did you mean `true`?",
    ),
    (
        item("true-false", CHOICES.replace("One", "true").replace("Two", "true"), "    key: true\n"),
        "9:16",
        "options A and B are the same",
        "write another",
    ),
    (item("order", "    options: [{text: a}, {text: b}]\n"), "7:14", "`options` has 2 entries", "give it 3 to 8"),
    (
        item("order", "    options: [{text: a}, {text: b}, {text: c}]\n    key: A\n"),
        "8:5",
        "unknown key `key`",
        "choose",
    ),
    (item("numeric", "    key: {value: '1,5'}\n"), "7:18", "`value` is `1,5`: that is not a number", "0.25"),
    (item("numeric", "    key: {value: 1, tolerance: some}\n"), "7:32", "`tolerance` is `some`", "0.01, or 1 %"),
    (item("numeric", "    key: {value: 1, tolerance: -1}\n"), "7:32", "`tolerance` is `-1`", "0.01, or 1 %"),
    (item("numeric", "    key: {value: 0, tolerance: 1 %}\n"), "7:32", "per cent of 0", "as a number"),
    (item("numeric", CHOICES, "    key: {value: 1}\n"), "7:5", "unknown key `options` in a numeric item", "choose"),
    (
        item("short", "    key: {accepted: [a, ' A']}\n"),
        "7:25",
        "listed twice: as accepted 2 and as accepted 1",
        "delete",
    ),
    (
        item("short", "    key: {accepted: [a], confusable: [A]}\n"),
        "7:39",
        "as confusable 1 and as accepted 1",
        "delete",
    ),
    (item("short", "    key: {accepted: []}\n"), "7:21", "`accepted` has 0 entries", "give it 1 to 50"),
    (item("open", "    key: {reference: a}\n"), "7:10", "`rubric` is missing", "add `rubric:`"),
    (item("short", SHORT_ZH % "stem: ''"), "8:31", "`stem` is empty", "write it"),
    (item("short", SHORT_ZH.replace("zh", "de") % "stem: a"), "8:24", "do not list `de`", "add it there"),
    (item("short", SHORT_ZH.replace("zh", "en") % "stem: a"), "8:24", "the language of the items", "into the item"),
    (item("short", SHORT_ZH % "rubric: [a]"), "8:33", "`short` items have no `rubric`", "delete it"),
    (item("short", SHORT_ZH % "picture_alt: a"), "8:38", "the item has no picture", "give the item a picture"),
    (item("short", SHORT_ZH % "stem: '> a'"), "8:31", "Quotations with > are not supported", "quotation marks"),
    (
        item("choice", CHOICES, "    key: A\n    translations: {zh: {options: [{text: a}, {text: b}, {text: c}]}}\n"),
        "11:34",
        "`options` has 3 entries here and 2 in the item",
        "translate each",
    ),
    (
        item("choice", CHOICES, "    key: A\n    translations: {zh: {options: [{text: a}, {text: A}]}}\n"),
        "11:53",
        "options A and B are the same",
        "write another",
    ),
    (
        item("open", "    key: {reference: a, rubric: [b]}\n    translations: {zh: {rubric: [a, b]}}\n"),
        "8:33",
        "`rubric` has 2 entries here and 1 in the item",
        "in the same order",
    ),
    (CHOICE + "    picture: {file: none.png, alt: a}\n", "12:21", "the picture is not in the pack", "put the file"),
    (CHOICE + "    picture: {file: ../a.png, alt: a}\n", "12:21", "leads out of the pack", "inside it"),
    (CHOICE + "    picture: {file: /etc/a.png, alt: a}\n", "12:21", "leads out of the pack", "inside it"),
    (CHOICE + "    picture: {file: 'a\\..\\b.png', alt: a}\n", "12:21", "leads out of the pack", "inside it"),
    (CHOICE + "    picture: {file: 'C:a.png', alt: a}\n", "12:21", "leads out of the pack", "inside it"),
    (CHOICE + "    picture: {file: link.png, alt: a}\n", "12:21", "a link out of the pack", "put the file itself"),
    (CHOICE + "    picture: {file: text.png, alt: a}\n", "12:21", "not what `.png` says", "save it in that format"),
    (CHOICE + "    picture: {file: big.png, alt: a}\n", "12:21", "more than 4 MB", "save it smaller"),
    (CHOICE + "    picture: {file: a.svg, alt: a}\n", "12:21", "`.svg` is not a format of pictures", "png, jpg"),
    (CHOICE + f"    picture: {{file: {'a' * 190}{'b' * 100}.png, alt: a}}\n", "12:21", "`file` has 294", "shorten"),
    (CHOICE + "    picture: {file: sets.png}\n", "12:14", "`alt` is missing from a picture", "add `alt:`"),
    (CHOICE + "    picture: {alt: a}\n", "12:14", "`file` is missing from a picture", "add `file:`"),
    (CHOICE + CHOICE, "12:9", "the id `one` is here and at ", "give each item an id of its own"),
]


@pytest.mark.parametrize(("items", "place", "message", "remedy"), ITEM_FAULTS)
def test_a_fault_of_an_item_names_place_and_remedy(
    items: str, place: str, message: str, remedy: str, write: Write, tmp_path: Path
) -> None:
    pack = write("")
    (tmp_path / "out.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (pack / "link.png").symlink_to(tmp_path / "out.png")
    (pack / "text.png").write_text("<svg>", encoding="utf-8")
    (pack / "big.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4_000_000))
    loaded = load_pack(write(items))
    assert len(loaded.faults) == 1, told(loaded)
    line, column = place.split(":")
    assert told(loaded)[0].startswith(f"pack.yaml:{HEADER_LINES + int(line)}:{column}: ")
    assert message in loaded.faults[0].message
    assert remedy in loaded.faults[0].remedy


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "remedy"),
    [
        ("format: 1", "format: 2", "1:9", "`format` is `2`", "`1`"),
        ("id: small", "id: Small", "2:5", "`id` is `Small`", "small-letters"),
        ("title: A small pack\n", "", "1:1", "`title` is missing from a pack", "add `title:`"),
        ("0.1.0", "one", "4:10", "`version` is `one`", "0.1.0"),
        ("[en, zh]", "[english, zh]", "6:13", "entry 1 of `languages` is `english`", "zh-Hans"),
        ("authors:", "author:", "8:1", "unknown key `author`", "did you mean `authors`?"),
        ("{sets:", "{Sets:", "9:10", "a key of `topics` is `Sets`", "small-letters"),
    ],
)
def test_a_fault_of_the_header_names_place_and_remedy(
    old: str, new: str, place: str, message: str, remedy: str, write: Write
) -> None:
    pack = write("")
    text = (pack / "pack.yaml").read_text(encoding="utf-8")
    (pack / "pack.yaml").write_text(text.replace(old, new), encoding="utf-8")
    loaded = load_pack(pack)
    assert loaded.pack is None
    assert told(loaded)[0].startswith(f"pack.yaml:{place}: ")
    assert message in loaded.faults[0].message
    assert remedy in loaded.faults[0].remedy


def test_a_pack_with_many_faults_tells_them_all_at_once_over_all_its_files(write: Write) -> None:
    items = CHOICE.replace("key: A", "key: E").replace("easy", "soft").replace("What is it?", "''")
    items += item("numeric", "    key: {value: x, tolerance: y}\n").replace("one", "two") + "    hint: a\n"
    part = "items:\n" + item("short", "    key: {accepted: [a, a]}\n") + "other: 1\nother: 2\n"
    loaded = load_pack(write(items, part=part, broken="a: 'b"))
    places = [line.split(": ")[0] for line in told(loaded)]
    assert places == [
        "pack.yaml:15:17",
        "pack.yaml:16:11",
        "pack.yaml:20:10",
        "pack.yaml:28:18",
        "pack.yaml:28:32",
        "pack.yaml:30:5",
        "broken.yaml:1:4",
        "part.yaml:2:9",
        "part.yaml:8:25",
        "part.yaml:10:1",
        "part.yaml:11:1",
    ]
    assert loaded.items == ()


BARE = (
    CHOICE.replace(", reason: It is not.", "").replace(END, ""),
    item("open", "    key: {reference: a}\n"),
    item("short", "    key: {accepted: [a]}\n").replace(END, ""),
)


@pytest.mark.parametrize("bare", BARE)
def test_what_only_an_author_can_write_may_be_missing_from_a_pack_that_tells_its_source(
    bare: str, write: Write
) -> None:
    own = load_pack(write(bare))
    assert own.items == ()
    pack = write(bare)
    header = (pack / "pack.yaml").read_text(encoding="utf-8")
    (pack / "pack.yaml").write_text(f"source: A quiz night\n{header}", encoding="utf-8")
    brought = load_pack(pack)
    assert brought.faults == ()
    assert len(brought.items) == 1
    assert brought.pack
    assert brought.pack.source == "A quiz night"


def test_items_without_a_fault_are_kept_beside_those_with_one(write: Write) -> None:
    loaded = load_pack(write(CHOICE + CHOICE.replace("id: one", "id: two").replace("key: A", "key: Z")))
    assert [item.id for item in loaded.items] == ["small/one"]


def test_the_same_id_in_two_files_names_both_places(write: Write) -> None:
    pack = write(CHOICE, part="items:\n" + CHOICE)
    loaded = load_pack(pack)
    assert f"the id `one` is here and at {pack / 'pack.yaml'}:11" in loaded.faults[0].message
    assert told(loaded)[0].startswith("part.yaml:2:9: ")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("other: 1\n", ["unknown key `other` in a file of items", "`items` is missing from a file of items"]),
        ("[a]\n", ["the file is a list, not a mapping"]),
        ("items: none\n", ["`items` is text, not a list"]),
    ],
)
def test_a_further_file_holds_items_and_nothing_else(part: str, expected: list[str], write: Write) -> None:
    loaded = load_pack(write(CHOICE, part=part))
    assert [fault.message for fault in loaded.faults] == expected


def test_a_header_whose_items_are_no_list_is_told(write: Write) -> None:
    pack = write("")
    (pack / "pack.yaml").write_text(
        (pack / "pack.yaml").read_text(encoding="utf-8") + "items: none\n", encoding="utf-8"
    )
    assert told(load_pack(pack)) == [
        "pack.yaml:10:8: `items` is text, not a list; write each entry on a line after `- `"
    ]


def test_a_header_that_is_no_mapping_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- a\n", encoding="utf-8")
    assert "the pack is a list, not a mapping" in load_pack(tmp_path / "a.yaml").faults[0].message


def test_folders_that_are_no_packs_are_told(tmp_path: Path) -> None:
    assert "holds no pack.yaml" in load_pack(tmp_path).faults[0].message
    assert "no such file or folder" in load_pack(tmp_path / "none").faults[0].message


def test_files_that_would_not_be_read_as_meant_are_told(write: Write, tmp_path: Path) -> None:
    pack = write(CHOICE)
    (tmp_path / "secret.yaml").write_text("password: x", encoding="utf-8")
    (pack / "a.yaml").symlink_to(tmp_path / "secret.yaml")
    os.mkfifo(pack / "b.yaml")
    (pack / "c.yml").write_text("items: []", encoding="utf-8")
    (pack / "d.yaml").symlink_to(pack / "nowhere")
    messages = [line.split("; ")[0] for line in told(load_pack(pack))]
    assert messages == [
        "c.yml:1:1: only files that end in .yaml are read",
        "a.yaml:1:1: this link leads out of the pack",
        "b.yaml:1:1: this is not a plain file",
        "d.yaml:1:1: the file cannot be read: `No such file or directory`",
    ]


def test_a_pack_of_too_many_files_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.folder.MOST_FILES", 2)
    pack = write(CHOICE, a="items: []\n", b="items: []\n")
    assert "more than 2 files" in load_pack(pack).faults[0].message


def test_a_file_of_too_many_items_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.pack.MOST_ITEMS", 1)
    loaded = load_pack(write(CHOICE + CHOICE.replace("id: one", "id: two")))
    assert told(loaded)[0].startswith("pack.yaml:11:3: the file lists 2 items, more than 1")


def test_more_faults_than_anybody_reads_are_cut_with_a_count(write: Write) -> None:
    loaded = load_pack(write("".join(f"  - x{number}\n" for number in range(510))))
    assert len(loaded.faults) == 501
    assert loaded.faults[-1].message == "10 more faults in this file are not shown"


def test_the_version_changes_with_what_learners_see_and_with_nothing_else(write: Write) -> None:
    def versions() -> list[str]:
        return [item.version for item in load_pack(pack).items]

    pack = write()
    first = versions()
    assert len(set(first)) == len(first)
    text = (pack / "pack.yaml").read_text(encoding="utf-8")
    (pack / "pack.yaml").write_text("# moved down\n" + text.replace("[warm-up]", "[cold]"), encoding="utf-8")
    assert versions() == first
    (pack / "sets.png").write_bytes(b"\x89PNG\r\n\x1a\n another picture")
    assert [new == old for new, old in zip(versions(), first, strict=True)] == [False] + [True] * 6
    (pack / "pack.yaml").write_text(text.replace("By definition.}", "Look.}"), encoding="utf-8")
    assert versions()[2] != first[2]


def test_a_tolerance_in_per_cent_is_kept_as_a_share(write: Write) -> None:
    for tolerance, share in [("2.5%", "0.025"), ("100 %", "1"), ("1e1 %", "0.1")]:
        pack = write(item("numeric", f"    key: {{value: 3, tolerance: {tolerance}}}\n"))
        numeric = load_pack(pack).items[0].numeric
        assert numeric is not None
        assert numeric.relative
        assert Decimal(numeric.tolerance) == Decimal(share)


def test_items_and_packs_come_back_from_their_records(write: Write) -> None:
    loaded = load_pack(write())
    assert loaded.pack is not None
    assert read_pack(pack_record(loaded.pack)) == loaded.pack
    assert [read_item(item_record(item)) for item in loaded.items] == list(loaded.items)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_an_accepted_answer_stays_as_written(write: Write, answer: str) -> None:
    quoted = answer.replace("'", "''")
    loaded = load_pack(write(item("short", f"    key: {{accepted: ['{quoted}']}}\n")))
    assert loaded.faults == ()
    assert loaded.items[0].short == ShortKey((answer,))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.data())
def test_a_pack_with_lines_lost_or_doubled_only_tells_faults(write: Write, data: st.DataObject) -> None:
    pack = write()
    lines = (pack / "pack.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    for _ in range(3):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at : at + 1] = data.draw(st.sampled_from([[], [lines[at]] * 2, [lines[at].strip() + "\n"]]))
    (pack / "pack.yaml").write_text("".join(lines), encoding="utf-8")
    loaded = load_pack(pack)
    assert loaded.faults or loaded.items
