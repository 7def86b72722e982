# SPDX-License-Identifier: Apache-2.0
"""What a caller chose to tell the person with a use: their name, the question (clause 36).

Off unless the caller's own side ticked it. Sealed under a key of the agreement, so that it goes
with a withdrawal, and gone when the receipt closes. Only the person's own view opens it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

import sqlalchemy as sa

from countersign.errors import BadInput
from countersign.seal import Cipher, canonical, read_canonical
from countersign.settle.tables import receipt, receipt_told

TELLABLE = ("name", "question")


class Keys(Protocol):
    """The keys of an agreement, as the hub's key ring gives them."""

    def claim_keys(self, agreement: str, refs: Collection[str]) -> dict[str, Cipher]:
        """Return one cipher a reference, making those that are missing."""

    def open_keys(self, refs: Collection[str]) -> dict[str, Cipher]:
        """Return the ciphers that still exist."""


def check_tells(words: Collection[str]) -> frozenset[str]:
    """Return what is to be told; raises `BadInput` for anything else."""
    if not set(words) <= set(TELLABLE):
        raise BadInput("This cannot be told.", remedy="Choose among: " + ", ".join(TELLABLE))
    return frozenset(words)


def tell_use(
    c: sa.Connection, keys: Keys, *, receipt_id: str, agreement: str, told: Mapping[str, str]
) -> None:
    """Keep what the caller tells with a receipt, in the answer's own transaction."""
    ref = _ref(receipt_id)
    cipher = keys.claim_keys(agreement, [ref])[ref]
    sealed = cipher.seal(canonical(dict(told)), table="receipt_told", column="sealed", row=ref)
    c.execute(receipt_told.insert().values(receipt=receipt_id, agreement=agreement, sealed=sealed))


def told_with(c: sa.Connection, keys: Keys, person: str) -> dict[tuple[str, int], dict[str, str]]:
    """Return what was told to this person, by release and number; what cannot be opened is left out."""
    query = (
        sa.select(receipt.c.release, receipt.c.number, receipt_told)
        .join(receipt_told, receipt_told.c.receipt == receipt.c.id)
        .where(receipt.c.person == person)
    )
    rows = c.execute(query).all()
    ciphers = keys.open_keys([_ref(row.receipt) for row in rows])
    found = {}
    for row in rows:
        ref = _ref(row.receipt)
        if ref in ciphers:
            plain = ciphers[ref].open(row.sealed, table="receipt_told", column="sealed", row=ref)
            said = read_canonical(plain)
            found[row.release, row.number] = {str(k): str(v) for k, v in said.items()}
    return found


def forget_told(c: sa.Connection, agreement: str) -> None:
    """Delete what was told under an agreement: a step of its erasure."""
    c.execute(receipt_told.delete().where(receipt_told.c.agreement == agreement))


def _ref(receipt_id: str) -> str:
    return f"told/{receipt_id}"
