"""Write a revision: `python -m bot.store.migrations "what changed"` compares the model with the revisions so far.

Read what it wrote, and add what moves the rows. Until the first release the first revision is made anew instead: delete
it and run `python -m bot.store.migrations "the first tables"`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from bot.store import schema
from bot.store.sqlite import open_engine


def write_revision(message: str) -> Path:
    """Write the next revision; returns its file."""
    number = len(schema.revisions()) + 1
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.sqlite"
        schema.upgrade(file)
        engine = open_engine(file, writes=True)
        with engine.connect() as connection, connection.begin():
            config = schema.config_for(connection)
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()
    (file,) = (schema.MIGRATIONS / "versions").glob(f"{number:04}_*.py")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("    # ###")), encoding="utf-8")
    return file


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  the program and the message
        sys.exit('say what changes: python -m bot.store.migrations "what changed"')
    print(write_revision(sys.argv[1]))
