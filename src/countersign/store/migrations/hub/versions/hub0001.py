# SPDX-License-Identifier: Apache-2.0
"""The first tables of the hub. Literal DDL: a released revision never changes with the code."""

from alembic import op

revision = "hub0001"
down_revision = None
branch_labels = None
depends_on = None

DDL = (
    # log
    """
    CREATE TABLE log_leaf (
        idx INTEGER NOT NULL PRIMARY KEY,
        leaf_hash BLOB NOT NULL,
        entry BLOB NOT NULL,
        at INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE log_node (
        level INTEGER NOT NULL,
        n INTEGER NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (level, n)
    )
    """,
    """
    CREATE TABLE log_head (
        id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
        size INTEGER NOT NULL,
        root BLOB NOT NULL,
        frontier BLOB NOT NULL
    )
    """,
)


def upgrade() -> None:
    for statement in DDL:
        op.execute(statement)
