# SPDX-License-Identifier: Apache-2.0
"""The code on paper: made once at signing, shown once, kept nowhere."""

from __future__ import annotations

import os
from datetime import datetime

import sqlalchemy as sa

from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.errors import NotAllowed
from countersign.people import fresh_code, revoke_key, revoke_statement
from countersign.seal import SigningKey, qr_blocks, sign
from countersign.terms import OfferState, grant_row, keep_record, offer_state, revoke_keys


def new_code() -> str:
    """Return a fresh code; whoever holds it can suspend or withdraw one grant, and nothing else."""
    return fresh_code(os.urandom)


def keep_code(
    c: sa.Connection, state: OfferState, *, code: str, key: SigningKey, now: datetime
) -> bool:
    """Sign as the person that `code` may stop this grant; False if it has a code already.

    Only its public key is kept, as a record about the grant.
    """
    if state.person == state.party or revoke_keys(c, grant_row(c, state.agreement_id)):
        return False
    statement = revoke_statement(state.grant_digest, revoke_key(code).public)
    keep_record(c, sign(statement, key), grant=state.grant_digest, now=now)
    return True


def another_code(home: Home, agreement: str, *, now: datetime) -> str:
    """Return one more code for a grant of the vault's own person; earlier ones go on working."""
    me, code = home.owner, new_code()
    with home.hub.db.write() as c:
        state = offer_state(c, agreement)
        if state.person != me.id:
            raise NotAllowed(
                "This agreement is not yours.", why="A code stops only what its signer granted."
            )
        statement = revoke_statement(state.grant_digest, revoke_key(code).public)
        keep_record(c, sign(statement, home.key(me.label)), grant=state.grant_digest, now=now)
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    return code


def code_counts(home: Home, agreement: str, code: str) -> bool:
    """Tell whether `code` is one that can stop this grant."""
    with home.hub.db.read() as c:
        return revoke_key(code).public in revoke_keys(c, grant_row(c, agreement))


def code_picture(code: str) -> list[str]:
    """Return the code as a QR in lines of block characters."""
    return qr_blocks(code)
