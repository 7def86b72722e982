# SPDX-License-Identifier: Apache-2.0
"""decide: what is granted is permitted, each thing that is not is refused with its own reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from countersign.errors import NotAllowed
from countersign.terms import (
    Act,
    Audience,
    Delivery,
    Item,
    Kind,
    Method,
    Profile,
    Purpose,
    Refused,
    Request,
    Scope,
    Source,
    State,
    keep_own,
    preset,
)
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
