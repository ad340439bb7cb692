"""Run by Alembic inside the transaction that `bot.store.schema` has begun and locked."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from bot.store.tables import metadata


def render_item(kind: str, item: Any, _autogen_context: object) -> str | Literal[False]:  # noqa: ANN401  Alembic's
    """Revisions name plain types, so that they outlive the model's own."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


for table in metadata.tables.values():
    for index in table.indexes:
        if "where" in index.info:
            for dialect in ("sqlite", "postgresql"):
                index.dialect_options[dialect]["where"] = index.info["where"]

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
)
context.run_migrations()
