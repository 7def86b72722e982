# SPDX-License-Identifier: Apache-2.0
"""Proof files: a leaf's place in a signed tree, checkable offline (C2SP tlog-proof@v1).

The `extra` line carries the leaf's salt. It is not authenticated by the proof, and need not be:
with a wrong salt the leaf comes out different and the proof fails.
"""

from __future__ import annotations

from dataclasses import dataclass

from countersign.errors import NotVerified
from countersign.log.checkpoint import read_number
from countersign.log.merkle import HASH_BYTES
from countersign.seal import b64, read_b64

_FIRST = "c2sp.org/tlog-proof@v1"
_MAX_HASHES = 63
_MAX_BYTES = 1 << 21


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Index, inclusion proof from the leaf's sibling upwards, and the signed checkpoint verbatim."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        lines = [_FIRST, f"index {self.index}", *map(b64, self.hashes), "", ""]
        if self.extra is not None:
            lines.insert(1, f"extra {b64(self.extra)}")
        return "\n".join(lines).encode() + self.checkpoint

    @classmethod
    def of(cls, data: bytes) -> TlogProof:
        """Read a file without checking what it proves; raises `NotVerified` if it is none."""
        try:
            top, checkpoint = data[:_MAX_BYTES].split(b"\n\n", 1)
            first, *lines = top.decode("ascii").split("\n")
            extra = None
            if lines[0].startswith("extra "):
                extra = read_b64(lines.pop(0).removeprefix("extra "))
            label, number = lines.pop(0).split(" ", 1)
        except (ValueError, IndexError) as e:
            raise _no_proof() from e
        made = cls(read_number(number), tuple(map(read_b64, lines)), checkpoint, extra)
        sound = len(lines) <= _MAX_HASHES and all(len(h) == HASH_BYTES for h in made.hashes)
        if not sound or (first, label) != (_FIRST, "index") or made.to_bytes() != data:
            raise _no_proof()
        return made


def _no_proof() -> NotVerified:
    return NotVerified(
        "A file is not a log proof.",
        why="It should begin with `c2sp.org/tlog-proof@v1` and follow that format exactly.",
        remedy="Get the proof again from the log.",
    )
