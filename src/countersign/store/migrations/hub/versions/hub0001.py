# SPDX-License-Identifier: Apache-2.0
"""The first hub. Literal DDL: this file never changes once released."""

from alembic import op

revision = "hub0001"
down_revision = None

DDL = (
    # log
    "CREATE TABLE log_leaf (idx INTEGER NOT NULL PRIMARY KEY, leaf_hash BLOB NOT NULL,"
    " entry BLOB NOT NULL, at INTEGER NOT NULL)",
    "CREATE TABLE log_node (level INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL,"
    " PRIMARY KEY (level, n))",
    "CREATE TABLE log_head (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),"
    " size INTEGER NOT NULL, root BLOB NOT NULL, frontier BLOB NOT NULL)",
    # people
    "CREATE TABLE person_card (id TEXT NOT NULL PRIMARY KEY, label TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL, made_at INTEGER NOT NULL)",
    "CREATE TABLE party (id TEXT NOT NULL PRIMARY KEY, label TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL, made_at INTEGER NOT NULL)",
    "CREATE TABLE caller (id TEXT NOT NULL PRIMARY KEY, label TEXT NOT NULL UNIQUE,"
    " party TEXT NOT NULL, made_at INTEGER NOT NULL)",
    "CREATE TABLE key_binding (keyid TEXT NOT NULL PRIMARY KEY, subject TEXT NOT NULL,"
    " public BLOB NOT NULL, level TEXT NOT NULL, envelope BLOB NOT NULL,"
    " bound_at INTEGER NOT NULL, ended_at INTEGER)",
    "CREATE INDEX ix_key_binding_subject ON key_binding (subject)",
    # settle
    "CREATE TABLE receipt (id TEXT NOT NULL PRIMARY KEY, release TEXT NOT NULL,"
    " number INTEGER NOT NULL, skill TEXT NOT NULL, agreement TEXT NOT NULL,"
    " person TEXT NOT NULL, party TEXT NOT NULL, caller TEXT NOT NULL, identified TEXT NOT NULL,"
    " purpose TEXT NOT NULL, topics TEXT NOT NULL, claims TEXT NOT NULL, amount INTEGER NOT NULL,"
    " currency TEXT NOT NULL, at INTEGER NOT NULL, salt BLOB NOT NULL, commitment TEXT NOT NULL,"
    " UNIQUE (release, number))",
    "CREATE INDEX ix_receipt_person ON receipt (person, at)",
)


def upgrade() -> None:
    for statement in DDL:
        op.execute(statement)
