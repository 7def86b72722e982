"""Limits are a lattice: the strictest of two is what keeps both, and nothing is ever widened."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.errors import BadInput, NotFound
from countersign.people import IdentityLevel
from countersign.terms import Always, Benefit, Limits, Never, breaches, limits_from_terms, meet
from countersign.terms.limits_file import read_limits, read_toml
from countersign.terms.words import (
    Audience,
    BenefitKind,
    Delivery,
    Kind,
    Method,
    Period,
    Profile,
    Purpose,
    Source,
)
from tests.terms.scene import CREDIT, FEE, HOURS, USE, ZERO, some_terms

FILES = Path(__file__).parents[1] / "files" / "floors"
MONTHLY = Benefit(BenefitKind.FLAT, 200_00, "CNY", Period.MONTH)


def _terms(seed: int) -> Any:
    return some_terms(Random(seed))  # noqa: S311


def _some(words: list[Any]) -> st.SearchStrategy[frozenset[Any] | None]:
    return st.none() | st.frozensets(st.sampled_from(words))


LIMITS = st.builds(
    Limits,
    purposes=_some(list(Purpose)),
    audience=_some(list(Audience)),
    sources=_some(list(Source)[:7]),
    kinds=_some(list(Kind)),
    deliveries=_some(list(Delivery)),
    methods=_some(list(Method)),
    models=_some(["qwen", "other"]),
    regions=_some(["here", "eu"]),
    endpoints=_some(["model.example.org", "b.example.org"]),
    term_days_at_most=st.none() | st.integers(0, 730),
    callers_at_most=st.none() | st.integers(0, 500),
    hand_offs_at_most=st.none() | st.integers(0, 5),
    cooling_off_hours_at_least=st.none() | st.integers(0, 80),
    profile_at_least=st.none() | st.sampled_from(Profile),
    identity_at_least=st.none() | st.sampled_from(IdentityLevel),
    benefits_at_least=st.lists(st.sampled_from([FEE, CREDIT, USE, HOURS, MONTHLY])).map(tuple),
    never=st.frozensets(st.sampled_from(Never)),
    always=st.frozensets(st.sampled_from(Always)),
)
TERMS = st.integers(0, 2**32).map(_terms)


@given(LIMITS, LIMITS, LIMITS)
def test_meet_is_idempotent_commutative_and_associative(a: Limits, b: Limits, c: Limits) -> None:
    assert meet(a, a) == a
    assert meet(a, b) == meet(b, a)
    assert meet(meet(a, b), c) == meet(a, meet(b, c))
    assert meet(a, Limits()) == a


@settings(max_examples=300)
@given(TERMS, LIMITS, LIMITS)
def test_terms_keep_the_meet_if_and_only_if_they_keep_both(t: Any, a: Limits, b: Limits) -> None:
    both = not breaches(t, a) and not breaches(t, b)
    assert (not breaches(t, meet(a, b))) == both


@given(LIMITS)
def test_what_is_signed_reads_back_as_the_same_limits(a: Limits) -> None:
    assert Limits.from_value(a.to_value()) == a


_ONE_FIELD: dict[str, list[Any]] = {
    "term_days_at_most": [None, 1, 90, 365, 730],
    "callers_at_most": [None, 1, 5, 20, 500],
    "hand_offs_at_most": [None, 0, 1, 3],
    "cooling_off_hours_at_least": [None, 0, 12, 48, 72],
    "profile_at_least": [None, *Profile],
    "identity_at_least": [None, *IdentityLevel],
    "deliveries": [None, *(frozenset(x) for x in ([], [Delivery.SERVED], list(Delivery)))],
    "regions": [None, *(frozenset(x) for x in ([], ["here"], ["eu"], ["eu", "here"]))],
    "never": [frozenset(x) for x in ([], [Never.TRAINING], [Never.PERSONA], list(Never))],
    "always": [frozenset(x) for x in ([], [Always.NAMED], list(Always))],
    "benefits_at_least": [(), (FEE,), (MONTHLY,), (CREDIT, HOURS), (FEE, MONTHLY)],
}


@pytest.mark.parametrize("field", _ONE_FIELD)
def test_every_small_ordering_of_one_clause_is_a_lattice_and_monotone(field: str) -> None:
    ways = [Limits(**{field: value}) for value in _ONE_FIELD[field]]
    terms = [_terms(seed) for seed in range(40)]
    keeps = {w: [not breaches(t, w) for t in terms] for w in ways}
    for a, b in product(ways, repeat=2):
        low = meet(a, b)
        assert low == meet(b, a)
        assert meet(low, a) == low
        for n, t in enumerate(terms):
            assert (not breaches(t, low)) == (keeps[a][n] and keeps[b][n])
    for a, b, c in product(ways, repeat=3):
        assert meet(meet(a, b), c) == meet(a, meet(b, c))
        if meet(a, b) == a:  # a is stricter than b, and stays so whatever is added to both
            assert meet(meet(a, c), meet(b, c)) == meet(a, c)


@given(TERMS, TERMS)
def test_terms_keep_what_they_gave_themselves_and_no_less(t: Any, other: Any) -> None:
    floor = limits_from_terms(t)
    assert breaches(t, floor) == ()
    if not breaches(other, floor):
        assert other.term_days <= t.term_days
        assert other.purposes <= t.purposes
        assert other.training <= t.training
        assert t.delivery is Delivery.FOLDER or other.delivery is Delivery.SERVED


def test_of_several_benefits_of_one_kind_the_highest_is_the_least() -> None:
    assert Limits(benefits_at_least=(MONTHLY, FEE, FEE)).benefits_at_least == (FEE,)


def test_zero_is_no_least_benefit() -> None:
    with pytest.raises(BadInput, match="benefits_at_least"):
        Limits(benefits_at_least=(ZERO,))


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"purposes": ["anything"]}, "anything"),
        ({"purposes": ["evaluate-person"]}, "never be granted"),
        ({"term_days_at_most": "365"}, "term_days_at_most"),
        ({"term_days_at_most": True}, "term_days_at_most"),
        ({"never": ["training", "persona"]}, "lists"),
        ({"never": []}, "lists"),
        ({"models": [1]}, "models"),
        ({"purposes": "onboard"}, "purposes"),
        ({"speed_at_least": 3}, "speed_at_least"),
        ([], "limits"),
    ],
)
def test_limits_that_are_not_exactly_ours_are_unreadable(value: Any, field: str) -> None:
    with pytest.raises(BadInput, match=field):
        Limits.from_value(value)


def test_a_file_says_limits_in_the_words_of_terms() -> None:
    table = read_toml(FILES / "council.toml")
    for field in ("series", "version", "from"):
        del table[field]
    found = read_limits(table, "council.toml")
    assert found == Limits(
        purposes=frozenset({Purpose.ANSWER_QUESTIONS, Purpose.ONBOARD}),
        deliveries=frozenset({Delivery.SERVED}),
        term_days_at_most=180,
        cooling_off_hours_at_least=48,
        benefits_at_least=(CREDIT, HOURS),
        never=frozenset({Never.TRAINING, Never.PERSONA}),
        always=frozenset({Always.NOTICE}),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[at_most]\nsalary = 3\n", "salary"),
        ("[at_least]\nterm_days = 3\n", "term_days"),
        ("[at_most]\nterm_days = 3.5\n", "term_days_at_most"),
        ("never = 'training'\n", "must be a list"),
        ("never = ['sleep']\n", "sleep"),
        ("at_most = 3\n", "must be a table"),
        ("[at_most\n", "not valid TOML"),
        (
            "[[at_least.benefits]]\nkind = 'zero'\namount = 0\ncurrency = ''\nperiod = 'once'\n",
            "Zero",
        ),
    ],
)
def test_a_file_that_could_hide_a_limit_is_refused_by_name(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"x\.toml") as e:
        read_limits(read_toml(path), "x.toml")
    assert says in str(e.value)


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_toml(tmp_path / "none.toml")


def test_the_meet_of_many_is_kept_by_what_keeps_each() -> None:
    floors = [Limits(term_days_at_most=n) for n in (365, 90, 180)]
    low = reduce(meet, floors)
    t = _terms(1)
    assert low.term_days_at_most == 90
    assert breaches(replace(t, term_days=90), low) == ()
