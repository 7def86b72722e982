# SPDX-License-Identifier: Apache-2.0
"""Laws of decide over random cases: total and monotonic (`test_oracles.py` compares evaluators)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.people import IdentityLevel
from countersign.terms import (
    Act,
    Always,
    Assessment,
    Audience,
    Bound,
    BoundBy,
    Delivery,
    Kind,
    Limits,
    Never,
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
)
from tests.terms.scene import ACME, KIM, LIN, NOW, OTHER, some_terms, stand


def some_standing(dice: Random) -> Standing:
    """Mostly in force; each part goes wrong now and then."""
    terms = some_terms(dice)
    missing = () if dice.random() < 0.97 else ("party acme",)
    return stand(
        terms,
        party=LIN if terms.to_self else ACME,
        missing=missing,
        signed_at=None
        if missing
        else NOW - timedelta(hours=dice.choice([1, 20, 50, 80, 999, 999])),
        starts=NOW + timedelta(days=dice.choice([-90, -90, -90, -90, -90, -90, 0, 1])),
        expires=NOW + timedelta(days=dice.choice([200, 200, 200, 200, 200, 200, 1, 0, -1])),
        items=frozenset(i for i in (*terms.items, *terms.toggles) if dice.random() < 0.95),
        state=dice.choice([State.IN_FORCE] * 18 + [State.SUSPENDED, State.WITHDRAWN]),
    )


def fitting(dice: Random, s: Standing) -> Request:
    """A request that the terms would mostly grant."""
    t, act = s.terms, dice.choice(list(Act))
    purposes = sorted(t.purposes - {Purpose.TRAIN_MODELS})
    return Request(
        act=act,
        actor=LIN if act in (Act.KEEP, Act.DISTILL, Act.PUBLISH) else "ccaller",
        party=s.party,
        purpose=dice.choice(purposes)
        if act in (Act.ANSWER, Act.EXPORT) or dice.random() < 0.5
        else "",
        audience=dice.choice(sorted(t.audience)),
        delivery=t.delivery,
        kinds=frozenset(dice.sample(sorted(t.kinds), 1)),
        sources=frozenset(dice.sample(sorted(t.sources), 1)),
        region=t.region,
        endpoint=dice.choice(["", "", *t.endpoints]),
        callers=t.callers_at_most,
    )


def strangers(dice: Random) -> dict[str, Any]:
    """Other values for each field of a request, many of them not granted."""
    return {
        "act": dice.choice(list(Act)),
        "actor": dice.choice(["", LIN, KIM, ACME, "ccaller"]),
        "party": dice.choice(["", LIN, ACME, OTHER]),
        "purpose": dice.choice(["", "fun", "evaluate-person", *Purpose]),
        "audience": dice.choice(["", "world", *Audience]),
        "delivery": dice.choice(["", "post", *Delivery]),
        "kinds": frozenset(dice.sample(list(Kind), dice.randrange(4))),
        "sources": frozenset(dice.sample(list(Source), dice.randrange(3))),
        "training": True,
        "persona": True,
        "sensitive": True,
        "cross_border": True,
        "region": dice.choice(["here", "eu", ""]),
        "endpoint": dice.choice(["", "model.example.org", "other.example.org"]),
        "callers": dice.choice([0, 1, 20, 21, 501]),
        "vault_of": dice.choice(["", LIN, KIM]),
    }


def some_request(dice: Random, s: Standing) -> Request:
    request = fitting(dice, s)
    for field, value in strangers(dice).items():
        if dice.random() < 0.025:
            request = replace(request, **{field: value})
    return request


def cases(seed: int, count: int) -> Iterator[tuple[Request, Standing | None]]:
    dice = Random(seed)  # noqa: S311 - cases, not keys
    for number in range(count):
        if number % 4 == 0:
            s = some_standing(dice)
        yield some_request(dice, s), None if dice.random() < 0.01 else s


anything: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
    st.lists(st.text(max_size=3), max_size=3),
    st.frozensets(st.text(max_size=3), max_size=3),
    st.datetimes(),
    st.builds(object),
)


@given(
    st.randoms(use_true_random=False),
    st.dictionaries(st.sampled_from(list(Request.__slots__)), anything),
    anything,
)
def test_decide_never_raises_whatever_it_is_given(
    dice: Random, fields: dict[str, Any], now: Any
) -> None:
    s = some_standing(dice)
    request = replace(fitting(dice, s), **fields)
    for standing in (None, s, 3, request):
        for at in (NOW, now):
            assert isinstance(decide(request, standing, now=at), Permit | Refusal)  # type: ignore[arg-type]
    assert isinstance(decide(now, s, now=NOW), Refusal)


LIMITS = (
    Limits(purposes=frozenset({Purpose.ONBOARD})),
    Limits(term_days_at_most=30, cooling_off_hours_at_least=72),
    Limits(never=frozenset(Never)),
    Limits(always=frozenset(Always)),
    Limits(regions=frozenset({"eu"}), profile_at_least=Profile.COMPANY),
)


def less(s: Standing) -> Iterator[Standing]:
    """Every way of taking one permission away, or of adding a withdrawal."""
    day = timedelta(days=1)
    for state in (State.SUSPENDED, State.WITHDRAWN):
        yield replace(s, state=state)
    yield replace(s, missing=(*s.missing, "person lin"), signed_at=None)
    yield replace(s, expires=s.expires - day)
    yield replace(s, starts=s.starts + day)
    yield replace(s, party="onobody")
    if s.signed_at:
        yield replace(s, signed_at=s.signed_at + day)
    for item in s.items:
        yield replace(s, items=s.items - {item})
        yield replace(s, withdrawn=s.withdrawn | {item})
    yield replace(s, undertaken=False)
    yield replace(s, noticed=False)
    yield replace(s, represented=True)
    yield replace(s, assessment=Assessment.NONE)
    yield replace(s, person_level=IdentityLevel.SELF_ASSERTED)
    for event in ("left_at", "transferred_at", "incapable_at"):
        happened: dict[str, Any] = {event: NOW}
        yield replace(s, **happened)
    for by in BoundBy:
        for limits in LIMITS:
            bound = Bound(by=by, name="00", limits=limits, since=NOW)
            yield replace(s, bounds=(*s.bounds, bound))
    for terms in narrower(s.terms):
        yield replace(s, terms=terms)


def narrower(t: Terms) -> Iterator[Terms]:
    changes: list[dict[str, Any]] = [
        {"delivery": Delivery.SERVED},
        {"cooling_off_hours": 720, "cooling_off_chosen_by_person": False},
        {"callers_at_most": t.callers_at_most - 1},
        {"endpoints": frozenset()},
        {"sensitive": False},
        {"cross_border": False},
        {"persona": False, "kinds": t.kinds - {Kind.STYLE}},
        {"training": False, "purposes": t.purposes - {Purpose.TRAIN_MODELS}},
        {"public_release": False, "audience": t.audience - {Audience.EVERYONE}},
    ]
    for field in ("purposes", "audience", "sources", "kinds"):
        changes += [{field: getattr(t, field) - {word}} for word in getattr(t, field)]
    for change in changes:
        try:
            yield replace(t, **change)
        except BadInput:
            continue  # terms that contradict themselves do not exist


def test_taking_something_away_never_turns_a_refusal_into_a_permit() -> None:
    turned = Counter[str]()
    for request, s in cases(7, 800):
        if s is None:
            continue
        before = isinstance(decide(request, s, now=NOW), Permit)
        for reduced in less(s):
            after = isinstance(decide(request, reduced, now=NOW), Permit)
            assert before or not after, (request, s, reduced)
            turned["refused now" if before and not after else "same"] += 1
    assert turned["refused now"] > 1000
