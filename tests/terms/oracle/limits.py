# SPDX-License-Identifier: Apache-2.0
"""What limits demand of terms: an own reading of docs/reference/deciding.md, last section.

Written without having seen the comparison in the house; it imports value types only.
"""

from __future__ import annotations

from collections.abc import Callable

from countersign.people import IdentityLevel
from countersign.terms import (
    Always,
    Attribution,
    BenefitKind,
    HandOffHours,
    Limits,
    Never,
    OnLeaving,
    Profile,
    Representation,
    Terms,
)

Keeps = Callable[[Terms, Limits], bool]

PROFILES = (Profile.SELF, Profile.TEAM, Profile.COMPANY, Profile.PUBLIC)
LEVELS = (
    IdentityLevel.SELF_ASSERTED,
    IdentityLevel.HANDLE_CHALLENGE,
    IdentityLevel.PLATFORM_SIGN_IN,
    IdentityLevel.REPRESENTATIVE,
)
"""Both lowest first. `index` raises for a word that is no member: what is unknown is refused."""


def _lies_within(field: str) -> Keeps:
    def keeps(terms: Terms, limits: Limits) -> bool:
        allowed = getattr(limits, field)
        return allowed is None or all(word in allowed for word in getattr(terms, field))

    return keeps


def _is_one_of(field: str, term: str) -> Keeps:
    def keeps(terms: Terms, limits: Limits) -> bool:
        allowed = getattr(limits, field)
        return allowed is None or getattr(terms, term) in allowed

    return keeps


def _at_most(field: str, term: str) -> Keeps:
    def keeps(terms: Terms, limits: Limits) -> bool:
        most = getattr(limits, field)
        return most is None or bool(getattr(terms, term) <= most)

    return keeps


def _cooling_off(terms: Terms, limits: Limits) -> bool:
    least = limits.cooling_off_hours_at_least
    return least is None or terms.cooling_off_hours >= least


def _profile(terms: Terms, limits: Limits) -> bool:
    least = limits.profile_at_least
    return least is None or PROFILES.index(terms.profile) >= PROFILES.index(least)


def _identity(terms: Terms, limits: Limits) -> bool:
    least = limits.identity_at_least
    return least is None or LEVELS.index(terms.identity_at_least) >= LEVELS.index(least)


def _benefits(terms: Terms, limits: Limits) -> bool:
    for least in limits.benefits_at_least:
        same = [
            b.amount
            for b in terms.benefits
            if (b.kind, b.currency, b.period) == (least.kind, least.currency, least.period)
        ]
        if not same or max(same) < least.amount:
            return False
    return True


def _never(word: Never, off: Callable[[Terms], bool]) -> Keeps:
    return lambda terms, limits: word not in limits.never or off(terms)


def _always(word: Always, on: Callable[[Terms], bool]) -> Keeps:
    return lambda terms, limits: word not in limits.always or on(terms)


def _no_zero(terms: Terms) -> bool:
    return all(b.kind is not BenefitKind.ZERO for b in terms.benefits)


ASKED: dict[str, Keeps] = {
    "purposes": _lies_within("purposes"),
    "audience": _lies_within("audience"),
    "sources": _lies_within("sources"),
    "kinds": _lies_within("kinds"),
    "deliveries": _is_one_of("deliveries", "delivery"),
    "methods": _lies_within("methods"),
    "models": _lies_within("models"),
    "regions": _is_one_of("regions", "region"),
    "endpoints": _lies_within("endpoints"),
    "never training": _never(Never.TRAINING, lambda t: not t.training),
    "never persona": _never(Never.PERSONA, lambda t: not t.persona),
    "never public-release": _never(Never.PUBLIC_RELEASE, lambda t: not t.public_release),
    "never cross-border": _never(Never.CROSS_BORDER, lambda t: not t.cross_border),
    "never sensitive": _never(Never.SENSITIVE, lambda t: not t.sensitive),
}
"""Limits that a policy compares with what is asked for (rule 15), a floor with the terms (rule 6)."""

OTHER: dict[str, Keeps] = {
    "term_days_at_most": _at_most("term_days_at_most", "term_days"),
    "callers_at_most": _at_most("callers_at_most", "callers_at_most"),
    "hand_offs_at_most": _at_most("hand_offs_at_most", "hand_offs_per_week"),
    "cooling_off_hours_at_least": _cooling_off,
    "profile_at_least": _profile,
    "identity_at_least": _identity,
    "benefits_at_least": _benefits,
    "never quote-documents": _never(Never.QUOTE_DOCUMENTS, lambda t: not t.quote_documents),
    "never zero-benefit": _never(Never.ZERO_BENEFIT, _no_zero),
    "never after-leaving": _never(Never.AFTER_LEAVING, lambda t: t.on_leaving is OnLeaving.SUSPEND),
    "always named": _always(Always.NAMED, lambda t: t.attribution is Attribution.NAME),
    "always represented": _always(
        Always.REPRESENTED, lambda t: t.represented_by is not Representation.NONE
    ),
    "always countersigned": _always(Always.COUNTERSIGNED, lambda t: t.countersigned),
    "always working-hours": _always(
        Always.WORKING_HOURS, lambda t: t.hand_off_hours is HandOffHours.WORKING_HOURS
    ),
}
"""Limits that every bound compares with the terms (rules 6 and 15)."""
