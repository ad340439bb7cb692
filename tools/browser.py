"""Make sure that a Chromium for the page's tests is on this machine; install one where it is missing.

On Debian and Ubuntu it comes as the package `chromium`; elsewhere Playwright fetches its own build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def apt(*words: str) -> int:
    """Run apt-get, as root or through sudo; return its exit code."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.call([*prefix, "apt-get", "-qq", *words], env=quiet, stdout=subprocess.DEVNULL)


def main() -> int:
    """Install what is missing; return the exit code."""
    if os.environ.get("STUDYHALL_CHROMIUM") or any(shutil.which(name) for name in NAMES):
        return 0
    print("no Chromium found: installing one for the page's tests")
    if shutil.which("apt-get"):
        apt("update")
        if apt("install", "-y", "--no-install-recommends", "chromium", "fonts-noto-core", "fonts-noto-mono") == 0:
            return 0
    return subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"])


if __name__ == "__main__":
    sys.exit(main())
