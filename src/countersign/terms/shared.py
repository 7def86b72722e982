# SPDX-License-Identifier: Apache-2.0
"""Records that several sides sign over the same bytes, each with their own key, in any order.

A floor, a persona rider and the end of a representative's suspension are signed like this. The
record is complete, and enters the log, when everybody who is needed has signed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import Conflict, NotAllowed
from countersign.people import bound_keys
from countersign.seal import Envelope, SigningKey, countersign, sha256_hex, signed_by
from countersign.terms import tables
from countersign.terms.register import Record, keep_record, record


def sign_shared(
    c: sa.Connection,
    payload: bytes,
    *,
    about: str,
    needed: Collection[str],
    signer: str,
    key: SigningKey,
    now: datetime,
) -> Record:
    """Add one signature to a record about `about` (a grant, party or person) and return it.

    Raises `NotAllowed` for somebody who is not needed or a key that is not theirs, `Conflict` for
    a second signature of one signer.
    """
    if signer not in needed:
        raise NotAllowed(
            "This record is not for this signer.",
            why="It is signed by the sides that it names, and by nobody for them.",
            remedy="Name one of them with --as.",
        )
    require_key(c, signer, key, now)
    digest = sha256_hex(payload)
    there = signers_of(c, digest)
    if signer in there:
        raise Conflict("This is signed already.", remedy="Nothing is left to do.")
    stored = c.execute(
        sa.select(tables.record.c.envelope).where(tables.record.c.digest == digest)
    ).scalar()
    before = Envelope(payload) if stored is None else Envelope.from_bytes(stored)
    complete = set(needed) <= there | {signer}
    made = keep_record(c, countersign(before, key), grant=about, now=now, complete=complete)
    c.execute(
        tables.signing.insert().values(
            digest=digest,
            signer=signer,
            grant_digest=about,
            keyid=key.public.keyid,
            at=to_seconds(now),
        )
    )
    return made


def signers_of(c: sa.Connection, digest: str) -> set[str]:
    """Return who has signed a record, as the hub noted it."""
    s = tables.signing
    return set(c.execute(sa.select(s.c.signer).where(s.c.digest == digest)).scalars())


def require_key(c: sa.Connection, signer: str, key: SigningKey, now: datetime) -> None:
    """Raise `NotAllowed` unless `key` is in use for `signer` now."""
    if key.public not in bound_keys(c, signer, at=now):
        raise NotAllowed(
            "This key is not bound to that signer.",
            why="Each signer signs with their own key; nobody signs for another.",
            remedy="Use the signer's own key file, or bind it first.",
        )


def bind_together(
    c: sa.Connection, digest: str, *, party: str, signed_at: Mapping[str, datetime]
) -> None:
    """File terms that several people and the party signed under the party, whom they bind now.

    `signed_at` says when the hub learned of each signature. The signatures are verified wherever
    the record is read (`bounds.py`); from then on these terms are the signers' floor.
    """
    t = tables.record
    c.execute(t.update().where(t.c.digest == digest).values(grant_digest=party))
    envelope = record(c, digest).envelope
    for signer, at in signed_at.items():
        keys = (k.keyid for k in bound_keys(c, signer, at=at) if signed_by(envelope, k))
        values = {"digest": digest, "signer": signer, "grant_digest": party}
        c.execute(tables.signing.insert().values(**values, keyid=next(keys, ""), at=to_seconds(at)))
