# SPDX-License-Identifier: Apache-2.0
"""A restored hub takes over the leaves that were published, so that its log stays one history."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from countersign.errors import Conflict, NotVerified
from countersign.log import append, catch_up, head, publish, verify_folder
from countersign.store import Database
from tests.log.scene import NOW, SIGNER, dice, grow, hub, leaves


def _old_and_published(db: Database, folder: Path, *, before: int, after: int) -> Path:
    """Publish a log and return a copy of the store from when it was smaller."""
    grow(db, before)
    db.settle_wal()
    old = Path(shutil.copy(db.path, folder / "old.db"))
    grow(db, after)
    publish(db, folder / "log", SIGNER, now=NOW)
    return old


@pytest.mark.parametrize(("before", "after"), [(3, 5), (300, 1), (8, 600), (255, 2)])
def test_the_old_copy_gets_every_published_leaf_and_goes_on_with_the_same_log(
    tmp_path: Path, before: int, after: int
) -> None:
    with hub(tmp_path) as db:
        old = Database(_old_and_published(db, tmp_path, before=before, after=after))
        with db.read() as c:
            whole = head(c)
        with old.write() as c:
            missing = whole.size - head(c).size
            assert catch_up(c, tmp_path / "log", vkey=SIGNER.vkey, at=NOW) == missing
            assert head(c) == whole
            assert catch_up(c, tmp_path / "log", vkey=SIGNER.vkey, at=NOW) == 0
            append(c, leaves(1), at=NOW, random=dice(b"more"))
        publish(old, tmp_path / "log", SIGNER, now=NOW)
        old.close()
        assert all(s.passed for s in verify_folder(tmp_path / "log", vkeys=[SIGNER.vkey]))


def test_another_history_is_refused_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with hub(tmp_path) as db, hub(tmp_path / "other") as other:
        grow(db, 20)
        publish(db, tmp_path / "log", SIGNER, now=NOW)
        with other.write() as c:
            append(c, leaves(3), at=NOW, random=dice(b"another"))
            before = head(c)
        with pytest.raises(Conflict, match="two histories"), other.write() as c:
            catch_up(c, tmp_path / "log", vkey=SIGNER.vkey, at=NOW)
        with other.read() as c:
            assert head(c) == before


def test_a_folder_that_does_not_hold_what_its_checkpoint_says_is_refused_whole(
    tmp_path: Path,
) -> None:
    with hub(tmp_path) as db:
        old = Database(_old_and_published(db, tmp_path, before=8, after=8))
        (entries,) = (tmp_path / "log" / "tile" / "entries").rglob("*.p/16")
        data = bytearray(entries.read_bytes())
        data[-20] ^= 1
        entries.write_bytes(bytes(data))
        with pytest.raises(NotVerified), old.write() as c:
            catch_up(c, tmp_path / "log", vkey=SIGNER.vkey, at=NOW)
        with old.read() as c:
            assert head(c).size == 8
        old.close()


def test_a_checkpoint_by_another_key_is_refused_and_none_is_nothing_to_do(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        grow(db, 8)
        with db.write() as c:
            assert catch_up(c, tmp_path / "nothing", vkey=SIGNER.vkey, at=NOW) == 0
        publish(db, tmp_path / "log", SIGNER, now=NOW)
        checkpoint = tmp_path / "log" / "checkpoint"
        checkpoint.write_bytes(checkpoint.read_bytes().replace(b"\n8\n", b"\n80\n"))
        with pytest.raises(NotVerified), db.write() as c:
            catch_up(c, tmp_path / "log", vkey=SIGNER.vkey, at=NOW)
