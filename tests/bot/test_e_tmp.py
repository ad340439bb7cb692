"""Failing examples of faults found (temporary)."""
from pathlib import Path
from bot.ports import Said, Press
from bot.store import Store
from tests.clock import Clock
from tests.hall import *
from tests.hall import PACK, GENERAL, ORGANISERS, PlaceRef

SHORT = """\
  - id: {id}
    kind: short
    concept: {id}
    topic: statistics
    difficulty: easy
    stem: What is {id}?
    key: {{accepted: [{word}]}}
    explanation: Because {id}.
    references: ["Author, A. Letters. 2020."]
"""

async def test_F1_what_another_question_accepts_is_not_told_as_a_hint(store, clock, tmp_path):
    pack = PACK + SHORT.format(id="one", word="gravendola") + SHORT.format(id="two", word="gravendolu")
    hall = await open_hall(store, clock, tmp_path, pack, schedules=[schedule(first="at once")])
    await hall.run()
    asked = text_of(hall.questions()[0].card)
    other = "gravendolu" if "one" in asked else "gravendola"
    reply = await hall.say("gravendole")
    assert other not in text_of(reply)

async def test_F2_a_text_to_the_bot_delivered_again_tells_nothing_of_the_next_question(store, clock, tmp_path):
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(first="at once", times=("09:00", "10:00"))])
    await hall.run()
    from bot.ports import Options
    first = hall.questions()[0]
    choices = next(b for b in first.card.blocks if isinstance(b, Options)).choices
    letter = "ABC"[next(i for i, c in enumerate(choices) if "beta" in c.text)]
    said = Said("e-9", clock(), who(), GENERAL, letter, direct=True)
    before = text_of(await hall.app.desk.said(said))
    await hall.run(hours=1, seconds=1)
    assert len(hall.questions()) == 2
    again = await hall.app.desk.said(said)
    print(before, "\n----\n", again)
    shown = text_of(again)
    assert "Reason for" not in shown or shown == before
    nxt = hall.questions()[1]
    assert shown == before, shown

async def test_F3_a_typed_answer_that_is_forgotten_keeps_its_points_through_a_regrade(store, clock, tmp_path):
    pack = PACK + SHORT.format(id="one", word="gravendola")
    hall = await open_hall(store, clock, tmp_path, pack, schedules=[schedule(first="at once")])
    await hall.run()
    await hall.say("gravendola")
    await hall.type("/study forget sure")
    (tmp_path / "pack.yaml").write_text(pack.replace("[gravendola]", "[gravendola, mistorquen]"))
    await hall.app.library.reload(hall.app.registrar)
    reply = await hall.type("/study regrade tests/one", who("olga"))
    from sqlalchemy import select
    from bot.store.tables import answers
    rows = await store.read(lambda c: c.execute(select(answers.c.verdict, answers.c.points)).all())
    assert [tuple(r) for r in rows] == [("right", 10)], (rows, reply)

async def test_F4_a_reaction_of_a_forgotten_person_does_not_count_again(store, clock, tmp_path):
    from bot.ports import Reaction, Message
    hall = await open_hall(store, clock, tmp_path, schedules=[schedule(first="at once", answer_by="reactions")])
    await hall.run()
    m = hall.questions()[0]
    m.reactions.append(("\U0001F1E6", who()))
    await hall.app.desk.reacted(Reaction("r1", clock(), who(), Message(GENERAL, m.id), "\U0001F1E6"))
    await hall.type("/study forget sure")
    await hall.run(days=1)
    from sqlalchemy import select
    from bot.store.tables import answers, people
    rows = await store.read(lambda c: c.execute(select(answers.c.id)).all())
    names = await store.read(lambda c: c.execute(select(people.c.name)).all())
    assert len(rows) == 1, (rows, names)
