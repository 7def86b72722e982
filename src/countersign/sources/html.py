# SPDX-License-Identifier: Apache-2.0
"""HTML mail to text, with the ranges that the markup itself marks as quoted."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "p div br tr li ul ol table h1 h2 h3 h4 h5 h6 hr pre blockquote section article".split()
)
_SILENT = frozenset("script style head title template noscript".split())
_VOID = frozenset("br hr img input meta link area base col embed source track wbr".split())
# What mail programs call the block that holds the mail which is answered.
_QUOTE_NAMES = re.compile(
    r"gmail_quote|gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|divrplyfwdmsg"
    r"|appendonsend|oriMsg|ntes_|isReplyContent|foxmail_quote|qmbox|mail_quote|OutlookMessageHeader"
    r"|gmail_extra_quote|zmail_extra|lark-mail-quote",
    re.IGNORECASE,
)
_SIGNATURE_NAMES = re.compile(r"gmail_signature|moz-signature|mail_signature|foxmail_sign", re.I)
MAX_HTML = 1 << 20  # characters that are read; the library is slow on what is made to be slow
_SPACE = re.compile(r"[ \t\r\n\f]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.size = 0
        self.fresh = True  # at a line's start
        self.open: list[tuple[str, bool, bool]] = []  # tag, silent, outside
        self.count: Counter[str] = Counter()  # open tags by name
        self.silent = 0
        self.quoted = 0
        self.outside: list[tuple[int, int]] = []
        self.verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.line(force=tag == "br")
        if tag in _VOID:
            return
        named = " ".join(v or "" for k, v in attrs if k in ("class", "id", "name"))
        outside = tag == "blockquote" or bool(
            named and (_QUOTE_NAMES.search(named) or _SIGNATURE_NAMES.search(named))
        )
        self.verbatim += tag == "pre"
        self.open.append((tag, tag in _SILENT, outside))
        self.count[tag] += 1
        self.silent += tag in _SILENT
        self.quoted += outside

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self.count[tag]:
            return
        if tag in _BLOCKS:
            self.line(force=False)
        # Close what was left open inside: mail HTML seldom nests well.
        while self.open:
            name, silent, outside = self.open.pop()
            self.count[name] -= 1
            self.silent -= silent
            self.quoted -= outside
            self.verbatim -= name == "pre"
            if name == tag:
                break
        if tag == "p":
            self.line(force=True)

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        text = data if self.verbatim else _SPACE.sub(" ", data)
        if self.fresh and not self.verbatim:
            text = text.lstrip(" ")
        if text:
            self.add(text)
            self.fresh = text.endswith("\n")

    def line(self, *, force: bool) -> None:
        """Begin a new line; `force` leaves an empty one where the line has just begun."""
        if force or not self.fresh:
            self.add("\n")
            self.fresh = True

    def add(self, text: str) -> None:
        if self.quoted:
            self.outside.append((self.size, self.size + len(text)))
        self.out.append(text)
        self.size += len(text)


def read_html(source: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of an HTML mail and the ranges of it that the markup marks as quoted.

    Block elements begin lines, white space is folded as a browser does, scripts and styles are
    left out. Quoted are blockquotes and the blocks that mail programs name as such; signatures
    that are marked as such count with them. Never raises.
    """
    reader = _Reader()
    reader.feed(source[:MAX_HTML])
    reader.close()
    return "".join(reader.out), reader.outside
