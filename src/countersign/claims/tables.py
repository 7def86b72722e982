# SPDX-License-Identifier: Apache-2.0
"""Claims, their citations and the person's decisions, all in the vault."""

from __future__ import annotations

import sqlalchemy as sa

from countersign.store import vault_tables

claim = sa.Table(
    "claim",
    vault_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("topic", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("text", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("score", sa.Integer, nullable=False),  # millionths
    sa.Column("support", sa.Integer, nullable=False),
    sa.Column("first_at", sa.Integer),
    sa.Column("last_at", sa.Integer),
    sa.Column("flags", sa.Text, nullable=False),
    sa.Column("merged", sa.Text, nullable=False),  # ids that became this one
    sa.Column("proposed_at", sa.Integer, nullable=False),
    sa.Column("engine", sa.Text, nullable=False),
    sa.Index("ix_claim_score", "score"),
)
claim_citation = sa.Table(
    "claim_citation",
    vault_tables,
    sa.Column("claim", sa.Text, sa.ForeignKey("claim.id"), nullable=False),
    sa.Column("trace", sa.Text, sa.ForeignKey("trace.id"), nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),  # stays here: commitments say nothing
    sa.PrimaryKeyConstraint("claim", "trace", "start", "end"),
    sa.Index("ix_claim_citation_place", "trace", "start", "end"),
)
claim_decision = sa.Table(
    "claim_decision",
    vault_tables,
    sa.Column("claim", sa.Text, sa.ForeignKey("claim.id"), primary_key=True),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("held", sa.Text),
    sa.Column("text", sa.LargeBinary),  # sealed: the final text
    sa.Column("flags", sa.Text, nullable=False),  # flags accepted on purpose
    sa.Column("sheet", sa.Text, nullable=False),
    sa.Column("decided_at", sa.Integer, nullable=False),
)
review_sheet = sa.Table(
    "review_sheet",
    vault_tables,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("envelope", sa.LargeBinary, nullable=False),  # sealed: it holds text digests
    sa.Column("signed_at", sa.Integer, nullable=False),
)
