# SPDX-License-Identifier: Apache-2.0
"""A package's folder on disk: read without following anything, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

from countersign.errors import Conflict, NotFound, NotVerified, Unavailable

MOST_FILES, MOST_BYTES = 300, 8 << 20
_FOLDERS = frozenset({"countersign", "evals", "references"})


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its path; raises `NotVerified` for what no package holds.

    Attacks stopped here: a symbolic link (or a device, or a pipe) that shows another file at each
    look; folders that nobody lists; so many or such large files that a checker gives up.
    """
    files: dict[str, bytes] = {}
    try:
        if folder.is_symlink() or not folder.is_dir():
            raise NotFound(
                "There is no package folder at that path.",
                remedy="Name the folder that holds SKILL.md.",
            )
        for path in _walk(folder):
            files[path.relative_to(folder).as_posix()] = _read(path)
    except OSError as e:
        raise Unavailable("The package cannot be read.", why=e.strerror or "") from e
    return files


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if entry.is_dir(follow_symlinks=False) and entry.name in _FOLDERS:
            inside = sorted(os.scandir(entry.path), key=lambda e: e.name)
            if not inside:
                raise NotVerified(f"The folder {entry.name} is empty.")
            found += [Path(e.path) for e in inside]
        else:
            found.append(Path(entry.path))
        if len(found) > MOST_FILES:
            raise NotVerified("The folder holds more files than any package.")
    return found


def _read(path: Path) -> bytes:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    if not stat.S_ISREG(path.lstat().st_mode):
        raise NotVerified("Something in the folder is not a plain file.", why=ascii(path.name))
    with os.fdopen(os.open(path, flags), "rb") as f:
        data = f.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NotVerified("A file is larger than any package's.", why=ascii(path.name))
    return data


def write_package(files: Mapping[str, bytes], folder: Path, *, replace: bool = False) -> None:
    """Write a package so that `folder` never holds a part of it.

    Everything is written and synced beside the target, then renamed into place. Raises `Conflict`
    if the folder exists and `replace` is not given.
    """
    if os.path.lexists(folder) and (not replace or folder.is_symlink() or not folder.is_dir()):
        raise Conflict(
            f"Something stands already at {folder.name}.",
            why="A folder that is not known as a copy of this skill is never overwritten.",
            remedy="Move it away, or choose another place.",
        )
    new, old = leftovers(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        clear_leftovers(folder)
        new.mkdir()
        for path, data in sorted(files.items()):
            _write(new / path, data)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        clear_leftovers(folder)
        _sync(folder.parent)  # the rename itself must outlive a power cut
    except OSError as e:
        raise Unavailable(
            "The package cannot be written.",
            why=e.strerror or "",
            remedy="Check the disk and who may write to the folder.",
        ) from e


def leftovers(folder: Path) -> tuple[Path, Path]:
    """Return where a writing to `folder` that was killed leaves its new and its old files."""
    names = (f".{folder.name}.countersign-new", f".{folder.name}.countersign-old")
    return folder.with_name(names[0]), folder.with_name(names[1])


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed writing left; a withdrawal does so too, for it may hold claims."""
    for path in leftovers(folder):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("xb") as f:
        f.write(data)
        f.flush()
        os.fsync(f.fileno())
