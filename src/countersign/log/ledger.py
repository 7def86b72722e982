# SPDX-License-Identifier: Apache-2.0
"""The log in the hub: append within the caller's transaction, read its head and its tiles.

Appending and what it witnesses commit or roll back together. Writers are serialized by BEGIN
IMMEDIATE (PostgreSQL: by the lock on the head row), so indexes have no gaps and no two leaves
share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.log.leaf import Random, padding, require_leaf
from countersign.log.merkle import EMPTY_ROOT, Frontier, Node, leaf_hash
from countersign.log.tables import log_head, log_leaf, log_node
from countersign.log.tiles import HEIGHT, WIDTH, Tile, split_hashes

BATCH = 8
_HEAD = 1


@dataclass(frozen=True, slots=True)
class Head:
    """How many leaves the log has, and their root."""

    size: int
    root: bytes


def append(
    connection: sa.Connection, entries: Sequence[bytes], *, at: datetime, random: Random
) -> list[int]:
    """Append leaves in the caller's hub write transaction; return their indexes in order.

    The batch is filled with padding up to a multiple of 8 and shuffled, so that neither the
    number of real leaves nor their order shows. No entries, no batch.
    """
    if not entries:
        return []
    size = -len(entries) % BATCH + len(entries)
    places = sorted(range(size), key=lambda _: random(16))
    filled = [require_leaf(e) for e in entries] + [
        padding(random) for _ in range(size - len(entries))
    ]
    batch = [b""] * size
    for place, entry in zip(places, filled, strict=True):
        batch[place] = entry
    first = extend(connection, batch, to_seconds(at))
    return [first + place for place in places[: len(entries)]]


def head(connection: sa.Connection) -> Head:
    """Return the log's size and root; the empty tree before the first leaf."""
    row = connection.execute(sa.select(log_head.c.size, log_head.c.root)).first()
    return Head(row.size, row.root) if row else Head(0, EMPTY_ROOT)


def extend(connection: sa.Connection, batch: list[bytes], seconds: int) -> int:
    """Append leaves as they are, unpadded and in order; returns the first one's index."""
    before = _frontier(connection)
    hashes = [leaf_hash(entry) for entry in batch]
    after, nodes = before.extend(hashes)
    rows = zip(range(before.size, after.size), hashes, batch, strict=True)
    connection.execute(
        sa.insert(log_leaf),
        [{"idx": i, "leaf_hash": h, "entry": e, "at": seconds} for i, h, e in rows],
    )
    if nodes:
        connection.execute(sa.insert(log_node), [_node_row(node) for node in nodes])
    values = {"size": after.size, "root": after.root, "frontier": b"".join(after.hashes)}
    if before.size:
        connection.execute(sa.update(log_head).values(values))
    else:
        connection.execute(sa.insert(log_head).values(id=_HEAD, **values))
    return before.size


def _frontier(connection: sa.Connection) -> Frontier:
    # FOR UPDATE is what serializes appends on PostgreSQL; SQLite has one writer anyway.
    row = connection.execute(sa.select(log_head).with_for_update()).first()
    return Frontier(row.size, tuple(split_hashes(row.frontier))) if row else Frontier()


def _node_row(node: Node) -> dict[str, int | bytes]:
    level, n, hashed = node
    return {"level": level // HEIGHT, "n": n, "hash": hashed}


def tile_hashes(connection: sa.Connection, tile: Tile) -> bytes:
    """Return the bytes of a tile that the log has."""
    if tile.level == 0:
        return b"".join(_leaf_column(connection, log_leaf.c.leaf_hash, tile))
    first = tile.n * WIDTH
    rows = connection.execute(
        sa.select(log_node.c.hash)
        .where(log_node.c.level == tile.level)
        .where(log_node.c.n.between(first, first + tile.width - 1))
        .order_by(log_node.c.n)
    )
    return b"".join(rows.scalars())


def tile_entries(connection: sa.Connection, tile: Tile) -> list[bytes]:
    """Return the entries behind a level-0 tile."""
    return _leaf_column(connection, log_leaf.c.entry, tile)


def _leaf_column(connection: sa.Connection, column: sa.Column[bytes], tile: Tile) -> list[bytes]:
    first = tile.n * WIDTH
    within = log_leaf.c.idx.between(first, first + tile.width - 1)
    query = sa.select(column).where(within).order_by(log_leaf.c.idx)
    return list(connection.execute(query).scalars())
