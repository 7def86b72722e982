# SPDX-License-Identifier: Apache-2.0
"""Which parts of a mail's text its author wrote there.

In order: (1) lines with a quoting sign; (2) blocks that copy a whole mail without signs (Outlook,
Foxmail, QQ, forwards) with their header lines; (3) the line or lines that say who is quoted;
(4) the ends of quoted lines that a mailer broke off; (5) signatures and footers. Everything else
is own. In doubt a line is left outside: a missed own line costs a claim, a quoted one taken for
own puts words into a person's mouth.
"""

from __future__ import annotations

import re

from countersign.sources.attributions import (
    attribution_start,
    copies_below,
    names_quoted,
    says,
)
from countersign.sources.citations import put_citations_outside
from countersign.sources.copies import put_copies_outside
from countersign.sources.marks import BLANK, OUTSIDE, OWN, QUOTED, Lines, lines_of
from countersign.sources.signatures import put_signatures_outside

_TWICE = re.compile(r"wrote:.*wrote:")
_SIGN_INSIDE = re.compile(r"\S[ \t]+>[A-Za-z(\"']")  # a quoted line re-wrapped with its sign
_COLONS = (":", "：")
_INDENTED = re.compile(r"(?:\t|  )\s*\S")


def written(
    text: str, *, name: str = "", outside: list[tuple[int, int]] | None = None
) -> list[tuple[int, int]]:
    """Return the sorted ranges of `text` (code points) that its author wrote in this mail.

    `name` is the author's display name, used only to tell a line that signs with it. `outside`
    are ranges known to be quoted (from HTML); a line that touches one is not own.
    """
    lines = lines_of(text)
    if outside:
        _put_marked_outside(lines, outside)
    put_copies_outside(lines, text)
    _put_attributions_outside(lines)
    if lines.quoted:
        _put_broken_ends_outside(lines)
    put_citations_outside(lines, text)
    put_signatures_outside(lines, text, name)
    return lines.own_ranges()


def _put_marked_outside(lines: Lines, outside: list[tuple[int, int]]) -> None:
    at = 0
    left = iter(sorted(outside))
    start, end = next(left)
    for i, line in enumerate(lines.text):
        while end <= at:
            start, end = next(left, (1 << 62, 1 << 62))
        if start < at + len(line) and lines.mark[i] == OWN:
            lines.mark[i] = OUTSIDE
        at += len(line) + 1


def _put_attributions_outside(lines: Lines) -> None:
    """Find the lines that say who is quoted, and the quotations that they alone announce."""
    for i, _ in lines.quoted:
        above = lines.own_above(i)
        if above < 0 or (start := attribution_start(lines.text, above, lines.mark)) < 0:
            continue
        if sum("wrote:" in line for line in lines.text[start : above + 1]) > 1 or _TWICE.search(
            lines.text[above]
        ):
            lines.put_outside(start, len(lines.mark))
        outer = lines.own_above(start)
        if outer >= 0 and says(lines.text[outer]) and lines.text[outer].rstrip().endswith(_COLONS):
            # Two in a row: the outer one announces a copy without signs, quotations and all.
            lines.put_outside(attribution_start(lines.text, outer, lines.mark), len(lines.mark))
        lines.put_outside(start, above + 1)
    for i in lines.colons:
        if lines.mark[i] == OWN and lines.text[i].rstrip().endswith(_COLONS):
            _put_unsigned_quote_outside(lines, i)


def _put_unsigned_quote_outside(lines: Lines, i: int) -> None:
    """Leave out what follows an attribution without any quoting sign."""
    below = lines.next_said(i)
    if below == len(lines.mark) or lines.mark[below] == QUOTED:
        return
    start = copies_below(lines.text, i, lines.mark)
    if start >= 0:
        lines.put_outside(start, _unsigned_end(lines, below))
    elif names_quoted(lines.text[i]):
        above = OWN in lines.mark[:i]
        lines.put_outside(i, len(lines.mark) if above else lines.paragraph_end(below))


def _unsigned_end(lines: Lines, below: int) -> int:
    """Return where a quotation ends that begins at line `below` without a known sign."""
    text, mark, end = lines.text, lines.mark, below
    if QUOTED in mark[below : below + 4]:
        return below  # the signs come after a word of introduction
    if _INDENTED.match(text[below]):
        while end < len(mark) and (mark[end] == BLANK or _INDENTED.match(text[end])):
            end += 1
        return end
    sign = text[below][0]
    if sign in "#%*+~=;&$^" and text[min(below + 1, len(text) - 1)][:1] == sign:
        while end < len(mark) and text[end][:1] == sign:
            end += 1
        return end
    return len(mark)


def _put_broken_ends_outside(lines: Lines) -> None:
    """Find the ends of quoted lines that a mailer broke off without a sign (rule 4)."""
    mark = lines.mark
    for _, i in lines.quoted:
        if i == len(mark) or mark[i] != OWN:
            continue
        end = lines.paragraph_end(i)
        rewrapped = any(">" in line and _SIGN_INSIDE.search(line) for line in lines.text[i:end])
        if rewrapped or (end - i <= 2 and _broken_off(lines, i, end)):
            lines.put_outside(i, end)
    for i in [start - 1 for start, _ in lines.quoted]:
        if i < 0 or mark[i] != OWN or (i and mark[i - 1] not in (BLANK, OUTSIDE)):
            continue
        line, below = lines.text[i].rstrip(), lines.text[i + 1].lstrip(" \t>|")
        # A quotation whose first line lost its sign: a long line right on top of it, or one that
        # goes on below in the middle of a sentence.
        if len(line) > 55 or (len(line) > 25 and below[:1].islower() and line[-1] not in ".:?!)"):
            mark[i] = OUTSIDE


def _broken_off(lines: Lines, i: int, end: int) -> bool:
    """Tell whether the own lines [i, end), right under a quoted one, are the end of that one.

    They are if their first word would have made the quoted line too long, and they do not read
    like an answer that begins there.
    """
    line, words = lines.text[i], lines.text[i].split()
    length = len(lines.text[i - 1]) + 1 + len(words[0])
    if line[0].islower() or end - i == 2:
        return line[0].islower() and length > 62
    if length <= 68:
        return False
    amid = lines.mark[end : end + 1] == b"\x02"
    return amid or len(words) <= 3 or len(line) <= 30
