"""Settings: studyhall.yaml and environment variables, read once into one frozen value. Nothing happens at import."""

from __future__ import annotations

from bot.settings.environment import OWN, Variable, VariableFault, variables
from bot.settings.form import read_database, read_host, read_port, settings_form
from bot.settings.reading import SettingsError, read_settings
from bot.settings.values import (
    HallEntry,
    Listening,
    MatchTerms,
    Organisers,
    Policy,
    ScheduleEntry,
    Selection,
    Settings,
    policy_from_json,
    selection_from_json,
)

__all__ = [
    "OWN",
    "HallEntry",
    "Listening",
    "MatchTerms",
    "Organisers",
    "Policy",
    "ScheduleEntry",
    "Selection",
    "Settings",
    "SettingsError",
    "Variable",
    "VariableFault",
    "policy_from_json",
    "read_database",
    "read_host",
    "read_port",
    "read_settings",
    "selection_from_json",
    "settings_form",
    "variables",
]
