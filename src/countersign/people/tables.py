# SPDX-License-Identifier: Apache-2.0
"""What the stores know of people: handles in the vault; public cards and keys in the hub."""

from __future__ import annotations

import sqlalchemy as sa

from countersign.store import hub_tables, key_tables, vault_tables

# --- vault -------------------------------------------------------------------------------------
vault_meta = sa.Table(
    "vault_meta",
    vault_tables,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
person = sa.Table(
    "person",
    vault_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("mark", sa.Text, nullable=False, unique=True),  # keyed digest of the label
    sa.Column("label", sa.LargeBinary, nullable=False),  # sealed: it is made of the name
    sa.Column("name", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("me", sa.Integer, nullable=False),
    sa.Column("made_at", sa.Integer, nullable=False),
)
handle = sa.Table(
    "handle",
    vault_tables,
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),  # keyed digest: finds a handle, tells nothing
    sa.Column("value", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
    sa.PrimaryKeyConstraint("scheme", "mark"),
)

# --- hub ---------------------------------------------------------------------------------------
person_card = sa.Table(
    "person_card",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("label", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made_at", sa.Integer, nullable=False),
)
party = sa.Table(
    "party",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("label", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made_at", sa.Integer, nullable=False),
)
caller = sa.Table(
    "caller",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("label", sa.Text, nullable=False, unique=True),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("made_at", sa.Integer, nullable=False),
)
representative = sa.Table(
    "representative",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("label", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made_at", sa.Integer, nullable=False),
)
# The envelopes are the truth; the other columns only find them and are compared with them.
key_binding = sa.Table(
    "key_binding",
    hub_tables,
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # 1, 2, 3 … for each subject
    sa.Column("keyid", sa.Text, nullable=False, index=True),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("bound_at", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("subject", "number"),
)
handle_challenge = sa.Table(
    "handle_challenge",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("challenger", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("handle", sa.Text, nullable=False),  # salted commitment; the person has the salt
    sa.Column("code_salt", sa.LargeBinary, nullable=False),
    sa.Column("code_digest", sa.Text, nullable=False),
    sa.Column("made_at", sa.Integer, nullable=False),
    sa.Column("expires_at", sa.Integer, nullable=False),
    sa.Column("tries_left", sa.Integer, nullable=False),
    sa.Column("used_at", sa.Integer),
)
rebinding_notice = sa.Table(
    "rebinding_notice",
    hub_tables,
    sa.Column("rebinding", sa.Text, nullable=False),  # digest of the announcement
    sa.Column("address", sa.Text, nullable=False),  # commitment of a handle, or the card's id
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("told_at", sa.Integer),
    sa.PrimaryKeyConstraint("rebinding", "address"),
)

# --- keys --------------------------------------------------------------------------------------
agreement_key = sa.Table(
    "agreement_key",
    key_tables,
    sa.Column("agreement", sa.Text, primary_key=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)
claim_key = sa.Table(
    "claim_key",
    key_tables,
    sa.Column("ref", sa.Text, primary_key=True),
    sa.Column("agreement", sa.Text, nullable=False, index=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)
