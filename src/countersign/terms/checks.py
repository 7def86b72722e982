# SPDX-License-Identifier: Apache-2.0
"""The rules that terms keep among themselves. Each broken one says what, why, and what to change.

A rule here is a rule of construction: a `Terms` value that breaks one does not exist, so `decide`
and every rendering may rely on all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from countersign.errors import BadInput
from countersign.terms.words import (
    Attribution,
    Audience,
    BenefitKind,
    Delivery,
    Kind,
    Method,
    OnLeaving,
    Profile,
    Purpose,
    Representation,
)

if TYPE_CHECKING:
    from countersign.terms.terms import Terms

# One line of letters, digits, spaces and plain marks of any script: an alias stands in packages,
# so nothing that Markdown, HTML or a terminal could act on may hide in it.
_ALIAS = re.compile(r"[^\W_](?:[^\W_]|[ .'’·-]){0,39}")
_PLACE = re.compile(r"[a-z0-9](?:[a-z0-9.:/_-]{0,78}[a-z0-9])?")
_ID = re.compile(r"[a-z][a-z0-9]{0,63}")


@dataclass(frozen=True, slots=True)
class _Rule:
    field: str
    broken: Callable[[Terms], bool]
    why: str
    remedy: str


def _kinds(t: Terms) -> set[BenefitKind]:
    return {b.kind for b in t.benefits}


RULES = (
    _Rule(
        "purposes",
        lambda t: not (t.purposes and t.audience and t.sources and t.kinds),
        "Purposes, audience, sources and kinds each need at least one word: nothing is implied.",
        "Name what is granted, or take the preset ask-me.",
    ),
    _Rule(
        "purposes",
        lambda t: (Purpose.TRAIN_MODELS in t.purposes) != t.training,
        "Training of models is its own choice: purpose and `training` say the same or neither.",
        "Take train-models out, or let the person set training = true.",
    ),
    _Rule(
        "kinds",
        lambda t: Kind.STYLE in t.kinds and not t.persona,
        "Style belongs to a persona, which has its own document and signature (clause 7).",
        "Take style out.",
    ),
    _Rule(
        "delivery",
        lambda t: t.delivery is not Delivery.SERVED and t.persona,
        "A persona is only served, never copied into folders.",
        'Set delivery = "served".',
    ),
    _Rule(
        "delivery",
        lambda t: t.delivery is not Delivery.SERVED and BenefitKind.PER_USE in _kinds(t),
        "Uses of a copied folder cannot be counted, so they could not be paid.",
        'Set delivery = "served", or choose flat or pool instead of per-use.',
    ),
    _Rule(
        "benefits",
        lambda t: not t.benefits and not t.to_self,
        "Silence about pay is not an agreement (clause 23).",
        'Name a benefit, or let the person choose {kind = "zero", …} as its own item.',
    ),
    _Rule(
        "zero_chosen_by_person",
        lambda t: (BenefitKind.ZERO in _kinds(t)) != t.zero_chosen_by_person,
        "Zero is only ever the person's own choice (clause 23).",
        "Set both the benefit of kind zero and zero_chosen_by_person = true, or neither.",
    ),
    _Rule(
        "benefits",
        lambda t: BenefitKind.ZERO in _kinds(t) and len(t.benefits) > 1,
        "Zero beside another benefit contradicts it.",
        "Keep one of them.",
    ),
    _Rule(
        "alias",
        lambda t: (t.attribution is Attribution.PSEUDONYM) != bool(t.alias),
        "An alias stands exactly where the attribution is a pseudonym.",
        'Set attribution = "pseudonym" and an alias, or neither.',
    ),
    _Rule(
        "alias",
        lambda t: bool(t.alias) and not _ALIAS.fullmatch(t.alias),
        "An alias has 1 to 40 letters, digits, spaces or . ' · - and starts with a letter or digit.",
        "Choose another alias.",
    ),
    _Rule(
        "region",
        lambda t: not all(_PLACE.fullmatch(p) for p in (t.region, *t.endpoints)),
        "A region or endpoint is a short lower-case name such as 'eu' or 'model.example.org'.",
        'Set region = "here" and endpoints = [] to keep everything where the hub stands.',
    ),
    _Rule(
        "term_days",
        lambda t: not 1 <= t.term_days <= 730,
        "Every grant ends: after 730 days at the latest, without renewal (clause 13).",
        "Set term_days between 1 and 730.",
    ),
    _Rule(
        "starts",
        lambda t: (
            t.starts is not None
            and (t.starts.utcoffset() != timedelta(0) or t.starts.microsecond != 0)
        ),
        "Times in records are UTC and whole seconds.",
        'For example starts = "2027-01-01T00:00:00Z".',
    ),
    _Rule(
        "cooling_off_hours",
        lambda t: not 0 <= t.cooling_off_hours <= 720,
        "The cooling-off time lies between 0 and 720 hours.",
        "Set cooling_off_hours = 48.",
    ),
    _Rule(
        "cooling_off_chosen_by_person",
        lambda t: not t.to_self and (t.cooling_off_hours < 48) != t.cooling_off_chosen_by_person,
        "Only the person may choose less than 48 hours, as an item of its own (clause 12).",
        "Set cooling_off_chosen_by_person = true exactly where cooling_off_hours is below 48.",
    ),
    _Rule(
        "hand_offs_per_week",
        lambda t: not 0 <= t.hand_offs_per_week <= 20,
        "Questions handed on to the person stay a small part of the week.",
        "Set hand_offs_per_week between 0 and 20.",
    ),
    _Rule(
        "on_leaving",
        lambda t: t.on_leaving is OnLeaving.CONTINUE and not (_kinds(t) - {BenefitKind.ZERO}),
        "Use after leaving needs a benefit of its own (clause 27).",
        'Set on_leaving = "suspend", or name a benefit.',
    ),
    _Rule(
        "term_days",
        lambda t: t.on_leaving is OnLeaving.CONTINUE and t.term_days > 365,
        "Use that goes on after leaving ends after 12 months at the latest.",
        "Set term_days between 1 and 365.",
    ),
    _Rule(
        "public_release",
        lambda t: (Audience.EVERYONE in t.audience) != t.public_release,
        "Release to everyone is its own choice: audience and `public_release` say the same.",
        "Take everyone out, or let the person set public_release = true.",
    ),
    _Rule(
        "profile",
        lambda t: (
            (Audience.SELF in t.audience or t.to_self)
            and not (t.audience == {Audience.SELF} and t.to_self)
        ),
        "A grant to oneself has the audience self and the profile self, and no other.",
        'Set audience = ["self"] and profile = "self", or neither.',
    ),
    _Rule(
        "profile",
        lambda t: t.to_self and (t.training or t.persona or t.cross_border or bool(t.benefits)),
        "The profile self has no ceremony, so nothing that needs ceremony fits under it.",
        'Choose profile = "company" or "public".',
    ),
    _Rule(
        "profile",
        lambda t: (
            t.profile is Profile.TEAM
            and (
                t.audience != {Audience.TEAM}
                or t.delivery is not Delivery.SERVED
                or t.persona
                or t.training
                or t.callers_at_most > 20
            )
        ),
        "The light profile team is for one team of at most 20 callers, served, no persona, no training.",
        'Choose profile = "company", or narrow the terms.',
    ),
    _Rule(
        "profile",
        lambda t: (
            t.profile is Profile.COMPANY and not t.audience <= {Audience.TEAM, Audience.COMPANY}
        ),
        "The profile company does not reach beyond the company.",
        'Choose profile = "public".',
    ),
    _Rule(
        "methods",
        lambda t: t.v > 1 and (Method.REMOTE_MODEL in t.methods) != bool(t.endpoints),
        "A remote model sees texts, so it is named: method and `endpoints` say the same.",
        'Name the endpoints, or leave "remote-model" out.',
    ),
    _Rule(
        "methods",
        lambda t: not t.methods or (bool(t.models) and Method.REMOTE_MODEL not in t.methods),
        "There is at least one method, and families of models only where a model is used.",
        'Set methods = ["local"] and models = [].',
    ),
    _Rule(
        "models",
        lambda t: not all(_PLACE.fullmatch(m) for m in t.models),
        "A family of models is a short lower-case name such as 'qwen'.",
        "Name the family without its version.",
    ),
    _Rule(
        "representative",
        lambda t: (
            bool(t.representative) != (t.represented_by is not Representation.NONE)
            or (t.countersigned and not t.representative)
        ),
        "A representative is named by id and by kind, or not at all (clause 14).",
        'Set represented_by and representative, or represented_by = "none".',
    ),
    _Rule(
        "delegate",
        lambda t: not all(not x or _ID.fullmatch(x) for x in (t.delegate, t.representative)),
        "Delegate and representative are ids of this hub.",
        "`countersign people` lists them.",
    ),
    _Rule(
        "callers_at_most",
        lambda t: not 1 <= t.callers_at_most <= 1_000_000,
        "There is at least one caller, and a limit.",
        "Set callers_at_most to the number of people and agents that may ask.",
    ),
)


def check(terms: Terms) -> None:
    """Raise `BadInput` for the first rule that `terms` break."""
    for rule in RULES:
        if rule.broken(terms):
            raise BadInput(f"terms: {rule.field} does not fit.", why=rule.why, remedy=rule.remedy)
