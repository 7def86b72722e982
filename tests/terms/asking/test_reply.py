"""The reply kit's words: short, true to the terms, equal in both languages."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.terms import (
    Attribution,
    Audience,
    Benefit,
    BenefitKind,
    OnLeaving,
    Period,
    Profile,
    Purpose,
    Ticks,
    instead_text,
    no_text,
    preset,
    read_link,
    read_pay,
    reply_kit,
    ticked,
)
from tests.terms.scene import some_terms

BASE = preset("my-team")


def test_there_are_three_texts_each_short_enough_for_a_chat() -> None:
    kit = reply_kit(BASE, topic="payments 支付")
    assert [t.name for t in kit.texts] == [
        "1-yes-on-these-terms",
        "2-a-page-or-an-hour",
        "3-who-approved-this",
    ]
    for text in kit.texts:
        assert len(text.en) < 700
        assert len(text.zh) < 400
    assert "I can write a page on payments 支付, or pair for an hour" in kit.texts[1].en
    assert "我可以写一页关于“payments 支付”的说明，或带人一小时" in kit.texts[1].zh


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**32))
def test_the_yes_says_only_what_the_terms_say(seed: int) -> None:
    terms = some_terms(Random(seed))  # noqa: S311 -- dice, not keys
    yes = reply_kit(terms).texts[0]
    assert ("it stops when I leave" in yes.en) == (terms.on_leaving is OnLeaving.SUSPEND)
    assert ("我离职即停用" in yes.zh) == (terms.on_leaving is OnLeaving.SUSPEND)
    assert ("no training" in yes.en) == ("不用于训练" in yes.zh) == (not terms.training)
    assert ("my name stays on it" in yes.en) == (terms.attribution is Attribution.NAME)
    assert ("署我的名" in yes.zh) == (terms.attribution is Attribution.NAME)
    assert ("In return" in yes.en) == ("回报" in yes.zh)
    assert read_link(yes.en.splitlines()[-1]) == read_link(yes.zh.splitlines()[-1]) == terms


def test_a_no_gives_no_reason_and_an_hour_or_a_page_is_all_that_is_offered() -> None:
    assert no_text().en == "Thank you for asking. I'd rather not."
    assert "page" in instead_text("page").en
    assert "hour" not in instead_text("page").en
    assert "一小时" in instead_text("hour", topic="重试").zh
    with pytest.raises(BadInput, match="a page or an hour"):
        instead_text("skill")


@pytest.mark.parametrize(
    ("text", "benefit"),
    [
        ("2 h a month", Benefit(BenefitKind.REVIEW_HOURS, 2, "", Period.MONTH)),
        ("3000 CNY a month", Benefit(BenefitKind.FLAT, 300_000, "CNY", Period.MONTH)),
        ("3000 cny/month", Benefit(BenefitKind.FLAT, 300_000, "CNY", Period.MONTH)),
        ("0.20 EUR per use", Benefit(BenefitKind.PER_USE, 20, "EUR", Period.USE)),
        ("500 JPY", Benefit(BenefitKind.FLAT, 500, "JPY", Period.ONCE)),
        ("credit", Benefit(BenefitKind.CREDIT)),
        ("zero", Benefit(BenefitKind.ZERO)),
    ],
)
def test_pay_is_read_as_people_write_it(text: str, benefit: Benefit) -> None:
    assert read_pay(text) == benefit


@pytest.mark.parametrize(
    "text", ["", "a lot", "2.5 h a month", "0.5 JPY", "1 CNY a fortnight", "-1 CNY"]
)
def test_pay_that_is_not_clear_is_asked_again(text: str) -> None:
    with pytest.raises(BadInput):
        read_pay(text)


def test_ticks_change_what_was_ticked_and_nothing_else() -> None:
    assert ticked(BASE, Ticks()) == BASE
    made = ticked(
        BASE,
        Ticks(
            purposes=["onboard"],
            name="Grey Heron",
            pay=["credit", "2 h a month"],
            audience="company",
            months=6,
        ),
    )
    assert made == replace(
        BASE,
        purposes=frozenset({Purpose.ONBOARD}),
        attribution=Attribution.PSEUDONYM,
        alias="Grey Heron",
        benefits=(read_pay("credit"), read_pay("2 h a month")),
        audience=frozenset({Audience.COMPANY}),
        profile=Profile.COMPANY,
        term_days=180,
    )


@pytest.mark.parametrize(
    "ticks",
    [
        Ticks(purposes=["evaluate-person"]),
        Ticks(purposes=["everything"]),
        Ticks(audience="world"),
        Ticks(leaving="maybe"),
        Ticks(months=25),
        Ticks(name="<script>"),
    ],
)
def test_what_cannot_be_granted_cannot_be_ticked(ticks: Ticks) -> None:
    with pytest.raises(BadInput):
        ticked(BASE, ticks)
