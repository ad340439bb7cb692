"""Methods about the app itself: tokens, installation, views and files."""

from __future__ import annotations

import mimetypes
import re
from datetime import timedelta

from tests.fakes.slack.calls import Call
from tests.fakes.slack.chat import check_files, post
from tests.fakes.slack.facts import File, Json, RefusedError, Team, Token, View
from tests.fakes.slack.rules import check_view

LASTS = timedelta(hours=12)


def auth_test(call: Call) -> Json:
    team = call.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.domain,
        "user": call.slack.users[team.bot_user].name,
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "is_enterprise_install": team.org_wide,
    } | ({"enterprise_id": team.enterprise} if team.enterprise else {})


def revoke(call: Call) -> Json:
    if not call.flag("test"):
        call.slack.tokens[call.token].revoked = True
    return {"revoked": not call.flag("test")}


def access(call: Call) -> Json:
    """A code or a refresh token becomes tokens; either works once."""
    given = call.login if call.login[0] else (call.text("client_id"), call.text("client_secret"))
    if given[0] != call.slack.client_id:
        raise RefusedError("invalid_client_id")
    if given[1] != call.slack.client_secret:
        raise RefusedError("bad_client_secret")
    if call.text("grant_type") == "refresh_token":
        team = call.slack.refresh_tokens.pop(call.text("refresh_token"), None)
        if team is None:
            raise RefusedError("invalid_refresh_token")
        return _installed(call, call.slack.teams[team])
    code = call.text("code", "invalid_code")
    if code not in call.slack.codes:
        raise RefusedError("invalid_code")
    found, call.slack.codes[code] = call.slack.codes[code], None
    if found is None:
        raise RefusedError("code_already_used")
    call.slack.teams[found].installed = True
    return _installed(call, call.slack.teams[found])


def _installed(call: Call, team: Team) -> Json:
    slack = call.slack
    token, turning = f"xoxb-{slack.new_id('')}-{team.id}", {}
    if slack.rotation:
        token, refresh = f"xoxe.{token}", f"xoxe-1-{slack.new_id('')}"
        slack.refresh_tokens[refresh] = team.id
        turning = {"refresh_token": refresh, "expires_in": int(LASTS.total_seconds())}
    slack.tokens[token] = Token(team.id, slack.now() + LASTS if slack.rotation else None)
    return {
        "access_token": token,
        "token_type": "bot",
        "scope": ",".join(sorted(slack.scopes)),
        "bot_user_id": team.bot_user,
        "app_id": "A0STUDYHALL",
        "team": None if team.org_wide else {"id": team.id, "name": team.domain},
        "enterprise": {"id": team.enterprise, "name": team.enterprise} if team.enterprise else None,
        "is_enterprise_install": team.org_wide,
        "authed_user": {"id": "U0INSTALLER"},
        **turning,
    }


def open_view(call: Call) -> Json:
    content = _view(call, "modal")
    trigger = call.slack.exchange(call.text("trigger_id", "invalid_trigger_id"))
    return {"view": _keep(call, trigger.user, content).shown()}


def publish_view(call: Call) -> Json:
    user = call.slack.users.get(call.text("user_id", "user_not_found"))
    if user is None:
        raise RefusedError("user_not_found")
    content = _view(call, "home")
    before = [each for each in call.slack.views.values() if each.user == user.id and each.content["type"] == "home"]
    if before and call.text("hash") not in ("", before[-1].hash):
        raise RefusedError("hash_conflict")
    for each in before:
        del call.slack.views[each.id]
    return {"view": _keep(call, user.id, content).shown()}


def update_view(call: Call) -> Json:
    wanted, name = call.text("view_id"), call.text("external_id")
    found = [
        each
        for each in call.slack.views.values()
        if each.open and (each.id == wanted or (name and each.content.get("external_id") == name))
    ]
    if not found:
        raise RefusedError("not_found")
    if call.text("hash") not in ("", found[0].hash):
        raise RefusedError("hash_conflict")
    found[0].content = _view(call, found[0].content["type"])
    found[0].hash = call.slack.new_id("h")
    return {"view": found[0].shown()}


def _view(call: Call, kind: str) -> Json:
    view = call.parsed("view", {})
    check_view(view)
    if view["type"] != kind:
        raise RefusedError("invalid_arguments", [f"[ERROR] the view must be a {kind} [json-pointer:/view/type]"])
    check_files(call.slack, view["blocks"], "/view/blocks")
    return {**view, "blocks": call.slack.with_ids(view["blocks"])}


def _keep(call: Call, user: str, content: Json) -> View:
    slack = call.slack
    view = View(slack.new_id("V"), user, call.team.id, content, slack.new_id("h"))
    slack.views[view.id] = view
    slack.note_pings(user, view.id, "", content["blocks"], {})
    return view


def upload_url(call: Call) -> Json:
    name, length = call.text("filename", "invalid_arguments"), call.number("length", 0)
    if length < 1:
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: length"])
    file = File(call.slack.new_id("F"), name, length, call.text("alt_txt"))
    call.slack.files[file.id] = file
    return {"upload_url": f"{call.slack.address}/upload/{file.id}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    told = call.parsed("files", [])
    if not told or not all(re.fullmatch("F[A-Z0-9]{8,}", str(each.get("id", ""))) for each in told):
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [call.slack.files.get(each["id"]) for each in told]
    done = [file for file in files if file and file.content is not None and len(file.content) == file.length]
    if len(done) < len(told):
        raise RefusedError("file_not_found")
    channel = call.channel("channel_id") if call.text("channel_id") else None
    for file in done:
        file.completed = file.completed or call.slack.now()
    shown = [{"id": file.id, "title": each.get("title", file.name)} for file, each in zip(done, told, strict=True)]
    if channel:
        message = post(call.slack, channel, call.team.id, call.text("initial_comment"), [], arguments=call.arguments)
        message.files = [{**each, "name": file.name} for file, each in zip(done, shown, strict=True)]
    return {"files": shown}


def file(call: Call) -> Json:
    """Slack tells the kind of a file after it has looked at it: until then it cannot be shown."""
    found = call.slack.files.get(call.text("file", "file_not_found"))
    if found is None or found.completed is None:
        raise RefusedError("file_not_found")
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    return {"file": {"id": found.id, "name": found.name, "mimetype": kind if call.slack.is_ready(found) else ""}}
