# SPDX-License-Identifier: Apache-2.0
"""Limits in words: each limit that is set has its sentence in all three languages."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from countersign.errors import BadInput
from countersign.people import IdentityLevel
from countersign.terms import Always, Audience, Kind, Limits, Never, limit_lines
from countersign.terms.text.limit_lines import LANGS
from countersign.terms.words import Delivery, Method, Profile, Purpose, Source
from tests.terms.scene import FEE, HOURS, USE

SET: dict[str, Any] = {
    "purposes": frozenset({Purpose.ONBOARD}),
    "audience": frozenset({Audience.TEAM}),
    "sources": frozenset({Source.MAIL, Source.SLACK}),
    "kinds": frozenset({Kind.RULE}),
    "deliveries": frozenset({Delivery.SERVED}),
    "methods": frozenset({Method.LOCAL}),
    "models": frozenset({"qwen"}),
    "regions": frozenset({"eu"}),
    "endpoints": frozenset(),
    "term_days_at_most": 180,
    "callers_at_most": 10,
    "hand_offs_at_most": 2,
    "cooling_off_hours_at_least": 72,
    "profile_at_least": Profile.COMPANY,
    "identity_at_least": IdentityLevel.HANDLE_CHALLENGE,
    "benefits_at_least": (FEE, HOURS, USE),
    "never": frozenset(Never),
    "always": frozenset(Always),
}


def test_every_field_of_the_limits_is_tried() -> None:
    assert set(SET) == {f.name for f in dataclasses.fields(Limits)}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("field", SET)
def test_each_limit_that_is_set_has_its_own_sentences(field: str, lang: str) -> None:
    value = SET[field]
    lines = limit_lines(Limits(**{field: value}), lang)
    many = field in ("benefits_at_least", "never", "always")
    assert len(lines) == len(set(lines)) == (len(value) if many else 1)
    assert all(line.endswith("。" if lang == "zh" else ".") for line in lines)


@pytest.mark.parametrize("lang", LANGS)
def test_no_limits_are_no_lines_and_all_limits_are_all_lines(lang: str) -> None:
    assert limit_lines(Limits(), lang) == ()
    assert len(limit_lines(Limits(**SET), lang)) == 15 + 3 + len(Never) + len(Always)


def test_numbers_and_amounts_are_the_same_in_every_language() -> None:
    for lang in LANGS:
        lines = "\n".join(limit_lines(Limits(**SET), lang))
        for said in ("180", "10", "72", "CNY 300.00", "CNY 0.20", "eu", "qwen"):
            assert said in lines


def test_another_language_is_refused() -> None:
    with pytest.raises(BadInput, match="en, zh or de"):
        limit_lines(Limits(), "fr")
