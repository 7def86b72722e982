# SPDX-License-Identifier: Apache-2.0
"""A public place for withdrawals beside a witness: for a person whose hub refuses to take one.

It keeps files as they are and judges only their form: a signed withdrawal or suspension alone, or
one with what shows its signer's right beside it. Who may withdraw what is checked by whoever reads
them, with the keys of the grant. A file is kept once. Up to eight files with the same
statement and other signatures are kept, so that nobody can shut out the right signature by posting
the same statement with a wrong one first. What is full refuses; nothing is ever pushed out.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from countersign.clock import from_seconds, to_seconds, to_text
from countersign.errors import NotVerified
from countersign.log.witness import JSON, MAX_BODY, Reply
from countersign.log.witness_store import Witness
from countersign.seal import Envelope, canonical, read_canonical, sha256_hex

KINDS: Final = frozenset({"withdrawal", "suspension"})
MOST: Final = 10_000
MOST_A_STATEMENT: Final = 8
PAGE: Final = 200


def add_withdrawal(witness: Witness, body: bytes, *, now: datetime, most: int = MOST) -> Reply:
    """Keep a signed withdrawal or suspension: 201, 200 if it is here already, else the refusal.

    Raises `Unavailable` where it cannot be written; what was answered with 201 is on disk.
    """
    if len(body) > MAX_BODY:
        return Reply(413, b"a signed file has at most 65536 bytes\n")
    try:
        envelope = _record(body)
        kind = envelope.statement.kind
    except NotVerified:
        return Reply(400, b"this is not a signed file in canonical form\n")
    if kind not in KINDS or not envelope.signatures:
        return Reply(422, b"only signed withdrawals and suspensions are kept here\n")
    digest = sha256_hex(body)
    with witness.db.write() as c:
        if c.exec_driver_sql("SELECT 1 FROM withdrawal WHERE digest = ?", (digest,)).first():
            return Reply(200, b"it is here already\n")
        count = "SELECT COUNT(*) FROM withdrawal"
        alike = c.exec_driver_sql(f"{count} WHERE payload = ?", (envelope.digest,)).scalar_one()
        if alike >= MOST_A_STATEMENT:
            return Reply(409, b"too many files with this statement: sign a new one\n")
        if c.exec_driver_sql(count).scalar_one() >= most:
            return Reply(507, b"this place is full: ask whoever runs it\n")
        c.exec_driver_sql(
            "INSERT INTO withdrawal (payload, digest, at, file) VALUES (?, ?, ?, ?)",
            (envelope.digest, digest, to_seconds(now), body),
        )
    return Reply(201, b"kept\n")


def _record(body: bytes) -> Envelope:
    """Return the signed record of a file: the file itself, or its field `withdrawal`."""
    value = read_canonical(body)
    if isinstance(value, dict) and "withdrawal" in value:
        return Envelope.from_bytes(canonical(value["withdrawal"]))
    return Envelope.from_bytes(body)


def list_withdrawals(witness: Witness, *, after: int = 0) -> Reply:
    """Return the kept files as a JSON list, at most 200 with a number above `after`, oldest first.

    Each has its running number, the UTC time at which it came, the digest of its statement, and
    the file. A reader asks on with the last number until the list is empty.
    """
    query = "SELECT number, payload, at, file FROM withdrawal WHERE number > ?"
    with witness.db.read() as c:
        rows = c.exec_driver_sql(f"{query} ORDER BY number LIMIT ?", (after, PAGE)).all()
    value = [
        {
            "number": row.number,
            "at": to_text(from_seconds(row.at)),
            "digest": row.payload,
            "file": json.loads(row.file),
        }
        for row in rows
    ]
    return Reply(200, json.dumps(value, sort_keys=True).encode() + b"\n", JSON)
