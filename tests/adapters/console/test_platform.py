from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from adapters.console.messages import Messages
from adapters.console.platform import ConsolePlatform, language_of, person
from adapters.console.terminal import PipeTerminal
from bot.ports import (
    BusyError,
    Card,
    ConflictError,
    Fine,
    GoneError,
    Message,
    PlaceRef,
    Press,
    RefusedError,
    Row,
    Said,
    Shelf,
    Submission,
    Text,
    Tone,
    Typed,
    Who,
)
from bot.store import Store
from tests.adapters.console.hall import FILE, GENERAL, OTHER, REVEAL, Desk, opening, question
from tests.clock import Clock

SOMEONE = Who("console", "local", "local", "Ada")


class Bench:
    """A console on a pipe: what is typed goes in at one end, what it shows is read at the other."""

    def __init__(self, shelf: Shelf, now: Clock, source: int) -> None:
        self.out = io.StringIO()
        self.desk = Desk()
        opened = opening(shelf, now, {"USER": "ada"}, (GENERAL, OTHER))
        self.platform = ConsolePlatform(opened, PipeTerminal(source, self.out))

    @property
    def shown(self) -> str:
        return self.out.getvalue()


@pytest.fixture
async def shelf(sqlite_url: str, clock: Clock) -> AsyncIterator[Shelf]:
    store = Store.open(sqlite_url, now=clock)
    yield store.shelf("console")
    await store.close()


@pytest.fixture
def bench(shelf: Shelf, clock: Clock) -> Iterator[Callable[[], Bench]]:
    """Makes consoles on one shelf, one after another as over restarts, which read nothing."""
    source, end = os.pipe()
    os.close(end)
    yield lambda: Bench(shelf, clock, source)
    os.close(source)


async def typed(shelf: Shelf, clock: Clock, *lines: str, prepare: Callable[[Bench], Any] | None = None) -> Bench:
    """A console at which these lines were typed until its input ended."""
    source, end = os.pipe()
    made = Bench(shelf, clock, source)
    if prepare:
        await prepare(made)
    os.write(end, "".join(f"{line}\n" for line in lines).encode())
    os.close(end)
    async with asyncio.timeout(5):
        await made.platform.run(made.desk)
    os.close(source)
    return made


async def post_question(made: Bench) -> None:
    await made.platform.send(GENERAL, question(), "q-1")


async def test_a_typed_answer_is_told_with_its_place_and_the_feedback_is_shown(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "", " A ")
    [said] = made.desk.told
    assert isinstance(said, Said)
    assert (said.text, said.place, said.direct, said.at) == ("A", GENERAL, True, clock())
    assert (said.who.account, said.who.name, said.who.admin) == ("local", "ada", True)
    assert "✓ Right\n\n  So it is.\n" in made.shown
    assert made.desk.resumptions == 1


async def test_a_slash_command_goes_to_the_core_as_it_was_typed(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "/leaderboard week  statistics", "/nothing")
    assert [told.line for told in made.desk.told if isinstance(told, Typed)] == [
        "/leaderboard week  statistics",
        "/nothing",
    ]
    assert "/leaderboard week  statistics\n" in made.shown


async def test_each_line_is_an_event_of_its_own(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "A", "A", "/daily")
    assert len({told.event for told in made.desk.told}) == 3


async def test_quitting_ends_the_run_with_lines_left_to_read(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "/quit", "A")
    assert made.desk.told == []


async def test_what_was_not_saved_is_said_and_the_talk_goes_on(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "lost", "A")
    assert "The answer could not be saved; please say it again.\n" in made.shown
    assert "✓ Right" in made.shown


async def test_the_front_page_is_shown_when_it_is_asked_for(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "/home")
    assert "Your page\n\nHello, ada.\n" in made.shown


async def test_a_file_is_written_beside_where_it_was_started_and_over_no_other(
    shelf: Shelf, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "cards.csv").write_bytes(b"mine")
    made = await typed(shelf, clock, "/file", "/file")
    assert (folder / "cards.csv").read_bytes() == b"mine"
    for name in ("cards-2.csv", "cards-3.csv"):
        assert (folder / name).read_bytes() == FILE.content
        assert f"Written to {folder / name}\n" in made.shown
    assert "[A table of two cells]" in made.shown


async def test_a_file_that_cannot_be_written_is_told_and_the_talk_goes_on(
    shelf: Shelf, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    made = await typed(shelf, clock, "/file", "A")
    assert "The file could not be written: No such file or directory\n" in made.shown
    assert "✓ Right" in made.shown


async def test_errors_of_a_command_are_shown(shelf: Shelf, clock: Clock) -> None:
    assert "That cannot be.\n" in (await typed(shelf, clock, "/errors")).shown


async def test_a_form_is_asked_for_field_by_field_and_again_where_it_is_refused(shelf: Shelf, clock: Clock) -> None:
    lines = (
        "/form",
        "",
        "much too long an answer to be taken",
        "unclear",
        "3",
        "5",
        "line one",
        "line two",
        ".",
        "clear",
    )
    made = await typed(shelf, clock, *lines)
    first, second = [told for told in made.desk.told if isinstance(told, Submission)]
    assert first.values["sure"] == "5"
    assert first.values["more"] == "line one\nline two"
    assert (second.ref, second.place, second.values["answer"]) == ("write:abc", GENERAL, "clear")
    for part in (
        "Please write something, or /cancel.",
        "That is 35 characters; 20 are allowed.",
        "Please write one of: 1, 5",
        "This could not be read as one answer.",
        "a few words",
        "Empty keeps: 1",
        "· Noted",
    ):
        assert part in made.shown


@pytest.mark.parametrize("lines", [("/quit", "1", "."), ("yes", "1", "some words", "/quit", ".")])
async def test_whoever_leaves_in_a_form_leaves_and_sends_nothing(
    shelf: Shelf, clock: Clock, lines: tuple[str, ...]
) -> None:
    made = await typed(shelf, clock, "/form", *lines)
    assert [type(told) for told in made.desk.told] == [Typed]


async def test_an_empty_line_keeps_what_a_field_held(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "/form", "yes", "", ".")
    assert [told.values for told in made.desk.told if isinstance(told, Submission)] == [
        {"answer": "yes", "sure": "1", "more": ""}
    ]


@pytest.mark.parametrize("lines", [("/cancel",), ("yes", "1", "some words", "/cancel")])
async def test_a_form_can_be_left(shelf: Shelf, clock: Clock, lines: tuple[str, ...]) -> None:
    made = await typed(shelf, clock, "/form", *lines, "A")
    assert "Nothing was sent.\n" in made.shown
    assert [type(told) for told in made.desk.told] == [Typed, Said]


async def test_input_that_ends_in_a_form_sends_nothing(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "/form", "yes")
    assert [type(told) for told in made.desk.told] == [Typed]


async def test_a_button_is_pressed_by_its_number(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "/press 2", "/press 1", "/cancel", prepare=post_question)
    assert "[Write] /press 1  [More] /press 2\n" in made.shown
    presses = [told for told in made.desk.told if isinstance(told, Press)]
    assert [(press.ref, press.place) for press in presses] == [("more:abc", GENERAL), ("write:abc", GENERAL)]
    assert presses[0].message is not None
    assert "Pressed\n\nmore:abc\n" in made.shown


@pytest.mark.parametrize("number", ["", "3", "0", "-1", "one", "٣", "9999"])
async def test_a_number_without_a_button_presses_nothing(shelf: Shelf, clock: Clock, number: str) -> None:
    made = await typed(shelf, clock, f"/press {number}", prepare=post_question)
    assert made.desk.told == []
    assert "No button has this number" in made.shown


async def test_one_may_go_to_another_place(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, "/go reading-group", "hello", "/go nowhere", "/go general", "there")
    assert [(told.place, told.text) for told in made.desk.told if isinstance(told, Said)] == [
        (OTHER, "hello"),
        (GENERAL, "there"),
    ]
    assert "You are in reading-group.\n" in made.shown
    assert "There is no such place; you are in reading-group.\n" in made.shown


async def test_a_post_is_shown_once_for_its_stamp(bench: Callable[[], Bench]) -> None:
    made = bench()
    ids = {await made.platform.send(GENERAL, question(), "q-1") for _ in range(3)}
    assert len(ids) == 1
    assert made.shown.count("Which of them") == 1


async def test_messages_are_found_edited_and_replied_to_after_a_restart(
    bench: Callable[[], Bench], clock: Clock
) -> None:
    sent_at = clock()
    id_ = await bench().platform.send(GENERAL, question(), "q-1")
    made = bench()
    assert await made.platform.find(GENERAL, "q-1", sent_at) == id_
    assert await made.platform.find(OTHER, "q-1", sent_at) is None
    assert await made.platform.find(GENERAL, "q-1", clock.forward(minutes=1)) is None
    assert await made.platform.find(GENERAL, "q-2", sent_at) is None
    assert await made.platform.send(GENERAL, question(), "q-1") == id_
    message = Message(GENERAL, id_)
    await made.platform.edit(message, REVEAL)
    reply = await made.platform.reply(message, Card("Why", (Text("Because."),)), "e-1")
    assert await made.platform.find(GENERAL, "e-1", sent_at, message) == reply
    assert await made.platform.find(GENERAL, "e-1", sent_at) is None
    assert reply > id_
    assert "= Answer · Statistics" in made.shown
    assert "\n↳\nWhy\n\nBecause.\n" in made.shown


async def test_the_last_messages_are_shown_again_after_a_restart(
    bench: Callable[[], Bench], shelf: Shelf, clock: Clock
) -> None:
    for number in range(5):
        clock.forward(minutes=1)
        await bench().platform.send(GENERAL, Card(f"Card {number}", ()), f"q-{number}")
    made = await typed(shelf, clock)
    assert [line for line in made.shown.splitlines() if line.startswith("Card")] == ["Card 2", "Card 3", "Card 4"]


async def test_a_message_shown_before_the_run_is_not_shown_again_by_it(shelf: Shelf, clock: Clock) -> None:
    made = await typed(shelf, clock, prepare=post_question)
    assert made.shown.count("Which of them") == 1


async def test_a_live_count_prints_nothing_and_a_reveal_is_printed_anew(bench: Callable[[], Bench]) -> None:
    made = bench()
    message = Message(GENERAL, await made.platform.send(GENERAL, question(), "q-1"))
    before = made.shown
    await made.platform.edit(message, question(7))
    assert made.shown == before
    for _ in range(2):
        await made.platform.edit(message, REVEAL)
    assert made.shown.count("= Answer · Statistics") == 1


class Watched(PipeTerminal):
    """A pipe that remembers what would be kept in view."""

    in_view = ""

    def status(self, text: str) -> None:
        self.in_view = text


async def test_what_is_kept_in_view_is_the_questions_count_and_no_replys(shelf: Shelf, clock: Clock) -> None:
    source, end = os.pipe()
    os.close(end)
    terminal = Watched(source, io.StringIO())
    platform = ConsolePlatform(opening(shelf, clock, {"USER": "ada"}, (GENERAL, OTHER)), terminal)
    message = Message(GENERAL, await platform.send(GENERAL, question(), "q-1"))
    reply = Message(GENERAL, await platform.reply(message, Card("Ada answers", (Text("So."),)), "t-1"), message.id)
    await platform.edit(message, question(7))
    await platform.edit(reply, Card("Ada answers", (Text("So."), Fine("1 star"))))
    assert "7 people" in terminal.in_view
    os.close(source)


async def test_a_place_of_another_platform_is_refused(bench: Callable[[], Bench]) -> None:
    with pytest.raises(RefusedError, match="no place of a terminal") as refused:
        await bench().platform.send(PlaceRef("web", "local", "general"), question(), "q-1")
    assert refused.value.remedy


async def test_messages_that_are_gone_say_so(bench: Callable[[], Bench]) -> None:
    platform, gone = bench().platform, Message(GENERAL, "0")
    for call in (
        platform.edit(gone, REVEAL),
        platform.reply(gone, REVEAL, "e-1"),
        platform.react(gone, "👍"),
        platform.reactors(gone),
    ):
        with pytest.raises(GoneError):
            await call


async def test_what_concerns_the_person_alone_is_shown_and_other_places_are_named(bench: Callable[[], Bench]) -> None:
    made = bench()
    await made.platform.whisper(GENERAL, SOMEONE, Card("Psst", (), Tone.NOTE))
    await made.platform.direct(SOMEONE, Card("For you", (), Tone.NOTE), "d-1")
    message = Message(OTHER, await made.platform.send(OTHER, question(), "q-1"))
    await made.platform.home(SOMEONE, REVEAL)
    await made.platform.react(message, "👍")
    assert await made.platform.reactors(message) == ()
    assert made.shown.startswith("\n· Psst\n\n· For you\n\n#reading-group\n? Question")
    assert "Answer" not in made.shown
    await made.platform.close()


async def test_a_post_that_was_interrupted_after_its_stamp_was_claimed_is_finished_under_the_same_id(
    bench: Callable[[], Bench], shelf: Shelf
) -> None:
    await shelf.put("stamp:q-1", "00000000000000001-abcd", expected=0)
    made = bench()
    assert await made.platform.send(GENERAL, question(), "q-1") == "00000000000000001-abcd"
    assert made.shown.count("Which of them") == 1


class Contested:
    """A shelf on which another process changes each row once between our reading and our writing."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._changed: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shelf, name)

    async def put(self, key: str, value: Any, expected: int | None = None) -> Row:
        if key not in self._changed and expected:
            self._changed.add(key)
            row = await self._shelf.get(key)
            assert row is not None
            await self._shelf.put(key, row.value)
        return await self._shelf.put(key, value, expected)


async def test_an_edit_that_meets_another_is_made_after_it(shelf: Shelf, clock: Clock) -> None:
    contested = Contested(shelf)
    messages = Messages(contested, clock, lambda length: "a" * length)
    id_, _ = await messages.post(GENERAL, question(), "q-1")
    row = await shelf.get(f"message:{id_}")
    assert row is not None
    await messages.edit(id_, REVEAL)
    assert (await messages.get(id_)).card == REVEAL
    with pytest.raises(ConflictError):
        await shelf.put(row.key, {}, expected=row.seq)


async def test_a_store_that_takes_nothing_is_told_as_busy(tmp_path: Path, sqlite_url: str, clock: Clock) -> None:
    store = Store.open(sqlite_url, now=clock)
    source, end = os.pipe()
    made = Bench(store.shelf("console"), clock, source)
    message = Message(GENERAL, await made.platform.send(GENERAL, question(), "q-1"))
    await store.close()
    with pytest.raises(BusyError):
        await made.platform.send(GENERAL, question(), "q-2")
    with pytest.raises(BusyError):
        await made.platform.edit(message, REVEAL)
    os.close(source)
    os.close(end)


async def test_an_endless_line_comes_in_pieces_and_bytes_that_are_no_text_are_marked(
    shelf: Shelf, clock: Clock
) -> None:
    source, end = os.pipe()
    made = Bench(shelf, clock, source)

    def write() -> None:
        with os.fdopen(end, "wb") as pipe:
            pipe.write(b"x" * 150_000 + b"\n\xff\xfe\r\nlast")

    writing = asyncio.create_task(asyncio.to_thread(write))
    async with asyncio.timeout(5):
        await made.platform.run(made.desk)
    await writing
    said = [told.text for told in made.desk.told if isinstance(told, Said)]
    assert "".join(said[:-2]) == "x" * 150_000
    assert max(map(len, said)) < 80_000
    assert said[-2:] == ["\ufffd\ufffd", "last"]
    os.close(source)


async def test_nobody_reading_ends_the_run(shelf: Shelf, clock: Clock) -> None:
    source, keeps_open = os.pipe()
    unread, end = os.pipe()
    os.close(unread)
    sink = os.fdopen(end, "w")
    platform = ConsolePlatform(opening(shelf, clock, {}), PipeTerminal(source, sink))
    async with asyncio.timeout(5):
        await platform.run(Desk())
    with suppress(BrokenPipeError):
        sink.close()
    os.close(keeps_open)
    os.close(source)


async def test_an_encoding_without_our_characters_shows_question_marks(shelf: Shelf, clock: Clock) -> None:
    source, end = os.pipe()
    sink = io.TextIOWrapper(out := io.BytesIO(), encoding="ascii")
    await ConsolePlatform(opening(shelf, clock, {}), PipeTerminal(source, sink)).whisper(
        GENERAL, SOMEONE, Card("数据", ())
    )
    assert out.getvalue() == b"\n??\n"
    os.close(source)
    os.close(end)


async def test_the_name_is_that_of_the_setting_or_of_the_login(shelf: Shelf, clock: Clock) -> None:
    def name(environment: dict[str, str], setting: str = "") -> str:
        return person(opening(shelf, clock, environment, name=setting), GENERAL).name

    assert name({"USER": "ada"}, "Ada L.") == "Ada L."
    assert name({"USER": "", "LOGNAME": "ada"}) == "ada"
    assert name({}) == "you"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "C"}, ""),
        ({}, ""),
    ],
)
def test_the_language_is_that_of_the_locale(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


@asynccontextmanager
async def talking(made: Bench) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(made.platform.run(made.desk))
    yield task
    task.cancel()


async def test_a_run_is_cancelled_while_it_waits_for_a_line(shelf: Shelf, clock: Clock) -> None:
    source, end = os.pipe()
    made = Bench(shelf, clock, source)
    async with talking(made) as task:
        await asyncio.sleep(0.1)
    with pytest.raises(asyncio.CancelledError):
        await task
    os.close(end)
