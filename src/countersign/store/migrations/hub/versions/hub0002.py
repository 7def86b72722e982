# SPDX-License-Identifier: Apache-2.0
"""Consent that would hold up. Literal DDL; each room adds its own statements."""

from alembic import op

revision = "hub0002"
down_revision = "hub0001"

DDL = (
    # people: bindings become a chain for each subject, so that an added key shows
    "CREATE TABLE binding_chain (subject TEXT NOT NULL, number INTEGER NOT NULL,"
    " keyid TEXT NOT NULL, envelope BLOB NOT NULL, bound_at INTEGER NOT NULL,"
    " PRIMARY KEY (subject, number))",
    "INSERT INTO binding_chain (subject, number, keyid, envelope, bound_at)"
    " SELECT subject, ROW_NUMBER() OVER (PARTITION BY subject ORDER BY bound_at, keyid),"
    " keyid, envelope, bound_at FROM key_binding",
    "DROP TABLE key_binding",
    "ALTER TABLE binding_chain RENAME TO key_binding",
    "CREATE INDEX ix_key_binding_keyid ON key_binding (keyid)",
    "CREATE TABLE representative (id TEXT NOT NULL PRIMARY KEY, label TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL, made_at INTEGER NOT NULL)",
    "CREATE TABLE handle_challenge (id TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL,"
    " challenger TEXT NOT NULL, role TEXT NOT NULL, handle TEXT NOT NULL,"
    " code_salt BLOB NOT NULL, code_digest TEXT NOT NULL, made_at INTEGER NOT NULL,"
    " expires_at INTEGER NOT NULL, tries_left INTEGER NOT NULL, used_at INTEGER)",
    "CREATE INDEX ix_handle_challenge_person ON handle_challenge (person)",
    "CREATE TABLE rebinding_notice (rebinding TEXT NOT NULL, address TEXT NOT NULL,"
    " person TEXT NOT NULL, told_at INTEGER, PRIMARY KEY (rebinding, address))",
    "CREATE INDEX ix_rebinding_notice_person ON rebinding_notice (person)",
)


def upgrade() -> None:
    for statement in DDL:
        op.execute(statement)
