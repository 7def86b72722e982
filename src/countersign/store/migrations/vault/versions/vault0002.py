# SPDX-License-Identifier: Apache-2.0
"""What a person thinks about being asked. Literal DDL; each room adds its own statements."""

from alembic import op

revision = "vault0002"
down_revision = "vault0001"

DDL = (
    # terms: answers under way and refusals stay with the person
    "CREATE TABLE drafted_offer (mark TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE declined (mark TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL)",
    # evidence: people who do not want their words kept here
    "CREATE TABLE objection (scheme TEXT NOT NULL, mark TEXT NOT NULL, value BLOB NOT NULL,"
    " made_at INTEGER NOT NULL, PRIMARY KEY (scheme, mark))",
)


def upgrade() -> None:
    for statement in DDL:
        op.execute(statement)
