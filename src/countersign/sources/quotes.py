# SPDX-License-Identifier: Apache-2.0
"""Which parts of a mail's text its author wrote there (first, thin form: `>` lines only)."""

from __future__ import annotations


def written(text: str, *, name: str, outside: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the sorted ranges of `text` that are the author's own."""
    del name, outside
    out = []
    at = 0
    for line in text.split("\n"):
        if line.strip() and not line.startswith(">"):
            out.append((at, at + len(line)))
        at += len(line) + 1
    return out
