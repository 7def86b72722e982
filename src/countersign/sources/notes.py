# SPDX-License-Identifier: Apache-2.0
"""Markdown and plain text: one record per section, by an author who is stated, never assumed.

Who wrote a note: a handle in its front matter; else the handle given by the caller; else nobody
(the trace's author is None, so it can never be own). Front matter that names an author in any
other way (a bare name, several authors) is a statement too, and the caller's handle does not
overrule it: a colleague's page in one's own folder must not become one's own words.

When: `date`, `updated` or `created` of the front matter; a heading or file name that begins with
an ISO date says so for its part. The file's modification time is not used: a copy or a checkout
sets it to today, and a wrong date is worse than none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from countersign.errors import BadInput
from countersign.evidence import Range, Reject, Skip, Trace
from countersign.people import Handle
from countersign.sources.decoding import decode
from countersign.sources.lines import fences, is_quote, join, one_line, spans, unquoted, whole

#: Largest note read; a thousand-page handbook is about 3 MB. Bytes.
MAX_NOTE_BYTES = 16 * 1024 * 1024

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# A page that only begins with a ruled line must not lose its first part: every line has to fit.
_FRONT_LINE = re.compile(r"[A-Za-z_][\w -]*:|[ \t]|-|#|$")
_FIELD = re.compile(r"([A-Za-z_]+)[ \t]*:[ \t]*(.*)$")
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*+|]|\d+[.)])")
_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_ISO = re.compile(r"^\W*(\d{4}-\d{2}-\d{2})(?!\d)")
_STATED = ("author", "authors", "by")
_DATES = ("date", "updated", "created")


@dataclass(frozen=True, slots=True)
class _Front:
    """What a note says about itself: `handle` only if it is one, `stated` if an author is named."""

    handle: Handle | None
    stated: str
    at: datetime | None
    title: str
    end: int


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading (empty for what stands before the first) and the offsets of heading and body."""

    heading: str
    level: int
    start: int
    body: int
    end: int


def read_notes(path: Path, *, where: str, author: Handle | None) -> Iterator[Trace | Skip | Reject]:
    """Yield a record per section of a Markdown or text file (UTF-8, UTF-16 or GB18030).

    `where` begins every locator. Text offsets are those of the section, its heading line
    included; block quotes, code blocks, headings and front matter are outside the written ranges.
    Raises `BadInput` when the file cannot be opened.
    """
    try:
        with path.open("rb") as f:
            raw = f.read(MAX_NOTE_BYTES + 1)
    except OSError as e:
        raise BadInput(
            "A note cannot be opened.", why=e.strerror or "", remedy="Check path and rights."
        ) from e
    if len(raw) > MAX_NOTE_BYTES:
        yield Reject(where, f"longer than {MAX_NOTE_BYTES} bytes")
        return
    text = decoded(raw)
    if text is None:
        yield Reject(where, "not text")
        return
    yield from _sections_of(text, where, author, _iso(path.name))


def read_paste(text: str, *, author: Handle | None, at: datetime | None) -> Trace:
    """Return one trace of text that somebody pasted; lines marked with `>` are not theirs."""
    text = whole(text)
    key = hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
    return Trace(
        source="paste",
        account="",
        native=None,
        author=author,
        author_name=author.value if author else "",
        at=at,
        text=text,
        written=unquoted(text),
        conversation=f"paste:{key}",
        reply_to=None,
        locator=f"paste:{key}",
    )


def decoded(raw: bytes) -> str | None:
    """Return a file's text with LF line ends, None if it is not text."""
    for mark, codec in (
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xef\xbb\xbf", "utf-8"),
    ):
        if raw.startswith(mark):
            return whole(raw[len(mark) :].decode(codec, "replace"))
    if b"\x00" in raw:
        return _utf16_without_mark(raw)
    if _controls(raw[:65536]) > 0.02:
        return None
    return whole(decode(raw))


def _utf16_without_mark(raw: bytes) -> str | None:
    """Text of ASCII letters in UTF-16 has a zero in every second byte, on one side only."""
    head = raw[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if min(even, odd) > 0 or max(even, odd) < len(head) // 20:
        return None
    try:
        return whole(raw.decode("utf-16-be" if even else "utf-16-le"))
    except UnicodeError:
        return None


def _controls(head: bytes) -> float:
    """Share of control bytes that no text uses; ESC stays, for ISO-2022."""
    odd = sum(1 for b in head if b < 32 and b not in (7, 8, 9, 10, 12, 13, 27))
    return odd / (len(head) or 1)


def _sections_of(
    text: str, where: str, given: Handle | None, name_at: datetime | None
) -> Iterator[Trace | Skip | Reject]:
    front = _front(text)
    author = front.handle or (None if front.stated else given)
    slugs: dict[str, int] = {}
    path: list[tuple[int, str]] = [(0, front.title)] if front.title else []
    for s in _sections(text, front.end):
        locator = f"{where}#{_slug(s.heading, slugs)}" if s.heading else where
        if s.heading:
            path = [(level, h) for level, h in path if level < s.level] + [(s.level, s.heading)]
        part, body = text[s.start : s.end].rstrip(), s.body - s.start
        if not part[body:].strip():
            if s.heading:
                yield Skip("empty", locator)
            continue
        yield Trace(
            source="notes",
            account="",
            native=None,
            author=author,
            author_name=front.stated or (author.value if author else ""),
            at=_iso(s.heading) or front.at or name_at,
            text=part,
            written=_written(part, body),
            conversation=where,
            reply_to=None,
            locator=locator,
            title=" › ".join(dict.fromkeys(h for _, h in path)),
        )


def _written(part: str, body: int) -> tuple[Range, ...]:
    in_code = fences(part)
    starts = [start for start, _ in spans(part)]
    return join(
        part,
        lambda n, line: starts[n] >= body and not in_code[n] and not is_quote(line),
    )


def _sections(text: str, begin: int) -> Iterator[_Section]:
    """Cut at headings (`#`, and single lines underlined) that stand outside code fences."""
    rest = text[begin:]
    in_code = fences(rest)
    heads = [_Section("", 0, begin, begin, begin)]
    lone: tuple[int, str] | None = None  # a plain line after a blank one: may be underlined
    blank = True
    for n, (a, b) in enumerate(spans(rest)):
        line = rest[a:b]
        atx = None if in_code[n] else _ATX.match(line)
        ruled = _SETEXT.match(line) if lone and not in_code[n] else None
        if atx:
            heads.append(_Section(atx[2].strip(), len(atx[1]), begin + a, begin + b, 0))
        elif lone and ruled:
            level = 1 if "=" in ruled[1] else 2
            heads.append(_Section(lone[1], level, begin + lone[0], begin + b, 0))
        lone = (a, line.strip()) if blank and _is_plain(line) and not in_code[n] else None
        blank = not line.strip() or atx is not None
    ends = [h.start for h in heads[1:]] + [len(text)]
    for h, end in zip(heads, ends, strict=True):
        yield _Section(h.heading, h.level, h.start, h.body, end)


def _is_plain(line: str) -> bool:
    return bool(line.strip()) and not (is_quote(line) or _LIST_ITEM.match(line) or _ATX.match(line))


def _slug(heading: str, seen: dict[str, int]) -> str:
    """Return the anchor that GitHub would make of a heading; a second one gets `-1`."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") or "section"
    number = seen.get(kept, 0)
    seen[kept] = number + 1
    return f"{kept}-{number}" if number else kept


def _front(text: str) -> _Front:
    found = _FRONT.match(text)
    lines = found[1].split("\n") if found else []
    if found is None or not all(_FRONT_LINE.match(line) for line in lines):
        return _Front(None, "", None, "", 0)
    fields: dict[str, str] = {}
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if field := _FIELD.match(line):
            value = field[2].strip().strip("'\"")
            several = not value and following.lstrip().startswith("-")
            fields.setdefault(field[1].lower(), "several" if several else value)
    stated = next((v for k in _STATED if (v := fields.get(k, ""))), "")
    at = next((d for k in _DATES if (d := _when(fields.get(k, "")))), None)
    return _Front(_handle(stated), one_line(stated), at, one_line(fields.get("title")), found.end())


def _handle(stated: str) -> Handle | None:
    """A handle if the text is exactly one; a name is not an identity."""
    try:
        handle = Handle.parse(stated)
    except BadInput:
        return None
    return None if re.search(r"[\s,;]", handle.value) else handle


def _when(text: str) -> datetime | None:
    """Parse an ISO date or time; without zone it is taken as UTC."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _iso(text: str) -> datetime | None:
    found = _ISO.match(text)
    if found is None:
        return None
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
