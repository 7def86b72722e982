# SPDX-License-Identifier: Apache-2.0
"""Asking without pressure: requests to a topic, what is asked of me, answers, saying no.

Whatever a person does before they sign is done in their vault. A refusal leaves the hub as it was,
byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from countersign.desk.consent import party_signs, sign, terms_of
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.desk.words import ensure_person_signs
from countersign.errors import BadInput, NotAllowed, NotFound
from countersign.ids import fresh
from countersign.people import Card, find_card, owner
from countersign.terms import (
    Change,
    DraftAnswer,
    OfferState,
    OpenToPerson,
    PartyView,
    Terms,
    TopicRequest,
    changes,
    countersigned_by,
    decline,
    declined,
    draft_offer,
    drafts,
    drop_draft,
    keep_draft,
    make_request,
    offer_state,
    open_to,
    require_open,
    seen_by_party,
    topic_request,
)

TOPIC_REQUEST = "q"
"""How ids of topic requests begin; those of offers begin with f."""


def ask_topic(home: Home, topic: str, *, party: str, terms: str, now: datetime) -> TopicRequest:
    """Ask everybody in the hub about a topic; the party's undertaking is signed with it.

    Raises `Unavailable` without the party's key: nobody is asked before it has signed.
    """
    wanted = terms_of(home, terms)
    asking, key = party_signs(home, party, now)
    with home.hub.db.write() as c:
        made = make_request(c, party=asking.id, topic=topic, terms=wanted, key=key, now=now)
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    return made


def party_view(home: Home, party: str, *, now: datetime) -> PartyView:
    """Return all that a party can list: who signed, its own topic requests, joint terms sent to it."""
    with home.hub.db.read() as c:
        return seen_by_party(c, party, now=now)


@dataclass(frozen=True, slots=True)
class AskedOfMe:
    """What the vault's person may answer, and the answers they have prepared but not signed."""

    open: tuple[OpenToPerson, ...]
    drafts: tuple[DraftAnswer, ...]


def asked_of_me(home: Home, *, now: datetime) -> AskedOfMe:
    """Return what is asked of the vault's person. Looking writes nothing anywhere."""
    me = home.owner
    prepared = drafts(home.vault)
    with home.hub.db.read() as c:
        found = open_to(c, me.id, hidden=declined(home.vault), now=now)
    return AskedOfMe(found, prepared)


def is_asked_of_me(home: Home, what: str, *, now: datetime) -> bool:
    """Tell whether `what` waits for an answer of this vault's person, asking for no passphrase."""
    locked = home.is_protected and home.passphrase is None
    if locked or not home.exists or owner(home.vault) is None:
        return False
    return any(one.id == what for one in asked_of_me(home, now=now).open)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer as it was prepared, and what it changes in the terms that were offered."""

    draft: DraftAnswer
    changes: tuple[Change, ...]


def prepare_answer(
    home: Home, what: str, *, terms: str = "", representative: str = "", now: datetime
) -> Prepared:
    """Prepare an answer to a topic request or an offer, on its terms or on others.

    `representative` ("council", "union:LABEL") is whom the person chose to sign as well. It stays in the vault until its person signs it: `countersign sign ID --as ME`.
    Raises `Stale` for what has lapsed, `BadInput` where the terms do not fit or nothing differs.
    """
    me = home.owner
    wanted = terms_of(home, terms) if terms else None
    if representative:
        wanted = countersigned_by(wanted or terms_of(home, what), representative)
    with home.hub.db.read() as c:
        draft, offered = _draft(c, what, me.id, wanted, now)
        card = Card(me.id, me.label, me.name, False)
        draft_offer(c, party=draft.party, person=card, terms=draft.terms, now=now, id=draft.id)
    keep_draft(home.vault, draft)
    return Prepared(draft, changes(offered, draft.terms))


def _draft(
    c: sa.Connection, what: str, me: str, wanted: Terms | None, now: datetime
) -> tuple[DraftAnswer, Terms]:
    """Return the draft and the terms that it answers."""
    at = now.replace(microsecond=0)
    if what.startswith(TOPIC_REQUEST):
        asked = topic_request(c, what)
        require_open(asked.asked_at, now)
        terms = wanted or asked.terms
        draft = DraftAnswer(
            id=fresh("f"), person=me, party=asked.party, terms=terms, at=at, request=asked.id
        )
        return draft, asked.terms
    offer = offer_state(c, what)
    _check_mine(offer, me, wanted)
    require_open(offer.offered_at, now)
    draft = DraftAnswer(
        id=fresh("f"),
        person=me,
        party=offer.party,
        terms=wanted or offer.terms,
        at=at,
        answers=offer.id,
    )
    return draft, offer.terms


def _check_mine(offer: OfferState, me: str, wanted: Terms | None) -> None:
    if offer.person != me or offer.party == me:
        raise NotAllowed(
            "This offer is not made to you by somebody else.",
            why="Only the person who is asked answers with other terms.",
            remedy="`countersign asked` lists what is asked of you.",
        )
    if wanted is None or wanted == offer.terms:
        raise BadInput(
            "These are the terms that were offered.",
            why="An answer with other terms differs in at least one.",
            remedy=f"To take them as they are: countersign sign {offer.id} --as YOU",
        )


def send_answer(
    home: Home, prepared: Prepared, *, items: tuple[str, ...] = (), now: datetime
) -> OfferState:
    """Sign a prepared answer at once, so that the party sees it."""
    me = home.owner
    ensure_person_signs(home, me, now)
    return sign(home, prepared.draft.id, signer=me.label, items=items, now=now)


def say_no(home: Home, what: str, *, now: datetime) -> str:
    """Decline a request, an offer or a draft: noted in the vault alone; returns its id.

    The hub is only read, to tell a typing error from an id.
    """
    if any(draft.id == what for draft in drafts(home.vault)):
        drop_draft(home.vault, what)
        return what
    id = _id_of(home, what)
    for draft in drafts(home.vault):
        if id in (draft.request, draft.answers):
            drop_draft(home.vault, draft.id)
    decline(home.vault, id, now=now)
    return id


def _id_of(home: Home, what: str) -> str:
    with home.hub.db.read() as c:
        if what.startswith(TOPIC_REQUEST):
            return topic_request(c, what).id
        offer = offer_state(c, what)
    if offer.person != home.owner.id:
        raise NotFound(
            "This offer is not made to you.",
            why="One says no to what one is asked.",
            remedy="`countersign asked` lists what is asked of you.",
        )
    if offer.complete:
        raise NotAllowed(
            "This is signed by both sides.",
            why="What is in force is not declined but taken back, any day and without a reason.",
            remedy=f"countersign withdraw {offer.id}",
        )
    return offer.id


def label_in_hub(home: Home, id: str) -> str:
    """Return the label of a person or party of the hub, by id."""
    with home.hub.db.read() as c:
        return find_card(c, id).label
