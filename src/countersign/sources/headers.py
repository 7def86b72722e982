# SPDX-License-Identifier: Apache-2.0
"""The few headers of a mail that a trace needs: who, when, which id, answering what (RFC 5322)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
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
_SPACE = re.compile(r"\s+")
_ANGLE = re.compile(r"^(.*?)<\s*([^<>]*?)\s*>\s*$", re.DOTALL)
_COMMENT = re.compile(r"^(\S+(?: at \S+)?)\s*\((.*)\)\s*$", re.DOTALL)
_BARE = re.compile(r"^\S+(?: at \S+)?$")
_MONTHS = {
    m: n for n, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_DATE = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))?"
    r"\s+(?:([+-])(\d\d)(\d\d)|(?:GMT|UTC?|Z)\b)"
)
_ENVELOPE_DATE = re.compile(
    r"([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d\d?):(\d\d)(?::(\d\d))?(?:\s+\S{1,6}){0,2}?\s+(\d{4})"
)
# Outside these years a date says more about a clock than about a mail.
_EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
# Envelope dates carry no zone (14 h either way), and deliveries are not instant.
_AHEAD = timedelta(days=2)


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


def sent_at(date: bytes, envelope: bytes) -> datetime | None:
    """Return when a mail was written, in UTC, or None when nothing plausible says so.

    The Date header counts unless it is unreadable, before 1971, after 2099, or more than two days
    later than the envelope line says the mail was delivered; then the envelope date counts (read
    as UTC: it names no zone), under the same years.
    """
    delivered = _in_years(_envelope_date(envelope.decode("latin-1")))
    written = _in_years(_header_date(date.decode("latin-1").strip()))
    if written and not (delivered and written > delivered + _AHEAD):
        return written
    return delivered


def _in_years(at: datetime | None) -> datetime | None:
    return at if at and _EARLIEST <= at < _LATEST else None


def _header_date(text: str) -> datetime | None:
    found = _DATE.match(text)
    month = _MONTHS.get(found[2].lower()) if found else None
    try:
        if not found or not month:
            at = parsedate_to_datetime(text)
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        at = datetime(
            *(int(found[3]), month, int(found[1])),
            *(int(found[4]), int(found[5]), min(int(found[6] or 0), 59)),
            tzinfo=UTC,
        )
        return at - _offset(found[7], found[8], found[9])
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _offset(sign: str | None, hours: str, minutes: str) -> timedelta:
    if sign is None:
        return timedelta()
    if int(hours) > 14:
        raise ValueError("no zone is that far")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if sign == "-" else offset


def _envelope_date(line: str) -> datetime | None:
    found = _ENVELOPE_DATE.search(line)
    month = _MONTHS.get(found[1].lower()) if found else None
    if not found or not month:
        return None
    try:
        return datetime(
            *(int(found[6]), month, int(found[2])),
            *(int(found[3]), int(found[4]), min(int(found[5] or 0), 59)),
            tzinfo=UTC,
        )
    except ValueError:
        return None
