"""What is typed -> the core, and what it gives back -> the screen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from adapters.console.files import saved
from adapters.console.screen import Screen
from adapters.console.terminal import Terminal
from bot.ports import (
    Answered,
    Card,
    Edit,
    Field,
    FieldErrors,
    File,
    Form,
    Listener,
    Message,
    NotSavedError,
    OpenForm,
    Options,
    Pick,
    PlaceRef,
    Press,
    Reply,
    Said,
    Submission,
    Suggestion,
    Typed,
    Who,
)

PROMPT = "> "


class InputEndedError(Exception):
    """There is nothing more to read, or the person left."""


class Conversation:
    """One person at a terminal. `words` translates; `event` makes a new event id."""

    def __init__(
        self,
        listener: Listener,
        terminal: Terminal,
        screen: Screen,
        who: Who,
        places: Sequence[PlaceRef],
        words: Callable[[str], str],
        now: Callable[[], datetime],
        event: Callable[[], str],
    ) -> None:
        self._listener = listener
        self._terminal = terminal
        self._screen = screen
        self._who = who
        self._places = tuple(places)
        self._place = self._places[0]
        self._words = words
        self._now = now
        self._event = event

    async def run(self) -> None:
        """Talk until the input ends or the person leaves."""
        while (line := await self._terminal.read(PROMPT, self._complete)) is not None:
            try:
                await self._told(line.strip())
            except NotSavedError as error:
                self._screen.line(str(error))
            except InputEndedError:
                return

    async def _told(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        match command.casefold(), rest.strip():
            case "", _:
                return
            case "/quit", _:
                raise InputEndedError
            case "/home", _:
                self._screen.card(await self._listener.opened(self._who, self._place))
            case "/go", channel:
                self._go(channel)
            case "/press", number:
                await self._press(number)
            case word, _ if word.startswith("/"):
                typed = Typed(self._event(), self._now(), self._who, self._place, line)
                await self._answered(await self._listener.typed(typed))
            case _:
                await self._say(line)

    async def _say(self, line: str) -> None:
        """Answer the question for this person alone that is in view, by its letters; else say it in the place."""
        if (asked := self._screen.asked) and (picked := picked_by(asked[0], line)):
            options, message = asked
            several = (options.submit, picked) if options.submit else (picked[0], ())
            answered = await self._listener.pressed(self._press_on(message, *several))
            self._screen.asked = None
            await self._answered(answered, message)
        else:
            said = Said(self._event(), self._now(), self._who, self._place, line, direct=True)
            await self._answered(await self._listener.said(said))

    def _go(self, channel: str) -> None:
        found = next((place for place in self._places if channel in (place.channel, str(place))), None)
        self._place = found or self._place
        told = (
            self._words("You are in {place}.") if found else self._words("There is no such place; you are in {place}.")
        )
        self._screen.line(told.replace("{place}", self._place.channel))

    async def _press(self, number: str) -> None:
        found = self._screen.pressable(number)
        if found is None:
            self._screen.line(self._words("No button has this number: write /press and the number behind a button."))
            return
        ref, message = found
        await self._answered(await self._listener.pressed(self._press_on(message, ref)), message)

    def _press_on(self, message: Message | None, ref: str, picked: tuple[str, ...] = ()) -> Press:
        place = message.place if message else self._place
        return Press(self._event(), self._now(), self._who, place, ref, picked, message)

    async def _answered(self, answered: Answered, message: Message | None = None) -> None:
        match answered:
            case Reply(card) | Edit(card):
                self._screen.answered(card, message, instead=isinstance(answered, Edit))
                await self._save(card)
            case OpenForm(form):
                await self._fill_in(form, message.place if message else self._place)
            case FieldErrors(errors):
                for error in errors.values():
                    self._screen.line(error)

    async def _save(self, card: Card) -> None:
        """Write the files of a card beside where the program was started, and say where they are."""
        for file in card.blocks:
            if isinstance(file, File):
                try:
                    path = await asyncio.to_thread(saved, file, Path.cwd())
                except OSError as error:
                    told = self._words("The file could not be written: {reason}")
                    self._screen.line(told.replace("{reason}", error.strerror or str(error)))
                else:
                    self._screen.line(self._words("Written to {path}").replace("{path}", str(path)))

    async def _fill_in(self, form: Form, place: PlaceRef) -> None:
        """Ask for the fields, and again for those that the core refuses."""
        self._screen.line("")
        self._screen.line(form.title)
        values: dict[str, str] = {}
        errors: Mapping[str, str] = {field.id: "" for field in form.fields}
        while errors:
            for field in form.fields:
                if field.id in errors:
                    self._screen.line(errors[field.id])
                    value = await self._field(field)
                    if value is None:
                        self._screen.line(self._words("Nothing was sent."))
                        return
                    values[field.id] = value
            submission = Submission(self._event(), self._now(), self._who, place, form.ref, values)
            answered = await self._listener.submitted(submission)
            if not isinstance(answered, FieldErrors):
                await self._answered(answered)
                return
            errors = answered.errors

    async def _field(self, field: Field) -> str | None:
        """What a person writes in a field, None where they cancel; raises InputEndedError."""
        self._explain(field)
        while True:
            text = await self._text(field)
            if text == "/cancel":
                return None
            value = text or field.value
            if fault := self._fault(field, value):
                self._screen.line(fault)
                continue
            return value

    def _explain(self, field: Field) -> None:
        notes = [field.placeholder, *(f"{value}: {label}" for value, label in field.choices)]
        if field.value:
            notes.append(self._words("Empty keeps: {value}").replace("{value}", field.value))
        if field.long:
            notes.append(self._words("Several lines; a line with a single dot ends it."))
        self._screen.line(f"{field.label} ({self._words('/cancel sends nothing')})")
        for note in filter(None, notes):
            self._screen.line(f"  {note}")

    async def _text(self, field: Field) -> str:
        lines: list[str] = []
        while True:
            line = await self._terminal.read(PROMPT)
            if line is None:
                raise InputEndedError
            if line.strip() == "/quit":
                raise InputEndedError
            if not field.long or line.strip() == "/cancel":
                return line.strip()
            if line.strip() == ".":
                return "\n".join(lines).strip()
            lines.append(line)

    def _fault(self, field: Field, value: str) -> str:
        """Why a value cannot be sent, "" where it can."""
        if field.required and not value:
            return self._words("Please write something, or /cancel.")
        if field.limit and len(value) > field.limit:
            told = self._words("That is {length} characters; {limit} are allowed.")
            return told.replace("{length}", str(len(value))).replace("{limit}", str(field.limit))
        if value and field.choices and value not in dict(field.choices):
            return self._words("Please write one of: {values}").replace("{values}", ", ".join(dict(field.choices)))
        return ""

    async def _complete(self, line: str) -> Sequence[Suggestion]:
        """Commands of the core and of the console."""
        if not line.startswith("/"):
            return ()
        own = {
            "/home": self._words("your own page"),
            "/quit": self._words("leave"),
            **{f"/go {place.channel}": self._words("another place") for place in self._places[1:]},
        }
        found = await self._listener.completed(self._who, self._place, line)
        return [*found, *(Suggestion(value, label) for value, label in own.items() if value.startswith(line))]


def picked_by(options: Options, line: str) -> tuple[str, ...]:
    """The refs of the options whose letters a line consists of; () where it is no answer to them."""
    letters = re.sub(r"[,.)]", " ", line.upper()).split()
    refs = {chr(ord("A") + index): choice.ref for index, choice in enumerate(options.choices)}
    most = {Pick.ONE: 1, Pick.MANY: len(refs), Pick.ORDERED: len(refs)}[options.pick]
    least = len(refs) if options.pick is Pick.ORDERED else 1
    fits = refs.keys() >= set(letters) and least <= len(letters) == len(set(letters)) <= most
    return tuple(refs[each] for each in letters) if fits else ()
