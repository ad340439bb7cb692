"""With a protection switched off the machine of the model goes red; and a question looks alike whatever its key is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection

from bot.messages import Messages
from bot.ports import Card, Text
from bot.store import standings
from bot.store.turns import Round
from tests.simulation.model.hall import HALLS
from tests.simulation.model.items import KEYS, KINDS, new_bank
from tests.simulation.model.machine import StudyHalls
from tests.simulation.model.rows import read
from tests.simulation.model.truth import Given
from tests.simulation.model.world import person, ref
from tests.without import allow_two_answers, forgetful_look


def goes_red(machine: type[StudyHalls], quick: settings) -> None:
    few = settings(quick, max_examples=12, stateful_step_count=25, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=few)


def test_it_goes_red_where_an_answer_is_stored_as_often_as_it_is_told(
    machine: type[StudyHalls], quick: settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow_two_answers(machine.template)
    monkeypatch.setattr("bot.counting.look", forgetful_look)
    goes_red(machine, quick)


def test_it_goes_red_where_standings_are_not_kept_up(
    machine: type[StudyHalls], quick: settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.counting.count", lambda *_: None)
    goes_red(machine, quick)


def test_it_goes_red_where_a_question_tells_its_explanation(
    machine: type[StudyHalls], quick: settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = Messages.question

    async def telling(messages: Messages, asked: Round) -> Card:
        card = await question(messages, asked)
        return replace(card, blocks=(*card.blocks, Text(asked.shown.explanation)))

    monkeypatch.setattr(Messages, "question", telling)
    goes_red(machine, quick)


def test_it_goes_red_where_a_board_is_read_without_its_hall(
    machine: type[StudyHalls], quick: settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anywhere(connection: Connection, hall: str, *rest: Any) -> list[standings.Ranked]:
        return [line for each in HALLS for line in standings.page(connection, each, *rest)]

    monkeypatch.setattr("bot.scorekeeper.page", anywhere)
    goes_red(machine, quick)


@pytest.mark.parametrize("number", [n for n, kind in enumerate(KINDS) if len(KEYS[kind]) > 1])
def test_another_key_leaves_every_outgoing_byte_before_the_reveal_the_same(
    machine: type[StudyHalls], number: int
) -> None:
    """But for what is told to the one who has answered, in private."""
    out = []
    for key in KEYS[KINDS[number]]:
        state = machine()
        halls = state.halls
        for hall in HALLS:
            halls.banks[hall] = [replace(item, gone=item.number != number, key=key) for item in new_bank(hall)]
        halls.world.write_packs(halls.banks)
        halls.start_anew(0, killed=False)
        halls.ask_now("a", "a1")
        asked = next(each for each in reversed(state.questions) if each.place == ref("a1"))
        item = halls.items[asked.token]
        given = Given((0, 1, 2) if item.kind == "order" else (0,)) if asked.texts else Given(text=item.sayings()[0])
        call, told = halls.way("press" if asked.texts else "form", asked, "vera", given)
        halls.tell(call, told)
        for line in ("/study status", "/daily"):
            halls.world.type(line, ref("a1"), person("a", "wim"))
        halls.world.clock.forward(seconds=5)
        halls.run()
        assert len(read(halls.world.file).answers) == 1
        seen = [(each.place, each.account, each.text) for each in halls.world.platform.seen if each.account != "vera"]
        assert item.canary("stem") in repr(seen)
        out.append(seen)
        state.holds = False  # nothing is to be settled
        state.teardown()
    assert all(each == out[0] for each in out)
