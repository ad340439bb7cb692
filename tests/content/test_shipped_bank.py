"""The pack that comes with Studyhall: well formed, right, and not to be beaten by tricks of test-taking."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from math import exp, log, log2, log10, prod, sqrt
from pathlib import Path
from statistics import fmean, linear_regression

import pytest
from PIL import Image

from bot.rules.numeric import grade_numeric
from bot.rules.short import grade_short
from bot.rules.verdicts import Verdict
from content.audit import RULES, audit
from content.audit.guessing import TRICKS, found_by_tricks, longest
from content.item import Difficulty, Item, Kind
from content.markup import faults as markup_faults
from content.pack import load_pack

ROOT = Path(__file__).resolve().parents[2] / "content" / "packs" / "ml-interview"
LOADED = load_pack(ROOT)
ITEMS = {item.id.partition("/")[2]: item for item in LOADED.items}
GRADED = [item for item in ITEMS.values() if item.kind is not Kind.OPEN]


def of_kind(kind: Kind) -> list[Item]:
    return [item for item in ITEMS.values() if item.kind is kind]


def texts(item: Item) -> Iterator[str]:
    yield item.stem
    yield item.explanation
    yield from item.hints
    yield from item.references
    for option in item.options:
        yield option.text
        yield option.reason
    if item.open is not None:
        yield item.open.reference
        yield from item.open.rubric


def sentences(markdown: str) -> int:
    bare = re.sub(r"\$[^$]*\$|`[^`]*`", "x", markdown)
    return len(re.findall(r"[.!?](?=[*)]?(?:\s|$))", bare))


def test_the_pack_loads_without_a_fault() -> None:
    assert [str(fault) for fault in LOADED.faults] == []
    assert LOADED.pack is not None


def test_it_is_large_broad_and_mixed() -> None:
    kinds = Counter(item.kind for item in ITEMS.values())
    topics = Counter(item.topic for item in ITEMS.values())
    levels = Counter(item.difficulty for item in ITEMS.values())
    least = dict(zip(Kind, (45, 10, 10, 12, 12, 6, 6), strict=True))
    assert len(ITEMS) >= 104
    assert sum(count >= 7 for count in topics.values()) >= 7
    assert {kind: kinds[kind] >= number for kind, number in least.items()} == dict.fromkeys(Kind, True)
    assert min(levels[level] for level in Difficulty) >= len(ITEMS) / 10


# --- numeric keys from first principles -------------------------------------------------------------------


def entropy(*counts: float) -> float:
    total = sum(counts)
    return -sum(count / total * log2(count / total) for count in counts)


def gradient_descent(steps: int, rate: float, point: float) -> float:
    for _ in range(steps):
        point -= rate * 2 * (point - 3)
    return point


def sunny_days_in_the_long_run() -> float:
    sun = 0.0
    for _ in range(200):
        sun = 0.8 * sun + 0.6 * (1 - sun)
    return sun


def pairs_in_order(positives: Sequence[float], negatives: Sequence[float]) -> float:
    return fmean(high > low for high, low in product(positives, negatives))


def posterior_mean(steps: int) -> float:
    rates = [(step + 0.5) / steps for step in range(steps)]
    weights = [rate * (1 - rate) * rate**7 * (1 - rate) ** 3 for rate in rates]
    return sum(rate * weight for rate, weight in zip(rates, weights, strict=True)) / sum(weights)


def positive_and_sick(people: int) -> float:
    sick = people * 0.01
    return sick * 0.9 / (sick * 0.9 + (people - sick) * 0.05)


def updates(rows: int, batch: int, epochs: int) -> int:
    return sum(len(range(0, rows, batch)) for _ in range(epochs))


def harmonic_mean_of_precision_and_recall(hits: int, alarms: int, misses: int) -> float:
    precision, recall = hits / (hits + alarms), hits / (hits + misses)
    return 2 / (1 / precision + 1 / recall)


def stability(expected: Sequence[float], actual: Sequence[float]) -> float:
    return sum((a - e) * log(a / e) for e, a in zip(expected, actual, strict=True))


def inflation(noise: float) -> float:
    """1 / (1 - R^2), with a predictor built so that the other one explains `1 - noise` of its variance."""
    other = [-1.0, -1.0, 1.0, 1.0]
    rest = [-1.0, 1.0, -1.0, 1.0]
    predictor = [sqrt(1 - noise) * a + sqrt(noise) * b for a, b in zip(other, rest, strict=True)]
    slope, intercept = linear_regression(other, predictor)
    residual = sum((y - slope * x - intercept) ** 2 for x, y in zip(other, predictor, strict=True))
    return sum(y * y for y in predictor) / residual


RECOMPUTED: Mapping[str, Callable[[], float]] = {
    "auc-by-hand": lambda: pairs_in_order([0.9, 0.6, 0.4], [0.7, 0.5, 0.3, 0.1]),
    "beta-posterior-mean": lambda: posterior_mean(20_000),
    "confident-mistake": lambda: fmean(-log(p) for p in (0.9, 0.6, 0.1)),
    "count-updates": lambda: updates(1000, 32, 3),
    "dense-parameters": lambda: sum(128 + 1 for _ in range(10)),
    "edge-of-the-cube": lambda: exp(log(0.1) / 10),
    "entropy-three-outcomes": lambda: entropy(2, 1, 1),
    "f1-from-table": lambda: harmonic_mean_of_precision_and_recall(60, 20, 40),
    "four-bit-memory": lambda: 7e9 * 4 / 8 / 1e9,
    "gain-of-split": lambda: entropy(4, 4) - (entropy(3, 1) + entropy(1, 3)) / 2,
    "gini-of-node": lambda: fmean(a != b for a, b in product("AAAAAABB", repeat=2)),
    "inverted-dropout": lambda: 4 / (1 - 0.2),
    "left-out-of-bag": lambda: 100 * (1 - 1e-6) ** 10**6,
    "log-odds-of-080": lambda: log(0.8 / (1 - 0.8)),
    "one-silhouette": lambda: (5 - 2) / max(5, 2),
    "perplexity-of-three": lambda: prod((1 / 2, 1 / 4, 1 / 8)) ** (-1 / 3),
    "psi-of-two-bins": lambda: stability((0.5, 0.5), (0.6, 0.4)),
    "rmse-four-errors": lambda: sqrt(fmean(error**2 for error in (3, -4, 0, 5))),
    "sample-ratio-chi-square": lambda: sum((n - 25_000) ** 2 / 25_000 for n in (25_600, 24_400)),
    "screening-ppv": lambda: positive_and_sick(10_000),
    "standard-error-sample-size": lambda: (0.6 * sqrt(400) / 0.2) ** 2,
    "tfidf-weight": lambda: 3 * log10(1000 / 10),
    "twenty-tests": lambda: 1 - (1 - 0.05) ** 20,
    "two-components-share": lambda: 100 * (4 + 2.5) / (4 + 2.5 + 1 + 0.5),
    "two-gradient-steps": lambda: gradient_descent(2, 0.1, 0.0),
    "upper-fence": lambda: 32 + 1.5 * (32 - 20),
    "vif-from-r2": lambda: inflation(1 - 0.8),
    "weather-chain": sunny_days_in_the_long_run,
    "weighted-clients": lambda: fmean([2.0] * 100 + [4.0] * 300),
}


def test_each_numeric_item_is_recomputed() -> None:
    assert set(RECOMPUTED) == {name for name, item in ITEMS.items() if item.kind is Kind.NUMERIC}


@pytest.mark.parametrize("name", sorted(RECOMPUTED))
def test_a_numeric_key_is_right_to_its_last_digit(name: str) -> None:
    key = ITEMS[name].numeric
    assert key is not None
    decimals = len(key.value.partition(".")[2])
    assert abs(RECOMPUTED[name]() - float(key.value)) <= 0.5 * 10**-decimals + 1e-9


# --- other keys that can be recomputed --------------------------------------------------------------------

CHOSEN: Mapping[str, Callable[[], str]] = {
    "batchnorm-statistics": lambda: f"{(32, 64, 28, 28)[1]}",
    "best-constant": lambda: min(
        (option.text for option in ITEMS["best-constant"].options),
        key=lambda text: sum(abs(value - float(text)) for value in (1, 2, 3, 4, 40)),
    ),
    "entity-level-f1": lambda: f"{harmonic_mean_of_precision_and_recall(1, 1, 1):.2f}",
    "first-bpe-merge": lambda: f"`{' '.join(most_frequent_pair({'tap': 6, 'cap': 5, 'taps': 4, 'tan': 7}))}`",
    "harmonic-pull": lambda: f"{2 / (1 / 1.0 + 1 / 0.1):.2f}",
    "reading-roc": lambda: f"{0.7 * 100:.0f} positives are found, with {0.2 * 900:.0f} false alarms",
    "sigmoid-chain": lambda: f"About $10^{{{round(log10(0.25**10))}}}$",
    "small-margin-loss": lambda: f"{max(0, -0.4):g} and {max(0, 1 - 0.4):g}",
    "three-servers": lambda: f"{fmean([1] * 50 + [2] * 30 + [5] * 20):.1f} %",
}


def most_frequent_pair(corpus: Mapping[str, int]) -> tuple[str, str]:
    counts: Counter[tuple[str, str]] = Counter()
    for word, count in corpus.items():
        for pair in pairwise(word):
            counts[pair] += count
    return counts.most_common(1)[0][0]


@pytest.mark.parametrize("name", sorted(CHOSEN))
def test_the_key_of_a_choice_with_figures_follows_from_the_figures(name: str) -> None:
    item = ITEMS[name]
    assert [item.options[index].text for index in item.key] == [CHOSEN[name]()]


# --- teaching ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", GRADED, ids=lambda item: item.id)
def test_a_graded_item_explains_itself_in_two_to_four_sentences_and_says_where_to_read_on(item: Item) -> None:
    assert 2 <= sentences(item.explanation) <= 4
    assert item.references
    for reference in item.references:
        assert re.fullmatch(r"\S.+\. .+ (?:1[89]|20)\d\d\.", reference), reference


@pytest.mark.parametrize(
    "item", [i for i in GRADED if i.options and i.kind is not Kind.ORDER], ids=lambda item: item.id
)
def test_each_option_has_a_reason_of_its_own(item: Item) -> None:
    reasons = [option.reason for option in item.options]
    assert len(set(reasons)) == len(reasons)
    assert all(len(reason) >= 25 and 1 <= sentences(reason) <= 3 for reason in reasons)
    assert not any(
        re.match(r"(?:incorrect|correct|right|wrong|true|false)[.,;:!]", reason.lower()) for reason in reasons
    )


@pytest.mark.parametrize("item", of_kind(Kind.OPEN), ids=lambda item: item.id)
def test_an_open_item_has_a_reference_answer_of_60_to_150_words_and_four_lines_of_rubric(item: Item) -> None:
    assert item.open is not None
    assert 60 <= len(item.open.reference.split()) <= 150
    assert len(set(item.open.rubric)) == 4
    assert item.references


@pytest.mark.parametrize("item", of_kind(Kind.SHORT), ids=lambda item: item.id)
def test_a_short_item_names_its_confusable_terms_and_does_not_tell_its_answer(item: Item) -> None:
    assert item.short is not None
    accepted = {term.casefold() for term in item.short.accepted}
    assert len(accepted) == len(item.short.accepted)
    assert len(item.short.confusable) >= 3
    assert accepted.isdisjoint(term.casefold() for term in item.short.confusable)
    shown = " ".join((item.stem, *item.hints)).casefold()
    assert not any(re.search(rf"\b{re.escape(term)}\b", shown) for term in accepted)


@pytest.mark.parametrize("item", of_kind(Kind.SHORT), ids=lambda item: item.id)
def test_all_accepted_terms_of_a_short_item_are_graded_right_and_all_confusable_ones_wrong(item: Item) -> None:
    assert item.short is not None
    terms = (*item.short.accepted, *item.short.confusable)
    right = {term for term in terms if grade_short(item.short, (), term).verdict is Verdict.RIGHT}
    assert right == set(item.short.accepted)


@pytest.mark.parametrize("item", of_kind(Kind.NUMERIC), ids=lambda item: item.id)
def test_a_number_rounded_to_three_digits_is_graded_right_and_one_five_per_cent_off_wrong(item: Item) -> None:
    assert item.numeric is not None
    exact = RECOMPUTED[item.id.partition("/")[2]]()
    given = (f"{float(f'{exact:.3g}'):g}", f"{exact * 1.05:f}", f"{exact * 0.95:f}")
    verdicts = [grade_numeric(item.numeric, text).verdict for text in given]
    assert verdicts == [Verdict.RIGHT, Verdict.WRONG, Verdict.WRONG]


def test_the_markdown_of_all_texts_is_sound() -> None:
    found = {item.id: markup_faults(text) for item in ITEMS.values() for text in texts(item) if text}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_maths_code_tables_and_hints_are_used() -> None:
    def using(pattern: str) -> int:
        return sum(bool(re.search(pattern, "\n".join(texts(item)))) for item in ITEMS.values())

    assert using(r"\$[^$]+\$") >= 6
    assert using(r"```(?:python|sql)\n") >= 6
    assert using(r"(?m)^\|(?:---\|)+$") >= 3
    assert sum(bool(item.hints) for item in ITEMS.values()) >= len(ITEMS) / 3


def test_python_in_the_items_can_be_parsed() -> None:
    blocks = [block for item in ITEMS.values() for block in re.findall(r"```python\n(.*?)```", item.stem, re.DOTALL)]
    assert len(blocks) >= 6
    for block in blocks:
        ast.parse(block)


def test_pictures_are_small_and_have_a_text() -> None:
    pictures = [item.picture for item in ITEMS.values() if item.picture is not None]
    assert pictures
    for picture in pictures:
        file = ROOT / Path(picture.path).name
        assert file.stat().st_size < 40_000
        with Image.open(file) as image:
            assert min(image.size) >= 400
        assert len(picture.alt) >= 80


# --- tricks of test-taking --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(TRICKS))
def test_a_trick_finds_the_key_at_most_five_points_above_chance(name: str) -> None:
    found = {trick: (share, lots) for trick, share, lots, _ in found_by_tricks(of_kind(Kind.CHOICE))}
    share, lots = found[name]
    assert share <= lots + 0.05


def test_the_key_is_the_longest_option_in_at_most_30_per_cent_even_with_ties_counted() -> None:
    assert fmean(longest(item) for item in of_kind(Kind.CHOICE) if len(item.options) == 4) <= 0.3


def test_keys_are_spread_over_the_positions() -> None:
    places = Counter(item.key[0] for item in of_kind(Kind.CHOICE))
    assert all(0.2 <= places[place] / places.total() <= 0.3 for place in range(4))
    verdicts = fmean(item.key == (0,) for item in of_kind(Kind.TRUE_FALSE))
    assert 0.4 <= verdicts <= 0.6
    several = Counter(place for item in of_kind(Kind.MULTI) for place in item.key)
    assert max(several.values()) <= 0.8 * len(of_kind(Kind.MULTI))


def test_options_hold_no_absolute_words_and_do_not_point_at_each_other() -> None:
    tell_tales = re.compile(r"\b(?:always|never|all of the above|none of the above|option [A-J])\b", re.IGNORECASE)
    options = [option.text for item in ITEMS.values() for option in item.options]
    assert [text for text in options if tell_tales.search(text)] == []


def test_the_audit_finds_nothing_in_the_items_themselves() -> None:
    assert LOADED.pack is not None
    report = audit(LOADED.pack, LOADED.items, tuple(RULES))
    assert [str(finding) for finding in report.findings if finding.item] == []
    assert report.score >= 95
