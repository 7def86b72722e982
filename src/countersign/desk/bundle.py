# SPDX-License-Identifier: Apache-2.0
"""The folder of an export: many files with a manifest of digests, in the clear or sealed.

Plain: the files as they are, and manifest.json. Sealed: a random key wrapped by the passphrase
(scrypt, as any key file), each file in chunks of AES-256-GCM bound to their file and place, the
manifest too; names and sizes of files tell nothing but how much there is. Everything is written to
a folder beside and moved into place last, so a kill leaves no half export under its name.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from countersign.errors import BadInput, Conflict, NotVerified
from countersign.seal import Cipher, fresh_key, read_secret, write_secret

MANIFEST, KEY, README = "manifest.json", "export.key", "README.md"
VERSION = 1
_CHUNK = 1 << 20
_SIZE = 4  # bytes before each sealed chunk


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an export: its path, digest and length in the clear, and what it is."""

    path: str
    sha256: str
    bytes: int
    about: str

    def to_value(self) -> dict[str, Any]:
        """Return the entry as the manifest lists it."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "about": self.about,
        }


class Writer:
    """Writes an export; `close` puts it in place. Sealed where a passphrase is given."""

    def __init__(self, folder: Path, *, passphrase: str | None) -> None:
        if folder.exists():
            raise Conflict(
                f"There is something at {folder.name} already.",
                why="An export never overwrites; an older one may be all that somebody has.",
                remedy="Give a folder that does not exist yet with --out.",
            )
        self.folder = folder
        self._beside = folder.with_name(f".{folder.name}.{os.getpid()}")
        shutil.rmtree(self._beside, ignore_errors=True)
        try:
            self._beside.mkdir(mode=0o700, parents=True)
        except OSError as e:
            raise BadInput(
                f"The folder {folder.name} cannot be made.",
                why=e.strerror or type(e).__name__,
                remedy="Give a folder where you may write with --out.",
            ) from e
        self.entries: list[Entry] = []
        self._cipher: Cipher | None = None
        if passphrase is not None:
            key = fresh_key()
            write_secret(self._beside / KEY, key, passphrase)
            self._cipher = Cipher(key)

    @property
    def sealed(self) -> bool:
        """Whether a passphrase is needed to read it."""
        return self._cipher is not None

    def lines(self, path: str, values: Iterable[Any], about: str) -> int:
        """Write one JSON value a line; returns how many."""
        number = 0

        def chunks() -> Iterator[bytes]:
            nonlocal number
            for number, value in enumerate(values, 1):  # noqa: B007 -- counted
                yield _line(value)

        self.file(path, chunks(), about)
        return number

    def file(self, path: str, data: bytes | Iterable[bytes], about: str) -> None:
        """Write one file."""
        parts = [data] if isinstance(data, bytes) else data
        self.entries.append(self._write(path, len(self.entries) + 1, parts, about))

    def readable(self, name: str, text: str) -> None:
        """Write a file that stands in the clear in either form, beside what the manifest lists."""
        with _open_new(self._beside / name) as f:
            f.write(text.encode("utf-8"))

    def _write(self, path: str, number: int, parts: Iterable[bytes], about: str) -> Entry:
        digest, size = hashlib.sha256(), 0
        place = self._beside / (_name(number) if self._cipher else path)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _open_new(place) as f:
            for at, chunk in enumerate(_regular(parts)):
                digest.update(chunk)
                size += len(chunk)
                f.write(self._sealed(chunk, number, at))
        return Entry(path, digest.hexdigest(), size, about)

    def _sealed(self, chunk: bytes, number: int, at: int) -> bytes:
        if self._cipher is None:
            return chunk
        body = self._cipher.seal(chunk, table="export", column=str(number), row=str(at))
        return len(body).to_bytes(_SIZE, "big") + body

    def close(self, said: dict[str, Any]) -> None:
        """Write the manifest, which lists every file, and put the export in place."""
        value = {"v": VERSION, **said, "files": [e.to_value() for e in self.entries]}
        text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
        self._write(MANIFEST, 0, [text.encode("utf-8")], "")
        os.replace(self._beside, self.folder)

    def drop(self) -> None:
        """Remove what was written so far."""
        shutil.rmtree(self._beside, ignore_errors=True)


class Reader:
    """Reads an export; every file is compared with the manifest before any line is handed out."""

    def __init__(self, folder: Path, *, passphrase: str | None) -> None:
        self.folder = folder
        self._cipher: Cipher | None = None
        if (folder / KEY).exists():
            self._cipher = Cipher(read_secret(folder / KEY, passphrase))
        try:
            self.said = json.loads(b"".join(self._parts(MANIFEST, 0)))
            listed = [
                Entry(str(e["path"]), str(e["sha256"]), int(e["bytes"]), "")
                for e in self.said["files"]
            ]
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as e:
            raise _no_export() from e
        if self.said.get("v") != VERSION:
            raise _no_export()
        self._entries = {e.path: (n, e) for n, e in enumerate(listed, 1)}

    @property
    def sealed(self) -> bool:
        """Whether it was sealed."""
        return self._cipher is not None

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that the manifest lists."""
        return tuple(self._entries)

    def check(self) -> None:
        """Compare every file with the manifest; raises `NotVerified` naming the first that differs."""
        for number, entry in self._entries.values():
            digest, size = hashlib.sha256(), 0
            for part in self._parts(entry.path, number):
                digest.update(part)
                size += len(part)
            if (digest.hexdigest(), size) != (entry.sha256, entry.bytes):
                raise NotVerified(
                    f"{ascii(entry.path)[1:-1]} is not the file that was exported.",
                    why="Its digest differs from the one in the manifest.",
                    remedy="Take another copy of the export.",
                )

    def whole(self, path: str) -> bytes:
        """Return one file whole; raises `BadInput` where the export has none of that path."""
        number, _ = self._find(path)
        return b"".join(self._parts(path, number))

    def lines(self, path: str) -> Iterator[Any]:
        """Yield the values of a file of JSON lines; none where the export has no such file."""
        if path not in self._entries:
            return
        rest = b""
        for part in self._parts(path, self._find(path)[0]):
            *whole, rest = (rest + part).split(b"\n")
            for line in whole:
                yield _read_line(line)

    def _find(self, path: str) -> tuple[int, Entry]:
        if path not in self._entries:
            raise BadInput(f"The export has no {ascii(path)[1:-1]}.", remedy="Export it again.")
        return self._entries[path]

    def _parts(self, path: str, number: int) -> Iterator[bytes]:
        # A manifest from elsewhere must not make us read files outside of its folder.
        if ".." in Path(path).parts or Path(path).is_absolute():
            raise _no_export()
        place = self.folder / (_name(number) if self._cipher else path)
        try:
            with place.open("rb") as f:
                yield from self._opened(f, number)
        except (OSError, ValueError) as e:  # a path may hold what no file's name can
            raise _no_export() from e

    def _opened(self, f: BinaryIO, number: int) -> Iterator[bytes]:
        if self._cipher is None:
            while part := f.read(_CHUNK):
                yield part
            return
        at = 0
        while head := f.read(_SIZE):
            body = f.read(int.from_bytes(head, "big"))
            yield self._cipher.open(body, table="export", column=str(number), row=str(at))
            at += 1


def _open_new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _name(number: int) -> str:
    return f"{number:04}.sealed"


def _regular(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Cut or join parts to one size, so that sealed chunks do not show where a line ends."""
    held = bytearray()
    for part in parts:
        held += part
        while len(held) >= _CHUNK:
            yield bytes(held[:_CHUNK])
            del held[:_CHUNK]
    if held:
        yield bytes(held)


def _line(value: Any) -> bytes:
    """Return one line of JSON in UTF-8; half a character is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


def _read_line(line: bytes) -> Any:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as e:
        raise _no_export() from e
    if not isinstance(value, dict):
        raise _no_export()
    return value


def _no_export() -> BadInput:
    return BadInput(
        "This folder is not an export of ours.",
        why="Its manifest, or a file that the manifest names, is missing or of another form.",
        remedy="Give the folder that `countersign export` wrote.",
    )
