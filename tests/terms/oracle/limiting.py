# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG005 - every change is asked in one way
"""Bounds drawn with own dice: such as a case keeps within, and such as it breaks in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from countersign.terms import (
    Always,
    Attribution,
    Audience,
    Benefit,
    BenefitKind,
    Bound,
    BoundBy,
    Delivery,
    HandOffHours,
    Kind,
    Limits,
    Method,
    Never,
    OnLeaving,
    Purpose,
    Representation,
    Source,
    Terms,
)
from tests.terms.oracle.fitting import (
    ENDPOINTS,
    MODELS,
    REGIONS,
    Case,
    ahead,
    chance,
    some,
)
from tests.terms.oracle.limits import LEVELS, PROFILES

_SETS: dict[str, tuple[str, Any]] = {
    "purposes": ("purpose", Purpose),
    "audience": ("audience", Audience),
    "sources": ("sources", Source),
    "kinds": ("kinds", Kind),
    "methods": ("methods", Method),
    "models": ("models", MODELS),
    "endpoints": ("endpoint", ENDPOINTS),
}
"""Each set of limits: what of a request a policy compares with it, and all its words."""
_NUMBERS = {
    "term_days_at_most": "term_days",
    "callers_at_most": "callers_at_most",
    "hand_offs_at_most": "hand_offs_per_week",
    "cooling_off_hours_at_least": "cooling_off_hours",
}
_RANKS: dict[str, tuple[Any, ...]] = {"profile_at_least": PROFILES, "identity_at_least": LEVELS}


def _on(terms: Terms) -> frozenset[Never]:
    """What the terms have that limits can forbid."""
    on = {
        Never.TRAINING: terms.training,
        Never.PERSONA: terms.persona,
        Never.PUBLIC_RELEASE: terms.public_release,
        Never.CROSS_BORDER: terms.cross_border,
        Never.SENSITIVE: terms.sensitive,
        Never.QUOTE_DOCUMENTS: terms.quote_documents,
        Never.ZERO_BENEFIT: terms.zero_chosen_by_person,
        Never.AFTER_LEAVING: terms.on_leaving is OnLeaving.CONTINUE,
    }
    return frozenset(word for word, is_on in on.items() if is_on)


def _asked(case: Case) -> frozenset[Never]:
    r = case.request
    on = {
        Never.TRAINING: r.training,
        Never.PERSONA: r.persona,
        Never.PUBLIC_RELEASE: r.audience == "everyone",
        Never.CROSS_BORDER: r.cross_border,
        Never.SENSITIVE: r.sensitive,
    }
    return frozenset(word for word, is_on in on.items() if is_on)


_BY_REQUEST = frozenset(tuple(Never)[:5])


def _kept(terms: Terms) -> frozenset[Always]:
    """What the terms do that limits can demand of them."""
    on = {
        Always.NAMED: terms.attribution is Attribution.NAME,
        Always.REPRESENTED: terms.represented_by is not Representation.NONE,
        Always.COUNTERSIGNED: terms.countersigned,
        Always.WORKING_HOURS: terms.hand_off_hours is HandOffHours.WORKING_HOURS,
    }
    return frozenset(word for word, is_on in on.items() if is_on)


def _words(case: Case, by: BoundBy, field: str) -> frozenset[str]:
    """What a bound compares with its set: of a floor the terms', of a policy the request's."""
    assert case.standing is not None
    one = {"deliveries": "delivery", "regions": "region"}.get(field)
    if by is not BoundBy.POLICY:
        said = getattr(case.standing.terms, one or field)
    else:
        said = getattr(case.request, one or _SETS[field][0])
    if isinstance(said, str):
        return frozenset({said} if said else ())
    return frozenset(said)


def _members(field: str, words: frozenset[str]) -> frozenset[str]:
    kinds = {**{f: w for f, (_, w) in _SETS.items()}, "deliveries": Delivery}.get(field)
    return frozenset(w for w in (kinds or words) if w in words)


def draw_bound(dice: Random, case: Case) -> Bound:
    """Return a bound that `case` keeps within, in force or not."""
    by = dice.choice((BoundBy.FLOOR, BoundBy.TOGETHER, BoundBy.POLICY, BoundBy.POLICY))
    since = case.now if chance(dice, 0.2) else case.now - ahead(dice)
    until = case.now + ahead(dice) if chance(dice, 0.4) else None
    limits = _loose(dice, case, by)
    if chance(dice, 0.15):  # strict, but over, or not begun
        limits = tight(dice, case, by, Limits())
        over = chance(dice, 0.5)
        since = since - ahead(dice) if over else case.now + ahead(dice)
        until = (case.now if chance(dice, 0.5) else case.now - ahead(dice)) if over else None
    return Bound(by=by, name="b" * 64, limits=limits, since=since, until=until)


def _loose(dice: Random, case: Case, by: BoundBy) -> Limits:
    assert case.standing is not None
    terms = case.standing.terms
    fields: dict[str, Any] = {}
    for field, (_, every) in _SETS.items():
        if chance(dice, 0.2):
            fields[field] = _members(field, _words(case, by, field)) | some(dice, every)
    if chance(dice, 0.2):
        fields["deliveries"] = _members("deliveries", _words(case, by, "deliveries"))
    if chance(dice, 0.2):
        fields["regions"] = _words(case, by, "regions") | some(dice, REGIONS)
    for field, term in _NUMBERS.items():
        if chance(dice, 0.2):
            room = dice.choice((0, 1, 30))
            number = getattr(terms, term)
            fields[field] = number + room if field.endswith("most") else max(0, number - room)
    for field, ranks in _RANKS.items():
        if chance(dice, 0.2):
            reached = ranks.index(getattr(terms, field.replace("profile_at_least", "profile")))
            fields[field] = ranks[dice.randint(0, reached)]
    paid = [b for b in terms.benefits if b.kind is not BenefitKind.ZERO]
    chosen = some(dice, range(len(paid)))
    fields["benefits_at_least"] = tuple(
        replace(paid[n], amount=max(min(1, paid[n].amount), paid[n].amount - dice.choice((0, 1))))
        for n in chosen
    )
    on = _on(terms)
    if by is BoundBy.POLICY:
        on = (on - _BY_REQUEST) | _asked(case)
    fields["never"] = some(dice, frozenset(Never) - on)
    fields["always"] = some(dice, _kept(terms)) | _ceremony(dice, case)
    return Limits(**fields)


def _ceremony(dice: Random, case: Case) -> frozenset[Always]:
    assert case.standing is not None
    fitting = {Always.NOTICE} if case.standing.noticed else set()
    if case.standing.assessment == "full":
        fitting |= {Always.FULL_ASSESSMENT}
    return some(dice, fitting)


def tight(dice: Random, case: Case, by: BoundBy, limits: Limits) -> Limits:
    """Return `limits` made stricter in one place, mostly so that `case` breaks it."""
    if chance(dice, 0.3):
        return _against(dice, case, by, limits)
    field = dice.choice(tuple(_TIGHTEN))
    return _TIGHTEN[field](dice, case, by, limits)


def _against(dice: Random, case: Case, by: BoundBy, limits: Limits) -> Limits:
    """Forbid something that the case has, or demand something that its terms do not keep."""
    assert case.standing is not None
    terms = case.standing.terms
    has = _on(terms) | (_asked(case) if by is BoundBy.POLICY else frozenset())
    lacks = frozenset(Always) - _kept(terms)
    word = dice.choice((*sorted(has), *sorted(lacks)))
    return _TIGHTEN[f"{'never' if word in has else 'always'} {word}"](dice, case, by, limits)


def _less(field: str) -> Callable[[Random, Case, BoundBy, Limits], Limits]:
    def tightened(dice: Random, case: Case, by: BoundBy, limits: Limits) -> Limits:
        words: Any = _members(field, _words(case, by, field))
        gone = {dice.choice(sorted(words))} if words else set()
        return replace(limits, **{field: words - gone})

    return tightened


def _number(field: str) -> Callable[[Random, Case, BoundBy, Limits], Limits]:
    def tightened(dice: Random, case: Case, by: BoundBy, limits: Limits) -> Limits:
        assert case.standing is not None
        number = getattr(case.standing.terms, _NUMBERS[field])
        step = dice.choice((1, 1, 0, 20))
        return replace(
            limits, **{field: number - step if field.endswith("most") else number + step}
        )

    return tightened


def _rank(field: str) -> Callable[[Random, Case, BoundBy, Limits], Limits]:
    return lambda dice, case, by, limits: replace(limits, **{field: dice.choice(_RANKS[field][1:])})


def _pay(dice: Random, case: Case, by: BoundBy, limits: Limits) -> Limits:
    assert case.standing is not None
    paid = [b for b in case.standing.terms.benefits if b.amount > 0]
    if not paid or chance(dice, 0.3):
        more = Benefit(BenefitKind.FLAT, 1, "CNY" if chance(dice, 0.5) else "USD")
    else:
        best = dice.choice(paid)
        more = replace(best, amount=best.amount + dice.choice((0, 1)))
    return replace(limits, benefits_at_least=(*limits.benefits_at_least, more))


def _forbid(word: Never) -> Callable[[Random, Case, BoundBy, Limits], Limits]:
    return lambda dice, case, by, limits: replace(limits, never=limits.never | {word})


def _demand(word: Always) -> Callable[[Random, Case, BoundBy, Limits], Limits]:
    return lambda dice, case, by, limits: replace(limits, always=limits.always | {word})


_TIGHTEN: dict[str, Callable[[Random, Case, BoundBy, Limits], Limits]] = {
    **{field: _less(field) for field in (*_SETS, "deliveries", "regions")},
    **{field: _number(field) for field in _NUMBERS},
    **{field: _rank(field) for field in _RANKS},
    "benefits_at_least": _pay,
    **{f"never {word}": _forbid(word) for word in Never},
    **{f"always {word}": _demand(word) for word in Always},
}
