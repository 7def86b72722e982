# SPDX-License-Identifier: Apache-2.0
"""Sign and keep notices: to representatives, of processing, leaving, transfer, incapacity.

A notice that only takes away may come from either side that knows of it; one that gives something
must bear the party's signature. What each does, `events.py` and the gates say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from countersign.errors import BadInput, Conflict, NotAllowed
from countersign.people import Role, find_card
from countersign.seal import Envelope, SigningKey, Statement, sign
from countersign.terms.bounds import representatives
from countersign.terms.kept import KEEP, keep_texts
from countersign.terms.load import opened_about, standing
from countersign.terms.notices import (
    incapacity_statement,
    leaving_statement,
    processing_statement,
    representatives_statement,
    transfer_statement,
)
from countersign.terms.offers import agreements, offer_state
from countersign.terms.register import keep_record
from countersign.terms.shared import require_key
from countersign.terms.standing import Processing, Standing


def tell_representatives(
    c: sa.Connection,
    stand: Standing,
    *,
    to: Collection[str],
    texts: Mapping[str, str],
    key: SigningKey,
    now: datetime,
) -> Envelope:
    """Sign as the party that these representatives (ids) were told of this agreement (clause 17).

    `texts` is what they were given to read, by language; it is kept three years beyond the end.
    Where neither a floor nor the terms name a representative, the person may be told instead.
    Raises `BadInput` for anybody else.
    """
    require_key(c, stand.party, key, now)
    cards = [find_card(c, who) for who in to]
    alone = {stand.person} if not to_be_told(c, stand) else set()
    if not cards or any(
        card.role is not Role.REPRESENTATIVE and card.id not in alone for card in cards
    ):
        raise BadInput(
            "A notice goes to representatives.",
            why="A works council, union or counsel is told, not the party's own people.",
            remedy="Name them with --to; `countersign people representative` adds one.",
        )
    statement = representatives_statement(
        grant=stand.grant,
        party=stand.party,
        to=[card.id for card in cards],
        texts=keep_texts(c, texts, keep_until=stand.expires + KEEP),
        at=now.replace(microsecond=0),
    )
    return _kept(c, statement, key, about=stand.grant, now=now)


def to_be_told(c: sa.Connection, stand: Standing) -> frozenset[str]:
    """Return the representatives (ids) whom a floor or the terms of an agreement name."""
    found = representatives(opened_about(c, stand.party), person=stand.person, party=stand.party)
    return found | ({stand.terms.representative} - {""})


def declare_processing(
    c: sa.Connection,
    processing: Processing,
    *,
    party: str,
    key: SigningKey,
    now: datetime,
    agreement: str = "",
) -> Envelope:
    """Sign as the party what it does, under one agreement or all of its own (clause 9).

    The newest declaration counts. What goes beyond terms that were signed suspends them.
    """
    require_key(c, party, key, now)
    grant = offer_state(c, agreement).grant_digest if agreement else ""
    known = _declared(c, party)
    statement = processing_statement(
        party=party, processing=processing, number=len(known) + 1, grant=grant
    )
    return _kept(c, statement, key, about=grant or party, now=now)


def _declared(c: sa.Connection, party: str) -> list[Envelope]:
    about = [party, *(offer_state(c, a).grant_digest for a in agreements(c, party=party))]
    return [
        o.envelope
        for one in about
        for o in opened_about(c, one)
        if o.kind == "notice" and o.said.get("notice") == "processing"
    ]


def leave(
    c: sa.Connection, stand: Standing, *, by: str, key: SigningKey, at: datetime, now: datetime
) -> Envelope:
    """Say as the person or the party that the person leaves at `at` (clause 27).

    From then on nothing is used, unless the terms say `on_leaving = continue`.
    """
    if by not in (stand.person, stand.party):
        raise NotAllowed(
            "Only the person and the party say that the person leaves.",
            remedy="Name one of them with --as.",
        )
    require_key(c, by, key, now)
    statement = leaving_statement(
        grant=stand.grant, person=stand.person, party=stand.party, at=at.replace(microsecond=0)
    )
    return _kept(c, statement, key, about=stand.grant, now=now)


def transfer(
    c: sa.Connection,
    *,
    party: str,
    successor: str,
    key: SigningKey,
    at: datetime,
    now: datetime,
) -> Envelope:
    """Say as the party that it passes to a successor at `at` (clause 26).

    Agreements do not pass on: from then on the old ones allow nothing, and the successor offers
    terms of its own. Raises `BadInput` where the successor is no other party.
    """
    require_key(c, party, key, now)
    if find_card(c, party).role is not Role.PARTY:
        raise NotAllowed(
            "Only a party passes to a successor.",
            why="A person's agreements are theirs and pass to nobody (clause 26).",
            remedy="Name the party with --as; a person suspends or takes back.",
        )
    heir = find_card(c, successor)
    if heir.role is not Role.PARTY or heir.id == party:
        raise BadInput("A successor is another party.", remedy="Name it with --to.")
    statement = transfer_statement(party=party, successor=heir.id, at=at.replace(microsecond=0))
    return _kept(c, statement, key, about=party, now=now)


def say_incapable(
    c: sa.Connection, *, person: str, by: str, key: SigningKey, at: datetime, now: datetime
) -> Envelope:
    """Say as a delegate named in the terms, or a representative, that the person cannot decide.

    From `at` on nothing of theirs is used (clause 28). Only their own later word ends it.
    """
    if by not in _may_speak_for(c, person):
        raise NotAllowed(
            "Only a delegate or representative says so.",
            why="The person's terms name whom they trust with it, or a floor does (clause 28).",
            remedy="Let one of them sign, with --as.",
        )
    require_key(c, by, key, now)
    return _incapacity(c, person, by, key, at, now, over=False)


def say_capable(c: sa.Connection, *, person: str, key: SigningKey, now: datetime) -> Envelope:
    """Say as the person that they decide for themself again; raises `Conflict` if nobody denied it."""
    require_key(c, person, key, now)
    said = [e for e in _incapacities(c, person) if e.statement.predicate.get("over") is not True]
    if not said:
        raise Conflict("Nobody said that you cannot decide.", remedy="Nothing is left to do.")
    return _incapacity(c, person, person, key, now, now, over=True)


def _may_speak_for(c: sa.Connection, person: str) -> set[str]:
    found: set[str] = set()
    for agreement in agreements(c, person=person):
        stand = standing(c, agreement)
        if stand is not None and stand.signed_at is not None:
            found |= to_be_told(c, stand) | {stand.terms.delegate}
    return found - {"", person}


def _incapacity(
    c: sa.Connection,
    person: str,
    by: str,
    key: SigningKey,
    at: datetime,
    now: datetime,
    *,
    over: bool,
) -> Envelope:
    number = len(_incapacities(c, person)) + 1
    statement = incapacity_statement(
        person=person, by=by, at=at.replace(microsecond=0), number=number, over=over
    )
    return _kept(c, statement, key, about=person, now=now)


def _incapacities(c: sa.Connection, person: str) -> list[Envelope]:
    return [
        o.envelope
        for o in opened_about(c, person)
        if o.kind == "notice" and o.said.get("notice") == "incapacity"
    ]


def _kept(
    c: sa.Connection, statement: Statement, key: SigningKey, *, about: str, now: datetime
) -> Envelope:
    envelope = sign(statement, key)
    keep_record(c, envelope, grant=about, now=now)
    return envelope
