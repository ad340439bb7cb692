"""The command line: `studyhall …`, or `python -m bot …`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.cli.parser import Code, CommandError, Surroundings
from bot.cli.tree import call


def main(line: Sequence[str] | None = None) -> int:
    """Do what the command line says (by default the process's own); return the exit code.

    Whatever goes wrong is told in one sentence on standard error; `--debug` anywhere in the line adds the traceback.
    """
    words = list(sys.argv[1:] if line is None else line)
    debug = "--debug" in words
    surroundings = Surroundings(os.environ, lambda: datetime.now(UTC), _zone)
    try:
        return call([word for word in words if word != "--debug"], surroundings)
    except KeyboardInterrupt:
        return Code.INTERRUPTED
    except BrokenPipeError:
        # What reads our output has seen enough; the interpreter must not fail again when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Code.FINE
    except CommandError as error:
        return _failed(str(error), error.code, debug=debug)
    except Exception as error:  # noqa: BLE001  the one place where whatever is left becomes a sentence
        sentence = f"studyhall stopped: {type(error).__name__}: {error}; with --debug it shows where"
        return _failed(sentence, Code.FAULTS, debug=debug)


def _failed(sentence: str, code: Code, *, debug: bool) -> Code:
    if debug:
        import traceback  # noqa: PLC0415  the rest of the time it is in the way

        traceback.print_exc()
    print(sentence, file=sys.stderr)
    return code


def _zone() -> str:
    """The machine's own zone by its IANA name; UTC where it has none that is known."""
    from tzlocal import get_localzone_name  # noqa: PLC0415  only commands that read settings need it

    from scheduler.zones import find_zone  # noqa: PLC0415

    try:
        return find_zone(get_localzone_name() or "UTC").key
    except (LookupError, ValueError):
        return "UTC"


if __name__ == "__main__":
    sys.exit(main())
