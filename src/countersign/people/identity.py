# SPDX-License-Identifier: Apache-2.0
"""Who signs: public cards of persons and parties in the hub, and the keys bound to them.

Each binding states how identity was shown; every proof prints it. A binding is itself a signed
record (`key-binding/v1`) by the bound key, so that nobody can bind a key they do not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from countersign.clock import to_seconds, to_text
from countersign.errors import Conflict, NotFound
from countersign.people.tables import key_binding, party, person_card
from countersign.seal import Envelope, PublicKey, SigningKey, Statement, sha256_hex, sign


class IdentityLevel(StrEnum):
    """How it was shown that a key is somebody's."""

    SELF_ASSERTED = "self-asserted"
    HANDLE_CHALLENGE = "handle-challenge"
    PLATFORM_SIGN_IN = "platform-sign-in"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Card:
    """The public card of a person or party: what others see of them in the hub."""

    id: str
    label: str
    name: str
    is_party: bool


def add_card(
    c: sa.Connection, *, id: str, label: str, name: str, is_party: bool, now: datetime
) -> Card:
    """Make a person or party known to the hub; raises `Conflict` if the label is taken."""
    table = party if is_party else person_card
    if _by_label(c, label) is not None:
        raise Conflict(
            f"The label '{label}' is taken in this hub.",
            why="Labels name exactly one person or party.",
            remedy="Choose another with --label.",
        )
    c.execute(table.insert().values(id=id, label=label, name=name, made_at=to_seconds(now)))
    return Card(id, label, name, is_party)


def _by_label(c: sa.Connection, label: str) -> Card | None:
    for table in (person_card, party):
        row = c.execute(
            sa.select(table).where(sa.or_(table.c.label == label, table.c.id == label))
        ).first()
        if row is not None:
            return Card(row.id, row.label, row.name, table is party)
    return None


def find_card(c: sa.Connection, label_or_id: str) -> Card:
    """Return the person or party of that exact label or id; raises `NotFound`."""
    found = _by_label(c, label_or_id)
    if found is None:
        raise NotFound(
            f"Nobody called '{label_or_id}' is known here.",
            why="People and parties are found by their exact label or id, never by part of a name.",
            remedy="`countersign people` lists them; `countersign people add` and `party add` add one.",
        )
    return found


def bind_key(
    c: sa.Connection, *, subject: str, key: SigningKey, level: IdentityLevel, now: datetime
) -> Envelope:
    """Bind `key` to a person, party or online role by a record that the key itself signs."""
    predicate = {
        "subject": subject,
        "publicKey": key.public.text,
        "level": level.value,
        "boundAt": to_text(now),
    }
    statement = Statement("key-binding", (("key", sha256_hex(key.public.raw)),), predicate)
    envelope = sign(statement, key)
    c.execute(
        key_binding.insert().values(
            keyid=key.public.keyid,
            subject=subject,
            public=key.public.raw,
            level=level.value,
            envelope=envelope.to_bytes(),
            bound_at=to_seconds(now),
        )
    )
    return envelope


def bound_keys(c: sa.Connection, subject: str) -> tuple[PublicKey, ...]:
    """Return the keys now bound to `subject`, oldest first; empty when nobody holds one."""
    query = (
        sa.select(key_binding.c.public)
        .where(key_binding.c.subject == subject, key_binding.c.ended_at.is_(None))
        .order_by(key_binding.c.bound_at, key_binding.c.keyid)
    )
    return tuple(PublicKey(raw) for raw in c.execute(query).scalars())


def identity_level(c: sa.Connection, subject: str) -> IdentityLevel:
    """Return the weakest level among the subject's bound keys (what a proof may claim)."""
    query = sa.select(key_binding.c.level).where(
        key_binding.c.subject == subject, key_binding.c.ended_at.is_(None)
    )
    levels = [IdentityLevel(level) for level in c.execute(query).scalars()]
    order = list(IdentityLevel)
    return min(levels, key=order.index, default=IdentityLevel.SELF_ASSERTED)
