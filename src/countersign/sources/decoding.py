# SPDX-License-Identifier: Apache-2.0
"""Bytes to text for mail: labels that lie, labels nobody knows, and encoded words in headers.

Order (first strict success wins): the declared charset, UTF-8, GB18030 when the bytes look like
Chinese, Windows-1252, Latin-1. The last one never fails, so no U+FFFD is ever made here. Labels
that cannot fail (Latin-1 and its kin) are believed only when the bytes are not plainly something
else: mailers stamp them on everything.
"""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache

# Mailers write the small name and send the bigger set (GBK bytes labelled gb2312 are daily bread).
_WIDER = {
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "chinese"), "gb18030"),
    **dict.fromkeys(("euc-cn", "hz-gb2312", "ms936", "windows-936"), "gb18030"),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("big5", "x-big5", "cn-big5"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "sjis"), "cp932"),
    **dict.fromkeys(("ks_c_5601-1987", "euc-kr", "ksc5601"), "cp949"),
    "iso-2022-jp": "iso2022_jp_ext",
    "hz-gb-2312": "hz",
    "unicode-1-1-utf-7": "utf_7",
}
# Codecs that are not charsets of a mail: they rewrite text or run an escape language.
_NOT_CHARSETS = frozenset(
    ["idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"]
)
_STATEFUL = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")
_UNFAILING = frozenset(["cp1252", "iso8859-1", "iso8859-15", "latin-1"])
_PAIR = re.compile(rb"[\x00-\x80]|([\x81-\xfe][\x30-\xfe])", re.DOTALL)
_GB2312 = re.compile(rb"[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?)")
_FOLD = re.compile(r"\r?\n(?=[ \t])")


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """Return the codec for a charset label, widened to what mailers really send, or None."""
    name = label.strip().strip("\"'").lower()
    name = _WIDER.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    text_codec = getattr(found, "_is_text_encoding", True)
    return None if not text_codec or found.name in _NOT_CHARSETS else found.name


def decode(raw: bytes, declared: str = "") -> str:
    """Return `raw` as text with CRLF made LF, by the order given above; never fails."""
    codec = codec_of(declared) if declared else None
    if raw.isascii() and not (codec and codec.startswith(_STATEFUL)):
        text = raw.decode("ascii")
    else:
        text = _decode(raw, codec)
    return text.replace("\r\n", "\n") if "\r" in text else text


def _decode(raw: bytes, codec: str | None) -> str:
    order = [codec, "utf-8"] if codec and codec not in _UNFAILING else ["utf-8"]
    for name in order:
        if name and (text := _strictly(raw, name)) is not None:
            return text
    if looks_like_gb(raw) and (text := _strictly(raw, "gb18030")) is not None:
        return text
    if (text := _mostly_utf8(raw)) is not None:
        return text
    text = _strictly(raw, codec or "cp1252")
    return raw.decode("latin-1") if text is None else text


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        text = raw.decode(codec)
    except (UnicodeError, ValueError):
        return None
    # UTF-7 can smuggle lone surrogates, which no store can write back.
    return None if _SURROGATE.search(text) else text


def looks_like_gb(raw: bytes) -> bool:
    """Tell whether the high bytes stand in pairs, most of them characters of GB2312.

    Western text has its accents alone between ASCII letters: read as pairs, they are none of those.
    """
    pairs = [pair for pair in _PAIR.findall(raw) if pair]
    common = sum(1 for pair in pairs if _GB2312.match(pair))
    return common >= 2 and common >= 0.8 * len(pairs)


def _mostly_utf8(raw: bytes) -> str | None:
    """Return UTF-8 text with its few broken bytes read as Latin-1, or None if it is not UTF-8."""
    text = raw.decode("utf-8", "surrogateescape")
    broken = len(_SURROGATE.findall(text))
    whole = sum(1 for c in text if c > "\x7f") - broken
    if whole < 3 or broken * 4 > whole:
        return None
    return _SURROGATE.sub(lambda m: chr(ord(m[0]) - 0xDC00), text)


def decode_header(raw: bytes) -> str:
    """Return a header's value unfolded, with encoded words (RFC 2047) and raw 8-bit decoded."""
    text = decode(raw)
    if "\n" in text:
        text = _FOLD.sub("", text)
    text = text.strip()
    if "=?" not in text:
        return text
    return _encoded_words(_BETWEEN.sub(r"\1", text))


def _encoded_words(text: str) -> str:
    out: list[str] = []
    held, charset, last = b"", "", 0
    for word in _WORD.finditer(text):
        label = word[1].partition("*")[0]
        raw = _word_bytes(word[2], word[3])
        # A character may be cut between two words of one charset: join their bytes first.
        if held and word.start() == last and label.lower() == charset.lower():
            held += raw
        else:
            out += [decode(held, charset), text[last : word.start()]]
            held, charset = raw, label
        last = word.end()
    out += [decode(held, charset), text[last:]]
    return "".join(out)


def _word_bytes(how: str, body: str) -> bytes:
    raw = body.encode("utf-8", "replace")
    if how in "qQ":
        return binascii.a2b_qp(raw, header=True)
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return raw
