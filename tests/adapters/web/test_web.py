from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from adapters.web import adapter, stream
from adapters.web.stream import Stream, Whispered
from adapters.web.visitors import account_of, clean_name
from bot.ports import (
    Audience,
    BusyError,
    Card,
    Edit,
    GoneError,
    Message,
    NotSavedError,
    Picture,
    Press,
    Reaction,
    Reply,
    Said,
    Shelf,
    Text,
    Who,
)
from tests.browser.scripted import BOARD, GENERAL, OTHER, QUESTION, REVEAL, Scene, open_scene, opening

ID = "an-action-of-my-own"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    async with open_scene(sqlite_url) as opened:
        yield opened


class Browser:
    """A visitor without a screen."""

    def __init__(self, scene: Scene) -> None:
        self.session = aiohttp.ClientSession(scene.address, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.origin = {"Origin": scene.address}

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.session.get(path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def post(self, action: str, **body: Any) -> tuple[int, Any]:
        body = {"id": ID, "place": "general", **body}
        async with self.session.post(f"/api/{action}", json=body, headers=self.origin) as answer:
            return answer.status, await answer.json()

    async def events(self, count: int, path: str, **headers: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        async with asyncio.timeout(5), self.session.get(path, headers=headers) as answer:
            event: dict[str, str] = {}
            async for line in answer.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                elif event:
                    found += [event] if "event" in event else []
                    event = {}
                if len(found) == count:
                    return found
        return found


@pytest.fixture
async def browser(scene: Scene) -> AsyncIterator[Browser]:
    opened = Browser(scene)
    await opened.get("/")
    yield opened
    await opened.session.close()


def test_the_adapter_is_light_and_declares_its_setting() -> None:
    assert adapter.name == "web"
    (setting,) = adapter.settings
    assert (setting.name, setting.default) == ("visitors_are_organisers", "loopback")


async def test_the_same_stamp_gives_the_same_message_however_often_and_by_whom(scene: Scene) -> None:
    two = adapter.open(opening(scene.store))
    ids = await asyncio.gather(
        *(each.send(GENERAL, QUESTION, "stamp") for each in (scene.platform, two) for _ in range(5))
    )
    assert len(set(ids)) == 1
    assert await two.find(GENERAL, "stamp", LONG_AGO) == ids[0]
    assert len(await scene.store.shelf("web").newest("m:", 10)) == 1


async def test_a_post_that_was_interrupted_after_its_claim_is_finished_as_claimed(scene: Scene) -> None:
    shelf = scene.store.shelf("web")
    await shelf.put("stamp:half", {"key": "m:general:00000000000000001-aaaa"})
    assert await scene.platform.find(GENERAL, "half", LONG_AGO) is None
    assert await scene.platform.send(GENERAL, QUESTION, "half") == "00000000000000001-aaaa"
    assert await scene.platform.find(GENERAL, "half", LONG_AGO) == "00000000000000001-aaaa"


async def test_a_stamp_is_found_only_where_its_message_is_new_enough(scene: Scene) -> None:
    await scene.platform.send(GENERAL, QUESTION, "now")
    assert await scene.platform.find(GENERAL, "now", datetime.now(UTC) + timedelta(hours=1)) is None
    assert await scene.platform.find(GENERAL, "never", LONG_AGO) is None


async def test_an_edit_changes_once_and_an_unknown_message_is_gone(scene: Scene) -> None:
    sent = await scene.send(QUESTION)
    shelf = scene.store.shelf("web")
    await scene.platform.edit(sent, REVEAL)
    (row,) = await shelf.newest("m:general:")
    await scene.platform.edit(sent, REVEAL)
    assert (await shelf.newest("m:general:"))[0].seq == row.seq
    nowhere = Message(GENERAL, "00000000000000001-aaaa")
    for act in (scene.platform.edit(nowhere, REVEAL), scene.platform.react(nowhere, "⭐")):
        with pytest.raises(GoneError):
            await act


async def test_edits_and_reactions_of_two_processes_at_once_are_all_there(scene: Scene) -> None:
    sent = await scene.send(REVEAL)
    two = adapter.open(opening(scene.store))
    cards = [Card(f"{number}", ()) for number in range(6)]
    await asyncio.gather(*(platform.edit(sent, card) for card in cards for platform in (scene.platform, two)))
    await asyncio.gather(*(platform.react(sent, emoji) for emoji in "⭐👍🎉" for platform in (scene.platform, two)))
    (row,) = await scene.store.shelf("web").newest("r:general:")
    assert sorted(row.value[""]["emoji"]) == sorted("⭐👍🎉")
    assert await two.reactors(sent) == []


async def test_a_direct_message_can_be_edited_and_found_like_any_other(scene: Scene) -> None:
    who = Who("web", "local", account_of("secret"), "Ada")
    sent = Message(GENERAL, await scene.platform.direct(who, QUESTION, "d"))
    await scene.platform.edit(sent, REVEAL)
    (row,) = await scene.store.shelf("web").newest(f"d:{who.account}:")
    assert row.value["card"]["title"] == REVEAL.title
    assert await scene.platform.find(GENERAL, "d", LONG_AGO) == sent.id


async def test_a_shelf_that_takes_nothing_is_a_busy_platform(sqlite_url: str) -> None:
    async with open_scene(sqlite_url) as scene:
        sent = await scene.send(QUESTION)
        shelf = FullShelf(scene.store.shelf("web"))
        full = adapter.open(opening(scene.store, shelf=shelf))
        who = Who("web", "local", account_of("secret"), "Ada")
        for act in (
            full.send(GENERAL, QUESTION, "s"),
            full.reply(sent, QUESTION, "s"),
            full.direct(who, QUESTION, "s"),
            full.edit(sent, REVEAL),
            full.react(sent, "⭐"),
            full.home(who, REVEAL),
        ):
            with pytest.raises(BusyError, match="Nothing was saved"):
                await act


class FullShelf:
    """Reads, and refuses every write."""

    def __init__(self, shelf: Shelf) -> None:
        self.get, self.changed, self.newest, self.lease = shelf.get, shelf.changed, shelf.newest, shelf.lease
        self.delete = shelf.delete

    async def put(self, key: str, value: Any, expected: int | None = None) -> Any:
        raise NotSavedError("Nothing was saved.")


async def test_the_page_holds_what_was_said_and_nothing_of_other_places(scene: Scene, browser: Browser) -> None:
    sent = await scene.send(QUESTION)
    await scene.send(BOARD, OTHER)
    status, html = await browser.get("/")
    assert status == 200
    assert f'id="m-{sent.id}"' in html
    assert "Leaderboard" not in html
    assert "slack" not in html
    status, html = await browser.get("/?place=nowhere")
    assert status == 404
    assert "There is no such place" in html


async def test_a_reply_to_an_older_message_stands_by_itself(scene: Scene, browser: Browser) -> None:
    first = await scene.send(QUESTION)
    for _ in range(60):
        await scene.send(QUESTION)
    await scene.platform.reply(first, REVEAL, "r")
    html = (await browser.get("/"))[1]
    assert first.id not in html
    assert "Answer" in html


@pytest.mark.parametrize("name", ["Study bot", "ｓｔｕｄｙ  BOT", "studyhall", "\u200b\u200b", "\u2060", "- -"])
async def test_a_name_that_is_the_bots_or_cannot_be_seen_is_refused(browser: Browser, name: str) -> None:
    await browser.get("/")
    status, told = await browser.post("name", name=name)
    assert status == 400
    assert "name" in str(told)


async def test_without_a_place_the_page_says_how_to_make_one(sqlite_url: str) -> None:
    async with open_scene(sqlite_url, places=()) as scene:
        browser = Browser(scene)
        status, html = await browser.get("/")
        assert (status, "No place yet" in html) == (200, True)
        await browser.session.close()


async def test_assets_are_kept_by_browsers_as_long_as_they_are_the_same(scene: Scene, browser: Browser) -> None:
    async with browser.session.get("/assets/page.css") as answer:
        assert (answer.status, answer.content_type, answer.headers["Cache-Control"]) == (200, "text/css", "no-cache")
        tag = answer.headers["ETag"]
    assert (await browser.get("/assets/page.css", **{"If-None-Match": tag}))[0] == 304
    async with browser.session.get("/assets/maths.woff2") as answer:
        assert (answer.content_type, answer.charset) == ("font/woff2", None)
    for path in ("/assets/nothing.js", "/assets/maths-font-licence.txt", "/assets/..%2fpages.py", "/pictures/x.png"):
        assert (await browser.get(path))[0] == 404


async def test_a_picture_of_a_card_has_an_address_that_serves_it(scene: Scene, browser: Browser) -> None:
    await scene.send(Card("Plot", (Picture(b"\x89PNG...", "image/png", "a plot"),)))
    path = re.search(r"/pictures/[0-9a-f]+\.png", (await browser.get("/"))[1])
    assert path is not None
    async with browser.session.get(path[0]) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", b"\x89PNG...")


@pytest.mark.parametrize(
    ("action", "body", "sentence"),
    [
        ("press", {"id": "short"}, "An action needs an id of its own."),
        ("press", {"place": "nowhere", "ref": "a:b"}, "There is no such place here"),
        ("press", {"ref": "Answer:<b>"}, "ref is not of this page."),
        ("press", {}, "ref is not of this page."),
        ("press", {"ref": "a:b", "picked": "a"}, "picked must be a list of refs."),
        ("press", {"ref": "a:b", "message": "../1"}, "message is no message's id."),
        ("react", {"message": "00000000000000001-aaaa", "emoji": "💥", "on": True}, "This reaction does not go"),
        ("react", {"message": "", "emoji": "🇦", "on": True}, "This reaction does not go"),
        ("react", {"message": "00000000000000001-aaaa", "emoji": "🇦", "on": True}, "there is no message"),
        ("say", {"text": "   "}, "There is nothing in it to send."),
        ("say", {"text": "x" * 4001}, "text must be a text of at most 4000 characters."),
        ("say", {"text": 5}, "text must be a text"),
        ("submit", {"ref": "a:b", "values": {"a": 1}}, "values must be texts"),
        ("submit", {"ref": "a:b"}, "values must be texts"),
        ("name", {"name": "\u202e\n"}, "A name needs at least one letter."),
    ],
)
async def test_what_no_page_of_ours_sends_is_refused_in_words(
    scene: Scene, browser: Browser, action: str, body: dict[str, Any], sentence: str
) -> None:
    status, told = await browser.post(action, **body)
    assert (status, sentence in told["error"]) == (400, True)
    assert scene.listener.heard == []


async def test_what_is_no_json_and_who_keeps_no_cookie_is_refused(scene: Scene, browser: Browser) -> None:
    headers = {**browser.origin, "Content-Type": "application/json"}
    async with browser.session.post("/api/say", data=b"{", headers=headers) as answer:
        assert (await answer.json())["error"] == "This is not JSON."
    async with browser.session.post("/api/say", json=[], headers=headers) as answer:
        assert "needs an id" in (await answer.json())["error"]
    browser.session.cookie_jar.clear()
    status, told = await browser.post("say", text="hi")
    assert (status, "keeps no cookie" in told["error"]) == (400, True)


async def test_questions_of_the_page_are_checked_too(scene: Scene, browser: Browser) -> None:
    assert (await browser.get("/api/messages?place=general&before=x&loaded=1"))[0] == 400
    assert (await browser.get("/api/messages?place=general&before=00000000000000001-aaaa&loaded=-1"))[0] == 400
    assert (await browser.get("/api/complete?place=nowhere&line=/"))[0] == 400
    assert (await browser.get("/events?place=nowhere"))[0] == 400
    assert (await browser.get("/events?place=general&after=x"))[0] == 400
    status, body = await browser.get("/api/messages?place=general&before=00000000000000001-aaaa&loaded=0")
    assert (status, json.loads(body)) == (200, {"messages": []})


async def test_before_the_platform_runs_nothing_is_saved_and_that_is_said(scene: Scene, browser: Browser) -> None:
    scene.platform._actions.listener = None  # type: ignore[attr-defined]
    status, told = await browser.post("say", text="hi")
    assert (status, "just starting" in told["error"]) == (503, True)


async def test_a_word_to_everybody_is_kept_once_however_often_it_is_sent(scene: Scene, browser: Browser) -> None:
    for _ in range(3):
        assert await browser.post("say", text="hello") == (200, {})
    assert len({said.event for said in scene.listener.told(Said)}) == 1
    (row,) = await scene.store.shelf("web").newest("m:general:")
    assert (row.value["text"], row.value["author"][:5]) == ("hello", "Guest")


async def test_answers_of_the_core_become_edits_replies_and_private_cards(scene: Scene, browser: Browser) -> None:
    sent = await scene.send(QUESTION)
    scene.listener.answers = {
        "a:edit": Edit(REVEAL),
        "a:place": Reply(BOARD, Audience.PLACE),
        "a:none": None,
    }
    assert await browser.post("press", ref="a:edit", message=sent.id) == (200, {})
    assert await browser.post("press", ref="a:place", message=sent.id, id="another-action") == (200, {})
    assert await browser.post("press", ref="a:none", message=sent.id) == (200, {})
    question, reply = await scene.store.shelf("web").newest("m:general:")
    assert question.value["card"]["title"] == REVEAL.title
    assert (reply.value["card"]["title"], reply.value["parent"]) == (BOARD.title, sent.id)
    status, told = await browser.post("press", ref="a:edit")
    assert (status, "Answer" in told["private"]["html"]) == (200, True)


@pytest.mark.parametrize(("setting", "admin"), [("always", True), ("never", False), ("loopback", True)])
async def test_visitors_are_organisers_as_the_setting_says(sqlite_url: str, setting: str, admin: bool) -> None:  # noqa: FBT001
    async with open_scene(sqlite_url, settings={"visitors_are_organisers": setting}) as scene:
        browser = Browser(scene)
        await browser.get("/", **{"Accept-Language": "de-AT,de;q=0.9"})
        await browser.post("press", ref="a:b")
        (press,) = scene.listener.told(Press)
        assert (press.who.admin, press.who.platform, press.who.workspace) == (admin, "web", "local")
        await browser.session.close()


async def test_the_account_is_not_the_cookie(scene: Scene, browser: Browser) -> None:
    await browser.post("press", ref="a:b")
    (cookie,) = browser.session.cookie_jar
    (press,) = scene.listener.told(Press)
    assert press.who.account == account_of(cookie.value)
    assert cookie.value not in press.event
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


async def test_a_visitor_who_is_forgotten_leaves_no_name_and_no_reaction_and_others_keep_theirs(
    scene: Scene, browser: Browser
) -> None:
    other = Browser(scene)
    await other.get("/")
    sent, elsewhere = await scene.send(QUESTION), await scene.send(QUESTION, OTHER)
    for each, name in ((browser, "Ada"), (other, "Bob")):
        await each.post("name", name=name)
        await each.post("react", message=sent.id, emoji="\U0001f1e6", on=True)
        await each.post("react", message=elsewhere.id, place="reading-group", emoji="\U0001f1e6", on=True)
    ada, bob = dict.fromkeys(told.who.account for told in scene.listener.told(Reaction))
    shelf = scene.store.shelf("web")
    assert adapter.forget is not None
    await adapter.forget(shelf, ada, [GENERAL])
    assert [who.account for _, who in await scene.platform.reactors(sent)] == [bob]
    assert len(await scene.platform.reactors(elsewhere)) == 2, "a place of another hall"
    await adapter.forget(shelf, ada, [GENERAL, OTHER])
    kept = str(await shelf.changed(""))
    assert ada not in kept
    assert "Ada" not in kept
    assert bob in kept
    await other.session.close()


async def test_an_event_does_not_tell_whose_it_is_and_is_nobody_elses(scene: Scene, browser: Browser) -> None:
    other = Browser(scene)
    await other.get("/")
    for each in (browser, other, browser):
        await each.post("press", ref="a:b")
    mine, others, again = scene.listener.told(Press)
    assert mine.event == again.event != others.event
    for account in (mine.who.account, others.who.account):
        assert account not in mine.event + others.event
    await other.session.close()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Ada   Lovelace ", "Ada Lovelace"), ("x" * 60, "x" * 40), ("a\x00b\u202ec\n", "a bc"), ("\t", "")],
)
def test_a_name_is_one_line_that_can_be_seen(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


async def test_the_stream_begins_where_the_browser_was(scene: Scene, browser: Browser) -> None:
    first = await scene.send(QUESTION)
    await scene.send(BOARD, OTHER)
    await scene.platform.react(first, "⭐")
    found = await browser.events(2, "/events?place=general&after=1")
    assert [each["event"] for each in found] == ["message", "reactions"]
    assert json.loads(found[0]["data"])["id"] == first.id
    assert json.loads(found[1]["data"]) == {"id": first.id, "mine": [], "counts": {"⭐": 1}}
    later = await browser.events(1, "/events?place=general&after=1", **{"Last-Event-ID": found[0]["id"]})
    assert later[0]["id"] == found[1]["id"]


async def test_the_letters_of_others_are_told_to_nobody(scene: Scene, browser: Browser) -> None:
    sent = await scene.send(QUESTION)
    await browser.post("react", message=sent.id, emoji="🇧", on=True)
    other = Browser(scene)
    await other.get("/")
    (_, seen) = await other.events(2, "/events?place=general&after=1")
    assert json.loads(seen["data"]) == {"id": sent.id, "mine": [], "counts": {}}
    assert "🇧" not in json.dumps(seen, ensure_ascii=False)
    await other.session.close()


async def test_a_stream_of_a_database_that_is_gone_starts_over(scene: Scene, browser: Browser) -> None:
    (found,) = await browser.events(5, "/events?place=general&after=999999")
    assert found["event"] == "reload"


async def test_a_quiet_stream_says_that_it_is_still_there(scene: Scene, browser: Browser) -> None:
    platform: Any = scene.platform
    handlers = {path: handler for _, path, handler in platform.routes.private}
    handlers["/events"].__self__._heartbeat = 0.05
    async with asyncio.timeout(5), browser.session.get("/events?place=general") as answer:
        lines = [await answer.content.readline() for _ in range(4)]
    assert lines[2] == b": still here\n"


async def test_many_changes_between_two_looks_all_arrive_in_order(
    scene: Scene, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PAGE", 3)
    ids = [(await scene.send(Card(f"{number}", (Text("x"),)))).id for number in range(8)]
    found = await browser.events(8, "/events?place=general&after=1")
    assert [json.loads(each["data"])["id"] for each in found] == ids


async def test_a_browser_that_does_not_keep_up_is_cut_off_to_resume(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "QUEUED", 2)
    follows = Stream(scene.store.shelf("web"))
    with follows.followed("ada", "general") as follower:
        for _ in range(3):
            follows.whisper(Whispered("ada", "general", "whisper", "{}"))
        assert [follower.queue.get_nowait()] == [None]
        assert follower.queue.empty()


async def test_a_shelf_that_fails_for_a_moment_does_not_end_the_page(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Flickering(scene.store.shelf("web"))
    follows = Stream(shelf, every=0.01)
    await follows.start()
    following = asyncio.create_task(follows.follow())
    with follows.followed("ada", "general") as follower:
        await scene.send(QUESTION)
        async with asyncio.timeout(5):
            await follower.queue.get()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert "the page cannot read its messages, trying again" in caplog.messages


class Flickering:
    """Fails the first time it is read."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.reads = 0
        self.get, self.put, self.newest, self.lease = shelf.get, shelf.put, shelf.newest, shelf.lease
        self.delete = shelf.delete

    async def changed(self, prefix: str, after: int = 0, limit: int = 200) -> Any:
        self.reads += 1
        if self.reads == 1:
            raise OSError("no database")
        return await self._shelf.changed(prefix, after, limit)


async def test_words_come_in_the_browsers_language(sqlite_url: str) -> None:
    asked: set[str] = set()

    def translate(language: str, message: str) -> str:
        asked.add(language)
        return {"en": "de", "Send": "Senden"}.get(message, message) if language == "de" else message

    async with open_scene(sqlite_url, translate=translate) as scene:
        browser = Browser(scene)
        html = (await browser.get("/", **{"Accept-Language": "de-AT,en;q=0.5"}))[1]
        assert '<html lang="de">' in html
        assert "Senden" in html
        assert '<html lang="en">' in (await browser.get("/", **{"Accept-Language": "*"}))[1]
        await browser.session.close()
    assert asked == {"de", "en"}
