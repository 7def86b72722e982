# SPDX-License-Identifier: Apache-2.0
"""The log: durable appends, appends in memory, proofs, and what publishing one batch costs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from countersign.log import (
    Checkpoint,
    Frontier,
    LogSigner,
    append,
    head,
    inclusion,
    leaf_hash,
    publish,
    verify_folder,
    verify_proof,
)
from countersign.seal import SigningKey
from countersign.store import Database, upgrade

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LEAVES = 200_000
_BATCH, _SINGLE, _PROOFS = 5000, 200, 300
Row = tuple[str, str, str]


def rows() -> list[Row]:
    """Return (name, value, comment) for each measure; takes about ten seconds."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        db = Database(home / "hub.db")
        upgrade(db, "hub")
        try:
            return [*_appends(db), *_published(db, home / "log"), _frontier()]
        finally:
            db.close()


def _leaves(count: int) -> list[bytes]:
    return [b'{"commit":"%b","v":1}' % os.urandom(32).hex().encode() for _ in range(count)]


def _per_second(count: int, act: Callable[[], object]) -> str:
    begin = perf_counter()
    act()
    return f"{count / (perf_counter() - begin):,.0f}/s"


def _seconds(act: Callable[[], object]) -> str:
    begin = perf_counter()
    act()
    return f"{perf_counter() - begin:.3f} s"


def _append(db: Database, batches: list[list[bytes]]) -> None:
    for batch in batches:
        with db.write() as connection:
            append(connection, batch, at=NOW, random=os.urandom)


def _appends(db: Database) -> list[Row]:
    singles = [[leaf] for leaf in _leaves(_SINGLE)]
    batches = [_leaves(_BATCH) for _ in range(LEAVES // _BATCH)]
    return [
        (
            "log: one signed record at a time",
            _per_second(_SINGLE, lambda: _append(db, singles)),
            "each durable, padded to 8 leaves",
        ),
        (
            "log: appends in batches",
            _per_second(LEAVES, lambda: _append(db, batches)),
            f"durable batches of {_BATCH:,}; aim 1,000/s",
        ),
    ]


def _published(db: Database, folder: Path) -> list[Row]:
    signer = LogSigner("bench.example.org", SigningKey.generate())
    first = _seconds(lambda: publish(db, folder, signer, now=NOW))
    leaf = _leaves(1)
    _append(db, [leaf])
    with db.read() as connection:
        top = head(connection)
    signed = signer.sign(Checkpoint(signer.origin, top.size, top.root))
    salt, found = bytes(16), list[bytes]()

    def prove() -> None:
        for number in range(_PROOFS):
            with db.read() as connection:
                found.append(inclusion(connection, number * 7919 % top.size, signed, salt))

    proofs = _per_second(_PROOFS, prove)
    return [
        ("log: publish", first, f"{top.size:,} leaves from nothing"),
        (
            "log: publish one batch more",
            _seconds(lambda: publish(db, folder, signer, now=NOW)),
            "8 leaves on top, every file synced",
        ),
        ("log: inclusion proofs", proofs, f"from the hub, {top.size:,} leaves"),
        ("log: proof checks", _checks(signer, salt), "offline, Ed25519 included"),
        (
            "log: verify DIR",
            _per_second(top.size, lambda: _verify(folder, signer)),
            "leaves, all six steps",
        ),
    ]


def _verify(folder: Path, signer: LogSigner) -> None:
    if not all(step.passed for step in verify_folder(folder, vkeys=[signer.vkey])):
        raise AssertionError("The log that was just published does not verify.")


def _checks(signer: LogSigner, salt: bytes) -> str:
    with tempfile.TemporaryDirectory() as name:
        db = Database(Path(name) / "hub.db")
        upgrade(db, "hub")
        entries = _leaves(1024)
        with db.write() as connection:
            at = append(connection, entries, at=NOW, random=os.urandom)
            top = head(connection)
            signed = signer.sign(Checkpoint(signer.origin, top.size, top.root))
            proof = inclusion(connection, at[7], signed, salt)
        db.close()
    return _per_second(
        _PROOFS,
        lambda: [verify_proof(proof, entries[7], [signer.vkey]) for _ in range(_PROOFS)],
    )


def _frontier() -> Row:
    hashes = [leaf_hash(leaf) for leaf in _leaves(LEAVES)]
    rate = _per_second(LEAVES, lambda: Frontier().extend(hashes))
    return ("log: frontier alone", rate, "in memory, the floor of hashing in Python")
