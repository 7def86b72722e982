# SPDX-License-Identifier: Apache-2.0
"""A short text as a QR code (ISO/IEC 18004), for paper and for a phone held to the screen."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import segno

from countersign.errors import BadInput

_BORDER = 4  # modules of quiet zone that the standard asks for
_BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def qr_blocks(text: str) -> list[str]:
    """Return the code as lines of block characters, dark as ink: show them black on white.

    Each character is one module wide and two high. Raises `BadInput` where the text is too long.
    """
    rows = [list(row) for row in _code(text).matrix_iter(border=_BORDER)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    return [_line(upper, lower) for upper, lower in zip(rows[::2], rows[1::2], strict=True)]


def qr_svg(text: str, *, scale: int = 4) -> bytes:
    """Return the code as a complete SVG file; the same bytes each time. Errors as `qr_blocks`."""
    out = BytesIO()
    _code(text).save(out, kind="svg", scale=scale, border=_BORDER, light="#fff")
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    try:
        # Byte mode in UTF-8, always: other modes may change what a scanner gives back.
        return segno.make_qr(text.encode("utf-8"), mode="byte", error="l", boost_error=True)
    except segno.DataOverflowError as e:
        raise BadInput(
            "This is too long for a QR code.",
            why="One holds at most 2,953 bytes.",
            remedy="Save it as a file instead.",
        ) from e


def _line(upper: Sequence[int], lower: Sequence[int]) -> str:
    return "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
