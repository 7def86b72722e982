# SPDX-License-Identifier: Apache-2.0
"""Portable evidence that a log showed two people two histories; anybody can check it alone.

It holds both signed checkpoints. Of equal size, their roots differ: that is the proof. Of unequal
size, it also holds what the newer tree has as the root of its beginning, proved by a consistency
proof, and that is not the root that was signed. Nothing else is needed than the log's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countersign.errors import Conflict, NotVerified
from countersign.log.checkpoint import open_checkpoint
from countersign.log.merkle import verify_consistency
from countersign.log.reading import consistency_in, consistent, root_at
from countersign.seal import b64, read_b64

KIND = "split-view"


@dataclass(frozen=True, slots=True)
class SplitView:
    """Two signed checkpoints of one log that contradict each other, and why."""

    older: bytes
    newer: bytes
    root_in_newer: bytes = b""
    proof: tuple[bytes, ...] = ()

    def to_value(self) -> dict[str, Any]:
        """Return the JSON value that is written to a file."""
        return {
            "v": 1,
            "evidence": KIND,
            "older": self.older.decode(),
            "newer": self.newer.decode(),
            "rootInNewer": b64(self.root_in_newer),
            "proof": [b64(h) for h in self.proof],
        }

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> SplitView:
        """Read what `to_value` writes; raises `NotVerified` for anything else."""
        try:
            made = cls(
                value["older"].encode(),
                value["newer"].encode(),
                read_b64(value["rootInNewer"]),
                tuple(read_b64(h) for h in value["proof"]),
            )
        except (KeyError, TypeError, AttributeError) as e:
            raise _none("The file is not complete.") from e
        if made.to_value() != dict(value):
            raise _none("The file says more than it proves.")
        return made


def compare(folder: Path, kept: bytes, shown: bytes, vkeys: Sequence[str]) -> SplitView | None:
    """Compare two signed checkpoints with the help of a folder that has the larger tree.

    Returns the evidence if they contradict each other, None if one continues the other. Raises
    `NotVerified` where a checkpoint is not signed by the log, or the folder has another tree.
    """
    pair = sorted(((open_checkpoint(note, vkeys)[0], note) for note in (kept, shown)), key=_size)
    (older, first), (newer, second) = pair
    try:
        consistent(folder, older, newer)
    except Conflict:
        if older.size == newer.size:
            return SplitView(first, second)
        proof = tuple(consistency_in(folder, older.size, newer.size))
        return SplitView(first, second, root_at(folder, older.size), proof)
    return None


def _size(pair: tuple[Any, bytes]) -> int:
    return int(pair[0].size)


def check_split(found: SplitView, vkeys: Sequence[str]) -> str:
    """Return in a line what the evidence proves; raises `NotVerified` if it proves nothing."""
    older, newer = (open_checkpoint(note, vkeys)[0] for note in (found.older, found.newer))
    if older.origin != newer.origin or older.size > newer.size:
        raise _none("The two checkpoints are not of one log, or in the wrong order.")
    if older.size == newer.size:
        if older.root == newer.root:
            raise _none("The two checkpoints are the same.")
    elif older.root == found.root_in_newer:
        raise _none("The newer tree begins with the older one.")
    else:
        verify_consistency(
            old=older.size,
            old_root=found.root_in_newer,
            new=newer.size,
            new_root=newer.root,
            proof=list(found.proof),
        )
    return f"{older.origin} signed two histories: they differ within the first {older.size} leaves."


def _none(why: str) -> NotVerified:
    return NotVerified("This is no evidence of a split view.", why=why)
