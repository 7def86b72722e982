"""Clauses 14 and 28: who stands beside the person is chosen by the person, and signs with a key of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from countersign.errors import BadInput, NotAllowed, NotFound
from countersign.terms import (
    Always,
    BelowFloor,
    Limits,
    Refusal,
    Representation,
    decide,
    preset,
    sign_offer,
    standing,
)
from tests.terms.council import ALL_KEYS, COUNCIL, PUPPET, agreed, floor, works
from tests.terms.scene import ACME, KEYS, KIM, LATER, LIN, NOW, ask, offered

TEAM = preset("my-team")
BESIDE = replace(TEAM, represented_by=Representation.WORKS_COUNCIL, representative="council")
SIGNS = replace(BESIDE, countersigned=True)


def test_a_label_in_the_terms_is_signed_as_the_id(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        made = offered(c, replace(BESIDE, delegate="kim"))
        assert (made.terms.representative, made.terms.delegate) == (COUNCIL, KIM)


def test_clause_14_a_countersigned_agreement_waits_for_the_representative(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        offer = offered(c, SIGNS)
        for signer in (LIN, ACME):
            state = sign_offer(c, offer.id, signer=signer, key=KEYS[signer], now=NOW)
        assert state.missing == ("representative council",)
        refused = decide(ask(), standing(c, offer.agreement_id), now=LATER)
        assert isinstance(refused, Refusal)
        assert refused.code == "missing-signature"
        with pytest.raises(NotAllowed):
            sign_offer(c, offer.id, signer=PUPPET, key=ALL_KEYS[PUPPET], now=NOW)
        with pytest.raises(NotAllowed):
            sign_offer(c, offer.id, signer=COUNCIL, key=ALL_KEYS[PUPPET], now=NOW)
        done = sign_offer(c, offer.id, signer=COUNCIL, key=ALL_KEYS[COUNCIL], now=NOW)
        assert done.complete


def test_clause_14_a_representative_may_sign_first(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        offer = offered(c, SIGNS)
        state = sign_offer(c, offer.id, signer=COUNCIL, key=ALL_KEYS[COUNCIL], now=NOW)
        assert state.missing == ("person lin", "party acme")


def test_clause_14_a_floor_can_demand_that_somebody_stands_beside(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(Limits(always=frozenset({Always.REPRESENTED, Always.COUNTERSIGNED}))))
        with pytest.raises(BelowFloor, match="represented_by, countersigned"):
            offered(c, TEAM)
        with pytest.raises(BelowFloor, match="countersigned"):
            offered(c, BESIDE)
        offered(c, SIGNS)


@pytest.mark.parametrize("nobody", ["kim", "acme", "lin"])
def test_clause_14_a_representative_is_neither_side_nor_just_anybody(
    tmp_path: Path, nobody: str
) -> None:
    with works(tmp_path) as c, pytest.raises(BadInput, match="is none"):
        offered(c, replace(BESIDE, representative=nobody))


def test_somebody_outside_the_hub_may_stand_beside_and_cannot_be_made_to_countersign(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        assert offered(c, replace(BESIDE, representative="verdi")).terms.representative == "verdi"
        with pytest.raises(NotFound, match="not known here"):
            offered(c, replace(SIGNS, representative="verdi"))


@pytest.mark.parametrize("side", ["acme", "lin"])
def test_clause_28_a_delegate_is_neither_side(tmp_path: Path, side: str) -> None:
    with works(tmp_path) as c, pytest.raises(BadInput, match="delegate is one of the two sides"):
        offered(c, replace(TEAM, delegate=side))
