"""A hall of one place behind the console: a listener that answers by rules of its own, and a process to run it in."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from adapters.console import adapter
from bot.ports import (
    Answered,
    Button,
    Buttons,
    Card,
    Choice,
    Commanded,
    Edit,
    FieldErrors,
    File,
    Fine,
    Form,
    Message,
    NotSavedError,
    OpenForm,
    Opening,
    Options,
    Page,
    Pick,
    PlaceRef,
    Press,
    Proposed,
    Reaction,
    Reply,
    Said,
    Shelf,
    Submission,
    Suggestion,
    Text,
    Tone,
    Typed,
    Who,
)
from bot.ports import Field as FormField
from bot.store import Store, schema

GENERAL = PlaceRef("console", "local", "general")
OTHER = PlaceRef("console", "local", "reading-group")
LINES = ("/daily", "/study help", "/study status")
FORM = Form(
    "write:abc",
    "Your answer",
    (
        FormField("answer", "What do you think?", limit=20, placeholder="a few words"),
        FormField("sure", "How sure are you?", required=False, choices=(("1", "not at all"), ("5", "very")), value="1"),
        FormField("more", "Anything else?", long=True, required=False),
    ),
    "Send",
)


def question(answered: int = 0) -> Card:
    """An open question and how many have answered it."""
    options = Options((Choice("answer:abc:0", "The *mean*"), Choice("answer:abc:1", "The median")))
    return Card(
        "Question · Statistics",
        (
            Text("Which of them does one outlier move **more**?"),
            options,
            Buttons((Button("write:abc", "Write"), Button("more:abc", "More"))),
            Fine(f"{answered} people have answered."),
        ),
        Tone.QUESTION,
    )


def alone(pick: Pick = Pick.ONE) -> Card:
    """A question for one person alone, of three options."""
    choices = tuple(Choice(f"try:abc:{n}", text) for n, text in enumerate(("mean", "median", "mode")))
    submit = "" if pick is Pick.ONE else "try:abc"
    return Card("Practice 1/3", (Text("Which?"), Options(choices, pick, submit)), Tone.QUESTION)


FILE = File("cards.csv", "text/csv", b"a,b\r\n", "A table of two cells")
REVEAL = Card("Answer · Statistics", (Text("The mean moves more."),), Tone.REVEAL)


class Desk:
    """A listener: remembers what it was told and answers each kind of it in one way."""

    def __init__(self) -> None:
        self.told: list[Press | Reaction | Said | Commanded | Typed | Submission] = []
        self.resumptions = 0
        self.pick = Pick.ONE
        self.failing = False

    async def pressed(self, press: Press) -> Answered:
        self.told.append(press)
        if self.failing:
            self.failing = False
            raise NotSavedError("Nothing was saved.")
        if press.ref.startswith("try"):
            return Edit(Card("Not right", (Text("The next one?"), Buttons((Button("next:abc", "Next"),)))))
        if press.ref.startswith("next"):
            return Edit(alone(self.pick))
        return OpenForm(FORM) if press.ref.startswith("write") else Reply(Card("Pressed", (Text(press.ref),)))

    async def reacted(self, reaction: Reaction) -> Answered:
        self.told.append(reaction)
        return None

    async def unreacted(self, reaction: Reaction) -> Answered:
        self.told.append(reaction)
        return None

    async def said(self, said: Said) -> Answered:
        self.told.append(said)
        if said.text == "lost":
            raise NotSavedError("The answer could not be saved; please say it again.")
        right = said.text.upper() == "A"
        return Reply(Card("Right" if right else "Not right", (Text("So it is."),), Tone.RIGHT if right else Tone.WRONG))

    async def commanded(self, commanded: Commanded) -> Answered:
        self.told.append(commanded)
        return None

    async def typed(self, typed: Typed) -> Answered:
        self.told.append(typed)
        match typed.line:
            case "/alone":
                return Reply(alone(self.pick))
            case "/form":
                return OpenForm(FORM)
            case "/errors":
                return FieldErrors({"answer": "That cannot be."})
            case "/nothing":
                return None
            case "/file":
                return Reply(Card("Yours", (FILE,), Tone.NOTE))
        return Reply(Card("Command", (Text(f"`{typed.line}`"),), Tone.NOTE))

    async def submitted(self, submission: Submission) -> Answered:
        self.told.append(submission)
        if submission.values["answer"] == "unclear":
            return FieldErrors({"answer": "This could not be read as one answer."})
        return Reply(Card("Noted", (Text(submission.values["answer"]),), Tone.NOTE))

    async def suggested(
        self, who: Who, place: PlaceRef, path: tuple[str, ...], option: str, prefix: str
    ) -> Sequence[Suggestion]:
        return ()

    async def completed(self, who: Who, place: PlaceRef, line: str) -> Sequence[Suggestion]:
        return [Suggestion(each, "a command") for each in LINES if each.startswith(line)]

    async def opened(self, who: Who, place: PlaceRef | None) -> Card:
        return Card("Your page", (Text(f"Hello, {who.name}."),))

    async def viewed(self, who: Who, view: str) -> Page:
        return Page("", ())

    async def resumed(self, platform: str) -> None:
        self.resumptions += 1

    async def renamed(self, who: Who) -> None:
        return None

    async def proposed(self, proposed: Proposed) -> Answered:
        return None

    async def removed(self, place: PlaceRef, reason: str) -> None:
        return None

    async def returned(self, place: PlaceRef) -> None:
        return None


def opening(
    shelf: Shelf,
    now: Callable[[], datetime],
    environment: Mapping[str, str],
    places: Sequence[PlaceRef] = (GENERAL,),
    **settings: str,
) -> Opening:
    """What the composition root hands an adapter."""
    return Opening(
        settings={"name": "", **settings},
        environment=environment,
        shelf=shelf,
        verbs={},
        commands=(),
        places=places,
        organiser_places=frozenset(),
        now=now,
        token=lambda length: "".join(secrets.choice("abcdefgh234567") for _ in range(length)),
        translate=lambda _, message: message,
    )


async def serve(file: Path) -> None:
    """Post the question, talk, and reveal it when the answer "A" was said."""
    schema.upgrade(file)
    store = Store.open(file, now=lambda: datetime.now(UTC))
    desk = Desk()
    platform = adapter.open(opening(store.shelf("console"), lambda: datetime.now(UTC), os.environ))
    running = asyncio.create_task(platform.run(desk))
    message = Message(GENERAL, await platform.send(GENERAL, question(), "q-1"))
    while not running.done():
        await asyncio.sleep(0.02)
        if any(isinstance(told, Said) and told.text == "A" for told in desk.told):
            await platform.edit(message, question(1))
            await platform.edit(message, REVEAL)
            desk.told.clear()
    await running
    await platform.close()
    await store.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
