# SPDX-License-Identifier: Apache-2.0
"""Offers: from terms to two signed records, each signer with their own key and in any order.

At the moment of the offer both payloads exist: the grant (what a withdrawal ends) and the
agreement (the contract, which names the grant's digest). Signing adds signatures to these bytes
and never changes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import BadInput, NotFound
from countersign.ids import AgreementId, GrantId, OfferId, fresh
from countersign.people import Card, Role, find_card, identity_level
from countersign.people import tables as people_tables
from countersign.seal import sha256_hex
from countersign.terms import tables
from countersign.terms.beside import with_ids
from countersign.terms.judge import changed
from countersign.terms.load import bounds_of, standing, standings
from countersign.terms.records import (
    agreement_id,
    agreement_statement,
    grant_statement,
    read_grant,
)
from countersign.terms.shortfall import refuse_below
from countersign.terms.standing import Standing, State
from countersign.terms.terms import MOST_DAYS, Terms
from countersign.terms.text.contract import contract_text
from countersign.terms.text.facts import Facts, Side
from countersign.terms.text.inert import inert


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferState:
    """An offer and how far it is signed.

    `missing` names signers as role and label; `text_en` and `text_zh` are the exact contract texts
    whose digests are signed. `signed_at` is when the last needed signature arrived.
    """

    id: OfferId
    agreement_id: AgreementId
    grant_digest: GrantId
    person: str
    party: str
    terms: Terms
    offered_at: datetime
    starts: datetime
    expires: datetime
    text_en: str
    text_zh: str
    missing: tuple[str, ...]
    signed_at: datetime | None
    items: frozenset[str]
    state: State

    @property
    def complete(self) -> bool:
        """Whether every needed signature is there and verified."""
        return self.signed_at is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """An offer as it would stand, in no store yet: what somebody reads before they answer.

    Made into an offer by the same id, time, sides and terms, it has the same bytes.
    """

    terms: Terms
    facts: Facts
    text_en: str
    text_zh: str
    grant: bytes
    agreement: bytes

    @property
    def grant_digest(self) -> GrantId:
        """The digest that the grant will have."""
        return GrantId(sha256_hex(self.grant))


def make_offer(
    c: sa.Connection,
    *,
    party: str,
    person: str,
    terms: Terms,
    now: datetime,
    complaint: str = "",
    id: str = "",
) -> OfferState:
    """Write down an offer of `terms` by `party` to `person` (ids or labels; equal: to oneself).

    Fixes the dates, both contract texts and both payloads. `complaint` is where complaints go;
    `id` is that of a draft which was read before.
    Raises `NotFound` for somebody unknown and `BadInput` where the terms do not fit the two sides.
    """
    asked = find_card(c, person)
    draft = draft_offer(
        c, party=party, person=asked, terms=terms, now=now, complaint=complaint, id=id
    )
    return _write(c, draft)


def draft_offer(
    c: sa.Connection,
    *,
    party: str,
    person: Card,
    terms: Terms,
    now: datetime,
    complaint: str = "",
    id: str = "",
) -> Draft:
    """Return what `make_offer` would write, and write nothing. Raises as that does."""
    asking = find_card(c, party)
    at = now.replace(microsecond=0)
    _check_sides(c, person, asking, terms)
    terms = with_ids(c, terms, person=person, party=asking)
    starts = terms.starts or at
    facts = Facts(
        person=_side(c, person),
        party=_side(c, asking),
        offer=OfferId(id or fresh("f")),
        offered_at=at,
        starts=starts,
        expires=starts + timedelta(days=terms.term_days),
        complaint=inert(complaint, most=200),
        representative=_named(c, terms.representative),
        delegate=_named(c, terms.delegate),
    )
    _check_times(facts)
    binding = bounds_of(c, person=person.id, party=asking.id, at=at)
    refuse_below(terms, binding, times=(at, starts))
    en, zh = contract_text(terms, facts, "en"), contract_text(terms, facts, "zh")
    texts = (sha256_hex(en.encode()), sha256_hex(zh.encode()))
    grant = grant_statement(terms, facts, texts).to_bytes()
    agreement = agreement_statement(terms, facts, texts, sha256_hex(grant)).to_bytes()
    return Draft(terms, facts, en, zh, grant, agreement)


def _write(c: sa.Connection, draft: Draft) -> OfferState:
    row = {
        "id": draft.facts.offer,
        "agreement": agreement_id(draft.agreement),
        "grant_digest": draft.grant_digest,
        "person": draft.facts.person.id,
        "party": draft.facts.party.id,
        "grant_payload": draft.grant,
        "agreement_payload": draft.agreement,
        "text_en": draft.text_en,
        "text_zh": draft.text_zh,
        "complaint": draft.facts.complaint,
        "offered_at": to_seconds(draft.facts.offered_at),
        "state": State.IN_FORCE.value,
    }
    c.execute(tables.offer.insert().values(row))
    return offer_state(c, draft.facts.offer)


def _side(c: sa.Connection, card: Card) -> Side:
    return Side(card.id, inert(card.name) or card.id, identity_level(c, card.id).value)


def _named(c: sa.Connection, id: str) -> Side | None:
    """Return somebody whom the terms name by id; unknown here, the id alone stands in the text."""
    try:
        return _side(c, find_card(c, id)) if id else None
    except NotFound:
        return None


def _check_sides(c: sa.Connection, asked: Card, asking: Card, terms: Terms) -> None:
    if asked.role is not Role.PERSON:
        raise BadInput(
            "Only a person can grant.",
            why="A party has no expertise of its own to release.",
            remedy="Name the person first and the party with --as.",
        )
    if terms.to_self != (asked.id == asking.id):
        raise BadInput(
            "These terms do not fit these two sides.",
            why="Terms of the profile self are a grant to oneself; all others need another party.",
            remedy="Take only-me for yourself, or another preset for a party.",
        )
    callers = people_tables.caller
    query = sa.select(sa.func.count()).where(callers.c.party == asking.id)
    known = c.execute(query).scalar_one()
    if known > terms.callers_at_most:
        raise BadInput(
            f"The party has {known} callers, the terms allow {terms.callers_at_most}.",
            why="The light profile team is for small teams; the number is a signed term.",
            remedy='Choose profile = "company" and a higher callers_at_most.',
        )


def _check_times(facts: Facts) -> None:
    if facts.expires <= facts.offered_at:
        raise BadInput("The terms would end before they are offered.", remedy="Set a later start.")
    if facts.expires - facts.offered_at > timedelta(days=MOST_DAYS):
        raise BadInput(
            "The terms would end more than 24 months from now.",
            why="Every grant ends after 24 months at the latest (clause 13).",
            remedy="Set an earlier start or a shorter term.",
        )


def offer_state(c: sa.Connection, offer: str) -> OfferState:
    """Return an offer (by its id or its agreement's) and how far it is signed.

    Raises `NotFound`, and `NotVerified` if what would be shown is not what was offered.
    """
    row = offer_row(c, offer)
    found = standing(c, row.agreement)
    if found is None:
        raise _unknown()
    texts = read_grant(row.grant_payload).texts
    if texts != (sha256_hex(row.text_en.encode()), sha256_hex(row.text_zh.encode())):
        raise changed()
    return _state_of(row, found)


def offers(c: sa.Connection) -> list[OfferState]:
    """Return all offers, oldest first; damaged ones are left out (see `load.standings`)."""
    t = tables.offer
    rows = c.execute(sa.select(t).order_by(t.c.offered_at, t.c.id)).all()
    stood = standings(c, [row.agreement for row in rows])
    return [_state_of(row, stood[row.agreement]) for row in rows if row.agreement in stood]


def agreements(c: sa.Connection, *, person: str = "", party: str = "") -> tuple[AgreementId, ...]:
    """Return the ids of agreements of this person and this party (either may be left open)."""
    t = tables.offer
    query = sa.select(t.c.agreement).order_by(t.c.offered_at, t.c.id)
    if person:
        query = query.where(t.c.person == person)
    if party:
        query = query.where(t.c.party == party)
    return tuple(AgreementId(id) for id in c.execute(query).scalars())


def offer_row(c: sa.Connection, offer: str) -> Any:
    """Return the row of an offer by its id or its agreement's; raises `NotFound`."""
    t = tables.offer
    row = c.execute(sa.select(t).where(sa.or_(t.c.id == offer, t.c.agreement == offer))).first()
    if row is None:
        raise _unknown()
    return row


def _unknown() -> NotFound:
    return NotFound(
        "There is no such offer or agreement.",
        why="Offers are found by their exact id.",
        remedy="`countersign terms` lists them.",
    )


def _state_of(row: Any, found: Standing) -> OfferState:
    return OfferState(
        id=OfferId(row.id),
        agreement_id=found.agreement,
        grant_digest=found.grant,
        person=found.person,
        party=found.party,
        terms=found.terms,
        offered_at=from_seconds(row.offered_at),
        starts=found.starts,
        expires=found.expires,
        text_en=row.text_en,
        text_zh=row.text_zh,
        missing=found.missing,
        signed_at=found.signed_at,
        items=frozenset(found.items),
        state=found.state,
    )
