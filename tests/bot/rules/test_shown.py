import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.shown import show, shown_from_json
from content.item import (
    Difficulty,
    Item,
    Kind,
    NumericKey,
    OpenKey,
    Option,
    Picture,
    ShortKey,
    Translation,
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
OPTIONS = st.lists(st.builds(Option, TEXTS, TEXTS), min_size=2, max_size=6, unique_by=lambda option: option.text)


def item(kind: Kind, options: tuple[Option, ...] = (), key: tuple[int, ...] = (), **more: object) -> Item:
    return Item("pack/item", kind, "Stem?", "topic", "concept", Difficulty.HARD, "Because.", options, key, **more)  # type: ignore[arg-type]


@st.composite
def items(draw: st.DrawFn) -> Item:
    """Items of every kind, with everything that an item of the kind can have."""
    kind = draw(st.sampled_from(Kind))
    options = tuple(draw(OPTIONS)) if kind in (Kind.CHOICE, Kind.MULTI, Kind.ORDER) else ()
    if kind is Kind.TRUE_FALSE:
        options = tuple(Option(text, draw(TEXTS)) for text in draw(st.permutations(["true", "false"])))
    indexes = st.permutations(range(len(options)))
    return item(
        kind,
        options,
        tuple(range(len(options))) if kind is Kind.ORDER else tuple(sorted(draw(indexes)[:1])),
        numeric=NumericKey("0.5", "0.1", relative=True, unit="%") if kind is Kind.NUMERIC else None,
        short=ShortKey(("one", "two"), ("three",)) if kind is Kind.SHORT else None,
        open=OpenKey(draw(TEXTS), ("line",)) if kind is Kind.OPEN else None,
        references=tuple(draw(st.lists(TEXTS, max_size=2))),
        picture=draw(st.none() | st.just(Picture("roc.png", "a curve"))),
    )


@given(items(), TEXTS, st.lists(TEXTS, max_size=2).map(tuple))
def test_an_item_as_shown_survives_json(given_item: Item, seed: str, near: tuple[str, ...]) -> None:
    shown = show(given_item, seed, near=near)
    assert shown_from_json(json.loads(json.dumps(shown.to_json()))) == shown


@given(OPTIONS, TEXTS, st.data())
def test_swapping_the_key_changes_neither_the_order_nor_the_texts(
    options: list[Option], seed: str, data: st.DataObject
) -> None:
    one, two = (data.draw(st.integers(0, len(options) - 1)) for _ in range(2))
    before = show(item(Kind.CHOICE, tuple(options), (one,)), seed)
    after = show(item(Kind.CHOICE, tuple(options), (two,)), seed)
    assert replace(before, key=after.key) == after
    assert before.options[before.key[0]] == options[one]


@given(OPTIONS, TEXTS)
def test_the_order_of_options_depends_on_their_texts_and_the_seed_alone(options: list[Option], seed: str) -> None:
    texts = {option.text for option in options}
    first = show(item(Kind.CHOICE, tuple(options), (0,)), seed)
    again = show(item(Kind.CHOICE, tuple(reversed(options)), (0,)), seed)
    assert first.options == again.options
    assert {option.text for option in first.options} == texts


@given(OPTIONS, TEXTS)
def test_the_key_of_an_order_item_puts_the_shown_options_in_the_right_order(options: list[Option], seed: str) -> None:
    shown = show(item(Kind.ORDER, tuple(options), tuple(range(len(options)))), seed)
    assert [shown.options[index] for index in shown.key] == options


@given(OPTIONS, TEXTS, st.data())
def test_the_key_of_a_multi_item_names_the_same_options_in_ascending_letters(
    options: list[Option], seed: str, data: st.DataObject
) -> None:
    key = tuple(sorted(data.draw(st.sets(st.integers(0, len(options) - 1), min_size=1))))
    shown = show(item(Kind.MULTI, tuple(options), key), seed)
    assert list(shown.key) == sorted(shown.key)
    assert {shown.options[index].text for index in shown.key} == {options[index].text for index in key}


def test_true_is_always_shown_before_false() -> None:
    for options in (("true", "false"), ("false", "true")):
        for seed in "abcdef":
            shown = show(item(Kind.TRUE_FALSE, tuple(map(Option, options)), (options.index("true"),)), seed)
            assert [option.text for option in shown.options] == ["true", "false"]
            assert shown.key == (0,)


def test_different_seeds_show_options_in_different_orders() -> None:
    options = tuple(Option(text) for text in "wxyz")
    orders = {show(item(Kind.CHOICE, options, (0,)), str(seed)).options for seed in range(50)}
    assert len(orders) > 10


def test_a_translation_replaces_what_it_holds_and_the_rest_stays() -> None:
    german = Translation(stem="Wie?", options=(Option("ja"), Option("nein")), picture_alt="eine Kurve")
    original = item(
        Kind.CHOICE,
        (Option("yes"), Option("no")),
        (1,),
        translations={"de": german},
        picture=Picture("roc.png", "a curve"),
    )
    shown = show(original, "seed", "de")
    assert (shown.stem, shown.explanation, shown.picture_alt) == ("Wie?", "Because.", "eine Kurve")
    assert shown.options[shown.key[0]].text == "nein"
    assert show(original, "seed", "fr") == show(original, "seed")


def test_answers_accepted_in_the_original_language_stay_accepted_in_a_translation() -> None:
    original = item(
        Kind.SHORT,
        short=ShortKey(("overfitting",), ("underfitting",)),
        translations={"de": Translation(accepted=("Überanpassung",))},
    )
    shown = show(original, "seed", "de")
    assert shown.short == ShortKey(("Überanpassung", "overfitting"), ("underfitting",))
