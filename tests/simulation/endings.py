"""How rounds end: closed, revealed and explained once, and not a key before that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, select

from bot.ports import Tone
from bot.store.columns import AnyRow
from bot.store.tables import places, posts, rounds, turns
from tests.hall import text_of
from tests.simulation.server import Sent
from tests.simulation.world import MOMENT, World

CANARY = "Because of the letter."
LEFT_OVER = timedelta(minutes=5)
"""So long after its time a round is closed, whatever was before."""


def rounds_end_well(connection: Connection, world: World) -> Iterator[str]:
    """Every round past its closing time is closed with the key in its message and one explanation beneath, or was
    never asked.
    """
    over = world.true_now() - LEFT_OVER
    messages = {sent.id: sent for sent in world.server.messages}
    by_token = {sent.stamp: sent for sent in world.server.messages}
    stands = Counter(sent.under for sent in world.server.messages if sent.stamp[0] == "e" and not sent.deleted)
    ever = Counter(sent.under for sent in world.server.messages if sent.stamp[0] == "e")
    told = select(posts.c.round_id, posts.c.state).where(posts.c.kind == "explanation", posts.c.nth == 0)
    explained = dict(tuple(row) for row in connection.execute(told))
    query = select(rounds, turns.c.slot, places.c.channel, posts.c.stamp).where(rounds.c.closes_at < over)
    query = query.join(turns, turns.c.id == rounds.c.turn_id).join(places, places.c.id == rounds.c.place_id)
    query = query.outerjoin(posts, (posts.c.round_id == rounds.c.id) & (posts.c.kind == "question"))
    for row in connection.execute(query):
        what = f"round {row.id} of {row.slot}"
        sent = messages.get(row.message or "") or by_token.get(row.stamp or "")
        if row.state != "closed":
            if sent is not None and not _is_lost_to_us(world, row, sent):
                yield f"{what}: it was asked, is over, and is {row.state} ({row.reason})"
            continue
        if sent is None or sent.deleted:
            continue
        if sent.cards[-1][1].tone is not Tone.REVEAL:
            yield f"{what}: closed, and its message shows no key"
        refused = explained.get(row.id) == "failed" and _was_closed_to_us(world, row.channel)
        unseen = explained.get(row.id) == "uncertain" and _is_blind(world, row.channel)
        if stands[sent.id] > 1 or (not ever[sent.id] and not refused and not unseen):
            yield f"{what}: {stands[sent.id]} explanations beneath it, its post is {explained.get(row.id)}"


def _is_lost_to_us(world: World, row: AnyRow, sent: Sent) -> bool:
    """Whether nobody could find it any more: it was deleted, or its place cannot be read."""
    return row.state == "skipped" and bool(row.reason) and (sent.deleted or _is_blind(world, row.channel))


def _is_blind(world: World, channel: str) -> bool:
    return any(place.channel == channel for place in world.plan.traits.blind)


def _was_closed_to_us(world: World, channel: str) -> bool:
    return any(place.channel == channel for place in world.closed_to_us)


def keys_kept(connection: Connection, world: World, asked: dict[str, list[Sent]]) -> Iterator[str]:
    """The explanation shows nowhere before its round's closing time, by the clock that was farthest ahead."""
    closing = dict(tuple(row) for row in connection.execute(select(rounds.c.token, rounds.c.closes_at)))
    of_message = {sent.id: token for token, many in asked.items() for sent in many}
    off = timedelta(seconds=world.ahead) + MOMENT
    for sent in world.server.messages:
        token = of_message.get(sent.id) or of_message.get(sent.under)
        if token is None:
            continue
        for at, card in sent.cards:
            when = world.plan.start + timedelta(seconds=at)
            if when < closing[token] - off and (card.tone is Tone.REVEAL or CANARY in text_of(card)):
                yield f"the key of {token} is out at {when}, it closes at {closing[token]}"
