# SPDX-License-Identifier: Apache-2.0
"""Canonical bytes: JCS (RFC 8785) out, and nothing but JCS in; strict base64; SHA-256; commitments."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

import rfc8785

from countersign.errors import Internal, NotVerified

SALT_BYTES = 16


def canonical(value: Any) -> bytes:
    """Return `value` as JCS bytes. Numbers must be integers within ±2^53 (no float is ever signed)."""
    _refuse_floats(value)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as e:
        raise Internal("A value has no canonical form.", why=type(e).__name__) from e


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise Internal("A float stands in a record.", why="Records hold integers and text only.")
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)


def read_canonical(data: bytes) -> Any:
    """Read JSON that must equal its own canonical form, byte for byte; else raises `NotVerified`."""
    try:
        value = json.loads(data.decode("utf-8"))
        again = canonical(value)
    except (ValueError, RecursionError, Internal) as e:
        raise _not_canonical() from e
    if again != data:
        raise _not_canonical()
    return value


def _not_canonical() -> NotVerified:
    return NotVerified(
        "A record is not in canonical form.",
        why="Its bytes differ from their own RFC 8785 encoding, so a signature over it is void.",
        remedy="Get the record again from whoever signed it.",
    )


def b64(data: bytes) -> str:
    """Return standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def read_b64(text: str) -> bytes:
    """Read strict base64: only what `b64` writes; else raises `NotVerified`."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as e:
        raise _not_canonical() from e
    if b64(data) != text:  # trailing bits that a lax decoder ignores
        raise _not_canonical()
    return data


def sha256(data: bytes) -> bytes:
    """Return the 32-byte SHA-256 digest."""
    return hashlib.sha256(data).digest()


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 digest in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def commitment(salt: bytes, value: Any) -> str:
    """Return hex SHA-256(salt16 ‖ JCS(value)): says nothing about `value` without the salt."""
    if len(salt) != SALT_BYTES:
        raise Internal("A commitment's salt must have 16 bytes.")
    return sha256_hex(salt + canonical(value))
