"""Notes to organisers: what went wrong, in plain words, and what to do now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.cards.words import Words, literal
from bot.ports import Card, Text, Tone

Facts = Mapping[str, Any]


def note_card(words: Words, kind: str, facts: Facts) -> Card:
    """The note of this kind. Facts are texts and numbers; which ones, each sentence below shows."""
    title, sentence = NOTES[kind](words, {key: _safe(value) for key, value in facts.items()})
    return Card(title, (Text(sentence),), Tone.NOTE, summary=title)


def _safe(value: Any) -> Any:  # noqa: ANN401  a text or a number
    return literal(value) if isinstance(value, str) else value


def _missed(words: Words, facts: Facts) -> tuple[str, str]:
    slots = words.many(
        "One question of the schedule {schedule} was not asked: it was planned for {first}.",
        "{n} questions of the schedule {schedule} were not asked, planned from {first} to {last}.",
        facts["count"],
        **facts,
    )
    why = words("The bot was away then. It goes on with the next planned time; nothing has to be done.")
    return words("Questions were skipped"), f"{slots} {why}"


def _no_items(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("The schedule {schedule} finds no question to ask: nothing in the bank fits its selection.", **facts)
    now = words("Widen its packs, topics, difficulties or kinds in the settings, or add a pack.")
    return words("No question to ask"), f"{told} {now}"


def _zone(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("The schedule {schedule} asks nothing, because its time zone is not known: {reason}", **facts)
    now = words(
        "Remove the schedule and add it again, or bring the time zones of this machine up to date and start again."
    )
    return words("A schedule without a time"), f"{told} {now}"


def _refused(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("{place} did not take a message: {reason}.", **facts)
    remedy = facts.get("remedy") or words("See that the bot may post there, then start it again.")
    paused = words("Nothing more is posted there until then.")
    return words("A place refuses messages"), f"{told} {paused} {remedy}"


def _left_out(words: Words, facts: Facts) -> tuple[str, str]:
    parts = {
        "seed": words("letter reactions"),
        "reveal": words("a reveal"),
        "explanation": words("an explanation"),
        "talk": words("an open answer"),
        "retold": words("the stars under an open answer"),
        "best": words("the name of whom the group liked best"),
        "unsaid": words("the removal of an answer whose author is forgotten"),
    }
    told = words("{place} did not take {part}: {reason}.", **{**facts, "part": parts[facts["part"]]})
    stays = words("Questions are posted there as before.")
    remedy = facts.get("remedy") or words("See that the bot may do this there, or do it yourself.")
    return words("Something was left out"), f"{told} {stays} {remedy}"


def _uncertain(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("A message to {place} may or may not have been posted, and the bot is not allowed to look.", **facts)
    now = words("Look yourself. It is not sent again, so that nobody sees it twice.")
    return words("A message may be missing"), f"{told} {now}"


def _slow(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("{place} has not taken a message for some minutes: {reason}.", **facts)
    return words("A place does not answer"), f"{told} {words('It is tried again; nothing has to be done yet.')}"


def _late(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("A question for {place} could not be posted in time: {reason}.", **facts)
    return words("A question was not posted"), f"{told} {words('The next planned time stands.')}"


def _bank(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("A changed pack was refused; the questions as they were before stay in use.")
    faults = words.many("{n} fault, the first: {first}", "{n} faults, the first: {first}", facts["count"], **facts)
    now = words("Mend it and save: it is read again by itself. `studyhall content check` lists all faults.")
    return words("A pack has faults"), f"{told} {faults}. {now}"


def _standings(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("The standings differ from the answers in {count} places. The answers are safe.", **facts)
    return words("Standings differ"), f"{told} {words('Run `studyhall db verify --repair` to set them right.')}"


def _proof(words: Words, facts: Facts) -> tuple[str, str]:
    told = words.many(
        "The daily check “{check}” found one fault in what is stored.",
        "The daily check “{check}” found {n} faults in what is stored.",
        facts["count"],
        **facts,
    )
    return words("A check failed"), f"{told} {words('Run `studyhall db verify`: it tells what, where and what to do.')}"


def _restored(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("The study hall was restored at {until} to the backup of {made}.", **facts)
    lost = words("What was answered between is not known any more, but for reactions on questions that are open.")
    again = words("Questions planned between are not asked again.")
    return words("Restored from a backup"), f"{told} {lost} {again}"


def _unsaved(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("Nothing could be saved from {since} to {until}. Who answered then was told so.", **facts)
    return words("Nothing could be saved"), f"{told} {words('The log of that time says why.')}"


def _platform(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("{platform} is not connected: {reason}. It is tried again; other platforms go on.", **facts)
    return words("A platform is down"), told


def _given_up(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("{platform} cannot be connected: {reason}. Other platforms go on.", **facts)
    return words("A platform is not set up"), f"{told} {words('Set that right, then start Studyhall again.')}"


def _regraded(words: Words, facts: Facts) -> tuple[str, str]:
    told = words("The question {item} has another key now, and its answers were graded anew.", **facts)
    answers = words.many("{n} answer", "{n} answers", facts["count"])
    people = words.many("{n} person", "{n} people", facts["people"])
    changed = words("Scores corrected: {answers}, {people}.", answers=answers, people=people)
    return words("Scores were corrected"), f"{told} {changed}"


NOTES: Mapping[str, Callable[[Words, Facts], tuple[str, str]]] = {
    "missed": _missed,
    "no-items": _no_items,
    "zone": _zone,
    "refused": _refused,
    "left-out": _left_out,
    "uncertain": _uncertain,
    "slow": _slow,
    "late": _late,
    "bank": _bank,
    "standings": _standings,
    "proof": _proof,
    "restored": _restored,
    "unsaved": _unsaved,
    "platform": _platform,
    "given-up": _given_up,
    "regraded": _regraded,
}
