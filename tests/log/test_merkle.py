# SPDX-License-Identifier: Apache-2.0
"""The tree is RFC 6962's: known vectors, every small proof, and no flipped bit passes."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import Internal, NotVerified
from countersign.log import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from countersign.log.merkle import root_of, subtrees_of

# The reference tests of Certificate Transparency (merkletree/merkle_tree_test), eight entries.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(entry) for entry in ENTRIES]
MANY = [leaf_hash(b"%d" % i) for i in range(300)]


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _naive(hashes: list[bytes]) -> bytes:
    """MTH exactly as RFC 6962 section 2.1 writes it."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + _naive(hashes[:k]) + _naive(hashes[k:])).digest()


def test_roots_are_those_of_the_reference_vectors() -> None:
    assert [root(HASHES[: n + 1]).hex() for n in range(8)] == ROOTS
    assert root([]) == EMPTY_ROOT == sha256(b"").digest()


def test_roots_equal_the_definition_for_every_size_up_to_300() -> None:
    subtrees, frontier = subtrees_of(MANY), Frontier()
    for n in range(1, 301):
        frontier, _ = frontier.extend([MANY[n - 1]])
        assert frontier.root == root_of(n, subtrees) == _naive(MANY[:n])


def test_inclusion_proofs_are_those_of_the_reference_vectors() -> None:
    subtrees = subtrees_of(HASHES)
    first = inclusion_proof(0, 8, subtrees)
    assert [h.hex() for h in first] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [h.hex() for h in inclusion_proof(2, 3, subtrees)] == [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    ]
    assert inclusion_proof(0, 1, subtrees) == []


def test_consistency_proofs_are_those_of_the_reference_vectors() -> None:
    subtrees = subtrees_of(HASHES)
    assert [h.hex() for h in consistency_proof(6, 8, subtrees)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [h.hex() for h in consistency_proof(2, 5, subtrees)] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


def test_every_inclusion_proof_up_to_300_leaves_holds_and_fails_with_one_bit_flipped() -> None:
    subtrees, dice = subtrees_of(MANY), random.Random(6962)  # noqa: S311
    for size in range(1, 301):
        top = root(MANY[:size])
        flipped = range(size) if size < 40 else dice.sample(range(size), 10)
        for index in range(size):
            proof = inclusion_proof(index, size, subtrees)
            verify_inclusion(MANY[index], index=index, size=size, root=top, proof=proof)
            for at in range(len(proof) if index in flipped else 0):
                broken = [*proof]
                broken[at] = _flip(proof[at], dice.randrange(256))
                with pytest.raises(NotVerified):
                    verify_inclusion(MANY[index], index=index, size=size, root=top, proof=broken)


def test_every_consistency_proof_up_to_300_leaves_holds_and_fails_with_one_bit_flipped() -> None:
    subtrees, dice = subtrees_of(MANY), random.Random(9162)  # noqa: S311
    roots = [root(MANY[:n]) for n in range(301)]
    for new in range(301):
        flipped = range(new + 1) if new < 40 else dice.sample(range(new), 10)
        for old in range(new + 1):
            proof = consistency_proof(old, new, subtrees)
            sizes = {"old": old, "new": new, "old_root": roots[old], "new_root": roots[new]}
            verify_consistency(**sizes, proof=proof)  # type: ignore[arg-type]
            for at in range(len(proof) if old in flipped else 0):
                broken = [*proof]
                broken[at] = _flip(proof[at], dice.randrange(256))
                with pytest.raises(NotVerified):
                    verify_consistency(**sizes, proof=broken)  # type: ignore[arg-type]


@given(st.data())
def test_an_inclusion_proof_holds_for_its_own_leaf_place_and_tree_only(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    top, proof = root(MANY[:size]), inclusion_proof(index, size, subtrees_of(MANY))
    bit = data.draw(st.integers(0, 255))
    other = data.draw(st.integers(-1, size).filter(lambda i: i != index))
    for leaf, place, against, path in (
        (_flip(MANY[index], bit), index, top, proof),
        (MANY[index], other, top, proof),
        (MANY[index], index, _flip(top, bit), proof),
        (MANY[index], index, top, [*proof, MANY[0]]),
        *(
            [(MANY[index], index, top, proof[:-1]), (MANY[index], index, top, proof[1:])]
            * (size > 1)
        ),
    ):
        with pytest.raises(NotVerified):
            verify_inclusion(leaf, index=place, size=size, root=against, proof=path)


@given(st.data())
def test_a_consistency_proof_holds_for_its_own_two_trees_only(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, 300))
    old = data.draw(st.integers(1, new - 1))
    was, now = root(MANY[:old]), root(MANY[:new])
    proof = consistency_proof(old, new, subtrees_of(MANY))
    bit = data.draw(st.integers(0, 255))
    for old_root, new_root, path in (
        (_flip(was, bit), now, proof),
        (was, _flip(now, bit), proof),
        (was, now, [*proof, MANY[0]]),
        (was, now, proof[:-1]),
    ):
        with pytest.raises(NotVerified):
            verify_consistency(old=old, old_root=old_root, new=new, new_root=new_root, proof=path)


@given(st.lists(st.integers(0, 60), max_size=6))
def test_a_frontier_grown_in_any_steps_has_the_same_root_and_nodes(steps: list[int]) -> None:
    frontier, nodes, total = Frontier(), [], sum(steps)
    leaves = (MANY * 2)[:total]
    for step in steps:
        here = leaves[frontier.size : frontier.size + step]
        frontier, more = frontier.extend(here, keep=2)
        nodes += more
    assert (frontier.size, frontier.root) == (total, root(leaves))
    if total:
        subtrees = subtrees_of(leaves)
        assert all(hashed == subtrees(level, index) for level, index, hashed in nodes)
        wanted = {(level, i) for level in (2, 4, 6, 8) for i in range(total >> level)}
        assert {node[:2] for node in nodes} == wanted


def test_trees_of_the_same_size_must_be_the_same_and_the_empty_one_begins_all() -> None:
    one, two = MANY[:2]
    verify_consistency(old=0, old_root=EMPTY_ROOT, new=5, new_root=one, proof=[])
    verify_consistency(old=0, old_root=EMPTY_ROOT, new=0, new_root=EMPTY_ROOT, proof=[])
    verify_consistency(old=5, old_root=one, new=5, new_root=one, proof=[])
    for old, was, new, now, proof in (
        (5, one, 5, two, []),
        (5, one, 5, one, [two]),
        (0, one, 5, two, []),
        (0, one, 0, one, []),
        (0, EMPTY_ROOT, 0, one, []),
        (6, one, 5, two, []),
        (-1, one, 5, two, []),
        (1, one, 2, two, []),
        (3, one, 4, two, []),
        (2, one, 4, one, []),
    ):
        with pytest.raises(NotVerified):
            verify_consistency(old=old, old_root=was, new=new, new_root=now, proof=proof)


def test_a_proof_of_the_wrong_length_fails_even_if_its_hashes_meet_the_root() -> None:
    top = root(HASHES[:2])
    for leaf, index, size, proof in ((top, 0, 2, []), (HASHES[1], 0, 1, [HASHES[0]])):
        with pytest.raises(NotVerified):
            verify_inclusion(leaf, index=index, size=size, root=top, proof=proof)


def test_proofs_are_not_made_for_what_is_not_in_the_tree() -> None:
    with pytest.raises(Internal):
        inclusion_proof(8, 8, subtrees_of(HASHES))
    with pytest.raises(Internal):
        consistency_proof(9, 8, subtrees_of(HASHES))
    with pytest.raises(Internal):
        Frontier(3, (HASHES[0],))


def test_an_entry_cannot_pass_as_a_node() -> None:
    assert leaf_hash(HASHES[0] + HASHES[1]) != root(HASHES[:2])
