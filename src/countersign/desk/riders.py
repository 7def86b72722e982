# SPDX-License-Identifier: Apache-2.0
"""The persona rider through the desk: offered and signed by verbs of its own, never with a grant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.people import find_card
from countersign.terms import (
    RiderState,
    find_rider,
    kept_text,
    offer_rider,
    offer_state,
    read_pay,
    riders,
    sign_rider,
)


@dataclass(frozen=True, slots=True)
class RiderSeen:
    """A rider; `missing` are the labels of who has not signed."""

    state: RiderState
    missing: tuple[str, ...]


def persona_offer(
    home: Home,
    agreement: str,
    *,
    benefits: Sequence[str],
    days: int,
    signer: str,
    now: datetime,
    complaint: str = "",
) -> RiderSeen:
    """Offer a persona rider beside an agreement in force, with the first signature (clause 7).

    `benefits` are written as people say them: "300 CNY a month", "2 h a month", "credit".
    """
    given = [read_pay(text) for text in benefits]
    with home.hub.db.read() as c:
        who = find_card(c, signer)
    key = home.key(who.label)
    with home.hub.db.write() as c:
        made = offer_rider(
            c,
            offer_state(c, agreement).agreement_id,
            benefits=given,
            days=days,
            signer=who.id,
            key=key,
            now=now,
            complaint=complaint,
        )
        log_signed(c, now=now)
        seen = _seen(c, made)
    publish_log(home.hub, now=now)
    return seen


def persona_sign(home: Home, rider: str, *, signer: str, now: datetime) -> RiderSeen:
    """Sign a persona rider as its other side, over the same bytes."""
    with home.hub.db.read() as c:
        who = find_card(c, signer)
    key = home.key(who.label)
    with home.hub.db.write() as c:
        seen = _seen(c, sign_rider(c, rider, signer=who.id, key=key, now=now))
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    return seen


def persona_riders(home: Home, agreement: str) -> list[RiderSeen]:
    """Return all riders of an agreement, proposals too, oldest first."""
    with home.hub.db.read() as c:
        return [_seen(c, r) for r in riders(c, offer_state(c, agreement).agreement_id)]


def persona_text(home: Home, rider: str, *, lang: str) -> str:
    """Return a rider's own document in `en` or `zh`, as it is signed; raises `NotVerified`."""
    with home.hub.db.read() as c:
        return kept_text(c, find_rider(c, rider).texts["zh" if lang == "zh" else "en"])


def _seen(c: sa.Connection, state: RiderState) -> RiderSeen:
    return RiderSeen(state, tuple(find_card(c, id).label for id in state.missing))
