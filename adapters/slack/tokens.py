"""The tokens of one workspace, from the environment; what Slack says of them is asked once and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.slack.errors import TokenError
from bot.ports import NotSetUpError, RefusedError

BOT_TOKEN = "SLACK_BOT_TOKEN"  # noqa: S105  names, no tokens
APP_TOKEN = "SLACK_APP_TOKEN"  # noqa: S105
SIGNING_SECRET = "SLACK_SIGNING_SECRET"  # noqa: S105
CLIENT_ID = "SLACK_CLIENT_ID"
CLIENT_SECRET = "SLACK_CLIENT_SECRET"  # noqa: S105
KEY = "SLACK_TOKEN_KEY"


@dataclass(frozen=True, slots=True)
class Us:
    """What `auth.test` says of a token."""

    team: str
    enterprise: str
    user: str
    bot: str


def secret(environment: Mapping[str, str], name: str, prefix: str, where: str) -> str:
    """A secret of the environment. Raises NotSetUpError where it is missing or does not begin as it must."""
    found = environment.get(name, "").strip()
    if not found:
        raise NotSetUpError(f"the environment variable {name} is not set; {where}")
    if not found.startswith(prefix):
        raise NotSetUpError(f"{name} does not begin with {prefix!r}: it is another kind of token; {where}")
    return found


@contextmanager
def taken(name: str, where: str) -> Iterator[None]:
    """What is done within needs a token. Raises NotSetUpError where Slack does not take it: only another one helps."""
    try:
        yield
    except TokenError as error:
        sentence = f"Slack does not take {name} ({error.code}): it is wrong, or was revoked; {where}"
        raise NotSetUpError(sentence) from error


class OneToken:
    """The bot's token, for the one workspace that it belongs to."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._team = ""

    async def token_of(self, workspace: str) -> str:
        """The token. Raises RefusedError for another workspace than the token's own, once that is known."""
        if self._team and workspace and workspace != self._team:
            raise RefusedError(
                f"the app's token is for the workspace {self._team}, not for {workspace}",
                "Write the places of this workspace in studyhall.yaml, or install the app in many (docs/slack.md).",
            )
        return self._token

    def belongs_to(self, team: str) -> None:
        """The token's workspace is known now."""
        self._team = team
