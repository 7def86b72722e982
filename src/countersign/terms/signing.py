# SPDX-License-Identifier: Apache-2.0
"""Sign an offer: each signer with their own key, once, in any order, over bytes that never change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import BadInput, Conflict, NotAllowed, Stale
from countersign.people import bound_keys
from countersign.seal import Envelope, SigningKey, countersign, sha256_hex, sign
from countersign.terms import tables
from countersign.terms.load import standing
from countersign.terms.offers import OfferState, offer_row, offer_state
from countersign.terms.records import item_statement
from countersign.terms.register import keep_record
from countersign.terms.standing import Standing, State
from countersign.terms.terms import Terms
from countersign.terms.words import Item


def sign_offer(
    c: sa.Connection,
    offer: str,
    *,
    signer: str,
    key: SigningKey,
    now: datetime,
    items: Collection[Item] = (),
) -> OfferState:
    """Add `signer`'s signatures to an offer and return how far it is signed.

    A person signs the grant and the agreement, and each of `items` as a record of its own; a party
    signs the agreement. What the terms ask for as an item and the person leaves out stays off.
    An item left out at first may be signed later, alone.
    Raises `NotAllowed` for a key that is not bound to that signer, `Conflict` for a second
    signing, `Stale` for an offer whose time is over.
    """
    row = offer_row(c, offer)
    stand = _open(c, row, now)
    if signer not in (row.person, row.party):
        raise NotAllowed(
            "The offer is not made to this signer.",
            why="Only the person and the party named in it sign an offer.",
            remedy="`countersign terms show OFFER` names both.",
        )
    _check_key(c, signer, key)
    by_person = signer == row.person
    _check_items(stand.terms, items, by_person=by_person)
    fresh_items = [item for item in Item if item in items and item not in stand.items]
    if not (fresh_items and _signed_by(c, row, signer)):
        payloads = [row.grant_payload] if by_person else []
        for payload in (*payloads, row.agreement_payload):
            _sign_one(c, row, payload, signer, key, now)
    for item in fresh_items:
        envelope = sign(item_statement(row.grant_digest, row.person, item), key)
        keep_record(c, envelope, grant=row.grant_digest, now=now)
    return offer_state(c, offer)


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
    if found.state is State.WITHDRAWN:
        raise Conflict(
            "The person took this back.",
            why="A withdrawal is for good.",
            remedy="Make a new offer if both sides want one.",
        )
    return found


def _check_key(c: sa.Connection, signer: str, key: SigningKey) -> None:
    if key.public not in bound_keys(c, signer):
        raise NotAllowed(
            "This key is not bound to that signer.",
            why="Each signer signs with their own key; nobody signs for another.",
            remedy="Use the signer's own key file, or bind it first.",
        )


def _check_items(terms: Terms, items: Collection[Item], *, by_person: bool) -> None:
    if items and not by_person:
        raise NotAllowed("Only the person signs items of their own.", remedy="Leave them out.")
    for item in items:
        if item not in terms.items:
            raise BadInput(
                f"The terms do not ask for '{item}'.",
                why="An item is signed where the terms name it, and nowhere else.",
                remedy="Items of this offer: " + (", ".join(terms.items) or "none") + ".",
            )
    if by_person and Item.ZERO_BENEFIT in terms.items and Item.ZERO_BENEFIT not in items:
        raise NotAllowed(
            "The offer pays nothing, and that is its own choice.",
            why="Zero holds only if the person signs it as an item of its own (clause 23).",
            remedy="Sign with --item zero-benefit, or answer with other terms.",
        )


def _sign_one(
    c: sa.Connection, row: Any, payload: bytes, signer: str, key: SigningKey, now: datetime
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
    wanted = 2 if payload == row.agreement_payload and row.party != row.person else 1
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
