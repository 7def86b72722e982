# SPDX-License-Identifier: Apache-2.0
"""How wide a line of text may become, without knowing the font that will show it.

Widths are thousandths of the font size, taken from the widest of the common sans-serif fonts, so
that a line which fits here fits everywhere. CJK characters are one em in every font.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_NARROW, _CAPITAL, _DIGIT, _SMALL, _BROAD, _EM = 400, 740, 640, 635, 990, 1000
_THIN = frozenset("iljtfrI.,:;'|!()[]{} -·/\\`")
_WIDE = frozenset("mwMW@%&—…▲")


def width(text: str, size: float) -> float:
    """Return the most that `text` takes at a font size, in the unit of `size`."""
    return sum(_of(ch) for ch in text) * size / 1000


def _of(ch: str) -> int:
    if unicodedata.combining(ch):
        return 0
    if unicodedata.east_asian_width(ch) in "WF" or ord(ch) > 0x2E7F:
        return _EM
    if ch in _THIN:
        return _NARROW
    if ch in _WIDE:
        return _BROAD
    if ch.isdigit():
        return _DIGIT
    return _CAPITAL if ch.isupper() else _SMALL if ord(ch) < 0x250 else _EM


_NEVER_FIRST = frozenset("，。；：、？！）》”’」』】,.;:?!)]}%…")


def wrapped(text: str, size: float, most: float) -> list[str]:
    """Return `text` as lines that are at most so wide; breaks between words, or CJK characters.

    A word longer than a line is cut. No line begins with a closing mark.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, size, most):
        if line and width((line + piece).rstrip(), size) > most:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str, size: float, most: float) -> Iterator[str]:
    """Yield what must stay together: words with the space after them, single CJK characters."""
    piece = ""
    for ch in text:
        closes = ch in _NEVER_FIRST
        joins = not _cjk(ch) and piece and not piece[-1].isspace() and not _cjk(piece[-1])
        if piece and not closes and not ch.isspace() and not joins:
            yield piece
            piece = ""
        if piece and not closes and width(piece + ch, size) > most:
            yield piece
            piece = ""
        piece += ch
    if piece:
        yield piece


def _cjk(ch: str) -> bool:
    return ord(ch) > 0x2E7F
