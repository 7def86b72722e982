# SPDX-License-Identifier: Apache-2.0
"""Every field of the terms stands in exactly one clause, and every right stands in the agreement."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from countersign.people import IdentityLevel
from countersign.terms import (
    Attribution,
    Audience,
    Delivery,
    Gap,
    HandOffHours,
    Kind,
    Method,
    OnLeaving,
    Profile,
    Purpose,
    Representation,
    Source,
    Successor,
    TakeAlong,
    Terms,
    preset,
)
from countersign.terms.terms import FIELDS
from countersign.terms.text.clauses import clauses
from countersign.terms.text.facts import Clause
from tests.terms.scene import FEE, NOW, ZERO
from tests.terms.test_contract import facts

# Terms without ceremony limits, so that each field can be changed nearly alone.
PLAIN = replace(preset("my-team"), profile=Profile.COMPANY)
CHANGES: dict[str, dict[str, Any]] = {
    "purposes": {"purposes": frozenset({Purpose.ONBOARD})},
    "audience": {"audience": frozenset({Audience.TEAM, Audience.COMPANY})},
    "sources": {"sources": frozenset({Source.MAIL})},
    "kinds": {"kinds": frozenset({Kind.RULE})},
    "delivery": {"delivery": Delivery.FOLDER},
    "attribution": {"attribution": Attribution.NONE},
    "alias": {"attribution": Attribution.PSEUDONYM, "alias": "Grey Heron"},
    "benefits": {"benefits": (FEE,)},
    "zero_chosen_by_person": {"benefits": (ZERO,), "zero_chosen_by_person": True},
    "region": {"region": "eu"},
    "endpoints": {
        "endpoints": frozenset({"m.example.org"}),
        "methods": frozenset({Method.REMOTE_MODEL}),
    },
    "term_days": {"term_days": 30},
    "starts": {"starts": NOW.replace(year=2027)},
    "cooling_off_hours": {"cooling_off_hours": 72},
    "cooling_off_chosen_by_person": {
        "cooling_off_hours": 1,
        "cooling_off_chosen_by_person": True,
    },
    "on_leaving": {"on_leaving": OnLeaving.CONTINUE},
    "gap": {"gap": Gap.NAMED},
    "hand_offs_per_week": {"hand_offs_per_week": 0},
    "callers_at_most": {"callers_at_most": 7},
    "training": {"training": True, "purposes": PLAIN.purposes | {Purpose.TRAIN_MODELS}},
    "persona": {"persona": True},
    "public_release": {
        "public_release": True,
        "audience": frozenset({Audience.EVERYONE}),
        "profile": Profile.PUBLIC,
    },
    "cross_border": {"cross_border": True},
    "sensitive": {"sensitive": True},
    "quote_documents": {"quote_documents": True},
    "profile": {"profile": Profile.TEAM},
    "methods": {"methods": frozenset({Method.HOST_AGENT})},
    "models": {
        "models": frozenset({"qwen"}),
        "methods": frozenset({Method.REMOTE_MODEL}),
        "endpoints": frozenset({"m.example.org"}),
    },
    "successor": {"successor": Successor.ENDS},
    "delegate": {"delegate": "pkim"},
    "take_along": {"take_along": frozenset({TakeAlong.CREDIT})},
    "hand_off_hours": {"hand_off_hours": HandOffHours.ANY_TIME},
    "represented_by": {"represented_by": Representation.UNION, "representative": "runion"},
    "representative": {"represented_by": Representation.UNION, "representative": "runion"},
    "countersigned": {
        "represented_by": Representation.UNION,
        "representative": "runion",
        "countersigned": True,
    },
    "identity_at_least": {"identity_at_least": IdentityLevel.HANDLE_CHALLENGE},
}
# Clauses that cover no field of their own but repeat a consequence of one covered elsewhere.
REPEAT = {"items", "uses", "withdrawal"}

NO_PARTY = "a grant to oneself has no party that could owe it"
NOT_TO_SELF = {
    5: NO_PARTY,
    12: NO_PARTY,
    14: NO_PARTY,
    16: NO_PARTY,
    17: NO_PARTY,
    23: NO_PARTY,
    25: "all records lie with the person already",
    26: NO_PARTY,
    27: NO_PARTY,
    28: "what is left behind is the person's own estate",
    30: "nothing leaves the person's own use",
    32: "the records clause stands only where a log is shared",
    34: NO_PARTY,
    36: "the only caller is the person",
}


def _clauses(terms: Terms) -> dict[str, Clause]:
    return {c.id: c for c in clauses(terms, facts(terms))}


def test_every_field_of_the_terms_is_covered_by_exactly_one_clause() -> None:
    covered = Counter(field for c in _clauses(PLAIN).values() for field in c.covers)
    assert covered == Counter(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_changes_the_text_of_its_clause_and_of_no_other(field: str) -> None:
    change = CHANGES[field]
    before, after = _clauses(PLAIN), _clauses(replace(PLAIN, **change))
    mine = next(c.id for c in before.values() if field in c.covers)
    changed = {id for id in before if before[id] != after[id]}
    assert mine in changed
    for id in changed:
        assert before[id].en != after[id].en
        assert before[id].zh != after[id].zh
    of_companions = {c.id for c in before.values() if set(change) & set(c.covers)}
    assert changed - REPEAT <= of_companions


def test_every_clause_names_the_rights_it_serves() -> None:
    for c in _clauses(PLAIN).values():
        assert c.rights
        assert set(c.rights) <= set(range(1, 37))


def test_all_36_rights_stand_in_an_agreement() -> None:
    assert {n for c in _clauses(PLAIN).values() for n in c.rights} == set(range(1, 37))


def test_a_right_that_a_grant_to_oneself_leaves_out_has_a_reason() -> None:
    served = {n for c in _clauses(preset("only-me")).values() for n in c.rights}
    assert set(range(1, 37)) - served == set(NOT_TO_SELF)
    assert all(NOT_TO_SELF.values())
