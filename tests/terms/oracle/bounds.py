# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG005 - every condition is asked the same three things
"""Rules 6 and 15 of docs/reference/deciding.md: what floors and policies let pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from countersign.terms import Bound, BoundBy, Limits, Never, Request, Standing, Terms
from tests.terms.oracle.limits import ASKED, OTHER, Keeps

Condition = Callable[[Request, Standing, datetime], bool]
Lets = Callable[[Request, Terms, Limits], bool]


def in_force(bound: Bound, now: datetime) -> bool:
    """Tell whether a bound binds at `now`: from `since` itself, until just before `until`."""
    return bound.since <= now and (bound.until is None or now < bound.until)


FLOORS, POLICIES = (BoundBy.FLOOR, BoundBy.TOGETHER), (BoundBy.POLICY,)


def _each(kinds: tuple[BoundBy, ...], keeps: Lets) -> Condition:
    def all_keep(r: Request, s: Standing, now: datetime) -> bool:
        return all(
            keeps(r, s.terms, b.limits) for b in s.bounds if b.by in kinds and in_force(b, now)
        )

    return all_keep


def _by_terms(keeps: Keeps) -> Lets:
    return lambda r, terms, limits: keeps(terms, limits)


def _one_of(field: str, said: str) -> Lets:
    def keeps(r: Request, terms: Terms, limits: Limits) -> bool:
        word, allowed = getattr(r, said), getattr(limits, field)
        return word == "" or allowed is None or word in allowed

    return keeps


def _all_of(field: str) -> Lets:
    def keeps(r: Request, terms: Terms, limits: Limits) -> bool:
        allowed = getattr(limits, field)
        return allowed is None or all(word in allowed for word in getattr(r, field))

    return keeps


def _unless(word: Never, asked: Callable[[Request], bool]) -> Lets:
    return lambda r, terms, limits: word not in limits.never or not asked(r)


_POLICY: dict[str, Lets] = {
    "purposes": _one_of("purposes", "purpose"),
    "audience": _one_of("audience", "audience"),
    "deliveries": _one_of("deliveries", "delivery"),
    "regions": _one_of("regions", "region"),
    "endpoints": _one_of("endpoints", "endpoint"),
    "kinds": _all_of("kinds"),
    "sources": _all_of("sources"),
    "methods": _all_of("methods"),
    "models": _all_of("models"),
    "never training": _unless(Never.TRAINING, lambda r: r.training),
    "never persona": _unless(Never.PERSONA, lambda r: r.persona),
    "never public-release": _unless(Never.PUBLIC_RELEASE, lambda r: r.audience == "everyone"),
    "never cross-border": _unless(Never.CROSS_BORDER, lambda r: r.cross_border),
    "never sensitive": _unless(Never.SENSITIVE, lambda r: r.sensitive),
    **{name: _by_terms(keeps) for name, keeps in OTHER.items()},
}

FLOOR: dict[str, Condition] = {
    name: _each(FLOORS, _by_terms(keeps)) for name, keeps in (ASKED | OTHER).items()
}
POLICY: dict[str, Condition] = {name: _each(POLICIES, lets) for name, lets in _POLICY.items()}
"""Each holds if every bound of its kind that is in force lets the act pass."""
