# SPDX-License-Identifier: Apache-2.0
"""One mail's bytes to traces: its own, and one for each mail that it carries inside.

A nested `message/rfc822` belongs to its own author, so it is read as a mail of its own and its
text never enters the carrying mail's text. Attachments are left out: a text file that somebody
attached is not what they wrote to a colleague.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain

from countersign.evidence import Range, Reject, Trace
from countersign.people import Handle
from countersign.sources import headers
from countersign.sources.decoding import decode, decode_header
from countersign.sources.html import read_html
from countersign.sources.mime import Body, body_of
from countersign.sources.quotes import written

MAX_DEPTH = 8  # mails in mails; what lies deeper is counted as a Reject
_SHORT = 8000  # characters of a text whose ranges are remembered

# A record in plain values, as it travels between processes: those are packed and unpacked in a
# thirtieth of the time that a Trace takes. Either (where, why) of a Reject, or of a Trace: native,
# address, name, second, text, starts and ends of its written ranges, conversation, reply_to,
# locator, title.
_Packed = tuple[
    str | None, str | None, str, int | None, str, tuple[int, ...], str, str | None, str, str
]
Row = tuple[str, str] | _Packed


def read_mail(raw: bytes, *, place: str) -> list[Trace | Reject]:
    """Return the records of one mail: its trace first, then those of nested mails.

    `raw` may begin with the envelope line of an mbox. `place` is the locator of a mail that has
    no Message-ID. Never raises on any bytes: what cannot be read is a `Reject`.
    """
    return [record(row) for row in rows(raw, place)]


def rows(raw: bytes, place: str, depth: int = 0) -> list[Row]:
    """Return the records of one mail as `read_mail` does, but in plain values."""
    envelope, head, rest = _parts(raw)
    found = headers.fields(head)
    if not found:
        return [(place, "has no header of a mail")]
    body = body_of(found, head, rest)
    made: list[Row] = [_row(found, envelope, body, place)]
    for number, inner in enumerate(body.nested):
        below = f"{place}.{number}"
        if depth == MAX_DEPTH:
            made.append((below, "lies too deep inside other mails"))
        else:
            made += rows(inner, below, depth + 1)
    return made


def record(row: Row) -> Trace | Reject:
    """Return the record that a row packs."""
    if len(row) == 2:
        return Reject(*row)
    native, address, name, second, text, flat, conversation, reply_to, locator, title = row
    return Trace(
        source="mail",
        account="",
        native=native,
        author=_handle(address) if address else None,
        author_name=name,
        at=datetime.fromtimestamp(second, UTC) if second is not None else None,
        text=text,
        written=tuple(map(Range, flat[::2], flat[1::2])),
        conversation=conversation,
        reply_to=reply_to,
        locator=locator,
        title=title,
    )


@lru_cache(maxsize=4096)
def _handle(address: str) -> Handle:
    return Handle("mail", address)


def _parts(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """Return envelope line, header block and body of a mail."""
    envelope = b""
    while raw.startswith((b"From ", b">From ")):
        line, _, raw = raw.partition(b"\n")
        envelope = envelope or line
    if raw.startswith((b"\n", b"\r\n")):
        return envelope, b"", raw
    blank = raw.find(b"\n\n")
    crlf = raw.find(b"\n\r\n", 0, blank if blank >= 0 else len(raw))
    if crlf >= 0:
        return envelope, raw[: crlf + 1], _unescaped(raw[crlf + 3 :])
    if blank >= 0:
        return envelope, raw[: blank + 1], _unescaped(raw[blank + 2 :])
    return envelope, raw, b""


def _unescaped(body: bytes) -> bytes:
    """Undo `>From ` (mbox writers' escape), save where it stands in a quotation.

    Some clients quote with a bare `>`: there the sign is the mark of another's words, and taking
    it away would put them into this author's mouth. So a `>From ` next to a quoted line, or right
    under a line that ends in a colon, stays.
    """
    if b">From " not in body:
        return body
    lines = body.split(b"\n")
    said = b""
    for i, line in enumerate(lines):
        if line.startswith(b">From "):
            around = (
                lines[i - 1][:1] if i else b"",
                lines[i + 1][:1] if i + 1 < len(lines) else b"",
            )
            if b">" not in around and not said.endswith(b":"):
                lines[i] = line[1:]
        said = line.rstrip() or said
    return b"\n".join(lines)


def _row(found: dict[bytes, bytes], envelope: bytes, body: Body, place: str) -> Row:
    native = headers.own_id(found.get(b"message-id", b""))
    references = headers.ids(found.get(b"references", b""))
    answered = headers.ids(found.get(b"in-reply-to", b"")) or references[-1:]
    author, name = headers.author(found.get(b"x-original-from") or found.get(b"from", b""))
    locator = f"mail:{native}" if native else place
    text, outside = _text(body)
    return (
        native,
        author.value if author else None,
        name,
        headers.sent_second(found.get(b"date", b""), envelope),
        text,
        _own(text, name) if not outside and len(text) < _SHORT else _flat(text, name, outside),
        (references or answered or [native or locator])[0],
        answered[0] if answered else None,
        locator,
        decode_header(found.get(b"subject", b"")),
    )


def _flat(text: str, name: str, outside: list[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(chain.from_iterable(written(text, name=name, outside=outside)))


@lru_cache(maxsize=1024)
def _own(text: str, name: str) -> tuple[int, ...]:
    """Return the written ranges of a plain text, remembered: archives hold many mails twice."""
    return _flat(text, name, [])


def _text(body: Body) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of the body and the ranges of it that its HTML marks as quoted."""
    text, outside = "", []
    for segment in body.segments:
        said = decode(segment.raw, segment.charset)
        if text and not text.endswith("\n"):
            text += "\n"
        if segment.html:
            said, quoted = read_html(said)
            outside += [(len(text) + start, len(text) + end) for start, end in quoted]
        text += said
    return text, outside
