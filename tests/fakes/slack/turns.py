"""What happens to forms, names, channels and installations; and what Slack tells again or wrongly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence

from tests.fakes.slack import payloads
from tests.fakes.slack.acts import Acts
from tests.fakes.slack.facts import Json, NotThereError, RefusedError, Told, View
from tests.fakes.slack.forms import Given, filled_in
from tests.fakes.slack.rules import check_view, elements
from tests.fakes.slack.state import APP
from tests.fakes.slack.webhooks import FORM, JSON

RESPONSES = (None, "errors", "update", "push", "clear")


class Turns(Acts):
    """The rarer half of what people and Slack do."""

    async def submit(self, user: str, view: View, values: Mapping[str, Given] | None = None) -> Told:
        """Fill in and send a modal. Errors, and no acknowledgement, leave it open."""
        if view not in self.modals(user):
            raise NotThereError(f"{view.id} is not open on the screen of {user}")
        state = filled_in(view.content, values or {})
        payload = payloads.interactive(self, "view_submission", self.users[user], self.teams[view.team])
        told = await self.delivery.tell("interactive", payload | {"view": view.shown(state), "response_urls": []})
        told.view = view
        if told.acknowledged:
            try:
                self._follow(view, told.ack_payload)
            except RefusedError as error:
                self.refused.append(("view_submission", error.code, error.messages))
        return told

    def _follow(self, view: View, answer: Json) -> None:
        """Do with a modal what the acknowledgement asks for."""
        what = answer.get("response_action")
        if what not in RESPONSES:
            raise RefusedError("invalid_response_action", [str(what)])
        if what == "errors":
            view.errors = dict(answer.get("errors") or {})
            fields = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
            if not view.errors or view.errors.keys() - fields:
                raise RefusedError("invalid_errors", sorted(view.errors.keys() - fields))
        elif what in ("update", "push"):
            check_view(answer.get("view"))
            content = {**answer["view"], "blocks": self.with_ids(answer["view"]["blocks"])}
            if what == "update":
                view.content, view.hash = content, self.new_id("h")
            else:
                pushed = View(self.new_id("V"), view.user, view.team, content, self.new_id("h"))
                self.views[pushed.id] = pushed
        else:
            for each in self.modals(view.user) if what == "clear" else [view]:
                each.open = False

    async def rename(self, user: str, display_name: str) -> Told:
        """Change the name that is shown."""
        self.users[user].display_name = display_name
        event = {"type": "user_profile_changed", "user": self.users[user].shown(), "cache_ts": 0}
        return await self.happen(event, team=self.users[user].team)

    async def archive(self, channel: str) -> Told:
        """Archive a channel."""
        where = self.channels[channel]
        where.archived = True
        kind = "group_archive" if where.kind == "private" else "channel_archive"
        return await self.happen({"type": kind, "channel": channel, "user": "U0ADMIN", "is_moved": 0}, where)

    async def unarchive(self, channel: str) -> Told:
        """Bring an archived channel back. Whoever was in it is so again."""
        where = self.channels[channel]
        where.archived = False
        kind = "group_unarchive" if where.kind == "private" else "channel_unarchive"
        return await self.happen({"type": kind, "channel": channel, "user": "U0ADMIN"}, where)

    async def delete_channel(self, channel: str) -> Told:
        """Delete a channel."""
        where = self.channels[channel]
        where.deleted = True
        kind = "group_deleted" if where.kind == "private" else "channel_deleted"
        return await self.happen({"type": kind, "channel": channel, "actor_id": "U0ADMIN"}, where)

    async def renumber(self, channel: str) -> Told:
        """Give a private channel another id, as Slack does where it comes to be shared with another organisation."""
        where = self.channels.pop(channel)
        where.id = self.new_id("C")
        self.channels[where.id], self.said[where.id] = where, self.said.pop(channel, {})
        for message in self.said[where.id].values():
            message.channel = where.id
        event = {"type": "channel_id_changed", "old_channel_id": channel, "new_channel_id": where.id}
        return await self.happen({**event, "event_ts": f"{self.now().timestamp():.6f}"}, where)

    async def remove_bot(self, channel: str) -> Told:
        """Put the bot out of a channel."""
        where = self.channels[channel]
        where.members.remove(self.team_in(where).bot_user)
        kind = "group_left" if where.kind == "private" else "channel_left"
        return await self.happen({"type": kind, "channel": channel, "actor_id": "U0ADMIN"}, where)

    async def invite_bot(self, channel: str) -> Told:
        """Bring the bot into a channel."""
        where, team = self.channels[channel], self.team_in(self.channels[channel])
        where.members.append(team.bot_user)
        kind = "G" if where.kind == "private" else "C"
        event = {"type": "member_joined_channel", "user": team.bot_user, "channel": channel, "channel_type": kind}
        return await self.happen({**event, "team": team.id, "inviter": "U0ADMIN"}, where)

    async def revoke_tokens(self, team: str = "") -> Told:
        """Take the bot's tokens in a workspace away."""
        team = team or self.team
        for token in self.tokens.values():
            token.revoked = token.revoked or token.team == team
        event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.teams[team].bot_user]}}
        return await self.happen(event, team=team)

    async def uninstall(self, team: str = "") -> Told:
        """Take the app out of a workspace: its tokens end as well, and Slack tells of both at once."""
        team = team or self.team
        self.teams[team].installed = False
        told, _ = await asyncio.gather(self.happen({"type": "app_uninstalled"}, team=team), self.revoke_tokens(team))
        return told

    def code_for(self, team: str) -> str:
        """A code with which the app is installed in a workspace."""
        code = f"code-{self.new_id('')}"
        self.codes[code] = team
        return code

    async def rate_limited_event(self, team: str = "") -> Told:
        """Slack has stopped to tell of events for a while."""
        payload = {"token": payloads.VERIFICATION, "type": "app_rate_limited", "team_id": team or self.team}
        payload["api_app_id"] = APP
        return await self.delivery.tell("events_api", {**payload, "minute_rate_limited": int(self.now().timestamp())})

    async def deliver(self, event: Told | Json, times: int = 4, *, together: bool = False) -> list[Told]:
        """Tell of the same event so many times more, or of a new one so many times, one after the other or at once."""
        kind, payload, first = (
            (event.kind, event.payload, 1) if isinstance(event, Told) else ("events_api", self.wrap(event), 0)
        )
        numbers = range(first, first + times)
        if together:
            return list(await asyncio.gather(*(self._once(kind, payload, number) for number in numbers)))
        return [await self._once(kind, payload, number) for number in numbers]

    def wrap(self, event: Json) -> Json:
        """An event in its wrapper, not told yet."""
        item = event.get("item") or {}
        where = self.channels.get(str(event.get("channel") or item.get("channel") or ""))
        return payloads.wrapped(self, event, self.team_in(where) if where else self.teams[self.team], where)

    async def _once(self, kind: str, payload: Json, number: int) -> Told:
        told = Told(kind, payload)
        await self.delivery.attempt(told, number, "http_timeout" if number else "")
        return told

    async def post_raw(
        self,
        body: bytes | str | Json,
        *,
        signature: str = "right",
        content_type: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """(status, body) of any request to the app's address; see `Webhooks.signed` for signatures."""
        raw = json.dumps(body).encode() if isinstance(body, dict) else body.encode() if isinstance(body, str) else body
        sent = {**self.webhooks.signed(raw, signature), **(headers or {})}
        status, text, _ = await self.webhooks.post(raw, content_type, sent, self.delivery.ack_within)
        return status, text

    async def verify_url(self, signature: str = "right") -> bool:
        """Whether the app gives back Slack's challenge."""
        challenge = self.new_id("3eZbrw1aBm2rZgRNFdxV")
        body = {"type": "url_verification", "token": payloads.VERIFICATION, "challenge": challenge}
        status, text = await self.post_raw(body, signature=signature)
        return status == 200 and challenge in text

    async def check_ssl(self, signature: str = "right") -> int:
        """The status with which the app answers Slack's look at its certificate."""
        body = f"ssl_check=1&token={payloads.VERIFICATION}"
        return (await self.post_raw(body, signature=signature, content_type=FORM))[0]

    def buttons(self, blocks: Sequence[Json]) -> list[str]:
        """The texts of the buttons in blocks, in order."""
        found = (element for _, element in elements(blocks))
        return [str(each["text"]["text"]) for each in found if each["type"] == "button"]
