"""The published error rates are those of the code, and stay within their bar."""

from collections import Counter

from tests.bot.rules.rates import BEGIN, END, PAGE, errors, exact, guesses, ours, similar, tables


def test_the_published_rates_are_the_measured_ones() -> None:
    published = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert published.strip() == tables().strip(), "run python -m tests.bot.rules.rates and explain what changed"


def test_hardly_any_wrong_guess_is_accepted_and_few_right_ones_are_refused() -> None:
    right, refused, wrong, accepted = errors(ours, guesses())
    assert accepted <= 0.01 * wrong
    assert refused <= 0.04 * right


def test_the_set_is_large_varied_and_about_half_of_it_is_to_be_refused() -> None:
    labelled = guesses()
    assert len(labelled) >= 340
    assert 0.45 <= sum(guess.accept for guess in labelled) / len(labelled) <= 0.55
    assert len({guess.kind for guess in labelled}) >= 15


def test_no_guess_is_labelled_twice_for_the_same_item() -> None:
    counts = Counter((guess.shown, guess.text) for guess in guesses())
    assert [(guess[1], count) for guess, count in counts.items() if count > 1] == []


def test_simple_rules_do_worse_on_both_sides_or_far_worse_on_one() -> None:
    labelled = guesses()
    _, refused, _, accepted = errors(ours, labelled)
    assert errors(exact, labelled)[1] > 10 * (refused + accepted)
    assert errors(similar, labelled)[3] > 10 * (accepted + 1)
