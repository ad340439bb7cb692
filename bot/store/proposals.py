"""Proposals: questions that people would have asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bot.store.columns import AnyRow
from bot.store.people import identity_ids
from bot.store.tables import proposals


def keep_proposal(connection: Connection, row: dict[str, Any]) -> None:
    """Insert a proposal."""
    connection.execute(insert(proposals).values(**row))


def proposals_of(connection: Connection, person: int) -> Sequence[AnyRow]:
    """What a person proposed, the oldest first."""
    own = identity_ids(person)
    return connection.execute(select(proposals).where(proposals.c.identity_id.in_(own)).order_by(proposals.c.id)).all()


def drop_proposals(connection: Connection, identity: int) -> None:
    """Take away what an identity proposed."""
    connection.execute(delete(proposals).where(proposals.c.identity_id == identity))
