# SPDX-License-Identifier: Apache-2.0
"""Two people and two parties with fixed keys, and terms, standings and requests made by dice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import sqlalchemy as sa

from countersign.ids import AgreementId, GrantId
from countersign.people import IdentityLevel, add_card, bind_key
from countersign.seal import SigningKey
from countersign.store import Database, upgrade
from countersign.terms import (
    Act,
    Assessment,
    Attribution,
    Audience,
    Benefit,
    BenefitKind,
    Delivery,
    Item,
    Kind,
    Method,
    OfferState,
    OnLeaving,
    Period,
    Permit,
    Profile,
    Purpose,
    Refusal,
    Request,
    Source,
    Standing,
    State,
    Terms,
    decide,
    make_offer,
    preset,
    sign_offer,
)

_T = TypeVar("_T")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=49)
LIN, KIM, ACME, OTHER = "plin", "pkim", "oacme", "oother"
KEYS = {who: SigningKey(sha256(who.encode()).digest()) for who in (LIN, KIM, ACME, OTHER)}
LABELS = {LIN: "lin", KIM: "kim", ACME: "acme", OTHER: "other"}


@contextmanager
def hub(folder: Path) -> Iterator[sa.Connection]:
    """Open a write transaction on a new hub that knows two people and two parties."""
    db = Database(folder / "hub.db")
    upgrade(db, "hub")
    try:
        with db.write() as c:
            for id, label in LABELS.items():
                name = {LIN: "Lin Wei 林伟", KIM: "Kim Ode"}.get(id, label.title())
                add_card(c, id=id, label=label, name=name, is_party=id[0] == "o", now=NOW)
                level = IdentityLevel.SELF_ASSERTED
                bind_key(c, subject=id, key=KEYS[id], level=level, now=NOW)
            yield c
    finally:
        db.close()


def offered(c: sa.Connection, terms: Terms | None = None, *, party: str = ACME) -> OfferState:
    """Make Lin an offer."""
    return make_offer(c, party=party, person=LIN, terms=terms or preset("my-team"), now=NOW)


def signed(c: sa.Connection, terms: Terms | None = None, *, items: tuple[Item, ...] = ()) -> str:
    """Make an offer, let both sides sign it, and return the agreement's id."""
    offer = offered(c, terms)
    sign_offer(c, offer.id, signer=LIN, key=KEYS[LIN], now=NOW, items=items)
    sign_offer(c, offer.id, signer=ACME, key=KEYS[ACME], now=NOW)
    return offer.agreement_id


def stand(terms: Terms | None = None, **changes: Any) -> Standing:
    """Return a fully signed, cooled, running agreement between Lin and Acme, changed as said."""
    made = Standing(
        agreement=AgreementId("a1"),
        grant=GrantId("00" * 32),
        person=LIN,
        party=ACME,
        terms=terms or preset("my-team"),
        starts=NOW - timedelta(days=10),
        expires=NOW + timedelta(days=300),
        missing=(),
        signed_at=NOW - timedelta(days=9),
        items=frozenset(
            {*(terms or preset("my-team")).items, *(terms or preset("my-team")).toggles}
        ),
        undertaken=True,
        assessment=Assessment.FULL,
        noticed=True,
        person_level=IdentityLevel.REPRESENTATIVE,
        state=State.IN_FORCE,
    )
    return replace(made, **changes)


def ask(**changes: Any) -> Request:
    """Return a caller's question to Lin's team skill, changed as said."""
    made = Request(
        act=Act.ANSWER,
        actor="ccaller",
        party=ACME,
        purpose=Purpose.ANSWER_QUESTIONS,
        audience=Audience.TEAM,
        delivery=Delivery.SERVED,
        kinds=frozenset({Kind.RULE}),
        sources=frozenset({Source.MAIL}),
    )
    return replace(made, **changes)


CREDIT = Benefit(BenefitKind.CREDIT)
FEE = Benefit(BenefitKind.FLAT, 300_00, "CNY", Period.MONTH)
USE = Benefit(BenefitKind.PER_USE, 20, "CNY", Period.USE)
HOURS = Benefit(BenefitKind.REVIEW_HOURS, 2, "", Period.MONTH)
ZERO = Benefit(BenefitKind.ZERO)


def some_terms(dice: Random) -> Terms:
    """Return valid terms, each field by dice."""
    profile = dice.choice(
        [Profile.SELF, Profile.TEAM, Profile.TEAM, Profile.COMPANY, Profile.PUBLIC]
    )
    own, light = profile is Profile.SELF, profile is Profile.TEAM
    persona = not own and not light and dice.random() < 0.2
    training = not own and not light and dice.random() < 0.2
    audience = _audience(dice, profile)
    benefits = () if own else dice.choice([(CREDIT,), (FEE, CREDIT), (USE,), (HOURS,), (ZERO,)])
    served = light or persona or USE in benefits or dice.random() < 0.5
    hours = dice.choice([0, 12, 48, 72])
    named = dice.choice(list(Attribution))
    stays = dice.random() < 0.5 or not benefits or ZERO in benefits
    remote = dice.random() < 0.3
    purposes = _some(dice, [p for p in Purpose if p is not Purpose.TRAIN_MODELS])
    return Terms(
        purposes=purposes | ({Purpose.TRAIN_MODELS} if training else set()),
        audience=audience,
        sources=_some(dice, list(Source)[:6]),
        kinds=_some(dice, [k for k in Kind if persona or k is not Kind.STYLE]),
        delivery=Delivery.SERVED if served else Delivery.FOLDER,
        attribution=named,
        alias="Grey Heron 苍鹭" if named is Attribution.PSEUDONYM else "",
        benefits=benefits,
        zero_chosen_by_person=ZERO in benefits,
        region=dice.choice(["here", "here", "eu"]),
        endpoints=frozenset(["model.example.org"] if remote else []),
        term_days=dice.choice([1, 30, 90, 365, 730]) if stays else dice.choice([30, 365]),
        starts=dice.choice([None, NOW]),
        cooling_off_hours=hours,
        cooling_off_chosen_by_person=hours < 48 and not own,
        on_leaving=OnLeaving.SUSPEND if stays else OnLeaving.CONTINUE,
        hand_offs_per_week=dice.randrange(4),
        callers_at_most=dice.choice([1, 5, 20]) if light else dice.choice([1, 20, 500]),
        training=training,
        persona=persona,
        public_release=Audience.EVERYONE in audience,
        cross_border=not own and dice.random() < 0.3,
        sensitive=dice.random() < 0.3,
        quote_documents=dice.random() < 0.5,
        profile=profile,
        methods=frozenset({Method.LOCAL, Method.REMOTE_MODEL} if remote else {Method.LOCAL}),
    )


def _audience(dice: Random, profile: Profile) -> frozenset[Audience]:
    wide = {
        Profile.SELF: [Audience.SELF],
        Profile.TEAM: [Audience.TEAM],
        Profile.COMPANY: [Audience.TEAM, Audience.COMPANY],
        Profile.PUBLIC: [Audience.TEAM, Audience.COMPANY, Audience.CLIENT, Audience.EVERYONE],
    }
    return _some(dice, wide[profile])


def _some(dice: Random, words: list[_T]) -> frozenset[_T]:
    return frozenset(dice.sample(words, dice.randint(max(1, len(words) // 2), len(words))))


def refusal(request: Request, standing: Standing | None, now: datetime = NOW) -> Refusal:
    """Return decide's refusal; fails on a permit."""
    answer = decide(request, standing, now=now)
    assert isinstance(answer, Refusal)
    return answer


def permit(request: Request, standing: Standing | None, now: datetime = NOW) -> Permit:
    """Return decide's permit; fails on a refusal."""
    answer = decide(request, standing, now=now)
    assert isinstance(answer, Permit), answer
    return answer
