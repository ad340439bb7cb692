"""Large tables, filled in bulk: the boards of many people, and a hall with its answers and what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from random import Random
from typing import Any

import psycopg

from benchmarks.recorded import Driver
from benchmarks.study import HALL, START

BOARDS = ("hall", "place:1", "topic:statistics")
PERIODS = ("month:2026-01", "season:2026-Q1", "all")
EACH, HIDDEN = 10_000, 7
"""Of so many people the one who is not shown on boards."""
ROW = tuple[Any, ...]
AT = int(START.timestamp() * 1_000_000)


def fill_boards(driver: Driver, people: int, answers: int) -> None:
    """A hall of so many people who gave so many answers together, few of them most; a few people are hidden."""
    lines = list(standings_of(people, answers))
    bars = Counter(line[1] for line in lines)
    _copy(driver, "halls (id, title, zone, language, season, organisers)", [(HALL, HALL, "UTC", "en", "quarter", "{}")])
    names = ((number, HALL, f"Learner {number}", number % EACH == HIDDEN, AT) for number, *_ in lines)
    _copy(driver, "people (id, hall_id, name, hidden, since)", names)
    spans = [(board, period) for board in BOARDS for period in PERIODS]
    rows = ((HALL, *span, *line) for span in spans for line in lines)
    _copy(driver, 'standings (hall_id, board, period, person_id, points, "right", answered, reached)', rows)
    heights = ((HALL, *span, points, number) for span in spans for points, number in bars.items())
    _copy(driver, "histogram (hall_id, board, period, points, people)", heights)
    driver.cursor.execute("ANALYZE", ())
    driver.commit()


def standings_of(people: int, answers: int) -> Iterator[ROW]:
    """(person, points, right, answered, reached): a fifth of the people give four fifths of the answers (Pareto)."""
    random = Random(1)
    shares = [random.paretovariate(1.16) for _ in range(people)]
    whole, given = sum(shares), 0
    for number, share in enumerate(shares, 1):
        answered = max(1, round(min(share / whole, 50 / people) * answers))
        right = round(answered * random.uniform(0.4, 0.8))
        given += answered
        yield number, 5 * round(right * random.uniform(3, 4.5)), right, answered, given


def _copy(driver: Driver, table: str, rows: Iterable[ROW]) -> None:
    """Bulk insert by what each driver does best."""
    if isinstance(driver.cursor, psycopg.Cursor):
        with driver.cursor.copy(f"COPY {table} FROM STDIN".encode()) as copying:
            for row in rows:
                copying.write_row(row)
        return
    columns = table.count(",") + 1
    driver.cursor.execute("BEGIN", ())
    driver.cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", rows)
    driver.commit()


ANSWERS = """
INSERT INTO answers (hall_id, turn_id, round_id, identity_id, given, via, verdict, why, detail, points, rules,
                     board_date, season, at, stored_at)
SELECT r.hall_id, r.turn_id, r.id, i.id, '{"picked":[1],"text":""}', 'press',
       CASE WHEN (i.id * 7 + r.id * 13) % 5 < 3 THEN 'right' ELSE 'wrong' END, 'chosen', '',
       CASE WHEN (i.id * 7 + r.id * 13) % 5 < 3 THEN 10 * (1 + r.id % 3) ELSE 0 END, '1',
       t.day, substr(t.day, 1, 4) || '-Q' || ((substr(t.day, 6, 2) + 2) / 3), t.due_at, t.due_at
FROM rounds r JOIN turns t ON t.id = r.turn_id CROSS JOIN identities i
"""
SUMMED = """
INSERT INTO standings (hall_id, board, period, person_id, points, "right", answered, reached)
SELECT a.hall_id, {board}, {period}, i.person_id, sum(a.points), sum(a.verdict = 'right'), count(*),
       coalesce(max(CASE WHEN a.points > 0 THEN a.id END), min(a.id))
FROM answers a JOIN identities i ON i.id = a.identity_id JOIN rounds r ON r.id = a.round_id
JOIN turns t ON t.id = a.turn_id JOIN weeks w ON w.day = a.board_date
GROUP BY 1, 2, 3, 4
"""
ON = ("'hall'", "'place:' || r.place_id", "'topic:' || t.topic")
DURING = (
    "'day:' || a.board_date",
    "w.week",
    "'month:' || substr(a.board_date, 1, 7)",
    "'season:' || a.season",
    "'all'",
)
BARS = """
INSERT INTO histogram (hall_id, board, period, points, people)
SELECT hall_id, board, period, points, count(*) FROM standings GROUP BY 1, 2, 3, 4
"""


def give_answers(driver: Driver) -> None:
    """Everybody's answer in every round of a SQLite file, and nothing that follows from it."""
    driver.cursor.execute("BEGIN", ())
    driver.cursor.execute(ANSWERS, ())
    driver.commit()


def fill_answers(driver: Driver) -> None:
    """Everybody's answer in every round of a SQLite file, its standings and its histogram, all by SQL."""
    driver.cursor.execute("CREATE TEMP TABLE weeks (day TEXT PRIMARY KEY, week TEXT)", ())
    driver.cursor.execute("SELECT DISTINCT day FROM turns", ())
    weeks = [(day, f"week:{date.fromisoformat(day):%G-W%V}") for (day,) in driver.cursor.fetchall()]
    driver.cursor.executemany("INSERT INTO weeks VALUES (?, ?)", weeks)
    driver.cursor.execute("PRAGMA cache_size = -200000", ())
    driver.cursor.execute("BEGIN", ())
    driver.cursor.execute(ANSWERS, ())
    for board in ON:
        for period in DURING:
            driver.cursor.execute(SUMMED.format(board=board, period=period), ())
    driver.cursor.execute(BARS, ())
    driver.commit()
