# SPDX-License-Identifier: Apache-2.0
"""Old roots and consistency come out of a folder alone, and no folder makes a fork look sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from countersign.errors import BadInput, Conflict, NotFound, NotVerified, Unavailable
from countersign.log import (
    EMPTY_ROOT,
    Checkpoint,
    Note,
    consistency_in,
    consistent,
    publish,
    read_checkpoint,
    root_at,
    verify_consistency,
)
from tests.log.scene import NOW, SIGNER, grow, hub

SIZES = (8, 256, 264, 600, 70_000)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, Checkpoint]]:
    """Return a folder published once at its full size, and checkpoints of sizes it passed."""
    home, kept, size = tmp_path_factory.mktemp("reading"), dict[int, Checkpoint](), 0
    with hub(home) as db:
        for wanted in SIZES:
            grow(db, wanted - size)
            size = wanted
            kept[size] = publish(db, home / f"at{size}", SIGNER, now=NOW)
    return home / f"at{SIZES[-1]}", kept


def test_the_root_of_every_earlier_size_comes_out_of_the_newest_folder(
    grown: tuple[Path, dict[int, Checkpoint]],
) -> None:
    folder, kept = grown
    assert {size: root_at(folder, size) for size in SIZES} == {s: c.root for s, c in kept.items()}
    assert root_at(folder, 0) == EMPTY_ROOT


def test_every_two_checkpoints_are_found_consistent(
    grown: tuple[Path, dict[int, Checkpoint]],
) -> None:
    folder, kept = grown
    kept = {0: Checkpoint(SIGNER.origin, 0, EMPTY_ROOT), **kept}
    for old, older in kept.items():
        for new in (size for size in kept if size >= old):
            consistent(folder, older, kept[new])
            verify_consistency(
                old=old,
                old_root=older.root,
                new=new,
                new_root=kept[new].root,
                proof=consistency_in(folder, old, new),
            )


def test_a_contradiction_is_a_conflict_and_says_where(
    grown: tuple[Path, dict[int, Checkpoint]],
) -> None:
    folder, kept = grown
    for size in SIZES[:-1]:
        forked = Checkpoint(SIGNER.origin, size, bytes(32))
        with pytest.raises(Conflict, match="contradict each other") as caught:
            consistent(folder, forked, kept[70_000])
        assert f"first {size} leaves" in caught.value.why
    with pytest.raises(Conflict):
        consistent(folder, Checkpoint(SIGNER.origin, 600, bytes(32)), kept[600])


def test_a_folder_that_is_not_of_the_newer_tree_accuses_nobody(
    grown: tuple[Path, dict[int, Checkpoint]],
) -> None:
    folder, kept = grown
    foreign = Checkpoint(SIGNER.origin, 600, bytes(32))
    with pytest.raises(NotVerified, match="does not hold the tree"):
        consistent(folder, kept[8], foreign)


def test_what_cannot_be_compared_is_said_so(grown: tuple[Path, dict[int, Checkpoint]]) -> None:
    folder, kept = grown
    elsewhere = Checkpoint("log.example.org/other", 8, kept[8].root)
    for older, newer in ((elsewhere, kept[600]), (kept[600], kept[8])):
        with pytest.raises(BadInput, match="cannot be compared"):
            consistent(folder, older, newer)
    with pytest.raises(BadInput):
        consistency_in(folder, 9, 8)
    beyond = Checkpoint(SIGNER.origin, 70_001, bytes(32))
    for ask in (
        lambda: root_at(folder, 70_001),
        lambda: consistent(folder, kept[8], beyond),
        lambda: consistency_in(folder, 8, 70_001),
    ):
        with pytest.raises(NotFound, match="has 70000 leaves, not 70001"):
            ask()


def test_a_folder_that_is_not_whole_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no checkpoint"):
        read_checkpoint(tmp_path)
    with hub(tmp_path) as db:
        grow(db, 300)
        publish(db, tmp_path / "log", SIGNER, now=NOW)
    checkpoint, data = read_checkpoint(tmp_path / "log")
    assert checkpoint == Checkpoint.of(Note.of(data).text)
    bundle = tmp_path / "log" / "tile/entries/000"
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[: len(whole) // 256 * 200])
    with pytest.raises(NotVerified):
        root_at(tmp_path / "log", 300)
    bundle.unlink()
    with pytest.raises(Unavailable):
        root_at(tmp_path / "log", 300)
    tile = tmp_path / "log" / "tile/0/000"
    tile.write_bytes(tile.read_bytes()[:-1])
    with pytest.raises(NotVerified):
        consistency_in(tmp_path / "log", 8, 300)
