"""What records for others say of an agreement, and what they never say."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rdflib import ODRL2, URIRef

from countersign.errors import NotFound, NotVerified
from countersign.terms import (
    NEVER,
    Event,
    Item,
    Recorded,
    Side,
    State,
    complaint_of,
    consent_record,
    kantara_receipt,
    odrl_agreement,
    recorded,
    suspend,
    tables,
    withdraw,
)
from countersign.terms.renderings.names import DPV_CLASSES, DPV_PROPERTIES, PD_TERMS
from tests.terms import scene as people
from tests.terms.renderings import checking, scene
from tests.terms.renderings.checking import broken_schema, broken_shapes
from tests.terms.scene import ACME, KEYS, LATER, LIN, NOW

SOON = NOW + timedelta(hours=1)


def _states(r: Recorded, now: Any = LATER) -> list[str]:
    said = consent_record(r, now=now)["dpv:hasConsentStatus"]
    return [s["@type"] if isinstance(s["@type"], str) else s["@type"][0] for s in said]


def _sound(r: Recorded, now: Any = LATER) -> None:
    for name, render in scene.RENDER.items():
        value = render(r, now=now)
        assert broken_shapes(value, name) == set()
        assert broken_schema(value, name) == []


def test_clause_11_a_signed_agreement_is_rendered_from_what_the_hub_verified(
    tmp_path: Path,
) -> None:
    with scene.given(tmp_path) as (c, agreement):
        r = recorded(c, agreement)
        _sound(r)
        assert (r.person.id, r.party.id, r.given_at) == (LIN, ACME, NOW)
        assert r.ticks.keys() >= {"purpose:onboard", "audience:team"}
        record = consent_record(r, now=LATER)
    assert record["dct:identifier"] == r.standing.grant
    assert [n["cs:sha256"] for n in record["dpv:hasNotice"]] == list(r.texts)
    assert _states(r) == ["dpv:ConsentRequested", "dpv:ConsentGiven"]


def test_clause_11_nothing_is_rendered_where_nobody_consented(tmp_path: Path) -> None:
    with people.hub(tmp_path) as c:
        r = recorded(c, people.offered(c).id)
    for render in (*scene.RENDER.values(), kantara_receipt):
        with pytest.raises(NotFound, match="no consent"):
            render(r, now=LATER)


def test_clause_06_only_what_was_ticked_is_a_granted_purpose(tmp_path: Path) -> None:
    everything = scene.plain()
    items = everything.standing.items - {"purpose:onboard"}
    r = scene.plain(
        standing=people.stand(scene.paid(), items=items, grant=everything.standing.grant)
    )
    said = consent_record(r, now=LATER)["dpv:hasProcess"]
    assert "cs:purpose-onboard" not in {p["dpv:hasPurpose"]["@id"] for p in said}
    policy = odrl_agreement(r, now=LATER)["permission"]
    assert "cs:purpose-onboard" not in json.dumps(policy)
    _sound(r)


def test_clause_06_a_purpose_taken_back_alone_is_said_and_not_permitted() -> None:
    stand = people.stand(
        scene.paid(), withdrawn=frozenset({"purpose:onboard"}), grant=scene.plain().standing.grant
    )
    part = Event("withdrawal", LATER, LIN, "", ("purpose:onboard",))
    r = scene.plain(standing=stand, events=(part,))
    said = {
        p["dpv:hasPurpose"]["@id"]: p["cs:granted"]
        for p in scene.rendered(r, "consent-record")["dpv:hasProcess"]
    }
    assert said["cs:purpose-onboard"] is False
    assert said["cs:purpose-answer-questions"] is True
    assert _states(r)[-1] == "cs:ConsentPartlyWithdrawn"
    assert "cs:purpose-onboard" not in json.dumps(odrl_agreement(r, now=LATER)["permission"])
    _sound(r)


def test_clause_02_a_withdrawal_is_the_last_state(tmp_path: Path) -> None:
    with scene.given(tmp_path) as (c, agreement):
        suspend(c, agreement_id=agreement, key=KEYS[LIN], by=LIN, now=SOON)
        assert _states(recorded(c, agreement))[-1] == "cs:ConsentSuspended"
        withdraw(c, agreement_id=agreement, key=KEYS[LIN], by=LIN, now=LATER)
        r = recorded(c, agreement)
    assert _states(r)[-1] == "dpv:ConsentWithdrawn"
    with pytest.raises(NotFound, match="in force"):
        kantara_receipt(r, now=LATER)
    _sound(r)


@pytest.mark.parametrize(
    ("role", "state"),
    [
        ("", "dpv:ConsentWithdrawn"),
        ("revoke", "dpv:ConsentWithdrawn"),
        ("representative", "dpv:ConsentRevoked"),
    ],
)
def test_who_took_it_back_decides_between_withdrawn_and_revoked(role: str, state: str) -> None:
    stand = people.stand(scene.paid(), state=State.WITHDRAWN, grant=scene.plain().standing.grant)
    r = scene.plain(standing=stand, events=(Event("withdrawal", LATER, "rcouncil", role),))
    assert _states(r)[-1] == state
    _sound(r)


def test_a_withdrawal_that_only_the_row_knows_is_still_said() -> None:
    stand = people.stand(scene.paid(), state=State.WITHDRAWN, grant=scene.plain().standing.grant)
    assert _states(scene.plain(standing=stand))[-1] == "dpv:ConsentWithdrawn"


def test_clause_13_an_end_of_the_term_is_a_state_of_its_own() -> None:
    r = scene.plain()
    before, end = r.standing.expires - timedelta(seconds=1), r.standing.expires
    assert _states(r, before)[-1] == "dpv:ConsentGiven"
    assert _states(r, end)[-1] == "dpv:ConsentExpired"


def test_clause_20_and_7_no_policy_permits_what_nobody_can_grant() -> None:
    for terms in (scene.paid(), scene.wide()):
        r = scene.plain(terms=terms)
        policy = odrl_agreement(r, now=LATER)
        forbidden = {p["action"] for p in policy["prohibition"]}
        assert {f"cs-odrl:{name}" for name in NEVER} <= forbidden
        assert not {p["action"] for p in policy["permission"]} & {f"cs-odrl:{n}" for n in NEVER}
        _sound(r)


def test_training_is_prohibited_until_its_item_is_signed() -> None:
    signed = odrl_agreement(scene.plain(terms=scene.wide()), now=LATER)
    plain = odrl_agreement(scene.plain(), now=LATER)
    assert "cs-odrl:train" in {p["action"] for p in plain["prohibition"]}
    assert "cs-odrl:train" not in {p["action"] for p in signed["prohibition"]}
    assert "cs-odrl:train" in {p["action"] for p in signed["permission"]}
    assert consent_record(scene.plain(), now=LATER)["cs:aipref"] == "train-ai=n"


def test_separate_consents_of_chinese_law_stand_only_where_their_item_was_signed() -> None:
    wide = scene.wide()
    signed = scene.plain(terms=wide)
    without = people.stand(wide, items=frozenset(wide.toggles), grant=signed.standing.grant)
    both = [
        consent_record(r, now=LATER)["cs-cn:separateConsent"]
        for r in (signed, scene.plain(standing=without))
    ]
    assert both[0] == ["cs-cn:PIPL-13-1-1", "cs-cn:PIPL-23", "cs-cn:PIPL-29", "cs-cn:PIPL-39"]
    assert both[1] == ["cs-cn:PIPL-13-1-1", "cs-cn:PIPL-23"]
    assert Item.SENSITIVE in wide.items


def test_clause_34_every_record_says_where_complaints_go(tmp_path: Path) -> None:
    with scene.given(tmp_path) as (c, agreement):
        r = recorded(c, agreement)
        assert complaint_of(c, agreement) == scene.COMPLAINT
        c.execute(tables.offer.update().values(complaint="nobody@example.org"))
        with pytest.raises(NotVerified):  # what stands in no signed text is not told
            complaint_of(c, agreement)
    said = json.dumps([scene.rendered(r, n) for n in ("consent-record", "consent-receipt")])
    assert said.count(scene.COMPLAINT) >= 4
    general = json.dumps(consent_record(scene.plain(complaint=""), now=LATER), ensure_ascii=False)
    assert "data protection authority" in general
    assert "履行个人信息保护职责的部门" in general


def test_a_record_names_the_person_by_id_alone() -> None:
    r = scene.plain()
    for name in scene.RENDER:
        assert "Lin" not in json.dumps(scene.rendered(r, name), ensure_ascii=False)


def test_every_name_is_one_that_dpv_has() -> None:
    r = scene.plain(terms=scene.wide())
    graph = checking.graph([scene.rendered(r, n) for n in ("consent-record", "consent-receipt")])
    used = {str(x) for triple in graph for x in triple if isinstance(x, URIRef)}
    dpv, pd = "https://w3id.org/dpv#", "https://w3id.org/dpv/pd#"
    names = {x.removeprefix(dpv) for x in used if x.startswith(dpv)}
    assert len(names) > 30
    assert names - DPV_CLASSES - DPV_PROPERTIES == set()
    assert {x.removeprefix(pd) for x in used if x.startswith(pd)} == PD_TERMS


def test_every_name_of_odrl_is_one_that_odrl_has() -> None:
    graph = checking.graph(scene.rendered(scene.plain(terms=scene.wide()), "odrl-agreement"))
    base = str(ODRL2)
    used = {str(x) for triple in graph for x in triple if isinstance(x, URIRef)}
    names = {x.removeprefix(base) for x in used if x.startswith(base)}
    assert len(names) > 15
    assert {n for n in names if n not in ODRL2} == set()
    profile = checking.shapes("odrl-profile.ttl")
    ours = {URIRef(x) for x in used if x.startswith("https://w3id.org/countersign/odrl#")}
    assert ours
    assert ours - set(profile.subjects()) == set()


def test_kantara_says_the_same_consent() -> None:
    value = kantara_receipt(scene.plain(), now=LATER)
    required = "version jurisdiction consentTimestamp collectionMethod consentReceiptID"
    required += " piiPrincipalId piiControllers policyUrl services sensitive spiCat"
    assert set(required.split()) <= set(value)
    assert len(value["services"][0]["purposes"]) == 3
    assert value["sensitive"] is False


def test_whatever_is_signed_can_be_rendered_soundly() -> None:
    dice = Random(7)  # noqa: S311 -- the same terms in every run
    for _ in range(25):
        terms = people.some_terms(dice)
        party = Side(LIN if terms.to_self else ACME, "Acme", "self-asserted")
        stand = people.stand(terms, party=party.id, grant=scene.plain().standing.grant)
        _sound(scene.plain(terms=terms, standing=stand, party=party))
