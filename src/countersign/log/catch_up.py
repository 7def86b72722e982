# SPDX-License-Identifier: Apache-2.0
"""Bring a restored hub's log up to the folder that was published before: one history, never two.

An old backup of the hub knows fewer leaves than were published. Appending others in their place
would fork the log, so the published leaves (salted commitments, nothing else) are taken over first.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import Conflict, NotVerified, Unavailable
from countersign.log.checkpoint import open_checkpoint
from countersign.log.ledger import extend, head
from countersign.log.reading import root_at
from countersign.log.render import CHECKPOINT, partial_or_full
from countersign.log.tiles import WIDTH, read_bundle, tile_at


def catch_up(c: sa.Connection, folder: Path, *, vkey: str, at: datetime) -> int:
    """Append the leaves that the folder has beyond the hub's; returns how many.

    In the caller's write transaction. 0 where there is no checkpoint, or the hub has as many.
    Raises `NotVerified` for a folder that is not this log's or not whole, `Conflict` where the two
    are different histories: then nothing of it may be kept (let the transaction roll back).
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return 0
    signed, _ = open_checkpoint(path.read_bytes(), [vkey])
    before = head(c)
    if signed.size <= before.size:
        return 0
    if before.size and root_at(folder, before.size) != before.root:
        raise _other_history()
    try:
        leaves = _entries(folder, before.size, signed.size)
    except OSError as e:
        raise Unavailable("A file of the log's folder cannot be read.", why=str(e.strerror)) from e
    extend(c, leaves, to_seconds(at))
    if head(c).root != signed.root:
        raise NotVerified("The log's folder does not hold what its checkpoint says.")
    return len(leaves)


def _entries(folder: Path, first: int, size: int) -> list[bytes]:
    found: list[bytes] = []
    for n in range(first // WIDTH, -(-size // WIDTH)):
        tile = tile_at(0, n, size)
        bundle = read_bundle(partial_or_full(folder, tile, entries=True).read_bytes())
        found += bundle[max(0, first - n * WIDTH) : size - n * WIDTH]
    return found


def _other_history() -> Conflict:
    return Conflict(
        "The backup and the published log are two histories.",
        why="What was published is not a continuation of what the backup holds.",
        remedy="Restore another backup; keep the log's folder for an auditor.",
    )
