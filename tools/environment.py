"""Make a virtual environment and install a hash-locked set of packages and this project into it.

    python tools/environment.py .venv requirements.lock

It uses nothing but the standard library, because it runs before anything else is there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

OLDEST = (3, 11)
ALL_LOCKED = "requirements-dev.lock"


def backend(locked: str) -> str:
    """What builds the project (pyproject.toml, build-system), with its hashes, out of the text of a lock that has it.

    Python 3.11 gives a new environment one that is too old, later ones give none, and the program needs none to run.
    """
    found = re.search(r"^setuptools==(?:.*\\\n)*.*", locked, re.MULTILINE)
    if found is None:
        message = f"{ALL_LOCKED} has no setuptools: run make lock"
        raise LookupError(message)
    return found[0] + "\n"


def main() -> int:
    """Set up the environment named on the command line; return the exit code."""
    folder, lock = Path(sys.argv[1]), Path(sys.argv[2])
    if sys.version_info < OLDEST:
        print(
            f"Studyhall needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}. "
            "Name another one with: make PYTHON=python3.12 ...",
            file=sys.stderr,
        )
        return 1
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        print(f"making {folder} with Python {sys.version.split()[0]}")
        try:
            venv.create(folder, with_pip=True)
        except (subprocess.CalledProcessError, OSError) as error:
            print(
                f"could not make {folder}: {error}\n"
                "On Debian and Ubuntu the module is a package of its own: apt install python3-venv",
                file=sys.stderr,
            )
            return 1
    print(f"installing the packages of {lock}")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    builder = folder / "backend.lock"
    builder.write_text(backend(Path(ALL_LOCKED).read_text(encoding="utf-8")), encoding="utf-8")
    steps = (
        [*pip, "--require-hashes", "--requirement", str(lock), "--requirement", str(builder)],
        # pip refuses an editable install beside hashes, hence the second step.
        [*pip, "--no-deps", "--no-build-isolation", "--editable", "."],
    )
    return next((code for step in steps if (code := subprocess.call(step))), 0)


if __name__ == "__main__":
    sys.exit(main())
