# SPDX-License-Identifier: Apache-2.0
"""Who was told of a withdrawal: every copy, every caller, the party itself (clause 3, GDPR 19).

A notice is `told` when it stands where its recipient must see it, `acknowledged` when the copy was
removed by us or its holder signed that it is gone, and `unconfirmed` where we could do neither. It
is shown to the person. Pure bookkeeping: what the recipients are, the desk says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds, to_text
from countersign.errors import NotAllowed, NotFound
from countersign.people import bound_keys
from countersign.seal import Envelope, SigningKey, Statement, sign
from countersign.terms import tables
from countersign.terms.register import keep_record, record


class Told(StrEnum):
    """How far a notice got."""

    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody or something that must know: a copy, a caller or a party; `holder` answers for it."""

    id: str
    kind: str
    holder: str


@dataclass(frozen=True, slots=True)
class NoticeState:
    """How far the notice of one withdrawal to one recipient got, and since when."""

    withdrawal: str
    recipient: Recipient
    state: Told
    at: datetime


def tell(
    c: sa.Connection, withdrawal: str, recipients: Iterable[Recipient], *, now: datetime
) -> None:
    """Write a notice to each recipient, in the transaction of the withdrawal; again adds none."""
    t = tables.recipient_notice
    known = set(c.execute(sa.select(t.c.recipient).where(t.c.withdrawal == withdrawal)).scalars())
    for one in recipients:
        if one.id not in known:
            known.add(one.id)
            row = {"withdrawal": withdrawal, "recipient": one.id, "kind": one.kind}
            row |= {"holder": one.holder, "state": Told.TOLD.value}
            c.execute(t.insert().values(row | {"at": to_seconds(now)}))


def note_told(
    c: sa.Connection, withdrawal: str, recipient: str, state: Told, *, now: datetime
) -> None:
    """Note how far a notice got; what was acknowledged stays so."""
    t = tables.recipient_notice
    here = (t.c.withdrawal == withdrawal) & (t.c.recipient == recipient)
    fresh = here & (t.c.state != Told.ACKNOWLEDGED.value) & (t.c.state != state.value)
    c.execute(t.update().where(fresh).values(state=state.value, at=to_seconds(now)))


def notices_of(c: sa.Connection, withdrawals: Collection[str]) -> list[NoticeState]:
    """Return the notices of these withdrawals, in a fixed order."""
    t = tables.recipient_notice
    query = sa.select(t).where(t.c.withdrawal.in_(sorted(withdrawals)))
    return [
        NoticeState(
            row.withdrawal,
            Recipient(row.recipient, row.kind, row.holder),
            Told(row.state),
            from_seconds(row.at),
        )
        for row in c.execute(query.order_by(t.c.withdrawal, t.c.kind, t.c.recipient))
    ]


def acknowledge(
    c: sa.Connection, withdrawal: str, *, holder: str, key: SigningKey, now: datetime
) -> Envelope:
    """Sign as the holder that nothing is used any more and every copy of theirs is gone.

    Returns the record, a notice about the grant. Raises `NotFound` where nobody told this holder of
    this withdrawal, `NotAllowed` for a key that is not theirs.
    """
    if key.public not in bound_keys(c, holder, at=now):
        raise NotAllowed(
            "This key is not the holder's.",
            why="Only whoever holds the copies can say that they are gone.",
            remedy="Use the holder's own key.",
        )
    mine = [n for n in notices_of(c, [withdrawal]) if n.recipient.holder == holder]
    if not mine:
        raise NotFound(
            "There is no such notice to this holder.",
            remedy="`countersign erasures` lists withdrawals and who was told.",
        )
    grant = record(c, withdrawal).grant
    said = {
        "v": 1,
        "notice": "withdrawal-acknowledged",
        "grant": grant,
        "withdrawal": withdrawal,
        "by": holder,
        "recipients": sorted(n.recipient.id for n in mine),
        "at": to_text(now.replace(microsecond=0)),
    }
    envelope = sign(Statement("notice", (("withdrawal", withdrawal),), said), key)
    keep_record(c, envelope, grant=grant, now=now)
    for notice in mine:
        note_told(c, withdrawal, notice.recipient.id, Told.ACKNOWLEDGED, now=now)
    return envelope
