"""What each method needs, by its page below https://docs.slack.dev/reference/methods. One of the scopes named.

`{kind}` stands for what kind of channel is asked for: channels, groups or im.
"""

from __future__ import annotations

SCOPES: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "auth.revoke": (),
    "apps.connections.open": (),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.delete": ("chat:write",),
    "conversations.open": ("im:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read", "im:read"),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "users.info": ("users:read",),
    "usergroups.list": ("usergroups:read",),
    "views.open": (),
    "views.update": (),
    "views.publish": (),
    "files.info": ("files:read",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "oauth.v2.access": (),
}
KINDS = {"public": "channels", "private": "groups", "im": "im"}
READS_NO_JSON = frozenset(
    {
        "conversations.history",
        "conversations.replies",
        "conversations.info",
        "reactions.get",
        "users.info",
        "usergroups.list",
        "files.info",
        "files.getUploadURLExternal",
        "oauth.v2.access",
    }
)
"""Methods that take their arguments from the query and from forms alone."""


def needed(method: str, kind: str = "") -> tuple[str, ...]:
    """The scopes of which one is needed; `kind`: of the channel, where it is known."""
    scopes = SCOPES.get(method, ())
    if kind and len(scopes) > 1:
        return tuple(each for each in scopes if each.startswith(KINDS[kind]))
    return scopes
