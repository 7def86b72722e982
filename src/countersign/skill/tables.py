# SPDX-License-Identifier: Apache-2.0
"""What the hub keeps of releases: the signed record, the sealed texts, and where copies stand."""

from __future__ import annotations

import sqlalchemy as sa

from countersign.store import hub_tables

release = sa.Table(
    "release",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("agreement", sa.Text, nullable=False, index=True),
    sa.Column("skill", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),  # of the signed release
    sa.Column("envelope", sa.LargeBinary),  # emptied when the agreement is taken back
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("byline", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("released_at", sa.Integer, nullable=False),
    sa.Column("valid_until", sa.Integer, nullable=False),
    sa.Column("current", sa.Integer, nullable=False),  # 1: the newest of its skill, and served
    sa.UniqueConstraint("agreement", "skill", "version"),
)
released_claim = sa.Table(
    "released_claim",
    hub_tables,
    sa.Column("ref", sa.Text, primary_key=True),  # release/claim: names its key and its entry
    sa.Column("release", sa.Text, sa.ForeignKey("release.id"), nullable=False, index=True),
    sa.Column("claim", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("first_at", sa.Integer),
    sa.Column("last_at", sa.Integer),
    sa.Column("support", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # text, topic, evidence, flags
)
copy = sa.Table(
    "copy",
    hub_tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("release", sa.Text, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False, index=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),  # JSON: path inside the folder -> SHA-256
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("checked_at", sa.Integer, nullable=False),
)
rebuild = sa.Table(
    "rebuild",
    hub_tables,
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("skill", sa.Text, nullable=False),
    sa.Column("release", sa.Text, nullable=False),  # the one that is stale until then
    sa.Column("asked_at", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("agreement", "skill"),
)
