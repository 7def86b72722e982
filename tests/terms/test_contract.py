# SPDX-License-Identifier: Apache-2.0
"""The contract text: one source of clauses, the same ids in both languages, nothing hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.people import IdentityLevel
from countersign.terms import (
    Facts,
    Gap,
    HandOffHours,
    Method,
    Profile,
    Representation,
    Side,
    Successor,
    TakeAlong,
    Terms,
    contract_text,
    preset,
)
from countersign.terms.text.clauses import clauses
from countersign.terms.text.contract import MARK
from tests.conftest import GOLDEN
from tests.terms.scene import NOW, some_terms
from tests.terms.test_card import FOLDER, WIDE

PERSON = Side("plin", "Lin Wei 林伟", "self-asserted")
PARTY = Side("oacme", "Acme", "platform-sign-in")
UNION = Side("runion", "Union of Tellers 柜员工会", "platform-sign-in")
KIM = Side("pkim", "Kim Ode", "self-asserted")


def facts(terms: Terms, *, complaint: str = "works.council@example.org") -> Facts:
    return Facts(
        person=PERSON,
        party=PERSON if terms.to_self else PARTY,
        offer="f" + "a" * 26,
        offered_at=NOW,
        starts=terms.starts or NOW,
        expires=(terms.starts or NOW) + timedelta(days=terms.term_days),
        complaint=complaint,
        representative=UNION if terms.representative else None,
        delegate=KIM if terms.delegate else None,
    )


def text(terms: Terms, lang: str) -> str:
    return contract_text(terms, facts(terms), lang)


SHORT = replace(preset("my-team"), cooling_off_hours=0, cooling_off_chosen_by_person=True)
FULL = replace(
    preset("my-team"),
    profile=Profile.COMPANY,
    gap=Gap.NAMED,
    methods=frozenset({Method.HOST_AGENT, Method.REMOTE_MODEL}),
    models=frozenset({"qwen"}),
    endpoints=frozenset({"model.example.org"}),
    region="eu",
    sensitive=True,
    quote_documents=True,
    successor=Successor.ENDS,
    delegate="pkim",
    take_along=frozenset({TakeAlong.CREDIT}),
    hand_off_hours=HandOffHours.ANY_TIME,
    represented_by=Representation.UNION,
    representative="runion",
    countersigned=True,
    identity_at_least=IdentityLevel.HANDLE_CHALLENGE,
)
SHOWN = {
    "full": FULL,
    "my-team": preset("my-team"),
    "only-me": preset("only-me"),
    "handover": preset("handover"),
    "no-cooling-off": SHORT,
    "wide": WIDE,
    "folder": FOLDER,
}


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_contracts_stay_the_same(
    golden: Callable[[str, bytes], None], name: str, lang: str
) -> None:
    golden(f"terms/contract-{name}.{lang}.md", text(SHOWN[name], lang).encode())


@pytest.mark.parametrize("name", [name for name in SHOWN if name != "full"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_contracts_that_were_signed_under_version_1_keep_every_byte(name: str, lang: str) -> None:
    value = json.loads((GOLDEN / f"terms/v1/terms-{name}.json").read_bytes())
    signed = (GOLDEN / f"terms/v1/contract-{name}.{lang}.md").read_bytes()
    assert text(Terms.from_value(value), lang).encode() == signed


@given(st.randoms(use_true_random=False))
def test_clause_10_both_languages_hold_the_same_clauses_in_the_same_order(dice: Random) -> None:
    terms = some_terms(dice)
    ids = [
        [*re.findall(r"^## \d+\. .*\[([a-z-]+)\]$", text(terms, lang), re.M)]
        for lang in ("en", "zh")
    ]
    assert ids[0] == ids[1] == [c.id for c in clauses(terms, facts(terms))]
    assert len(set(ids[0])) == len(ids[0])


@given(st.randoms(use_true_random=False))
def test_both_languages_say_the_same_numbers_dates_and_amounts(dice: Random) -> None:
    for clause in clauses(terms := some_terms(dice), facts(terms)):
        # The age of children is spelled out in Chinese law and stays so.
        en, zh = clause.en.replace("children under 14", ""), clause.zh
        numbers = [sorted(re.findall(r"\d[\d.,:TZ-]*\d|\d", t)) for t in (en, zh)]
        assert numbers[0] == numbers[1], clause.id


@given(st.randoms(use_true_random=False))
def test_no_clause_is_empty_and_each_ends_as_a_sentence(dice: Random) -> None:
    for clause in clauses(terms := some_terms(dice), facts(terms)):
        assert clause.en.rstrip().endswith((".", ".”")), clause.id
        assert clause.zh.endswith(("。", "。”")), clause.id
        assert "  " not in clause.en


def test_clause_12_every_agreement_holds_no_detriment_and_no_ground_for_ending_employment() -> None:
    for terms in (preset("my-team"), preset("handover"), WIDE):
        en, zh = text(terms, "en"), text(terms, "zh")
        assert "no ground for ending, changing or not renewing anyone's employment" in en
        assert "本技能不得作为解除、变更或不续签劳动关系的理由" in zh
        assert "has no bad consequence for the person" in en
        assert "给本人带来不利后果" in zh


def test_clause_34_the_complaint_contact_stands_in_both_languages() -> None:
    for lang in ("en", "zh"):
        assert "works.council@example.org" in text(preset("my-team"), lang)


def test_clause_01_how_to_withdraw_is_said_and_no_reason_is_asked() -> None:
    assert "without a reason, with one command (`countersign withdraw`)" in text(SHORT, "en")
    assert "不必说明理由，一条命令即可（`countersign withdraw`）" in text(SHORT, "zh")


def test_clause_05_what_is_owed_stays_owed_where_something_is_owed() -> None:
    assert "What is owed up to a withdrawal stays owed" in text(preset("handover"), "en")
    assert "stays owed" not in text(WIDE, "en")


def test_clause_06_items_that_need_their_own_signature_are_listed() -> None:
    assert "beside the grant" not in text(preset("my-team"), "en")
    assert "a shorter cooling-off time (short-cooling-off)" in text(SHORT, "en")
    assert "另行签署" in text(SHORT, "zh")


def test_clause_06_purposes_audiences_and_sources_hold_only_as_ticked() -> None:
    assert "only as far as the person ticked it on its own" in text(SHORT, "en")
    assert "均以本人逐项勾选为限" in text(SHORT, "zh")


def test_the_identity_level_of_each_signer_is_printed() -> None:
    assert "Lin Wei 林伟 (plin), identity shown: self-asserted" in text(SHORT, "en")
    assert "Acme (oacme), identity shown: platform-sign-in" in text(SHORT, "en")


def test_every_contract_is_marked_to_be_checked_by_a_lawyer() -> None:
    assert all(MARK[lang] in text(terms, lang) for terms in SHOWN.values() for lang in ("en", "zh"))


def test_clause_14_and_28_whoever_the_terms_name_by_id_is_named_in_the_text() -> None:
    for lang in ("en", "zh"):
        assert "Union of Tellers 柜员工会" in text(FULL, lang)
        assert "Kim Ode" in text(FULL, lang)
    unknown = replace(facts(FULL), representative=None, delegate=None)
    shown = contract_text(FULL, unknown, "en")
    assert "a union: runion" in shown
    assert "pkim, whom the person named" in shown


def test_a_grant_to_oneself_names_one_signer_and_holds_no_bonds_of_a_party() -> None:
    shown = text(preset("only-me"), "en")
    assert "The party:" not in shown
    assert "[no-detriment]" not in shown


def test_another_language_is_refused() -> None:
    with pytest.raises(BadInput, match="en or zh"):
        text(SHORT, "fr")
