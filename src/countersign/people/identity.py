# SPDX-License-Identifier: Apache-2.0
"""Whose key is whose, as the hub holds it: one chain of signed binding records for each subject.

Everything that binds a key goes through `keep_binding`, which verifies the whole chain with the
new record at its end. Reading verifies it again: a row counts for nothing by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import Conflict, NotAllowed, NotFound, Stale
from countersign.people.bindings import (
    Binding,
    IdentityLevel,
    Reason,
    Role,
    Said,
    Voucher,
    read_binding,
    seconds,
)
from countersign.people.cards import find_card
from countersign.people.chain import broken, levels_at, read_chain
from countersign.people.tables import key_binding
from countersign.seal import Envelope, PublicKey, SigningKey

HUB_ID = "hub"
"""The subject to which a hub's online key is bound, where the hub itself attests."""
SKEW = timedelta(minutes=5)

_CHAIN = (
    sa.select(key_binding)
    .where(key_binding.c.subject == sa.bindparam("of"))
    .order_by(key_binding.c.number)
)


def bindings(c: sa.Connection, subject: str) -> tuple[Binding, ...]:
    """Return every binding record of `subject`, verified as one chain, oldest first.

    Raises `NotVerified` when a row says something else than its record, when a record is missing
    between two others, is not signed as its reason demands, or was vouched for with a key that is
    not the voucher's.
    """
    return _bindings(c, subject, ())


def _bindings(c: sa.Connection, subject: str, above: tuple[str, ...]) -> tuple[Binding, ...]:
    rows = c.execute(_CHAIN, {"of": subject}).all()
    chain = read_chain(tuple(row.envelope for row in rows), subject)
    for number, (row, b) in enumerate(zip(rows, chain, strict=True), 1):
        stands = (row.number, row.keyid, row.bound_at)
        if stands != (number, b.public.keyid, to_seconds(b.at)):
            raise broken("A row says something else than its record.")
        if b.by is not None:
            _check_voucher(c, b.by, b.at, (*above, subject))
    return chain


def _check_voucher(c: sa.Connection, by: Voucher, at: datetime, above: tuple[str, ...]) -> None:
    """Raise unless the key that vouched was the voucher's at that time, in the role it says."""
    if by.id in above:
        raise broken("Two signers vouched for each other in a circle.")
    if not any(b.public == by.public and b.holds(at) for b in _bindings(c, by.id, above)):
        raise broken("A record was vouched for with a key that was not the voucher's.")
    if by.role is not _role(c, by.id):
        raise broken("Whoever vouched is not what the record says they are.")


def _role(c: sa.Connection, id: str) -> Role | None:
    if id == HUB_ID:
        return Role.HUB
    try:
        return find_card(c, id).role
    except NotFound:
        return None


def bound_keys(
    c: sa.Connection, subject: str, *, at: datetime | None = None
) -> tuple[PublicKey, ...]:
    """Return the keys in use of `subject` at that time, oldest first; empty when there is none.

    Without `at`: as of the newest record of the chain, so that a re-binding announced last does
    not count. Whoever lets somebody sign passes `at`. Raises as `bindings` does.
    """
    return tuple(_levels(c, subject, at))


def ever_bound(c: sa.Connection, subject: str) -> tuple[PublicKey, ...]:
    """Return every key that ever counted for `subject`, ended ones included, oldest first."""
    chain = bindings(c, subject)
    return tuple(dict.fromkeys(b.public for b in chain if b.since != b.until))


def identity_level(c: sa.Connection, subject: str, at: datetime | None = None) -> IdentityLevel:
    """Return how it was shown that the keys in use are the subject's.

    Of each key in use the strongest level that somebody else attested for that very key; of these
    the weakest, since a proof may be by any of them. A key that nobody vouched for is
    self-asserted, a rotated or added one too until it is attested anew. `at` as in `bound_keys`.
    """
    order = list(IdentityLevel)
    return min(_levels(c, subject, at).values(), key=order.index, default=order[0])


def _levels(c: sa.Connection, subject: str, at: datetime | None) -> dict[PublicKey, IdentityLevel]:
    chain = bindings(c, subject)
    if not chain:
        return {}
    return levels_at(chain, chain[-1].at if at is None else seconds(at))


def keep_binding(
    c: sa.Connection, envelope: Envelope, *, now: datetime, not_before: datetime | None = None
) -> Binding:
    """Add a signed record to the end of its subject's chain; the same record again changes nothing.

    A record is of now by five minutes either way. `not_before` lets one be older that binds no
    key: the answer to a challenge comes when somebody reads their mail.

    Raises `NotVerified` where the chain with it would not hold, `Stale` for a record that is not
    of now, `Conflict` for a key of somebody else or one that is not the next of its chain.
    """
    said = read_binding(envelope.payload)
    rows = c.execute(_CHAIN, {"of": said.subject}).all()
    chain = bindings(c, said.subject)
    known = next((b for b in chain if b.digest == envelope.digest), None)
    if known is not None:
        return known
    _refuse_old(said, chain, not_before or now - SKEW, now + SKEW)
    _refuse_anothers(c, said)
    made = read_chain((*(row.envelope for row in rows), envelope.to_bytes()), said.subject)[-1]
    if made.by is not None:
        _check_voucher(c, made.by, made.at, (said.subject,))
    row = {"subject": said.subject, "number": len(chain) + 1, "keyid": said.public.keyid}
    row |= {"envelope": envelope.to_bytes(), "bound_at": to_seconds(said.at)}
    c.execute(key_binding.insert().values(row))
    return made


def _refuse_old(
    said: Said, chain: tuple[Binding, ...], earliest: datetime, latest: datetime
) -> None:
    """A record is dated by the hub's clock: a back-dated key would make old signatures count."""
    if not earliest <= said.at <= latest:
        raise Stale(
            "This binding record is not of now.",
            why="A key is bound from the moment at which the hub learns of it, never from before.",
            remedy="Check the clock of both machines and make the record again.",
        )
    if chain and said.at < chain[-1].at:
        raise Conflict(
            "The hub's clock stands before its newest binding record.",
            why="A key bound earlier than another one after it would not be believed.",
            remedy="Set the clock right and run the same again.",
        )
    if said.prev != (chain[-1].digest if chain else ""):
        raise Conflict(
            "Another binding record was made meanwhile.",
            why="Each record names the one before it.",
            remedy="Make it again.",
        )


def _refuse_anothers(c: sa.Connection, said: Said) -> None:
    held = sa.select(key_binding.c.subject).where(key_binding.c.keyid == said.public.keyid)
    subjects = set(c.execute(held).scalars())
    new = said.reason in (Reason.FIRST, Reason.ADDED, Reason.ROTATED, Reason.REBOUND)
    if subjects - {said.subject} or (new and subjects):
        raise Conflict(
            "This key is bound already.",
            why="A key stands for one person, party or role, and is bound once.",
            remedy="Make another key for another signer.",
        )


def next_record(
    c: sa.Connection,
    *,
    subject: str,
    public: PublicKey,
    reason: Reason,
    now: datetime,
    ends: str = "",
    cancels: str = "",
    by: Voucher | None = None,
    level: IdentityLevel = IdentityLevel.SELF_ASSERTED,
) -> Said:
    """Return the record that would come next in the chain of `subject`, not signed yet."""
    chain = bindings(c, subject)
    return Said(
        subject=subject,
        public=public,
        at=seconds(now),
        reason=reason,
        prev=chain[-1].digest if chain else "",
        level=level,
        ends=ends,
        cancels=cancels,
        by=by,
    )


def require_use(c: sa.Connection, subject: str, key: SigningKey, now: datetime) -> None:
    """Raise `NotAllowed` unless `key` is in use for `subject` now."""
    if key.public not in bound_keys(c, subject, at=now):
        raise NotAllowed(
            "This key is not in use for that signer.",
            why="Only a key bound before, and not ended, may change which keys count.",
            remedy="Use the key in use; if it is lost, ask your representative for a re-binding.",
        )
