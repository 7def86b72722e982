# SPDX-License-Identifier: Apache-2.0
"""The body of a mail: which parts are its text, and which are mails themselves (RFC 2046).

The fast parser gives the MIME tree with transfer encodings undone; charsets are left to
`decoding`, because labels lie. Where the fast parser fails, or its tree does not fit a cheap count
of boundaries, the standard library reads the mail instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

import fast_mail_parser

_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"]*)\"|([^\s;]+))", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)
_PLAIN_ENCODINGS = (b"", b"7bit", b"8bit", b"binary")
_MAIL = "message/rfc822"
MAX_PARTS = 2000  # parts of one container that are looked at
MAX_DEPTH = 50  # containers in containers


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a mail's MIME tree; `raw` is its content with the transfer encoding undone.

    For a mail inside the mail (`message/rfc822`), `raw` is that whole mail.
    """

    kind: str
    charset: str = ""
    raw: bytes = b""
    attached: bool = False
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a mail's text: its bytes, their declared charset, and whether it is HTML."""

    raw: bytes
    charset: str = ""
    html: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What a mail says: its text in order, and the mails that it carries inside."""

    segments: tuple[Segment, ...] = ()
    nested: tuple[bytes, ...] = ()


def body_of(found: dict[bytes, bytes], head: bytes, rest: bytes) -> Body:
    """Return the body of a mail with header block `head` and raw body `rest`; never raises."""
    kind = found.get(b"content-type", b"")
    encoding = found.get(b"content-transfer-encoding", b"").strip().lower()
    if not kind and not encoding:
        return Body((Segment(rest),))
    main = kind.partition(b";")[0].strip().lower()
    if encoding in _PLAIN_ENCODINGS and main in (b"", b"text", b"text/plain", b"text/html"):
        charset = _charset(kind.decode("ascii", "replace")) if kind else ""
        return Body((Segment(rest, charset, main == b"text/html"),))
    return _read(tree(head + b"\n" + rest, kind))


def _charset(kind: str) -> str:
    found = _CHARSET.search(kind)
    return found[1] if found else ""


def _read(node: Node) -> Body:
    """Return the text and the nested mails under `node`, in order."""
    if node.kind == _MAIL:
        return Body(nested=(node.raw,))
    if node.children:
        below = [_read(child) for child in node.children]
        nested = tuple(raw for body in below for raw in body.nested)
        if node.kind == "multipart/alternative":
            return Body(_best([body.segments for body in below]), nested)
        return Body(tuple(s for body in below for s in body.segments), nested)
    # A container whose boundary never comes holds its text itself (RFC 2046 5.1.1 repaired).
    if node.attached or not node.kind.startswith(("text/plain", "text/html", "multipart/")):
        return Body()
    return Body((Segment(node.raw, node.charset, node.kind == "text/html"),))


def _best(versions: list[tuple[Segment, ...]]) -> tuple[Segment, ...]:
    """Return the plain version of the same text when it says anything, else the fullest HTML."""
    said = [v for v in versions if any(s.raw.strip() for s in v)]
    plain = [v for v in said if not any(s.html for s in v)]
    return (plain or said or [()])[0]


def tree(raw: bytes, kind: bytes) -> Node:
    """Return the MIME tree of a whole mail whose Content-Type is `kind`; never raises."""
    fast = fast_tree(raw)
    return fast if fast is not None and _fits(fast, raw, kind) else strict_tree(raw)


def _fits(root: Node, raw: bytes, kind: bytes) -> bool:
    """Tell whether a tree has as many parts as the mail has boundary lines at its top level."""
    found = _BOUNDARY.search(kind)
    if found is None:
        return not root.kind.startswith("multipart/")
    boundary = re.escape(found[1] or found[2] or b"")
    if root.kind.startswith("multipart/") and not root.children:
        return False
    lines = re.findall(rb"^--" + boundary + rb"[ \t]*\r?$", raw, re.MULTILINE)
    return len(lines) == len(root.children)


def fast_tree(raw: bytes) -> Node | None:
    """Return the tree as the fast parser sees it, or None where it gives up."""
    try:
        return _from_fast(fast_mail_parser.parse_email_tree(raw))
    except fast_mail_parser.ParseError:
        return None


def _from_fast(part: fast_mail_parser.PyMimePart, depth: int = 0) -> Node:
    kinds = part.headers.get("Content-Type") or part.headers.get("Content-type") or [""]
    if part.is_message:
        return Node(_MAIL, raw=part.content or b"")
    return Node(
        kind=part.content_type.lower(),
        charset=_charset(kinds[0]),
        raw=part.content or b"",
        attached=part.disposition == "attachment" or bool(part.filename),
        children=tuple(_from_fast(child, depth + 1) for child in part.children[:MAX_PARTS])
        if depth < MAX_DEPTH
        else (),
    )


def strict_tree(raw: bytes) -> Node:
    """Return the tree as the standard library sees it; never raises."""
    try:
        return _from_strict(message_from_bytes(raw))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The library's own faults on hostile headers; a mail without a readable body remains.
        return Node("application/octet-stream")


def _from_strict(part: Message, depth: int = 0) -> Node:
    kind = part.get_content_type()
    if kind == _MAIL:
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return Node(_MAIL, raw=first.as_bytes() if isinstance(first, Message) else b"")
    if part.is_multipart() and depth < MAX_DEPTH:
        children = [p for p in part.get_payload() if isinstance(p, Message)]
        return Node(kind, children=tuple(_from_strict(p, depth + 1) for p in children[:MAX_PARTS]))
    content = part.get_payload(decode=True)
    return Node(
        kind=kind,
        charset=_charset(str(part.get("Content-Type", ""))),
        raw=content if isinstance(content, bytes) else b"",
        attached=part.get_content_disposition() == "attachment" or bool(part.get_filename()),
    )
