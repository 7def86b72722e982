# SPDX-License-Identifier: Apache-2.0
"""decide: what is granted is permitted, each thing that is not is refused with its own reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from countersign.errors import NotAllowed
from countersign.people import IdentityLevel
from countersign.terms import (
    Act,
    Always,
    Assessment,
    Audience,
    Bound,
    BoundBy,
    Delivery,
    Item,
    Kind,
    Limits,
    Method,
    Never,
    OnLeaving,
    Processing,
    Profile,
    Purpose,
    Refused,
    Request,
    Scope,
    Source,
    Standing,
    State,
    Terms,
    keep_own,
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


def test_what_the_terms_grant_is_permitted_and_the_permit_says_what_it_rests_on() -> None:
    made = permit(ask(), stand())
    assert (made.scope, made.person, made.at) == (Scope.AGREEMENT, LIN, NOW)
    assert made.agreement == stand().agreement
    assert made.grant == stand().grant
    for request in (
        publish(),
        ask(act=Act.INSTALL),
        ask(act=Act.EXPORT),
        Request(act=Act.DISTILL, actor=LIN, party=stand().party),
        Request(act=Act.KEEP, actor=LIN, party=stand().party),
    ):
        permit(request, stand())


def test_no_skill_without_a_signature() -> None:
    for act in Act:
        assert refusal(ask(act=act, actor=LIN), None).code == "no-standing"


def test_a_missing_signature_is_refused_and_the_signer_is_named() -> None:
    half = stand(missing=("party acme",), signed_at=None)
    said = refusal(publish(), half)
    assert said.code == "missing-signature"
    assert "party acme" in said.what
    assert "party acme" in said.zh
    assert refusal(publish(), stand(signed_at=None)).code == "missing-signature"
    assert refusal(publish(), stand(missing=("party acme",))).code == "missing-signature"


def test_clause_23_nothing_is_paid_only_if_the_person_signed_that_on_its_own() -> None:
    nothing = replace(TEAM, benefits=(ZERO,), zero_chosen_by_person=True)
    permit(ask(), stand(nothing))
    assert refusal(ask(), stand(nothing, items=frozenset())).code == "missing-item"


def test_clause_02_a_withdrawn_grant_refuses_every_act() -> None:
    gone = stand(state=State.WITHDRAWN, since=NOW - DAY)
    for act in Act:
        said = refusal(ask(act=act, actor=LIN), gone)
        assert said.code == "withdrawn"
        assert "2026-11-22" in said.what


def test_clause_29_a_suspended_grant_refuses_until_it_is_lifted() -> None:
    assert refusal(ask(), stand(state=State.SUSPENDED, since=NOW)).code == "suspended"
    assert refusal(ask(), stand(state=State.SUSPENDED)).code == "suspended"
    permit(ask(), stand(state=State.IN_FORCE, since=NOW))


def test_nothing_is_used_before_the_start() -> None:
    soon = stand(starts=NOW + DAY)
    assert "2026-11-24" in refusal(ask(), soon).what
    permit(ask(), soon, NOW + DAY)


def test_clause_13_at_the_second_of_its_end_a_grant_is_over() -> None:
    ends = stand(expires=NOW + DAY)
    permit(ask(), ends, NOW + DAY - timedelta(seconds=1))
    said = refusal(ask(), ends, NOW + DAY)
    assert said.code == "expired"
    assert "2026-11-24" in said.what


def test_clause_12_cooling_off_is_48_hours_from_the_last_signature_and_says_until_when() -> None:
    fresh = stand(signed_at=NOW)
    said = refusal(ask(), fresh, NOW + timedelta(hours=47, minutes=59))
    assert said.code == "cooling-off"
    assert "2026-11-25T12:00:00Z" in said.what
    assert "2026-11-25T12:00:00Z" in said.zh
    permit(ask(), fresh, NOW + timedelta(hours=48))


def test_clause_12_a_shorter_cooling_off_holds_only_if_the_person_signed_it_on_its_own() -> None:
    short = replace(TEAM, cooling_off_hours=0, cooling_off_chosen_by_person=True)
    permit(ask(), stand(short, signed_at=NOW))
    unsigned = stand(short, signed_at=NOW, items=frozenset(short.toggles))
    assert refusal(ask(), unsigned).code == "cooling-off"
    permit(ask(), unsigned, NOW + timedelta(hours=48))


def test_clause_12_a_longer_cooling_off_holds_as_signed() -> None:
    long = stand(replace(TEAM, cooling_off_hours=72), signed_at=NOW)
    assert refusal(ask(), long, NOW + timedelta(hours=71)).code == "cooling-off"
    permit(ask(), long, NOW + timedelta(hours=72))


def test_a_grant_to_oneself_needs_no_cooling_off_and_serves_oneself_only() -> None:
    own = stand(preset("only-me"), party=LIN, signed_at=NOW)
    mine = ask(party=LIN, audience=Audience.SELF, delivery=Delivery.FOLDER, actor="cagent")
    permit(mine, own)
    assert refusal(replace(mine, party=OTHER), own).code == "party"
    assert refusal(replace(mine, audience=Audience.TEAM), own).code == "audience"


@pytest.mark.parametrize("purpose", ["evaluate-person", "replace-person", "set-workload"])
def test_clause_20_evaluation_is_refused_naming_the_clause(purpose: str) -> None:
    said = refusal(ask(purpose=purpose), stand())
    assert said.code == "never"
    assert "Clause 20" in said.why


def test_clause_07_impersonation_and_persona_are_refused() -> None:
    assert "Clause 7" in refusal(ask(purpose="impersonate"), stand()).why
    rider = replace(TEAM, profile=Profile.COMPANY, persona=True)
    assert refusal(ask(persona=True), stand(rider)).code == "persona"
    permit(ask(), stand(rider))
    ridden = stand(rider, persona_until=NOW + DAY)
    permit(ask(persona=True), ridden)
    assert refusal(ask(persona=True), ridden, NOW + DAY).code == "persona"
    assert refusal(ask(persona=True, delivery=""), ridden).code == "persona"
    back = replace(ridden, withdrawn=frozenset({"persona"}))
    assert refusal(ask(persona=True), back).code == "persona"


def test_clause_07_style_is_used_only_while_the_rider_runs() -> None:
    styled = replace(TEAM, profile=Profile.COMPANY, persona=True, kinds=frozenset(Kind))
    style = ask(kinds=frozenset({Kind.STYLE}))
    assert refusal(style, stand(styled)).code == "persona"
    permit(style, stand(styled, persona_until=NOW + DAY))
    assert refusal(style, stand(styled, persona_until=NOW + DAY), NOW + DAY).code == "persona"
    permit(ask(), stand(styled))


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
        changed = replace(done, **change)  # type: ignore[arg-type]
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
        changed = stand(**{event: NOW + DAY})
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


def test_clause_06_training_needs_its_item_its_purpose_and_an_export_for_nothing_else() -> None:
    trains = replace(
        TEAM,
        profile=Profile.COMPANY,
        training=True,
        purposes=TEAM.purposes | {Purpose.TRAIN_MODELS},
    )
    assert refusal(ask(training=True), stand(trains)).code == "training"
    assert refusal(ask(purpose=Purpose.TRAIN_MODELS), stand(trains)).code == "training"
    permit(ask(), stand(trains))
    whole = ask(act=Act.EXPORT, purpose=Purpose.TRAIN_MODELS, training=True)
    permit(whole, stand(trains))
    assert refusal(whole, stand(trains, items=frozenset(trains.toggles))).code == "training"
    assert refusal(replace(whole, act=Act.ANSWER), stand(trains)).code == "training"


def test_clause_06_release_to_everyone_needs_its_own_signed_item() -> None:
    wide = replace(
        TEAM,
        profile=Profile.PUBLIC,
        audience=frozenset({Audience.EVERYONE}),
        public_release=True,
    )
    permit(ask(audience=Audience.EVERYONE), stand(wide))
    unsigned = stand(wide, items=frozenset(wide.toggles))
    assert refusal(ask(audience=Audience.EVERYONE), unsigned).code == "audience"


def test_a_grant_to_the_company_reaches_its_team_and_not_the_other_way_round() -> None:
    wide = stand(replace(TEAM, profile=Profile.COMPANY, audience=frozenset({Audience.COMPANY})))
    permit(ask(audience=Audience.TEAM), wide)
    permit(ask(audience=Audience.COMPANY), wide)
    for audience in (Audience.SELF, Audience.CLIENT, Audience.EVERYONE):
        assert refusal(ask(audience=audience), wide).code == "audience"
    assert refusal(ask(audience=Audience.COMPANY), stand()).code == "audience"


def test_clause_06_sensitive_matters_need_their_own_signed_item() -> None:
    able = replace(TEAM, sensitive=True)
    permit(ask(sensitive=True), stand(able))
    assert refusal(ask(sensitive=True), stand()).code == "sensitive"
    unsigned = stand(able, items=frozenset(able.toggles))
    assert refusal(ask(sensitive=True), unsigned).code == "sensitive"
    unasked = stand(items=frozenset({Item.SENSITIVE, *TEAM.toggles}))
    assert refusal(ask(sensitive=True), unasked).code == "sensitive"


def test_clause_31_another_region_border_or_model_than_signed_is_refused() -> None:
    far = replace(
        TEAM,
        region="eu",
        endpoints=frozenset({"model.example.org"}),
        methods=frozenset({Method.LOCAL, Method.REMOTE_MODEL}),
        cross_border=True,
    )
    permit(ask(region="eu", endpoint="model.example.org", cross_border=True), stand(far))
    assert refusal(ask(), stand(far)).code == "region"
    assert refusal(ask(region="eu"), stand()).code == "region"
    assert refusal(ask(cross_border=True), stand()).code == "region"
    assert refusal(ask(endpoint="model.example.org"), stand()).code == "endpoint"


def test_clause_26_another_party_cannot_use_the_agreement() -> None:
    assert refusal(ask(party=OTHER), stand()).code == "party"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purpose": Purpose.HAND_OVER}, "purpose"),
        ({"purpose": "whatever"}, "purpose"),
        ({"party": ""}, "incomplete"),
        ({"purpose": ""}, "incomplete"),
        ({"audience": ""}, "incomplete"),
        ({"delivery": ""}, "incomplete"),
        ({"audience": Audience.COMPANY}, "audience"),
        ({"actor": ""}, "actor"),
        ({"callers": 21}, "callers"),
        ({"callers": 0}, "callers"),
        ({"delivery": Delivery.FOLDER}, "delivery"),
        ({"delivery": "by post"}, "delivery"),
        ({"kinds": frozenset({Kind.RULE, Kind.CONTACT})}, "kinds"),
        ({"sources": frozenset({Source.WECHAT})}, "sources"),
        ({"act": "sell"}, "error"),
        ({"kinds": 3}, "error"),
    ],
)
def test_any_single_thing_that_is_not_granted_refuses(changes: dict[str, Any], code: str) -> None:
    permit(ask(), stand())
    assert refusal(ask(**changes), stand()).code == code


@pytest.mark.parametrize("act", [Act.KEEP, Act.DISTILL, Act.PUBLISH])
def test_the_persons_own_acts_are_done_by_nobody_else(act: Act) -> None:
    permit(ask(act=act, actor=LIN), stand())
    for actor in (KIM, OTHER, stand().party, "ccaller"):
        assert refusal(ask(act=act, actor=actor), stand()).code == "actor"


@pytest.mark.parametrize("field", ["kinds", "sources"])
def test_publishing_without_saying_what_is_refused(field: str) -> None:
    assert refusal(publish(**{field: frozenset()}), stand()).code == "incomplete"


def test_asking_a_skill_that_may_be_copied_is_the_narrower_use() -> None:
    folder = stand(replace(TEAM, profile=Profile.COMPANY, delivery=Delivery.FOLDER))
    permit(ask(delivery=Delivery.SERVED), folder)
    permit(ask(delivery=Delivery.FOLDER, act=Act.INSTALL), folder)


@pytest.mark.parametrize("act", [Act.KEEP, Act.DISTILL, Act.EXPORT])
def test_own_words_in_the_own_vault_need_no_signature(act: Act) -> None:
    made = permit(keep_own(LIN, act=act), None)
    assert (made.scope, made.person, made.agreement) == (Scope.OWN_VAULT, LIN, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"act": Act.PUBLISH},
        {"act": Act.INSTALL},
        {"act": Act.ANSWER},
        {"actor": KIM},
        {"party": stand().party},
        {"endpoint": "model.example.org"},
        {"region": "eu"},
        {"cross_border": True},
        {"training": True},
        {"persona": True},
    ],
)
def test_what_leaves_the_own_vault_needs_one(changes: dict[str, Any]) -> None:
    request = replace(keep_own(LIN), **changes)
    assert refusal(request, None).code == "own-vault"
    assert refusal(request, stand()).code == "own-vault"
    assert refusal(replace(request, vault_of=""), None).code == "no-standing"


def test_a_request_for_nobodys_vault_is_refused() -> None:
    assert refusal(keep_own(""), None).code == "no-standing"


def test_a_refusal_becomes_an_error_that_keeps_its_words() -> None:
    said = refusal(ask(), None)
    error = said.to_error()
    assert isinstance(error, Refused)
    assert isinstance(error, NotAllowed)
    assert (error.what, error.why, error.remedy) == (said.what, said.why, said.remedy)
    assert (error.code, error.zh, error.exit_code) == ("no-standing", said.zh, 1)


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


def test_every_refusal_says_what_why_remedy_and_a_chinese_line() -> None:
    for text in TEXTS.values():
        assert all(text)
        assert text.zh.endswith("。")
        assert any("\u4e00" <= ch <= "\u9fff" for ch in text.zh)


def test_clause_33_a_time_without_a_zone_is_doubt_and_refused() -> None:
    assert refusal(ask(), stand(), NOW.replace(tzinfo=None)).code == "error"


def test_no_refusal_carries_a_persons_words() -> None:
    said = refusal(ask(purpose="tell me about Lin's salary"), stand())
    assert "salary" not in "".join((said.what, said.why, said.remedy, said.zh))
