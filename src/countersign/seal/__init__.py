# SPDX-License-Identifier: Apache-2.0
"""Canonical bytes, digests, salted commitments, Ed25519 keys, DSSE envelopes, sealed columns."""

from countersign.seal.canonical import (
    SALT_BYTES,
    b64,
    canonical,
    commitment,
    read_b64,
    read_canonical,
    sha256,
    sha256_hex,
)
from countersign.seal.cipher import KEY_BYTES, Cipher, fresh_key
from countersign.seal.envelope import (
    PAYLOAD_TYPE,
    PREDICATES,
    Envelope,
    Statement,
    countersign,
    pae,
    require,
    sign,
    signed_by,
)
from countersign.seal.keys import (
    PublicKey,
    SigningKey,
    is_protected,
    read_key,
    read_secret,
    write_key,
    write_secret,
)
from countersign.seal.qr import qr_blocks, qr_svg
from countersign.seal.words import digest_words

__all__ = [
    "KEY_BYTES",
    "PAYLOAD_TYPE",
    "PREDICATES",
    "SALT_BYTES",
    "Cipher",
    "Envelope",
    "PublicKey",
    "SigningKey",
    "Statement",
    "b64",
    "canonical",
    "commitment",
    "countersign",
    "digest_words",
    "fresh_key",
    "is_protected",
    "pae",
    "qr_blocks",
    "qr_svg",
    "read_b64",
    "read_canonical",
    "read_key",
    "read_secret",
    "require",
    "sha256",
    "sha256_hex",
    "sign",
    "signed_by",
    "write_key",
    "write_secret",
]
