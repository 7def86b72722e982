# SPDX-License-Identifier: Apache-2.0
"""What can be worked out from a log's folder alone: its checkpoint, old roots, consistency.

Nothing here says that the folder is whole (`verify_folder` does). Whether two checkpoints belong to
one history is proved by hashes from the folder, but judged by the checkpoints' own roots, so a
folder that was meddled with cannot make two histories look like one.
"""

from __future__ import annotations

from pathlib import Path

from countersign.errors import BadInput, Conflict, NotFound, NotVerified, Unavailable
from countersign.log.checkpoint import Checkpoint
from countersign.log.merkle import (
    HASH_BYTES,
    Frontier,
    Subtrees,
    consistency_proof,
    leaf_hash,
    root_of,
    verify_consistency,
)
from countersign.log.note import Note
from countersign.log.render import CHECKPOINT, partial_or_full
from countersign.log.tiles import WIDTH, Tile, read_bundle, subtrees_in, tile_at


def read_checkpoint(folder: Path) -> tuple[Checkpoint, bytes]:
    """Return what the folder's checkpoint says, and its bytes; no signature is checked.

    Raises `NotFound` where there is none, `NotVerified` where it is not one.
    """
    try:
        data = (folder / CHECKPOINT).read_bytes()
    except OSError as e:
        raise NotFound(
            "There is no checkpoint in this folder.",
            why=e.strerror or type(e).__name__,
            remedy="Give the log's folder, the one that holds `checkpoint` and `tile`.",
        ) from e
    return Checkpoint.of(Note.of(data).text), data


def root_at(folder: Path, size: int) -> bytes:
    """Return the root of the log's first `size` leaves, recomputed from the entries themselves.

    Raises `NotFound` if the folder has fewer, `NotVerified` or `Unavailable` if it is not whole.
    """
    there = _size_of(folder, size)
    frontier = Frontier()
    for n in range(-(-size // WIDTH)):
        bundle = _read(folder, tile_at(0, n, there), entries=True)
        hashes = [leaf_hash(entry) for entry in read_bundle(bundle)[: size - n * WIDTH]]
        frontier, _ = frontier.extend(hashes)
    if frontier.size != size:
        raise NotVerified("The folder holds fewer entries than its checkpoint says.")
    return frontier.root


def consistency_in(folder: Path, old: int, new: int) -> list[bytes]:
    """Return the consistency proof from the folder's tiles. Raises as `root_at`."""
    if not 0 <= old <= new:
        raise BadInput("A consistency proof goes from a smaller size to a larger one.")
    return consistency_proof(old, new, _subtrees(folder, new))


def consistent(folder: Path, older: Checkpoint, newer: Checkpoint) -> None:
    """Check that `older` is the beginning of `newer`, with hashes from a folder that has `newer`.

    Both are to be verified by the caller (`open_checkpoint`). Raises `Conflict` if they contradict
    each other: with both signed, that is the proof of a split view. Raises `BadInput` if they are
    of two logs or in the wrong order, `NotVerified` if the folder does not hold the newer tree.
    """
    if older.origin != newer.origin or older.size > newer.size:
        raise BadInput(
            "These two checkpoints cannot be compared.",
            why="They are of two logs, or the first is of the larger tree.",
            remedy="Give the older one first, of the same log.",
        )
    if older.size == newer.size:
        if older.root != newer.root:
            raise _split_view(older.size)
        return
    subtrees = _subtrees(folder, newer.size)
    if root_of(newer.size, subtrees) != newer.root:
        raise NotVerified(
            "The folder does not hold the tree of the newer checkpoint.",
            why="The root recomputed from its tiles is another.",
            remedy="Copy the log's folder again, and verify it.",
        )
    proof = consistency_proof(older.size, newer.size, subtrees)
    try:
        verify_consistency(
            old=older.size, old_root=older.root, new=newer.size, new_root=newer.root, proof=proof
        )
    except NotVerified as e:
        raise _split_view(older.size) from e


def _split_view(size: int) -> Conflict:
    return Conflict(
        "Two checkpoints of one log contradict each other.",
        why=f"Its first {size} leaves are not the same in both: somebody was shown another log.",
        remedy="Keep both files and the folder, and show them to an auditor or a representative.",
    )


def _subtrees(folder: Path, size: int) -> Subtrees:
    return subtrees_in(_size_of(folder, size), lambda tile: _read(folder, tile))


def _size_of(folder: Path, wanted: int) -> int:
    """Return how many leaves the folder has: its tiles are as wide as its own checkpoint says."""
    there = read_checkpoint(folder)[0].size
    if wanted > there:
        raise NotFound(
            f"The folder has {there} leaves, not {wanted}.",
            why="It is older than what is asked for.",
            remedy="Get the newer folder of the log; if there is none, the log was cut back.",
        )
    return there


def _read(folder: Path, tile: Tile, *, entries: bool = False) -> bytes:
    try:
        data = partial_or_full(folder, tile, entries=entries).read_bytes()
    except OSError as e:
        raise Unavailable(
            "A file of the log's folder cannot be read.",
            why=f"{tile.entries_path if entries else tile.path}: {e.strerror}",
            remedy="Copy the log's folder again, and verify it.",
        ) from e
    if entries:
        return data
    if len(data) not in (tile.width * HASH_BYTES, WIDTH * HASH_BYTES):
        raise NotVerified("A tile has the wrong length.", why=tile.path)
    return data[: tile.width * HASH_BYTES]
