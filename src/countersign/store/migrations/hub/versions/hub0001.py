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
    " purpose TEXT NOT NULL, claims TEXT NOT NULL, amount INTEGER NOT NULL,"
    " currency TEXT NOT NULL, at INTEGER NOT NULL, salt BLOB NOT NULL, commitment TEXT NOT NULL,"
    " UNIQUE (release, number))",
    "CREATE INDEX ix_receipt_person ON receipt (person, at)",
    # skill
    "CREATE TABLE release (id TEXT NOT NULL PRIMARY KEY, agreement TEXT NOT NULL,"
    " skill TEXT NOT NULL, version INTEGER NOT NULL, person TEXT NOT NULL, party TEXT NOT NULL,"
    " digest TEXT NOT NULL, envelope BLOB, title TEXT NOT NULL, byline TEXT NOT NULL,"
    " level TEXT NOT NULL, released_at INTEGER NOT NULL, valid_until INTEGER NOT NULL,"
    " current INTEGER NOT NULL, UNIQUE (agreement, skill, version))",
    "CREATE INDEX ix_release_agreement ON release (agreement)",
    "CREATE TABLE released_claim (ref TEXT NOT NULL PRIMARY KEY,"
    " release TEXT NOT NULL REFERENCES release (id), claim TEXT NOT NULL, kind TEXT NOT NULL,"
    " first_at INTEGER, last_at INTEGER, support INTEGER NOT NULL, sealed BLOB NOT NULL)",
    "CREATE INDEX ix_released_claim_release ON released_claim (release)",
    "CREATE TABLE copy (id TEXT NOT NULL PRIMARY KEY, release TEXT NOT NULL,"
    " agreement TEXT NOT NULL, host TEXT NOT NULL, path TEXT NOT NULL, files TEXT NOT NULL,"
    " at INTEGER NOT NULL, status TEXT NOT NULL, checked_at INTEGER NOT NULL)",
    "CREATE INDEX ix_copy_agreement ON copy (agreement)",
    # terms
    "CREATE TABLE offer (id TEXT NOT NULL PRIMARY KEY, agreement TEXT NOT NULL UNIQUE,"
    " grant_digest TEXT NOT NULL UNIQUE, person TEXT NOT NULL, party TEXT NOT NULL,"
    " grant_payload BLOB NOT NULL, agreement_payload BLOB NOT NULL, text_en TEXT NOT NULL,"
    " text_zh TEXT NOT NULL, offered_at INTEGER NOT NULL, state TEXT NOT NULL, since INTEGER)",
    "CREATE INDEX ix_offer_person ON offer (person)",
    "CREATE INDEX ix_offer_party ON offer (party)",
    "CREATE TABLE record (digest TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL,"
    " grant_digest TEXT NOT NULL, envelope BLOB NOT NULL, salt BLOB NOT NULL,"
    " complete INTEGER NOT NULL, leaf_index INTEGER, at INTEGER NOT NULL)",
    "CREATE INDEX ix_record_grant_digest ON record (grant_digest)",
    "CREATE TABLE signing (digest TEXT NOT NULL, signer TEXT NOT NULL,"
    " grant_digest TEXT NOT NULL, keyid TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (digest, signer))",
    "CREATE INDEX ix_signing_grant_digest ON signing (grant_digest)",
    "CREATE TABLE erasure (agreement TEXT NOT NULL PRIMARY KEY, grant_digest TEXT NOT NULL,"
    " ordered_at INTEGER NOT NULL, done_at INTEGER, receipt TEXT)",
)


def upgrade() -> None:
    for statement in DDL:
        op.execute(statement)
