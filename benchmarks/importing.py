"""Questions from elsewhere: a large table imported, imported again, and the pack that it made loaded."""

from __future__ import annotations

import csv
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from benchmarks.frame import Figure, LostError, Part, Row, Scale, in_fresh_process, in_turn, memory
from content.bank import open_bank
from content.importing.bring import Wish, bring

WORDS = (
    *("variance", "bias", "gradient", "kernel", "sample", "model", "feature", "label", "loss", "entropy", "margin"),
    *("tree", "forest", "cluster", "vector", "matrix", "rank", "batch", "epoch", "layer", "tensor", "token"),
    *("prompt", "recall", "precision", "threshold", "curve", "prior", "posterior", "likelihood", "interval"),
)
GOAL_IMPORTED, GOAL_LOADED, GOAL_FIRST, GOAL_MEMORY = 20, 2, 20, 1_500


def write_table(at: Path, items: int) -> Path:
    """A table of so many questions with four options each, no two alike."""
    file = at / "questions.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["Question", "Option A", "Option B", "Option C", "Option D", "Answer", "Explanation", "Category"]
        )
        for n in range(items):
            words = [WORDS[(n * step + n // len(WORDS) ** power) % len(WORDS)] for power, step in enumerate((1, 7, 11))]
            stem = f"In experiment {n}, how do the {words[0]} and the {words[1]} of a {words[2]} go together?"
            options = [f"The {word} grows with the other" for word in (*words, "sum")]
            why = f"The {words[1]} follows from the definition, and experiment {n} shows it."
            writer.writerow(
                [stem, *(f"{text} ({at})" for at, text in enumerate(options)), "ABCD"[n % 4], why, words[0]]
            )
    return file


def imported(scale: Scale) -> list[Row]:
    """A table imported into a new pack, and once more into the pack that is there."""
    items = scale.of(10_000, 100)
    with TemporaryDirectory() as at:
        table = write_table(Path(at), items)
        runs = [in_fresh_process(_import_twice, table, Path(at) / f"pack-{run}", items) for run in range(scale.runs)]
    first, again, here, below = zip(*runs, strict=True)
    return [
        Row(f"{items:,} questions of a table imported", Figure(first, "s"), most=GOAL_IMPORTED),
        Row("the same table again, where nothing changed", Figure(again, "s"), most=GOAL_IMPORTED),
        Row("most memory of the import itself", Figure(here, "MB"), most=GOAL_MEMORY),
        Row("most memory of the processes that read for it", Figure(below, "MB"), most=GOAL_MEMORY),
    ]


def _import_twice(table: Path, pack: Path, items: int) -> tuple[float, float, float, float]:
    """Seconds of the first and of the second import; megabytes here and in the children."""
    wish = Wish(table, pack, trusted=True)
    times = []
    for added in (items, 0):
        start = time.perf_counter()
        report = bring(wish)
        times.append(time.perf_counter() - start)
        if report.total != items or len(report.added) != added or report.passed:
            raise LostError(f"of {items} questions {report.total} are in the pack, {len(report.added)} are new")
    below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    return times[0], times[1], memory().peak, below


def loaded(scale: Scale) -> list[Row]:
    """Packs that an import wrote, opened as a bank for the first time."""
    sizes = ((scale.of(10_000, 100), GOAL_LOADED), (scale.of(100_000, 200), GOAL_FIRST))
    return [row for items, most in sizes for row in _loaded(scale, items, most)]


def _loaded(scale: Scale, items: int, most: float) -> list[Row]:
    with TemporaryDirectory() as at:
        pack = Path(at) / "pack"
        in_fresh_process(_import, write_table(Path(at), items), pack)
        floors, opens = in_turn(
            scale.of(3, 1), lambda: in_fresh_process(_parse, pack), lambda: in_fresh_process(_open, pack, items)
        )
    return [
        Row(
            f"{items:,} imported items loaded for the first time",
            Figure(tuple(one for one, _ in opens), "s"),
            most=most,
        ),
        Row("the same files through PyYAML's C loader, nothing checked", Figure(tuple(one for one, _ in floors), "s")),
        Row("most memory of loading them", Figure(tuple(most for _, most in opens), "MB")),
    ]


def _import(table: Path, pack: Path) -> None:
    bring(Wish(table, pack, trusted=True))


def _parse(pack: Path) -> tuple[float, float]:
    start = time.perf_counter()
    for file in sorted(pack.rglob("*.yaml")):
        yaml.load(file.read_bytes(), yaml.CSafeLoader)
    return time.perf_counter() - start, memory().peak


def _open(pack: Path, items: int) -> tuple[float, float]:
    start = time.perf_counter()
    bank = open_bank([pack], pack.parent / "bank")
    took = time.perf_counter() - start
    if len(bank.items) != items:
        raise LostError(f"of {items} items {len(bank.items)} are in the bank")
    (pack.parent / "bank").unlink()
    return took, memory().peak


PART = Part(
    "Questions from elsewhere",
    """\
A table of questions that differ (0.3 KB each) is imported: read by a child process, made items of, each checked,
compared with all others, written, and read back by another child. *Loaded* is opening the new pack as a bank that is
not compiled yet. Each measurement has a fresh process; memory is the most that was resident.""",
    {"imported": imported, "loaded": loaded},
)
