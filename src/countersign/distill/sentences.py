# SPDX-License-Identifier: Apache-2.0
"""Sentences and their places: English and Chinese, over hard line wraps, never over a range's edge.

A mail's lines are wrapped, a chat's are not: a line break inside a range is a wrap when the next
line's first word would not have fitted, or when that line goes on in lower case; else it ends the
sentence. Code, tables and tracebacks come out as spans of form `code`, so that nothing is lost and
nothing is mistaken for prose. What is *not* done here: deciding whose words they are (the ranges
say so) and what they are worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from countersign.evidence import Range

Form = Literal["prose", "item", "code", "blank"]


@dataclass(frozen=True, slots=True)
class Span:
    """One sentence at [start, end) of a text; equal `block` means the same paragraph or item.

    No span has the form `blank`: that is for lines only.
    """

    start: int
    end: int
    block: int
    form: Form


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    words: str
    form: Form


_CJK = "\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef"
_WIDE = re.compile(f"[{_CJK}]")
_WIDE_WRAP = re.compile(rf"(?<=[{_CJK}])[ \t]*\n\s*(?=[{_CJK}])")
_ITEM = re.compile(
    r"\s*(?:[-*+\u2022\u00b7\u2013]|\(?\d{1,2}[.)\u3001\uff0e]|[a-z]\)|[\uff08(]\d{1,2}[)\uff09]"
    r"|[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]{1,2}\u3001"
    r"|[\u2460-\u2473])(?:\s+|(?<=[\u3001\uff09\u2460-\u2473]))(?=\S)"
)
_CODE = re.compile(
    r"\s*(?:>>>|\.\.\. |\$ |# ?include|#!|@@ |\+\+\+ |--- [\w/]|[-+] {2,}|diff |Index: |Traceback \("
    r"|File \"|(?:def|class) \w+.*:\s*$|(?:from [\w.]+ )?import [\w.*, ()]+$|(?:return|raise|assert) [\w.(\[]"
    r"|(?:public|private|static|const|var|let|func) \w+.*[;{=(]|</?[a-zA-Z][^>]*>\s*$|SELECT .* FROM "
    r"|(?:for|while|if|elif|else|try|except|finally|with)\b[^.?!]*:\s*$(?<=\W:)(?=\Z)|[\w.]+ = \S|[\w.]+\(.*\)[;:]?\s*$"
    r"|[}\])]+[;,]?\s*$|.*[;{]\s*$|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d|[-=_*~#+|.]{4,}\s*$|\|.*\|\s*$"
    r"|(?:From|To|Cc|Subject|Date|Sent|\u53d1\u4ef6\u4eba|\u4e3b\u9898|\u6536\u4ef6\u4eba|\u65e5\u671f)\s*[:\uff1a]\s)"
)
_INDENTED = re.compile(r"(?:\t| {4,})(?=\S)")
_SYMBOLS = re.compile(r"[=(){}\[\];<>|\\$_@#:/]")
# A full stop after these ends no sentence; a stop after one letter (initials, "e.g.") neither.
_SHORT = re.compile(
    r"(?:^|[\s(\"'])(?:e\.?g|i\.?e|vs|cf|etc|approx|resp|incl|esp|fig|no|nr|vol|dr|mr|mrs|ms|prof|st|jr|inc|ltd|co"
    r"|dept|est|sec|pp?|ca|al|a\.k\.a|w\.r\.t|[A-Za-z])$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[\u3002\uff01\uff1f\u2026]+[\"'\u201d\u2019\u300d\u300f\uff09)\]]*"
    rf"|[.!?]+[\"'\u201d\u2019)\]*_]*(?=\s|$|[{_CJK}])"
)
_WRAP_AT = 66


def unwrap(quote: str) -> str:
    """Return `quote` on one line: wraps become a space, or nothing between two Chinese signs."""
    if "\n" in quote and not quote.isascii():
        quote = _WIDE_WRAP.sub("", quote)
    return " ".join(quote.split())


def split_sentences(text: str, ranges: Sequence[Range]) -> list[Span]:
    """Return the sentences of `text` inside `ranges`, in order, each wholly inside one range."""
    spans: list[Span] = []
    block = 0
    for own in ranges:
        lines = list(_lines(text, own))
        width = min(_WRAP_AT, max((_width(line.words) for line in lines), default=0))
        for run in _runs(lines, max(width, 40)):
            # A run is what is written without a hard break; only a blank line or an item parts blocks.
            block += run[0][1]
            spans.extend(_cut(text, [line for line, _ in run], block))
        block += 1
    return spans


def _lines(text: str, own: Range) -> Iterator[_Line]:
    at = own.start
    for words in text[own.start : own.end].split("\n"):
        bare = words.strip()
        start = at + len(words) - len(words.lstrip())
        yield _Line(start, start + len(bare), bare, _form(words, bare))
        at += len(words) + 1


def _form(words: str, bare: str) -> Form:
    if not bare:
        return "blank"
    if _ITEM.match(words) and not _CODE.match(re.sub(r"^\s*[-*+]\s+", "", words)):
        return "item"
    if _CODE.match(words) and not _WIDE.search(bare):
        return "code"
    symbols = len(_SYMBOLS.findall(bare))
    if _INDENTED.match(words) and symbols * 12 > len(bare):
        return "code"
    return "code" if symbols * 4 > len(bare) and len(bare) > 6 else "prose"


def _runs(lines: list[_Line], width: int) -> Iterator[list[tuple[_Line, int]]]:
    """Group lines into runs without a hard break; each line with 1 where a new block begins."""
    run: list[tuple[_Line, int]] = []
    fresh = 1
    for line in lines:
        if run and not _goes_on(run[-1][0], line, width):
            yield run
            run = []
        if line.form == "blank":
            fresh = 1
            continue
        starts = int(fresh or line.form != "prose")
        run.append((line, starts))
        fresh = 0
    if run:
        yield run


def _goes_on(last: _Line, line: _Line, width: int) -> bool:
    if line.form != "prose" or last.form == "code":
        return False
    first = line.words.split(maxsplit=1)[0]
    if _WIDE.match(first):
        first = first[0]
    filled = _width(last.words)
    if filled + 1 + _width(first) > width or last.words[-1] in "\uff0c\u3001":
        return True
    return line.words[0].islower() and last.words[-1] not in ".!?:;\u3002\uff01\uff1f\uff1a"


def _width(words: str) -> int:
    return len(words) if words.isascii() else len(words) + len(_WIDE.findall(words))


def _cut(text: str, run: list[_Line], block: int) -> Iterator[Span]:
    form, start, end = run[0].form, run[0].start, run[-1].end
    if form == "code":
        yield Span(start, end, block, form)
        return
    if form == "item" and (mark := _ITEM.match(text, start, end)):
        start = mark.end()
    for stop in _STOP.finditer(text, start, end):
        if (
            stop.group().startswith(".")
            and len(stop.group()) == 1
            and _SHORT.search(text, max(start, stop.start() - 8), stop.start())
        ):
            continue
        if stop.end() - start > 1:
            yield Span(start, stop.end(), block, form)
        start = stop.end() + len(text[stop.end() : end]) - len(text[stop.end() : end].lstrip())
    if start < end:
        yield Span(start, end, block, form)
