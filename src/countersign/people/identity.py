# SPDX-License-Identifier: Apache-2.0
"""Who signs: public cards of persons and parties in the hub, and the keys bound to them.

Each binding states how identity was shown; every proof prints it. A binding is itself a signed
record (`key-binding/v1`) by the bound key, so that nobody can bind a key they do not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from countersign.clock import to_seconds, to_text
from countersign.errors import Conflict, NotFound, NotVerified
from countersign.people.label import fit_label, plain_name
from countersign.people.tables import caller, key_binding, party, person_card
from countersign.seal import (
    Envelope,
    PublicKey,
    SigningKey,
    Statement,
    require,
    sha256_hex,
    sign,
)


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
    """Make a person or party known to the hub; raises `Conflict` if the label is taken.

    Raises `BadInput` for a label or a name that cannot be shown or kept.
    """
    table = party if is_party else person_card
    label, name = fit_label(label), plain_name(name)
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
    """Bind `key` to a person, party or online role by a record that the key itself signs.

    Raises `Conflict` for a key that is bound already: one key is one subject's.
    """
    known = sa.select(key_binding.c.subject).where(key_binding.c.keyid == key.public.keyid)
    if c.execute(known).first() is not None:
        raise Conflict(
            "This key is bound already.",
            why="A key stands for one person, party or role, and says so once.",
            remedy="Make another key for another signer.",
        )
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
    """Return the keys now bound to `subject`, oldest first; empty when nobody holds one.

    Raises `NotVerified` when a row says something else than the record that its key signed.
    """
    return tuple(key for key, _ in _bindings(c, subject))


def identity_level(c: sa.Connection, subject: str) -> IdentityLevel:
    """Return the weakest level among the subject's bound keys (what a proof may claim)."""
    levels = [level for _, level in _bindings(c, subject)]
    order = list(IdentityLevel)
    return min(levels, key=order.index, default=IdentityLevel.SELF_ASSERTED)


def _bindings(c: sa.Connection, subject: str) -> list[tuple[PublicKey, IdentityLevel]]:
    query = (
        sa.select(key_binding)
        .where(key_binding.c.subject == subject, key_binding.c.ended_at.is_(None))
        .order_by(key_binding.c.bound_at, key_binding.c.keyid)
    )
    return [_as_signed(row) for row in c.execute(query)]


def _as_signed(row: sa.Row[Any]) -> tuple[PublicKey, IdentityLevel]:
    key = PublicKey(row.public)
    said = require(Envelope.from_bytes(row.envelope), "key-binding", [key]).predicate
    stands = (row.subject, key.text, row.level)
    if (said.get("subject"), said.get("publicKey"), said.get("level")) != stands:
        raise NotVerified(
            "A key binding in this hub is not what its key signed.",
            why="Whose key it is, or how that was shown, was changed since.",
            remedy="Restore the hub from a backup; `countersign doctor` lists what is damaged.",
        )
    return key, IdentityLevel(row.level)


def callers_of(c: sa.Connection, party: str) -> int:
    """Return how many callers a party has, at least one (terms may allow only so many)."""
    return max(1, int(c.execute(_CALLERS, {"party": party}).scalar_one()))


_CALLERS = (
    sa.select(sa.func.count()).select_from(caller).where(caller.c.party == sa.bindparam("party"))
)
