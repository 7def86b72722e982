# SPDX-License-Identifier: Apache-2.0
"""Pause and go on: by the person for a skill or agreement, by a representative within a floor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.errors import NotFound
from countersign.ids import AgreementId
from countersign.people import Card, find_card
from countersign.skill import releases
from countersign.terms import (
    Floor,
    State,
    floor_of,
    offers,
    resume,
    resume_series,
    standings,
    suspend,
    suspend_series,
)


@dataclass(frozen=True, slots=True)
class Paused:
    """An agreement after a word on pausing, and how it stands now."""

    agreement: AgreementId
    state: State


def pause(home: Home, what: str, *, signer: str | None, now: datetime) -> list[Paused]:
    """Stop all use of a skill or agreement until its person lets it go on; no reason is asked."""
    return _word(home, what, signer, now, go_on=False)


def go_on(home: Home, what: str, *, signer: str | None, now: datetime) -> list[Paused]:
    """End the person's own pause; what a representative stopped stays stopped."""
    return _word(home, what, signer, now, go_on=True)


def _word(home: Home, what: str, signer: str | None, now: datetime, *, go_on: bool) -> list[Paused]:
    with home.hub.db.read() as c:
        who = find_card(c, signer or home.owner.label)
    key = home.key(who.label)
    with home.hub.db.write() as c:
        meant = _meant(c, what, who)
        for agreement in meant:
            if go_on:
                resume(c, agreement_id=agreement, key=key, by=who.id, now=now)
            else:
                suspend(c, agreement_id=agreement, key=key, by=who.id, now=now)
        log_signed(c, now=now)
        stood = standings(c, meant)
    publish_log(home.hub, now=now)
    return [Paused(agreement, stood[agreement].state) for agreement in meant]


def _meant(c: sa.Connection, what: str, who: Card) -> list[AgreementId]:
    named = {r.agreement for r in releases(c) if what in (r.skill, r.id) and r.person == who.id}
    signed = {o.agreement_id for o in offers(c) if what in (o.id, o.agreement_id)}
    if not named | signed:
        raise NotFound(
            f"Nothing of yours is called '{what}'.",
            why="Pause by the skill's exact name, or the agreement's or offer's id.",
            remedy="`countersign terms` lists them.",
        )
    return sorted(named | signed)


@dataclass(frozen=True, slots=True)
class FloorPaused:
    """A floor after a word on pausing; `missing` are labels of who must still sign that it goes on."""

    floor: Floor
    digest: str
    missing: tuple[str, ...]


def floor_pause(
    home: Home, series: str, *, signer: str, now: datetime, party: str = ""
) -> FloorPaused:
    """Stop all use within a floor's scope as its representative (clause 29); agreements to come too."""
    with home.hub.db.read() as c:
        who = find_card(c, signer)
    key = home.key(who.label)
    with home.hub.db.write() as c:
        asking = find_card(c, party).id if party else ""
        floor = floor_of(c, series, by=who.id, now=now, running=True, party=asking)
        envelope = suspend_series(c, floor, key=key, now=now)
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    return FloorPaused(floor, envelope.digest, ())


def floor_go_on(
    home: Home, series: str, *, signer: str, now: datetime, party: str = ""
) -> FloorPaused:
    """Sign, as one side of the floor, that use may go on; it does when both sides have signed."""
    with home.hub.db.read() as c:
        who = find_card(c, signer)
    key = home.key(who.label)
    with home.hub.db.write() as c:
        asking = find_card(c, party).id if party else ""
        floor = floor_of(c, series, by=who.id, now=now, running=False, party=asking)
        kept = resume_series(c, floor, signer=who.id, key=key, now=now)
        log_signed(c, now=now)
        other = ({floor.party, floor.representative} - {who.id}).pop()
        both = len(kept.envelope.signatures) == 2
        missing = () if both else (find_card(c, other).label,)
    publish_log(home.hub, now=now)
    return FloorPaused(floor, kept.digest, missing)
