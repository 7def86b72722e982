# SPDX-License-Identifier: Apache-2.0
"""Appending hides how much was signed, loses nothing, and commits with what it witnesses."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.errors import Internal
from countersign.log import (
    EMPTY_ROOT,
    Head,
    append,
    head,
    is_leaf,
    leaf_for,
    leaf_hash,
    log_head,
    log_leaf,
    log_node,
    root,
)
from countersign.log.merkle import subtrees_of
from countersign.store import Database
from tests.log.scene import NOW, SALT, dice, envelope, grow, hub, leaves, real_leaf


def _stored(db: Database) -> list[bytes]:
    with db.read() as connection:
        query = sa.select(log_leaf.c.entry).order_by(log_leaf.c.idx)
        return list(connection.execute(query).scalars())


def test_a_leaf_is_a_salted_commitment_to_the_whole_envelope() -> None:
    leaf = leaf_for(envelope(), SALT)
    assert is_leaf(leaf)
    assert leaf != leaf_for(envelope(), bytes(16))
    assert leaf != leaf_for(envelope(1), SALT)
    with pytest.raises(Internal):
        leaf_for(envelope(), SALT[:8])


def test_an_empty_log_has_the_empty_root(tmp_path: Path) -> None:
    with hub(tmp_path) as db, db.write() as connection:
        assert head(connection) == Head(0, EMPTY_ROOT)
        assert append(connection, [], at=NOW, random=os.urandom) == []
        assert head(connection).size == 0


def test_one_leaf_comes_in_a_batch_of_eight_that_look_alike(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        with db.write() as connection:
            (index,) = append(connection, [real_leaf()], at=NOW, random=os.urandom)
        stored = _stored(db)
        assert len(stored) == 8
        assert stored[index] == real_leaf()
        assert len(set(stored)) == 8
        assert all(map(is_leaf, stored))
        assert len({len(entry) for entry in stored}) == 1


def test_real_leaves_stand_at_every_place_of_a_batch(tmp_path: Path) -> None:
    with hub(tmp_path) as db, db.write() as connection:
        random = dice()
        places = [append(connection, [real_leaf()], at=NOW, random=random)[0] for _ in range(100)]
        assert {place % 8 for place in places} == set(range(8))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 30), max_size=6))
def test_every_leaf_is_found_at_its_index_and_the_head_is_right(
    tmp_path_factory: pytest.TempPathFactory, batches: list[int]
) -> None:
    with hub(tmp_path_factory.mktemp("log")) as db:
        random, sent = dice(), dict[int, bytes]()
        for count in batches:
            entries = leaves(count)
            with db.write() as connection:
                sent |= zip(
                    append(connection, entries, at=NOW, random=random), entries, strict=True
                )
        stored = _stored(db)
        assert all(stored[index] == entry for index, entry in sent.items())
        assert len(sent) == sum(batches)
        assert len(stored) == sum((count + 7) // 8 * 8 for count in batches)
        with db.read() as connection:
            assert head(connection) == Head(len(stored), root(map(leaf_hash, stored)))


def test_roots_of_full_tiles_are_kept(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        for count in (3, 200, 2000, 40, 64_000):
            grow(db, count)
        hashes = [leaf_hash(entry) for entry in _stored(db)]
        whole = subtrees_of(hashes)
        with db.read() as connection:
            rows = connection.execute(sa.select(log_node)).all()
            assert connection.execute(sa.select(log_head.c.size)).scalar_one() == len(hashes)
        assert {(r.level, r.n) for r in rows} == {
            (level, n) for level in (1, 2) for n in range(len(hashes) >> 8 * level)
        }
        assert all(r.hash == whole(r.level * 8, r.n) for r in rows)


def test_a_rolled_back_transaction_leaves_no_leaf(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        grow(db, 5)
        with pytest.raises(Internal), db.write() as connection:
            append(connection, [*leaves(5), b"not a leaf"], at=NOW, random=dice())
        with pytest.raises(Internal), db.write() as connection:
            _append_then_fail(connection)
        with db.read() as connection:
            assert head(connection).size == len(_stored(db)) == 8


def _append_then_fail(connection: sa.Connection) -> None:
    assert append(connection, leaves(5), at=NOW, random=dice())
    assert head(connection).size == 16
    raise Internal("The second half of a caller's transaction fails.")


def test_an_entry_that_would_stand_out_among_padding_is_a_defect(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        for entry in (b"", b"ann signed a grant", real_leaf() + b"\n", real_leaf().upper()):
            with pytest.raises(Internal), db.write() as connection:
                append(connection, [entry], at=NOW, random=dice())
        assert _stored(db) == []


def test_writers_at_once_get_indexes_without_gap_or_double(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        found = list[int]()

        def write(number: int) -> None:
            mine = Database(db.path)
            for turn in range(5):
                with mine.write() as connection:
                    found.extend(
                        append(
                            connection, leaves(8), at=NOW, random=dice(b"%d %d" % (number, turn))
                        )
                    )
            mine.close()

        threads = [Thread(target=write, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == list(range(160))
        with db.read() as connection:
            assert head(connection) == Head(160, root(map(leaf_hash, _stored(db))))


def test_a_killed_writer_leaves_whole_batches_only(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        grow(db, 1)
        path = db.path
    for steps in (1, 3, 6):
        _kill_while_appending(path, steps)
        with hub(tmp_path) as db:
            stored = _stored(db)
            assert len(stored) % 8 == 0
            assert len(stored) >= 8 + 8 * (steps - 1)
            with db.read() as connection:
                assert head(connection) == Head(len(stored), root(map(leaf_hash, stored)))


def _kill_while_appending(path: Path, steps: int) -> None:
    """Kill a child process after it reported that many committed batches; it never stops itself."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        db = Database(path)
        while True:
            with db.write() as connection:
                append(connection, leaves(8), at=NOW, random=os.urandom)
            os.write(writing, b".")
    for _ in range(steps):
        os.read(reading, 1)
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    os.close(reading)
    os.close(writing)
