# SPDX-License-Identifier: Apache-2.0
"""Trees in memory with their signed checkpoints, and a witness that watches them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from countersign.log import (
    Checkpoint,
    LogSigner,
    Reply,
    VerifierKey,
    Witness,
    add_checkpoint,
    consistency_proof,
    leaf_hash,
    make_witness,
    root,
)
from countersign.log.merkle import subtrees_of
from countersign.log.witness import request
from tests.log.scene import NOW, SIGNER

LOGS = (VerifierKey.of(SIGNER.vkey),)


def hashes(size: int, *, fork: int | None = None) -> list[bytes]:
    """Return the leaf hashes of a tree; those from `fork` on are another history's."""
    return [
        leaf_hash(b"%d %d" % (number, fork is not None and number >= fork))
        for number in range(size)
    ]


def signed(size: int, *, fork: int | None = None, by: LogSigner = SIGNER) -> bytes:
    """Return the signed checkpoint of a tree."""
    return by.sign(Checkpoint(by.origin, size, root(hashes(size, fork=fork))))


def submission(
    old: int, new: int, *, fork: int | None = None, by: LogSigner = SIGNER, proof: int | None = None
) -> bytes:
    """Return a request whose proof is of the tree itself (`proof`: from another old size)."""
    tree = hashes(new, fork=fork)
    start = old if proof is None else proof
    found = consistency_proof(start, new, subtrees_of(tree)) if start <= new else []
    return request(old, found, signed(new, fork=fork, by=by))


@contextmanager
def watching(folder: Path) -> Iterator[Witness]:
    """Open the witness of a folder, made at the first time."""
    witness = make_witness(folder, name="witness.example.org/works-council")
    try:
        yield witness
    finally:
        witness.close()


def say(witness: Witness, body: bytes) -> Reply:
    """Submit at NOW."""
    return add_checkpoint(witness, body, logs=LOGS, now=NOW)


def seed(text: str) -> int:
    """Return a number that is the same in every run."""
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big")
