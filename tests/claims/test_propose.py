# SPDX-License-Identifier: Apache-2.0
"""Distilling again keeps ids and decisions; what nobody decided and nothing upholds goes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.claims import Citation, Decision, Verdict, claim_id, claims, tables
from countersign.errors import NotVerified
from countersign.evidence import forget_context
from countersign.ids import ClaimId
from countersign.people import Vault
from countersign.terms import Kind
from tests.claims.scene import (
    SAID,
    accept,
    cite,
    decide,
    proposal,
    proposed,
    reviewing,
    traces,
    view,
)
from tests.evidence.scene import kept, mail
from tests.people.scene import KIM, NOW, raw_bytes, stands_in

_ONE_VAULT = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with reviewing(tmp_path) as vault:
        yield vault


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    with reviewing(tmp_path_factory.mktemp("laws")) as vault:
        yield vault


def _merged(vault: Vault, id: ClaimId) -> list[str]:
    with vault.db.read() as c:
        query = sa.select(tables.claim.c.merged).where(tables.claim.c.id == id)
        found: list[str] = json.loads(c.execute(query).scalar_one())
    return found


def test_a_claims_id_is_made_of_kind_and_citations_alone(vault: Vault) -> None:
    a, b = cite(vault, 0, 1)
    assert claim_id(vault, "rule", [a, b]) == claim_id(vault, "rule", [b, a])
    ids = {claim_id(vault, kind, cited) for kind in ("rule", "pitfall") for cited in ([a], [a, b])}
    ids.add(claim_id(vault, "rule", [Citation.at(a.trace, a.start, a.end - 1)]))
    assert len(ids) == 5
    [first] = proposed(vault, proposal(vault, 0))
    [again] = proposed(vault, proposal(vault, 0, text="Other words.", score=0.1), engine="other")
    assert first == again == claim_id(vault, "rule", [a])


def test_proposals_come_back_with_their_quotes_best_first(vault: Vault) -> None:
    low, high = proposed(vault, proposal(vault, 0, score=0.2), proposal(vault, 1, score=0.9))
    assert [v.id for v in claims(vault)] == [high, low]
    found = view(vault, high)
    assert (found.text, found.topic, found.score, found.status) == (
        SAID[1],
        "work",
        0.9,
        "proposed",
    )
    assert [(x.quote, x.start, x.end) for x in found.citations] == [(SAID[1], 0, len(SAID[1]))]


@_ONE_VAULT
@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True), max_size=6))
def test_distilling_the_same_again_changes_nothing(shared: Vault, cited: list[list[int]]) -> None:
    """Whatever shares citations with whatever: a rerun gives the same ids, words and citations."""
    with shared.db.write() as c:
        c.execute(tables.claim_citation.delete())
        c.execute(tables.claim.delete())
    made = [
        proposal(shared, *said, text=f"Wording {n}.", score=1 - n / 10)
        for n, said in enumerate(cited)
    ]
    if not made:
        return
    first = proposed(shared, *made)
    before = claims(shared)
    assert proposed(shared, *made, now=NOW + timedelta(days=1)) == first
    assert claims(shared) == before
    assert {v.id for v in before} == set(first)


def test_decisions_stay_and_undecided_stale_claims_go(vault: Vault) -> None:
    ids = proposed(vault)
    decide(vault, accept(vault, ids[0]), Decision(ids[1], Verdict.REJECT))
    assert proposed(vault, proposal(vault, 2)) == [ids[2]]
    assert {v.id: v.status for v in claims(vault)} == {
        ids[0]: "accepted", ids[1]: "rejected", ids[2]: "proposed",
    }  # fmt: skip


def test_another_engines_proposals_are_left_alone(vault: Vault) -> None:
    [theirs] = proposed(vault, proposal(vault, 0), engine="model")
    [ours] = proposed(vault, proposal(vault, 1))
    assert {v.id for v in claims(vault)} == {theirs, ours}


def test_new_wording_for_a_decided_claim_stands_beside_the_decision(vault: Vault) -> None:
    [id] = proposed(vault, proposal(vault, 0))
    decide(vault, accept(vault, id))
    proposed(vault, proposal(vault, 0, text="Smoother words."))
    found = view(vault, id)
    assert (found.text, found.final, found.status) == ("Smoother words.", SAID[0], "accepted")


def test_what_was_decided_gets_no_evidence_that_was_not_seen(vault: Vault) -> None:
    [id] = proposed(vault, proposal(vault, 0))
    decide(vault, accept(vault, id))
    assert proposed(vault, proposal(vault, 0, 1)) == [id]
    assert [x.quote for x in view(vault, id).citations] == [SAID[0]]


def test_merging_keeps_the_oldest_id_and_lists_the_others(vault: Vault) -> None:
    [oldest] = proposed(vault, proposal(vault, 0))
    [younger] = proposed(vault, proposal(vault, 1), engine="model", now=NOW + timedelta(days=1))
    both = proposal(vault, 0, 1, 2)
    assert proposed(vault, both, now=NOW + timedelta(days=2)) == [oldest]
    assert set(_merged(vault, oldest)) == {younger, claim_id(vault, "rule", both.citations)}
    assert {x.quote for x in view(vault, oldest).citations} == {SAID[0], SAID[1], SAID[2]}
    assert [v.id for v in claims(vault)] == [oldest]


def test_a_claim_that_was_decided_is_never_merged_into_another(vault: Vault) -> None:
    [older] = proposed(vault, proposal(vault, 0))
    [younger] = proposed(vault, proposal(vault, 1), engine="model", now=NOW + timedelta(days=1))
    decide(vault, accept(vault, younger))
    assert proposed(vault, proposal(vault, 0, 1), now=NOW + timedelta(days=2)) == [older]
    assert [x.quote for x in view(vault, younger).citations] == [SAID[1]]
    assert [x.quote for x in view(vault, older).citations] == [SAID[0]]


def test_merging_keeps_the_salts_that_are_out(vault: Vault) -> None:
    [id] = proposed(vault, proposal(vault, 0))
    before = view(vault, id).citations[0].salt
    proposed(vault, proposal(vault, 0, 1))
    after = {x.quote: x.salt for x in view(vault, id).citations}
    assert after[SAID[0]] == before != after[SAID[1]]


def test_in_one_round_the_better_wording_stands(vault: Vault) -> None:
    better, worse = (
        proposal(vault, 0, text="Better."),
        proposal(vault, 0, 1, text="Worse.", score=0.1),
    )
    [id] = proposed(vault, better, worse)
    assert view(vault, id).text == "Better."


def test_kinds_never_merge(vault: Vault) -> None:
    assert len(proposed(vault, proposal(vault, 0), proposal(vault, 0, kind=Kind.PITFALL))) == 2


def test_a_fault_in_one_proposal_leaves_all_as_it_was(vault: Vault) -> None:
    ids = proposed(vault)
    foreign = Citation.at(traces(vault)[SAID[0]], 0, 5)
    object.__setattr__(foreign.trace, "id", "tnowhere")  # no such trace: a foreign key says no
    with pytest.raises(sa.exc.IntegrityError):
        proposed(vault, proposal(vault, 3, text="New."), proposal(vault, 0, citations=(foreign,)))
    assert [v.id for v in claims(vault)] == sorted(ids, key=lambda id: (-view(vault, id).score, id))
    assert "New." not in {v.text for v in claims(vault)}


def test_half_a_character_does_not_end_distilling(vault: Vault) -> None:
    kept(vault, [mail("odd", "Half \ud83d said.")])
    odd = Citation.at(traces(vault)["Half \ud83d said."], 0, 12)
    [id] = proposed(vault, proposal(vault, 0, text="Half \ud83d said.", citations=(odd,)))
    assert view(vault, id).text == "Half \ud83d said."


def test_a_claim_whose_trace_is_no_longer_own_is_not_shown_as_grounded(vault: Vault) -> None:
    proposed(vault)
    with vault.db.write() as c:
        c.exec_driver_sql("UPDATE person SET me = 0")
    with pytest.raises(NotVerified):
        claims(vault)


def test_clause_35_forgetting_context_leaves_every_claim_and_quote(vault: Vault) -> None:
    kept(vault, [mail("more", "Kim again.", author=KIM)])
    proposed(vault)
    before = claims(vault)
    assert forget_context(vault, added_by=NOW) == 2
    assert claims(vault) == before


def test_claims_quotes_and_decisions_stand_nowhere_in_the_vaults_bytes(
    vault: Vault, tmp_path: Path
) -> None:
    [id] = proposed(vault, proposal(vault, 0, text="zebra-claim", topic="zebra-topic"))
    sheet = decide(vault, Decision(id, Verdict.EDIT, "zebra-final"))
    digest = sheet.statement.predicate["decisions"][0]["textDigest"]
    words = ("zebra-claim", "zebra-topic", "zebra-final", *SAID, digest)
    assert stands_in(raw_bytes(tmp_path, "vault.db"), *words) == []
    with vault.db.write() as c:  # the scan can fail
        c.exec_driver_sql("UPDATE claim SET topic = ?", (b"zebra-topic",))
    assert stands_in(raw_bytes(tmp_path, "vault.db"), *words) == ["zebra-topic"]


def test_ids_are_others_in_another_vault(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with reviewing(tmp_path / "other") as other:
        pairs = itertools.product(proposed(vault), proposed(other))
        assert not any(one == two for one, two in pairs)
