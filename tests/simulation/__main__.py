"""Run seeds again and say what is wrong: `python -m tests.simulation SEED [SEED …] [--trace]`."""

from __future__ import annotations

import argparse
import logging
import sys

from tests import statements
from tests.simulation.checks import Report
from tests.simulation.running import Ground


def say(*lines: str) -> None:
    """Write lines."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def main() -> int:
    """Run the seeds named; the exit code is 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int, nargs="+")
    parser.add_argument("--minutes", type=int, default=6, help="how long a run lasts that goes second by second")
    parser.add_argument("--days", type=int, default=2, help="how long a run that goes from slot to slot lasts")
    parser.add_argument("--trace", action="store_true", help="list every message of the platform")
    parser.add_argument("--log", action="store_true", help="write the program's own log")
    call = parser.parse_args()
    logging.basicConfig(level=logging.INFO if call.log else logging.CRITICAL)
    statements.share()
    ground = Ground()
    total = Report()
    for seed in call.seeds:
        report = ground.run(seed, minutes=call.minutes, days=call.days)
        total += report
        if call.trace:
            say(*ground.trace)
        say(f"seed {seed}: {report.slots} slots, {report.posted} posted, {report.named} named, {report.kills} kills")
        say(*report.wrong)
    ground.close()
    say(f"all of them: {total.posted} posted, {total.answers} answers, {total.kills} kills, {len(total.wrong)} faults")
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
