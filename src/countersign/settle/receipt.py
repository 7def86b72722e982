# SPDX-License-Identifier: Apache-2.0
"""One receipt a use, numbered without gaps per release, written in the answer's own transaction.

The answer carries the number and the commitment, so a caller who keeps answers can prove a use
that a hub left out. A receipt holds no question and no text (clause 36).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds, to_text
from countersign.ids import AgreementId, ClaimId, ReceiptId, ReleaseId, from_digest
from countersign.seal import SALT_BYTES, commitment
from countersign.settle.tables import receipt as table
from countersign.terms import Act, Permit

Random = Callable[[int], bytes]


class Identified(StrEnum):
    """How the caller is known: only by its own word, or by a credential that the hub checked."""

    DECLARED = "declared"
    AUTHENTICATED = "authenticated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was served, as the receipt will say it. `amount` in minor units of `currency`."""

    release: ReleaseId
    skill: str
    caller: str
    identified: Identified
    claims: tuple[ClaimId, ...]
    amount: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A use on record: its number within the release and the commitment that the answer carries."""

    id: ReceiptId
    number: int
    agreement: AgreementId
    person: str
    party: str
    purpose: str
    at: datetime
    use: Use
    commitment: str

    def to_value(self) -> dict[str, Any]:
        """Return what the commitment commits to."""
        return {
            "id": self.id,
            "release": self.use.release,
            "number": self.number,
            "skill": self.use.skill,
            "agreement": self.agreement,
            "party": self.party,
            "purpose": self.purpose,
            "claims": list(self.use.claims),
            "amount": self.use.amount,
            "currency": self.use.currency,
            "at": to_text(self.at),
        }


_LAST = sa.select(sa.func.coalesce(sa.func.max(table.c.number), 0)).where(
    table.c.release == sa.bindparam("of")
)
_INSERT = table.insert()


def write_receipt(
    c: sa.Connection, use: Use, *, permit: Permit, now: datetime, random: Random
) -> Receipt:
    """Insert the receipt of `use` in the caller's write transaction, which also decided on it."""
    permit.require(Act.ANSWER)
    salt = random(SALT_BYTES)
    made = Receipt(
        id=ReceiptId(from_digest("u", random(17))),
        number=int(c.execute(_LAST, {"of": use.release}).scalar_one()) + 1,
        agreement=permit.agreement,
        person=permit.person,
        party=permit.request.party,
        purpose=permit.request.purpose,
        at=now,
        use=use,
        commitment="",
    )
    value = made.to_value()
    sealed = commitment(salt, value)
    row = value | {
        "person": made.person,
        "caller": use.caller,
        "identified": use.identified.value,
        "claims": json.dumps(list(use.claims)),
        "at": to_seconds(now),
        "salt": salt,
        "commitment": sealed,
    }
    c.execute(_INSERT, row)
    return replace(made, commitment=sealed)


@dataclass(frozen=True, slots=True)
class SeenUse:
    """A use as the person sees it: time, claims, money; never the question or the caller.

    Topics follow from the claims, in the person's own vault: the hub does not keep them.
    """

    at: datetime
    skill: str
    purpose: str
    claims: tuple[str, ...]
    number: int
    release: str
    party: str
    identified: str
    amount: int
    currency: str


def uses_of(c: sa.Connection, person: str, *, skill: str | None = None) -> Sequence[SeenUse]:
    """Return every use of the person's skills, newest first (clause 36: no caller, no question)."""
    query = sa.select(table).where(table.c.person == person)
    if skill is not None:
        query = query.where(table.c.skill == skill)
    rows = c.execute(query.order_by(table.c.at.desc(), table.c.number.desc()))
    return [
        SeenUse(
            at=from_seconds(row.at),
            skill=row.skill,
            purpose=row.purpose,
            claims=tuple(json.loads(row.claims)),
            number=row.number,
            release=row.release,
            party=row.party,
            identified=row.identified,
            amount=row.amount,
            currency=row.currency,
        )
        for row in rows
    ]
