# SPDX-License-Identifier: Apache-2.0
"""Offers and signatures: who asks whom, on which terms, and who has signed."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.desk.codes import keep_code
from countersign.desk.drafts import draft_called, draft_text, to_hub
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed, publish_log
from countersign.desk.words import ensure_person_signs, ensure_signer
from countersign.errors import BadInput, CountersignError, NotFound
from countersign.ids import PartyId, fresh
from countersign.people import Card, add_card, bound_keys, find_card, find_person, label_of, owner
from countersign.seal import SigningKey
from countersign.terms import (
    PRESETS,
    Difference,
    OfferState,
    Terms,
    card,
    countersigned_by,
    diff,
    drop_draft,
    is_link,
    load_terms,
    make_offer,
    offer_state,
    offers,
    preset,
    preset_text,
    read_link,
    render_card,
    sign_offer,
    standing,
    topic_request,
    undertake,
)


def terms_of(home: Home, what: str) -> Terms:
    """Return the terms named by a preset, an offer or agreement id, or a TOML file."""
    if what in PRESETS:
        return preset(what)
    if _names_a_file(what):
        return load_terms(Path(what))
    if is_link(what):
        return read_link(what)
    draft = None if _in_hub(home, what) else draft_called(home, what)
    if draft is not None:
        return draft.terms
    with home.hub.db.read() as c:
        return topic_request(c, what).terms if what[:1] == "q" else offer_state(c, what).terms


def _in_hub(home: Home, what: str) -> bool:
    try:
        with home.hub.db.read() as c:
            offer_state(c, what)
    except NotFound:
        return False
    return True


def _names_a_file(what: str) -> bool:
    return what.endswith(".toml") or os.path.isfile(what)


def names_an_offer(what: str) -> bool:
    """Tell whether terms so named are to be looked for in the hub."""
    return not (what in PRESETS or _names_a_file(what) or is_link(what))


def show_card(home: Home, what: str, *, lang: str, style: str = "text") -> str:
    """Return the terms card of a preset, file or offer; of an offer with its dates and digest."""
    if what in PRESETS or _names_a_file(what) or is_link(what) or not _in_hub(home, what):
        return render_card(card(terms_of(home, what)), lang, style=style)
    with home.hub.db.read() as c:
        state = offer_state(c, what)
    made = card(state.terms, expires=state.expires, digest=state.grant_digest)
    return render_card(made, lang, style=style)


def card_text(terms: Terms, lang: str) -> str:
    """Return the card of terms that are nobody's yet."""
    return render_card(card(terms), lang)


def contract_of(home: Home, offer: str, *, lang: str) -> str:
    """Return the exact contract text of an offer, whose digest is signed."""
    draft = None if _in_hub(home, offer) else draft_called(home, offer)
    if draft is not None:
        drawn = draft_text(home, draft)
        return drawn.text_zh if lang == "zh" else drawn.text_en
    with home.hub.db.read() as c:
        state = offer_state(c, offer)
    return state.text_zh if lang == "zh" else state.text_en


def preset_file(name: str) -> str:
    """Return a preset as its readable file; raises `BadInput` for an unknown one."""
    return preset_text(name)


def difference(home: Home, old: str, new: str) -> list[Difference]:
    """Return what differs between two terms, in words of both languages."""
    return list(diff(terms_of(home, old), terms_of(home, new)))


def ask_for(
    home: Home,
    person: str,
    *,
    party: str,
    terms: str,
    now: datetime,
    complaint: str = "",
    representative: str = "",
) -> OfferState:
    """Make an offer of `terms` by `party` to `person`; a party new to this machine gets its key.

    The party's undertaking that saying no costs nothing is signed in the same transaction, so no
    offer exists without it (clause 12); raises `Unavailable` without the party's key.
    A person who asks for themself (`--as` the same) makes a grant to self. `complaint` is where
    complaints go (clause 34); left empty, it is the representative that the terms name, and the
    data protection authority in general. `representative` ("council", "union:LABEL") signs as well.
    """
    wanted = terms_of(home, terms)
    if representative:
        wanted = countersigned_by(wanted, representative)
    asked = _person_card(home, person, now)
    if party in (person, asked.label, asked.id):
        with home.hub.db.write() as c:
            return make_offer(c, party=asked.id, person=asked.id, terms=wanted, now=now)
    asking, key = party_signs(home, party, now)
    with home.hub.db.write() as c:
        made = make_offer(
            c,
            party=asking.id,
            person=asked.id,
            terms=wanted,
            now=now,
            complaint=complaint or _complaint(c, wanted),
        )
        undertake(c, made.id, key=key, now=now)
        log_signed(c, now=now)
    publish_log(home.hub, now=now)
    return made


def _complaint(c: sa.Connection, terms: Terms) -> str:
    """Return where complaints go by default, empty for the general wording in both languages."""
    if not terms.representative:
        return ""
    name = find_card(c, terms.representative).name
    return f"{name}; the data protection authority 履行个人信息保护职责的部门"


def party_signs(home: Home, party: str, now: datetime) -> tuple[Card, SigningKey]:
    """Return a party's card and key; raises `Unavailable` where its key is not on this machine."""
    found = _party_card(home, party, now)
    return found, home.key(found.label)


def _person_card(home: Home, person: str, now: datetime) -> Card:
    """Return the person's public card; somebody of this vault gets one when first asked."""
    with home.hub.db.read() as c:
        card_there = _card_of(c, person)
    if card_there is not None:
        return card_there
    known = find_person(home.vault, person)
    if known.me:
        ensure_person_signs(home, known, now)
        return Card(known.id, known.label, known.name, False)
    with home.hub.db.write() as c:
        return add_card(c, id=known.id, label=known.label, name=known.name, is_party=False, now=now)


def _card_of(c: sa.Connection, label: str) -> Card | None:
    try:
        return find_card(c, label)
    except NotFound:
        return None


def _party_card(home: Home, party: str, now: datetime) -> Card:
    label = label_of(party)
    with home.hub.db.read() as c:
        found = _card_of(c, party) or _card_of(c, label)
    if found is None:
        id = PartyId(fresh("o"))
        ensure_signer(home, id=id, label=label, name=party, now=now, is_party=True)
        found = Card(id, label, party, True)
    elif not found.is_party:
        raise BadInput(
            f"'{party}' is a person, not a party.",
            why="A skill for somebody else than oneself is offered by a team, employer or client.",
            remedy="Name the party with --as, or ask yourself for terms like only-me.",
        )
    with home.hub.db.read() as c:
        signs = bool(bound_keys(c, found.id))
    if not signs:  # a kill came between; a lost key file is never replaced by another
        ensure_signer(home, id=found.id, label=found.label, name=found.name, now=now, is_party=True)
    return found


def sign(
    home: Home,
    offer: str,
    *,
    signer: str,
    now: datetime,
    items: Collection[str] = (),
    leave_out: Collection[str] = (),
    code: str = "",
) -> OfferState:
    """Sign an offer as one signer, with that signer's own key file; logs what became complete.

    With the person's signature `code` becomes the one on paper that can stop this grant.
    """
    draft = None if _in_hub(home, offer) else draft_called(home, offer)
    with home.hub.db.read() as c:
        who = find_card(c, signer)
    key = home.key(who.label)
    with home.hub.db.write() as c:
        if draft is not None:
            to_hub(c, draft, signer=who.id, now=now)
        state = sign_offer(
            c, offer, signer=who.id, key=key, items=items, leave_out=leave_out, now=now
        )
        if code and who.id == state.person:
            keep_code(c, state, code=code, key=key, now=now)
        log_signed(c, now=now)
    if draft is not None:
        drop_draft(home.vault, draft.id)
    publish_log(home.hub, now=now)
    return state


def usable_from(home: Home, state: OfferState) -> datetime | None:
    """Return when the cooling-off time of a signed agreement ends (clause 12), None before that."""
    with home.hub.db.read() as c:
        stands = standing(c, state.agreement_id)
    return stands.cooled_at if stands else None


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """An offer with the labels of both sides, for listing."""

    state: OfferState
    person: str
    party: str


def list_offers(home: Home) -> list[OfferSeen]:
    """Return the offers to the vault's own person, oldest first; without one, those in force.

    An offer that somebody else has not signed is nobody's to list (see `terms.seen_by_party`).
    """
    me = _whose(home)
    with home.hub.db.read() as c:
        return [
            OfferSeen(o, find_card(c, o.person).label, find_card(c, o.party).label)
            for o in offers(c)
            if o.complete or o.person == me
        ]


def _whose(home: Home) -> str:
    try:
        found = owner(home.vault)
    except CountersignError:  # a hub alone, or a vault that nobody has opened
        return ""
    return found.id if found else ""
