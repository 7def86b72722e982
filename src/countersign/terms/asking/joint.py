# SPDX-License-Identifier: Apache-2.0
"""Terms that several people signed together 一起谈, as a record the party may sign in turn.

The record `joint-terms/v1` holds terms, party and request, and no names: who signed is told by the
signatures. With three or more persons' signatures it can be sent; with the party's too it is
accepted, and then these terms are the signers' floor. Everything before sending is `circle.py`,
of which the hub learns nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import BadInput, Conflict, NotAllowed, NotFound, NotVerified
from countersign.people import bound_keys, find_card
from countersign.seal import (
    Envelope,
    SigningKey,
    Statement,
    canonical,
    countersign,
    read_canonical,
    signed_by,
)
from countersign.terms.asking import tables
from countersign.terms.register import keep_record, record
from countersign.terms.shared import bind_together
from countersign.terms.terms import Terms

LEAST_SIGNERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """What is signed together: whose terms stand for which party, in answer to which request."""

    id: str
    party: str
    request: str
    terms: Terms

    def statement(self) -> Statement:
        """Return the record that each of them signs, over the same bytes."""
        predicate = {
            "v": 1,
            "joint": self.id,
            "party": self.party,
            "request": self.request,
            "terms": self.terms.to_value(),
            "leastSigners": LEAST_SIGNERS,
        }
        return Statement("joint-terms", (("terms", self.terms.digest),), predicate)

    @classmethod
    def from_payload(cls, payload: bytes) -> Joint:
        """Read what `statement` writes and nothing else; raises `NotVerified`."""
        said: Any = Statement.from_bytes(payload).predicate
        try:
            terms = Terms.from_value(said["terms"])
            made = cls(
                id=str(said["joint"]),
                party=str(said["party"]),
                request=str(said["request"]),
                terms=terms,
            )
        except (KeyError, TypeError, BadInput) as e:
            raise _unreadable() from e
        if made.statement().to_bytes() != payload:
            raise _unreadable()
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTerms:
    """Joint terms in the hub: the persons who signed (ids), and when the party did, if it did."""

    joint: Joint
    persons: tuple[str, ...]
    sent_at: datetime
    accepted_at: datetime | None
    record: str


def send_joint(
    c: sa.Connection, envelope: Envelope, *, persons: Collection[str], now: datetime
) -> JointTerms:
    """Show the party terms that at least three persons signed.

    Raises `NotVerified` where one of `persons` did not sign with a key of theirs, `NotAllowed` for
    fewer than three, `Conflict` when they were sent before.
    """
    joint = Joint.from_payload(envelope.payload)
    party = find_card(c, joint.party)
    people = [
        card for card in map(lambda id: find_card(c, id), sorted(set(persons))) if not card.is_party
    ]
    if not party.is_party or len(people) < LEAST_SIGNERS:
        raise too_few(len(people))
    t = tables.joint_terms
    if c.execute(sa.select(t.c.id).where(t.c.id == joint.id)).first() is not None:
        raise Conflict(
            "These terms were sent already.", remedy="Wait for the party, or start anew."
        )
    keep_record(c, envelope, grant=joint.id, now=now, complete=False)
    row = {"id": joint.id, "party": party.id, "record": envelope.digest}
    signers = canonical([card.id for card in people]).decode()
    c.execute(t.insert().values(**row, persons=signers, sent_at=to_seconds(now)))
    return joint_terms(c, joint.id)  # read back, and so each signature verified


def too_few(signed: int) -> NotAllowed:
    """Return the error for terms that too few people signed to be sent."""
    return NotAllowed(
        f"{signed} of at least {LEAST_SIGNERS} have signed.",
        why="With fewer, the party could press each of them alone.",
        remedy="Pass the file on, and send it when three or more have signed.",
    )


def accept_joint(c: sa.Connection, id: str, *, key: SigningKey, now: datetime) -> JointTerms:
    """Sign joint terms as the party: from now on they are the signers' floor.

    Raises `NotAllowed` for another's key, `Conflict` for a second time.
    """
    found = joint_terms(c, id)
    if key.public not in bound_keys(c, found.joint.party, at=now):
        raise NotAllowed(
            "This key is not the party's.",
            why="Terms are accepted by whom they were sent to.",
            remedy="Name the party with --as, on the machine that has its key.",
        )
    signed = countersign(record(c, found.record).envelope, key)
    keep_record(c, signed, grant=id, now=now)
    t = tables.joint_terms
    c.execute(t.update().where(t.c.id == id).values(accepted_at=to_seconds(now)))
    signed_at = dict.fromkeys(found.persons, found.sent_at) | {found.joint.party: now}
    bind_together(c, found.record, party=found.joint.party, signed_at=signed_at)
    return joint_terms(c, id)


def joint_terms(c: sa.Connection, id: str) -> JointTerms:
    """Return joint terms that were sent, signatures verified; raises `NotFound`, `NotVerified`."""
    t = tables.joint_terms
    row = c.execute(sa.select(t).where(t.c.id == id)).first()
    if row is None:
        raise NotFound("There are no such joint terms.", remedy="They are found by their exact id.")
    return _read(c, row)


def joint_terms_of(c: sa.Connection, *, party: str) -> tuple[JointTerms, ...]:
    """Return all joint terms sent to a party, oldest first."""
    t = tables.joint_terms
    query = sa.select(t).where(t.c.party == party).order_by(t.c.sent_at, t.c.id)
    return tuple(_read(c, row) for row in c.execute(query))


def _read(c: sa.Connection, row: Any) -> JointTerms:
    envelope = record(c, row.record).envelope
    persons = tuple(map(str, read_canonical(row.persons.encode())))
    sent_at = from_seconds(row.sent_at)
    for person in persons:
        _require_signed(c, envelope, person, sent_at)
    accepted_at = None if row.accepted_at is None else from_seconds(row.accepted_at)
    if accepted_at is not None:
        _require_signed(c, envelope, row.party, accepted_at)
    return JointTerms(
        joint=Joint.from_payload(envelope.payload),
        persons=persons,
        sent_at=sent_at,
        accepted_at=accepted_at,
        record=row.record,
    )


def _require_signed(c: sa.Connection, envelope: Envelope, signer: str, at: datetime) -> None:
    if not any(signed_by(envelope, key) for key in bound_keys(c, signer, at=at)):
        raise NotVerified(
            "Somebody named under joint terms did not sign them.",
            why="Each signature must be by a key that is bound to that signer in the hub.",
            remedy="Let them sign again with their own key.",
        )


def _unreadable() -> NotVerified:
    return NotVerified(
        "Joint terms are not ones this program can hold to.",
        why="A field is missing, unknown or contradicts another.",
        remedy="Update countersign, or get the file again.",
    )
