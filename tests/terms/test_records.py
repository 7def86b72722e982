# SPDX-License-Identifier: Apache-2.0
"""The bytes that people sign: pinned, readable only as what they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import CountersignError, NotVerified
from countersign.seal import Statement, sha256_hex, sign
from countersign.terms import Facts, Item, Terms, contract_text
from countersign.terms.records import (
    agreement_id,
    agreement_statement,
    grant_statement,
    item_statement,
    read_agreement,
    read_grant,
    read_item,
    suspension_statement,
    withdrawal_statement,
)
from countersign.terms.text.clauses import clauses
from tests.terms.scene import KEYS, LIN, NOW, some_terms
from tests.terms.test_contract import SHORT, facts


def texts(terms: Terms, said: Facts) -> tuple[str, str]:
    en, zh = (sha256_hex(contract_text(terms, said, lang).encode()) for lang in ("en", "zh"))
    return en, zh


def both(terms: Terms) -> tuple[bytes, bytes]:
    said = facts(terms)
    grant = grant_statement(terms, said, texts(terms, said)).to_bytes()
    agreement = agreement_statement(terms, said, texts(terms, said), sha256_hex(grant))
    return grant, agreement.to_bytes()


GOLDEN = Path(__file__).parents[1] / "golden" / "terms"
GRANT, AGREEMENT = both(SHORT)
DIGEST, ID = sha256_hex(GRANT), agreement_id(AGREEMENT)
WITHDRAWAL = withdrawal_statement(grant=DIGEST, agreement=ID, by=LIN, at=NOW)
SUSPENSION = suspension_statement(
    grant=DIGEST, agreement=ID, by=LIN, at=NOW, number=1, resume=False
)
ITEM = item_statement(DIGEST, LIN, Item.SHORT_COOLING_OFF)


def test_bytes_that_people_sign_stay_the_same(golden: Callable[[str, bytes], None]) -> None:
    golden("terms/grant.v2.statement.json", GRANT)
    golden("terms/agreement.v2.statement.json", AGREEMENT)
    golden("terms/item.statement.json", ITEM.to_bytes())
    golden("terms/withdrawal.statement.json", WITHDRAWAL.to_bytes())
    golden("terms/suspension.statement.json", SUSPENSION.to_bytes())
    golden("terms/withdrawal.dsse.json", sign(WITHDRAWAL, KEYS[LIN]).to_bytes())


def test_a_grant_of_the_first_version_is_still_read_and_taken_back() -> None:
    grant = read_grant((GOLDEN / "grant.statement.json").read_bytes())
    assert grant.terms.v == 1
    assert grant.terms.to_value()["v"] == 1
    agreement = (GOLDEN / "agreement.statement.json").read_bytes()
    assert read_agreement(agreement, grant) == agreement_id(agreement)
    old = Statement.from_bytes((GOLDEN / "withdrawal.v1.statement.json").read_bytes())
    assert dict(old.subjects)["grant"] == grant.digest


@given(st.randoms(use_true_random=False))
def test_a_grant_and_its_agreement_are_read_as_they_were_written(dice: Random) -> None:
    terms = some_terms(dice)
    payload, agreed = both(terms)
    grant, said = read_grant(payload), facts(terms)
    assert grant.terms == terms
    assert (grant.person, grant.party, grant.offer) == (said.person.id, said.party.id, said.offer)
    assert (grant.starts, grant.expires, grant.offered_at) == (
        *(said.starts, said.expires),
        said.offered_at,
    )
    assert grant.digest == sha256_hex(payload)
    assert read_agreement(agreed, grant) == agreement_id(agreed)


def test_clause_10_the_ids_of_the_clauses_stand_in_both_records() -> None:
    ids = [clause.id for clause in clauses(SHORT, facts(SHORT))]
    for payload in (GRANT, AGREEMENT):
        assert Statement.from_bytes(payload).predicate["clauses"] == ids


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"v": 2},
        {"part": "item"},
        {"items": []},
        {"termsDigest": "00" * 32},
        {"person": 3},
        {"texts": {}},
        {"expires": "2027-11-23"},
        {"terms": {}},
    ],
)
def test_a_changed_grant_is_no_grant(change: dict[str, Any]) -> None:
    statement = Statement.from_bytes(GRANT)
    changed = replace(statement, predicate={**statement.predicate, **change})
    with pytest.raises(NotVerified):
        read_grant(changed.to_bytes())


@pytest.mark.parametrize("field", sorted(Statement.from_bytes(GRANT).predicate))
def test_a_grant_without_one_of_its_fields_is_no_grant(field: str) -> None:
    statement = Statement.from_bytes(GRANT)
    rest = {key: value for key, value in statement.predicate.items() if key != field}
    with pytest.raises(NotVerified):
        read_grant(replace(statement, predicate=rest).to_bytes())


def test_a_grant_over_other_terms_than_its_subject_is_no_grant() -> None:
    statement = Statement.from_bytes(GRANT)
    with pytest.raises(NotVerified):
        read_grant(replace(statement, subjects=(("terms", "00" * 32),)).to_bytes())


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"v": 2},
        {"grant": "00" * 32},
        {"party": "oother"},
        {"person": "pkim"},
        {"expires": "2028-11-23T12:00:00Z"},
        {"starts": "2020-11-23T12:00:00Z"},
        {"termsDigest": "00" * 32},
    ],
)
def test_an_agreement_that_says_otherwise_than_its_grant_is_none(change: dict[str, Any]) -> None:
    statement = Statement.from_bytes(AGREEMENT)
    changed = replace(statement, predicate={**statement.predicate, **change})
    with pytest.raises(NotVerified):
        read_agreement(changed.to_bytes(), read_grant(GRANT))
    swapped = replace(statement, subjects=statement.subjects[::-1])
    with pytest.raises(NotVerified):
        read_agreement(swapped.to_bytes(), read_grant(GRANT))


@pytest.mark.parametrize("other", [AGREEMENT, ITEM.to_bytes(), WITHDRAWAL.to_bytes(), b"{}", b""])
def test_another_record_is_not_read_as_a_grant(other: bytes) -> None:
    with pytest.raises(CountersignError):
        read_grant(other)


def test_an_item_counts_for_its_own_grant_and_person_alone() -> None:
    data = ITEM.to_bytes()
    assert read_item(data, DIGEST, LIN) == Item.SHORT_COOLING_OFF
    assert read_item(data, "00" * 32, LIN) is None
    assert read_item(data, DIGEST, "pkim") is None
    assert read_item(GRANT, DIGEST, LIN) is None
    assert read_item(WITHDRAWAL.to_bytes(), DIGEST, LIN) is None


def test_clause_01_a_withdrawal_has_no_field_for_a_reason_and_stands_alone() -> None:
    assert set(WITHDRAWAL.predicate) == {"v", "scope", "agreement", "by", "at"}
    assert WITHDRAWAL.subjects == (("grant", DIGEST),)


def test_two_dates_give_two_agreements() -> None:
    later = replace(facts(SHORT), expires=NOW + timedelta(days=3))
    other = agreement_statement(SHORT, later, texts(SHORT, later), DIGEST).to_bytes()
    assert agreement_id(other) != ID
