"""What a match shows: its lobby, its questions and reveals, notices, and the podium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.cards.feedback import notice
from bot.cards.question import Asked, question_card
from bot.cards.reveal import Result, explanation_card, reveal_card
from bot.cards.words import Words, letter, literal
from bot.ports import Block, Button, Buttons, Card, Fine, Moment, Picture, Table, Text, Tone
from bot.refs import GO, HINT, JOIN, LEAVE, ONWARD, RESUME, SKIP, Ref
from bot.rules.matches import TEAMS, End, Line, Mode, most_hints, struck
from bot.rules.shown import Shown
from content.item import Kind

NAMED = 20
"""So many players are named in a lobby."""
AHEAD = 5
"""So many lines of the standings stand under a reveal."""
LISTED = 15
"""So many lines the end shows."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a match is about, as its messages say it. `seconds` is 0 where there is no clock."""

    token: str
    mode: Mode
    topic: str
    questions: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Lobby:
    """A lobby as it stands. `players` are (name, team); `state` is that of the match; it `begins_at` an instant."""

    rules: Rules
    host: str
    players: tuple[tuple[str, int | None], ...]
    state: str
    begins_at: datetime
    reason: End | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The standings of a match: `lines` of people or of teams, with the `names` of people by id."""

    lines: tuple[Line, ...]
    names: Mapping[int, str]
    teams: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a question stands in its match: the `nth` of `of`, from 1; `hints` were given; it was `skipped`."""

    rules: Rules
    nth: int
    of: int
    hints: int = 0
    skipped: bool = False


def lobby_card(words: Words, lobby: Lobby) -> Card:
    """Who plays what, and the buttons to come in; once it began, who does."""
    title = f"{words('Quiz')} · {lobby.rules.topic}"
    blocks: list[Block] = [Text(_rules_sentence(words, lobby.rules)), Text(_roster(words, lobby))]
    if lobby.host:
        blocks.append(Fine(words("Host: {name}", name=literal(lobby.host))))
    if lobby.state == "lobby":
        blocks.append(Moment(words("It begins {time}", time="{time}"), lobby.begins_at, countdown=True))
        blocks += _ways_in(words, lobby.rules)
        summary = words("A quiz begins: come in!")
    else:
        told = off_sentence(words, lobby.reason) if lobby.reason else words("It is under way. Answer, and you are in.")
        if lobby.rules.mode is Mode.SURVIVAL and not lobby.reason:
            told = words("It is under way.")
        blocks.append(Fine(told))
        summary = told
    return Card(title, tuple(blocks), Tone.PLAIN if lobby.state == "lobby" else Tone.NOTE, summary=summary)


def match_question_card(words: Words, shown: Shown, asked: Asked, stage: Stage) -> Card:
    """An open question of a match, with what was given as hints and the buttons for hint and skip."""
    row = []
    if stage.hints < most_hints(shown):
        row.append(Button(str(Ref(HINT, stage.rules.token)), words("Hint"), lesser=True))
    row.append(Button(str(Ref(SKIP, stage.rules.token)), words("Skip"), lesser=True))
    more: list[Block] = [Text(hint) for hint in (_hint(words, shown, asked.token, stage.hints),) if hint]
    more.append(Buttons(tuple(row)))
    card = question_card(words, shown, replace(asked, heading=_heading(words, stage), more=tuple(more), countdown=True))
    return replace(card, summary=_heading(words, stage))


def match_reveal_card(
    words: Words, shown: Shown, result: Result, stage: Stage, ranking: Ranking, picture: Picture | None = None
) -> Card:
    """A question of a match that is over: the reveal with its explanation, and who is ahead."""
    card = reveal_card(words, shown, result, picture, words("Answer {n} of {of}", n=stage.nth, of=stage.of))
    blocks: list[Block] = [*card.blocks, *explanation_card(words, shown).blocks]
    if stage.skipped:
        blocks.append(Fine(words("It was skipped.")))
    if any(line.points for line in ranking.lines):
        blocks.append(Text(f"**{words('Ahead')}** {_ahead(words, ranking)}"))
    if stage.rules.mode is Mode.RELAXED:
        onward = words("Next") if stage.nth < stage.of else words("Finish")
        blocks.append(Buttons((Button(str(Ref(ONWARD, stage.rules.token)), onward),)))
    return replace(card, blocks=tuple(blocks))


def podium_card(words: Words, ranking: Ranking, played: int, reason: End | None, picture: Picture | None) -> Card:
    """The end of a match: who stands where."""
    title = f"{words('Quiz')} · {words('Final standings')}"
    rows = tuple(_row(words, ranking, line, played) for line in ranking.lines[:LISTED])
    header = (words("Rank"), words("Team") if ranking.teams else words("Name"), words("Points"), words("Right"))
    blocks: list[Block | None] = [
        Text(off_sentence(words, reason)) if reason else None,
        Text(_winners(words, ranking)) if ranking.lines else None,
        picture,
        Table(header, rows, frozenset({0, 2, 3})) if rows else None,
    ]
    more = len(ranking.lines) - LISTED
    if more > 0:
        blocks.append(Fine(words("And {n} more.", n=more)))
    blocks.append(Fine(words("`/quiz start` begins another one, `/missed` asks again what you had wrong.")))
    return Card(title, tuple(block for block in blocks if block), Tone.BOARD, summary=words("The quiz is over."))


def match_notice_card(words: Words, token: str, body: Mapping[str, Any]) -> Card:
    """What the place is told of a match between its questions."""
    title = words("Quiz")
    if body["said"] == "paused":
        go_on = Buttons((Button(str(Ref(RESUME, token)), words("Go on")),))
        told = Text(words("The quiz is paused. The host or an organiser may go on with it."))
        return Card(title, (told, go_on), Tone.NOTE, summary=words("The quiz is paused."))
    if body["said"] == "resumed":
        return notice(title, words("The quiz goes on."))
    away = words.many("I was away for {n} second.", "I was away for {n} seconds.", body["away"])
    if body["left"] is None:
        return notice(title, f"{away} {words('The quiz goes on, with everything that was answered.')}")
    left = words.many(
        "The quiz goes on with the same question, and its clock has {n} second left.",
        "The quiz goes on with the same question, and its clock has {n} seconds left.",
        body["left"],
    )
    return notice(title, f"{away} {left}")


def team_name(words: Words, team: int) -> str:
    """The name of a team, with its colour."""
    return (
        words("🔴 Red"),
        words("🔵 Blue"),
        words("🟢 Green"),
        words("🟡 Yellow"),
    )[team % TEAMS]


def mode_name(words: Words, mode: Mode) -> str:
    """What a mode is called."""
    return {
        Mode.CLASSIC: words("classic"),
        Mode.RACE: words("race"),
        Mode.SURVIVAL: words("survival"),
        Mode.TEAMS: words("teams"),
        Mode.RELAXED: words("relaxed"),
    }[mode]


def off_sentence(words: Words, reason: End) -> str:
    """Why a match ended before its last question."""
    return {
        End.STOPPED: words("The quiz was stopped."),
        End.NOBODY: words("Nobody was there to play, so the quiz is off."),
        End.AWAY: words("I was away for too long, so the quiz ends here, with everything that was answered."),
        End.UNSENT: words("A question could not be sent, so the quiz ends here."),
        End.IDLE: words("Nobody went on with the quiz, so it ends here."),
        End.ONE_LEFT: words("It is decided."),
    }[reason]


def _rules_sentence(words: Words, rules: Rules) -> str:
    many = words.many("{n} question", "{n} questions", rules.questions)
    clock = words.many("{n} second each", "{n} seconds each", rules.seconds) if rules.seconds else words("no clock")
    how = {
        Mode.CLASSIC: words("Everybody answers until the clock ends; whoever is quick gets a little more."),
        Mode.RACE: words("The first right answer takes the most, the others half of theirs."),
        Mode.SURVIVAL: words("Whoever is wrong, or does not answer, is out."),
        Mode.TEAMS: words("Each team has the mean of its players' points."),
        Mode.RELAXED: words("All the time in the world: a button leads on."),
    }[rules.mode]
    return f"**{mode_name(words, rules.mode)}** · {many} · {clock}\n\n{how}"


def _roster(words: Words, lobby: Lobby) -> str:
    if not lobby.players:
        return words("Nobody is in yet.")
    if lobby.rules.mode is Mode.TEAMS:
        teams = sorted({team for _, team in lobby.players if team is not None})
        lines = [
            f"- **{team_name(words, team)}** {_names(words, [name for name, own in lobby.players if own == team])}"
            for team in teams
        ]
        return "\n".join(lines)
    many = words.many("{n} is in:", "{n} are in:", len(lobby.players))
    return f"{many} {_names(words, [name for name, _ in lobby.players])}"


def _names(words: Words, names: Sequence[str]) -> str:
    told = ", ".join(literal(name) or words("somebody") for name in names[:NAMED])
    more = len(names) - NAMED
    return told + (" " + words.many("and {n} more", "and {n} more", more) if more > 0 else "")


def _ways_in(words: Words, rules: Rules) -> list[Block]:
    leave = Button(str(Ref(LEAVE, rules.token)), words("Leave"), lesser=True)
    begin = Button(str(Ref(GO, rules.token)), words("Begin now"))
    if rules.mode is not Mode.TEAMS:
        return [Buttons((Button(str(Ref(JOIN, rules.token)), words("Join")), leave, begin))]
    teams = tuple(
        Button(str(Ref(JOIN, rules.token, team)), team_name(words, team), lesser=True) for team in range(TEAMS)
    )
    return [Buttons(teams), Buttons((leave, begin))]


def _heading(words: Words, stage: Stage) -> str:
    return words("Question {n} of {of}", n=stage.nth, of=stage.of)


def _hint(words: Words, shown: Shown, seed: str, hints: int) -> str:
    """What the hints given so far come to; "" where there are none."""
    if not hints:
        return ""
    match shown.kind:
        case Kind.CHOICE | Kind.MULTI:
            gone = ", ".join(letter(index) for index in struck(shown, seed, hints))
            return words("Hint: it is not {letters}.", letters=gone)
        case Kind.ORDER:
            first = ", ".join(letter(index) for index in shown.key[:hints])
            return words("Hint: it begins with {letters}.", letters=first)
        case Kind.SHORT if shown.short:
            text = shown.short.accepted[0]
            first = literal(text[:1])
            return words("Hint: it begins with {letter} and has {n} characters.", letter=first, n=len(text))
        case _:
            return ""


def _ahead(words: Words, ranking: Ranking) -> str:
    return " · ".join(
        f"{line.rank}. {_called(words, ranking, line)} {points_told(line)}" for line in ranking.lines[:AHEAD]
    )


def _winners(words: Words, ranking: Ranking) -> str:
    first = [_called(words, ranking, line) for line in ranking.lines if line.rank == 1]
    if not ranking.lines[0].points:
        return words("Nobody has a point this time.")
    return words("🏆 {names}", names=", ".join(first[:NAMED]))


def called(words: Words, ranking: Ranking, line: Line) -> str:
    """A line's name as plain text."""
    return team_name(words, line.who) if ranking.teams else ranking.names.get(line.who) or words("somebody")


def points_told(line: Line) -> str:
    """A line's points; the mean of a team may have a fraction."""
    return f"{line.points:g}"


def _row(words: Words, ranking: Ranking, line: Line, played: int) -> tuple[str, ...]:
    right = f"{line.right}" if ranking.teams else f"{line.right}/{played}"
    return (f"{line.rank}", called(words, ranking, line), points_told(line), right)


def _called(words: Words, ranking: Ranking, line: Line) -> str:
    """A line's name as Markdown."""
    return f"**{literal(called(words, ranking, line))}**"
