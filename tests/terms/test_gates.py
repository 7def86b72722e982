# SPDX-License-Identifier: Apache-2.0
"""The gates around an agreement: ceremony, floors, events, parts; and the order of all reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from countersign.people import IdentityLevel
from countersign.terms import (
    Act,
    Always,
    Assessment,
    Audience,
    Bound,
    BoundBy,
    Delivery,
    Kind,
    Limits,
    Method,
    Never,
    OnLeaving,
    Processing,
    Profile,
    Purpose,
    Request,
    Source,
    Standing,
    State,
    Terms,
    preset,
)
from countersign.terms.events import EVERYTHING
from countersign.terms.refusals import TEXTS
from tests.terms.scene import KIM, LIN, NOW, OTHER, ZERO, ask, permit, refusal, stand

SRC = Path(__file__).parents[2] / "src" / "countersign"
TEAM = preset("my-team")
DAY = timedelta(days=1)


def publish(**changes: Any) -> Request:
    return ask(act=Act.PUBLISH, actor=LIN, **changes)


def test_clause_06_each_purpose_audience_and_source_is_ticked_alone_and_taken_back_alone() -> None:
    for left_out in ("purpose:answer-questions", "source:mail"):
        rest = frozenset(TEAM.toggles) - {left_out}
        assert refusal(ask(), stand(items=rest)).code == "not-ticked"
        assert refusal(ask(), stand(withdrawn=frozenset({left_out}))).code == "not-ticked"
    rest = frozenset(TEAM.toggles) - {"audience:team"}
    assert refusal(ask(), stand(items=rest)).code == "audience"
    permit(ask(purpose=Purpose.ONBOARD), stand(withdrawn=frozenset({"purpose:answer-questions"})))


def test_clause_09_what_is_done_beyond_what_was_signed_suspends() -> None:
    done = Processing(
        purposes=TEAM.purposes,
        methods=TEAM.methods,
        kinds=TEAM.kinds,
        audience=TEAM.audience,
        models=frozenset(),
    )
    permit(ask(), stand(processing=done))
    more = (
        {"purposes": TEAM.purposes | {Purpose.HAND_OVER}},
        {"methods": frozenset({Method.REMOTE_MODEL})},
        {"kinds": TEAM.kinds | {Kind.STYLE}},
        {"audience": frozenset({Audience.COMPANY})},
        {"models": frozenset({"qwen"})},
    )
    for change in more:
        changed = replace(done, **change)
        assert refusal(ask(), stand(processing=changed)).code == "changed"
    assert refusal(ask(methods=frozenset({"remote-model"})), stand()).code == "method"
    permit(ask(methods=frozenset({"local"})), stand())


def test_clause_12_nothing_is_done_before_the_party_undertook_that_no_costs_nothing() -> None:
    assert refusal(ask(), stand(undertaken=False)).code == "undertaking"


def test_clause_17_the_representatives_are_told_before_the_first_use() -> None:
    untold = stand(noticed=False)
    assert refusal(ask(), replace(untold, represented=True)).code == "notice"
    permit(ask(), replace(untold, represented=False))
    permit(publish(), replace(untold, represented=True))
    company = replace(TEAM, profile=Profile.COMPANY)
    assert refusal(ask(), stand(company, noticed=False, represented=False)).code == "notice"


def test_clause_30_nothing_goes_live_without_the_assessment_that_its_profile_needs() -> None:
    assert refusal(ask(), stand(assessment=Assessment.NONE)).code == "assessment"
    permit(ask(), stand(assessment=Assessment.PREFILLED))
    company = replace(TEAM, profile=Profile.COMPANY)
    light = stand(company, assessment=Assessment.PREFILLED)
    assert refusal(ask(), light).code == "assessment"


def test_under_the_full_profiles_a_person_proves_a_handle_first() -> None:
    company = replace(TEAM, profile=Profile.COMPANY)
    asserted = stand(company, person_level=IdentityLevel.SELF_ASSERTED)
    assert refusal(ask(), asserted).code == "identity"
    permit(ask(), replace(asserted, person_level=IdentityLevel.HANDLE_CHALLENGE))
    strict = replace(TEAM, identity_at_least=IdentityLevel.PLATFORM_SIGN_IN)
    shown = stand(strict, person_level=IdentityLevel.HANDLE_CHALLENGE)
    assert refusal(ask(), shown).code == "identity"


def test_clause_16_terms_below_a_floor_allow_nothing_and_a_floor_alone_allows_nothing() -> None:
    floor = Bound(
        by=BoundBy.FLOOR, name="00", limits=Limits(term_days_at_most=180), since=NOW + DAY
    )
    permit(ask(), stand(bounds=(floor,)))
    assert refusal(ask(), stand(bounds=(floor,)), NOW + DAY).code == "below-floor"
    over = replace(floor, until=NOW + 2 * DAY)
    permit(ask(), stand(bounds=(over,)), NOW + 2 * DAY)
    assert refusal(ask(), None).code == "no-standing"


def test_a_policy_narrows_what_the_terms_allow() -> None:
    def under(**limits: Any) -> Standing:
        bound = Bound(by=BoundBy.POLICY, name="00", limits=Limits(**limits), since=NOW)
        return stand(bounds=(bound,))

    permit(ask(), under(purposes=frozenset({Purpose.ANSWER_QUESTIONS})))
    assert refusal(ask(), under(purposes=frozenset({Purpose.ONBOARD}))).code == "policy"
    assert refusal(ask(), under(callers_at_most=5)).code == "policy"
    assert refusal(ask(), under(always=frozenset({Always.COUNTERSIGNED}))).code == "policy"
    permit(ask(), under(never=frozenset({Never.SENSITIVE})))


def test_clause_26_27_28_leaving_transfer_and_incapacity_stop_the_use() -> None:
    for event, code in (
        ("left_at", "left"),
        ("transferred_at", "transferred"),
        ("incapable_at", "incapable"),
    ):
        happened: dict[str, Any] = {event: NOW + DAY}
        changed = stand(**happened)
        permit(ask(), changed)
        assert refusal(ask(), changed, NOW + DAY).code == code
    paid = replace(TEAM, on_leaving=OnLeaving.CONTINUE)
    permit(ask(), stand(paid, left_at=NOW))


def test_a_claim_or_topic_that_was_taken_back_is_not_used() -> None:
    back = stand(withdrawn=frozenset({"claim:c1", "topic:t1"}))
    permit(ask(claims=frozenset({"c2"})), back)
    assert refusal(ask(claims=frozenset({"c1", "c2"})), back).code == "part-withdrawn"
    assert refusal(publish(topics=frozenset({"t1"})), back).code == "part-withdrawn"


def test_clause_09_terms_of_an_older_version_are_read_and_not_used() -> None:
    old = replace(TEAM, v=1)
    assert refusal(ask(), stand(old)).code == "old-terms"
    own = replace(preset("only-me"), v=1)
    mine = ask(party=LIN, audience=Audience.SELF, actor="cagent")
    permit(mine, stand(own, party=LIN))


def _mends(party: str, able: Terms) -> list[dict[str, Any]]:
    """What sets right, one after the other, everything that is wrong at first."""
    return [
        {"vault_of": ""},
        {"missing": ()},
        {"signed_at": NOW},
        {"items": frozenset({*able.items, *able.toggles} - {"source:mail", "purpose:onboard"})},
        {"state": State.SUSPENDED},
        {"state": State.IN_FORCE},
        {"terms": replace(able, sensitive=False)},
        {"transferred_at": None},
        {"incapable_at": None},
        {"left_at": None},
        {"starts": NOW},
        {"expires": NOW + 9 * DAY},
        {"signed_at": NOW - 2 * DAY},
        {"bounds": (POLICY,)},
        {"undertaken": True},
        {"person_level": IdentityLevel.REPRESENTATIVE},
        {"noticed": True},
        {"assessment": Assessment.FULL},
        {"processing": None},
        {"purpose": "fun"},
        {"purpose": Purpose.ONBOARD},
        {"purpose": ""},
        {"party": party},
        {"audience": ""},
        {"actor": LIN},
        {"callers": 1},
        {"delivery": ""},
        {"kinds": frozenset()},
        {"sources": frozenset()},
        {"claims": frozenset()},
        {"training": False},
        {"persona": False},
        {"terms": able},
        {"region": "here"},
        {"endpoint": ""},
        {"methods": frozenset()},
        {"bounds": ()},
    ]


POLICY = Bound(
    by=BoundBy.POLICY, name="00", limits=Limits(regions=frozenset({"eu"})), since=NOW - DAY
)
LOW = Bound(by=BoundBy.FLOOR, name="01", limits=Limits(term_days_at_most=1), since=NOW - DAY)


def test_reasons_come_in_a_fixed_order_so_that_the_first_thing_wrong_is_said() -> None:
    """Everything is wrong at first; each refusal is mended in turn and the next one shows."""
    free = replace(TEAM, benefits=(ZERO,), zero_chosen_by_person=True)
    standing = stand(
        replace(free, v=1),
        missing=("party acme",),
        signed_at=None,
        items=frozenset(),
        state=State.WITHDRAWN,
        starts=NOW + DAY,
        expires=NOW - DAY,
        transferred_at=NOW,
        incapable_at=NOW,
        left_at=NOW,
        bounds=(LOW, POLICY),
        undertaken=False,
        person_level=IdentityLevel.SELF_ASSERTED,
        noticed=False,
        represented=True,
        assessment=Assessment.NONE,
        processing=EVERYTHING,
        withdrawn=frozenset({"claim:c1"}),
    )
    request = Request(
        act=Act.INSTALL,
        actor="",
        party=OTHER,
        purpose="impersonate",
        audience=Audience.CLIENT,
        delivery=Delivery.FOLDER,
        kinds=frozenset({Kind.STYLE}),
        sources=frozenset({Source.WECHAT}),
        training=True,
        persona=True,
        sensitive=True,
        region="eu",
        endpoint="model.example.org",
        methods=frozenset({"remote-model"}),
        claims=frozenset({"c1"}),
        callers=99,
        vault_of=KIM,
    )
    strict = replace(free, sensitive=True, identity_at_least=IdentityLevel.HANDLE_CHALLENGE)
    said: list[str] = []
    for mend in _mends(standing.party, strict):
        said.append(refusal(request, standing).code)
        in_request = next(iter(mend)) in Request.__dataclass_fields__
        request = replace(request, **mend) if in_request else request
        standing = standing if in_request else replace(standing, **mend)
    said.append(refusal(request, standing).code)
    told = list(dict.fromkeys(said))
    assert told == [code for code in TEXTS if code not in ("no-standing", "error")]
