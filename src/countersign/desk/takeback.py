# SPDX-License-Identifier: Apache-2.0
"""Take back all or a part: one transaction that ends it at once, erasure that can be resumed, proof.

Who may: the person, the code on paper, a representative told on paper, or the bearer of a signed
file. What follows is the same for all; only what needs the person's key waits for it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from countersign.desk.erase import Erased, erase_ordered
from countersign.desk.files import withdrawal_file
from countersign.desk.home import Home
from countersign.desk.logbook import log_signed
from countersign.desk.rebuild import Again, again_at, build_again
from countersign.desk.topics import topic_parts
from countersign.desk.turn import go_first
from countersign.errors import BadInput, NotFound
from countersign.ids import AgreementId
from countersign.people import Card, Hub, find_card, revoke_key
from countersign.people import tables as people_tables
from countersign.seal import Envelope
from countersign.skill import copies, drop_parts, refs_of, releases
from countersign.terms import (
    Bundle,
    Recipient,
    Word,
    accept,
    agreements,
    grant_row,
    offers,
    order_erasure,
    read_word,
    revoke_keys,
    suspend,
    tell,
    withdraw,
    withdraw_part,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a grant is meant, in the words that a person types; nothing means all of it."""

    purposes: Collection[str] = ()
    audiences: Collection[str] = ()
    sources: Collection[str] = ()
    topics: Collection[str] = ()
    claims: Collection[str] = ()
    persona: bool = False

    def __bool__(self) -> bool:
        """Tell whether any part is named."""
        named = (self.purposes, self.audiences, self.sources, self.topics, self.claims)
        return self.persona or any(named)


@dataclass(frozen=True, slots=True)
class TookBack:
    """What a withdrawal came to: what was erased, built again, where its files stand.

    `waiting` are skills that wait for the person's key to be built anew.
    """

    erased: tuple[Erased, ...] = ()
    again: tuple[Again, ...] = ()
    files: tuple[Path, ...] = ()
    words: tuple[Word, ...] = field(default=())

    @property
    def waiting(self) -> tuple[str, ...]:
        """The skills whose next release waits for the person's key."""
        return tuple(a.skill for a in self.again if a.release is None)


def take_back(home: Home, what: str, *, signer: str | None, now: datetime) -> list[Erased]:
    """Withdraw a skill or an agreement for good; the next question anywhere is refused.

    `what` is a skill's name, an agreement's or an offer's id. Needs no reason. Running it again
    completes an erasure that was interrupted.
    """
    return list(take_back_part(home, what, Parts(), signer=signer, now=now).erased)


def take_back_part(
    home: Home, what: str, parts: Parts, *, signer: str | None, now: datetime
) -> TookBack:
    """Withdraw what `parts` name, or all; refused at once, erased now, built again without it.

    A representative who was told on paper names an agreement. Raises `NotFound` for what is not
    the signer's, `BadInput` for a part that there is not.
    """
    with home.hub.db.read() as c:
        who = find_card(c, signer or home.owner.label)
        meant = _meant(c, what, who)
    named = _named(home, parts) if parts else frozenset()
    envelopes = []
    places = again_at(home, meant)
    with go_first(home.hub), home.hub.db.write() as c:
        for agreement in meant:
            key = home.key(who.label)
            if named:
                made = withdraw_part(
                    c, agreement_id=agreement, key=key, by=who.id, parts=named, now=now
                )
            else:
                made = withdraw(c, agreement_id=agreement, key=key, by=who.id, now=now)
            envelopes.append(made)
            follow(c, home.hub, made, now=now)
        log_signed(c, now=now)
    erased = erase_ordered(home.hub, now=now)
    again = build_again(home, places, now=now) if named else ()
    return _told(home, envelopes, erased, again)


def take_back_by_code(home: Home, code: str, *, suspend_only: bool, now: datetime) -> TookBack:
    """Withdraw, or only suspend, with the code on paper: no login, no key file, no vault.

    Raises `BadInput` naming the group with a typing error, `NotFound` for a code of no grant here.
    """
    key = revoke_key(code)
    with go_first(home.hub), home.hub.db.write() as c:
        agreement, person = _by_code(c, key.public)
        act = suspend if suspend_only else withdraw
        envelope = act(c, agreement_id=agreement, key=key, by=person, now=now)
        follow(c, home.hub, envelope, now=now)
        log_signed(c, now=now)
    return _told(home, [envelope], erase_ordered(home.hub, now=now), ())


def _by_code(c: sa.Connection, public: object) -> tuple[AgreementId, str]:
    for agreement in agreements(c):
        row = grant_row(c, agreement)
        if public in revoke_keys(c, row):
            return agreement, str(row.person)
    raise NotFound(
        "This code belongs to no grant in this hub.",
        why="A code stops the one grant at whose signing it was printed.",
        remedy="Use it at the hub where you signed, or at a witness.",
    )


def take_back_by_file(home: Home, data: bytes, *, now: datetime) -> TookBack:
    """Take a signed withdrawal from whoever brings it; raises with the reason if it does not count."""
    bundle = Bundle.of(data)
    with go_first(home.hub), home.hub.db.write() as c:
        word = accept(c, bundle, now=now)
        follow(c, home.hub, bundle.record, now=now)
        log_signed(c, now=now)
    places = again_at(home, [AgreementId(word.agreement)])
    erased = erase_ordered(home.hub, now=now)
    again = tuple(Again(x.skill, None, ()) for x in places)
    return _told(home, [bundle.record], erased, again)


def follow(c: sa.Connection, hub: Hub, envelope: Envelope, *, now: datetime) -> None:
    """Do in the withdrawal's own transaction what follows from it: rows, orders, notices."""
    word = read_word(envelope)
    if word.kind != "withdrawal":
        return
    agreement = AgreementId(word.agreement)
    if word.whole:
        refs = refs_of(c, agreement)
    else:
        refs = drop_parts(c, hub.keys, agreement, word.parts, now=now)
    if word.whole or refs:
        order_erasure(
            c,
            envelope,
            agreement=agreement,
            grant=word.grant,
            now=now,
            whole=word.whole,
            refs=refs,
        )
    tell(c, envelope.digest, _recipients(c, agreement), now=now)


def _recipients(c: sa.Connection, agreement: str) -> list[Recipient]:
    """Return everybody who got something under an agreement: copies, callers, the party."""
    party = str(grant_row(c, agreement).party)
    t = people_tables.caller
    callers = c.execute(sa.select(t.c.id).where(t.c.party == party).order_by(t.c.id)).scalars()
    return [
        Recipient(party, "party", party),
        *(Recipient(id, "caller", party) for id in callers),
        *(Recipient(x.id, "copy", party) for x in copies(c, agreement=agreement)),
    ]


def _meant(c: sa.Connection, what: str, who: Card) -> list[AgreementId]:
    named = {r.agreement for r in releases(c) if what in (r.skill, r.id) and r.person == who.id}
    open_ = {o.agreement_id for o in offers(c) if what in (o.id, o.agreement_id)}
    found = sorted(named | open_)
    if not found:
        raise NotFound(
            f"Nothing of yours is called '{what}'.",
            why="Take back by the skill's exact name, or the agreement's or offer's id.",
            remedy="`countersign terms` lists them.",
        )
    return found


def _named(home: Home, parts: Parts) -> frozenset[str]:
    """Return the parts as a record names them; topics by a keyed mark and the claims they cover."""
    named = {f"purpose:{p}" for p in parts.purposes} | {f"audience:{a}" for a in parts.audiences}
    named |= {f"source:{s}" for s in parts.sources} | {f"claim:{c}" for c in parts.claims}
    named |= {"persona"} if parts.persona else set()
    for topic in parts.topics:
        covered = topic_parts(home.vault, topic)
        if not covered:
            raise BadInput(
                "None of your claims has that topic.",
                why="A topic is taken back by its exact words.",
                remedy="`countersign claims` shows the topics.",
            )
        named |= covered
    return frozenset(named)


def _told(
    home: Home, envelopes: list[Envelope], erased: list[Erased], again: tuple[Again, ...]
) -> TookBack:
    return TookBack(
        erased=tuple(erased),
        again=again,
        files=tuple(withdrawal_file(home.hub, e) for e in envelopes),
        words=tuple(read_word(e) for e in envelopes),
    )
