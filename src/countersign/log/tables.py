# SPDX-License-Identifier: Apache-2.0
"""The log's tables in the hub: leaves in order, roots of full tiles, and one row for the head."""

from __future__ import annotations

import sqlalchemy as sa

from countersign.store import hub_tables

log_leaf = sa.Table(
    "log_leaf",
    hub_tables,
    sa.Column("idx", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
    sa.Column("entry", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.Integer, nullable=False),  # UTC seconds; in the hub only, never published
)

# Hash `n` of tile level `level` ≥ 1: the root of the n-th full tile one level below.
log_node = sa.Table(
    "log_node",
    hub_tables,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

log_head = sa.Table(
    "log_head",
    hub_tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),  # always 1
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("frontier", sa.LargeBinary, nullable=False),  # hashes, largest subtree first
)
