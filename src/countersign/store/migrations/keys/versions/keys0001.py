# SPDX-License-Identifier: Apache-2.0
"""The first key store. Literal DDL: this file never changes once released."""

from alembic import op

revision = "keys0001"
down_revision = None

DDL = (
    "CREATE TABLE agreement_key (agreement TEXT NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL)",
    "CREATE TABLE claim_key (ref TEXT NOT NULL PRIMARY KEY, agreement TEXT NOT NULL,"
    " wrapped BLOB NOT NULL)",
    "CREATE INDEX ix_claim_key_agreement ON claim_key (agreement)",
)


def upgrade() -> None:
    for statement in DDL:
        op.execute(statement)
