"""The audit of packs: each rule on an item that has its fault and on one near it that has not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from content.audit import RULES, Finding, Report, audit
from content.audit.chance import EXACT, at_least, at_most
from content.audit.likeness import alike
from content.item import Difficulty, Item, Kind, OpenKey, Option
from content.pack import load_pack
from content.record import Pack

ENGLISH = Pack("small", "Small", "0.1.0", "CC0-1.0", ("en",), "A pack.", "small")
CHINESE = replace(ENGLISH, languages=("zh-Hans", "en"))
ALL = tuple(RULES)
DOCS = Path(__file__).parents[2] / "docs" / "packs.md"
STEM = "Which quantity does the interval around the mean describe?"
OPTIONS = (
    "The population, by a method",
    "The next observation",
    "The middle half of the data",
    "The range of the means",
)


def choice(
    *options: str, stem: str = STEM, key: Sequence[int] = (0,), kind: Kind = Kind.CHOICE, name: str = "one"
) -> Item:
    """A choice without faults, but for what is given. The first option is the key."""
    shown = tuple(Option(text, f"About {text}.") for text in options or OPTIONS)
    item = Item(f"small/{name}", kind, stem, "topic", "concept", Difficulty.EASY, options=shown, key=tuple(key))
    return replace(item, explanation="Why.", references=("A. Writer. Book. 2020.",), where="small/pack.yaml:9")


def found(*items: Item, rule: str = "", pack: Pack = ENGLISH) -> list[Finding]:
    """What the audit finds by a rule, or by all."""
    return list(audit(pack, items, (rule,) if rule else ALL).findings)


CASES: dict[str, tuple[Item, Item]] = {
    "absolute-word": (
        choice("It often grows", "It always falls", "It may rest", "It can turn"),
        choice("It never grows", "It always falls", "It may rest", "It can turn"),
    ),
    "all-of-the-above": (
        choice("The mean", "The median", "The mode", "All of the above"),
        choice("The mean", "The median", "The mode", "All of the rows"),
    ),
    "near-equal-options": (
        choice("The sample", "A sample.", "The mean", "The mode"),
        choice("`a < b`", "`a > b`", "Samples of x", "Samples of X"),
    ),
    "stem-clue": (
        choice("The covering of the mean", "A forecast", "A share", "A range", stem="How often is it covered?"),
        choice("The covering of the mean", "A cover", "A share", "A range", stem="How often is it covered?"),
    ),
    "grammar-clue": (
        choice("outlier", "mean", "mode", "median", stem="A value far from all others is called an"),
        choice("outlier", "error", "interval", "average", stem="A value far from all others is called an"),
    ),
    "key-much-longer": (
        choice("The mean of the population, by a method that covers it", "The range", "The next mean", "The share"),
        choice("The mean of the population, by a method", "The share of the sample that is seen", "A", "B"),
    ),
    "short-distractor": (
        choice("The mean of the population, by a method", "The share of what was observed", "x", "The range of means"),
        choice("Mean", "Share", "x", "Range"),
    ),
    "negative-stem": (
        choice(stem="Which of these is not moved by one huge value?"),
        choice(stem="Which of these is *not* moved by one huge value?"),
    ),
    "long-stem": (
        choice(stem="The model " + "and the data " * 15 + "meet. Why?"),
        choice(stem="The model meets the data. " * 8 + "Why?"),
    ),
    "long-option": (
        choice("One", "Two", "Three", "a word " * 16),
        choice("One", "Two", "Three", "a word " * 14),
    ),
    "overlapping-options": (
        choice("0-10 %", "10-20 %", "20-30 %", "more than 30 %"),
        choice("0-9 %", "10-19 %", "20-30 %", "more than 30 %"),
    ),
    "unordered-options": (choice("10 ms", "1 ms", "100 ms"), choice("1 ms", "10 ms", "100 ms")),
    "no-explanation": (
        replace(choice(), explanation=""),
        replace(choice(), kind=Kind.OPEN, explanation="", options=(), key=(), open=OpenKey("So.", ("Says so.",))),
    ),
    "no-reasons": (
        replace(choice(), options=(Option("Mean", "It moves."), Option("Median"))),
        replace(choice(), kind=Kind.ORDER, options=(Option("One"), Option("Two"), Option("Three")), key=(0, 1, 2)),
    ),
    "no-references": (replace(choice(), references=()), choice()),
    "no-rubric": (
        replace(choice(), kind=Kind.OPEN, options=(), key=(), open=OpenKey("So.")),
        replace(choice(), kind=Kind.OPEN, options=(), key=(), open=OpenKey("So.", ("Says so.",))),
    ),
    "unknown-acceptance": (
        replace(choice(), tags=("audit-ok:negative-stems",)),
        replace(choice(), tags=("audit-ok:negative-stem", "warm-up")),
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_the_item_with_its_fault_and_not_the_one_near_it(rule: str) -> None:
    faulty, well = CASES[rule]
    (finding, *more) = found(faulty, rule=rule)
    assert (finding.rule, finding.item, finding.where) == (rule, "small/one", "small/pack.yaml:9")
    assert not more or rule == "overlapping-options"
    assert found(well, rule=rule) == []


def test_an_item_that_is_well_written_has_no_finding_at_all() -> None:
    assert found(choice()) == []


@pytest.mark.parametrize(
    "stem",
    [
        "Which of the following would you not expect after a rate that is too high?",
        "All of these shrink the variance except",
        "What doesn't change when the features are scaled?",
        "Which statement about bagged trees of full depth is false?",
        "Which is least likely?",
    ],
)
def test_a_stem_that_asks_for_what_is_not_so_is_found_in_every_wording(stem: str) -> None:
    assert [finding.rule for finding in found(choice(stem=stem), rule="negative-stem")] == ["negative-stem"]


@pytest.mark.parametrize(
    "stem",
    [
        "Which statement explains why the loss does not fall?",
        "The data are not scaled. Which model suffers?",
        "Which of these is NOT a filter?",
        "Which of these is true except in the limit?",
        "What happens if the classes are not balanced?",
    ],
)
def test_a_negative_word_elsewhere_or_stressed_is_no_negative_stem(stem: str) -> None:
    assert found(choice(stem=stem), rule="negative-stem") == []


@pytest.mark.parametrize(
    "text", ["None of these", "both A and B", "A and C only", "Neither of the options", "(A) and (B)"]
)
def test_an_option_about_the_others_is_found_in_every_wording(text: str) -> None:
    assert len(found(choice("Mean", "Mode", "Median", text), rule="all-of-the-above")) == 1


@pytest.mark.parametrize("text", ["None of them", "A and B are independent", "Both rows", "All of these rows grow"])
def test_an_option_that_counts_something_is_not_about_the_others(text: str) -> None:
    assert found(choice("Mean", "Mode", "Median", text), rule="all-of-the-above") == []


def test_letters_of_which_the_stem_speaks_are_no_options() -> None:
    item = choice("A and B", "A and C", "B and C", stem="Of A, B and C two are independent. Which?")
    assert found(item, rule="all-of-the-above") == []


def test_numbers_that_are_written_in_two_ways_are_the_same_option() -> None:
    (finding,) = found(choice("0.5", "50 %", "0.7", "0.9"), rule="near-equal-options")
    assert finding.message == '"0.5" and "50 %" say the same'


@pytest.mark.parametrize(
    ("options", "overlap"),
    [
        (("less than 5", "5 to 10", "more than 10"), False),
        (("at most 5", "5 to 10", "more than 10"), True),
        (("between 0 and 4 kg", "between 5 and 9 kg", "10 kg"), False),
        (("0 and 5", "5 and 9", "9 and 12"), False),
        (("0–5 m", "4–9 km", "10 m"), False),
        (("最多5", "5至10", "超过10"), True),
        (("5", "5.0", "7"), False),
    ],
)
def test_ranges_overlap_where_they_have_a_value_in_common(options: tuple[str, ...], *, overlap: bool) -> None:
    assert bool(found(choice(*options), rule="overlapping-options")) is overlap


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        (choice("均值", "中位数", "众数", "以上都是", stem="哪一项最稳健？"), "all-of-the-above"),
        (choice("有时增加", "总是减少", "可能不变", stem="方差会怎样？"), "absolute-word"),
        (choice("均值", "中位数", "众数", stem="下列哪一项不受极端值影响？"), "negative-stem"),
        (choice("均值", "中位数", "众数" * 40, stem="哪一项最稳健？"), "long-option"),
        (choice("均值", "中位数", "众数", stem="哪一项最稳健，" + "请说明原因" * 20 + "？"), "long-stem"),
    ],
)
def test_chinese_items_are_read_by_their_own_words(item: Item, rule: str) -> None:
    assert [finding.rule for finding in found(item, rule=rule, pack=CHINESE)] == [rule]


def test_several_short_options_and_an_article_that_no_option_fits_give_nothing_away() -> None:
    long = [f"The {word} of what was observed in the sample" for word in ("mean", "share", "range")]
    assert found(choice(*long, "x", "y"), rule="short-distractor") == []
    stem = "A value far from all others is called an"
    assert found(choice("mean", "outlier", "mode", stem=stem), rule="grammar-clue") == []


def test_a_stressed_negative_word_in_chinese_is_no_fault() -> None:
    item = choice("均值", "中位数", "众数", stem="下列哪一项**不**受极端值影响？")
    assert found(item, rule="negative-stem", pack=CHINESE) == []


def test_what_there_are_no_words_for_in_a_language_is_told() -> None:
    german = audit(replace(ENGLISH, languages=("de",)), [CASES["absolute-word"][0]], ALL)
    chinese = audit(CHINESE, [choice()], ALL)
    assert german.unchecked == tuple(name for name in ALL if RULES[name].worded)
    assert chinese.unchecked == ("stem-clue", "grammar-clue")
    assert audit(ENGLISH, [choice()], ALL).unchecked == ()
    assert "absolute-word" not in {finding.rule for finding in german.findings}


def test_a_finding_that_the_author_accepts_is_not_told_again_but_counted() -> None:
    faulty = CASES["negative-stem"][0]
    report = audit(ENGLISH, [replace(faulty, tags=("audit-ok:negative-stem",))], ("negative-stem", "no-reasons"))
    assert report == Report("small", 1, (), (), 1)
    other = audit(ENGLISH, [replace(faulty, tags=("audit-ok:no-reasons",))], ("negative-stem",))
    assert len(other.findings) == 1


# --- the pack as a whole ----------------------------------------------------------------------------------


def many(keys: Sequence[int], texts: Sequence[str] = ("alpha", "gamma", "delta", "kappa")) -> list[Item]:
    """A choice for each key, all with options of these texts."""
    return [choice(*texts, key=(key,), name=f"n{number}") for number, key in enumerate(keys)]


def test_keys_that_stand_in_one_place_too_often_are_found_and_spread_ones_are_not() -> None:
    told = [finding.message for finding in found(*many([1] * 10 + [0, 2, 3] * 4), rule="key-position")]
    assert found(*many([0, 1, 2, 3] * 5), rule="key-position") == []
    assert found(*many([1, 1, 1, 0]), rule="key-position") == []
    assert told == []
    (finding,) = found(*many([1] * 14 + [0, 2, 3] * 2 + [0, 2]), rule="key-position")
    assert finding.message == "B is the key of 14 of 22, where lots would give 6"
    assert finding.where == "small/pack.yaml:1"


def test_a_small_skew_of_many_keys_is_no_finding_however_sure_it_is() -> None:
    assert found(*many([0, 1, 2, 3] * 250 + [1] * 100), rule="key-position") == []


def test_true_as_the_key_of_most_statements_is_found() -> None:
    statements = [choice("true", "false", key=(0,), kind=Kind.TRUE_FALSE, name=f"s{n}") for n in range(12)]
    (finding,) = found(*statements, rule="key-position")
    assert finding.message == "true is the key of 12 of 12, where lots would give 6"
    half = [replace(each, key=(n % 2,)) for n, each in enumerate(statements)]
    assert found(*half, rule="key-position") == []


def test_a_pack_whose_longest_option_is_mostly_the_key_is_guessable() -> None:
    texts = ("a longer one", "beta", "iota", "zeta")
    told = [finding.message for finding in found(*many([0] * 8 + [1] * 4, texts), rule="guessable")]
    assert told[0] == "who takes the longest option finds 67% of the keys, 25% by lot"
    assert found(*many([0, 1, 2, 3] * 3, texts), rule="guessable") == []
    assert found(*many([0, 0], texts), rule="guessable") == []


def test_concepts_with_one_item_are_told_in_one_line_from_twenty_items_on() -> None:
    items = [replace(choice(name=f"c{n}"), concept=f"concept-{n:02}") for n in range(20)]
    (finding,) = found(*items, *items[:1], rule="single-item-concept")
    assert finding.message.startswith("19 of 20 concepts have one item: concept-01, concept-02")
    assert finding.message.endswith("and 14 more")
    assert found(*items, *items, rule="single-item-concept") == []
    assert found(*items[:19], rule="single-item-concept") == []


def test_topics_and_levels_out_of_balance_are_told_from_twenty_items_on() -> None:
    easy = [replace(choice(name=f"t{n}"), topic="big" if n else "small") for n in range(22)]
    mixed = [replace(each, topic="ab"[n % 2], difficulty=list(Difficulty)[n % 3]) for n, each in enumerate(easy)]
    topics = [finding.message for finding in found(*easy, rule="topic-imbalance")]
    levels = [finding.message for finding in found(*easy, rule="difficulty-imbalance")]
    assert topics == ["few items are about small", "21 of 22 items are about big"]
    assert levels == ["100% of the items are easy", "0% of the items are medium", "0% of the items are hard"]
    for rule in ("topic-imbalance", "difficulty-imbalance"):
        assert found(*mixed, rule=rule) == []
        assert found(*easy[:10], rule=rule) == []


def test_nearly_the_same_item_is_told_once_with_the_earlier_one() -> None:
    first = choice(stem="Which of the two quantities does the interval around the mean describe?", name="first")
    again = choice(*reversed(OPTIONS), stem="Which of two quantities does the interval around the mean describe?")
    other = choice("Ridge", "Lasso", "Trees", stem="Which of the two quantities does the interval describe?", name="x")
    (finding,) = found(first, other, again, rule="near-duplicate")
    assert finding.item == "small/one"
    assert re.fullmatch(r"\d\d% of it is the same as first \(small/pack.yaml:9\)", finding.message)


def test_chinese_items_that_are_nearly_the_same_are_found() -> None:
    options = ("总体的均值", "下一个观测值", "样本的范围")
    first = choice(*options, stem="置信区间描述的是哪一个量？", name="first")
    again = choice(*options, stem="这个置信区间描述的是哪个量？")
    assert [(one, two) for one, two, _ in alike([first, again])] == [(0, 1)]


def test_the_time_to_compare_items_that_are_all_alike_grows_with_their_number_and_not_its_square() -> None:
    items = [choice(stem=f"In sample {n}, {STEM.lower()}", name=f"n{n}") for n in range(4_000)]
    few, all_of_them = (_seconds(items[:number]) for number in (500, 4_000))
    assert all_of_them < 24 * few  # eight times as many items; the square would be 64


def _seconds(items: Sequence[Item]) -> float:
    start = process_time()
    assert len(list(alike(items))) == len(items) - 1
    return process_time() - start


# --- chance -----------------------------------------------------------------------------------------------


def test_the_probability_of_hits_is_exact_for_unlike_chances() -> None:
    assert at_least(2, [0.5, 0.25]) == pytest.approx(0.125)
    assert at_least(1, [0.5, 0.25]) == pytest.approx(1 - 0.5 * 0.75)
    assert at_most(0, [0.5, 0.25]) == pytest.approx(0.5 * 0.75)
    assert at_least(0, [0.5]) == 1.0


def test_the_curve_for_many_trials_is_near_the_exact_probability() -> None:
    exact, curve = at_least(115, [0.25] * EXACT), at_least(115, [0.25] * EXACT + [0.0])
    assert exact == pytest.approx(curve, abs=0.005)
    assert exact != curve


# --- the score --------------------------------------------------------------------------------------------


def test_the_score_takes_from_each_item_by_weight_and_from_the_pack_by_points() -> None:
    serious = Finding("near-equal-options", "small/a", "f:1", "", "")
    ordinary = Finding("no-reasons", "small/b", "f:1", "", "")
    slight = Finding("no-references", "small/b", "f:1", "", "")
    of_pack = Finding("key-position", "", "f:1", "", "")
    assert Report("small", 10, ()).score == 100
    assert Report("small", 10, (serious,)).score == 95
    assert Report("small", 10, (ordinary, slight)).score == 96
    assert Report("small", 10, (of_pack,)).score == 95
    assert Report("small", 1, (serious, serious, serious, of_pack)).score == 0
    assert Report("small", 2, (serious, serious, serious)).score == 50
    assert Report("small", 0, ()).score == 0


def test_every_rule_is_documented_with_its_weight_and_source() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (\w+) \| (.+?) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [
        (rule.name, rule.about, rule.weight.name.lower(), rule.source if rule.source != "Studyhall" else "-")
        for rule in RULES.values()
    ]


def test_the_pack_that_authors_begin_with_has_no_finding(tmp_path: Path) -> None:
    (example,) = re.findall(
        r"^```yaml pack first-pack.yaml\n(.*?)^```$", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "first-pack.yaml").write_text(example, encoding="utf-8")
    loaded = load_pack(tmp_path / "first-pack.yaml")
    assert loaded.pack is not None
    assert [str(finding) for finding in audit(loaded.pack, loaded.items, ALL).findings] == []
