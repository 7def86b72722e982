# SPDX-License-Identifier: Apache-2.0
"""Signed records enter the log: leaf in the record's own transaction, tiles and proofs after it."""

from __future__ import annotations

import os
from datetime import datetime

import sqlalchemy as sa

from countersign.errors import NotVerified
from countersign.log import append, head, inclusion, leaf_for, publish
from countersign.people import Hub, bindings
from countersign.seal import Envelope
from countersign.terms import Record, keep_record, mark_logged, record, tables, unlogged

CHECKPOINT = "checkpoint"


def log_signed(c: sa.Connection, *, now: datetime) -> None:
    """Append a leaf for each signed record that has none yet, in the caller's transaction."""
    waiting = unlogged(c)
    leaves = [leaf_for(found.envelope, found.salt) for found in waiting]
    places = append(c, leaves, at=now, random=os.urandom)
    for found, place in zip(waiting, places, strict=True):
        mark_logged(c, found.digest, place)


def keep_bindings(c: sa.Connection, subject: str, *, now: datetime) -> None:
    """Keep every binding record of a subject among those that `log_signed` logs."""
    for binding in bindings(c, subject):
        keep_record(c, binding.envelope, now=now)


def check_logged_bindings(c: sa.Connection, subject: str) -> None:
    """Raise `NotVerified` where a binding record of `subject` was kept that its chain lacks."""
    held = {binding.digest for binding in bindings(c, subject)}
    t = tables.record
    for row in c.execute(sa.select(t.c.digest, t.c.envelope).where(t.c.kind == "key-binding")):
        said = Envelope.from_bytes(row.envelope).statement.predicate
        if said.get("subject") == subject and row.digest not in held:
            raise NotVerified(
                "A record is missing from the key bindings of a signer.",
                why="The log holds one that the chain here lacks: it was cut off, or a backup is old.",
                remedy="Sign nothing with these keys until the hub is restored to its newest state.",
            )


def publish_log(hub: Hub, *, now: datetime) -> None:
    """Bring the log's folder up to the database; a kill before this is completed by the next call."""
    with hub.db.read() as c:
        size = head(c).size
    path = hub.log_folder / CHECKPOINT
    if size and (not path.exists() or path.read_text(encoding="utf-8").split("\n")[1] != str(size)):
        publish(hub.db, hub.log_folder, hub.signer, now=now)


def checkpoint_of(hub: Hub) -> bytes:
    """Return the log's signed checkpoint as it stands in the folder."""
    return (hub.log_folder / CHECKPOINT).read_bytes()


def proof_of(hub: Hub, digest: str) -> tuple[bytes, bytes]:
    """Return the tlog-proof of a logged record and the checkpoint it is under."""
    checkpoint = checkpoint_of(hub)
    with hub.db.read() as c:
        found: Record = record(c, digest)
        if found.leaf_index is None:
            raise LookupError(digest)
        return inclusion(c, found.leaf_index, checkpoint, found.salt), checkpoint
