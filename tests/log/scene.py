# SPDX-License-Identifier: Apache-2.0
"""A log with fixed keys and fixed randomness, so that its bytes can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from countersign.log import LogSigner, Random, Step, append, leaf_for, publish
from countersign.seal import Envelope, SigningKey, Statement, sign
from countersign.store import Database, upgrade

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SIGNER = LogSigner("log.example.org/countersign", SigningKey(sha256(b"log key").digest()))
WITNESS = ("witness.example.org/works-council", SigningKey(sha256(b"witness key").digest()))
SALT = bytes(range(16))


def dice(seed: bytes = b"") -> Random:
    """Return a source that gives the same bytes in every run."""
    count = iter(range(10**9))

    def draw(size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += sha256(b"%b %d" % (seed, next(count))).digest()
        return data[:size]

    return draw


def envelope(number: int = 0) -> Envelope:
    """Return a signed record; each number another one."""
    subject = (("terms.txt", sha256(b"%d" % number).hexdigest()),)
    return sign(Statement("grant", subject, {"number": number}), SIGNER.key)


def leaves(count: int) -> list[bytes]:
    """Return that many different leaves, quickly."""
    return [b'{"commit":"%b","v":1}' % sha256(b"%d" % i).hexdigest().encode() for i in range(count)]


@contextmanager
def hub(folder: Path) -> Iterator[Database]:
    """Open a new hub below `folder`."""
    db = Database(folder / "hub.db")
    upgrade(db, "hub")
    try:
        yield db
    finally:
        db.close()


def grow(db: Database, count: int) -> list[int]:
    """Append `count` leaves in one batch and return their indexes."""
    with db.write() as connection:
        return append(connection, leaves(count), at=NOW, random=dice(b"%d" % count))


def published(db: Database, folder: Path) -> bytes:
    """Publish and return the checkpoint file's bytes."""
    publish(db, folder, SIGNER, now=NOW)
    return (folder / "checkpoint").read_bytes()


def real_leaf() -> bytes:
    """Return the leaf of `envelope()` under `SALT`."""
    return leaf_for(envelope(), SALT)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its path."""
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def failed_step(steps: list[Step]) -> int | None:
    """The number of the first failed step; all after it must have failed too."""
    failed = [step.number for step in steps if not step.passed]
    assert [step.number for step in steps] == list(range(1, 7))
    assert failed == list(range(failed[0], 7)) if failed else True
    return failed[0] if failed else None
