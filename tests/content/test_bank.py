"""The bank: opened from packs, kept compiled, never changed, and opened anew when a pack was edited."""

import gc
import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from content import bank as bank_module
from content.bank import BankError, mark_of, open_bank
from content.cache import mark, open_shelf
from content.guard import load_guarded
from content.item import Brief
from content.record import Loaded, item_record, read_item

Write = Callable[..., Path]


@pytest.fixture(name="reads")
def _reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Which packs were read rather than taken from the compiled bank."""
    seen: list[Path] = []

    def load(path: Path, seconds: float, megabytes: int) -> Loaded:
        seen.append(path)
        return load_guarded(path, seconds, megabytes)

    monkeypatch.setattr(bank_module, "load_guarded", load)
    return seen


def other(write: Write, identity: str = "other") -> Path:
    header = Path(write() / "pack.yaml").read_text(encoding="utf-8").partition("items:")[0]
    return write(header=header.replace("id: small", f"id: {identity}").replace("Sets and", "Other"), folder="other")


def test_a_bank_holds_the_items_of_all_its_packs(write: Write) -> None:
    bank = open_bank([write(), other(write)], None)
    assert [pack.id for pack in bank.packs] == ["small", "other"]
    assert len(bank.items) == 14
    assert list(bank.items)[:2] == ["small/pick", "small/select"]
    assert bank.item("other/term") == bank.items["other/term"]
    assert bank.item("other/none") is None
    assert "other/none" not in bank.items
    assert bank.topics == {"sets": "Sets and numbers"}


def test_a_folder_of_packs_counts_as_all_of_them(write: Write) -> None:
    folder = write().parent
    other(write)
    assert [pack.id for pack in open_bank([folder], None).packs] == ["other", "small"]


def test_an_unchanged_bank_is_not_read_again(write: Write, tmp_path: Path, reads: list[Path]) -> None:
    pack, cache = write(), tmp_path / "state" / "bank.sqlite"
    first = open_bank([pack], cache)
    second = open_bank([pack], cache)
    assert reads == [pack]
    assert second.packs == first.packs
    assert dict(second.items) == dict(first.items)
    assert second.items["small/term"] is second.items["small/term"]
    assert list(cache.parent.iterdir()) == [cache]


@pytest.mark.parametrize("damage", ["foreign", "cut", "flipped", "longer", "empty", "another database", "no tables"])
def test_a_damaged_or_foreign_cache_is_replaced_in_silence(
    damage: str, write: Write, tmp_path: Path, reads: list[Path]
) -> None:
    pack, cache = write(), tmp_path / "bank.sqlite"
    open_bank([pack], cache)
    whole = cache.read_bytes()
    written = {
        "foreign": b"not ours at all" * 500,
        "cut": whole[:-4096],
        "flipped": whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:],
        "longer": whole + bytes(4096),
        "empty": b"",
    }
    cache.unlink()
    if damage in written:
        cache.write_bytes(written[damage])
    else:
        with sqlite3.connect(cache) as connection:
            connection.execute("CREATE TABLE theirs (value TEXT)")
        connection.close()
    if damage == "no tables":
        seal(cache)
    assert len(open_bank([pack], cache).items) == 7
    assert reads == [pack, pack]
    assert len(open_bank([pack], cache).items) == 7
    assert reads == [pack, pack]


def seal(cache: Path) -> None:
    import zlib  # noqa: PLC0415

    whole = cache.read_bytes()
    cache.write_bytes(whole[:68] + zlib.crc32(whole[100:]).to_bytes(4) + whole[72:])


def test_a_cache_of_another_format_is_not_used(
    write: Write, tmp_path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, cache = write(), tmp_path / "bank.sqlite"
    open_bank([pack], cache)
    monkeypatch.setattr("content.cache.FORMAT", "next")
    open_bank([pack], cache)
    assert reads == [pack, pack]


def test_a_cache_that_cannot_be_written_leaves_the_bank_in_memory(write: Write, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert len(open_bank([write()], tmp_path / "file" / "bank.sqlite").items) == 7


def test_an_older_bank_goes_on_as_it_was_when_a_newer_takes_its_file(write: Write, tmp_path: Path) -> None:
    pack, cache = write(), tmp_path / "bank.sqlite"
    old = open_bank([pack], cache)
    edit(pack / "pack.yaml", "Why count?", "Why count at all?")
    new = open_bank([pack], cache)
    assert old.items["small/talk"].stem == "Why count?"
    assert new.items["small/talk"].stem == "Why count at all?"
    assert old.items["small/talk"].version != new.items["small/talk"].version
    assert old.items["small/sort"].version == new.items["small/sort"].version


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_bank_notices_files_that_were_edited_added_and_removed(write: Write) -> None:
    pack = write()
    bank = open_bank([pack], None)
    assert mark_of(bank.paths) == bank.marked
    (pack / "more.yaml").write_text("items: []\n", encoding="utf-8")
    assert mark_of(bank.paths) != bank.marked
    (pack / "more.yaml").unlink()
    assert mark_of(bank.paths) == bank.marked
    edit(pack / "pack.yaml", "Why count?", "Why, then?")
    assert mark_of(bank.paths) != bank.marked
    bank = open_bank([pack], None)
    (pack / "sets.png").unlink()
    assert mark_of(bank.paths) != bank.marked


def test_a_pack_that_vanished_or_appeared_is_a_change(write: Write) -> None:
    folder = write().parent
    bank = open_bank([folder], None)
    second = other(write)
    assert mark_of(bank.paths) != bank.marked
    bank = open_bank([folder], None)
    for file in second.iterdir():
        file.unlink()
    second.rmdir()
    assert mark_of(bank.paths) != bank.marked


def test_two_packs_with_one_id_are_refused_naming_both(write: Write) -> None:
    one, two = write(), other(write, "small")
    with pytest.raises(BankError) as refused:
        open_bank([one, two], None)
    assert str(refused.value) == (
        f"{two}:1:1: the pack id `small` is here and in {one}; give each pack an id of its own, or use only one of them"
    )


def test_the_same_path_twice_is_one_pack(write: Write) -> None:
    pack = write()
    assert len(open_bank([pack, pack], None).packs) == 1


def test_every_fault_of_every_pack_is_told(write: Write, tmp_path: Path) -> None:
    one, two = write(), other(write)
    edit(one / "pack.yaml", "Why count?", "''")
    edit(two / "pack.yaml", "key: true", "key: maybe")
    with pytest.raises(BankError) as refused:
        open_bank([one, two, tmp_path / "none"], tmp_path / "cache")
    assert [fault.message for fault in refused.value.faults] == [
        "`stem` is empty",
        "`key` is `maybe`, which is not known here",
        "there is no such file or folder",
    ]
    assert not (tmp_path / "cache").exists()


def test_a_file_that_vanishes_while_looking_counts_as_missing(write: Write) -> None:
    pack = write()
    (pack / "gone.yaml").symlink_to(pack / "nowhere")
    with pytest.raises(BankError, match="cannot be read"):
        open_bank([pack], None)


def test_pictures_are_read_from_the_pack(write: Write) -> None:
    pack = write()
    bank = open_bank([pack], None)
    picture = bank.picture("small/pick")
    assert picture is not None
    assert (picture.content, picture.mime) == ((pack / "sets.png").read_bytes(), "image/png")
    assert bank.picture("small/talk") is None
    assert bank.picture("small/none") is None
    (pack / "sets.png").unlink()
    assert bank.picture("small/pick") is None


def test_a_bank_that_is_let_go_closes_its_file(write: Write, tmp_path: Path) -> None:
    bank = open_bank([write()], tmp_path / "cache")
    shelf = bank.items._shelf
    del bank
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError):
        shelf.packs()


def test_more_items_than_are_kept_are_read_each_time(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_module, "_MOST_KEPT", 1)
    bank = open_bank([write()], None)
    assert bank.items["small/pick"] is bank.items["small/pick"]
    assert bank.items["small/talk"] is not bank.items["small/talk"]
    assert bank.items["small/talk"] == bank.items["small/talk"]


def test_a_path_that_is_no_database_gives_no_shelf(tmp_path: Path) -> None:
    assert open_shelf(tmp_path, mark([], [])) is None
    assert open_shelf(tmp_path / "none", mark([], [])) is None


def test_a_bank_tells_what_its_items_are_about_without_reading_them(write: Write) -> None:
    bank = open_bank([write(), other(write)], None)
    assert list(bank.items.briefs()) == [
        Brief(item.id, item.kind, item.topic, item.difficulty, item.concept, len(item.options))
        for item in bank.items.values()
    ]
    assert [brief.pack for brief in bank.items.briefs()] == ["small"] * 7 + ["other"] * 7
    assert bank.used_topics == ("sets",)
    accepted = bank.items.accepted()
    assert list(accepted.values()) == [("cardinality", "size")] * 2
    assert all(bank.items[item_id].kind == "short" for item_id in accepted)


def test_packs_that_come_with_the_program_are_read_without_a_guard(
    write: Write, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = write()
    monkeypatch.setattr(bank_module, "SHIPPED", pack.parent)
    assert len(open_bank([pack], None).items) == 7
    edit(pack / "pack.yaml", "Why count?", "''")
    with pytest.raises(BankError, match="`stem` is empty"):
        open_bank([pack], None)
    assert reads == []


def test_the_record_of_an_item_holds_all_of_it(write: Write) -> None:
    for item in open_bank([write()], None).items.values():
        assert json.dumps(item_record(item), sort_keys=True) == json.dumps(asdict(item), sort_keys=True)
        assert read_item(json.loads(json.dumps(item_record(item)))) == item
