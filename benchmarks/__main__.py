"""Every benchmark, each against the floor of the library beneath it in the same run. `make bench`."""

from __future__ import annotations

from benchmarks import store

if __name__ == "__main__":
    store.main()
