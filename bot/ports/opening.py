"""What an adapter declares, and what it is handed when it is opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.ports.card import Audience
from bot.ports.event import PlaceRef


@dataclass(frozen=True, slots=True)
class Verb:
    """What a press on a ref does, as far as an adapter must know before asking."""

    name: str
    audience: Audience = Audience.PRIVATE
    opens_form: bool = False
    needs_rights: bool = False
    """The core looks whether the person organises: `Who.admin` and `Who.groups` must be those of this moment."""


@dataclass(frozen=True, slots=True)
class CommandOption:
    """An option of a command. `choices` are (value, label); `completed` where `Listener.suggested` completes it;
    `between`: a whole number, from where to where. `rest`: it takes all that follows in a line, as the only option.
    """

    name: str
    description: str
    choices: tuple[tuple[str, str], ...] = ()
    completed: bool = False
    required: bool = False
    between: tuple[int, int] | None = None
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A leaf or a group of the slash-command tree. `description` is at most 100 characters.

    One that `opens_form` does so where an option that it requires is missing: the form asks for all of them.
    """

    name: str
    description: str
    options: tuple[CommandOption, ...] = ()
    children: tuple[Command, ...] = ()
    audience: Audience = Audience.PRIVATE
    organisers_only: bool = False
    opens_form: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform can carry. Lengths in characters; 0 means no limit. Times in seconds."""

    text: int = 0
    button_label: int = 0
    buttons: int = 0
    options: int = 0
    file: int = 0
    """Bytes of a file that goes to one person."""
    send_timeout: float = 15.0
    settle: float = 5.0
    """How long after an unknown outcome a look-up can be trusted to see the message."""
    trusts_stamp_for: float = 0.0
    """For so long after the first try the platform itself refuses a second message with the same stamp."""
    edit_every: float = 1.0
    """Live counts are edited at most this often, a message."""
    post_every: float = 0.0
    """Posts to one place are at least this far apart."""


class Shelf(Protocol):
    """Rows an adapter may keep, in a namespace of its own. Values are JSON. `seq` grows with every change."""

    async def get(self, key: str) -> Row | None:
        """The row, None where there is none."""

    async def put(self, key: str, value: Any, expected: int | None = None) -> Row:  # noqa: ANN401  any JSON
        """Write; with `expected` (0: must be absent) only if the row's seq is still that, else raises ConflictError."""

    async def delete(self, key: str) -> None:
        """Take the row away; nothing happens where there is none."""

    async def changed(self, prefix: str, after: int = 0, limit: int = 200) -> Sequence[Row]:
        """Rows whose key starts with `prefix` and whose seq is greater than `after`, in order of seq."""

    async def newest(self, prefix: str, limit: int = 50) -> Sequence[Row]:
        """The last rows by key whose key starts with `prefix`, in ascending order of key."""

    async def lease(self, key: str, owner: str, seconds: float) -> bool:
        """Take or renew a lease; False where another owner holds it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a shelf."""

    key: str
    value: Any
    seq: int


RequestHandler = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Routes:
    """HTTP routes of an adapter, (method, path, aiohttp handler). `private`: the page's listener (loopback, or a code);
    `public`: the listener that a platform's servers reach.
    """

    private: tuple[tuple[str, str, RequestHandler], ...] = ()
    public: tuple[tuple[str, str, RequestHandler], ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """What `Adapter.open` receives: everything from outside that an adapter may use."""

    settings: Mapping[str, Any]
    environment: Mapping[str, str]
    shelf: Shelf
    verbs: Mapping[str, Verb]
    commands: tuple[Command, ...]
    places: Sequence[PlaceRef]
    organiser_places: frozenset[PlaceRef]
    """Those of `places` that are for organisers alone."""
    now: Callable[[], datetime]
    token: Callable[[int], str]
    """`token(n)`: n unguessable characters of `[a-z2-7]`."""
    translate: Callable[[str, str], str]
    """`translate(language, message)`: the message in that language (gettext), for an adapter's own few words."""
    title: str = "Studyhall"


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of an adapter's section in studyhall.yaml. `default` gives its type too: str, int, float or bool."""

    name: str
    default: str | int | float | bool
    description: str
    choices: tuple[str, ...] = ()
