"""What becomes of questions in a new pack: ids, topics, languages, doubles; and a target never left half done."""

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from content.importing.landing import LandingError
from content.importing.naming import free, slug, title_of
from content.importing.report import Report, report_text, report_value
from content.item import Item, OpenKey, Option, Translation
from content.pack import load_pack
from content.readers.draft import Draft
from tests.content.importing.conftest import items_at

Put = Callable[..., Report]
WHY = Draft("Why does it rain?", line=3, answer="So.")


def stamp(pack: Path) -> dict[str, bytes]:
    return {str(file.relative_to(pack)): file.read_bytes() for file in pack.rglob("*") if file.is_file()}


def test_the_header_tells_where_the_questions_are_from(put: Put, pack: Path) -> None:
    report = put(WHY, file="rain-and-snow.md")
    header = load_pack(pack).pack
    assert header
    assert (header.id, header.title, header.source) == ("rain-and-snow", "Rain and snow", "rain-and-snow.md")
    assert (header.licence, header.languages) == ("unknown", ("en",))
    assert "The licence is not known: say it with --licence." in report.notes


def test_what_is_said_is_in_the_header(put: Put, pack: Path) -> None:
    put(WHY, id="weather", title="Weather & more", licence="CC-BY-4.0", language="de", origin="A quiz night")
    header = load_pack(pack).pack
    assert header
    assert (header.id, header.title, header.source) == ("weather", "Weather & more", "A quiz night")
    assert (header.licence, header.languages) == ("CC-BY-4.0", ("de",))


def test_what_the_source_tells_of_itself_is_in_the_header(put: Put, pack: Path) -> None:
    put(WHY, told={"title": "天气", "languages": ["zh-Hans"], "licence": "CC0-1.0"})
    header = load_pack(pack).pack
    assert header
    assert (header.id, header.title, header.languages, header.licence) == ("tian-qi", "天气", ("zh-Hans",), "CC0-1.0")


def test_headings_become_topics_and_titles_remember_what_ids_lose(put: Put, pack: Path) -> None:
    headings = ("Model evaluation", "C", "C++", "**C#** [more](http://x.y)", "机器学习", "!!!", "model  Evaluation", "")
    put(
        *(Draft(f"Question {number}?", topic=topic, answer="x") for number, topic in enumerate(headings)), title="Mixed"
    )
    topics = {item.stem: item.topic for item in load_pack(pack).items}
    assert list(topics.values()).count("model-evaluation") == 2
    assert [topics[f"Question {number}?"] for number in range(8)] == [
        *("model-evaluation", "c", "c-2", "c-more", "ji-qi-xue-xi", "topic", "model-evaluation", "mixed")
    ]
    header = load_pack(pack).pack
    assert header
    assert header.topics == {"c-2": "C++", "c-more": "C# more", "ji-qi-xue-xi": "机器学习", "topic": "!!!"}
    assert put(*(Draft(f"More {number}?", topic=each, answer="x") for number, each in enumerate(headings))).added
    assert {item.topic for item in load_pack(pack).items} == {*topics.values(), "quiz"}


def test_a_concept_is_what_the_source_says_or_the_item_itself(put: Put, pack: Path) -> None:
    put(Draft("One?", answer="x", concept="Bayes’ rule"), Draft("Two?", answer="y"))
    assert {name: item.concept for name, item in items_at(pack).items()} == {"one": "bayes-rule", "two": "two"}


def test_translations_name_their_languages_and_none_is_the_pack_s_own(put: Put, pack: Path) -> None:
    parts = {"zh": Translation(stem="为什么？"), "en": Translation(stem="Why?")}
    put(Draft("Why?", answer="So.", translations=parts))
    header = load_pack(pack).pack
    assert header
    assert header.languages == ("en", "zh")
    assert items_at(pack)["why"].translations == {"zh": Translation(stem="为什么？")}


def test_questions_that_are_equal_are_taken_once(put: Put, pack: Path) -> None:
    report = put(
        WHY, Draft("why does  it RAIN?", line=8, answer="So."), Draft("Why does it rain?", line=9, answer="Else.")
    )
    assert [(told.id, told.where, told.what.split(" (")[0]) for told in report.doubles] == [
        ("", "quiz.md:8", "the same as quiz.md:3: left out"),
        ("why-does-it-rain-2", "quiz.md:9", "asks nearly the same as why-does-it-rain"),
    ]
    assert sorted(items_at(pack)) == ["why-does-it-rain", "why-does-it-rain-2"]


def test_questions_that_are_in_use_already_are_told(put: Put, pack: Path, tmp_path: Path) -> None:
    put(WHY)
    (known,) = load_pack(pack).items
    shutil.rmtree(pack)
    report = put(Draft("Why does it rain ?", answer="So."), Draft("Why does it not rain?", answer="So."), bank=(known,))
    assert [(told.id, told.what) for told in report.doubles] == [
        ("why-does-it-rain", "is quiz/why-does-it-rain, which is in use (100 %)")
    ]


def test_questions_without_an_answer_are_listed_and_taken_unless_they_are_not_wanted(put: Put, pack: Path) -> None:
    report = put(WHY, Draft("And why does it snow?", line=7), answered_only=True)
    assert [(told.where, told.what) for told in report.unanswered] == [("quiz.md:7", "And why does it snow?")]
    assert len(items_at(pack)) == 1
    report = put(WHY, Draft("And why does it snow?", line=7))
    assert len(report.unanswered) == 1
    assert items_at(pack)["and-why-does-it-snow"].open == OpenKey("The source gives no answer.")


def test_a_dry_run_says_the_same_and_writes_nothing(put: Put, pack: Path, tmp_path: Path) -> None:
    report = put(WHY, dry_run=True)
    assert report.added == ["why-does-it-rain"]
    assert "would hold 1 item" in report_text(report)
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_take_writes_no_pack(put: Put, pack: Path) -> None:
    report = put(Draft("Why?"), answered_only=True)
    assert report.total == 0
    assert not pack.exists()


def test_a_folder_that_is_no_pack_is_left_alone(put: Put, pack: Path) -> None:
    pack.mkdir()
    (pack / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(LandingError, match="not empty and no pack"):
        put(WHY)
    assert stamp(pack) == {"mine.txt": b"mine"}
    shutil.rmtree(pack)
    pack.write_text("mine", encoding="utf-8")
    with pytest.raises(LandingError, match="is a file"):
        put(WHY)


def test_a_pack_with_faults_is_left_alone(put: Put, pack: Path) -> None:
    put(WHY)
    (pack / "bad.yaml").write_text("items: 3\n", encoding="utf-8")
    before = stamp(pack)
    with pytest.raises(LandingError, match="has faults: correct them first"):
        put(WHY, Draft("More?", answer="x"))
    assert stamp(pack) == before


@pytest.mark.parametrize("moment", ["write_bytes", "rename", "mkdir"])
def test_an_import_that_fails_on_its_way_leaves_the_pack_as_it_was(
    moment: str, put: Put, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(WHY)
    before, around = stamp(pack), sorted(pack.parent.iterdir())
    real, calls = getattr(Path, moment), []

    def full(self: Path, *rest: object, **more: object) -> object:
        calls.append(self)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, *rest, **more)

    monkeypatch.setattr(Path, moment, full)
    with pytest.raises(LandingError, match="No space left on device"):
        put(WHY, *(Draft(f"More of {word}?", topic=word, answer="x") for word in ("rain", "snow", "fog")))
    monkeypatch.undo()
    assert stamp(pack) == before
    assert sorted(pack.parent.iterdir()) == around


def test_a_pack_that_a_crash_left_aside_is_put_back(put: Put, pack: Path) -> None:
    put(WHY)
    pack.rename(pack.with_name(".pack.before-import"))
    report = put(WHY)
    assert report.unchanged == 1
    assert items_at(pack)


def test_a_link_to_a_pack_stays_a_link(put: Put, pack: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    pack.symlink_to(tmp_path / "real")
    put(WHY)
    put(WHY, Draft("More?", answer="x"))
    assert pack.is_symlink()
    assert len(items_at(tmp_path / "real")) == 2


def test_long_lists_are_cut_for_people_and_whole_for_scripts(put: Put) -> None:
    report = put(*(Draft(f"Which {word}?", options=(Option("a"), Option("b"))) for word in map(chr, range(97, 122))))
    assert "… and 15 more: `--report FILE` or `--json` lists all" in report_text(report)
    assert "more:" not in report_text(report, None)
    assert len(json.loads(json.dumps(report_value(report)))["doubts"]) == 25


def test_slugs_are_whole_words_of_small_latin_letters() -> None:
    assert slug("Größe: L1 & L2 – Überblick") == "grosse-l1-l2-uberblick"
    assert slug("Что такое переобучение?") == "chto-takoe-pereobuchenie"
    assert slug("a" * 100, 80) == "a" * 80
    assert slug("one two three", 9) == "one-two"
    assert slug("…!") == ""


def test_a_taken_id_gets_the_next_number_within_its_length() -> None:
    assert free("a", {"a", "a-2"}) == "a-3"
    assert len(free("a" * 80, {"a" * 80})) == 80


def test_titles_are_headings_without_marks() -> None:
    assert title_of("**A** `b` [c](http://d)\n e\\_f C#") == "A b c e_f C#"
    assert len(title_of("a" * 300)) == 120


def test_an_item_keeps_no_place_of_the_source_in_its_pack(put: Put, pack: Path) -> None:
    put(WHY)
    (item,) = load_pack(pack).items
    assert isinstance(item, Item)
    assert item.id == "quiz/why-does-it-rain"
