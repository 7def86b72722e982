# SPDX-License-Identifier: Apache-2.0
"""What is kept of asking. The hub has no column for a look, a refusal, a reminder or a due date."""

from __future__ import annotations

import sqlalchemy as sa

from countersign.store import hub_tables, vault_tables

# --- hub -----------------------------------------------------------------------------------------
topic_request = sa.Table(
    "topic_request",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("party", sa.Text, nullable=False, index=True),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("terms", sa.LargeBinary, nullable=False),  # JCS
    sa.Column("asked", sa.Integer, nullable=False),  # how many people the hub knew then
    sa.Column("asked_at", sa.Integer, nullable=False),
    sa.Column("lapses_at", sa.Integer, nullable=False),
    sa.Column("undertaking", sa.Text, nullable=False),  # digest of the record, the truth
)
# Written with the person's signature, never before it.
offer_origin = sa.Table(
    "offer_origin",
    hub_tables,
    sa.Column("offer", sa.Text, primary_key=True),
    sa.Column("request", sa.Text, nullable=False, index=True),  # empty: a named one
    sa.Column("answers", sa.Text, nullable=False),  # the offer that this one counters, or empty
)
joint_terms = sa.Table(
    "joint_terms",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("party", sa.Text, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),  # digest of the record, the truth
    sa.Column("persons", sa.Text, nullable=False),  # who signed, JCS list of ids
    sa.Column("sent_at", sa.Integer, nullable=False),
    sa.Column("accepted_at", sa.Integer),
)

# --- vault ---------------------------------------------------------------------------------------
# `mark` is a keyed digest of the offer's or request's id; what it is stands sealed beside it.
drafted_offer = sa.Table(
    "drafted_offer",
    vault_tables,
    sa.Column("mark", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
declined = sa.Table(
    "declined",
    vault_tables,
    sa.Column("mark", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
