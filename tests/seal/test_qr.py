# SPDX-License-Identifier: Apache-2.0
"""A text drawn as a QR code is read back by a scanner of other people's."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from countersign.errors import BadInput
from countersign.seal import qr_blocks, qr_svg

TEXT = "log.example.org/countersign\n8\nroot=\n\n— log.example.org/countersign c2ln\n"
_DARK = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def _modules(lines: list[str]) -> list[list[int]]:
    """Return the drawn code as rows of 0 (light) and 1 (dark)."""
    rows = list[list[int]]()
    for line in lines:
        rows += [[_DARK[c][half] for c in line] for half in (0, 1)]
    width = len(rows[0])
    return rows[:width]


def test_blocks_are_a_square_with_a_quiet_zone_and_three_finders() -> None:
    rows = _modules(qr_blocks(TEXT))
    assert len(rows) == len(rows[0]) >= 29
    assert not any(any(row) for row in (*rows[:4], *rows[-4:]))
    for top, left in ((4, 4), (4, len(rows) - 11), (len(rows) - 11, 4)):
        assert rows[top][left : left + 7] == [1] * 7
        assert rows[top + 3][left : left + 7] == [1, 0, 1, 1, 1, 0, 1]


def test_the_svg_is_whole_and_the_same_each_time() -> None:
    made = qr_svg(TEXT)
    assert made == qr_svg(TEXT) != qr_svg(TEXT + " ")
    assert ET.fromstring(made).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 -- our own


def test_a_text_too_long_for_any_code_is_said_so() -> None:
    assert qr_blocks("x" * 2953)
    with pytest.raises(BadInput, match="too long for a QR code"):
        qr_blocks("x" * 2954)


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="Debian's zbar-tools is not installed")
@pytest.mark.parametrize("text", [TEXT, "天地玄黄", "0123456789", "x" * 400])
def test_a_scanner_reads_back_exactly_what_was_drawn(tmp_path: Path, text: str) -> None:
    rows, scale = _modules(qr_blocks(text)), 4
    size = len(rows) * scale
    pixels = b"".join(
        bytes(0 if dark else 255 for dark in row for _ in range(scale)) * scale for row in rows
    )
    path = tmp_path / "code.pgm"
    path.write_bytes(b"P5 %d %d 255\n%b" % (size, size, pixels))
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--oneshot", "-Sdisable", "-Sqrcode.enable", path],
        capture_output=True,
        check=True,
    )
    assert read.stdout.decode("utf-8") == text
