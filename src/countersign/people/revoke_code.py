# SPDX-License-Identifier: Apache-2.0
"""A code on paper that can only stop: whoever holds it may suspend or withdraw one grant.

The code is 130 random bits. Its key is derived from it and from nothing else, so no file, login or
passphrase is needed years later. When a grant is signed, the person's own key signs which public
key may stop it (`revoke_statement`); that record travels with the grant, so any verifier can check
a withdrawal made with the code alone, offline. That the key can do nothing else is enforced where
withdrawals are judged: it is bound to no subject and stands in no chain.

Writing: 28 symbols of Crockford's base32 (130 random bits, 10 bits of their digest) in seven
groups of four, each followed by one check symbol. The check symbol is linear over GF(32) with a
weight of its own for each place, so that one wrong symbol, two swapped neighbors or two swapped
groups show, and the group can be named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from countersign.errors import BadInput, NotVerified
from countersign.seal import Envelope, PublicKey, SigningKey, Statement, require, sha256

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_READ = {symbol: value for value, symbol in enumerate(_ALPHABET)} | {"I": 1, "L": 1, "O": 0}
_GROUPS, _DATA = 7, 4
_BITS, _CHECK_BITS = 130, 10
_INFO = b"countersign/revoke-code/v1"
_WEIGHTS = (2, 4, 8, 16, 1)  # x, x², x³, x⁴ for the data, 1 for the check symbol: all different


def fresh_code(random: Callable[[int], bytes]) -> str:
    """Return a new code from 17 bytes of `random` (at the edge: `os.urandom`)."""
    secret = int.from_bytes(random(17), "big") >> 6
    return _write(secret << _CHECK_BITS | _digest(secret))


def revoke_key(code: str) -> SigningKey:
    """Return the key that the code stands for; case, hyphens and spaces do not matter.

    Raises `BadInput` naming the first group with a typing error.
    """
    value = _value(_groups(code))
    secret, check = value >> _CHECK_BITS, value & ((1 << _CHECK_BITS) - 1)
    if check != _digest(secret):
        raise _wrong("More than one place of this code is wrong, and none can be named.")
    return SigningKey(HKDF(SHA256(), 32, salt=None, info=_INFO).derive(_bytes(secret)))


def revoke_statement(grant: str, public: PublicKey) -> Statement:
    """Return the record by which a person lets `public` stop the grant of that digest (hex)."""
    predicate = {"v": 1, "role": "revoke", "grant": grant, "publicKey": public.text}
    return Statement("key-binding", (("grant", grant),), predicate)


def read_revoke(envelope: Envelope, *, grant: str, keys: Collection[PublicKey]) -> PublicKey:
    """Return the key that may stop this grant, as one of the person's `keys` signed.

    Raises `NotVerified` for a record about another grant, of another kind, or by another key.
    """
    by = [key for key in keys if key.keyid in dict(envelope.signatures)]
    if len(by) != 1 or len(envelope.signatures) != 1:
        raise NotVerified(
            "The record of a revoke code is not signed by the person.",
            why="Only the person who gave a grant says which code may stop it.",
            remedy="Get the record again from whoever signed it.",
        )
    said = require(envelope, "key-binding", by).predicate
    try:
        public = PublicKey.of(said["publicKey"])
    except (KeyError, TypeError, AttributeError) as e:
        raise _elsewhere() from e
    if envelope.payload != revoke_statement(grant, public).to_bytes():
        raise _elsewhere()
    return public


def _elsewhere() -> NotVerified:
    return NotVerified(
        "This is not the record of a revoke code for this grant.",
        why="It names another grant, or is another record.",
        remedy="Use the record that was kept with the grant.",
    )


def _digest(secret: int) -> int:
    return int.from_bytes(sha256(_INFO + _bytes(secret))[:2], "big") >> 6


def _bytes(secret: int) -> bytes:
    return secret.to_bytes(17, "big")


def _write(value: int) -> str:
    symbols = [(value >> 5 * n) & 31 for n in reversed(range(_GROUPS * _DATA))]
    groups = [symbols[n : n + _DATA] for n in range(0, len(symbols), _DATA)]
    checked = [[*group, _check(number, group)] for number, group in enumerate(groups, 1)]
    return "-".join("".join(_ALPHABET[s] for s in group) for group in checked)


def _check(number: int, symbols: Sequence[int]) -> int:
    """Return what the weighted symbols of a group add up to, with the group's number in it."""
    total = number
    for weight, symbol in zip(_WEIGHTS, symbols, strict=False):
        total ^= _times(weight, symbol)
    return total


def _times(a: int, b: int) -> int:
    """Multiply in GF(32) = GF(2)[x] / (x⁵ + x² + 1)."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0b100101 if a & 16 else 0)
        b >>= 1
    return product


def _groups(code: str) -> list[str]:
    """Return the seven groups as typed: with any separators, or none."""
    parts = re.findall(r"[^\s\-–—·.]+", code.upper())
    if len(parts) == 1 and len(parts[0]) == _GROUPS * (_DATA + 1):
        whole, size = parts[0], _DATA + 1
        return [whole[n : n + size] for n in range(0, len(whole), size)]
    if len(parts) != _GROUPS:
        raise _wrong(f"A code has {_GROUPS} groups; {len(parts)} were given.")
    return parts


def _value(groups: Sequence[str]) -> int:
    value = 0
    for number, group in enumerate(groups, 1):
        symbols = [_READ.get(symbol, -1) for symbol in group]
        if len(symbols) != _DATA + 1 or -1 in symbols or _check(number, symbols):
            raise _wrong(f"Group {number} of {_GROUPS} is not as it was printed.")
        for symbol in symbols[:_DATA]:
            value = value << 5 | symbol
    return value


def _wrong(why: str) -> BadInput:
    return BadInput(
        "This code has a typing error.",
        why=why,
        remedy="Compare it with the paper; the letters I, L, O and U are never printed.",
    )
