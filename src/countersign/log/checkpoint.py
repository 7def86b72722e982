# SPDX-License-Identifier: Apache-2.0
"""Checkpoints: the tree's size and root, signed by the log (C2SP tlog-checkpoint v1.0.0)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from countersign.errors import BadInput, NotVerified
from countersign.log.merkle import HASH_BYTES
from countersign.log.note import ED25519, Note, Verified, VerifierKey, is_name, sign_note
from countersign.seal import SigningKey, b64, read_b64

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


def read_number(text: str) -> int:
    """Read an ASCII decimal below 2^63 without leading zeroes; else raises `NotVerified`."""
    if not _NUMBER.fullmatch(text) or (number := int(text)) >= 1 << 63:
        raise NotVerified("A number in a log record is malformed.")
    return number


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log at one size. Ours carry no extension lines; others' may."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note text that is signed."""
        return "\n".join((self.origin, str(self.size), b64(self.root), *self.extensions, ""))

    @classmethod
    def of(cls, text: str) -> Checkpoint:
        """Read a note text; raises `NotVerified` if it is not a checkpoint."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() != "" or not all(lines):
            raise NotVerified("A note is not a checkpoint.")
        made = cls(lines[0], read_number(lines[1]), read_b64(lines[2]), tuple(lines[3:]))
        if len(made.root) != HASH_BYTES:
            raise NotVerified("A checkpoint's root is not a SHA-256 hash.")
        return made


@dataclass(frozen=True, slots=True)
class LogSigner:
    """The log's name and the key that signs its checkpoints."""

    origin: str
    key: SigningKey

    def __post_init__(self) -> None:
        if not is_name(self.origin):
            raise BadInput(
                "This cannot be a log's origin.",
                why="It is empty or holds a space or a plus sign.",
                remedy="Choose something like `example.org/countersign`.",
            )

    @property
    def vkey(self) -> str:
        """The verifier key to be handed out and pinned."""
        return VerifierKey(self.origin, ED25519, self.key.public).text

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """Return the signed checkpoint; the same bytes each time."""
        return sign_note(checkpoint.text, self.origin, self.key).to_bytes()


def open_checkpoint(data: bytes, vkeys: Sequence[str]) -> tuple[Checkpoint, tuple[Verified, ...]]:
    """Return a checkpoint signed by its own log's key and everything of `vkeys` that signed it.

    A key counts for the log only if its name is the checkpoint's origin: a trusted witness or
    another trusted log cannot stand in for it. Else raises `NotVerified`.
    """
    note = Note.of(data)
    verified = note.verify([VerifierKey.of(text) for text in vkeys])
    checkpoint = Checkpoint.of(note.text)
    if not any(v.key.kind == ED25519 and v.key.name == checkpoint.origin for v in verified):
        raise NotVerified(
            "A checkpoint is not signed by its own log.",
            why="A trusted key signed it, but not the key that bears the log's name.",
            remedy="Pin the log's own verifier key.",
        )
    return checkpoint, verified
