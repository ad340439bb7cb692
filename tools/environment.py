"""Make a virtual environment and install a hash-locked set of packages and this project into it.

    python tools/environment.py .venv requirements.lock

It uses nothing but the standard library, because it runs before anything else is there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

OLDEST = (3, 11)


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
    steps = (
        [*pip, "--require-hashes", "--requirement", str(lock)],
        # pip refuses an editable install beside hashes, hence the second step.
        [*pip, "--no-deps", "--no-build-isolation", "--editable", "."],
    )
    return next((code for step in steps if (code := subprocess.call(step))), 0)


if __name__ == "__main__":
    sys.exit(main())
