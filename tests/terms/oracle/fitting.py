# SPDX-License-Identifier: Apache-2.0
"""Cases that are meant to be allowed, drawn with own dice: terms, a standing, bounds, a request.

Drawn close to the edges on purpose: cooling-off that ended this second, a term that ends in the
next one, as many callers as the terms allow, parts taken back that nobody asks for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from countersign.ids import AgreementId, GrantId
from countersign.terms import (
    TOGGLES,
    Assessment,
    Attribution,
    Audience,
    Benefit,
    BenefitKind,
    Delivery,
    HandOffHours,
    Item,
    Kind,
    Method,
    OnLeaving,
    Period,
    Processing,
    Profile,
    Purpose,
    Representation,
    Request,
    Source,
    Standing,
    State,
    Terms,
)
from tests.terms.oracle.limits import LEVELS

_T = TypeVar("_T")
PERSON, PARTY, ASKER = "plin", "oacme", "okim"
START = datetime(2027, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ENDPOINTS = ("model.example.org", "eu.example.org", "api.example.com")
MODELS = ("qwen", "claude", "gpt")
REGIONS = ("here", "eu", "cn")
CLAIMS, TOPICS = ("c1", "c2", "c3"), ("t1", "t2", "t3")
BENEFITS = (
    Benefit(BenefitKind.PER_USE, 20, "CNY", Period.USE),
    Benefit(BenefitKind.FLAT, 300_000, "CNY", Period.MONTH),
    Benefit(BenefitKind.FLAT, 90_000, "EUR", Period.YEAR),
    Benefit(BenefitKind.POOL, 5_000, "EUR", Period.QUARTER),
    Benefit(BenefitKind.REVIEW_HOURS, 4, "", Period.MONTH),
    Benefit(BenefitKind.TIME_OFF, 8, "", Period.YEAR),
    Benefit(BenefitKind.CREDIT),
)
ZERO = Benefit(BenefitKind.ZERO)


@dataclass(frozen=True, slots=True)
class Case:
    """One question: may `request` be done under `standing` at `now`?"""

    request: Request
    standing: Standing | None
    now: datetime


def some(dice: Random, words: Collection[_T], least: int = 0) -> frozenset[_T]:
    """Return a random subset with at least `least` members, as far as there are that many."""
    listed = sorted(words, key=str)
    return frozenset(dice.sample(listed, dice.randint(min(least, len(listed)), len(listed))))


def chance(dice: Random, share: float) -> bool:
    """Tell whether the dice fall within `share`."""
    return dice.random() < share


def ahead(dice: Random) -> timedelta:
    """Return how far away a moment lies: often one second, at most 200 days."""
    return SECOND if chance(dice, 0.3) else timedelta(seconds=dice.randint(1, 17_000_000))


def draw_terms(dice: Random) -> Terms:
    """Return terms of any profile that do not contradict themselves."""
    profile = dice.choices(tuple(Profile), (12, 34, 30, 24))[0]
    light = profile in (Profile.SELF, Profile.TEAM)
    persona = not light and chance(dice, 0.4)
    training = not light and chance(dice, 0.4)
    audience = _audience(dice, profile)
    delivery = dice.choice(tuple(Delivery))
    if persona or profile is Profile.TEAM:
        delivery = Delivery.SERVED
    remote = chance(dice, 0.5)
    fields: dict[str, Any] = {
        "profile": profile,
        "audience": audience,
        "public_release": Audience.EVERYONE in audience,
        "purposes": some(dice, set(Purpose) - {Purpose.TRAIN_MODELS}, 1)
        | ({Purpose.TRAIN_MODELS} if training else frozenset()),
        "training": training,
        "persona": persona,
        "sources": some(dice, tuple(Source)[:6], 1),
        "kinds": some(dice, set(Kind) - ({Kind.STYLE} if not persona else set()), 1),
        "delivery": delivery,
        "methods": some(dice, {Method.LOCAL, Method.HOST_AGENT}, 1)
        | ({Method.REMOTE_MODEL} if remote else frozenset()),
        "endpoints": some(dice, ENDPOINTS, 1) if remote else frozenset(),
        "models": some(dice, MODELS) if remote else frozenset(),
        "region": dice.choice(REGIONS),
        "cross_border": profile is not Profile.SELF and chance(dice, 0.4),
        "sensitive": chance(dice, 0.4),
        "quote_documents": chance(dice, 0.3),
        "callers_at_most": dice.randint(1, 20 if light else 200),
        "hand_offs_per_week": dice.randint(0, 20),
        "hand_off_hours": dice.choice(tuple(HandOffHours)),
        "identity_at_least": dice.choice(LEVELS),
        "term_days": dice.randint(30, 365),
        **_time_to_think(dice, profile),
        **_return(dice, profile, delivery),
        **_people(dice),
    }
    return Terms(**fields)


def _audience(dice: Random, profile: Profile) -> frozenset[Audience]:
    if profile is Profile.SELF:
        return frozenset({Audience.SELF})
    if profile is Profile.TEAM:
        return frozenset({Audience.TEAM})
    reach = {Audience.TEAM, Audience.COMPANY}
    if profile is Profile.PUBLIC:
        reach |= {Audience.CLIENT, Audience.EVERYONE}
    return some(dice, reach, 1)


def _time_to_think(dice: Random, profile: Profile) -> dict[str, Any]:
    hours = dice.choice((0, 1, 47, 48, 49, 72, 168))
    chosen = chance(dice, 0.5) if profile is Profile.SELF else hours < 48
    return {"cooling_off_hours": hours, "cooling_off_chosen_by_person": chosen}


def _return(dice: Random, profile: Profile, delivery: Delivery) -> dict[str, Any]:
    if profile is Profile.SELF:
        return {}
    if chance(dice, 0.2):
        return {"benefits": (ZERO,), "zero_chosen_by_person": True}
    fitting = BENEFITS if delivery is Delivery.SERVED else BENEFITS[1:]
    chosen = some(dice, range(len(fitting)), 1)
    return {
        "benefits": tuple(fitting[n] for n in chosen),
        "on_leaving": dice.choice(tuple(OnLeaving)),
    }


def _people(dice: Random) -> dict[str, Any]:
    beside = dice.choice(tuple(Representation))
    attribution = dice.choice((Attribution.NAME, Attribution.NAME, Attribution.NONE))
    return {
        "represented_by": beside,
        "representative": "" if beside is Representation.NONE else "punion",
        "countersigned": beside is not Representation.NONE and chance(dice, 0.5),
        "attribution": attribution,
    }


def draw_standing(dice: Random, terms: Terms, now: datetime) -> Standing:
    """Return an agreement on `terms` under which every act of the terms may be done at `now`."""
    self_made = terms.profile is Profile.SELF
    heavy = terms.profile in (Profile.COMPANY, Profile.PUBLIC)
    least = max(LEVELS.index(terms.identity_at_least), 1 if heavy else 0)
    noticed = heavy or chance(dice, 0.7)
    items = frozenset(_own_items(terms)) | (frozenset() if self_made else frozenset(_ticks(terms)))
    left = now - ahead(dice) if terms.on_leaving is OnLeaving.CONTINUE else now + ahead(dice)
    hours = terms.cooling_off_hours
    return Standing(
        agreement=AgreementId("a1"),
        grant=GrantId("0" * 64),
        person=PERSON,
        party=PERSON if self_made else PARTY,
        terms=terms,
        starts=now if chance(dice, 0.2) else now - ahead(dice),
        expires=now + ahead(dice),
        missing=(),
        signed_at=now - timedelta(hours=hours) - (ahead(dice) if chance(dice, 0.7) else SECOND * 0),
        items=items,
        state=State.IN_FORCE,
        withdrawn=frozenset(),
        persona_until=now + ahead(dice) if terms.persona or chance(dice, 0.1) else None,
        undertaken=not self_made or chance(dice, 0.5),
        assessment=dice.choice(
            tuple(Assessment)
            if self_made
            else (Assessment.FULL,)
            if heavy
            else (Assessment.FULL, Assessment.PREFILLED)
        ),
        represented=self_made or (noticed and chance(dice, 0.6)),
        noticed=noticed and not (self_made and chance(dice, 0.5)),
        person_level=dice.choice(LEVELS if self_made else LEVELS[least:]),
        left_at=left if chance(dice, 0.3) else None,
        transferred_at=now + ahead(dice) if chance(dice, 0.2) else None,
        incapable_at=now + ahead(dice) if chance(dice, 0.2) else None,
        processing=_processing(dice, terms) if chance(dice, 0.6) else None,
    )


def _own_items(terms: Terms) -> set[str]:
    flags = {
        Item.SHORT_COOLING_OFF: terms.cooling_off_chosen_by_person,
        Item.ZERO_BENEFIT: terms.zero_chosen_by_person,
        Item.PUBLIC_RELEASE: terms.public_release,
        Item.CROSS_BORDER: terms.cross_border,
        Item.SENSITIVE: terms.sensitive,
        Item.TRAINING: terms.training,
        Item.PERSONA: terms.persona,
    }
    return {item.value for item, asked in flags.items() if asked}


def _ticks(terms: Terms) -> set[str]:
    return {TOGGLES[word] for word in (*terms.purposes, *terms.audience, *terms.sources)}


def _processing(dice: Random, terms: Terms) -> Processing:
    return Processing(
        purposes=some(dice, terms.purposes),
        methods=some(dice, terms.methods),
        kinds=some(dice, terms.kinds),
        audience=some(dice, terms.audience),
        models=some(dice, terms.models),
    )
