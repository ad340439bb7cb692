"""Questions for whoever sits here alone, answered by letters."""

from __future__ import annotations

import pytest

from bot.ports import Answered, Pick, Press, Said, Shelf, Typed
from tests.adapters.console.hall import Desk
from tests.adapters.console.test_platform import Bench, post_question, shelf, typed
from tests.clock import Clock

__all__ = ["shelf"]


def told(made: Bench) -> list[tuple[str, ...] | str]:
    """What the core was told: the refs of presses, and texts."""
    return [
        (each.ref, *each.picked) if isinstance(each, Press) else each.text
        for each in made.desk.told
        if isinstance(each, Press | Said)
    ]


async def test_a_letter_answers_the_question_in_view_once_and_is_said_in_the_place_after(
    shelf: Shelf, clock: Clock
) -> None:
    made = await typed(shelf, clock, "/alone", " b ", "b")
    assert told(made) == [("try:abc:1",), "b"]
    assert "Not right\n" in made.shown


async def test_the_next_question_is_answered_by_letters_too(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "/alone", "A", "/press 1", "C", "/press 2", "C")
    assert told(made) == [("try:abc:0",), ("next:abc",), ("try:abc:2",), ("next:abc",), ("try:abc:2",)]


@pytest.mark.parametrize("line", ["D", "A B", "mean", "ab", "0.5", "?"])
async def test_what_is_no_letter_of_it_is_said_in_the_place(shelf: Shelf, clock: Clock, line: str) -> None:
    made = await typed(shelf, clock, "/alone", line, "A")
    assert told(made) == [line, ("try:abc:0",)]


@pytest.mark.parametrize(
    ("pick", "line", "picked"),
    [
        (Pick.MANY, "c)", (2,)),
        (Pick.MANY, "A, C", (0, 2)),
        (Pick.ORDERED, "c a b", (2, 0, 1)),
        (Pick.ORDERED, "B,A,C", (1, 0, 2)),
    ],
)
async def test_several_letters_answer_where_several_are_asked_for(
    shelf: Shelf, clock: Clock, pick: Pick, line: str, picked: tuple[int, ...]
) -> None:
    async def prepare(made: Bench) -> None:
        made.desk.pick = pick

    made = await typed(shelf, clock, "/alone", "A A", line, prepare=prepare)
    assert told(made) == ["A A", ("try:abc", *(f"try:abc:{index}" for index in picked))]


async def test_an_order_of_some_of_the_options_is_no_answer(shelf: Shelf, clock: Clock) -> None:
    async def prepare(made: Bench) -> None:
        made.desk.pick = Pick.ORDERED

    made = await typed(shelf, clock, "/alone", "A B", prepare=prepare)
    assert told(made) == ["A B"]


async def test_an_answer_that_was_not_saved_can_be_given_again(shelf: Shelf, clock: Clock) -> None:
    async def prepare(made: Bench) -> None:
        made.desk.failing = True

    made = await typed(shelf, clock, "/alone", "A", "A", prepare=prepare)
    assert told(made) == [("try:abc:0",), ("try:abc:0",)]
    assert "Nothing was saved.\n" in made.shown


class Posting(Desk):
    """A listener at whose word `/post` the question of the place is posted."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench

    async def typed(self, typed: Typed) -> Answered:
        if typed.line == "/post":
            await post_question(self.bench)
            return None
        return await super().typed(typed)


async def test_letters_are_for_the_question_that_was_printed_last(shelf: Shelf, clock: Clock) -> None:
    async def prepare(made: Bench) -> None:
        made.desk = Posting(made)

    made = await typed(shelf, clock, "/alone", "/post", "A", "/alone", "/other", "A", prepare=prepare)
    assert told(made) == ["A", ("try:abc:0",)]
