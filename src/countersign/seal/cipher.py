# SPDX-License-Identifier: Apache-2.0
"""AES-256-GCM for columns and for keys (NIST SP 800-38D): random nonce, place as associated data.

The associated data names table, column and row, so that a sealed value moved to another row or
column does not open there.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from countersign.errors import NotVerified

KEY_BYTES = 32
_NONCE_BYTES = 12


def fresh_key() -> bytes:
    """Return 32 random bytes."""
    return os.urandom(KEY_BYTES)


class Cipher:
    """Seals and opens values under one data key."""

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def __repr__(self) -> str:
        """Never show the key."""
        return "Cipher()"

    def seal(self, plain: bytes, *, table: str, column: str, row: str) -> bytes:
        """Return nonce ‖ ciphertext of `plain` bound to its place."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plain, _place(table, column, row))

    def open(self, sealed: bytes, *, table: str, column: str, row: str) -> bytes:
        """Return what was sealed for this place; raises `NotVerified` for any other bytes or place."""
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._aead.decrypt(nonce, body, _place(table, column, row))
        except (InvalidTag, ValueError) as e:
            raise NotVerified(
                "A stored value does not open.",
                why="It was changed, moved to another place, or sealed under another key.",
                remedy="Restore the store from a backup; `countersign doctor` lists what is damaged.",
            ) from e


def _place(table: str, column: str, row: str) -> bytes:
    return "\x00".join((table, column, row)).encode("utf-8")
