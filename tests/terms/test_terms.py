# SPDX-License-Identifier: Apache-2.0
"""Terms: what contradicts itself does not exist; what is read is exactly what was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.terms import (
    Attribution,
    Audience,
    Benefit,
    BenefitKind,
    Delivery,
    Item,
    Kind,
    Method,
    OnLeaving,
    Period,
    Profile,
    Purpose,
    Terms,
    preset,
)
from countersign.terms.benefit import money
from countersign.terms.checks import RULES
from countersign.terms.terms import FIELDS
from tests.terms.scene import CREDIT, FEE, NOW, USE, ZERO, some_terms

TEAM, OWN = preset("my-team"), preset("only-me")
PUBLIC = replace(TEAM, profile=Profile.PUBLIC)
FAR = replace(
    PUBLIC,
    methods=frozenset({Method.REMOTE_MODEL}),
    endpoints=frozenset({"model.example.org"}),
)
CHINA = timezone(timedelta(hours=8))

BROKEN: list[tuple[str, Terms, dict[str, Any]]] = [
    ("purposes", TEAM, {"kinds": frozenset()}),
    ("purposes", TEAM, {"purposes": TEAM.purposes | {Purpose.TRAIN_MODELS}}),
    ("kinds", TEAM, {"kinds": TEAM.kinds | {Kind.STYLE}}),
    ("delivery", PUBLIC, {"persona": True, "delivery": Delivery.FOLDER}),
    ("delivery", PUBLIC, {"benefits": (USE,), "delivery": Delivery.FOLDER}),
    ("benefits", TEAM, {"benefits": ()}),
    ("zero_chosen_by_person", TEAM, {"benefits": (ZERO,)}),
    ("benefits", TEAM, {"benefits": (ZERO, FEE), "zero_chosen_by_person": True}),
    ("alias", TEAM, {"alias": "Heron"}),
    ("alias", TEAM, {"alias": "<b>Heron", "attribution": Attribution.PSEUDONYM}),
    ("region", TEAM, {"endpoints": frozenset({"Not A Place"})}),
    ("term_days", TEAM, {"term_days": 731}),
    ("starts", TEAM, {"starts": datetime(2027, 1, 1, tzinfo=CHINA)}),
    ("cooling_off_hours", TEAM, {"cooling_off_hours": 721}),
    ("cooling_off_chosen_by_person", TEAM, {"cooling_off_hours": 47}),
    ("hand_offs_per_week", TEAM, {"hand_offs_per_week": 21}),
    (
        "on_leaving",
        TEAM,
        {"on_leaving": OnLeaving.CONTINUE, "benefits": (ZERO,), "zero_chosen_by_person": True},
    ),
    ("term_days", TEAM, {"on_leaving": OnLeaving.CONTINUE, "term_days": 366}),
    ("public_release", PUBLIC, {"audience": frozenset({Audience.EVERYONE})}),
    ("profile", TEAM, {"profile": Profile.SELF}),
    ("profile", OWN, {"benefits": (CREDIT,)}),
    ("profile", TEAM, {"callers_at_most": 21}),
    ("profile", replace(TEAM, profile=Profile.COMPANY), {"audience": frozenset({Audience.CLIENT})}),
    ("methods", TEAM, {"endpoints": frozenset({"model.example.org"})}),
    ("methods", TEAM, {"models": frozenset({"qwen"})}),
    ("models", FAR, {"models": frozenset({"Any Model"})}),
    ("representative", TEAM, {"countersigned": True}),
    ("delegate", TEAM, {"delegate": "Someone Else"}),
    ("callers_at_most", TEAM, {"callers_at_most": 0}),
]


@pytest.mark.parametrize(("rule", "broken"), list(zip(RULES, BROKEN, strict=True)))
def test_each_rule_refuses_its_contradiction_and_names_the_field(rule: Any, broken: Any) -> None:
    field, terms, changes = broken
    assert rule.field == field
    with pytest.raises(BadInput) as caught:
        replace(terms, **changes)
    assert (caught.value.what, caught.value.why) == (f"terms: {field} does not fit.", rule.why)
    assert caught.value.remedy


def test_clause_06_everything_that_widens_use_is_off_by_default() -> None:
    bare = Terms(
        purposes=TEAM.purposes,
        audience=TEAM.audience,
        sources=TEAM.sources,
        kinds=TEAM.kinds,
        benefits=(CREDIT,),
    )
    off = ("training", "persona", "public_release", "cross_border", "sensitive", "quote_documents")
    assert not any(getattr(bare, field) for field in off)
    assert bare.items == ()
    assert bare.endpoints == frozenset()


def test_clause_13_terms_end_after_twelve_months_by_default_and_24_at_most() -> None:
    assert TEAM.term_days == 365
    assert replace(TEAM, term_days=730).term_days == 730
    with pytest.raises(BadInput, match="term_days"):
        replace(TEAM, term_days=731)


def test_clause_23_zero_pay_is_an_explicit_item_of_the_person() -> None:
    nothing = replace(TEAM, benefits=(ZERO,), zero_chosen_by_person=True)
    assert Item.ZERO_BENEFIT in nothing.items
    with pytest.raises(BadInput, match="benefits"):
        replace(TEAM, benefits=())


def test_the_light_profile_is_refused_to_what_needs_more_ceremony() -> None:
    for changes in (
        {"audience": frozenset({Audience.COMPANY})},
        {"delivery": Delivery.FOLDER},
        {"persona": True},
        {"training": True, "purposes": TEAM.purposes | {Purpose.TRAIN_MODELS}},
    ):
        with pytest.raises(BadInput, match="profile"):
            replace(TEAM, **changes)


@given(st.randoms(use_true_random=False))
def test_terms_read_back_are_the_terms_written(dice: Random) -> None:
    terms = some_terms(dice)
    again = Terms.from_value(terms.to_value())
    assert again == terms
    assert again.digest == terms.digest


@given(st.randoms(use_true_random=False), st.sampled_from(FIELDS))
def test_another_value_in_any_field_gives_another_digest(dice: Random, field: str) -> None:
    one, other = some_terms(dice), some_terms(dice)
    if getattr(one, field) != getattr(other, field):
        assert one.digest != other.digest


def test_a_field_that_is_unknown_or_missing_is_refused() -> None:
    value = TEAM.to_value()
    with pytest.raises(BadInput, match="noWeekends"):
        Terms.from_value(value | {"noWeekends": True})
    for key in value:
        with pytest.raises(BadInput):
            Terms.from_value({k: v for k, v in value.items() if k != key})


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("v", 3),
        ("termDays", True),
        ("termDays", "365"),
        ("training", 0),
        ("purposes", "answer-questions"),
        ("purposes", ["review-changes", "answer-questions", "onboard"]),
        ("purposes", ["answer-questions", "answer-questions"]),
        ("endpoints", [3]),
        ("starts", "tomorrow"),
        ("starts", None),
        ("benefits", [{"kind": "credit"}]),
        ("benefits", [{"kind": "flat", "amount": 1.5, "currency": "CNY", "period": "once"}]),
        ("delivery", "copied"),
    ],
)
def test_a_mistyped_or_unordered_value_is_refused(field: str, wrong: object) -> None:
    with pytest.raises(BadInput):
        Terms.from_value(TEAM.to_value() | {field: wrong})


@pytest.mark.parametrize("value", [None, [], "terms", 3])
def test_what_is_no_object_is_no_terms(value: object) -> None:
    with pytest.raises(BadInput):
        Terms.from_value(value)


@pytest.mark.parametrize(
    ("kind", "amount", "currency", "period"),
    [
        (BenefitKind.FLAT, 0, "CNY", Period.ONCE),
        (BenefitKind.FLAT, -5, "CNY", Period.ONCE),
        (BenefitKind.FLAT, 100, "yuan", Period.ONCE),
        (BenefitKind.FLAT, 100, "", Period.ONCE),
        (BenefitKind.FLAT, 100, "CNY", Period.USE),
        (BenefitKind.FLAT, 10**13, "CNY", Period.ONCE),
        (BenefitKind.PER_USE, 20, "CNY", Period.MONTH),
        (BenefitKind.REVIEW_HOURS, 2, "CNY", Period.MONTH),
        (BenefitKind.CREDIT, 1, "", Period.ONCE),
        (BenefitKind.ZERO, 0, "CNY", Period.ONCE),
    ],
)
def test_a_benefit_whose_parts_do_not_fit_is_refused(
    kind: BenefitKind, amount: int, currency: str, period: Period
) -> None:
    with pytest.raises(BadInput, match="benefits"):
        Benefit(kind, amount, currency, period)


def test_money_is_shown_with_the_places_of_its_currency() -> None:
    assert money(300000, "CNY") == "CNY 3,000.00"
    assert money(5, "USD") == "USD 0.05"
    assert money(3000, "JPY") == "JPY 3,000"
    assert money(1234, "KWD") == "KWD 1.234"


def test_the_order_in_which_benefits_are_named_changes_nothing() -> None:
    assert (
        replace(TEAM, benefits=(FEE, CREDIT)).digest == replace(TEAM, benefits=(CREDIT, FEE)).digest
    )


def test_a_start_with_a_fraction_of_a_second_is_refused() -> None:
    with pytest.raises(BadInput, match="starts"):
        replace(TEAM, starts=NOW.replace(microsecond=5))
