# SPDX-License-Identifier: Apache-2.0
"""Tiles lie where C2SP tlog-tiles says and hold what it says."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import NotVerified
from countersign.log import consistency_proof, inclusion_proof, leaf_hash
from countersign.log.merkle import subtrees_of
from countersign.log.tiles import (
    Tile,
    read_bundle,
    split_hashes,
    subtrees_in,
    tiles_of,
    write_bundle,
)
from tests.log.scene import leaves


def test_paths_are_the_specification_s() -> None:
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert Tile(0, 1234067).entries_path == "tile/entries/x001/x234/067"
    assert Tile(3, 0, 17).path == "tile/3/000.p/17"
    assert Tile(0, 1000, 1).entries_path == "tile/entries/x001/000.p/1"


def test_seventy_thousand_leaves_make_the_tiles_of_the_specification_s_example() -> None:
    tiles = list(tiles_of(70_000))
    assert Counter((t.level, t.is_full) for t in tiles) == {
        (0, True): 273,
        (0, False): 1,
        (1, True): 1,
        (1, False): 1,
        (2, False): 1,
    }
    assert [t.path for t in tiles if not t.is_full] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]


def test_a_tree_of_256_has_a_full_tile_and_its_root_above() -> None:
    assert [t.path for t in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles_of(0)) == []


@given(st.integers(1, 10**7))
def test_the_partial_tile_of_a_level_has_the_specified_width(size: int) -> None:
    tiles = sorted(t for t in tiles_of(size) if not t.is_full or t.n == (size >> 8) - 1)
    for level in range(4):
        width = (size >> 8 * level) % 256
        assert [t.width for t in tiles if t.level == level and not t.is_full] == [width][
            : width > 0
        ]


@given(st.integers(1, 1400), st.data())
def test_proofs_from_tiles_equal_proofs_from_memory(size: int, data: st.DataObject) -> None:
    whole = subtrees_of(HASHES[:size])
    read = list[Tile]()

    def tile(at: Tile) -> bytes:
        read.append(at)
        first = at.n * 256
        return b"".join(whole(at.level * 8, i) for i in range(first, first + at.width))

    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    tiled = subtrees_in(size, tile)
    assert inclusion_proof(index, size, tiled) == inclusion_proof(index, size, whole)
    assert consistency_proof(old, size, tiled) == consistency_proof(old, size, whole)
    assert len(read) == len(set(read)), "a tile is read once"
    assert set(read) <= set(tiles_of(size))


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert read_bundle(write_bundle(entries)) == entries


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00"])
def test_a_bundle_that_ends_within_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(NotVerified):
        read_bundle(data)


def test_a_tile_with_a_broken_hash_is_refused() -> None:
    with pytest.raises(NotVerified):
        split_hashes(bytes(33))


HASHES = [leaf_hash(entry) for entry in leaves(1400)]
