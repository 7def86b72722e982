# SPDX-License-Identifier: Apache-2.0
"""Check a log's folder or a proof file offline, with nothing but the keys one trusts.

`verify_folder` numbers its steps, so that a reader can tick them off; a step that builds on a
failed one fails too and says so. Nothing in the folder is believed before step 1 has passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from countersign.errors import CountersignError, NotVerified
from countersign.log.checkpoint import Checkpoint, open_checkpoint
from countersign.log.leaf import is_leaf, leaf_for
from countersign.log.merkle import Frontier, leaf_hash, root, root_of, verify_inclusion
from countersign.log.note import COSIGNATURE, Verified
from countersign.log.policy import Policy
from countersign.log.render import CHECKPOINT, partial_or_full
from countersign.log.tiles import (
    HEIGHT,
    WIDTH,
    Tile,
    read_bundle,
    split_hashes,
    subtrees_in,
    tile_at,
    tiles_of,
)
from countersign.log.tlog_proof import TlogProof
from countersign.seal import SALT_BYTES, Envelope

_HASH = 32


@dataclass(frozen=True, slots=True)
class Step:
    """One check of a verification: its number, what it checks, whether it passed, and why."""

    number: int
    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ProvenAt:
    """Where a leaf stands, in which tree, and which witnesses saw that tree when (UTC seconds)."""

    origin: str
    index: int
    size: int
    root: bytes
    witnesses: tuple[tuple[str, int], ...] = ()


def verify_proof(
    proof: bytes, leaf: bytes, vkeys: Sequence[str], *, policy: Policy | None = None
) -> ProvenAt:
    """Return where `leaf` stands if the proof file holds; else raises `NotVerified`.

    With a policy its logs and witnesses are trusted too, and its quorum must have cosigned.
    """
    read = TlogProof.of(proof)
    checkpoint, verified = open_checkpoint(read.checkpoint, _trusted(vkeys, policy))
    if policy is not None:
        _require_quorum(policy, verified)
    verify_inclusion(
        leaf_hash(leaf),
        index=read.index,
        size=checkpoint.size,
        root=checkpoint.root,
        proof=read.hashes,
    )
    return ProvenAt(
        checkpoint.origin, read.index, checkpoint.size, checkpoint.root, _witnesses(verified)
    )


def verify_logged(
    proof: bytes, envelope: Envelope, vkeys: Sequence[str], *, policy: Policy | None = None
) -> ProvenAt:
    """Return where the leaf of `envelope` stands, its salt taken from the proof's `extra` line."""
    salt = TlogProof.of(proof).extra
    if salt is None or len(salt) != SALT_BYTES:
        raise NotVerified("A log proof carries no salt.", remedy="Get the proof again.")
    return verify_proof(proof, leaf_for(envelope, salt), vkeys, policy=policy)


def _trusted(vkeys: Sequence[str], policy: Policy | None) -> list[str]:
    return [*vkeys, *(policy.vkeys if policy is not None else ())]


def _witnesses(verified: Sequence[Verified]) -> tuple[tuple[str, int], ...]:
    return tuple((v.key.name, v.seconds or 0) for v in verified if v.key.kind == COSIGNATURE)


def _require_quorum(policy: Policy, verified: Sequence[Verified]) -> str:
    """Return who of the policy cosigned; raises `NotVerified` if that is too few."""
    keys = [v.key for v in verified if v.key.kind == COSIGNATURE]
    if lacking := policy.unmet(keys):
        raise NotVerified(
            "Too few witnesses have seen this checkpoint.",
            why=f"{lacking}.",
            remedy="Ask the log's operator for a checkpoint that the policy's witnesses cosigned.",
        )
    there = [witness.name for witness in policy.witnesses if witness.key in keys]
    return f"quorum {policy.quorum}; cosigned by {', '.join(there) or 'none'}"


def verify_folder(
    folder: Path, *, vkeys: Sequence[str], policy: Policy | None = None
) -> list[Step]:
    """Check a published log with only its folder; never raises for what is wrong in it.

    With a policy its logs and witnesses are trusted too, and step 7 asks for its quorum.
    """
    try:
        data = (folder / CHECKPOINT).read_bytes()
        checkpoint, verified = open_checkpoint(data, _trusted(vkeys, policy))
    except (OSError, CountersignError) as e:
        return list(_run(None, _reason(e), policy))
    witnesses = len(_witnesses(verified))
    signed = f"{checkpoint.origin}, {checkpoint.size} leaves, {witnesses} trusted witnesses"
    return list(_run(_Folder(folder, checkpoint, verified), signed, policy))


def _run(folder: _Folder | None, first: str, policy: Policy | None) -> Iterator[Step]:
    """Yield the steps; after a failed one the rest are not tried."""
    checks: list[tuple[str, Callable[[_Folder], str]]] = [
        ("Every tile that the checkpoint needs is there and whole.", _Folder.complete),
        ("Each full tile hashes to its place in the level above.", _Folder.linked),
        ("The root recomputed from the tiles is the signed one.", _Folder.root_of_tiles),
        ("The root recomputed from the entries alone is the signed one.", _Folder.root_of_entries),
        ("Every entry is a salted commitment and nothing else.", _Folder.commitments),
    ]
    if policy is not None:
        name = "The witnesses that the policy asks for cosigned the checkpoint."
        checks.append((name, lambda folder: _require_quorum(policy, folder.verified)))
    passed, blocked = folder is not None, 1
    yield Step(1, "The checkpoint is signed by the log's trusted key.", passed, first)
    for number, (name, check) in enumerate(checks, 2):
        if not passed or folder is None:
            yield Step(number, name, False, f"Not tried: step {blocked} failed.")
            continue
        try:
            detail = check(folder)
        except (OSError, CountersignError) as e:
            passed, blocked, detail = False, number, _reason(e)
        yield Step(number, name, passed, detail)


def _reason(e: OSError | CountersignError) -> str:
    if isinstance(e, CountersignError):
        return " ".join(part for part in (e.what, e.why) if part)
    return f"{Path(e.filename or '').name}: {e.strerror or type(e).__name__}"


class _Folder:
    """A log's folder under a checkpoint that is already trusted; each check returns its detail."""

    def __init__(self, path: Path, checkpoint: Checkpoint, verified: Sequence[Verified]) -> None:
        self.path = path
        self.signed = checkpoint
        self.verified = verified
        self.strange = 0

    def _tile(self, tile: Tile) -> bytes:
        data = partial_or_full(self.path, tile).read_bytes()
        if len(data) not in (tile.width * _HASH, WIDTH * _HASH):
            raise NotVerified("A tile has the wrong length.", why=tile.path)
        return data[: tile.width * _HASH]

    def complete(self) -> str:
        count = 0
        for tile in tiles_of(self.signed.size):
            self._tile(tile)
            if tile.level == 0:
                partial_or_full(self.path, tile, entries=True).stat()
            count += 1
        return f"{count} tiles"

    def linked(self) -> str:
        count = 0
        for tile in tiles_of(self.signed.size):
            if not tile.is_full:
                continue
            above = tile_at(tile.level + 1, tile.n // WIDTH, self.signed.size)
            place = tile.n % WIDTH
            expected = self._tile(above)[place * _HASH : (place + 1) * _HASH]
            if root(split_hashes(self._tile(tile))) != expected:
                raise NotVerified("A tile does not fit the level above.", why=tile.path)
            count += 1
        return f"{count} full tiles of height {HEIGHT}"

    def root_of_tiles(self) -> str:
        if root_of(self.signed.size, subtrees_in(self.signed.size, self._tile)) != self.signed.root:
            raise NotVerified("The tiles have another root.")
        return self.signed.root.hex()

    def root_of_entries(self) -> str:
        frontier, misfit = Frontier(), ""
        for tile in tiles_of(self.signed.size):
            if tile.level:
                break
            path = partial_or_full(self.path, tile, entries=True)
            entries = read_bundle(path.read_bytes())[: tile.width]
            hashes = [leaf_hash(entry) for entry in entries]
            if not misfit and b"".join(hashes) != self._tile(tile):
                misfit = tile.entries_path
            self.strange += sum(not is_leaf(entry) for entry in entries)
            frontier, _ = frontier.extend(hashes)
        if frontier.root != self.signed.root:
            raise NotVerified("The entries have another root.", why=misfit)
        return f"{frontier.size} entries"

    def commitments(self) -> str:
        if self.strange:
            raise NotVerified(f"{self.strange} entries are something else.")
        return f"{self.signed.size} entries of one form and length"
