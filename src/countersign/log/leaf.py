# SPDX-License-Identifier: Apache-2.0
"""A leaf of the log: a salted commitment to a signed record, and nothing else.

Real leaves and padding have the same form and length, so that the log tells neither who signed,
what, nor how often. Erasing envelope and salt leaves a leaf without meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from countersign.errors import Internal
from countersign.seal import Envelope, canonical, commitment

Random: TypeAlias = Callable[[int], bytes]
"""Returns that many random bytes (`os.urandom`, or a seeded source in tests)."""

_LEAF = re.compile(rb'\{"commit":"[0-9a-f]{64}","v":1\}')


def leaf_for(envelope: Envelope, salt: bytes) -> bytes:
    """Return JCS {"v":1,"commit":hex} with commit = SHA-256(salt16 ‖ JCS(envelope))."""
    return _leaf(commitment(salt, envelope.to_value()))


def padding(random: Random) -> bytes:
    """Return a leaf that commits to nothing and cannot be told from one that does."""
    return _leaf(random(32).hex())


def is_leaf(entry: bytes) -> bool:
    """Tell whether an entry has the form of a leaf."""
    return _LEAF.fullmatch(entry) is not None


def require_leaf(entry: bytes) -> bytes:
    """Return `entry`; raises `Internal` if it would stand out among padding."""
    if not is_leaf(entry):
        raise Internal("An entry of the log is not a salted commitment.")
    return entry


def _leaf(commit: str) -> bytes:
    return canonical({"v": 1, "commit": commit})
