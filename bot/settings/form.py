"""What studyhall.yaml may hold: the form that checks it, from which its JSON Schema and its reference are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.languages import languages
from bot.ports import Adapter, PlaceRef, Setting
from bot.rules.boards import SEASONS
from bot.settings.values import Listening
from content.form import Duration, Either, Field, Form, Number, Parsed, Record, Several, Text, Word, YesNo, check
from content.item import Difficulty, Kind
from content.tree import ScalarNode
from scheduler.reading import read_dates, read_time, read_weekdays
from scheduler.zones import find_zone

SHIPPED = "shipped"
"""What stands for the questions that come with Studyhall in a list of packs."""

DATABASE = "sqlite:///studyhall.db"
"""Where everything is kept unless the settings say otherwise: a file in the working directory."""

NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
ADDRESS = r"[^:\s]+:[^:\s]+:[^:\s]+"
DATABASE_FORM = re.compile(r"sqlite:///(?!:memory:).+|postgres(ql)?(\+psycopg)?://.+|[^:]+")

PORT = Number(least=0, most=65535, whole=True)
HOST = Text(most=253, pattern=r"[0-9A-Za-z.:-]+", like="127.0.0.1")


def without_echo(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """`parse` with messages that do not begin with the text itself: forms repeat it already."""

    def parsed(text: str) -> object:
        try:
            return parse(text)
        except ValueError as error:
            raise ValueError(str(error).removeprefix(f"{text!r} ").removeprefix("is ")) from error

    return parsed


ZONE = Parsed(without_echo(lambda text: find_zone(text).key), like="Europe/Berlin")
TIME = Parsed(without_echo(read_time), like="09:00")
PACKS = Several(Text(most=1000), least=1, most=200)
PLACE = Parsed(without_echo(PlaceRef.parse), like="web:local:general", pattern=ADDRESS)
PLACES = Several(PLACE, least=1, most=500, lone=True)


def read_database(text: str) -> str:
    """A database URL or a path as written; raises ValueError, which does not repeat the text, for what is none."""
    if not DATABASE_FORM.fullmatch(text):
        raise ValueError("only SQLite files and PostgreSQL can be used")
    return text


DATABASE_URL = Parsed(
    read_database,
    like="sqlite:///studyhall.db, or postgresql://user:password@host/name in STUDYHALL_DATABASE",
    pattern=DATABASE_FORM.pattern,
)


def from_text(form: Form, name: str) -> Callable[[str], Any]:
    """How a form reads a text that stands in no file: its value, or ValueError with what is wrong and the remedy."""

    def read(text: str) -> object:
        checked = check(form, ScalarNode(text, 1, 1), name, name)
        if checked.faults:
            raise ValueError(f"{checked.faults[0].message}; {checked.faults[0].remedy}")
        return checked.value

    return read


read_port: Callable[[str], int] = from_text(PORT, "the port")
read_host: Callable[[str], str] = from_text(HOST, "the host")


USUAL = Listening()
LISTENING = Record(
    "the listening section",
    {
        "private_host": Field(
            HOST,
            "The address that the page listens on. Anything but loopback asks visitors for a code.",
            default=USUAL.private_host,
        ),
        "private_port": Field(
            PORT, "The page's port. When it is taken, the next free one is used.", default=USUAL.private_port
        ),
        "public_host": Field(HOST, "The address that platforms' servers reach.", default=USUAL.public_host),
        "public_port": Field(PORT, "The port that platforms' servers reach.", default=USUAL.public_port),
    },
)

ORGANISERS = Record(
    "the organisers",
    {
        "groups": Field(Several(Text(most=100)), "Names of groups or roles of a platform.", default=[]),
        "accounts": Field(
            Several(Text(pattern=ADDRESS, like="web:local:k3v7d")),
            "Accounts, written platform:workspace:account.",
            default=[],
        ),
    },
)

SELECTION = Record(
    "a selection",
    {
        "packs": Field(Several(Text(pattern=NAME, like="ml-interview"), lone=True), "Ids of packs.", default=[]),
        "topics": Field(Several(Text(pattern=NAME, like="statistics"), lone=True), "Ids of topics.", default=[]),
        "difficulties": Field(
            Several(Word({word.value: "" for word in Difficulty}), lone=True), "easy, medium, hard.", default=[]
        ),
        "kinds": Field(Several(Word({kind.value: "" for kind in Kind}), lone=True), "Kinds of items.", default=[]),
    },
)

EVERY = Record(
    "the times",
    {
        "every": Field(
            Duration(timedelta(minutes=15), timedelta(days=1)), "How far apart the slots are.", required=True
        ),
        "from": Field(TIME, "The first time of day.", required=True),
        "until": Field(TIME, "No slot after this time of day.", required=True),
    },
)

TIMES = Several(TIME, least=1, most=96)
WEEKDAYS = Several(Parsed(without_echo(read_weekdays), like="mon-fri"), least=1, most=7, lone=True)
LANGUAGE = Word(dict.fromkeys(languages(), ""))
TITLE = Text(most=80)

SCHEDULE = Record(
    "a schedule",
    {
        "name": Field(Text(most=40, pattern=NAME, like="daily"), "Its name in the hall.", required=True),
        "places": Field(PLACES, "Where it asks: places of the hall. Without it, in all of them."),
        "times": Field(
            Either(
                text=TIME,
                listed=TIMES,
                mapping=EVERY,
            ),
            "Local times of day: one, a list, or `{every: 2 h, from: 09:00, until: 17:00}`.",
            required=True,
        ),
        "weekdays": Field(
            WEEKDAYS,
            "Days of the week: `mon-fri`, `[mon, thu]`, `weekdays`, `weekend`, `daily`. Without it, daily.",
        ),
        "blackout": Field(
            Several(Parsed(without_echo(read_dates), like="2026-12-24..2027-01-02"), most=100, lone=True),
            "Dates without questions, single ones or spans.",
        ),
        "zone": Field(ZONE, "The time zone of its times. Without it, the hall's."),
        "selection": Field(SELECTION, "Which items it asks. Without it, all."),
        "open_for": Field(
            Duration(timedelta(minutes=1), timedelta(days=7)),
            "How long a question takes answers. Without it, until the next slot, at most 24 hours.",
        ),
        "grace": Field(
            Duration(timedelta(0), timedelta(hours=24)),
            "How late a slot may still be posted after a stop.",
            default=timedelta(minutes=60),
        ),
        "answers": Field(
            Word({"first": "the first one, judged at once", "last": "the last before closing, judged at the reveal"}),
            "Which answer of a person counts.",
            default="first",
        ),
        "answer_by": Field(
            Word({"buttons": "buttons under the question", "reactions": "letter reactions"}),
            "How people answer.",
            default="buttons",
        ),
        "verdict": Field(
            Word({"at once": "beneath the answer, for whoever gave it", "at the reveal": "when the question closes"}),
            "When a person learns whether the first answer is right. The last one is judged at the reveal.",
            default="at once",
        ),
        "first": Field(
            Word({"on time": "at its first slot", "at once": "when it is new"}),
            "When a new schedule asks for the first time.",
            default="on time",
        ),
        "bring_back": Field(
            YesNo(),
            "Whether each third question goes to what the group is forgetting, and questions say how their concept "
            "went last time.",
            default=True,
        ),
    },
)

MATCHES = Record(
    "the matches",
    {
        "start": Field(
            Word({"everybody": "", "organisers": ""}), "Who may begin a live quiz there.", default="everybody"
        ),
        "an_hour": Field(
            Number(least=1, most=60, whole=True),
            "So many a person may begin in an hour; organisers as many as they like.",
            default=6,
        ),
        "alone": Field(
            Word({"no points": "they are practice", "counts": "they are on boards as any"}),
            "What the answers of a player who is alone in a match are worth.",
            default="no points",
        ),
    },
)

HALL = Record(
    "a hall",
    {
        "id": Field(Text(most=40, pattern=NAME, like="data-team"), "Its id, which must not change.", required=True),
        "title": Field(TITLE, "Its name for people. Without it, the id."),
        "zone": Field(ZONE, "Its time zone, for schedules and boards. Without it, the machine's."),
        "language": Field(LANGUAGE, "The language the bot speaks there.", default="en"),
        "season": Field(Word(dict.fromkeys(SEASONS, "")), "How long a season lasts.", default="month"),
        "organisers": Field(ORGANISERS, "Who may organise, besides the admins of a platform."),
        "organiser_place": Field(PLACE, "Where the bot writes its notes to the organisers."),
        "places": Field(PLACES, "Its places, written platform:workspace:channel.", required=True),
        "matches": Field(MATCHES, "Live quizzes."),
        "schedules": Field(Several(SCHEDULE, most=100), "When it asks what.", default=[]),
    },
)


def settings_form(adapters: Mapping[str, Adapter]) -> Record:
    """The form of the whole file, with a section for each of the adapters."""
    sections = {name: Field(_section(adapter), f"Settings of {name}.") for name, adapter in sorted(adapters.items())}
    return Record(
        "the settings",
        {
            "halls": Field(Several(HALL, least=1, most=1000), "The study groups.", required=True),
            "packs": Field(
                PACKS,
                f"Files and folders with questions, relative to this file; `{SHIPPED}` stands for the ones that come "
                "with Studyhall.",
                default=[SHIPPED],
            ),
            "database": Field(
                DATABASE_URL,
                "Where everything is kept. A URL with a password goes in the environment.",
                default=DATABASE,
            ),
            "platforms": Field(
                Record("the platforms", sections), "Settings of the platforms. Those that a place names run anyway."
            ),
            "listening": Field(LISTENING, "Where the two HTTP listeners listen."),
        },
        "The settings of Studyhall.",
    )


def _section(adapter: Adapter) -> Record:
    fields = {
        setting.name: Field(setting_form(setting), setting.description, default=setting.default)
        for setting in adapter.settings
    }
    return Record(f"the section of {adapter.name}", fields)


def setting_form(setting: Setting) -> Form:
    """The form of an adapter's setting: one of its choices, or what its default is."""
    if setting.choices:
        return Word(dict.fromkeys(setting.choices, ""))
    if isinstance(setting.default, bool):
        return YesNo()
    if isinstance(setting.default, int | float):
        return Number(whole=isinstance(setting.default, int))
    return Text(most=1000)
