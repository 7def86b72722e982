# SPDX-License-Identifier: Apache-2.0
"""What each side is shown of asking. A party sees who signed, and nothing else of anybody.

The party's view is a function of signed records and the time alone. Looking, refusing and waiting
write nothing that it could read, so it is the same whatever people do who do not sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.people import find_card
from countersign.terms.asking.answers import answers_to, origin
from countersign.terms.asking.joint import JointTerms, joint_terms_of
from countersign.terms.asking.requests import (
    LEAST_ROUND,
    Round,
    TopicRequest,
    lapses_at,
    topic_requests,
)
from countersign.terms.load import standing
from countersign.terms.offers import OfferState, offers
from countersign.terms.standing import State


@dataclass(frozen=True, slots=True)
class SeenOffer:
    """An offer that the person signed: in force, or waiting for the party alone."""

    offer: OfferState
    person: str
    request: str


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A party's own request; `round` appears once it has lapsed and five or more were asked."""

    request: TopicRequest
    round: Round | None


@dataclass(frozen=True, slots=True)
class PartyView:
    """All that a party can list of its asking."""

    offers: tuple[SeenOffer, ...]
    requests: tuple[SeenRequest, ...]
    joint: tuple[JointTerms, ...]


def seen_by_party(c: sa.Connection, party: str, *, now: datetime) -> PartyView:
    """Return what a party is shown; raises `NotFound` for an unknown one.

    Offers that their person did not sign are not in it, whoever made them.
    """
    id = find_card(c, party).id
    every = offers(c)
    signed = [o for o in every if o.party == id != o.person and _shown(o, now)]
    seen = (SeenOffer(o, find_card(c, o.person).label, origin(c, o.id)[0]) for o in signed)
    asked = topic_requests(c, party=id)
    return PartyView(
        tuple(seen),
        tuple(SeenRequest(r, _round(c, r, every, now)) for r in asked),
        joint_terms_of(c, party=id),
    )


def _shown(offer: OfferState, now: datetime) -> bool:
    if offer.state is State.WITHDRAWN or now >= offer.expires:
        return False
    return offer.complete or (_by_person(offer) and now < lapses_at(offer.offered_at))


def _by_person(offer: OfferState) -> bool:
    return not any(name.startswith("person ") for name in offer.missing)


def round_of(c: sa.Connection, request: TopicRequest, *, now: datetime) -> Round | None:
    """Return the figure of a round, None before it lapsed or where fewer than five were asked.

    It counts agreements that came to stand before the lapse, and stays as it is: an agreement
    taken back later does not change it, so that two readings never differ by one person.
    """
    return _round(c, request, offers(c), now)


def _round(
    c: sa.Connection, request: TopicRequest, every: list[OfferState], now: datetime
) -> Round | None:
    if request.is_open(now) or request.asked < LEAST_ROUND:
        return None
    answers = set(answers_to(c, request.id))
    stood = {
        o.person
        for o in every
        if o.id in answers and o.signed_at is not None and o.signed_at < request.lapses_at
    }
    return Round(request.asked, len(stood))


@dataclass(frozen=True, slots=True)
class OpenToPerson:
    """What may be answered by a person: a topic request, or an offer made to them by name.

    `undertaken`: the party has signed that saying no costs nothing; without it nothing comes of it.
    """

    id: str
    party: str
    topic: str
    lapses_at: datetime
    undertaken: bool


def open_to(
    c: sa.Connection, person: str, *, hidden: frozenset[str], now: datetime
) -> tuple[OpenToPerson, ...]:
    """Return what is asked of a person and not answered yet, oldest first.

    `hidden` are ids that the person declined, known to their vault alone.
    """
    own = [o for o in offers(c) if o.person == person != o.party]
    answered = {request for o in own if (request := origin(c, o.id)[0])}
    answered |= {answers for o in own if (answers := origin(c, o.id)[1])}
    asked = [
        (r.asked_at, OpenToPerson(r.id, find_card(c, r.party).label, r.topic, r.lapses_at, True))
        for r in topic_requests(c)
    ]
    asked += [
        (o.offered_at, _named(c, o)) for o in own if not _by_person(o) and o.state is State.IN_FORCE
    ]
    return tuple(
        one
        for _, one in sorted(asked, key=lambda pair: (pair[0], pair[1].id))
        if now < one.lapses_at and one.id not in hidden | answered
    )


def _named(c: sa.Connection, offer: OfferState) -> OpenToPerson:
    stands = standing(c, offer.agreement_id)
    label, ends = find_card(c, offer.party).label, lapses_at(offer.offered_at)
    return OpenToPerson(offer.id, label, "", ends, stands is not None and stands.undertaken)
