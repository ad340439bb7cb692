"""Every benchmark, each against the floor of the library beneath it in the same run. `make bench`.

python -m benchmarks                      measure all and write docs/benchmarks.md
python -m benchmarks answers boards.sqlite    measure these alone and print them
python -m benchmarks --page matches       measure whole parts and put them into the page, which keeps its others
python -m benchmarks --quick              small sizes, one run each, printed

The exit code is 1 where a goal is missed that the page does not explain; a look at small sizes has no goals.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from benchmarks.frame import Scale
from benchmarks.page import PAGE, render, renewed, told
from benchmarks.registry import PARTS, chosen, run
from benchmarks.server import server_version


def main(arguments: list[str]) -> int:
    """Measure what was asked for; returns the exit code: 1 where a goal is missed and nothing says why."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure against the floors beneath.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a part (answers) or a case of it (answers.sqlite)")
    parser.add_argument("--quick", action="store_true", help="small sizes and one run: a look, no figures to quote")
    parser.add_argument("--page", action="store_true", help="put the named parts, which are whole ones, into the page")
    read = parser.parse_args(arguments)
    if read.page and (read.quick or not read.names or not set(read.names) <= set(PARTS)):
        parser.error("--page takes the names of whole parts, measured in their full size")
    try:
        names = chosen(read.names)
    except LookupError as error:
        parser.error(str(error.args[0]))
    measured = []
    for each in run(names, Scale(read.quick)):
        measured.append(each)
        print(*told(each), sep="\n", flush=True)
    if not read.names and not read.quick:
        PAGE.write_text(render(measured, datetime.now(UTC).date(), server_version()), encoding="utf-8")
    if read.page:
        old = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(renewed(old, measured, datetime.now(UTC).date()), encoding="utf-8")
    missed = [] if read.quick else [row for each in measured for row in each.rows if row.missed]
    for row in missed:
        print(f"missed, and nothing says why: {row.what}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
