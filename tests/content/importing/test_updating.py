"""A source brought again: its items are brought up to date in their places, and what people changed there stays."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from content.importing.remembering import NAME
from content.importing.report import Report
from content.item import Kind, OpenKey, Option, Picture, ShortKey
from content.readers.draft import Draft
from tests.content.importing.conftest import items_at

Put = Callable[..., Report]
RAIN = Draft(
    "Why does it rain?", line=3, answer="Because water that went up as vapour comes down again.", topic="Weather"
)
SNOW = Draft("Why does it snow?", line=9, answer="Because it is cold up there.", topic="Weather")
WIND = Draft(
    "Where does wind come from?",
    line=12,
    options=(Option("Trees"), Option("Pressure that differs"), Option("The moon")),
    key=(1,),
    explanation="Air flows to where there is less of it.",
)


def edit(pack: Path, old: str, new: str) -> None:
    """What somebody does with an editor."""
    files = [file for file in pack.glob("*.yaml") if old in file.read_text(encoding="utf-8")]
    assert files
    for file in files:
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_the_same_source_again_changes_nothing_and_writes_nothing(put: Put, pack: Path) -> None:
    put(RAIN, SNOW, WIND)
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in pack.iterdir()}
    report = put(RAIN, SNOW, WIND)
    assert (report.added, report.updated, report.unchanged, report.written) == ([], [], 3, False)
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in pack.iterdir()} == before


def test_a_newer_version_updates_items_in_their_places(put: Put, pack: Path) -> None:
    put(RAIN, SNOW, WIND)
    mended = replace(SNOW, answer="Because it is below zero up there.")
    hail = Draft("Why does it hail?", answer="Because drops freeze on their way up and down.")
    report = put(mended, RAIN, WIND, hail)
    assert report.updated == ["why-does-it-snow"]
    assert report.added == ["why-does-it-hail"]
    items = items_at(pack)
    assert len(items) == 4
    assert items["why-does-it-snow"].open == OpenKey("Because it is below zero up there.")
    assert report.written


def test_a_reworded_question_is_known_by_its_words_or_by_its_answer(put: Put, pack: Path) -> None:
    long = replace(
        RAIN, answer="Because water that went up as vapour gathers in clouds, and comes down when the drops grow."
    )
    put(long, SNOW, WIND)
    report = put(
        replace(long, stem="What makes rain fall?"), SNOW, replace(WIND, stem="Where does the wind come from?")
    )
    assert report.added == []
    assert sorted(report.updated) == ["where-does-wind-come-from", "why-does-it-rain"]
    assert items_at(pack)["why-does-it-rain"].stem == "What makes rain fall?"


def test_an_id_of_the_source_outlives_every_other_change(put: Put, pack: Path) -> None:
    put(replace(RAIN, own_id="4711"), SNOW)
    report = put(Draft("Something else altogether", own_id="4711", answer="Other."), SNOW)
    assert report.updated == ["why-does-it-rain"]
    assert len(items_at(pack)) == 2


def test_questions_with_the_same_text_are_told_apart_by_their_answers(put: Put, pack: Path) -> None:
    one, other = (
        Draft("Name one.", answer="A lake in the mountains."),
        Draft("Name one.", answer="The river by the town."),
    )
    put(one, other)
    ids = {item.open.reference: name for name, item in items_at(pack).items() if item.open}
    report = put(replace(other, answer="The river by the old town."), one)
    assert report.updated == [ids["The river by the town."]]
    assert len(items_at(pack)) == 2


def test_questions_that_differ_in_a_number_are_different_ones(put: Put, pack: Path) -> None:
    def sum_of(number: int) -> Draft:
        return Draft(
            f"What is the sum of the numbers from 1 to {number}, all of them counted once?", answer=str(number)
        )

    put(sum_of(10), sum_of(11))
    report = put(sum_of(10), sum_of(12))
    assert len(report.added) == 1
    assert report.doubles == []
    assert [told.id for told in report.gone] == ["what-is-the-sum-of-the-numbers-from-1-to-11-all-of-them"]


def test_what_people_changed_stays_where_the_source_did_not_change(put: Put, pack: Path) -> None:
    put(RAIN, SNOW, WIND)
    edit(pack, "Why does it snow?", "Why, do you think, does it snow?")
    edit(pack, "text: Trees", "text: Trees\n        reason: They are moved, and move nothing.")
    report = put(
        RAIN, replace(SNOW, answer="Because it freezes."), replace(WIND, stem="Where does wind come from, mostly?")
    )
    assert sorted(report.updated) == ["where-does-wind-come-from", "why-does-it-snow"]
    assert report.conflicts == []
    items = items_at(pack)
    assert items["why-does-it-snow"].stem == "Why, do you think, does it snow?"
    assert items["why-does-it-snow"].open == OpenKey("Because it freezes.")
    wind = items["where-does-wind-come-from"]
    assert wind.stem == "Where does wind come from, mostly?"
    assert wind.options[0] == Option("Trees", "They are moved, and move nothing.")


def test_reasons_written_by_hand_follow_their_options(put: Put, pack: Path) -> None:
    put(WIND)
    edit(pack, "text: Trees", "text: Trees\n        reason: They are moved, and move nothing.")
    put(replace(WIND, options=(Option("The sea"), Option("Pressure that differs"), Option("Trees")), key=(1,)))
    wind = items_at(pack)["where-does-wind-come-from"]
    assert wind.options[0] == Option("The sea")
    assert wind.options[2] == Option("Trees", "They are moved, and move nothing.")


def test_what_both_changed_stays_as_people_have_it_and_is_told_once(put: Put, pack: Path) -> None:
    put(RAIN)
    edit(pack, "Because water that went up as vapour comes down again.", "Clouds.")
    newer = replace(RAIN, answer="Because the air cools.")
    report = put(newer)
    assert [(told.id, told.what) for told in report.conflicts] == [("why-does-it-rain", "reference answer")]
    assert items_at(pack)["why-does-it-rain"].open == OpenKey("Clouds.")
    put(newer, SNOW)
    assert put(newer, SNOW).conflicts == []
    assert items_at(pack)["why-does-it-rain"].open == OpenKey("Clouds.")


def test_an_item_given_options_by_hand_keeps_them(put: Put, pack: Path) -> None:
    put(RAIN)
    (file,) = pack.glob("*.yaml")
    text = file.read_text(encoding="utf-8")
    start = text.index("    key:")
    chosen = text[:start].replace("kind: open", "kind: choice")
    chosen += "    options: [{text: Clouds}, {text: Trees}]\n    key: A\n    explanation: So.\n"
    file.write_text(chosen, encoding="utf-8")
    report = put(replace(RAIN, stem="Why, then, does it rain?"))
    item = items_at(pack)["why-does-it-rain"]
    assert (item.kind, item.stem) == (Kind.CHOICE, "Why, then, does it rain?")
    assert report.conflicts == []


def test_what_the_source_no_longer_has_is_told_and_kept_unless_it_is_pruned(put: Put, pack: Path) -> None:
    put(RAIN, SNOW, WIND)
    report = put(RAIN, WIND)
    assert [told.id for told in report.gone] == ["why-does-it-snow"]
    assert len(items_at(pack)) == 3
    report = put(RAIN, WIND, prune=True)
    assert report.pruned == ["why-does-it-snow"]
    assert sorted(items_at(pack)) == ["where-does-wind-come-from", "why-does-it-rain"]


def test_another_source_adds_to_the_pack_and_takes_nothing_from_it(put: Put, pack: Path) -> None:
    put(RAIN, SNOW, WIND)
    hail = Draft("Why does it hail?", answer="Because drops freeze.")
    fog = Draft("What is fog?", answer="A cloud on the ground.")
    report = put(hail, fog, replace(RAIN, line=40), file="more.md", prune=True)
    assert sorted(report.added) == ["what-is-fog", "why-does-it-hail"]
    assert report.pruned == []
    assert [(told.where, told.what) for told in report.doubles] == [
        ("more.md:40", "the same as why-does-it-rain of the pack: left out")
    ]
    assert len(items_at(pack)) == 5


def test_a_source_by_another_name_is_the_same_one_if_its_questions_are(put: Put, pack: Path) -> None:
    put(RAIN, SNOW, WIND, file="quiz-2025.md")
    report = put(RAIN, replace(WIND, explanation="New."), file="quiz-2026.md")
    assert (report.added, report.updated) == ([], ["where-does-wind-come-from"])
    assert [told.id for told in report.gone] == ["why-does-it-snow"]


def test_items_written_by_hand_stay(put: Put, pack: Path) -> None:
    put(RAIN)
    own = "id: own, kind: open, concept: own, topic: own, difficulty: easy, stem: Own?, key: {reference: Yes.}"
    (pack / "own.yaml").write_text(f"items:\n  - {{{own}}}\n", encoding="utf-8")
    (pack / "README.md").write_text("Ours.", encoding="utf-8")
    report = put(RAIN, SNOW, prune=True)
    assert report.pruned == []
    assert sorted(items_at(pack)) == ["own", "why-does-it-rain", "why-does-it-snow"]
    assert (pack / "README.md").read_text(encoding="utf-8") == "Ours."


def test_without_what_was_remembered_items_are_known_by_their_text_and_kept(put: Put, pack: Path) -> None:
    put(RAIN, SNOW)
    (pack / NAME).unlink()
    report = put(RAIN, replace(SNOW, answer="Because."), prune=True)
    assert report.added == []
    assert [told.what for told in report.conflicts] == ["reference answer"]
    (pack / NAME).write_text("{", encoding="utf-8")
    report = put(RAIN, replace(SNOW, answer="Because."), prune=True)
    assert "cannot be read" in report.notes[0]
    assert len(items_at(pack)) == 2


def test_the_version_of_the_pack_counts_up_with_each_change(put: Put, pack: Path) -> None:
    put(RAIN, title="Weather")
    assert "version: 0.1.0" in (pack / "pack.yaml").read_text(encoding="utf-8")
    put(RAIN)
    put(RAIN, SNOW)
    header = (pack / "pack.yaml").read_text(encoding="utf-8")
    assert "version: 0.1.1" in header
    assert "title: Weather" in header


def test_an_answer_that_somebody_wrote_to_an_unanswered_question_stays(put: Put, pack: Path) -> None:
    put(RAIN, Draft("Why fog?"))
    edit(pack, "The source gives no answer.", "A cloud on the ground.")
    for options in ({}, {"answered_only": True}, {"prune": True}):
        put(RAIN, Draft("Why fog?"), **options)
        assert items_at(pack)["why-fog"].open == OpenKey("A cloud on the ground.")


def test_a_picture_that_changed_takes_the_place_of_the_old_one(put: Put, pack: Path) -> None:
    def drawn(name: str) -> Draft:
        return Draft("Which cloud is it?", short=ShortKey(("Cumulus",)), picture=Picture(name, "A cloud"))

    put(drawn("a.png"), told={"pictures": {"a.png": b"\x89PNG\r\n\x1a\n one"}})
    put(drawn("b.png"), told={"pictures": {"b.png": b"\x89PNG\r\n\x1a\n two"}})
    (item,) = items_at(pack).values()
    assert item.picture == Picture("b.png", "A cloud")
    assert (pack / "b.png").read_bytes().endswith(b"two")
