"""Reading the settings: studyhall.yaml and environment variables become one frozen value, or every fault at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.ports import Adapter
from bot.settings.agreement import disagreements
from bot.settings.building import TERMINAL, built_in_hall, hall_entry
from bot.settings.environment import OF_THE_BUILT_IN_HALL, VariableFault, read_environment, variables
from bot.settings.form import DATABASE, SHIPPED, settings_form
from bot.settings.secrets import secrets
from bot.settings.values import HallEntry, Listening, Settings
from content.faults import Fault
from content.form import check
from content.scalars import choose
from content.tree import Node, at, read_tree

BUILT_IN = "the built-in settings"
CONSOLE = TERMINAL.platform


class SettingsError(Exception):
    """The settings are wrong. `faults` is everything that is wrong in them; `str()` tells them all, one a line."""

    def __init__(self, faults: Sequence[Fault | VariableFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the file and the environment say, without a fault; `path` and `root` are None without a file."""

    path: Path | None
    root: Node | None
    value: Mapping[str, Any]
    variables: Mapping[str, Any]


def read_settings(
    path: Path | None,
    environment: Mapping[str, str],
    adapters: Mapping[str, Adapter],
    *,
    zone: str = "UTC",
    console: bool = False,
) -> Settings:
    """Read the file, if any, and the environment, which wins. Raises `SettingsError` with everything that is wrong.

    Without a file there is one hall on the web page, with a question at once and then at 09:00, 13:00 and 17:00; with
    `console` it is in the terminal. `console` runs the console alone, which otherwise does not run. `zone` is for halls
    that name none.
    """
    given = _given(path, environment, adapters)
    halls = _halls(given, given.variables.get("STUDYHALL_ZONE", zone), console=console)
    used = _used(given, halls)
    _check_platforms(given, used, adapters, console=console)
    return Settings(
        halls=halls,
        packs=_packs(given),
        database=_database(given),
        platforms=_platforms(given, used, adapters, console=console),
        listening=_listening(given),
        source=str(path) if path else BUILT_IN,
    )


def _given(path: Path | None, environment: Mapping[str, str], adapters: Mapping[str, Adapter]) -> _Given:
    from_variables, problems = read_environment(environment, adapters)
    faults: list[Fault | VariableFault] = [*problems, *_missing_packs(from_variables.get("STUDYHALL_PACKS") or ())]
    given = _Given(None, None, {}, from_variables)
    if path is not None:
        value, root, wrong = _read_file(path, adapters)
        faults += [*wrong, *_beside_a_file(path, from_variables)]
        given = _Given(path, root, value, from_variables)
    if faults:
        raise SettingsError(faults)
    return given


def _beside_a_file(path: Path, variables: Mapping[str, Any]) -> list[VariableFault]:
    """Variables of the built-in hall, which a file replaces."""
    return [
        VariableFault(f"environment variable {name} sets nothing beside {path}", "unset it, and write it in the file")
        for name in OF_THE_BUILT_IN_HALL
        if name in variables
    ]


def _read_file(path: Path, adapters: Mapping[str, Adapter]) -> tuple[Mapping[str, Any], Node | None, list[Fault]]:
    try:
        source = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        return (
            {},
            None,
            [Fault(str(path), 1, 1, f"the settings cannot be read: {reason}", "name another file with --config")],
        )
    tree = read_tree(source, str(path))
    if tree.root is None:
        return {}, None, list(tree.faults)
    secret = list(secrets(tree.root, str(path)))
    hidden = {(fault.line, fault.column) for fault in secret}
    checked = check(settings_form(adapters), tree.root, str(path), "the settings")
    value = checked.value or {}
    found = [*tree.faults, *checked.faults, *disagreements(value, tree.root, path, adapters)]
    # A message about a secret's form would repeat the secret.
    told = [*secret, *(fault for fault in found if (fault.line, fault.column) not in hidden)]
    return value, tree.root, sorted(told, key=lambda fault: (fault.line, fault.column))


def _missing_packs(packs: Sequence[str]) -> list[VariableFault]:
    return [
        VariableFault(f"environment variable STUDYHALL_PACKS names {pack!r}, which does not exist", "correct the path")
        for pack in packs
        if pack != SHIPPED and not Path(pack).exists()
    ]


def _halls(given: _Given, zone: str, *, console: bool) -> tuple[HallEntry, ...]:
    if given.path is None or given.root is None:
        return (built_in_hall(zone, given.variables, console=console),)
    halls = enumerate(given.value["halls"])
    return tuple(hall_entry(hall, at(given.root, "halls", index), given.path, zone) for index, hall in halls)


def _used(given: _Given, halls: Sequence[HallEntry]) -> list[str]:
    """The platforms with a section or a place, by name."""
    places = [place for hall in halls for place in (*hall.places, hall.organiser_place) if place]
    return sorted({*given.value.get("platforms", ()), *(place.platform for place in places)})


def _check_platforms(given: _Given, used: Sequence[str], adapters: Mapping[str, Adapter], *, console: bool) -> None:
    known = dict.fromkeys(used)
    for name in given.variables.get("STUDYHALL_PLATFORMS", ()):
        if name not in known:
            message = f"environment variable STUDYHALL_PLATFORMS names {name!r}, which these settings do not use"
            raise SettingsError([VariableFault(message, choose(name, known))])
    if console and CONSOLE not in used:
        message = "no hall has a place on the console"
        remedy = f"add `{TERMINAL}` to the `places` of a hall and of a schedule"
        raise SettingsError([Fault(str(given.path), 1, 1, message, remedy)])
    if missing := [name for name in used if name not in adapters]:
        message, remedy = f"the adapter for {', '.join(missing)} is not installed", "install Studyhall again"
        raise SettingsError([VariableFault(message, remedy)])


def _platforms(
    given: _Given, used: Sequence[str], adapters: Mapping[str, Adapter], *, console: bool
) -> Mapping[str, Mapping[str, Any]]:
    """The settings of the platforms that this process runs: defaults, then the file, then the environment."""
    wanted = given.variables.get("STUDYHALL_PLATFORMS", used)
    running = [CONSOLE] if console else [name for name in used if name in wanted and name != CONSOLE]
    return MappingProxyType({name: _section(given, adapters[name]) for name in running})


def _section(given: _Given, adapter: Adapter) -> Mapping[str, Any]:
    values = {setting.name: setting.default for setting in adapter.settings}
    values |= given.value.get("platforms", {}).get(adapter.name, {})
    values |= _from_variables(given, f"platforms.{adapter.name}.", {adapter.name: adapter})
    kinds = {setting.name: type(setting.default) for setting in adapter.settings}
    return MappingProxyType({name: kinds[name](value) for name, value in values.items()})


def _from_variables(given: _Given, under: str, adapters: Mapping[str, Adapter]) -> dict[str, Any]:
    """The values that variables set for the keys under a section, by the last part of the key."""
    return {
        variable.key.removeprefix(under): given.variables[variable.name]
        for variable in variables(adapters)
        if variable.key.startswith(under) and variable.name in given.variables
    }


def _packs(given: _Given) -> tuple[Path, ...]:
    folder = given.path.parent if given.path else Path()
    if named := given.variables.get("STUDYHALL_PACKS"):
        folder = Path()
    shipped = Path(str(files("content"))) / "packs"
    packs = named or given.value.get("packs", [SHIPPED])
    return tuple((shipped if pack == SHIPPED else folder / pack).resolve() for pack in packs)


def _database(given: _Given) -> str:
    for name in ("STUDYHALL_DATABASE", "DATABASE_URL"):
        if name in given.variables:
            return str(given.variables[name])
    return str(given.value.get("database", DATABASE))


def _listening(given: _Given) -> Listening:
    changed = {**given.value.get("listening", {}), **_from_variables(given, "listening.", {})}
    return Listening(**{**asdict(Listening()), **changed})
