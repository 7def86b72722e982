# SPDX-License-Identifier: Apache-2.0
"""Take back all or a part, suspend, resume (clauses 1, 2, 4).

`withdraw` writes the signed record, the new state and the order to erase in the caller's
transaction: once it commits, the next `decide` refuses wherever it runs, and erasure can be
resumed by anybody. No reason is asked for and there is no field for one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import BadInput, Conflict, NotAllowed, NotFound
from countersign.seal import Envelope, SigningKey, sign
from countersign.terms import tables
from countersign.terms.entitled import role_of
from countersign.terms.erasing import order_erasure
from countersign.terms.pause import last_suspension, suspends
from countersign.terms.records import (
    ITEMS,
    REPRESENTATIVE,
    suspension_statement,
    withdrawal_statement,
)
from countersign.terms.register import keep_record, records
from countersign.terms.standing import State


def withdraw(
    c: sa.Connection, *, agreement_id: str, key: SigningKey, by: str, now: datetime
) -> Envelope:
    """End a grant for good and order the erasure; returns the signed withdrawal.

    `by` is the person and `key` any key of theirs in use, or the code on paper; or `by` is a
    representative whom the person told on paper. A second call returns the first record. Works
    before the party has signed as well. Raises `NotAllowed` for anybody else's key.
    """
    row = grant_row(c, agreement_id)
    role = role_of(c, row, by=by, public=key.public, now=now)
    done = withdrawn_whole(c, row.grant_digest)
    if done is not None:
        return done
    statement = withdrawal_statement(
        grant=row.grant_digest,
        agreement=row.agreement,
        by=by,
        at=now.replace(microsecond=0),
        role=role,
    )
    envelope = sign(statement, key)
    end(c, row, envelope, now=now)
    return envelope


def withdraw_part(
    c: sa.Connection,
    *,
    agreement_id: str,
    key: SigningKey,
    by: str,
    parts: Collection[str],
    now: datetime,
) -> Envelope:
    """End a part of a grant for good: purposes, audiences, sources, topics, claims, the persona.

    `parts` are written as `purpose:…`, `audience:…`, `source:…`, `topic:MARK`, `claim:ID`,
    `persona` or an item's name. What must be erased, the caller orders, who knows the claims.
    Raises `BadInput` for a part that there is not, `Conflict` after a whole withdrawal.
    """
    row = grant_row(c, agreement_id)
    role = role_of(c, row, by=by, public=key.public, now=now)
    check_parts(parts)
    _refuse_after_the_end(c, row)
    known = withdrawn_parts(c, row.grant_digest)
    for envelope in known:
        if set(parts) <= set(envelope.statement.predicate["parts"]):
            return envelope
    statement = withdrawal_statement(
        grant=row.grant_digest,
        agreement=row.agreement,
        by=by,
        at=now.replace(microsecond=0),
        parts=parts,
        role=role,
    )
    envelope = sign(statement, key)
    keep_record(c, envelope, grant=row.grant_digest, now=now)
    return envelope


def check_parts(parts: Collection[str]) -> None:
    """Raise `BadInput` unless each names something that can be taken back alone."""
    for part in parts:
        what, _, which = part.partition(":")
        if part not in ITEMS and not (what in ("claim", "topic") and which):
            raise BadInput(
                "There is no such part to take back.",
                why="A part is a purpose, an audience, a source, a topic, a claim, or the persona.",
                remedy="`countersign terms show AGREEMENT` says what was granted.",
            )
    if not parts:
        raise BadInput("Nothing was named.", remedy="Leave the options out to take back all.")


def suspend(
    c: sa.Connection, *, agreement_id: str, key: SigningKey, by: str, now: datetime
) -> Envelope:
    """Stop all use until the person resumes; returns the signed record. Errors as `withdraw`."""
    row = grant_row(c, agreement_id)
    role = role_of(c, row, by=by, public=key.public, now=now)
    _refuse_after_the_end(c, row)
    last, number = _last_pause(c, row, role)
    if last is not None and suspends(last):
        return last
    statement = suspension_statement(
        grant=row.grant_digest,
        agreement=row.agreement,
        by=by,
        at=now.replace(microsecond=0),
        number=number,
        resume=False,
        role=role,
    )
    return pause(c, row, sign(statement, key), State.SUSPENDED, now)


def resume(
    c: sa.Connection, *, agreement_id: str, key: SigningKey, by: str, now: datetime
) -> Envelope:
    """End the person's suspension; returns the signed record. Raises `Conflict` after a withdrawal.

    Only the person's own key does: the code on paper can stop and nothing else.
    """
    row = grant_row(c, agreement_id)
    if role_of(c, row, by=by, public=key.public, now=now):
        raise NotAllowed(
            "Only the person can let it be used again.",
            why="The code on paper and a representative can stop; starting is the person's alone.",
            remedy="Use the person's own key.",
        )
    _refuse_after_the_end(c, row)
    last, number = _last_pause(c, row, "")
    if last is None or not suspends(last):
        raise Conflict("The agreement is not suspended.", remedy="Nothing is left to do.")
    statement = suspension_statement(
        grant=row.grant_digest,
        agreement=row.agreement,
        by=by,
        at=now.replace(microsecond=0),
        number=number,
        resume=True,
    )
    return pause(c, row, sign(statement, key), State.IN_FORCE, now)


def grant_row(c: sa.Connection, agreement_id: str) -> Any:
    """Return the row of an offer by its agreement's id; raises `NotFound`."""
    t = tables.offer
    row = c.execute(sa.select(t).where(t.c.agreement == agreement_id)).first()
    if row is None:
        raise NotFound(
            "There is no such agreement.",
            why="Agreements are found by their exact id.",
            remedy="`countersign terms show` lists yours.",
        )
    return row


def withdrawn_whole(c: sa.Connection, grant: str) -> Envelope | None:
    """Return the record that took back all of a grant, None without one."""
    found = (r.envelope for r in records(c, grant) if r.kind == "withdrawal")
    return next((e for e in found if e.statement.predicate.get("scope") != "part"), None)


def withdrawn_parts(c: sa.Connection, grant: str) -> tuple[Envelope, ...]:
    """Return the records that took back parts of a grant, oldest first."""
    found = (r.envelope for r in records(c, grant) if r.kind == "withdrawal")
    return tuple(e for e in found if e.statement.predicate.get("scope") == "part")


def end(c: sa.Connection, row: Any, envelope: Envelope, *, now: datetime) -> None:
    """Keep a whole withdrawal that was checked, set the state and order the erasure."""
    keep_record(c, envelope, grant=row.grant_digest, now=now)
    _set_state(c, row, State.WITHDRAWN, now)
    order_erasure(c, envelope, agreement=row.agreement, grant=row.grant_digest, whole=True, now=now)


def _refuse_after_the_end(c: sa.Connection, row: Any) -> None:
    if withdrawn_whole(c, row.grant_digest) is not None:
        raise Conflict("The person took this back.", why="A withdrawal is for good.")


def _last_pause(c: sa.Connection, row: Any, role: str) -> tuple[Envelope | None, int]:
    """Return the last word of this side on pausing, and the number of the next record."""
    known = [r.envelope for r in records(c, row.grant_digest) if r.kind == "suspension"]
    apart = role == REPRESENTATIVE
    side = [e for e in known if _by_representative(e) == apart]
    return last_suspension(side), len(known) + 1


def _by_representative(envelope: Envelope) -> bool:
    return envelope.statement.predicate.get("role") == REPRESENTATIVE


def pause(c: sa.Connection, row: Any, envelope: Envelope, state: State, now: datetime) -> Envelope:
    """Keep a suspension or its end that was checked, and set the state."""
    keep_record(c, envelope, grant=row.grant_digest, now=now)
    # What a representative suspended is said by the records alone, which both sides lift.
    if not _by_representative(envelope):
        _set_state(c, row, state, now)
    return envelope


def _set_state(c: sa.Connection, row: Any, state: State, now: datetime) -> None:
    values = {"state": state.value, "since": to_seconds(now)}
    c.execute(tables.offer.update().where(tables.offer.c.id == row.id).values(values))
