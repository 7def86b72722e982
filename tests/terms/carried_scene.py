# SPDX-License-Identifier: Apache-2.0
"""A council, a code on paper, and withdrawal files of real grants."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from countersign.people import (
    IdentityLevel,
    Role,
    add_card,
    bind_key,
    fresh_code,
    revoke_key,
    revoke_statement,
)
from countersign.seal import Envelope, PublicKey, SigningKey, sign
from countersign.terms import (
    Bundle,
    Granted,
    Refusal,
    Representation,
    carry,
    decide,
    keep_record,
    offer_state,
    preset,
    standing,
)
from tests.terms.scene import ACME, KEYS, LATER, LIN, NOW, ask

COUNCIL = "rcouncil"
CODE = fresh_code(lambda n: sha256(b"dice").digest()[:n])
COUNCILLED = replace(
    preset("my-team"), representative=COUNCIL, represented_by=Representation.WORKS_COUNCIL
)
HELD = SigningKey(sha256(b"council").digest())


def known(**more: list[PublicKey]) -> Any:
    """Return the keys that a verifier has pinned."""
    pins = {who: [key.public] for who, key in KEYS.items()} | more
    return lambda subject: pins.get(subject, [])


def granted(c: sa.Connection, id: str) -> Granted:
    state = offer_state(c, id)
    return Granted(state.grant_digest, LIN, ACME, state.terms.representative)


def file_of(c: sa.Connection, id: str, envelope: Envelope) -> Bundle:
    made = carry(c, envelope, grant=offer_state(c, id).grant_digest)
    again = Bundle.of(made.to_bytes())
    assert again == made
    return again


def give_code(c: sa.Connection, id: str) -> SigningKey:
    key = revoke_key(CODE)
    grant = offer_state(c, id).grant_digest
    keep_record(c, sign(revoke_statement(grant, key.public), KEYS[LIN]), grant=grant, now=NOW)
    return key


def council(c: sa.Connection) -> None:
    add_card(
        c, id=COUNCIL, label="council", name="Works Council", role=Role.REPRESENTATIVE, now=NOW
    )
    level = IdentityLevel.SELF_ASSERTED
    bind_key(c, subject=COUNCIL, key=HELD, level=level, now=NOW)


def code(c: sa.Connection, id: str) -> str:
    said = decide(ask(), standing(c, id), now=LATER)
    return said.code if isinstance(said, Refusal) else "permit"
