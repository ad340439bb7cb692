from __future__ import annotations

import json
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.ports import Adapter, Card, Opening, PlaceRef, Platform, Setting
from bot.settings import (
    Policy,
    Selection,
    Settings,
    SettingsError,
    policy_from_json,
    read_settings,
    selection_from_json,
    settings_form,
    variables,
)
from bot.settings.environment import OF_THE_BUILT_IN_HALL
from content.item import Difficulty, Kind
from content.schema import json_schema

ROOT = Path(__file__).resolve().parents[2]


def open_nothing(opening: Opening) -> Platform:
    raise NotImplementedError


def render_title(card: Card) -> str:
    return card.title


def adapter(name: str, *settings: Setting) -> Adapter:
    return Adapter(name, open_nothing, render_title, settings=settings)


ADAPTERS = {
    "web": adapter(
        "web",
        Setting("title", "Study hall", "What stands over the page."),
        Setting("per_minute", 60, "Most messages of a visitor in a minute."),
        Setting("pause", 0.5, "Seconds between two messages."),
        Setting("sound", False, "Whether it rings."),  # noqa: FBT003  the default of a yes-or-no setting
        Setting("organisers", "loopback", "Who organises.", choices=("loopback", "always", "never")),
    ),
    "console": adapter("console"),
}

HALL = """
halls:
  - id: data-team
    places: [web:local:general, web:local:interviews]
"""


def read(text: str, tmp_path: Path, **environment: str) -> Settings:
    path = tmp_path / "studyhall.yaml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path, environment, ADAPTERS, zone="Europe/Paris")


def faults(text: str, tmp_path: Path, **environment: str) -> list[str]:
    """Every fault as told, without the folder of the file."""
    with pytest.raises(SettingsError) as caught:
        read(text, tmp_path, **environment)
    told = str(caught.value).splitlines()
    assert told == [str(fault) for fault in caught.value.faults]
    return [line.replace(f"{tmp_path}/", "") for line in told]


# ------------------------------------------------------------------------------------------------- without a file


def test_without_a_file_there_is_one_hall_on_the_page_that_asks_at_once_and_three_times_a_day() -> None:
    settings = read_settings(None, {}, ADAPTERS, zone="Asia/Tokyo")
    (hall,) = settings.halls
    (schedule,) = hall.schedules
    assert (hall.id, hall.title, hall.zone, hall.language, hall.season) == (
        "local",
        "Study hall",
        "Asia/Tokyo",
        "en",
        "month",
    )
    assert hall.places == schedule.places == (PlaceRef("web", "local", "general"),)
    assert hall.organiser_place == PlaceRef("web", "local", "organisers")
    assert (schedule.name, schedule.rule.times, schedule.rule.weekdays, schedule.rule.zone) == (
        "daily",
        (time(9), time(13), time(17)),
        frozenset(range(7)),
        "Asia/Tokyo",
    )
    assert schedule.policy == Policy(first="at once")
    assert schedule.selection == Selection()
    assert settings.database == "sqlite:///studyhall.db"
    assert settings.packs == (ROOT / "content" / "packs",)
    assert list(settings.platforms) == ["web"]
    assert (settings.listening.private_host, settings.listening.private_port) == ("127.0.0.1", 8000)
    assert settings.source == "the built-in settings"


def test_for_the_console_the_hall_is_in_the_terminal_and_only_the_console_runs() -> None:
    settings = read_settings(None, {}, ADAPTERS, console=True)
    (hall,) = settings.halls
    assert hall.id == "local"
    assert hall.places == hall.schedules[0].places == (PlaceRef("console", "local", "terminal"),)
    assert list(settings.platforms) == ["console"]


def test_an_adapter_that_is_missing_is_told_before_anything_starts() -> None:
    with pytest.raises(SettingsError, match="the adapter for web is not installed; install Studyhall again"):
        read_settings(None, {}, {})


# ---------------------------------------------------------------------------------------------------- from a file


def test_every_key_of_the_file_reaches_its_value(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("format: 1")
    settings = read(
        """
halls:
  - id: data-team
    title: Data team
    zone: Europe/Berlin
    season: quarter
    organisers: {groups: [leads], accounts: [web:local:k3v7d]}
    organiser_place: web:local:organisers
    places: [web:local:general, web:local:interviews]
    schedules:
      - name: hard
        places: web:local:interviews
        times: ["17:30", 9:00, "09:00"]
        weekdays: [mon-wed, fri]
        blackout: [2026-12-24..2026-12-26, 2027-05-01]
        zone: Europe/London
        selection: {packs: [a], topics: statistics, difficulties: [hard], kinds: [choice, multi]}
        open_for: 8 h
        grace: 30 min
        answers: last
        answer_by: reactions
        first: at once
packs: [mine.yaml, shipped]
database: sqlite:///team.db
platforms: {web: {title: Ours, per_minute: 10, pause: 1.5, sound: yes, organisers: never}}
listening: {private_host: 0.0.0.0, private_port: 9000, public_host: "::", public_port: 0}
""",
        tmp_path,
    )
    (hall,) = settings.halls
    (schedule,) = hall.schedules
    assert (hall.title, hall.zone, hall.season, hall.where) == (
        "Data team",
        "Europe/Berlin",
        "quarter",
        "studyhall.yaml:3",
    )
    assert hall.organisers.groups == {"leads"}
    assert hall.organisers.accounts == {"web:local:k3v7d"}
    assert schedule.places == (PlaceRef("web", "local", "interviews"),)
    assert schedule.where == "studyhall.yaml:11"
    assert schedule.rule.times == (time(9), time(17, 30))
    assert schedule.rule.weekdays == {0, 1, 2, 4}
    assert schedule.rule.zone == "Europe/London"
    assert schedule.rule.blackout == {date(2026, 12, day) for day in (24, 25, 26)} | {date(2027, 5, 1)}
    assert schedule.selection == Selection(("a",), ("statistics",), (Difficulty.HARD,), (Kind.CHOICE, Kind.MULTI))
    assert schedule.policy == Policy(timedelta(hours=8), timedelta(minutes=30), "last", "reactions", "at once")
    assert settings.packs == (tmp_path / "mine.yaml", ROOT / "content" / "packs")
    assert settings.database == "sqlite:///team.db"
    assert settings.platforms["web"] == {
        "title": "Ours",
        "per_minute": 10,
        "pause": 1.5,
        "sound": True,
        "organisers": "never",
    }
    assert type(settings.platforms["web"]["pause"]) is float
    listening = settings.listening
    assert (listening.private_host, listening.private_port) == ("0.0.0.0", 9000)
    assert (listening.public_host, listening.public_port) == ("::", 0)
    assert settings.source == str(tmp_path / "studyhall.yaml")


def test_what_the_file_leaves_out_has_its_default(tmp_path: Path) -> None:
    settings = read(HALL + "    schedules: [{name: daily, times: 09:00}]", tmp_path)
    (hall,) = settings.halls
    (schedule,) = hall.schedules
    assert (hall.title, hall.zone, hall.organiser_place) == ("data-team", "Europe/Paris", None)
    assert schedule.places == hall.places
    assert schedule.rule.zone == "Europe/Paris"
    assert schedule.rule.weekdays == frozenset(range(7))
    assert schedule.policy == Policy()
    assert settings.packs == (ROOT / "content" / "packs",)
    assert settings.platforms["web"]["title"] == "Study hall"


def test_times_may_be_written_as_a_span_with_a_step(tmp_path: Path) -> None:
    every = "{every: 90 min, from: 09:00, until: 13:00}"
    settings = read(HALL + f"    schedules: [{{name: daily, times: {every}}}]", tmp_path)
    assert settings.halls[0].schedules[0].rule.times == (time(9), time(10, 30), time(12))


def as_an_editor_reads(value: object) -> object:
    """A tree of texts with its whole numbers as numbers, as YAML 1.2 has it."""
    if isinstance(value, dict):
        return {key: as_an_editor_reads(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_an_editor_reads(part) for part in value]
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def test_the_example_file_is_well_and_fits_the_schema() -> None:
    path = ROOT / "studyhall.example.yaml"
    settings = read_settings(path, {}, ADAPTERS)
    assert [schedule.name for schedule in settings.halls[0].schedules] == ["daily", "hard-fridays"]
    schema = json_schema(settings_form(ADAPTERS), "settings")
    Draft202012Validator(schema).validate(as_an_editor_reads(yaml.load(path.read_text(), yaml.BaseLoader)))


def test_the_schema_refuses_what_the_reader_refuses() -> None:
    schema = json_schema(settings_form(ADAPTERS), "settings")
    wrong = {"halls": [{"id": "data team", "places": ["web"], "seasn": "month"}]}
    told = {error.message for error in Draft202012Validator(schema).iter_errors(wrong)}
    assert len(told) == 3
    assert any("'seasn' was unexpected" in message for message in told)


def test_a_hall_may_speak_any_language_that_has_a_catalogue(tmp_path: Path) -> None:
    assert read(HALL + "    language: zh", tmp_path).halls[0].language == "zh"


# --------------------------------------------------------------------------------------------------------- faults


def test_everything_that_is_wrong_is_told_at_once_with_its_place_and_remedy(tmp_path: Path) -> None:
    told = faults(
        """
halls:
  - id: data team
    zone: Europe/Berln
    seasn: month
    places: [web:local:general, wib:local:x, web:local]
    schedules:
      - name: daily
        times: ["25:00"]
        weekdays: mon-frx
        places: [web:local:genral]
        open_for: 5 years
      - name: daily
        times: {every: 5 min, from: 09:00, until: 08:00}
        blackout: [2026-13-01]
        selection: {kinds: [chioce]}
packs: [nowhere]
listening: {private_port: 99999}
""",
        tmp_path,
        STUDYHALL_PUBLIC_PORT="80x",
    )
    places = [line.split(": ")[0] for line in told]
    assert places == [
        "environment variable STUDYHALL_PUBLIC_PORT is `80x`, which is not a whole number; write it like 3",
        "studyhall.yaml:3:9",
        "studyhall.yaml:4:11",
        "studyhall.yaml:5:5",
        "studyhall.yaml:6:33",
        "studyhall.yaml:6:46",
        "studyhall.yaml:9:17",
        "studyhall.yaml:10:19",
        "studyhall.yaml:11:18",
        "studyhall.yaml:12:19",
        "studyhall.yaml:13:15",
        "studyhall.yaml:14:24",
        "studyhall.yaml:14:51",
        "studyhall.yaml:15:20",
        "studyhall.yaml:16:29",
        "studyhall.yaml:17:9",
        "studyhall.yaml:18:27",
    ]
    text = "\n".join(told)
    for remedy in (
        "did you mean Europe/Berlin, Europe/Dublin or Europe/Belfast?",
        "did you mean `season`?",
        "did you mean `web`?",
        "write platform:workspace:channel, such as web:local:general",
        "write hours and minutes from 00:00 to 23:59",
        "or did you mean `web:local:general`?",
        "write a number and a unit: 90 s, 60 min, 24 h",
        "the schedule `daily` is on line 8 already; give it another name",
        "choose a time from 15 min to 1 d",
        "swap the two times",
        "did you mean `choice`?",
        "choose a number from 0 to 65535",
    ):
        assert remedy in text


def test_a_place_belongs_to_one_hall_once(tmp_path: Path) -> None:
    told = faults(
        """
halls:
  - id: one
    places: [web:local:a, web:local:a]
    organiser_place: web:local:a
  - id: two
    places: [web:local:b]
    organiser_place: web:local:a
  - id: one
    places: web:local:b
""",
        tmp_path,
    )
    remedy = "delete one of them: a place belongs to one hall"
    assert told == [
        f"studyhall.yaml:4:27: the place `web:local:a` is on line 4 already; {remedy}",
        f"studyhall.yaml:8:22: the place `web:local:a` is on line 4 already; {remedy}",
        "studyhall.yaml:9:9: the hall `one` is on line 3 already; give it another name",
        f"studyhall.yaml:10:13: the place `web:local:b` is on line 7 already; {remedy}",
    ]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("database: postgresql://hall:hunter2@db/hall", "database"),
        ("platforms: {web: {token: hunter2-hunter2}}", "token"),
        ("platforms: {web: {title: xoxb-hunter2-hunter2}}", "title"),
        (f"platforms: {{web: {{title: {'h' * 24}.Hunter.{'2' * 30}}}}}", "title"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_repeated(written: str, key: str, tmp_path: Path) -> None:
    text = "\n".join(faults(HALL + written, tmp_path))
    assert f"`{key}` holds a secret, and secrets are not read from files" in text
    assert "environment variable" in text
    assert "unter2" not in text
    assert "h" * 24 not in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1:1: the file is empty"),
        ("- halls", "1:1: the settings is a list, not a mapping"),
        ("halls: 5", "1:8: `halls` is text, not a list"),
        ("halls: [x]", "1:9: entry 1 of `halls` is text, not a mapping"),
        ("halls: [{id: a, places: [web:l:a], schedules: [x]}]", "entry 1 of `schedules` is text, not a mapping"),
        ("halls: &a [*a]", "aliases (`*a`) are not allowed"),
        ("halls: {", "this is not YAML"),
        ("packs: [shipped]", "1:1: `halls` is missing from the settings; add `halls:`"),
        (HALL + "database: mysql://db/x", "`database` is `mysql://db/x`: only SQLite files and PostgreSQL can be used"),
        (HALL + "database: 'sqlite:///:memory:'", "only SQLite files and PostgreSQL can be used"),
        (HALL + "platforms: {webb: {}}", "unknown key `webb` in the platforms; did you mean `web`?"),
        (HALL + "platforms: {web: {sound: loud}}", "`sound` is `loud`, which is neither yes nor no"),
        (HALL + "platforms: {web: {organisers: all}}", "`organisers` is `all`, which is not known here"),
    ],
)
def test_a_wrong_file_is_told_in_words(text: str, told: str, tmp_path: Path) -> None:
    assert told in "\n".join(faults(text, tmp_path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.yaml:1:1: the settings cannot be read: No such file or directory"):
        read_settings(tmp_path / "none.yaml", {}, ADAPTERS)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_faults(source: bytes) -> None:
    class Bytes(type(Path())):  # type: ignore[misc]
        def read_bytes(self) -> bytes:
            return source

    with pytest.raises(SettingsError) as caught:
        read_settings(Bytes("x.yaml"), {}, ADAPTERS)
    assert caught.value.faults


# ---------------------------------------------------------------------------------------------------- environment


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    settings = read(
        HALL + "listening: {private_port: 9000}\ndatabase: sqlite:///file.db\nplatforms: {web: {title: Ours}}",
        tmp_path,
        STUDYHALL_PRIVATE_PORT="9001",
        STUDYHALL_PRIVATE_HOST="0.0.0.0",
        STUDYHALL_DATABASE="postgresql://u:p@h/x",
        STUDYHALL_PACKS=f"{tmp_path / 'other'}:shipped",
        STUDYHALL_ZONE="Asia/Tokyo",
        STUDYHALL_WEB_TITLE="Theirs",
        STUDYHALL_WEB_PAUSE="2",
        STUDYHALL_PUBLIC_PORT="",
    )
    assert (settings.listening.private_host, settings.listening.private_port) == ("0.0.0.0", 9001)
    assert settings.listening.public_port == 8080
    assert settings.database == "postgresql://u:p@h/x"
    assert settings.packs == (tmp_path / "other", ROOT / "content" / "packs")
    assert settings.halls[0].zone == "Asia/Tokyo"
    assert settings.platforms["web"]["title"] == "Theirs"
    assert settings.platforms["web"]["pause"] == 2.0


def test_database_url_is_read_where_our_own_variable_is_not_set() -> None:
    url = {"DATABASE_URL": "postgresql://a/x"}
    assert read_settings(None, url, ADAPTERS).database == "postgresql://a/x"
    both = {**url, "STUDYHALL_DATABASE": "sqlite:///y.db"}
    assert read_settings(None, both, ADAPTERS).database == "sqlite:///y.db"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("STUDYHALL_PRIVATE_PORT", "70000", "is `70000`, which is out of range; choose a number from 0 to 65535"),
        ("STUDYHALL_PRIVATE_HOST", "a b", "is `a b`, which does not fit here; write it like this: 127.0.0.1"),
        ("STUDYHALL_ZONE", "Mars/X", "is `Mars/X`: no time zone: did you mean"),
        ("STUDYHALL_PACKS", "/nowhere/at/all", "names '/nowhere/at/all', which does not exist; correct the path"),
        ("STUDYHALL_PLATFORMS", "wib", "names 'wib', which these settings do not use; did you mean `web`?"),
        ("STUDYHALL_WEB_SOUND", "loud", "is `loud`, which is neither yes nor no; write true or false"),
        ("STUDYHALL_DATABSE", "x", "sets nothing; did you mean STUDYHALL_DATABASE?"),
    ],
)
def test_a_wrong_variable_is_named_with_its_value_and_the_remedy(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(None, {name: value}, ADAPTERS)
    assert str(caught.value).startswith(f"environment variable {name} ")
    assert told in str(caught.value)


def test_a_wrong_database_variable_does_not_repeat_its_password() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(None, {"DATABASE_URL": "mysql://u:hunter2@h/x"}, ADAPTERS)
    assert "hunter2" not in str(caught.value)
    assert "DATABASE_URL holds nothing that can be used; write it like this: sqlite:///studyhall.db" in str(
        caught.value
    )


def test_variables_of_others_are_left_alone() -> None:
    assert read_settings(None, {"STUDYHALL_SLACK_BOT_TOKEN": "xoxb-1", "PATH": "/bin"}, ADAPTERS)


def test_each_variable_of_the_list_can_be_set_to_its_example(tmp_path: Path) -> None:
    for variable in variables(ADAPTERS):
        if variable.name not in {"STUDYHALL_CONFIG", "STUDYHALL_PACKS"}:
            set_to = {variable.name: variable.example}
            built_in = variable.name in OF_THE_BUILT_IN_HALL
            assert read_settings(None, set_to, ADAPTERS) if built_in else read(HALL, tmp_path, **set_to)


# ------------------------------------------------------------------------------------------------------ platforms


def test_a_process_may_run_some_of_the_platforms(tmp_path: Path) -> None:
    adapters = {**ADAPTERS, "chat": adapter("chat")}
    path = tmp_path / "studyhall.yaml"
    path.write_text("halls: [{id: a, places: [web:l:a, chat:l:a, console:l:a]}]")
    assert list(read_settings(path, {}, adapters).platforms) == ["chat", "web"]
    assert list(read_settings(path, {"STUDYHALL_PLATFORMS": "chat"}, adapters).platforms) == ["chat"]
    assert list(read_settings(path, {}, adapters, console=True).platforms) == ["console"]


def test_a_platform_runs_for_its_section_or_its_organiser_place_alone(tmp_path: Path) -> None:
    adapters = {**ADAPTERS, "chat": adapter("chat"), "mail": adapter("mail")}
    path = tmp_path / "studyhall.yaml"
    path.write_text("halls: [{id: a, places: [web:l:a], organiser_place: mail:l:a}]\nplatforms: {chat: {}}")
    assert list(read_settings(path, {}, adapters).platforms) == ["chat", "mail", "web"]


def test_the_console_needs_a_place_of_its_own_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "studyhall.yaml"
    path.write_text(HALL)
    with pytest.raises(SettingsError, match="no hall has a place on the console; add `console:local:terminal`"):
        read_settings(path, {}, ADAPTERS, console=True)


# --------------------------------------------------------------------------------------------------------- values


def test_a_password_hides_in_repr() -> None:
    settings = read_settings(None, {"DATABASE_URL": "postgresql://u:hunter2@h/x"}, ADAPTERS)
    assert "hunter2" not in repr(settings)


def test_settings_cannot_be_changed() -> None:
    settings = read_settings(None, {}, ADAPTERS)
    with pytest.raises(AttributeError):
        settings.database = "x"  # type: ignore[misc]
    platforms: Any = settings.platforms
    with pytest.raises(TypeError):
        platforms["web"]["title"] = "x"
    with pytest.raises(TypeError):
        platforms["slack"] = {}


def test_an_answer_that_may_be_changed_is_judged_at_the_reveal() -> None:
    assert Policy(answers="first").feedback == "at once"
    assert Policy(answers="last").feedback == "at the reveal"


spans = st.timedeltas(timedelta(0), timedelta(days=7)).map(
    lambda span: span - timedelta(microseconds=span.microseconds)
)
policies = st.builds(Policy, open_for=st.none() | spans, grace=spans)
words = st.lists(st.text(max_size=8), max_size=3).map(tuple)
selections = st.builds(
    Selection,
    packs=words,
    topics=words,
    difficulties=st.lists(st.sampled_from(Difficulty), max_size=3).map(tuple),
    kinds=st.lists(st.sampled_from(Kind), max_size=3).map(tuple),
)


@given(policies)
def test_a_policy_survives_json(policy: Policy) -> None:
    assert policy_from_json(json.loads(json.dumps(policy.to_json()))) == policy


@given(selections)
def test_a_selection_survives_json(selection: Selection) -> None:
    assert selection_from_json(json.loads(json.dumps(selection.to_json()))) == selection


def test_what_json_leaves_out_has_its_default() -> None:
    assert policy_from_json({}) == Policy()
    assert selection_from_json({}) == Selection()


def test_variables_describe_the_hall_that_there_is_without_a_file() -> None:
    environment = {
        "STUDYHALL_TITLE": "Data team",
        "STUDYHALL_LANGUAGE": "zh",
        "STUDYHALL_PLACES": "web:local:general, web:local:random",
        "STUDYHALL_TIMES": "16:30,09:00",
        "STUDYHALL_WEEKDAYS": "mon-wed,fri",
        "STUDYHALL_ZONE": "Europe/Berlin",
    }
    (hall,) = read_settings(None, environment, ADAPTERS).halls
    assert (hall.title, hall.language, hall.zone) == ("Data team", "zh", "Europe/Berlin")
    assert [str(place) for place in hall.places] == ["web:local:general", "web:local:random"]
    (schedule,) = hall.schedules
    assert schedule.places == hall.places
    assert schedule.rule.times == (time(9), time(16, 30))
    assert schedule.rule.weekdays == {0, 1, 2, 4}
    (terminal,) = read_settings(None, environment, ADAPTERS, console=True).halls
    assert [str(place) for place in terminal.places] == ["console:local:terminal"]


def test_variables_of_the_built_in_hall_are_refused_beside_a_file(tmp_path: Path) -> None:
    told = faults(HALL, tmp_path, STUDYHALL_TIMES="09:00")
    assert len(told) == 1
    assert told[0].startswith("environment variable STUDYHALL_TIMES sets nothing beside")
    assert told[0].endswith("unset it, and write it in the file")
