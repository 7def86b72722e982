# SPDX-License-Identifier: Apache-2.0
"""The terms card: twelve lines computed from the terms, each true or struck through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.errors import BadInput
from countersign.seal import digest_words
from countersign.terms import (
    PRESETS,
    Attribution,
    Audience,
    Delivery,
    Method,
    OnLeaving,
    Profile,
    Purpose,
    Terms,
    card,
    preset,
    render_card,
)
from countersign.terms.card import LANGS, STYLES, short_code
from tests.terms.scene import CREDIT, FEE, NOW, ZERO, some_terms

TEAM = preset("my-team")
WIDE = Terms(
    purposes=TEAM.purposes | {Purpose.TRAIN_MODELS},
    audience=frozenset({Audience.COMPANY, Audience.EVERYONE}),
    sources=TEAM.sources,
    kinds=TEAM.kinds,
    attribution=Attribution.NONE,
    benefits=(ZERO,),
    zero_chosen_by_person=True,
    endpoints=frozenset({"model.example.org"}),
    methods=frozenset({Method.LOCAL, Method.REMOTE_MODEL}),
    training=True,
    persona=True,
    public_release=True,
    cross_border=True,
    profile=Profile.PUBLIC,
)
FOLDER = replace(
    TEAM,
    profile=Profile.COMPANY,
    delivery=Delivery.FOLDER,
    attribution=Attribution.PSEUDONYM,
    alias="Grey Heron 苍鹭",
    benefits=(FEE, CREDIT),
    on_leaving=OnLeaving.CONTINUE,
)
SHOWN = {name: preset(name) for name in PRESETS} | {"wide": WIDE, "folder": FOLDER}


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("style", STYLES)
def test_cards_stay_the_same(
    golden: Callable[[str, bytes], None], name: str, lang: str, style: str
) -> None:
    shown = render_card(card(SHOWN[name]), lang, style=style)
    golden(f"terms/card-{name}.{lang}.{'md' if style == 'markdown' else 'txt'}", shown.encode())


@given(st.randoms(use_true_random=False), st.sampled_from(LANGS), st.sampled_from(STYLES))
def test_a_card_has_exactly_twelve_lines_in_order(dice: Random, lang: str, style: str) -> None:
    made = card(some_terms(dice), expires=NOW)
    assert [line.number for line in made.lines] == list(range(1, 13))
    shown = render_card(made, lang, style=style).splitlines()
    assert len(shown) == 12 + 4
    assert shown[1] == shown[-2] == ""


@given(st.randoms(use_true_random=False))
def test_each_line_is_true_exactly_when_the_terms_say_so(dice: Random) -> None:
    t = some_terms(dice)
    holds = [line.holds for line in card(t).lines]
    away = {Audience.CLIENT, Audience.EVERYONE} & t.audience
    assert holds == [
        True,
        True,
        t.attribution is not Attribution.NONE,
        not t.persona,
        not t.training,
        not (away or t.endpoints or t.cross_border or t.region != "here"),
        not t.zero_chosen_by_person,
        t.delivery is Delivery.SERVED,
        True,
        t.on_leaving is OnLeaving.SUSPEND,
        True,
        True,
    ]


@given(st.randoms(use_true_random=False))
def test_a_struck_line_says_what_holds_instead_in_both_languages(dice: Random) -> None:
    for line in card(some_terms(dice)).lines:
        assert line.en
        assert line.zh
        if not line.holds:
            assert line.instead_en.endswith(".")
            assert line.instead_zh.endswith("。")


@given(st.randoms(use_true_random=False))
def test_equal_terms_give_equal_bytes_and_other_terms_other_words(dice: Random) -> None:
    one, other = some_terms(dice), some_terms(dice)
    again = Terms.from_value(one.to_value())
    assert render_card(card(one), "en") == render_card(card(again), "en")
    if one != other:
        assert card(one).words("en") != card(other).words("en")


def test_the_short_code_reads_in_the_manner_of_creative_commons() -> None:
    assert short_code(TEAM) == "CS BY-PAY-NT-NP-IN-EXIT · team · 12M"
    assert short_code(preset("ask-me")) == "CS BY-NT-NP-IN-EXIT · team · 12M"
    assert short_code(preset("handover")) == "CS BY-PAY-NT-NP-IN · team · 3M"
    assert short_code(WIDE) == "CS EXIT · company+everyone · 12M"
    assert short_code(FOLDER) == "CS AL-PAY-NT-NP-IN · team · 12M"
    assert short_code(replace(TEAM, term_days=730)).endswith("24M")
    assert short_code(replace(TEAM, term_days=10)).endswith("10D")


def test_the_words_stand_for_the_grant_where_one_exists() -> None:
    digest = "ab" * 32
    made = card(TEAM, digest=digest)
    assert made.words("en") == digest_words(digest)
    assert digest_words(digest, lang="zh") in render_card(made, "zh")


def test_an_end_date_stands_on_the_card_where_there_is_one() -> None:
    assert "Ends on 2026-11-23, no auto-renewal." in render_card(card(TEAM, expires=NOW), "en")
    assert "2026-11-23到期，不自动续。" in render_card(card(TEAM, expires=NOW), "zh")


@pytest.mark.parametrize(
    "alias", ["a\nb", "**x**", "[x](y)", "\u202eabc", "<b>", "a`b", "x" * 41, " x"]
)
def test_an_alias_that_could_act_in_markdown_or_a_terminal_is_refused(alias: str) -> None:
    with pytest.raises(BadInput, match="alias"):
        replace(TEAM, attribution=Attribution.PSEUDONYM, alias=alias)


@pytest.mark.parametrize(("lang", "style"), [("de", "text"), ("en", "html")])
def test_another_language_or_style_is_refused(lang: str, style: str) -> None:
    with pytest.raises(BadInput, match="A card"):
        render_card(card(TEAM), lang, style=style)
