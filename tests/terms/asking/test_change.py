"""What a counter-offer changes, in words, with the direction told from the person's side."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.terms import (
    Benefit,
    BenefitKind,
    Direction,
    Period,
    Purpose,
    TakeAlong,
    Terms,
    changes,
    diff,
    preset,
    render_changes,
)
from tests.terms.scene import some_terms

BASE = preset("my-team")
FEE = Benefit(BenefitKind.FLAT, 300_00, "CNY", Period.MONTH)
MORE_FEE = Benefit(BenefitKind.FLAT, 400_00, "CNY", Period.MONTH)
WAYS = [
    ({"term_days": 400}, Direction.WIDER),
    ({"term_days": 30}, Direction.NARROWER),
    ({"cooling_off_hours": 72}, Direction.NARROWER),
    ({"callers_at_most": 5}, Direction.NARROWER),
    ({"purposes": frozenset({Purpose.ONBOARD})}, Direction.NARROWER),
    ({"purposes": frozenset({Purpose.HAND_OVER})}, Direction.OTHER),
    ({"benefits": (*BASE.benefits, FEE)}, Direction.MORE),
    ({"benefits": BASE.benefits[:1]}, Direction.LESS),
    ({"benefits": (FEE,)}, Direction.OTHER),
    ({"take_along": frozenset({TakeAlong.CREDIT})}, Direction.LESS),
    ({"quote_documents": True}, Direction.WIDER),
    ({"sensitive": True}, Direction.WIDER),
    ({"region": "eu"}, Direction.OTHER),
    ({"countersigned": False, "hand_offs_per_week": 5}, Direction.WIDER),
]


@pytest.mark.parametrize(("given_", "way"), WAYS)
def test_each_change_says_which_way_it_goes(given_: dict[str, object], way: Direction) -> None:
    (found,) = changes(BASE, replace(BASE, **given_))  # type: ignore[arg-type]
    assert found.direction is way


def _terms(seed: int) -> Terms:
    return some_terms(Random(seed))  # noqa: S311 -- dice, not keys


_OPPOSITE = {
    Direction.WIDER: Direction.NARROWER,
    Direction.NARROWER: Direction.WIDER,
    Direction.MORE: Direction.LESS,
    Direction.LESS: Direction.MORE,
    Direction.OTHER: Direction.OTHER,
}


@settings(deadline=None)
@given(one=st.integers(0, 2**32), other=st.integers(0, 2**32))
def test_every_field_that_differs_is_told_once_and_the_way_back_is_the_opposite(
    one: int, other: int
) -> None:
    old, new = _terms(one), _terms(other)
    there = {c.field: c.direction for c in changes(old, new)}
    back = {c.field: c.direction for c in changes(new, old)}
    assert set(there) == {d.field for d in diff(old, new)} == set(back)
    for field, way in there.items():
        if field != "benefits":  # equal pay in two orders is more both ways; nothing hides in it
            assert back[field] is _OPPOSITE[way]


def test_a_change_reads_as_what_it_was_and_would_be_in_both_languages() -> None:
    new = replace(BASE, term_days=180, purposes=frozenset({Purpose.ONBOARD}), region="eu")
    found = changes(BASE, new)
    assert render_changes(found, "en").splitlines() == [
        "Use",
        "  ▽ Purposes: without answering questions, reviewing changes  (narrower)",
        "Place",
        "  · Region: here → eu  (different)",
        "Time",
        "  ▽ Days: 365 → 180  (narrower)",
    ]
    assert "  ▽ 天数：365 → 180（更窄）" in render_changes(found, "zh").splitlines()
    assert render_changes((), "en") == "No difference."
    assert render_changes((), "zh") == "没有差别。"
