from __future__ import annotations

import os
import subprocess
import sys
from zoneinfo import available_timezones

import pytest

from scheduler.zones import ZoneError, find_zone


def test_a_zone_is_found_by_its_name() -> None:
    assert find_zone("Asia/Kathmandu").key == "Asia/Kathmandu"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("EST5", "EST5EDT"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Asia/Calcuta", "Asia/Calcutta"),
        ("GMT+8", "Etc/GMT+8"),
        ("", "UTC"),
        ("  ", "UTC"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_one_that_was_meant(name: str, meant: str) -> None:
    with pytest.raises(ZoneError, match="is no time zone: did you mean") as refusal:
        find_zone(name)
    assert meant in refusal.value.suggestions
    assert meant in str(refusal.value)


@pytest.mark.parametrize(
    "name",
    ["Mars/X", "America", "../etc/passwd", "/etc/localtime", "right/UTC", "posixrules", "a\0b", "Factory", "Z" * 99999],
)
def test_whatever_is_no_zone_is_refused_with_three_zones_that_are(name: str) -> None:
    with pytest.raises(ZoneError) as refusal:
        find_zone(name)
    assert len(set(refusal.value.suggestions)) == 3
    assert set(refusal.value.suggestions) <= available_timezones()
    assert len(str(refusal.value)) < 200
    assert str(refusal.value).isprintable()


def test_zones_are_found_on_a_machine_without_time_zone_data() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from scheduler.zones import find_zone; print(find_zone('Europe/Berlin'))"],
        env={**os.environ, "PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert told.stdout.strip() == "Europe/Berlin"
