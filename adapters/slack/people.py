"""Who did something on Slack: the name that is shown, and whether they may organise."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.calls import Calls
from bot.ports import NotSavedError, PlatformError, Who

NAME = "slack"
KNOWN_FOR = timedelta(hours=1)
GROUPS_FOR = timedelta(seconds=10)
"""Groups asked for at one moment by many are read once."""
AT_ONCE = 1.5
"""Seconds that an event waits for a name; who is not known by then gets it later."""
MOST_KNOWN = 20_000
SLACKBOT = "USLACKBOT"
"""Slack's own account in every workspace, which it does not call a bot."""
MOST_ASKED = 4
"""Names asked for at a time: a hundred people who press for the first time are not worth Slack's patience."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Member:
    """What `users.info` says. `team` is the account's own workspace, which in a shared channel is another one."""

    who: Who
    team: str
    at: datetime


class People:
    """Knows accounts for an hour. `renamed` is told of a name that was learnt after it was needed."""

    def __init__(self, calls: Calls, now: Callable[[], datetime]) -> None:
        self._calls = calls
        self._now = now
        self._known: OrderedDict[tuple[str, str], Member] = OrderedDict()
        self._asking: dict[tuple[str, str], asyncio.Task[Member | None]] = {}
        self._groups: dict[str, tuple[datetime, Mapping[str, frozenset[str]]]] = {}
        self._correcting: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(MOST_ASKED)
        self.renamed: Callable[[Who], Awaitable[None]] | None = None

    async def who(self, workspace: str, account: str, name: str = "") -> Who:
        """An account by what is known of it; where nothing is, by `name`, or by what Slack says in a moment."""
        member = self._known.get((workspace, account))
        if member and self._now() - member.at < KNOWN_FOR:
            return member.who
        asking = self._ask(workspace, account)
        if member or name:
            return member.who if member else Who(NAME, workspace, account, name)
        done, _ = await asyncio.wait([asking], timeout=AT_ONCE)
        found = asking.result() if done else None
        return found.who if found else Who(NAME, workspace, account, account, bot=account == SLACKBOT)

    def correct(self, who: Who) -> None:
        """After what somebody did was saved under the name known then: where it is another one, that is told soon."""
        member = self._known.get((who.workspace, who.account))
        if member is None or member.who.name != who.name:
            task = asyncio.create_task(self._corrected(who))
            self._correcting.add(task)
            task.add_done_callback(self._correcting.discard)

    async def _corrected(self, who: Who) -> None:
        member = self._known.get((who.workspace, who.account)) or await self._ask(who.workspace, who.account)
        if member and member.who.name != who.name and self.renamed:
            try:
                await self.renamed(member.who)
            except NotSavedError as error:
                log.info("a name is not known to the boards yet: %s", error)

    async def organiser(self, workspace: str, account: str, name: str = "") -> Who:
        """The same with what Slack says at this moment of their rights; without an answer they have none."""
        try:
            async with asyncio.timeout(AT_ONCE):
                asked = self._asked(workspace, account), self._groups_of(workspace, account)
                member, groups = await asyncio.gather(*asked)
        except TimeoutError:
            member, groups = None, frozenset[str]()
        who = member.who if member else Who(NAME, workspace, account, name or account)
        return replace(who, groups=groups) if member else replace(who, admin=False, groups=groups)

    async def team(self, workspace: str, account: str) -> str:
        """The workspace of the account itself; "" where Slack does not say."""
        member = self._known.get((workspace, account)) or await self._ask(workspace, account)
        return member.team if member else ""

    def learn(self, workspace: str, user: Mapping[str, Any]) -> Who:
        """Keep what an event or a call says of an account."""
        who = _who(workspace, user)
        key = (workspace, who.account)
        before = self._known.get(key)
        if before and not who.language:  # events do not tell it
            who = replace(who, language=before.who.language)
        member = Member(who, _team(workspace, user), self._now())
        self._known[key] = member
        self._known.move_to_end(key)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return member.who

    def _ask(self, workspace: str, account: str) -> asyncio.Task[Member | None]:
        key = (workspace, account)
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._ask_in_turn(workspace, account))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return task

    async def _ask_in_turn(self, workspace: str, account: str) -> Member | None:
        async with self._turns:
            return await self._asked(workspace, account)

    async def _asked(self, workspace: str, account: str) -> Member | None:
        try:
            found = await self._calls.read(workspace, "users.info", {"user": account, "include_locale": True})
        except PlatformError as error:
            log.info("the name of an account is not known: %s", error)
            return None
        self.learn(workspace, found.get("user") or {"id": account})
        return self._known[workspace, account]

    async def _groups_of(self, workspace: str, account: str) -> frozenset[str]:
        at, members = self._groups.get(workspace, (None, {}))
        if at is None or self._now() - at > GROUPS_FOR:
            try:
                found = await self._calls.read(workspace, "usergroups.list", {"include_users": True})
            except PlatformError as error:
                log.warning("the user groups of %s are not known: %s", workspace, error)
                return frozenset()
            members = _members(found)
            self._groups[workspace] = self._now(), members
        return members.get(account, frozenset())


def _members(found: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The groups of each account, by id and by handle."""
    groups: dict[str, frozenset[str]] = {}
    for group in found.get("usergroups") or ():
        names = frozenset({str(group.get("id") or ""), str(group.get("handle") or "")} - {""})
        for account in group.get("users") or ():
            groups[str(account)] = groups.get(str(account), frozenset()) | names
    return groups


def _team(workspace: str, user: Mapping[str, Any]) -> str:
    """The workspace of an account. In an organisation it may belong to several: then to the one asked in, if it does.

    A guest of another workspace may be an admin there, which is nothing here.
    """
    several = (user.get("enterprise_user") or {}).get("teams") or ()
    return workspace if workspace in several else str(user.get("team_id") or "")


def _who(workspace: str, user: Mapping[str, Any]) -> Who:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return Who(
        platform=NAME,
        workspace=workspace,
        account=str(user.get("id") or ""),
        name=next((str(name) for name in names if name), str(user.get("id") or "")),
        admin=_team(workspace, user) == workspace
        and bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
        bot=bool(user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == SLACKBOT),
        language=str(user.get("locale") or "").partition("-")[0],
    )
