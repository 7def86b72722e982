# SPDX-License-Identifier: Apache-2.0
"""Take back, suspend, resume; and the orders to erase that a withdrawal leaves (clauses 1, 2, 4).

`withdraw` writes the signed record, the new state and the order to erase in the caller's
transaction: once it commits, the next `decide` refuses wherever it runs, and erasure can be
resumed by anybody. No reason is asked for and there is no field for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import Conflict, NotAllowed, NotFound, NotVerified
from countersign.ids import AgreementId, GrantId
from countersign.people import bound_keys
from countersign.seal import Envelope, SigningKey, Statement, sign
from countersign.terms import tables
from countersign.terms.pause import last_suspension, suspends
from countersign.terms.records import suspension_statement, withdrawal_statement
from countersign.terms.register import keep_record, records
from countersign.terms.standing import State

ERASE_WITHIN = timedelta(hours=72)
ERASE_AT_MOST = timedelta(days=30)


def withdraw(
    c: sa.Connection, *, agreement_id: str, key: SigningKey, by: str, now: datetime
) -> Envelope:
    """End a grant for good and order the erasure; returns the signed withdrawal.

    `by` is the person, `key` any key bound to them. A second call returns the first record.
    Works before the party has signed as well. Raises `NotAllowed` for anybody else's key.
    """
    row = _person_row(c, agreement_id, key, by)
    for record in records(c, row.grant_digest):
        if record.kind == "withdrawal":
            return record.envelope
    statement = withdrawal_statement(
        grant=row.grant_digest, agreement=row.agreement, by=by, at=now.replace(microsecond=0)
    )
    envelope = _keep(c, row, statement, key, now, State.WITHDRAWN)
    order = {"agreement": row.agreement, "grant_digest": row.grant_digest}
    c.execute(tables.erasure.insert().values(order | {"ordered_at": to_seconds(now)}))
    return envelope


def suspend(
    c: sa.Connection, *, agreement_id: str, key: SigningKey, by: str, now: datetime
) -> Envelope:
    """Stop all use until the person resumes; returns the signed record. Errors as `withdraw`."""
    return _pause(c, agreement_id, key, by, now, resume=False)


def resume(
    c: sa.Connection, *, agreement_id: str, key: SigningKey, by: str, now: datetime
) -> Envelope:
    """End a suspension; returns the signed record. Raises `Conflict` after a withdrawal."""
    return _pause(c, agreement_id, key, by, now, resume=True)


def _pause(
    c: sa.Connection, agreement_id: str, key: SigningKey, by: str, now: datetime, *, resume: bool
) -> Envelope:
    row = _person_row(c, agreement_id, key, by)
    known = records(c, row.grant_digest)
    if any(record.kind == "withdrawal" for record in known):
        raise Conflict("The person took this back.", why="A withdrawal is for good.")
    before = [record.envelope for record in known if record.kind == "suspension"]
    last = last_suspension(before)
    if last is not None and suspends(last) and not resume:
        return last
    if resume and (last is None or not suspends(last)):
        raise Conflict("The agreement is not suspended.", remedy="Nothing is left to do.")
    statement = suspension_statement(
        grant=row.grant_digest,
        agreement=row.agreement,
        by=by,
        at=now.replace(microsecond=0),
        number=len(before) + 1,
        resume=resume,
    )
    return _keep(c, row, statement, key, now, State.IN_FORCE if resume else State.SUSPENDED)


def _person_row(c: sa.Connection, agreement_id: str, key: SigningKey, by: str) -> Any:
    t = tables.offer
    row = c.execute(sa.select(t).where(t.c.agreement == agreement_id)).first()
    if row is None:
        raise NotFound(
            "There is no such agreement.",
            why="Agreements are found by their exact id.",
            remedy="`countersign terms show` lists yours.",
        )
    if by != row.person or key.public not in bound_keys(c, row.person):
        raise NotAllowed(
            "Only the person can take back or suspend.",
            why="This key is not bound to the person whose grant it is.",
            remedy="Use the person's own key.",
        )
    return row


def _keep(
    c: sa.Connection, row: Any, statement: Statement, key: SigningKey, now: datetime, state: State
) -> Envelope:
    envelope = sign(statement, key)
    keep_record(c, envelope, grant=row.grant_digest, now=now)
    values = {"state": state.value, "since": to_seconds(now)}
    c.execute(tables.offer.update().where(tables.offer.c.id == row.id).values(values))
    return envelope


@dataclass(frozen=True, slots=True)
class Erasure:
    """An order to erase what was released under an agreement; `receipt` is a digest once done."""

    agreement: AgreementId
    grant: GrantId
    ordered_at: datetime
    done_at: datetime | None
    receipt: str

    @property
    def due_at(self) -> datetime:
        """When it should be done: 72 hours after the order."""
        return self.ordered_at + ERASE_WITHIN

    @property
    def overdue_at(self) -> datetime:
        """When it must be done at the very latest: 30 days after the order."""
        return self.ordered_at + ERASE_AT_MOST


def erasures(c: sa.Connection, *, open_only: bool = True) -> tuple[Erasure, ...]:
    """Return the orders to erase that are still open (or all), oldest first."""
    t = tables.erasure
    query = sa.select(t).order_by(t.c.ordered_at, t.c.agreement)
    if open_only:
        query = query.where(t.c.done_at.is_(None))
    return tuple(
        Erasure(
            AgreementId(row.agreement),
            GrantId(row.grant_digest),
            from_seconds(row.ordered_at),
            from_seconds(row.done_at) if row.done_at is not None else None,
            row.receipt or "",
        )
        for row in c.execute(query)
    )


def mark_erased(
    c: sa.Connection, *, agreement_id: str, receipt: Envelope, now: datetime
) -> Erasure:
    """Close an order with its signed deletion receipt; a second call keeps the first receipt.

    Raises `NotFound` without an order and `NotVerified` if `receipt` is no deletion receipt.
    The signature is checked by the caller, who holds the hub's key.
    """
    t = tables.erasure
    row = c.execute(sa.select(t).where(t.c.agreement == agreement_id)).first()
    if row is None:
        raise NotFound("There is no order to erase for this agreement.", remedy="Withdraw first.")
    if receipt.statement.kind != "deletion-receipt":
        raise NotVerified("The record is not a deletion receipt.")
    if row.done_at is None:
        keep_record(c, receipt, grant=row.grant_digest, now=now)
        values = {"done_at": to_seconds(now), "receipt": receipt.digest}
        c.execute(t.update().where(t.c.agreement == agreement_id).values(values))
    return next(e for e in erasures(c, open_only=False) if e.agreement == agreement_id)
