# SPDX-License-Identifier: Apache-2.0
"""Proofs from the hub's log: a few tiles are read, never the whole tree."""

from __future__ import annotations

import sqlalchemy as sa

from countersign.errors import BadInput, NotFound
from countersign.log.checkpoint import Checkpoint
from countersign.log.ledger import head, tile_hashes
from countersign.log.merkle import Subtrees, consistency_proof, inclusion_proof
from countersign.log.note import Note
from countersign.log.tiles import subtrees_in
from countersign.log.tlog_proof import TlogProof
from countersign.seal import SALT_BYTES


def inclusion(connection: sa.Connection, index: int, checkpoint: bytes, salt: bytes) -> bytes:
    """Return the tlog-proof file of the leaf at `index` under a signed checkpoint of this log.

    `checkpoint` is the folder's file, or `LogSigner.sign` of what `publish` returned. Raises
    `NotFound` if the leaf is younger than the checkpoint.
    """
    if len(salt) != SALT_BYTES:
        raise BadInput("A leaf's salt must have 16 bytes.")
    size = Checkpoint.of(Note.of(checkpoint).text).size
    if not 0 <= index < size:
        raise NotFound(
            f"The checkpoint has no leaf {index}.",
            why=f"It describes the first {size} leaves.",
            remedy="Publish the log, then ask again.",
        )
    hashes = inclusion_proof(index, size, _subtrees(connection, size))
    return TlogProof(index, tuple(hashes), checkpoint, salt).to_bytes()


def consistency(connection: sa.Connection, old: int, new: int) -> list[bytes]:
    """Return the proof that the first `new` leaves begin with the first `old` (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise BadInput("A consistency proof goes from a smaller size to a larger one.")
    return consistency_proof(old, new, _subtrees(connection, new))


def _subtrees(connection: sa.Connection, size: int) -> Subtrees:
    if size > (top := head(connection).size):
        raise NotFound(f"The log has {top} leaves, not {size}.")
    return subtrees_in(size, lambda tile: tile_hashes(connection, tile))
