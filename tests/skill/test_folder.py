"""A package is written whole or not at all, and read without following anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from countersign.errors import Conflict, NotFound, NotVerified
from countersign.skill import read_folder, write_package
from countersign.skill.folder import MOST_BYTES, MOST_FILES
from tests.skill.scene import finished

FILES = finished().files


def test_what_was_written_is_read_back_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_package(FILES, tmp_path / "deep" / "skill")
    assert read_folder(tmp_path / "deep" / "skill") == dict(FILES)
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["skill"]


def test_an_existing_folder_is_replaced_only_when_asked(tmp_path: Path) -> None:
    write_package(FILES, tmp_path / "skill")
    with pytest.raises(Conflict):
        write_package(FILES, tmp_path / "skill")
    write_package({"SKILL.md": b"x\n"}, tmp_path / "skill", replace=True)
    assert read_folder(tmp_path / "skill") == {"SKILL.md": b"x\n"}


def test_a_link_or_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("link", "file", "dangling"):
        with pytest.raises(Conflict):
            write_package(FILES, tmp_path / name, replace=True)
    assert list((tmp_path / "real").iterdir()) == []


def test_what_a_killed_writing_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    for end in ("new", "old"):
        (tmp_path / f".skill.countersign-{end}").mkdir()
        (tmp_path / f".skill.countersign-{end}" / "SKILL.md").write_bytes(b"half")
    write_package(FILES, tmp_path / "skill")
    assert [p.name for p in tmp_path.iterdir()] == ["skill"]


def test_links_pipes_strange_folders_and_floods_are_refused(tmp_path: Path) -> None:
    def refused(name: str) -> None:
        with pytest.raises(NotVerified):
            read_folder(tmp_path / name)

    for name in ("link", "pipe", "deep", "empty", "many", "large"):
        write_package(FILES, tmp_path / name)
    (tmp_path / "link" / "references").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe" / "x.md")
    (tmp_path / "deep" / "evals" / "more").mkdir()
    (tmp_path / "empty" / "references").mkdir()
    (tmp_path / "many" / "references").mkdir()
    for i in range(MOST_FILES):
        (tmp_path / "many" / "references" / f"{i}.md").touch()
    with (tmp_path / "large" / "x.md").open("wb") as f:
        f.truncate(MOST_BYTES + 1)
    for name in ("link", "pipe", "deep", "empty", "many", "large"):
        refused(name)
    with pytest.raises(NotFound):
        read_folder(tmp_path / "link" / "SKILL.md")
