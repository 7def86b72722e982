# SPDX-License-Identifier: Apache-2.0
"""Mail archives in mbox form, plain or gzip, read as a stream.

A mail begins at a line that (1) starts with `From `, (2) is the first of the file or follows a
blank line, (3) ends in a plausible asctime date, and (4) is followed by a header line. All four,
because writers differ in what they escape: a body line "From my point of view ..." that nobody
escaped must not split a mail, and a mail must not be lost to a strange envelope sender.
`docs/decisions/0002-mail-boundaries.md` has the count against two other readers.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from countersign.errors import BadInput
from countersign.evidence import Record
from countersign.frame import run
from countersign.sources.mail import Row, record, rows

BLOCK = 1 << 20  # bytes read at a time
MAX_MAIL = 64 << 20  # bytes of one mail; what is longer is counted as a Reject, never held whole
# Bytes of mails per piece of work: little at first, so that workers begin early, and more later,
# so that the copies of a mail, which stand near one another, meet in the same worker.
_FIRST, _LARGEST = 1 << 17, 1 << 20
_LOOK = 4096  # bytes after `From ` that a boundary needs in order to be decided

_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = rb"\d\d?:\d\d(?::\d\d)?"
# asctime with an optional zone on either side of the year, or the RFC 5322 order some tools write.
_ENVELOPE = re.compile(
    rb"From [^\n]{0,400}?" + _DAY + rb",?[ \t]+(?:"
    rb""
    + _MONTH
    + rb"[ \t]+\d\d?[ \t]+"
    + _CLOCK
    + rb"(?:[ \t]+[A-Za-z0-9+-]{1,6}){0,2}[ \t]+\d{4}"
    rb"|\d\d?[ \t]+" + _MONTH + rb"[ \t]+\d{4}[ \t]+" + _CLOCK + rb")"
    rb"(?:[ \t]+[^\n]{0,60})?\r?\n"
)
_HEADER = re.compile(rb"(?:>From |[!-9;-~]{1,76}[ \t]*:)")
_START = re.compile(rb"\n\r?\n(From )")


class Piece(NamedTuple):
    """One mail as it stands in the file: its number, its bytes, and why it cannot be read."""

    number: int
    raw: bytes
    fault: str = ""


def looks_like_mbox(head: bytes) -> bool:
    """Tell whether the first bytes of a file (gzip undone) begin with a mail's envelope line."""
    start = _preamble(head)
    return _ENVELOPE.match(head, start) is not None and _begins(head, start, at_end=True)


def _preamble(head: bytes) -> int:
    """Return how many bytes of byte-order mark and blank lines stand before the first line."""
    start = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    while head[start : start + 1] in (b"\n", b"\r"):
        start += 1
    return start


def _begins(buffer: bytes, start: int, *, at_end: bool) -> bool:
    """Tell whether an envelope line of a mail stands at `start` (rules 3 and 4)."""
    line = _ENVELOPE.match(buffer, start)
    if line is None:
        return False
    # An envelope line that is the last thing in the file is a mail cut off, not a sentence.
    if line.end() == len(buffer):
        return at_end
    return _HEADER.match(buffer, line.end()) is not None


def read_mbox(path: Path, *, where: str, workers: int | None = None) -> Iterator[Record]:
    """Yield one record per mail of the archive at `path`, in file order, and per nested mail.

    `where` labels the file in locators. The file may have any name and be gzip (told by its first
    bytes); memory holds a few batches of mails, whatever the file's size. Mails that stand twice
    are yielded twice. A file without any envelope line yields one `Reject`.

    Raises: `BadInput` when the file cannot be opened.
    """
    stage = partial(read_pieces, where=where)
    for made in run(stage, _batches(_pieces(path)), workers=workers):
        yield from map(record, made)


def read_pieces(pieces: list[Piece], *, where: str) -> list[Row]:
    """Return the records of a batch of mails, in order (the stage that `frame.run` spreads)."""
    return list(chain.from_iterable(_rows(*piece, where) for piece in pieces))


def _rows(number: int, raw: bytes, fault: str, where: str) -> list[Row]:
    place = f"{where}#{number}"
    if fault:
        return [(place, fault)]
    if number == 0 and not _begins(raw, 0, at_end=True):
        return [(place, "no envelope line of a mail stands before it")]
    return rows(raw, place)


def _batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield pieces in lists of limited bytes, so that big mails do not add up."""
    batch: list[Piece] = []
    size = done = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece.raw)
        if size >= min(_LARGEST, _FIRST + done):
            yield batch
            batch, size, done = [], 0, done + size
    if batch:
        yield batch


def _pieces(path: Path) -> Iterator[Piece]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(
            "A mail archive cannot be opened.", why=error.strerror or "", remedy="Check the path."
        ) from error
    with file:
        blocks = Blocks(file)
        number = -1
        for piece in split(iter(blocks)):
            number = piece.number
            yield piece
        if blocks.damaged:
            yield Piece(number + 1, b"", "the gzip data are damaged from here on")


class Blocks:
    """A file's bytes in blocks, gzip undone (several members too).

    Damaged gzip data, or data that end too early, end the stream and set `damaged`.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.damaged = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield blocks of at most `BLOCK` bytes."""
        first = self._file.read(BLOCK)
        if first.startswith(b"\x1f\x8b"):
            yield from self._undone(first)
            return
        while first:
            yield first
            first = self._file.read(BLOCK)

    def _undone(self, packed: bytes) -> Iterator[bytes]:
        undo = zlib.decompressobj(wbits=31)
        while packed:
            try:
                block = undo.decompress(packed, BLOCK)
            except zlib.error:
                self.damaged = True
                return
            yield block
            packed = undo.unconsumed_tail or undo.unused_data or self._file.read(BLOCK)
            if undo.eof and packed:
                if not packed.startswith(b"\x1f\x8b"):
                    return  # padding after the last member, as tape tools write it
                undo = zlib.decompressobj(wbits=31)
        if not undo.eof and (rest := undo.flush()):
            yield rest
        self.damaged = not undo.eof


def split(blocks: Iterator[bytes]) -> Iterator[Piece]:
    """Yield the mails of a stream of blocks, each with its envelope line, by the rules above."""
    index, held, fault = 0, next(blocks, b""), ""
    held = held[_preamble(held) :]
    seen, at_end = 0, False
    while not at_end:
        block = next(blocks, None)
        at_end = block is None
        held += block or b""
        starts = _starts(held, seen, at_end=at_end)
        for start, end in zip([0, *starts], starts, strict=False):
            yield Piece(index, held[start:end], fault)
            index, fault = index + 1, ""
        held = held[starts[-1] :] if starts else held
        if len(held) > MAX_MAIL:
            held, fault = (
                held[-2 * _LOOK :],
                f"longer than {MAX_MAIL >> 20} MiB, or no mail archive",
            )
        seen = max(0, len(held) - 2 * _LOOK)
    if held.strip():
        yield Piece(index, held, fault)


def _starts(buffer: bytes, seen: int, *, at_end: bool) -> list[int]:
    """Return where mails begin after `seen`, as far as the buffer can tell."""
    limit = len(buffer) if at_end else len(buffer) - _LOOK
    found = []
    for match in _START.finditer(buffer, seen):
        start = match.start(1)
        if start >= limit:
            break
        if _begins(buffer, start, at_end=at_end):
            found.append(start)
    return found
