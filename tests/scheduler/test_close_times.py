"""Times of a day that lie too close together, wherever they are written."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.installed import installed_adapters
from bot.settings import SettingsError, read_settings
from bot.store import Store
from scheduler.reading import refuse_close
from tests.clock import Clock
from tests.hall import open_hall, text_of, who

CLOSE = "closer than 15 minutes"


@pytest.mark.parametrize(
    "times", [(), (time(9),), (time(9), time(9)), (time(9), time(9, 15)), (time(23, 59), time(0, 14), time(12))]
)
def test_times_a_quarter_of_an_hour_apart_are_taken(times: tuple[time, ...]) -> None:
    refuse_close(times)


@pytest.mark.parametrize(
    "times",
    [
        (time(9), time(9, 14)),
        (time(9, 14), time(9)),
        (time(8), time(9, 59), time(10)),
        (time(23, 50), time(23, 59)),
        (time(0, 5), time(12), time(23, 55)),
    ],
)
def test_closer_ones_are_refused_by_their_names(times: tuple[time, ...]) -> None:
    with pytest.raises(ValueError, match=r"the times \d\d:\d\d and \d\d:\d\d are closer than 15 minutes: move one"):
        refuse_close(times)


async def test_times_closer_than_a_quarter_of_an_hour_are_refused_in_settings_variables_and_commands(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    file = tmp_path / "studyhall.yaml"
    schedule = "schedules: [{name: daily, times: [09:00, 09:05]}]"
    file.write_text(f"halls: [{{id: team, places: [web:local:general], {schedule}}}]\n", encoding="utf-8")
    adapters = installed_adapters()
    with pytest.raises(SettingsError, match=rf"studyhall\.yaml:1:\d+: the times 09:00 and 09:05 are {CLOSE}"):
        read_settings(file, {}, adapters)
    with pytest.raises(SettingsError, match=f"STUDYHALL_TIMES: the times 09:00 and 09:05 are {CLOSE}; move one"):
        read_settings(None, {"STUDYHALL_TIMES": "09:05,09:00"}, adapters)
    hall = await open_hall(store, clock, tmp_path)
    assert CLOSE in text_of(await hall.type("/study schedule add often 09:00,09:05", who("olga")))
