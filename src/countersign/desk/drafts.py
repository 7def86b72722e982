# SPDX-License-Identifier: Apache-2.0
"""Answers that are prepared in the vault, and the moment in which one reaches the hub."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from countersign.desk.home import Home
from countersign.errors import CountersignError, NotAllowed
from countersign.people import Card
from countersign.terms import (
    Draft,
    DraftAnswer,
    OfferState,
    draft_offer,
    find_draft,
    make_offer,
    note_origin,
    offer_state,
    require_open,
    topic_request,
)


def draft_called(home: Home, what: str) -> DraftAnswer | None:
    """Return the vault's draft with this id; None where there is none, or no vault that opens."""
    try:
        return find_draft(home.vault, what)
    except CountersignError:
        return None


def draft_text(home: Home, draft: DraftAnswer) -> Draft:
    """Return a draft as it will stand once signed: texts, dates, digest."""
    me = home.owner
    with home.hub.db.read() as c:
        return draft_offer(
            c,
            party=draft.party,
            person=Card(me.id, me.label, me.name, False),
            terms=draft.terms,
            now=draft.at,
            id=draft.id,
        )


def to_hub(c: sa.Connection, draft: DraftAnswer, *, signer: str, now: datetime) -> OfferState:
    """Write a draft down as an offer, in the transaction in which its person signs it.

    Raises `NotAllowed` for another signer and `Stale` when what it answers has lapsed.
    """
    if signer != draft.person:
        raise NotAllowed(
            "This answer is not sent yet.",
            why="Until its person has signed it, it exists in their vault alone.",
            remedy="The person signs first.",
        )
    require_open(_asked_at(c, draft), now)
    made = make_offer(
        c,
        party=draft.party,
        person=draft.person,
        terms=draft.terms,
        now=draft.at,
        id=draft.id,
    )
    note_origin(c, offer=made.id, request=draft.request, answers=draft.answers)
    return made


def _asked_at(c: sa.Connection, draft: DraftAnswer) -> datetime:
    if draft.request:
        return topic_request(c, draft.request).asked_at
    return offer_state(c, draft.answers).offered_at
