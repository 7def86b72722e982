# SPDX-License-Identifier: Apache-2.0
"""Look for texts that should be gone, in the forms in which bytes hide: the residue scanner.

Pure over bytes and folders: it knows nothing of databases. A text is looked for whole and by its
halves; as UTF-8, UTF-16 (both orders), JSON-escaped, base64 in its three alignments; in plain
files, inside gzip and zip members, and inside those once more. What it finds is reported by file
and form, never by text.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SHORTEST = 12
"""Characters below which a text says too little to be looked for by itself."""
_HALF = 24
_CHUNK = 1 << 22
_INNER_LIMIT = 1 << 26
_DEPTH = 3
_ANCHOR, _MANY = 6, 300


@dataclass(frozen=True, slots=True, order=True)
class Residue:
    """A place where a text was found: which text (its reference), where, in which form."""

    ref: str
    where: str
    form: str


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes to look for, and what it means to find them."""

    ref: str
    form: str
    data: bytes


def needles(texts: Iterable[tuple[str, str]]) -> list[Needle]:
    """Return what to look for, for each (reference, text); raw bytes are added by the caller."""
    return [n for ref, text in texts for piece in _pieces(text) for n in _forms(ref, piece)]


def _pieces(text: str) -> list[str]:
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    middle = len(text) // 2
    halves = [text[:middle].strip(), text[middle:].strip()] if middle >= _HALF else []
    return list(dict.fromkeys([text, *halves]))


def _forms(ref: str, piece: str) -> Iterator[Needle]:
    plain = piece.encode("utf-8", "surrogatepass")
    yield Needle(ref, "plain text", plain)
    for name in ("utf-16-le", "utf-16-be"):
        yield Needle(ref, "UTF-16", piece.encode(name, "surrogatepass"))
    escaped = {json.dumps(piece)[1:-1], json.dumps(piece, ensure_ascii=False)[1:-1]}
    for form in sorted(escaped):
        if (data := form.encode("utf-8", "surrogatepass")) != plain:
            yield Needle(ref, "JSON-escaped", data)
    for data in _base64_cores(plain):
        yield Needle(ref, "base64", data)


def _base64_cores(plain: bytes) -> Iterator[bytes]:
    """Return the base64 signs that stay the same whatever stands before and after the bytes."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + plain)
        core = coded[-(-before * 4 // 3) : (before + len(plain)) * 4 // 3 - 1]
        yield core.rstrip(b"=")
        if b"+" in core or b"/" in core:
            yield core.translate(bytes.maketrans(b"+/", b"-_")).rstrip(b"=")


def scan(paths: Iterable[Path], wanted: list[Needle]) -> list[Residue]:
    """Return every place below `paths` where one of `wanted` stands; unreadable files are named too."""
    found: set[Residue] = set()
    search = _Search(wanted)
    for path in _files(paths):
        try:
            with path.open("rb") as f:
                found |= _scan_stream(f, str(path), search)
            found |= _scan_inner(path, search)
        except OSError as e:
            found.add(Residue("", str(path), f"cannot be read: {e.strerror}"))
    return sorted(found)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            for base, _, names in os.walk(path):
                yield from (Path(base) / name for name in sorted(names))
        elif os.path.lexists(path):
            yield path


class _Search:
    """Looks for many needles at once: one by one where they are few, else by their first bytes.

    Walking the bytes once costs as much as some hundred single searches; a person's whole vault
    makes many thousand needles.
    """

    __slots__ = ("_by_anchor", "_size", "longest", "wanted")

    def __init__(self, wanted: list[Needle]) -> None:
        self.wanted = wanted
        self.longest = max((len(n.data) for n in wanted), default=0)
        self._size = min((len(n.data) for n in wanted), default=1)
        self._size = min(self._size, _ANCHOR)
        self._by_anchor: dict[bytes, list[Needle]] = defaultdict(list)
        for needle in wanted:
            self._by_anchor[needle.data[: self._size]].append(needle)

    def within(self, window: bytes) -> Iterator[Needle]:
        """Yield the needles that stand in `window`, some perhaps more than once."""
        if len(self.wanted) < _MANY:
            yield from (n for n in self.wanted if n.data in window)
            return
        size, anchors = self._size, self._by_anchor
        for i in range(len(window) - size + 1):
            if (anchor := window[i : i + size]) in anchors:
                yield from (n for n in anchors[anchor] if window.startswith(n.data, i))


def _scan_stream(f: io.BufferedIOBase | io.BytesIO, where: str, search: _Search) -> set[Residue]:
    found: set[Residue] = set()
    tail = b""
    while block := f.read(_CHUNK):
        window = tail + block
        found |= {Residue(n.ref, where, n.form) for n in search.within(window)}
        tail = window[-search.longest :] if search.longest else b""
    return found


def _scan_inner(path: Path, search: _Search) -> set[Residue]:
    with path.open("rb") as f:
        head = f.read(4)
    if head[:2] != b"\x1f\x8b" and head[:2] != b"PK":
        return set()
    if path.stat().st_size > _INNER_LIMIT:
        return {Residue("", str(path), "too large to look inside")}
    return _unpacked(path.read_bytes(), str(path), search, _DEPTH)


def _unpacked(data: bytes, where: str, search: _Search, depth: int) -> set[Residue]:
    """Look inside gzip and zip, and inside what they hold, a bounded number of times."""
    found: set[Residue] = set()
    for name, inner in _members(data):
        place = f"{where}!{name}"
        found |= _scan_stream(io.BytesIO(inner), place, search)
        if depth:
            found |= _unpacked(inner, place, search, depth - 1)
    return found


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(data)) as f:
                yield "gzip", f.read(_INNER_LIMIT)
        except (OSError, EOFError, zlib.error):
            return
    elif data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as z:
                for info in z.infolist():
                    with z.open(info) as f:
                        yield info.filename, f.read(_INNER_LIMIT)
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            RuntimeError,
            NotImplementedError,
            zlib.error,
        ):
            return
