# SPDX-License-Identifier: Apache-2.0
"""Publish the log as a folder that any static file server can serve and anybody can copy.

Order is what keeps the folder true at every moment, even if this process is killed:
1. full and partial tiles and entry bundles that are missing, each written, synced, renamed;
2. then the checkpoint, in the same way: it never describes a tile that is not there;
3. then partial tiles that a full one has replaced are removed (tlog-tiles, "Partial Tiles").
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import Conflict, Unavailable
from countersign.log.checkpoint import Checkpoint, LogSigner
from countersign.log.ledger import head, tile_entries, tile_hashes
from countersign.log.merkle import root_of
from countersign.log.note import Note
from countersign.log.tiles import Tile, subtrees_in, tiles_of, write_bundle
from countersign.store import Database

CHECKPOINT = "checkpoint"


def publish(db: Database, folder: Path, signer: LogSigner, *, now: datetime) -> Checkpoint:
    """Bring `folder` up to the log's head and return what its checkpoint says.

    Writes only what is missing, so a second run, or one after a kill, completes the first.
    `now` becomes the checkpoint's file time. Raises `Conflict` if the folder holds a checkpoint
    that this log did not grow from, `Unavailable` if it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder), db.read() as connection:
            top = head(connection)
            made = Checkpoint(signer.origin, top.size, top.root)
            _refuse_fork(connection, folder, made)
            _write_missing(connection, folder, made.size)
            _put_checkpoint(folder / CHECKPOINT, signer.sign(made), to_seconds(now))
            _drop_replaced(folder)
    except OSError as e:
        raise _unwritable(e) from e
    return made


def _unwritable(e: OSError) -> Unavailable:
    return Unavailable(
        "The log's folder cannot be written.",
        why=e.strerror or type(e).__name__,
        remedy="Check the disk and the folder's rights, then run the same again.",
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one publisher in at a time, lest an older checkpoint replace a newer one."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _refuse_fork(connection: sa.Connection, folder: Path, made: Checkpoint) -> None:
    """Never sign a tree inconsistent with one already published (tlog-checkpoint, "Signatures")."""
    path = folder / CHECKPOINT
    if not path.exists():
        return
    old = Checkpoint.of(Note.of(path.read_bytes()).text)
    if old.origin == made.origin and old.size <= made.size:
        subtrees = subtrees_in(old.size, lambda tile: tile_hashes(connection, tile))
        if root_of(old.size, subtrees) == old.root:
            return
    raise Conflict(
        "The log's folder and the hub do not belong together.",
        why=f"The published checkpoint of size {old.size} is not the beginning of the hub's log.",
        remedy="If the hub was restored from a backup, keep the folder for the auditor and start "
        "a log under a new name; otherwise choose the right folder.",
    )


def _put_checkpoint(path: Path, signed: bytes, seconds: int) -> None:
    # The same checkpoint with witnesses' lines below ours is left as it is.
    if not (path.exists() and path.read_bytes().startswith(signed)):
        _put(path, signed, seconds)


def replace_checkpoint(folder: Path, before: bytes, after: bytes) -> bool:
    """Put a checkpoint with more signature lines in the place of the one it was made from.

    False, and nothing is done, if the folder holds another by now. The file keeps its time.
    Raises `Unavailable` if it cannot be written.
    """
    path = folder / CHECKPOINT
    try:
        with _alone(folder):
            if path.read_bytes() != before:
                return False
            _put(path, after, int(path.stat().st_mtime))
    except OSError as e:
        raise _unwritable(e) from e
    return True


def _write_missing(connection: sa.Connection, folder: Path, size: int) -> None:
    for tile in tiles_of(size):
        if not (folder / tile.path).exists():
            _put(folder / tile.path, tile_hashes(connection, tile))
        if tile.level == 0 and not (folder / tile.entries_path).exists():
            _put(folder / tile.entries_path, write_bundle(tile_entries(connection, tile)))


def _put(path: Path, data: bytes, seconds: int | None = None) -> None:
    """Write beside, sync, rename, sync the folder: the file is whole or not there at all."""
    _make_folder(path.parent)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as f:
        f.write(data)
        f.flush()
        if seconds is not None:
            os.utime(f.fileno(), (seconds, seconds))
        os.fsync(f.fileno())
    beside.replace(path)
    _sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents, each entry synced, so that no rename outlives its folder."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _drop_replaced(folder: Path) -> None:
    for partial in list((folder / "tile").rglob("*.p")):
        if partial.with_suffix("").is_file():
            shutil.rmtree(partial)


def partial_or_full(folder: Path, tile: Tile, *, entries: bool = False) -> Path:
    """Return where a tile (or its entries) lies; a full one stands in for a partial one removed."""
    path = folder / (tile.entries_path if entries else tile.path)
    full = folder / (tile.full.entries_path if entries else tile.full.path)
    return path if path.exists() else full
