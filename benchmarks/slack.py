"""Slack: presses through Bolt, the HTTP front, storms of presses, and posts that are due together."""

from __future__ import annotations

from benchmarks.frame import Part
from benchmarks.pressing import SQL
from benchmarks.slack_crowd import all_together, storms
from benchmarks.slack_front import fronts
from benchmarks.slack_press import DISPATCH, at_rest, in_flight

PART = Part(
    title="Slack",
    method=f"""\
A press is what a socket brings, 3.5 KB of JSON with the message that it stands in; it ends with its acknowledgement,
when the answer is graded, stored, counted and committed. It goes through Bolt as the adapter builds it and the whole
core on SQLite. What the person is told follows the acknowledgement, and is in the storm alone. The floor is {DISPATCH}
times Bolt's `AsyncApp` with one listener that does nothing, and {SQL} times the same statements, those of the look for
the round among them, through the bare driver in transactions of the same sizes; alone, a press is compared with the
plain sum of both. Each HTTP front serves in a process of its own, to a client in another. In the storm and for the
channels that are due together the bot runs as always, and Slack is another process, which keeps state and refuses what
Slack refuses; there, the floor is what the rate allows. Nothing is lost, and nothing is posted or counted twice.""",
    cases={"press": in_flight, "acknowledged": at_rest, "http": fronts, "storm": storms, "together": all_together},
)
