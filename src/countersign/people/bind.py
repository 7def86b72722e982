# SPDX-License-Identifier: Apache-2.0
"""Bind a key, add one, rotate one, end one, attest one: each makes the next record of a chain."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from countersign.errors import BadInput, Conflict, NotAllowed
from countersign.people.bindings import IdentityLevel, Reason, Role, Voucher
from countersign.people.cards import find_card
from countersign.people.identity import (
    HUB_ID,
    bindings,
    bound_keys,
    keep_binding,
    next_record,
    require_use,
)
from countersign.seal import Envelope, PublicKey, SigningKey, sign


def bind_key(
    c: sa.Connection,
    *,
    subject: str,
    key: SigningKey,
    now: datetime,
    level: IdentityLevel = IdentityLevel.SELF_ASSERTED,
) -> Envelope:
    """Bind the first key of a person, party, representative or role by a record it signs itself.

    Raises `Conflict` where the subject has a chain already (see `add_key`, `rotate_key`) or the
    key is bound, and `BadInput` for a level that no key can give itself.
    """
    if level is not IdentityLevel.SELF_ASSERTED:
        raise BadInput(
            "A key cannot say by itself how identity was shown.",
            why="Every level above self-asserted is attested by somebody else's signature.",
            remedy="Bind the key first; then let somebody attest it, for example by a challenge.",
        )
    if bindings(c, subject):
        raise Conflict(
            "This signer has a key already.",
            why="A further key counts only if a key bound before signs for it.",
            remedy="Add or rotate with the old key; without it, ask your representative.",
        )
    said = next_record(c, subject=subject, public=key.public, reason=Reason.FIRST, now=now)
    return keep_binding(c, sign(said.statement(), key), now=now).envelope


def add_key(
    c: sa.Connection, *, subject: str, key: SigningKey, by: SigningKey, now: datetime
) -> Envelope:
    """Bind one more key, signed by it and by a key in use; raises as `keep_binding`."""
    require_use(c, subject, by, now)
    said = next_record(c, subject=subject, public=key.public, reason=Reason.ADDED, now=now)
    return keep_binding(c, sign(said.statement(), key, by), now=now).envelope


def rotate_key(
    c: sa.Connection, *, subject: str, key: SigningKey, by: SigningKey, now: datetime
) -> Envelope:
    """Bind `key` in place of `by`, which ends now; what `by` signed until now goes on counting."""
    require_use(c, subject, by, now)
    ends = by.public.keyid
    said = next_record(
        c, subject=subject, public=key.public, reason=Reason.ROTATED, now=now, ends=ends
    )
    return keep_binding(c, sign(said.statement(), key, by), now=now).envelope


def end_key(
    c: sa.Connection, *, subject: str, public: PublicKey, by: SigningKey, now: datetime
) -> Envelope:
    """End a key for what is signed from now on; raises `Conflict` for the last one in use."""
    require_use(c, subject, by, now)
    if bound_keys(c, subject, at=now) == (public,):
        raise Conflict(
            "This is the last key in use.",
            why="Without one nobody could sign, take back or bind another.",
            remedy="Rotate it instead.",
        )
    said = next_record(c, subject=subject, public=public, reason=Reason.ENDED, now=now)
    return keep_binding(c, sign(said.statement(), by), now=now).envelope


def attest_key(
    c: sa.Connection,
    *,
    subject: str,
    key: SigningKey,
    attester: str,
    by: SigningKey,
    level: IdentityLevel,
    now: datetime,
) -> Envelope:
    """Attest how it was shown that `key`, which is in use, is the subject's; both keys sign.

    `attester` is a party, a representative or the hub (`HUB_ID`). A handle challenge has its own
    way (`challenge.py`), since there is something to prove. Raises as `keep_binding`, `BadInput`
    for a level that is not attested like this.
    """
    if level not in (IdentityLevel.PLATFORM_SIGN_IN, IdentityLevel.REPRESENTATIVE):
        raise BadInput(
            "This level is not attested like this.",
            why="A key asserts itself; a handle is shown by a challenge.",
            remedy="Use a challenge for a handle.",
        )
    require_use(c, subject, key, now)
    require_use(c, attester, by, now)
    said = next_record(
        c,
        subject=subject,
        public=key.public,
        reason=Reason.ATTESTED,
        now=now,
        level=level,
        by=voucher(c, attester, by.public),
    )
    return keep_binding(c, sign(said.statement(), key, by), now=now).envelope


def voucher(c: sa.Connection, id: str, public: PublicKey) -> Voucher:
    """Return who vouches, in the role they have here; raises `NotAllowed` for a person."""
    role = Role.HUB if id == HUB_ID else find_card(c, id).role
    if role is Role.PERSON:
        raise NotAllowed(
            "A person cannot vouch for another.",
            why="A party, a representative or the hub attests how identity was shown.",
            remedy="Ask one of them.",
        )
    return Voucher(id, role, public)
