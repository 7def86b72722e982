# SPDX-License-Identifier: Apache-2.0
"""Names as people read them, and labels as commands and key files take them."""

from __future__ import annotations

import re

from countersign.errors import BadInput

LONGEST_NAME = 200
_LONGEST_LABEL = 60  # characters: with any script it fits into a file name
# A home keeps each signer's key as keys/LABEL.key, beside these; a label must never point at one.
RESERVED = frozenset({"vault", "hub-log", "hub-online", "hub-texts", "hub-index"})


def label_of(name: str) -> str:
    """Return a name as a label: lower-case letters and digits of any script, joined by hyphens."""
    words = "-".join(re.findall(r"[^\W_]+", name.casefold()))
    return words[:_LONGEST_LABEL].rstrip("-") or "person"


def fit_label(label: str) -> str:
    """Return `label` if commands and key files can bear it; else raises `BadInput`."""
    if label != label_of(label) or label in RESERVED:
        raise BadInput(
            "This label cannot be used.",
            why="A label is lower-case letters and digits joined by hyphens, and not one of "
            + ", ".join(sorted(RESERVED))
            + ".",
            remedy="Choose another with --label.",
        )
    return label


def plain_name(name: str) -> str:
    """Return `name` on one line; raises `BadInput` if nothing, or something unseen, is in it."""
    plain = " ".join(name.split())
    # Others read it too: no control, bidi or zero-width character, nothing that UTF-8 cannot hold.
    if not plain or not plain.isprintable() or len(plain) > LONGEST_NAME:
        raise BadInput(
            "This name cannot be used.",
            why=f"A name has 1 to {LONGEST_NAME} characters, all of them visible.",
            remedy="Write it as it should be read.",
        )
    return plain
