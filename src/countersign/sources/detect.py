# SPDX-License-Identifier: Apache-2.0
"""Tell by content what a path holds, and read it: the one front door of all sources.

File names decide nothing for a path that the user named; only in a folder that is walked do they
say which text files are notes, because a folder also holds code, tables and logs.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from countersign.errors import BadInput
from countersign.evidence import Reject, Skip, Trace
from countersign.people import Handle
from countersign.sources.foreign import READABLE, foreign, resembled, resembled_zip
from countersign.sources.lines import whole
from countersign.sources.mbox import looks_like_mbox, read_mbox
from countersign.sources.notes import read_notes
from countersign.sources.slack import read_slack
from countersign.sources.slack_files import DAMAGE, ROOT_NAMES, UNSUPPORTED

SOURCES = ("mbox", "slack", "notes")

_HEAD_BYTES = 64 * 1024
_NOTE_NAMES = frozenset({".md", ".markdown", ".mkd", ".txt", ".text", ".rst", ".org", ""})
_DAY = re.compile(r"(?:^|/)\d{4}-\d{2}-\d{2}\.json$")


def read(
    path: Path, *, source: str | None = None, author: Handle | None = None
) -> Iterator[Trace | Skip | Reject]:
    """Return the records of a file or folder, whatever it holds of the known sources.

    `source` forces one of `SOURCES` on it; `author` is whose notes these are where a note does
    not say so itself. Locators begin with the last part of `path`, so that they mean the same on
    another machine. What a folder holds besides is counted as `Skip("foreign-file")`.

    Raises `BadInput`, before anything is read, for a path that is missing, empty or foreign.
    """
    if source is not None and source not in SOURCES:
        raise BadInput(
            f"There is no source named '{source}'.",
            why="Known sources: " + ", ".join(SOURCES) + ".",
            remedy="Leave it out to have it detected.",
        )
    if source is not None and not path.is_dir():
        _begin(path)  # a missing or empty file is said at once, whatever it was called
    kind = source or detect(path)
    where = whole(path.name or path.resolve().name or "folder")
    if path.is_dir() and (kind != "slack" or not _is_slack_folder(path)):
        return _walk(path, where, source, author)
    return _read_one(path, kind, where, author)


def detect(path: Path) -> str:
    """Return `mbox`, `slack` or `notes`: what the file holds, or the folder's first known file.

    Raises `BadInput` that says what the path resembles instead.
    """
    if path.is_dir():
        return _detect_folder(path)
    head = _begin(path)
    kind, resembles = _kind_of(path, head)
    if kind is None:
        raise foreign(path.name, resembles)
    return kind


def _detect_folder(path: Path) -> str:
    if _is_slack_folder(path):
        return "slack"
    count = 0
    for kind, _ in _members(path):
        if kind is not None:
            return kind
        count += 1
    if count:
        raise foreign(path.name or "The folder", f"a folder of {count} files of other kinds")
    raise BadInput(f"The folder {path.name} is empty.", why="It holds no files.", remedy=READABLE)


def _kind_of(path: Path, head: bytes) -> tuple[str | None, str]:
    """Return (source, "") or (None, what it resembles); `head` is decompressed."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path)
    if looks_like_mbox(head):
        return "mbox", ""
    if _is_gzip(path):
        return None, "a gzip file that holds no mail archive; unpack it first"
    resembles = resembled(head)
    return ("notes", "") if not resembles else (None, resembles)


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as f:
        return f.read(2) == b"\x1f\x8b"


def _kind_of_zip(path: Path) -> tuple[str | None, str]:
    try:
        with zipfile.ZipFile(path) as z:
            names = z.namelist()
    except (*DAMAGE, *UNSUPPORTED):
        return None, "a zip file that is cut off or damaged"
    if _is_slack(names):
        return "slack", ""
    return None, resembled_zip(names)


def _is_slack(names: list[str]) -> bool:
    """A Slack export has day files, or the two lists that every export has."""
    roots = {n.rsplit("/", 1)[-1] for n in names if n.count("/") <= 1}
    days = any(_DAY.search(n) and "/" in n for n in names)
    return {"channels.json", "users.json"} <= roots or (days and bool(roots & set(ROOT_NAMES)))


def _is_slack_folder(path: Path) -> bool:
    try:
        names = [p.name for p in path.iterdir()]
        if not set(names) & set(ROOT_NAMES):
            return False
        folders = [p for p in path.iterdir() if p.is_dir() and not p.is_symlink()]
        for folder in folders:
            names += [f"{folder.name}/{f}" for f in _listed(folder)]
    except OSError as e:
        raise BadInput(
            f"The folder {path.name} cannot be opened.",
            why=e.strerror or "",
            remedy="Check its rights.",
        ) from e
    return _is_slack(names)


def _listed(folder: Path) -> list[str]:
    """The names in a folder; none if it is closed, which the reader then reports."""
    try:
        return [f.name for f in folder.iterdir()]
    except OSError:
        return []


def _begin(path: Path) -> bytes:
    """Return the first bytes of a file, gzip undone; raises `BadInput` if there are none."""
    head = _head(path)
    if not head.strip(b"\x00 \t\r\n"):
        raise BadInput(f"{path.name} is empty.", why="It holds no bytes to read.", remedy=READABLE)
    return head


def _head(path: Path) -> bytes:
    """Return the first bytes of a file, gzip undone; raises `BadInput`."""
    if path.exists() and not path.is_file():
        raise foreign(path.name, "a device or pipe")  # opening one could wait for ever
    try:
        with path.open("rb") as f:
            head = f.read(_HEAD_BYTES)
    except OSError as e:
        raise BadInput(
            f"{path.name} cannot be opened.", why=e.strerror or "", remedy="Check path and rights."
        ) from e
    if not head.startswith(b"\x1f\x8b"):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _HEAD_BYTES)
    except zlib.error as e:
        raise foreign(path.name, "a gzip file that is damaged") from e


def _members(path: Path) -> Iterator[tuple[str | None, Path]]:
    """Walk a folder in order: (source or None, path); a Slack export inside is one member.

    Links and hidden names are not entered: they may lead out of what the user named.
    """
    errors: list[OSError] = []
    for base, dirs, files in os.walk(path, onerror=errors.append):
        here = Path(base)
        if here != path and _is_slack_folder(here):
            dirs[:] = []
            yield "slack", here
            continue
        dirs[:] = sorted(d for d in dirs if not d.startswith((".", "__")))
        yield from ((None, here / d) for d in dirs if (here / d).is_symlink())
        for name in sorted(f for f in files if not f.startswith(".")):
            yield _member_kind(here / name), here / name
    yield from ((None, Path(e.filename)) for e in errors)


def _member_kind(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file():
        return None
    try:
        kind = detect(path)
    except BadInput:
        return None
    return None if kind == "notes" and path.suffix.lower() not in _NOTE_NAMES else kind


def _walk(
    path: Path, where: str, source: str | None, author: Handle | None
) -> Iterator[Trace | Skip | Reject]:
    for kind, member in _members(path):
        place = whole(f"{where}/{member.relative_to(path).as_posix()}")
        if kind is None or source not in (None, kind):
            yield Skip("foreign-file", place)
        else:
            yield from _read_one(member, kind, place, author)


def _read_one(
    path: Path, kind: str, where: str, author: Handle | None
) -> Iterator[Trace | Skip | Reject]:
    if kind == "slack":
        return read_slack(path, where=where)
    if kind == "mbox":
        return read_mbox(path, where=where)
    return chain(read_notes(path, where=where, author=author))
