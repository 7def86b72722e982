# SPDX-License-Identifier: Apache-2.0
"""Sign an offer: each signer with their own key, once, in any order, over bytes that never change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import from_seconds, to_seconds
from countersign.errors import BadInput, Conflict, NotAllowed, Stale
from countersign.people import find_card
from countersign.seal import Envelope, SigningKey, countersign, sha256_hex, sign
from countersign.terms import tables
from countersign.terms.asking.requests import require_open
from countersign.terms.assess import short_texts
from countersign.terms.kept import KEEP, keep_texts
from countersign.terms.load import standing
from countersign.terms.notices import assessment_statement, undertaking_statement
from countersign.terms.offers import OfferState, offer_row, offer_state
from countersign.terms.records import ITEMS, item_statement
from countersign.terms.register import keep_record
from countersign.terms.shared import require_key
from countersign.terms.shortfall import refuse_below
from countersign.terms.standing import Assessment, Standing, State
from countersign.terms.terms import Terms
from countersign.terms.words import Item, Profile


def sign_offer(
    c: sa.Connection,
    offer: str,
    *,
    signer: str,
    key: SigningKey,
    now: datetime,
    items: Collection[str] = (),
    leave_out: Collection[str] = (),
) -> OfferState:
    """Add `signer`'s signatures to an offer and return how far it is signed.

    A person signs the grant and the agreement, and each item and toggle as a record of its own; a
    party signs the agreement and, if it has not yet, its undertaking; a representative named in
    the terms signs the agreement. Under the light profile `team` the person's signature ticks each
    toggle of the card except those in `leave_out`; under `company` and `public` only what `items`
    names is ticked. What is left out at first may be signed later, alone.
    Raises `NotAllowed` for a key that is not bound to that signer, `Conflict` for a second
    signing, `Stale` for an offer whose time is over, `BelowFloor` for terms below a floor.
    """
    row = offer_row(c, offer)
    stand = _open(c, row, now)
    refuse_below(stand.terms, stand.bounds, times=(now, stand.starts))
    _check_signer(row, stand.terms, signer)
    require_key(c, signer, key, now)
    by_person = signer == row.person
    _check_items(stand.terms, items, leave_out, by_person=by_person)
    ticks = _ticks(stand, items, leave_out) if by_person else []
    if not (ticks and items and _signed_by(c, row, signer)):
        payloads = [row.grant_payload] if by_person else []
        for payload in (*payloads, row.agreement_payload):
            _sign_one(c, row, stand.terms, payload, signer, key, now)
    for item in ticks:
        envelope = sign(item_statement(row.grant_digest, row.person, item), key)
        keep_record(c, envelope, grant=row.grant_digest, now=now)
    if signer == row.party and not by_person:
        _promise(c, row, stand, key, now)
    return offer_state(c, offer)


def undertake(c: sa.Connection, offer: str, *, key: SigningKey, now: datetime) -> Envelope:
    """Sign as the party that saying no to this offer costs nothing (clause 12), once.

    Raises `NotAllowed` for a key that is not the party's.
    """
    row = offer_row(c, offer)
    require_key(c, row.party, key, now)
    envelope = sign(
        undertaking_statement(
            grant=row.grant_digest, offer=row.id, party=row.party, person=row.person
        ),
        key,
    )
    keep_record(c, envelope, grant=row.grant_digest, now=now)
    return envelope


def _promise(c: sa.Connection, row: Any, stand: Standing, key: SigningKey, now: datetime) -> None:
    """Sign with the agreement what the party owes before use, where the profile is light."""
    if not stand.undertaken:
        undertake(c, row.id, key=key, now=now)
    if stand.terms.profile is Profile.TEAM and stand.assessment is Assessment.NONE:
        name = find_card(c, stand.party).name
        texts = short_texts(stand.terms, party=name, agreement=stand.agreement, at=now)
        assess(c, stand, texts, full=False, key=key, now=now)


def assess(
    c: sa.Connection,
    stand: Standing,
    texts: Mapping[str, str],
    *,
    full: bool,
    key: SigningKey,
    now: datetime,
) -> Envelope:
    """Sign as the party what could go wrong and what is done about it (clause 30), and keep it.

    The texts are kept three years beyond the end of the agreement. Raises `NotAllowed` for a key
    that is not the party's.
    """
    require_key(c, stand.party, key, now)
    keep_until = stand.expires + KEEP
    statement = assessment_statement(
        grant=stand.grant,
        party=stand.party,
        texts=keep_texts(c, texts, keep_until=keep_until),
        full=full,
        at=now.replace(microsecond=0),
        keep_until=keep_until,
    )
    envelope = sign(statement, key)
    keep_record(c, envelope, grant=stand.grant, now=now)
    return envelope


def _check_signer(row: Any, terms: Terms, signer: str) -> None:
    beside = {terms.representative} - {""}
    if signer not in {row.person, row.party} | beside:
        raise NotAllowed(
            "The offer is not made to this signer.",
            why="Only the person, the party and a representative named in it sign an offer.",
            remedy="`countersign terms show OFFER` names them.",
        )


def _ticks(stand: Standing, items: Collection[str], leave_out: Collection[str]) -> list[str]:
    """Return the items to sign now, in a fixed order."""
    light = stand.terms.profile is Profile.TEAM and not (items and stand.items)
    wanted = set(items) | (set(stand.terms.toggles) - set(leave_out) if light else set())
    if stand.terms.to_self:  # its one signature ticks what its terms name
        wanted -= set(stand.terms.toggles)
    return [item for item in ITEMS if item in wanted and item not in stand.items]


def _signed_by(c: sa.Connection, row: Any, signer: str) -> bool:
    """Tell whether this signer signed the agreement before: then only further items are added."""
    s = tables.signing
    digest = sha256_hex(row.agreement_payload)
    query = sa.select(s.c.keyid).where(s.c.digest == digest, s.c.signer == signer)
    return c.execute(query).first() is not None


def _open(c: sa.Connection, row: Any, now: datetime) -> Standing:
    found = standing(c, row.agreement)
    if found is None or now >= found.expires:
        raise Stale("The time of this offer is over.", remedy="Make a new offer.")
    if found.signed_at is None and not found.terms.to_self:
        require_open(from_seconds(row.offered_at), now)
    if found.state is State.WITHDRAWN:
        raise Conflict(
            "The person took this back.",
            why="A withdrawal is for good.",
            remedy="Make a new offer if both sides want one.",
        )
    return found


def _check_items(
    terms: Terms, items: Collection[str], leave_out: Collection[str], *, by_person: bool
) -> None:
    if (items or leave_out) and not by_person:
        raise NotAllowed("Only the person signs items of their own.", remedy="Leave them out.")
    asked = (*terms.items, *terms.toggles)
    for item in (*items, *leave_out):
        if item not in asked or item == Item.PERSONA:
            raise BadInput(
                f"The terms do not ask for '{item}'.",
                why="An item is signed where the terms name it; a persona has its own document.",
                remedy="Items of this offer: " + (", ".join(asked) or "none") + ".",
            )
    if by_person and Item.ZERO_BENEFIT in terms.items and Item.ZERO_BENEFIT not in items:
        raise NotAllowed(
            "The offer pays nothing, and that is its own choice.",
            why="Zero holds only if the person signs it as an item of its own (clause 23).",
            remedy="Sign with --item zero-benefit, or answer with other terms.",
        )


def _sign_one(
    c: sa.Connection,
    row: Any,
    terms: Terms,
    payload: bytes,
    signer: str,
    key: SigningKey,
    now: datetime,
) -> None:
    digest = sha256_hex(payload)
    r = tables.record
    stored = c.execute(sa.select(r.c.envelope).where(r.c.digest == digest)).scalar()
    envelope = Envelope.from_bytes(stored) if stored is not None else Envelope(payload)
    s = tables.signing
    done = sa.select(s.c.keyid).where(s.c.digest == digest, s.c.signer == signer)
    if c.execute(done).first() is not None:
        raise Conflict("This is signed already.", remedy="Nothing is left to do.")
    signed = countersign(envelope, key)
    wanted = 1
    if payload == row.agreement_payload:
        wanted = len({row.person, row.party}) + int(terms.countersigned)
    complete = len(signed.signatures) >= wanted
    keep_record(c, signed, grant=row.grant_digest, now=now, complete=complete)
    values = {
        "digest": digest,
        "signer": signer,
        "keyid": key.public.keyid,
        "grant_digest": row.grant_digest,
        "at": to_seconds(now),
    }
    c.execute(s.insert().values(values))
