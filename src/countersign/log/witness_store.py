# SPDX-License-Identifier: Apache-2.0
"""A witness that remembers: its key, its memory on disk, and the order in which it answers.

Checking a checkpoint against the memory and remembering it are one IMMEDIATE transaction with
`synchronous=FULL`; the cosignature is made after the commit. So two requests at once never get two
forks cosigned, and a power cut can lose an answer but never what was vouched for.

The memory is one small SQLite file with its own version number rather than a migration history: it
holds one row a log, and a witness that lost it must retire its key, not start over.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import BadInput, Conflict, NotFound, NotVerified, Stale, Unavailable
from countersign.log.note import COSIGNATURE, Note, VerifierKey, cosign, is_name
from countersign.log.witness import (
    JSON,
    SIZE,
    Reply,
    Seen,
    Submission,
    refused_seen,
    refused_unseen,
)
from countersign.seal import SigningKey, read_key, write_key
from countersign.store import Database

VERSION: Final = 1
MOST_CONFLICTS: Final = 64
_DDL = (
    "CREATE TABLE witness (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL,"
    " public BLOB NOT NULL)",
    "CREATE TABLE seen (origin TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL,"
    " root BLOB NOT NULL, at INTEGER NOT NULL, note BLOB NOT NULL)",
    "CREATE TABLE conflict (origin TEXT NOT NULL, status INTEGER NOT NULL, at INTEGER NOT NULL,"
    " seen BLOB NOT NULL, shown BLOB NOT NULL, UNIQUE (origin, shown))",
    "CREATE TABLE withdrawal (number INTEGER PRIMARY KEY AUTOINCREMENT, payload TEXT NOT NULL,"
    " digest TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, file BLOB NOT NULL)",
    "CREATE INDEX ix_withdrawal_payload ON withdrawal (payload)",
    f"PRAGMA user_version={VERSION}",
)
_SEEN = "SELECT size, root, at, note FROM seen WHERE origin = ?"
_REMEMBER = (
    "INSERT INTO seen VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE"
    " SET size = excluded.size, root = excluded.root, at = excluded.at, note = excluded.note"
)
_KEEP_CONFLICT = (
    "INSERT OR IGNORE INTO conflict SELECT ?, ?, ?, ?, ?"
    " WHERE (SELECT COUNT(*) FROM conflict WHERE origin = ?) < ?"
)


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness ready to answer: its memory, the name under which it signs, and its key."""

    db: Database
    name: str
    key: SigningKey

    @property
    def vkey(self) -> str:
        """The verifier key (type 0x04) to be handed out and put into policies."""
        return VerifierKey(self.name, COSIGNATURE, self.key.public).text

    def close(self) -> None:
        """Close its memory."""
        self.db.close()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two checkpoints that a log signed and that were not shown to belong to one history.

    With status 409 both are of one size with two roots: proof by itself. With 422 the log failed to
    prove that the second grew from the first: to be asked of the log by an auditor.
    """

    origin: str
    status: int
    at: int
    seen: str
    shown: str


def make_witness(folder: Path, *, name: str = "", passphrase: str | None = None) -> Witness:
    """Make a witness's memory and key in `folder`, or open those that are there.

    The memory is made first: it may be without a key (nothing was signed yet), but a key without
    its memory could vouch for a second history. Raises as `open_witness`, and `BadInput` for a
    name that no note can bear.
    """
    if not (folder / "witness.key").exists():
        key = SigningKey.generate()
        name = name or f"witness.local/{key.public.keyid[:16]}"
        if not is_name(name):
            raise BadInput(
                "This cannot be a witness's name.",
                why="It holds a space, a plus sign or a control sign.",
                remedy="Choose something like `witness.example.org/works-council`.",
            )
        db = _open_memory(folder / "witness.db")
        try:
            _introduce(db, name, key)
        finally:
            db.close()
        write_key(folder / "witness.key", key, passphrase)
    return open_witness(folder, passphrase)


def open_witness(folder: Path, passphrase: str | None = None) -> Witness:
    """Open a witness; raises `NotFound` where none was made, `Unavailable` if a part is missing."""
    if not (folder / "witness.db").exists():
        raise _no_memory(folder)
    key = read_key(folder / "witness.key", passphrase)
    db = _open_memory(folder / "witness.db")
    with db.read() as c:
        row = c.exec_driver_sql("SELECT name, public FROM witness").first()
    if row is None or row.public != key.public.raw:
        db.close()
        raise Unavailable(
            "The witness's key and its memory do not belong together.",
            why="A witness that forgot what it cosigned could vouch for a second history.",
            remedy="Put the right file back, or make a new witness in another folder.",
        )
    return Witness(db, row.name, key)


def add_checkpoint(
    witness: Witness, body: bytes, *, logs: Sequence[VerifierKey], now: datetime
) -> Reply:
    """Answer an add-checkpoint request: 200 with a cosignature line, or the refusal.

    Raises `Unavailable` where the memory cannot be written; then nothing was cosigned.
    """
    try:
        submission = Submission.of(body)
    except NotVerified:
        return Reply(400, b"this is not an add-checkpoint request\n")
    if refusal := refused_unseen(submission, logs):
        return refusal
    with witness.db.write() as c:
        seen, note = _seen(c, submission.checkpoint.origin)
        # Never earlier than what was cosigned before, even if the clock was set back: a later
        # size with an earlier time would contradict "the largest I had seen at that time".
        at = max(to_seconds(now), seen.at)
        refusal = refused_seen(submission, seen)
        if refusal is None:
            _remember(c, submission, at)
        elif seen.size and refusal.kind != SIZE:
            _keep_conflict(c, submission, refusal.status, at, note)
    if refusal is not None:
        return refusal
    signed = cosign(Note(submission.note.text, ()), witness.name, witness.key, seconds=at)
    return Reply(200, f"{signed.signatures[0].line}\n".encode())


def latest(witness: Witness, origin: str) -> Seen:
    """Return the latest checkpoint of a log that was cosigned here; size 0 if none was."""
    with witness.db.read() as c:
        return _seen(c, origin)[0]


def contradictions(witness: Witness) -> list[Contradiction]:
    """Return what logs signed and was refused here as a fork, oldest first: evidence to hand on."""
    with witness.db.read() as c:
        rows = c.exec_driver_sql(
            "SELECT origin, status, at, seen, shown FROM conflict ORDER BY rowid"
        ).all()
    return [
        Contradiction(row.origin, row.status, row.at, row.seen.decode(), row.shown.decode())
        for row in rows
    ]


def list_contradictions(witness: Witness) -> Reply:
    """Return `contradictions` as a JSON list, for anybody who asks."""
    value = [asdict(found) for found in contradictions(witness)]
    return Reply(200, json.dumps(value, sort_keys=True).encode() + b"\n", JSON)


def _seen(c: sa.Connection, origin: str) -> tuple[Seen, bytes]:
    row = c.exec_driver_sql(_SEEN, (origin,)).first()
    return (Seen(row.size, row.root, row.at), row.note) if row else (Seen(), b"")


def _remember(c: sa.Connection, submission: Submission, at: int) -> None:
    new = submission.checkpoint
    values = (new.origin, new.size, new.root, at, submission.note.to_bytes())
    c.exec_driver_sql(_REMEMBER, values)


def _keep_conflict(
    c: sa.Connection, submission: Submission, status: int, at: int, seen: bytes
) -> None:
    origin, shown = submission.checkpoint.origin, submission.note.to_bytes()
    values = (origin, status, at, seen, shown, origin, MOST_CONFLICTS)
    c.exec_driver_sql(_KEEP_CONFLICT, values)


def _open_memory(path: Path) -> Database:
    db = Database(path)
    try:
        with db.write() as c:
            version = c.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > VERSION:
                raise Stale(
                    "The witness's memory was written by a newer countersign.",
                    remedy="Update countersign on this machine.",
                )
            for statement in _DDL if version == 0 else ():
                c.exec_driver_sql(statement)
    except BaseException:
        db.close()
        raise
    return db


def _introduce(db: Database, name: str, key: SigningKey) -> None:
    """Write down whose memory this is; one that has cosigned keeps its key for ever."""
    with db.write() as c:
        if c.exec_driver_sql("SELECT 1 FROM seen").first() is not None:
            raise Conflict(
                "The witness's key file is missing, and its memory is there.",
                why="Another key cannot stand for what this one vouched for.",
                remedy="Put your own copy of witness.key back, or use another --home.",
            )
        values = (name, key.public.raw)
        c.exec_driver_sql("INSERT OR REPLACE INTO witness VALUES (1, ?, ?)", values)


def _no_memory(folder: Path) -> NotFound | Unavailable:
    if not (folder / "witness.key").exists():
        return NotFound(
            "There is no witness here yet.",
            why="It needs a key of its own and a memory of what it has seen.",
            remedy="Run `countersign witness` once more with --make-key.",
        )
    return Unavailable(
        "The witness's memory is missing, and its key is there.",
        why="A witness that forgot what it cosigned could vouch for a second history.",
        remedy="Put witness.db back, or retire this key and make a new witness elsewhere.",
    )
