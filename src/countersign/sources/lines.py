# SPDX-License-Identifier: Apache-2.0
"""Written ranges by line: which lines of a text its author wrote, and which they only quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from countersign.evidence import Range

_QUOTE = re.compile(r"\s{0,3}[>＞]")
_FENCE = re.compile(r"[ \t]{0,3}(```+|~~~+)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """Return `text` with LF line ends and no lone surrogate, so that UTF-8 can always hold it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def one_line(text: object) -> str:
    """Return a name or title on one line: a name must not be able to start a line of its own."""
    return " ".join(whole(text).split()) if isinstance(text, str) else ""


def is_quote(line: str) -> bool:
    """Tell whether a line is marked as somebody else's words (`>`, also full-width)."""
    return _QUOTE.match(line) is not None


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every line, line break outside, in code points."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def fences(text: str) -> list[bool]:
    """Tell for every line whether it belongs to a fenced code block, fences included.

    A fence inside a quoted line opens nothing: else somebody else's text could open a block that
    turns the rest of the quote into the author's words.
    """
    flags: list[bool] = []
    mark = ""
    for start, end in spans(text):
        line = text[start:end]
        found = _FENCE.match(line)
        if mark:
            flags.append(True)
            if found and found[1].startswith(mark) and not line.strip(" \t`~"):
                mark = ""
        else:
            mark = found[1] if found else ""
            flags.append(bool(mark))
    return flags


def join(text: str, keep: Callable[[int, str], bool]) -> tuple[Range, ...]:
    """Return the ranges of the lines that `keep(number, line)` keeps, neighbors joined.

    Blank lines belong to the range around them, and no range starts or ends in white space.
    """
    ranges: list[Range] = []
    open_at: int | None = None
    last = 0
    for number, (start, end) in enumerate(spans(text)):
        line = text[start:end]
        if not line.strip():
            continue
        if keep(number, line):
            open_at = start if open_at is None else open_at
            last = end
        elif open_at is not None:
            ranges.append(_trimmed(text, open_at, last))
            open_at = None
    if open_at is not None:
        ranges.append(_trimmed(text, open_at, last))
    return tuple(ranges)


def unquoted(text: str) -> tuple[Range, ...]:
    """Return the ranges outside lines that are marked as quotes."""
    return join(text, lambda _, line: not is_quote(line))


def _trimmed(text: str, start: int, end: int) -> Range:
    part = text[start:end]
    return Range(start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
