# SPDX-License-Identifier: Apache-2.0
"""The histories make exactly the tables the rooms use; a newer database is refused."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import countersign
from countersign.errors import Stale
from countersign.store import (
    HEADS,
    HISTORIES,
    Database,
    config,
    hub_tables,
    key_tables,
    revision,
    upgrade,
    vault_tables,
)

METADATA = {"vault": vault_tables, "hub": hub_tables, "keys": key_tables}
ROOMS = sorted(p.parent.name for p in Path(countersign.__file__).parent.glob("*/tables.py"))


@pytest.fixture(autouse=True, scope="module")
def _all_tables() -> None:
    for room in ROOMS:
        importlib.import_module(f"countersign.{room}.tables")


@pytest.mark.parametrize("history", HISTORIES)
def test_the_migrated_database_has_the_rooms_tables_and_no_others(
    tmp_path: Path, history: str
) -> None:
    db = Database(tmp_path / "a.db")
    upgrade(db, history)
    with db.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA[history]) == []
        tables = set(sa.inspect(connection).get_table_names())
        assert tables == {*METADATA[history].tables, "alembic_version"}
        for name, table in METADATA[history].tables.items():
            found = sa.inspect(connection).get_pk_constraint(name)["constrained_columns"]
            assert found == [c.name for c in table.primary_key.columns], name


@pytest.mark.parametrize("history", HISTORIES)
def test_heads_are_those_of_the_histories(tmp_path: Path, history: str) -> None:
    scripts = ScriptDirectory.from_config(config(history))
    assert scripts.get_heads() == [HEADS[history]]
    db = Database(tmp_path / "a.db")
    assert revision(db) is None
    upgrade(db, history)
    assert revision(db) == HEADS[history]
    upgrade(db, history)


@pytest.mark.parametrize("history", HISTORIES)
def test_a_database_newer_than_the_program_is_refused_untouched(
    tmp_path: Path, history: str
) -> None:
    db = Database(tmp_path / "a.db")
    upgrade(db, history)
    with db.write() as c:
        c.exec_driver_sql("UPDATE alembic_version SET version_num = 'later0007'")
    with pytest.raises(Stale, match="newer countersign"):
        upgrade(db, history)
    assert revision(db) == "later0007"


def test_a_database_of_another_history_is_refused(tmp_path: Path) -> None:
    db = Database(tmp_path / "a.db")
    upgrade(db, "vault")
    with pytest.raises(Stale):
        upgrade(db, "hub")


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    db = Database(tmp_path / "a.db")
    with db.write() as c:
        c.exec_driver_sql("CREATE TABLE log_head (surprise TEXT)")
    with pytest.raises(Exception, match="log_head"):
        upgrade(db, "hub")
    assert revision(db) is None
    with db.read() as c:
        assert sa.inspect(c).get_table_names() == ["log_head"]


def test_revisions_hold_literal_ddl_only() -> None:
    for history in HISTORIES:
        for script in ScriptDirectory.from_config(config(history)).walk_revisions():
            text = Path(script.path).read_text(encoding="utf-8")
            assert "countersign" not in text, "a released revision must not change with the code"
            assert script.module.DDL
