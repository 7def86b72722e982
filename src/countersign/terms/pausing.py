# SPDX-License-Identifier: Apache-2.0
"""A representative suspends all use within a floor's scope; both sides of the floor lift it (29).

The person's own suspension is in `withdrawal.py`. How chains of both are read is in `pause.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from countersign.errors import Conflict, NotAllowed, NotFound
from countersign.seal import Envelope, SigningKey, Statement, sign
from countersign.terms.events import Opened
from countersign.terms.floor import Floor
from countersign.terms.floors import FloorState, floor_parties, floors
from countersign.terms.load import opened_about
from countersign.terms.pause import last_suspension, series_statement, suspends
from countersign.terms.register import Record, keep_record
from countersign.terms.shared import require_key, sign_shared


def floor_of(
    c: sa.Connection, series: str, *, by: str, now: datetime, running: bool, party: str = ""
) -> Floor:
    """Return the newest floor of a series that `by`, one of its two sides, may act under.

    `running`: only one that is in force now; what was suspended under a floor that has ended since
    is still lifted by its sides. Raises `NotFound`, and `Conflict` where a name means several.
    """
    parties = [party] if party else floor_parties(c)
    known = [s for one in parties for s in floors(c, party=one) if s.complete]
    mine = [s for s in known if _acts(s, series, by) and (not running or _runs(s.floor, now))]
    if not mine:
        raise NotFound(
            "No floor of this series is in force for you.",
            why="A suspension reaches as far as a floor that both sides signed, and no further.",
            remedy="`countersign floor show` lists them.",
        )
    if len({(s.floor.party, s.floor.representative) for s in mine}) > 1:
        raise Conflict("Several floors have this name.", remedy="Say which with --party.")
    return max(mine, key=lambda s: s.floor.version).floor


def suspend_series(c: sa.Connection, floor: Floor, *, key: SigningKey, now: datetime) -> Envelope:
    """Stop all use within a floor's scope, as its representative; agreements to come included.

    A second call returns the record that stands. Raises `NotAllowed` for another's key.
    """
    require_key(c, floor.representative, key, now)
    chain = _chain(opened_about(c, floor.party), floor)
    last = last_suspension(o.envelope for o in chain)
    if last is not None and suspends(last):
        return last
    envelope = sign(_statement(floor, chain, now, resume=False), key)
    keep_record(c, envelope, grant=floor.party, now=now)
    return envelope


def resume_series(
    c: sa.Connection, floor: Floor, *, signer: str, key: SigningKey, now: datetime
) -> Record:
    """Sign that use within the scope may go on; it does when both sides have signed.

    Raises `Conflict` where nothing is suspended or this side has signed.
    """
    if signer not in (floor.party, floor.representative):
        raise NotAllowed(
            "Only both sides of the floor lift a suspension.",
            remedy="Name one of them with --as.",
        )
    chain = _chain(opened_about(c, floor.party), floor)
    lifted = [o for o in chain if suspends(o.envelope) or _by_both(o, floor)]
    last = last_suspension(o.envelope for o in lifted)
    if last is None or not suspends(last):
        raise Conflict("Nothing is suspended here.", remedy="Nothing is left to do.")
    newest = last_suspension(o.envelope for o in chain)
    waiting = newest if newest is not None and not suspends(newest) else None
    payload = waiting.payload if waiting else _statement(floor, chain, now, resume=True).to_bytes()
    return sign_shared(
        c,
        payload,
        about=floor.party,
        needed=(floor.party, floor.representative),
        signer=signer,
        key=key,
        now=now,
    )


def _chain(opened: Iterable[Opened], floor: Floor) -> list[Opened]:
    """All records on suspending under this series of this representative, lifting ones half signed too."""
    return [
        o
        for o in opened
        if o.kind == "suspension"
        and (o.said.get("by"), o.said.get("series")) == (floor.representative, floor.series)
        and o.said.get("party") == floor.party
    ]


def _by_both(o: Opened, floor: Floor) -> bool:
    return {floor.party, floor.representative} <= o.signers


def _statement(floor: Floor, chain: list[Opened], now: datetime, *, resume: bool) -> Statement:
    return series_statement(
        by=floor.representative,
        party=floor.party,
        series=floor.series,
        persons=floor.persons,
        at=now.replace(microsecond=0),
        number=len(chain) + 1,
        resume=resume,
    )


def _acts(state: FloorState, series: str, by: str) -> bool:
    floor = state.floor
    named = floor.series == series or (len(series) >= 8 and state.digest.startswith(series))
    return named and by in (floor.party, floor.representative)


def _runs(floor: Floor, now: datetime) -> bool:
    return floor.since <= now and (floor.until is None or now < floor.until)
