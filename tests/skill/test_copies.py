"""Copies are found again and removed; what is not ours is never overwritten or deleted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import BadInput, Conflict, NotAllowed, Unavailable
from countersign.people import Hub
from countersign.skill import (
    Copy,
    CopyStatus,
    Draft,
    Package,
    build,
    check_copies,
    copies,
    forget_releases,
    install,
    remove_copies,
    reserve,
    store_release,
    target,
    write_package,
)
from tests.skill.scene import KEY, NONCE, NOW, draft, finished, hub, logged

LATER = NOW + timedelta(days=1)


@pytest.fixture
def h(tmp_path: Path) -> Iterator[Hub]:
    with hub(tmp_path) as opened:
        release(opened, draft())
        yield opened


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return target("payments-lin-wei", host="claude-code", base=tmp_path / "project")


def release(h: Hub, made: Draft) -> Package:
    """Store a release in the hub and return its package."""
    package = logged(build(made, sign_with=KEY, nonce=NONCE))
    with h.db.write() as c:
        store_release(c, made, package, keys=h.keys)
    return package


def put(
    c: sa.Connection, place: Path, package: Package | None = None, id: str = "rexample"
) -> Copy:
    """Install a package at `place`."""
    files = (package or finished()).files
    return install(c, files, place, host="claude-code", release=id, agreement="aexample", now=NOW)


def there(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder`."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def removed(h: Hub) -> list[CopyStatus]:
    with h.db.write() as c:
        return [x.status for x in remove_copies(c, agreement="aexample", now=LATER)]


def test_hosts_look_where_their_documentation_says(tmp_path: Path) -> None:
    base = tmp_path.resolve()
    assert target("x", host="claude-code", base=tmp_path) == base / ".claude" / "skills" / "x"
    assert target("x", host="agents", base=tmp_path) == base / ".agents" / "skills" / "x"
    with pytest.raises(BadInput, match="not a host"):
        target("x", host="emacs", base=tmp_path)
    with pytest.raises(BadInput, match="no such project"):
        target("x", host="agents", base=tmp_path / "missing")


def test_an_installed_copy_is_whole_recorded_and_removed_on_withdrawal(h: Hub, place: Path) -> None:
    with h.db.write() as c:
        made = put(c, place)
        assert copies(c) == [made]
        assert [x.status for x in check_copies(c, now=LATER)] == [CopyStatus.PRESENT]
    assert there(place) == dict(finished().files)
    assert removed(h) == [CopyStatus.REMOVED]
    assert not place.exists()
    assert place.parent.is_dir()
    assert removed(h) == []  # nothing is left to remove


def test_an_unchanged_copy_of_ours_is_replaced_by_a_newer_version(h: Hub, place: Path) -> None:
    with h.db.write() as c:
        put(c, place)
    second = release(h, draft(release="rsecond", version=2))
    with h.db.write() as c:
        put(c, place, second, "rsecond")
        assert [x.release for x in copies(c)] == ["rsecond"]
    assert there(place) == dict(second.files)
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_a_folder_of_somebody_else_is_never_overwritten(h: Hub, place: Path) -> None:
    place.mkdir(parents=True)
    (place / "SKILL.md").write_text("mine", encoding="utf-8")
    with h.db.write() as c, pytest.raises(Conflict):
        put(c, place)
    assert (place / "SKILL.md").read_text(encoding="utf-8") == "mine"


def test_a_copy_that_somebody_changed_is_not_overwritten_but_reported(h: Hub, place: Path) -> None:
    with h.db.write() as c:
        put(c, place)
    (place / "SKILL.md").write_text("my notes on it", encoding="utf-8")
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    with h.db.write() as c:
        with pytest.raises(Conflict):
            put(c, place)
        assert [x.status for x in check_copies(c, now=LATER)] == [CopyStatus.CHANGED]
    assert removed(h) == [CopyStatus.CHANGED]
    assert sorted(there(place)) == ["SKILL.md", "notes.txt"]  # theirs stays, ours is gone


def test_nothing_is_written_or_removed_through_a_link(h: Hub, place: Path, tmp_path: Path) -> None:
    with h.db.write() as c:
        put(c, place)
    elsewhere = tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    with h.db.write() as c, pytest.raises(Conflict):
        put(c, place)
    assert removed(h) == [CopyStatus.CHANGED]
    assert there(elsewhere) == dict(finished().files)


def test_a_link_inside_a_copy_is_not_followed(h: Hub, place: Path, tmp_path: Path) -> None:
    with h.db.write() as c:
        put(c, place)
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "evals.json").write_text("x", encoding="utf-8")
    (place / "evals" / "evals.json").unlink()
    (place / "evals").rmdir()
    (place / "evals").symlink_to(tmp_path / "precious")
    assert removed(h) == [CopyStatus.CHANGED]
    assert (tmp_path / "precious" / "evals.json").exists()


def test_a_copy_that_is_gone_counts_as_removed_and_one_out_of_reach_does_not(
    h: Hub, place: Path, tmp_path: Path
) -> None:
    with h.db.write() as c:
        put(c, place)
    (tmp_path / "project").rename(tmp_path / "unmounted")
    assert removed(h) == [CopyStatus.UNREACHABLE]
    (tmp_path / "unmounted").rename(tmp_path / "project")
    assert place.exists()
    shutil.rmtree(place.parent.parent)
    assert removed(h) == [CopyStatus.REMOVED]


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_says_so(h: Hub, place: Path) -> None:
    place.parent.mkdir(parents=True)
    place.parent.chmod(0o500)
    with h.db.write() as c, pytest.raises(Unavailable):
        put(c, place)


def test_a_kill_between_record_and_folder_leaves_nothing_unknown(h: Hub, place: Path) -> None:
    files = finished().files
    with h.db.write() as c:
        reserve(c, files, place, host="agents", release="rexample", agreement="aexample", now=NOW)
    assert removed(h) == [CopyStatus.REMOVED]
    with h.db.write() as c:
        reserve(c, files, place, host="agents", release="rexample", agreement="aexample", now=NOW)
    write_package(files, place)  # written, and killed before the record said so
    half = place.with_name(f".{place.name}.countersign-new")
    half.mkdir()
    (half / "SKILL.md").write_bytes(files["SKILL.md"])
    assert removed(h) == [CopyStatus.REMOVED]
    assert list(place.parent.iterdir()) == []


def test_a_rerun_after_a_kill_completes(h: Hub, place: Path) -> None:
    write_package(finished().files, place)  # a whole release of this hub, without a record
    with h.db.write() as c:
        put(c, place)
        assert [x.status for x in check_copies(c, now=LATER)] == [CopyStatus.PRESENT]


def test_an_upgrade_that_was_killed_is_removed_with_what_it_replaced(h: Hub, place: Path) -> None:
    with h.db.write() as c:
        put(c, place)
    second = release(h, draft(release="rsecond", version=2))
    with h.db.write() as c:
        reserve(c, second.files, place, host="x", release="rsecond", agreement="aexample", now=NOW)
    assert removed(h) == [CopyStatus.REMOVED, CopyStatus.REMOVED]
    assert not place.exists()


def test_what_was_taken_back_or_replaced_is_not_copied_any_more(h: Hub, place: Path) -> None:
    release(h, draft(release="rsecond", version=2))
    with h.db.write() as c, pytest.raises(NotAllowed):
        put(c, place)
    with h.db.write() as c:
        forget_releases(c, "aexample")
    with h.db.write() as c, pytest.raises(NotAllowed):
        put(c, place, id="rsecond")
    assert not place.exists()
