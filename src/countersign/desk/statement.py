# SPDX-License-Identifier: Apache-2.0
"""The usage statement of a month: made once, signed by the hub, logged, and held against its log."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.errors import NotVerified
from countersign.people import find_card
from countersign.seal import Envelope, sign
from countersign.settle import Line, Month, close, statement_lines, statement_of
from countersign.terms import agreements as agreements_of
from countersign.terms import grant_row, keep_record, record, records


@dataclass(frozen=True, slots=True)
class Stated:
    """A month's statement: its signed record and its lines, one for each agreement that was used."""

    envelope: Envelope
    lines: tuple[Line, ...]


def usage_statement(home: Home, person: str, month: str, *, now: datetime) -> Stated:
    """Return a person's statement of a month that is over; the first call signs, logs and closes it.

    With it the caller ids in its receipts become random (clause 36). Later calls return the same
    record. Raises `Stale` while the month runs, and `NotVerified` where the hub's receipts are no
    longer those that were stated: a use was added or taken out since.
    """
    wanted = Month.of(month)
    wanted.require_over(now)
    with home.hub.db.write() as c:
        who = find_card(c, person).id
        parties = {str(a): str(grant_row(c, a).party) for a in agreements_of(c, person=who)}
        lines = statement_lines(c, who, wanted, parties=parties)
        statement = statement_of(who, wanted, lines)
        made = _made(c, who, wanted)
        if made is None:
            made = sign(statement, home.hub.online_key)
            keep_record(c, made, grant=who, now=now)
            log_signed(c, now=now)
            for agreement in parties:
                close(c, before=wanted.ends, random=os.urandom, agreement=agreement)
            made = record(c, made.digest).envelope
        elif made.payload != statement.to_bytes():
            raise NotVerified(
                f"The receipts of {wanted.name} are not those that were stated.",
                why="The statement was signed and logged; a use was added or taken out since.",
                remedy="Show the statement and its proof to your representative.",
            )
    publish_log(home.hub, now=now)
    return Stated(made, lines)


def _made(c: sa.Connection, person: str, month: Month) -> Envelope | None:
    """Return the statement of that month that was signed before."""
    found = (r.envelope for r in records(c, person) if r.kind == "usage-statement")
    return next((e for e in found if e.statement.predicate.get("month") == month.name), None)
