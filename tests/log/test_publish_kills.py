# SPDX-License-Identifier: Apache-2.0
"""A publisher that is killed, cut short or made to wait leaves a folder that verifies."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from countersign.errors import Unavailable
from countersign.log import Checkpoint, Note, append, head, publish, verify_folder
from countersign.log.tiles import read_bundle
from countersign.store import Database
from tests.log.scene import NOW, SIGNER, dice, failed_step, files, grow, hub, leaves, published

KEYS = [SIGNER.vkey]
DISK = {"open", "os.rename", "os.mkdir", "shutil.rmtree", "os.remove", "os.rmdir"}


@pytest.mark.parametrize("kills", [6, pytest.param(60, marks=pytest.mark.long)])
def test_a_killed_publisher_leaves_a_folder_that_verifies(tmp_path: Path, kills: int) -> None:
    folder, steps = tmp_path / "log", dice(b"kill")
    with hub(tmp_path) as db:
        published(db, folder)
        path = db.path
    for number in range(kills):
        _kill_while_publishing(path, folder, 1 + steps(1)[0] % 60)
        assert failed_step(verify_folder(folder, vkeys=KEYS)) is None, number
        with hub(tmp_path) as db:
            published(db, folder)
            assert failed_step(verify_folder(folder, vkeys=KEYS)) is None
            with db.read() as connection:
                size = head(connection).size
            assert Checkpoint.of(Note.of((folder / "checkpoint").read_bytes()).text).size == size
            assert _count(folder) == size
    assert size > 0


def test_a_write_cut_short_leaves_no_half_file(tmp_path: Path) -> None:
    """The disk is full in the middle of a tile: here, files may grow to 3,000 bytes only."""
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 200)
        child = os.fork()
        if child == 0:
            sys.addaudithook(_allow_small_files_only)
            try:
                publish(Database(db.path), folder, SIGNER, now=NOW)
            except Unavailable:
                os._exit(7)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert not (folder / "tile/0/000.p/200").exists()
        published(db, folder)
    assert failed_step(verify_folder(folder, vkeys=KEYS)) is None


def _allow_small_files_only(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and str(arguments[0]).endswith(".new"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))


def _count(folder: Path) -> int:
    names = (n for n in files(folder / "tile" / "entries") if "new" not in n)
    widest: dict[str, int] = {}
    for name in names:
        tile = name.split(".p/")[0]
        count = len(read_bundle((folder / "tile" / "entries" / name).read_bytes()))
        widest[tile] = max(widest.get(tile, 0), count)
    return sum(widest.values())


def _kill_while_publishing(path: Path, folder: Path, calls: int) -> None:
    """Kill a child at its `calls`-th write, sync or rename; a fork ends without any clean-up."""
    child = os.fork()
    if child == 0:
        _die_at(iter(range(calls)))
        db = Database(path)
        while True:
            with db.write() as connection:
                append(connection, leaves(40), at=NOW, random=os.urandom)
            publish(db, folder, SIGNER, now=NOW)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _die_at(left: Iterator[int]) -> None:
    def hook(event: str, _: object) -> None:
        if event in DISK and next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def test_a_publisher_that_waited_publishes_what_came_meanwhile(tmp_path: Path) -> None:
    """It reads the head only once it is alone, so no older checkpoint replaces a newer one."""
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 8)
        published(db, folder)
        path = db.path
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(lock)  # a lock belongs to the open file, which a fork shares
        sys.addaudithook(lambda event, _: event == "fcntl.flock" and os.write(writing, b"."))
        publish(Database(path), folder, SIGNER, now=NOW)
        os._exit(0)
    os.close(writing)
    assert os.read(reading, 1) == b".", "it asks to be alone before anything else"
    with hub(tmp_path) as db:
        grow(db, 16)
    os.close(lock)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(reading)
    assert Checkpoint.of(Note.of((folder / "checkpoint").read_bytes()).text).size == 24
    assert failed_step(verify_folder(folder, vkeys=KEYS)) is None
