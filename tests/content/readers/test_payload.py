"""Documents of questions inside the data of web pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from content.readers.draft import Source, UnreadableError
from content.readers.payload import READER

ROOT = Path(__file__).parents[3]
ENGLISH = """# Small bank

## Questions

#### What is a mean?
The sum of all values divided by how many there are. See [a page](https://example.org/mean).

#### What is a median?
The value in the middle once all are sorted. Half of them lie on either side of it, whatever their size is.

#### What is a mode?
The value that is there most often. A sample may have several of them, and of continuous values it has none to speak of.
"""
CHINESE = """# 小题库

## 题目

#### 什么是平均数？
所有数值之和除以数值的个数。参见[网页](https://example.org/mean)。它会受到极端值的影响，所以有时候不如中位数稳健。

#### 什么是中位数？
把所有数值按大小排序之后，位于正中间的那个数值就是中位数。无论数值的大小如何，总有一半在它的两侧。极端值不会影响它。

#### 什么是众数？
出现次数最多的那个数值就是众数。一个样本可以有好几个众数，而对于连续的数值来说，众数往往没有什么意义，需要先分组再来统计。
它也是唯一可以用于类别数据的集中趋势的度量，比如最受欢迎的颜色，或者某个城市里最常见的交通工具，或者一家商店里卖得最好的商品。
把数据画成直方图，最高的那根柱子就对应着众数所在的区间；如果图上有两个高峰，人们就说这个分布是双峰的，这时候只报告一个众数会误导读者。
因此在报告结果的时候，最好把众数和平均数、中位数放在一起给出，并且说明数据的分布形状，这样读者才能判断哪一个数最能代表这些数据。
"""


def flat(*texts: str) -> bytes:
    """A page's data as devalue writes it."""
    places = list(range(3, 3 + len(texts)))
    return json.dumps([{"data": 1}, ["ShallowReactive", 2], places, *texts], ensure_ascii=False).encode()


def page(value: object) -> bytes:
    """A page with its data in a script."""
    script = f'<script type="application/json" id="__NEXT_DATA__">{json.dumps(value)}</script>'
    return f"<!doctype html><title>A page</title><p>Some words.</p>{script}<script>run()</script>".encode()


def test_two_documents_of_as_many_questions_are_one_bank_in_two_languages() -> None:
    source = Source("page.txt", flat("short", CHINESE, ENGLISH))
    assert READER.likeness(source) == 90
    found = READER.read(source)
    assert [each.stem for each in found.drafts] == ["What is a mean?", "What is a median?", "What is a mode?"]
    assert found.drafts[0].answer.startswith("The sum of all values")
    chinese = [each.translations["zh"] for each in found.drafts]
    assert [each.stem for each in chinese] == ["什么是平均数？", "什么是中位数？", "什么是众数？"]
    assert chinese[1].reference.startswith("把所有数值")
    assert [each.doubts for each in found.drafts] == [()] * 3
    assert any("two languages" in note for note in found.notes)


def test_a_translation_that_names_other_addresses_is_doubted() -> None:
    found = READER.read(Source("page.txt", flat(ENGLISH, CHINESE.replace("example.org/mean", "example.org/mode"))))
    assert [len(each.doubts) for each in found.drafts] == [1, 0, 0]


def test_documents_that_do_not_pair_follow_each_other() -> None:
    shorter = CHINESE.replace("#### 什么是中位数？\n", "")
    found = READER.read(Source("page.txt", flat(ENGLISH, shorter)))
    assert len(found.drafts) == 5
    assert any("pairs with none" in note for note in found.notes)


def test_the_data_of_a_page_stands_in_a_script_of_it() -> None:
    source = Source("page.html", page({"props": {"pages": [{"body": ENGLISH}, 3, None]}}))
    assert READER.likeness(source) == 80
    assert len(READER.read(source).drafts) == 3


@pytest.mark.parametrize(
    "content", [b"", b"[", b"[[9]]", b'[{"data":1},["Reactive",0]]', b"<p>__NUXT_DATA__", b"[" * 99_999]
)
def test_data_without_a_document_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="none of the texts"):
        READER.read(Source("page.txt", content))


def test_the_bank_of_a_real_page_is_read_and_paired() -> None:
    seeds = sorted((ROOT.parent / "shared" / "seeds").glob("004*"))
    if not seeds:
        pytest.skip("the question documents of ../shared are not there")
    found = READER.read(Source(seeds[0].name, seeds[0].read_bytes()))
    assert len(found.drafts) == 167
    assert all(each.translations["zh"].stem for each in found.drafts)
    assert sum(bool(each.answer) for each in found.drafts) == sum(
        bool(each.translations["zh"].reference) for each in found.drafts
    )
