# SPDX-License-Identifier: Apache-2.0
"""Every connection is durable and wiping, and a killed writer leaves all or nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from countersign.errors import BadInput, Unavailable
from countersign.store import HISTORIES, Database, TokenIndex, fetch, upgrade

WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "secure_delete": 1,
    "cell_size_check": 1,
    "busy_timeout": 20_000,
}


def _pragmas(connection: sa.Connection) -> dict[str, object]:
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in WANTED}


@pytest.fixture
def db(tmp_path: Path) -> Database:
    made = Database(tmp_path / "home" / "a.db")
    with made.write() as c:
        c.exec_driver_sql("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        c.exec_driver_sql(
            "CREATE TABLE link (note INTEGER NOT NULL REFERENCES note (id), CHECK (note > 0))"
        )
    return made


def _count(db: Database) -> int:
    with db.read() as c:
        return int(c.exec_driver_sql("SELECT COUNT(*) FROM note").scalar_one())


def _add(c: sa.Connection, text: str) -> None:
    c.exec_driver_sql("INSERT INTO note (text) VALUES (?)", (text,))


def test_every_connection_of_the_pool_has_the_pragmas(db: Database) -> None:
    with db.read() as one, db.read() as two, db.read() as three:
        assert _pragmas(one) == _pragmas(two) == _pragmas(three) == WANTED
    with db.write() as c:
        assert _pragmas(c) == WANTED
    db.close()
    with db.read() as c:
        assert _pragmas(c) == WANTED
    with db.engine.connect() as plain:
        assert _pragmas(plain) == WANTED


def test_migrations_and_the_index_run_on_such_connections_too(tmp_path: Path) -> None:
    for history in HISTORIES:
        made = Database(tmp_path / f"{history}.db")
        upgrade(made, history)
        with made.read() as c:
            assert _pragmas(c) == WANTED
    index = TokenIndex(Database(tmp_path / "index.db"), bytes(32))
    with index.db.read() as c:
        assert _pragmas(c) == WANTED


def test_files_and_folder_are_private(db: Database) -> None:
    assert stat.S_IMODE(db.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(db.path.parent.stat().st_mode) == 0o700
    with db.read() as c:
        assert c.exec_driver_sql("SELECT 1").scalar_one() == 1
        for name in (f"{db.path}-wal", f"{db.path}-shm"):
            assert stat.S_IMODE(os.stat(name).st_mode) == 0o600


def test_a_write_commits_at_its_end_and_rolls_back_on_any_error(db: Database) -> None:
    with db.write() as c:
        _add(c, "kept")
    with pytest.raises(KeyboardInterrupt), db.write() as c:
        _interrupted(c)
    assert _count(db) == 1


def _interrupted(c: sa.Connection) -> None:
    _add(c, "lost")
    raise KeyboardInterrupt


def test_a_write_locks_out_other_writers_from_its_first_moment(db: Database) -> None:
    other = sqlite3.connect(db.path, timeout=0, isolation_level=None)
    with db.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_read_sees_one_state_until_it_ends(db: Database) -> None:
    with db.read() as reader:
        before = reader.exec_driver_sql("SELECT COUNT(*) FROM note").scalar_one()
        with db.write() as writer:
            _add(writer, "later")
        assert reader.exec_driver_sql("SELECT COUNT(*) FROM note").scalar_one() == before == 0
    assert _count(db) == 1


def test_writers_at_once_wait_for_each_other_and_lose_nothing(db: Database) -> None:
    def count_up() -> None:
        mine = Database(db.path)
        for _ in range(20):
            with mine.write() as c:
                known = c.exec_driver_sql("SELECT COUNT(*) FROM note").scalar_one()
                _add(c, f"{known}")
        mine.close()

    threads = [Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as c:
        texts = c.exec_driver_sql("SELECT text FROM note ORDER BY id").scalars().all()
    assert texts == [f"{n}" for n in range(80)], "each saw all before it"


def test_a_killed_writer_leaves_whole_transactions_only(db: Database) -> None:
    db.close()
    done = 0
    for steps in (1, 2, 7, 20):
        _kill_while_writing(db.path, steps)
        again = Database(db.path)
        found = _count(again)
        assert found % 50 == 0
        assert found >= (done := done + 50 * ((steps - 1) // 10)), "committed stays committed"
        with again.read() as c:
            assert c.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        again.close()
    assert done > 0


def _kill_while_writing(path: Path, steps: int) -> None:
    """Kill a child that reports each fifth row of transactions of 50, at a row of our choice."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        db = Database(path)
        while True:
            with db.write() as c:
                for row in range(50):
                    _add(c, f"row {row}")
                    if row % 5 == 0:
                        os.write(writing, b".")
    for _ in range(steps):
        os.read(reading, 1)
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    os.close(reading)
    os.close(writing)


def test_deleted_text_is_wiped_from_the_file(db: Database) -> None:
    secret = "a sentence that was taken back " * 3
    with db.write() as c:
        _add(c, secret)
    assert db.settle_wal()
    assert secret.encode() in db.path.read_bytes()
    with db.write() as c:
        c.exec_driver_sql("DELETE FROM note")
    assert db.settle_wal()
    for path in db.path.parent.iterdir():
        assert b"taken back" not in path.read_bytes()
    assert os.stat(f"{db.path}-wal").st_size == 0


def test_settling_says_when_a_reader_holds_the_log(db: Database) -> None:
    hasty = Database(db.path)
    sa.event.listen(hasty.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=1"))
    with db.read() as reader:
        reader.exec_driver_sql("SELECT * FROM note").all()
        with db.write() as writer:
            _add(writer, "new")
        assert not hasty.settle_wal()
    assert hasty.settle_wal()


def test_a_foreign_file_is_bad_input_and_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"These are somebody's notes, not a database. " * 40)
    before = path.read_bytes()
    with pytest.raises(BadInput, match="not a database of ours"), Database(path).read():
        pass
    assert path.read_bytes() == before


def test_a_damaged_database_is_bad_input(db: Database) -> None:
    with db.write() as c:
        for row in range(2000):
            _add(c, f"{row} " * 20)
    db.settle_wal()
    db.close()
    data = bytearray(db.path.read_bytes())
    data[4096 * 3 : 4096 * 20] = b"\xff" * (4096 * 17)
    db.path.write_bytes(data)
    with pytest.raises(BadInput), Database(db.path).read() as c:
        c.exec_driver_sql("SELECT * FROM note").all()


def test_a_place_that_cannot_hold_a_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "a.db", tmp_path):
        with pytest.raises(Unavailable) as caught:
            Database(path)
        assert caught.value.remedy


def test_a_busy_store_is_told_without_its_content(db: Database) -> None:
    hasty = Database(db.path)
    sa.event.listen(hasty.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=1"))
    with db.write(), pytest.raises(Unavailable) as caught, hasty.write():
        pass
    assert "locked" in caught.value.why


def test_a_broken_rule_of_the_schema_is_raised_as_it_is(db: Database) -> None:
    for row in (7, 0):
        with pytest.raises(sa.exc.IntegrityError), db.write() as c:
            c.exec_driver_sql("INSERT INTO link VALUES (?)", (row,))


def test_a_fixed_statement_reads_plain_tuples_and_its_faults_are_explained(tmp_path: Path) -> None:
    db = Database(tmp_path / "a.db")
    with db.write() as c:
        c.exec_driver_sql("CREATE TABLE t (a TEXT, b BLOB)")
        c.exec_driver_sql("INSERT INTO t VALUES ('x', x'00ff')")
        assert fetch(c, "SELECT a, b FROM t WHERE a = ?1", ("x",)) == [("x", b"\x00\xff")]
        assert fetch(c, "SELECT a FROM t WHERE a = ?1", ("y",)) == []
    with pytest.raises(Unavailable), db.read() as c:
        fetch(c, "SELECT a FROM nothing WHERE a = ?1", ("x",))
    db.close()
