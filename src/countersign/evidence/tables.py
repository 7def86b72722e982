# SPDX-License-Identifier: Apache-2.0
"""Traces in the vault: text and everything that names somebody sealed, the rest for ordering."""

from __future__ import annotations

import sqlalchemy as sa

from countersign.store import vault_tables

trace = sa.Table(
    "trace",
    vault_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    # Who wrote it, findable only with the vault's key; whose it is follows from the handles now.
    sa.Column("scheme", sa.Text),
    sa.Column("author_mark", sa.Text),
    sa.Column("conversation", sa.Text, nullable=False),
    # What the conversation was computed from, kept so that later mail can join earlier threads.
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("reply_to", sa.Text),
    sa.Column("subject_mark", sa.Text),
    sa.Column("replies", sa.Integer, nullable=False),
    sa.Column("at", sa.Integer),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("added_at", sa.Integer, nullable=False),
    sa.Column("normalizer", sa.Integer, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("ix_trace_conversation", "conversation", "at", "number"),
    sa.Index("ix_trace_author", "scheme", "author_mark"),
)
objection = sa.Table(
    "objection",
    vault_tables,
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),  # keyed digest: finds a handle, tells nothing
    sa.Column("value", sa.LargeBinary, nullable=False),  # sealed: for the person's own list
    sa.Column("made_at", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("scheme", "mark"),
)
