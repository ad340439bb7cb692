"""Every card is a message that Discord takes, whatever stands in it; short options are buttons and long ones a list."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from adapters.discord.cards import as_text, components_of, shows_whole
from adapters.discord.fitting import MOST, MOST_TEXT
from adapters.discord.picks import ordering, read_order
from adapters.discord.runs import ELLIPSIS
from bot.ports import (
    Bar,
    Bars,
    Button,
    Buttons,
    Card,
    Choice,
    Fine,
    Moment,
    Options,
    Pick,
    Picture,
    Table,
    Text,
    Tone,
)
from bot.rules.shown import Shown, show
from content.item import Kind
from content.pack import load_pack
from tests.adapters.discord.reader import read
from tests.adapters.slack.test_lengths import cards_of, questions
from tests.content.test_shipped_bank import ROOT as SHIPPED
from tests.contract.test_every_adapter import HOSTILE, cards
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.components import TEXT, leaves, walk
from tests.fakes.discord.facts import V2, Json
from tests.fakes.discord.pings import marked
from tests.fakes.discord.spec import against_spec

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVERYTHING = f"{HOSTILE} <@1> <@&2> <#3> @here </x:4> <t:5> :smile: ```\n@everyone\n# x\n- y\n> z\n-# w ||s||"


def accepted(components: list[Json], *files: str, described: bool = False) -> list[Json]:
    """Components that Discord takes and that mention nobody; where asked, by its own description of itself too."""
    body = {"flags": V2, "components": components, "allowed_mentions": {"parse": []}}
    assert Body(body, "create", files=files).wrong() == []
    assert not described or against_spec("POST", "/channels/{channel_id}/messages", body) == []
    found = [each for each, _ in walk(components)]
    texts = [each["content"] for each in found if each["type"] == TEXT]
    assert len(found) <= MOST
    assert sum(map(len, texts)) <= MOST_TEXT
    assert [who for text in texts for who in marked(text)] == []
    assert not {"mention", "emoji", "spoiler", "quote"} & {kind for text in texts for kind in read(ours(text)).kinds}
    return components


def ours(text: str) -> str:
    """A text without the closing time in it, which is of our own writing."""
    return text.replace(f"<t:{int(NOON.timestamp())}:f>", "").replace(f"<t:{int(NOON.timestamp())}:R>", "")


def drawn(*blocks: Any, tone: Tone = Tone.PLAIN, title: str = "") -> list[Json]:
    """What the container has."""
    (box,) = accepted(components_of(Card(title, blocks, tone)))
    return list(box["components"])


def texts(components: list[Json]) -> list[str]:
    return [each["content"] for each, _ in walk(components) if each["type"] == TEXT]


def options(*said: str, pick: Pick = Pick.ONE, pressable: bool = True) -> Options:
    submit = "" if pick is Pick.ONE else "answer:abc"
    return Options(tuple(Choice(f"answer:abc:{n}", text) for n, text in enumerate(said)), pick, submit, pressable)


@pytest.mark.parametrize("number", range(len(cards())))
def test_discord_takes_every_card(number: int) -> None:
    card = cards()[number]
    moments = [block for block in card.blocks if isinstance(block, Moment)]
    if moments:
        card = Card(card.title, tuple(Moment(b.text, NOON) if b in moments else b for b in card.blocks), card.tone)
    accepted(components_of(card), described=True)
    assert json.loads(as_text(card)) == {"components": components_of(card)}


def test_a_card_with_nothing_in_it_is_a_message_too() -> None:
    assert texts(accepted(components_of(Card("", (Text(""), Fine(" ")))))) == [ELLIPSIS]


def test_the_colour_and_a_sign_before_the_title_tell_the_tone() -> None:
    boxes = {tone: components_of(Card("Title", (), tone))[0] for tone in Tone}
    assert len({box.get("accent_color") for box in boxes.values()}) == len(Tone)
    assert "accent_color" not in boxes[Tone.PLAIN]
    titles = {tone: box["components"][0]["content"] for tone, box in boxes.items()}
    assert (titles[Tone.RIGHT], titles[Tone.WRONG]) == ("### ✅ Title", "### ❌ Title")
    assert titles[Tone.QUESTION] == "### Title"


def test_a_title_is_one_line_and_keeps_its_number_sign() -> None:
    assert drawn(title="On\nC#")[0]["content"] == "### On C#\u200b"
    assert read(drawn(title="# x")[0]["content"]).text == "# x"
    assert len(drawn(title="t" * 5000)[0]["content"]) < 300


# --- Options ------------------------------------------------------------------------------------------------------


def test_short_plain_options_are_buttons_alone() -> None:
    (first, second) = drawn(options("mean", "mode", "range", "数据", "sum", "a" * 30))
    assert [each["label"] for each in leaves([first, second])] == [
        "A  mean",
        "B  mode",
        "C  range",
        "D  数据",
        "E  sum",
        f"F  {'a' * 30}",
    ]
    assert [each["custom_id"] for each in leaves([first, second])] == [f"answer:abc:{n}" for n in range(6)]
    assert len(first["components"]) == 5


@pytest.mark.parametrize("longer", ["**bold**", "`code`", "$x$", "a" * 31])
def test_other_options_stand_in_a_list_above_buttons_with_their_letters(longer: str) -> None:
    listed, row = drawn(options("short", longer))
    assert listed["content"].startswith("**A**  short\n**B**  ")
    assert [each["label"] for each in leaves([row])] == ["A", "B"]


def test_long_options_are_picked_from_a_list_that_opens() -> None:
    _, _, rule, listed, row = drawn(Text("Why?"), options("short", "word " * 30), title="Question")
    assert "word " * 29 in listed["content"]
    assert rule["type"] == 14
    (select,) = leaves([row])
    assert select["custom_id"] == "one>1"
    assert [each["value"] for each in select["options"]] == ["answer:abc:0", "answer:abc:1"]
    assert select["options"][1]["label"].startswith("B  word word")


def test_several_lists_of_one_card_are_told_apart() -> None:
    long = options(*("word " * 30,) * 2)
    other = Options(tuple(Choice(f"answer:xyz:{n}", each.text) for n, each in enumerate(long.choices)))
    assert [each["custom_id"] for each in leaves(drawn(long, other))] == ["one>0", "one>1"]


def test_several_options_are_picked_at_once() -> None:
    listed, row = drawn(options("a", "b", "c", pick=Pick.MANY))
    assert listed["content"] == "**A**  a\n**B**  b\n**C**  c"
    (select,) = leaves([row])
    assert (select["custom_id"], select["min_values"], select["max_values"]) == ("many>answer:abc", 1, 3)


def test_in_a_reaction_round_letters_are_those_that_people_react_with() -> None:
    (listed,) = drawn(options("a", "b", pressable=False), tone=Tone.QUESTION)
    assert listed["content"] == "🇦  a\n🇧  b"
    (closed,) = drawn(options("a", "b", pressable=False), tone=Tone.REVEAL)
    assert closed["content"] == "**A**  a\n**B**  b"


def test_an_option_that_is_code_begins_below_its_letter() -> None:
    (listed,) = drawn(options("```py\nx = 1\n```", "b", pressable=False))
    assert listed["content"] == "**A**\n```py\nx = 1\n```\n**B**  b"


def test_swapping_which_option_is_the_key_changes_nothing() -> None:
    shown = show(next(item for item in load_pack(SHIPPED).items if item.kind is Kind.CHOICE), "seed")
    asked = [as_text(cards_of(replace(shown, key=(key,)))[0]) for key in range(len(shown.options))]
    assert len(set(asked)) == 1


# --- Orders -------------------------------------------------------------------------------------------------------


def picked_in_turn(count: int, places: list[int]) -> str | tuple[str, ...]:
    """What comes of picking these places one after another, each in the message as it then is."""
    (select,) = leaves(drawn(options(*"abcdefghij"[:count], pick=Pick.ORDERED)))
    for place in places:
        value = f"answer:abc:{place}"
        came = read_order(select["custom_id"], [value], select["options"])
        if isinstance(came, tuple):
            return came
        select = ordering("answer:abc", select["options"], came)
        accepted([{"type": 1, "components": [select]}])
    return str(select["custom_id"])


def test_an_order_is_picked_one_by_one_and_the_last_follows_by_itself() -> None:
    assert picked_in_turn(4, []) == "order>answer:abc>"
    assert picked_in_turn(4, [2]) == "order>answer:abc>c"
    assert picked_in_turn(4, [2, 0]) == "order>answer:abc>ca"
    assert picked_in_turn(4, [2, 0, 3]) == tuple(f"answer:abc:{n}" for n in (2, 0, 3, 1))


def test_what_is_picked_again_is_taken_back_with_all_after_it() -> None:
    assert picked_in_turn(5, [2, 0, 1, 0]) == "order>answer:abc>c"
    assert picked_in_turn(5, [2, 0, 1, 2]) == "order>answer:abc>"


@given(st.integers(1, 10).flatmap(lambda count: st.permutations(range(count))))
def test_any_order_can_be_picked(places: list[int]) -> None:
    assert picked_in_turn(len(places), places) == tuple(f"answer:abc:{n}" for n in places)


def test_the_list_shows_what_was_picked_so_far() -> None:
    offered = [{"label": f"{sign}  1 · B  {sign}", "value": sign} for sign in "ABC"]
    one = ordering("r", offered, "b")
    two = ordering("r", one["options"], "ba")
    assert [each["label"] for each in two["options"]] == ["2 · A  1 · B  A", "1 · B  1 · B  B", "C  1 · B  C"]
    assert two["placeholder"] == "B → A → …"
    assert ordering("r", two["options"], "")["options"] == offered


@pytest.mark.parametrize(
    ("custom_id", "values"),
    [
        ("order>r>", ["x"]),
        ("order>r>", []),
        ("order>r>", ["A", "B"]),
        ("order>r>d", ["A"]),
        ("order>r>bb", ["A"]),
        ("order>r>B", ["A"]),
    ],
)
def test_what_was_never_offered_is_not_picked(custom_id: str, values: list[str]) -> None:
    offered = [{"label": sign, "value": sign} for sign in "ABC"]
    with pytest.raises(ValueError, match=r"."):
        read_order(custom_id, values, offered)


# --- Other blocks -------------------------------------------------------------------------------------------------


def test_bars_are_drawn_and_the_right_one_is_marked() -> None:
    (bars,) = drawn(Bars((Bar("**A** yes", 3, 0.75, marked=True), Bar("**B** no", 1, 0.25))))
    assert bars["content"] == "**✓** **A** yes\n`█████████···`  3 · 75%\n**B** no\n`███·········`  1 · 25%"


def test_an_instant_is_shown_in_the_zone_of_who_reads_it() -> None:
    (moment,) = drawn(Moment("Closes {time}, <t:1>.", NOON))
    at = int(NOON.timestamp())
    assert moment["content"].startswith(f"-# Closes <t:{at}:f> (<t:{at}:R>), ")
    assert read(ours(moment["content"])).kinds == {"small"}


def test_small_print_is_small_in_each_of_its_lines() -> None:
    (fine,) = drawn(Fine("a\\\nb\n\n- c"))
    assert fine["content"] == "-# a\n-# b • c"


def test_a_table_is_aligned_and_buttons_stand_five_a_row() -> None:
    first, *rest = drawn(
        Table(("#", "Name"), (("1", "Ada"), ("2", "数据")), frozenset({0})),
        Buttons(tuple(Button(f"go:{n}", "Go " * 50) for n in range(7))),
    )
    assert first["content"] == "```\n#  Name\n─  ────\n1  Ada\n2  数据\n```"
    assert [len(row["components"]) for row in rest] == [5, 2]
    assert all(len(each["label"]) <= 80 for each in leaves(rest))


def test_a_picture_that_is_sent_along_is_shown_with_its_text() -> None:
    card = Card("", (Text("a"), Picture(b"", "image/png", "A falling curve")))
    (box,) = accepted(components_of(card, {1: "a.png"}), "a.png")
    item = {"media": {"url": "attachment://a.png"}, "description": "A falling curve"}
    assert box["components"][1] == {"type": 12, "items": [item]}
    assert texts(components_of(card)) == ["a", "A falling curve"]


# --- Hostile texts and long ones ----------------------------------------------------------------------------------


def everywhere(text: str) -> Card:
    """A card with the text in each place that there is."""
    blocks = (
        Text(text),
        Text(f"- {text}\n\n| {text} | b |\n|---|---|\n| c | {text} |\n\n```\n{text}\n```"),
        Text(f"[{text}](https://example.org) $\\text{{{text}}}$ `{text}` **{text}**"),
        Options((Choice("a:b:0", text), Choice("a:b:1", "b"))),
        Options((Choice("m:b:0", text), Choice("m:b:1", "b")), Pick.MANY, "m:b"),
        Options((Choice("o:b:0", text), Choice("o:b:1", "b")), Pick.ORDERED, "o:b"),
        Options((Choice("", text),), pressable=False),
        Buttons((Button("go:b", text),)),
        Bars((Bar(text, 1, 1.0),)),
        Table((text, "b"), ((text, text),)),
        Moment(f"{text} {{time}} {text}", NOON),
        Picture(b"", "image/png", text),
        Fine(text),
    )
    return Card(text, blocks, Tone.QUESTION)


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))  # what it finds takes long to make small
@given(
    st.lists(st.one_of(st.text(max_size=20), st.sampled_from(EVERYTHING.split(" "))), max_size=12).map(" ".join),
    st.sampled_from((1, 1, 100)),
)
def test_no_text_is_refused_mentions_anybody_or_leaves_its_block(text: str, times: int) -> None:
    accepted(components_of(everywhere((text * times)[:20_000])))


def test_what_steers_a_reader_is_nowhere() -> None:
    sent = json.dumps(components_of(everywhere(EVERYTHING)), ensure_ascii=False)
    assert not any(sign in sent for sign in ("\u202e", "\\u001b", "\\u0007"))


@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))  # the same
@given(questions())
def test_every_question_that_a_pack_may_hold_can_be_shown_answered_and_revealed(shown: Shown) -> None:
    asked, *rest = [accepted(components_of(card)) for card in cards_of(shown)]
    assert len(rest) == 3
    offered = leaves(asked)
    if shown.kind is not Kind.OPEN:
        said = "\n".join([*texts(asked), *(f"**{each.get('label', '')[:1]}**" for each in offered)])
        for sign in "ABCDEFGHIJ"[: len(shown.options)]:
            assert f"**{sign}**" in said, "each option is there, however long the others are"
    assert len(offered) in (1, len(shown.options))


def test_the_questions_that_come_with_studyhall_are_shown_whole() -> None:
    for item in load_pack(SHIPPED).items:
        for card in cards_of(show(item, "seed"))[:3]:
            accepted(components_of(card))
            assert shows_whole(card), item.id


@pytest.mark.parametrize(
    "piece", ["word ", "**bold** ", "`x` ", "- a\n", "$x^2$ ", "a\n\n", "```\nx\n```\n", "*_*", "數"]
)
def test_what_is_left_out_is_left_out_at_the_end_and_shows_it(piece: str) -> None:
    card = Card("Title", (Text(f"The beginning. {piece * 20_000}"[:20_000]),))
    *_, shown = texts(accepted(components_of(card)))
    assert shown.startswith("The beginning.")
    assert ELLIPSIS in shown[-6:]
    assert len(shown) > MOST_TEXT * 0.9, "no more is left out than has to be"
    assert not shows_whole(card)


def test_a_passage_that_fits_loses_nothing_to_a_longer_one_beside_it() -> None:
    short = "Every word of this short passage stays where it is."
    assert short in texts(drawn(Text("long " * 5000), Text(short)))


def test_more_blocks_than_a_message_holds_end_in_an_ellipsis() -> None:
    card = Card("", tuple(Text(f"passage {n}") for n in range(80)))
    shown = texts(accepted(components_of(card)))
    assert len(shown) == MOST - 1
    assert shown[-2:] == ["passage 37", ELLIPSIS]
    assert not shows_whole(card)


def test_more_long_passages_than_there_is_room_for_end_in_an_ellipsis() -> None:
    long = Options(tuple(Choice("", "word " * 30) for _ in range(10)), pressable=False)
    assert texts(drawn(*(long,) * 20))[-1] == ELLIPSIS
