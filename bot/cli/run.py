"""`studyhall run`: start the study hall."""

from __future__ import annotations

import asyncio
import gc
import logging
from dataclasses import replace

from bot.cli.configuration import add_options, checked, settings_of
from bot.cli.parser import Call, Code, CommandError, Commands, add_command
from bot.settings import Settings, read_host, read_port


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "run",
        "start the study hall: ask, take answers, serve the page, until SIGTERM or Ctrl-C",
        example="studyhall run --port 8001",
        codes=(Code.FAULTS, Code.SETTINGS, Code.DATABASE),
    )
    parser.add_argument("--console", action="store_true", help="study here in the terminal instead of on the page")
    parser.add_argument("--host", type=checked(read_host), help="where the page listens (default: 127.0.0.1)")
    parser.add_argument("--port", type=checked(read_port), help="the page's port (default: 8000; 0: any free one)")
    add_options(parser)
    parser.set_defaults(run=run)


def run(call: Call) -> int:
    """Serve until told to stop."""
    gc.disable()  # starting makes next to no garbage: looking for it takes a tenth of the time
    try:
        settings = _listening(settings_of(call, console=call.console), call)
        if not settings.platforms:
            raise CommandError(
                f"{settings.source} leaves no platform to run: use --console, or name a place on another one",
                Code.SETTINGS,
            )
        _log(logging.WARNING if call.console else logging.INFO)
        return _serve(settings, call)
    finally:
        gc.enable()


def _serve(settings: Settings, call: Call) -> int:
    from bot.app import run as serve  # noqa: PLC0415  `--help` need not load everything
    from bot.cli.database import usable  # noqa: PLC0415
    from bot.ports import NotSetUpError  # noqa: PLC0415
    from content.bank import BankError  # noqa: PLC0415

    with usable(settings.database):
        try:
            return asyncio.run(serve(settings, call.surroundings.environment))
        except NotSetUpError as error:
            raise CommandError(str(error), Code.SETTINGS) from error
        except (BankError, OSError) as error:
            raise CommandError(str(error)) from error


def _listening(settings: Settings, call: Call) -> Settings:
    given = {"private_host": call.host, "private_port": call.port}
    named = {key: value for key, value in given.items() if value is not None}
    return replace(settings, listening=replace(settings.listening, **named))


def _log(level: int) -> None:
    """Write our own log to standard error from `level` on, that of libraries from warnings on."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S")
    for name in ("adapters", "bot", "content", "scheduler"):
        logging.getLogger(name).setLevel(level)
