# SPDX-License-Identifier: Apache-2.0
"""Receipts of uses in the hub. No question, no text: skill, purpose, claims, time, amount."""

from __future__ import annotations

import sqlalchemy as sa

from countersign.store import hub_tables

receipt = sa.Table(
    "receipt",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("release", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("skill", sa.Text, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("caller", sa.Text, nullable=False),  # random once the statement closes (clause 36)
    sa.Column("identified", sa.Text, nullable=False),  # declared | authenticated
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("claims", sa.Text, nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),  # minor units of `currency`
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("commitment", sa.Text, nullable=False),
    sa.UniqueConstraint("release", "number"),
    sa.Index("ix_receipt_person", "person", "at"),
)
receipt_told = sa.Table(
    "receipt_told",
    hub_tables,
    sa.Column("receipt", sa.Text, primary_key=True),
    sa.Column("agreement", sa.Text, nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # what the caller ticked, for the person
)
denied_use = sa.Table(
    "denied_use",
    hub_tables,
    sa.Column("agreement", sa.Text, primary_key=True),
    sa.Column("month", sa.Text, primary_key=True),  # 2026-11
    sa.Column("code", sa.Text, primary_key=True),  # why, never whose question
    sa.Column("number", sa.Integer, nullable=False),
)
