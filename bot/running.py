"""Keeping the platforms of this process running: opened, started again after a failure, given up where that is idle."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.commands import COMMANDS
from bot.languages import translate
from bot.ports import Adapter, Listener, NotSavedError, NotSetUpError, Opening, Platform
from bot.refs import VERBS
from bot.registrar import Registrar
from bot.settings import Settings
from bot.store import Store

LONGEST_WAIT = 60.0
LONG_UP = timedelta(minutes=1)
"""A platform that ran so long before it failed is started again at once."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Running:
    """A platform of this process, whether it is connected, and whether it is given up."""

    adapter: Adapter
    platform: Platform
    up: bool = False
    given_up: bool = False
    wait: float = field(default=1.0)


def open_platform(
    adapter: Adapter,
    settings: Settings,
    store: Store,
    environment: Mapping[str, str],
    now: Callable[[], datetime],
    token: Callable[[int], str],
) -> Platform:
    """An adapter's platform, not yet running, with what it may know of these settings."""
    places = [ref for hall in settings.halls for ref in hall.places]
    organisers = (hall.organiser_place for hall in settings.halls)
    apart = [ref for ref in organisers if ref and ref not in places]
    ours = [ref for ref in dict.fromkeys((*places, *apart)) if ref.platform == adapter.name]
    return adapter.open(
        Opening(
            settings=settings.platforms[adapter.name],
            environment=environment,
            shelf=store.shelf(adapter.name),
            verbs=VERBS,
            commands=COMMANDS,
            places=ours,
            organiser_places=frozenset(apart),
            now=now,
            token=token,
            translate=translate,
        )
    )


async def keep_running(running: Running, listener: Listener, registrar: Registrar, now: Callable[[], datetime]) -> None:
    """Run a platform, again after each failure, until it has nothing more to do or is given up. Failures are told."""
    name = running.platform.name
    while True:
        since = now()
        try:
            running.up = True
            await running.platform.run(listener)
        except NotSetUpError as error:
            running.up, running.given_up = False, True
            log.error("%s is given up until the next start: %s", name, error)  # noqa: TRY400  a sentence, no trace
            await _tell_down(registrar, "given-up", name, error)
            return
        except Exception as error:  # noqa: BLE001  whatever a platform's library raises must not end the others
            running.up = False
            if now() - since > LONG_UP:
                running.wait = 1.0
            log.warning("%s failed and is started again: %s", name, error)
            await _tell_down(registrar, "platform", name, error)
            await asyncio.sleep(running.wait)
            running.wait = min(LONGEST_WAIT, running.wait * 2)
        else:
            return


async def _tell_down(registrar: Registrar, kind: str, name: str, error: Exception) -> None:
    with contextlib.suppress(NotSavedError):
        await registrar.tell_all(kind, name, {"platform": name, "reason": str(error)})
