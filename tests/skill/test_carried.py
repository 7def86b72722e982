"""A package may carry the signed grant and agreement; then both are checked, not only named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from countersign.people import IdentityLevel, add_card, bind_key
from countersign.seal import Envelope, Statement, countersign, sign
from countersign.skill import Draft, build, verify_files
from countersign.terms import OfferState, make_offer, record, records, sign_offer
from tests.skill.scene import (
    KEY,
    NONCE,
    NOW,
    OTHER,
    PARTY,
    PARTY_KEY,
    PERSON,
    draft,
    hub,
    logged,
    terms,
    trust,
)


def signed(folder: Path) -> tuple[OfferState, Envelope, Envelope]:
    """Return an offer that both sides signed in a real hub, with its two records."""
    with hub(folder) as h, h.db.write() as c:
        sides = ((PERSON, KEY, "lin", False), (PARTY, PARTY_KEY, "acme", True))
        for id, key, label, is_party in sides:
            add_card(c, id=id, label=label, name=label, is_party=is_party, now=NOW)
            bind_key(c, subject=id, key=key, level=IdentityLevel.SELF_ASSERTED, now=NOW)
        offer = make_offer(c, party=PARTY, person=PERSON, terms=terms(), now=NOW)
        sign_offer(c, offer.id, signer=PERSON, key=KEY, now=NOW)
        state = sign_offer(c, offer.id, signer=PARTY, key=PARTY_KEY, now=NOW)
        assert state.complete
        grant = record(c, offer.grant_digest).envelope
        agreement = next(
            r.envelope for r in records(c, offer.grant_digest) if r.kind == "agreement"
        )
    return state, grant, agreement


def carrying(state: OfferState, grant: Envelope, contract: Envelope, **other: object) -> Draft:
    """Return a draft under these records."""
    values: dict[str, object] = {
        "terms": state.terms,
        "agreement": state.agreement_id,
        "agreement_digest": contract.digest,
        "agreement_envelope": contract,
        "grant_digest": grant.digest,
        "grant_envelope": grant,
    }
    return draft(**(values | other))  # type: ignore[arg-type]


def failed_at(made: Draft) -> int:
    """Return the number of the first failed step, 0 if none."""
    files = logged(build(made, sign_with=KEY, nonce=NONCE)).files
    steps = verify_files(files, trust(), now=NOW + timedelta(days=1))
    return next((s.number for s in steps if not s.passed), 0)


@pytest.fixture(scope="module")
def records_of(tmp_path_factory: pytest.TempPathFactory) -> tuple[OfferState, Envelope, Envelope]:
    return signed(tmp_path_factory.mktemp("hub"))


Signed = tuple[OfferState, Envelope, Envelope]


def test_what_both_sides_signed_is_verified_from_the_package_alone(records_of: Signed) -> None:
    assert failed_at(carrying(*records_of)) == 0


def test_an_agreement_that_lacks_a_side_is_found(records_of: Signed) -> None:
    state, grant, agreement = records_of
    one = Envelope(agreement.payload, agreement.signatures[:1])
    assert failed_at(carrying(state, grant, one)) == 6
    three = countersign(agreement, OTHER)
    assert failed_at(carrying(state, grant, three)) == 6
    forged = countersign(sign(agreement.statement, KEY), OTHER)
    assert failed_at(carrying(state, grant, forged)) == 6


def test_a_grant_that_the_person_did_not_sign_is_found(records_of: Signed) -> None:
    state, grant, agreement = records_of
    assert failed_at(carrying(state, sign(grant.statement, PARTY_KEY), agreement)) == 6
    assert failed_at(carrying(state, Envelope(grant.payload), agreement)) == 6


def test_records_about_something_else_are_found(records_of: Signed) -> None:
    state, grant, agreement = records_of
    assert failed_at(carrying(state, grant, agreement, grant_digest="00" * 32)) == 6
    assert failed_at(carrying(state, grant, agreement, agreement="aother")) == 6
    assert failed_at(carrying(state, grant, agreement, party="oother")) == 6
    assert failed_at(carrying(state, grant, agreement, terms=terms(term_days=90))) == 6
    later = NOW + timedelta(days=366)
    assert failed_at(carrying(state, grant, agreement, valid_until=later)) == 6
    said = dict(grant.statement.predicate) | {"person": "pother"}
    other = sign(Statement("grant", grant.statement.subjects, said), KEY)
    assert failed_at(carrying(state, other, agreement, grant_digest=other.digest)) == 6
