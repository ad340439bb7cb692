"""Files, folders and archives as sources: in a stable order, and nothing that does harm."""

import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest

from content.readers.draft import Source, UnreadableError
from content.sources import Bundle, is_archive, open_source, unpack

MOST = 100_000


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Source:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return Source("quiz.zip", stream.getvalue())


Mode = Literal["w", "w:gz", "w:bz2", "w:xz"]


def tarred(files: Mapping[str, bytes], mode: Mode = "w:gz") -> Source:
    stream = io.BytesIO()
    with tarfile.open(None, mode, stream) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return Source("quiz.tar.gz", stream.getvalue())


def names(bundle: Bundle) -> list[str]:
    return [source.name for source in bundle.files]


def refusal(source: Source, most: int = MOST) -> str:
    with pytest.raises(UnreadableError) as refused:
        unpack(source, most)
    return str(refused.value)


def test_a_file_is_a_source_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "quiz.gift").write_bytes(b"?")
    assert open_source(tmp_path / "quiz.gift", MOST) == Bundle((Source("quiz.gift", b"?"),))


def test_a_folder_is_walked_in_the_order_of_names_wherever_they_lie(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.md", "a/b/c.md", "c.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    assert names(open_source(tmp_path, MOST)) == ["a/b/c.md", "a/z.md", "b.md", "c.md"]


def test_hidden_files_links_and_pipes_are_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"")
    (tmp_path / ".hidden").write_bytes(b"")
    (tmp_path / "a.md").write_bytes(b"a")
    (tmp_path / "link.md").symlink_to(tmp_path / "a.md")
    (tmp_path / "out").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    bundle = open_source(tmp_path, MOST)
    assert names(bundle) == ["a.md"]
    told = {each.name: each.why for each in bundle.left_out}
    assert told == {
        ".git": "hidden",
        ".hidden": "hidden",
        "link.md": "a link",
        "out": "a link",
        "pipe": "no plain file",
    }


def test_what_is_larger_than_allowed_is_refused_before_all_of_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.md").open("wb") as stream:
        stream.truncate(60_000_000_000)
    for path in (tmp_path / "huge.md", tmp_path):
        with pytest.raises(UnreadableError, match=r"larger than 0\.1 MB: split it, or say --trusted"):
            open_source(path, MOST)


def test_files_count_together(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(bytes(MOST // 3 + 1))
    with pytest.raises(UnreadableError, match="larger than"):
        open_source(tmp_path, MOST)


@pytest.mark.parametrize("path", ["missing.md", "/dev/full/x"])
def test_what_cannot_be_opened_is_told(path: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"cannot be read|no plain file"):
        open_source(tmp_path / path, MOST)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zips_are_read_however_they_are_compressed(compression: int) -> None:
    source = zipped({"b.md": b"B" * 999, "a/": b"", "a/c.md": b"C", "empty.md": b""}, compression)
    assert is_archive(source)
    assert unpack(source, MOST).files == (Source("a/c.md", b"C"), Source("b.md", b"B" * 999), Source("empty.md", b""))


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tars_are_read_however_they_are_compressed(mode: Mode) -> None:
    source = tarred({"./b.md": b"B", "a/c.md": b"C"}, mode)
    assert is_archive(source)
    assert unpack(source, MOST).files == (Source("a/c.md", b"C"), Source("b.md", b"B"))


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    "name", ["../up.md", "a/../../up.md", "/etc/passwd", "C:/a.md", "c:a.md", "a\\b.md", "..", "a/.."]
)
def test_a_name_that_leads_out_is_refused(pack: type, name: str) -> None:
    assert "leads out of the archive" in refusal(pack({"a.md": b"a", name: b"x"}))


def test_a_name_with_a_nul_is_refused() -> None:
    source = zipped({"aXb.md": b"x"})
    assert "characters that cannot be seen" in refusal(Source("z", source.content.replace(b"aXb.md", b"a\0b.md")))


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_differ_in_case_alone_are_refused(pack: type) -> None:
    assert "as `A.md` too" in refusal(pack({"A.md": b"a", "a.MD": b"x"}))


def test_a_name_twice_is_refused() -> None:
    source = zipped({"a.md": b"1", "b.md": b"2"})
    assert "`a.md` twice" in refusal(Source("z", source.content.replace(b"b.md", b"a.md")))


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_hidden_members_are_left_out_and_named(pack: type) -> None:
    bundle = unpack(pack({"a.md": b"a", ".DS_Store": b"", "__MACOSX/a.md": b""}), MOST)
    assert names(bundle) == ["a.md"]
    assert {each.name for each in bundle.left_out} == {".DS_Store", "__MACOSX/a.md"}


def test_links_in_archives_are_left_out_and_named() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, kind in (("s", tarfile.SYMTYPE), ("h", tarfile.LNKTYPE), ("d", tarfile.CHRTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    assert {each.name: each.why for each in unpack(Source("t", stream.getvalue()), MOST).left_out} == dict.fromkeys(
        "shd", "a link"
    )
    info = zipfile.ZipInfo("s")
    info.external_attr = 0o120777 << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as linked:
        linked.writestr(info, "/etc/passwd")
    assert [each.why for each in unpack(Source("z", stream.getvalue()), MOST).left_out] == ["a link"]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_bomb_is_refused_at_the_size_that_is_allowed(pack: type) -> None:
    source = pack({"bomb.md": bytes(50_000_000)})
    assert len(source.content) < MOST
    assert "larger than 0.1 MB" in refusal(source)


def test_a_size_that_lies_does_not_help() -> None:
    source = zipped({"bomb.md": bytes(1_000_000)})
    size = struct.pack("<L", 1_000_000)
    lying = source.content.replace(size, struct.pack("<L", 10))
    assert lying != source.content
    assert "damaged" in refusal(Source("z", lying))


def test_members_that_share_their_bytes_are_refused() -> None:
    """Quoted overlap: a second entry of the directory points at the first member's bytes (CVE-2024-0450)."""
    source = zipped({"a.md": b"a" * 1000, "b.md": b"b" * 1000}, zipfile.ZIP_STORED).content
    second = source.index(b"PK\x01\x02", source.index(b"PK\x01\x02") + 4)
    offset = second + 42
    overlapping = source[:offset] + struct.pack("<L", 0) + source[offset + 4 :]
    assert "overlap" in refusal(Source("z", overlapping))


def test_an_archive_of_too_many_files_is_refused() -> None:
    assert "more than 10,000 files" in refusal(zipped({f"{number}": b"" for number in range(10_001)}))
    assert "more than 10,000 files" in refusal(tarred({f"{number}": b"" for number in range(10_001)}))


def test_an_archive_with_a_password_is_refused() -> None:
    source = bytearray(zipped({"a.md": b"a"}).content)
    source[6] |= 1
    source[source.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(Source("z", bytes(source)))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(10),
        zipped({"a": b"abc" * 99}).content[:-30],
        b"\x1f\x8b\x08" + bytes(40),
        tarred({"a": os.urandom(4000)}).content[:-2000],
        b"BZh91AY" + bytes(30),
        b"\xfd7zXZ\x00" + bytes(30),
    ],
    ids=["zip begun", "zip without files", "zip cut off", "gzip", "gzip of a tar cut off", "bzip2", "xz"],
)
def test_a_damaged_archive_is_told(content: bytes) -> None:
    assert is_archive(Source("z", content))
    assert "damaged" in refusal(Source("z", content))


@pytest.mark.parametrize(("sign", "title"), [(b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7-Zip")])
def test_other_archives_are_refused_by_their_name(sign: bytes, title: str) -> None:
    assert title in refusal(Source("z", sign + bytes(30)))


def test_a_text_is_no_archive() -> None:
    assert not is_archive(Source("a.md", b"PK is a text"))
    assert not is_archive(Source("a.md", b""))
