from __future__ import annotations

from bot.rules.mending import mended
from bot.rules.shown import show
from content.item import Difficulty, Item, Kind, Option, ShortKey, Translation


def item(kind: Kind, **more: object) -> Item:
    return Item("pack/item", kind, "How many?", "topic", "concept", Difficulty.EASY, "Because.", **more)  # type: ignore[arg-type]


def test_where_the_options_are_alike_in_two_languages_the_stem_tells_which_was_shown() -> None:
    chinese = Translation(stem="有几个?", options=(Option("1", "太少。"), Option("2", "正好。")), explanation="因为。")
    options = (Option("1", "Too few."), Option("2", "Just so."))
    wrong, right = (item(Kind.CHOICE, options=options, key=(key,), translations={"zh": chinese}) for key in range(2))
    for language, told in (("zh", "因为。"), ("en", "Because.")):
        shown = show(wrong, "seed", language)
        for now in ("zh", "en"):
            after = mended(shown, right, now)
            assert (after.stem, after.explanation) == (shown.stem, told)
            assert [after.options[index].text for index in after.key] == ["2"]


def test_what_is_accepted_now_is_no_other_answer_that_a_typo_could_be_meant_for() -> None:
    before, after = (
        item(Kind.SHORT, short=ShortKey(accepted, confusable))
        for accepted, confusable in ((("mean",), ()), (("mean", "means"), ("median",)))
    )
    shown = show(before, "seed", near=("means", "median", "meant"))
    assert mended(shown, after, "en").near == ("meant",)
