# SPDX-License-Identifier: Apache-2.0
"""What a witness answers to a submitted checkpoint: values in, values out (C2SP tlog-witness v1.0.0).

A witness vouches that a log has only ever grown. In this order, each with its status:

1. the body is a request at all, else 400;
2. the checkpoint's origin is a log that this witness watches, else 404;
3. a trusted key of that log signed it, and none of them signed badly, else 403;
4. the old size is not above the checkpoint's, else 400;
5. the old size is that of the latest checkpoint cosigned here, else 409 with that size (rollback);
6. a checkpoint of that very size has that very root, else 409 (fork);
7. the proof leads from the latest root to the new one, else 422 (fork).

Steps 5 to 7 and remembering the new state are one transaction of `witness_store`. Its answer, the
cosignature, is made only after that: whatever was cosigned was remembered first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from countersign.errors import NotVerified
from countersign.log.checkpoint import Checkpoint, read_number
from countersign.log.merkle import EMPTY_ROOT, HASH_BYTES, verify_consistency
from countersign.log.note import ED25519, Note, VerifierKey
from countersign.seal import b64, read_b64

MAX_BODY: Final = 1 << 16
MAX_PROOF: Final = 63
PLAIN: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes over HTTP: status, body, and its content type."""

    status: int
    body: bytes
    kind: str = PLAIN


@dataclass(frozen=True, slots=True)
class Seen:
    """The latest checkpoint of a log that was cosigned, and when (UTC seconds)."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    at: int = 0


@dataclass(frozen=True, slots=True)
class Submission:
    """A request: the size that the log believes we saw last, the proof from there, the note."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    @classmethod
    def of(cls, body: bytes) -> Submission:
        """Read a request's body; raises `NotVerified` if it is malformed."""
        head, blank, signed = body.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as e:
            raise _malformed() from e
        if not blank or not first.startswith("old ") or len(lines) > MAX_PROOF:
            raise _malformed()
        proof = tuple(map(read_b64, lines))
        if any(len(hashed) != HASH_BYTES for hashed in proof) or len(body) > MAX_BODY:
            raise _malformed()
        note = Note.of(signed)
        return cls(read_number(first.removeprefix("old ")), proof, note, Checkpoint.of(note.text))

    def to_bytes(self) -> bytes:
        """Return the request's body."""
        return request(self.old, self.proof, self.note.to_bytes())


def request(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Return the body of an add-checkpoint request."""
    from_base64 = "".join(f"{b64(hashed)}\n" for hashed in proof)
    return f"old {old}\n{from_base64}\n".encode() + checkpoint


def refused_unseen(submission: Submission, keys: Sequence[VerifierKey]) -> Reply | None:
    """Return the refusal of steps 2 to 4, which need no state; None if they pass.

    `keys` are those trusted for any log; only a key whose name is the origin counts for it.
    """
    origin = submission.checkpoint.origin
    trusted = [key for key in keys if key.name == origin and key.kind == ED25519]
    if not trusted:
        return Reply(404, b"this log is not watched here\n")
    try:
        submission.note.verify(trusted)
    except NotVerified:
        return Reply(403, b"no trusted key of this log signed the checkpoint\n")
    if submission.old > submission.checkpoint.size:
        return Reply(400, b"the old size is above the checkpoint's\n")
    return None


def refused_seen(submission: Submission, seen: Seen) -> Reply | None:
    """Return the refusal of steps 5 to 7 given what was cosigned last; None if they pass."""
    new = submission.checkpoint
    if submission.old != seen.size:
        return Reply(409, b"%d\n" % seen.size, SIZE)
    if submission.old == new.size and new.root != seen.root:
        return Reply(409, b"another checkpoint of this size was cosigned here\n")
    try:
        verify_consistency(
            old=seen.size,
            old_root=seen.root,
            new=new.size,
            new_root=new.root,
            proof=submission.proof,
        )
    except NotVerified:
        return Reply(422, b"the proof does not lead from what was cosigned here to this\n")
    return None


def _malformed() -> NotVerified:
    return NotVerified("A request to a witness is malformed.")
