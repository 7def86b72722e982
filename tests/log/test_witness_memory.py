# SPDX-License-Identifier: Apache-2.0
"""What a witness vouched for outlives kills, restarts and rushes; forks are kept as evidence."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from countersign.errors import BadInput, Conflict, NotFound, Stale, Unavailable
from countersign.log import (
    Checkpoint,
    LogSigner,
    Reply,
    VerifierKey,
    Witness,
    add_checkpoint,
    contradictions,
    latest,
    make_witness,
    open_witness,
    root,
)
from countersign.log.witness import SIZE, request
from countersign.seal import SigningKey, sha256
from tests.log.scene import NOW, SIGNER
from tests.log.watching import hashes, say, seed, signed, submission, watching
from tests.quick import quick_folder

STRANGER = LogSigner(SIGNER.origin, SigningKey(sha256(b"a stranger")))


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Return a quick folder instead of pytest's own."""
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    """Return a witness that has cosigned eight leaves and then sixteen."""
    with watching(tmp_path) as made:
        assert say(made, submission(0, 8)).status == 200
        assert say(made, submission(8, 16)).status == 200
        yield made


def _size(witness: Witness) -> int:
    return latest(witness, SIGNER.origin).size


def test_a_restarted_witness_remembers(tmp_path: Path) -> None:
    with watching(tmp_path) as first:
        assert say(first, submission(0, 16)).status == 200
        vkey = first.vkey
    again = open_witness(tmp_path)
    assert again.vkey == vkey
    assert say(again, submission(0, 8)) == Reply(409, b"16\n", SIZE)
    assert say(again, submission(16, 24, fork=3)).status == 422
    again.close()


def test_what_a_log_signed_twice_is_kept_as_evidence(witness: Witness) -> None:
    for _ in range(2):
        assert say(witness, submission(16, 16, fork=15)).status == 409
        assert say(witness, submission(16, 24, fork=3)).status == 422
    say(witness, submission(8, 16, fork=3))
    say(witness, submission(16, 24, fork=3, by=STRANGER))
    same, grown = contradictions(witness)
    assert (same.status, grown.status) == (409, 422)
    assert same.seen.encode() == grown.seen.encode() == signed(16)
    assert same.shown.encode() == signed(16, fork=15)
    assert grown.shown.encode() == signed(24, fork=3)


def test_the_evidence_kept_is_bounded(witness: Witness) -> None:
    for number in range(70):
        body = request(16, [], SIGNER.sign(Checkpoint(SIGNER.origin, 16, sha256(b"%d" % number))))
        assert say(witness, body).status == 409
    assert len(contradictions(witness)) == 64


def test_of_forks_at_once_exactly_one_is_cosigned(tmp_path: Path) -> None:
    with watching(tmp_path) as fresh:
        for number in range(12):
            log = LogSigner(f"log.example.org/{number}", SIGNER.key)
            replies, start = dict[int, int](), Barrier(4)

            def ask(
                fork: int,
                log: LogSigner = log,
                replies: dict[int, int] = replies,
                start: Barrier = start,
            ) -> None:
                body, keys = submission(0, 8, fork=fork, by=log), [VerifierKey.of(log.vkey)]
                start.wait()
                replies[fork] = add_checkpoint(fresh, body, logs=keys, now=NOW).status

            threads = [Thread(target=ask, args=(fork,)) for fork in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(replies.values()) == [200, 409, 409, 409]
            cosigned = next(fork for fork, status in replies.items() if status == 200)
            assert latest(fresh, log.origin).root == root(hashes(8, fork=cosigned))


class _Watched(SigningKey):
    """A key that looks, at the moment of signing, at what another process would find on disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(sha256(b"watched"))
        self.path = path
        self.found = list[int]()

    def sign(self, message: bytes) -> bytes:
        other = sqlite3.connect(self.path)
        self.found += [row[0] for row in other.execute("SELECT size FROM seen")]
        other.close()
        return super().sign(message)


def test_what_is_signed_is_on_disk_before_it_is_signed(tmp_path: Path) -> None:
    with watching(tmp_path) as made:
        key = _Watched(tmp_path / "witness.db")
        watched = Witness(made.db, made.name, key)
        for old, new in ((0, 8), (8, 24), (24, 24)):
            assert say(watched, submission(old, new)).status == 200
        assert key.found == [8, 24, 24]


@pytest.mark.parametrize("kills", [10, pytest.param(150, marks=pytest.mark.long)])
def test_whatever_was_answered_before_a_kill_is_remembered(tmp_path: Path, kills: int) -> None:
    """SIGKILL at a drawn statement of the database, or at a drawn signature."""
    with watching(tmp_path):
        pass
    size = answered = 0
    for number in range(kills):
        told = _killed(tmp_path, size, after=1 + seed(f"kill {number}") % 23)
        answered = max(answered, told)
        with watching(tmp_path) as again:
            size = _size(again)
            assert size >= answered
            assert say(again, submission(size, size)).status == 200
            if size:
                assert say(again, submission(size, size + 8, fork=size - 1)).status == 422
                assert say(again, submission(size, size, fork=size - 1)).status == 409
    assert answered > 0


def _killed(folder: Path, size: int, *, after: int) -> int:
    """Let a child answer until it is killed; return the largest size that it answered for."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        left = iter(range(after))

        def step(*_: object) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        made = open_witness(folder)
        sa.event.listen(made.db.engine, "before_cursor_execute", step)
        sa.event.listen(made.db.engine, "commit", step)
        while True:
            reply = say(made, submission(size, size + 8))
            step()
            os.write(writing, b"%d\n" % (size + 8) if reply.status == 200 else b"")
            size += 8
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        answers = told.read().split()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return max(map(int, answers), default=0)


def test_a_witness_is_made_once(tmp_path: Path) -> None:
    first = make_witness(tmp_path / "a", name="witness.example.org/a")
    again = make_witness(tmp_path / "a", name="another")
    assert first.vkey == again.vkey == open_witness(tmp_path / "a").vkey
    assert (tmp_path / "a" / "witness.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "a" / "witness.db").stat().st_mode & 0o777 == 0o600
    unnamed = make_witness(tmp_path / "b")
    assert unnamed.name == f"witness.local/{unnamed.key.public.keyid[:16]}"
    with pytest.raises(BadInput):
        make_witness(tmp_path / "c", name="two words")
    with pytest.raises(NotFound, match="no witness here yet"):
        open_witness(tmp_path / "d")


def test_a_witness_that_lost_its_memory_does_not_start_over(tmp_path: Path) -> None:
    with watching(tmp_path) as made:
        say(made, submission(0, 16))
    (tmp_path / "witness.db").unlink()
    for again in (open_witness, make_witness):
        with pytest.raises(Unavailable, match="memory is missing"):
            again(tmp_path)


def test_a_memory_without_its_key_takes_another_only_while_it_is_empty(tmp_path: Path) -> None:
    with watching(tmp_path) as made:
        before = made.vkey
    (tmp_path / "witness.key").unlink()
    with watching(tmp_path) as made:
        assert made.vkey != before
        say(made, submission(0, 16))
    (tmp_path / "witness.key").unlink()
    with pytest.raises(Conflict, match="key file is missing"):
        make_witness(tmp_path)


def test_a_key_and_another_witness_s_memory_do_not_go_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_witness(tmp_path / name).close()
    (tmp_path / "a" / "witness.key").unlink()
    (tmp_path / "b" / "witness.key").rename(tmp_path / "a" / "witness.key")
    with pytest.raises(Unavailable, match="do not belong together"):
        open_witness(tmp_path / "a")


def test_a_memory_written_by_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    with watching(tmp_path) as made, made.db.write() as c:
        c.exec_driver_sql("PRAGMA user_version=2")
    with pytest.raises(Stale):
        open_witness(tmp_path)
