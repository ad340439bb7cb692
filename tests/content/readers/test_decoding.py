"""Bytes in many encodings, whole and broken, and the texts that they were."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.readers.decoding import decode
from content.readers.draft import UnreadableError

LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABETS = (
    LATIN + "0123456789.,;:?!'\"()[]{}*_#`|$%&/\\-+=<>@^~",
    LATIN.lower() + "äöüßÄÖÜ",
    LATIN.lower() + "àâæçéèêëîïôœùûüÿñíóúãõåøė",
    LATIN.lower() + "áčďéěíňóřšťúůýžąćęłńśźżőű",
    "αβγδεζηθικλμνξοπρστυφχψωΑΒΓΔΘΛΣΦΨΩ",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗ",
    "机器学习什么是如何区别答案题库监督模型训练，。？！：；（）“”、",
    "機械学習とは何ですかカタカナ。、「」",
    "기계학습이란무엇입니까",
)
SIGNS = tuple("→←≤≥≠≈∞∑∏∂∇√∈ℝ×÷±²³₀₁·•–—…°€£§©®™📘🧠✅❌")
words = st.one_of(*(st.text(alphabet, min_size=1, max_size=8) for alphabet in ALPHABETS))
quoted = words.flatmap(
    lambda word: st.sampled_from([f"“{word}”", f"‘{word}’", f"{word}’s", f"«{word}»", f"{word}\u00a0"])
)
pieces = st.one_of(
    words, quoted, st.sampled_from(SIGNS), st.sampled_from(["\n", "\n\n", "\t", "Naïve", "x̂", "（全角）"])
)
texts = st.lists(pieces, max_size=30).map(" ".join)
unmistakable = st.sampled_from(["“don’t”", "Fréchet", "a – b…", "是什么？", "λ ≤ Σ"])
"""What no other encoding makes by chance; a text with a single odd sign may also have been meant so."""


@given(texts)
@example("The integral of that is √π.")
@example("√∞ and Ä“ and NÃO")
@example("什么是监督学习？（全角）“引号”")
@example("Naïve Bayes isn’t naive — it’s “simple”")
@example("x\ufeffy")
@example("“âœ” «AMANHÃ»")
@example("œà")
def test_a_text_that_is_well_comes_out_as_it_is(text: str) -> None:
    assert decode(text.encode()).text == text
    assert decode(text.encode()).notes == ()
    assert decode(codecs.BOM_UTF8 + text.encode()).text == text


@given(texts, unmistakable, texts)
@example("", "“don’t”", "“quoted” to the last sign”")
def test_utf_8_taken_for_mac_roman_comes_back_to_the_letter(before: str, sign: str, after: str) -> None:
    text = f"{before} {sign} {after}"

    read = decode(text.encode().decode("mac_roman").encode())

    assert read.text == text
    assert len(read.notes) == 1
    assert "Mac Roman" in read.notes[0]


@given(texts, unmistakable, texts)
@example("", "“don’t”", "“quoted” to the last sign”")
def test_utf_8_taken_for_windows_1252_comes_back_to_the_letter(before: str, sign: str, after: str) -> None:
    text = f"{before} {sign} {after}"

    read = decode(text.encode().decode("sloppy-windows-1252").encode())

    assert read.text == text
    assert len(read.notes) == 1
    assert "windows-1252" in read.notes[0]


def test_one_broken_character_in_a_long_text_is_repaired_and_told() -> None:
    text = f"Hereâ€™s a list.\n{'Plain words follow.' * 5000}"

    read = decode(text.encode())

    assert read.text == text.replace("â€™", "’")
    assert read.notes == ("UTF-8 had been taken for windows-1252; 1 place was put right.",)


def test_a_broken_place_among_well_ones_is_repaired_without_touching_them() -> None:
    read = decode("什么是“监督学习”？ It isnâ€™t “hard”, naïve.".encode())

    assert read.text == "什么是“监督学习”？ It isn’t “hard”, naïve."
    assert len(read.notes) == 1


def test_a_text_broken_twice_over_is_repaired_twice() -> None:
    broken = "That’s “it”".encode().decode("sloppy-windows-1252").encode().decode("sloppy-windows-1252")

    read = decode(broken.encode())

    assert read.text == "That’s “it”"
    assert len(read.notes) == 2


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_told_by_their_mark(encoding: str) -> None:
    text = "1. What is x?\nAn unknown, “naïve” 什么."

    assert decode(("\ufeff" + text).encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(encoding: str) -> None:
    read = decode("1. What is “x”?\nAn unknown.".encode(encoding))

    assert read.text == "1. What is “x”?\nAn unknown."
    assert read.notes == ("The file is UTF-16 without a mark that says so.",)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Qu’est-ce que l’apprentissage supervisé ?\nLe modèle apprend à partir de données étiquetées."),
        ("cp1252", "Was ist überwachtes Lernen? Größe und Maß, für alle Fälle."),
        ("cp1252", "Water boils at 100 °C, and a café is naïve about it. " * 4),
        ("cp1250", "Co je to strojové učení? Příliš žluťoučký kůň úpěl ďábelské ódy."),
        ("cp1251", "Что такое машинное обучение? Это раздел искусственного интеллекта."),
        ("koi8_r", "Что такое машинное обучение? Это раздел искусственного интеллекта."),
        ("cp1253", "Τι είναι η μηχανική μάθηση; Είναι κλάδος της πληροφορικής."),
        ("gb18030", "什么是机器学习？它是人工智能的一个分支。"),
        ("big5", "什麼是機器學習？它是人工智慧的一個分支。"),
        ("cp932", "機械学習とは何ですか。データから学ぶ方法です。"),
        ("cp949", "기계 학습이란 무엇입니까? 데이터에서 배우는 방법입니다."),
    ],
)
def test_older_encodings_are_told_by_what_they_say(encoding: str, text: str) -> None:
    read = decode(text.encode(encoding))

    assert read.text == text
    assert len(read.notes) == 1
    assert "not UTF-8" in read.notes[0]


def test_line_ends_of_every_system_become_one() -> None:
    assert decode(b"a\r\nb\rc\n\r\nd").text == "a\nb\nc\n\nd"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n1 0 obj",
        b"PK\x03\x04\x14\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        b"{\\rtf1 text}",
        b"\x89PNG\r\n\x1a\n",
        b"What?\0\0\0\0",
        b"ab\x00cd\x00\x01\x02" * 50,
        b"\x01\x02\x03\x04\x05\x06\x07 text",
        b"\xff\xfeodd",
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"(?i)(save|unpack|bring)"):
        decode(content)


@given(st.binary(max_size=300))
def test_any_bytes_become_a_text_or_are_refused(content: bytes) -> None:
    try:
        read = decode(content)
    except UnreadableError:
        return
    assert "\r" not in read.text


def test_nothing_is_no_text_and_no_fault() -> None:
    assert decode(b"").text == ""
