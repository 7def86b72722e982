# SPDX-License-Identifier: Apache-2.0
"""Who may take back or suspend a grant, and which keys count for each.

- the person, with any key in use (clause 1);
- whoever holds the code on paper: its key may stop and nothing else;
- a representative whom the terms name, or a floor that binds this party, told on paper.

Nobody else, and no key of the party's in any role.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.errors import NotAllowed, NotVerified
from countersign.people import bindings, bound_keys, read_revoke
from countersign.seal import PublicKey
from countersign.terms.load import standing
from countersign.terms.records import REPRESENTATIVE, REVOKE, read_grant
from countersign.terms.register import record, records
from countersign.terms.standing import BoundBy

ROLES = ("", REVOKE, REPRESENTATIVE)
"""The person's own key, the code on paper, a representative: in this order a key is looked for."""


def role_of(c: sa.Connection, row: Any, *, by: str, public: PublicKey, now: datetime) -> str:
    """Return in which role this key may stop the grant of `row`; raises `NotAllowed` in none.

    `by` is the person for their own key and for the code, else the representative.
    """
    for role in ROLES:
        if public in keys_for(c, row, by=by, role=role, now=now):
            return role
    raise NotAllowed(
        "Only the person can take back or suspend.",
        why="This key is neither the person's, nor their code, nor of a representative they named.",
        remedy="Use the person's own key, or the code that was printed at signing.",
    )


def keys_for(
    c: sa.Connection, row: Any, *, by: str, role: str, now: datetime
) -> tuple[PublicKey, ...]:
    """Return the keys that count for `by` in this role, about the grant of `row`, at `now`."""
    if role == REPRESENTATIVE:
        named = by in representatives(c, row)
        return bound_keys(c, by, at=now) if named else ()
    if by != row.person:
        return ()
    return revoke_keys(c, row) if role == REVOKE else bound_keys(c, row.person, at=now)


def revoke_keys(c: sa.Connection, row: Any) -> tuple[PublicKey, ...]:
    """Return the keys of the codes on paper that the person signed for this grant."""
    ever = {b.public for b in bindings(c, row.person)}
    found = []
    for kept in records(c, row.grant_digest):
        if kept.kind == "key-binding":
            try:
                found.append(read_revoke(kept.envelope, grant=row.grant_digest, keys=ever))
            except NotVerified:
                continue  # a binding of something else gives nobody a code
    return tuple(found)


def representatives(c: sa.Connection, row: Any) -> frozenset[str]:
    """Return who may be told on paper: named in the terms, or by a floor that binds this party."""
    named = {read_grant(row.grant_payload).terms.representative} - {""}
    stood = standing(c, row.agreement)
    for bound in stood.bounds if stood else ():
        if bound.by is BoundBy.FLOOR:
            said = record(c, bound.name).envelope.statement.predicate
            named.add(str(said["representative"]))
    return frozenset(named)
