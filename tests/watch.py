"""A watch over all that is logged while tests run: the secrets with which they talk to Slack and Discord may not be in
it.
"""

from __future__ import annotations

import logging
import re

SECRET = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]{4,}"  # tokens of bots, and those that renew them
    r"|xapp-[\w-]{4,}"  # tokens of apps
    r"|8f742231b10e8888abcd99yyyzzz85a5"  # the local Slack's signing secret
    r"|not-so-secret"  # and its client's
    r"|(?<![\w-])[\w-]{43}=(?!=)"  # keys that tokens are encrypted with
    r"|[\w-]{20,}\.[0-9a-f]{6}\.[0-9a-f]{32}"  # the token of the local Discord's bot
    r"|aW50ZXJhY3Rpb246\w+"  # and those of interactions there
)
CHATTY = {"adapters": logging.DEBUG, **dict.fromkeys(("slack_bolt", "slack_sdk", "discord"), logging.INFO)}
"""What an operator may turn on, and a little more."""


class Watch(logging.Handler):
    """Hears every record of the process, with the text and the traceback of what was raised."""

    def __init__(self) -> None:
        super().__init__()
        self._caught: list[str] = []

    def begin(self) -> None:
        """Listen to all loggers from now on."""
        logging.getLogger().addHandler(self)
        for name, level in CHATTY.items():
            logging.getLogger(name).setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        """Note a record that holds a secret."""
        self.read(self.format(record), f"{record.name} ({record.levelname})")

    def read(self, text: str, where: str) -> None:
        """Note a text that holds a secret, such as what another process wrote."""
        self._caught += [f"{where}: {text[: found.start()]}<a secret>" for found in SECRET.finditer(text)]

    def check(self) -> None:
        """Raise AssertionError if a secret was logged since the last check."""
        caught, self._caught = self._caught, []
        assert not caught, "secrets were logged by " + "; ".join(caught)


WATCH = Watch()
