# SPDX-License-Identifier: Apache-2.0
"""The published folder is whole at every moment, and whoever changes it is found out."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.errors import BadInput, Conflict, NotFound, NotVerified, Unavailable
from countersign.log import (
    Checkpoint,
    LogSigner,
    Note,
    append,
    consistency,
    cosign,
    inclusion,
    leaf_hash,
    publish,
    root,
    verify_consistency,
    verify_folder,
    verify_logged,
)
from countersign.log.tiles import write_bundle
from tests.log.scene import (
    NOW,
    SALT,
    SIGNER,
    WITNESS,
    dice,
    envelope,
    failed_step,
    files,
    grow,
    hub,
    leaves,
    published,
    real_leaf,
)

KEYS = [SIGNER.vkey]
DISK = {"open", "os.rename", "os.mkdir", "shutil.rmtree", "os.remove", "os.rmdir"}


def test_a_small_log_s_folder_stays_the_same(
    tmp_path: Path, golden: Callable[[str, bytes], None]
) -> None:
    with hub(tmp_path) as db:
        with db.write() as connection:
            append(connection, [real_leaf()], at=NOW, random=dice(b"golden"))
        published(db, tmp_path / "log")
    there = files(tmp_path / "log")
    assert sorted(there) == ["checkpoint", "tile/0/000.p/8", "tile/entries/000.p/8"]
    for name, data in there.items():
        golden(f"log/folder/{name}", data)
    assert (tmp_path / "log" / "checkpoint").stat().st_mtime == NOW.timestamp()


def test_an_empty_log_is_published_and_verified(tmp_path: Path) -> None:
    with hub(tmp_path) as db:
        published(db, tmp_path / "log")
    assert failed_step(verify_folder(tmp_path / "log", vkeys=KEYS)) is None


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
            assert failed_step(verify_folder(home / "log", vkeys=KEYS)) is None
        published(db, home / "anew")
    grown, anew = files(home / "log"), files(home / "anew")
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
        whole = files(folder)
        assert len(whole) == 8
        for name in whole:
            (folder / name).unlink()
            assert failed_step(verify_folder(folder, vkeys=KEYS)) is not None
            published(db, folder)
            assert files(folder) == whole


def test_any_flipped_bit_in_any_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 300)
        published(db, folder)
    for name, data in files(folder).items():
        for at in range(0, len(data), max(1, len(data) // 23)):
            changed = bytearray(data)
            changed[at] ^= 1 << at % 8
            (folder / name).write_bytes(changed)
            assert failed_step(verify_folder(folder, vkeys=KEYS)) is not None, (name, at)
        (folder / name).write_bytes(data[:-1])
        assert failed_step(verify_folder(folder, vkeys=KEYS)) is not None
        (folder / name).write_bytes(data)
    assert failed_step(verify_folder(folder, vkeys=KEYS)) is None


def test_each_step_can_fail(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 600)
        signed = published(db, folder)
    keep = files(folder)

    def fails(name: str, data: bytes | None) -> int | None:
        if data is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(data)
        number = failed_step(verify_folder(folder, vkeys=KEYS))
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
    assert failed_step(verify_folder(from_scratch, vkeys=KEYS)) == 6


def test_a_full_tile_stands_in_for_the_partial_one_it_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with hub(tmp_path) as db:
        grow(db, 200)
        old = published(db, folder)
        grow(db, 200)
        published(db, folder)
    assert not (folder / "tile/0/000.p").exists()
    (folder / "checkpoint").write_bytes(old)
    assert failed_step(verify_folder(folder, vkeys=KEYS)) is None


@pytest.mark.parametrize("keys", [[], [LogSigner(SIGNER.origin, WITNESS[1]).vkey], ["nonsense"]])
def test_without_the_log_s_key_nothing_is_believed(tmp_path: Path, keys: list[str]) -> None:
    with hub(tmp_path) as db:
        grow(db, 8)
        published(db, tmp_path / "log")
    steps = verify_folder(tmp_path / "log", vkeys=keys)
    assert failed_step(steps) == 1
    assert {step.detail for step in steps[1:]} == {"Not tried: step 1 failed."}


@pytest.mark.parametrize("content", [None, b"", b"hello\n", bytes(100)])
def test_a_foreign_folder_is_a_failed_step_and_not_a_crash(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "checkpoint").write_bytes(content)
    assert failed_step(verify_folder(tmp_path, vkeys=KEYS)) == 1


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
    assert failed_step(verify_folder(folder, vkeys=KEYS)) is None
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
