# SPDX-License-Identifier: Apache-2.0
"""Tiles and entry bundles: where they lie and what they hold (C2SP tlog-tiles v0.1.0).

A tile is up to 256 consecutive hashes of one level; a hash of level L+1 is the root of a full
tile of level L. Paths come in groups of three digits: 1234067 lies at `x001/x234/067`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from countersign.errors import NotVerified
from countersign.log.merkle import HASH_BYTES, Subtrees, parents

WIDTH = 256
HEIGHT = 8


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """`width` consecutive hashes, beginning at the `n`·256-th of a level."""

    level: int
    n: int
    width: int = WIDTH

    @property
    def is_full(self) -> bool:
        """Whether it holds 256 hashes and thus never changes again."""
        return self.width == WIDTH

    @property
    def path(self) -> str:
        """Where its hashes lie, below the log's folder."""
        return f"tile/{self.level}/{_place(self.n, self.width)}"

    @property
    def entries_path(self) -> str:
        """Where the entries behind a level-0 tile lie."""
        return f"tile/entries/{_place(self.n, self.width)}"

    @property
    def full(self) -> Tile:
        """The tile that this one becomes part of."""
        return Tile(self.level, self.n)


def _place(n: int, width: int) -> str:
    groups = [f"{n % 1000:03d}"]
    while n := n // 1000:
        groups.insert(0, f"x{n % 1000:03d}")
    return "/".join(groups) + ("" if width == WIDTH else f".p/{width}")


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree, level by level, the partial one of a level last."""
    level = 0
    while size:
        full, rest = divmod(size, WIDTH)
        yield from (Tile(level, n) for n in range(full))
        if rest:
            yield Tile(level, full, rest)
        size, level = full, level + 1


def tile_at(level: int, n: int, size: int) -> Tile:
    """Return tile `n` of a level as wide as a tree of `size` leaves makes it."""
    return Tile(level, n, min(WIDTH, (size >> HEIGHT * level) - n * WIDTH))


def subtrees_in(size: int, read: Callable[[Tile], bytes]) -> Subtrees:
    """Return the subtrees of a tree of `size` leaves kept in tiles, reading each tile once."""
    kept: dict[tuple[int, int], list[list[bytes]]] = {}

    def subtree(level: int, index: int) -> bytes:
        tiles, inner = divmod(level, HEIGHT)
        n, place = divmod(index, WIDTH >> inner)
        if (tiles, n) not in kept:
            kept[tiles, n] = [split_hashes(read(tile_at(tiles, n, size)))]
        rows = kept[tiles, n]
        while len(rows) <= inner:
            rows.append(parents(rows[-1]))
        return rows[inner][place]

    return subtree


def split_hashes(data: bytes) -> list[bytes]:
    """Return the 32-byte hashes of a tile; raises `NotVerified` at a broken one."""
    if len(data) % HASH_BYTES:
        raise NotVerified("A tile has a broken hash.")
    return [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """Return entries as a bundle: each preceded by its length in two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle; raises `NotVerified` if it ends within one."""
    entries, at = list[bytes](), 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise NotVerified("An entry bundle ends within an entry.")
        entries.append(data[at + 2 : end])
        at = end
    return entries
