# SPDX-License-Identifier: Apache-2.0
"""Witnessing: run one, have one's log cosigned, and compare a log with what stands on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from countersign.desk.home import Home
from countersign.desk.logbook import publish_log
from countersign.errors import BadInput, CountersignError, NotFound
from countersign.log import (
    Asked,
    Checkpoint,
    Paper,
    Policy,
    Post,
    Step,
    VerifierKey,
    Witness,
    consistent,
    gather,
    make_witness,
    open_checkpoint,
    open_witness,
    paper_of,
    post_over_http,
    read_checkpoint,
    root_at,
    same_words,
)
from countersign.people import Hub
from countersign.seal import qr_blocks, qr_svg

PAPER_STEP, SEEN_STEP = 8, 9


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What came of asking the witnesses; `lacking` says in words what the quorum still needs."""

    origin: str
    size: int
    asked: tuple[Asked, ...]
    lacking: str


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A checkpoint for paper with its QR code, which holds `paper.signed`."""

    paper: Paper
    qr: tuple[str, ...]
    svg: bytes


def the_witness(home: Home, *, make: bool = False, name: str = "") -> Witness:
    """Open the witness of this home, or make it; raises `NotFound` where none was made."""
    folder = home.path / "witness"
    if make:
        return make_witness(folder, name=name, passphrase=home.passphrase)
    return open_witness(folder, home.passphrase)


def watched(vkeys: Sequence[str]) -> tuple[VerifierKey, ...]:
    """Read the keys of the logs that a witness watches; raises `BadInput` for any other key."""
    keys = tuple(VerifierKey.of(text.strip()) for text in vkeys)
    if not keys or any(key.kind != 1 for key in keys):
        raise BadInput(
            "A witness needs the key of each log that it watches.",
            why="One that was given is a witness's own key, or none was given.",
            remedy="Ask the log's operator for the line that `countersign log key` prints.",
        )
    return keys


def read_policy(path: Path) -> Policy:
    """Read a policy file; raises `BadInput` with the line that cannot be read."""
    try:
        return Policy.of(path.read_bytes().decode("utf-8", "surrogateescape"))
    except OSError as e:
        raise BadInput(
            f"The policy {path.name} cannot be read.",
            why=e.strerror or type(e).__name__,
            remedy="Give a text file in the form of c2sp.org/tlog-policy.",
        ) from e


def witness_log(
    hub: Hub, policy: Policy, *, now: datetime, post: Post = post_over_http
) -> Witnessed:
    """Publish the log, ask the policy's witnesses to cosign it, and keep what they signed.

    The only verb that reaches out to witnesses; everything else works without a network. Stopped at
    any point, the folder holds a whole checkpoint with or without cosignatures.
    """
    publish_log(hub, now=now)
    asked = gather(hub.log_folder, policy, post=post)
    data = read_checkpoint(hub.log_folder)[1]
    checkpoint, verified = open_checkpoint(data, [hub.signer.vkey, *policy.vkeys])
    lacking = policy.unmet([v.key for v in verified])
    return Witnessed(checkpoint.origin, checkpoint.size, tuple(asked), lacking)


def checkpoint_on_paper(folder: Path, *, words: int = 8) -> OnPaper:
    """Return the folder's checkpoint in words and as a QR code. Raises as `read_checkpoint`."""
    paper = paper_of(*read_checkpoint(folder), words=words)
    return OnPaper(paper, tuple(qr_blocks(paper.signed)), qr_svg(paper.signed))


def verify_paper(folder: Path, written: str, size: int | None) -> Step:
    """Compare words from paper with the log's first `size` leaves (default: all of them).

    A mismatch is a failed step; raises `BadInput` where the words are too few to compare.
    """
    name = "The words on paper are those of the log."
    there = read_checkpoint(folder)[0].size
    wanted = there if size is None else size
    try:
        root = root_at(folder, wanted)
    except NotFound as e:
        return Step(PAPER_STEP, name, False, f"No match: {e.what}")
    if same_words(written, root):
        return Step(PAPER_STEP, name, True, f"Match: the first {wanted} of {there} leaves.")
    hint = "" if size is not None else " Was the paper of an earlier size? Give it with --size."
    return Step(
        PAPER_STEP, name, False, f"No match: the first {wanted} leaves have other words.{hint}"
    )


def verify_seen(folder: Path, seen: Path, vkeys: Sequence[str]) -> Step:
    """Check that a checkpoint kept from earlier is the beginning of this folder's log."""
    name = f"The checkpoint kept in {seen.name} is the beginning of this log."
    try:
        older = _kept(seen, vkeys)
        newer = open_checkpoint(read_checkpoint(folder)[1], vkeys)[0]
        consistent(folder, older, newer)
    except CountersignError as e:
        detail = " ".join(part for part in (e.what, e.why) if part)
        return Step(SEEN_STEP, name, False, detail)
    return Step(SEEN_STEP, name, True, f"{older.size} leaves then, {newer.size} now")


def _kept(path: Path, vkeys: Sequence[str]) -> Checkpoint:
    try:
        data = path.read_bytes()
    except OSError as e:
        raise BadInput(f"{path.name} cannot be read.", why=e.strerror or "") from e
    # Phones drop the last newline of what they scan.
    return open_checkpoint(data if data.endswith(b"\n") else data + b"\n", vkeys)[0]
