"""`studyhall run`: start the study hall."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.cli.configuration import add_options, checked, settings_of
from bot.cli.parser import Call, Code, CommandError, Commands
from bot.settings import Settings, read_host, read_port


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "run",
        help="start the study hall and its page",
        description="Ask by the schedules, take answers, serve the page. SIGTERM or Ctrl-C ends it within 10 seconds.",
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
    settings = _listening(settings_of(call, console=call.console), call)
    if not settings.platforms:
        raise CommandError(
            f"{settings.source} leaves no platform to run: use --console, or name a place on another one", Code.SETTINGS
        )
    from bot.app import run as serve  # noqa: PLC0415  `--help` need not load everything

    return asyncio.run(serve(settings, call.surroundings.environment))


def _listening(settings: Settings, call: Call) -> Settings:
    given = {"private_host": call.host, "private_port": call.port}
    named = {key: value for key, value in given.items() if value is not None}
    return replace(settings, listening=replace(settings.listening, **named))
