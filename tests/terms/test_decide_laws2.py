# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG005 - every narrowing is asked in one way
"""Laws of `decide` that hold whatever the case: taking away never adds, and nothing makes it raise.

Own rule, from clause 33 and "only narrows"; written without having seen `decide`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.terms import (
    TOGGLES,
    Always,
    Assessment,
    Item,
    Never,
    Permit,
    Refusal,
    Request,
    Standing,
    State,
    decide,
)
from tests.terms.oracle.cases import cases
from tests.terms.oracle.compare import decided
from tests.terms.oracle.fitting import CLAIMS, TOPICS, Case
from tests.terms.oracle.limiting import draw_bound, tight
from tests.terms.oracle.readable import readable_request, readable_standing

Narrowing = Callable[[Random, Case, Standing], Standing]
SEEDS = st.integers(0, 2**32)
PARTS = (
    *TOGGLES.values(),
    *Item,
    *(f"claim:{c}" for c in CLAIMS),
    *(f"topic:{t}" for t in TOPICS),
)


def _taken_back(dice: Random, case: Case, s: Standing) -> Standing:
    return replace(s, withdrawn=s.withdrawn | {dice.choice(PARTS)})


def _bound(dice: Random, case: Case, s: Standing) -> Standing:
    bound = draw_bound(dice, case)
    if dice.random() < 0.7:
        bound = replace(bound, limits=tight(dice, case, bound.by, bound.limits))
    return replace(s, bounds=(*s.bounds, bound))


def _stricter(dice: Random, case: Case, s: Standing) -> Standing:
    never, always = dice.choice(tuple(Never)), dice.choice(tuple(Always))
    limits = [
        replace(b.limits, never=b.limits.never | {never}, always=b.limits.always | {always})
        for b in s.bounds
    ]
    bounds = tuple(replace(b, limits=new) for b, new in zip(s.bounds, limits, strict=True))
    return replace(s, bounds=bounds)


def _event(field: str) -> Narrowing:
    def happened(dice: Random, case: Case, s: Standing) -> Standing:
        at: Any = case.now + timedelta(seconds=dice.randint(-2, 2))
        earlier = getattr(s, field)
        return replace(s, **{field: at if earlier is None else min(at, earlier)})

    return happened


def _item_gone(dice: Random, case: Case, s: Standing) -> Standing:
    return replace(s, items=frozenset(s.items) - {dice.choice(PARTS)})


NARROWINGS: dict[str, Narrowing] = {
    "a part is taken back": _taken_back,
    "a toggle or item was not signed": _item_gone,
    "a bound is added": _bound,
    "each bound is made stricter": _stricter,
    "a signature is missing": lambda dice, case, s: replace(s, missing=(*s.missing, "party acme")),
    "the last signature is unknown": lambda dice, case, s: replace(s, signed_at=None),
    "it is suspended": lambda dice, case, s: replace(s, state=State.SUSPENDED),
    "it is withdrawn": lambda dice, case, s: replace(s, state=State.WITHDRAWN),
    "the person leaves": _event("left_at"),
    "the party is merged": _event("transferred_at"),
    "the person cannot decide": _event("incapable_at"),
    "the term ends sooner": _event("expires"),
    "the party never undertook": lambda dice, case, s: replace(s, undertaken=False),
    "nobody was told": lambda dice, case, s: replace(s, noticed=False),
    "there is a representative": lambda dice, case, s: replace(s, represented=True),
    "nothing was assessed": lambda dice, case, s: replace(s, assessment=Assessment.NONE),
    "there is no rider": lambda dice, case, s: replace(s, persona_until=None),
}


def readable(seed: int, count: int) -> list[Case]:
    """Cases with an agreement and nothing spoiled: so many of one seed as there are."""
    return [
        case
        for case in cases(seed, count)
        if readable_request(case.request, case.now) and readable_standing(case.standing)
    ]


@pytest.mark.parametrize("what", NARROWINGS)
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_taking_away_never_turns_a_refusal_into_a_permit(what: str, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - dice for tests
    for case in readable(seed, 24):
        assert case.standing is not None
        narrowed = replace(case, standing=NARROWINGS[what](dice, case, case.standing))
        assert decided(case) or not decided(narrowed)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_asking_for_less_never_turns_a_permit_into_a_refusal(seed: int) -> None:
    """Own rule: kinds, sources, claims, methods that are not asked for are no reason to refuse.

    Publishing has to say kinds and sources (rule 16), so there at least one of each stays.
    """
    for case in readable(seed, 24):
        if decided(case):
            assert decided(replace(case, request=_less(case.request)))


def _less(request: Request) -> Request:
    least: dict[str, Any] = {
        "sensitive": False,
        "cross_border": False,
        "callers": 1,
        "endpoint": "",
    }
    fewer: dict[str, Any] = {
        field: frozenset(sorted(getattr(request, field))[:1])
        for field in ("kinds", "sources", "methods", "models", "claims", "topics")
    }
    return replace(request, **(least | fewer))


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.lists(st.none(), max_size=2),
    st.tuples(st.none()),
    st.dictionaries(st.text(max_size=2), st.none(), max_size=1),
    st.frozensets(st.text(max_size=3), max_size=2),
    st.datetimes(),
)
_FIELDS = tuple(("request", f.name) for f in fields(Request)) + tuple(
    ("standing", f.name) for f in fields(Standing)
)


@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 50), field=st.sampled_from(_FIELDS), value=ANYTHING)
def test_whatever_stands_in_a_field_there_is_an_answer(
    seed: int, field: tuple[str, str], value: Any
) -> None:
    of, name = field
    for case in readable(seed, 4):
        try:
            wrong = replace(getattr(case, of), **{name: value})
        except BadInput:
            assert of == "standing"  # it checks itself; a request may hold anything
            continue
        asked = {"request": case.request, "standing": case.standing} | {of: wrong}
        answer = decide(**asked, now=case.now)
        assert isinstance(answer, Permit | Refusal)


@settings(max_examples=100, deadline=None)
@given(request=ANYTHING, standing=ANYTHING, now=ANYTHING)
def test_whatever_is_asked_there_is_a_refusal(request: Any, standing: Any, now: Any) -> None:
    assert isinstance(decide(request, standing, now=now), Refusal)
