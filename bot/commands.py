"""The slash-command tree, declared once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.ports import Command, CommandOption


def N_(message: str) -> str:  # noqa: N802  gettext's usual name for a message that is translated where it is shown
    """Mark a message for the catalogues."""
    return message


PERIODS = (
    ("today", N_("today")),
    ("week", N_("this week")),
    ("month", N_("this month")),
    ("season", N_("this season")),
    ("all", N_("all time")),
)

FORMATS = (("apkg", N_("for Anki")), ("csv", N_("for a spreadsheet")))

NAME = CommandOption("name", N_("The schedule's name"), completed=True, required=True)


def _one(word: str, description: str) -> Command:
    """A command about one schedule."""
    example = f"/study schedule {word} evening"
    return Command(word, description, options=(NAME,), organisers_only=True, example=example)


DIFFICULTIES = (("easy", N_("easy")), ("medium", N_("medium")), ("hard", N_("hard")))

MODES = (
    ("classic", N_("classic: everybody answers until the clock ends")),
    ("race", N_("race: the first right answer takes the most")),
    ("survival", N_("survival: out after a wrong answer")),
    ("teams", N_("teams, chosen in the lobby")),
    ("relaxed", N_("relaxed: no clock, on by a button")),
)


def _led(word: str, description: str) -> Command:
    """A command about the live match of a place."""
    return Command(word, description, example=f"/quiz {word}")


QUIZ = Command(
    "quiz",
    N_("Live quizzes in this place"),
    children=(
        Command(
            "start",
            N_("Begin a live quiz here: people come in, then question follows question"),
            options=(
                CommandOption("topic", N_("Only questions of this topic"), completed=True),
                CommandOption("pack", N_("Only questions of this pack"), completed=True),
                CommandOption("difficulty", N_("Only questions so difficult"), choices=DIFFICULTIES),
                CommandOption("count", N_("How many questions; ten without it"), between=(1, 50)),
                CommandOption("seconds", N_("Seconds for each question; thirty without it"), between=(5, 300)),
                CommandOption("mode", N_("How it is played"), choices=MODES),
            ),
            example="/quiz start statistics 5 20 race",
        ),
        _led("join", N_("Come into the quiz")),
        _led("leave", N_("Leave the quiz; what you have in it stays")),
        _led("skip", N_("Skip the open question: the host at once, players by vote")),
        _led("hint", N_("Give everybody a hint for the open question")),
        _led("extend", N_("Give the open question more time")),
        _led("pause", N_("Pause the quiz after the open question")),
        _led("resume", N_("Go on with the paused quiz")),
        _led("stop", N_("End the quiz with its standings")),
    ),
)

COMMANDS = (
    Command("daily", N_("Show the current question to you, and what you answered"), example="/daily"),
    Command(
        "leaderboard",
        N_("Show who leads, and where you stand"),
        options=(
            CommandOption("period", N_("The time that counts"), choices=PERIODS),
            CommandOption("topic", N_("Only questions of this topic"), completed=True),
        ),
        example="/leaderboard month statistics",
    ),
    Command(
        "practice",
        N_("Practise alone: one question after another, and nobody else sees it"),
        options=(
            CommandOption("topic", N_("Only questions of this topic"), completed=True),
            CommandOption("count", N_("How many questions; five without it"), between=(1, 50)),
        ),
        example="/practice statistics 5",
    ),
    Command("review", N_("Review alone what you are about to forget"), example="/review"),
    Command("missed", N_("Show what you got wrong lately, and be asked it again"), example="/missed"),
    QUIZ,
    Command(
        "study",
        N_("The study hall itself"),
        children=(
            Command("status", N_("Show what is planned and whether all is well"), example="/study status"),
            Command("help", N_("Show all commands and how to answer"), example="/study help"),
            Command(
                "link",
                N_("Make two accounts one person: show a code, or type it in the other account"),
                options=(CommandOption("code", N_("The code that your other account was shown")),),
                example="/study link",
            ),
            Command("unlink", N_("Undo the link of this account"), example="/study unlink"),
            Command(
                "search",
                N_("Find questions by words, and be asked one of them"),
                options=(CommandOption("words", N_("What the question is about"), required=True, rest=True),),
                example="/study search p-value",
            ),
            Command("mydata", N_("Show what is stored about you"), example="/study mydata"),
            Command(
                "cards",
                N_("Take the questions that you have met along, as cards for Anki or a spreadsheet"),
                options=(CommandOption("format", N_("The kind of file; for Anki without it"), choices=FORMATS),),
                example="/study cards csv",
            ),
            Command(
                "remind",
                N_("Have the bot write to you alone, at your own time, when reviews are due"),
                options=(
                    CommandOption("time", N_("A time of day such as 08:30, or off")),
                    CommandOption("zone", N_("Your time zone; without it, that of the hall"), completed=True),
                ),
                example="/study remind 08:30 Europe/Berlin",
            ),
            Command("hide", N_("Leave the boards; your points are counted on"), example="/study hide"),
            Command("show", N_("Be on the boards again"), example="/study show"),
            Command(
                "forget",
                N_("Be forgotten in this hall"),
                options=(CommandOption("sure", N_("Say that you mean it"), choices=(("sure", N_("I am sure")),)),),
                example="/study forget",
            ),
            Command(
                "regrade",
                N_("Grade the answers to a question anew whose key was mended"),
                options=(CommandOption("item", N_("The question's id"), completed=True, required=True),),
                organisers_only=True,
                example="/study regrade ml-interview/p-value-meaning",
            ),
            Command(
                "schedule",
                N_("Schedules of this place"),
                children=(
                    Command("list", N_("List the schedules of this hall"), example="/study schedule list"),
                    Command(
                        "add",
                        N_("Ask in this place at more times"),
                        options=(
                            CommandOption("name", N_("A name for the schedule"), required=True),
                            CommandOption("times", N_("Times of day, such as 09:00 or 09:00,17:30"), required=True),
                            CommandOption("weekdays", N_("Days, such as mon-fri; every day without them")),
                            CommandOption("topic", N_("Only questions of this topic"), completed=True),
                        ),
                        organisers_only=True,
                        opens_form=True,
                        example="/study schedule add evening 18:00 mon-fri",
                    ),
                    _one("pause", N_("Ask nothing by a schedule for now")),
                    _one("resume", N_("Ask by a paused schedule again")),
                    _one("remove", N_("Remove a schedule; what was asked stays")),
                    Command(
                        "now",
                        N_("Close the open question and ask the next one now"),
                        organisers_only=True,
                        example="/study schedule now",
                    ),
                ),
            ),
        ),
    ),
)


def leaves(
    commands: Sequence[Command] = COMMANDS, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Every command that does something, with its path."""
    for command in commands:
        here = (*path, command.name)
        if command.children:
            yield from leaves(command.children, here)
        else:
            yield here, command


def find(path: Sequence[str]) -> Command | None:
    """The leaf at a path."""
    return next((command for here, command in leaves() if here == tuple(path)), None)
