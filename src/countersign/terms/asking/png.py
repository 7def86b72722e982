# SPDX-License-Identifier: Apache-2.0
"""A picture of the card as PNG, by the extra `contract` (Typst), for chats that show no SVG."""

from __future__ import annotations

from countersign.errors import Unavailable

_PIXELS_PER_INCH = 144.0


def card_png(svg: bytes) -> bytes:
    """Return an SVG of ours as PNG; raises `Unavailable` without the extra."""
    try:
        import typst  # an optional extra
    except ImportError as e:
        raise Unavailable(
            "A PNG needs the extra `contract`, which is not installed.",
            why="The picture is drawn by Typst.",
            remedy='pip install "countersign[contract]", or use the SVG beside it.',
        ) from e
    drawn = svg.decode("utf-8").replace("\\", "\\\\").replace('"', '\\"')
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#image(bytes("{drawn}"), format: "svg", width: 630pt)\n'
    )
    made = typst.compile(source.encode("utf-8"), format="png", ppi=_PIXELS_PER_INCH)
    return made if isinstance(made, bytes) else b"".join(filter(None, made))
