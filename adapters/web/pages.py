"""The routes of the page: the page itself, its assets and pictures, older messages, and the stream of events."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from aiohttp import web

from adapters.web.actions import ACTION, N_, Actions, BadActionError, Deed, chosen_name
from adapters.web.downloads import Downloads
from adapters.web.messages import ANY_ID
from adapters.web.rendering import Pictures, Renderer
from adapters.web.showing import NO_REACTIONS, SHOWN, SHOWN_AT_MOST, Showing, written
from adapters.web.stream import Follower, Stream, Whispered
from adapters.web.visitors import NAME_LIMIT, Visitor, Visitors
from bot.ports import Listener, Opening, PlaceRef, Routes

HEARTBEAT = 15.0
"""Seconds between the comments that keep a quiet stream open."""
GONE = N_("This file is not kept any more: ask for it again.")
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}


def read_assets() -> dict[str, tuple[bytes, str, str]]:
    """The page's files by name: content, type and a tag that changes with the content."""
    found = {}
    for file in (files("adapters.web") / "assets").iterdir():
        content = file.read_bytes()
        kind = TYPES.get(file.name.rpartition(".")[2])
        if kind:
            found[file.name] = (content, kind, hashlib.sha256(content).hexdigest()[:16])
    return found


class Pages:
    """Answers the requests of browsers."""

    def __init__(
        self,
        opening: Opening,
        *,
        actions: Actions,
        showing: Showing,
        stream: Stream,
        visitors: Visitors,
        renderer: Renderer,
        pictures: Pictures,
        downloads: Downloads,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._opening = opening
        self._actions = actions
        self._showing = showing
        self._stream = stream
        self._visitors = visitors
        self._renderer = renderer
        self._pictures = pictures
        self._downloads = downloads
        self._heartbeat = heartbeat
        self._assets = read_assets()

    def routes(self) -> Routes:
        """Everything that the page asks for."""
        act, actions = self._actions.route, self._actions
        return Routes(
            private=(
                ("GET", "/", self.page),
                ("GET", "/assets/{name}", self.asset),
                ("GET", "/pictures/{name}", self.picture),
                ("GET", "/files/{key}/{name}", self.file),
                ("GET", "/events", self.events),
                ("GET", "/api/messages", act(self._asked, self._older)),
                ("GET", "/api/complete", act(self._asked, actions.complete)),
                ("GET", "/api/home", act(self._asked, actions.home)),
                ("POST", "/api/press", act(self._done, actions.press)),
                ("POST", "/api/react", act(self._done, actions.react)),
                ("POST", "/api/say", act(self._done, actions.say)),
                ("POST", "/api/submit", act(self._done, actions.submit)),
                ("POST", "/api/name", act(self._done, self._named)),
            )
        )

    def places(self, visitor: Visitor) -> Sequence[PlaceRef]:
        """The places that a visitor may see; organisers' places are for organisers."""
        hidden = frozenset() if visitor.organiser else self._opening.organiser_places
        return [place for place in self._opening.places if place.platform == "web" and place not in hidden]

    def place(self, channel: str, visitor: Visitor) -> PlaceRef:
        """The place with this channel; raises BadActionError where there is none that the visitor may see."""
        for place in self.places(visitor):
            if place.channel == channel:
                return place
        raise BadActionError(N_("There is no such place here: open the page anew."))

    async def page(self, request: web.Request) -> web.Response:
        """The page of a place, with its last messages in it."""
        visitor = await self._visitors.of(request)
        places = self.places(visitor)
        channel = request.query.get("place") or (places[0].channel if places else "")
        here = next((place for place in places if place.channel == channel), None)
        cursor = self._stream.cursor
        kept = await self._showing.latest(channel, visitor) if here else []
        reactions = await self._showing.reactions(channel, visitor) if here else {}
        html = self._renderer.fill(
            "page.html",
            visitor.language,
            title=self._opening.title,
            places=places,
            here=here,
            visitor=visitor,
            name_limit=NAME_LIMIT,
            messages=self._showing.tree(kept, reactions, visitor.language),
            more=len(kept) == SHOWN,
            cursor=cursor,
            tag=lambda name: f"/assets/{name}?{self._assets[name][2]}",
        )
        status = 200 if here or not request.query.get("place") else 404
        response = web.Response(text=str(html), status=status, content_type="text/html")
        self._visitors.remember(request, response, visitor)
        return response

    async def asset(self, request: web.Request) -> web.Response:
        """A file of the page; browsers keep it and ask whether it is still the same."""
        found = self._assets.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        content, kind, tag = found
        headers = {"Cache-Control": "no-cache", "ETag": f'"{tag}"'}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        charset = None if kind.startswith("font/") else "utf-8"
        return web.Response(body=content, content_type=kind, charset=charset, headers=headers)

    async def picture(self, request: web.Request) -> web.Response:
        """A picture of a card; its address is made from its content, so it never changes."""
        found = self._pictures.named(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "private, max-age=604800, immutable"}
        return web.Response(body=found.content, content_type=found.mime, headers=headers)

    async def file(self, request: web.Request) -> web.Response:
        """A file that this visitor asked for, to be saved and not shown."""
        visitor = await self._visitors.of(request)
        found = self._downloads.named(visitor.account, request.match_info["key"], request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound(text=self._opening.translate(visitor.language, GONE))
        headers = {"Content-Type": found.mime, "Content-Disposition": f'attachment; filename="{found.name}"'}
        return web.Response(body=found.content, headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The stream of a place for one browser, from the seq on that it has seen."""
        visitor = await self._visitors.of(request)
        try:
            place = self.place(request.query.get("place", ""), visitor)
            after = int(request.headers.get("Last-Event-ID") or request.query.get("after") or self._stream.cursor)
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        await response.prepare(request)
        gone = contextlib.suppress(ConnectionResetError)
        with gone, self._stream.followed(visitor.account, place.channel) as follower:
            await self._stream_to(response, follower, visitor, after)
        return response

    async def _stream_to(self, response: web.StreamResponse, follower: Follower, visitor: Visitor, after: int) -> None:
        await response.write(b"retry: 2000\n\n")
        if not await self._stream.knows(after):
            await response.write(written("reload", {}).encode())
            return
        async for row in self._stream.since(after):
            after = row.seq
            await response.write(self._showing.event(row, follower.channel, visitor).encode())
        while True:
            try:
                async with asyncio.timeout(self._heartbeat):
                    item = await follower.queue.get()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if item is None:
                return
            if isinstance(item, Whispered):
                await response.write(f"event: {item.event}\ndata: {item.json}\n\n".encode())
            elif item.seq > after:
                await response.write(self._showing.event(item, follower.channel, visitor).encode())

    async def _older(self, _: Listener, deed: Deed) -> dict[str, Any]:
        before, loaded = deed.text("before", 60), deed.text("loaded", 6)
        if not ANY_ID.fullmatch(before) or not loaded.isdecimal():
            raise BadActionError("before and loaded must say what the page shows.")
        channel, visitor = deed.place.channel, deed.visitor
        kept = await self._showing.latest(channel, visitor, before, int(loaded))
        reactions = await self._showing.reactions(channel, visitor, SHOWN_AT_MOST) if kept else {}
        flat = [self._showing.flat(each, visitor.language, reactions.get(each.id, NO_REACTIONS)) for each in kept]
        return {"messages": flat}

    async def _named(self, listener: Listener, deed: Deed) -> dict[str, Any]:
        name = chosen_name(deed)
        await self._visitors.rename(deed.visitor, name)
        renamed = Visitor(
            deed.visitor.secret, deed.visitor.account, name, deed.visitor.language, deed.visitor.organiser
        )
        await listener.renamed(renamed.who)
        return {"name": name}

    async def _asked(self, request: web.Request) -> Deed:
        """A question of the page: it changes nothing, so it has no event."""
        visitor = await self._visitors.of(request)
        place = self.place(request.query.get("place", ""), visitor)
        return Deed(dict(request.query), visitor, place, "", self._opening.now())

    async def _done(self, request: web.Request) -> Deed:
        """An action of the page, with the id that it has when it is sent again too."""
        try:
            sent = await request.json()
        except ValueError as error:
            raise BadActionError("This is not JSON.") from error
        if not isinstance(sent, dict) or not ACTION.fullmatch(str(sent.get("id", ""))):
            raise BadActionError("An action needs an id of its own.")
        visitor = await self._visitors.of(request)
        if not visitor.known:
            raise BadActionError(N_("This browser keeps no cookie: allow one for this page and open it anew."))
        place = self.place(str(sent.get("place", "")), visitor)
        return Deed(sent, visitor, place, _event(visitor, sent["id"]), self._opening.now())


def _event(visitor: Visitor, action: str) -> str:
    """The event that an action of a visitor is. Without the cookie nobody can tell whose it was, as it is kept on when
    the visitor is forgotten.
    """
    return hashlib.blake2b(action.encode(), key=visitor.secret.encode(), digest_size=20).hexdigest()
