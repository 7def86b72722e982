# SPDX-License-Identifier: Apache-2.0
"""The published folder is whole at every moment, and whoever changes it is found out."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.log.scene import (
    NOW,
    SALT,
    SIGNER,
    WITNESS,
    dice,
    envelope,
    grow,
    hub,
    leaves,
    published,
    real_leaf,
)

from countersign.errors import BadInput, Conflict, NotFound, NotVerified, Unavailable
from countersign.log import (
    Checkpoint,
    LogSigner,
    Note,
    Step,
    append,
    consistency,
    cosign,
    head,
    inclusion,
    leaf_hash,
    publish,
    root,
    verify_consistency,
    verify_folder,
    verify_logged,
)
from countersign.log.tiles import read_bundle, write_bundle
from countersign.store import Database

KEYS = [SIGNER.vkey]
DISK = {"open", "os.rename", "os.mkdir", "shutil.rmtree", "os.remove", "os.rmdir"}


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def _failed(steps: list[Step]) -> int | None:
    """The number of the first failed step; all after it must have failed too."""
    failed = [step.number for step in steps if not step.passed]
    assert [step.number for step in steps] == list(range(1, 7))
    assert failed == list(range(failed[0], 7)) if failed else True
    return failed[0] if failed else None


def test_a_small_log_s_folder_stays_the_same(
    tmp_path: Path, golden: Callable[[str, bytes], None]
) -> None:
    with hub(tmp_path) as db:
        with db.write() as connection:
            append(connection, [real_leaf()], at=NOW, random=dice(b"golden"))
        published(db, tmp_path / "log")
    files = _files(tmp_path / "log")
    assert sorted(files) == ["checkpoint", "tile/0/000.p/8", "tile/entries/000.p/8"]
    for name, data in files.items():
        golden(f"log/folder/{name}", data)
    assert (tmp_path / "log" / "checkpoint").stat().st_mtime == NOW.timestamp()


def test_an_empty_log_is_published_and_verified(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        published(db, tmp_path / "log")
    assert _failed(verify_folder(tmp_path / "log", vkeys=KEYS)) is None


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([1, 8, 100, 255, 256, 500]), min_size=1, max_size=5))
def test_a_folder_grown_in_steps_verifies_after_each(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    home = tmp_path_factory.mktemp("log")
    with hub(home) as db:
        for count in steps:
            grow(db, count)
            published(db, home / "log")
            assert _failed(verify_folder(home / "log", vkeys=KEYS)) is None
        published(db, home / "anew")
    grown, anew = _files(home / "log"), _files(home / "anew")
    assert anew.items() <= grown.items(), "what was published in steps equals what is at once"
    assert not [n for n in grown if ".p/" in n and n.split(".p/")[0] in grown], "replaced: removed"


def test_publishing_again_changes_nothing(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        grow(db, 300)
        published(db, tmp_path / "log")
        before = {p: p.stat().st_mtime_ns for p in (tmp_path / "log").rglob("*")}
        publish(db, tmp_path / "log", SIGNER, now=NOW + timedelta(days=1))
    assert before == {p: p.stat().st_mtime_ns for p in (tmp_path / "log").rglob("*")}


def test_a_witness_s_line_survives_publishing_the_same_tree(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        grow(db, 3)
        cosigned = cosign(
            Note.of(published(db, tmp_path / "log")), WITNESS[0], WITNESS[1], seconds=1
        ).to_bytes()
        (tmp_path / "log" / "checkpoint").write_bytes(cosigned)
        assert published(db, tmp_path / "log") == cosigned
        grow(db, 1)
        assert WITNESS[0].encode() not in published(db, tmp_path / "log")


def test_every_missing_file_is_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 600)
        published(db, folder)
        whole = _files(folder)
        assert len(whole) == 8
        for name in whole:
            (folder / name).unlink()
            assert _failed(verify_folder(folder, vkeys=KEYS)) is not None
            published(db, folder)
            assert _files(folder) == whole


def test_any_flipped_bit_in_any_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 300)
        published(db, folder)
    for name, data in _files(folder).items():
        for at in range(0, len(data), max(1, len(data) // 23)):
            changed = bytearray(data)
            changed[at] ^= 1 << at % 8
            (folder / name).write_bytes(changed)
            assert _failed(verify_folder(folder, vkeys=KEYS)) is not None, (name, at)
        (folder / name).write_bytes(data[:-1])
        assert _failed(verify_folder(folder, vkeys=KEYS)) is not None
        (folder / name).write_bytes(data)
    assert _failed(verify_folder(folder, vkeys=KEYS)) is None


def test_each_step_can_fail(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 600)
        signed = published(db, folder)
    keep = _files(folder)

    def fails(name: str, data: bytes | None) -> int | None:
        if data is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(data)
        number = _failed(verify_folder(folder, vkeys=KEYS))
        (folder / name).write_bytes(keep[name])
        return number

    first, last, bundle = "tile/0/000", "tile/0/002.p/88", "tile/entries/001"
    swapped = keep[first][32:64] + keep[first][:32] + keep[first][64:]
    assert fails("checkpoint", None) == 1
    assert fails("checkpoint", signed.replace(b"\n600\n", b"\n592\n")) == 1
    assert fails(first, None) == 2
    assert fails(first, keep[first] + bytes(32)) == 2
    assert fails(bundle, None) == 2
    assert fails(first, swapped) == 3
    assert fails(last, keep[last][32:] + keep[last][:32]) == 4
    assert fails(bundle, keep["tile/entries/000"]) == 5
    assert fails(bundle, keep[bundle][:-2]) == 5
    assert fails(bundle, keep[bundle] + b"\x00\x00") is None, "what is beyond the tree is not read"
    assert fails("checkpoint", signed) is None


def test_entries_that_are_not_commitments_are_shown(tmp_path: Path) -> None:
    from_scratch = tmp_path / "log"
    entries = [*leaves(7), b"a name"]
    (from_scratch / "tile/entries/000.p").mkdir(parents=True)
    (from_scratch / "tile/0/000.p").mkdir(parents=True)
    hashes = list(map(leaf_hash, entries))
    (from_scratch / "tile/entries/000.p/8").write_bytes(write_bundle(entries))
    (from_scratch / "tile/0/000.p/8").write_bytes(b"".join(hashes))
    signed = SIGNER.sign(Checkpoint(SIGNER.origin, 8, root(hashes)))
    (from_scratch / "checkpoint").write_bytes(signed)
    assert _failed(verify_folder(from_scratch, vkeys=KEYS)) == 6


def test_a_full_tile_stands_in_for_the_partial_one_it_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 200)
        old = published(db, folder)
        grow(db, 200)
        published(db, folder)
    assert not (folder / "tile/0/000.p").exists()
    (folder / "checkpoint").write_bytes(old)
    assert _failed(verify_folder(folder, vkeys=KEYS)) is None


@pytest.mark.parametrize("keys", [[], [LogSigner(SIGNER.origin, WITNESS[1]).vkey], ["nonsense"]])
def test_without_the_log_s_key_nothing_is_believed(tmp_path: Path, keys: list[str]) -> None:
    with hub(tmp_path) as db:
        grow(db, 8)
        published(db, tmp_path / "log")
    steps = verify_folder(tmp_path / "log", vkeys=keys)
    assert _failed(steps) == 1
    assert {step.detail for step in steps[1:]} == {"Not tried: step 1 failed."}


@pytest.mark.parametrize("content", [None, b"", b"hello\n", bytes(100)])
def test_a_foreign_folder_is_a_failed_step_and_not_a_crash(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "checkpoint").write_bytes(content)
    assert _failed(verify_folder(tmp_path, vkeys=KEYS)) == 1


def test_a_hub_set_back_to_an_older_state_cannot_publish_a_second_history(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 8)
        grow(db, 16)
        published(db, folder)
    (tmp_path / "restored").mkdir()
    with hub(tmp_path / "restored") as db:
        for count in (0, 8, 16, 24, 32):
            if count:
                with db.write() as connection:
                    append(connection, leaves(8), at=NOW, random=os.urandom)
            with pytest.raises(Conflict):
                published(db, folder)
    assert _failed(verify_folder(folder, vkeys=KEYS)) is None
    with hub(tmp_path) as db, pytest.raises(Conflict):
        publish(db, folder, LogSigner("other.example.org", SIGNER.key), now=NOW)


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"a file")
    with hub(tmp_path) as db, pytest.raises(Unavailable):
        published(db, tmp_path / "log")


def test_proofs_from_the_hub_hold_at_every_published_size(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        kept = list[tuple[Checkpoint, bytes]]()
        indexes = list[int]()
        for count in (1, 250, 300, 5):
            with db.write() as connection:
                entries = [real_leaf(), *leaves(count - 1)]
                indexes.append(append(connection, entries, at=NOW, random=dice(b"%d" % count))[0])
            kept.append((publish(db, tmp_path / "log", SIGNER, now=NOW), b""))
            kept[-1] = (kept[-1][0], (tmp_path / "log" / "checkpoint").read_bytes())
        with db.read() as connection:
            for old, signed in kept:
                for index in [i for i in indexes if i < old.size]:
                    proof = inclusion(connection, index, signed, SALT)
                    assert verify_logged(proof, envelope(), KEYS).index == index
                for new, _ in [pair for pair in kept if pair[0].size >= old.size]:
                    verify_consistency(
                        old=old.size,
                        old_root=old.root,
                        new=new.size,
                        new_root=new.root,
                        proof=consistency(connection, old.size, new.size),
                    )


def test_proofs_are_refused_for_what_the_log_does_not_have(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        grow(db, 8)
        signed = published(db, tmp_path / "log")
        ahead = SIGNER.sign(Checkpoint(SIGNER.origin, 9, bytes(32)))
        with db.read() as connection:
            for index, checkpoint in ((8, signed), (-1, signed), (8, ahead)):
                with pytest.raises(NotFound):
                    inclusion(connection, index, checkpoint, SALT)
            with pytest.raises(BadInput):
                inclusion(connection, 0, signed, SALT[:3])
            with pytest.raises(BadInput):
                consistency(connection, 8, 7)
            with pytest.raises(NotFound):
                consistency(connection, 8, 9)
            with pytest.raises(NotVerified):
                inclusion(connection, 0, b"nothing", SALT)


@pytest.mark.parametrize("kills", [6, pytest.param(60, marks=pytest.mark.long)])
def test_a_killed_publisher_leaves_a_folder_that_verifies(tmp_path: Path, kills: int) -> None:
    folder, steps = tmp_path / "log", dice(b"kill")
    with hub(tmp_path) as db:
        published(db, folder)
        path = db.path
    for number in range(kills):
        _kill_while_publishing(path, folder, 1 + steps(1)[0] % 60)
        assert _failed(verify_folder(folder, vkeys=KEYS)) is None, number
        with hub(tmp_path) as db:
            published(db, folder)
            assert _failed(verify_folder(folder, vkeys=KEYS)) is None
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
    assert _failed(verify_folder(folder, vkeys=KEYS)) is None


def _allow_small_files_only(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and str(arguments[0]).endswith(".new"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))


def _count(folder: Path) -> int:
    names = (n for n in _files(folder / "tile" / "entries") if "new" not in n)
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
    assert _failed(verify_folder(folder, vkeys=KEYS)) is None
