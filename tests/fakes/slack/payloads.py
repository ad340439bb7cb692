"""The payloads that Slack sends: events in their wrapper, what people press, type and fill in."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.slack.facts import Channel, Json, NotThereError, Team, User
from tests.fakes.slack.rules import elements
from tests.fakes.slack.state import APP, Workspaces

VERIFICATION = "an-old-verification-token"
PICKERS = ("checkboxes", "multi_static_select", "radio_buttons", "static_select")
MANY = ("checkboxes", "multi_static_select")
Place = tuple[str, str]
"""The ids of a block and of an element in it."""
NAMES = {"im": "directmessage", "private": "privategroup"}


def wrapped(slack: Workspaces, event: Json, team: Team, channel: Channel | None = None) -> Json:
    """An event as the Events API sends it."""
    install = {
        "enterprise_id": team.enterprise or None,
        "team_id": None if team.org_wide else team.id,
        "user_id": team.bot_user,
        "is_bot": True,
        "is_enterprise_install": team.org_wide,
    }
    at = f"{slack.now().timestamp():.6f}"
    return {
        "token": VERIFICATION,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": team.enterprise or None,
        "api_app_id": APP,
        "event": {"event_ts": at, **event},
        "type": "event_callback",
        "event_id": slack.new_id("Ev"),
        "event_time": int(slack.now().timestamp()),
        "authorizations": [install],
        "is_ext_shared_channel": bool(channel and channel.shared),
        "event_context": slack.new_id("4-"),
    }


def interactive(slack: Workspaces, kind: str, user: User, team: Team) -> Json:
    """What every interactive payload has."""
    whole = {"id": team.enterprise, "name": team.enterprise} if team.enterprise else None
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "api_app_id": APP,
        "token": VERIFICATION,
        "trigger_id": slack.trigger(user.id, team.id),
        "team": None if team.org_wide else {"id": team.id, "domain": team.domain},
        "enterprise": whole,
        "is_enterprise_install": team.org_wide,
    }


def command(slack: Workspaces, user: User, channel: Channel, team: Team, words: tuple[str, str]) -> Json:
    """A slash command's fields."""
    fields = {
        "token": VERIFICATION,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": NAMES.get(channel.kind, channel.name),
        "user_id": user.id,
        "user_name": user.name,
        "command": words[0],
        "text": words[1],
        "api_app_id": APP,
        "is_enterprise_install": str(team.org_wide).lower(),
        "trigger_id": slack.trigger(user.id, team.id),
    }
    whole = {"enterprise_id": team.enterprise, "enterprise_name": team.enterprise} if team.enterprise else {}
    return fields | whole


def element_of(blocks: Sequence[Json], what: str | int) -> tuple[Json, Json]:
    """(block, element) by action id, or the button of this place in the message. Raises NotThereError."""
    found = list(elements(blocks))
    if isinstance(what, int):
        found = [each for each in found if each[1]["type"] == "button"]
        if not -len(found) <= what < len(found):
            raise NotThereError(f"there are {len(found)} buttons, no number {what}")
        return found[what]
    for block, element in found:
        if element["action_id"] == what:
            return block, element
    raise NotThereError(f"no {what} among {[element['action_id'] for _, element in found]}")


def place_of(used: tuple[Json, Json]) -> Place:
    """What tells an element from all others of its message."""
    return used[0]["block_id"], used[1]["action_id"]


def picker_for(blocks: Sequence[Json], button: tuple[Json, Json]) -> tuple[Json, Json]:
    """The picker that stands in a button's block, or else the last before it. Raises NotThereError."""
    found = list(elements(blocks))
    place = next(n for n, (_, element) in enumerate(found) if element is button[1])
    pickers = [each for each in found if each[1]["type"] in PICKERS]
    same = [each for each in pickers if each[0] is button[0]]
    before = [each for each in found[:place] if each[1]["type"] in PICKERS]
    if not same and not before:
        raise NotThereError("there is nothing to pick in this message")
    return same[-1] if same else before[-1]


def picked_options(element: Json, picked: Sequence[str | int]) -> list[Json]:
    """The options by value or place, in the order in which they are picked. Raises NotThereError."""
    options = [
        *element.get("options", ()),
        *(o for group in element.get("option_groups", ()) for o in group["options"]),
    ]
    values = [option["value"] for option in options]
    places = [each if isinstance(each, int) else values.index(each) if each in values else -1 for each in picked]
    if any(not 0 <= place < len(options) for place in places) or len(set(places)) < len(places):
        raise NotThereError(f"{list(picked)} cannot be picked from {values}")
    if len(places) > (element.get("max_selected_items", 100) if element["type"] in MANY else 1):
        raise NotThereError("so many cannot be picked")
    if element["type"] == "checkboxes":
        places.sort()
    return [options[place] for place in places]


def action(block: Json, element: Json, chosen: list[Json] | None = None) -> Json:
    """One of the `actions` of a payload."""
    shared = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
    shared["action_ts"] = f"{time.time():.6f}"
    if chosen is not None:
        return shared | chosen_in(element, chosen)
    return shared | {key: element[key] for key in ("text", "value", "style", "url") if key in element}


def chosen_in(element: Json, chosen: list[Json]) -> Json:
    """What is picked, as Slack writes it for this kind of element."""
    if element["type"] in MANY:
        return {"selected_options": chosen}
    return {"selected_option": chosen[0] if chosen else None}


def state_of(blocks: Sequence[Json], ticked: Mapping[Place, list[Json]]) -> Json:
    """`state.values` of a message: what is picked in each picker, or was from the start."""
    values: dict[str, Any] = {}
    for block, element in elements(blocks):
        if element["type"] in PICKERS:
            first = [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]
            chosen = ticked.get(place_of((block, element)), first)
            state = {"type": element["type"], **chosen_in(element, chosen)}
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values
