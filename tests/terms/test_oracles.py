# SPDX-License-Identifier: Apache-2.0
"""`decide` beside two programs that were written from docs/reference/deciding.md without seeing it."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import cedarpy
import pytest

from tests.terms.oracle.cases import CASES_OF_TERMS, cases
from tests.terms.oracle.cedar import engine, facts
from tests.terms.oracle.compare import BLOCK, Tally, compare_all, decided
from tests.terms.oracle.evaluator import CONDITIONS, IMPLIED, RULES, allowed, rule
from tests.terms.oracle.fitting import START, Case, draw_standing, draw_terms
from tests.terms.oracle.garbage import NEEDED, spoiled
from tests.terms.oracle.requests import draw_request

ALONE_AT_LEAST = 0.002


@pytest.fixture(scope="module")
def tally() -> Tally:
    return compare_all(range(20_000 // BLOCK))


def check(tally: Tally) -> None:
    print(tally.report())
    assert tally.disagreements[:3] == []
    assert tally.unreadable > tally.cases // 100
    assert tally.permits_on_error == 0
    assert 0.2 <= tally.permits / tally.cases <= 0.8
    rare = {r: tally.alone[r] for r in RULES if tally.alone[r] < ALONE_AT_LEAST * tally.cases}
    assert not rare, "rules that are seldom the only reason"


def test_twenty_thousand_cases_are_answered_alike_by_three_programs(tally: Tally) -> None:
    assert tally.cases == 20_000
    check(tally)


@pytest.mark.long
def test_a_million_cases_are_answered_alike_by_three_programs() -> None:
    tally = compare_all(range(1_000, 1_000 + 1_000_000 // BLOCK), niceness=10)
    assert tally.cases == 1_000_000
    check(tally)


# The comparison can fail ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> list[tuple[Case, bool]]:
    return [(case, decided(case)) for case in cases(99, 250 * CASES_OF_TERMS)]


@pytest.mark.parametrize("left_out", RULES)
def test_an_evaluator_without_one_rule_disagrees_with_decide(
    left_out: str, sample: list[tuple[Case, bool]]
) -> None:
    without = {name for name in CONDITIONS if rule(name) == left_out}
    assert without
    differing = [
        case
        for case, answer in sample
        if allowed(case.request, case.standing, case.now, without=without) is not answer
    ]
    assert differing


@pytest.mark.parametrize("name", [c for c in CONDITIONS if c not in IMPLIED])
def test_each_condition_alone_refuses_in_decide_and_is_missed_if_left_out(
    name: str, tally: Tally
) -> None:
    assert tally.examples.get(name), "no case in which this is the only reason"
    for case in tally.examples[name]:
        asked = (case.request, case.standing, case.now)
        assert not decided(case)
        assert allowed(*asked, without={name}), "the evaluator would disagree without it"
        assert engine.allowed(*asked, policies=engine.without(name)), "and so would Cedar"


@pytest.mark.parametrize("name", IMPLIED)
def test_an_implied_condition_is_never_the_only_reason(name: str, tally: Tally) -> None:
    assert tally.alone[name] == 0


# Errors are refusals ------------------------------------------------------------------------------


def fitting(seed: int, count: int) -> list[Case]:
    dice, found = Random(seed), list[Case]()  # noqa: S311 - dice for tests
    while len(found) < count:
        standing = draw_standing(dice, draw_terms(dice), START)
        case = Case(draw_request(dice, standing), standing, START)
        if decided(case):
            found.append(case)
    return found


def permits() -> list[Case]:
    """Cases under an agreement that are allowed, to be spoiled."""
    drawn = (c for c in cases(6, 40) if c.standing is not None and not c.request.vault_of)
    return [*fitting(5, 5), *(c for c in drawn if allowed(*_asked(c)))]


def test_no_oracle_allows_what_cannot_be_read() -> None:
    """Only what comes from outside can be spoiled: a standing and its parts check themselves."""
    seen = set()
    for case in permits():
        for name, wrong in spoiled(case):
            seen.add(name)
            assert not allowed(*_asked(wrong)), name
            assert not engine.allowed(*_asked(wrong)), name
    assert seen >= set(NEEDED)
    assert {name.split(".")[0].split(" ")[0] for name in seen} == {"now", "request"}


def test_decide_allows_nothing_that_cannot_be_read() -> None:
    """The page: "what cannot be read, is unknown, or fails to be decided is refused"."""
    wrong = [(name, wrong) for case in permits() for name, wrong in spoiled(case)]
    assert sorted({name for name, case in wrong if decided(case)}) == []


def _asked(case: Case) -> tuple[Any, Any, Any]:
    return case.request, case.standing, case.now


# Cedar's wrapper ----------------------------------------------------------------------------------


def parts(case: Case) -> list[dict[str, Any]]:
    assert case.standing is not None
    return [
        facts.asker(case.request, case.now),
        facts.terms(case.standing.terms),
        facts.agreement(case.standing),
    ]


def cedar_says(case: Case, known: list[dict[str, Any]]) -> bool:
    try:
        read = engine.read(known)
    except ValueError:
        return False
    about = [facts.AGREEMENT]
    return engine.permitted(str(case.request.act), about, read, engine.POLICIES)


def test_a_missing_attribute_yields_no_permit_from_cedar() -> None:
    dropped = 0
    for case in fitting(11, 3):
        assert cedar_says(case, parts(case))
        for number, entity in enumerate(parts(case)):
            for attribute in sorted(set(entity["attrs"]) - OPTIONAL):
                known = parts(case)
                del known[number]["attrs"][attribute]
                assert not cedar_says(case, known), attribute
                dropped += 1
    assert dropped > 150


OPTIONAL = {"leftAt", "transferredAt", "incapableAt", "personaUntil", "processing"}


def test_policies_with_a_misspelt_attribute_are_not_read() -> None:
    text = engine.TEXT.replace("principal.crossBorder", "principal.crossborder")
    assert text != engine.TEXT
    with pytest.raises(ValueError, match="crossborder"):
        engine.read_policies(text)


def test_a_permit_beside_an_error_counts_as_a_refusal() -> None:
    """A forbid that fails is left out by Cedar, which then says Allow: the wrapper does not."""
    case = next(c for c in fitting(12, 1))
    careless = cedarpy.PolicySet.from_str(
        "permit (principal, action, resource);"
        "forbid (principal, action, resource) when { resource.withdrawnAt < 5 };"
    )
    read = cedarpy.Entities.from_json_str(json.dumps(parts(case)))
    question = {
        "principal": facts.ASKER,
        "action": {"type": "Action", "id": str(case.request.act)},
        "resource": facts.AGREEMENT,
    }
    bare = cedarpy.is_authorized_batch([question], careless, read)[0]
    assert bare.decision is cedarpy.Decision.Allow
    assert bare.diagnostics.errors
    assert not engine.permitted(str(case.request.act), [facts.AGREEMENT], read, careless)


def test_every_clause_of_the_policies_is_named_for_a_condition() -> None:
    assert engine.conditions() == set(CONDITIONS)
