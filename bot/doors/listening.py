"""Binding a port, and saying in words why that did not work."""

from __future__ import annotations

import errno
import ipaddress
import logging

from aiohttp import web

PORTS_TRIED = 20
CLOSING = 1.0
"""Seconds that open requests are given to end when a door is closed; streams are cut then."""

log = logging.getLogger(__name__)


class DoorError(OSError):
    """A listener could not be opened; `str()` says why and what to do."""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a listener on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address(host: str, port: int) -> str:
    """The listener's address for a browser on this machine."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104  compared, not bound
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Listener:
    """One application on one port, from `open` to `close`."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING)

    async def open(self, *, tries: int = 1) -> None:
        """Listen on the port, or on the next free one of `tries`; `port` tells which it became. Raises DoorError."""
        await self._runner.setup()
        first = self.port
        for port in range(first, first + tries):
            if await self._bound(port):
                bound = [name for name in self._runner.addresses if name]
                self.port = bound[0][1]
                return
            if tries > 1:
                log.warning("port %d is taken by another program, trying the next one", port)
        await self._runner.cleanup()
        raise DoorError(f"{taken(first, tries)}: stop what listens there, or set another port in studyhall.yaml")

    async def _bound(self, port: int) -> bool:
        site = web.TCPSite(self._runner, self.host, port)
        try:
            await site.start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            await self._runner.cleanup()
            raise DoorError(reason(self.host, port, error)) from error
        return True

    async def close(self) -> None:
        """Stop listening; requests under way get `CLOSING` seconds."""
        await self._runner.cleanup()


def taken(first: int, tries: int) -> str:
    """The sentence for ports that other programs hold."""
    if tries == 1:
        return f"port {first} is taken by another program"
    return f"ports {first} to {first + tries - 1} are all taken by other programs"


def reason(host: str, port: int, error: OSError) -> str:
    """The sentence for any other fault of binding."""
    if error.errno == errno.EACCES:
        return f"port {port} may not be opened by this user: set one above 1023 in studyhall.yaml"
    return f"cannot listen on {host!r}, port {port} ({error.strerror or error}): set another host in studyhall.yaml"
