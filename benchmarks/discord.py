"""Discord: presses and commands through discord.py, answers, posts that are due together, and memory."""

from __future__ import annotations

from benchmarks.discord_answered import MOST, answered
from benchmarks.discord_crowd import all_together
from benchmarks.discord_guilds import held
from benchmarks.discord_press import DISPATCH, command, in_flight
from benchmarks.frame import Part
from benchmarks.pressing import SQL

PART = Part(
    title="Discord",
    method=f"""\
A press is what the gateway brings, 3.1 KB of JSON with the message that it stands in, handed to discord.py's own
socket of the client as the adapter builds it; it ends when the answer is graded, stored, counted and committed, before
what the person is told is drawn. The floor is {DISPATCH} times the same texts at a client whose `on_interaction` does
nothing, and {SQL} times the same statements, those of the look for the round among them, through the bare driver in
transactions of the same sizes. An answered press goes to a bot that is connected to a Discord in another process, and
back with its card by Discord's API; beside it, a bare `View` only acknowledges, and the same SQL is added to it: at
most {MOST} times that. A command is compared with one that does nothing in the tree of a plain `commands.Bot`. For the
channels that are due together the bot runs as always, and Discord is another process, which keeps state and takes 5
messages in 5 s a channel and 50 calls a second in all; nothing is posted twice.""",
    cases={
        "press": in_flight,
        "answered": answered,
        "command": command,
        "together": all_together,
        "guilds": held,
    },
)
