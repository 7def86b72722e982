# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree of RFC 6962, section 2.1, with SHA-256: hashes, roots, proofs, their checks.

Nothing here reads or writes: a proof asks a `Subtrees` function for the hash of a complete
subtree, so that a database, a folder of tiles and a list in memory serve alike. Checks follow
RFC 9162, sections 2.1.3.2 and 2.1.4.2, which verify the same proofs without recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from countersign.errors import Internal, NotVerified

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Subtrees: TypeAlias = Callable[[int, int], bytes]
"""(level, index) -> hash of the complete subtree over leaves index·2^level to (index+1)·2^level."""

Node: TypeAlias = tuple[int, int, bytes]
"""(level, index, hash) of a complete subtree."""


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right); the prefix keeps nodes from passing as leaves."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The complete subtrees that make up a tree, largest first: all that appending needs."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.hashes) != self.size.bit_count():
            raise Internal("A frontier does not fit its size.")

    def extend(self, leaves: Iterable[bytes], *, keep: int = 8) -> tuple[Frontier, list[Node]]:
        """Append leaf hashes; return the new frontier and the nodes completed at every `keep`-th level."""
        stack, size, nodes = list(self.hashes), self.size, list[Node]()
        for hashed in leaves:
            index, level, top = size, 0, hashed
            while index & 1:
                top = node_hash(stack.pop(), top)
                index, level = index >> 1, level + 1
                if level % keep == 0:
                    nodes.append((level, index, top))
            stack.append(top)
            size += 1
        return Frontier(size, tuple(stack)), nodes

    @property
    def root(self) -> bytes:
        """The root hash of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, top = self.hashes
        for left in reversed(rest):
            top = node_hash(left, top)
        return top


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    return Frontier().extend(leaves)[0].root


def subtrees_of(leaves: Sequence[bytes]) -> Subtrees:
    """Return the subtrees of a tree held in memory, given its leaf hashes."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        levels.append(parents(levels[-1]))
    return lambda level, index: levels[level][index]


def parents(row: Sequence[bytes]) -> list[bytes]:
    """Return the hashes one level up; an odd last one has no complete parent and is left out."""
    return [node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=False)]


def root_of(size: int, subtrees: Subtrees) -> bytes:
    """Return the root of the first `size` leaves."""
    return _span(subtrees, 0, size) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtrees: Subtrees) -> list[bytes]:
    """Return PATH(index, D[size]): the sibling of the leaf first, the child of the root last."""
    if not 0 <= index < size:
        raise Internal("A proof is asked for a leaf outside the tree.")
    proof, low, high = list[bytes](), 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(_span(subtrees, middle, high))
            high = middle
        else:
            proof.append(_span(subtrees, low, middle))
            low = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, subtrees: Subtrees) -> list[bytes]:
    """Return PROOF(old, D[new]); empty for the same size and for the empty tree."""
    if not 0 <= old <= new:
        raise Internal("A proof is asked from a larger tree to a smaller one.")
    if old in (0, new):
        return []
    proof, low, high, whole = list[bytes](), 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            proof.append(_span(subtrees, middle, high))
            high = middle
        else:
            proof.append(_span(subtrees, low, middle))
            low, whole = middle, False
    if not whole:  # the old root itself is known to the verifier and left out
        proof.append(_span(subtrees, low, high))
    return proof[::-1]


def _split(count: int) -> int:
    """Return the largest power of two below `count` (≥ 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def _span(subtrees: Subtrees, low: int, high: int) -> bytes:
    """Return the hash over leaves `low` to `high`, where `low` is a multiple of their split."""
    count = high - low
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return subtrees(level, low >> level)
    middle = low + _split(count)
    return node_hash(_span(subtrees, low, middle), _span(subtrees, middle, high))


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the leaf hash stands at `index` of the tree; else raises `NotVerified`.

    Source: RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        raise _unproven("The leaf's index lies outside the tree.")
    first, last, top = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise _unproven("The proof is too long.")
        if first & 1 or first == last:
            top = node_hash(sibling, top)
            while not first & 1 and first:  # the right edge has no sibling on these levels
                first, last = first >> 1, last >> 1
        else:
            top = node_hash(top, sibling)
        first, last = first >> 1, last >> 1
    if last or top != root:
        raise _unproven("The proof does not lead from the leaf to the root.")


def verify_consistency(
    *, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the old tree is the beginning of the new one; else raises `NotVerified`.

    Source: RFC 9162, 2.1.4.2.
    """
    if not 0 <= old <= new:
        raise _unproven("The old tree is larger than the new one.")
    if old in (0, new):
        known = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != known or (new == 0 and new_root != EMPTY_ROOT):
            raise _unproven("The two trees differ.")
        return
    _walk_consistency(old, old_root, new, new_root, list(proof))


def _walk_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]
) -> None:
    path = [old_root, *proof] if old & (old - 1) == 0 else proof
    if not path:
        raise _unproven("The proof is empty.")
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    was = now = path[0]
    for hashed in path[1:]:
        if last == 0:
            raise _unproven("The proof is too long.")
        if first & 1 or first == last:
            was, now = node_hash(hashed, was), node_hash(hashed, now)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            now = node_hash(now, hashed)
        first, last = first >> 1, last >> 1
    if last or was != old_root or now != new_root:
        raise _unproven("The proof does not lead to both roots.")


def _unproven(why: str) -> NotVerified:
    return NotVerified(
        "A log proof does not hold.",
        why=why,
        remedy="Get the proof again from the log; if it still fails, keep both and ask an auditor.",
    )
