"""Who may do what: every command of the tree as every role, and nobody across the border between two halls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.commands import leaves
from bot.ports import Answered, Commanded, Message, Options, PlaceRef, Press, Reaction, Reply, Said, Submission, Who
from bot.reactions import letter_emoji
from bot.settings import Organisers
from bot.store import Store
from bot.store.tables import metadata
from tests.clock import Clock
from tests.hall import GENERAL, StudyHall, hall_entry, open_hall, schedule, text_of, who

CLUB = PlaceRef("fake", "club", "general")
GUILD = PlaceRef("fake", "guild", "general")
COMMANDS = dict(leaves())
GOVERNED = ("halls", "places", "schedules", "turns", "rounds", "regrades", "notes")
"""What only organisers change."""

MEMBERS = {
    "a stranger": who("stranger"),
    "a learner": who("ada"),
    "a bot": who("robot", bot=True, admin=False),
    "an organiser of another hall": who("carl"),
    "a member of another hall's group": who("ben", groups=frozenset({"club-leads"})),
    "who shares a name with an organiser": who("mallory", name="Olga"),
    "who has an organiser's account elsewhere": Who("fake", "elsewhere", "olga", "Olga"),
}
ORGANISING = {
    "an account named in the settings": who("olga"),
    "a member of a group named in the settings": who("gil", groups=frozenset({"leads"})),
    "an admin of the platform": who("adam", admin=True),
}


@pytest.fixture
async def hall(store: Store, clock: Clock, tmp_path: Path) -> StudyHall:
    """Three halls, each with an open question and a schedule `evening` that was made in the chat."""
    clock.forward(hours=-1)
    named = {"team": ("olga", "leads"), "club": ("carl", "club-leads"), "guild": ("gwen", "guild-leads")}
    halls = [
        hall_entry(
            place.workspace,
            (place,),
            [schedule(places=(place,))],
            organiser_place=None,
            organisers=Organisers(
                frozenset({named[place.workspace][1]}), frozenset({f"fake:team:{named[place.workspace][0]}"})
            ),
        )
        for place in (GENERAL, CLUB, GUILD)
    ]
    hall = await open_hall(store, clock, tmp_path, halls=halls)
    for place in (GENERAL, CLUB, GUILD):
        await hall.type("/study schedule add evening 18:00", who("boss", admin=True), place)
    await hall.run(hours=1)
    return hall


async def rows(hall: StudyHall, tables: tuple[str, ...] = GOVERNED, of: str = "") -> Mapping[str, list[Any]]:
    """Every row of some tables, of one hall where it is named."""

    def read(connection: Connection) -> dict[str, list[Any]]:
        found = {}
        for name in tables:
            table = metadata.tables[name]
            column = table.c.id if name == "halls" else table.c.hall_id
            statement = select(table).where(column == of) if of else select(table)
            found[name] = [tuple(row) for row in connection.execute(statement.order_by(*table.primary_key))]
        return found

    return await hall.store.read(read)


@pytest.mark.parametrize("role", MEMBERS)
async def test_no_command_of_a_member_changes_what_organisers_decide(hall: StudyHall, role: str) -> None:
    before = await rows(hall)
    for command in COMMANDS.values():
        hall.clock.forward(seconds=3)
        reply = text_of(await hall.type(command.example, MEMBERS[role]))
        assert reply.startswith("Not allowed") == command.organisers_only, command.example
    assert await rows(hall) == before


@pytest.mark.parametrize("role", ORGANISING)
async def test_every_command_of_an_organiser_is_heard(hall: StudyHall, role: str) -> None:
    for command in COMMANDS.values():
        hall.clock.forward(minutes=1)
        reply = text_of(await hall.type(command.example, ORGANISING[role]))
        assert not reply.startswith(("Not allowed", "Not understood")), command.example


async def test_who_may_is_asked_at_every_call_and_not_remembered(hall: StudyHall) -> None:
    assert "Done" in text_of(await hall.type("/study schedule pause evening", who("gil", groups=frozenset({"leads"}))))
    refused = await hall.type("/study schedule resume evening", who("gil"))
    assert text_of(refused).startswith("Not allowed")


async def test_a_command_that_is_in_no_menu_is_refused_like_a_slip(hall: StudyHall) -> None:
    before = await rows(hall)
    for path in (("study",), ("study", "schedule"), ("study", "schedule", "drop"), ("admin",), ()):
        told = Commanded(hall.event(), hall.clock(), who("olga"), GENERAL, path, {})
        assert text_of(await hall.app.desk.commanded(told)).startswith("Not understood")
    assert await rows(hall) == before


@pytest.mark.parametrize("word", ["pause", "resume", "remove"])
async def test_a_schedule_of_another_hall_is_as_unknown_as_one_that_never_was(hall: StudyHall, word: str) -> None:
    await hall.type("/study schedule add secret-plan 20:00", who("carl"), CLUB)
    before = await rows(hall, of="club")
    foreign = text_of(await hall.type(f"/study schedule {word} secret-plan", who("olga")))
    missing = text_of(await hall.type(f"/study schedule {word} nothing-such", who("olga")))
    assert foreign.replace("secret", "nothing").replace("plan", "such") == missing
    assert await rows(hall, of="club") == before


async def test_buttons_forms_reactions_and_replies_do_not_reach_into_another_hall(hall: StudyHall) -> None:
    theirs = hall.questions(CLUB)[0]
    options = next(block for block in theirs.card.blocks if isinstance(block, Options))
    token = options.choices[0].ref.split(":")[1]
    before = await rows(
        hall,
        tuple(
            metadata.tables.keys()
            - {"events", "processes", "shelf", "links", "marks", "standings", "histogram", "alembic_version"}
        ),
    )

    async def told(ref: str, form: str, message: str) -> list[Answered]:
        desk, at, olga = hall.app.desk, hall.clock(), who("olga", admin=True)
        thread = Message(GENERAL, message)
        return [
            await desk.pressed(Press(hall.event(), at, olga, GENERAL, ref)),
            await desk.submitted(Submission(hall.event(), at, olga, GENERAL, form, {"answer": "B"})),
            await desk.reacted(Reaction(hall.event(), at, olga, thread, letter_emoji(0))),
            await desk.said(Said(hall.event(), at, olga, GENERAL, "B", thread=thread)),
        ]

    foreign = await told(f"answer:{token}:0", f"write:{token}", theirs.id)
    missing = await told("answer:nosuchtoken:0", "write:nosuchtoken", "m99999")
    assert foreign == missing
    assert [type(each) for each in foreign] == [Reply, Reply, type(None), type(None)]
    assert await rows(hall, tuple(before)) == before


async def test_boards_completions_and_pages_show_nothing_of_other_halls(hall: StudyHall) -> None:
    await hall.type("/study schedule add secret-plan 20:00", who("carl"), CLUB)
    await hall.press(hall.questions(CLUB)[0], "beta", who("ada", name="Ada of the club"))
    await hall.press(hall.questions(GUILD)[0], "beta", who("gus", name="Gus of the guild"))
    await hall.press(hall.questions()[0], "beta", who("olga"))
    desk, olga = hall.app.desk, who("olga", admin=True)
    seen = [text_of(await hall.type(command.example, olga)) for command in COMMANDS.values()]
    seen += [text_of(await hall.type(f"/leaderboard {period}", olga)) for period in ("today", "season", "all")]
    seen += [str(await desk.completed(olga, GENERAL, "/study schedule pause ")), text_of(await desk.opened(olga, None))]
    seen += [str(await desk.suggested(olga, GENERAL, (), "name", "")), str(await desk.viewed(olga, "all"))]
    everything = "\n".join(seen)
    for secret in ("secret-plan", "of the club", "of the guild"):
        assert secret not in everything
    assert "Olga" in everything


async def test_a_miss_and_anothers_are_looked_up_by_the_same_statements(hall: StudyHall) -> None:
    theirs = next(block for block in hall.questions(CLUB)[0].card.blocks if isinstance(block, Options))
    counts = []
    for ref in (theirs.choices[0].ref, "answer:nosuchtoken:0"):
        reads = 0
        read = hall.store.read

        async def counted(fn: Any, *, _read: Any = read, **more: float) -> Any:
            nonlocal reads
            reads += 1
            return await _read(fn, **more)

        hall.store.read = counted  # type: ignore[method-assign]  # counts what the real store is asked
        await hall.app.desk.pressed(Press(hall.event(), hall.clock(), who("olga"), GENERAL, ref))
        hall.store.read = read  # type: ignore[method-assign]
        counts.append(reads)
    assert counts[0] == counts[1] > 0


async def test_a_hall_of_the_same_workspace_is_another_hall_all_the_same(hall: StudyHall) -> None:
    question = replace(hall.questions(CLUB)[0], place=GUILD)
    assert text_of(await hall.press(question, "beta", who("gwen"))).startswith("This question is closed")
