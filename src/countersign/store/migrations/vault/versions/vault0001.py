# SPDX-License-Identifier: Apache-2.0
"""The first vault. Literal DDL: this file never changes once released."""

from alembic import op

revision = "vault0001"
down_revision = None

DDL = (
    # people
    "CREATE TABLE vault_meta (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE person (id TEXT NOT NULL PRIMARY KEY, mark TEXT NOT NULL UNIQUE,"
    " label BLOB NOT NULL, name BLOB NOT NULL, me INTEGER NOT NULL, made_at INTEGER NOT NULL)",
    "CREATE TABLE handle (scheme TEXT NOT NULL, mark TEXT NOT NULL, value BLOB NOT NULL,"
    " person TEXT NOT NULL REFERENCES person (id), PRIMARY KEY (scheme, mark))",
    # evidence
    "CREATE TABLE trace (id TEXT NOT NULL PRIMARY KEY, source TEXT NOT NULL, scheme TEXT,"
    " author_mark TEXT, conversation TEXT NOT NULL, root TEXT NOT NULL, reply_to TEXT,"
    " subject_mark TEXT, replies INTEGER NOT NULL, at INTEGER, number INTEGER NOT NULL, added_at INTEGER NOT NULL,"
    " normalizer INTEGER NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL)",
    "CREATE INDEX ix_trace_conversation ON trace (conversation, at, number)",
    "CREATE INDEX ix_trace_author ON trace (scheme, author_mark)",
    # claims
    "CREATE TABLE claim (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, topic BLOB NOT NULL,"
    " text BLOB NOT NULL, score INTEGER NOT NULL, support INTEGER NOT NULL, first_at INTEGER,"
    " last_at INTEGER, flags TEXT NOT NULL, merged TEXT NOT NULL, proposed_at INTEGER NOT NULL,"
    " engine TEXT NOT NULL)",
    "CREATE INDEX ix_claim_score ON claim (score)",
    "CREATE TABLE claim_citation (claim TEXT NOT NULL REFERENCES claim (id),"
    " trace TEXT NOT NULL REFERENCES trace (id), start INTEGER NOT NULL,"
    " end INTEGER NOT NULL, salt BLOB NOT NULL, PRIMARY KEY (claim, trace, start, end))",
    "CREATE INDEX ix_claim_citation_place ON claim_citation (trace, start, end)",
    "CREATE TABLE claim_decision (claim TEXT NOT NULL PRIMARY KEY REFERENCES claim (id),"
    " decision TEXT NOT NULL, held TEXT, text BLOB, flags TEXT NOT NULL,"
    " sheet TEXT NOT NULL, decided_at INTEGER NOT NULL)",
    "CREATE TABLE review_sheet (digest TEXT NOT NULL PRIMARY KEY, envelope BLOB NOT NULL,"
    " signed_at INTEGER NOT NULL)",
)


def upgrade() -> None:
    for statement in DDL:
        op.execute(statement)
