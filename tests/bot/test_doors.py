from __future__ import annotations

import asyncio
import errno
import io
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.doors import DoorError, Doors
from bot.doors import checks as door_checks
from bot.doors.code import FREE_TRIES, LONGEST_WAIT, TRIES_A_MINUTE, Tries
from bot.doors.listening import address, is_loopback, reason
from bot.ports import Routes
from bot.settings.values import Listening


class Seconds:
    """A clock of seconds that a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


async def health() -> Mapping[str, Any]:
    return {"status": "ok", "waiting": 3}


async def ill() -> Mapping[str, Any]:
    return {"status": "the database does not answer", "waiting": 3}


async def metrics(*, whole: bool) -> tuple[bytes, str]:
    return b"all 1\n" if whole else b"little 1\n", "text/plain; version=1.0.0"


async def told(request: web.Request) -> web.Response:
    loopback = "X-Studyhall-Loopback" in request.headers
    return web.json_response({"loopback": loopback, "body": (await request.read()).decode()})


async def kept(_: web.Request) -> web.Response:
    return web.Response(text="x", headers={"Cache-Control": "max-age=60"})


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"on and on\n")
        await asyncio.sleep(0.05)


ROUTES = Routes(
    private=(("GET", "/", told), ("POST", "/act", told), ("GET", "/kept", kept), ("GET", "/endless", endless)),
    public=(("POST", "/slack/events", told),),
)


def letters(number: int) -> str:
    return ("abcdefghij" * 4)[:number]


def doors(
    host: str = "127.0.0.1",
    routes: Sequence[Routes] = (ROUTES,),
    port: int = 0,
    clock: Seconds | None = None,
    **more: Any,
) -> Doors:
    listening = Listening(host, port, "127.0.0.1", more.pop("public_port", 0))
    return Doors(listening, routes, more.pop("health", health), metrics, token=letters, clock=clock or Seconds())


@asynccontextmanager
async def opened(made: Doors) -> AsyncIterator[tuple[Doors, aiohttp.ClientSession]]:
    await made.open()
    async with aiohttp.ClientSession(made.address, cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        try:
            yield made, client
        finally:
            await made.close()


def from_page(made: Doors) -> dict[str, str]:
    return {"Origin": made.address}


async def test_the_private_door_serves_its_routes_with_security_headers() -> None:
    async with opened(doors()) as (made, client), client.get("/") as answer:
        assert await answer.json() == {"loopback": True, "body": ""}
        assert made.code is None
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Server" not in answer.headers


async def test_a_route_may_say_how_long_its_answer_keeps_and_a_missing_page_has_the_headers_too() -> None:
    async with opened(doors()) as (_, client):
        async with client.get("/kept") as answer:
            assert answer.headers["Cache-Control"] == "max-age=60"
        async with client.get("/nowhere") as answer:
            assert (answer.status, "Content-Security-Policy" in answer.headers) == (404, True)


async def test_health_is_ok_or_503_and_says_what_waits() -> None:
    async with opened(doors()) as (_, client), client.get("/health") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok", "waiting": 3})
    async with opened(doors(health=ill)) as (_, client), client.get("/health") as answer:
        assert answer.status == 503


async def test_metrics_follow_the_rules_of_health() -> None:
    async with opened(doors()) as (made, client):
        async with client.get("/metrics") as answer:
            assert (answer.status, await answer.text()) == (200, "all 1\n")
            assert answer.headers["Content-Type"] == "text/plain; version=1.0.0"
        async with client.get(f"{made.public_address}/metrics") as answer:
            assert await answer.text() == "little 1\n"
        async with client.get("/metrics", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
    async with opened(doors("0.0.0.0")) as (_, client), client.get("/metrics") as answer:
        assert await answer.text() == "little 1\n"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "192.168.0.9", "[::"])
async def test_a_strange_host_gets_nothing_on_loopback(host: str) -> None:
    async with opened(doors()) as (_, client), client.get("/", headers={"Host": host}) as answer:
        assert answer.status == 403
        assert await answer.text() == "This page answers to localhost and 127.0.0.1 only."


async def test_the_names_of_this_machine_get_the_page() -> None:
    async with opened(doors()) as (_, client):
        for host in ("localhost:9000", "127.0.0.1", "[::1]:8000"):
            async with client.get("/", headers={"Host": host}) as answer:
                assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "file://x"},
    ],
)
async def test_a_change_from_another_origin_is_refused(headers: dict[str, str]) -> None:
    async with opened(doors()) as (_, client), client.post("/act", json={}, headers=headers) as answer:
        assert answer.status == 403


async def test_a_change_has_to_be_json() -> None:
    async with opened(doors()) as (made, client):
        async with client.post("/act", json={"a": 1}, headers=from_page(made)) as answer:
            assert (await answer.json())["body"] == '{"a": 1}'
        async with client.post("/act", data={"a": "1"}, headers=from_page(made)) as answer:
            assert (answer.status, await answer.text()) == (415, "Send it as application/json.")


async def test_a_body_that_is_too_long_or_too_slow_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doors.doors.bounded", lambda size: door_checks.bounded(size, seconds=0.1))
    async with opened(doors()) as (made, client):
        async with client.post("/act", json="x" * 70_000, headers=from_page(made)) as answer:
            assert answer.status == 413

        async def slowly() -> AsyncIterator[bytes]:
            yield b'{"a":'
            await asyncio.sleep(0.5)
            yield b"1}"

        headers = {**from_page(made), "Content-Type": "application/json"}
        async with client.post("/act", data=slowly(), headers=headers) as answer:
            assert answer.status == 408


async def test_nobody_can_pretend_to_be_on_loopback() -> None:
    async with opened(doors("0.0.0.0")) as (made, client):
        await client.post("/code", data={"code": str(made.code)}, headers=from_page(made), allow_redirects=False)
        async with client.get("/", headers={"X-Studyhall-Loopback": "yes"}) as answer:
            assert (await answer.json())["loopback"] is False


async def test_a_taken_port_leads_to_the_next_free_one(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        async with opened(doors(port=taken)) as (made, _):
            assert taken < int(made.address.rpartition(":")[2]) < taken + 20
    assert f"port {taken} is taken by another program, trying the next one" in caplog.messages


async def test_when_no_port_is_free_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doors.doors.PORTS_TRIED", 1)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(
            DoorError, match=f"port {taken} is taken by another program: stop what listens there, or set"
        ):
            await doors(port=taken).open()
        with pytest.raises(DoorError, match=f"port {taken} is taken"):
            await doors(public_port=taken).open()


async def test_several_taken_ports_are_named_and_a_strange_host_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doors.doors.PORTS_TRIED", 2)
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        two.bind(("127.0.0.1", port + 1))
        one.listen()
        two.listen()
        with pytest.raises(DoorError, match=f"ports {port} to {port + 1} are all taken by other programs"):
            await doors(port=port).open()
    with pytest.raises(DoorError, match=r"cannot listen on '192\.0\.2\.1', port 8123 .*: set another host"):
        await doors("192.0.2.1", port=8123).open()


async def test_the_public_door_is_there_only_for_public_routes_and_tells_strangers_little() -> None:
    private_only = Routes(private=ROUTES.private)
    async with opened(doors(routes=[private_only])) as (made, _):
        assert made.public_address is None
    async with opened(doors(routes=[private_only, ROUTES])) as (made, client):
        async with client.post(f"{made.public_address}/slack/events", data=b"signed") as answer:
            assert (await answer.json())["body"] == "signed"
        async with client.get(f"{made.public_address}/health") as answer:
            assert await answer.json() == {"status": "ok"}
        async with client.get(f"{made.public_address}/") as answer:
            assert answer.status == 404
        async with client.post(f"{made.public_address}/slack/events", data=io.BytesIO(b"x" * 2_000_000)) as answer:
            assert answer.status == 413


async def test_an_open_stream_does_not_hold_the_door_open() -> None:
    async with opened(doors()) as (made, client), client.get("/endless") as answer:
        await answer.content.readline()
        async with asyncio.timeout(4):
            await made.close()


async def test_where_others_can_come_in_every_browser_has_to_enter_the_code(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with opened(doors("0.0.0.0")) as (made, client):
        assert made.code == "abcde-abcde"
        assert any("it asks for the code abcde-abcde" in line for line in caplog.messages)
        async with client.get("/", headers={"Accept": "text/html"}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/code")
        async with client.get("/endless") as answer:
            assert answer.status == 401
        async with client.get("/health") as answer:
            assert await answer.json() == {"status": "ok"}
        async with client.get("/code") as answer:
            assert "Enter the code" in await answer.text()
        async with client.get("/code.css") as answer:
            assert answer.content_type == "text/css"
        async with client.post("/code", data={"code": "abcde-abcdf"}, headers=from_page(made)) as answer:
            assert answer.status == 403
        async with client.post("/code", data={"code": " ABCDE abcde"}, headers=from_page(made)) as answer:
            assert (answer.status, str(answer.url.relative())) == (200, "/")
            cookie = answer.history[0].headers["Set-Cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=Strict" in cookie
        async with client.get("/", headers={"Host": "study.example.org"}) as answer:
            assert answer.status == 200


async def test_the_code_is_refused_from_another_origin_and_after_too_many_tries() -> None:
    clock = Seconds()
    async with opened(doors("0.0.0.0", clock=clock)) as (made, client):
        async with client.post(
            "/code", data={"code": str(made.code)}, headers={"Origin": "http://evil.example"}
        ) as answer:
            assert answer.status == 403
        for _ in range(FREE_TRIES):
            async with client.post("/code", data={"code": "x"}, headers=from_page(made)) as answer:
                assert answer.status == 403
        async with client.post("/code", data={"code": str(made.code)}, headers=from_page(made)) as answer:
            assert answer.status == 429
            assert "Try again in 3 seconds." in await answer.text()
        clock.at += 3
        async with client.post("/code", data={"code": str(made.code)}, headers=from_page(made)) as answer:
            assert answer.status == 200


async def test_only_so_many_browsers_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doors.code.KEYS_KEPT", 1)
    numbers = iter(range(100))
    listening = Listening("0.0.0.0", 0)
    made = Doors(listening, [ROUTES], health, metrics, token=lambda n: f"{next(numbers):0{n}d}", clock=Seconds())
    async with (
        opened(made) as (_, first),
        aiohttp.ClientSession(made.address, cookie_jar=aiohttp.CookieJar(unsafe=True)) as second,
    ):
        for client in (first, second):
            async with client.post("/code", data={"code": str(made.code)}, headers=from_page(made)) as answer:
                assert answer.status == 200
        async with first.get("/") as answer:
            assert answer.status == 401


def test_waiting_doubles_up_to_a_quarter_of_an_hour_and_ends_with_the_right_code() -> None:
    clock = Seconds()
    tries = Tries(clock)
    waits = []
    for _ in range(FREE_TRIES + 14):
        tries.failed("10.0.0.1")
        waits.append(tries.wait("10.0.0.1"))
        clock.at += 61
    assert waits[: FREE_TRIES + 2] == [0, 0, 0, 0, 2, 4, 8]
    assert waits[-1] == LONGEST_WAIT
    for _ in range(1_100):
        tries.failed("10.0.0.1")
    clock.at += 61
    tries.failed("10.0.0.1")
    assert tries.wait("10.0.0.1") == LONGEST_WAIT, "however often"
    clock.at += 61
    tries.succeeded("10.0.0.1")
    assert tries.wait("10.0.0.1") == 0


def test_many_addresses_together_have_a_limit_a_minute_and_are_not_kept_for_ever() -> None:
    clock = Seconds()
    clock.at = 6000.0
    tries = Tries(clock)
    for number in range(TRIES_A_MINUTE):
        assert tries.wait(f"10.0.0.{number}") == 0
        tries.failed(f"10.0.0.{number}")
    assert tries.wait("10.0.0.99") == 60
    clock.at += 60
    assert tries.wait("10.0.0.99") == 0
    for number in range(5000):
        tries.failed(f"host-{number}")
    assert len(tries.wrong) == 4096


def test_a_port_that_needs_more_rights_is_told_in_words() -> None:
    assert reason("127.0.0.1", 80, OSError(errno.EACCES, "denied")) == (
        "port 80 may not be opened by this user: set one above 1023 in studyhall.yaml"
    )


def test_addresses_are_written_for_a_browser_on_this_machine() -> None:
    assert address("0.0.0.0", 80) == "http://localhost:80"
    assert address("::1", 80) == "http://[::1]:80"
    assert [is_loopback(host) for host in ("localhost", "::1", "127.8.8.8", "0.0.0.0", "example.org")] == [True] * 3 + [
        False
    ] * 2
