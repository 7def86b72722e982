# SPDX-License-Identifier: Apache-2.0
"""The hub takes a withdrawal file from anybody who brings it, and gives its own out as files.

What counts is who signed, not who brings it. A file about a grant that is not known here is kept by
nobody: it says nothing here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.errors import NotFound, NotVerified
from countersign.people import bindings, bound_keys
from countersign.seal import Envelope, PublicKey
from countersign.terms import tables
from countersign.terms.carried import Bundle, Granted, Word, honoured, read_word, signer_of
from countersign.terms.entitled import revoke_keys
from countersign.terms.load import standing
from countersign.terms.pause import last_suspension
from countersign.terms.records import REPRESENTATIVE, REVOKE, read_grant
from countersign.terms.register import keep_record, record, records
from countersign.terms.standing import BoundBy, State
from countersign.terms.withdrawal import end, pause, withdrawn_whole


def accept(c: sa.Connection, bundle: Bundle, *, now: datetime) -> Word:
    """Take a file into the hub: the next `decide` refuses; returns what it says.

    The same file again changes nothing. Raises `NotFound` for a grant that is not known here and
    `NotVerified` where the signer may not, or with a key that is known here and ended.
    """
    row = _row(c, read_word(bundle.record).grant)
    if read_word(bundle.record).agreement != row.agreement:
        raise NotVerified(
            "The withdrawal names another agreement than the one of its grant.",
            why="What follows from it would reach somebody else's.",
            remedy="Ask the person for the file again.",
        )
    granted = Granted.of(read_grant(row.grant_payload))
    bundle = _completed(c, row, bundle)
    word = honoured(bundle, granted, trusted=lambda subject: _in_use(c, subject, now))
    _refuse_ended(c, row, word, bundle, now)
    _file_right(c, row, bundle.record)
    if word.whole:
        if withdrawn_whole(c, row.grant_digest) is None:
            end(c, row, bundle.record, now=now)
    elif word.kind == "withdrawal":
        keep_record(c, bundle.record, grant=row.grant_digest, now=now)
    else:
        _accept_pause(c, row, bundle.record, word, now)
    return word


def _in_use(c: sa.Connection, subject: str, now: datetime) -> tuple[PublicKey, ...]:
    """Return the keys in use; a clock that was moved back does not make them unknown."""
    chain = bindings(c, subject)
    return bound_keys(c, subject, at=max([now, *(b.at for b in chain)]))


def _row(c: sa.Connection, grant: str) -> Any:
    t = tables.offer
    row = c.execute(sa.select(t).where(t.c.grant_digest == grant)).first()
    if row is None:
        raise NotFound(
            "The withdrawal is about a grant that is not known here.",
            remedy="Bring it to the hub where the grant was signed, or verify a package with it.",
        )
    return row


def _file_right(c: sa.Connection, row: Any, envelope: Envelope) -> None:
    """Put a record that is here under something else back under the grant that it names."""
    t = tables.record
    filed = t.update().where(t.c.digest == envelope.digest, t.c.grant_digest != row.grant_digest)
    c.execute(filed.values(grant_digest=row.grant_digest))


def _completed(c: sa.Connection, row: Any, bundle: Bundle) -> Bundle:
    """Add what the hub knows and the file may lack: the binding of a code, the floor."""
    known = carry(c, bundle.record, grant=row.grant_digest)
    return Bundle(
        record=bundle.record,
        grant=known.grant,
        chain=bundle.chain,
        revoke=known.revoke or bundle.revoke,
        floor=known.floor,
    )


def _refuse_ended(c: sa.Connection, row: Any, word: Word, bundle: Bundle, now: datetime) -> None:
    """A key that ended counts no more, even where the file shows it while it was in use."""
    if word.role == REPRESENTATIVE:
        return
    signer = signer_of(bundle)
    if word.role == REVOKE:
        if bundle.revoke is None or signer in {k.keyid for k in revoke_keys(c, row)}:
            return  # the hub has known this code since its key was in use
        signer = bundle.revoke.signatures[0][0]
    ever = {b.public.keyid for b in bindings(c, row.person)}
    if signer in ever and signer not in {k.keyid for k in _in_use(c, row.person, now)}:
        raise NotVerified(
            "The withdrawal is signed with a key that is not in use any more.",
            why="Whoever found an old key must not be able to use it.",
            remedy="Sign it again with the key in use, or with the code on paper.",
        )


def _accept_pause(
    c: sa.Connection, row: Any, envelope: Envelope, word: Word, now: datetime
) -> None:
    known = [r.envelope for r in records(c, row.grant_digest) if r.kind == "suspension"]
    if envelope in known or withdrawn_whole(c, row.grant_digest) is not None:
        return
    last = last_suspension([*known, envelope])
    if last == envelope or word.stops:
        pause(c, row, envelope, State.SUSPENDED if word.stops else State.IN_FORCE, now)


def carry(c: sa.Connection, envelope: Envelope, *, grant: str) -> Bundle:
    """Return the file of a record: with the grant, the signer's chain, and what names the signer."""
    row = _row(c, grant)
    word = read_word(envelope)
    chain = bindings(c, row.person)
    return Bundle(
        record=envelope,
        grant=_grant(c, grant),
        chain=tuple(b.envelope for b in chain),
        revoke=_revoke(c, row, envelope) if word.role == REVOKE else None,
        floor=_floor(c, row, word) if word.role == REPRESENTATIVE else None,
    )


def _grant(c: sa.Connection, digest: str) -> Envelope | None:
    try:
        return record(c, digest).envelope
    except NotFound:
        return None


def _revoke(c: sa.Connection, row: Any, envelope: Envelope) -> Envelope | None:
    signers = {keyid for keyid, _ in envelope.signatures}
    public = next((key for key in revoke_keys(c, row) if key.keyid in signers), None)
    return None if public is None else _binding_of(c, row, public)


def _binding_of(c: sa.Connection, row: Any, public: PublicKey) -> Envelope | None:
    found: Collection[Envelope] = [
        r.envelope
        for r in records(c, row.grant_digest)
        if r.kind == "key-binding"
        and r.envelope.statement.predicate.get("publicKey") == public.text
    ]
    return next(iter(found), None)


def _floor(c: sa.Connection, row: Any, word: Word) -> Envelope | None:
    stood = standing(c, row.agreement)
    for bound in stood.bounds if stood else ():
        if bound.by is BoundBy.FLOOR:
            envelope = record(c, bound.name).envelope
            if envelope.statement.predicate.get("representative") == word.by:
                return envelope
    return None
