"""A test of the tests: with one gate, reader or check taken out, a clause test must fail.

This is mutation of our own code, on purpose and for one test at a time: each gate of
`terms/gates.py` is replaced by one that lets everything pass, each reader of `terms/events.py` by
one that says what would allow most, each check of signing and taking back by nothing. The clause
test that stands beside it is then run, and has to fail. A check that no test misses protects nobody.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from countersign import desk
from countersign.errors import CountersignError
from countersign.people import IdentityLevel
from countersign.terms import Act, Audience, Refusal, Request, State, decide, standing
from countersign.terms.gates import GATES
from countersign.terms.records import ITEMS
from countersign.terms.standing import Assessment
from tests.desk.clauses import test_01_05 as t01
from tests.desk.clauses import test_06_10 as t06
from tests.desk.clauses import test_11_15 as t11
from tests.desk.clauses import test_16_20 as t16
from tests.desk.clauses import test_21_25 as t21
from tests.desk.clauses import test_26_30 as t26
from tests.desk.clauses import test_31_36 as t31
from tests.desk.clauses.acts import agreement
from tests.desk.scene import NOW, hours
from tests.terms import test_riders as riders

ClauseTest = Callable[..., None]
GIVEN: dict[str, Any] = {"change": {"models": ["qwen"]}}
"""What the tests that run over several cases are given here."""


def _served_only(live: desk.Home) -> None:
    """Ask for a folder of a served skill: no verb of the desk asks for another delivery than signed."""
    with live.hub.db.read() as c:
        stand = standing(c, agreement(live))
    assert stand is not None
    install = Request(
        act=Act.INSTALL,
        actor="bot",
        party=stand.party,
        audience=Audience.TEAM,
        delivery="folder",
    )
    assert isinstance(decide(install, stand, now=NOW), Refusal)


BY_GATE: dict[str, ClauseTest] = {
    "_signed": t16.test_clause_16_refuses_to_let_a_floor_alone_permit_anything,
    "_in_force": t26.test_clause_29_refuses_use_while_the_person_pauses,
    "_version": t06.test_clause_09_refuses_terms_of_an_older_form,
    "_events": t26.test_clause_26_refuses_a_passed_on_agreement,
    "_in_time": t11.test_clause_13_refuses_use_from_the_end_on_and_no_term_is_endless,
    "_floor": t16.test_clause_16_refuses_terms_below_the_floor_at_offer_signature_and_use,
    "_ceremony": t16.test_clause_17_refuses_the_first_use_before_they_were_told,
    "_declared": t06.test_clause_09_refuses_use_while_something_else_is_done_than_was_signed,
    "_purpose": t06.test_clause_06_refuses_a_part_from_the_moment_it_is_taken_back,
    "_who": t06.test_clause_06_refuses_more_callers_than_were_signed,
    "_delivery": _served_only,
    "_content": t06.test_clause_06_refuses_a_source_that_was_left_out,
    "_apart": t06.test_clause_06_refuses_training_without_its_own_item,
    "_place": t31.test_clause_31_refuses_use_in_another_place_than_was_signed,
    "_policy": t06.test_clause_08_refuses_what_the_companys_own_policy_takes_out,
    "_complete": t31.test_clause_33_refuses_whatever_is_doubtful,
}
# Module, name, what stands in its place, the clause test that must fail then.
READERS: list[tuple[str, str, Any, ClauseTest]] = [
    (
        "events",
        "undertaken",
        lambda *_: True,
        t11.test_clause_12_refuses_to_ask_and_to_use_before_the_party_undertook_that_no_costs_nothing,
    ),
    (
        "events",
        "assessment",
        lambda *_: Assessment.FULL,
        t26.test_clause_30_refuses_to_go_live_while_the_assessment_is_missing_or_unfinished,
    ),
    (
        "events",
        "noticed",
        lambda *_: True,
        t16.test_clause_17_refuses_the_first_use_before_they_were_told,
    ),
    (
        "events",
        "persona_until",
        lambda *_: NOW + timedelta(days=400),
        riders.test_clause_07_terms_with_a_persona_speak_as_nobody_before_the_rider_is_signed,
    ),
    ("events", "first_of", lambda *_: None, t26.test_clause_26_refuses_a_passed_on_agreement),
    (
        "events",
        "incapable_at",
        lambda *_: None,
        t26.test_clause_28_refuses_use_while_the_person_cannot_decide,
    ),
    (
        "events",
        "processing",
        lambda *_: None,
        t06.test_clause_09_refuses_use_while_something_else_is_done_than_was_signed,
    ),
    (
        "events",
        "parts",
        lambda *_: frozenset(),
        t06.test_clause_06_refuses_a_part_from_the_moment_it_is_taken_back,
    ),
    (
        "judge",
        "bounds",
        lambda *_, **__: (),
        t16.test_clause_16_refuses_terms_below_the_floor_at_offer_signature_and_use,
    ),
    (
        "judge",
        "representatives",
        lambda *_, **__: frozenset(),
        t16.test_clause_17_refuses_the_first_use_before_they_were_told,
    ),
    (
        "judge",
        "paused_since",
        lambda *_, **__: None,
        t26.test_clause_29_refuses_use_from_the_representatives_word_on_and_nobody_elses_counts,
    ),
    (
        "judge",
        "_state",
        lambda *_: State.IN_FORCE,
        t01.test_clause_02_refuses_the_next_question_evidence_install_and_release_everywhere,
    ),
    (
        "judge",
        "_items",
        lambda *_: frozenset(ITEMS),
        t06.test_clause_06_refuses_a_purpose_that_was_left_out,
    ),
    (
        "judge",
        "_signatures",
        lambda *_: ((), [hours(-100)]),
        t11.test_clause_14_refuses_use_while_the_countersignature_is_missing,
    ),
    (
        "judge",
        "_level",
        lambda *_: IdentityLevel.REPRESENTATIVE,
        t11.test_clause_11_refuses_wide_use_before_it_was_shown_whose_key_signed,
    ),
]
CHECKS: list[tuple[str, str, Any, ClauseTest]] = [
    (
        "signing",
        "refuse_below",
        lambda *_, **__: None,
        t16.test_clause_16_refuses_terms_below_the_floor_at_offer_signature_and_use,
    ),
    (
        "signing",
        "_check_signer",
        lambda *_: None,
        t11.test_clause_14_refuses_use_while_the_countersignature_is_missing,
    ),
    (
        "signing",
        "require_key",
        lambda *_: None,
        t11.test_clause_11_refuses_a_signature_by_another_key_than_the_signers,
    ),
    (
        "signing",
        "_check_items",
        lambda *_, **__: None,
        t21.test_clause_23_refuses_silence_about_pay_and_a_zero_by_the_way,
    ),
    (
        "withdrawal",
        "role_of",
        lambda *_, **__: "",
        t01.test_clause_01_refuses_a_withdrawal_by_anybody_but_the_person,
    ),
    (
        "withdrawal",
        "check_parts",
        lambda *_: None,
        t06.test_clause_06_refuses_a_part_that_there_is_not,
    ),
    (
        "withdrawal",
        "_refuse_after_the_end",
        lambda *_: None,
        t01.test_clause_02_refuses_whatever_would_follow_a_withdrawal,
    ),
    (
        "withdrawal",
        "withdrawn_whole",
        lambda *_: None,
        t01.test_clause_02_refuses_whatever_would_follow_a_withdrawal,
    ),
]
REPLACED = READERS + CHECKS


def _module(name: str) -> Any:
    # `terms.decide` as an attribute is the function; the module is found by its name.
    return importlib.import_module(f"countersign.terms.{name}")


def _forget() -> None:
    """Let go of what was judged before: it is kept by the rows alone, which a removal leaves equal."""
    _module("judge").judge.cache_clear()
    _module("around").judged.cache_clear()


def _fails(test: ClauseTest, request: pytest.FixtureRequest) -> bool:
    """Run a clause test with its own fixtures and tell whether it fails."""
    names = inspect.signature(test).parameters
    given = {n: GIVEN[n] if n in GIVEN else request.getfixturevalue(n) for n in names}
    _forget()
    try:
        test(**given)
    except (AssertionError, pytest.fail.Exception, CountersignError):
        return True
    finally:
        _forget()
    return False


def _name(gate: Any) -> str:
    return str(gate.__name__)


def test_each_gate_has_a_clause_test_that_would_miss_it() -> None:
    assert set(BY_GATE) == {_name(g) for g in GATES}


@pytest.mark.parametrize("gate", sorted(BY_GATE))
def test_a_clause_test_fails_without_this_gate(
    gate: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tuple(g if _name(g) != gate else (lambda *_: None) for g in GATES)
    monkeypatch.setattr(_module("decide"), "GATES", left)
    assert _fails(BY_GATE[gate], request)


@pytest.mark.parametrize("index", range(len(REPLACED)), ids=[f"{m}.{n}" for m, n, *_ in REPLACED])
def test_a_clause_test_fails_without_this_reader_or_check(
    index: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name, instead, test = REPLACED[index]
    monkeypatch.setattr(_module(module), name, instead)
    assert _fails(test, request)


def test_every_reader_of_the_records_around_an_agreement_is_taken_out_once() -> None:
    events = _module("events")
    readers = {
        name
        for name, found in vars(events).items()
        if inspect.isfunction(found) and found.__module__ == events.__name__ and name[0] != "_"
    }
    assert readers - {"read_processing"} == {n for m, n, *_ in READERS if m == "events"}


def test_the_same_tests_pass_with_everything_in_place(live: desk.Home, tmp_path: Path) -> None:
    """Else a test that always fails would seem to notice every removal."""
    _served_only(live)
    riders.test_clause_07_terms_with_a_persona_speak_as_nobody_before_the_rider_is_signed(tmp_path)
