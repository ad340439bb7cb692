"""A hall without a core: a scripted listener behind the real page, the real doors and the real store's shelf."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.web import adapter
from bot.doors import Doors
from bot.ports import (
    Answered,
    Audience,
    Bar,
    Bars,
    Button,
    Buttons,
    Card,
    Choice,
    Commanded,
    FieldErrors,
    Fine,
    Form,
    Message,
    Moment,
    NotSavedError,
    OpenForm,
    Opening,
    Options,
    Page,
    Pick,
    PlaceRef,
    Platform,
    Press,
    Proposed,
    Reaction,
    Reply,
    Said,
    Submission,
    Suggestion,
    Table,
    Text,
    Tone,
    Typed,
    Who,
)
from bot.ports import Field as FormField
from bot.settings.values import Listening
from bot.store import Store

GENERAL = PlaceRef("web", "local", "general")
OTHER = PlaceRef("web", "local", "reading-group")
LINES = ("/daily", "/leaderboard", "/study help", "/study status")
QUESTION = Card(
    "Question · Statistics and experiments · medium",
    (
        Text(
            "A test of two variants gives $p = 0.03$ at $\\alpha = 0.05$. With $H_0: \\mu_A = \\mu_B$, "
            "which statement is **right**?\n\n$$\nt = \\frac{\\bar{x}_A - \\bar{x}_B}{\\sqrt{\\frac{s_A^2}{n_A} + "
            "\\frac{s_B^2}{n_B}}}\n$$"
        ),
        Options(
            tuple(
                Choice(f"answer:tok1:{index}", text)
                for index, text in enumerate(
                    (
                        "The null hypothesis is true with a probability of 3 %.",
                        "If $H_0$ holds, a result at least this extreme comes up in about 3 % of such tests.",
                        "The effect is large enough to matter, as `p < alpha` shows.",
                        "97 % of the users prefer variant B, see [the paper](https://example.org/paper).",
                    )
                )
            )
        ),
        Fine("Pick one."),
        Fine("Nobody has answered yet."),
        Moment("Closes {time}", datetime(2026, 11, 22, 9, 0, tzinfo=UTC)),
    ),
    Tone.QUESTION,
    summary="A new question is open.",
)
CODE = Card(
    "Question · Python · easy",
    (
        Text(
            "What does this print?\n\n```python\ndef add(item, bag=[]):\n    bag.append(item)  # one for all calls\n"
            "    return bag\n\nprint(add(1), add(2))\n```"
        ),
        Options(
            tuple(
                Choice(f"answer:tok2:{i}", text)
                for i, text in enumerate(("`[1] [2]`", "`[1, 2] [1, 2]`", "`[1] [1, 2]`"))
            ),
            Pick.MANY,
            "answer:tok2",
        ),
        Fine("Pick every one that is right."),
    ),
    Tone.QUESTION,
    summary="A new question is open.",
)
ORDER = Card(
    "Question · Machine learning · hard",
    (
        Text("Put the steps of one epoch in order."),
        Options(
            tuple(
                Choice(f"answer:tok3:{i}", text)
                for i, text in enumerate(("Compute the loss", "Forward pass", "Update the weights", "Backward pass"))
            ),
            Pick.ORDERED,
            "answer:tok3",
        ),
    ),
    Tone.QUESTION,
    summary="A new question is open.",
)
OPEN_QUESTION = Card(
    "Question · Design · hard",
    (
        Text("How would you *roll out* a new ranking model?"),
        Buttons((Button("write:tok4", "Write your answer", opens_form=True),)),
    ),
    Tone.QUESTION,
    summary="A new question is open.",
)
REVEAL = Card(
    "Answer · Statistics and experiments · medium",
    (
        QUESTION.blocks[0],
        Bars(
            (
                Bar("**A** The null hypothesis is true with a probability of 3 %.", 3, 0.25),
                Bar(
                    "**B** If $H_0$ holds, a result at least this extreme comes up in about 3 % of such tests.",
                    4,
                    4 / 12,
                    marked=True,
                ),
                Bar("**C** The effect is large enough to matter, as `p < alpha` shows.", 5, 5 / 12),
                Bar("**D** 97 % of the users prefer variant B.", 0, 0.0),
            )
        ),
        Fine("12 people answered. Right: Ada, Grace, Katherine, Emmy"),
    ),
    Tone.REVEAL,
    summary="The answer is out.",
)
WHY = Card(
    "Why",
    (
        Text(
            "A p-value speaks about *data under the hypothesis*, $P(\\text{data} \\mid H_0)$, and not about it.\n\n"
            "| | $H_0$ true | $H_0$ false |\n|---|:---:|:---:|\n| rejected | $\\alpha$ | $1 - \\beta$ |\n"
            "| kept | $1 - \\alpha$ | $\\beta$ |\n\n"
            "- ✓ **B** That is the definition.\n- · **C** Size and evidence are two things."
        ),
        Fine("Read on: [Wasserstein, Lazar. *The ASA statement on p-values*. 2016](https://example.org/asa)"),
    ),
)
BOARD = Card(
    "Leaderboard · general · This week",
    (
        Table(
            ("#", "Name", "Points", "Right", "Answered"),
            (
                ("1", "Ada", "52", "5", "5"),
                ("2", "<b>Grace</b> @everyone", "48", "5", "6"),
                ("3", "Katherine ←", "31", "3", "5"),
            ),
            frozenset({0, 2, 3, 4}),
        ),
        Fine("You are number 3 with 31 points. Your streak: 4 days (best: 9)."),
    ),
    Tone.BOARD,
)
HOSTILE = "<script>alert(1)</script> @everyone <!channel> \u202egnp.exe \x07 \x00 [x](javascript:alert(1)) &lt;b&gt;"
FORM = Form(
    "write:tok4",
    "Your answer",
    (
        FormField("answer", "What would you do?", long=True, limit=2000, placeholder="A few sentences"),
        FormField("sure", "How sure are you?", choices=(("1", "guessing"), ("5", "certain"))),
        FormField("note", "A note", required=False),
    ),
    "Send answer",
)


def feedback(*, right: bool) -> Card:
    if right:
        blocks = (
            Text("Your answer: **B**"),
            Text("**B** That is the definition of a p-value."),
            Fine("12 points."),
        )
        return Card("Right", blocks, Tone.RIGHT, summary="Right")
    blocks = (
        Text("Your answer: **A**"),
        Text("**A** That would be $P(H_0 \\mid \\text{data})$."),
        Fine("0 points. The key comes with the reveal."),
    )
    return Card("Not right", blocks, Tone.WRONG, summary="Not right")


@dataclass
class ScriptedListener:
    """Answers as a core might, and keeps what it was told."""

    heard: list[Any] = field(default_factory=list)
    answers: dict[str, Answered] = field(default_factory=dict)
    typed_feedback: Card | None = None
    home: Card | None = None
    failing: bool = False
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    def _hear(self, what: Any) -> None:
        if self.failing:
            raise NotSavedError("Nothing was saved. Try again in a moment.")
        self.heard.append(what)

    def told(self, kind: type) -> list[Any]:
        return [each for each in self.heard if isinstance(each, kind)]

    async def pressed(self, press: Press) -> Answered:
        self._hear(press)
        if press.ref in self.answers:
            return self.answers[press.ref]
        if press.ref.startswith("write:"):
            return OpenForm(FORM)
        return Reply(feedback(right=press.ref.endswith(":1")))

    async def reacted(self, reaction: Reaction) -> Answered:
        self._hear(reaction)
        return Reply(feedback(right=reaction.emoji == "🇧"))

    async def unreacted(self, reaction: Reaction) -> Answered:
        self._hear(("off", reaction))
        return None

    async def said(self, said: Said) -> Answered:
        self._hear(said)
        if self.typed_feedback and said.thread:
            return Reply(self.typed_feedback)
        if said.text == "thanks all":
            return Reply(Card("You are welcome", (Text("See you tomorrow."),)), Audience.PLACE)
        return Reply(feedback(right=said.text == "B")) if said.thread or len(said.text) == 1 else None

    async def commanded(self, commanded: Commanded) -> Answered:
        raise NotImplementedError

    async def typed(self, typed: Typed) -> Answered:
        self._hear(typed)
        return (
            Reply(BOARD)
            if typed.line.startswith("/leaderboard")
            else Reply(Card("Help", (Text("Try `/daily`."),), Tone.NOTE))
        )

    async def submitted(self, submission: Submission) -> Answered:
        self._hear(submission)
        if len(submission.values["answer"]) < 5:
            return FieldErrors({"answer": "A little more, please."})
        return Reply(Card("Noted", (Text("Your answer is kept until the reveal."),), Tone.NOTE, summary="Noted"))

    async def suggested(
        self, who: Who, place: PlaceRef, path: tuple[str, ...], option: str, prefix: str
    ) -> Sequence[Suggestion]:
        raise NotImplementedError

    async def completed(self, who: Who, place: PlaceRef, line: str) -> Sequence[Suggestion]:
        found = [Suggestion(each, f"about {each[1:]}") for each in LINES if each.startswith(line)]
        return [Suggestion("/leaderboard week", "this week")] if line == "/leaderboard " else found

    async def opened(self, who: Who, place: PlaceRef | None) -> Card:
        return self.home or Card("Your desk", (Text(f"Good to see you, {who.name}."), BOARD.blocks[0]), Tone.PLAIN)

    async def viewed(self, who: Who, view: str) -> Page:
        raise NotImplementedError

    async def resumed(self, platform: str) -> None:
        self.connected.set()

    async def renamed(self, who: Who) -> None:
        self._hear(("renamed", who))

    async def proposed(self, proposed: Proposed) -> Answered:
        raise NotImplementedError

    async def returned(self, place: PlaceRef) -> None:
        raise NotImplementedError

    async def removed(self, place: PlaceRef, reason: str) -> None:
        raise NotImplementedError


@dataclass
class Scene:
    """An open page: where it is, the platform behind it, and the listener that it tells."""

    address: str
    platform: Platform
    listener: ScriptedListener
    store: Store
    doors: Doors
    sent: int = 0

    async def send(self, card: Card, place: PlaceRef = GENERAL) -> Message:
        self.sent += 1
        return Message(place, await self.platform.send(place, card, f"stamp-{self.sent}"))


def opening(store: Store, **changed: Any) -> Opening:
    values = {
        "settings": {"visitors_are_organisers": "loopback"},
        "environment": {},
        "shelf": store.shelf("web"),
        "verbs": {},
        "commands": (),
        "places": (GENERAL, OTHER, PlaceRef("slack", "T1", "C1")),
        "organiser_places": frozenset(),
        "now": lambda: datetime.now(UTC),
        "token": lambda n: "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(n)),
        "translate": lambda _, message: message,
    }
    return Opening(**{**values, **changed})


@contextlib.asynccontextmanager
async def open_scene(url: str, *, host: str = "127.0.0.1", **changed: Any) -> AsyncIterator[Scene]:
    """Serve the page on a free port over a database that has its tables."""
    store = Store.open(url, now=lambda: datetime.now(UTC))
    given = opening(store, **changed)
    platform = adapter.open(given)
    listener = ScriptedListener()

    async def health() -> dict[str, object]:
        return {"status": "ok", "rounds": 3}

    async def metrics(*, whole: bool) -> tuple[bytes, str]:
        return b"", "text/plain"

    clock = asyncio.get_running_loop().time
    doors = Doors(Listening(host, 0), [platform.routes], health, metrics, token=given.token, clock=clock)
    running = asyncio.create_task(platform.run(listener))
    await doors.open()
    await listener.connected.wait()
    try:
        yield Scene(doors.address, platform, listener, store, doors)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await doors.close()
        await platform.close()
        await store.close()
