# SPDX-License-Identifier: Apache-2.0
"""Laws of decide over random cases: total, monotonic, and in agreement with a second evaluator.

The second evaluator, `allows`, was written from the design's text and shares only value types with
`decide`: no order of reasons, no early exit, one long conjunction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.terms import (
    Act,
    Audience,
    Delivery,
    Item,
    Kind,
    Permit,
    Purpose,
    Refusal,
    Request,
    Source,
    Standing,
    State,
    Terms,
    decide,
)
from countersign.terms.refusals import TEXTS
from tests.terms.scene import ACME, KIM, LIN, NOW, OTHER, some_terms, stand

CASES = 20_000


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
        items=frozenset(i for i in terms.items if dice.random() < 0.8),
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


def allows(r: Request, s: Standing | None, now: datetime) -> bool:
    """Tell from the design's words alone whether a request may be permitted."""
    if r.vault_of != "":
        stays_inside = (r.endpoint, r.region, r.cross_border) == ("", "here", False)
        return (
            r.act in {Act.KEEP, Act.DISTILL, Act.EXPORT}
            and r.actor == r.vault_of
            and r.party in {"", r.vault_of}
            and stays_inside
            and not (r.training or r.persona)
        )
    if s is None:
        return False
    t = s.terms
    signed = {item for item in s.items if item in t.items}
    hours = t.cooling_off_hours
    if hours < 48 and t.profile.value != "self" and Item.SHORT_COOLING_OFF not in signed:
        hours = 48
    served = {a.value for a in t.audience} - {"everyone"}
    if "company" in served:
        served |= {"team"}
    if "everyone" in t.audience and Item.PUBLIC_RELEASE in signed:
        served |= {"team", "company", "client", "everyone"}
    by_person_only = {"keep", "distill", "publish"}
    reaches_somebody = {"publish", "install", "answer", "export"}
    is_a_use = {"answer", "export"}
    return all(
        (
            s.missing == () and s.signed_at is not None,
            not t.zero_chosen_by_person or Item.ZERO_BENEFIT in signed,
            s.state == "in-force",
            s.starts <= now < s.expires,
            s.signed_at is not None and now - s.signed_at >= timedelta(hours=hours),
            r.purpose in {p.value for p in t.purposes} - {"train-models"}
            or (r.purpose == "" and r.act.value not in is_a_use),
            r.party == s.party,
            r.audience in served or (r.audience == "" and r.act.value not in reaches_somebody),
            r.actor == s.person if r.act.value in by_person_only else r.actor != "",
            0 < r.callers <= t.callers_at_most,
            r.delivery == t.delivery.value
            or (r.delivery, t.delivery.value) == ("served", "folder")
            or (r.delivery == "" and r.act.value not in reaches_somebody),
            all(kind in t.kinds for kind in r.kinds),
            all(source in t.sources for source in r.sources),
            r.act.value != "publish" or (len(r.kinds) > 0 and len(r.sources) > 0),
            not r.training,
            not r.persona,
            not r.sensitive or Item.SENSITIVE in signed,
            r.region == t.region,
            not r.cross_border or Item.CROSS_BORDER in signed,
            r.endpoint == "" or r.endpoint in t.endpoints,
        )
    )


def cases(seed: int, count: int) -> Iterator[tuple[Request, Standing | None]]:
    dice = Random(seed)  # noqa: S311 - cases, not keys
    for number in range(count):
        if number % 4 == 0:
            s = some_standing(dice)
        yield some_request(dice, s), None if dice.random() < 0.01 else s


def compare(seed: int, count: int) -> None:
    codes: Counter[str] = Counter()
    for request, s in cases(seed, count):
        answer = decide(request, s, now=NOW)
        permitted = isinstance(answer, Permit)
        assert permitted == allows(request, s, NOW), (request, s, answer)
        codes[answer.code if isinstance(answer, Refusal) else "permit"] += 1
    assert 0.2 < codes["permit"] / count < 0.8, codes
    assert "error" not in codes
    # Every reason was met, so none of them went untested.
    assert set(TEXTS) - {"error"} <= set(codes) or count < CASES, set(TEXTS) - set(codes)


def test_clause_33_decide_agrees_with_a_second_evaluator() -> None:
    compare(20261123, CASES)


@pytest.mark.long
def test_clause_33_decide_agrees_with_a_second_evaluator_at_length() -> None:
    for seed in range(20):
        compare(seed, 50_000)


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


def less(dice: Random, s: Standing) -> Iterator[Standing]:
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
    dice = Random(7)  # noqa: S311 - cases, not keys
    turned = Counter[str]()
    for request, s in cases(7, 800):
        if s is None:
            continue
        before = isinstance(decide(request, s, now=NOW), Permit)
        for reduced in less(dice, s):
            after = isinstance(decide(request, reduced, now=NOW), Permit)
            assert before or not after, (request, s, reduced)
            turned["refused now" if before and not after else "same"] += 1
    assert turned["refused now"] > 1000


def test_a_value_that_is_not_granted_in_any_single_field_refuses() -> None:
    dice = Random(11)  # noqa: S311 - cases, not keys
    turned: Counter[str] = Counter()
    for _, s in cases(11, 1500):
        if s is None:
            continue
        request = fitting(dice, s)
        if not isinstance(decide(request, s, now=NOW), Permit):
            continue
        for field, value in strangers(dice).items():
            changed = replace(request, **{field: value})
            refused = isinstance(decide(changed, s, now=NOW), Refusal)
            assert refused != allows(changed, s, NOW), (field, changed, s)
            turned[field] += refused
    assert set(turned) == set(Request.__slots__)
    assert min(turned.values()) > 20, turned
