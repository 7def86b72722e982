# SPDX-License-Identifier: Apache-2.0
"""What the hub knows of terms: offers, signed records, who signed when, and orders to erase.

Payloads and envelopes are the truth; the other columns only find them. Signed bytes name ids and
digests; the contract texts beside them name the signers.
"""

from __future__ import annotations

import sqlalchemy as sa

from countersign.store import hub_tables

offer = sa.Table(
    "offer",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("agreement", sa.Text, nullable=False, unique=True),
    sa.Column("grant_digest", sa.Text, nullable=False, unique=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("party", sa.Text, nullable=False, index=True),
    sa.Column("grant_payload", sa.LargeBinary, nullable=False),
    sa.Column("agreement_payload", sa.LargeBinary, nullable=False),
    sa.Column("text_en", sa.Text, nullable=False),
    sa.Column("text_zh", sa.Text, nullable=False),
    # Stands in both texts too, which are signed by digest; empty: the general wording.
    sa.Column("complaint", sa.Text, nullable=False, server_default=""),
    sa.Column("offered_at", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("since", sa.Integer),
)
record = sa.Table(
    "record",
    hub_tables,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("grant_digest", sa.Text, nullable=False, index=True),  # empty: about no grant
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("complete", sa.Integer, nullable=False),  # 0 while a signature is still to come
    sa.Column("leaf_index", sa.Integer),
    sa.Column("at", sa.Integer, nullable=False),
)
signing = sa.Table(
    "signing",
    hub_tables,
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("signer", sa.Text, nullable=False),
    sa.Column("grant_digest", sa.Text, nullable=False, index=True),
    sa.Column("keyid", sa.Text, nullable=False),
    sa.Column("at", sa.Integer, nullable=False),  # hub time, UTC seconds
    sa.PrimaryKeyConstraint("digest", "signer"),
)
erasure = sa.Table(
    "erasure",
    hub_tables,
    sa.Column("withdrawal", sa.Text, primary_key=True),  # digest of the record that orders it
    sa.Column("agreement", sa.Text, nullable=False, index=True),
    sa.Column("grant_digest", sa.Text, nullable=False),
    sa.Column("whole", sa.Integer, nullable=False),  # 1: all under the agreement; 0: `refs`
    sa.Column("refs", sa.Text, nullable=False),  # JSON list of released claims, release/claim
    sa.Column("ordered_at", sa.Integer, nullable=False),
    sa.Column("done_at", sa.Integer),
    sa.Column("receipt", sa.Text),  # digest of the deletion receipt
)
recipient_notice = sa.Table(
    "recipient_notice",
    hub_tables,
    sa.Column("withdrawal", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),  # id of a copy, caller or party
    sa.Column("kind", sa.Text, nullable=False),  # copy | caller | party
    sa.Column("holder", sa.Text, nullable=False),  # the party that answers for it
    sa.Column("state", sa.Text, nullable=False),  # told | acknowledged | unconfirmed
    sa.Column("at", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("withdrawal", "recipient"),
)
key_backup = sa.Table(
    "key_backup",
    hub_tables,
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("made_at", sa.Integer, nullable=False),
    sa.Column("dies_at", sa.Integer, nullable=False),
    sa.Column("gone_at", sa.Integer),
)
setting = sa.Table(
    "setting",
    hub_tables,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
# Texts whose digests are signed, so that what was read can be read again (clauses 10, 30).
kept_text = sa.Table(
    "kept_text",
    hub_tables,
    sa.Column("digest", sa.Text, primary_key=True),  # hex SHA-256 of the UTF-8 text
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("keep_until", sa.Integer, nullable=False),  # not deleted before, UTC seconds
)
