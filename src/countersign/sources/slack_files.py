# SPDX-License-Identifier: Apache-2.0
"""The files of a Slack export, zipped or unpacked, behind one small interface.

Nothing is ever written to disk, so a hostile member name can overwrite nothing; names that leave
the export are refused all the same, and links in a folder are not followed. Sizes are counted
while reading, because the size in a zip's directory is only what its maker claims.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO, Protocol
from unicodedata import normalize

from countersign.errors import BadInput

#: Largest single file that is read whole: a busy channel's day is about 2 MB. Bytes.
MAX_FILE_BYTES = 64 * 1024 * 1024
#: A file that inflates more than this is a bomb once it is past `RATIO_FREE_BYTES`; days reach 40.
MAX_RATIO = 300
RATIO_FREE_BYTES = 1024 * 1024
#: Files in one export: ten years of a thousand channels stay below. Count.
MAX_FILES = 4_000_000

#: What `zipfile` lets out when a zip's bytes are wrong, found by flipping them.
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError)
UNSUPPORTED = (RuntimeError, NotImplementedError)  # encrypted, or a packing nobody knows

ROOT_NAMES = ("channels.json", "users.json", "groups.json", "dms.json", "mpims.json")


class Unreadable(Exception):
    """One file of the export cannot be read; `str()` says why, for a `Reject`."""


class Files(Protocol):
    """The files of an export by their path inside it, `/` between parts."""

    def names(self) -> list[str]:
        """Return every file's path, sorted; one that ends in `/` is a folder nobody can enter."""

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raises `Unreadable`."""


@dataclass(frozen=True, slots=True)
class Folder:
    """An unpacked export."""

    root: Path

    def names(self) -> list[str]:
        """Return every file's path, sorted; links and hidden folders are not entered."""
        found: list[str] = []
        errors: list[OSError] = []
        for base, dirs, files in os.walk(self.root, onerror=errors.append):
            here = Path(base).relative_to(self.root)
            dirs[:] = sorted(d for d in dirs if not _ignored(d))
            found += [
                f"{(here / d).as_posix()}/" for d in dirs if (self.root / here / d).is_symlink()
            ]
            found += [(here / f).as_posix() for f in files if not _ignored(f)]
        closed = [Path(e.filename).relative_to(self.root).as_posix() for e in errors]
        return sorted([*found, *(f"{name}/" for name in closed)])

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raises `Unreadable` for links, big or locked files."""
        path = self.root / name
        if path.is_symlink() or not path.is_file():
            raise Unreadable("a link or device, not a file")
        try:
            with path.open("rb") as f:
                return _bounded(f, packed=None)
        except OSError as e:
            raise Unreadable(f"cannot be opened: {e.strerror}") from e


@dataclass(frozen=True, slots=True)
class Zip:
    """A zipped export; `prefix` is the folder that some tools wrap around it."""

    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    prefix: str

    def names(self) -> list[str]:
        """Return every file's path below the prefix, sorted."""
        n = len(self.prefix)
        return sorted(name[n:] for name in self.members if name.startswith(self.prefix))

    def read(self, name: str) -> bytes:
        """Return a member's bytes; raises `Unreadable` for bad, locked or exploding members."""
        if not _inside(name):
            raise Unreadable("its name leads outside the export")
        info = self.members[self.prefix + name]
        try:
            with self.archive.open(info) as f:
                return _bounded(f, packed=info.compress_size)
        except DAMAGE as e:
            raise Unreadable("damaged inside the zip") from e
        except UNSUPPORTED as e:
            raise Unreadable("encrypted, or packed in a way that is not supported") from e


@contextmanager
def open_files(path: Path) -> Iterator[Files]:
    """Open a Slack export's folder or zip; raises `BadInput` if it is neither."""
    if path.is_dir():
        yield Folder(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except (*DAMAGE, *UNSUPPORTED) as e:
        raise BadInput(
            "The Slack export cannot be opened.",
            why="It is neither a folder nor a whole zip file.",
            remedy="Download it again, or unpack it and give the folder.",
        ) from e
    with archive:
        infos = archive.infolist()
        if _overlap(infos):
            raise BadInput(
                "The zip is not read.",
                why="Its members overlap, which only a zip bomb's do.",
                remedy="Download the export again from Slack.",
            )
        if len(infos) > MAX_FILES:
            raise BadInput(
                "The zip holds too many files.",
                why=f"{len(infos)} files; at most {MAX_FILES} are read.",
                remedy="Unpack the channels you need and give the folder.",
            )
        members = {_name(i): i for i in infos if not i.is_dir() and not _hidden(_name(i))}
        yield Zip(archive, members, _prefix(members))


def _overlap(infos: list[zipfile.ZipInfo]) -> bool:
    """Tell whether members share bytes: the trick that makes a small zip unpack to petabytes."""
    inside = sorted((i.header_offset, i.header_offset + i.compress_size) for i in infos)
    return any(end > start for (_, end), (start, _) in pairwise(inside))


def _bounded(f: IO[bytes], *, packed: int | None) -> bytes:
    """Read at most `MAX_FILE_BYTES`, and stop early when the packed size cannot explain it."""
    limit = MAX_FILE_BYTES
    if packed is not None:
        limit = min(limit, max(RATIO_FREE_BYTES, packed * MAX_RATIO))
    data = f.read(limit + 1)
    if len(data) > limit:
        raise Unreadable(f"larger than {limit} bytes when unpacked")
    return data


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; older packers store UTF-8 without saying so, which reads as cp437."""
    name = info.filename
    if not info.flag_bits & 0x800 and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return normalize("NFC", name)


def _prefix(names: dict[str, zipfile.ZipInfo]) -> str:
    """The shortest folder that holds one of the export's own root files."""
    found = [n[: -len(r)] for n in names for r in ROOT_NAMES if n == r or n.endswith("/" + r)]
    return min(found, key=lambda p: (p.count("/"), p), default="")


def _inside(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return (
        bool(parts) and ".." not in parts and not name.startswith(("/", "\\")) and ":" not in name
    )


def _hidden(name: str) -> bool:
    return any(_ignored(part) for part in PurePosixPath(name).parts)


def _ignored(part: str) -> bool:
    return part == "__MACOSX" or (part.startswith(".") and part not in (".", ".."))
