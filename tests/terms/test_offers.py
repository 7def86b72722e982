# SPDX-License-Identifier: Apache-2.0
"""From an offer to two signatures: any order, own keys, each once, and nothing changes the bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import BadInput, Conflict, NotAllowed, NotFound, Stale
from countersign.people import tables as people_tables
from countersign.seal import SigningKey, sha256_hex
from countersign.terms import (
    Item,
    Permit,
    Profile,
    Record,
    Refusal,
    Terms,
    agreements,
    decide,
    make_offer,
    offer_state,
    offers,
    preset,
    records,
    sign_offer,
    standing,
    unlogged,
    withdraw,
)
from tests.terms.scene import (
    ACME,
    KEYS,
    KIM,
    LATER,
    LIN,
    NOW,
    OTHER,
    ZERO,
    ask,
    hub,
    offered,
    signed,
)

TEAM = preset("my-team")
SHORT = replace(TEAM, cooling_off_hours=0, cooling_off_chosen_by_person=True)
NOTHING = replace(TEAM, benefits=(ZERO,), zero_chosen_by_person=True)


def sign(c: sa.Connection, offer: str, who: str, *items: Item) -> tuple[str, ...]:
    made = sign_offer(c, offer, signer=who, key=KEYS[who], now=NOW, items=items)
    return made.missing


@pytest.mark.parametrize("order", [(LIN, ACME), (ACME, LIN)])
def test_either_side_may_sign_first_and_the_bytes_stay_the_same(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        assert offer.missing == ("person lin", "party acme")
        half = sign_offer(c, offer.id, signer=order[0], key=KEYS[order[0]], now=NOW)
        assert half.missing == ({LIN: "party acme", ACME: "person lin"}[order[0]],)
        assert not half.complete
        whole = sign_offer(c, offer.id, signer=order[1], key=KEYS[order[1]], now=LATER)
        assert whole.complete
        assert whole.signed_at == LATER
        same = (offer.grant_digest, offer.agreement_id, offer.terms, offer.text_en, offer.text_zh)
        assert same == (
            *(whole.grant_digest, whole.agreement_id, whole.terms),
            *(whole.text_en, whole.text_zh),
        )


def test_publishing_needs_both_and_the_missing_signer_is_named(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        sign(c, offer.id, LIN)
        said = decide(ask(), standing(c, offer.agreement_id), now=LATER)
        assert isinstance(said, Refusal)
        assert "party acme has not signed" in said.what
        sign(c, offer.id, ACME)
        assert isinstance(decide(ask(), standing(c, offer.agreement_id), now=LATER), Permit)


def whole(c: sa.Connection, grant: str) -> tuple[Record, Record]:
    """The grant and the agreement themselves, without what stands around them."""
    found = {
        r.kind: r for r in reversed(records(c, grant)) if r.digest == grant or r.kind == "agreement"
    }
    return found["grant"], found["agreement"]


def test_clause_11_grant_and_agreement_name_each_other_and_the_texts_shown(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c)
        offer = offer_state(c, id)
        grant, agreement = whole(c, offer.grant_digest)
        assert (grant.kind, agreement.kind) == ("grant", "agreement")
        assert grant.digest == offer.grant_digest == agreement.envelope.statement.predicate["grant"]
        assert dict(agreement.envelope.statement.subjects) == {
            "contract.en.md": sha256_hex(offer.text_en.encode()),
            "contract.zh.md": sha256_hex(offer.text_zh.encode()),
        }
        assert grant.envelope.statement.subjects == (("terms", offer.terms.digest),)
        assert Terms.from_value(grant.envelope.statement.predicate["terms"]) == offer.terms
        assert len(grant.envelope.signatures) == 1
        assert len(agreement.envelope.signatures) == 2


def test_a_grant_carries_no_signing_time_and_no_name(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        grant, agreement = whole(c, offer_state(c, signed(c)).grant_digest)
        for payload in (grant.envelope.payload, agreement.envelope.payload):
            assert b"signedAt" not in payload
            assert "林伟".encode() not in payload
            assert b"Lin Wei" not in payload


def test_clause_06_items_are_records_of_their_own_signed_by_the_person(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c, SHORT, items=(Item.SHORT_COOLING_OFF,))
        found = records(c, offer_state(c, id).grant_digest)
        parts = [r.envelope.statement.predicate.get("part") for r in found]
        ticked = {*SHORT.toggles, Item.SHORT_COOLING_OFF}
        assert parts.count("item") == len(ticked)
        assert offer_state(c, id).items == ticked
        signers = {len(r.envelope.signatures) for r in found if r.kind != "agreement"}
        assert signers == {1}
        assert isinstance(decide(ask(), standing(c, id), now=NOW), Permit)


def test_clause_06_under_the_light_profile_what_is_left_out_is_not_ticked(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        out = ["purpose:onboard", "source:slack"]
        state = sign_offer(c, offer.id, signer=LIN, key=KEYS[LIN], now=NOW, leave_out=out)
        assert state.items == set(offer.terms.toggles) - set(out)
        later = sign_offer(c, offer.id, signer=LIN, key=KEYS[LIN], now=NOW, items=out[:1])
        assert later.items == set(offer.terms.toggles) - set(out[1:])


def test_clause_06_under_the_full_profiles_nothing_is_ticked_by_itself(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c, replace(preset("my-team"), profile=Profile.COMPANY))
        state = sign_offer(c, offer.id, signer=LIN, key=KEYS[LIN], now=NOW, items=["source:mail"])
        assert state.items == {"source:mail"}


def test_clause_12_without_the_persons_own_item_48_hours_hold(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c, SHORT)
        said = decide(ask(), standing(c, id), now=NOW + timedelta(hours=47))
        assert isinstance(said, Refusal)
        assert said.code == "cooling-off"
        assert isinstance(decide(ask(), standing(c, id), now=LATER), Permit)


def test_an_item_left_out_at_first_is_signed_later_alone(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        id = signed(c, SHORT)
        assert offer_state(c, id).items == set(SHORT.toggles)
        items = [Item.SHORT_COOLING_OFF]
        later = sign_offer(c, id, signer=LIN, key=KEYS[LIN], now=NOW, items=items)
        assert later.items == {*SHORT.toggles, Item.SHORT_COOLING_OFF}
        assert isinstance(decide(ask(), standing(c, id), now=NOW), Permit)
        with pytest.raises(Conflict):
            sign_offer(c, id, signer=LIN, key=KEYS[LIN], now=NOW, items=items)


def test_clause_23_an_offer_that_pays_nothing_is_signed_only_with_that_item(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c, NOTHING)
        with pytest.raises(NotAllowed, match="pays nothing"):
            sign(c, offer.id, LIN)
        assert sign(c, offer.id, LIN, Item.ZERO_BENEFIT) == ("party acme",)


def test_an_item_is_signed_by_the_person_alone_and_only_where_the_terms_ask(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c, SHORT)
        with pytest.raises(NotAllowed, match="Only the person"):
            sign(c, offer.id, ACME, Item.SHORT_COOLING_OFF)
        with pytest.raises(BadInput, match="do not ask for 'training'"):
            sign(c, offer.id, LIN, Item.TRAINING)
        assert offer_state(c, offer.id).missing == ("person lin", "party acme")


def test_a_grant_to_oneself_has_one_signer(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c, preset("only-me"), party=LIN)
        assert offer.missing == ("person lin",)
        assert sign(c, offer.id, LIN) == ()
        found = records(c, offer.grant_digest)
        assert [r.kind for r in found] == ["grant", "agreement"]
        assert len(unlogged(c)) == 2


@pytest.mark.parametrize(("terms", "party"), [(preset("only-me"), ACME), (TEAM, LIN), (TEAM, KIM)])
def test_terms_for_oneself_and_terms_for_a_party_are_not_mixed(
    tmp_path: Path, terms: Terms, party: str
) -> None:
    with hub(tmp_path) as c:
        if party == KIM:  # another person may be the other side: a client, a successor
            assert offered(c, terms, party=party).party == KIM
        else:
            with pytest.raises(BadInput, match="do not fit these two sides"):
                offered(c, terms, party=party)


def test_only_a_person_can_grant(tmp_path: Path) -> None:
    with hub(tmp_path) as c, pytest.raises(BadInput, match="Only a person"):
        make_offer(c, party=ACME, person=OTHER, terms=TEAM, now=NOW)


def test_an_offer_may_name_both_by_label(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = make_offer(c, party="acme", person="lin", terms=TEAM, now=NOW)
        assert (offer.person, offer.party) == (LIN, ACME)
        with pytest.raises(NotFound):
            make_offer(c, party="acm", person="lin", terms=TEAM, now=NOW)


@pytest.mark.parametrize(("signer", "key"), [(LIN, ACME), (ACME, LIN), (LIN, KIM), (ACME, OTHER)])
def test_nobody_signs_with_a_key_that_is_not_theirs(tmp_path: Path, signer: str, key: str) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        with pytest.raises(NotAllowed, match="not bound to that signer"):
            sign_offer(c, offer.id, signer=signer, key=KEYS[key], now=NOW)
        with pytest.raises(NotAllowed):
            sign_offer(c, offer.id, signer=signer, key=SigningKey.generate(), now=NOW)
        assert records(c, offer.grant_digest) == ()


def test_somebody_else_cannot_sign(tmp_path: Path) -> None:
    with hub(tmp_path) as c, pytest.raises(NotAllowed, match="not made to this signer"):
        sign(c, offered(c).id, KIM)


def test_signing_twice_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        for who in (LIN, ACME):
            sign(c, offer.id, who)
        before = records(c, offer.grant_digest)
        for who in (LIN, ACME):
            with pytest.raises(Conflict, match="signed already"):
                sign(c, offer.id, who)
        assert records(c, offer.grant_digest) == before


def test_clause_13_an_offer_ends_with_its_terms(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        assert offer.expires - offer.starts == timedelta(days=365)
        with pytest.raises(Stale, match="time of this offer is over"):
            sign_offer(c, offer.id, signer=LIN, key=KEYS[LIN], now=offer.expires)


def test_clause_13_a_late_start_does_not_stretch_the_24_months(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        late = replace(TEAM, starts=NOW + timedelta(days=400))
        with pytest.raises(BadInput, match="more than 24 months"):
            offered(c, late)
        past = replace(TEAM, starts=NOW - timedelta(days=400))
        with pytest.raises(BadInput, match="end before they are offered"):
            offered(c, past)
        assert offered(c, replace(late, term_days=300)).starts == late.starts


def test_what_was_taken_back_is_not_signed_any_more(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        offer = offered(c)
        sign(c, offer.id, LIN)
        withdraw(c, agreement_id=offer.agreement_id, key=KEYS[LIN], by=LIN, now=NOW)
        with pytest.raises(Conflict, match="took this back"):
            sign(c, offer.id, ACME)


def test_the_light_profile_is_not_offered_by_a_party_with_too_many_callers(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        rows = [{"id": f"c{n}", "label": f"c{n}", "party": ACME, "made_at": 0} for n in range(21)]
        c.execute(people_tables.caller.insert(), rows)
        with pytest.raises(BadInput, match="21 callers"):
            offered(c)
        assert offered(c, replace(TEAM, profile=Profile.COMPANY, callers_at_most=30))


def test_offers_and_agreements_are_listed_oldest_first(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        first = offered(c)
        second = make_offer(c, party=OTHER, person=KIM, terms=TEAM, now=LATER)
        assert [o.id for o in offers(c)] == [first.id, second.id]
        assert agreements(c) == (first.agreement_id, second.agreement_id)
        assert agreements(c, person=KIM) == agreements(c, party=OTHER) == (second.agreement_id,)
        assert agreements(c, person=LIN, party=OTHER) == ()


def test_an_unknown_offer_is_not_found(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        with pytest.raises(NotFound, match="no such offer"):
            offer_state(c, "fnothing")
        assert standing(c, "anothing") is None


def test_two_offers_of_the_same_terms_are_two_grants(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        one, other = offered(c), offered(c)
        assert one.terms.digest == other.terms.digest
        assert one.grant_digest != other.grant_digest
        assert one.agreement_id != other.agreement_id
