# SPDX-License-Identifier: Apache-2.0
"""A mail's text as lines with a mark each: the shared table of `quotes` and `signatures`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, compress

BLANK, OWN, QUOTED, OUTSIDE, _UNSURE = 0, 1, 2, 3, 4

_SIGNS = frozenset(">»＞|┃│¦")
# The quoted one's initials may stand before the sign: "JP> ".
_INITIALS = re.compile(r"[ \t]{0,8}[A-Za-z][A-Za-z0-9_.+-]{0,13}>")
# "...", "--- snip ---", "[some lines deleted]": the place of a quotation that was cut.
_ELISION = re.compile(
    r"(?:\W{0,3}\.{2,}\W{0,3}|…|-*\s*(?:snip|schnipp|8<|>8|✂)\W*-*)\s*$", re.IGNORECASE
)
_ELISION_SAID = re.compile(
    r"[\[<({*]+[^\n]{0,30}\b(?:snip\w*|cut|elided|trimmed|deleted|omitted"
    r"|removed|skipped|omissis|schnipp?)\b[^\n]{0,60}[\]>)}*]+\s*$",
    re.IGNORECASE,
)
_ELISION_STARTS = frozenset("[<({*.…-✂8")


class _ByFirst(dict[int, int]):
    """Marks by a line's first character, as `str.translate` asks for them."""

    def __missing__(self, key: int) -> int:
        self[key] = OWN
        return OWN


_BY_FIRST = _ByFirst(
    {
        ord("\n"): BLANK,
        ord(">"): QUOTED,
        **{ord(c): _UNSURE for c in " \t\r\f\v\xa0\u3000»＞|┃│¦:[<({*.…-✂8"},
    }
)
_IS_OWN = bytes(mark == OWN for mark in range(256))
_OWN_RUN = re.compile(rb"\x01(?:[\x00\x01]*\x01)?")
_QUOTED_RUN = re.compile(rb"\x02+")
_RULE_STARTS = re.compile(r"[-_=*~#]")
_UNSURE_LINE = re.compile(rb"\x04")


@dataclass(slots=True)
class Lines:
    """Lines of a text and a mark for each: blank, own, quoted by a sign, or outside otherwise."""

    text: list[str]
    mark: bytearray
    first: str  # the first character of each line, a line break for an empty one
    colons: list[int]  # the lines with a colon and no sign: attributions and headers are among them
    quoted: list[tuple[int, int]]  # the runs of lines with a quoting sign
    rules: list[int]  # the lines that begin as a rule does: copies and signatures are among them

    def own_rules(self) -> Iterator[int]:
        """Yield the lines that are (still) own and begin as a rule does."""
        for i in self.rules:
            if self.mark[i] == OWN:
                yield i

    def own_beginning(self, chars: re.Pattern[str]) -> Iterator[int]:
        """Yield the lines that are (still) own and whose first character matches."""
        for found in chars.finditer(self.first):
            if self.mark[found.start()] == OWN:
                yield found.start()

    def own_above(self, i: int, reach: int = 3) -> int:
        """Return the nearest non-blank line within `reach` above `i` if it is own, else -1."""
        for k in range(i - 1, max(-1, i - 1 - reach), -1):
            if self.mark[k] != BLANK:
                return k if self.mark[k] == OWN else -1
        return -1

    def next_said(self, i: int) -> int:
        """Return the first non-blank line after `i`, or the number of lines."""
        k = i + 1
        while k < len(self.mark) and self.mark[k] == BLANK:
            k += 1
        return k

    def paragraph_end(self, i: int, reach: int = 1 << 30) -> int:
        """Return the first line from `i` on that is not own text, `reach` lines below at most."""
        end = min(len(self.mark), i + reach)
        while i < end and self.mark[i] == OWN:
            i += 1
        return i

    def next_quoted(self, i: int) -> int:
        """Return the first line from `i` on with a quoting sign, or the number of lines."""
        found = self.mark.find(QUOTED, i)
        return len(self.mark) if found < 0 else found

    def put_outside(self, start: int, end: int) -> None:
        """Mark the own lines of [start, end) as not the author's."""
        for k in range(start, end):
            if self.mark[k] == OWN:
                self.mark[k] = OUTSIDE

    def own_ranges(self) -> list[tuple[int, int]]:
        """Return the runs of own lines as ranges of the text, blank lines inside included."""
        ends = list(accumulate(map(len, self.text), initial=0))
        return [
            (ends[first] + first, ends[last] + last - 1)
            for first, last in (run.span() for run in _OWN_RUN.finditer(self.mark))
        ]


def lines_of(text: str) -> Lines:
    """Return the lines of `text`, marked blank, quoted by a sign, or (for now) own."""
    lines = text.split("\n")
    first = "".join([line[0] if line else "\n" for line in lines])
    mark = bytearray(first.translate(_BY_FIRST), "latin-1")
    for found in _UNSURE_LINE.finditer(bytes(mark)):
        i = found.start()
        mark[i] = _mark_of(lines[i])
    own = list(compress(range(len(mark)), mark.translate(_IS_OWN)))
    if ">" in text:
        for i in [i for i in own if ">" in lines[i]]:
            if _INITIALS.match(lines[i]):
                mark[i] = QUOTED
    if "#" in first and "\n#>" in text:
        # Quoted with "# " at the first level: a sign only where the deeper levels show it.
        mark = bytearray(QUOTED if f == "#" else m for f, m in zip(first, mark, strict=True))
    colons = [i for i in own if ":" in lines[i]]
    if "：" in text:
        colons = [i for i in own if ":" in lines[i] or "：" in lines[i]]
    quoted = [run.span() for run in _QUOTED_RUN.finditer(mark)]
    return Lines(
        lines, mark, first, colons, quoted, [f.start() for f in _RULE_STARTS.finditer(first)]
    )


def _mark_of(line: str) -> int:
    """Return the mark of a line whose first character does not tell it."""
    said = line.lstrip()
    if said[:1].isalnum() and said[0] != "8":
        return OWN
    if not said:
        return BLANK
    if said[0] in _SIGNS and len(line) - len(said) <= 8:
        return QUOTED
    if line.startswith(": "):
        return QUOTED
    if said[0] not in _ELISION_STARTS:
        return OWN
    # Only a line that ends in a closing sign is worth the long search.
    closed = said.rstrip()[-1] in "]>)}*"
    return QUOTED if _ELISION.match(said) or (closed and _ELISION_SAID.match(said)) else OWN
