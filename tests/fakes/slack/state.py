"""The state of a Slack: kept here, arranged and looked at by tests."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from tests.fakes.slack.facts import (
    Channel,
    Ephemeral,
    File,
    Group,
    Json,
    Message,
    NotThereError,
    RefusedError,
    Team,
    Token,
    Trigger,
    User,
    View,
    Way,
)
from tests.fakes.slack.pings import pinged_by
from tests.fakes.slack.rules import elements
from tests.fakes.slack.scopes import SCOPES

APP = "A0STUDYHALL"
_EMOJI = """zero one two three four five six seven eight nine keycap_ten 1234 star +1 -1 thumbsup thumbsdown a b x
white_check_mark heavy_check_mark heart tada eyes smile thinking_face question wave fire 100"""
_REACTION = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


class Workspaces:
    """Everything that Slack knows. `emoji` and `scopes` are sets that a test may change."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.address = ""
        self.teams: dict[str, Team] = {}
        self.tokens: dict[str, Token] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.codes: dict[str, str | None] = {}
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.channels: dict[str, Channel] = {}
        self.said: dict[str, dict[str, Message]] = {}
        self.whispered: list[Ephemeral] = []
        self.views: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.triggers: dict[str, Trigger] = {}
        self.ways: dict[str, Way] = {}
        self.calls: list[tuple[str, Json, str]] = []
        self.refused: list[tuple[str, str, list[str]]] = []
        self.pinged: list[tuple[str, str, str]] = []
        self.scopes = {scope for scopes in SCOPES.values() for scope in scopes}
        self.emoji = set(_EMOJI.split())
        self.app_token = "xapp-1-A0STUDYHALL-1-abc"
        self.signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
        self.client_id, self.client_secret = "111.222", "not-so-secret"
        self.rotation = False
        self.files_ready_after = 0.0
        self._count = 0
        self.team = self.add_team("hall").id
        self.bot_token = next(iter(self.tokens))

    @property
    def bot_user(self) -> str:
        """The bot's account in the first workspace."""
        return self.teams[self.team].bot_user

    # Arranging.

    def add_team(self, domain: str = "other", *, enterprise: str = "", org_wide: bool = False) -> Team:
        """A workspace with the app in it; its token is `token_of(team.id)`."""
        team = Team(self.new_id("T"), domain, enterprise, org_wide, bot_id=self.new_id("B"))
        self.teams[team.id] = team
        team.bot_user = self.add_user("studyhall", team=team.id, bot=True).id
        self.tokens[f"xoxb-{self.new_id('')}-{team.id}"] = Token(team.id)
        return team

    def add_user(
        self,
        name: str,
        *,
        display_name: str | None = None,
        team: str = "",
        admin: bool = False,
        owner: bool = False,
        bot: bool = False,
        locale: str = "en-US",
    ) -> User:
        """An account; it is in no channel yet."""
        shown = name if display_name is None else display_name
        user = User(self.new_id("U"), name, team or self.team, shown, admin, owner, bot, locale)
        self.users[user.id] = user
        return user

    def add_group(self, handle: str, users: Sequence[str] = (), team: str = "") -> Group:
        """A user group."""
        group = Group(self.new_id("S"), handle, team or self.team, list(users))
        self.groups[group.id] = group
        return group

    def add_channel(
        self,
        name: str,
        *,
        members: Sequence[str] = (),
        private: bool = False,
        archived: bool = False,
        bot: bool = True,
        teams: Sequence[str] = (),
    ) -> Channel:
        """A channel; `bot`: the bots of its workspaces are in it. `teams`: the workspaces that share it."""
        own = list(teams) or [self.team]
        bots = [self.teams[each].bot_user for each in own if self.teams[each].installed] if bot else []
        kind = "private" if private else "public"
        channel = Channel(self.new_id("C"), name, own, kind, [*bots, *members], archived)
        self.channels[channel.id] = channel
        return channel

    def open_im(self, user: str, team: str = "") -> Channel:
        """The talk of an account with the bot."""
        bot = self.teams[team or self.users[user].team].bot_user
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == {bot, user}:
                return channel
        channel = Channel(self.new_id("D"), "", [team or self.users[user].team], "im", [bot, user])
        self.channels[channel.id] = channel
        return channel

    def delete_message(self, channel: str, ts: str) -> None:
        """Delete; of a message with replies its place in the thread stays."""
        message = self.message(channel, ts)
        if message.replies:
            message.subtype, message.text, message.blocks = "tombstone", "This message was deleted.", []
            message.user, message.bot_id, message.reactions, message.metadata = "USLACKBOT", "", {}, {}
            return
        message.deleted = True
        parent = self.said[channel].get(message.thread_ts)
        if parent and ts in parent.replies:
            parent.replies.remove(ts)

    # Looking.

    def token_of(self, team: str) -> str:
        """The newest token of the bot in a workspace."""
        return next(text for text, token in reversed(self.tokens.items()) if token.team == team)

    def messages(self, channel: str) -> list[Message]:
        """What stands in a channel and in no thread, in order."""
        found = self.said.get(channel, {}).values()
        return [each for each in found if not each.deleted and each.thread_ts in ("", each.ts)]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The replies in the thread of a message, in order."""
        found = self.said.get(channel, {}).values()
        return [each for each in found if not each.deleted and each.thread_ts == ts != each.ts]

    def ephemerals(self, user: str) -> list[Ephemeral]:
        """What an account alone was shown, in order."""
        return [each for each in self.whispered if each.user == user and not each.deleted]

    def home(self, user: str) -> Json | None:
        """An account's App Home, None where none was published."""
        found = [each.content for each in self.views.values() if each.user == user and each.content["type"] == "home"]
        return found[-1] if found else None

    def modals(self, user: str) -> list[View]:
        """The modals open on an account's screen, the uppermost last."""
        return [
            each for each in self.views.values() if each.user == user and each.content["type"] == "modal" and each.open
        ]

    def message(self, channel: str, ts: str) -> Message:
        """A message of a channel or its threads. Raises RefusedError where it is none, or was deleted."""
        found = self.said.get(channel, {}).get(ts)
        if found is None or found.deleted or found.subtype == "tombstone":
            raise RefusedError("message_not_found")
        return found

    def is_ready(self, file: File) -> bool:
        """Whether Slack has looked at a file, which it does a while after it was completed."""
        waited = timedelta(seconds=self.files_ready_after)
        return file.completed is not None and self.now() >= file.completed + waited

    # Changing.

    def new_id(self, letter: str) -> str:
        """An id that nothing else has."""
        self._count += 1
        return f"{letter}0{self._count:08d}"

    def next_ts(self, channel: Channel) -> str:
        """By the clock, and later than all before in the channel."""
        channel.last_ts = max(int(self.now().timestamp() * 1_000_000), channel.last_ts + 1)
        return f"{channel.last_ts // 1_000_000}.{channel.last_ts % 1_000_000:06d}"

    def keep(self, message: Message, arguments: Json | None = None) -> Message:
        """Keep a message, and count it in its thread."""
        self.said.setdefault(message.channel, {})[message.ts] = message
        message.attributes = dict(arguments or {})
        if message.thread_ts and message.thread_ts != message.ts:
            parent = self.said[message.channel][message.thread_ts]
            parent.thread_ts = parent.ts
            parent.replies.append(message.ts)
            if message.user not in parent.repliers:
                parent.repliers.append(message.user)
        return message

    def note_pings(self, channel: str, ts: str, text: str, blocks: Sequence[Json], arguments: Json) -> None:
        """Whom a text of the app's would have told."""
        self.pinged += [(channel, ts, who) for who in pinged_by(text, blocks, arguments)]

    def with_ids(self, blocks: Sequence[Json]) -> list[Json]:
        """The blocks as Slack keeps them: each block and each element that is used has an id."""
        kept = [{"block_id": f"b{self.new_id('')}", **copy.deepcopy(block)} for block in blocks]
        for _, element in elements(kept):
            element.setdefault("action_id", f"a{self.new_id('')}")
        return kept

    def add_reaction(self, message: Message, user: str, name: str) -> None:
        """Raises RefusedError where it is there already, or there is no such emoji."""
        if not _REACTION.fullmatch(name) or name.partition("::")[0] not in self.emoji:
            raise RefusedError("invalid_name")
        users = message.reactions.get(name, [])
        if user in users:
            raise RefusedError("already_reacted")
        if sum(user in each for each in message.reactions.values()) >= 23:
            raise RefusedError("too_many_reactions")
        message.reactions[name] = [*users, user]

    def remove_reaction(self, message: Message, user: str, name: str) -> None:
        """Raises RefusedError where it is not there."""
        if user not in message.reactions.get(name, []):
            raise RefusedError("no_reaction")
        message.reactions[name].remove(user)
        if not message.reactions[name]:
            del message.reactions[name]

    def trigger(self, user: str, team: str) -> str:
        """A `trigger_id`."""
        name = f"{self.new_id('')}.{team}.abcdef"
        self.triggers[name] = Trigger(user, team, self.now())
        return name

    def exchange(self, name: str) -> Trigger:
        """Use a `trigger_id`: once, and within 3 s."""
        trigger = self.triggers.get(name)
        if trigger is None:
            raise RefusedError("invalid_trigger_id")
        if trigger.exchanged:
            raise RefusedError("exchanged_trigger_id")
        if self.now() - trigger.at > timedelta(seconds=3):
            raise RefusedError("expired_trigger_id")
        trigger.exchanged = True
        return trigger

    def respond_by(self, way: Way) -> str:
        """A `response_url`."""
        name = self.new_id("")
        self.ways[name] = way
        return f"{self.address}/actions/{way.team}/{name}/secret"

    def visible(self, user: str, channel: str) -> Channel:
        """A channel on somebody's screen. Raises NotThereError."""
        found = self.channels.get(channel)
        if found is None or found.deleted or (found.kind != "public" and user not in found.members):
            raise NotThereError(f"{user} does not see {channel}")
        return found

    def channel_named(self, channel: str, team: str) -> Channel:
        """A channel of a workspace by id or name. Raises RefusedError."""
        for found in self.channels.values():
            if channel in (found.id, f"#{found.name}", found.name) and team in found.teams and not found.deleted:
                return found
        raise RefusedError("channel_not_found")
