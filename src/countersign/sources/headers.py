# SPDX-License-Identifier: Apache-2.0
"""The few headers of a mail that a trace needs: who, when, which id, answering what (RFC 5322)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache

from countersign.people import Handle
from countersign.sources.decoding import decode, decode_header

_WANTED = re.compile(
    rb"^(from|date|subject|message-id|in-reply-to|references|content-type"
    rb"|content-transfer-encoding|x-original-from)[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_ID = re.compile(rb"<([^<>]+)>")
_BARE_ID = re.compile(rb"<([^<>\s]+)>")
_SPACE = re.compile(r"\s+")
_ANGLE = re.compile(r"^(.*?)<\s*([^<>]*?)\s*>\s*$", re.DOTALL)
_COMMENT = re.compile(r"^(\S+(?: at \S+)?)\s*\((.*)\)\s*$", re.DOTALL)
_BARE = re.compile(r"^\S+(?: at \S+)?$")
_MONTHS = {
    m: n for n, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_DATE = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))?"
    r"\s+(?:([+-]\d{4})|(?:GMT|UTC?|Z)\b)"
)
_ENVELOPE_DATE = re.compile(
    r"([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d\d?):(\d\d)(?::(\d\d))?(?:\s+\S{1,6}){0,2}?\s+(\d{4})"
)
_ASCTIME_DAY = re.compile(rb"[A-Z][a-z]{2} [ \d]\d\d{4}")
# Outside these years a date says more about a clock than about a mail.
_EARLIEST = int(datetime(1971, 1, 1, tzinfo=UTC).timestamp())
_LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
# Envelope dates carry no zone (14 h either way), and deliveries are not instant.
_AHEAD = 2 * 24 * 3600


def fields(block: bytes) -> dict[bytes, bytes]:
    """Return the wanted headers of a header block, lower-case name to raw value; the first wins."""
    found: dict[bytes, bytes] = {}
    for name, value in _WANTED.findall(block):
        found.setdefault(name.lower(), value)
    return found


def ids(raw: bytes) -> list[str]:
    """Return the message ids in a References or In-Reply-To value, without angle brackets."""
    if not raw:
        return []
    found = _BARE_ID.findall(raw)
    if len(found) == raw.count(b"<") and raw.isascii():  # nearly all: nothing to mend
        return [each.decode("ascii") for each in found]
    found = _ID.findall(raw)
    return [decode(b"".join(each.split())) for each in found]


def own_id(raw: bytes) -> str | None:
    """Return the Message-ID without angle brackets, or None when there is none."""
    found = ids(raw)
    if found:
        return found[0]
    bare = b"".join(raw.split()).strip(b"<>")
    return decode(bare) or None


@lru_cache(maxsize=4096)  # an archive has few authors and many mails
def author(raw: bytes) -> tuple[Handle | None, str]:
    """Return the first mailbox of a From value as handle and display name.

    Takes Mailman's `user at host (Name)` too. A value without an address gives no handle: a
    display name is never an identity.
    """
    text = _SPACE.sub(" ", decode(raw[:2000])).strip()
    if found := _ANGLE.match(text):
        name, address = found[1], found[2]
    elif found := _COMMENT.match(text):
        address, name = found[1], found[2]
    elif _BARE.match(text):
        name, address = "", text
    else:
        name, address = text, ""
    if "," in address or "<" in name or not _usable(address):
        name, address = _first_of_list(text)
    shown = decode_header(name.strip().encode("utf-8", "replace")) if name else ""
    return (Handle.of("mail", address) if _usable(address) else None), _unquoted(shown)


def _usable(address: str) -> bool:
    value = Handle.of("mail", address).value
    return "@" in value[1:-1] and not _SPACE.search(value)


def _first_of_list(text: str) -> tuple[str, str]:
    for name, address in getaddresses([text]):
        if _usable(address):
            return name, address
    return text, ""


def _unquoted(name: str) -> str:
    name = name.strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return name.strip()


def sent_second(date: bytes, envelope: bytes) -> int | None:
    """Return when a mail was written, in seconds since 1970, or None when nothing plausible says so.

    The Date header counts unless it is unreadable, before 1971, after 2099, or more than two days
    later than the envelope line says the mail was delivered; then the envelope date counts (read
    as UTC: it names no zone), under the same years.
    """
    written = _in_years(_header_second(date.decode("latin-1").strip()))
    # Nearly every envelope ends in an asctime date, whose day alone shows the header plausible.
    if written and written < _delivery_day(envelope[-20:-14], envelope[-4:]) + _AHEAD:
        return written
    delivered = _in_years(_envelope_second(envelope.decode("latin-1")))
    if written and not (delivered and written > delivered + _AHEAD):
        return written
    return delivered


def _in_years(second: int | None) -> int | None:
    return second if second is not None and _EARLIEST <= second < _LATEST else None


def _header_second(text: str) -> int | None:
    found = _DATE.match(text)
    try:
        if not found or not (day := _day(found[1], found[2], found[3])):
            at = parsedate_to_datetime(text)
            return int((at.replace(tzinfo=UTC) if at.tzinfo is None else at).timestamp())
        return day + _clock(found[4], found[5], found[6]) - _offset(found[7])
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


@lru_cache(maxsize=4096)  # an archive has few days and many mails
def _day(day: str, month: str, year: str) -> int:
    """Return the second at which a day begins, or 0 for a month that has no such name."""
    number = _MONTHS.get(month.lower())
    return int(datetime(int(year), number, int(day), tzinfo=UTC).timestamp()) if number else 0


def _clock(hour: str, minute: str, second: str | None) -> int:
    h, m = int(hour), int(minute)
    if h > 23 or m > 59:
        raise ValueError("no clock shows that")
    return h * 3600 + m * 60 + min(int(second or 0), 59)


@lru_cache(maxsize=256)
def _offset(zone: str | None) -> int:
    """Return the seconds by which a zone such as `+0130` is ahead of UTC; None is UTC itself."""
    if zone is None:
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:])
    if hours > 14:
        raise ValueError("no zone is that far")
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


@lru_cache(maxsize=4096)
def _delivery_day(day: bytes, year: bytes) -> int:
    """Return the second at which an asctime day (`Jan  1`, `2005`) begins, or 0 if it is none."""
    if not _ASCTIME_DAY.fullmatch(day + year):
        return 0
    second = _envelope_second(f"{day.decode()} 00:00:00 {year.decode()}")
    return _in_years(second) or 0


def _envelope_second(line: str) -> int | None:
    found = _ENVELOPE_DATE.search(line)
    try:
        day = _day(found[2], found[1], found[6]) if found else 0
        return day + _clock(found[3], found[4], found[5]) if found and day else None
    except ValueError:
        return None
