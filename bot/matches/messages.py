"""What the messages of a match say, from its rows: lobby, questions, reveals, notices, podium."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.cards.match import (
    Lobby,
    Ranking,
    Rules,
    Stage,
    called,
    lobby_card,
    match_notice_card,
    match_question_card,
    match_reveal_card,
    podium_card,
    points_told,
)
from bot.cards.podium import STEPS, Step, podium_picture
from bot.cards.question import Asked
from bot.cards.reveal import Result
from bot.cards.words import Words
from bot.languages import words
from bot.mail import Change, Mail, Send
from bot.matches import spans
from bot.matches.playing import still_in
from bot.matches.standings import SKIPPED, standings
from bot.ports import Card, Message, Picture
from bot.rules.matches import Line, Mode, team_ranking
from bot.store.matches import Match, Player, find_match, players_of, rounds_of_match, sent_message
from bot.store.posts import Claimed
from bot.store.turns import Round, state_of


class MatchMessages:
    """Composes what a match owes. `title` gives the title of a topic by its id."""

    def __init__(self, title: Callable[[str], str], now: Callable[[], datetime]) -> None:
        self._title = title
        self._now = now

    def of(self, connection: Connection, post: Claimed) -> Mail | None:
        """What a post of a match itself does at its platform; None where there is nothing to say any more."""
        match = find_match(connection, post.match_id or 0)
        if match is None:
            return None
        language = words(match.language)
        match post.kind:
            case "lobby" if post.nth == 0:
                return Mail(Send(match.place, self._lobby(connection, match))) if match.ended_at is None else None
            case "lobby":
                lobby = self._lobby(connection, match)
                return Mail(Change(Message(match.place, match.message), lobby)) if match.message else None
            case "podium" if post.nth == 0:
                return Mail(Send(match.place, self._podium(connection, match)))
            case "podium":
                message = sent_message(connection, match.id, "podium")
                return Mail(Change(Message(match.place, message), self._podium(connection, match))) if message else None
            case _:
                return Mail(Send(match.place, match_notice_card(language, match.token, post.body)))

    def question(self, connection: Connection, asked: Round, facts: Asked) -> Card:
        """The open question of a match as its message shows it now."""
        match = find_match(connection, asked.match or 0)
        assert match is not None  # noqa: S101  its place is that of the round, which was found in its hall
        return match_question_card(words(asked.language), asked.shown, facts, self._stage(match, asked))

    def reveal(self, connection: Connection, asked: Round, result: Result, picture: Picture | None) -> Card:
        """A closed question of a match, and who is ahead after it."""
        match = find_match(connection, asked.match or 0)
        assert match is not None  # noqa: S101  as above
        skipped = state_of(connection, asked.id).reason == SKIPPED
        stage = replace(self._stage(match, asked), skipped=skipped)
        ranking = self._ranking(connection, match, asked.nth)
        return match_reveal_card(words(asked.language), asked.shown, result, stage, ranking, picture)

    def _lobby(self, connection: Connection, match: Match) -> Card:
        there = players_of(connection, match.id)
        host = next((each.name for each in there if each.identity == match.host), "")
        players = tuple((each.name, each.team) for each in still_in(there))
        begins_at = match.next_at or self._now() + spans.LOBBY  # its clock runs from when it is there
        lobby = Lobby(self._rules(match), host, players, match.state, begins_at, match.reason)
        return lobby_card(words(match.language), lobby)

    def _podium(self, connection: Connection, match: Match) -> Card:
        asked = [each for each in rounds_of_match(connection, match.id) if each.state == "closed"]
        played = sum(each.reason != SKIPPED for each in asked)
        ranking, language = self._ranking(connection, match), words(match.language)
        return podium_card(language, ranking, played, match.reason, _picture(language, ranking))

    def _ranking(self, connection: Connection, match: Match, until: int | None = None) -> Ranking:
        lines, there = standings(connection, match, until)
        names = {each.person: each.name for each in there}
        if match.mode is Mode.TEAMS:
            return Ranking(tuple(_teams(lines, there)), names, teams=True)
        return Ranking(tuple(lines), names)

    def _rules(self, match: Match) -> Rules:
        topic = self._title(match.topic) if match.topic else words(match.language)("All topics")
        return Rules(match.token, match.mode, topic, len(match.queue), match.seconds)

    def _stage(self, match: Match, asked: Round) -> Stage:
        return Stage(self._rules(match), (asked.nth or 0) + 1, len(match.queue), asked.hints)


def _picture(language: Words, ranking: Ranking) -> Picture | None:
    """The podium; None where nobody has a point."""
    first = [line for line in ranking.lines[:STEPS] if line.points]
    if not first:
        return None
    names = [called(language, ranking, line) for line in first]
    if ranking.teams:  # without the sign of their colour, which is no letter of any font
        names = [name.partition(" ")[2] for name in names]
    steps = [Step(line.rank, name, points_told(line)) for name, line in zip(names, first, strict=True)]
    alt = ", ".join(f"{step.rank}. {step.name} {step.points_text}" for step in steps)
    return Picture(podium_picture(steps), "image/png", alt)


def _teams(lines: Sequence[Line], there: Sequence[Player]) -> list[Line]:
    return team_ranking(lines, {each.person: each.team for each in there if each.team is not None})
