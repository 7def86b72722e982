# SPDX-License-Identifier: Apache-2.0
"""Bring a database to the newest revision; refuse one that is newer than this program.

Two histories with literal DDL, `vault` and `hub`, and a short third for the key store.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from countersign.errors import Stale
from countersign.store.database import Database

HISTORIES = ("vault", "hub", "keys")
# Asserted against the histories by a test; spares every start the scan of the revision files.
HEADS = {"vault": "vault0002", "hub": "hub0002", "keys": "keys0001"}
_SCRIPTS = Path(__file__).parent / "migrations"


def config(history: str) -> Config:
    """Return the Alembic configuration of one history."""
    made = Config()
    made.set_main_option("script_location", str(_SCRIPTS / history))
    return made


def upgrade(db: Database, history: str) -> None:
    """Upgrade `db` to the newest revision of `history`; raises `Stale` if the file is newer."""
    current = revision(db)
    if current == HEADS[history]:
        return
    known = {r.revision for r in ScriptDirectory.from_config(config(history)).walk_revisions()}
    if current is not None and current not in known:
        raise Stale(
            f"The store {db.path.name} was written by a newer countersign.",
            why=f"Its revision {current} is not known here.",
            remedy="Update countersign on this machine.",
        )
    with db.write() as connection:
        made = config(history)
        made.attributes["connection"] = connection
        try:
            command.upgrade(made, "head")
        except CommandError as e:
            raise Stale(f"The store {db.path.name} cannot be upgraded.", why=str(e)) from e


def revision(db: Database) -> str | None:
    """Return the revision the file stands at, None for a new one."""
    with db.read() as connection:
        table = "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
        if connection.execute(sa.text(table)).first() is None:
            return None
        row = connection.execute(sa.text("SELECT version_num FROM alembic_version")).first()
        return str(row[0]) if row else None
