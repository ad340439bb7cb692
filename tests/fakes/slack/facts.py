"""What a Slack of its own consists of: workspaces, people, channels, messages, views, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]
SHOWN = 3
"""Accounts that Slack names for a reaction unless all are asked for."""


class RefusedError(Exception):
    """Slack says no. `more` goes into the answer beside the code."""

    def __init__(self, code: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(f"{code} {messages or ''}")
        self.code = code
        self.messages = messages or []
        self.more = more


class NotThereError(Exception):
    """A person cannot do this: the button, the channel or the view is not on their screen."""


@dataclass(slots=True)
class Team:
    """A workspace, and the app in it. `org_wide`: installed for the whole organisation."""

    id: str
    domain: str
    enterprise: str = ""
    org_wide: bool = False
    installed: bool = True
    bot_user: str = ""
    bot_id: str = ""


@dataclass(slots=True)
class Token:
    """A bot's token. `expires` by the server's clock, where tokens rotate."""

    team: str
    expires: datetime | None = None
    revoked: bool = False


@dataclass(slots=True)
class User:
    """An account."""

    id: str
    name: str
    team: str
    display_name: str
    admin: bool = False
    owner: bool = False
    bot: bool = False
    locale: str = "en-US"
    deleted: bool = False

    def shown(self, *, locale: bool = False) -> Json:
        """As `users.info` shows it."""
        names = {"real_name": self.name.title(), "display_name": self.display_name}
        shown: Json = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.name.title(),
            "tz": "Etc/UTC",
            "profile": {**names, "team": self.team},
            "is_admin": self.admin or self.owner,
            "is_owner": self.owner,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_bot": self.bot,
            "updated": 0,
        }
        return shown | ({"locale": self.locale} if locale else {})


@dataclass(slots=True)
class Group:
    """A user group."""

    id: str
    handle: str
    team: str
    users: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Channel:
    """A channel or a talk of two (`im`). `teams`: the workspaces that share it, its own first."""

    id: str
    name: str
    teams: list[str]
    kind: str = "public"
    members: list[str] = field(default_factory=list)
    archived: bool = False
    deleted: bool = False
    last_ts: int = 0

    @property
    def shared(self) -> bool:
        """Whether another workspace is in it."""
        return len(self.teams) > 1

    def shown(self, account: str) -> Json:
        """As `conversations.info` shows it to an account."""
        shown: Json = {
            "id": self.id,
            "is_im": self.kind == "im",
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private" and self.id.startswith("G"),
            "is_private": self.kind != "public",
            "is_archived": self.archived,
            "is_ext_shared": self.shared,
            "is_shared": self.shared,
            "is_org_shared": False,
            "context_team_id": self.teams[0],
            "shared_team_ids": self.teams,
        }
        if self.kind == "im":
            return shown | {"user": next((each for each in self.members if each != account), account)}
        return shown | {"name": self.name, "is_member": account in self.members, "num_members": len(self.members)}


@dataclass(slots=True)
class Message:
    """A message. `reactions`: accounts by emoji name, in the order in which they came."""

    ts: str
    channel: str
    user: str
    team: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json = field(default_factory=dict)
    thread_ts: str = ""
    bot_id: str = ""
    subtype: str = ""
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: str = ""
    deleted: bool = False
    replies: list[str] = field(default_factory=list)
    repliers: list[str] = field(default_factory=list)
    broadcast: bool = False
    attributes: Json = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)

    @property
    def reply_count(self) -> int:
        """How many replies it has."""
        return len(self.replies)

    @property
    def latest_reply(self) -> str:
        """The `ts` of the last reply, "" where there is none."""
        return max(self.replies, default="")

    def shown(self, *, metadata: bool = False, everybody: bool = False) -> Json:
        """As the history shows it."""
        shown: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": self.team}
        shown |= {"blocks": self.blocks} if self.blocks else {}
        shown |= {"bot_id": self.bot_id, "app_id": "A0STUDYHALL"} if self.bot_id else {}
        shown |= {"subtype": self.subtype} if self.subtype else {}
        shown |= {"files": self.files} if self.files else {}
        shown |= {"metadata": self.metadata} if metadata and self.metadata else {}
        shown |= {"edited": {"user": self.user, "ts": self.edited}} if self.edited else {}
        shown |= {"thread_ts": self.thread_ts} if self.thread_ts else {}
        if self.replies:
            shown |= {"reply_count": self.reply_count, "latest_reply": self.latest_reply, "is_locked": False}
            shown |= {"reply_users": self.repliers, "reply_users_count": len(self.repliers), "subscribed": False}
        if self.reactions:
            shown["reactions"] = [
                {"name": name, "users": users if everybody else users[:SHOWN], "count": len(users)}
                for name, users in self.reactions.items()
            ]
        return shown


@dataclass(slots=True)
class Ephemeral:
    """What one person alone saw in a channel."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    deleted: bool = False


@dataclass(slots=True)
class View:
    """A modal or an App Home on somebody's screen."""

    id: str
    user: str
    team: str
    content: Json
    hash: str
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict)

    def shown(self, state: Json | None = None) -> Json:
        """As Slack shows it to the app."""
        return {
            "private_metadata": "",
            "callback_id": "",
            **self.content,
            "id": self.id,
            "team_id": self.team,
            "hash": self.hash,
            "state": {"values": state or {}},
            "root_view_id": self.id,
            "previous_view_id": None,
            "app_id": "A0STUDYHALL",
            "app_installed_team_id": self.team,
        }


@dataclass(slots=True)
class File:
    """A file: where it goes to is told first, then it is sent, then it is completed."""

    id: str
    name: str
    length: int
    alt: str = ""
    content: bytes | None = None
    completed: datetime | None = None


@dataclass(slots=True)
class Trigger:
    """What lets one modal be opened, for 3 s."""

    user: str
    team: str
    at: datetime
    exchanged: bool = False


@dataclass(slots=True)
class Way:
    """A `response_url`: where what is sent to it goes."""

    user: str
    team: str
    channel: str
    at: datetime
    message: str = ""
    ephemeral: str = ""
    uses: int = 0


@dataclass(slots=True)
class Told:
    """What Slack saw of something that it told the app. `attempts` grows while it is told again."""

    kind: str
    payload: Json
    acknowledged: bool = False
    seconds: float = 0.0
    ack_payload: Json = field(default_factory=dict)
    attempts: int = 0
    statuses: list[int] = field(default_factory=list)
    view: View | None = None

    @property
    def event_id(self) -> str:
        """Of an event, "" of anything else."""
        return str(self.payload.get("event_id") or "")

    @property
    def errors(self) -> dict[str, str]:
        """What a form was refused for, by block."""
        return dict(self.ack_payload.get("errors") or {})
