# SPDX-License-Identifier: Apache-2.0
"""The register of signed records: each envelope once, with its salt and its place in the log.

This room returns envelopes and never appends to the log itself: the desk calls `unlogged`, appends
`record.commitment` and calls `mark_logged`, all in the transaction in which the record was made.
A record enters the log when it bears every signature it needs, and its bytes never change after.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import Conflict, Internal, NotFound
from countersign.seal import SALT_BYTES, Envelope, commitment
from countersign.terms import tables


@dataclass(frozen=True, slots=True)
class Record:
    """A signed record as the hub holds it. `leaf_index` is None until it stands in the log."""

    digest: str
    kind: str
    grant: str
    envelope: Envelope
    salt: bytes
    leaf_index: int | None
    at: datetime

    @property
    def commitment(self) -> str:
        """Hex SHA-256(salt ‖ JCS(envelope)): all that the log learns of it."""
        return commitment(self.salt, self.envelope.to_value())


def keep_record(
    c: sa.Connection, envelope: Envelope, *, now: datetime, grant: str = "", complete: bool = True
) -> Record:
    """Store `envelope` once and return its record; the same bytes again change nothing.

    Signatures may be added while the record is not complete. Raises `Conflict` when the record
    stands complete with other signatures: what may be in the log never changes.
    """
    t = tables.record
    old = c.execute(sa.select(t).where(t.c.digest == envelope.digest)).first()
    if old is not None and old.complete and old.envelope != envelope.to_bytes():
        raise Conflict("This record is complete already.", remedy="Nothing is left to do.")
    if old is None:
        row = {
            "digest": envelope.digest,
            "kind": envelope.statement.kind,
            "grant_digest": grant,
            "envelope": envelope.to_bytes(),
            "salt": os.urandom(SALT_BYTES),
            "complete": int(complete),
            "at": to_seconds(now),
        }
        c.execute(t.insert().values(row))
    elif not old.complete:
        values = {"envelope": envelope.to_bytes(), "complete": int(complete), "at": to_seconds(now)}
        c.execute(t.update().where(t.c.digest == envelope.digest).values(values))
    return record(c, envelope.digest)


def record(c: sa.Connection, digest: str) -> Record:
    """Return the record with this payload digest; raises `NotFound`."""
    t = tables.record
    row = c.execute(sa.select(t).where(t.c.digest == digest)).first()
    if row is None:
        raise NotFound("No record has this digest.", remedy="Check it; digests are 64 hex digits.")
    return _read(row)


def records(c: sa.Connection, grant: str) -> tuple[Record, ...]:
    """Return all records about one grant, oldest first."""
    t = tables.record
    return _ordered(c.execute(sa.select(t).where(t.c.grant_digest == grant)))


_ORDER = ("grant", "agreement", "suspension", "withdrawal")


def _ordered(rows: Iterable[Any]) -> tuple[Record, ...]:
    """Order by time; within a second as records follow from each other."""
    rank = {kind: n for n, kind in enumerate(_ORDER)}
    found = [_read(row) for row in rows]
    return tuple(sorted(found, key=lambda r: (r.at, rank.get(r.kind, len(rank)), r.digest)))


def unlogged(c: sa.Connection) -> tuple[Record, ...]:
    """Return the complete records that do not stand in the log yet, oldest first."""
    t = tables.record
    query = sa.select(t).where(t.c.leaf_index.is_(None), t.c.complete == 1)
    return _ordered(c.execute(query))


def mark_logged(c: sa.Connection, digest: str, leaf_index: int) -> None:
    """Note where a record stands in the log; raises `Internal` if it stood there before."""
    t = tables.record
    fresh = (t.c.digest == digest) & t.c.leaf_index.is_(None) & (t.c.complete == 1)
    done = c.execute(t.update().where(fresh).values(leaf_index=leaf_index))
    if done.rowcount != 1:
        raise Internal("A record was to be logged twice, or is not complete.")


def _read(row: Any) -> Record:
    return Record(
        digest=row.digest,
        kind=row.kind,
        grant=row.grant_digest,
        envelope=Envelope.from_bytes(row.envelope),
        salt=row.salt,
        leaf_index=row.leaf_index,
        at=from_seconds(row.at),
    )
