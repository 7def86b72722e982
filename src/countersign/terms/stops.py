# SPDX-License-Identifier: Apache-2.0
"""Records that stop use beside a grant: carried from a newer hub into an older one that is restored.

A pause within a floor and the notices of leaving, transfer and incapacity are about a floor, a party
or a person, so no withdrawal file holds them. What lets use go on again (a pause lifted by both
sides, the person's own later word) comes along with the hub's note of who signed it and when; whose
signatures count is judged where it is read, as ever.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds
from countersign.errors import Conflict, CountersignError
from countersign.seal import Envelope
from countersign.terms import tables
from countersign.terms.register import keep_record

_NOTICES = ("leaving", "transfer", "incapacity")


@dataclass(frozen=True, slots=True)
class Stop:
    """A record as the newer hub held it, and its rows of who signed."""

    envelope: Envelope
    about: str
    complete: bool
    at: int
    signings: tuple[dict[str, Any], ...]


def stops(c: sa.Connection) -> tuple[Stop, ...]:
    """Return every such record, oldest first; one that cannot be read hides no other."""
    t, s = tables.record, tables.signing
    kinds = sa.select(t).where(t.c.kind.in_(("suspension", "notice"))).order_by(t.c.at)
    found = []
    for row in c.execute(kinds).all():
        try:
            envelope = Envelope.from_bytes(row.envelope)
            said = envelope.statement.predicate
        except CountersignError:
            continue
        if "series" in said or said.get("notice") in _NOTICES:
            noted = c.execute(sa.select(s).where(s.c.digest == row.digest)).mappings()
            signings = tuple(dict(x) for x in noted)
            found.append(Stop(envelope, row.grant_digest, bool(row.complete), row.at, signings))
    return tuple(found)


def keep_stops(c: sa.Connection, newer: tuple[Stop, ...]) -> None:
    """Keep those that are not here yet, each with the time at which the newer hub had it."""
    s = tables.signing
    for one in newer:
        at = from_seconds(one.at)
        with suppress(Conflict):  # what stands complete here stays as it is
            keep_record(c, one.envelope, grant=one.about, now=at, complete=one.complete)
        there = sa.select(s.c.signer).where(s.c.digest == one.envelope.digest)
        known = set(c.execute(there).scalars())
        for row in one.signings:
            if row["signer"] not in known:
                c.execute(s.insert().values(row))
