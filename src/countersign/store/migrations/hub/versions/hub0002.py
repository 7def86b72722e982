# SPDX-License-Identifier: Apache-2.0
"""Consent that would hold up. Literal DDL; each room adds its own statements."""

from alembic import op

revision = "hub0002"
down_revision = "hub0001"

DDL = (
    # terms: where complaints go is told with every receipt (clause 34)
    "ALTER TABLE offer ADD COLUMN complaint TEXT NOT NULL DEFAULT ''",
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
    # terms: requests to a topic, what an offer answers, terms that several people signed together
    "CREATE TABLE topic_request (id TEXT NOT NULL PRIMARY KEY, party TEXT NOT NULL,"
    " topic TEXT NOT NULL, terms BLOB NOT NULL, asked INTEGER NOT NULL,"
    " asked_at INTEGER NOT NULL, lapses_at INTEGER NOT NULL, undertaking TEXT NOT NULL)",
    "CREATE INDEX ix_topic_request_party ON topic_request (party)",
    "CREATE TABLE offer_origin (offer TEXT NOT NULL PRIMARY KEY, request TEXT NOT NULL,"
    " answers TEXT NOT NULL)",
    "CREATE INDEX ix_offer_origin_request ON offer_origin (request)",
    "CREATE TABLE joint_terms (id TEXT NOT NULL PRIMARY KEY, party TEXT NOT NULL,"
    " record TEXT NOT NULL, persons TEXT NOT NULL, sent_at INTEGER NOT NULL,"
    " accepted_at INTEGER)",
    "CREATE INDEX ix_joint_terms_party ON joint_terms (party)",
    # terms and skill: parts taken back, whom it was told, what waits to be built anew, key backups
    "CREATE TABLE erase_order (withdrawal TEXT NOT NULL PRIMARY KEY, agreement TEXT NOT NULL,"
    " grant_digest TEXT NOT NULL, whole INTEGER NOT NULL, refs TEXT NOT NULL,"
    " ordered_at INTEGER NOT NULL, done_at INTEGER, receipt TEXT)",
    "INSERT INTO erase_order"
    " (withdrawal, agreement, grant_digest, whole, refs, ordered_at, done_at, receipt)"
    " SELECT COALESCE((SELECT r.digest FROM record AS r WHERE r.kind = 'withdrawal' AND"
    " r.grant_digest = e.grant_digest ORDER BY r.at LIMIT 1), e.agreement), e.agreement,"
    " e.grant_digest, 1, '[]', e.ordered_at, e.done_at, e.receipt FROM erasure AS e",
    "DROP TABLE erasure",
    "ALTER TABLE erase_order RENAME TO erasure",
    "CREATE INDEX ix_erasure_agreement ON erasure (agreement)",
    "CREATE TABLE recipient_notice (withdrawal TEXT NOT NULL, recipient TEXT NOT NULL,"
    " kind TEXT NOT NULL, holder TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (withdrawal, recipient))",
    "CREATE TABLE key_backup (path TEXT NOT NULL PRIMARY KEY, made_at INTEGER NOT NULL,"
    " dies_at INTEGER NOT NULL, gone_at INTEGER)",
    "CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE rebuild (agreement TEXT NOT NULL, skill TEXT NOT NULL, release TEXT NOT NULL,"
    " asked_at INTEGER NOT NULL, PRIMARY KEY (agreement, skill))",
    # terms: texts of floors, policies, notices, assessments and riders, by their signed digests
    "CREATE TABLE kept_text (digest TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL,"
    " keep_until INTEGER NOT NULL)",
    # settle: what a caller chose to tell the person with a use
    "CREATE TABLE receipt_told (receipt TEXT NOT NULL PRIMARY KEY, agreement TEXT NOT NULL,"
    " sealed BLOB NOT NULL)",
    "CREATE INDEX ix_receipt_told_agreement ON receipt_told (agreement)",
    # settle: how many questions were refused, by month and reason (clause 24)
    "CREATE TABLE denied_use (agreement TEXT NOT NULL, month TEXT NOT NULL, code TEXT NOT NULL,"
    " number INTEGER NOT NULL, PRIMARY KEY (agreement, month, code))",
)


def upgrade() -> None:
    for statement in DDL:
        op.execute(statement)
